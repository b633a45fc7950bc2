package import Records

/// Open a deal.
package struct OpenOpportunity: Command {
    package let name: String
    package let stage: String
    package var opportunity: OpportunityID?
    package var account: AccountID?
    package var contact: ContactID?
    package var source: String?
    package var owner: String?
    package var product: ProductID?
    package var amount: Money?
    package var probability: Rate?
    package var closeDate: BusinessDate?
    package var external: ExternalReference?

    package static let schema = Schema<OpenOpportunity>(
        "sales.open-opportunity", "Open a deal.",
        Field(1, "name", \.name, "What it is about.", limits: .count(1...200)),
        Field(2, "stage", \.stage, "The stage in which it begins.", limits: .count(1...64)),
        Field(
            3, "opportunity", \.opportunity, "The deal's id; the next of the series OP if absent."),
        Field(4, "account", \.account, "With whom; needed only to win it."),
        Field(5, "contact", \.contact, "The person there."),
        Field(
            6, "source", \.source, "From where it came; the account's source where absent.",
            limits: .count(1...64)),
        Field(7, "owner", \.owner, "Who owns it in sales.", limits: .count(1...64)),
        Field(8, "product", \.product, "The product that it is mainly about."),
        Field(
            9, "amount", \.amount,
            "What it is worth when won; the product's list price where absent.",
            limits: .notNegative),
        Field(
            10, "probability", \.probability,
            "How likely it is to be won, 0.5 for 50 %; the stage's where absent.",
            limits: .notNegative),
        Field(11, "closeDate", \.closeDate, "When it is expected to be won or lost."),
        Field(12, "external", \.external, "Where the deal came from."),
        make: {
            OpenOpportunity(
                name: $0, stage: $1, opportunity: $2, account: $3, contact: $4, source: $5,
                owner: $6, product: $7, amount: $8, probability: $9, closeDate: $10,
                external: $11)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .unknownObject, .customerInactive, .productDiscontinued, .priceMissing,
        .invalidValue, .currencyNotSupported, .companyNotFounded, .unknownStage, .noRule,
        .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let opportunity = try decision.newID(
            OpportunityState.self, self.opportunity, series: "OP")
        let known = try account.map { account throws(Rejection) in
            try decision.activeCustomer(account)
        }
        if let contact { _ = try decision.existing(ContactState.self, contact.text) }
        if let product { _ = try decision.soldProduct(product) }
        try decision.openOpportunity(
            opportunity,
            OpportunityOpened(
                name: name, amount: try worth(known, decision),
                openedOn: decision.facts.effectiveDate, account: account, contact: contact,
                source: source ?? known?.source, owner: owner ?? known?.owner, product: product,
                closeDate: closeDate, external: external),
            stage: stage, probability: probability)
    }

    private func worth(
        _ account: AccountState?, _ decision: Decision
    ) throws(Rejection) -> Money {
        if let amount { return amount }
        guard let product else { return .zero(try decision.company().baseCurrency) }
        let list = try decision.listPrice(
            of: product, for: account ?? .initial, quantity: Quantity(1),
            on: decision.facts.effectiveDate)
        guard let list else {
            throw Rejection(
                .priceMissing,
                "Expected an amount, or a list price of \(product) on \(decision.facts.effectiveDate) to take it from, found neither; give the amount.",
                [JSONMember("product", .string(product.text))])
        }
        return try computing("the deal's amount") { () throws(ArithmeticFailure) in
            try list.amount(of: Quantity(1))
        }
    }
}

/// Move a deal to another stage.
package struct ChangeOpportunityStage: Command {
    package let opportunity: OpportunityID
    package let stage: String
    package var probability: Rate?

    package static let schema = Schema<ChangeOpportunityStage>(
        "sales.change-opportunity-stage", "Move a deal to another stage.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(2, "stage", \.stage, "The stage that it enters.", limits: .count(1...64)),
        Field(
            3, "probability", \.probability,
            "How likely it is to be won, 0.5 for 50 %; the stage's where absent.",
            limits: .notNegative),
        make: { ChangeOpportunityStage(opportunity: $0, stage: $1, probability: $2) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .invalidValue, .unknownStage, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openDeal(opportunity)
        if known.stage == stage, probability == nil || probability == known.probability { return }
        try decision.enterStage(
            opportunity, stage: stage, probability: probability, previous: known.stage)
    }
}

/// Change what a deal is worth.
package struct ChangeOpportunityAmount: Command {
    package let opportunity: OpportunityID
    package let amount: Money

    package static let schema = Schema<ChangeOpportunityAmount>(
        "sales.change-opportunity-amount", "Change what a deal is worth.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(2, "amount", \.amount, "What it is worth when won.", limits: .notNegative),
        make: ChangeOpportunityAmount.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openDeal(opportunity)
        try decision.requireBaseCurrency(amount.currency)
        if known.amount == amount { return }
        try decision.emit(
            OpportunityAmountChanged(amount: amount, previous: known.amount),
            to: opportunity.text)
    }
}

/// Change when a deal is expected to end.
package struct ChangeOpportunityCloseDate: Command {
    package let opportunity: OpportunityID
    package let closeDate: BusinessDate

    package static let schema = Schema<ChangeOpportunityCloseDate>(
        "sales.change-opportunity-close-date", "Change when a deal is expected to end.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(2, "closeDate", \.closeDate, "When it is expected to be won or lost."),
        make: ChangeOpportunityCloseDate.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openDeal(opportunity)
        if known.closeDate == closeDate { return }
        try decision.emit(
            OpportunityCloseDateChanged(closeDate: closeDate, previous: known.closeDate),
            to: opportunity.text)
    }
}

/// Change with whom a deal is, who owns it or what it is called.
package struct ChangeOpportunity: Command {
    package let opportunity: OpportunityID
    package var name: String?
    package var account: AccountID?
    package var contact: ContactID?
    package var owner: String?

    package static let schema = Schema<ChangeOpportunity>(
        "sales.change-opportunity",
        "Change with whom a deal is, who owns it or what it is called.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(2, "name", \.name, "What it is about, if it changes.", limits: .count(1...200)),
        Field(3, "account", \.account, "With whom, if it changes."),
        Field(4, "contact", \.contact, "The person there, if it changes."),
        Field(5, "owner", \.owner, "Who owns it, if it changes.", limits: .count(1...64)),
        make: {
            ChangeOpportunity(opportunity: $0, name: $1, account: $2, contact: $3, owner: $4)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .customerInactive,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.openDeal(opportunity)
        if let account { _ = try decision.activeCustomer(account) }
        if let contact { _ = try decision.existing(ContactState.self, contact.text) }
        let changed = OpportunityChanged(
            name: name, account: account, contact: contact, owner: owner)
        if changed == OpportunityChanged() { return }
        try decision.emit(changed, to: opportunity.text)
    }
}

extension Decision {
    /// A deal that is open.
    ///
    /// - Throws: ``RejectionCode/unknownObject``, ``RejectionCode/wrongState``.
    func openDeal(_ opportunity: OpportunityID) throws(Rejection) -> OpportunityState {
        let known = try existing(OpportunityState.self, opportunity.text)
        guard known.status == .open else {
            throw Rejection.wrongState(
                "Opportunity \(opportunity)", is: known.status.rawValue, expected: "open",
                remedy: "open a new one")
        }
        return known
    }
}
