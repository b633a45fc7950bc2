import Foundation
import Testing

/// `tools/demo` as it is typed, with the programs that were built with the tests and a short year.
@Suite("The script of the demo", .serialized)
struct DemoScriptTests {
    /// A run of the script that has ended.
    private struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A folder for the company, removed with the test.
    private final class Folder {
        let path = "/tmp/daybook-demo-\(UInt64.random(in: 0 ... .max))"

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// The processes in whose command line the folder stands.
        func processes() -> [Int32] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { Int32($0) }.filter { id in
                let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
                return String(decoding: line, as: UTF8.self).contains(path)
            }
        }

        /// Waits until a process is gone.
        func waitForEnd(of id: Int32) {
            for _ in 0..<1_500 where processes().contains(id) { usleep(20_000) }
        }
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let programs = URL(fileURLWithPath: "/proc/self/exe")
        .resolvingSymlinksInPath().deletingLastPathComponent().path

    private func run(_ arguments: [String], _ folder: Folder) async throws -> Ended {
        let all = arguments + ["--data", folder.path, "--programs", Self.programs]
        let files = folder.path + "-said"
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: files) }
        return try await withCheckedThrowingContinuation { continuation in
            Thread {
                continuation.resume(with: Result { try Self.run(all, writingTo: files) })
            }.start()
        }
    }

    /// Runs a command without the descriptor by which `Process` hears of its end: a daemon that goes
    /// on would hold it.
    private static let apart = """
        (for place in /proc/$BASHPID/fd/*; do
            number=${place##*/}
            if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
        done
        exec "$@")
        exit $?
        """

    private static func run(_ arguments: [String], writingTo files: String) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments =
            ["-c", apart, "demo", root.appendingPathComponent("tools/demo").path] + arguments
        process.standardInput = FileHandle.nullDevice
        let paths = ["output", "errors"].map { "\(files)/\($0)" }
        let handles = try paths.map { path in
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        process.waitUntilExit()
        let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Ended(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test("--once plays, shows the views, the work list and a clean audit, and leaves nothing")
    func once() async throws {
        let folder = Folder()
        let run = try await run(["--once", "--until", "2025-01-08"], folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("Played 2025-01-01 to 2025-01-08"))
        for shown in [
            "$ daybook query funnel.conversion", "$ daybook query fulfillment.stock",
            "$ daybook query finance.balance-sheet", "$ daybook tasks --all", "$ daybook audit",
            "\nclean\n",
        ] { #expect(run.output.contains(shown), "\(shown) is not shown") }
        #expect(!run.output.contains("The daemon is running"))
        #expect(folder.processes() == [])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/daybookd.pid"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data/daybook.sock"))
    }

    @Test("without it the daemon goes on, is found by the next run, and ends as it is told to")
    func stays() async throws {
        let folder = Folder()
        let first = try await run(["--until", "2025-01-03"], folder)
        #expect(first.status == 0, "\(first.errors)")
        let file = try String(contentsOfFile: folder.path + "/daybookd.pid", encoding: .utf8)
        let id = try #require(Int32(file.trimmingCharacters(in: .newlines)))
        defer { if folder.processes().contains(id) { kill(id, SIGKILL) } }
        #expect(folder.processes() == [id])
        #expect(first.output.contains("To stop it: kill \(id)"))
        let second = try await run(["--once"], folder)
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("The daemon of the last run answers"))
        #expect(second.errors.contains("The company has been played"))
        #expect(second.output.contains("\nclean\n"))
        // It stops what it started, and this one it did not start.
        #expect(folder.processes() == [id])
        kill(id, SIGTERM)
        folder.waitForEnd(of: id)
        #expect(folder.processes() == [])
        // The company is there: the next run starts a daemon over it and plays nothing.
        let third = try await run(["--once"], folder)
        #expect(third.status == 0, "\(third.errors)")
        #expect(third.errors.contains("The company has been played"))
        #expect(folder.processes() == [])
    }

    @Test("what goes wrong is told, and nothing goes on unseen")
    func fails() async throws {
        let folder = Folder()
        let run = try await run(["--until", "2024-12-31"], folder)
        #expect(run.status != 0)
        #expect(run.errors.contains("--until takes a date after 2025-01-01"))
        #expect(folder.processes() == [])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/daybookd.pid"))
    }

    @Test("an option that is none is refused before anything begins")
    func unknownOption() async throws {
        let folder = Folder()
        let run = try await run(["--ones"], folder)
        #expect(run.status == 2)
        #expect(run.errors.contains("there is no option --ones"))
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}
