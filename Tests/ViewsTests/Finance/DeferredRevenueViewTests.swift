import Records
import Testing
import Views

@Suite("Reports count revenue when it is earned")
struct DeferredRevenueViewTests {
    /// What is shown after some of: billed on order, 4 of 10 shipped, the rest shipped.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let steps: Int
        let deal: [String]
        let margin: [String]
        let deferred: [String]
        var testDescription: String { name }
    }

    static let rows = [
        Row(
            name: "billed, nothing left", steps: 1,
            deal: ["150.00 | 0.00 | - | 0.00 | -"], margin: [], deferred: ["150.00"]),
        Row(
            name: "a part left", steps: 2, deal: ["150.00 | 60.00 | 40.00 | 20.00 | 0.3333"],
            margin: ["SO-1 | 60.00 | 40.00 | 20.00"], deferred: ["90.00"]),
        Row(
            name: "all left", steps: 3, deal: ["150.00 | 150.00 | 100.00 | 50.00 | 0.3333"],
            margin: ["SO-1 | 150.00 | 100.00 | 50.00"], deferred: []),
    ]

    @Test("deal, margin and balance sheet follow the goods", arguments: rows)
    func reports(_ row: Row) throws {
        let trade = try Trade()
        try trade.receive()
        try trade.run(
            "sales.open-opportunity",
            """
            {"opportunity": "OP-1", "name": "Chairs", "stage": "Proposal", "account": "C1",
             "amount": "150.00", "source": "fair", "owner": "Ann"}
            """, on: "2026-02-02")
        try trade.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1", "invoicing": "on-order",
             "opportunity": "OP-1",
             "lines": [{"product": "P1", "quantity": "10", "price": "15.00"}]}
            """)
        try trade.run("inventory.reserve", #"{"order": "SO-1"}"#)
        let steps = [
            ("finance.post-invoice", #"{"order": "SO-1"}"#),
            (
                "fulfillment.ship",
                #"{"order": "SO-1", "lines": [{"line": 1, "quantity": "4"}]}"#
            ),
            ("fulfillment.ship", #"{"order": "SO-1"}"#),
        ]
        for (name, payload) in steps.prefix(row.steps) {
            try trade.run(name, payload, on: "2026-02-03")
        }
        let view = try Hosted(trade)
        let deal = try view.ask("sales.deal", #"{"deal": "OP-1"}"#)
        #expect(deal.table("invoiced", "earned", "cost", "margin", "marginRate") == row.deal)
        let margin = try view.ask("finance.margin")
        #expect(margin.table("id", "revenue", "cost", "margin") == row.margin)
        let sheet = try view.ask("finance.balance-sheet")
        let deferred = sheet.rows.filter { $0["account"]?.text == "2210" }
        #expect(
            deferred.map { $0["amount"]?.text ?? "-" }.filter { $0 != "0.00" } == row.deferred)
    }
}
