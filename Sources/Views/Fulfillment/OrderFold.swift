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
        let meaning = OrderMeaning.all[ObjectIdentifier(type(of: event.event))]
        try transaction.upsert(RowKey(id), new: OrderRow(id: id)) { (row) throws(FoldFailure) in
            guard event.event.fold(into: &row.state, at: event.version) else {
                throw .unexpected("\(event.type) does not belong to \(event.stream)")
            }
            meaning?.mark?(event.effectiveDate, &row.dates)
        }
        if let text = meaning?.text?(event.event) { try step(id, text, event, into: &transaction) }
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
        let kind = ObjectIdentifier(type(of: event.event))
        guard let (order, text) = ShipmentMeaning.all[kind]?.step(event.event) else { return }
        let id = event.stream.id
        let key = ShipmentRow.key(order.text, id)
        if kind == ObjectIdentifier(ShipmentPlanned.self),
            let planned = event.event as? ShipmentPlanned
        {
            var state = ShipmentState.initial
            _ = planned.fold(into: &state, at: event.version)
            try transaction.put(
                ShipmentRow(
                    id: id, state: state, plannedOn: event.effectiveDate, deliveredOn: nil))
        } else {
            let isThere = try transaction.change(ShipmentRow.self, key) { row in
                _ = event.event.fold(into: &row.state, at: event.version)
                if kind == ObjectIdentifier(ShipmentDelivered.self) {
                    row.deliveredOn = event.effectiveDate
                }
            }
            guard isThere else {
                throw .missingRow(table: ShipmentRow.table, of: event.stream.description)
            }
        }
        if let text { try step(order.text, "\(text) (\(id))", event, into: &transaction) }
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
