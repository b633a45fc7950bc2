package import Records

/// Where a shipment is in its life.
package enum ShipmentStatus: String, Choice {
    /// It is settled what is to be picked.
    case planned
    /// Somebody picks.
    case picking
    /// What was picked is packed.
    case packed
    /// The goods have left.
    case shipped
    /// The goods have arrived.
    case delivered
    /// It was given up before goods left.
    case cancelled
}

/// One line of a shipment.
package struct ShipmentLine: Record, Hashable {
    /// The order's line.
    package let orderLine: Int64
    /// What is shipped.
    package let product: ProductID
    /// Its class.
    package let productClass: String
    /// How much is to be picked, what is picked included.
    package var planned: Quantity
    /// How much was picked.
    package var picked: Quantity
    /// How much has left.
    package var issued: Quantity
    /// What it cost; nil before it left.
    package var cost: Money?

    /// The declaration of the fields.
    package static let schema = Schema<ShipmentLine>(
        "fulfillment.shipment-line", "One line of a shipment.",
        Field(1, "orderLine", \.orderLine, "The order's line."),
        Field(2, "product", \.product, "What is shipped."),
        Field(3, "productClass", \.productClass, "Its class."),
        Field(4, "planned", \.planned, "How much is to be picked, picked goods included."),
        Field(5, "picked", { Counter($0.picked) }, "How much was picked."),
        Field(6, "issued", { Counter($0.issued) }, "How much has left."),
        Field(7, "cost", \.cost, "What it cost."),
        make: {
            ShipmentLine(
                orderLine: $0, product: $1, productClass: $2, planned: $3, picked: $4.quantity,
                issued: $5.quantity, cost: $6)
        })

    /// How much is still to be picked.
    package var toPick: Quantity { planned.less(picked) }
}

/// Goods on their way from one warehouse to one customer, for one order.
package struct ShipmentState: StreamState, Equatable {
    package var order: OrderID
    package var customer: AccountID
    package var warehouse: WarehouseID
    package var status: ShipmentStatus
    package var lines: [ShipmentLine]
    package var opportunity: OpportunityID?
    package var source: String?
    package var carrier: String?
    package var issuedOn: BusinessDate?
    package var external: ExternalReference?

    package static let streamType = "fulfillment.shipment"
    package static let initial = ShipmentState(
        order: .unset, customer: .unset, warehouse: .unset, status: .planned, lines: [],
        opportunity: nil, source: nil, carrier: nil, issuedOn: nil, external: nil)
    package static let schema = Schema<ShipmentState>(
        "fulfillment.shipment", "Goods on their way from one warehouse to one customer.",
        Field(1, "order", \.order, "For which order."),
        Field(2, "customer", \.customer, "To whom."),
        Field(3, "warehouse", \.warehouse, "From where."),
        Field(4, "status", \.status, "Where it is in its life."),
        Field(5, "lines", \.lines, "What is shipped."),
        Field(6, "opportunity", \.opportunity, "The deal behind the order."),
        Field(7, "source", \.source, "From where the customer came."),
        Field(8, "carrier", \.carrier, "Who carries it."),
        Field(9, "issuedOn", \.issuedOn, "The posting date on which the goods left."),
        Field(10, "external", \.external, "Where the record came from."),
        make: ShipmentState.init)

    /// The line that ships a line of the order.
    package func line(_ orderLine: Int64) -> ShipmentLine? {
        lines.first { $0.orderLine == orderLine }
    }

    mutating func change(_ orderLine: Int64, _ body: (inout ShipmentLine) -> Void) {
        guard let index = lines.firstIndex(where: { $0.orderLine == orderLine }) else { return }
        body(&lines[index])
    }
}
