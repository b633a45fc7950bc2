package import Records

/// A quantity of one line is no longer wanted.
package struct OrderLineCancelled: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let line: Int64
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let reason: String
    package let value: Money

    package static let schema = Schema<OrderLineCancelled>(
        "sales.order-line-cancelled", "A quantity of one line is no longer wanted.",
        Field(1, "order", \.order, "The order."),
        Field(2, "customer", \.customer, "Who ordered."),
        Field(3, "line", \.line, "The line."),
        Field(4, "product", \.product, "What is no longer wanted."),
        Field(5, "warehouse", \.warehouse, "From where it would have been shipped."),
        Field(6, "quantity", \.quantity, "How much of it."),
        Field(7, "reason", \.reason, "Why."),
        Field(
            8, "value", \.value,
            "What leaves the customer's credit exposure; zero while the order was never released."
        ),
        make: OrderLineCancelled.init)

    package func evolve(_ state: inout OrderState) {
        state.cancel(quantity, of: line)
    }
}

/// The order was ended before anything was shipped.
package struct OrderCancelled: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let reason: String
    package let value: Money
    package let cancelledBy: String

    package static let schema = Schema<OrderCancelled>(
        "sales.order-cancelled", "The order was ended before anything was shipped.",
        Field(1, "order", \.order, "The order."),
        Field(2, "customer", \.customer, "Who ordered.", concerns: true),
        Field(3, "reason", \.reason, "Why."),
        Field(
            4, "value", \.value,
            "What leaves the customer's credit exposure; zero while the order was never released."
        ),
        Field(5, "cancelledBy", \.cancelledBy, "Who ended it."),
        make: OrderCancelled.init)

    package func evolve(_ state: inout OrderState) {
        state.status = .cancelled
        state.blocks = []
        for index in state.lines.indices {
            state.lines[index].cancelled = state.lines[index].ordered
        }
    }
}

/// The order was ended with a part of it not shipped.
package struct OrderClosedShort: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let reason: String
    package let lines: [ShortLine]
    package let value: Money
    package let closedBy: String

    /// How much of a line will not be shipped any more.
    package struct ShortLine: Record, Hashable {
        package let line: Int64
        package let quantity: Quantity

        package static let schema = Schema<ShortLine>(
            "sales.short-line", "How much of a line will not be shipped any more.",
            Field(1, "line", \.line, "The line."),
            Field(2, "quantity", \.quantity, "How much of it."),
            make: ShortLine.init)
    }

    package static let schema = Schema<OrderClosedShort>(
        "sales.order-closed-short", "The order was ended with a part of it not shipped.",
        Field(1, "order", \.order, "The order."),
        Field(2, "customer", \.customer, "Who ordered.", concerns: true),
        Field(3, "reason", \.reason, "Why."),
        Field(4, "lines", \.lines, "What will not be shipped any more."),
        Field(5, "value", \.value, "What leaves the customer's credit exposure."),
        Field(6, "closedBy", \.closedBy, "Who ended it."),
        make: OrderClosedShort.init)

    package func evolve(_ state: inout OrderState) {
        state.status = .closed
        for short in lines { state.cancel(short.quantity, of: short.line) }
    }
}
