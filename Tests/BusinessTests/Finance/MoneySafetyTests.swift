import Records
import Testing

@testable import Business

/// What would make two debts one, or one debt another's, is refused before it is booked.
@Suite("Each debt is one item of one partner")
struct MoneySafetyTests {
    @Test("a customer's payment never settles what is owed to a supplier of the same id")
    func sameID() throws {
        let company = try TradingCompany()
        try company.run(
            "purchasing.register-supplier", #"{"supplier": "C1", "name": "Also a supplier"}"#)
        try company.run(
            "finance.take-on-item",
            #"{"item": "OLD-1", "supplier": "C1", "amount": "60.00", "dueDate": "2026-01-31"}"#)
        let refusal = try company.refusal(
            "finance.receive-payment",
            """
            {"customer": "C1", "amount": "60.00",
             "allocations": [{"item": "OLD-1", "amount": "60.00"}]}
            """)
        #expect(refusal.code == .partnerMismatch)
        #expect(refusal.message.contains("customer C1"))
        #expect(refusal.message.contains("supplier C1"))
        #expect(company.open("OLD-1") == "60.00")
        try company.run("finance.make-payment", #"{"supplier": "C1", "amount": "60.00"}"#)
        #expect(company.open("OLD-1") == "0.00")
        #expect(try company.findings() == [])
    }

    @Test(
        "an old number that our own series gives one day is not taken on",
        arguments: ["INV-2026-000007", "CRN-2027-000001", "BILL-2026-000001", "INV-2026-000001:2"])
    func ownNumbers(_ item: String) throws {
        let company = try TradingCompany()
        let refusal = try company.refusal(
            "finance.take-on-item",
            #"{"item": "\#(item)", "customer": "C1", "amount": "5.00", "dueDate": "2026-01-31"}"#)
        #expect(refusal.code == .invalidValue)
        #expect(refusal.message.contains("OLD-\(item)"))
        try company.run(
            "finance.take-on-item",
            #"{"item": "OLD-\#(item)", "customer": "C1", "amount": "5.00", "dueDate": "2026-01-31"}"#
        )
    }

    @Test("a document whose item is there already is refused, and takes no number")
    func itemIsThere() throws {
        let company = try TradingCompany()
        try company.fixture.given(
            ItemDisputeChanged(isDisputed: true, reason: "from elsewhere"), in: "INV-2026-000001")
        let refusal = try company.refusal(
            "finance.post-invoice",
            """
            {"customer": "C1", "lines": [{"text": "Work", "quantity": "1", "price": "9.00",
             "taxCode": "zero"}]}
            """)
        #expect(refusal.code == .alreadyExists)
        #expect(company.fixture.events(NumberTaken.self).isEmpty)
    }

    @Test("documents of two customers are not paid by one payment")
    func twoCustomers() throws {
        let company = try TradingCompany()
        let invoice = try company.invoice("C1", "100.00")
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-2", "customer": "C2", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "1", "price": "20.00"}]}
            """)
        let refusal = try company.refusal(
            "finance.receive-payment", #"{"invoice": "\#(invoice)", "order": "SO-2"}"#)
        #expect(refusal.code == .partnerMismatch)
        #expect(refusal.message.contains("order SO-2 of C2"))
    }

    /// Ten of `P1` in stock, five ordered at 20.00 and shipped.
    private func shipped() throws -> TradingCompany {
        let company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "10", "value": "100.00"}"#)
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "5", "price": "20.00"}]}
            """)
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try company.run("fulfillment.ship", #"{"order": "SO-1"}"#)
        return company
    }

    @Test("quantities are billed and credited in the product's own unit, each line once")
    func units() throws {
        let company = try shipped()
        func bill(_ quantity: String) -> String {
            #"{"order": "SO-1", "quantities": [{"line": 1, "quantity": "\#(quantity)"}]}"#
        }
        #expect(
            try company.refusal("finance.post-invoice", bill("2 kg")).code == .unitMismatch)
        try company.run("finance.post-invoice", bill("2 pcs"))
        let invoice = try #require(company.fixture.events(InvoicePosted.self).last)
        #expect(invoice.lines.map(\.quantity) == [Quantity(2)])
        func credit(_ lines: String...) -> String {
            let lines = lines.map { #"{"line": 1, "quantity": "\#($0)"}"# }
            return
                #"{"invoice": "\#(invoice.number)", "reason": "damaged", "lines": [\#(lines.joined(separator: ","))]}"#
        }
        #expect(
            try company.refusal("finance.post-credit-note", credit("1 kg")).code == .unitMismatch)
        let twice = try company.refusal("finance.post-credit-note", credit("1", "1"))
        #expect(twice.code == .invalidValue)
        #expect(twice.message.contains("named twice"))
        try company.run("finance.post-credit-note", credit("1 pcs"))
        #expect(company.open(invoice.number.text) == "24.00")
        #expect(try company.findings() == [])
    }

    @Test("a credit note for an order that is done frees the customer's credit")
    func exposure() throws {
        let company = try shipped()
        #expect(try company.credit("C1").exposure(.euro).digits == "120.00")
        try company.run("finance.post-invoice", #"{"order": "SO-1"}"#)
        #expect(company.fixture.state(OrderState.self, "SO-1").status == .completed)
        #expect(try company.credit("C1").exposure(.euro).digits == "120.00")
        let invoice = try #require(company.fixture.events(InvoicePosted.self).last).number
        try company.run(
            "finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "never arrived"}"#)
        #expect(try company.credit("C1").exposure(.euro).digits == "0.00")
        // Billed again, it is owed again: as a receivable, not as an order beside it.
        try company.run("finance.post-invoice", #"{"order": "SO-1"}"#)
        #expect(try company.credit("C1").exposure(.euro).digits == "120.00")
        #expect(try company.findings() == [])
    }
}
