import Business
import Records
import Testing

@Suite("Invoices and credit notes")
struct InvoiceTests {
    @Test("numbers have no gaps; a refused invoice takes none")
    func numbers() throws {
        let company = try TradingCompany()
        try company.invoice("C1", "10.00")
        _ = try company.refusal(
            "finance.post-invoice",
            """
            {"customer": "C1", "lines": [{"text": "x", "quantity": "1", "price": "1.00",
             "taxCode": "no-such-code"}]}
            """)
        try company.invoice("C2", "20.00")
        let numbers = company.fixture.events(InvoicePosted.self).map(\.number.text)
        #expect(numbers == ["INV-2026-000001", "INV-2026-000002"])
        let vouchers = company.fixture.events(VoucherPosted.self).map(\.number)
        #expect(vouchers == [1, 2])
    }

    @Test("installments make an open item each, and add up to the gross amount")
    func installments() throws {
        let company = try TradingCompany()
        company.fixture.date = try day("2026-03-01")
        try company.invoice("C1", "99.99", terms: "half-and-half")
        #expect(company.open("INV-2026-000001:1") == "50.00")
        #expect(company.open("INV-2026-000001:2") == "49.99")
        let items = company.credit("C1").items
        #expect(items.map(\.due.description) == ["2026-03-01", "2026-03-31"])
        #expect(company.credit("C1").openItems?.digits == "99.99")
    }

    @Test("supply date chooses the rate, document date the due date, posting date the period")
    func dates() throws {
        let codes = """
            codes:
              - code: dated
                name: Changed in July
                kind: vat
                rates:
                  - {from: 2020-01-01, rate: 0.19}
                  - {from: 2026-07-01, rate: 0.16}
            """
        let company = try TradingCompany(
            rules: try ShippedRules.book([TaxCodes.file: codes]), hasMasterData: false)
        try company.run(
            "sales.open-account",
            #"{"account": "C1", "name": "One", "terms": {"paymentTerms": "net-30"}}"#)
        try company.run(
            "finance.post-invoice",
            """
            {"customer": "C1", "supplyDate": "2026-06-30", "documentDate": "2026-07-02",
             "lines": [{"text": "June", "quantity": "1", "price": "100.00", "taxCode": "dated"}]}
            """, on: "2026-07-05")
        let posted = try #require(company.fixture.events(InvoicePosted.self).last)
        #expect(posted.tax.digits == "19.00")
        #expect(posted.dueDate.description == "2026-08-01")
        let voucher = try #require(company.fixture.log.last { $0.event is VoucherPosted })
        #expect(voucher.effectiveDate.description == "2026-07-05")
    }

    @Test("an inclusive code keeps the price and takes the tax out of it")
    func inclusive() throws {
        let company = try TradingCompany()
        try company.invoice("C1", "8.01", tax: "standard-inclusive")
        #expect(company.lastVoucher == ["1200 D 8.01", "4000 C 6.68", "2300 C 1.33"])
    }

    @Test("a service earns on its own account, a reduced rate has its own too")
    func accounts() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.post-invoice",
            """
            {"customer": "C1", "lines": [
             {"product": "SV", "quantity": "2", "price": "50.00", "taxCode": "standard"},
             {"text": "Book", "quantity": "1", "price": "10.00", "taxCode": "reduced"}]}
            """)
        #expect(
            company.lastVoucher == [
                "1200 D 131.00", "4100 C 100.00", "4000 C 10.00", "2300 C 20.00", "2310 C 1.00",
            ])
    }

    @Test("credit notes take back what was billed; the last takes the remainder")
    func creditNotes() throws {
        let company = try TradingCompany()
        let invoice = try company.invoice("C1", "3.33", quantity: "3", tax: "standard")
        #expect(company.open(invoice) == "11.99")
        for _ in 1...3 {
            try company.run(
                "finance.post-credit-note",
                """
                {"invoice": "\(invoice)", "lines": [{"line": 1, "quantity": "1"}],
                 "reason": "returned"}
                """)
        }
        let notes = company.fixture.events(CreditNotePosted.self)
        #expect(notes.map(\.net.digits) == ["3.33", "3.33", "3.33"])
        #expect(notes.map(\.tax.digits) == ["0.67", "0.67", "0.66"])
        #expect(company.open(invoice) == "0.00")
        #expect(company.credit("C1").items.isEmpty)
        #expect(try company.findings() == [])
        let refusal = try company.refusal(
            "finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "again"}"#)
        #expect(refusal.code == .nothingToInvoice)
    }

    @Test("what a credit note has beyond the invoice stays open and can be refunded")
    func refundedCreditNote() throws {
        let company = try TradingCompany()
        let invoice = try company.invoice("C1", "90.00")
        try company.run(
            "finance.receive-payment", #"{"customer": "C1", "amount": "10.00"}"#)
        try company.run(
            "finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "broken"}"#)
        #expect(company.open(invoice) == "0.00")
        #expect(company.open("CRN-2026-000001") == "-10.00")
        #expect(company.credit("C1").openItems?.digits == "-10.00")
        try company.run("finance.refund-credit-note", #"{"creditNote": "CRN-2026-000001"}"#)
        #expect(company.lastVoucher == ["1200 D 10.00", "1000 C 10.00"])
        #expect(company.credit("C1").items.isEmpty)
        #expect(try company.findings() == [])
    }

    @Test("a held credit note pays the next invoice, the oldest due first")
    func heldCreditNote() throws {
        let company = try TradingCompany()
        let first = try company.invoice("C1", "50.00")
        try company.run(
            "finance.post-credit-note",
            #"{"invoice": "\#(first)", "reason": "goodwill", "hold": true}"#)
        let second = try company.invoice("C1", "30.00", terms: "immediate")
        try company.run("finance.allocate-credit-note", #"{"creditNote": "CRN-2026-000001"}"#)
        // The first invoice is of exactly the amount.
        #expect(company.open(first) == "0.00")
        #expect(company.open(second) == "30.00")
        #expect(try company.findings() == [])
    }

    @Test("the exposure follows an order from release to invoice and payment")
    func exposure() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "1000.00", "reason": "checked"}"#)
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "100", "value": "500.00"}"#)
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "10", "price": "20.00"}]}
            """)
        #expect(company.credit("C1").openOrders?.digits == "240.00")
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try company.run("fulfillment.ship", #"{"order": "SO-1"}"#)
        try company.run(
            "finance.post-invoice",
            #"{"order": "SO-1", "quantities": [{"line": 1, "quantity": "4"}]}"#)
        #expect(company.credit("C1").openOrders?.digits == "144.00")
        #expect(company.credit("C1").openItems?.digits == "96.00")
        #expect(try company.credit("C1").exposure(.euro).digits == "240.00")
        try company.run("finance.receive-payment", #"{"order": "SO-1"}"#)
        #expect(try company.credit("C1").exposure(.euro).digits == "144.00")
        try company.run("finance.post-invoice", #"{"order": "SO-1"}"#)
        try company.run("finance.receive-payment", #"{"order": "SO-1"}"#)
        #expect(try company.credit("C1").exposure(.euro).isZero)
        #expect(company.credit("C1").orders.isEmpty)
        #expect(company.fixture.state(OrderState.self, "SO-1").isPaid)
        #expect(try company.findings() == [])
    }

    @Test("two orders never pass on the same head-room")
    func headRoom() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "300.00", "reason": "checked"}"#)
        for order in ["SO-1", "SO-2"] {
            try company.run(
                "sales.place-order",
                """
                {"order": "\(order)", "customer": "C1", "warehouse": "W1",
                 "lines": [{"product": "P1", "quantity": "10", "price": "20.00"}]}
                """)
        }
        #expect(company.fixture.state(OrderState.self, "SO-1").status == .released)
        #expect(company.fixture.state(OrderState.self, "SO-2").isBlocked(by: .credit))
        try company.run("sales.cancel-order", #"{"order": "SO-1", "reason": "changed mind"}"#)
        #expect(company.credit("C1").openOrders?.isZero ?? true)
    }
}
