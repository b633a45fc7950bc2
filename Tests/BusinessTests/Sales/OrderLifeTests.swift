import Business
import Records
import Testing

/// A sales order from placing to completion, and the ways in which it ends earlier.
struct OrderLifeTests {
    static let place =
        #"{"order":"SO-1","customer":"acme","lines":[{"product":"pump","quantity":"4"},{"product":"hose","quantity":"20","discount":"0.05"}]}"#

    private func placed() throws -> Shop {
        let shop = try Shop()
        try shop.run("sales.place-order", Self.place)
        return shop
    }

    @Test func `placing settles prices, net and expected tax, rounded once a line`() throws {
        let shop = try placed()
        let order = shop.order()
        #expect(order.status == .released)
        #expect(order.lines.map(\.net.digits) == ["400.00", "190.00"])
        #expect(order.lines.map(\.tax.digits) == ["80.00", "38.00"])
        #expect(try order.uninvoicedValue() == euros("708"))
        #expect(order.lines.map(\.taxCode) == ["standard", "standard"])
    }

    struct Net: CustomTestStringConvertible, Sendable {
        let quantity, price, discount, net: String
        var testDescription: String { "\(quantity) x \(price) less \(discount) is \(net)" }
    }

    @Test(arguments: [
        Net(quantity: "12", price: "14.00", discount: "0", net: "168.00"),
        Net(quantity: "35", price: "16.80", discount: "0.15", net: "499.80"),
        Net(quantity: "1", price: "0.125", discount: "0", net: "0.13"),
        Net(quantity: "3", price: "3.35", discount: "0.05", net: "9.55"),
        Net(quantity: "0.5", price: "0.01", discount: "0", net: "0.01"),
        Net(quantity: "7", price: "9.99", discount: "1", net: "0.00"),
    ])
    func `a line's net is half-up of price, quantity and discount`(row: Net) throws {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"gift","taxCode":"zero","quantity":"\#(row.quantity)","price":"\#(row.price)","discount":"\#(row.discount)"}]}"#
        )
        #expect(shop.order().lines.first?.net.digits == row.net)
    }

    @Test func `orders without an id take the next of the series of the year`() throws {
        let shop = try Shop()
        let lines = #""customer":"acme","lines":[{"product":"hose","quantity":"1"}]"#
        try shop.run("sales.place-order", "{\(lines)}")
        try shop.run("sales.place-order", "{\(lines)}")
        #expect(shop.order("SO-2026-000001").status == .released)
        #expect(shop.order("SO-2026-000002").status == .released)
    }

    @Test func `the whole way tells each milestone once`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("fulfillment.ship", #"{"order":"SO-1","shipment":"SH-1"}"#)
        try shop.run("fulfillment.confirm-delivery", #"{"shipment":"SH-1"}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        try shop.run("finance.receive-payment", #"{"order":"SO-1"}"#)
        let told = shop.fixture.eventNames().filter {
            $0.hasPrefix("sales.order-") && $0 != "sales.order-progressed"
        }
        #expect(
            told == [
                "sales.order-placed", "sales.order-released", "sales.order-reserved-in-full",
                "sales.order-shipped-in-full", "sales.order-delivered-in-full",
                "sales.order-invoiced-in-full", "sales.order-completed", "sales.order-paid",
            ])
        let order = shop.order()
        #expect(order.status == .completed)
        #expect(order.isPaid)
        #expect(order.lines.map(\.invoiced.digits) == ["4", "20"])
    }

    @Test func `60 and 40 of 100: two shipments, two invoices, one payment over both`() throws {
        let shop = try Shop()
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"hose","quantity":"100"}]}"#)
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run(
            "fulfillment.ship", #"{"order":"SO-1","lines":[{"line":1,"quantity":"60"}]}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        #expect(shop.order().lines.first?.toInvoice(under: .onDelivery) == .zero)
        #expect(!shop.order().isInvoicedInFull)
        try shop.run("fulfillment.ship", #"{"order":"SO-1"}"#)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        #expect(shop.order().invoices.count == 2)
        let names = try shop.names(
            "finance.receive-payment", #"{"customer":"acme","amount":"1200"}"#)
        #expect(names.filter { $0 == "finance.item-cleared" }.count == 2)
        #expect(names.filter { $0 == "sales.order-paid" }.count == 1)
        #expect(shop.order().status == .completed)
    }

    @Test func `what is not kept in stock is billed as ordered and never shipped`() throws {
        let shop = try Shop()
        let names = try shop.names(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"setup","quantity":"3"}]}"#)
        #expect(names.contains("sales.order-reserved-in-full"))
        #expect(names.contains("sales.order-shipped-in-full"))
        #expect(!shop.order().isFinished)
        try shop.run("finance.post-invoice", #"{"order":"SO-1"}"#)
        #expect(shop.order().status == .completed)
    }

    @Test func `a short pick takes the reservation back`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("fulfillment.plan-shipment", #"{"order":"SO-1","shipment":"SH-1"}"#)
        try shop.run("fulfillment.start-pick", #"{"shipment":"SH-1"}"#)
        try shop.run(
            "fulfillment.short-pick",
            #"{"shipment":"SH-1","line":1,"quantity":"1","reason":"not there"}"#)
        // Six other pumps are free, so the queue gives one of them to the line at once.
        let line = try #require(shop.order().line(1))
        #expect(line.reserved == Quantity(4))
        #expect(line.brokenInvariant(under: .onDelivery) == nil)
    }

    @Test func `cancelling a shipment puts picked goods back to reserved`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("fulfillment.plan-shipment", #"{"order":"SO-1","shipment":"SH-1"}"#)
        try shop.run("fulfillment.start-pick", #"{"shipment":"SH-1"}"#)
        try shop.run("fulfillment.confirm-pick", #"{"shipment":"SH-1"}"#)
        #expect(shop.order().lines.map(\.picked.digits) == ["4", "20"])
        #expect(shop.order().lines.map(\.reserved.digits) == ["0", "0"])
        try shop.run(
            "fulfillment.cancel-shipment", #"{"shipment":"SH-1","reason":"carrier is ill"}"#)
        #expect(shop.order().lines.map(\.picked.digits) == ["0", "0"])
        #expect(shop.order().lines.map(\.reserved.digits) == ["4", "20"])
    }

    @Test func `a reversed issue brings the goods back to picked`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("fulfillment.ship", #"{"order":"SO-1","shipment":"SH-1"}"#)
        try shop.run(
            "fulfillment.reverse-issue", #"{"shipment":"SH-1","reason":"wrong address"}"#)
        #expect(shop.order().lines.map(\.shipped.digits) == ["0", "0"])
        #expect(shop.order().lines.map(\.picked.digits) == ["4", "20"])
    }

    @Test func `cancelling an order frees its stock and its exposure`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run("sales.cancel-order", #"{"order":"SO-1","reason":"changed their mind"}"#)
        #expect(shop.order().status == .cancelled)
        #expect(shop.order().lines.map(\.reserved.digits) == ["0", "0"])
        let exposure = try shop.fixture.state(CreditState.self, "acme").exposure(.euro)
        #expect(exposure.isZero)
        #expect(
            shop.fixture.state(StockState.self, "main:pump").available == Quantity(10))
    }

    @Test func `cancelling the last open quantity cancels the order`() throws {
        let shop = try placed()
        try shop.run("sales.cancel-order-line", #"{"order":"SO-1","line":1,"reason":"x"}"#)
        #expect(shop.order().status == .released)
        let names = try shop.names(
            "sales.cancel-order-line", #"{"order":"SO-1","line":2,"reason":"x"}"#)
        #expect(names.prefix(2) == ["sales.order-line-cancelled", "sales.order-cancelled"])
        #expect(shop.order().status == .cancelled)
    }

    @Test func `a part of a line is cancelled, the rest goes its way`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run(
            "sales.cancel-order-line",
            #"{"order":"SO-1","line":2,"quantity":"15 pcs","reason":"too many"}"#)
        let line = try #require(shop.order().line(2))
        #expect(line.wanted == Quantity(5))
        #expect(line.reserved == Quantity(5))
        #expect(try shop.order().uninvoicedValue() == euros("537"))
    }

    @Test func `closing short keeps what was shipped billable`() throws {
        let shop = try placed()
        try shop.run("inventory.reserve", #"{"order":"SO-1"}"#)
        try shop.run(
            "fulfillment.ship", #"{"order":"SO-1","lines":[{"line":1,"quantity":"3"}]}"#)
        try shop.run("sales.close-order-short", #"{"order":"SO-1","reason":"season is over"}"#)
        #expect(shop.order().status == .closed)
        #expect(shop.order().lines.map(\.wanted.digits) == ["3", "0"])
        #expect(shop.order().lines.map(\.reserved.digits) == ["0", "0"])
        let names = try shop.names("finance.post-invoice", #"{"order":"SO-1"}"#)
        #expect(names.contains("sales.order-completed"))
        #expect(shop.order().status == .closed)
    }
}
