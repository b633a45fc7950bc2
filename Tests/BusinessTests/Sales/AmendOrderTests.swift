import Business
import Records
import Testing

/// Changes of a placed order.
struct AmendOrderTests {
    private func placed(_ rest: String = "") throws -> Shop {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme"\#(rest),"lines":[{"product":"pump","quantity":"4"},{"product":"hose","quantity":"20"}]}"#
        )
        return shop
    }

    @Test func `quantities, new lines and dates change; the revision counts`() throws {
        let shop = try placed()
        try shop.run(
            "sales.amend-order",
            #"{"order":"SO-1","promisedDate":"2026-09-20","lines":[{"line":1,"quantity":"5"},{"product":"setup","quantity":"2 h"}]}"#
        )
        let order = shop.order()
        #expect(order.revision == 1)
        #expect(order.lines.map(\.wanted.digits) == ["5", "20", "2"])
        #expect(order.lines.map(\.net.digits) == ["500.00", "200.00", "160.00"])
        #expect(order.promisedDate == (try day("2026-09-20")))
        // Promised by the table when it was placed; an amendment promises anew.
        #expect(order.firstPromisedDate == order.placedOn?.adding(days: 14))
        #expect(shop.fixture.events(OrderAmended.self).map(\.change) == [try euros("312")])
        let exposure = try shop.fixture.state(CreditState.self, "acme").exposure(.euro)
        #expect(exposure == (try euros("1032")))
    }

    @Test func `the first promised date stays when a later one is promised`() throws {
        let shop = try placed(#","promisedDate":"2026-09-10""#)
        try shop.run(
            "sales.amend-order", #"{"order":"SO-1","promisedDate":"2026-09-20"}"#)
        #expect(shop.order().promisedDate == (try day("2026-09-20")))
        #expect(shop.order().firstPromisedDate == (try day("2026-09-10")))
    }

    @Test func `less is wanted: the surplus is no longer reserved`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run(
            "sales.amend-order", #"{"order":"SO-1","lines":[{"line":1,"quantity":"1"}]}"#)
        #expect(shop.order().lines.map(\.reserved.digits) == ["1", "20"])
        #expect(shop.fixture.state(StockState.self, "main:pump").available == Quantity(9))
    }

    @Test func `growth above the limit stops a released order`() throws {
        let shop = try placed()
        try shop.run(
            "finance.set-credit-limit", #"{"customer":"acme","limit":"800","reason":"new"}"#)
        try shop.run(
            "sales.amend-order", #"{"order":"SO-1","lines":[{"line":1,"quantity":"5"}]}"#)
        #expect(shop.order().blocks.map(\.kind) == [.credit])
        #expect(shop.order().status == .pending)
    }

    @Test func `less of everything asks no rule`() throws {
        let shop = try placed()
        try shop.run(
            "finance.set-credit-limit", #"{"customer":"acme","limit":"1","reason":"late"}"#)
        try shop.run(
            "sales.amend-order", #"{"order":"SO-1","lines":[{"line":1,"quantity":"3"}]}"#)
        #expect(shop.order().status == .released)
    }

    @Test func `a price far off the list stops the order`() throws {
        let shop = try placed()
        try shop.run(
            "sales.amend-order", #"{"order":"SO-1","lines":[{"line":2,"price":"8"}]}"#)
        #expect(shop.order().blocks.map(\.kind) == [.price])
        #expect(shop.order().lines.map(\.net.digits) == ["400.00", "160.00"])
    }

    @Test func `nothing changed writes nothing`() throws {
        let shop = try placed()
        #expect(try shop.run("sales.amend-order", #"{"order":"SO-1"}"#).isEmpty)
    }
}
