package import Records

/// The life of a lead.
package enum LeadStatus: String, Choice {
    /// Not captured yet.
    case none
    /// Captured, and nobody's.
    case new
    /// Somebody looks after it.
    case assigned
    /// Worth a deal.
    case qualified
    /// An account, a contact and a deal came of it.
    case converted
    /// Nothing came of it.
    case disqualified
}

/// A person or company that may become a customer; what is personal is sealed.
package struct LeadState: StreamState, Equatable {
    package var status: LeadStatus
    package var person: String
    package var company: String?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var source: String?
    package var campaign: String?
    package var owner: String?
    package var score: Int64?
    package var capturedOn: BusinessDate?
    package var reason: String?
    package var account: AccountID?
    package var contact: ContactID?
    package var opportunity: OpportunityID?
    package var external: ExternalReference?

    package static let streamType = "marketing.lead"
    package static let initial = LeadState(status: .none, person: "")

    package static let schema = Schema<LeadState>(
        "marketing.lead", "A person or company that may become a customer.",
        Field(1, "status", \.status, "Where the lead is in its life."),
        Field(2, "person", \.person, "Whose key seals the personal fields."),
        Field(3, "company", \.company, "The company's name."),
        Field(4, "name", \.name, "The person's name."),
        Field(5, "email", \.email, "The person's e-mail address."),
        Field(6, "phone", \.phone, "The person's telephone number."),
        Field(7, "source", \.source, "From where it came: campaign, referral, web."),
        Field(8, "campaign", \.campaign, "The campaign that brought it."),
        Field(9, "owner", \.owner, "Who looks after it."),
        Field(10, "score", \.score, "How promising it is, 0 to 100."),
        Field(11, "capturedOn", \.capturedOn, "On which date it was captured."),
        Field(12, "reason", \.reason, "Why nothing came of it."),
        Field(13, "account", \.account, "The account that came of it."),
        Field(14, "contact", \.contact, "The contact that came of it."),
        Field(15, "opportunity", \.opportunity, "The deal that came of it."),
        Field(16, "external", \.external, "Where the lead came from."),
        make: {
            LeadState(
                status: $0, person: $1, company: $2, name: $3, email: $4, phone: $5, source: $6,
                campaign: $7, owner: $8, score: $9, capturedOn: $10, reason: $11, account: $12,
                contact: $13, opportunity: $14, external: $15)
        })
}
