package import Records

/// A customer, or a company that may become one.
package struct AccountState: StreamState, Equatable {
    package var exists: Bool
    package var name: String
    package var group: String
    package var isBlocked: Bool
    package var blockReason: String?
    package var isClosed: Bool
    package var paymentTerms: String?
    package var priceList: PriceListID?
    package var taxCode: String?
    package var taxNumber: String?
    package var country: String?
    package var deliveryRule: DeliveryRule?
    package var invoicing: InvoicingRule?
    package var owner: String?
    package var parent: AccountID?
    package var industry: String?
    package var source: String?
    package var openedOn: BusinessDate?
    package var external: ExternalReference?

    package static let streamType = "sales.account"

    /// The group of a customer that has no other.
    package static let standardGroup = "standard"

    package static let initial = AccountState(
        exists: false, name: "", group: standardGroup, isBlocked: false, isClosed: false)

    package static let schema = Schema<AccountState>(
        "sales.account", "A customer, or a company that may become one.",
        Field(1, "exists", \.exists, "Whether the account was opened.", default: false),
        Field(2, "name", \.name, "The company's name."),
        Field(3, "group", \.group, "The customer group; chooses prices and accounts."),
        Field(4, "isBlocked", \.isBlocked, "Whether new orders are stopped.", default: false),
        Field(5, "blockReason", \.blockReason, "Why new orders are stopped."),
        Field(6, "isClosed", \.isClosed, "Whether nothing may be sold any more.", default: false),
        Field(7, "paymentTerms", \.paymentTerms, "The name of the usual payment terms."),
        Field(8, "priceList", \.priceList, "The price list; the standard one where absent."),
        Field(9, "taxCode", \.taxCode, "The tax code for all that is sold to it."),
        Field(10, "taxNumber", \.taxNumber, "The company's tax number."),
        Field(11, "country", \.country, "The country, by its two letters of ISO 3166."),
        Field(12, "deliveryRule", \.deliveryRule, "When goods may usually leave."),
        Field(13, "invoicing", \.invoicing, "What may usually be billed, and when."),
        Field(14, "owner", \.owner, "Who looks after it in sales."),
        Field(15, "parent", \.parent, "The company to which it belongs."),
        Field(16, "industry", \.industry, "In what business it is."),
        Field(17, "source", \.source, "From where it came: campaign, referral, web."),
        Field(18, "openedOn", \.openedOn, "On which date it was opened."),
        Field(19, "external", \.external, "Where the account came from."),
        make: {
            AccountState(
                exists: $0, name: $1, group: $2, isBlocked: $3, blockReason: $4, isClosed: $5,
                paymentTerms: $6, priceList: $7, taxCode: $8, taxNumber: $9, country: $10,
                deliveryRule: $11, invoicing: $12, owner: $13, parent: $14, industry: $15,
                source: $16, openedOn: $17, external: $18)
        })
}
