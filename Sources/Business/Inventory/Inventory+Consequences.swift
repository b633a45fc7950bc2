import Records

extension Inventory {
    /// Stock that became free goes to those who wait for it.
    static let queueConsequences: [Consequence] = [
        .of(StockReceived.self) {
            (event: StockReceived, _: EmittedEvent, decision: Decision) throws(Rejection) in
            try decision.allocate(event.warehouse, event.product)
        },
        .of(ReservationReleased.self) {
            (event: ReservationReleased, _: EmittedEvent, decision: Decision) throws(Rejection) in
            if event.quantity.isPositive {
                try decision.allocate(event.warehouse, event.product)
            }
        },
        .of(MissingCleared.self) {
            (event: MissingCleared, _: EmittedEvent, decision: Decision) throws(Rejection) in
            try decision.allocate(event.warehouse, event.product)
        },
    ]

    /// What an order no longer wants is no longer held for it; a cancellation gives it back itself,
    /// before it is written.
    static let orderConsequences: [Consequence] = [
        .of(OrderAmended.self) {
            (_: OrderAmended, source: EmittedEvent, decision: Decision) throws(Rejection) in
            try releaseSurplus(source, "order amended", decision)
        },
        .of(OrderClosedShort.self) {
            (_: OrderClosedShort, source: EmittedEvent, decision: Decision) throws(Rejection) in
            try releaseSurplus(source, "order closed short", decision)
        },
    ]

    private static func releaseSurplus(
        _ source: EmittedEvent, _ reason: String, _ decision: Decision
    ) throws(Rejection) {
        guard let order = OrderID(source.stream.id) else { throw .badIdentifier(source.stream.id) }
        try decision.releaseSurplus(of: order, reason: reason)
    }

    /// Shipments move quantity and value, and change what is held.
    static let shipmentConsequences: [Consequence] = [
        .of(GoodsIssued.self) {
            (event: GoodsIssued, source: EmittedEvent, decision: Decision) throws(Rejection) in
            for line in event.lines {
                try decision.emit(
                    StockIssued(
                        product: line.product, warehouse: event.warehouse,
                        quantity: line.quantity, cost: line.cost, reason: .sale,
                        reference: source.stream.id, order: event.order, line: line.orderLine),
                    to: StockState.id(event.warehouse, line.product))
            }
        },
        .of(GoodsIssueReversed.self) {
            (event: GoodsIssueReversed, source: EmittedEvent, decision: Decision)
                throws(Rejection) in
            for line in event.lines {
                try decision.receiveStock(
                    line.quantity, of: line.product, in: event.warehouse, worth: line.cost,
                    .issueReversal, reference: source.stream.id, for: event.order,
                    line: line.orderLine)
            }
        },
        .of(ShortPicked.self) {
            (event: ShortPicked, _: EmittedEvent, decision: Decision) throws(Rejection) in
            let order = try decision.state(of: OrderState.self, event.order.text)
            try decision.emit(
                ReservationReleased(
                    order: event.order, line: event.orderLine, product: event.product,
                    warehouse: event.warehouse, quantity: event.quantity, backordered: .zero,
                    requeued: event.quantity, missing: event.quantity,
                    requestedDate: order.wantedOn ?? decision.facts.effectiveDate,
                    reason: event.reason),
                to: StockState.id(event.warehouse, event.product))
        },
        .of(ShipmentCancelled.self) {
            (event: ShipmentCancelled, _: EmittedEvent, decision: Decision) throws(Rejection) in
            let order = try decision.state(of: OrderState.self, event.order.text)
            for line in event.released {
                guard let orderLine = order.line(line.orderLine) else { continue }
                try decision.release(
                    line.quantity, of: event.order, orderLine, reason: event.reason)
            }
        },
    ]
}
