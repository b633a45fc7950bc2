import Processes
import Testing

/// When a timer that is armed at 2026-01-31T10:00:00Z fires, in its first firings.
struct TimerRow: CustomTestStringConvertible, Sendable {
    let title: String
    let event: String
    let due: [String]
    var testDescription: String { title }

    init(_ title: String, _ event: String, _ due: String...) {
        self.title = title
        self.event = event
        self.due = due
    }

    private static func cycle(_ text: String) -> String { "<timeCycle>\(text)</timeCycle>" }
    private static func date(_ text: String) -> String { "<timeDate>\(text)</timeDate>" }
    private static func duration(_ text: String) -> String {
        "<timeDuration>\(text)</timeDuration>"
    }

    // swift-format-ignore
    static let table: [TimerRow] = [
        .init("a duration", duration("PT90M"), "2026-01-31T11:30:00Z"),
        .init("days and weeks", duration("P1W"), "2026-02-07T10:00:00Z"),
        .init("a month, cut to the last day", duration("P1M"), "2026-02-28T10:00:00Z"),
        .init("a fraction of a second", duration("PT0.25S"), "2026-01-31T10:00:00.25Z"),
        .init("a duration from an expression", duration("=duration(\"PT1H\")"), "2026-01-31T11:00:00Z"),
        .init("a date", date("2026-03-01T00:00:00Z"), "2026-03-01T00:00:00Z"),
        .init("a date with an offset", date("2026-03-01T00:00:00+02:00"), "2026-02-28T22:00:00Z"),
        .init("a date from an expression", date("=now() + duration(\"P1D\")"), "2026-02-01T10:00:00Z"),
        .init("a date in a zone", date("=date and time(\"2026-07-01T12:00:00@Europe/Berlin\")"), "2026-07-01T10:00:00Z"),
        .init("a cycle that counts", cycle("R2/PT1H"), "2026-01-31T11:00:00Z", "2026-01-31T12:00:00Z"),
        .init("a cycle with a start", cycle("R2/2026-02-01T00:00:00Z/P1D"), "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
        .init("a cycle whose start is over stays on its grid", cycle("R/2026-01-01T00:30:00Z/PT1H"), "2026-01-31T10:30:00Z", "2026-01-31T11:30:00Z"),
        .init("days on the grid of a start long ago", cycle("R2/2019-01-01T09:00:00Z/P2D"), "2026-02-01T09:00:00Z", "2026-02-03T09:00:00Z"),
        .init("the 31st stays the 31st", cycle("R/2025-10-31T12:00:00Z/P1M"), "2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z", "2026-03-31T12:00:00Z"),
        .init("the weekday nearest the 15th", cycle("0 0 8 15W * *"), "2026-02-16T08:00:00Z", "2026-03-16T08:00:00Z", "2026-04-15T08:00:00Z"),
        .init("the weekday nearest the 1st is in the month", cycle("0 0 8 1W * *"), "2026-02-02T08:00:00Z", "2026-03-02T08:00:00Z", "2026-04-01T08:00:00Z"),
        .init("the last weekday of the month", cycle("0 0 8 LW * *"), "2026-02-27T08:00:00Z", "2026-03-31T08:00:00Z"),
        .init("three days before the last", cycle("0 0 8 L-3 * *"), "2026-02-25T08:00:00Z", "2026-03-28T08:00:00Z"),
        .init("a list with a last day", cycle("0 0 8 10,L * *"), "2026-02-10T08:00:00Z", "2026-02-28T08:00:00Z"),
        .init("the second Friday by number", cycle("0 0 12 ? * 5#2"), "2026-02-13T12:00:00Z", "2026-03-13T12:00:00Z"),
        .init("the first and third Monday", cycle("0 0 12 ? * MON#1,MON#3"), "2026-02-02T12:00:00Z", "2026-02-16T12:00:00Z"),
        .init("every weekday at nine", cycle("0 0 9 * * MON-FRI"), "2026-02-02T09:00:00Z", "2026-02-03T09:00:00Z", "2026-02-04T09:00:00Z"),
        .init("every quarter of an hour", cycle("0 */15 * * * *"), "2026-01-31T10:15:00Z", "2026-01-31T10:30:00Z"),
        .init("the last day of the month", cycle("0 0 0 L * *"), "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"),
        .init("the second Tuesday", cycle("0 0 12 ? * TUE#2"), "2026-02-10T12:00:00Z", "2026-03-10T12:00:00Z"),
        .init("the last Friday", cycle("0 0 12 ? * 5L"), "2026-02-27T12:00:00Z", "2026-03-27T12:00:00Z"),
        .init("a leap day", cycle("0 0 0 29 2 *"), "2028-02-29T00:00:00Z"),
        .init("a macro", cycle("@daily"), "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
    ]

    func firings() throws -> [String] {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/>\(Sketch.task("a"))<endEvent id='e'/>
                <boundaryEvent id='b' attachedToRef='a' cancelActivity='false'>
                <timerEventDefinition>\(event)</timerEventDefinition></boundaryEvent>
                """, flows: "s -> a -> e\nb -> e"))
        rig.now = 1_769_853_600_000_000
        try rig.start()
        var found: [String] = []
        while found.count < due.count {
            guard let wait = rig.state.waits.first(where: { $0.elementID == "b" }),
                case .timer(let timer) = wait.kind
            else { break }
            found.append(InstantText.text(timer.due))
            rig.now = timer.due
            try rig.step(.timer(token: wait.token))
        }
        return found
    }
}

@Suite("Timers")
struct TimerTests {
    @Test("fire when they should", arguments: TimerRow.table)
    func fires(_ row: TimerRow) throws {
        #expect(try row.firings() == row.due)
    }

    @Test("a timer does not fire before it is due")
    func waits() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/>
                <intermediateCatchEvent id='t'>\(Sketch.after("PT1H"))</intermediateCatchEvent>
                """, flows: "s -> t"))
        try rig.start()
        #expect(try !rig.step(.timer(token: try rig.token("t"))))
    }

    @Test("an expression that gives no time is an incident")
    func fails() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/>
                <intermediateCatchEvent id='t'>\(Sketch.after("=wait"))</intermediateCatchEvent>
                """, flows: "s -> t"))
        try rig.start(["wait": .text("soon")])
        #expect(rig.incidents == ["t: expression-failed"])
        #expect(
            rig.state.incidents[0].message
                == "expected a duration such as PT15M, found \"soon\" from =wait")
    }
}
