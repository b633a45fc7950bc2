package import Records

/// What other departments did for lines of the order.
package struct OrderProgressed: Event, Equatable {
    package let order: OrderID
    package let changes: [LineProgress]
    package var invoice: InvoiceID?
    package var shipment: ShipmentID?

    /// Progress of an order.
    package init(
        order: OrderID, changes: [LineProgress], invoice: InvoiceID? = nil,
        shipment: ShipmentID? = nil
    ) {
        self.order = order
        self.changes = changes
        self.invoice = invoice
        self.shipment = shipment
    }

    package static let schema = Schema<OrderProgressed>(
        "sales.order-progressed", "What other departments did for lines of the order.",
        Field(1, "order", \.order, "The order."),
        Field(2, "changes", \.changes, "What changed, by line."),
        Field(3, "invoice", \.invoice, "The invoice that was posted, where it was one."),
        Field(4, "shipment", \.shipment, "The shipment that was planned, where it was one."),
        make: { OrderProgressed(order: $0, changes: $1, invoice: $2, shipment: $3) })

    package func evolve(_ state: inout OrderState) {
        for change in changes { state.progress(change) }
        if let invoice { state.invoices.append(invoice) }
        if let shipment { state.shipments.append(shipment) }
    }
}

/// What changed on one line: signed differences of its counters.
package struct LineProgress: Record, Hashable {
    package let line: Int64
    package var reserved: Quantity
    package var picked: Quantity
    package var shipped: Quantity
    package var delivered: Quantity
    package var invoiced: Quantity
    package var returned: Quantity
    package var credited: Quantity
    package var planned: Quantity

    /// Progress of a line; what is not named did not change.
    package init(
        line: Int64, reserved: Quantity = .zero, picked: Quantity = .zero,
        shipped: Quantity = .zero, delivered: Quantity = .zero, invoiced: Quantity = .zero,
        returned: Quantity = .zero, credited: Quantity = .zero, planned: Quantity = .zero
    ) {
        self.line = line
        self.reserved = reserved
        self.picked = picked
        self.shipped = shipped
        self.delivered = delivered
        self.invoiced = invoiced
        self.returned = returned
        self.credited = credited
        self.planned = planned
    }

    package static let schema = Schema<LineProgress>(
        "sales.line-progress", "What changed on one line, as signed differences.",
        Field(1, "line", \.line, "The line."),
        Field(2, "reserved", { Counter($0.reserved) }, "Stock held and not picked."),
        Field(3, "picked", { Counter($0.picked) }, "Picked and not shipped."),
        Field(4, "shipped", { Counter($0.shipped) }, "Left the warehouse."),
        Field(5, "delivered", { Counter($0.delivered) }, "Reached the customer."),
        Field(6, "invoiced", { Counter($0.invoiced) }, "Billed."),
        Field(7, "returned", { Counter($0.returned) }, "Came back."),
        Field(8, "credited", { Counter($0.credited) }, "Credited."),
        Field(9, "planned", { Counter($0.planned) }, "In planned shipments and not picked."),
        make: {
            LineProgress(
                line: $0, reserved: $1.quantity, picked: $2.quantity, shipped: $3.quantity,
                delivered: $4.quantity, invoiced: $5.quantity, returned: $6.quantity,
                credited: $7.quantity, planned: $8.quantity)
        })
}
