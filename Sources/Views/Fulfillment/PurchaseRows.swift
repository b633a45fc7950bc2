internal import Business
internal import Records

/// An order to a supplier, and when it reached what.
struct PurchaseRow: ViewRow, Equatable {
    let id: String
    var state: PurchaseOrderState
    var draftedOn: BusinessDate?
    var approvedOn: BusinessDate?
    var sentOn: BusinessDate?
    var confirmedOn: BusinessDate?
    var firstReceiptOn: BusinessDate?
    var receivedOn: BusinessDate?
    var endedOn: BusinessDate?

    static let table = "fulfillment.purchase"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<PurchaseRow>(
        "fulfillment.purchase-row", "An order to a supplier, and when it reached what.",
        Field(1, "id", \.id, "The order."),
        Field(2, "state", \.state, "The order as its events left it."),
        Field(3, "draftedOn", \.draftedOn, "Written."),
        Field(4, "approvedOn", \.approvedOn, "Approved."),
        Field(5, "sentOn", \.sentOn, "Sent."),
        Field(6, "confirmedOn", \.confirmedOn, "Confirmed."),
        Field(7, "firstReceiptOn", \.firstReceiptOn, "First goods came in."),
        Field(8, "receivedOn", \.receivedOn, "Received in full."),
        Field(9, "endedOn", \.endedOn, "Completed, closed or cancelled."),
        make: {
            PurchaseRow(
                id: $0, state: $1, draftedOn: $2, approvedOn: $3, sentOn: $4, confirmedOn: $5,
                firstReceiptOn: $6, receivedOn: $7, endedOn: $8)
        })
}

/// What is to be bought of a product for a warehouse.
struct RequisitionRow: ViewRow, Equatable {
    let id: String
    var state: RequisitionState
    var since: BusinessDate?

    static let table = "fulfillment.requisition"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<RequisitionRow>(
        "fulfillment.requisition-row", "What is to be bought of a product for a warehouse.",
        Field(1, "id", \.id, "The requisition."),
        Field(2, "state", \.state, "The requisition as its events left it."),
        Field(3, "since", \.since, "Since when it is open."),
        make: RequisitionRow.init)
}

/// A supplier's invoice, and since when it stands where it stands.
struct BillRow: ViewRow, Equatable {
    let id: String
    var state: SupplierInvoiceState
    var since: BusinessDate?

    static let table = "fulfillment.bill"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<BillRow>(
        "fulfillment.bill-row", "A supplier's invoice.",
        Field(1, "id", \.id, "The invoice."),
        Field(2, "state", \.state, "The invoice as its events left it."),
        Field(3, "since", \.since, "Since when it stands there."),
        make: BillRow.init)
}
