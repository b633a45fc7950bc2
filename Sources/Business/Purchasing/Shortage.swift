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
            if event.backordered.isPositive {
                try decision.dropSurplus(of: event.product, in: event.warehouse)
            }
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

extension ProductState {
    /// How much to buy at a projected quantity.
    ///
    /// Nothing at the reorder point or above, else up to the target in lots, and never above the
    /// maximum, but for customers who wait. A discontinued product is bought for those who wait alone.
    fileprivate func lot(
        covering projected: Quantity, of product: ProductID
    ) throws(Rejection) -> Quantity {
        let rule = isDiscontinued ? nil : replenishment
        let reorderPoint = rule?.reorderPoint ?? .zero
        guard projected < reorderPoint else { return .zero }
        let target = max(rule?.target ?? .zero, reorderPoint)
        let need = try computing("the need of \(product)") { () throws(ArithmeticFailure) in
            try target.subtracting(projected)
        }
        let (minimum, multiple) = (rule?.minimum ?? .zero, rule?.multiple ?? Quantity(1))
        let lot = try purchaseLotSize(covering: need, minimum: minimum, multiple: multiple)
        guard let maximum = rule?.maximum else { return lot }
        let room = maximum.less(projected)
        if lot <= room { return lot }
        let fits = room.millionths / multiple.millionths * multiple.millionths
        guard projected.isNegative else { return Quantity(millionths: fits) }
        // Customers who wait are served, whatever else that brings in.
        let waited = try purchaseLotSize(
            covering: Quantity.zero.less(projected), minimum: minimum, multiple: multiple)
        return max(Quantity(millionths: fits), waited)
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
        let quantity = try article.lot(covering: projected, of: product)
        guard quantity.isPositive else { return }
        let cause: RequisitionCause = projected.isNegative ? .backOrder : .reorderPoint
        try request(
            quantity, of: product, in: warehouse, because: cause, projected: projected,
            requester: nil)
    }

    /// How much would be asked for if the requisition of a product had only `open` left.
    func shortage(
        of product: ProductID, in warehouse: WarehouseID, requesting open: Quantity
    ) throws(Rejection) -> Quantity {
        let stock = try state(of: StockState.self, StockState.id(warehouse, product))
        return try state(of: ProductState.self, product.text)
            .lot(covering: stock.projected(requesting: open), of: product)
    }

    /// Takes back what an open requisition asks beyond the need, when customers no longer wait.
    ///
    /// What a person asked for stays: people withdraw it.
    func dropSurplus(of product: ProductID, in warehouse: WarehouseID) throws(Rejection) {
        let id = RequisitionState.id(warehouse: warehouse, product: product)
        let requisition = try state(of: RequisitionState.self, id)
        guard requisition.open.isPositive, requisition.requesters.isEmpty else { return }
        let article = try state(of: ProductState.self, product.text)
        let stock = try state(of: StockState.self, StockState.id(warehouse, product))
        let need = try article.lot(covering: stock.projected(requesting: .zero), of: product)
        guard need < requisition.open else { return }
        if need.isZero { try unqueue(id, of: product) }
        try emit(
            RequisitionWithdrawn(
                product: product, warehouse: warehouse,
                quantity: requisition.open.less(need), reason: "customers no longer wait"),
            to: id)
    }

    /// Raises the requisition of a product for a warehouse, or increases the open one.
    func request(
        _ need: Quantity, of product: ProductID, in warehouse: WarehouseID,
        because cause: RequisitionCause, projected: Quantity, requester: String?
    ) throws(Rejection) {
        let requisition = RequisitionState.id(warehouse: warehouse, product: product)
        let state = try state(of: RequisitionState.self, requisition)
        let source = try bestSource(of: product)
        guard state.open.isZero else {
            let added = try source?.term.quantity(covering: need) ?? need
            try emit(
                RequisitionIncreased(
                    product: product, warehouse: warehouse, quantity: added, cause: cause,
                    projected: projected, requester: requester), to: requisition)
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
                }, projected: projected, requester: requester), to: requisition)
        if let source {
            try emit(RequisitionQueued(requisition: requisition), to: source.supplier.text)
        } else {
            try emit(RequisitionListed(requisition: requisition), to: product.text)
        }
    }
}
