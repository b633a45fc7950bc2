import Business
import Records
import Testing

@Suite("Replenishment buys nothing above the maximum")
struct ReplenishmentCapTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let rule: String
        let taken: String
        let wanted: String
        let title: String
        var testDescription: String { title }
    }

    // swift-format-ignore
    static let rows = [
        Row(rule: #""reorderPoint": "20", "target": "60", "multiple": "25""#, taken: "11", wanted: "75", title: "without a maximum the lot is rounded up: 9 and 75 are 84"),
        Row(rule: #""reorderPoint": "20", "target": "60", "multiple": "25", "maximum": "70""#, taken: "11", wanted: "50", title: "with one it is the lots that fit: 9 and 50 are 59"),
        Row(rule: #""reorderPoint": "20", "target": "60", "multiple": "25", "maximum": "84""#, taken: "11", wanted: "75", title: "what just fits is bought"),
        Row(rule: #""reorderPoint": "2", "target": "4", "minimum": "10", "maximum": "12""#, taken: "19", wanted: "10", title: "the minimum fits below the reorder point"),
    ]

    @Test("what is asked for when stock falls below the reorder point", arguments: rows)
    func capped(row: Row) throws {
        let company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "20", "value": "200.00"}"#)
        try company.run(
            "inventory.set-replenishment", #"{"product": "P1", "replenishment": {\#(row.rule)}}"#)
        try company.run(
            "inventory.count-stock",
            """
            {"warehouse": "W1", "lines": [
             {"product": "P1", "counted": "\(20 - (Int(row.taken) ?? 0))"}]}
            """)
        let asked = company.fixture.events(RequisitionRaised.self).map(\.quantity.digits)
        #expect(asked == [row.wanted])
    }

    @Test("customers who wait are served, whatever the maximum")
    func backorders() throws {
        let company = try TradingCompany()
        try company.run(
            "inventory.set-replenishment",
            #"{"product": "P1", "replenishment": {"reorderPoint": "2", "target": "4", "multiple": "10", "maximum": "12"}}"#
        )
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "35", "price": "20.00"}]}
            """)
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        let stock = company.fixture.state(StockState.self, "W1:P1")
        #expect(stock.requested == (try count("40")))
    }

    @Test(
        "a maximum without room for the smallest lot is refused",
        arguments: [
            ("10", "at least 30"), ("29", "at least 30"),
        ])
    func noRoom(maximum: String, found: String) throws {
        let company = try TradingCompany()
        let refusal = try company.refusal(
            "inventory.set-replenishment",
            """
            {"product": "P1", "replenishment": {"reorderPoint": "20", "target": "25",
             "multiple": "10", "maximum": "\(maximum)"}}
            """)
        #expect(refusal.code == .invalidValue)
        #expect(refusal.message.contains(found), "\(refusal.message)")
    }
}
