import Business
import Records
import Testing

/// The most specific price that is valid wins.
struct PriceLookupTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let group: String
        let quantity: Int32
        let date: String
        let price: String?
        var testDescription: String { "\(group), \(quantity) on \(date): \(price ?? "none")" }
    }

    static let prices: [String] = [
        #"{"product":"valve","price":"10","validFrom":"2026-01-01"}"#,
        #"{"product":"valve","price":"11","validFrom":"2026-07-01"}"#,
        #"{"product":"valve","price":"9","minimum":"100","validFrom":"2026-01-01"}"#,
        #"{"product":"valve","price":"9.5","group":"wholesale","validFrom":"2026-03-01","validTo":"2026-08-31"}"#,
        #"{"product":"valve","price":"8","group":"wholesale","minimum":"100","validFrom":"2026-03-01"}"#,
    ]

    @Test(arguments: [
        Row(group: "standard", quantity: 1, date: "2025-12-31", price: nil),
        Row(group: "standard", quantity: 1, date: "2026-01-01", price: "10.00 EUR"),
        Row(group: "standard", quantity: 1, date: "2026-07-01", price: "11.00 EUR"),
        Row(group: "standard", quantity: 99, date: "2026-02-01", price: "10.00 EUR"),
        Row(group: "standard", quantity: 100, date: "2026-02-01", price: "9.00 EUR"),
        Row(group: "wholesale", quantity: 1, date: "2026-02-28", price: "10.00 EUR"),
        Row(group: "wholesale", quantity: 1, date: "2026-03-01", price: "9.50 EUR"),
        Row(group: "wholesale", quantity: 1, date: "2026-08-31", price: "9.50 EUR"),
        Row(group: "wholesale", quantity: 1, date: "2026-09-01", price: "11.00 EUR"),
        Row(group: "wholesale", quantity: 100, date: "2026-09-01", price: "8.00 EUR"),
    ])
    func `look-up by group, quantity and date`(row: Row) throws {
        let shop = try Shop(isStocked: false)
        try shop.run("inventory.register-product", #"{"product":"valve","name":"Valve"}"#)
        for price in Self.prices { try shop.run("sales.set-price", price) }
        let found = shop.fixture.state(PriceState.self, "standard:valve").price(
            group: row.group, quantity: Quantity(row.quantity), on: try day(row.date))
        #expect(found?.description == row.price)
    }

    @Test func `a price of the same group, minimum and first day is replaced`() throws {
        let shop = try Shop(isStocked: false)
        try shop.run("sales.set-price", #"{"product":"pump","price":"120"}"#)
        let state = shop.fixture.state(PriceState.self, "standard:pump")
        #expect(state.entries.map(\.price.digits) == ["120.00"])
    }

    @Test func `a customer's own list goes before the standard one`() throws {
        let shop = try Shop()
        try shop.run("sales.open-price-list", #"{"list":"partner","name":"Partners"}"#)
        try shop.run("sales.set-price", #"{"list":"partner","product":"pump","price":"70"}"#)
        try shop.run(
            "sales.change-account", #"{"account":"acme","terms":{"priceList":"partner"}}"#)
        try shop.run(
            "sales.place-order",
            #"{"order":"SO-1","customer":"acme","lines":[{"product":"pump","quantity":"2"}]}"#)
        #expect(shop.order().lines.first?.net == (try euros("140")))
        #expect(shop.order().status == .released)
    }
}
