import Business
import Processes
import Records
import Testing

@Suite("Order to cash beside shipments that people plan and ship themselves")
struct PlannedShipmentProcessTests {
    /// How goods leave while the process has a shipment planned.
    enum Way: CaseIterable {
        case byOrder, byShipment, afterStart, splitByHand, plannedByHand, givenUpByHand
    }

    @Test("every way leads to the invoice and the end", arguments: Way.allCases)
    func ways(way: Way) async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 4)], channel: "phone")
        let first = try shipment(of: "SO-1", in: firm)
        switch way {
        case .byOrder: try await ship(#"{"order": "SO-1"}"#, firm)
        case .byShipment: try await ship(#"{"shipment": "\#(first)"}"#, firm)
        case .afterStart:
            try await firm.run(
                "fulfillment.start-pick", #"{"shipment": "\#(first)"}"#, as: "dora")
            #expect(
                try await firm.refusal("fulfillment.ship", #"{"order": "SO-1"}"#, as: "dora")
                    == "already-planned")
            for command in ["confirm-pick", "pack", "issue-goods"] {
                try await firm.run(
                    "fulfillment.\(command)", #"{"shipment": "\#(first)"}"#, as: "dora")
            }
        case .splitByHand, .plannedByHand, .givenUpByHand:
            try await byHand(way, first, instance, firm)
        }
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.tasks(of: instance).isEmpty)
        #expect(
            try await firm.counters(of: "SO-1") == ["ordered 4 shipped 4 invoiced 4"], "\(way)")
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "96.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    /// Somebody plans other shipments than the process has planned.
    private func byHand(
        _ way: Way, _ first: String, _ instance: String, _ firm: Firm
    ) async throws {
        try await firm.run(
            "fulfillment.start-pick", #"{"shipment": "\#(first)"}"#, as: "dora")
        try await firm.run(
            "fulfillment.confirm-pick",
            #"{"shipment": "\#(first)", "lines": [{"line": 1, "quantity": "1"}]}"#, as: "dora")
        // Packed with one of four: three are free for who comes first.
        try await firm.run("fulfillment.pack", #"{"shipment": "\#(first)"}"#, as: "dora")
        switch way {
        case .splitByHand: try await ship(#"{"order": "SO-1", "shipment": "H1"}"#, firm)
        default:
            try await firm.run(
                "fulfillment.plan-shipment", #"{"order": "SO-1", "shipment": "H1"}"#, as: "dora")
        }
        try await firm.run(
            "fulfillment.issue-goods", #"{"shipment": "\#(first)"}"#, as: "dora")
        switch way {
        case .plannedByHand:
            #expect(try await firm.tasks(of: instance).isEmpty)
            try await ship(#"{"shipment": "H1"}"#, firm)
        case .givenUpByHand:
            try await firm.run(
                "fulfillment.cancel-shipment", #"{"shipment": "H1", "reason": "too heavy"}"#,
                as: "dora")
            #expect(try await firm.tasks(of: instance).map(\.element) == ["start-pick"])
            try await ship(#"{"order": "SO-1"}"#, firm)
        default: break
        }
    }

    @Test("a cancelled order gives up what somebody else had planned of it")
    func cancelled() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 4)], channel: "phone")
        let first = try shipment(of: "SO-1", in: firm)
        for (command, more) in [
            ("start-pick", ""),
            ("confirm-pick", #", "lines": [{"line": 1, "quantity": "1"}]"#), ("pack", ""),
        ] {
            try await firm.run(
                "fulfillment.\(command)", #"{"shipment": "\#(first)"\#(more)}"#, as: "dora")
        }
        try await firm.run(
            "fulfillment.plan-shipment", #"{"order": "SO-1", "shipment": "H1"}"#, as: "dora")
        try await firm.run(
            "process.publish-message",
            #"{"name": "cancel-order", "correlationKey": "sales.order/SO-1", "variables": {}}"#)
        try await firm.expectNoIncident(in: instance)
        for id in [first, "H1"] {
            #expect(
                try await firm.field("status", of: "fulfillment.shipment", id) == "cancelled")
        }
    }

    private func ship(_ json: String, _ firm: Firm) async throws {
        try await firm.run("fulfillment.ship", json, as: "dora")
    }

    private func shipment(of order: String, in firm: Firm) throws -> String {
        let planned = try firm.events().last {
            ($0.event as? ShipmentPlanned)?.order.text == order
        }
        return try #require(planned).stream.id
    }
}
