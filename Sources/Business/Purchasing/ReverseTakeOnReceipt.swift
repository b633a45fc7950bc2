package import Records

/// Takes back a receipt that was taken on wrongly, while nothing of it is billed and the take-on is
/// not finished; the right one is taken on under another number.
package struct ReverseTakeOnReceipt: Command {
    package let receipt: ReceiptID
    package let reason: String

    package static let schema = Schema<ReverseTakeOnReceipt>(
        "purchasing.reverse-take-on-receipt",
        "Takes back a receipt that was taken on wrongly, while nothing of it is billed and the take-on is not finished.",
        Field(1, "receipt", \.receipt, "The receipt."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: ReverseTakeOnReceipt.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .takeOnFinished, .periodLocked, .unknownObject, .wrongState,
        .receiptBilled, .amountOverflow, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireTakeOnOpen()
        try decision.requireOpenPeriod()
        let state = try decision.existing(ReceiptState.self, receipt.text)
        guard state.status == .takenOn else {
            throw Rejection(
                .wrongState,
                "Expected receipt \(receipt) to be taken on, found it \(state.status.rawValue); purchasing.reverse-receipt takes back what came since the books began.",
                [JSONMember("status", .string(state.status.rawValue))])
        }
        let order = try decision.existing(PurchaseOrderState.self, state.order.text)
        let supplier = try decision.existing(SupplierState.self, state.supplier.text)
        let nothing = Money.zero(order.currency)
        var changes: [PurchaseLineProgress] = []
        for line in state.lines {
            try order.requireLine(line.orderLine, of: state.order).requireUnbilled(receipt)
            changes.append(
                PurchaseLineProgress(
                    line: line.orderLine, received: Quantity.zero.less(line.quantity),
                    invoiced: .zero,
                    receivedValue: try computing("the value of the reversal") {
                        () throws(ArithmeticFailure) in try line.value.negated()
                    },
                    clearedValue: nothing, invoicedValue: nothing, receipt: receipt))
        }
        try decision.emit(
            ReceiptTakeOnReversed(
                order: state.order, supplier: state.supplier, supplierGroup: supplier.group,
                warehouse: state.warehouse, lines: state.lines, reason: reason,
                reverses: [try decision.lastEvent(of: ReceiptState.self, receipt.text)]),
            to: receipt.text)
        try decision.emit(PurchaseOrderProgressed(changes: changes), to: state.order.text)
        // The order was only there for the bill of what came: nothing of it is to come.
        try decision.emit(
            PurchaseOrderCancelled(
                supplier: state.supplier, cancelled: [], reason: reason, acknowledgement: nil),
            to: state.order.text)
    }
}
