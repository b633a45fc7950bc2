import Business
import Engine
import EventLog
import Processes
import Records
import Synchronization
import Testing

@Suite("Moving a manual clock")
struct ClockAdvanceTests {
    /// Waits twice for a while, and captures a lead after each.
    private static let chain = Diagrams.process(
        "chain",
        """
        <bpmn:startEvent id="start"/>
        \(wait("first", "=first"))\(capture("tell-first", "1"))
        \(wait("second", "=second"))\(capture("tell-second", "2"))
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "first"))\(Diagrams.flow("first", "tell-first"))
        \(Diagrams.flow("tell-first", "second"))\(Diagrams.flow("second", "tell-second"))
        \(Diagrams.flow("tell-second", "end"))
        """)

    /// Captures a lead every day at ten, from when it is deployed.
    private static let daily = Diagrams.process(
        "daily",
        """
        <bpmn:startEvent id="start"><bpmn:timerEventDefinition>
          <bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/2026-03-02T10:00:00Z/P1D</bpmn:timeCycle>
        </bpmn:timerEventDefinition></bpmn:startEvent>
        \(capture("tell", "", name: "daily"))
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "tell"))\(Diagrams.flow("tell", "end"))
        """)

    private static func wait(_ id: String, _ duration: String) -> String {
        """
        <bpmn:intermediateCatchEvent id="\(id)"><bpmn:timerEventDefinition>
          <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">\(duration)</bpmn:timeDuration>
        </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
        """
    }

    private static func capture(_ id: String, _ number: String, name: String? = nil) -> String {
        let company = name.map { #""\#($0)""# } ?? #"name + "\#(number)""#
        return """
            <bpmn:serviceTask id="\(id)"><bpmn:extensionElements>
              <zeebe:taskDefinition type="marketing.capture-lead"/><zeebe:ioMapping>
              <zeebe:input source='=\(company)' target="company"/>
              </zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
            """
    }

    /// A firm at 2026-03-02T08:00:00Z with four chains that wait, armed in this order.
    private func waitingFirm() async throws -> Firm {
        let firm = try await Firm.trading(
            stock: [:],
            replacing: ["processes/chain.bpmn": Self.chain, "processes/daily.bpmn": Self.daily])
        // C comes at nine and arms its second timer for ten, when A is due, which was armed before.
        for (name, first, second) in [
            ("E", "PT26H", "P9D"), ("C", "PT1H", "PT1H"), ("B", "PT2H", "PT0S"),
            ("A", "PT2H", "P9D"),
        ] {
            try await firm.run(
                "process.start",
                """
                {"process": "chain", "variables":
                 {"name": "\(name)", "first": "\(first)", "second": "\(second)"}}
                """)
        }
        return firm
    }

    /// Everything that was written after a position: when, as of which date, and what.
    private static func story(_ firm: Firm, after start: UInt64) throws -> [String] {
        try firm.events().filter { $0.position > start }.map { event in
            let company = (event.event as? LeadCaptured)?.company
            return "\(event.recordedAt) \(event.effectiveDate) \(company ?? event.type)"
        }
    }

    private static let move = (
        name: "clock.advance", json: #"{"to": "2026-03-03T12:00:00Z"}"#, key: "move"
    )

    @Test("what is due is done by its time, then by what armed it, what it arms by then included")
    func order() async throws {
        let firm = try await waitingFirm()
        let start = firm.end
        try await firm.run(Self.move.name, Self.move.json, key: Self.move.key)
        let leads = try firm.events().filter { $0.position > start }.compactMap { event in
            (event.event as? LeadCaptured)?.company.map { "\(event.recordedAt) \($0)" }
        }
        #expect(
            leads == [
                "2026-03-02T09:00:00Z C1",
                // Armed by the deployment, by the starts of B and A, by C's step at nine, by B's.
                "2026-03-02T10:00:00Z daily",
                "2026-03-02T10:00:00Z B1",
                "2026-03-02T10:00:00Z A1",
                "2026-03-02T10:00:00Z C2",
                "2026-03-02T10:00:00Z B2",
                // Armed by the start of E, and by the firing of the day before.
                "2026-03-03T10:00:00Z E1",
                "2026-03-03T10:00:00Z daily",
            ])
        let last = try #require(try firm.events().last)
        #expect(last.event is ClockAdvanced)
        #expect(last.recordedAt.description == "2026-03-03T12:00:00Z")
    }

    @Test("killed after any of its commits it goes on where it was when it is sent again")
    func resumed() async throws {
        let firm = try await waitingFirm()
        let start = firm.end
        let ends = Mutex<[UInt64]>([])
        firm.engine.observe { events in
            if let last = events.last { ends.withLock { $0.append(last.position) } }
        }
        try await firm.run(Self.move.name, Self.move.json, key: Self.move.key)
        let whole = try Self.story(firm, after: start)
        let cuts = ends.withLock { $0 }
        // Each firing is a commit of its own, and so is the end.
        #expect(cuts.count == 9)
        for cut in cuts.dropLast() {
            let log = MemoryEventLog()
            try RestartTests.copy(firm.log, through: cut, to: log)
            let again = try await Firm(log: log, deploys: false)
            try await again.settle()
            let reply = try await again.ask(Self.move.name, Self.move.json, key: Self.move.key)
            guard case .accepted = reply else {
                Issue.record("cut after event \(cut - start): \(reply.line)")
                continue
            }
            #expect(try Self.story(again, after: start) == whole, "cut after event \(cut - start)")
        }
    }

    @Test("a move over years that was cut off says so after a restart, and goes on")
    func cutOff() async throws {
        let firm = try await waitingFirm()
        let start = firm.end
        let ends = Mutex<[UInt64]>([])
        firm.engine.observe { events in
            if let last = events.last { ends.withLock { $0.append(last.position) } }
        }
        let goal = "2027-04-01T00:00:00Z"
        let move = #"{"to": "\#(goal)"}"#
        try await firm.run("clock.advance", move, key: "far")
        let begun = try firm.events().filter { $0.event is ClockAdvanceBegun }
        #expect(begun.map(\.recordedAt.description) == ["2026-03-02T08:00:00Z"])
        #expect(try await firm.field("goal", of: "clock.clock", "main") == "absent")
        let cut = try #require(ends.withLock { $0.dropFirst(20).first })
        let log = MemoryEventLog()
        try RestartTests.copy(firm.log, through: cut, to: log)
        let again = try await Firm(log: log, deploys: false)
        try await again.settle()
        #expect(try await again.field("goal", of: "clock.clock", "main") == goal)
        try await again.run("clock.advance", move, key: "far")
        #expect(try await again.field("goal", of: "clock.clock", "main") == "absent")
        #expect(try await again.field("time", of: "clock.clock", "main") == goal)
        #expect(try Self.story(again, after: start) == Self.story(firm, after: start))
    }

    @Test("a clock moves ten years at once at the most, and says where to")
    func tooFar() async throws {
        let firm = try await waitingFirm()
        let end = firm.end
        let reply = try await firm.ask("clock.advance", #"{"date": "2300-01-01"}"#)
        guard case .rejected(let rejection) = reply else {
            Issue.record("\(reply.line)")
            return
        }
        #expect(rejection.code.name == "advance-too-far")
        #expect(rejection.message.contains("3660 days"))
        #expect(rejection.message.contains("2036-03-09T08:00:00Z"))
        #expect(firm.end == end)
    }

    @Test("it does not go back, and sent again with its key it moves nothing")
    func again() async throws {
        let firm = try await waitingFirm()
        let first = try await firm.ask(Self.move.name, Self.move.json, key: Self.move.key)
        let end = firm.end
        #expect(try await firm.ask(Self.move.name, Self.move.json, key: Self.move.key) == first)
        #expect(firm.end == end)
        let code = try await firm.refusal("clock.advance", #"{"date": "2026-03-03"}"#)
        #expect(code == "invalid-value")
    }
}
