package import Records

/// How much of which line of an order.
package struct LineQuantity: Record, Hashable {
    /// The order's line.
    package let orderLine: Int64
    /// What.
    package let product: ProductID
    /// How much.
    package let quantity: Quantity

    /// The declaration of the fields.
    package static let schema = Schema<LineQuantity>(
        "fulfillment.line-quantity", "How much of which line of an order.",
        Field(1, "orderLine", \.orderLine, "The order's line."),
        Field(2, "product", \.product, "What."),
        Field(3, "quantity", \.quantity, "How much."),
        make: LineQuantity.init)
}

/// One planned line of a shipment.
package struct PlannedLine: Record, Hashable {
    /// The order's line.
    package let orderLine: Int64
    /// What.
    package let product: ProductID
    /// Its class.
    package let productClass: String
    /// How much.
    package let quantity: Quantity

    /// The declaration of the fields.
    package static let schema = Schema<PlannedLine>(
        "fulfillment.planned-line", "One planned line of a shipment.",
        Field(1, "orderLine", \.orderLine, "The order's line."),
        Field(2, "product", \.product, "What."),
        Field(3, "productClass", \.productClass, "Its class."),
        Field(4, "quantity", \.quantity, "How much."),
        make: PlannedLine.init)
}

/// It was settled what of an order is shipped together.
package struct ShipmentPlanned: Event, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let warehouse: WarehouseID
    package let lines: [PlannedLine]
    package let opportunity: OpportunityID?
    package let source: String?
    package let carrier: String?
    package let external: ExternalReference?

    package static let schema = Schema<ShipmentPlanned>(
        "fulfillment.shipment-planned", "It was settled what of an order is shipped together.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "customer", \.customer, "To whom."),
        Field(3, "warehouse", \.warehouse, "From where."),
        Field(4, "lines", \.lines, "What is to be picked."),
        Field(5, "opportunity", \.opportunity, "The deal behind the order."),
        Field(6, "source", \.source, "From where the customer came."),
        Field(7, "carrier", \.carrier, "Who carries it."),
        Field(8, "external", \.external, "Where the record came from."),
        make: ShipmentPlanned.init)

    package func evolve(_ state: inout ShipmentState) {
        state = ShipmentState(
            order: order, customer: customer, warehouse: warehouse, status: .planned,
            lines: lines.map {
                ShipmentLine(
                    orderLine: $0.orderLine, product: $0.product, productClass: $0.productClass,
                    planned: $0.quantity, picked: .zero, issued: .zero, cost: nil)
            },
            opportunity: opportunity, source: source, carrier: carrier, issuedOn: nil,
            external: external)
    }
}

/// Somebody began to pick.
package struct PickStarted: Event, Equatable {
    package let order: OrderID
    package let picker: String?

    package static let schema = Schema<PickStarted>(
        "fulfillment.pick-started", "Somebody began to pick.",
        Field(1, "order", \.order, "For which order."),
        Field(2, "picker", \.picker, "Who picks."),
        make: PickStarted.init)

    package func evolve(_ state: inout ShipmentState) { state.status = .picking }
}

/// Goods were taken from their places: what was reserved is picked.
package struct PickConfirmed: Event, Equatable {
    package let order: OrderID
    package let lines: [LineQuantity]

    package static let schema = Schema<PickConfirmed>(
        "fulfillment.pick-confirmed", "Goods were taken from their places.",
        Field(1, "order", \.order, "For which order."),
        Field(2, "lines", \.lines, "What was picked."),
        make: PickConfirmed.init)

    package func evolve(_ state: inout ShipmentState) {
        for line in lines {
            state.change(line.orderLine) { $0.picked = $0.picked.plus(line.quantity) }
        }
    }
}

/// A picker did not find what was reserved; the line waits for it again.
package struct ShortPicked: Event, Equatable {
    package let order: OrderID
    package let orderLine: Int64
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let reason: String

    package static let schema = Schema<ShortPicked>(
        "fulfillment.short-picked", "A picker did not find what was reserved.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "orderLine", \.orderLine, "The order's line."),
        Field(3, "product", \.product, "What."),
        Field(4, "warehouse", \.warehouse, "Where."),
        Field(5, "quantity", \.quantity, "How much was not there."),
        Field(6, "reason", \.reason, "Why."),
        make: ShortPicked.init)

    package func evolve(_ state: inout ShipmentState) {
        state.change(orderLine) { $0.planned = $0.planned.less(quantity) }
    }
}

/// What was picked is packed; the rest of the plan stays reserved for another shipment.
package struct ShipmentPacked: Event, Equatable {
    package let order: OrderID
    package let packages: Int64?

    package static let schema = Schema<ShipmentPacked>(
        "fulfillment.shipment-packed", "What was picked is packed.",
        Field(1, "order", \.order, "For which order."),
        Field(2, "packages", \.packages, "How many packages."),
        make: ShipmentPacked.init)

    package func evolve(_ state: inout ShipmentState) { state.status = .packed }
}

/// A packed shipment was opened again.
package struct ShipmentUnpacked: Event, Equatable {
    package let order: OrderID
    package let reason: String?

    package static let schema = Schema<ShipmentUnpacked>(
        "fulfillment.shipment-unpacked", "A packed shipment was opened again.",
        Field(1, "order", \.order, "For which order."),
        Field(2, "reason", \.reason, "Why."),
        make: ShipmentUnpacked.init)

    package func evolve(_ state: inout ShipmentState) { state.status = .picking }
}

/// One line of goods that left.
package struct IssuedLine: Record, Hashable {
    /// The order's line.
    package let orderLine: Int64
    /// What left.
    package let product: ProductID
    /// Its class.
    package let productClass: String
    /// How much.
    package let quantity: Quantity
    /// What it cost, in the base currency.
    package let cost: Money

    /// The declaration of the fields.
    package static let schema = Schema<IssuedLine>(
        "fulfillment.issued-line", "One line of goods that left.",
        Field(1, "orderLine", \.orderLine, "The order's line."),
        Field(2, "product", \.product, "What left."),
        Field(3, "productClass", \.productClass, "Its class."),
        Field(4, "quantity", \.quantity, "How much."),
        Field(5, "cost", \.cost, "What it cost, in the base currency."),
        make: IssuedLine.init)

    func amount(order: OrderID, warehouse: WarehouseID) -> NamedAmount {
        NamedAmount(
            "cost", cost, product: product.text, productClass: productClass,
            warehouse: warehouse.text, order: order.text, quantity: quantity)
    }
}

/// Goods left the warehouse: the moment of stock and cost of sales.
package struct GoodsIssued: PostedEvent, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let warehouse: WarehouseID
    package let lines: [IssuedLine]
    package let opportunity: OpportunityID?
    package let source: String?
    package let issuedOn: BusinessDate
    package let carrier: String?

    package static let schema = Schema<GoodsIssued>(
        "fulfillment.goods-issued", "Goods left the warehouse.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "customer", \.customer, "To whom."),
        Field(3, "warehouse", \.warehouse, "From where."),
        Field(4, "lines", \.lines, "What left, and what it cost."),
        Field(5, "opportunity", \.opportunity, "The deal behind the order."),
        Field(6, "source", \.source, "From where the customer came."),
        Field(7, "issuedOn", \.issuedOn, "The posting date."),
        Field(8, "carrier", \.carrier, "Who carries it."),
        make: GoodsIssued.init)

    package static let amountNames = ["cost"]
    package static let journal = "stock"

    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map { $0.amount(order: order, warehouse: warehouse) },
            text: "Goods issued for order \(order)")
    }

    package func evolve(_ state: inout ShipmentState) {
        state.status = .shipped
        state.issuedOn = issuedOn
        if let carrier { state.carrier = carrier }
        for line in lines {
            state.change(line.orderLine) {
                $0.issued = line.quantity
                $0.cost = line.cost
            }
        }
    }
}

/// The goods reached the customer.
package struct ShipmentDelivered: Event, Equatable {
    package let order: OrderID
    package let lines: [LineQuantity]
    package let proof: String?

    package static let schema = Schema<ShipmentDelivered>(
        "fulfillment.shipment-delivered", "The goods reached the customer.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "lines", \.lines, "What arrived."),
        Field(3, "proof", \.proof, "How that is known: a name, a document."),
        make: ShipmentDelivered.init)

    package func evolve(_ state: inout ShipmentState) { state.status = .delivered }
}

/// A shipment was given up before goods left; what was picked is put back.
package struct ShipmentCancelled: Event, Equatable {
    package let order: OrderID
    package let warehouse: WarehouseID
    package let putBack: [LineQuantity]
    package let released: [LineQuantity]
    package let reason: String
    package var unplanned: [LineQuantity] = []

    package static let schema = Schema<ShipmentCancelled>(
        "fulfillment.shipment-cancelled", "A shipment was given up before goods left.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "warehouse", \.warehouse, "From where it would have gone."),
        Field(3, "putBack", \.putBack, "What was picked and is reserved again."),
        Field(
            4, "released", \.released,
            "What is no longer reserved either, put-back goods included."),
        Field(5, "reason", \.reason, "Why."),
        Field(6, "unplanned", \.unplanned, "What was planned and not picked."),
        make: ShipmentCancelled.init)

    package func evolve(_ state: inout ShipmentState) {
        state.status = .cancelled
        for line in putBack {
            state.change(line.orderLine) { $0.picked = $0.picked.less(line.quantity) }
        }
    }
}

/// An issue was taken back at its original cost: the goods are packed in the warehouse again.
package struct GoodsIssueReversed: PostedEvent, ReversingEvent, Equatable {
    package let order: OrderID
    package let customer: AccountID
    package let warehouse: WarehouseID
    package let lines: [IssuedLine]
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<GoodsIssueReversed>(
        "fulfillment.goods-issue-reversed", "An issue was taken back at its original cost.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "customer", \.customer, "Who would have got the goods."),
        Field(3, "warehouse", \.warehouse, "To where they came back."),
        Field(4, "lines", \.lines, "What came back, and what it had cost."),
        Field(5, "reason", \.reason, "Why."),
        Field(6, "reverses", \.reverses, "The events that it takes back."),
        make: GoodsIssueReversed.init)

    package static let amountNames = ["cost"]
    package static let journal = "stock"

    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map { $0.amount(order: order, warehouse: warehouse) },
            text: "Goods issue for order \(order) taken back", reverses: reverses)
    }

    package func evolve(_ state: inout ShipmentState) {
        state.status = .packed
        state.issuedOn = nil
        for line in lines {
            state.change(line.orderLine) {
                $0.issued = .zero
                $0.cost = nil
            }
        }
    }
}
