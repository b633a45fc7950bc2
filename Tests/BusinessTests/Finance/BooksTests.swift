import Business
import Records
import Testing

@Suite("Company, periods, take-on and journal")
struct BooksTests {
    @Test("another company is refused by name")
    func oneCompany() throws {
        let company = try TradingCompany(hasMasterData: false)
        let refusal = try company.refusal(
            "finance.found-company",
            """
            {"company": "second", "name": "Second", "country": "DE", "baseCurrency": "EUR",
             "chart": "sample"}
            """)
        #expect(refusal.code == .oneCompany)
        #expect(refusal.message.contains("main") && refusal.message.contains("second"))
    }

    @Test("a chart in Chinese keeps books as well")
    func chineseChart() throws {
        let company = try TradingCompany(chart: "shangmao")
        try company.invoice("C1", "100.00", tax: "standard")
        #expect(company.lastVoucher == ["1122 D 120.00", "6001 C 100.00", "2221.02 C 20.00"])
    }

    @Test("the take-on ends only when OPENING is zero and subledgers equal control accounts")
    func takeOn() throws {
        let company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "10", "value": "500.00"}"#)
        try company.run(
            "finance.take-on-item",
            #"{"item": "OLD-1", "customer": "C1", "amount": "250.00", "dueDate": "2025-12-01"}"#)
        try company.run("finance.take-on-balance", #"{"account": "1000", "debit": "1000.00"}"#)
        try company.run("finance.take-on-balance", #"{"account": "3000", "credit": "1500.00"}"#)
        let early = try company.refusal("finance.finish-take-on", "{}")
        #expect(early.code == .takeOnUnbalanced)
        #expect(early.message.contains("250.00"))
        try company.run("finance.take-on-balance", #"{"account": "2900", "credit": "250.00"}"#)
        try company.run("finance.take-on-balance", #"{"account": "1200", "debit": "300.00"}"#)
        let different = try company.refusal("finance.finish-take-on", "{}")
        #expect(different.message.contains("1200"))
        try company.run("finance.take-on-balance", #"{"account": "1200", "debit": "250.00"}"#)
        try company.run("finance.finish-take-on", "{}")
        #expect(company.fixture.state(CompanyState.self, "main").isTakeOnFinished)
        let late = try company.refusal(
            "finance.take-on-balance", #"{"account": "1000", "debit": "1.00"}"#)
        #expect(late.code == .takeOnFinished)
        #expect(try company.findings() == [])
    }

    @Test(
        "what is held for customers and was paid ahead to suppliers is taken on, and used up later")
    func takeOnHeldMoney() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.take-on-item",
            #"{"item": "OLD-1", "customer": "C1", "amount": "250.00", "dueDate": "2025-12-01"}"#)
        try company.run(
            "finance.take-on-payment",
            #"{"payment": "OLD-PAY-1", "customer": "C1", "amount": "80.00", "text": "Paid twice"}"#)
        #expect(company.lastVoucher == ["3900 D 80.00", "2200 C 80.00"])
        try company.run(
            "finance.take-on-payment",
            #"{"payment": "OLD-PAY-2", "supplier": "S1", "amount": "30.00"}"#)
        #expect(company.lastVoucher == ["1500 D 30.00", "3900 C 30.00"])
        try company.run("finance.take-on-balance", #"{"account": "3000", "credit": "200.00"}"#)
        try company.run("finance.take-on-balance", #"{"account": "2200", "credit": "81.00"}"#)
        let different = try company.refusal("finance.finish-take-on", "{}")
        #expect(different.message.contains("2200"))
        try company.run("finance.take-on-balance", #"{"account": "2200", "credit": "80.00"}"#)
        try company.run("finance.take-on-balance", #"{"account": "1500", "debit": "30.00"}"#)
        try company.run("finance.finish-take-on", "{}")
        #expect(try company.findings() == [])
        // From then on it is a payment of which nothing is allocated.
        try company.run(
            "finance.allocate-payment",
            #"{"payment": "OLD-PAY-1", "allocations": [{"item": "OLD-1", "amount": "80.00"}]}"#)
        #expect(company.lastVoucher == ["2200 D 80.00", "1200 C 80.00"])
        #expect(
            company.fixture.state(OpenItemState.self, "OLD-1").open == (try euros("170.00")))
        #expect(try company.findings() == [])
        let late = try company.refusal(
            "finance.take-on-payment",
            #"{"payment": "OLD-PAY-3", "customer": "C1", "amount": "1.00"}"#)
        #expect(late.code == .takeOnFinished)
    }

    @Test(
        "a person is refused in a closed period; what nobody may refuse posts on the first open day"
    )
    func closedPeriod() throws {
        let company = try TradingCompany()
        company.fixture.date = try day("2026-02-10")
        try company.run("finance.close-period", #"{"period": "2026-02"}"#)
        try company.run("finance.close-period", #"{"period": "2026-03"}"#)
        let body =
            #"{"payment": "R1", "customer": "C1", "amount": "5.00", "documentDate": "2026-02-09"}"#
        let refusal = try company.refusal("finance.receive-payment", body)
        #expect(refusal.code == .periodLocked)
        #expect(refusal.message.contains("2026-04-01"))
        try company.run("finance.receive-payment", body, as: .process)
        let voucher = try #require(company.fixture.log.last { $0.event is VoucherPosted })
        #expect(voucher.effectiveDate.description == "2026-04-01")
        let posted = try #require(voucher.event as? VoucherPosted)
        #expect(posted.movedFrom?.description == "2026-02-10")
        let payment = try #require(company.fixture.events(PaymentReceived.self).last)
        #expect(payment.documentDate.description == "2026-02-09")
        try company.run("finance.open-period", #"{"period": "2026-02", "reason": "forgot"}"#)
        try company.run("finance.receive-payment", #"{"customer": "C1", "amount": "5.00"}"#)
    }

    @Test("months are locked in their order and for ever")
    func locked() throws {
        let company = try TradingCompany(hasMasterData: false)
        let early = try company.refusal("finance.lock-period", #"{"period": "2026-02"}"#)
        #expect(early.code == .earlierPeriodOpen)
        let open = try company.refusal("finance.lock-period", #"{"period": "2026-01"}"#)
        #expect(open.code == .wrongState)
        #expect(open.message.contains("close it first"))
        for period in ["2026-01", "2026-02"] {
            try company.run("finance.close-period", #"{"period": "\#(period)"}"#)
            try company.run("finance.lock-period", #"{"period": "\#(period)"}"#)
        }
        let again = try company.refusal(
            "finance.open-period", #"{"period": "2026-02", "reason": "please"}"#)
        #expect(again.code == .periodFinal)
    }

    @Test("a journal entry is drafted by one person and posted by another")
    func journal() throws {
        let company = try TradingCompany(singlePerson: false, hasMasterData: false)
        let limits = ["journal": try euros("1000.00")]
        let anna = Actor.person("anna", ["accountant"], limits: limits)
        let bert = Actor.person("bert", ["accountant"], limits: limits)
        try company.run(
            "finance.draft-journal-entry",
            """
            {"entry": "J1", "text": "Rent", "lines": [
             {"account": "6000", "debit": "700.00"}, {"account": "1000", "credit": "700.00"}]}
            """, as: anna)
        let own = try company.refusal(
            "finance.post-journal-entry", #"{"entry": "J1"}"#, as: anna)
        #expect(own.code == .separatedDuties)
        try company.run("finance.post-journal-entry", #"{"entry": "J1"}"#, as: bert)
        #expect(company.lastVoucher == ["6000 D 700.00", "1000 C 700.00"])
        try company.run(
            "finance.reverse-journal-entry", #"{"entry": "J1", "reason": "paid twice"}"#,
            as: bert)
        #expect(company.lastVoucher == ["6000 C 700.00", "1000 D 700.00"])
    }

    @Test(
        "a company and its customers are in countries that there are",
        arguments: [
            "ZZ", "de", "UK", "D1",
        ])
    func countries(code: String) throws {
        let fixture = try BusinessFixture(Departments.all, rules: ShippedRules.shared.get())
        let founding = try fixture.refusal(
            of: "finance.found-company",
            #"{"name": "Nowhere", "country": "\#(code)", "baseCurrency": "EUR"}"#)
        #expect(founding.code == .invalidValue)
        #expect(founding.message.contains("ISO 3166-1"))
        let refusal = try TradingCompany().refusal(
            "sales.open-account",
            #"{"account": "C9", "name": "Nine", "terms": {"country": "\#(code)"}}"#)
        #expect(refusal.code == .invalidValue)
    }

    @Test("fiscal years that begin in April number vouchers and documents by their own year")
    func fiscalYear() throws {
        let fixture = try BusinessFixture(
            Departments.all, rules: ShippedRules.shared.get(), date: "2026-03-31",
            poster: Poster().poster)
        try fixture.run(
            "finance.found-company",
            """
            {"name": "April", "country": "GB", "baseCurrency": "GBP", "fiscalYearStartMonth": 4}
            """)
        try fixture.run(
            "sales.open-account",
            #"{"account": "C1", "name": "One", "terms": {"paymentTerms": "net-30"}}"#)
        for date in ["2026-03-31", "2026-04-01"] {
            fixture.date = try day(date)
            try fixture.run(
                "finance.post-invoice",
                """
                {"customer": "C1", "lines": [{"text": "x", "quantity": "1", "price": "1.00",
                 "taxCode": "zero"}]}
                """)
        }
        let numbers = fixture.events(InvoicePosted.self).map(\.number.text)
        #expect(numbers == ["INV-2025-000001", "INV-2026-000001"])
        let series = fixture.log.filter { $0.event is VoucherPosted }.map(\.stream.id)
        #expect(series == ["main.sales.2025", "main.sales.2026"])
    }
}
