import Business
import Engine
import Processes
import Records
import Testing

@Suite("Signals: thrown by processes or broadcast from outside")
struct SignalTests {
    private static let signal = #"<bpmn:signal id="alarm" name="fire alarm"/>"#

    private static let onSignal = #"<bpmn:signalEventDefinition signalRef="alarm"/>"#

    /// Begins with the signal, or by hand, and waits for a worker.
    private static let listener = Diagrams.process(
        "evacuate",
        """
        <bpmn:startEvent id="by-hand"/>
        <bpmn:startEvent id="by-signal">\(onSignal)</bpmn:startEvent>
        <bpmn:exclusiveGateway id="either"/>
        <bpmn:serviceTask id="work"><bpmn:extensionElements>
          <zeebe:taskDefinition type="run"/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("by-hand", "either"))\(Diagrams.flow("by-signal", "either"))
        \(Diagrams.flow("either", "work"))\(Diagrams.flow("work", "end"))
        """, shared: signal)

    /// Throws the signal `times` times, each with the floor as its own variable.
    private static func thrower(times: Int = 1, end: Bool = false) -> String {
        let mapping = """
            <bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=floor" target="floor"/>\
            </zeebe:ioMapping></bpmn:extensionElements>
            """
        var nodes = #"<bpmn:startEvent id="start"/>"#
        var last = "start"
        for number in 0..<times {
            let name = end && number == times - 1 ? "endEvent" : "intermediateThrowEvent"
            nodes += "<bpmn:\(name) id=\"throw\(number)\">\(mapping)\(onSignal)</bpmn:\(name)>"
            nodes += Diagrams.flow(last, "throw\(number)")
            last = "throw\(number)"
        }
        if !end { nodes += #"<bpmn:endEvent id="end"/>"# + Diagrams.flow(last, "end") }
        return Diagrams.process("smoke", nodes, shared: signal)
    }

    /// A task with an event sub-process for the signal around it.
    private static func guarded(interrupting: Bool, throwsItself: Bool = false) -> String {
        let middle =
            throwsItself
            ? "<bpmn:intermediateThrowEvent id=\"cry\">\(onSignal)</bpmn:intermediateThrowEvent>"
                + Diagrams.flow("start", "cry") + Diagrams.flow("cry", "work")
            : Diagrams.flow("start", "work")
        return Diagrams.process(
            "guarded",
            """
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="run"/></bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            \(middle)\(Diagrams.flow("work", "end"))
            <bpmn:subProcess id="case" triggeredByEvent="true">
              <bpmn:startEvent id="heard" isInterrupting="\(interrupting)">\(onSignal)
              </bpmn:startEvent>
              <bpmn:serviceTask id="leave"><bpmn:extensionElements>
                <zeebe:taskDefinition type="run"/></bpmn:extensionElements></bpmn:serviceTask>
              <bpmn:endEvent id="out"/>
              \(Diagrams.flow("heard", "leave"))\(Diagrams.flow("leave", "out"))
            </bpmn:subProcess>
            """, shared: signal)
    }

    private func firm(_ diagrams: [String: String]) async throws -> Firm {
        try await Firm.trading(stock: [:], replacing: diagrams)
    }

    private func start(_ firm: Firm, _ process: String) async throws -> String {
        try await firm.run(
            "process.start", #"{"process": "\#(process)", "variables": {"floor": 3}}"#)
        return try #require(try firm.instances(of: process).last)
    }

    private func broadcast(_ firm: Firm, _ variables: String = #"{"floor": 3}"#) async throws {
        try await firm.run(
            "process.broadcast-signal", #"{"name": "fire alarm", "variables": \#(variables)}"#)
    }

    private func waits(_ firm: Firm, _ instance: String) async throws -> [String] {
        try await firm.state(instance).waits.map(\.elementID)
    }

    // MARK: Starting

    @Test("a signal from outside starts a process that begins with it, with what it carries")
    func startsFromOutside() async throws {
        let firm = try await firm(["processes/evacuate.bpmn": Self.listener])
        try await broadcast(firm)
        let instance = try #require(try firm.instances(of: "evacuate").last)
        let state = try await firm.state(instance)
        #expect(state.waits.map(\.elementID) == ["work"])
        #expect(state.variable("floor", at: 1) == .integer(3))
        try await broadcast(firm)
        #expect(try firm.instances(of: "evacuate").count == 2, "each broadcast begins one")
    }

    @Test("a process with a signal start beside a plain one can be begun by either")
    func severalStarts() async throws {
        let firm = try await firm(["processes/evacuate.bpmn": Self.listener])
        _ = try await start(firm, "evacuate")
        try await broadcast(firm)
        #expect(try firm.instances(of: "evacuate").count == 2)
    }

    @Test("a signal of another name starts nothing", arguments: ["fire", "FIRE ALARM"])
    func otherName(_ name: String) async throws {
        let firm = try await firm(["processes/evacuate.bpmn": Self.listener])
        try await firm.run("process.broadcast-signal", #"{"name": "\#(name)"}"#)
        #expect(try firm.instances(of: "evacuate").isEmpty)
    }

    @Test("a signal that a process throws starts another", arguments: [false, true])
    func startsFromProcess(atEnd: Bool) async throws {
        let firm = try await firm([
            "processes/evacuate.bpmn": Self.listener,
            "processes/smoke.bpmn": Self.thrower(end: atEnd),
        ])
        let thrower = try await start(firm, "smoke")
        #expect(try await firm.state(thrower).status == .completed)
        let instance = try #require(try firm.instances(of: "evacuate").last)
        #expect(try await firm.state(instance).variable("floor", at: 1) == .integer(3))
    }

    @Test("a step that throws three signals starts three instances")
    func severalInOneStep() async throws {
        let firm = try await firm([
            "processes/evacuate.bpmn": Self.listener,
            "processes/smoke.bpmn": Self.thrower(times: 3),
        ])
        _ = try await start(firm, "smoke")
        #expect(try firm.instances(of: "evacuate").count == 3)
    }

    @Test("only the version that is deployed last is started, and not for earlier signals")
    func latestVersion() async throws {
        let firm = try await firm([:])
        try await broadcast(firm)
        try await firm.deploy(["processes/evacuate.bpmn": Self.listener])
        #expect(try firm.instances(of: "evacuate").isEmpty)
        try await broadcast(firm)
        #expect(try firm.instances(of: "evacuate").count == 1)
    }

    @Test("a restart starts nothing again", arguments: [false, true])
    func restart(losingIndex: Bool) async throws {
        let firm = try await firm([
            "processes/evacuate.bpmn": Self.listener,
            "processes/guarded.bpmn": Self.guarded(interrupting: false),
        ])
        let instance = try await start(firm, "guarded")
        try await broadcast(firm)
        let (end, before) = (firm.end, try await waits(firm, instance))
        try firm.restart(losingIndex: losingIndex)
        #expect(firm.end == end)
        #expect(try await waits(firm, instance) == before)
    }

    // MARK: Event sub-processes

    @Test("an interrupting event sub-process takes over")
    func interrupting() async throws {
        let firm = try await firm([
            "processes/guarded.bpmn": Self.guarded(interrupting: true)
        ])
        let instance = try await start(firm, "guarded")
        try await broadcast(firm)
        #expect(try await waits(firm, instance) == ["leave"])
        try await broadcast(firm)
        #expect(try await waits(firm, instance) == ["leave"], "it is met once")
    }

    @Test("a non-interrupting one begins for each signal, also for two in one step")
    func nonInterrupting() async throws {
        let firm = try await firm([
            "processes/guarded.bpmn": Self.guarded(interrupting: false),
            "processes/smoke.bpmn": Self.thrower(times: 2),
        ])
        let instance = try await start(firm, "guarded")
        try await broadcast(firm)
        #expect(try await waits(firm, instance).filter { $0 == "leave" }.count == 1)
        _ = try await start(firm, "smoke")
        let waits = try await waits(firm, instance)
        #expect(waits.filter { $0 == "leave" }.count == 3)
        #expect(waits.contains("work") && waits.contains("heard"))
    }

    @Test("an instance hears its own signal, when it listened before it threw")
    func ownSignal() async throws {
        let firm = try await firm([
            "processes/guarded.bpmn": Self.guarded(interrupting: true, throwsItself: true)
        ])
        let instance = try await start(firm, "guarded")
        #expect(try await waits(firm, instance) == ["leave"])
    }

    // MARK: Conditions

    private static let stock = Diagrams.process(
        "refill",
        """
        <bpmn:startEvent id="low"><bpmn:conditionalEventDefinition><bpmn:condition>=left &lt; 5
        </bpmn:condition></bpmn:conditionalEventDefinition></bpmn:startEvent>
        <bpmn:startEvent id="none"><bpmn:conditionalEventDefinition><bpmn:condition>=left = 0
        </bpmn:condition></bpmn:conditionalEventDefinition></bpmn:startEvent>
        <bpmn:exclusiveGateway id="either"/>
        <bpmn:serviceTask id="work"><bpmn:extensionElements>
          <zeebe:taskDefinition type="run"/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("low", "either"))\(Diagrams.flow("none", "either"))
        \(Diagrams.flow("either", "work"))\(Diagrams.flow("work", "end"))
        """)

    @Test(
        "conditional start events begin an instance each when their conditions are met",
        arguments: [(9, 0), (3, 1), (0, 2)])
    func conditions(_ left: Int, _ count: Int) async throws {
        let firm = try await firm(["processes/refill.bpmn": Self.stock])
        try await firm.run(
            "process.evaluate-conditions", #"{"variables": {"left": \#(left)}}"#)
        let instances = try firm.instances(of: "refill")
        #expect(instances.count == count)
        for instance in instances {
            #expect(
                try await firm.state(instance).variable("left", at: 1) == .integer(Int64(left)))
        }
        let end = firm.end
        try firm.restart(losingIndex: true)
        #expect(firm.end == end)
    }

    // MARK: Who may

    @Test("who may not publish messages may not broadcast signals")
    func authority() async throws {
        let firm = try await firm([:])
        let code = try await firm.refusal(
            "process.broadcast-signal", #"{"name": "fire alarm"}"#, as: "anna")
        #expect(code == "not-allowed")
    }

    @Test("the event names the signal, what it carries and who gave it")
    func recorded() async throws {
        let firm = try await firm([:])
        try await broadcast(firm)
        let event = try #require(
            try firm.events().last { $0.event is SignalBroadcast })
        #expect((event.event as? SignalBroadcast)?.name == "fire alarm")
        #expect(event.stream.description == "process.signal/broadcasts")
    }
}
