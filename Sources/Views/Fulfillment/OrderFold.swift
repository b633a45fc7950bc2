internal import Business
internal import Records

/// Follows orders, their shipments and what is paid of them.
enum OrderFold {
    static let itemEventTypes = [
        ItemOpened.typeName, ItemReduced.typeName, ItemCleared.typeName, ItemReopened.typeName,
        ItemWrittenOff.typeName,
    ]

    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        try transaction.upsert(RowKey(id), new: OrderRow(id: id)) { (row) throws(FoldFailure) in
            guard event.event.fold(into: &row.state) else {
                throw .unexpected("\(event.type) does not belong to \(event.stream)")
            }
            mark(event.event, event.effectiveDate, &row.dates)
        }
        if let text = text(of: event.event) { try step(id, text, event, into: &transaction) }
    }

    private static func mark(
        _ event: any Event, _ date: BusinessDate, _ dates: inout OrderDates
    ) {
        switch event {
        // The most frequent one first: each case is a cast.
        case is OrderProgressed: break
        case is OrderReleased: dates.released = dates.released ?? date
        case is OrderReservedInFull: dates.reserved = date
        case is OrderShippedInFull: dates.shipped = date
        case is OrderDeliveredInFull: dates.delivered = date
        case is OrderInvoicedInFull: dates.invoiced = date
        case is OrderPaid: dates.paid = date
        case is OrderUnpaid: dates.paid = nil
        case is OrderCompleted, is OrderClosedShort, is OrderCancelled: dates.ended = date
        default: break
        }
    }

    /// What the time line says of an event; nil for what other lines say already.
    private static func text(of event: any Event) -> String? {
        switch event {
        case let progressed as OrderProgressed: progressed.invoice.map { "Invoice \($0) posted" }
        case let placed as OrderPlaced: "Order placed, net \(placed.net)"
        case is OrderReleased: "Released"
        case let raised as OrderBlockRaised:
            "Stopped (\(raised.block.kind.rawValue)): \(raised.block.reason)"
        case let released as OrderBlockReleased:
            "Block lifted (\(released.kind.rawValue)): \(released.reason)"
        case let amended as OrderAmended: "Changed, revision \(amended.revision)"
        case let cancelled as OrderLineCancelled:
            "Line \(cancelled.line): \(cancelled.quantity) cancelled, \(cancelled.reason)"
        case let cancelled as OrderCancelled: "Cancelled: \(cancelled.reason)"
        case let closed as OrderClosedShort: "Closed short: \(closed.reason)"
        case is OrderReservedInFull: "Reserved in full"
        case is OrderShippedInFull: "Shipped in full"
        case is OrderDeliveredInFull: "Delivered in full"
        case is OrderInvoicedInFull: "Invoiced in full"
        case is OrderPaid: "Paid in full"
        case is OrderUnpaid: "An invoice is owed again"
        case is OrderCompleted: "Completed"
        default: nil
        }
    }

    private static func step(
        _ order: String, _ text: String, _ event: RecordedEvent,
        into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try transaction.append(
            OrderStepRow(order: order, position: event.position, step: TimeLineStep(text, event)))
    }

    // MARK: Shipments

    static func foldShipment(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let (order, text) = shipmentStep(event.event) else { return }
        let id = event.stream.id
        let key = ShipmentRow.key(order.text, id)
        if case let planned as ShipmentPlanned = event.event {
            var state = ShipmentState.initial
            _ = planned.fold(into: &state)
            try transaction.put(
                ShipmentRow(
                    id: id, state: state, plannedOn: event.effectiveDate, deliveredOn: nil))
        } else {
            let isThere = try transaction.change(ShipmentRow.self, key) { row in
                _ = event.event.fold(into: &row.state)
                if event.event is ShipmentDelivered { row.deliveredOn = event.effectiveDate }
            }
            guard isThere else {
                throw .missingRow(table: ShipmentRow.table, of: event.stream.description)
            }
        }
        if let text { try step(order.text, "\(text) (\(id))", event, into: &transaction) }
    }

    private static func shipmentStep(_ event: any Event) -> (order: OrderID, text: String?)? {
        switch event {
        case let planned as ShipmentPlanned: (planned.order, "Shipment planned")
        case let started as PickStarted: (started.order, nil)
        case let confirmed as PickConfirmed: (confirmed.order, "Picked")
        case let short as ShortPicked:
            (short.order, "Not found: \(short.quantity) of \(short.product), \(short.reason)")
        case let packed as ShipmentPacked: (packed.order, "Packed")
        case let unpacked as ShipmentUnpacked: (unpacked.order, "Opened again")
        case let issued as GoodsIssued: (issued.order, "Goods issued")
        case let delivered as ShipmentDelivered: (delivered.order, "Delivered")
        case let cancelled as ShipmentCancelled:
            (cancelled.order, "Shipment cancelled: \(cancelled.reason)")
        case let reversed as GoodsIssueReversed:
            (reversed.order, "Goods issue taken back: \(reversed.reason)")
        default: nil
        }
    }

    // MARK: Payment

    static func foldItem(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let item = event.stream.id
        let open: Money
        switch event.event {
        case let opened as ItemOpened:
            guard let order = opened.order else { return }
            try transaction.put(
                OrderItemRow(item: item, order: order.text, open: opened.amount))
            try change(order.text, billed: opened.amount, unpaid: opened.amount, &transaction)
            return
        case let reduced as ItemReduced: open = reduced.open
        case let reopened as ItemReopened: open = reopened.open
        case let cleared as ItemCleared: open = .zero(cleared.amount.currency)
        case let written as ItemWrittenOff: open = .zero(written.amount.currency)
        default: return
        }
        guard let row = try transaction.row(OrderItemRow.self, RowKey(item)) else { return }
        let difference = try open.foldingLess(row.open)
        if difference.isZero { return }
        try transaction.change(OrderItemRow.self, RowKey(item)) { $0.open = open }
        try change(row.order, billed: .zero(open.currency), unpaid: difference, &transaction)
    }

    private static func change(
        _ order: String, billed: Money, unpaid: Money, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let zero = Money.zero(billed.currency)
        try transaction.change(OrderRow.self, RowKey(order)) { (row) throws(FoldFailure) in
            row.billed = try (row.billed ?? zero).folding(billed)
            row.unpaid = try (row.unpaid ?? zero).folding(unpaid)
        }
    }
}
