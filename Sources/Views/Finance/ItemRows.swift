internal import Business
internal import Records

/// What stands behind an open amount.
enum ItemKind: String, Choice {
    /// An invoice, or a part of one.
    case invoice
    /// A credit note: its amounts are negative.
    case creditNote = "credit-note"
    /// Taken on from the old books.
    case takenOn = "taken-on"
    /// A payment that is not allocated: its amounts are negative.
    case payment
}

/// An open item, or a payment with something unallocated.
struct ItemRow: ViewRow, Equatable {
    /// The stream, `finance.open-item/…` or `finance.payment/…`.
    let stream: String
    let company: String
    let side: ItemSide
    let kind: ItemKind
    let partner: String
    let document: String
    let order: String?
    let date: BusinessDate
    let dueDate: BusinessDate?
    let original: Money
    var open: Money
    var isDisputed: Bool

    static let table = "finance.item"
    var key: RowKey { RowKey(stream) }

    /// The item's or the payment's id.
    var item: String { stream.split(separator: "/").last.map(String.init) ?? stream }

    static let schema = Schema<ItemRow>(
        "finance.item-row", "An open item, or a payment with something unallocated.",
        Field(1, "stream", \.stream, "The stream of the item or the payment."),
        Field(2, "company", \.company, "In whose books."),
        Field(3, "side", \.side, "Who owes whom."),
        Field(4, "kind", \.kind, "What stands behind it."),
        Field(5, "partner", \.partner, "The customer or supplier."),
        Field(6, "document", \.document, "The document behind it."),
        Field(7, "order", \.order, "The sales order behind it."),
        Field(8, "date", \.date, "When it was opened."),
        Field(9, "dueDate", \.dueDate, "When it is due."),
        Field(10, "original", \.original, "The amount at first."),
        Field(11, "open", \.open, "What is open now."),
        Field(12, "isDisputed", \.isDisputed, "Whether it is disputed.", default: false),
        make: ItemRow.init)
}

/// What opened, settled, reopened or disputed an item: append-only, with effective date and position.
struct ItemLineRow: ViewRow, Equatable {
    let stream: String
    let position: UInt64
    let date: BusinessDate
    let change: Money
    /// Whether it is disputed from then on; nil where the event said nothing of it.
    var isDisputed: Bool?

    static let table = "finance.item-line"
    var key: RowKey { RowKey(stream, position) }
    static let schema = Schema<ItemLineRow>(
        "finance.item-line-row", "What opened, settled, reopened or disputed an item.",
        Field(1, "stream", \.stream, "The stream of the item or the payment."),
        Field(2, "position", { Int64(bitPattern: $0.position) }, "The event's position."),
        Field(3, "date", \.date, "The effective date."),
        Field(4, "change", \.change, "By how much the open amount changed."),
        Field(5, "isDisputed", \.isDisputed, "Whether it is disputed from then on."),
        make: {
            ItemLineRow(
                stream: $0, position: UInt64(bitPattern: $1), date: $2, change: $3,
                isDisputed: $4)
        })
}
