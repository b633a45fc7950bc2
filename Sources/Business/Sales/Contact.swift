package import Records

/// A person at an account; what is personal is sealed with the person's key.
package struct ContactState: StreamState, Equatable {
    package var exists: Bool
    package var person: String
    package var account: AccountID?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var role: String?
    package var external: ExternalReference?

    package static let streamType = "sales.contact"

    package static let initial = ContactState(exists: false, person: "")

    package static let schema = Schema<ContactState>(
        "sales.contact", "A person at an account.",
        Field(1, "exists", \.exists, "Whether the contact was added.", default: false),
        Field(2, "person", \.person, "Whose key seals the personal fields."),
        Field(3, "account", \.account, "Where the person works."),
        Field(4, "name", \.name, "The person's name."),
        Field(5, "email", \.email, "The person's e-mail address."),
        Field(6, "phone", \.phone, "The person's telephone number."),
        Field(7, "role", \.role, "What the person does there."),
        Field(8, "external", \.external, "Where the contact came from."),
        make: {
            ContactState(
                exists: $0, person: $1, account: $2, name: $3, email: $4, phone: $5, role: $6,
                external: $7)
        })
}

/// A person at an account became known.
package struct ContactAdded: Event, Equatable {
    package let sealedFor: String
    package var account: AccountID?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var role: String?
    package var lead: LeadID?
    package var external: ExternalReference?

    package static let schema = Schema<ContactAdded>(
        "sales.contact-added", "A person at an account became known.",
        Field(1, "sealedFor", \.sealedFor, "Whose key seals the personal fields."),
        Field(2, "account", \.account, "Where the person works.", concerns: true),
        Field(3, "name", \.name, "The person's name."),
        Field(4, "email", \.email, "The person's e-mail address."),
        Field(5, "phone", \.phone, "The person's telephone number."),
        Field(6, "role", \.role, "What the person does there."),
        Field(7, "lead", \.lead, "The lead from which the contact came.", concerns: true),
        Field(8, "external", \.external, "Where the contact came from."),
        make: {
            ContactAdded(
                sealedFor: $0, account: $1, name: $2, email: $3, phone: $4, role: $5, lead: $6,
                external: $7)
        })

    package var person: String? { sealedFor }

    package func evolve(_ state: inout ContactState) {
        state.exists = true
        state.person = sealedFor
        state.account = account
        state.name = name
        state.email = email
        state.phone = phone
        state.role = role
        state.external = external
    }
}

/// What is known of a contact was changed.
package struct ContactChanged: Event, Equatable {
    package let sealedFor: String
    package var account: AccountID?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var role: String?

    package static let schema = Schema<ContactChanged>(
        "sales.contact-changed", "What is known of a contact was changed.",
        Field(1, "sealedFor", \.sealedFor, "Whose key seals the personal fields."),
        Field(2, "account", \.account, "Where the person works, where changed.", concerns: true),
        Field(3, "name", \.name, "The person's name, where changed."),
        Field(4, "email", \.email, "The person's e-mail address, where changed."),
        Field(5, "phone", \.phone, "The person's telephone number, where changed."),
        Field(6, "role", \.role, "What the person does there, where changed."),
        make: {
            ContactChanged(
                sealedFor: $0, account: $1, name: $2, email: $3, phone: $4, role: $5)
        })

    package var person: String? { sealedFor }

    package func evolve(_ state: inout ContactState) {
        if let account { state.account = account }
        if let name { state.name = name }
        if let email { state.email = email }
        if let phone { state.phone = phone }
        if let role { state.role = role }
    }
}
