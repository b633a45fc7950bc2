import Business
import Engine
import EventLog
import Records
import Testing

@Suite("Events as facts")
struct EventDecoderTests {
    @Test("an event read from the log's own bytes says all that the stored one says")
    func sameEvent() async throws {
        let firm = try await Firm.trading()
        try await firm.order("SO-1", [("P1", 2), ("P2", 3)])
        try await firm.pay(order: "SO-1", "120.00")
        let decoder = firm.engine.decoder
        var read: [RecordedEvent] = []
        var whole: [RecordedEvent] = []
        let next = try firm.log.scan(
            from: .first, budget: ReadBudget(events: 10_000), verifying: true
        ) { (view) throws(LogFailure) in
            if let event = try? decoder.recorded(view) { read.append(event) }
            if let event = try? decoder.recorded(try view.stored()) { whole.append(event) }
            return true
        }
        #expect(next == firm.log.end.next)
        #expect(read.count == Int(firm.log.end.last.rawValue))
        #expect(read.map(said) == whole.map(said))
        #expect(read.contains { !$0.objects.isEmpty && $0.correlation != nil })
        #expect(read.contains { $0.definition != nil || $0.causation != nil })
    }

    private func said(_ event: RecordedEvent) -> [String] {
        [
            "\(event.position) \(event.stream) \(event.version) \(event.type) \(event.company)",
            "\(event.recordedAt) \(event.effectiveDate) \(event.actor) \(event.person)",
            "\(event.onBehalfOf ?? "-") \(event.correlation ?? "-") \(event.causation ?? 0)",
            "\(event.objects.map { "\($0.text) \($0.qualifier)" }) \(event.definition?.description ?? "-")",
            "\(event.event.content)",
        ]
    }
}
