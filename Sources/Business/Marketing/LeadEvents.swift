package import Records

/// A lead was captured.
package struct LeadCaptured: Event, Equatable {
    package let sealedFor: String
    package let capturedOn: BusinessDate
    package var company: String?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var source: String?
    package var campaign: String?
    package var external: ExternalReference?

    package static let schema = Schema<LeadCaptured>(
        "marketing.lead-captured", "A lead was captured.",
        Field(1, "sealedFor", \.sealedFor, "Whose key seals the personal fields."),
        Field(2, "capturedOn", \.capturedOn, "On which date."),
        Field(3, "company", \.company, "The company's name."),
        Field(4, "name", \.name, "The person's name."),
        Field(5, "email", \.email, "The person's e-mail address."),
        Field(6, "phone", \.phone, "The person's telephone number."),
        Field(7, "source", \.source, "From where it came: campaign, referral, web."),
        Field(8, "campaign", \.campaign, "The campaign that brought it."),
        Field(9, "external", \.external, "Where the lead came from."),
        make: {
            LeadCaptured(
                sealedFor: $0, capturedOn: $1, company: $2, name: $3, email: $4, phone: $5,
                source: $6, campaign: $7, external: $8)
        })

    package var person: String? { sealedFor }

    package func evolve(_ state: inout LeadState) {
        state.status = .new
        state.person = sealedFor
        state.capturedOn = capturedOn
        state.company = company
        state.name = name
        state.email = email
        state.phone = phone
        state.source = source
        state.campaign = campaign
        state.external = external
    }
}

/// Somebody was told to look after a lead.
package struct LeadAssigned: Event, Equatable {
    package let owner: String

    package static let schema = Schema<LeadAssigned>(
        "marketing.lead-assigned", "Somebody was told to look after a lead.",
        Field(1, "owner", \.owner, "Who."),
        make: LeadAssigned.init)

    package func evolve(_ state: inout LeadState) {
        state.owner = owner
        if state.status == .new { state.status = .assigned }
    }
}

/// A lead was found worth a deal.
package struct LeadQualified: Event, Equatable {
    package let reason: String
    package var score: Int64?

    package static let schema = Schema<LeadQualified>(
        "marketing.lead-qualified", "A lead was found worth a deal.",
        Field(1, "reason", \.reason, "Why."),
        Field(2, "score", \.score, "How promising it is, 0 to 100."),
        make: { LeadQualified(reason: $0, score: $1) })

    package func evolve(_ state: inout LeadState) {
        state.status = .qualified
        if let score { state.score = score }
    }
}

/// An account, a contact and a deal came of a lead.
///
/// What Sales shall open stands here; that it opens it is a consequence.
package struct LeadConverted: Event, Equatable {
    package let account: AccountID
    package let opensAccount: Bool
    package let opportunity: OpportunityID
    package let opportunityName: String
    package let amount: Money
    package let stage: String
    package var contact: ContactID?
    package var closeDate: BusinessDate?
    package var product: ProductID?
    package var accountName: String?

    package static let schema = Schema<LeadConverted>(
        "marketing.lead-converted", "An account, a contact and a deal came of a lead.",
        Field(1, "account", \.account, "The account.", concerns: true),
        Field(2, "opensAccount", \.opensAccount, "Whether the account is new."),
        Field(3, "opportunity", \.opportunity, "The deal.", concerns: true),
        Field(4, "opportunityName", \.opportunityName, "What the deal is about."),
        Field(5, "amount", \.amount, "What the deal is worth when won."),
        Field(6, "stage", \.stage, "The stage in which the deal begins."),
        Field(7, "contact", \.contact, "The contact; absent where no person is known."),
        Field(8, "closeDate", \.closeDate, "When the deal is expected to be won or lost."),
        Field(9, "product", \.product, "The product that the deal is mainly about."),
        Field(10, "accountName", \.accountName, "The name of a new account."),
        make: {
            LeadConverted(
                account: $0, opensAccount: $1, opportunity: $2, opportunityName: $3, amount: $4,
                stage: $5, contact: $6, closeDate: $7, product: $8, accountName: $9)
        })

    package func evolve(_ state: inout LeadState) {
        state.status = .converted
        state.account = account
        state.contact = contact
        state.opportunity = opportunity
    }
}

/// Nothing came of a lead.
package struct LeadDisqualified: Event, Equatable {
    package let reason: String
    package var note: String?

    package static let schema = Schema<LeadDisqualified>(
        "marketing.lead-disqualified", "Nothing came of a lead.",
        Field(1, "reason", \.reason, "Why, as a word that reports can count."),
        Field(2, "note", \.note, "What there is to say about it."),
        make: { LeadDisqualified(reason: $0, note: $1) })

    package func evolve(_ state: inout LeadState) {
        state.status = .disqualified
        state.reason = reason
    }
}
