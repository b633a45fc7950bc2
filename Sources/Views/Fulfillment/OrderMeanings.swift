internal import Business
internal import Records

/// What an event of an order means for its dates and its time line.
///
/// Found by the event's type: asking an event for one type after the other would cost more than
/// folding it.
struct OrderMeaning: Sendable {
    typealias Mark = @Sendable (BusinessDate, inout OrderDates) -> Void

    /// What it says about dates.
    let mark: Mark?
    /// What the time line says of it; nil for what other lines say already.
    let text: (@Sendable (any Event) -> String?)?

    static let all: [ObjectIdentifier: OrderMeaning] = Dictionary(
        uniqueKeysWithValues: [
            of(OrderProgressed.self) { progressed in
                progressed.invoice.map { "Invoice \($0) posted" }
            },
            of(OrderPlaced.self) { placed in "Order placed, net \(placed.net)" },
            of(OrderReleased.self, { $1.released = $1.released ?? $0 }) { _ in "Released" },
            of(OrderBlockRaised.self) { raised in
                "Stopped (\(raised.block.kind.rawValue)): \(raised.block.reason)"
            },
            of(OrderBlockReleased.self) { released in
                "Block lifted (\(released.kind.rawValue)): \(released.reason)"
            },
            of(OrderAmended.self) { amended in "Changed, revision \(amended.revision)" },
            of(OrderLineCancelled.self) { cancelled in
                "Line \(cancelled.line): \(cancelled.quantity) cancelled, \(cancelled.reason)"
            },
            of(OrderCancelled.self, { $1.ended = $0 }) { cancelled in
                "Cancelled: \(cancelled.reason)"
            },
            of(OrderClosedShort.self, { $1.ended = $0 }) { closed in
                "Closed short: \(closed.reason)"
            },
            of(OrderReservedInFull.self, { $1.reserved = $0 }) { _ in "Reserved in full" },
            of(OrderShippedInFull.self, { $1.shipped = $0 }) { _ in "Shipped in full" },
            of(OrderDeliveredInFull.self, { $1.delivered = $0 }) { _ in "Delivered in full" },
            of(OrderInvoicedInFull.self, { $1.invoiced = $0 }) { _ in "Invoiced in full" },
            of(OrderPaid.self, { $1.paid = $0 }) { _ in "Paid in full" },
            of(OrderUnpaid.self, { $1.paid = nil }) { _ in "An invoice is owed again" },
            of(OrderCompleted.self, { $1.ended = $0 }) { _ in "Completed" },
        ])

    private static func of<Fact: Event>(
        _ type: Fact.Type, _ mark: Mark? = nil, _ text: @escaping @Sendable (Fact) -> String?
    ) -> (ObjectIdentifier, OrderMeaning) {
        (
            ObjectIdentifier(type),
            OrderMeaning(mark: mark, text: { event in (event as? Fact).flatMap(text) })
        )
    }
}

/// What an event of a shipment means for its order's time line.
struct ShipmentMeaning: Sendable {
    /// The order, and what its time line says; nil where the event is of another type.
    let step: @Sendable (any Event) -> (order: OrderID, text: String?)?

    static let all: [ObjectIdentifier: ShipmentMeaning] = Dictionary(
        uniqueKeysWithValues: [
            of(ShipmentPlanned.self) { ($0.order, "Shipment planned") },
            of(PickStarted.self) { ($0.order, nil) },
            of(PickConfirmed.self) { ($0.order, "Picked") },
            of(ShortPicked.self) { short in
                (
                    short.order,
                    "Not found: \(short.quantity) of \(short.product), \(short.reason)"
                )
            },
            of(ShipmentPacked.self) { ($0.order, "Packed") },
            of(ShipmentUnpacked.self) { ($0.order, "Opened again") },
            of(GoodsIssued.self) { ($0.order, "Goods issued") },
            of(ShipmentDelivered.self) { ($0.order, "Delivered") },
            of(ShipmentCancelled.self) { ($0.order, "Shipment cancelled: \($0.reason)") },
            of(GoodsIssueReversed.self) { ($0.order, "Goods issue taken back: \($0.reason)") },
        ])

    private static func of<Fact: Event>(
        _ type: Fact.Type, _ step: @escaping @Sendable (Fact) -> (OrderID, String?)
    ) -> (ObjectIdentifier, ShipmentMeaning) {
        (ObjectIdentifier(type), ShipmentMeaning(step: { event in (event as? Fact).map(step) }))
    }
}
