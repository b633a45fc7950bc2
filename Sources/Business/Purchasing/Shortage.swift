import Records

/// Raises what is short: the consequence of everything that lowers a projected quantity.
enum Shortage {
    /// What inventory's events mean for buying.
    static let consequences: [Consequence] = [
        .of(StockReserved.self) {
            (event: StockReserved, _, decision: Decision) throws(Rejection) in
            try decision.coverShortage(of: event.product, in: event.warehouse)
        },
        .of(ReservationReleased.self) {
            (event: ReservationReleased, _, decision: Decision) throws(Rejection) in
            try decision.coverShortage(of: event.product, in: event.warehouse)
        },
        .of(StockReceived.self) {
            (event: StockReceived, _, decision: Decision) throws(Rejection) in
            try decision.coverShortage(of: event.product, in: event.warehouse)
        },
        .of(StockIssued.self) {
            (event: StockIssued, _, decision: Decision) throws(Rejection) in
            try decision.coverShortage(of: event.product, in: event.warehouse)
        },
        .of(SupplyChanged.self) {
            (event: SupplyChanged, _, decision: Decision) throws(Rejection) in
            guard event.onOrder.isNegative || event.requested.isNegative else { return }
            try decision.coverShortage(of: event.product, in: event.warehouse)
        },
    ]
}

extension StockState {
    /// The projected quantity with the requisition as it is now: inventory learns of a change of
    /// the requisition only by a later consequence of the same command.
    fileprivate func projected(requesting open: Quantity) -> Quantity {
        projected.less(requested).plus(open)
    }
}

extension Decision {
    /// Raises or increases the requisition of a product for a warehouse where the projected
    /// quantity is below the reorder point, or back-orders are not covered.
    ///
    /// Idempotent: the open requisition counts as supply, so that a second look finds nothing.
    /// - Source: semantics 2.1.
    func coverShortage(of product: ProductID, in warehouse: WarehouseID) throws(Rejection) {
        let article = try state(of: ProductState.self, product.text)
        guard article.kind == .stock else { return }
        let stock = try state(of: StockState.self, StockState.id(warehouse, product))
        let id = RequisitionState.id(warehouse: warehouse, product: product)
        let open = try state(of: RequisitionState.self, id).open
        let projected = stock.projected(requesting: open)
        let rule = article.isDiscontinued ? nil : article.replenishment
        let reorderPoint = rule?.reorderPoint ?? .zero
        guard projected < reorderPoint else { return }
        let target = max(rule?.target ?? .zero, reorderPoint)
        let need = try computing("the need of \(product)") { () throws(ArithmeticFailure) in
            try target.subtracting(projected)
        }
        let quantity = try purchaseLotSize(
            covering: need, minimum: rule?.minimum ?? .zero, multiple: rule?.multiple ?? Quantity(1)
        )
        let cause: RequisitionCause = projected.isNegative ? .backOrder : .reorderPoint
        try request(
            quantity, of: product, in: warehouse, because: cause, projected: projected,
            requester: nil)
    }

    /// Raises the requisition of a product for a warehouse, or increases the open one.
    func request(
        _ need: Quantity, of product: ProductID, in warehouse: WarehouseID,
        because cause: RequisitionCause, projected: Quantity, requester: String?
    ) throws(Rejection) {
        let requisition: RequisitionID = try purchasingID(
            RequisitionState.id(warehouse: warehouse, product: product))
        let state = try state(of: RequisitionState.self, requisition.text)
        let source = try bestSource(of: product)
        guard state.open.isZero else {
            let added = try source?.term.quantity(covering: need) ?? need
            try emit(
                RequisitionIncreased(
                    product: product, warehouse: warehouse, quantity: added, cause: cause,
                    projected: projected, requester: requester), to: requisition.text)
            if state.supplier == nil, let source {
                try assign(requisition, of: product, to: source)
            }
            return
        }
        let quantity = try source?.term.quantity(covering: need) ?? need
        try emit(
            RequisitionRaised(
                product: product, warehouse: warehouse, quantity: quantity, cause: cause,
                supplier: source?.supplier,
                neededBy: source.map {
                    facts.effectiveDate.adding(days: Int($0.term.leadTimeDays))
                }, projected: projected, requester: requester), to: requisition.text)
        if let source {
            try emit(RequisitionQueued(requisition: requisition), to: source.supplier.text)
        } else {
            try emit(RequisitionListed(requisition: requisition), to: product.text)
        }
    }
}
