package import Records

/// Compares a supplier's invoice with orders and receipts; may be asked again when goods came.
package struct MatchSupplierInvoice: Command {
    package let invoice: SupplierInvoiceID

    package static let schema = Schema<MatchSupplierInvoice>(
        "purchasing.match-invoice", "Compares a supplier's invoice with orders and receipts.",
        Field(1, "invoice", \.invoice, "The invoice."),
        make: MatchSupplierInvoice.init)

    package static let access = CommandAccess.roles(
        "accountant", "buyer", "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(
            invoice, to: "be matched", in: .captured, .blocked)
        try decision.match(invoice, state)
    }
}

/// Accepts differences of a blocked invoice; never by the person who captured it.
package struct ReleaseSupplierInvoiceBlock: Command {
    package let invoice: SupplierInvoiceID
    package let line: Int64?
    package let kind: MatchReason?
    package let reason: String

    package static let schema = Schema<ReleaseSupplierInvoiceBlock>(
        "purchasing.release-invoice-block", "Accepts differences of a blocked invoice.",
        Field(1, "invoice", \.invoice, "The invoice."),
        Field(2, "line", \.line, "The line; all lines where absent.", limits: .positive),
        Field(3, "kind", \.kind, "Which difference; all where absent."),
        Field(4, "reason", \.reason, "Why they are accepted.", limits: .count(1...500)),
        make: ReleaseSupplierInvoiceBlock.init)

    package static let access = CommandAccess.human("purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .separatedDuties, .limitExceeded, .noRule, .badRuleResult,
        .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(
            invoice, to: "have a block released", in: .blocked)
        try decision.requireSeparated(
            from: [state.capturedBy], duty: "Releasing a block of invoice \(invoice)")
        try decision.requireLimit("supplier-invoice", for: state.gross)
        let accepted = state.blocks.filter {
            (line == nil || $0.line == line) && (kind == nil || $0.reason == kind)
        }
        guard !accepted.isEmpty else {
            let found = state.blocks.map { "line \($0.line): \($0.reason.rawValue)" }
            throw Rejection(
                .wrongState,
                "Expected a block that invoice \(invoice) has, found none like it; it has \(found.joined(separator: ", "))."
            )
        }
        for block in accepted {
            try decision.emit(
                SupplierInvoiceBlockReleased(
                    line: block.line, kind: block.reason, reason: reason,
                    releasedBy: decision.facts.actor.person, rule: decision.approvalJudge),
                to: invoice.text)
        }
        let left = try decision.state(of: SupplierInvoiceState.self, invoice.text)
        if left.blocks.isEmpty { try decision.emitMatched(invoice, left) }
    }
}

/// Approves a supplier's invoice at the next level; never by the person who captured it.
package struct ApproveSupplierInvoice: Command {
    package let invoice: SupplierInvoiceID

    package static let schema = Schema<ApproveSupplierInvoice>(
        "purchasing.approve-invoice", "Approves a supplier's invoice at the next level.",
        Field(1, "invoice", \.invoice, "The invoice."),
        make: ApproveSupplierInvoice.init)

    package static let access = CommandAccess.human(
        "accountant", "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .separatedDuties, .limitExceeded, .notAllowed,
        .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(invoice, to: "be approved", in: .matched)
        guard state.approvers.count < state.levels.count else {
            throw Rejection(
                .wrongState,
                "Expected invoice \(invoice) to need an approval, found that it has all; post it.")
        }
        try decision.requireSeparated(
            from: [state.capturedBy] + state.approvers, duty: "Approving invoice \(invoice)")
        let level = state.levels[state.approvers.count]
        let isFinal = state.approvers.count + 1 == state.levels.count
        try decision.requireRole(of: level)
        if isFinal { try decision.requireLimit("supplier-invoice", for: state.gross) }
        try decision.emit(
            SupplierInvoiceApproved(
                level: level.level, approver: decision.facts.actor.approver, gross: state.gross,
                isFinal: isFinal,
                rule: decision.approvalJudge), to: invoice.text)
    }
}

/// Sends a supplier's invoice back; nothing of it is posted and its number is free again.
package struct RejectSupplierInvoice: Command {
    package let invoice: SupplierInvoiceID
    package let reason: String

    package static let schema = Schema<RejectSupplierInvoice>(
        "purchasing.reject-invoice", "Sends a supplier's invoice back.",
        Field(1, "invoice", \.invoice, "The invoice."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: RejectSupplierInvoice.init)

    package static let access = CommandAccess.roles(
        "accountant", "buyer", "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(
            invoice, to: "be rejected", in: .captured, .matched, .blocked)
        try decision.emit(
            SupplierInvoiceRejected(supplier: state.supplier, reason: reason), to: invoice.text)
        try decision.emit(
            SupplierDocumentFreed(invoice: invoice),
            to: SupplierDocumentState.id(supplier: state.supplier, number: state.theirNumber))
        try decision.noteWaiting(invoice, state, isWaiting: false)
    }
}

extension Decision {
    /// The invoice, which must stand in one of some states.
    func supplierInvoice(
        _ invoice: SupplierInvoiceID, to action: String, in allowed: SupplierInvoiceStatus...
    ) throws(Rejection) -> SupplierInvoiceState {
        let state = try existing(SupplierInvoiceState.self, invoice.text)
        guard allowed.contains(state.status) else {
            let expected = allowed.map(\.rawValue).joined(separator: " or ")
            throw Rejection(
                .wrongState,
                "Expected invoice \(invoice) to be \(expected) in order to \(action), found \(state.status.rawValue).",
                [JSONMember("status", .string(state.status.rawValue))])
        }
        return state
    }

    /// Compares an invoice with orders and receipts, and writes what changed.
    func match(
        _ invoice: SupplierInvoiceID, _ state: SupplierInvoiceState
    ) throws(Rejection) {
        let match = try ThreeWayMatch(state, self)
        let blocks = match.blocks.filter { !state.isReleased($0) }
        if blocks.isEmpty {
            try emitMatched(invoice, state)
        } else if blocks != state.blocks {
            try emit(
                SupplierInvoiceBlocked(
                    supplier: state.supplier, blocks: blocks, rule: match.judge),
                to: invoice.text)
            try noteWaiting(invoice, state, isWaiting: true)
        }
    }

    /// Compares the blocked invoices of an order again, for goods came.
    func matchWaitingInvoices(of order: PurchaseOrderID) throws(Rejection) {
        for invoice in try state(of: PurchaseOrderState.self, order.text).waitingInvoices {
            let state = try state(of: SupplierInvoiceState.self, invoice.text)
            if state.status == .blocked { try match(invoice, state) }
        }
    }

    /// Notes on the orders of an invoice whether it waits for their goods.
    fileprivate func noteWaiting(
        _ invoice: SupplierInvoiceID, _ state: SupplierInvoiceState, isWaiting: Bool
    ) throws(Rejection) {
        for order in state.orders {
            var waiting = try self.state(of: PurchaseOrderState.self, order.text).waitingInvoices
            guard waiting.contains(invoice) != isWaiting else { continue }
            if isWaiting {
                waiting.append(invoice)
            } else {
                waiting.removeAll { $0 == invoice }
            }
            try emit(WaitingInvoicesChanged(waiting: waiting), to: order.text)
        }
    }

    /// Writes that nothing stands against an invoice any more, and which approvals it needs.
    fileprivate func emitMatched(
        _ invoice: SupplierInvoiceID, _ state: SupplierInvoiceState
    ) throws(Rejection) {
        let (levels, judge) = try approvals(
            forInvoiceOf: state.supplier, gross: state.gross, expense: try state.expense())
        try emit(
            SupplierInvoiceMatched(
                supplier: state.supplier, gross: state.gross, levels: levels, rule: judge),
            to: invoice.text)
        try noteWaiting(invoice, state, isWaiting: false)
        if levels.isEmpty {
            try emit(
                SupplierInvoiceApproved(
                    level: 0, approver: nil, gross: state.gross, isFinal: true, rule: judge),
                to: invoice.text)
        }
    }
}
