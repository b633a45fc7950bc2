package import Records

/// Where a purchase order stands; receipt and billing are derived from its lines.
package enum PurchaseOrderStatus: String, Choice {
    /// Nothing yet.
    case none
    /// Being written, or sent back to its author.
    case draft
    /// Waiting for approval.
    case pendingApproval = "pending-approval"
    /// May be sent.
    case approved
    /// With the supplier.
    case sent
    /// Promised by the supplier.
    case confirmed
    /// Received and billed in full.
    case completed
    /// Ended before it was received in full.
    case closed
    /// Ended before anything was received.
    case cancelled

    /// Whether goods may arrive for it.
    package var isWithSupplier: Bool { self == .sent || self == .confirmed }
    /// Whether it is over.
    package var isFinal: Bool { self == .completed || self == .closed || self == .cancelled }
}

/// One approval that an order or an invoice needs.
package struct ApprovalLevel: Record, Hashable {
    /// The step, from 1.
    package let level: Int64
    /// The role that may take it.
    package let role: String

    /// A level from its parts.
    package init(level: Int64, role: String) {
        self.level = level
        self.role = role
    }

    /// The declaration of the fields.
    package static let schema = Schema<ApprovalLevel>(
        "purchasing.approval-level", "One approval that a document needs.",
        Field(1, "level", \.level, "The step, from 1."),
        Field(2, "role", \.role, "The role that may take it."),
        make: ApprovalLevel.init)
}

/// The part of a receipt that fell on one order line.
package struct LineReceipt: Record, Hashable {
    /// The receipt.
    package let receipt: ReceiptID
    /// What it brought.
    package let quantity: Quantity
    /// At what value.
    package let value: Money

    /// A part from its parts.
    package init(receipt: ReceiptID, quantity: Quantity, value: Money) {
        self.receipt = receipt
        self.quantity = quantity
        self.value = value
    }

    /// The declaration of the fields.
    package static let schema = Schema<LineReceipt>(
        "purchasing.line-receipt", "The part of a receipt that fell on one order line.",
        Field(1, "receipt", \.receipt, "The receipt."),
        Field(2, "quantity", \.quantity, "What it brought."),
        Field(3, "value", \.value, "At what value."),
        make: LineReceipt.init)
}

/// One line of a purchase order with its counters.
package struct PurchaseOrderLine: Record, Equatable {
    /// The line's number, from 1.
    package var line: Int64
    /// What is bought.
    package var product: ProductID
    /// The product's class, which may choose the account.
    package var productClass: String
    /// Where it is to arrive.
    package var warehouse: WarehouseID
    /// The price of one unit.
    package var price: UnitPrice
    /// The tax code that the bill is expected to carry.
    package var taxCode: String?
    /// What was ordered.
    package var ordered: Quantity
    /// What was taken back of it.
    package var cancelled: Quantity
    /// What came in, reversals taken off.
    package var received: Quantity
    /// What was billed.
    package var invoiced: Quantity
    /// The value at which the received quantity entered stock.
    package var receivedValue: Money
    /// The value that bills cleared of goods received and not invoiced.
    package var clearedValue: Money
    /// The net amount that was billed.
    package var invoicedValue: Money
    /// By how much of the ordered quantity a delivery may be over.
    package var overDelivery: Rate
    /// When it is to arrive.
    package var expectedDate: BusinessDate?
    /// What the supplier promised; nil before that.
    package var confirmed: Quantity?
    /// The price that the supplier confirmed, where it is another.
    package var confirmedPrice: UnitPrice?
    /// The receipts in the order in which they came; bills consume them in this order.
    package var receipts: [LineReceipt]
    /// The date that the supplier confirmed and the buyer has not accepted.
    package var offeredDate: BusinessDate?
    /// The date that the order asked for when it was sent.
    package var sentDate: BusinessDate?

    /// A new line, with nothing received and nothing billed.
    package static func new(
        line: Int64, product: ProductID, productClass: String, warehouse: WarehouseID,
        price: UnitPrice, taxCode: String?, ordered: Quantity, overDelivery: Rate,
        expectedDate: BusinessDate?
    ) -> PurchaseOrderLine {
        let nothing = Money.zero(price.currency)
        return PurchaseOrderLine(
            line: line, product: product, productClass: productClass, warehouse: warehouse,
            price: price, taxCode: taxCode, ordered: ordered, cancelled: .zero, received: .zero,
            invoiced: .zero, receivedValue: nothing, clearedValue: nothing, invoicedValue: nothing,
            overDelivery: overDelivery, expectedDate: expectedDate, confirmed: nil,
            confirmedPrice: nil, receipts: [])
    }

    /// The declaration of the fields.
    package static let schema = Schema<PurchaseOrderLine>(
        "purchasing.order-line", "One line of a purchase order with its counters.",
        Field(1, "line", \.line, "The line's number, from 1."),
        Field(2, "product", \.product, "What is bought."),
        Field(3, "productClass", \.productClass, "The product's class."),
        Field(4, "warehouse", \.warehouse, "Where it is to arrive."),
        Field(5, "price", \.price, "The price of one unit."),
        Field(6, "taxCode", \.taxCode, "The tax code that the bill is expected to carry."),
        Field(7, "ordered", \.ordered, "What was ordered."),
        Field(8, "cancelled", \.cancelled, "What was taken back of it.", default: .zero),
        Field(9, "received", \.received, "What came in.", default: .zero),
        Field(10, "invoiced", \.invoiced, "What was billed.", default: .zero),
        Field(11, "receivedValue", \.receivedValue, "The value that entered stock."),
        Field(12, "clearedValue", \.clearedValue, "The received value that bills cleared."),
        Field(13, "invoicedValue", \.invoicedValue, "The net amount that was billed."),
        Field(
            14, "overDelivery", \.overDelivery,
            "By how much of the ordered quantity a delivery may be over.", default: .zero),
        Field(15, "expectedDate", \.expectedDate, "When it is to arrive."),
        Field(16, "confirmed", \.confirmed, "What the supplier promised."),
        Field(17, "confirmedPrice", \.confirmedPrice, "The price that the supplier confirmed."),
        Field(18, "receipts", \.receipts, "The receipts in the order in which they came."),
        Field(
            19, "offeredDate", \.offeredDate,
            "The date that the supplier confirmed and the buyer has not accepted."),
        Field(20, "sentDate", \.sentDate, "The date that the order asked for when it was sent."),
        make: PurchaseOrderLine.init)

    /// What is wanted: ordered less cancelled.
    package var wanted: Quantity { ordered.less(cancelled) }
    /// What is still to come; never less than nothing.
    package var open: Quantity {
        let rest = wanted.less(received)
        return rest.isNegative ? .zero : rest
    }
    /// What came in and is not billed; negative when a bill came first.
    package var toInvoice: Quantity { received.less(invoiced) }
}

/// A purchase order as the log left it.
package struct PurchaseOrderState: StreamState, Equatable {
    /// The streams of purchase orders.
    package static let streamType = Subjects.PurchaseOrder.subjectName
    /// Since 2 lines keep the date that was sent.
    package static let foldVersion = 2
    /// Where it stands.
    package var status: PurchaseOrderStatus
    /// From whom.
    package var supplier: SupplierID
    /// The currency of all prices.
    package var currency: Currency
    /// What is bought.
    package var lines: [PurchaseOrderLine]
    /// Who wrote, amended or asked for it: none of them may approve.
    package var authors: [String]
    /// The approvals that the present value needs.
    package var levels: [ApprovalLevel]
    /// Who approved the present value, in order.
    package var approvers: [String]
    /// The value up to which it is approved; nil before the first approval.
    package var approvedValue: Money?
    /// The version of the content, from 1.
    package var revision: Int64
    /// The version that the supplier has; 0 before it was sent.
    package var sentRevision: Int64
    /// Whether the supplier's confirmation differs and the buyer has not answered.
    package var hasDeviation: Bool
    /// Whether the last goods came in.
    package var isReceivedInFull: Bool
    /// Whether all that came in is billed.
    package var isInvoicedInFull: Bool
    /// The payment terms agreed.
    package var paymentTerms: String?
    /// Where the document came from.
    package var external: ExternalReference?
    /// Bills that are blocked; they are compared again when goods of the order come.
    package var waitingInvoices: [SupplierInvoiceID]
    /// Recent orders that were counted with it when it was judged last.
    package var counted: [CountedOrder]
    /// What it was judged by: its value with theirs; nil before it was put forward.
    package var judgedAmount: Money?
    /// How the confirmation noted last as deviating differs.
    package var differences: [ConfirmationDifference]

    /// An order from its parts.
    package init(
        status: PurchaseOrderStatus, supplier: SupplierID, currency: Currency,
        lines: [PurchaseOrderLine], authors: [String], levels: [ApprovalLevel],
        approvers: [String], approvedValue: Money?, revision: Int64, sentRevision: Int64,
        hasDeviation: Bool, isReceivedInFull: Bool, isInvoicedInFull: Bool,
        paymentTerms: String?, external: ExternalReference?,
        waitingInvoices: [SupplierInvoiceID], counted: [CountedOrder] = [],
        judgedAmount: Money? = nil, differences: [ConfirmationDifference] = []
    ) {
        self.status = status
        self.supplier = supplier
        self.currency = currency
        self.lines = lines
        self.authors = authors
        self.levels = levels
        self.approvers = approvers
        self.approvedValue = approvedValue
        self.revision = revision
        self.sentRevision = sentRevision
        self.hasDeviation = hasDeviation
        self.isReceivedInFull = isReceivedInFull
        self.isInvoicedInFull = isInvoicedInFull
        self.paymentTerms = paymentTerms
        self.external = external
        self.waitingInvoices = waitingInvoices
        self.counted = counted
        self.judgedAmount = judgedAmount
        self.differences = differences
    }

    /// Before the first event.
    package static let initial = PurchaseOrderState(
        status: .none, supplier: .unset, currency: .unset, lines: [], authors: [], levels: [],
        approvers: [], approvedValue: nil, revision: 0, sentRevision: 0, hasDeviation: false,
        isReceivedInFull: false, isInvoicedInFull: false, paymentTerms: nil, external: nil,
        waitingInvoices: [])

    /// The declaration of the fields.
    package static let schema = Schema<PurchaseOrderState>(
        "purchasing.order", "Our order to a supplier.",
        Field(1, "status", \.status, "Where it stands."),
        Field(2, "supplier", \.supplier, "From whom."),
        Field(3, "currency", \.currency, "The currency of all prices."),
        Field(4, "lines", \.lines, "What is bought."),
        Field(5, "authors", \.authors, "Who wrote, amended or asked for it."),
        Field(6, "levels", \.levels, "The approvals that the present value needs."),
        Field(7, "approvers", \.approvers, "Who approved the present value."),
        Field(8, "approvedValue", \.approvedValue, "The value up to which it is approved."),
        Field(9, "revision", \.revision, "The version of the content, from 1."),
        Field(10, "sentRevision", \.sentRevision, "The version that the supplier has."),
        Field(
            11, "deviation", \.hasDeviation,
            "Whether the supplier's confirmation differs and is not answered.", default: false),
        Field(
            12, "receivedInFull", \.isReceivedInFull, "Whether the last goods came in.",
            default: false),
        Field(
            13, "invoicedInFull", \.isInvoicedInFull, "Whether all that came in is billed.",
            default: false),
        Field(14, "paymentTerms", \.paymentTerms, "The payment terms agreed."),
        Field(15, "external", \.external, "Where the document came from."),
        Field(
            16, "waitingInvoices", \.waitingInvoices,
            "Bills that are blocked and compared again when goods come."),
        Field(17, "counted", \.counted, "Recent orders that were counted with it."),
        Field(
            18, "judgedAmount", \.judgedAmount,
            "What it was judged by: its value with what was counted."),
        Field(
            19, "differences", \.differences,
            "How the confirmation noted last as deviating differs."),
        make: PurchaseOrderState.init)

    /// The line with a number.
    package func line(_ number: Int64) -> PurchaseOrderLine? { lines.first { $0.line == number } }

    /// Changes the line with a number.
    mutating func change(_ number: Int64, _ change: (inout PurchaseOrderLine) -> Void) {
        guard let index = lines.firstIndex(where: { $0.line == number }) else { return }
        change(&lines[index])
    }

    /// What the order is worth: every wanted quantity at its price.
    package func value() throws(ArithmeticFailure) -> Money {
        var sum = Money.zero(currency)
        for line in lines { sum = try sum.adding(line.price.amount(of: line.wanted)) }
        return sum
    }
}
