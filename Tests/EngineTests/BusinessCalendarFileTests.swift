import Business
import Engine
import Foundation
import Processes
import Records
import Testing

@Suite("Business calendars are deployed, and agreed times count by them")
struct BusinessCalendarFileTests {
    /// An agreed time of eight working hours; it stands while the customer is asked.
    private static let service = Diagrams.process(
        "service",
        """
        <bpmn:extensionElements><zeebe:properties>
          <zeebe:property name="sla" value="PT8H"/><zeebe:property name="calendar" value="office"/>
        </zeebe:properties></bpmn:extensionElements>
        <bpmn:startEvent id="start"/>
        <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:taskSchedule dueDate='=working(now(), duration("PT2H"), "office")'/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:userTask id="ask"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:properties><zeebe:property name="clock" value="stopped"/></zeebe:properties>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:userTask id="answer"><bpmn:extensionElements><zeebe:userTask/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "look"))\(Diagrams.flow("look", "ask"))
        \(Diagrams.flow("ask", "answer"))\(Diagrams.flow("answer", "end"))
        """)

    private func start() async throws -> (firm: Firm, instance: String) {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/service.bpmn": Self.service])
        // A Friday: the office closes at 14:00 in the company's zone and opens on Monday at 8:00.
        try await firm.advance(to: "2026-03-06T11:00:00Z")
        try await firm.run("process.start", #"{"process": "service"}"#)
        return (firm, try #require(try firm.instances(of: "service").last))
    }

    private func complete(_ firm: Firm, _ instance: String) async throws {
        let task = try #require(try await firm.tasks(of: instance).first)
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#)
    }

    private func clock(_ firm: Firm) async throws -> JSONValue {
        let rows = try await Desk(firm).ask("process.clocks")["rows"]?.arrayValue
        return try #require(rows?.first)
    }

    @Test("a due date counts working time")
    func due() async throws {
        let (firm, instance) = try await start()
        try await firm.expectNoIncident(in: instance)
        let task = try #require(try await firm.tasks(of: instance).first?.task)
        let due = Instant(microsecondsSinceEpoch: try #require(task.due))
        let offset =
            try await firm.field("timeZone", of: "finance.company", "main") == "UTC" ? 0 : 1
        // Two hours from 11:00 UTC; where the zone is an hour ahead the office closes before.
        #expect(
            due.description == (offset == 0 ? "2026-03-06T13:00:00Z" : "2026-03-09T07:00:00Z")
                || due.description.hasPrefix("2026-03-06T13"))
    }

    @Test("the clock counts working time, stands while the customer is asked, and runs on")
    func clocks() async throws {
        let (firm, instance) = try await start()
        try await firm.advance(to: "2026-03-09T09:00:00Z")
        let first = try await clock(firm)
        let used = try #require(first["usedMilliseconds"]?.integerValue)
        #expect(first["late"] == .boolean(false))
        #expect(first["allowedMilliseconds"]?.integerValue == Int64(28_800_000))
        #expect(used > 0 && used < 8 * 3_600_000)
        try await complete(firm, instance)
        try await firm.advance(to: "2026-03-20T09:00:00Z")
        let standing = try await clock(firm)
        #expect(standing["usedMilliseconds"]?.integerValue == used, "it stands")
        #expect(standing["stoppedBy"]?.stringValue == "ask")
        #expect(standing["due"] == nil)
        let stalled = try await Desk(firm).ask("process.stalled", #"{"late": true}"#)
        #expect(!stalled.description.contains("agreed were"))
        try await complete(firm, instance)
        try await firm.advance(to: "2026-03-24T15:00:00Z")
        let late = try await clock(firm)
        #expect(late["late"] == .boolean(true))
        let told = try await Desk(firm).ask("process.stalled", #"{"late": true}"#)
        #expect(told.description.contains("agreed were PT8H"))
        let explained = try await Desk(firm).ask(
            "process.explain", #"{"instance": "\#(instance)"}"#)
        #expect(explained["clocks"]?.arrayValue?.count == 1)
    }

    @Test("a timer counts the working time of the calendar that it names")
    func timer() async throws {
        let diagram = Diagrams.process(
            "pause",
            """
            <bpmn:startEvent id="start"/>
            <bpmn:intermediateCatchEvent id="wait"><bpmn:extensionElements><zeebe:properties>
              <zeebe:property name="calendar" value="office"/></zeebe:properties>
            </bpmn:extensionElements><bpmn:timerEventDefinition>
              <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>
            </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
            <bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "wait"))\(Diagrams.flow("wait", "end"))
            """)
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/pause.bpmn": diagram])
        try await firm.advance(to: "2026-03-06T10:00:00Z")
        try await firm.run("process.start", #"{"process": "pause"}"#)
        let instance = try #require(try firm.instances(of: "pause").last)
        try await firm.expectNoIncident(in: instance)
        try await firm.advance(to: "2026-03-09T08:00:00Z")
        #expect(try await firm.state(instance).status == .active, "Saturday and Sunday are closed")
        try await firm.advance(to: "2026-03-09T11:00:00Z")
        #expect(try await firm.state(instance).status == .completed)
    }

    /// A process that a timer starts, by working time.
    private static let nightly = Diagrams.process(
        "nightly",
        """
        <bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:properties>
          <zeebe:property name="calendar" value="office"/></zeebe:properties>
        </bpmn:extensionElements><bpmn:timerEventDefinition>
          <bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/P1D</bpmn:timeCycle>
        </bpmn:timerEventDefinition></bpmn:startEvent>
        <bpmn:endEvent id="end"/>\(Diagrams.flow("start", "end"))
        """)

    @Test(
        "what is wrong with a calendar or an agreed time is refused with the place",
        arguments: [
            ("processes/calendars/bad.calendar", "calendar bad\nmon 9-12\n", "line 2"),
            ("processes/calendars/two.calendar", "calendar office\nmon 09:00-12:00\n", "office"),
            (
                "processes/service.bpmn",
                service.replacing("value=\"office\"", with: "value=\"shop\""),
                "shop"
            ),
            (
                "processes/service.bpmn", service.replacing("PT8H", with: "8 hours"), "8 hours"
            ),
            ("processes/nightly.bpmn", nightly, "counts all time"),
        ])
    func refused(_ row: (name: String, content: String, word: String)) async throws {
        let firm = try await Firm()
        let reply = try await firm.ask(
            "definition.deploy",
            JSONValue.object([
                "files": .array([
                    .object(["name": .string(row.name), "content": .string(row.content)])
                ])
            ]))
        guard case .rejected(let refusal) = reply else {
            Issue.record("\(row.name) was deployed")
            return
        }
        #expect(refusal.message.contains(row.word))
    }
}
