package import Records

/// The life of a deal; how far it is while open is its stage.
package enum OpportunityStatus: String, Choice {
    /// Not opened yet.
    case none
    /// May still be won.
    case open
    /// Won.
    case won
    /// Lost.
    case lost
}

/// A deal that may be won.
package struct OpportunityState: StreamState, Equatable {
    package var status: OpportunityStatus
    package var name: String
    package var account: AccountID?
    package var contact: ContactID?
    package var lead: LeadID?
    package var source: String?
    package var owner: String?
    package var product: ProductID?
    package var stage: String
    package var probability: Rate
    package var stageEnteredOn: BusinessDate?
    package var amount: Money
    package var closeDate: BusinessDate?
    package var openedOn: BusinessDate?
    package var endedOn: BusinessDate?
    package var order: OrderID?
    package var reason: String?
    package var external: ExternalReference?

    package static let streamType = "sales.opportunity"
    package static let initial = OpportunityState(
        status: .none, name: "", stage: "", probability: .zero, amount: .zero(.unset))

    package static let schema = Schema<OpportunityState>(
        "sales.opportunity", "A deal that may be won.",
        Field(1, "status", \.status, "Whether it is open, won or lost."),
        Field(2, "name", \.name, "What it is about."),
        Field(3, "account", \.account, "With whom; needed to win it."),
        Field(4, "contact", \.contact, "The person there."),
        Field(5, "lead", \.lead, "The lead from which it came."),
        Field(6, "source", \.source, "From where it came: campaign, referral, web."),
        Field(7, "owner", \.owner, "Who owns it in sales."),
        Field(8, "product", \.product, "The product that it is mainly about."),
        Field(9, "stage", \.stage, "The stage in which it is, or was when it ended."),
        Field(10, "probability", \.probability, "How likely it is to be won, 0.5 for 50 %."),
        Field(11, "stageEnteredOn", \.stageEnteredOn, "Since when it is in the stage."),
        Field(12, "amount", \.amount, "What it is worth when won."),
        Field(13, "closeDate", \.closeDate, "When it is expected to be won or lost."),
        Field(14, "openedOn", \.openedOn, "On which date it was opened."),
        Field(15, "endedOn", \.endedOn, "On which date it was won or lost."),
        Field(16, "order", \.order, "The order that it won."),
        Field(17, "reason", \.reason, "Why it was lost, or won without an order."),
        Field(18, "external", \.external, "Where the deal came from."),
        make: {
            OpportunityState(
                status: $0, name: $1, account: $2, contact: $3, lead: $4, source: $5, owner: $6,
                product: $7, stage: $8, probability: $9, stageEnteredOn: $10, amount: $11,
                closeDate: $12, openedOn: $13, endedOn: $14, order: $15, reason: $16,
                external: $17)
        })
}
