import Business
import Records
import Testing

/// A customer's credit is judged when the order is placed, and again before goods are picked and
/// before they leave (semantics 1.3).
@Suite("Credit is judged again before goods leave")
struct CreditCheckpointTests {
    /// The order `SO-1` of `C1` over 120.00 with tax, planned as `SH-1`; an invoice of 100.00 is due on
    /// 2026-01-31, and the limit is 500.00.
    private func company() throws -> TradingCompany {
        let company = try TradingCompany(singlePerson: false)
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "10", "value": "100.00"}"#)
        try company.run("finance.set-credit-limit", #"{"customer": "C1", "limit": "500.00"}"#)
        try company.invoice("C1", "100.00")
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "5", "price": "20.00"}]}
            """, as: .person("anna", ["sales"]))
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try company.run(
            "fulfillment.plan-shipment", #"{"order": "SO-1", "shipment": "SH-1"}"#)
        return company
    }

    private func carl(upTo limit: String) throws -> Actor {
        .person("carl", ["credit-controller"], limits: ["credit": try euros(limit)])
    }

    @Test("an invoice that went overdue since stops the picking")
    func overdue() throws {
        let company = try company()
        company.fixture.date = try day("2026-03-15")
        let refusal = try company.refusal("fulfillment.start-pick", #"{"shipment": "SH-1"}"#)
        #expect(refusal.code == .creditExceeded)
        for words in ["SO-1", "overdue for 43 days", "sales.raise-block"] {
            #expect(refusal.message.contains(words), "\(refusal.message)")
        }
        #expect(
            refusal.details.contains { $0.name == "exposure" && $0.value == .string("220.00 EUR") })
        try company.run("finance.receive-payment", #"{"customer": "C1", "amount": "100.00"}"#)
        try company.run("fulfillment.start-pick", #"{"shipment": "SH-1"}"#)
    }

    @Test("a limit that was lowered since stops the handing over")
    func lowered() throws {
        let company = try company()
        for step in ["start-pick", "confirm-pick", "pack"] {
            try company.run("fulfillment.\(step)", #"{"shipment": "SH-1"}"#)
        }
        try company.run("finance.set-credit-limit", #"{"customer": "C1", "limit": "200.00"}"#)
        let refusal = try company.refusal("fulfillment.issue-goods", #"{"shipment": "SH-1"}"#)
        #expect(refusal.code == .creditExceeded)
        #expect(refusal.message.contains("200"))
        #expect(company.fixture.state(ShipmentState.self, "SH-1").status == .packed)
        #expect(company.fixture.state(StockState.self, "W1:P1").onHand == Quantity(10))
    }

    @Test("what credit control lets go leaves, until the day that it named")
    func granted() throws {
        let company = try company()
        company.fixture.date = try day("2026-03-15")
        try company.run(
            "sales.raise-block",
            #"{"order": "SO-1", "kind": "credit", "reason": "an invoice is overdue"}"#,
            as: .person("dora", ["warehouse"]))
        #expect(
            try company.refusal("fulfillment.start-pick", #"{"shipment": "SH-1"}"#).code
                == .orderBlocked)
        try company.run(
            "sales.release-block",
            """
            {"order": "SO-1", "kind": "credit", "reason": "pays on Friday",
             "validUntil": "2026-03-20"}
            """, as: carl(upTo: "500.00"))
        for step in ["start-pick", "confirm-pick", "pack"] {
            try company.run("fulfillment.\(step)", #"{"shipment": "SH-1"}"#)
        }
        company.fixture.date = try day("2026-03-21")
        #expect(
            try company.refusal("fulfillment.issue-goods", #"{"shipment": "SH-1"}"#).code
                == .creditExceeded)
        company.fixture.date = try day("2026-03-20")
        try company.run("fulfillment.issue-goods", #"{"shipment": "SH-1"}"#)
    }

    @Test(
        "a last day is for a credit alone, and not in the past",
        arguments: [
            #""kind": "credit", "validUntil": "2025-12-31""#,
            #""kind": "manual", "validUntil": "2026-12-31""#,
        ])
    func grace(_ rest: String) throws {
        let company = try company()
        for kind in ["credit", "manual"] {
            try company.run(
                "sales.raise-block", #"{"order": "SO-1", "kind": "\#(kind)", "reason": "x"}"#)
        }
        let refusal = try company.refusal(
            "sales.release-block", #"{"order": "SO-1", "reason": "x", \#(rest)}"#,
            as: carl(upTo: "500.00"))
        #expect(refusal.code == .invalidValue)
        #expect(refusal.message.contains("credit block alone"))
    }

    @Test("one command for all steps judges the credit once, and as the steps do")
    func atOnce() throws {
        let company = try company()
        company.fixture.date = try day("2026-03-15")
        let refusal = try company.refusal("fulfillment.ship", #"{"shipment": "SH-1"}"#)
        #expect(refusal.code == .creditExceeded)
        try company.run("finance.receive-payment", #"{"customer": "C1", "amount": "100.00"}"#)
        try company.run("fulfillment.ship", #"{"shipment": "SH-1"}"#)
    }

    @Test("goods come back also while something stops the order")
    func backWhileBlocked() throws {
        let company = try company()
        try company.run("fulfillment.ship", #"{"shipment": "SH-1"}"#)
        try company.run(
            "sales.raise-block", #"{"order": "SO-1", "kind": "credit", "reason": "bankrupt"}"#)
        try company.run(
            "fulfillment.reverse-issue", #"{"shipment": "SH-1", "reason": "turned round"}"#)
        #expect(company.fixture.state(StockState.self, "W1:P1").onHand == Quantity(10))
        #expect(company.fixture.state(OrderState.self, "SO-1").lines.first?.shipped == .zero)
        #expect(try company.findings() == [])
    }
}
