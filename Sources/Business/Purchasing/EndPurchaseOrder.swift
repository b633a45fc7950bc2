package import Records

/// Cancels one line of a purchase order of which nothing came in.
package struct CancelPurchaseOrderLine: Command {
    package let order: PurchaseOrderID
    package let line: Int64
    package let reason: String
    package let acknowledgement: String?

    package static let schema = Schema<CancelPurchaseOrderLine>(
        "purchasing.cancel-order-line", "Cancels one line of which nothing came in.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "line", \.line, "The line.", limits: .positive),
        Field(3, "reason", \.reason, "Why.", limits: .count(1...500)),
        Field(
            4, "acknowledgement", \.acknowledgement,
            "How the supplier agreed; needed once it has the order.", limits: .count(1...500)),
        make: CancelPurchaseOrderLine.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .alreadyReceived, .acknowledgementMissing,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(
            order, to: "have a line cancelled", in: .draft, .pendingApproval, .approved, .sent,
            .confirmed)
        let cancelled = try state.requireLine(line, of: order)
        guard cancelled.wanted.isPositive else {
            throw Rejection(
                .wrongState,
                "Expected a line that is wanted, found line \(line) of purchase order \(order) cancelled; there is nothing more to cancel."
            )
        }
        try cancelled.requireUntouched(of: order)
        try state.requireAcknowledgement(acknowledgement, of: order)
        try decision.emit(
            PurchaseOrderLineCancelled(
                cancelled: cancelled.cancelling(cancelled.wanted), reason: reason), to: order.text)
        let left = try decision.state(of: PurchaseOrderState.self, order.text)
        if left.lines.allSatisfy({ !$0.wanted.isPositive }) {
            try decision.emit(
                PurchaseOrderCancelled(
                    supplier: state.supplier, cancelled: [], reason: reason,
                    acknowledgement: acknowledgement), to: order.text)
        } else {
            try decision.emitPurchaseMilestones(of: order)
        }
        try decision.count(order)
    }
}

/// Cancels a purchase order of which nothing came in.
package struct CancelPurchaseOrder: Command {
    package let order: PurchaseOrderID
    package let reason: String
    package let acknowledgement: String?

    package static let schema = Schema<CancelPurchaseOrder>(
        "purchasing.cancel-order", "Cancels a purchase order of which nothing came in.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        Field(
            3, "acknowledgement", \.acknowledgement,
            "How the supplier agreed; needed once it has the order.", limits: .count(1...500)),
        make: CancelPurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .alreadyReceived, .acknowledgementMissing,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(
            order, to: "be cancelled", in: .draft, .pendingApproval, .approved, .sent, .confirmed)
        for line in state.lines { try line.requireUntouched(of: order) }
        try state.requireAcknowledgement(acknowledgement, of: order)
        try decision.emit(
            PurchaseOrderCancelled(
                supplier: state.supplier, cancelled: state.cancellingOpen(), reason: reason,
                acknowledgement: acknowledgement), to: order.text)
        try decision.count(order)
    }
}

/// Closes a purchase order: what did not come will not come.
package struct ClosePurchaseOrder: Command {
    package let order: PurchaseOrderID
    package let reason: String

    package static let schema = Schema<ClosePurchaseOrder>(
        "purchasing.close-order", "Closes a purchase order: what did not come will not come.",
        Field(1, "order", \.order, "The purchase order."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: ClosePurchaseOrder.init)

    package static let access = CommandAccess.roles("buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.purchaseOrder(order, to: "be closed", in: .sent, .confirmed)
        let hasReceipt = state.lines.contains { $0.received.isPositive }
        guard hasReceipt else {
            throw Rejection(
                .wrongState,
                "Expected purchase order \(order) to be received in part, found that nothing came in; cancel it instead of closing it."
            )
        }
        try decision.emit(
            PurchaseOrderClosed(
                supplier: state.supplier, cancelled: state.cancellingOpen(), reason: reason),
            to: order.text)
        try decision.emitPurchaseMilestones(of: order)
        try decision.count(order)
    }
}

extension PurchaseOrderLine {
    /// Refuses where goods came in or were billed.
    fileprivate func requireUntouched(of order: PurchaseOrderID) throws(Rejection) {
        guard received.isZero, invoiced.isZero else {
            throw Rejection(
                .alreadyReceived,
                "Expected nothing of line \(line) of \(order) to have come, found \(received) received and \(invoiced) billed; close the order instead, or reverse the receipt first.",
                [JSONMember("received", .string(received.description))])
        }
    }

    /// What a cancellation takes from the line.
    func cancelling(_ quantity: Quantity) -> CancelledQuantity {
        CancelledQuantity(line: line, product: product, warehouse: warehouse, quantity: quantity)
    }
}

extension PurchaseOrderState {
    /// What is open on each line, as it is given up.
    fileprivate func cancellingOpen() -> [CancelledQuantity] {
        lines.filter(\.open.isPositive).map { $0.cancelling($0.open) }
    }

    /// Refuses to cancel what the supplier has without its agreement.
    /// - Source: semantics 2.3.
    fileprivate func requireAcknowledgement(
        _ acknowledgement: String?, of order: PurchaseOrderID
    ) throws(Rejection) {
        guard sentRevision == 0 || acknowledgement != nil else {
            throw Rejection(
                .acknowledgementMissing,
                "Supplier \(supplier) has purchase order \(order); expected how it agreed to cancel, found nothing. Ask it and give \"acknowledgement\"."
            )
        }
    }
}

extension Decision {
    /// Writes what an order reached: received in full, billed in full, completed; each once.
    func emitPurchaseMilestones(of order: PurchaseOrderID) throws(Rejection) {
        let state = try state(of: PurchaseOrderState.self, order.text)
        let supplier = state.supplier
        let isClosed = state.status == .closed
        guard isClosed || state.status.isWithSupplier,
            state.lines.allSatisfy({ !$0.open.isPositive })
        else { return }
        if !state.isReceivedInFull, !isClosed {
            try emit(PurchaseOrderReceivedInFull(supplier: supplier), to: order.text)
        }
        guard state.lines.allSatisfy({ $0.invoiced >= $0.received }) else { return }
        if !state.isInvoicedInFull {
            try emit(PurchaseOrderInvoicedInFull(supplier: supplier), to: order.text)
        }
        if state.status.isWithSupplier {
            try emit(PurchaseOrderCompleted(supplier: supplier), to: order.text)
        }
    }
}
