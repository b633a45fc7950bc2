import Business
import Records
import Testing

/// Steps of a shipment in a ``StockFixture``.
extension StockFixture {
    func plan(_ order: String, as id: String = "SH", _ more: String = "") throws {
        try run(
            "fulfillment.plan-shipment", #"{"order": "\#(order)", "shipment": "\#(id)"\#(more)}"#)
    }

    func startPick(_ id: String = "SH") throws {
        try run("fulfillment.start-pick", #"{"shipment": "\#(id)"}"#)
    }

    func pick(_ id: String = "SH", _ line: Int64 = 1, _ quantity: String) throws {
        try run(
            "fulfillment.confirm-pick",
            #"{"shipment": "\#(id)", "lines": [{"line": \#(line), "quantity": "\#(quantity)"}]}"#)
    }

    func pack(_ id: String = "SH") throws {
        try run("fulfillment.pack", #"{"shipment": "\#(id)"}"#)
    }

    func issue(_ id: String = "SH") throws {
        try run("fulfillment.issue-goods", #"{"shipment": "\#(id)"}"#)
    }

    /// Reserved, picked and shipped of a line, `1 2 3`.
    func ledger(_ order: String, _ number: Int64 = 1) throws -> String {
        let line = try line(order, number)
        return "\(line.reserved.digits) \(line.picked.digits) \(line.shipped.digits)"
    }
}

@Suite("Shipments from plan to delivery")
struct ShipmentTests {
    @Test("plan, pick, pack, issue, deliver: order, stock and cost move together")
    func wholeWay() throws {
        let fixture = try StockFixture()
        try fixture.receive("10", worth: "100.00")
        let order = try fixture.reservedOrder("4 A, 2 S")
        try fixture.plan(order)
        #expect(fixture.shipment("SH").status == .planned)
        #expect(fixture.shipment("SH").lines.map(\.orderLine) == [1])
        try fixture.startPick()
        try fixture.pick("SH", 1, "1")
        #expect(try fixture.ledger(order) == "3 1 0")
        try fixture.run("fulfillment.confirm-pick", #"{"shipment": "SH"}"#)
        #expect(try fixture.ledger(order) == "0 4 0")
        try fixture.pack()
        try fixture.issue()
        #expect(try fixture.ledger(order) == "0 0 4")
        #expect(fixture.position() == "6 / 60.00")
        #expect(fixture.stock().reservations.isEmpty)
        let issued = try #require(fixture.books.events(GoodsIssued.self).first)
        #expect(issued.posting.amounts.map(\.amount.digits) == ["40.00"])
        #expect(issued.posting.amounts.first?.order == order)
        try fixture.run(
            "fulfillment.confirm-delivery", #"{"shipment": "SH", "proof": "signed"}"#)
        #expect(fixture.shipment("SH").status == .delivered)
        #expect(try fixture.line(order).delivered == count("4"))
        #expect(fixture.books.events(OrderDeliveredInFull.self).count == 1)
    }

    @Test("ship does all steps in one command, by the same events")
    func shipAtOnce() throws {
        let fixture = try StockFixture()
        try fixture.receive("10", worth: "100.00")
        let order = try fixture.reservedOrder("4 A, 3 A")
        let events = try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        let names = events.map { String(describing: type(of: $0)) }
        #expect(
            Array(names.prefix(5)) == [
                "ShipmentPlanned", "PickStarted", "PickConfirmed", "ShipmentPacked", "GoodsIssued",
            ])
        #expect(fixture.shipment("SH-2026-000001").status == .shipped)
        #expect(try fixture.ledger(order, 2) == "0 0 3")
        #expect(fixture.position() == "3 / 30.00")
        #expect(fixture.books.events(OrderShippedInFull.self).count == 1)
    }

    @Test("two lines of one product cost one after the other, and the last takes the rest")
    func linesOfOneProduct() throws {
        let fixture = try StockFixture()
        try fixture.receive("3", worth: "10.00")
        let order = try fixture.reservedOrder("1 A, 1 A, 1 A")
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        let issued = try #require(fixture.books.events(GoodsIssued.self).first)
        #expect(issued.lines.map(\.cost.digits) == ["3.33", "3.34", "3.33"])
        #expect(fixture.position() == "0 / 0.00")
    }

    @Test("ship makes a shipment for each warehouse, plan wants one named")
    func severalWarehouses() throws {
        let fixture = try StockFixture()
        try fixture.receive("5", in: "W")
        try fixture.receive("5", in: "X")
        let order = try fixture.reservedOrder("2 A W, 3 A X")
        let rejection = try fixture.refusal(
            of: "fulfillment.plan-shipment", #"{"order": "\#(order)"}"#)
        #expect(rejection.code == .warehouseNeeded)
        #expect(rejection.message.contains("W, X"))
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        #expect(fixture.shipment("SH-2026-000001").warehouse.text == "W")
        #expect(fixture.shipment("SH-2026-000002").warehouse.text == "X")
        #expect(fixture.position("A", "X") == "2 / 40.00")
    }

    @Test("60 now, 40 when they come: two shipments of one order")
    func partialShipments() throws {
        let fixture = try StockFixture()
        try fixture.receive("60", worth: "600.00")
        let order = try fixture.reservedOrder("100 A")
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        #expect(try fixture.hold(order) == "0 + 40")
        #expect(try fixture.line(order).open == count("40"))
        try fixture.receive("50", worth: "500.00")
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)", "shipment": "second"}"#)
        #expect(fixture.books.events(OrderShippedInFull.self).count == 1)
        #expect(fixture.position() == "10 / 100.00")
    }

    @Test("a planned shipment is finished by ship; what was packed short stays reserved")
    func planThenShip() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order, as: "P1", #", "lines": [{"line": 1, "quantity": "2"}]"#)
        try fixture.run("fulfillment.ship", #"{"shipment": "P1"}"#)
        #expect(try fixture.ledger(order) == "3 0 2")
        try fixture.plan(order, as: "P2")
        try fixture.startPick("P2")
        try fixture.pick("P2", 1, "1")
        try fixture.pack("P2")
        try fixture.issue("P2")
        #expect(try fixture.ledger(order) == "2 0 3")
    }

    @Test("a short pick lets the line wait; the goods are set aside until counted")
    func shortPick() throws {
        let fixture = try StockFixture()
        try fixture.receive("5", worth: "50.00")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order)
        try fixture.startPick()
        try fixture.run(
            "fulfillment.short-pick",
            #"{"shipment": "SH", "line": 1, "quantity": "2", "reason": "damaged"}"#)
        #expect(try fixture.hold(order) == "3 + 2")
        #expect(try fixture.ledger(order) == "3 0 0")
        #expect(fixture.stock().missing == (try count("2")))
        #expect(fixture.stock().available == .zero)
        try fixture.run("fulfillment.confirm-pick", #"{"shipment": "SH"}"#)
        try fixture.pack()
        try fixture.issue()
        #expect(try fixture.ledger(order) == "0 0 3")
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "1"}]}"#)
        #expect(fixture.position() == "1 / 10.00")
        #expect(try fixture.hold(order) == "1 + 1")
        #expect(fixture.stock().missing == .zero)
    }

    @Test("goods that were missing and found again go to who waits")
    func foundAgain() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order)
        try fixture.startPick()
        try fixture.run(
            "fulfillment.short-pick",
            #"{"shipment": "SH", "line": 1, "quantity": "2", "reason": "not there"}"#)
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "5"}]}"#)
        #expect(try fixture.hold(order) == "5 + 0")
    }

    @Test("unpack and pick more")
    func unpack() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.plan(order)
        try fixture.startPick()
        try fixture.pick("SH", 1, "2")
        try fixture.pack()
        try fixture.run("fulfillment.unpack", #"{"shipment": "SH"}"#)
        try fixture.pick("SH", 1, "3")
        try fixture.pack()
        try fixture.issue()
        #expect(try fixture.ledger(order) == "0 0 5")
    }

    @Test(
        "a cancelled shipment puts picks back and keeps or releases the reservation",
        arguments: [(false, "5 + 0", "5 0 0", "0 + 3"), (true, "0 + 0", "0 0 0", "3 + 0")])
    func cancel(
        releases: Bool, hold: String, ledger: String, other: String
    ) throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        let waiting = try fixture.reservedOrder("3 A")
        try fixture.plan(order)
        try fixture.startPick()
        try fixture.pick("SH", 1, "2")
        try fixture.run(
            "fulfillment.cancel-shipment",
            #"{"shipment": "SH", "reason": "r", "releaseReservation": \#(releases)}"#)
        #expect(fixture.shipment("SH").status == .cancelled)
        #expect(try fixture.hold(order) == hold)
        #expect(try fixture.ledger(order) == ledger)
        #expect(try fixture.hold(waiting) == other)
    }

    @Test("cancelling one of two shipments leaves the other's picks alone")
    func cancelOneOfTwo() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        for (id, quantity) in [("S1", "2"), ("S2", "3")] {
            try fixture.plan(
                order, as: id, #", "lines": [{"line": 1, "quantity": "\#(quantity)"}]"#)
            try fixture.startPick(id)
            try fixture.run("fulfillment.confirm-pick", #"{"shipment": "\#(id)"}"#)
        }
        try fixture.run(
            "fulfillment.cancel-shipment",
            #"{"shipment": "S1", "reason": "r", "releaseReservation": true}"#)
        #expect(try fixture.ledger(order) == "0 3 0")
        #expect(try fixture.hold(order) == "3 + 0")
        try fixture.pack("S2")
        try fixture.issue("S2")
        #expect(try fixture.ledger(order) == "0 0 3")
    }

    @Test("a reversed issue is back at its original cost, packed and held for the order")
    func reverse() throws {
        let fixture = try StockFixture()
        try fixture.receive("4", worth: "40.00")
        let order = try fixture.reservedOrder("3 A")
        try fixture.run("fulfillment.ship", #"{"order": "\#(order)", "shipment": "SH"}"#)
        try fixture.receive("1", worth: "50.00")
        let other = try fixture.reservedOrder("3 A")
        try fixture.run("fulfillment.reverse-issue", #"{"shipment": "SH", "reason": "wrong"}"#)
        #expect(fixture.position() == "5 / 90.00")
        #expect(try fixture.ledger(order) == "0 3 0")
        #expect(try fixture.hold(order) == "3 + 0")
        #expect(try fixture.hold(other) == "2 + 1")
        let reversed = try #require(fixture.books.events(GoodsIssueReversed.self).first)
        #expect(reversed.posting.amounts.map(\.amount.digits) == ["30.00"])
        try fixture.issue()
        #expect(try fixture.ledger(order) == "0 0 3")
    }

    @Test("what is complete or not at all waits until it is complete")
    func deliveryRules() throws {
        let fixture = try StockFixture()
        try fixture.receive("2", of: "A")
        try fixture.receive("3", of: "F")
        let lines = try fixture.reservedOrder("5 A, 3 F", rule: "complete-line")
        try fixture.run("fulfillment.ship", #"{"order": "\#(lines)"}"#)
        #expect(try fixture.ledger(lines, 1) == "0 0 0")
        #expect(try fixture.ledger(lines, 2) == "0 0 3")
        try fixture.receive("3", of: "A")
        let part = try fixture.refusal(
            of: "fulfillment.ship",
            #"{"order": "\#(lines)", "lines": [{"line": 1, "quantity": "2"}]}"#)
        #expect(part.code == .incompleteDelivery)
        #expect(part.message.contains("3 missing"))

        try fixture.receive("3", of: "F")
        let whole = try fixture.reservedOrder("1 F, 1 A", rule: "complete-order")
        let rejection = try fixture.refusal(
            of: "fulfillment.ship", #"{"order": "\#(whole)"}"#)
        #expect(rejection.code == .incompleteDelivery)
        try fixture.receive("1", of: "A")
        let named = try fixture.refusal(
            of: "fulfillment.ship", #"{"order": "\#(whole)", "lines": [{"line": 1}]}"#)
        #expect(named.code == .incompleteDelivery)
        try fixture.run("fulfillment.ship", #"{"order": "\#(whole)"}"#)
        #expect(try fixture.ledger(whole, 2) == "0 0 1")
    }
}
