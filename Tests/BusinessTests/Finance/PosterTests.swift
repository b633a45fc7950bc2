@testable import Business
import Foundation
import Records
import Testing

@Suite("The poster")
struct PosterTests {
    /// A company whose rules have one file changed.
    private func company(
        _ file: String, replacing old: String, with new: String
    ) throws -> TradingCompany {
        let text = try ShippedRules.text(file).replacingOccurrences(of: old, with: new)
        return try TradingCompany(rules: try ShippedRules.book([file: text]))
    }

    private func posted(_ company: TradingCompany) throws -> Rejection {
        do {
            try company.invoice("C1", "10.00")
        } catch let rejection as Rejection {
            return rejection
        }
        throw FixtureFailure("expected a refusal by the poster")
    }

    @Test("a table without a rule for the event refuses the command")
    func noRule() throws {
        let company = try company(
            "processes/posting/finance.dmn", replacing: "\"finance.invoice-posted\"",
            with: "\"finance.invoice-poster\"")
        #expect(try posted(company).code == .noPostingRule)
        #expect(company.fixture.events(InvoicePosted.self).isEmpty)
    }

    @Test("a role without an account refuses the command")
    func noAccount() throws {
        let company = try company(
            "processes/accounts/sample.dmn", replacing: "<text>\"REV\"</text>",
            with: "<text>\"REVENUE\"</text>")
        let refusal = try posted(company)
        #expect(refusal.code == .noAccount)
        #expect(refusal.message.contains("REV"))
    }

    @Test("a voucher that does not balance is never written")
    func unbalanced() throws {
        let company = try company(
            "processes/posting/finance.dmn", replacing: "<text>\"net\"</text>",
            with: "<text>\"tax\"</text>")
        #expect(try posted(company).code == .unbalanced)
        #expect(company.vouchers.isEmpty)
    }

    @Test("no table at all refuses the command by name")
    func noTable() throws {
        var files = try ShippedRules.files()
        files.removeAll { $0.path == "processes/posting/finance.dmn" }
        let company = try TradingCompany(rules: try Rulebook(files))
        let refusal = try posted(company)
        #expect(refusal.code == .noRule)
        #expect(refusal.message.contains("posting.finance"))
    }

    @Test("an event whose amounts are all zero makes no voucher and leaves no gap")
    func zero() throws {
        let company = try TradingCompany()
        try company.invoice("C1", "0.00")
        #expect(company.vouchers.isEmpty)
        try company.invoice("C1", "1.00")
        #expect(company.fixture.events(VoucherPosted.self).map(\.number) == [1])
    }

    @Test("a negative amount posts on the other side")
    func negative() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.post-invoice",
            """
            {"customer": "C1", "lines": [
             {"text": "goods", "quantity": "1", "price": "10.00", "taxCode": "zero"},
             {"text": "rebate", "quantity": "1", "price": "-4.00", "taxCode": "zero"}]}
            """)
        #expect(company.lastVoucher == ["1200 D 6.00", "4000 C 10.00", "4000 D 4.00"])
    }

    @Test("a rule counts from its first day on, for events of that day")
    func dated() throws {
        let path = "processes/accounts/sample.dmn"
        let later = try ShippedRules.text(path).replacingOccurrences(
            of: "\"4000\"", with: "\"4900\"")
        var files = try ShippedRules.files()
        files.append(
            RuleFile(path: path, bytes: Array(later.utf8), validFrom: try day("2026-03-01")))
        let company = try TradingCompany(rules: try Rulebook(files))
        for (date, account) in [
            ("2026-02-28", "4000"), ("2026-03-01", "4900"), ("2026-02-27", "4000"),
        ] {
            company.fixture.date = try day(date)
            try company.invoice("C1", "1.00")
            #expect(company.lastVoucher.last == "\(account) C 1.00", "\(date)")
        }
        let hashes = Set(
            company.fixture.events(VoucherPosted.self).compactMap { $0.rules.last?.bytes })
        #expect(hashes.count == 2, "each voucher names the table that judged it")
    }

    @Test("a voucher has exactly one source, and names it")
    func source() throws {
        let company = try TradingCompany()
        try company.invoice("C1", "1.00")
        let voucher = try #require(company.fixture.events(VoucherPosted.self).last)
        #expect(voucher.sourceType == "finance.invoice-posted")
        #expect(voucher.sourceStream == "finance.invoice/INV-2026-000001")
        #expect(voucher.sourceVersion == 1)
    }

    @Test("without a company nothing is decided about money")
    func noCompany() throws {
        let fixture = try BusinessFixture(
            Departments.all, rules: ShippedRules.shared.get(), poster: Poster().poster)
        for (name, payload) in [
            ("finance.close-period", #"{"period": "2026-01"}"#), ("finance.finish-take-on", "{}"),
            (
                "finance.draft-journal-entry",
                """
                {"text": "x", "lines": [{"account": "1", "debit": "1.00 EUR"},
                 {"account": "2", "credit": "1.00 EUR"}]}
                """
            ),
        ] {
            #expect(try fixture.refusal(of: name, payload).code == .companyNotFounded)
        }
    }

    @Test("invariants find what is wrong with books")
    func findings() throws {
        let line = { (account: String, side: PostingSide, cents: Int64) in
            let amount = Money(minorUnits: cents, currency: .euro)
            return VoucherLine(
                account: account, role: "X", side: side, amount: amount, rate: .one, base: amount,
                partner: nil, openItem: account == "1200" ? "I1" : nil, product: nil,
                quantity: nil, warehouse: nil, order: nil, taxCode: nil)
        }
        func voucher(_ number: Int64, _ lines: [VoucherLine]) -> VoucherPosted {
            VoucherPosted(
                number: number, sourceType: "x", sourceStream: "x/1", sourceVersion: 1, text: "",
                movedFrom: nil, rules: [], lines: lines)
        }
        var ledger = LedgerInvariants(currency: .euro)
        ledger.add(
            voucher(1, [line("1200", .debit, 500), line("4000", .credit, 500)]), series: "a")
        #expect(ledger.findings.isEmpty)
        ledger.add(
            voucher(3, [line("1200", .debit, 500), line("4000", .credit, 400)]), series: "a")
        #expect(
            ledger.findings.map(\.code) == [
                "voucher-unbalanced", "voucher-unbalanced", "voucher-number", "voucher-source",
            ])
        ledger.compare(
            openItems: ["I1": try euros("9.00")], accounts: ["1200"], isDebit: true)
        #expect(ledger.findings.last?.description.contains("I1") ?? false)
        #expect(ledger.findings.last?.message.contains("10.00") ?? false)
    }
}
