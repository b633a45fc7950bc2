internal import Business
internal import Records

/// A product in a warehouse as it is now.
struct StockRow: ViewRow, Equatable {
    let warehouse: String
    let product: String
    var onHand = Quantity.zero
    var value: Money?
    var held = Quantity.zero
    var missing = Quantity.zero
    var backordered = Quantity.zero
    var onOrder = Quantity.zero
    var requested = Quantity.zero

    static let table = "fulfillment.stock"
    var key: RowKey { RowKey(warehouse, product) }
    static let schema = Schema<StockRow>(
        "fulfillment.stock-row", "A product in a warehouse as it is now.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "product", \.product, "What."),
        Field(3, "onHand", \.onHand, "How much is there."),
        Field(4, "value", \.value, "What it is worth."),
        Field(5, "held", \.held, "How much is held for orders."),
        Field(6, "missing", \.missing, "How much pickers did not find."),
        Field(7, "backordered", \.backordered, "How much orders wait for."),
        Field(8, "onOrder", \.onOrder, "How much is ordered from suppliers."),
        Field(9, "requested", \.requested, "How much is asked for in requisitions."),
        make: {
            StockRow(
                warehouse: $0, product: $1, onHand: $2, value: $3, held: $4, missing: $5,
                backordered: $6, onOrder: $7, requested: $8)
        })
}

/// One movement of quantity or value: append-only, with effective date and position.
struct StockLineRow: ViewRow, Equatable {
    let position: UInt64
    let date: BusinessDate
    let warehouse: String
    let product: String
    let quantity: Quantity
    let value: Money
    let reason: String
    let reference: String

    static let table = "fulfillment.stock-line"
    var key: RowKey { RowKey(position) }
    static let schema = Schema<StockLineRow>(
        "fulfillment.stock-line-row", "One movement of quantity or value.",
        Field(1, "position", { Int64(bitPattern: $0.position) }, "The event's position."),
        Field(2, "date", \.date, "The effective date."),
        Field(3, "warehouse", \.warehouse, "Where."),
        Field(4, "product", \.product, "What."),
        Field(5, "quantity", \.quantity, "How much came; negative where it went."),
        Field(6, "value", \.value, "What it is worth; negative where it went."),
        Field(7, "reason", \.reason, "Why."),
        Field(8, "reference", \.reference, "The receipt, shipment, count or transfer."),
        make: {
            StockLineRow(
                position: UInt64(bitPattern: $0), date: $1, warehouse: $2, product: $3,
                quantity: $4, value: $5, reason: $6, reference: $7)
        })
}

/// What moved of a product in a warehouse on a day.
struct StockDayRow: ViewRow, Equatable {
    let warehouse: String
    let product: String
    let date: BusinessDate
    var quantity: Quantity
    var value: Money

    static let table = "fulfillment.stock-day"
    var key: RowKey { RowKey(warehouse, product, date) }
    static let schema = Schema<StockDayRow>(
        "fulfillment.stock-day-row", "What moved of a product in a warehouse on a day.",
        Field(1, "warehouse", \.warehouse, "Where."),
        Field(2, "product", \.product, "What."),
        Field(3, "date", \.date, "The effective date."),
        Field(4, "quantity", \.quantity, "What came less what went."),
        Field(5, "value", \.value, "Its value."),
        make: StockDayRow.init)
}
