import Business
import Records
import Testing

@Suite("What is planned is shipped once")
struct PlannedShipmentTests {
    /// An order of 5 A with a shipment `P1` of 2 that is planned.
    private func fixture() throws -> (StockFixture, order: String) {
        let fixture = try StockFixture()
        try fixture.receive("9", worth: "90.01")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order, as: "P1", #", "lines": [{"line": 1, "quantity": "2"}]"#)
        return (fixture, order)
    }

    /// Reserved, planned, picked and shipped.
    private func ledger(_ fixture: StockFixture, _ order: String) throws -> String {
        let line = try fixture.line(order)
        return
            "\(line.reserved.digits) \(line.planned.digits) \(line.picked.digits) \(line.shipped.digits)"
    }

    @Test("an order is shipped by its planned shipment, and the rest by one of its own")
    func usesThePlan() throws {
        let (fixture, order) = try fixture()
        #expect(try ledger(fixture, order) == "5 2 0 0")
        let events = try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        #expect(events.count { $0 is ShipmentPlanned } == 1)
        #expect(fixture.shipment("P1").status == .shipped)
        #expect(fixture.shipment("P1").lines.map(\.issued) == [try count("2")])
        #expect(fixture.shipment("SH-2026-000001").lines.map(\.issued) == [try count("3")])
        #expect(try ledger(fixture, order) == "0 0 0 5")
        #expect(fixture.books.events(OrderShippedInFull.self).count == 1)
        #expect(fixture.stock().reservations.isEmpty)
    }

    @Test("two shipments in one command cost one after the other")
    func costs() throws {
        let fixture = try StockFixture()
        try fixture.receive("2", of: "F", worth: "10.00")
        try fixture.receive("3", of: "F", worth: "60.00")
        let order = try fixture.reservedOrder("5 F")
        try fixture.plan(order, as: "P1", #", "lines": [{"line": 1, "quantity": "2"}]"#)
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        let costs = fixture.books.events(GoodsIssued.self).flatMap { $0.lines.map(\.cost.digits) }
        #expect(costs == ["10.00", "60.00"])
        #expect(fixture.position("F") == "0 / 0.00")
    }

    @Test("a whole order that is planned makes no second shipment")
    func nothingElse() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order, as: "P1")
        let events = try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        #expect(!events.contains { $0 is ShipmentPlanned })
        #expect(fixture.shipment("P1").status == .shipped)
        #expect(try ledger(fixture, order) == "0 0 0 5")
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let command: String
        let more: String
        let status: ShipmentStatus
        let found: String
        var testDescription: String { "\(command)\(more) beside one that is \(status)" }
    }

    // swift-format-ignore
    static let refused = [
        Refused(command: "plan-shipment", more: "", status: .planned, found: #"fulfillment.ship {"shipment": "P1"}"#),
        Refused(command: "plan-shipment", more: "", status: .picking, found: "which is picking; finish picking it"),
        Refused(command: "plan-shipment", more: "", status: .packed, found: "fulfillment.issue-goods"),
        Refused(command: "ship", more: "", status: .picking, found: "shipment P1, which is picking"),
        Refused(command: "ship", more: "", status: .packed, found: "give it up with fulfillment.cancel-shipment"),
        Refused(command: "ship", more: #", "shipment": "N1""#, status: .planned, found: "shipment P1, which is planned"),
        Refused(command: "ship", more: #", "lines": [{"line": 1}]"#, status: .planned, found: "at most 0 of line 1"),
        Refused(command: "ship", more: #", "lines": [{"line": 1, "quantity": "1"}]"#, status: .planned, found: "shipment P1"),
    ]

    @Test("what is in a shipment is refused to a second one, which is named", arguments: refused)
    func refusedTwice(row: Refused) throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order, as: "P1")
        if row.status != .planned { try fixture.startPick("P1") }
        if row.status == .packed {
            try fixture.run("fulfillment.confirm-pick", #"{"shipment": "P1"}"#)
            try fixture.pack("P1")
        }
        let before = fixture.books.log.count
        let rejection = try fixture.refusal(
            of: "fulfillment.\(row.command)", #"{"order": "\#(order)"\#(row.more)}"#)
        #expect(rejection.code == .alreadyPlanned)
        #expect(rejection.message.contains(row.found), "\(rejection.message)")
        #expect(fixture.books.log.count == before)
    }

    @Test("what is not planned may leave by itself, also by name")
    func beyondThePlan() throws {
        let (fixture, order) = try fixture()
        let rejection = try fixture.refusal(
            of: "fulfillment.ship",
            #"{"order": "\#(order)", "lines": [{"line": 1, "quantity": "4"}]}"#)
        #expect(rejection.code == .alreadyPlanned)
        #expect(rejection.message.contains("at most 3 of line 1"))
        try fixture.run(
            "fulfillment.ship", #"{"order": "\#(order)", "lines": [{"line": 1, "quantity": "3"}]}"#)
        #expect(try ledger(fixture, order) == "2 2 0 3")
        try fixture.startPick("P1")
        try fixture.pick("P1", 1, "2")
        try fixture.pack("P1")
        try fixture.issue("P1")
        #expect(try ledger(fixture, order) == "0 0 0 5")
    }

    @Test("what is packed without some of its plan, found short or given up can be planned again")
    func freedAgain() throws {
        let (fixture, order) = try fixture()
        try fixture.startPick("P1")
        try fixture.pick("P1", 1, "1")
        #expect(try ledger(fixture, order) == "4 1 1 0")
        try fixture.pack("P1")
        #expect(try ledger(fixture, order) == "4 0 1 0")
        try fixture.run("fulfillment.unpack", #"{"shipment": "P1"}"#)
        #expect(try ledger(fixture, order) == "4 1 1 0")
        try fixture.run(
            "fulfillment.short-pick",
            #"{"shipment": "P1", "line": 1, "quantity": "1", "reason": "broken"}"#)
        #expect(try fixture.line(order).planned == .zero)
        try fixture.run("fulfillment.cancel-shipment", #"{"shipment": "P1", "reason": "r"}"#)
        #expect(try fixture.line(order).planned == .zero)
        try fixture.plan(order, as: "P2")
        let planned = try fixture.line(order).planned
        #expect(planned.isPositive)
        try fixture.run("fulfillment.cancel-shipment", #"{"shipment": "P2", "reason": "r"}"#)
        #expect(try fixture.line(order).planned == .zero)
        try fixture.plan(order, as: "P3")
        #expect(try fixture.line(order).planned == planned)
    }
}
