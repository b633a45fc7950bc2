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
