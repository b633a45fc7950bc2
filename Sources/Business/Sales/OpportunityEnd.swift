package import Records

/// Win a deal: with its order, or without one and with the reason for that.
package struct WinOpportunity: Command {
    /// What stands for "no order".
    package static let noOrder = "none"

    package let opportunity: OpportunityID
    package var order: OrderID?
    package var reason: String?
    package var amount: Money?
    package var account: AccountID?

    package static let schema = Schema<WinOpportunity>(
        "sales.win-opportunity",
        "Win a deal without a quote: with its order, or with `none` and the reason for that.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(2, "order", \.order, "The order that was placed, or `none`."),
        Field(
            3, "reason", \.reason, "Why there is no order; needed with `none`.",
            limits: .count(1...500)),
        Field(
            4, "amount", \.amount,
            "What it is worth, without an order; the deal's amount where absent.",
            limits: .notNegative),
        Field(5, "account", \.account, "With whom, where the deal does not say so yet."),
        make: {
            WinOpportunity(opportunity: $0, order: $1, reason: $2, amount: $3, account: $4)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .orderNeeded, .accountNeeded, .orderMismatch,
        .customerInactive, .currencyNotSupported, .invalidValue,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openDeal(opportunity)
        if let account, known.account != account {
            guard known.account == nil else {
                throw Rejection(
                    .invalidValue,
                    "Expected no other account than \(known.account?.text ?? ""), found \(account); change it with sales.change-opportunity first."
                )
            }
            _ = try decision.activeCustomer(account)
        }
        guard let customer = known.account ?? account else {
            throw Rejection(
                .accountNeeded,
                "Expected an account with whom the deal is won, found none; name it in account.")
        }
        guard let order else {
            throw Rejection(
                .orderNeeded,
                "Expected the order that the deal won, found none; name it, or say `none` and give the reason."
            )
        }
        if order.text == Self.noOrder {
            try winWithoutOrder(known, customer, decision)
        } else {
            try win(with: order, known, customer, decision)
        }
    }

    private func winWithoutOrder(
        _ known: OpportunityState, _ customer: AccountID, _ decision: Decision
    ) throws(Rejection) {
        guard let reason else {
            throw Rejection(
                .orderNeeded,
                "Expected a reason why the deal is won without an order, found none; give reason."
            )
        }
        let amount = amount ?? known.amount
        try decision.requireBaseCurrency(amount.currency)
        try decision.emit(
            OpportunityWon(
                amount: amount, wonOn: decision.facts.effectiveDate, account: customer,
                reason: reason),
            to: opportunity.text)
    }

    private func win(
        with order: OrderID, _ known: OpportunityState, _ customer: AccountID,
        _ decision: Decision
    ) throws(Rejection) {
        let placed = try decision.existing(OrderState.self, order.text)
        guard placed.customer == customer, placed.opportunity == opportunity else {
            throw Rejection(
                .orderMismatch,
                "Expected an order of \(customer) that names the deal \(opportunity), found one of \(placed.customer) for \(placed.opportunity?.text ?? "no deal"); place the order with this opportunity.",
                [JSONMember("order", .string(order.text))])
        }
        guard placed.status != .cancelled else {
            throw Rejection.wrongState(
                "Order \(order)", is: "cancelled", expected: "placed and not cancelled",
                remedy: "place another order")
        }
        let amount = try computing("the order's net amount") { () throws(ArithmeticFailure) in
            try placed.netTotal()
        }
        try decision.emit(
            OpportunityWon(
                amount: amount, wonOn: decision.facts.effectiveDate, account: customer,
                order: order),
            to: opportunity.text)
    }
}

/// Lose a deal.
package struct LoseOpportunity: Command {
    package let opportunity: OpportunityID
    package let reason: String
    package var note: String?

    package static let schema = Schema<LoseOpportunity>(
        "sales.lose-opportunity", "Lose a deal.",
        Field(1, "opportunity", \.opportunity, "Which deal."),
        Field(
            2, "reason", \.reason, "Why, as a word that reports can count: price, timing.",
            limits: .count(1...64)),
        Field(3, "note", \.note, "What there is to say about it.", limits: .count(1...500)),
        make: { LoseOpportunity(opportunity: $0, reason: $1, note: $2) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.openDeal(opportunity)
        try decision.emit(
            OpportunityLost(
                amount: known.amount, lostOn: decision.facts.effectiveDate, reason: reason,
                note: note),
            to: opportunity.text)
    }
}
