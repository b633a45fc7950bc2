package import Records

/// Goods came in for a purchase order.
///
/// Stock grows by each line's `quantity` and `value`; the open purchase quantity falls by its
/// `expected`. On the ledger the value stands against goods received and not invoiced, one open
/// item for each order line.
package struct GoodsReceived: PostedEvent, Equatable {
    package let order: PurchaseOrderID
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let warehouse: WarehouseID
    package let lines: [ReceivedLine]
    package let deliveryNote: String?

    package static let schema = Schema<GoodsReceived>(
        "purchasing.goods-received", "Goods came in for a purchase order.",
        Field(1, "order", \.order, "The purchase order.", concerns: true),
        Field(2, "supplier", \.supplier, "Who delivered.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "warehouse", \.warehouse, "Where it was put."),
        Field(5, "lines", \.lines, "What came."),
        Field(6, "deliveryNote", \.deliveryNote, "The number of the supplier's delivery note."),
        make: GoodsReceived.init)

    package static let amountNames = ["received"]
    package static let journal = "stock"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map {
                $0.amount(order, supplier: supplier, group: supplierGroup, warehouse: warehouse)
            },
            text: "Goods received for \(order)")
    }

    package func evolve(_ state: inout ReceiptState) {
        state.status = .received
        state.order = order
        state.supplier = supplier
        state.warehouse = warehouse
        state.lines = lines
    }
}

/// A goods receipt was taken back: nothing of it was consumed and nothing billed.
///
/// Stock falls by each line's `quantity` and `value`; the open purchase quantity grows by its
/// `expected`.
package struct ReceiptReversed: PostedEvent, ReversingEvent, Equatable {
    package let order: PurchaseOrderID
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let warehouse: WarehouseID
    package let lines: [ReceivedLine]
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<ReceiptReversed>(
        "purchasing.receipt-reversed", "A goods receipt was taken back.",
        Field(1, "order", \.order, "The purchase order.", concerns: true),
        Field(2, "supplier", \.supplier, "Who delivered.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "warehouse", \.warehouse, "From where it goes."),
        Field(5, "lines", \.lines, "What goes back."),
        Field(6, "reason", \.reason, "Why."),
        Field(7, "reverses", \.reverses, "The events that it takes back."),
        make: ReceiptReversed.init)

    package static let amountNames = ["received"]
    package static let journal = "stock"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map {
                $0.amount(order, supplier: supplier, group: supplierGroup, warehouse: warehouse)
            },
            text: "Receipt for \(order) reversed: \(reason)", reverses: reverses)
    }

    package func evolve(_ state: inout ReceiptState) { state.status = .reversed }
}

/// Goods that came before the books began and are not billed were taken on.
///
/// Stock does not change. On the ledger the value stands against goods received and not invoiced,
/// one open item for each order line, as if they had come now.
package struct ReceiptTakenOn: PostedEvent, Equatable {
    package let order: PurchaseOrderID
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let warehouse: WarehouseID
    package let lines: [ReceivedLine]
    package let deliveryNote: String?

    package static let schema = Schema<ReceiptTakenOn>(
        "purchasing.receipt-taken-on",
        "Goods that came before the books began and are not billed were taken on.",
        Field(1, "order", \.order, "The purchase order.", concerns: true),
        Field(2, "supplier", \.supplier, "Who delivered.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "warehouse", \.warehouse, "Where it was put."),
        Field(5, "lines", \.lines, "What came and is not billed."),
        Field(6, "deliveryNote", \.deliveryNote, "The number of the supplier's delivery note."),
        make: ReceiptTakenOn.init)

    package static let amountNames = ["unbilled"]
    package static let journal = "opening"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map {
                $0.amount(
                    order, supplier: supplier, group: supplierGroup, warehouse: warehouse,
                    named: "unbilled")
            },
            text: "Goods received for \(order) and not billed, taken on")
    }

    package func evolve(_ state: inout ReceiptState) {
        state.status = .takenOn
        state.order = order
        state.supplier = supplier
        state.warehouse = warehouse
        state.lines = lines
    }
}

/// A receipt that was taken on was wrong: it is taken back out of the opening balances.
///
/// Stock does not change, as it did not when the receipt was taken on.
package struct ReceiptTakeOnReversed: PostedEvent, ReversingEvent, Equatable {
    package let order: PurchaseOrderID
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let warehouse: WarehouseID
    package let lines: [ReceivedLine]
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<ReceiptTakeOnReversed>(
        "purchasing.receipt-take-on-reversed", "A receipt that was taken on was taken back.",
        Field(1, "order", \.order, "The purchase order.", concerns: true),
        Field(2, "supplier", \.supplier, "Who delivered.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "warehouse", \.warehouse, "Where it was put."),
        Field(5, "lines", \.lines, "What was taken on."),
        Field(6, "reason", \.reason, "Why."),
        Field(7, "reverses", \.reverses, "The events that it takes back."),
        make: ReceiptTakeOnReversed.init)

    package static let amountNames = ["unbilled"]
    package static let journal = "opening"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: lines.map {
                $0.amount(
                    order, supplier: supplier, group: supplierGroup, warehouse: warehouse,
                    named: "unbilled")
            },
            text: "Receipt for \(order), taken on, taken back: \(reason)", reverses: reverses)
    }

    package func evolve(_ state: inout ReceiptState) { state.status = .reversed }
}

extension ReceivedLine {
    fileprivate func amount(
        _ order: PurchaseOrderID, supplier: SupplierID, group: String?, warehouse: WarehouseID,
        named name: String = "received"
    ) -> NamedAmount {
        NamedAmount(
            name, value, partner: "\(Subjects.Supplier.subjectName)/\(supplier)",
            partnerGroup: group,
            openItem: PurchaseOrderState.unbilledItem(order: order, line: orderLine),
            product: product.text, productClass: productClass, warehouse: warehouse.text,
            quantity: quantity)
    }
}

extension PurchaseOrderState {
    /// The open item of goods received and not invoiced of one order line, `PO-2026-000001:2`.
    package static func unbilledItem(order: PurchaseOrderID, line: Int64) -> String {
        "\(order):\(line)"
    }
}
