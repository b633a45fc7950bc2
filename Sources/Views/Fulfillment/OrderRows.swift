internal import Business
internal import Records

/// A customer's order: the state as its own events fold it, and when it reached what.
struct OrderRow: ViewRow, Equatable {
    let id: String
    var state: OrderState
    var dates: OrderDates
    /// What was billed for it, tax included.
    var billed: Money?
    /// What is open of that.
    var unpaid: Money?

    static let table = "fulfillment.order"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<OrderRow>(
        "fulfillment.order-row", "A customer's order, and when it reached what.",
        Field(1, "id", \.id, "The order."),
        Field(2, "state", \.state, "The order as its events left it."),
        Field(3, "dates", \.dates, "When it reached what."),
        Field(4, "billed", \.billed, "What was billed for it, tax included."),
        Field(5, "unpaid", \.unpaid, "What is open of that."),
        make: OrderRow.init)

    init(id: String) {
        self.init(id: id, state: .initial, dates: OrderDates(), billed: nil, unpaid: nil)
    }

    private init(
        id: String, state: OrderState, dates: OrderDates, billed: Money?, unpaid: Money?
    ) {
        self.id = id
        self.state = state
        self.dates = dates
        self.billed = billed
        self.unpaid = unpaid
    }
}

/// When an order reached what; the last time, where it did so more than once.
struct OrderDates: Record, Equatable {
    var released: BusinessDate?
    var reserved: BusinessDate?
    var shipped: BusinessDate?
    var delivered: BusinessDate?
    var invoiced: BusinessDate?
    var paid: BusinessDate?
    var ended: BusinessDate?
    /// Whether a line ever had to wait for stock.
    var wasBackordered = false

    static let schema = Schema<OrderDates>(
        "fulfillment.order-dates", "When an order reached what.",
        Field(1, "released", \.released, "Released."),
        Field(2, "reserved", \.reserved, "Reserved in full."),
        Field(3, "shipped", \.shipped, "Shipped in full."),
        Field(4, "delivered", \.delivered, "Delivered in full."),
        Field(5, "invoiced", \.invoiced, "Billed in full."),
        Field(6, "paid", \.paid, "Paid in full."),
        Field(7, "ended", \.ended, "Completed, closed or cancelled."),
        Field(8, "wasBackordered", \.wasBackordered, "Whether a line waited.", default: false),
        make: {
            OrderDates(
                released: $0, reserved: $1, shipped: $2, delivered: $3, invoiced: $4, paid: $5,
                ended: $6, wasBackordered: $7)
        })
}

/// A step in an order's life.
struct OrderStepRow: ViewRow, Equatable {
    let order: String
    let position: UInt64
    let step: TimeLineStep

    static let table = "fulfillment.order-step"
    var key: RowKey { RowKey(order, position) }
    static let schema = Schema<OrderStepRow>(
        "fulfillment.order-step-row", "A step in an order's life.",
        Field(1, "order", \.order, "The order."),
        Field(2, "position", { Int64(bitPattern: $0.position) }, "The event's position."),
        Field(3, "step", \.step, "What happened."),
        make: { OrderStepRow(order: $0, position: UInt64(bitPattern: $1), step: $2) })
}

/// The order behind an open item, with what is open of it.
struct OrderItemRow: ViewRow, Equatable {
    let item: String
    let order: String
    var open: Money

    static let table = "fulfillment.order-item"
    var key: RowKey { RowKey(item) }
    static let schema = Schema<OrderItemRow>(
        "fulfillment.order-item-row", "The order behind an open item.",
        Field(1, "item", \.item, "The item."),
        Field(2, "order", \.order, "The order."),
        Field(3, "open", \.open, "What is open of it."),
        make: OrderItemRow.init)
}

/// A shipment, and when it reached what.
struct ShipmentRow: ViewRow, Equatable {
    let id: String
    var state: ShipmentState
    var plannedOn: BusinessDate?
    var deliveredOn: BusinessDate?

    static let table = "fulfillment.shipment"
    var key: RowKey { Self.key(state.order.text, id) }
    static func key(_ order: String, _ id: String) -> RowKey { RowKey(order, id) }
    static let schema = Schema<ShipmentRow>(
        "fulfillment.shipment-row", "A shipment, and when it reached what.",
        Field(1, "id", \.id, "The shipment."),
        Field(2, "state", \.state, "The shipment as its events left it."),
        Field(3, "plannedOn", \.plannedOn, "When it was planned."),
        Field(4, "deliveredOn", \.deliveredOn, "When it was delivered."),
        make: ShipmentRow.init)
}
