package import Records

/// Make an account, a contact and a deal of a qualified lead, once.
package struct ConvertLead: Command {
    package let lead: LeadID
    package let opportunityName: String
    package let amount: Money
    package var stage: String
    package var account: AccountID?
    package var accountName: String?
    package var contact: ContactID?
    package var opportunity: OpportunityID?
    package var closeDate: BusinessDate?
    package var product: ProductID?

    package static let schema = Schema<ConvertLead>(
        "marketing.convert-lead",
        "Make an account, a contact and a deal of a qualified lead, once.",
        Field(1, "lead", \.lead, "Which lead."),
        Field(
            2, "opportunityName", \.opportunityName, "What the deal is about.",
            limits: .count(1...200)),
        Field(3, "amount", \.amount, "What the deal is worth when won.", limits: .notNegative),
        Field(
            4, "stage", \.stage, "The stage in which the deal begins.",
            limits: .count(1...64), default: "Qualification"),
        Field(
            5, "account", \.account,
            "The account: one that exists, or the id of a new one; the next of the series AC where absent."
        ),
        Field(
            6, "accountName", \.accountName,
            "The name of a new account; the lead's company if absent.",
            limits: .count(1...200)),
        Field(
            7, "contact", \.contact,
            "The id of the contact, where the lead has a person; the next of the series CT where absent."
        ),
        Field(
            8, "opportunity", \.opportunity, "The deal's id; the next of the series OP if absent."),
        Field(9, "closeDate", \.closeDate, "When the deal is expected to be won or lost."),
        Field(10, "product", \.product, "The product that the deal is mainly about."),
        make: {
            ConvertLead(
                lead: $0, opportunityName: $1, amount: $2, stage: $3, account: $4,
                accountName: $5, contact: $6, opportunity: $7, closeDate: $8, product: $9)
        })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .wrongState, .invalidValue, .customerInactive,
        .currencyNotSupported, .companyNotFounded, .unknownStage, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(LeadState.self, lead.text)
        guard known.status == .qualified else {
            throw Rejection.wrongState(
                "Lead \(lead)", is: known.status.rawValue, expected: "qualified",
                remedy: known.status == .converted
                    ? "its deal is \(known.opportunity?.text ?? "")"
                    : "qualify it with marketing.qualify-lead")
        }
        let (account, opensAccount) = try chosenAccount(known, decision)
        var contact: ContactID?
        if known.name != nil || self.contact != nil {
            contact = try decision.newID(ContactState.self, self.contact, series: "CT")
        }
        if let product { _ = try decision.soldProduct(product) }
        try decision.emit(
            LeadConverted(
                account: account, opensAccount: opensAccount,
                opportunity: try decision.newID(
                    OpportunityState.self, opportunity, series: "OP"),
                opportunityName: opportunityName, amount: amount, stage: stage,
                contact: contact, closeDate: closeDate, product: product,
                accountName: opensAccount ? accountName ?? known.company : nil),
            to: lead.text)
    }

    private func chosenAccount(
        _ known: LeadState, _ decision: Decision
    ) throws(Rejection) -> (AccountID, isNew: Bool) {
        if let account, try decision.version(of: AccountState.self, account.text) > 0 {
            _ = try decision.activeCustomer(account)
            return (account, false)
        }
        guard accountName != nil || known.company != nil else {
            throw Rejection(
                .invalidValue,
                "Expected a name for the new account, found none: lead \(lead) has no company; give accountName or an account that exists."
            )
        }
        return (try decision.newID(AccountState.self, account, series: "AC"), true)
    }
}
