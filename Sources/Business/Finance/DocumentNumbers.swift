import FEEL
import Records

/// The kinds of documents that have gapless numbers.
package enum NumberedDocument: String, CaseIterable, Sendable {
    /// Our bill to a customer.
    case invoice
    /// What takes back an invoice or a part of it.
    case creditNote = "credit-note"
    /// A supplier's bill, under our own number.
    case supplierInvoice = "supplier-invoice"
    /// What a supplier gives back, under our own number.
    case supplierCredit = "supplier-credit"

    /// The name of the series, which counts through whatever its numbers look like.
    package var series: String {
        switch self {
        case .invoice: "INV"
        case .creditNote: "CRN"
        case .supplierInvoice: "BILL"
        case .supplierCredit: "SCN"
        }
    }
}

/// What the numbers of a series look like in a fiscal year.
private struct NumberTemplate {
    let prefix: String
    let digits: Int

    func number(_ count: UInt64) -> String {
        let text = String(count)
        return prefix + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

extension Decision {
    /// The decision that says what numbers look like; without it they are `INV-2026-000001`.
    static let documentNumbersRule = "document-numbers"
    /// Digits that a number may have at the most.
    static let documentDigitsMax = 12

    /// Takes the next number of a gapless series: written with the command, or not taken at all.
    ///
    /// A series counts from 1 in each fiscal year; the table only says how a number is shown, so
    /// that another look never makes a gap.
    ///
    /// - Throws: ``RejectionCode/badRuleResult``, ``RejectionCode/companyNotFounded``.
    package func nextDocumentNumber(_ document: NumberedDocument) throws(Rejection) -> String {
        let year = try company().fiscalYear(of: facts.effectiveDate)
        let id = "\(facts.company).\(document.series).\(year)"
        let count = try version(of: NumberSeriesState.self, id) + 1
        let number = try template(document, year).number(count)
        try emit(NumberTaken(number: number), to: id)
        return number
    }

    /// Which of our own series can give a number one day; nil where none can.
    func series(thatCanGive number: String) throws(Rejection) -> NumberedDocument? {
        for year in Self.years(in: number) {
            for document in NumberedDocument.allCases
            where number.hasPrefix(try template(document, year).prefix) {
                return document
            }
        }
        return nil
    }

    /// All that stands for a year in a text: four digits from 1900 to 2999.
    private static func years(in text: String) -> Set<Int> {
        let digits = Array(text.utf8)
        var years: Set<Int> = []
        for start in digits.indices.dropLast(3) {
            let word = String(decoding: digits[start..<start + 4], as: UTF8.self)
            if let year = Int(word), (1_900..<3_000).contains(year) { years.insert(year) }
        }
        return years
    }

    private func template(
        _ document: NumberedDocument, _ year: Int
    ) throws(Rejection) -> NumberTemplate {
        let rule = Self.documentNumbersRule
        guard rules.has(rule, on: facts.effectiveDate) else {
            return NumberTemplate(prefix: "\(document.series)-\(year)-", digits: 6)
        }
        let outcome = try rules.decide(
            rule, on: facts.effectiveDate,
            inputs: ["document": .text(document.rawValue), "fiscalYear": .integer(year)])
        guard let result = outcome.results.first, let prefix = result["prefix"]?.text,
            let digits = result["digits"]?.number?.integer,
            prefix.contains(String(year)), (1...Self.documentDigitsMax).contains(digits)
        else {
            throw Rejection(
                .badRuleResult,
                "The decision \(rule) yielded for \(document.rawValue) no prefix with the fiscal year \(year) and 1 to \(Self.documentDigitsMax) digits; mend the table.",
                [JSONMember("document", .string(document.rawValue))])
        }
        return NumberTemplate(prefix: prefix, digits: digits)
    }
}
