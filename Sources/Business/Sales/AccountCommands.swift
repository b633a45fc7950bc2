package import Records

/// Open an account.
package struct OpenAccount: Command {
    package let name: String
    package var account: AccountID?
    package var group: String
    package var terms: AccountTerms
    package var external: ExternalReference?

    package static let schema = Schema<OpenAccount>(
        "sales.open-account", "Open the account of a customer, or of who may become one.",
        Field(1, "name", \.name, "The company's name.", limits: .count(1...200)),
        Field(2, "account", \.account, "The account's id; the next of the series AC if absent."),
        Field(
            3, "group", \.group, "The customer group; chooses prices and accounts.",
            limits: .count(1...64), default: AccountState.standardGroup),
        Field(
            4, "terms", \.terms, "What is agreed with it and known of it.",
            default: AccountTerms()),
        Field(5, "external", \.external, "Where the account came from."),
        make: {
            OpenAccount(name: $0, account: $1, group: $2, terms: $3, external: $4)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .unknownObject, .invalidValue, .unknownTaxCode, .unknownTerms, .noRule,
        .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let account = try decision.newID(AccountState.self, self.account, series: "AC")
        try decision.requireTerms(terms, of: account)
        try decision.emit(
            AccountOpened(
                name: name, group: group, openedOn: decision.facts.effectiveDate, terms: terms,
                external: external),
            to: account.text)
    }
}

/// Change what is agreed with an account or known of it.
package struct ChangeAccount: Command {
    package let account: AccountID
    package var name: String?
    package var group: String?
    package var terms: AccountTerms

    package static let schema = Schema<ChangeAccount>(
        "sales.change-account", "Change what is agreed with an account or known of it.",
        Field(1, "account", \.account, "Which account."),
        Field(2, "name", \.name, "The company's name, if it changes.", limits: .count(1...200)),
        Field(3, "group", \.group, "The customer group, if it changes.", limits: .count(1...64)),
        Field(
            4, "terms", \.terms, "What changes; the rest stays.", default: AccountTerms()),
        make: { ChangeAccount(account: $0, name: $1, group: $2, terms: $3) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .invalidValue, .unknownTaxCode, .unknownTerms, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.existing(AccountState.self, account.text)
        try decision.requireTerms(terms, of: account)
        if name == nil, group == nil, terms == AccountTerms() { return }
        try decision.emit(
            AccountChanged(name: name, group: group, terms: terms), to: account.text)
    }
}

/// Stop new orders of an account.
package struct BlockAccount: Command {
    package let account: AccountID
    package let reason: String

    package static let schema = Schema<BlockAccount>(
        "sales.block-account", "Stop new orders of an account.",
        Field(1, "account", \.account, "Which account."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: BlockAccount.init)

    package static let access = CommandAccess.roles("sales-manager", "credit-controller")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(AccountState.self, account.text)
        if known.isBlocked { return }
        try decision.emit(AccountBlocked(reason: reason), to: account.text)
    }
}

/// Let new orders of an account through again.
package struct UnblockAccount: Command {
    package let account: AccountID
    package let reason: String

    package static let schema = Schema<UnblockAccount>(
        "sales.unblock-account", "Let new orders of an account through again.",
        Field(1, "account", \.account, "Which account."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: UnblockAccount.init)

    package static let access = CommandAccess.roles("sales-manager", "credit-controller")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(AccountState.self, account.text)
        if !known.isBlocked { return }
        try decision.emit(AccountUnblocked(reason: reason), to: account.text)
    }
}

/// Sell nothing to an account any more.
package struct CloseAccount: Command {
    package let account: AccountID
    package let reason: String

    package static let schema = Schema<CloseAccount>(
        "sales.close-account", "Sell nothing to an account any more.",
        Field(1, "account", \.account, "Which account."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: CloseAccount.init)

    package static let access = CommandAccess.roles("sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(AccountState.self, account.text)
        if known.isClosed { return }
        try decision.emit(AccountClosed(reason: reason), to: account.text)
    }
}

extension Decision {
    /// Checks that what the terms name exists.
    func requireTerms(_ terms: AccountTerms, of account: AccountID) throws(Rejection) {
        if let list = terms.priceList { _ = try existing(PriceListState.self, list.text) }
        if let code = terms.taxCode { try requireTaxCode(code) }
        if let name = terms.paymentTerms { _ = try paymentTerms(name) }
        try Rejection.unlessCountry(terms.country)
        guard let parent = terms.parent else { return }
        guard parent != account else {
            throw Rejection(
                .invalidValue,
                "Expected another company as the parent of \(account), found itself; leave it out.")
        }
        _ = try existing(AccountState.self, parent.text)
    }
}
