import Business
import Engine
import EventLog
import Processes
import Records
import Testing

@Suite("What happens once, whatever the clock and restarts do")
struct OnceTests {
    // MARK: Single instances

    /// One instance at a time for each product that is changed; it lasts an hour.
    private static let watch = Diagrams.row(
        "watch",
        start: """
            <bpmn:startEvent id="start"><bpmn:extensionElements>
              <zeebe:properties><zeebe:property name="single" value="true"/></zeebe:properties>
            </bpmn:extensionElements>
            <bpmn:messageEventDefinition messageRef="changed"/></bpmn:startEvent>
            """,
        wait: """
            <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition>
              <bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>
            </bpmn:intermediateCatchEvent>
            """,
        shared: #"<bpmn:message id="changed" name="inventory.product-changed"/>"#)

    private func change(_ product: String, _ firm: Firm) async throws {
        try await firm.run(
            "inventory.change-product",
            #"{"product": "\#(product)", "name": "Part at \#(firm.end)"}"#)
    }

    @Test("a single process has one active instance for each object, and another when it has ended")
    func single() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/watch.bpmn": Self.watch])
        try await change("P1", firm)
        try await change("P1", firm)
        try await change("P2", firm)
        #expect(try firm.instances(of: "watch").count == 2)
        // A timer ends both; an event for the object of one begins one.
        try await firm.advance(to: "2026-03-02T10:00:00Z")
        try await change("P1", firm)
        try await change("P1", firm)
        let begun = try firm.instances(of: "watch")
        #expect(begun.count == 3)
        #expect(try await firm.state(try #require(begun.last)).status == .active)
    }

    @Test("an event that found an instance active begins none after a restart either")
    func singleAfterRestart() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/watch.bpmn": Self.watch])
        try await change("P1", firm)
        try await change("P1", firm)
        try await firm.advance(to: "2026-03-02T10:00:00Z")
        let before = try firm.instances(of: "watch")
        for losesIndex in [false, true] {
            try firm.restart(losingIndex: losesIndex)
            try await firm.settle()
            #expect(try firm.instances(of: "watch") == before)
        }
    }

    // MARK: Messages from outside

    private func publish(_ firm: Firm, timeToLive: String? = nil) async throws {
        let life = timeToLive.map { #", "timeToLive": "\#($0)""# } ?? ""
        try await firm.run(
            "process.publish-message", #"{"name": "go", "correlationKey": "a/1"\#(life)}"#)
    }

    private func begin(_ process: String, _ firm: Firm) async throws -> String {
        try await firm.run(
            "process.start", #"{"process": "\#(process)", "variables": {"key": "a/1"}}"#)
        return try #require(try firm.instances(of: process).last)
    }

    private func statuses(of process: String, _ firm: Firm) async throws -> [InstanceStatus] {
        var found: [InstanceStatus] = []
        for instance in try firm.instances(of: process) {
            found.append(try await firm.state(instance).status)
        }
        return found
    }

    private func firm() async throws -> Firm {
        try await Firm.trading(
            stock: [:],
            replacing: [
                "processes/ask.bpmn": Diagrams.waiting("ask"),
                "processes/tell.bpmn": Diagrams.waiting("tell"),
            ])
    }

    @Test("a message without time to live is for those that wait, also on a clock that stands")
    func noTimeToLive() async throws {
        let firm = try await firm()
        try await publish(firm)
        _ = try await begin("ask", firm)
        #expect(try await statuses(of: "ask", firm) == [.active])
        try await publish(firm)
        #expect(try await statuses(of: "ask", firm) == [.completed])
    }

    @Test("a message lives until its time is over, not at that time any more")
    func timeToLive() async throws {
        let firm = try await firm()
        try await publish(firm, timeToLive: "PT1H")
        try await firm.advance(to: "2026-03-02T08:59:59Z")
        _ = try await begin("ask", firm)
        try await publish(firm, timeToLive: "PT1H")
        try await firm.advance(to: "2026-03-02T09:59:59Z")
        _ = try await begin("ask", firm)
        #expect(try await statuses(of: "ask", firm) == [.completed, .active])
    }

    @Test("a message is used by one instance of a process, and by each process that waits for it")
    func onePerProcess() async throws {
        let firm = try await firm()
        for _ in 0..<2 { _ = try await begin("ask", firm) }
        _ = try await begin("tell", firm)
        try await publish(firm)
        #expect(try await statuses(of: "ask", firm) == [.completed, .active], "the oldest wait")
        #expect(try await statuses(of: "tell", firm) == [.completed])
        try await publish(firm)
        #expect(try await statuses(of: "ask", firm) == [.completed, .completed])
    }

    @Test("messages that wait are handed out one by one, to each instance another")
    func waitingMessages() async throws {
        let firm = try await firm()
        for _ in 0..<2 { try await publish(firm, timeToLive: "PT1H") }
        for _ in 0..<3 { _ = try await begin("ask", firm) }
        #expect(
            try await statuses(of: "ask", firm) == [.completed, .completed, .active])
        try firm.restart(losingIndex: true)
        try await firm.settle()
        #expect(
            try await statuses(of: "ask", firm) == [.completed, .completed, .active])
    }

    @Test("instances that begin to wait in one commit do not share a message")
    func oneCommit() async throws {
        let firm = try await firm()
        for _ in 0..<2 { try await publish(firm, timeToLive: "PT1H") }
        let payload = try JSONValue.parse(
            #"{"process": "ask", "variables": {"key": "a/1"}}"#)
        let engine = firm.engine
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = await engine.submit(
                        Submission(
                            name: "process.start", payload: payload, peer: .actor("owner")))
                }
            }
        }
        try await firm.settle()
        let found = try await statuses(of: "ask", firm)
        #expect(found.filter { $0 == .completed }.count == 2)
        #expect(found.count == 8)
    }

    // MARK: Signals

    @Test("a signal that was broadcast before a crash is heard after it, by those that waited then")
    func signalAfterCrash() async throws {
        let signal = #"<bpmn:signal id="alarm" name="alarm"/>"#
        let hear = Diagrams.row(
            "hear",
            wait: """
                <bpmn:intermediateCatchEvent id="wait">
                  <bpmn:signalEventDefinition signalRef="alarm"/></bpmn:intermediateCatchEvent>
                """, shared: signal)
        let shout = Diagrams.row(
            "shout",
            wait: """
                <bpmn:intermediateThrowEvent id="wait">
                  <bpmn:signalEventDefinition signalRef="alarm"/></bpmn:intermediateThrowEvent>
                """, shared: signal)
        let firm = try await Firm.trading(
            stock: [:],
            replacing: ["processes/hear.bpmn": hear, "processes/shout.bpmn": shout])
        try await firm.run("process.start", #"{"process": "hear"}"#)
        try await firm.run("process.start", #"{"process": "shout"}"#)
        let shouted = try #require(
            try firm.events().first {
                ($0.event as? InstanceAdvanced)?.process == "shout"
            })
        // The log ends with the commit of the broadcast: nobody was told yet.
        let log = MemoryEventLog()
        try RestartTests.copy(firm.log, through: shouted.position, to: log)
        let again = try await Firm(log: log, deploys: false)
        try await again.settle()
        let first = try #require(try again.instances(of: "hear").first)
        #expect(try await again.state(first).status == .completed)
        // Who begins to wait later does not hear it, after another restart neither.
        try await again.run("process.start", #"{"process": "hear"}"#)
        try again.restart(losingIndex: true)
        try await again.settle()
        let second = try #require(try again.instances(of: "hear").last)
        #expect(try await again.state(second).status == .active)
    }

    // MARK: Timer start events

    private static func timed(_ cycle: String) -> JSONValue {
        let diagram = Diagrams.row(
            "timed",
            start: """
                <bpmn:startEvent id="start"><bpmn:timerEventDefinition>
                  <bpmn:timeCycle>\(cycle)</bpmn:timeCycle></bpmn:timerEventDefinition>
                </bpmn:startEvent>
                """,
            wait: #"<bpmn:task id="wait"/>"#)
        return file("processes/timed.bpmn", diagram)
    }

    private static func file(_ name: String, _ content: String) -> JSONValue {
        .object([
            "files": .array([
                .object(["name": .string(name), "content": .string(content)])
            ])
        ])
    }

    private func begun(_ firm: Firm) throws -> [String] {
        try firm.events().filter {
            $0.version == 1 && ($0.event as? InstanceAdvanced)?.process == "timed"
        }.map { String($0.recordedAt.description.dropFirst(11).prefix(5)) }
    }

    @Test("a timer start event keeps its rhythm over restarts and other deployments")
    func rhythm() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run("definition.deploy", Self.timed("R/PT1H"))
        try await firm.advance(to: "2026-03-02T10:30:00Z")
        try firm.restart()
        try await firm.advance(to: "2026-03-02T11:20:00Z")
        #expect(try begun(firm) == ["09:00", "10:00", "11:00"])
        try await firm.run(
            "definition.deploy", Self.file("processes/ask.bpmn", Diagrams.waiting("ask")))
        try firm.restart(losingIndex: true)
        try await firm.advance(to: "2026-03-02T12:10:00Z")
        #expect(try begun(firm) == ["09:00", "10:00", "11:00", "12:00"])
    }

    @Test("a cycle with an end counts its firings over restarts")
    func counted() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run("definition.deploy", Self.timed("R3/PT1H"))
        for time in ["09:30", "10:30", "14:00"] {
            try await firm.advance(to: "2026-03-02T\(time):00Z")
            try firm.restart()
        }
        try await firm.advance(to: "2026-03-02T20:00:00Z")
        #expect(try begun(firm) == ["09:00", "10:00", "11:00"])
    }
}
