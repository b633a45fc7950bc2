package import Records

/// A quote was drafted.
package struct QuoteDrafted: Event, Equatable {
    package let customer: AccountID
    package let currency: Currency
    package let lines: [QuoteLine]
    package let terms: QuoteTerms
    package let draftedBy: String
    package var external: ExternalReference?

    package static let schema = Schema<QuoteDrafted>(
        "sales.quote-drafted", "A quote was drafted.",
        Field(1, "customer", \.customer, "To whom.", concerns: true),
        Field(2, "currency", \.currency, "The currency of its prices."),
        Field(3, "lines", \.lines, "What is offered."),
        Field(4, "terms", \.terms, "The deal, the validity and the terms.", concerns: true),
        Field(5, "draftedBy", \.draftedBy, "Who wrote it."),
        Field(6, "external", \.external, "Where the quote came from."),
        make: {
            QuoteDrafted(
                customer: $0, currency: $1, lines: $2, terms: $3, draftedBy: $4, external: $5)
        })

    package func evolve(_ state: inout QuoteState) {
        state.status = .draft
        state.customer = customer
        state.revision = 1
        state.lines = lines
        state.terms = terms
        state.currency = currency
        state.draftedBy = draftedBy
        state.external = external
    }
}

/// A quote was rewritten; the revision before is superseded.
package struct QuoteRevised: Event, Equatable {
    package let revision: Int64
    package let lines: [QuoteLine]
    package let terms: QuoteTerms
    package let revisedBy: String

    package static let schema = Schema<QuoteRevised>(
        "sales.quote-revised", "A quote was rewritten; the revision before is superseded.",
        Field(1, "revision", \.revision, "Which revision it is now."),
        Field(2, "lines", \.lines, "What is offered now."),
        Field(3, "terms", \.terms, "The deal, the validity and the terms now."),
        Field(4, "revisedBy", \.revisedBy, "Who rewrote it."),
        make: QuoteRevised.init)

    package func evolve(_ state: inout QuoteState) {
        state.status = .draft
        state.revision = revision
        state.lines = lines
        state.terms = terms
        state.draftedBy = revisedBy
        state.sentBy = nil
        state.sentOn = nil
        state.declineReason = nil
    }
}

/// A quote went to the customer.
package struct QuoteSent: Event, Equatable {
    package let revision: Int64
    package let net: Money
    package let validUntil: BusinessDate
    package let sentOn: BusinessDate
    package let sentBy: String
    package var opportunity: OpportunityID?
    package var rule: Blob?

    package static let schema = Schema<QuoteSent>(
        "sales.quote-sent", "A quote went to the customer.",
        Field(1, "revision", \.revision, "Which revision."),
        Field(2, "net", \.net, "The net amount of all lines."),
        Field(3, "validUntil", \.validUntil, "The last day on which it can be accepted."),
        Field(4, "sentOn", \.sentOn, "On which date."),
        Field(5, "sentBy", \.sentBy, "Who sent it."),
        Field(6, "opportunity", \.opportunity, "The deal to which it belongs.", concerns: true),
        Field(7, "rule", \.rule, "The SHA-256 of the decision that allowed the discount."),
        make: {
            QuoteSent(
                revision: $0, net: $1, validUntil: $2, sentOn: $3, sentBy: $4, opportunity: $5,
                rule: $6)
        })

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout QuoteState) {
        state.status = .sent
        state.terms.validUntil = validUntil
        state.sentBy = sentBy
        state.sentOn = sentOn
    }
}

/// The customer accepted a quote, whole or in part.
package struct QuoteAccepted: Event, Equatable {
    package let revision: Int64
    package let lines: [AcceptedLine]
    package let net: Money
    package let order: OrderID
    package let isWhole: Bool
    package var opportunity: OpportunityID?

    /// How much of a quoted line was accepted.
    package struct AcceptedLine: Record, Hashable {
        package let line: Int64
        package let quantity: Quantity

        package static let schema = Schema<AcceptedLine>(
            "sales.accepted-line", "How much of a quoted line was accepted.",
            Field(1, "line", \.line, "The quote's line."),
            Field(2, "quantity", \.quantity, "How much of it."),
            make: AcceptedLine.init)
    }

    package static let schema = Schema<QuoteAccepted>(
        "sales.quote-accepted", "The customer accepted a quote, whole or in part.",
        Field(1, "revision", \.revision, "Which revision."),
        Field(2, "lines", \.lines, "What was accepted."),
        Field(3, "net", \.net, "The net amount of what was accepted."),
        Field(4, "order", \.order, "The order that was placed for it.", concerns: true),
        Field(5, "isWhole", \.isWhole, "Whether nothing is left to accept."),
        Field(6, "opportunity", \.opportunity, "The deal to which it belongs.", concerns: true),
        make: {
            QuoteAccepted(
                revision: $0, lines: $1, net: $2, order: $3, isWhole: $4, opportunity: $5)
        })

    /// The order is a thing of its own, and often its id was taken from a series.
    package var replyDetails: [JSONMember] { [JSONMember("order", .string(order.text))] }

    package func evolve(_ state: inout QuoteState) {
        state.status = .accepted
        state.orders.append(order)
        for accepted in lines {
            guard let index = state.lines.firstIndex(where: { $0.line == accepted.line }) else {
                continue
            }
            state.lines[index].accepted = state.lines[index].accepted.plus(accepted.quantity)
        }
    }
}

/// The customer said no to a quote.
package struct QuoteDeclined: Event, Equatable {
    package let revision: Int64
    package let reason: String
    package var note: String?

    package static let schema = Schema<QuoteDeclined>(
        "sales.quote-declined", "The customer said no to a quote.",
        Field(1, "revision", \.revision, "Which revision."),
        Field(2, "reason", \.reason, "Why, as a word that reports can count: price, timing."),
        Field(3, "note", \.note, "What the customer said."),
        make: { QuoteDeclined(revision: $0, reason: $1, note: $2) })

    package func evolve(_ state: inout QuoteState) {
        state.status = .declined
        state.declineReason = reason
    }
}

/// Nobody answered a quote in time.
package struct QuoteExpired: Event, Equatable {
    package let revision: Int64
    package let validUntil: BusinessDate

    package static let schema = Schema<QuoteExpired>(
        "sales.quote-expired", "Nobody answered a quote in time.",
        Field(1, "revision", \.revision, "Which revision."),
        Field(2, "validUntil", \.validUntil, "The last day on which it could be accepted."),
        make: QuoteExpired.init)

    package func evolve(_ state: inout QuoteState) { state.status = .expired }
}

/// A quote was taken back.
package struct QuoteWithdrawn: Event, Equatable {
    package let revision: Int64
    package let reason: String

    package static let schema = Schema<QuoteWithdrawn>(
        "sales.quote-withdrawn", "A quote was taken back.",
        Field(1, "revision", \.revision, "Which revision."),
        Field(2, "reason", \.reason, "Why."),
        make: QuoteWithdrawn.init)

    package func evolve(_ state: inout QuoteState) { state.status = .withdrawn }
}
