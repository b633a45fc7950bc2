package import Records

/// One line of a goods receipt.
package struct ReceivedLine: Record, Hashable {
    /// The line of the purchase order.
    package let orderLine: Int64
    /// What came in.
    package let product: ProductID
    /// The product's class, which may choose the account.
    package let productClass: String
    /// How much came in.
    package let quantity: Quantity
    /// How much of it was still expected: by so much the open purchase quantity falls.
    package let expected: Quantity
    /// At what value it enters stock: the order's price, rounded over the line's whole receipt.
    package let value: Money

    /// The declaration of the fields.
    package static let schema = Schema<ReceivedLine>(
        "purchasing.received-line", "One line of a goods receipt.",
        Field(1, "orderLine", \.orderLine, "The line of the purchase order."),
        Field(2, "product", \.product, "What came in."),
        Field(3, "productClass", \.productClass, "The product's class."),
        Field(4, "quantity", \.quantity, "How much came in."),
        Field(
            5, "expected", \.expected,
            "How much of it was still expected; more than that is over-delivery."),
        Field(6, "value", \.value, "At what value it enters stock."),
        make: ReceivedLine.init)
}

/// Where a receipt stands.
package enum ReceiptStatus: String, Choice {
    /// Nothing yet.
    case none
    /// In stock.
    case received
    /// Came before the books began: its goods are not told from other stock.
    case takenOn = "taken-on"
    /// Taken back.
    case reversed
}

/// A goods receipt as the log left it.
package struct ReceiptState: StreamState, Equatable {
    /// The streams of goods receipts.
    package static let streamType = Subjects.Receipt.subjectName
    /// Where it stands.
    package var status: ReceiptStatus
    /// The purchase order.
    package var order: PurchaseOrderID
    /// Who delivered.
    package var supplier: SupplierID
    /// Where it was put.
    package var warehouse: WarehouseID
    /// When it came.
    package var date: BusinessDate?
    /// What came.
    package var lines: [ReceivedLine]

    /// Before the first event.
    package static let initial = ReceiptState(
        status: .none, order: .unset, supplier: .unset, warehouse: .unset, date: nil, lines: [])

    /// The declaration of the fields.
    package static let schema = Schema<ReceiptState>(
        "purchasing.receipt", "Goods that came in.",
        Field(1, "status", \.status, "Where it stands."),
        Field(2, "order", \.order, "The purchase order."),
        Field(3, "supplier", \.supplier, "Who delivered."),
        Field(4, "warehouse", \.warehouse, "Where it was put."),
        Field(5, "date", \.date, "When it came."),
        Field(6, "lines", \.lines, "What came."),
        make: ReceiptState.init)
}
