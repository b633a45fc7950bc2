import Business
import Records
import Testing

@Suite("Reservation: what is there is held, what is not is waited for")
struct ReservationTests {
    @Test("20 clients that reserve from 10 units get exactly 10")
    func exactUnderRush() throws {
        let fixture = try StockFixture()
        try fixture.receive("10")
        let orders = try (1...20).map { _ in try fixture.order("1 A") }
        for order in orders { try fixture.reserve(order) }
        let held = try orders.map { try fixture.hold($0) }
        #expect(held == Array(repeating: "1 + 0", count: 10) + Array(repeating: "0 + 1", count: 10))
        #expect(fixture.stock().available == .zero)
        #expect(fixture.stock().held == fixture.stock().onHand)
    }

    struct Rule: CustomTestStringConvertible {
        let rule: String
        let first: String
        let second: String
        var testDescription: String { rule }
    }

    @Test(
        "the delivery rule says what a shortage means: 10 A for 12, 5 F for 5",
        arguments: [
            Rule(rule: "availability", first: "10 + 2", second: "5 + 0"),
            Rule(rule: "complete-line", first: "0 + 12", second: "5 + 0"),
            Rule(rule: "complete-order", first: "0 + 12", second: "0 + 5"),
        ])
    func deliveryRules(_ row: Rule) throws {
        let fixture = try StockFixture()
        try fixture.receive("10", of: "A")
        try fixture.receive("5", of: "F")
        let order = try fixture.reservedOrder("12 A, 5 F", rule: row.rule)
        #expect(try fixture.hold(order, "A") == row.first)
        #expect(try fixture.hold(order, "F", line: 2) == row.second)
        try fixture.receive("2", of: "A")
        #expect(try fixture.hold(order, "A") == "12 + 0")
        #expect(try fixture.hold(order, "F", line: 2) == "5 + 0")
        #expect(fixture.books.events(OrderReservedInFull.self).count == 1)
    }

    @Test("two lines of one product are counted together for a whole order")
    func wholeOrderOfOneProduct() throws {
        let fixture = try StockFixture()
        try fixture.receive("10")
        let order = try fixture.reservedOrder("6 A, 6 A", rule: "complete-order")
        #expect(try fixture.hold(order, line: 1) == "0 + 6")
        #expect(try fixture.hold(order, line: 2) == "0 + 6")
    }

    @Test("reserving twice changes nothing")
    func again() throws {
        let fixture = try StockFixture()
        try fixture.receive("3")
        let order = try fixture.reservedOrder("5 A")
        #expect(try fixture.run("inventory.reserve", #"{"order": "\#(order)"}"#).isEmpty)
        #expect(try fixture.hold(order) == "3 + 2")
    }

    @Test("a service is not reserved")
    func service() throws {
        let fixture = try StockFixture()
        let order = try fixture.order("5 S")
        #expect(try fixture.run("inventory.reserve", #"{"order": "\#(order)"}"#).isEmpty)
    }

    @Test("supply goes to back-orders by requested date, then by who came first")
    func queue() throws {
        let fixture = try StockFixture()
        let late = try fixture.reservedOrder("4 A", requested: "2026-10-01")
        let first = try fixture.reservedOrder("4 A", requested: "2026-09-05")
        let second = try fixture.reservedOrder("4 A", requested: "2026-09-05")
        try fixture.receive("6")
        #expect(try fixture.hold(first) == "4 + 0")
        #expect(try fixture.hold(second) == "2 + 2")
        #expect(try fixture.hold(late) == "0 + 4")
        try fixture.receive("3")
        #expect(try fixture.hold(second) == "4 + 0")
        #expect(try fixture.hold(late) == "1 + 3")
    }

    @Test("what takes all or nothing is passed over, and keeps its place")
    func passedOver() throws {
        let fixture = try StockFixture()
        let whole = try fixture.reservedOrder("10 A", rule: "complete-line")
        let other = try fixture.reservedOrder("3 A", requested: "2026-09-11")
        try fixture.receive("8")
        #expect(try fixture.hold(whole) == "0 + 10")
        #expect(try fixture.hold(other) == "3 + 0")
        try fixture.receive("5")
        #expect(try fixture.hold(whole) == "10 + 0")
    }

    @Test("a released reservation goes to who waits")
    func releaseGoesOn() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let first = try fixture.reservedOrder("5 A")
        let second = try fixture.reservedOrder("3 A")
        try fixture.run("inventory.release-reservation", #"{"order": "\#(first)"}"#)
        #expect(try fixture.hold(first) == "0 + 0")
        #expect(try fixture.hold(second) == "3 + 0")
        #expect(try fixture.line(first).reserved == .zero)
        #expect(try fixture.line(second).reserved == count("3"))
        let none = try fixture.refusal(
            of: "inventory.release-reservation", #"{"order": "\#(first)", "line": 1}"#)
        #expect(none.code == .nothingReserved)
        #expect(none.message.contains("line 1"))
    }

    @Test("picked goods are not released")
    func pickedStays() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.run(
            "fulfillment.plan-shipment", #"{"order": "\#(order)", "shipment": "SH"}"#)
        try fixture.run("fulfillment.start-pick", #"{"shipment": "SH"}"#)
        try fixture.run(
            "fulfillment.confirm-pick",
            #"{"shipment": "SH", "lines": [{"line": 1, "quantity": "2"}]}"#)
        try fixture.run("inventory.release-reservation", #"{"order": "\#(order)"}"#)
        #expect(try fixture.hold(order) == "2 + 0")
        #expect(try fixture.line(order).picked == count("2"))
    }

    @Test("what an order no longer wants is released: back-order first, then what is held")
    func shrinkingOrder() throws {
        let fixture = try StockFixture()
        try fixture.receive("6")
        let order = try fixture.reservedOrder("10 A")
        let other = try fixture.reservedOrder("5 A")
        let line = #""order": "\#(order)", "line": 1, "reason": "r""#
        for left in ["6 + 1", "4 + 0"] {
            try fixture.run("sales.cancel-order-line", #"{\#(line), "quantity": "3"}"#)
            #expect(try fixture.hold(order) == left)
        }
        #expect(try fixture.hold(other) == "2 + 3")
        try fixture.run("sales.cancel-order", #"{"order": "\#(order)", "reason": "r"}"#)
        #expect(try fixture.hold(order) == "0 + 0")
        #expect(try fixture.hold(other) == "5 + 0")
    }

    @Test("a cancelled order in the queue gets nothing")
    func cancelledInQueue() throws {
        let fixture = try StockFixture()
        let blocked = try fixture.reservedOrder("2 A")
        try fixture.run("sales.cancel-order", #"{"order": "\#(blocked)", "reason": "r"}"#)
        try fixture.receive("5")
        #expect(fixture.stock().available == (try count("5")))
        #expect(fixture.stock().backorders.isEmpty)
    }

    @Test("a stopped order is not reserved")
    func stopped() throws {
        let fixture = try StockFixture()
        let order = try fixture.order("1 A", block: "credit")
        let rejection = try fixture.refusal(
            of: "inventory.reserve", #"{"order": "\#(order)"}"#)
        #expect(rejection.code == .orderBlocked)
        #expect(rejection.message.contains("credit"))
    }

    @Test("an order that is unknown or over is not reserved")
    func overOrUnknown() throws {
        let fixture = try StockFixture()
        let unknown = try fixture.refusal(of: "inventory.reserve", #"{"order": "SO-9"}"#)
        #expect(unknown.code == .unknownObject)
        let order = try fixture.order("1 A")
        try fixture.books.given(
            read(
                OrderCancelled.self,
                """
                {"order": "\(order)", "customer": "CUST", "reason": "r", "value": "0.00",
                 "cancelledBy": "kim"}
                """), in: order)
        let over = try fixture.refusal(of: "inventory.reserve", #"{"order": "\#(order)"}"#)
        #expect(over.code == .wrongState)
        #expect(over.message.contains("cancelled"))
    }
}
