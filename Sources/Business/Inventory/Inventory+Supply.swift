import Records

extension Inventory {
    /// What purchasing asks for, orders and no longer expects is what is coming to a stock.
    static let supplyConsequences: [Consequence] = [
        .of(RequisitionRaised.self) {
            (event: RequisitionRaised, _: EmittedEvent, decision: Decision) throws(Rejection) in
            try decision.changeSupply(
                event.warehouse, event.product, requested: event.quantity)
        },
        .of(RequisitionIncreased.self) {
            (event: RequisitionIncreased, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.changeSupply(
                event.warehouse, event.product, requested: event.quantity)
        },
        .of(RequisitionOrdered.self) {
            (event: RequisitionOrdered, _: EmittedEvent, decision: Decision) throws(Rejection) in
            try decision.changeSupply(
                event.warehouse, event.product, requested: Quantity.zero.less(event.quantity))
        },
        .of(RequisitionWithdrawn.self) {
            (event: RequisitionWithdrawn, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.changeSupply(
                event.warehouse, event.product, requested: Quantity.zero.less(event.quantity))
        },
        .of(PurchaseOrderDrafted.self) {
            (event: PurchaseOrderDrafted, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            for line in event.lines {
                try decision.changeSupply(line.warehouse, line.product, onOrder: line.ordered)
            }
        },
        .of(PurchaseOrderAmended.self) {
            (event: PurchaseOrderAmended, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            for line in event.lines {
                try decision.changeSupply(line.warehouse, line.product, onOrder: line.change)
            }
            for line in event.added {
                try decision.changeSupply(line.warehouse, line.product, onOrder: line.ordered)
            }
        },
        .of(PurchaseOrderLineCancelled.self) {
            (event: PurchaseOrderLineCancelled, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.noLongerExpect([event.cancelled])
        },
        .of(PurchaseOrderCancelled.self) {
            (event: PurchaseOrderCancelled, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.noLongerExpect(event.cancelled)
        },
        .of(PurchaseOrderClosed.self) {
            (event: PurchaseOrderClosed, _: EmittedEvent, decision: Decision) throws(Rejection) in
            try decision.noLongerExpect(event.cancelled)
        },
    ]

    /// Receipts, their reversal and late cost from bills move quantity and value.
    static let purchaseConsequences: [Consequence] = [
        .of(GoodsReceived.self) {
            (event: GoodsReceived, source: EmittedEvent, decision: Decision) throws(Rejection) in
            for line in event.lines {
                try decision.changeSupply(
                    event.warehouse, line.product, onOrder: Quantity.zero.less(line.expected))
                try decision.receiveStock(
                    line.quantity, of: line.product, in: event.warehouse, worth: line.value,
                    .purchase, reference: source.stream.id)
            }
        },
        .of(ReceiptReversed.self) {
            (event: ReceiptReversed, source: EmittedEvent, decision: Decision)
                throws(Rejection) in
            for line in event.lines {
                try decision.stock(event.warehouse, line.product).requireReversible(
                    receipt: source.stream.id, quantity: line.quantity, value: line.value)
                try decision.emit(
                    StockIssued(
                        product: line.product, warehouse: event.warehouse,
                        quantity: line.quantity, cost: line.value, reason: .receiptReversal,
                        reference: source.stream.id, order: nil, line: nil),
                    to: StockState.id(event.warehouse, line.product))
                try decision.changeSupply(event.warehouse, line.product, onOrder: line.expected)
            }
        },
        .of(SupplierInvoicePosted.self) {
            (event: SupplierInvoicePosted, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.revalue(event.revaluations)
        },
        .of(SupplierInvoiceCredited.self) {
            (event: SupplierInvoiceCredited, _: EmittedEvent, decision: Decision)
                throws(Rejection) in
            try decision.revalue(event.revaluations)
        },
    ]
}

extension Decision {
    fileprivate func changeSupply(
        _ warehouse: WarehouseID, _ product: ProductID, onOrder: Quantity = .zero,
        requested: Quantity = .zero
    ) throws(Rejection) {
        if onOrder.isZero && requested.isZero { return }
        let stock = try stock(warehouse, product)
        _ = try computing("the open supply of \(product)") { () throws(ArithmeticFailure) in
            _ = try stock.onOrder.adding(onOrder)
            _ = try stock.requested.adding(requested)
        }
        try emit(
            SupplyChanged(
                product: product, warehouse: warehouse, onOrder: onOrder, requested: requested),
            to: StockState.id(warehouse, product))
    }

    /// What a bill or a credit changes of the value of goods that are there.
    fileprivate func revalue(_ parts: [ReceiptRevaluation]) throws(Rejection) {
        for part in parts where !part.ontoStock.isZero {
            try stock(part.warehouse, part.product).requireRevaluable(by: part.ontoStock)
            try emit(
                StockRevalued(
                    product: part.product, warehouse: part.warehouse, receipt: part.receipt.text,
                    ontoStock: part.ontoStock),
                to: StockState.id(part.warehouse, part.product))
        }
    }

    fileprivate func noLongerExpect(_ quantities: [CancelledQuantity]) throws(Rejection) {
        for cancelled in quantities {
            try changeSupply(
                cancelled.warehouse, cancelled.product,
                onOrder: Quantity.zero.less(cancelled.quantity))
        }
    }
}
