package import Records

/// What a receipt or a bill did to one line of a purchase order.
package struct PurchaseLineProgress: Record, Hashable {
    /// The line.
    package let line: Int64
    /// What came in; negative for a reversal.
    package let received: Quantity
    /// What was billed.
    package let invoiced: Quantity
    /// The value that entered stock; negative for a reversal.
    package let receivedValue: Money
    /// The received value that a bill cleared.
    package let clearedValue: Money
    /// The net amount billed.
    package let invoicedValue: Money
    /// The receipt, where it was one.
    package let receipt: ReceiptID?

    /// The declaration of the fields.
    package static let schema = Schema<PurchaseLineProgress>(
        "purchasing.line-progress", "What a receipt or a bill did to one line of an order.",
        Field(1, "line", \.line, "The line."),
        Field(2, "received", \.received, "What came in; negative for a reversal."),
        Field(3, "invoiced", \.invoiced, "What was billed."),
        Field(4, "receivedValue", \.receivedValue, "The value that entered stock."),
        Field(5, "clearedValue", \.clearedValue, "The received value that a bill cleared."),
        Field(6, "invoicedValue", \.invoicedValue, "The net amount billed."),
        Field(7, "receipt", \.receipt, "The receipt, where it was one."),
        make: PurchaseLineProgress.init)
}

/// Receipts or bills moved the counters of a purchase order's lines.
package struct PurchaseOrderProgressed: Event, Equatable {
    package let changes: [PurchaseLineProgress]

    package static let schema = Schema<PurchaseOrderProgressed>(
        "purchasing.order-progressed", "Receipts or bills moved the counters of an order's lines.",
        Field(1, "changes", \.changes, "By line."),
        make: PurchaseOrderProgressed.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        for change in changes {
            state.change(change.line) { $0.apply(change) }
        }
    }
}

extension PurchaseOrderLine {
    fileprivate mutating func apply(_ change: PurchaseLineProgress) {
        received = received.plus(change.received)
        invoiced = invoiced.plus(change.invoiced)
        receivedValue = receivedValue.folding(change.receivedValue)
        clearedValue = clearedValue.folding(change.clearedValue)
        invoicedValue = invoicedValue.folding(change.invoicedValue)
        guard let receipt = change.receipt else { return }
        if change.received.isNegative {
            receipts.removeAll { $0.receipt == receipt }
        } else {
            receipts.append(
                LineReceipt(
                    receipt: receipt, quantity: change.received, value: change.receivedValue))
        }
    }
}

extension Money {
    /// The sum where a fold may not refuse; the decider computed it with checks before.
    fileprivate func folding(_ other: Money) -> Money {
        Money(minorUnits: minorUnits &+ other.minorUnits, currency: currency)
    }
}

/// All that was ordered came in.
package struct PurchaseOrderReceivedInFull: Event, Equatable {
    package let supplier: SupplierID

    package static let schema = Schema<PurchaseOrderReceivedInFull>(
        "purchasing.order-received-in-full", "All that was ordered came in.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        make: PurchaseOrderReceivedInFull.init)

    package func evolve(_ state: inout PurchaseOrderState) { state.isReceivedInFull = true }
}

/// Which bills of the order are blocked and are compared again when goods come.
package struct WaitingInvoicesChanged: Event, Equatable {
    package let waiting: [SupplierInvoiceID]

    package static let schema = Schema<WaitingInvoicesChanged>(
        "purchasing.waiting-invoices-changed", "Other bills of the order wait for its goods.",
        Field(1, "waiting", \.waiting, "The bills that are blocked now."),
        make: WaitingInvoicesChanged.init)

    package func evolve(_ state: inout PurchaseOrderState) { state.waitingInvoices = waiting }
}

/// A receipt was reversed: the order waits for goods again.
package struct PurchaseOrderReopened: Event, Equatable {
    package let receipt: ReceiptID

    package static let schema = Schema<PurchaseOrderReopened>(
        "purchasing.order-reopened", "A receipt was reversed: the order waits for goods again.",
        Field(1, "receipt", \.receipt, "The receipt."),
        make: PurchaseOrderReopened.init)

    package func evolve(_ state: inout PurchaseOrderState) { state.isReceivedInFull = false }
}

/// All that came in is billed, and nothing more is to come.
package struct PurchaseOrderInvoicedInFull: Event, Equatable {
    package let supplier: SupplierID

    package static let schema = Schema<PurchaseOrderInvoicedInFull>(
        "purchasing.order-invoiced-in-full", "All that came in is billed.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        make: PurchaseOrderInvoicedInFull.init)

    package func evolve(_ state: inout PurchaseOrderState) { state.isInvoicedInFull = true }
}

/// A purchase order is received and billed in full.
package struct PurchaseOrderCompleted: Event, Equatable {
    package let supplier: SupplierID

    package static let schema = Schema<PurchaseOrderCompleted>(
        "purchasing.order-completed", "A purchase order is received and billed in full.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        make: PurchaseOrderCompleted.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        if !state.status.isFinal { state.status = .completed }
    }
}
