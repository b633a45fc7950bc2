import Business
import Engine
import Foundation
import Processes
import Records
import Testing
import Views

/// A company whose day is not UTC's.
struct ZoneRow: Sendable, CustomTestStringConvertible {
    let zone: String
    /// When an order is placed.
    let placed: String
    /// The company's date then.
    let date: String
    /// When the day after the promised one, 2026-03-08, begins.
    let late: String

    var testDescription: String { zone }

    static let table = [
        ZoneRow(
            zone: "Asia/Shanghai", placed: "2026-03-02T23:00:00Z", date: "2026-03-03",
            late: "2026-03-08T16:00:00Z"),
        // The clocks are put forward on the promised day.
        ZoneRow(
            zone: "America/New_York", placed: "2026-03-04T02:00:00Z", date: "2026-03-03",
            late: "2026-03-09T04:00:00Z"),
        ZoneRow(
            zone: "Asia/Kathmandu", placed: "2026-03-02T18:15:00Z", date: "2026-03-03",
            late: "2026-03-08T18:15:00Z"),
        ZoneRow(
            zone: "Pacific/Apia", placed: "2026-03-02T11:00:00Z", date: "2026-03-03",
            late: "2026-03-08T11:00:00Z"),
    ]
}

@Suite("A company that does not live in UTC")
struct CompanyZoneTests {
    @Test("what is written without a date is of the company's day", arguments: ZoneRow.table)
    func effectiveDate(_ row: ZoneRow) async throws {
        let firm = try await Firm.trading(stock: ["P3": 10], zone: row.zone)
        try await firm.advance(to: row.placed)
        let before = firm.end
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], channel: "web", more: #", "promisedDate": "2026-03-08""#)
        try await firm.expectNoIncident(in: instance)
        let dates = try firm.events().filter { $0.position > before }.map {
            $0.effectiveDate.description
        }
        #expect(Set(dates) == [row.date])
        #expect(firm.engine.companyDate.description == row.date)
        let begins = firm.engine.queryContext().todayBegins
        #expect(firm.engine.companyCalendar.date(at: begins).description == row.date)
        #expect(
            firm.engine.companyCalendar.date(at: begins.adding(microseconds: -1)).description
                == "2026-03-02")
    }

    @Test("a day is over when it is over there", arguments: ZoneRow.table)
    func promisedDay(_ row: ZoneRow) async throws {
        let firm = try await Firm.trading(stock: ["P3": 1], zone: row.zone)
        try await firm.advance(to: row.placed)
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "promisedDate": "2026-03-08""#)
        let due = try await firm.timers(of: instance)
        #expect(due.contains(row.late), "\(due)")
        let late = try #require(Instant(row.late))
        try await firm.advance(to: late.adding(microseconds: -1).description)
        #expect(try await firm.tasks(of: instance).map(\.element) == [])
        let before = firm.end
        try await firm.advance(to: row.late)
        #expect(try await firm.tasks(of: instance).map(\.element) == ["tell-late"])
        let dates = try firm.events().filter { $0.position > before }.map {
            $0.effectiveDate.description
        }
        #expect(Set(dates) == ["2026-03-09"])
    }

    /// Captures a lead at half past eleven in the evening, a day after the start and every day.
    private static let evening = Diagrams.process(
        "evening",
        """
        <bpmn:startEvent id="start"><bpmn:timerEventDefinition>
          <bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/2026-03-07T23:30:00/P1D</bpmn:timeCycle>
        </bpmn:timerEventDefinition></bpmn:startEvent>
        <bpmn:serviceTask id="work"><bpmn:extensionElements>
          <zeebe:taskDefinition type="marketing.capture-lead"/><zeebe:ioMapping>
          <zeebe:input source='="Evening " + string(today())' target="company"/>
          </zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "end"))
        """)

    @Test("a timer's command takes the company's date of the time when it was due")
    func timerDate() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/evening.bpmn": Self.evening],
            zone: "America/New_York")
        // The night of 8 March has no hour from two to three: half past eleven stays half past eleven.
        try await firm.advance(to: "2026-03-09T00:00:00Z")
        try firm.restart(losingIndex: true)
        try await firm.advance(to: "2026-03-11T00:00:00Z")
        let leads = try firm.events().compactMap { event -> [String]? in
            guard let lead = event.event as? LeadCaptured else { return nil }
            return [
                event.recordedAt.description, event.effectiveDate.description, lead.company ?? "",
            ]
        }
        #expect(
            leads == [
                ["2026-03-08T04:30:00Z", "2026-03-07", "Evening 2026-03-07"],
                ["2026-03-09T03:30:00Z", "2026-03-08", "Evening 2026-03-08"],
                ["2026-03-10T03:30:00Z", "2026-03-09", "Evening 2026-03-09"],
            ])
    }

    @Test("the clock is moved to the first instant of a date there")
    func advanceToDate() async throws {
        let firm = try await Firm.trading(stock: [:], zone: "America/New_York")
        try await firm.run("clock.advance", #"{"date": "2026-03-09"}"#)
        let last = try #require(try firm.events().last)
        #expect(last.recordedAt.description == "2026-03-09T04:00:00Z")
        #expect(last.effectiveDate.description == "2026-03-09")
    }
}
