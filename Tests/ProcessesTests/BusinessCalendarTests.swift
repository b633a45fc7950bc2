import FEEL
import Processes
import Testing

@Suite("Business calendars")
struct BusinessCalendarTests {
    static let office = """
        calendar office   # as in the contract
        mon-fri 09:00-12:00 13:00-17:00
        sat 10:00-12:00
        closed 2026-02-03 works outing
        open 2026-02-01 08:00-09:00
        """

    // 2026-01-30 is a Friday, 2026-02-02 a Monday.
    // swift-format-ignore
    static let rows: [(from: String, duration: String, due: String)] = [
        ("2026-01-30T10:00:00Z", "PT1H", "2026-01-30T11:00:00Z"),
        ("2026-01-30T11:30:00Z", "PT1H", "2026-01-30T13:30:00Z"),
        ("2026-01-30T07:00:00Z", "PT2H", "2026-01-30T11:00:00Z"),
        ("2026-01-30T16:00:00Z", "PT2H", "2026-01-31T11:00:00Z"),
        ("2026-01-31T12:00:00Z", "PT2H", "2026-02-02T10:00:00Z"),
        ("2026-02-02T16:30:00Z", "PT1H", "2026-02-04T09:30:00Z"),
        ("2026-01-30T10:00:00Z", "P1D", "2026-01-31T10:00:00Z"),
        ("2026-02-02T10:00:00Z", "P1D", "2026-02-04T10:00:00Z"),
        ("2026-02-02T10:00:00Z", "P1DT3H", "2026-02-04T14:00:00Z"),
        ("2026-01-30T10:00:00Z", "PT0S", "2026-01-30T10:00:00Z"),
    ]

    @Test("a timer can count working time", arguments: rows.indices)
    func counts(_ index: Int) throws {
        let row = Self.rows[index]
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><intermediateCatchEvent id='t'><extensionElements>
                <zeebe:properties><zeebe:property name='calendar' value='office'/>
                </zeebe:properties></extensionElements>\(Sketch.after(row.duration))
                </intermediateCatchEvent>
                """, flows: "s -> t"))
        rig.host.calendars["office"] = try BusinessCalendar(Self.office)
        rig.now = try #require(InstantText.instant(row.from))
        try rig.start()
        #expect(rig.incidents == [])
        guard case .timer(let timer)? = rig.state.waits.first?.kind else { return }
        #expect(InstantText.text(timer.due) == row.due)
    }

    @Test("so can a due date, by the function working")
    func dates() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><userTask id='u'><extensionElements><zeebe:taskSchedule
                dueDate='=working(now(), duration("PT8H"), "office")'/></extensionElements></userTask>
                """, flows: "s -> u"))
        rig.host.calendars["office"] = try BusinessCalendar(Self.office)
        rig.now = try #require(InstantText.instant("2026-01-30T16:00:00Z"))
        try rig.start()
        guard case .userTask(let task)? = rig.state.waits.first?.kind else {
            Issue.record("\(rig.incidents)")
            return
        }
        #expect(task.due.map(InstantText.text) == "2026-02-02T14:00:00Z")
    }

    @Test("a calendar that is not there is an incident")
    func misses() throws {
        let rig = try Rig(
            Sketch.file(
                """
                <startEvent id='s'/><intermediateCatchEvent id='t'><extensionElements>
                <zeebe:properties><zeebe:property name='calendar' value='none'/>
                </zeebe:properties></extensionElements>\(Sketch.after("PT1H"))
                </intermediateCatchEvent>
                """, flows: "s -> t"))
        try rig.start()
        #expect(rig.incidents == ["t: calendar-missing"])
    }

    @Test("working time between two moments")
    func measures() throws {
        let calendar = try BusinessCalendar(Self.office)
        let from = try #require(InstantText.instant("2026-01-30T16:00:00Z"))
        let to = try #require(InstantText.instant("2026-02-02T10:00:00Z"))
        // An hour on Friday, two on Saturday, one on the open Sunday, one on Monday.
        #expect(calendar.worked(from: from, to: to, zone: .utc) == 5 * 3_600_000_000)
        #expect(calendar.isOpen(at: from, zone: .utc))
        #expect(!calendar.isOpen(at: from, zone: .offset(3600)))
    }

    // swift-format-ignore
    static let refused: [(String, String)] = [
        ("mon 09:00-17:00", "line 1: expected 'calendar NAME' first, found no name"),
        ("calendar a", "line 1: no weekday has working hours"),
        ("calendar a\nmon 17:00-09:00", "line 2: expected rising hours such as 09:00-12:00, found '17:00-09:00'"),
        ("calendar a\nmon 09:00-25:00", "line 2: expected rising hours such as 09:00-12:00, found '09:00-25:00'"),
        ("calendar a\nholiday 2026-01-01", "line 2: expected a weekday such as mon or mon-fri, calendar, open or closed, found 'holiday'"),
        ("calendar a\nclosed 2026-02-30", "line 2: expected a date such as 2026-12-25, found '2026-02-30'"),
    ]

    @Test("a file with a mistake is refused with its line", arguments: refused.indices)
    func refuses(_ index: Int) {
        let (text, message) = Self.refused[index]
        #expect {
            try BusinessCalendar(text)
        } throws: { error in
            "\(error)" == message
        }
    }
}
