package import Records

/// The payment terms of `processes/terms/payment-terms.yaml`.
package struct PaymentTermsBook: Record {
    /// The terms.
    package let terms: [PaymentTerms]

    package static let file = "processes/terms/payment-terms.yaml"
    package static let schema = Schema<PaymentTermsBook>(
        "payment-terms-book", "The payment terms.",
        Field(1, "terms", \.terms, "The terms.", limits: .notEmpty),
        make: PaymentTermsBook.init)
}

/// When an amount is due.
package struct PaymentTerms: Record {
    /// The name by which orders and invoices know them, `net-30`.
    package let name: String
    /// What documents say.
    package let text: String
    /// The parts; their shares add up to the whole.
    package let parts: [PaymentPart]

    package static let schema = Schema<PaymentTerms>(
        "payment-terms", "When an amount is due.",
        Field(1, "name", \.name, "The name, `net-30`.", limits: .count(1...64)),
        Field(2, "text", \.text, "What documents say."),
        Field(3, "parts", \.parts, "The parts; shares add up to 1.", limits: .count(1...24)),
        make: PaymentTerms.init)

    /// The due date of the last part.
    package func lastDue(from date: BusinessDate) -> BusinessDate {
        parts.map { $0.due(from: date) }.max() ?? date
    }

    /// The parts of an amount with their due dates: shares by largest remainder.
    package func split(
        _ amount: Money, from date: BusinessDate
    ) throws(ArithmeticFailure) -> [(due: BusinessDate, amount: Money)] {
        if parts.count == 1 { return [(lastDue(from: date), amount)] }
        let weights = try parts.map { (part) throws(ArithmeticFailure) -> Int64 in
            try part.share.decimal.scaled(to: PaymentPart.shareDigits)
        }
        let amounts = try amount.allocated(over: weights)
        return zip(parts, amounts).map { ($0.due(from: date), $1) }
    }
}

/// One part of payment terms.
package struct PaymentPart: Record {
    /// Decimals that a share may have.
    package static let shareDigits = 6

    /// The share of the amount, 1 for all.
    package let share: Rate
    /// Days after the document date.
    package let days: Int64
    /// Whether the end of that month counts.
    package let isEndOfMonth: Bool

    package static let schema = Schema<PaymentPart>(
        "payment-part", "One part of payment terms.",
        Field(1, "share", \.share, "The share of the amount.", limits: .positive, default: .one),
        Field(
            2, "days", \.days, "Days after the document date.",
            limits: Limits(sign: .notNegative, magnitudeMax: 3_660)),
        Field(
            3, "endOfMonth", \.isEndOfMonth, "Whether the end of that month counts.",
            default: false),
        make: PaymentPart.init)

    /// When the part of a document of a date is due.
    package func due(from date: BusinessDate) -> BusinessDate {
        let day = date.adding(days: Int(days))
        return isEndOfMonth ? day.endOfMonth : day
    }
}

extension Decision {
    /// The payment terms with this name, as of the effective date.
    ///
    /// - Throws: ``RejectionCode/unknownTerms``.
    package func paymentTerms(_ name: String) throws(Rejection) -> PaymentTerms {
        let book = try file(
            PaymentTermsBook.file, as: PaymentTermsBook.self, on: facts.effectiveDate)
        guard let found = book.terms.first(where: { $0.name == name }) else {
            let known = book.terms.map(\.name).joined(separator: ", ")
            throw Rejection(
                .unknownTerms,
                "Expected one of the payment terms \(known), found \"\(name)\"; use one of them or deploy the terms in \(PaymentTermsBook.file).",
                [JSONMember("terms", .string(name))])
        }
        return found
    }
}
