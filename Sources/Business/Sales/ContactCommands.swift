package import Records

/// Add a person at an account.
package struct AddContact: Command {
    package var contact: ContactID?
    package var account: AccountID?
    package var name: Personal<String>
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var role: String?
    package var external: ExternalReference?

    package static let schema = Schema<AddContact>(
        "sales.add-contact", "Add a person at an account.",
        Field(1, "contact", \.contact, "The contact's id; the next of the series CT if absent."),
        Field(2, "account", \.account, "Where the person works."),
        Field(3, "name", \.name, "The person's name; sealed.", limits: .count(1...200)),
        Field(4, "email", \.email, "The person's e-mail address; sealed.", limits: .count(3...200)),
        Field(
            5, "phone", \.phone, "The person's telephone number; sealed.", limits: .count(1...60)),
        Field(6, "role", \.role, "What the person does there.", limits: .count(1...100)),
        Field(7, "external", \.external, "Where the contact came from."),
        make: {
            AddContact(
                contact: $0, account: $1, name: $2, email: $3, phone: $4, role: $5, external: $6)
        })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.alreadyExists, .unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let contact = try decision.newID(ContactState.self, self.contact, series: "CT")
        if let account { _ = try decision.existing(AccountState.self, account.text) }
        try decision.emit(
            ContactAdded(
                sealedFor: "\(ContactState.streamType)/\(contact)", account: account, name: name,
                email: email, phone: phone, role: role, external: external),
            to: contact.text)
    }
}

/// Change what is known of a contact.
package struct ChangeContact: Command {
    package let contact: ContactID
    package var account: AccountID?
    package var name: Personal<String>?
    package var email: Personal<String>?
    package var phone: Personal<String>?
    package var role: String?

    package static let schema = Schema<ChangeContact>(
        "sales.change-contact", "Change what is known of a contact.",
        Field(1, "contact", \.contact, "Which contact."),
        Field(2, "account", \.account, "Where the person works, if it changes."),
        Field(3, "name", \.name, "The name, if it changes; sealed.", limits: .count(1...200)),
        Field(4, "email", \.email, "The address, if it changes; sealed.", limits: .count(3...200)),
        Field(5, "phone", \.phone, "The number, if it changes; sealed.", limits: .count(1...60)),
        Field(
            6, "role", \.role, "What the person does there, if it changes.",
            limits: .count(1...100)),
        make: {
            ChangeContact(contact: $0, account: $1, name: $2, email: $3, phone: $4, role: $5)
        })

    package static let access = CommandAccess.roles("marketing", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(ContactState.self, contact.text)
        if let account { _ = try decision.existing(AccountState.self, account.text) }
        let changed = ContactChanged(
            sealedFor: known.person, account: account, name: name, email: email, phone: phone,
            role: role)
        if changed == ContactChanged(sealedFor: known.person) { return }
        try decision.emit(changed, to: contact.text)
    }
}
