package import Records

// Milestones: facts derived from the quantities, told once when they become true, so that processes
// can wait for them without computing anything.

/// All that the order wants is reserved, picked or shipped.
package struct OrderReservedInFull: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderReservedInFull>(
        "sales.order-reserved-in-full", "All that the order wants is reserved, picked or shipped.",
        Field(1, "order", \.order, "The order."),
        make: OrderReservedInFull.init)

    package func evolve(_ state: inout OrderState) {}
}

/// All that the order wants has left the warehouse.
package struct OrderShippedInFull: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderShippedInFull>(
        "sales.order-shipped-in-full", "All that the order wants has left the warehouse.",
        Field(1, "order", \.order, "The order."),
        make: OrderShippedInFull.init)

    package func evolve(_ state: inout OrderState) {}
}

/// All that the order wants has reached the customer.
package struct OrderDeliveredInFull: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderDeliveredInFull>(
        "sales.order-delivered-in-full", "All that the order wants has reached the customer.",
        Field(1, "order", \.order, "The order."),
        make: OrderDeliveredInFull.init)

    package func evolve(_ state: inout OrderState) {}
}

/// All that the order wants is billed.
package struct OrderInvoicedInFull: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderInvoicedInFull>(
        "sales.order-invoiced-in-full", "All that the order wants is billed.",
        Field(1, "order", \.order, "The order."),
        make: OrderInvoicedInFull.init)

    package func evolve(_ state: inout OrderState) {}
}

/// All that the order wants is billed, and every invoice of it is cleared.
package struct OrderPaid: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderPaid>(
        "sales.order-paid",
        "All that the order wants is billed, and every invoice of it is cleared.",
        Field(1, "order", \.order, "The order."),
        make: OrderPaid.init)

    package func evolve(_ state: inout OrderState) {
        state.isPaid = true
    }
}

/// Nothing is left to ship or to bill.
package struct OrderCompleted: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderCompleted>(
        "sales.order-completed", "Nothing is left to ship or to bill.",
        Field(1, "order", \.order, "The order."),
        make: OrderCompleted.init)

    package func evolve(_ state: inout OrderState) {
        state.isSettled = true
        guard state.isLive else { return }
        state.status = .completed
        state.blocks = []
    }
}

/// An invoice of the order, paid before, is owed again.
package struct OrderUnpaid: Event, Equatable {
    package let order: OrderID

    package static let schema = Schema<OrderUnpaid>(
        "sales.order-unpaid", "An invoice of the order, paid before, is owed again.",
        Field(1, "order", \.order, "The order."),
        make: OrderUnpaid.init)

    package func evolve(_ state: inout OrderState) { state.isPaid = false }
}
