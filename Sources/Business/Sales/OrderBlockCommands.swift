package import Records

/// Stop an order for one more reason.
package struct RaiseBlock: Command {
    package let order: OrderID
    package let kind: BlockKind
    package let reason: String

    package static let schema = Schema<RaiseBlock>(
        "sales.raise-block", "Stop an order for one more reason.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "kind", \.kind, "The kind of block."),
        Field(3, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: RaiseBlock.init)

    package static let access = CommandAccess.roles(
        "sales", "sales-manager", "credit-controller", "warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .blockExists,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        guard !known.isBlocked(by: kind) else {
            throw Rejection(
                .blockExists,
                "Expected no \(kind.rawValue) block on order \(order), found one; raise another kind, or leave it.",
                [JSONMember("kind", .string(kind.rawValue))])
        }
        try decision.emit(
            OrderBlockRaised(
                block: OrderBlock(kind: kind, reason: reason, raisedBy: decision.decider)),
            to: order.text)
    }
}

/// Take away one of the reasons that stop an order; with the last one it is released.
package struct ReleaseBlock: Command {
    package let order: OrderID
    package let kind: BlockKind
    package let reason: String
    package var validUntil: BusinessDate?

    package static let schema = Schema<ReleaseBlock>(
        "sales.release-block",
        "Take away one of the reasons that stop an order; with the last one it is released.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "kind", \.kind, "The kind of block."),
        Field(3, "reason", \.reason, "Why it no longer stops the order.", limits: .count(1...500)),
        Field(
            4, "validUntil", \.validUntil,
            "The last day on which a credit is granted; then it is judged again when goods leave."),
        make: { ReleaseBlock(order: $0, kind: $1, reason: $2, validUntil: $3) })

    package static let access = CommandAccess.human(
        "sales-manager", "credit-controller", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .noSuchBlock, .notAllowed, .separatedDuties, .limitExceeded,
        .invalidValue, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        try requireGrace(decision.facts.effectiveDate)
        guard let block = known.blocks.first(where: { $0.kind == kind }) else {
            let kinds = known.blocks.map(\.kind.rawValue).joined(separator: ", ")
            throw Rejection(
                .noSuchBlock,
                "Expected a \(kind.rawValue) block on order \(order), found \(kinds.isEmpty ? "none" : kinds); release a block that it has.",
                [JSONMember("kind", .string(kind.rawValue))])
        }
        try decision.requireRole(kind.releasers, to: "release a \(kind.rawValue) block")
        try decision.requireSeparated(
            from: [known.placedBy, block.raisedBy],
            duty: "Releasing the \(kind.rawValue) block of order \(order)")
        if let limit = kind.limit {
            let value = try computing("the order's value") { () throws(ArithmeticFailure) in
                try known.uninvoicedValue()
            }
            try decision.requireLimit(limit, for: value)
        }
        try decision.emit(
            OrderBlockReleased(
                kind: kind, reason: reason, releasedBy: decision.decider, validUntil: validUntil),
            to: order.text)
        guard known.blocks.count == 1 else { return }
        if !known.isCounted, let block = try decision.creditBlock(of: order) {
            try decision.emit(OrderBlockRaised(block: block), to: order.text)
        } else {
            try decision.release(order)
        }
    }

    /// A last day makes sense for a credit alone, and not in the past.
    private func requireGrace(_ today: BusinessDate) throws(Rejection) {
        guard let validUntil else { return }
        guard kind == .credit, validUntil >= today else {
            throw Rejection(
                .invalidValue,
                "Expected a last day on or after \(today) for a credit block alone, found \(validUntil) for a \(kind.rawValue) block; leave it out or give a later day."
            )
        }
    }
}

extension BlockKind {
    /// The roles that may release a block of this kind.
    package var releasers: [String] {
        switch self {
        case .credit, .prepayment: ["credit-controller", "finance-manager"]
        case .compliance: ["finance-manager"]
        case .approval, .price, .address: ["sales-manager"]
        case .manual: ["sales-manager", "credit-controller", "finance-manager"]
        }
    }

    /// The limit within which a person may release it, by the order's value; nil where the role
    /// alone decides.
    package var limit: String? {
        switch self {
        case .credit, .prepayment: "credit"
        case .approval: "order-approval"
        case .price: "price"
        case .compliance, .address, .manual: nil
        }
    }
}

extension Decision {
    /// The credit block that the rules would raise for an order as the exposure is now; none where
    /// the credit was granted.
    ///
    /// While an order waited for somebody, others may have taken the head-room that it was judged
    /// by, or the customer may not have paid: so the last moment decides.
    func creditBlock(of order: OrderID) throws(Rejection) -> OrderBlock? {
        let known = try existing(OrderState.self, order.text)
        if known.isCreditGranted(on: facts.effectiveDate) { return nil }
        let (net, tax) = try totals(of: known.lines, known.currency)
        let (gross, exposure) = try computing("the order's total") {
            () throws(ArithmeticFailure) in
            (
                try net.adding(tax),
                known.isCounted ? .zero(known.currency) : try known.uninvoicedValue()
            )
        }
        let judgement = try judge(
            OrderFacts(
                customer: known.customer,
                account: try existing(AccountState.self, known.customer.text), net: net,
                gross: gross, exposure: exposure, largestDiscount: .zero, priceDeviation: nil,
                channel: known.channel, paymentTerms: known.paymentTerms))
        return judgement.blocks.first { $0.kind == .credit }.map {
            OrderBlock(kind: $0.kind, reason: $0.reason, raisedBy: known.placedBy)
        }
    }

    /// Judges a customer's credit again before goods are picked and before they leave.
    ///
    /// - Throws: ``RejectionCode/creditExceeded``.
    /// - Source: semantics 1.3, credit check: checkpoints.
    func requireCredit(for order: OrderID) throws(Rejection) {
        guard let block = try creditBlock(of: order) else { return }
        let known = try existing(OrderState.self, order.text)
        let credit = try state(of: CreditState.self, known.customer.text)
        let exposure = try computing("the exposure of \(known.customer)") {
            () throws(ArithmeticFailure) in try credit.exposure(known.currency)
        }
        throw Rejection(
            .creditExceeded,
            "Expected a customer with credit left for order \(order), found otherwise: \(block.reason) Raise a credit block with sales.raise-block and let credit control decide, or wait for a payment.",
            [
                JSONMember("exposure", .string(exposure.description)),
                JSONMember("limit", credit.limit.map { .string($0.description) } ?? .null),
                JSONMember(
                    "overdueDays",
                    .integer(Int64(credit.oldestOverdueDays(on: facts.effectiveDate)))),
            ])
    }

    /// Stops the customer's released orders for credit, each at most once.
    func stopOrders(of customer: AccountID, reason: String) throws(Rejection) {
        for exposed in try state(of: CreditState.self, customer.text).orders {
            let known = try state(of: OrderState.self, exposed.order.text)
            guard known.isLive, !known.isBlocked(by: .credit) else { continue }
            try emit(
                OrderBlockRaised(
                    block: OrderBlock(kind: .credit, reason: reason, raisedBy: decider)),
                to: exposed.order.text)
        }
    }

    /// An order that is pending or released.
    func liveOrder(_ order: OrderID) throws(Rejection) -> OrderState {
        let known = try existing(OrderState.self, order.text)
        guard known.isLive else {
            throw Rejection.wrongState(
                "Order \(order)", is: known.status.rawValue, expected: "pending or released",
                remedy: "place a new order")
        }
        return known
    }
}
