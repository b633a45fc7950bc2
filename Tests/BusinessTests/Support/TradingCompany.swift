import Business
import Records
import Testing

/// A company with all departments, its books and the shipped rules.
///
/// Founded on 2026-01-01 in euros: a warehouse `W1`, the customers `C1` and `C2`, the suppliers
/// `S1` and `CARRIER`, the product `P1` at the average cost method and the service `SV`.
final class TradingCompany {
    let fixture: BusinessFixture

    init(
        chart: String = "sample", singlePerson: Bool = true, rules: (any RuleSource)? = nil,
        hasMasterData: Bool = true
    ) throws {
        fixture = try BusinessFixture(
            Departments.all, rules: try rules ?? ShippedRules.shared.get(), date: "2026-01-01",
            poster: Poster().poster)
        try run(
            "finance.found-company",
            """
            {"name": "Golden Trading", "country": "DE", "baseCurrency": "EUR",
             "chart": "\(chart)", "singlePerson": \(singlePerson)}
            """)
        guard hasMasterData else { return }
        try run("inventory.register-warehouse", #"{"warehouse": "W1", "name": "Main"}"#)
        try run(
            "inventory.register-product",
            #"{"product": "P1", "name": "Chair", "taxCode": "standard"}"#)
        try run(
            "inventory.register-product",
            #"{"product": "SV", "name": "Fitting", "kind": "service", "productClass": "service"}"#)
        for customer in ["C1", "C2"] {
            try run(
                "sales.open-account",
                """
                {"account": "\(customer)", "name": "Customer \(customer)",
                 "terms": {"paymentTerms": "net-30", "taxCode": "standard"}}
                """)
        }
        for supplier in ["S1", "CARRIER"] {
            try run(
                "purchasing.register-supplier",
                """
                {"supplier": "\(supplier)", "name": "Supplier \(supplier)",
                 "paymentTerms": "net-30", "taxCode": "standard"}
                """)
        }
        try run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P1", "price": "10.00", "rank": 1}]}"#)
    }

    /// Gives a command as somebody, on a date from then on.
    @discardableResult
    func run(
        _ name: String, _ json: String, as actor: Actor = .owner, on date: String? = nil
    ) throws -> [any Event] {
        if let date { fixture.date = try day(date) }
        fixture.actor = actor
        defer { fixture.actor = .owner }
        return try fixture.run(name, json)
    }

    /// The refusal that somebody's command meets.
    func refusal(
        _ name: String, _ json: String, as actor: Actor = .owner
    ) throws -> Rejection {
        fixture.actor = actor
        defer { fixture.actor = .owner }
        let rejection = try fixture.refusal(of: name, json)
        let declared = try #require(fixture.registry.commands[name]).rejections
        #expect(
            declared.contains(rejection.code),
            "\(rejection.code) is not among the declared refusals of \(name)")
        #expect(!rejection.message.isEmpty)
        return rejection
    }

    /// Bills lines without an order; the invoice's number comes back.
    @discardableResult
    func invoice(
        _ customer: String, _ price: String, quantity: String = "1", tax: String = "zero",
        terms: String = "net-30"
    ) throws -> String {
        try run(
            "finance.post-invoice",
            """
            {"customer": "\(customer)", "terms": "\(terms)", "lines": [{"text": "Work",
             "quantity": "\(quantity)", "price": "\(price)", "taxCode": "\(tax)"}]}
            """)
        return try #require(fixture.events(InvoicePosted.self).last).number.text
    }

    /// The vouchers so far, each line as `1200 D 1080.00`.
    var vouchers: [(source: String, lines: [String])] {
        fixture.events(VoucherPosted.self).map { voucher in
            (
                voucher.sourceType,
                voucher.lines.map {
                    "\($0.account) \($0.side == .debit ? "D" : "C") \($0.base.digits)"
                }
            )
        }
    }

    /// The lines of the last voucher.
    var lastVoucher: [String] { vouchers.last?.lines ?? [] }

    /// What is open of an item.
    func open(_ item: String) -> String {
        fixture.state(OpenItemState.self, item).open?.digits ?? "none"
    }

    func credit(_ customer: String) -> CreditState {
        fixture.state(CreditState.self, customer)
    }

    /// What the ledger breaks of its invariants; nothing in a sound company.
    func findings() throws -> [LedgerInvariants.Finding] {
        var ledger = LedgerInvariants(currency: .euro)
        for emitted in fixture.log {
            guard let voucher = emitted.event as? VoucherPosted else { continue }
            ledger.add(voucher, series: emitted.stream.id)
        }
        let chart = try DefinitionFile.read(
            Array(ShippedRules.text(ChartOfAccounts.file("sample")).utf8), file: "chart",
            as: ChartOfAccounts.self)
        ledger.compare(with: fixture.states, chart: chart)
        return ledger.findings
    }
}
