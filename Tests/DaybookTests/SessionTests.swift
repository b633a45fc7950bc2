import Foundation
import TestSupport
import Testing

@testable import daybook

@Suite("Sessions: the tool at a real daemon", .serialized)
struct SessionTests {
    /// How long a question is asked again until its answer is the expected one.
    private static let patienceSeconds = 20.0

    @Test("goes as written", arguments: Session.all)
    func goesAsWritten(_ session: Session) async throws {
        try await onThread { try Self.play(session) }
    }

    @Test("are there")
    func areThere() { #expect(Session.all.count >= 3) }

    private static func play(_ session: Session) throws {
        let daybook = try RealDaybook(files: Session.files)
        try layOut(in: daybook.folder)
        var expected = ExpectedLines(names: [:])
        for step in session.steps {
            let place = Comment(rawValue: "\(session.name):\(step.line)")
            let words = step.words.map(expected.filled)
            switch words.first {
            case "daybookd": try daybook.startDaemon(words.dropFirst().filter { $0 != "&" })
            case "kill": #expect(try daybook.stopDaemon() == 0, place)
            default:
                guard try play(step, Array(words.dropFirst()), daybook, &expected, place) else {
                    return
                }
            }
        }
    }

    /// What a session may need beside its files: a configuration by which who runs the tests acts
    /// for everybody, and the shipped roles with two people, and with three.
    private static func layOut(in folder: String) throws {
        try "gateways: [\(getuid())]\n".write(
            toFile: folder + "/gateway.yaml", atomically: true, encoding: .utf8)
        let shipped = try String(
            contentsOf: Example.root.appendingPathComponent("processes/roles/roles.yaml"),
            encoding: .utf8)
        let staff =
            "  - {person: anna, roles: [sales]}\n  - {person: hugo, roles: [finance-manager]}"
        let more = staff + "\n  - {person: dora, roles: [warehouse]}"
        for (name, people) in [("staff", staff), ("more", more)] {
            let path = "\(folder)/\(name)/processes/roles"
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            try shipped.replacing("people: []", with: "people:\n" + people).write(
                toFile: path + "/roles.yaml", atomically: true, encoding: .utf8)
        }
    }

    /// Whether the tool did what was expected; what follows rests on it.
    private static func play(
        _ step: Session.Step, _ arguments: [String], _ daybook: RealDaybook,
        _ expected: inout ExpectedLines, _ place: Comment
    ) throws -> Bool {
        let deadline = Date(timeIntervalSinceNow: patienceSeconds)
        while true {
            let run = try daybook.run(arguments, typed: step.typed)
            let output = ToolRun.lines(run.output)
            let errors = ToolRun.lines(run.errors)
            var attempt = expected
            if run.status == step.status, attempt.match(step.output, output),
                attempt.match(step.errors, errors)
            {
                expected = attempt
                return true
            }
            if step.isQuestion, Date() < deadline {
                usleep(50_000)
                continue
            }
            Issue.record(
                """
                \(place): expected status \(step.status) and
                \((step.output + step.errors.map { "! " + $0 }).joined(separator: "\n"))
                found status \(run.status) and
                \((output + errors.map { "! " + $0 }).joined(separator: "\n"))
                """)
            return false
        }
    }
}
