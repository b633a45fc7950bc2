package import Records

/// Who owes whom.
package enum ItemSide: String, Choice {
    /// A customer owes us.
    case receivable
    /// We owe a supplier.
    case payable
}

/// What became of an open item.
package enum ItemStatus: String, Choice {
    /// Nothing was opened.
    case none
    /// Nothing of it is settled.
    case open
    /// A part is settled.
    case partly
    /// All of it is settled.
    case cleared
    /// The rest was given up.
    case writtenOff = "written-off"
}

/// An amount that is owed to us or by us.
package struct OpenItemState: StreamState, Equatable {
    /// Who owes whom.
    package var side: ItemSide
    /// What became of it.
    package var status: ItemStatus
    /// The customer of a receivable.
    package var customer: AccountID?
    /// The supplier of a payable.
    package var supplier: SupplierID?
    /// The partner's group.
    package var partnerGroup: String?
    /// The invoice behind it.
    package var invoice: InvoiceID?
    /// The credit note behind it.
    package var creditNote: CreditNoteID?
    /// The supplier's invoice behind it.
    package var supplierInvoice: SupplierInvoiceID?
    /// The customer's order behind it.
    package var order: OrderID?
    /// The amount at first, negative for a credit note; nil before it is opened.
    package var original: Money?
    /// What is open; a credit note's is negative.
    package var open: Money?
    /// When it is due.
    package var dueDate: BusinessDate?
    /// Whether the partner disputes it.
    package var isDisputed: Bool

    package static let streamType = "finance.open-item"
    package static let initial = OpenItemState(
        side: .receivable, status: .none, customer: nil, supplier: nil, partnerGroup: nil,
        invoice: nil, creditNote: nil, supplierInvoice: nil, order: nil, original: nil, open: nil,
        dueDate: nil, isDisputed: false)
    package static let schema = Schema<OpenItemState>(
        "finance.open-item", "An amount that is owed to us or by us.",
        Field(1, "side", \.side, "Who owes whom."),
        Field(2, "status", \.status, "What became of it."),
        Field(3, "customer", \.customer, "The customer of a receivable."),
        Field(4, "supplier", \.supplier, "The supplier of a payable."),
        Field(5, "partnerGroup", \.partnerGroup, "The partner's group."),
        Field(6, "invoice", \.invoice, "The invoice behind it."),
        Field(7, "creditNote", \.creditNote, "The credit note behind it."),
        Field(8, "supplierInvoice", \.supplierInvoice, "The supplier's invoice behind it."),
        Field(9, "order", \.order, "The customer's order behind it."),
        Field(10, "original", \.original, "The amount at first; a credit note's is negative."),
        Field(11, "open", \.open, "What is open; a credit note's is negative."),
        Field(12, "dueDate", \.dueDate, "When it is due."),
        Field(13, "isDisputed", \.isDisputed, "Whether it is disputed.", default: false),
        make: OpenItemState.init)
}
