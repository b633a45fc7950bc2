import Business
import Engine
import Processes
import Records
import Testing

@Suite("Every step of an instance belongs to the case that it carries")
struct BusinessCaseTests {
    private func steps(of instance: String, _ firm: Firm) throws -> [RecordedEvent] {
        try firm.events().filter { $0.event is InstanceAdvanced && $0.stream.id == instance }
    }

    private func causes(of steps: [RecordedEvent]) throws -> [String] {
        try steps.map {
            try Advance.decode(try #require($0.event as? InstanceAdvanced).advance.bytes).cause
        }
    }

    @Test("steps by messages, people and interventions, and what their commands write")
    func order() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], channel: "phone")
        let task = try #require(try await firm.tasks(of: instance).first)
        try await firm.run("process.claim-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        let before = firm.end
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        let done = try firm.events().filter {
            $0.position > before && !$0.type.hasPrefix("definition.")
        }
        #expect(done.allSatisfy { $0.correlation == "sales.order/SO-1" })
        try await firm.run(
            "process.set-variable",
            #"{"instance": "\#(instance)", "name": "note", "value": "x", "reason": "a test"}"#)
        let steps = try steps(of: instance, firm)
        let causes = try causes(of: steps)
        for word in ["message", "task", "variable"] {
            #expect(causes.contains { $0.hasPrefix(word) }, "a step by a \(word): \(causes)")
        }
        #expect(Set(steps.compactMap(\.correlation)) == ["sales.order/SO-1"])
        let first = try #require(steps.first?.event as? InstanceAdvanced)
        #expect(first.businessCase == "sales.order/SO-1")
        #expect(first.objects.first == "sales.order/SO-1")
        #expect(first.objects.contains("sales.account/C1"))
    }

    @Test("steps by timers, after a restart too")
    func restart() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "promisedDate": "2026-03-10""#)
        try firm.restart(losingIndex: true)
        try await firm.advance(to: "2026-03-12T09:00:00Z")
        let steps = try steps(of: instance, firm)
        #expect(try causes(of: steps).contains { $0.hasPrefix("timer") })
        #expect(Set(steps.compactMap(\.correlation)) == ["sales.order/SO-1"])
    }

    @Test("an order that came from a quote is found by its own name and by the quote's")
    func fromQuote() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1",
             "lines": [{"product": "P1", "quantity": "2", "price": "20.00"}]}
            """, as: "anna")
        try await firm.run(
            "sales.send-quote", #"{"quote": "QU-1", "validUntil": "2026-03-20"}"#, as: "anna")
        try await firm.run(
            "sales.accept-quote", #"{"quote": "QU-1", "order": "SO-1"}"#, as: "anna")
        let desk = try Desk(firm)
        let order = try desk.rows("process.instances", #"{"document": "sales.order/SO-1"}"#)
        #expect(order.compactMap { $0["process"]?.stringValue } == ["order-to-cash"])
        #expect(order.compactMap { $0["document"]?.stringValue } == ["sales.order/SO-1"])
        let quote = try desk.rows("process.instances", #"{"document": "sales.quote/QU-1"}"#)
        #expect(
            Set(quote.compactMap { $0["process"]?.stringValue })
                == ["order-to-cash", "quote-validity"])
        #expect(try desk.rows("process.instances", #"{"document": "sales.order/SO-2"}"#).isEmpty)
    }

    @Test("what a person starts is its own case")
    func byHand() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/ask.bpmn": Diagrams.waiting("ask")])
        try await firm.run(
            "process.start", #"{"process": "ask", "variables": {"key": "sales.order/SO-9"}}"#)
        try await firm.run(
            "process.publish-message", #"{"name": "go", "correlationKey": "sales.order/SO-9"}"#)
        let instance = try #require(try firm.instances(of: "ask").last)
        let steps = try steps(of: instance, firm)
        #expect(steps.count == 2)
        #expect(Set(steps.compactMap(\.correlation)) == ["process.instance/\(instance)"])
    }

    /// A step as it was stored before it knew case and objects.
    private static let golden: [UInt8] = [
        5, 3, 97, 115, 107, 9, 3, 1, 2, 3, 20, 14, 24, 8,
    ]

    @Test("a step that an older program wrote is read as it was")
    func oldBytes() throws {
        let step = try InstanceAdvanced.decoded(from: Self.golden)
        #expect(step.process == "ask")
        #expect(step.advance.bytes == [1, 2, 3])
        #expect(step.owedFrom == 7)
        #expect(step.set == 4)
        #expect(step.businessCase == nil)
        #expect(step.objects == [])
        #expect(step.message == nil)
        #expect(step.broadcasts == nil)
        #expect(step.encoded() == Self.golden)
    }
}
