package import Records

/// Record that the customer said no to a quote.
package struct DeclineQuote: Command {
    package let quote: QuoteID
    package let reason: String
    package var note: String?

    package static let schema = Schema<DeclineQuote>(
        "sales.decline-quote", "Record that the customer said no to a quote.",
        Field(1, "quote", \.quote, "Which quote."),
        Field(
            2, "reason", \.reason, "Why, as a word that reports can count: price, timing.",
            limits: .count(1...64)),
        Field(3, "note", \.note, "What the customer said.", limits: .count(1...500)),
        make: { DeclineQuote(quote: $0, reason: $1, note: $2) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.sentQuote(quote)
        try decision.emit(
            QuoteDeclined(revision: known.revision, reason: reason, note: note), to: quote.text)
    }
}

/// End a quote that nobody answered in time.
package struct ExpireQuote: Command {
    package let quote: QuoteID

    package static let schema = Schema<ExpireQuote>(
        "sales.expire-quote", "End a quote that nobody answered in time.",
        Field(1, "quote", \.quote, "Which quote."),
        make: ExpireQuote.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quoteStillValid,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.sentQuote(quote)
        let today = decision.facts.effectiveDate
        guard let validUntil = known.terms.validUntil, today > validUntil else {
            let until = known.terms.validUntil?.description ?? "an unknown day"
            throw Rejection(
                .quoteStillValid,
                "Expected a quote whose validity is over, found \(quote) valid until \(until), and today is \(today); withdraw it instead.",
                [JSONMember("validUntil", .string(until))])
        }
        try decision.emit(
            QuoteExpired(revision: known.revision, validUntil: validUntil), to: quote.text)
    }
}

/// Take a quote back.
package struct WithdrawQuote: Command {
    package let quote: QuoteID
    package let reason: String

    package static let schema = Schema<WithdrawQuote>(
        "sales.withdraw-quote", "Take a quote back.",
        Field(1, "quote", \.quote, "Which quote."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: WithdrawQuote.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(QuoteState.self, quote.text)
        guard known.status == .sent || known.status == .draft else {
            throw Rejection.wrongState(
                "Quote \(quote)", is: known.status.rawValue, expected: "a draft or sent",
                remedy: "cancel the order, if one came of it")
        }
        try decision.emit(
            QuoteWithdrawn(revision: known.revision, reason: reason), to: quote.text)
    }
}

extension Decision {
    /// A quote that is with the customer.
    func sentQuote(_ quote: QuoteID) throws(Rejection) -> QuoteState {
        let known = try existing(QuoteState.self, quote.text)
        guard known.status == .sent else {
            throw Rejection.wrongState(
                "Quote \(quote)", is: known.status.rawValue, expected: "sent",
                remedy: "send it first, or revise it")
        }
        return known
    }
}
