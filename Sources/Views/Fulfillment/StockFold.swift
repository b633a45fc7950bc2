internal import Business
internal import Records

/// Follows stock: what is there, what it is worth, for whom it is held and what is coming.
enum StockFold {
    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.event {
        case let reserved as StockReserved:
            try change(reserved.warehouse, reserved.product, &transaction) { row in
                row.held = row.held.sum(reserved.quantity)
                row.backordered = row.backordered.sum(reserved.backordered)
                    .rest(reserved.fromBackorder)
            }
            if reserved.backordered.isPositive {
                try transaction.change(OrderRow.self, RowKey(reserved.order.text)) {
                    $0.dates.wasBackordered = true
                }
            }
        case let issued as StockIssued:
            try move(
                event, issued.warehouse, issued.product, .zero.rest(issued.quantity),
                try Money.zero(issued.cost.currency).foldingLess(issued.cost),
                reason: issued.reason.rawValue, reference: issued.reference,
                isHeld: issued.order != nil && issued.line != nil, into: &transaction)
        case let released as ReservationReleased:
            try change(released.warehouse, released.product, &transaction) { row in
                row.held = row.held.rest(released.quantity)
                row.backordered = row.backordered.sum(released.requeued)
                    .rest(released.backordered)
                row.missing = row.missing.sum(released.missing)
            }
        case let cleared as MissingCleared:
            try change(cleared.warehouse, cleared.product, &transaction) { row in
                row.missing = row.missing.rest(cleared.quantity)
            }
        case let supply as SupplyChanged:
            try change(supply.warehouse, supply.product, &transaction) { row in
                row.onOrder = row.onOrder.sum(supply.onOrder)
                row.requested = row.requested.sum(supply.requested)
            }
        default: try foldMovement(event, into: &transaction)
        }
    }

    private static func foldMovement(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.event {
        case let received as StockReceived:
            try move(
                event, received.warehouse, received.product, received.quantity, received.value,
                reason: received.reason.rawValue, reference: received.reference,
                isHeld: received.order != nil && received.line != nil, into: &transaction)
        case let revalued as StockRevalued:
            try move(
                event, revalued.warehouse, revalued.product, .zero, revalued.ontoStock,
                reason: "revaluation", reference: revalued.receipt, isHeld: false,
                into: &transaction)
        default: break
        }
    }

    private static func move(
        _ event: RecordedEvent, _ warehouse: WarehouseID, _ product: ProductID,
        _ quantity: Quantity, _ value: Money, reason: String, reference: String, isHeld: Bool,
        into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let zero = Money.zero(value.currency)
        try change(warehouse, product, &transaction) { (row) throws(FoldFailure) in
            row.onHand = row.onHand.sum(quantity)
            row.value = try (row.value ?? zero).folding(value)
            if isHeld { row.held = row.held.sum(quantity) }
        }
        try transaction.append(
            StockLineRow(
                position: event.position, date: event.effectiveDate, warehouse: warehouse.text,
                product: product.text, quantity: quantity, value: value, reason: reason,
                reference: reference))
        try transaction.upsert(
            RowKey(warehouse.text, product.text, event.effectiveDate),
            new: StockDayRow(
                warehouse: warehouse.text, product: product.text, date: event.effectiveDate,
                quantity: .zero, value: zero)
        ) { (row) throws(FoldFailure) in
            row.quantity = row.quantity.sum(quantity)
            row.value = try row.value.folding(value)
        }
    }

    private static func change(
        _ warehouse: WarehouseID, _ product: ProductID, _ transaction: inout ViewTransaction,
        _ body: (inout StockRow) throws(FoldFailure) -> Void
    ) throws(FoldFailure) {
        try transaction.upsert(
            RowKey(warehouse.text, product.text),
            new: StockRow(warehouse: warehouse.text, product: product.text), body)
    }
}
