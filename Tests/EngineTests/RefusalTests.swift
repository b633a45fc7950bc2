import Business
import Engine
import Processes
import Records
import Testing

@Suite("A step that cannot be kept is an incident that a person sees and retries")
struct RefusalTests {
    /// Waits, then writes a variable of 30,000 characters as often as `times` has items: more than
    /// one event holds when they are many.
    private static func heavy(_ id: String, start: String, shared: String) -> String {
        Diagrams.process(
            id,
            """
            \(start)
            <bpmn:receiveTask id="wait" messageRef="message-go"/>
            <bpmn:scriptTask id="work"><bpmn:extensionElements>
              <zeebe:script expression="=big + string(item)" resultVariable="copy"/>
            </bpmn:extensionElements>
            <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>
              <zeebe:loopCharacteristics inputCollection="=times" inputElement="item"/>
            </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
            </bpmn:scriptTask><bpmn:endEvent id="end"/>
            \(Diagrams.flow("wait", "work"))\(Diagrams.flow("work", "end"))
            """, shared: shared)
    }

    private static let waiting = heavy(
        "heavy", start: #"<bpmn:startEvent id="start"/>"# + Diagrams.flow("start", "wait"),
        shared: Diagrams.message("go"))

    private static let big = String(repeating: "x", count: 30_000)
    private static let many = "[" + (1...60).map(String.init).joined(separator: ",") + "]"

    private func begun(_ firm: Firm) async throws -> String {
        try await firm.run(
            "process.start",
            """
            {"process": "heavy", "variables":
             {"key": "a/1", "times": \(Self.many), "big": "\(Self.big)"}}
            """)
        return try #require(try firm.instances(of: "heavy").last)
    }

    private func publish(_ firm: Firm) async throws {
        try await firm.run(
            "process.publish-message",
            #"{"name": "go", "correlationKey": "a/1", "timeToLive": "PT1H"}"#)
    }

    @Test("an event that is too large, met again after a restart and done when it is mended")
    func tooLarge() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/heavy.bpmn": Self.waiting])
        let instance = try await begun(firm)
        try await publish(firm)
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.reason == "event-too-large")
        #expect(incident.elementID == "wait")
        #expect(try await firm.waits(of: instance) == [], "nothing meets it again by itself")
        try firm.restart(losingIndex: true)
        try await firm.settle()
        #expect(try await firm.state(instance).incidents == [incident])
        // A retry without remedy is refused to who asked, and the incident stays.
        let retry = #"{"instance": "\#(instance)", "reason": "it may fit now"}"#
        #expect(try await firm.refusal("process.retry", retry) == "event-too-large")
        #expect(try await firm.state(instance).incidents == [incident])
        try await firm.run(
            "process.set-variable",
            #"{"instance": "\#(instance)", "name": "times", "value": [1], "reason": "too many"}"#)
        try await firm.run("process.retry", retry)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("the message that was met is used up by the instance that met it")
    func messageStaysUsed() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/heavy.bpmn": Self.waiting])
        _ = try await begun(firm)
        try await publish(firm)
        let second = try await begun(firm)
        #expect(try await firm.waits(of: second) == ["wait"])
    }

    @Test("an instance whose beginning is refused stands with an incident, and begins by a retry")
    func start() async throws {
        let diagram = Diagrams.process(
            "begin",
            """
            <bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="message-go"/>
            </bpmn:startEvent>
            <bpmn:scriptTask id="work"><bpmn:extensionElements>
              <zeebe:script expression='=big + string(item)' resultVariable="copy"/>
            </bpmn:extensionElements>
            <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>
              <zeebe:loopCharacteristics
                inputCollection='=object("inventory.product", "P1").name.split'
                inputElement="item"/>
            </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
            </bpmn:scriptTask><bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "end"))
            """, shared: Diagrams.message("go"))
        let count = #"=if object("inventory.product", "P1").name = "Few" then [1] else times"#
        let firm = try await Firm.trading(
            stock: [:],
            replacing: [
                "processes/begin.bpmn": diagram.replacing(
                    #"=object("inventory.product", "P1").name.split"#, with: count)
            ])
        try await firm.run(
            "process.publish-message",
            """
            {"name": "go", "correlationKey": "a/1", "variables":
             {"times": \(Self.many), "big": "\(Self.big)"}}
            """)
        let instance = try #require(try firm.instances(of: "begin").last)
        let incident = try #require(try await firm.state(instance).incidents.first)
        #expect(incident.reason == "event-too-large")
        #expect(incident.elementID == "begin")
        try firm.restart()
        try await firm.settle()
        #expect(try firm.instances(of: "begin") == [instance])
        try await firm.run(
            "inventory.change-product", #"{"product": "P1", "name": "Few"}"#)
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "there are few now"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("a timer whose step is refused does not fire again by itself")
    func timer() async throws {
        let diagram = Self.waiting
            .replacing(
                #"<bpmn:receiveTask id="wait" messageRef="message-go"/>"#,
                with: """
                    <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition>
                      <bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>
                    </bpmn:intermediateCatchEvent>
                    """)
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/heavy.bpmn": diagram])
        let instance = try await begun(firm)
        try await firm.advance(to: "2026-03-02T10:00:00Z")
        #expect(try await firm.state(instance).incidents.map(\.reason) == ["event-too-large"])
        let end = firm.end
        try await firm.advance(to: "2026-03-02T12:00:00Z")
        #expect(firm.end == end + 1, "the clock alone moved")
        try await firm.run(
            "process.set-variable",
            #"{"instance": "\#(instance)", "name": "times", "value": [1], "reason": "too many"}"#)
        try await firm.run(
            "process.retry", #"{"instance": "\#(instance)", "reason": "few now"}"#)
        #expect(try await firm.state(instance).status == .completed)
    }
}
