import Foundation
import TestSupport
import Testing

/// The page for newcomers is typed as it stands.
@Suite("The first company", .serialized, .timeLimit(.minutes(5)))
struct FirstCompanyTests {
    private static let page = "Sources/Engine/Engine.docc/FirstCompany.md"

    /// The lines of a page's blocks of commands.
    private static func commands(of page: String) throws -> [String] {
        let text = try String(
            contentsOf: Example.root.appendingPathComponent(page), encoding: .utf8)
        var lines: [String] = []
        var isCommand = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isCommand = line == "```" && !isCommand
            } else if isCommand {
                lines.append(String(line))
            }
        }
        return lines
    }

    /// What a person does beside typing: waits until the daemon answers and the work list has
    /// something, and stops the daemon at the end.
    private static func script(_ commands: [String]) -> String {
        var lines = [
            "set -eu", "trap 'kill %1 2>/dev/null; wait' EXIT",
            "await() { for _ in $(seq 600); do if eval \"$1\"; then return; fi; sleep 0.1; done; exit 9; }",
        ]
        for line in commands {
            if line.hasPrefix("daybook tasks complete") {
                lines.append("await 'daybook tasks list --role warehouse | grep -q start-pick'")
            }
            lines.append(line)
            if line.hasPrefix("export DAYBOOK_SOCKET") {
                lines.append("await 'daybook query engine.views >/dev/null 2>&1'")
            }
        }
        lines.append("await 'daybook tasks list --role warehouse | grep -q \"pick \"'")
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("every command of the page is accepted, and the order comes to the warehouse")
    func goesAsWritten() async throws {
        try await onThread { try Self.type() }
    }

    private static func type() throws {
        let daybook = try RealDaybook()
        let folder = URL(fileURLWithPath: daybook.folder)
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("processes"),
            withDestinationURL: Example.root.appendingPathComponent("processes")
                .resolvingSymlinksInPath())
        let commands = try Self.commands(of: Self.page)
        #expect(commands.contains { $0.hasPrefix("daybook do sales.place-order") })
        try Self.script(commands).write(
            to: folder.appendingPathComponent("script"), atomically: true, encoding: .utf8)
        let said = folder.appendingPathComponent("said")
        _ = FileManager.default.createFile(atPath: said.path, contents: nil)
        let output = try FileHandle(forWritingTo: said)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["script"]
        process.currentDirectoryURL = folder
        let programs = RealDaybook.program("daybook").deletingLastPathComponent().path
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: said, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("in effect"), "\(text)")
        #expect(text.contains("clean"), "\(text)")
    }
}
