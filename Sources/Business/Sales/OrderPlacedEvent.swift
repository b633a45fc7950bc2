package import Records

/// An order was placed.
package struct OrderPlaced: Event, Equatable {
    package let customer: AccountID
    package let currency: Currency
    package let lines: [OrderLine]
    package let blocks: [OrderBlock]
    package let paymentTerms: String
    package let deliveryRule: DeliveryRule
    package let invoicing: InvoicingRule
    package let placedBy: String
    package let placedOn: BusinessDate
    package let net: Money
    package let tax: Money
    package var opportunity: OpportunityID?
    package var source: String?
    package var quote: QuoteID?
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var freight: Money?
    package var external: ExternalReference?
    package var contact: ContactID?
    package var owner: String?
    package var channel: String?
    package var reference: String?
    package var rule: Blob?

    package static let schema = Schema<OrderPlaced>(
        "sales.order-placed", "An order was placed.",
        Field(1, "customer", \.customer, "Who ordered.", concerns: true),
        Field(2, "currency", \.currency, "The currency of its prices."),
        Field(3, "lines", \.lines, "What was ordered."),
        Field(4, "blocks", \.blocks, "What stops it; empty when nothing does."),
        Field(5, "paymentTerms", \.paymentTerms, "The name of the payment terms."),
        Field(6, "deliveryRule", \.deliveryRule, "When goods may leave."),
        Field(7, "invoicing", \.invoicing, "What may be billed, and when."),
        Field(8, "placedBy", \.placedBy, "Who placed it."),
        Field(9, "placedOn", \.placedOn, "On which date it was placed."),
        Field(10, "net", \.net, "The net amount of all lines."),
        Field(11, "tax", \.tax, "The tax expected on it."),
        Field(
            12, "opportunity", \.opportunity, "The deal from which it came.", concerns: true),
        Field(13, "source", \.source, "From where the customer came: campaign, referral, web."),
        Field(14, "quote", \.quote, "The quote that was accepted.", concerns: true),
        Field(15, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(16, "promisedDate", \.promisedDate, "When it is promised."),
        Field(17, "freight", \.freight, "Freight as the customer was told."),
        Field(18, "external", \.external, "Where the order came from."),
        Field(19, "contact", \.contact, "The person at the customer."),
        Field(20, "owner", \.owner, "Who looks after it in sales."),
        Field(21, "channel", \.channel, "By which way it came."),
        Field(22, "reference", \.reference, "The customer's own number for it."),
        Field(23, "rule", \.rule, "The SHA-256 of the decision that judged the blocks."),
        make: {
            OrderPlaced(
                customer: $0, currency: $1, lines: $2, blocks: $3, paymentTerms: $4,
                deliveryRule: $5, invoicing: $6, placedBy: $7, placedOn: $8, net: $9, tax: $10,
                opportunity: $11, source: $12, quote: $13, requestedDate: $14, promisedDate: $15,
                freight: $16, external: $17, contact: $18, owner: $19, channel: $20,
                reference: $21, rule: $22)
        })

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout OrderState) {
        state.customer = customer
        state.status = .pending
        state.blocks = blocks
        state.currency = currency
        state.lines = lines
        state.paymentTerms = paymentTerms
        state.deliveryRule = deliveryRule
        state.invoicing = invoicing
        state.placedBy = placedBy
        state.placedOn = placedOn
        state.opportunity = opportunity
        state.source = source
        state.quote = quote
        state.requestedDate = requestedDate
        state.promisedDate = promisedDate
        state.firstPromisedDate = promisedDate
        state.freight = freight
        state.external = external
        state.contact = contact
        state.owner = owner
        state.channel = channel
        state.reference = reference
    }
}
