package import Records

/// Puts a purchase order forward for approval.
package struct SubmitPurchaseOrder: Command {
    package let order: PurchaseOrderID

    package static let schema = Schema<SubmitPurchaseOrder>(
        "purchasing.submit-order", "Puts a purchase order forward for approval.",
        Field(1, "order", \.order, "The purchase order."),
        make: SubmitPurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .supplierBlocked, .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(order, to: "be submitted", in: .draft)
        try decision.requireUsable(state.supplier)
        let value = try state.requireValue(order)
        let judged = try decision.judged(
            order, of: state.supplier, lines: state.lines, value: value,
            by: decision.authors(of: state))
        let (levels, judge) = try decision.approvals(
            forOrderOf: state.supplier, value: judged.amount)
        try decision.emit(
            PurchaseOrderSubmitted(
                supplier: state.supplier, value: value, levels: levels,
                author: decision.facts.actor.person, rule: judge, counted: judged.counted,
                judgedAmount: judged.amount, countRule: judged.judge), to: order.text)
        try decision.count(order, isPutForward: true)
        if levels.isEmpty {
            try decision.emit(
                PurchaseOrderApproved(
                    level: 0, approver: nil, value: value, isFinal: true, rule: judge),
                to: order.text)
        }
    }
}

/// Approves a purchase order at the next level.
package struct ApprovePurchaseOrder: Command {
    package let order: PurchaseOrderID

    package static let schema = Schema<ApprovePurchaseOrder>(
        "purchasing.approve-order", "Approves a purchase order at the next level.",
        Field(1, "order", \.order, "The purchase order."),
        make: ApprovePurchaseOrder.init)

    package static let access = CommandAccess.human(
        "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .notAllowed, .separatedDuties, .limitExceeded,
        .amountOverflow, .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(order, to: "be approved", in: .pendingApproval)
        try decision.requireSeparated(
            from: state.authors + state.approvers, duty: "Approving purchase order \(order)")
        let value = try state.requireValue(order)
        guard state.approvers.count < state.levels.count else {
            throw Rejection(
                .wrongState,
                "Expected purchase order \(order) to need an approval, found that it has all; send it."
            )
        }
        let level = state.levels[state.approvers.count]
        let isFinal = state.approvers.count + 1 == state.levels.count
        try decision.requireRole(of: level)
        // Earlier levels sign; the last one decides, and its limit must cover the whole value,
        // that of the orders counted with it included.
        if isFinal { try decision.requireLimit("purchase", for: state.approvedTogether(value)) }
        try decision.emit(
            PurchaseOrderApproved(
                level: level.level, approver: decision.facts.actor.approver, value: value,
                isFinal: isFinal,
                rule: decision.approvalJudge), to: order.text)
    }
}

/// Sends a purchase order back to its author.
package struct RejectPurchaseOrder: Command {
    package let order: PurchaseOrderID
    package let reason: String

    package static let schema = Schema<RejectPurchaseOrder>(
        "purchasing.reject-order", "Sends a purchase order back to its author.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: RejectPurchaseOrder.init)

    package static let access = CommandAccess.human(
        "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        _ = try decision.purchaseOrder(order, to: "be rejected", in: .pendingApproval)
        try decision.emit(
            PurchaseOrderRejected(reason: reason, rejectedBy: decision.facts.actor.person),
            to: order.text)
        try decision.count(order)
    }
}

extension Actor {
    /// Who stands for an approval in the log: the person, or the process that a decision let.
    var approver: String { person ?? id }
}

extension Decision {
    /// Who wrote, amended or asked for an order, with the person who acts now.
    func authors(of order: PurchaseOrderState) -> [String] {
        guard let person = facts.actor.person, !order.authors.contains(person) else {
            return order.authors
        }
        return order.authors + [person]
    }

    /// The purchase order, which must stand in one of some states.
    func purchaseOrder(
        _ order: PurchaseOrderID, to action: String, in allowed: PurchaseOrderStatus...
    ) throws(Rejection) -> PurchaseOrderState {
        let state = try existing(PurchaseOrderState.self, order.text)
        guard allowed.contains(state.status) else {
            let expected = allowed.map(\.rawValue).joined(separator: " or ")
            throw Rejection(
                .wrongState,
                "Expected purchase order \(order) to be \(expected) in order to \(action), found \(state.status.rawValue).",
                [JSONMember("status", .string(state.status.rawValue))])
        }
        return state
    }
}

extension PurchaseOrderState {
    /// What the order is worth, which must be more than nothing.
    func requireValue(_ order: PurchaseOrderID) throws(Rejection) -> Money {
        let value = try computing("the value of \(order)") { () throws(ArithmeticFailure) in
            try self.value()
        }
        guard value.isPositive else {
            throw Rejection(
                .wrongState,
                "Expected purchase order \(order) to be worth something, found \(value); cancel it."
            )
        }
        return value
    }
}
