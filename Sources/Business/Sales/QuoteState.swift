package import Records

/// The life of a quote.
package enum QuoteStatus: String, Choice {
    /// Not drafted yet.
    case none
    /// Being written.
    case draft
    /// With the customer.
    case sent
    /// Accepted, whole or in part.
    case accepted
    /// The customer said no.
    case declined
    /// Nobody answered in time.
    case expired
    /// Taken back.
    case withdrawn
}

/// An offer to a customer.
package struct QuoteState: StreamState, Equatable {
    package var status: QuoteStatus
    package var customer: AccountID
    package var revision: Int64
    package var lines: [QuoteLine]
    package var terms: QuoteTerms
    package var currency: Currency
    package var draftedBy: String
    package var sentBy: String?
    package var sentOn: BusinessDate?
    package var orders: [OrderID]
    package var declineReason: String?
    package var external: ExternalReference?

    package static let streamType = "sales.quote"
    package static let initial = QuoteState(
        status: .none, customer: .unset, revision: 0, lines: [], terms: QuoteTerms(),
        currency: .unset, draftedBy: "", orders: [])

    package static let schema = Schema<QuoteState>(
        "sales.quote", "An offer to a customer.",
        Field(1, "status", \.status, "Where the quote is in its life."),
        Field(2, "customer", \.customer, "To whom."),
        Field(3, "revision", \.revision, "Which revision it is, from 1."),
        Field(4, "lines", \.lines, "What is offered."),
        Field(5, "terms", \.terms, "The deal, the validity and the terms."),
        Field(6, "currency", \.currency, "The currency of its prices."),
        Field(7, "draftedBy", \.draftedBy, "Who wrote it."),
        Field(8, "sentBy", \.sentBy, "Who sent it."),
        Field(9, "sentOn", \.sentOn, "On which date it was sent."),
        Field(10, "orders", \.orders, "The orders that came of it."),
        Field(11, "declineReason", \.declineReason, "Why the customer said no."),
        Field(12, "external", \.external, "Where the quote came from."),
        make: {
            QuoteState(
                status: $0, customer: $1, revision: $2, lines: $3, terms: $4, currency: $5,
                draftedBy: $6, sentBy: $7, sentOn: $8, orders: $9, declineReason: $10,
                external: $11)
        })

    /// The line with this number.
    package func line(_ number: Int64) -> QuoteLine? { lines.first { $0.line == number } }

    /// The net amount of all lines.
    package func netTotal() throws(ArithmeticFailure) -> Money {
        var total = Money.zero(currency)
        for line in lines { total = try total.adding(line.net) }
        return total
    }
}

/// What a quote says beside its lines.
package struct QuoteTerms: Record, Hashable {
    package var opportunity: OpportunityID?
    package var contact: ContactID?
    package var source: String?
    package var owner: String?
    package var validUntil: BusinessDate?
    package var paymentTerms: String?
    package var deliveryRule: DeliveryRule?
    package var invoicing: InvoicingRule?

    package static let schema = Schema<QuoteTerms>(
        "sales.quote-terms", "What a quote says beside its lines.",
        Field(1, "opportunity", \.opportunity, "The deal to which it belongs.", concerns: true),
        Field(2, "contact", \.contact, "The person at the customer."),
        Field(3, "source", \.source, "From where the customer came."),
        Field(4, "owner", \.owner, "Who looks after it in sales."),
        Field(5, "validUntil", \.validUntil, "The last day on which it can be accepted."),
        Field(6, "paymentTerms", \.paymentTerms, "The name of the payment terms."),
        Field(7, "deliveryRule", \.deliveryRule, "When goods may leave."),
        Field(8, "invoicing", \.invoicing, "What may be billed, and when."),
        make: {
            QuoteTerms(
                opportunity: $0, contact: $1, source: $2, owner: $3, validUntil: $4,
                paymentTerms: $5, deliveryRule: $6, invoicing: $7)
        })
}

/// One line of a quote.
package struct QuoteLine: Record, Hashable {
    package var line: Int64
    package var product: ProductID
    package var quantity: Quantity
    package var price: UnitPrice
    package var listPrice: UnitPrice?
    package var discount: Rate
    package var net: Money
    package var accepted: Quantity

    package static let schema = Schema<QuoteLine>(
        "sales.quote-line", "One line of a quote.",
        Field(1, "line", \.line, "The line's number, from 1."),
        Field(2, "product", \.product, "What is offered."),
        Field(3, "quantity", \.quantity, "How much."),
        Field(4, "price", \.price, "The price of one unit before discount."),
        Field(5, "listPrice", \.listPrice, "The price of the list on that day, where it has one."),
        Field(6, "discount", \.discount, "The discount, 0.1 for 10 %."),
        Field(7, "net", \.net, "The net amount, rounded once."),
        Field(8, "accepted", { Counter($0.accepted) }, "How much of it was accepted."),
        make: {
            QuoteLine(
                line: $0, product: $1, quantity: $2, price: $3, listPrice: $4, discount: $5,
                net: $6, accepted: $7.quantity)
        })

    /// How much may still be accepted.
    package var open: Quantity { quantity.less(accepted) }
}
