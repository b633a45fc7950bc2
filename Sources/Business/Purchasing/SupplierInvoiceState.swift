package import Records

/// Where a supplier's invoice stands; payment is the open item's affair.
package enum SupplierInvoiceStatus: String, Choice {
    /// Nothing yet.
    case none
    /// Entered, not compared.
    case captured
    /// Nothing stands against posting it.
    case matched
    /// A difference to order or receipts waits for a person.
    case blocked
    /// In the books.
    case posted
    /// Sent back to the supplier.
    case rejected
    /// Taken back as a whole after it was posted.
    case reversed
}

/// Why an invoice is blocked.
package enum MatchReason: String, Choice {
    /// More is billed than came in, and nothing came in yet.
    case noReceipt = "no-receipt"
    /// More is billed than came in.
    case quantity
    /// The price is not the order's.
    case price
    /// The order is over; nothing should be billed.
    case orderOver = "order-over"
}

/// One difference between a bill and what it bills.
package struct MatchBlock: Record, Hashable {
    /// The line of the invoice.
    package let line: Int64
    /// Which difference.
    package let reason: MatchReason
    /// What was expected, in words.
    package let expected: String
    /// What was found, in words.
    package let found: String
    /// By how much more is billed than expected: millionths of a unit, minor units for a price.
    package let excess: Int64?

    /// The declaration of the fields.
    package static let schema = Schema<MatchBlock>(
        "purchasing.match-block", "One difference between a bill and what it bills.",
        Field(1, "line", \.line, "The line of the invoice."),
        Field(2, "reason", \.reason, "Which difference."),
        Field(3, "expected", \.expected, "What was expected."),
        Field(4, "found", \.found, "What was found."),
        Field(
            5, "excess", \.excess,
            "By how much more is billed than expected: millionths of a unit, minor units for a price."
        ),
        make: MatchBlock.init)
}

/// One line of a supplier's invoice: goods of an order, or an expense.
package struct SupplierInvoiceLine: Record, Hashable {
    /// The line's number, from 1.
    package let line: Int64
    /// The purchase order; nil for an expense.
    package let order: PurchaseOrderID?
    /// The line of the purchase order.
    package let orderLine: Int64?
    /// What is billed of it.
    package let product: ProductID?
    /// How much is billed.
    package let quantity: Quantity?
    /// At what price of one unit.
    package let price: UnitPrice?
    /// The net amount.
    package let net: Money
    /// The tax code.
    package let taxCode: String?
    /// The account of an expense.
    package let account: String?
    /// What the line says.
    package let text: String?

    /// The declaration of the fields.
    package static let schema = Schema<SupplierInvoiceLine>(
        "purchasing.invoice-line", "One line of a supplier's invoice.",
        Field(1, "line", \.line, "The line's number, from 1."),
        Field(2, "order", \.order, "The purchase order; absent for an expense.", concerns: true),
        Field(3, "orderLine", \.orderLine, "The line of the purchase order."),
        Field(4, "product", \.product, "What is billed."),
        Field(5, "quantity", \.quantity, "How much is billed."),
        Field(6, "price", \.price, "At what price of one unit."),
        Field(7, "net", \.net, "The net amount."),
        Field(8, "taxCode", \.taxCode, "The tax code."),
        Field(9, "account", \.account, "The account of an expense."),
        Field(10, "text", \.text, "What the line says."),
        make: SupplierInvoiceLine.init)
}

/// The tax of one code on a supplier's invoice.
package struct BilledTax: Record, Hashable {
    /// The tax code.
    package let code: String
    /// The net amount that is taxed.
    package let base: Money
    /// The tax.
    package let tax: Money

    /// The declaration of the fields.
    package static let schema = Schema<BilledTax>(
        "purchasing.billed-tax", "The tax of one code on a supplier's invoice.",
        Field(1, "code", \.code, "The tax code.", limits: .count(1...64)),
        Field(2, "base", \.base, "The net amount that is taxed."),
        Field(3, "tax", \.tax, "The tax."),
        make: BilledTax.init)
}

/// A supplier's invoice as the log left it.
package struct SupplierInvoiceState: StreamState, Equatable {
    /// The streams of suppliers' invoices.
    package static let streamType = Subjects.SupplierInvoice.subjectName
    /// Where it stands.
    package var status: SupplierInvoiceStatus
    /// Who bills.
    package var supplier: SupplierID
    /// The supplier's own number of the document.
    package var theirNumber: String
    /// The date on the document.
    package var documentDate: BusinessDate?
    /// When it is to be paid.
    package var dueDate: BusinessDate?
    /// What is billed.
    package var lines: [SupplierInvoiceLine]
    /// The tax by code.
    package var taxes: [BilledTax]
    /// The net total.
    package var net: Money
    /// The tax total.
    package var tax: Money
    /// The amount to pay.
    package var gross: Money
    /// Who entered it: this person may neither release nor approve it.
    package var capturedBy: String?
    /// The differences that still block it.
    package var blocks: [MatchBlock]
    /// The differences that a person accepted.
    package var released: [MatchBlock]
    /// The approvals that it needs.
    package var levels: [ApprovalLevel]
    /// Who approved it, in order.
    package var approvers: [String]
    /// Our own gapless number; nil before posting.
    package var number: String?
    /// Where the document came from.
    package var external: ExternalReference?
    /// What the supplier gave back, by line.
    package var credited: [CreditedBillLine]
    /// The tax of what the supplier gave back, by code.
    package var creditedTaxes: [BilledTax]
    /// The number of the posting in the stream, which credits take back; nil before it.
    package var postedAt: Int64?

    /// Before the first event.
    package static let initial = SupplierInvoiceState(
        status: .none, supplier: .unset, theirNumber: "", documentDate: nil, dueDate: nil,
        lines: [], taxes: [], net: .zero(.unset), tax: .zero(.unset), gross: .zero(.unset),
        capturedBy: nil, blocks: [], released: [], levels: [], approvers: [], number: nil,
        external: nil, credited: [], creditedTaxes: [], postedAt: nil)

    /// The declaration of the fields.
    package static let schema = Schema<SupplierInvoiceState>(
        "purchasing.invoice", "A supplier's bill.",
        Field(1, "status", \.status, "Where it stands."),
        Field(2, "supplier", \.supplier, "Who bills."),
        Field(3, "theirNumber", \.theirNumber, "The supplier's own number of the document."),
        Field(4, "documentDate", \.documentDate, "The date on the document."),
        Field(5, "dueDate", \.dueDate, "When it is to be paid."),
        Field(6, "lines", \.lines, "What is billed."),
        Field(7, "taxes", \.taxes, "The tax by code."),
        Field(8, "net", \.net, "The net total."),
        Field(9, "tax", \.tax, "The tax total."),
        Field(10, "gross", \.gross, "The amount to pay."),
        Field(11, "capturedBy", \.capturedBy, "Who entered it."),
        Field(12, "blocks", \.blocks, "The differences that still block it."),
        Field(13, "released", \.released, "The differences that a person accepted."),
        Field(14, "levels", \.levels, "The approvals that it needs."),
        Field(15, "approvers", \.approvers, "Who approved it, in order."),
        Field(16, "number", \.number, "Our own gapless number."),
        Field(17, "external", \.external, "Where the document came from."),
        Field(18, "credited", \.credited, "What the supplier gave back, by line."),
        Field(
            19, "creditedTaxes", \.creditedTaxes, "The tax of what the supplier gave back, by code."
        ),
        Field(20, "postedAt", \.postedAt, "The number of the posting in the stream."),
        make: SupplierInvoiceState.init)

    /// Whether all approvals that it needs were given.
    package var isApproved: Bool { approvers.count >= levels.count }
    /// The purchase orders that it bills, each once.
    package var orders: [PurchaseOrderID] {
        var seen: [PurchaseOrderID] = []
        for line in lines {
            if let order = line.order, !seen.contains(order) { seen.append(order) }
        }
        return seen
    }
}
