package import Records

/// Why goods came into a stock.
package enum ReceiptReason: String, Choice {
    /// A supplier delivered.
    case purchase
    /// A customer sent back.
    case `return`
    /// They were there when the books began.
    case opening
    /// A count found more.
    case count
    /// They came from another warehouse.
    case transfer
    /// An issue was taken back.
    case issueReversal = "issue-reversal"
}

/// Why goods left a stock.
package enum IssueReason: String, Choice {
    /// They went to a customer.
    case sale
    /// A count found less.
    case count
    /// They went to another warehouse.
    case transfer
    /// A receipt was taken back.
    case receiptReversal = "receipt-reversal"
}

/// Stock was held for a line of an order, or the line waits for it, or both.
package struct StockReserved: Event, Equatable {
    package let order: OrderID
    package let line: Int64
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let backordered: Quantity
    package let fromBackorder: Quantity
    package let requestedDate: BusinessDate

    package static let schema = Schema<StockReserved>(
        "inventory.stock-reserved", "Stock was held for a line of an order, or the line waits.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "line", \.line, "For which of its lines."),
        Field(3, "product", \.product, "What."),
        Field(4, "warehouse", \.warehouse, "Where."),
        Field(5, "quantity", \.quantity, "How much is held now in addition."),
        Field(
            6, "backordered", { Counter($0.backordered) },
            "How much the line waits for in addition."),
        Field(
            7, "fromBackorder", { Counter($0.fromBackorder) },
            "How much of the quantity had been waited for."),
        Field(8, "requestedDate", \.requestedDate, "When the customer wants it."),
        make: {
            StockReserved(
                order: $0, line: $1, product: $2, warehouse: $3, quantity: $4,
                backordered: $5.quantity, fromBackorder: $6.quantity, requestedDate: $7)
        })

    package func evolve(_ state: inout StockState) {
        state.warehouse = warehouse
        state.product = product
        state.hold(quantity, for: order, line: line)
        state.queue(
            backordered.less(fromBackorder), for: order, line: line, by: requestedDate)
    }
}

/// Stock is no longer held for a line of an order, or the line no longer waits.
package struct ReservationReleased: Event, Equatable {
    package let order: OrderID
    package let line: Int64
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let backordered: Quantity
    package let requeued: Quantity
    package let missing: Quantity
    package let requestedDate: BusinessDate?
    package let reason: String?

    package static let schema = Schema<ReservationReleased>(
        "inventory.reservation-released", "Stock is no longer held, or no longer waited for.",
        Field(1, "order", \.order, "For which order.", concerns: true),
        Field(2, "line", \.line, "For which of its lines."),
        Field(3, "product", \.product, "What."),
        Field(4, "warehouse", \.warehouse, "Where."),
        Field(5, "quantity", \.quantity, "How much is no longer held."),
        Field(
            6, "backordered", { Counter($0.backordered) },
            "How much the line no longer waits for."),
        Field(
            7, "requeued", { Counter($0.requeued) },
            "How much of the quantity the line waits for again."),
        Field(
            8, "missing", { Counter($0.missing) },
            "How much of the quantity a picker did not find; not available until counted."),
        Field(9, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(10, "reason", \.reason, "Why."),
        make: {
            ReservationReleased(
                order: $0, line: $1, product: $2, warehouse: $3, quantity: $4,
                backordered: $5.quantity, requeued: $6.quantity, missing: $7.quantity,
                requestedDate: $8, reason: $9)
        })

    package func evolve(_ state: inout StockState) {
        state.hold(Quantity.zero.less(quantity), for: order, line: line)
        state.queue(
            requeued.less(backordered), for: order, line: line,
            by: requestedDate ?? BusinessDate(daysSinceEpoch: .max))
        state.missing = state.missing.plus(missing)
    }
}

/// Goods that had been missing were counted: they are there, or written off by the same count.
package struct MissingCleared: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let count: CountID

    package static let schema = Schema<MissingCleared>(
        "inventory.missing-cleared", "Goods that a picker had not found were counted.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "quantity", \.quantity, "How much is no longer set aside as missing."),
        Field(4, "count", \.count, "By which count."),
        make: MissingCleared.init)

    package func evolve(_ state: inout StockState) {
        state.missing = state.missing.less(quantity)
    }
}

/// Goods and their value came into a stock.
package struct StockReceived: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let value: Money
    package let reason: ReceiptReason
    package let reference: String
    package let costing: CostingMethod
    package let order: OrderID?
    package let line: Int64?
    package var moved: [MovedReceipt] = []

    package static let schema = Schema<StockReceived>(
        "inventory.stock-received", "Goods and their value came into a stock.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "quantity", \.quantity, "How much."),
        Field(4, "value", \.value, "What it is worth, in the base currency."),
        Field(5, "reason", \.reason, "Why."),
        Field(6, "reference", \.reference, "The receipt, count, transfer or shipment."),
        Field(7, "costing", \.costing, "How the cost of issued goods is found."),
        Field(8, "order", \.order, "The order for which it is held at once."),
        Field(9, "line", \.line, "The line for which it is held at once."),
        Field(10, "moved", \.moved, "The receipts whose goods came from another warehouse."),
        make: StockReceived.init)

    package func evolve(_ state: inout StockState) {
        state.warehouse = warehouse
        state.product = product
        state.pool.receive(
            quantity, worth: value, costing: costing, receipt: reference, moved: moved)
        if let order, let line { state.hold(quantity, for: order, line: line) }
    }
}

/// Goods and their cost left a stock.
package struct StockIssued: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let quantity: Quantity
    package let cost: Money
    package let reason: IssueReason
    package let reference: String
    package let order: OrderID?
    package let line: Int64?
    package var to: WarehouseID?

    package static let schema = Schema<StockIssued>(
        "inventory.stock-issued", "Goods and their cost left a stock.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "quantity", \.quantity, "How much."),
        Field(4, "cost", \.cost, "What it cost, in the base currency."),
        Field(5, "reason", \.reason, "Why."),
        Field(6, "reference", \.reference, "The shipment, count, transfer or receipt."),
        Field(7, "order", \.order, "The order for which it was held."),
        Field(8, "line", \.line, "The line for which it was held."),
        Field(9, "to", \.to, "The warehouse to which they went."),
        make: StockIssued.init)

    package func evolve(_ state: inout StockState) {
        if reason == .receiptReversal {
            state.pool.takeBack(quantity, worth: cost, receipt: reference)
        } else {
            state.pool.issue(quantity, cost: cost)
        }
        if let to { state.pool.noteMove(to: to) }
        if let order, let line {
            state.hold(Quantity.zero.less(quantity), for: order, line: line)
        }
    }
}

/// A later cost, or a lower bill, changed what goods on hand are worth.
package struct StockRevalued: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let receipt: String
    package let ontoStock: Money

    package static let schema = Schema<StockRevalued>(
        "inventory.stock-revalued", "A later cost changed what goods on hand are worth.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(3, "receipt", \.receipt, "The receipt whose cost turned out otherwise."),
        Field(4, "ontoStock", \.ontoStock, "What the goods on hand are worth more; or less."),
        make: StockRevalued.init)

    package func evolve(_ state: inout StockState) {
        state.pool.revalue(by: ontoStock, receipt: receipt)
    }
}

/// What is coming to a stock changed: a requisition, an order to a supplier, or their end.
package struct SupplyChanged: Event, Equatable {
    package let product: ProductID
    package let warehouse: WarehouseID
    package let onOrder: Quantity
    package let requested: Quantity

    package static let schema = Schema<SupplyChanged>(
        "inventory.supply-changed", "What is coming to a stock changed.",
        Field(1, "product", \.product, "What."),
        Field(2, "warehouse", \.warehouse, "Where."),
        Field(
            3, "onOrder", { Counter($0.onOrder) }, "How much more is ordered; less if negative."),
        Field(
            4, "requested", { Counter($0.requested) },
            "How much more is requested; less if negative."),
        make: {
            SupplyChanged(
                product: $0, warehouse: $1, onOrder: $2.quantity, requested: $3.quantity)
        })

    package func evolve(_ state: inout StockState) {
        state.warehouse = warehouse
        state.product = product
        state.onOrder = state.onOrder.plus(onOrder)
        state.requested = state.requested.plus(requested)
    }
}
