package import Business
internal import Records

/// Orders with their derived axes, shipments, stock, purchases, and what is late and why.
///
/// Orders, shipments and purchases are folded by their events' own `evolve`: the view adds dates
/// and gathers, and repeats no rule.
package enum FulfillmentView: View {
    package static let name = "fulfillment"
    package static let documentation =
        "Orders with how far they are, stock, purchases, what is late and why."
    package static let version: Int64 = 5

    package static var tables: [ViewTable] {
        [
            ViewTable(OrderRow.self), ViewTable(OrderStepRow.self), ViewTable(OrderItemRow.self),
            ViewTable(ShipmentRow.self), ViewTable(StockRow.self), ViewTable(StockLineRow.self),
            ViewTable(StockDayRow.self), ViewTable(PurchaseRow.self),
            ViewTable(RequisitionRow.self), ViewTable(BillRow.self), ViewTable(NameRow.self),
            ViewTable(EarlierNameRow.self),
        ]
    }

    package static var eventTypes: [String] {
        NameRow.eventTypes + OrderFold.itemEventTypes
            + Views.eventTypes(of: Sales.self, in: OrderState.streamType)
            + Views.eventTypes(of: Fulfillment.self, in: ShipmentState.streamType)
            + Views.eventTypes(of: Inventory.self, in: StockState.streamType)
            + Views.eventTypes(
                of: Purchasing.self, in: PurchaseOrderState.streamType,
                RequisitionState.streamType, SupplierInvoiceState.streamType)
    }

    package static var queries: [ViewQuery] {
        [
            OrdersQuery.query, OrderQuery.query, StockQuery.query, BackordersQuery.query,
            PurchasesQuery.query, RequisitionsQuery.query, LateQuery.query, OnTimeQuery.query,
            FillRateQuery.query, CycleTimeQuery.query, SuppliersQuery.query, TurnoverQuery.query,
        ]
    }

    /// Stock stops, for no figure is better than a wrong one; the rest parks what it cannot fold.
    package static func policy(for eventType: String) -> UnfoldablePolicy {
        stockTypes.contains(eventType) ? .stop : .park
    }

    private static let stockTypes = Set(
        Views.eventTypes(of: Inventory.self, in: StockState.streamType))

    package static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.stream.type {
        case OrderState.streamType: try OrderFold.fold(event, into: &transaction)
        case ShipmentState.streamType: try OrderFold.foldShipment(event, into: &transaction)
        case OpenItemState.streamType: try OrderFold.foldItem(event, into: &transaction)
        case StockState.streamType: try StockFold.fold(event, into: &transaction)
        case PurchaseOrderState.streamType: try PurchaseFold.fold(event, into: &transaction)
        case RequisitionState.streamType:
            try PurchaseFold.foldRequisition(event, into: &transaction)
        case SupplierInvoiceState.streamType: try PurchaseFold.foldBill(event, into: &transaction)
        default: _ = try NameRow.fold(event, into: &transaction)
        }
    }
}
