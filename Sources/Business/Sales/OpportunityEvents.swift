package import Records

/// A deal was opened; the stage that it entered is the next event.
package struct OpportunityOpened: Event, Equatable {
    package let name: String
    package let amount: Money
    package let openedOn: BusinessDate
    package var account: AccountID?
    package var contact: ContactID?
    package var lead: LeadID?
    package var source: String?
    package var owner: String?
    package var product: ProductID?
    package var closeDate: BusinessDate?
    package var external: ExternalReference?

    package static let schema = Schema<OpportunityOpened>(
        "sales.opportunity-opened", "A deal was opened.",
        Field(1, "name", \.name, "What it is about."),
        Field(2, "amount", \.amount, "What it is worth when won."),
        Field(3, "openedOn", \.openedOn, "On which date it was opened."),
        Field(4, "account", \.account, "With whom.", concerns: true),
        Field(5, "contact", \.contact, "The person there."),
        Field(6, "lead", \.lead, "The lead from which it came.", concerns: true),
        Field(7, "source", \.source, "From where it came: campaign, referral, web."),
        Field(8, "owner", \.owner, "Who owns it in sales."),
        Field(9, "product", \.product, "The product that it is mainly about."),
        Field(10, "closeDate", \.closeDate, "When it is expected to be won or lost."),
        Field(11, "external", \.external, "Where the deal came from."),
        make: {
            OpportunityOpened(
                name: $0, amount: $1, openedOn: $2, account: $3, contact: $4, lead: $5,
                source: $6, owner: $7, product: $8, closeDate: $9, external: $10)
        })

    package func evolve(_ state: inout OpportunityState) {
        state.status = .open
        state.name = name
        state.amount = amount
        state.openedOn = openedOn
        state.account = account
        state.contact = contact
        state.lead = lead
        state.source = source
        state.owner = owner
        state.product = product
        state.closeDate = closeDate
        state.external = external
    }
}

/// A deal entered a stage, the first one included: what conversion and velocity are counted from.
package struct OpportunityStageEntered: Event, Equatable {
    package let stage: String
    package let probability: Rate
    package let enteredOn: BusinessDate
    package var previous: String?
    package var rule: Blob?

    package static let schema = Schema<OpportunityStageEntered>(
        "sales.opportunity-stage-entered", "A deal entered a stage.",
        Field(1, "stage", \.stage, "The stage."),
        Field(2, "probability", \.probability, "How likely it is to be won, 0.5 for 50 %."),
        Field(3, "enteredOn", \.enteredOn, "On which date."),
        Field(4, "previous", \.previous, "The stage before; absent for the first."),
        Field(5, "rule", \.rule, "The SHA-256 of the decision that knows the stages."),
        make: {
            OpportunityStageEntered(
                stage: $0, probability: $1, enteredOn: $2, previous: $3, rule: $4)
        })

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout OpportunityState) {
        state.stage = stage
        state.probability = probability
        state.stageEnteredOn = enteredOn
    }
}

/// What a deal is worth was changed.
package struct OpportunityAmountChanged: Event, Equatable {
    package let amount: Money
    package let previous: Money

    package static let schema = Schema<OpportunityAmountChanged>(
        "sales.opportunity-amount-changed", "What a deal is worth was changed.",
        Field(1, "amount", \.amount, "What it is worth now."),
        Field(2, "previous", \.previous, "What it was worth before."),
        make: OpportunityAmountChanged.init)

    package func evolve(_ state: inout OpportunityState) { state.amount = amount }
}

/// When a deal is expected to end was changed.
package struct OpportunityCloseDateChanged: Event, Equatable {
    package let closeDate: BusinessDate
    package var previous: BusinessDate?

    package static let schema = Schema<OpportunityCloseDateChanged>(
        "sales.opportunity-close-date-changed", "When a deal is expected to end was changed.",
        Field(1, "closeDate", \.closeDate, "When it is expected now."),
        Field(2, "previous", \.previous, "When it was expected before."),
        make: { OpportunityCloseDateChanged(closeDate: $0, previous: $1) })

    package func evolve(_ state: inout OpportunityState) { state.closeDate = closeDate }
}

/// With whom a deal is, who owns it or what it is called was changed.
package struct OpportunityChanged: Event, Equatable {
    package var name: String?
    package var account: AccountID?
    package var contact: ContactID?
    package var owner: String?

    package static let schema = Schema<OpportunityChanged>(
        "sales.opportunity-changed",
        "With whom a deal is, who owns it or what it is called was changed.",
        Field(1, "name", \.name, "What it is about, where changed."),
        Field(2, "account", \.account, "With whom, where changed.", concerns: true),
        Field(3, "contact", \.contact, "The person there, where changed."),
        Field(4, "owner", \.owner, "Who owns it in sales, where changed."),
        make: { OpportunityChanged(name: $0, account: $1, contact: $2, owner: $3) })

    package func evolve(_ state: inout OpportunityState) {
        if let name { state.name = name }
        if let account { state.account = account }
        if let contact { state.contact = contact }
        if let owner { state.owner = owner }
    }
}

/// A deal was won: with an order, or without one and with the reason for that.
package struct OpportunityWon: Event, Equatable {
    package let amount: Money
    package let wonOn: BusinessDate
    package var account: AccountID?
    package var order: OrderID?
    package var quote: QuoteID?
    package var reason: String?

    package static let schema = Schema<OpportunityWon>(
        "sales.opportunity-won", "A deal was won.",
        Field(1, "amount", \.amount, "What it is worth."),
        Field(2, "wonOn", \.wonOn, "On which date."),
        Field(3, "account", \.account, "With whom."),
        Field(
            4, "order", \.order, "The order; absent where it was won without one.", concerns: true),
        Field(5, "quote", \.quote, "The quote that was accepted."),
        Field(6, "reason", \.reason, "Why there is no order."),
        make: {
            OpportunityWon(amount: $0, wonOn: $1, account: $2, order: $3, quote: $4, reason: $5)
        })

    package func evolve(_ state: inout OpportunityState) {
        state.status = .won
        state.amount = amount
        state.probability = .one
        state.endedOn = wonOn
        state.order = order
        state.reason = reason
    }
}

/// A deal was lost.
package struct OpportunityLost: Event, Equatable {
    package let amount: Money
    package let lostOn: BusinessDate
    package let reason: String
    package var note: String?

    package static let schema = Schema<OpportunityLost>(
        "sales.opportunity-lost", "A deal was lost.",
        Field(1, "amount", \.amount, "What it would have been worth."),
        Field(2, "lostOn", \.lostOn, "On which date."),
        Field(3, "reason", \.reason, "Why, as a word that reports can count: price, timing."),
        Field(4, "note", \.note, "What there is to say about it."),
        make: { OpportunityLost(amount: $0, lostOn: $1, reason: $2, note: $3) })

    package func evolve(_ state: inout OpportunityState) {
        state.status = .lost
        state.probability = .zero
        state.endedOn = lostOn
        state.reason = reason
    }
}
