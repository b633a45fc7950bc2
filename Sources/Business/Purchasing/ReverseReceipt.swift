package import Records

/// Takes a goods receipt back: only while nothing of it is consumed and nothing billed.
///
/// - Source: semantics 2.3.
package struct ReverseReceipt: Command {
    package let receipt: ReceiptID
    package let reason: String

    package static let schema = Schema<ReverseReceipt>(
        "purchasing.reverse-receipt", "Takes a goods receipt back.",
        Field(1, "receipt", \.receipt, "The receipt."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: ReverseReceipt.init)

    package static let access = CommandAccess.roles(
        "warehouse", "buyer", "purchasing-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .stockConsumed, .receiptBilled, .periodLocked,
        .companyNotFounded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ReceiptState.self, receipt.text)
        guard state.status == .received else {
            throw Rejection(
                .wrongState,
                "Expected receipt \(receipt) to be received, found it \(state.status.rawValue); there is nothing to take back."
            )
        }
        try decision.requireOpenPeriod()
        let order = try decision.existing(PurchaseOrderState.self, state.order.text)
        var returned: [ReceivedLine] = []
        var changes: [PurchaseLineProgress] = []
        for line in state.lines {
            let orderLine = try order.requireLine(line.orderLine, of: state.order)
            try orderLine.requireUnbilled(receipt)
            let stock = try decision.state(
                of: StockState.self, StockState.id(state.warehouse, line.product))
            try stock.requireReversible(
                receipt: receipt.text, quantity: line.quantity, value: line.value)
            returned.append(line.returned(from: orderLine, isOver: order.status.isFinal))
            changes.append(
                PurchaseLineProgress(
                    line: line.orderLine, received: Quantity.zero.less(line.quantity),
                    invoiced: .zero,
                    receivedValue: try computing("the value of the reversal") {
                        () throws(ArithmeticFailure) in try line.value.negated()
                    },
                    clearedValue: .zero(order.currency), invoicedValue: .zero(order.currency),
                    receipt: receipt))
        }
        let supplier = try decision.existing(SupplierState.self, state.supplier.text)
        try decision.emit(
            ReceiptReversed(
                order: state.order, supplier: state.supplier, supplierGroup: supplier.group,
                warehouse: state.warehouse, lines: returned, reason: reason,
                reverses: [try decision.lastEvent(of: ReceiptState.self, receipt.text)]),
            to: receipt.text)
        try decision.emit(PurchaseOrderProgressed(changes: changes), to: state.order.text)
        if order.isReceivedInFull, !order.status.isFinal {
            try decision.emit(PurchaseOrderReopened(receipt: receipt), to: state.order.text)
        }
    }
}

extension PurchaseOrderLine {
    /// Refuses where a bill consumed a part of the receipt: bills take receipts first in, first
    /// out.
    func requireUnbilled(_ receipt: ReceiptID) throws(Rejection) {
        var before = Quantity.zero
        for part in receipts {
            if part.receipt == receipt { break }
            before = before.plus(part.quantity)
        }
        guard invoiced <= before else {
            throw Rejection(
                .receiptBilled,
                "Expected receipt \(receipt) not to be billed, but \(invoiced) of line \(line) are billed and bills take receipts in their order; return the goods and claim a credit note instead.",
                [JSONMember("billed", .string(invoiced.description))])
        }
    }
}

extension ReceivedLine {
    /// The same line as it goes back; nothing is expected again where the order is over.
    fileprivate func returned(from line: PurchaseOrderLine, isOver: Bool) -> ReceivedLine {
        let after = line.received.less(quantity)
        let openAfter = max(.zero, line.wanted.less(after))
        return ReceivedLine(
            orderLine: orderLine, product: product, productClass: productClass,
            quantity: quantity, expected: isOver ? .zero : openAfter.less(line.open), value: value)
    }
}
