import Business
import Records
import Testing

/// The golden ledger of semantics 3.12, steps 1 to 4, 6, 9 and 10, driven by commands alone.
@Suite("Golden ledger")
struct GoldenLedgerTests {
    @Test("one flow from receipt to payment, each voucher to the cent")
    func flow() throws {
        let company = try TradingCompany()
        try receive(company)
        #expect(company.lastVoucher == ["1300 D 1000.00", "2100 C 1000.00"], "step 1")

        try ship(company)
        #expect(company.lastVoucher == ["5000 D 600.00", "1300 C 600.00"], "step 2")
        #expect(pool(company) == "40 / 400.00")

        try company.run("finance.post-invoice", #"{"order": "SO-1"}"#, on: "2026-02-05")
        #expect(
            company.lastVoucher == ["1200 D 1080.00", "4000 C 900.00", "2300 C 180.00"], "step 3")

        try bill(company)
        #expect(
            company.lastVoucher == [
                "2100 D 1000.00", "1300 D 8.00", "5100 D 12.00", "1400 D 204.00", "2000 C 1224.00",
            ], "step 4")
        #expect(pool(company) == "40 / 408.00")

        try company.run(
            "finance.receive-payment",
            #"{"customer": "C1", "amount": "1000.00", "reference": "part"}"#, on: "2026-03-01")
        #expect(company.lastVoucher == ["1000 D 1000.00", "1200 C 1000.00"], "step 6")
        #expect(company.open("INV-2026-000001") == "80.00")

        try billFreight(company)
        try company.run("finance.make-payment", #"{"supplier": "S1", "amount": "1224.00"}"#)
        #expect(company.lastVoucher == ["2000 D 1224.00", "1000 C 1224.00"], "step 9")
        try company.run("finance.make-payment", #"{"supplier": "CARRIER", "amount": "60.00"}"#)
        #expect(company.lastVoucher == ["2000 D 60.00", "1000 C 60.00"], "step 9")

        #expect(try company.findings() == [])
        let stored = company.fixture.events(VoucherPosted.self)
        #expect(stored.allSatisfy { $0.rules.count == 2 }, "both tables are named")
    }

    private func receive(_ company: TradingCompany) throws {
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO-1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "100"}]}
            """, on: "2026-02-01")
        try company.run("purchasing.submit-order", #"{"order": "PO-1"}"#)
        try company.run("purchasing.approve-order", #"{"order": "PO-1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO-1"}"#)
        try company.run("purchasing.confirm-order", #"{"order": "PO-1"}"#)
        try company.run("purchasing.receive-goods", #"{"order": "PO-1"}"#)
        #expect(pool(company) == "100 / 1000.00")
    }

    private func ship(_ company: TradingCompany) throws {
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "60", "price": "15.00"}]}
            """, on: "2026-02-03")
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try company.run("fulfillment.ship", #"{"order": "SO-1"}"#)
    }

    private func bill(_ company: TradingCompany) throws {
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI-1", "supplier": "S1", "theirNumber": "R-100",
             "documentDate": "2026-02-10", "lines": [
             {"order": "PO-1", "orderLine": 1, "quantity": "100", "price": "10.20",
              "taxCode": "standard"}]}
            """, on: "2026-02-10")
        try company.run("purchasing.match-invoice", #"{"invoice": "SI-1"}"#)
        if company.fixture.state(SupplierInvoiceState.self, "SI-1").status == .blocked {
            try company.run(
                "purchasing.release-invoice-block",
                #"{"invoice": "SI-1", "reason": "The price rose."}"#)
        }
        try approve("SI-1", company)
        try company.run("purchasing.post-invoice", #"{"invoice": "SI-1"}"#)
    }

    private func billFreight(_ company: TradingCompany) throws {
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI-2", "supplier": "CARRIER", "theirNumber": "F-7",
             "documentDate": "2026-02-11", "lines": [
             {"amount": "50.00", "account": "6100", "taxCode": "standard"}]}
            """)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI-2"}"#)
        try approve("SI-2", company)
        try company.run("purchasing.post-invoice", #"{"invoice": "SI-2"}"#)
        #expect(company.lastVoucher == ["6100 D 50.00", "1400 D 10.00", "2000 C 60.00"])
    }

    private func approve(_ invoice: String, _ company: TradingCompany) throws {
        let state = company.fixture.state(SupplierInvoiceState.self, invoice)
        for _ in state.levels {
            try company.run("purchasing.approve-invoice", #"{"invoice": "\#(invoice)"}"#)
        }
    }

    /// Quantity and value of the pool, `40 / 400.00`.
    private func pool(_ company: TradingCompany) -> String {
        let stock = company.fixture.state(StockState.self, "W1:P1")
        return "\(stock.onHand.digits) / \(stock.value?.digits ?? "0.00")"
    }
}
