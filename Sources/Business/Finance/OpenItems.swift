package import Records

/// Gives up what is open of an item, within the person's limit.
package struct WriteOffItem: Command, Equatable {
    package let item: OpenItemID
    package let reason: WriteOffReason
    package let text: String

    package static let schema = Schema<WriteOffItem>(
        "finance.write-off-item", "Gives up what is open of an item.",
        Field(1, "item", \.item, "The item."),
        Field(2, "reason", \.reason, "Why."),
        Field(3, "text", \.text, "Why, in words.", limits: .notEmpty),
        make: WriteOffItem.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .wrongState, .limitExceeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.company()
        try decision.requireOpenPeriod()
        let state = try decision.existing(OpenItemState.self, item.text)
        guard let open = state.open, open.isPositive else {
            throw Rejection(
                .wrongState,
                "Expected an item with something to give up, found \(item) \(state.status.rawValue)."
            )
        }
        try decision.requireLimit("write-off", for: open)
        try decision.emit(
            ItemWrittenOff(
                side: state.side, customer: state.customer, supplier: state.supplier,
                partnerGroup: state.partnerGroup, item: item, amount: open, reason: reason,
                text: text),
            to: item.text)
    }
}

/// Marks an item as disputed, or as no longer disputed.
///
/// A disputed item is left alone by automatic allocation.
package struct DisputeItem: Command, Equatable {
    package let item: OpenItemID
    package let isDisputed: Bool
    package let reason: String

    package static let schema = Schema<DisputeItem>(
        "finance.dispute-item", "Marks an item as disputed, or as no longer disputed.",
        Field(1, "item", \.item, "The item."),
        Field(2, "disputed", \.isDisputed, "Whether it is disputed.", default: true),
        Field(3, "reason", \.reason, "What the partner says.", limits: .notEmpty),
        make: DisputeItem.init)

    package static let access = CommandAccess.roles(
        "accountant", "finance-manager", "credit-controller")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(OpenItemState.self, item.text)
        guard let open = state.open, !open.isZero else {
            throw Rejection(
                .wrongState, "Expected an open item, found \(item) \(state.status.rawValue).")
        }
        guard state.isDisputed != isDisputed else {
            let word = isDisputed ? "not disputed" : "disputed"
            throw Rejection(.wrongState, "Expected an item that is \(word), found \(item).")
        }
        try decision.emit(
            ItemDisputeChanged(isDisputed: isDisputed, reason: reason), to: item.text)
    }
}

/// Sets a customer's credit limit, or takes it away.
package struct SetCreditLimit: Command, Equatable {
    package let customer: AccountID
    package let limit: Money?
    package let reason: String

    package static let schema = Schema<SetCreditLimit>(
        "finance.set-credit-limit", "Sets a customer's credit limit, or takes it away.",
        Field(1, "customer", \.customer, "The customer."),
        Field(2, "limit", \.limit, "The limit; none takes it away.", limits: .notNegative),
        Field(3, "reason", \.reason, "Why.", default: ""),
        make: SetCreditLimit.init)

    package static let access = CommandAccess.human("credit-controller", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .unknownObject, .currencyNotSupported, .limitExceeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.company()
        _ = try decision.existing(AccountState.self, customer.text)
        if let limit {
            try decision.requireBaseCurrency(limit.currency)
            try decision.requireLimit("credit", for: limit)
        }
        try decision.emit(CreditLimitSet(limit: limit, reason: reason), to: customer.text)
    }
}
