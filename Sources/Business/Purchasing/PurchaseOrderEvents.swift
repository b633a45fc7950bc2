package import Records

/// A purchase order was written.
///
/// From now on the ordered quantities are open purchase quantities of their stocks.
package struct PurchaseOrderDrafted: Event, Equatable {
    package let supplier: SupplierID
    package let currency: Currency
    package let lines: [PurchaseOrderLine]
    package let authors: [String]
    package let paymentTerms: String?
    package let external: ExternalReference?

    package static let schema = Schema<PurchaseOrderDrafted>(
        "purchasing.order-drafted", "A purchase order was written.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        Field(2, "currency", \.currency, "The currency of all prices."),
        Field(3, "lines", \.lines, "What is bought."),
        Field(4, "authors", \.authors, "Who wrote it or asked for it."),
        Field(5, "paymentTerms", \.paymentTerms, "The payment terms agreed."),
        Field(6, "external", \.external, "Where the document came from."),
        make: PurchaseOrderDrafted.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state = .initial
        state.status = .draft
        state.supplier = supplier
        state.currency = currency
        state.lines = lines
        state.authors = authors
        state.revision = 1
        state.paymentTerms = paymentTerms
        state.external = external
    }
}

/// A purchase order was put forward; the approval table said which approvals it needs.
package struct PurchaseOrderSubmitted: Event, Equatable {
    package let supplier: SupplierID
    package let value: Money
    package let levels: [ApprovalLevel]
    package let author: String?
    package let rule: Blob?
    package let counted: [CountedOrder]
    package let judgedAmount: Money?
    package let countRule: Blob?

    package static let schema = Schema<PurchaseOrderSubmitted>(
        "purchasing.order-submitted", "A purchase order was put forward.",
        Field(1, "supplier", \.supplier, "From whom.", concerns: true),
        Field(2, "value", \.value, "What the order is worth."),
        Field(3, "levels", \.levels, "The approvals that it needs; none: it is approved."),
        Field(4, "author", \.author, "Who put it forward."),
        Field(5, "rule", \.rule, "The table that named the approvals."),
        Field(6, "counted", \.counted, "Recent orders that were counted with it."),
        Field(
            7, "judgedAmount", \.judgedAmount,
            "What the table was asked for: the value with what was counted."),
        Field(8, "countRule", \.countRule, "The table that said how far back orders count."),
        make: PurchaseOrderSubmitted.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout PurchaseOrderState) {
        state.status = .pendingApproval
        state.levels = levels
        state.approvers = []
        state.counted = counted
        state.judgedAmount = judgedAmount
        if let author, !state.authors.contains(author) { state.authors.append(author) }
    }
}

/// A purchase order was approved at one level, or by the table alone.
package struct PurchaseOrderApproved: Event, Equatable {
    package let level: Int64
    package let approver: String?
    package let value: Money
    package let isFinal: Bool
    package let rule: Blob?

    package static let schema = Schema<PurchaseOrderApproved>(
        "purchasing.order-approved", "A purchase order was approved at one level.",
        Field(1, "level", \.level, "The level; 0 where the table asked for nobody."),
        Field(2, "approver", \.approver, "Who approved; absent where the table asked for nobody."),
        Field(3, "value", \.value, "The value that was approved."),
        Field(4, "isFinal", \.isFinal, "Whether nothing is left to approve."),
        Field(5, "rule", \.rule, "The decision that approved in a process, or the table."),
        make: PurchaseOrderApproved.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout PurchaseOrderState) {
        if let approver { state.approvers.append(approver) }
        if isFinal {
            state.status = .approved
            state.approvedValue = value
        }
    }
}

/// A purchase order was not approved and went back to its author.
package struct PurchaseOrderRejected: Event, Equatable {
    package let reason: String
    package let rejectedBy: String?

    package static let schema = Schema<PurchaseOrderRejected>(
        "purchasing.order-rejected", "A purchase order was not approved.",
        Field(1, "reason", \.reason, "Why."),
        Field(2, "rejectedBy", \.rejectedBy, "Who rejected it."),
        make: PurchaseOrderRejected.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state.status = .draft
        state.levels = []
        state.approvers = []
        state.counted = []
        state.judgedAmount = nil
    }
}

/// A purchase order went to the supplier.
package struct PurchaseOrderSent: Event, Equatable {
    package let supplier: SupplierID
    package let revision: Int64

    package static let schema = Schema<PurchaseOrderSent>(
        "purchasing.order-sent", "A purchase order went to the supplier.",
        Field(1, "supplier", \.supplier, "To whom.", concerns: true),
        Field(2, "revision", \.revision, "Which version of it."),
        make: PurchaseOrderSent.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state.status = .sent
        state.sentRevision = revision
        state.hasDeviation = false
        for index in state.lines.indices {
            state.lines[index].sentDate = state.lines[index].expectedDate
            state.lines[index].offeredDate = nil
        }
    }
}

/// What a supplier promises for one line.
package struct ConfirmedLine: Record, Hashable {
    /// The line.
    package let line: Int64
    /// How much it promises.
    package let quantity: Quantity
    /// At what price.
    package let price: UnitPrice
    /// For when.
    package let date: BusinessDate?
    /// The date that it offers and that the buyer has to accept.
    package var offeredDate: BusinessDate?

    /// The declaration of the fields.
    package static let schema = Schema<ConfirmedLine>(
        "purchasing.confirmed-line", "What a supplier promises for one line.",
        Field(1, "line", \.line, "The line."),
        Field(2, "quantity", \.quantity, "How much it promises."),
        Field(3, "price", \.price, "At what price."),
        Field(4, "date", \.date, "For when."),
        Field(
            5, "offeredDate", \.offeredDate,
            "The date that it offers and that the buyer has to accept."),
        make: ConfirmedLine.init)
}

/// A supplier confirmed a purchase order as it is, or within the tolerances.
package struct PurchaseOrderConfirmed: Event, Equatable {
    package let lines: [ConfirmedLine]
    package var revision: Int64?
    package var tolerated: [ConfirmationDifference] = []
    package var rule: Blob?

    package static let schema = Schema<PurchaseOrderConfirmed>(
        "purchasing.order-confirmed", "A supplier confirmed a purchase order.",
        Field(1, "lines", \.lines, "What it promises."),
        Field(
            2, "revision", \.revision,
            "The version that holds what it promises, where that made a new one."),
        Field(3, "tolerated", \.tolerated, "What differed within the tolerances."),
        Field(4, "rule", \.rule, "The table that tolerated it."),
        make: PurchaseOrderConfirmed.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout PurchaseOrderState) {
        state.status = .confirmed
        state.hasDeviation = false
        // The supplier needs not be sent what it promised itself.
        if let revision { state.sentRevision = revision }
        state.differences = []
        state.note(lines)
    }
}

/// A supplier's confirmation differs beyond the tolerances; the buyer has to answer.
package struct PurchaseOrderDeviated: Event, Equatable {
    package let lines: [ConfirmedLine]
    package var differences: [ConfirmationDifference] = []
    package var rule: Blob?

    package static let schema = Schema<PurchaseOrderDeviated>(
        "purchasing.order-deviated", "A supplier's confirmation differs from the order.",
        Field(1, "lines", \.lines, "What it promises instead."),
        Field(2, "differences", \.differences, "What differs, tolerated or not."),
        Field(3, "rule", \.rule, "The table that judged the differences."),
        make: PurchaseOrderDeviated.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout PurchaseOrderState) {
        state.hasDeviation = true
        state.differences = differences
        state.note(lines)
    }
}

extension PurchaseOrderState {
    fileprivate mutating func note(_ promises: [ConfirmedLine]) {
        for promise in promises {
            change(promise.line) { line in
                line.confirmed = promise.quantity
                line.confirmedPrice = promise.price
                if let date = promise.date { line.expectedDate = date }
                line.offeredDate = promise.offeredDate
            }
        }
    }
}

/// A line of a purchase order as an amendment left it.
package struct AmendedLine: Record, Hashable {
    /// The line.
    package let line: Int64
    /// The product.
    package let product: ProductID
    /// The warehouse.
    package let warehouse: WarehouseID
    /// By how much the wanted quantity grew; negative where it shrank.
    package let change: Quantity
    /// The price of one unit from now on.
    package let price: UnitPrice
    /// When it is to arrive.
    package let expectedDate: BusinessDate?

    /// The declaration of the fields.
    package static let schema = Schema<AmendedLine>(
        "purchasing.amended-line", "A line of a purchase order as an amendment left it.",
        Field(1, "line", \.line, "The line."),
        Field(2, "product", \.product, "The product."),
        Field(3, "warehouse", \.warehouse, "The warehouse."),
        Field(4, "change", \.change, "By how much the wanted quantity grew."),
        Field(5, "price", \.price, "The price of one unit from now on."),
        Field(6, "expectedDate", \.expectedDate, "When it is to arrive."),
        make: AmendedLine.init)
}

/// A purchase order was amended.
///
/// The open purchase quantity of each stock changes by the line's `change`.
package struct PurchaseOrderAmended: Event, Equatable {
    package let revision: Int64
    package let value: Money
    package let lines: [AmendedLine]
    package let added: [PurchaseOrderLine]
    package let author: String?
    package var status: PurchaseOrderStatus
    package var levels: [ApprovalLevel]
    package var approvers: [String]
    package var rule: Blob?
    package var counted: [CountedOrder] = []
    package var judgedAmount: Money?
    package var countRule: Blob?

    package static let schema = Schema<PurchaseOrderAmended>(
        "purchasing.order-amended", "A purchase order was amended.",
        Field(1, "revision", \.revision, "The version that it makes."),
        Field(2, "value", \.value, "What the order is worth now."),
        Field(3, "lines", \.lines, "Lines that changed."),
        Field(4, "added", \.added, "Lines that are new."),
        Field(5, "author", \.author, "Who amended it."),
        Field(6, "status", \.status, "Where the order stands now."),
        Field(7, "levels", \.levels, "The approvals that the new value needs."),
        Field(8, "approvers", \.approvers, "Who approved what still counts."),
        Field(9, "rule", \.rule, "The table that named the approvals."),
        Field(10, "counted", \.counted, "Recent orders that were counted with it."),
        Field(
            11, "judgedAmount", \.judgedAmount,
            "What the table was asked for: the value with what was counted."),
        Field(12, "countRule", \.countRule, "The table that said how far back orders count."),
        make: PurchaseOrderAmended.init)

    package var definition: DefinitionHash? { rule.flatMap { DefinitionHash($0.bytes) } }

    package func evolve(_ state: inout PurchaseOrderState) {
        for amended in lines {
            state.change(amended.line) { line in
                line.ordered = line.ordered.plus(amended.change)
                line.price = amended.price
                line.expectedDate = amended.expectedDate
            }
        }
        state.lines += added
        if state.lines.contains(where: \.open.isPositive) {
            state.isReceivedInFull = false
            state.isInvoicedInFull = false
        }
        state.revision = revision
        state.status = status
        state.hasDeviation = false
        state.levels = levels
        state.approvers = approvers
        if rule != nil {
            state.counted = counted
            state.judgedAmount = judgedAmount
        }
        if let author, !state.authors.contains(author) { state.authors.append(author) }
    }
}

/// A quantity of an order line that will not come.
package struct CancelledQuantity: Record, Hashable {
    /// The line.
    package let line: Int64
    /// The product.
    package let product: ProductID
    /// The warehouse.
    package let warehouse: WarehouseID
    /// How much will not come: by so much the open purchase quantity falls.
    package let quantity: Quantity

    /// The declaration of the fields.
    package static let schema = Schema<CancelledQuantity>(
        "purchasing.cancelled-quantity", "A quantity of an order line that will not come.",
        Field(1, "line", \.line, "The line."),
        Field(2, "product", \.product, "The product."),
        Field(3, "warehouse", \.warehouse, "The warehouse."),
        Field(4, "quantity", \.quantity, "How much will not come."),
        make: CancelledQuantity.init)
}

extension PurchaseOrderState {
    fileprivate mutating func cancel(_ quantities: [CancelledQuantity]) {
        for cancelled in quantities {
            change(cancelled.line) { $0.cancelled = $0.cancelled.plus(cancelled.quantity) }
        }
    }
}

/// A line of a purchase order was cancelled.
package struct PurchaseOrderLineCancelled: Event, Equatable {
    package let cancelled: CancelledQuantity
    package let reason: String

    package static let schema = Schema<PurchaseOrderLineCancelled>(
        "purchasing.order-line-cancelled", "A line of a purchase order was cancelled.",
        Field(1, "cancelled", \.cancelled, "What will not come."),
        Field(2, "reason", \.reason, "Why."),
        make: PurchaseOrderLineCancelled.init)

    package func evolve(_ state: inout PurchaseOrderState) { state.cancel([cancelled]) }
}

/// A purchase order was cancelled before anything came in.
package struct PurchaseOrderCancelled: Event, Equatable {
    package let supplier: SupplierID
    package let cancelled: [CancelledQuantity]
    package let reason: String
    package let acknowledgement: String?

    package static let schema = Schema<PurchaseOrderCancelled>(
        "purchasing.order-cancelled", "A purchase order was cancelled.",
        Field(1, "supplier", \.supplier, "From whom it was ordered.", concerns: true),
        Field(2, "cancelled", \.cancelled, "What will not come."),
        Field(3, "reason", \.reason, "Why."),
        Field(
            4, "acknowledgement", \.acknowledgement,
            "How the supplier agreed, where the order was with it."),
        make: PurchaseOrderCancelled.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state.cancel(cancelled)
        state.status = .cancelled
    }
}

/// A purchase order was closed: what is open will not come.
package struct PurchaseOrderClosed: Event, Equatable {
    package let supplier: SupplierID
    package let cancelled: [CancelledQuantity]
    package let reason: String

    package static let schema = Schema<PurchaseOrderClosed>(
        "purchasing.order-closed", "A purchase order was closed: what is open will not come.",
        Field(1, "supplier", \.supplier, "From whom it was ordered.", concerns: true),
        Field(2, "cancelled", \.cancelled, "What will not come."),
        Field(3, "reason", \.reason, "Why."),
        make: PurchaseOrderClosed.init)

    package func evolve(_ state: inout PurchaseOrderState) {
        state.cancel(cancelled)
        state.status = .closed
    }
}
