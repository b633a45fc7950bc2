package import Records

/// An account was opened.
package struct AccountOpened: Event, Equatable {
    package let name: String
    package let group: String
    package let openedOn: BusinessDate
    package var terms: AccountTerms
    package var lead: LeadID?
    package var external: ExternalReference?

    package static let schema = Schema<AccountOpened>(
        "sales.account-opened", "An account was opened.",
        Field(1, "name", \.name, "The company's name."),
        Field(2, "group", \.group, "The customer group; chooses prices and accounts."),
        Field(3, "openedOn", \.openedOn, "On which date it was opened."),
        Field(4, "terms", \.terms, "What is agreed with it and known of it."),
        Field(5, "lead", \.lead, "The lead from which it came.", concerns: true),
        Field(6, "external", \.external, "Where the account came from."),
        make: {
            AccountOpened(
                name: $0, group: $1, openedOn: $2, terms: $3, lead: $4, external: $5)
        })

    package func evolve(_ state: inout AccountState) {
        state.exists = true
        state.name = name
        state.group = group
        state.openedOn = openedOn
        state.external = external
        terms.fold(into: &state)
    }
}

/// What is agreed with an account and known of it; what is absent stays as it is.
package struct AccountTerms: Record, Hashable {
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

    package static let schema = Schema<AccountTerms>(
        "sales.account-terms", "What is agreed with an account and known of it.",
        Field(1, "paymentTerms", \.paymentTerms, "The name of the usual payment terms."),
        Field(2, "priceList", \.priceList, "The price list."),
        Field(3, "taxCode", \.taxCode, "The tax code for all that is sold to it."),
        Field(4, "taxNumber", \.taxNumber, "The company's tax number."),
        Field(5, "country", \.country, "The country, by its two letters of ISO 3166."),
        Field(6, "deliveryRule", \.deliveryRule, "When goods may usually leave."),
        Field(7, "invoicing", \.invoicing, "What may usually be billed, and when."),
        Field(8, "owner", \.owner, "Who looks after it in sales."),
        Field(9, "parent", \.parent, "The company to which it belongs."),
        Field(10, "industry", \.industry, "In what business it is."),
        Field(11, "source", \.source, "From where it came: campaign, referral, web."),
        make: {
            AccountTerms(
                paymentTerms: $0, priceList: $1, taxCode: $2, taxNumber: $3, country: $4,
                deliveryRule: $5, invoicing: $6, owner: $7, parent: $8, industry: $9, source: $10)
        })

    func fold(into state: inout AccountState) {
        if let paymentTerms { state.paymentTerms = paymentTerms }
        if let priceList { state.priceList = priceList }
        if let taxCode { state.taxCode = taxCode }
        if let taxNumber { state.taxNumber = taxNumber }
        if let country { state.country = country }
        if let deliveryRule { state.deliveryRule = deliveryRule }
        if let invoicing { state.invoicing = invoicing }
        if let owner { state.owner = owner }
        if let parent { state.parent = parent }
        if let industry { state.industry = industry }
        if let source { state.source = source }
    }
}

/// What is agreed with an account or known of it was changed.
package struct AccountChanged: Event, Equatable {
    package var name: String?
    package var group: String?
    package var terms: AccountTerms

    package static let schema = Schema<AccountChanged>(
        "sales.account-changed", "What is agreed with an account or known of it was changed.",
        Field(1, "name", \.name, "The company's name, where changed."),
        Field(2, "group", \.group, "The customer group, where changed."),
        Field(3, "terms", \.terms, "What was changed; the rest stays."),
        make: { AccountChanged(name: $0, group: $1, terms: $2) })

    package func evolve(_ state: inout AccountState) {
        if let name { state.name = name }
        if let group { state.group = group }
        terms.fold(into: &state)
    }
}

/// New orders of the account are stopped.
package struct AccountBlocked: Event, Equatable {
    package let reason: String

    package static let schema = Schema<AccountBlocked>(
        "sales.account-blocked", "New orders of the account are stopped.",
        Field(1, "reason", \.reason, "Why."),
        make: AccountBlocked.init)

    package func evolve(_ state: inout AccountState) {
        state.isBlocked = true
        state.blockReason = reason
    }
}

/// New orders of the account are no longer stopped.
package struct AccountUnblocked: Event, Equatable {
    package let reason: String

    package static let schema = Schema<AccountUnblocked>(
        "sales.account-unblocked", "New orders of the account are no longer stopped.",
        Field(1, "reason", \.reason, "Why."),
        make: AccountUnblocked.init)

    package func evolve(_ state: inout AccountState) {
        state.isBlocked = false
        state.blockReason = nil
    }
}

/// Nothing may be sold to the account any more.
package struct AccountClosed: Event, Equatable {
    package let reason: String

    package static let schema = Schema<AccountClosed>(
        "sales.account-closed", "Nothing may be sold to the account any more.",
        Field(1, "reason", \.reason, "Why."),
        make: AccountClosed.init)

    package func evolve(_ state: inout AccountState) { state.isClosed = true }
}
