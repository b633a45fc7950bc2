import Records
import Testing

@testable import Business

/// What gapless numbers look like stands in a table of the company; how they count does not.
@Suite("Numbers of documents")
struct DocumentNumbersTests {
    private static let path = "processes/rules/document-numbers.dmn"
    private static let shippedLook = #""INV-" + string(fiscalYear) + "-""#

    /// The shipped table with another look of invoices.
    private static func table(_ prefix: String, digits: Int = 6) throws -> String {
        let text = try ShippedRules.text(path)
        #expect(text.contains(shippedLook))
        return text.replacing(shippedLook, with: prefix)
            .replacing("<text>6</text>", with: "<text>\(digits)</text>")
    }

    private func company(_ prefix: String, digits: Int = 6) throws -> TradingCompany {
        try TradingCompany(
            rules: ShippedRules.book([Self.path: Self.table(prefix, digits: digits)]))
    }

    @Test("the shipped look, and the same without any table")
    func shipped() throws {
        let company = try TradingCompany()
        #expect(try company.invoice("C1", "1.00") == "INV-2026-000001")
        let files = try ShippedRules.files().filter { $0.path != Self.path }
        let bare = try TradingCompany(rules: Rulebook(files))
        #expect(try bare.invoice("C1", "1.00") == "INV-2026-000001")
        #expect(try bare.invoice("C1", "1.00") == "INV-2026-000002")
    }

    @Test("a company's own look")
    func own() throws {
        let company = try company(#"string(fiscalYear) + "-R""#, digits: 4)
        #expect(try company.invoice("C1", "1.00") == "2026-R0001")
        #expect(company.open("2026-R0001") == "1.00")
        let taken = try company.refusal(
            "finance.take-on-item",
            #"{"item": "2026-R0009", "customer": "C1", "amount": "5.00", "dueDate": "2026-01-31"}"#)
        #expect(taken.code == .invalidValue)
        #expect(try company.findings() == [])
    }

    @Test("another look from a day on makes no gap and begins no new count")
    func changed() throws {
        var files = try ShippedRules.files()
        files.append(
            RuleFile(
                path: Self.path,
                bytes: Array(try Self.table(#""RE" + string(fiscalYear) + "-""#).utf8),
                validFrom: try day("2026-06-01")))
        let company = try TradingCompany(rules: Rulebook(files))
        #expect(try company.invoice("C1", "1.00") == "INV-2026-000001")
        company.fixture.date = try day("2026-06-01")
        #expect(try company.invoice("C1", "1.00") == "RE2026-000002")
        company.fixture.date = try day("2027-01-01")
        #expect(try company.invoice("C1", "1.00") == "RE2027-000001")
    }

    @Test(
        "a look without the year, or with too many digits, is refused before it numbers anything",
        arguments: [(#""INV-""#, 6), (shippedLook, 13), (shippedLook, 0)])
    func unusable(_ prefix: String, _ digits: Int) throws {
        let company = try company(prefix, digits: digits)
        let refusal = try company.refusal(
            "finance.post-invoice",
            """
            {"customer": "C1", "lines": [{"text": "Work", "quantity": "1", "price": "9.00",
             "taxCode": "zero"}]}
            """)
        #expect(refusal.code == .badRuleResult)
        #expect(refusal.message.contains("document-numbers"))
        #expect(company.fixture.events(NumberTaken.self).isEmpty)
    }

    @Test("two kinds of documents of one look never become one debt")
    func sameLook() throws {
        let company = try company(#""CRN-" + string(fiscalYear) + "-""#)
        let invoice = try company.invoice("C1", "1.00")
        #expect(invoice == "CRN-2026-000001")
        let refusal = try company.refusal(
            "finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "wrong"}"#)
        #expect(refusal.code == .alreadyExists)
        #expect(company.open(invoice) == "1.00")
    }
}
