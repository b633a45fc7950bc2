package import Records

/// The table that says whose approval a count needs, and what it is asked.
enum CountApproval {
    /// The table's id in `processes/rules`.
    static let table = "count-approval"
    /// The role of nobody.
    static let nobody = "none"
}

/// Lets the difference of a count be posted: as much more or less as was found, on what is there now.
package struct ApproveCount: Command {
    package let count: CountID

    package static let schema = Schema<ApproveCount>(
        "inventory.approve-count",
        "Lets the difference of a count be posted: as much more or less as was found, on what is there now.",
        Field(1, "count", \.count, "The count."),
        make: ApproveCount.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .separatedDuties, .notAllowed, .quantityExceeds,
        .costUnknown, .periodLocked, .stockLimit, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.waitingCount(count)
        try decision.requireSeparated(
            from: [state.submittedBy, state.countedBy], duty: "Approving count \(count)")
        try decision.requireOpenPeriod()
        let taking = CountTaking(count: count, warehouse: state.warehouse)
        var lines: [CountedLine] = []
        for (index, line) in state.lines.enumerated() {
            let value = state.values.indices.contains(index) ? state.values[index].value : nil
            lines.append(try taking.judge(now(line, in: state, value, decision), decision))
        }
        let approval = try taking.approval(of: lines, decision)
        try decision.requireCountRole([state.role, approval.role])
        try decision.emit(
            CountApproved(
                warehouse: state.warehouse, approver: decision.facts.actor.approver,
                difference: approval.difference, rule: approval.judge ?? decision.approvalJudge),
            to: count.text)
        try taking.post(lines, countedBy: state.countedBy, decision)
        try decision.closeCount(count, state)
    }

    /// What is there now, by as much more or less as was found when it was counted.
    private func now(
        _ line: CountedLine, in state: CountState, _ value: Money?, _ decision: Decision
    ) throws(Rejection) -> CountLine {
        let onHand = try decision.stock(state.warehouse, line.product).onHand
        let counted = onHand.plus(line.counted).less(line.expected)
        guard !counted.isNegative else {
            throw Rejection(
                .quantityExceeds,
                "Expected at least \(line.expected.less(line.counted).digits) of \(line.product) in \(state.warehouse), as many as were missing when it was counted, found \(onHand.digits); reject the count and count again.",
                [JSONMember("product", .string(line.product.text))])
        }
        return CountLine(product: line.product, counted: counted, value: value)
    }
}

/// Refuses the difference of a count; nothing is posted, and the goods can be counted again.
package struct RejectCount: Command {
    package let count: CountID
    package let reason: String

    package static let schema = Schema<RejectCount>(
        "inventory.reject-count",
        "Refuses the difference of a count; nothing is posted, and the goods can be counted again.",
        Field(1, "count", \.count, "The count."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: RejectCount.init)

    package static let access = CommandAccess.human("warehouse", "accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.waitingCount(count)
        try decision.emit(
            CountRejected(
                warehouse: state.warehouse, reason: reason,
                rejectedBy: decision.facts.actor.person), to: count.text)
        try decision.closeCount(count, state)
    }
}

extension Decision {
    /// A count that waits for an approval.
    fileprivate func waitingCount(_ count: CountID) throws(Rejection) -> CountState {
        let state = try existing(CountState.self, count.text)
        guard state.status == .waiting else {
            throw Rejection(
                .wrongState,
                "Expected a count that waits for approval, found \(count), which is \(state.status.rawValue); nothing is to be done.",
                [JSONMember("status", .string(state.status.rawValue))])
        }
        return state
    }

    /// Refuses a person who has none of the roles that the count asks for: of the day on which it
    /// was counted, and of today's difference.
    fileprivate func requireCountRole(_ roles: [String?]) throws(Rejection) {
        let actor = facts.actor
        if actor.isOwner || facts.approval != nil { return }
        for case let role? in roles where !actor.roles.contains(role) {
            throw Rejection(
                .notAllowed,
                "A count of this difference needs the role \"\(role)\", which \(actor.person ?? actor.id) has not; ask somebody who has it.",
                [JSONMember("role", .string(role))])
        }
    }

    fileprivate func closeCount(_ count: CountID, _ state: CountState) throws(Rejection) {
        for line in state.lines {
            try emit(
                StockCountClosed(product: line.product, warehouse: state.warehouse, count: count),
                to: StockState.id(state.warehouse, line.product))
        }
    }
}
