package import Records

/// Holds stock for all lines of an order; what is not there is waited for.
package struct ReserveOrder: Command {
    package let order: OrderID

    package static let schema = Schema<ReserveOrder>(
        "inventory.reserve",
        "Holds stock for all lines of an order by its delivery rule; what is not there waits. Given again, it holds what is free by now.",
        Field(1, "order", \.order, "The order."),
        make: ReserveOrder.init)

    package static let access = CommandAccess.roles("warehouse", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .orderBlocked, .stockLimit,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(OrderState.self, order.text)
        try state.requireShippable(order)
        var needs: [StockNeed] = []
        for line in state.lines where line.kind == .stock {
            let held = try decision.stock(line.warehouse, line.product)
                .held(for: order, line: line.line)
            let need = StockNeed(
                line: line.line, warehouse: line.warehouse, product: line.product,
                quantity: line.open.less(held))
            if need.quantity.isPositive { needs.append(need) }
        }
        let isWhole = try decision.canCover(needs)
        let date = state.wantedOn ?? decision.facts.effectiveDate
        for need in needs {
            let stock = try decision.stock(need.warehouse, need.product)
            let given =
                switch state.deliveryRule {
                case .availability: min(need.quantity, stock.available)
                case .completeLine: stock.available >= need.quantity ? need.quantity : .zero
                case .completeOrder: isWhole ? need.quantity : .zero
                }
            try decision.reserve(given, need, for: order, by: date)
        }
    }
}

/// What a line of an order still needs of a stock.
struct StockNeed {
    /// The order's line.
    let line: Int64
    /// Where.
    let warehouse: WarehouseID
    /// What.
    let product: ProductID
    /// How much is needed beyond what is held.
    let quantity: Quantity
}

extension OrderState {
    /// When the customer wants it, as far as anybody said.
    var wantedOn: BusinessDate? { requestedDate ?? placedOn }

    /// Refuses what may only be done for an order that is released and that nothing stops.
    func requireShippable(_ id: OrderID) throws(Rejection) {
        if status == .released, blocks.isEmpty { return }
        if status == .pending || !blocks.isEmpty {
            let kinds = blocks.map(\.kind.rawValue).joined(separator: ", ")
            throw Rejection(
                .orderBlocked,
                "Expected a released order, found \(id) stopped by: \(kinds); release the blocks first.",
                [JSONMember("blocks", .array(blocks.map { .string($0.kind.rawValue) }))])
        }
        throw Rejection(
            .wrongState,
            "Expected a released order, found \(id), which is \(status.rawValue); nothing can be shipped for it.",
            [JSONMember("status", .string(status.rawValue))])
    }
}

extension Decision {
    /// Whether every need could be covered at once, several of one stock taken together.
    func canCover(_ needs: [StockNeed]) throws(Rejection) -> Bool {
        var wanted: [String: Quantity] = [:]
        for need in needs {
            let id = StockState.id(need.warehouse, need.product)
            let sum = wanted[id, default: .zero].plus(need.quantity)
            wanted[id] = sum
            if try stock(need.warehouse, need.product).available < sum { return false }
        }
        return true
    }

    /// Holds `given` of a need and lets the rest wait; nothing is written where nothing changes.
    func reserve(
        _ given: Quantity, _ need: StockNeed, for order: OrderID, by date: BusinessDate
    ) throws(Rejection) {
        let stock = try stock(need.warehouse, need.product)
        let waiting = stock.backordered(for: order, line: need.line)
        let fromBackorder = min(given, waiting)
        let more = need.quantity.less(given).less(waiting.less(fromBackorder))
        let backordered = max(.zero, more)
        if given.isZero && backordered.isZero { return }
        try stock.requireRoom(
            holding: given.isPositive && stock.held(for: order, line: need.line).isZero,
            queueing: backordered.isPositive && waiting.isZero)
        try emit(
            StockReserved(
                order: order, line: need.line, product: need.product, warehouse: need.warehouse,
                quantity: given, backordered: backordered, fromBackorder: fromBackorder,
                requestedDate: date),
            to: StockState.id(need.warehouse, need.product))
    }
}

extension StockState {
    /// Whether one more reservation, or one more back-order, has room.
    func hasRoom(holding: Bool, queueing: Bool) -> Bool {
        (!holding || reservations.count < Self.reservationsMax)
            && (!queueing || backorders.count < Self.backordersMax)
    }

    /// Refuses one more reservation or back-order where there are as many as there may be.
    func requireRoom(holding: Bool = true, queueing: Bool = true) throws(Rejection) {
        guard hasRoom(holding: holding, queueing: queueing) else {
            throw Rejection(
                .stockLimit,
                "Expected at most \(Self.reservationsMax) reservations and \(Self.backordersMax) back-orders of \(product) in \(warehouse), found so many already; ship or release some first.",
                [JSONMember("product", .string(product.text))])
        }
    }
}

/// Gives up what is held and waited for, except what is picked.
package struct ReleaseReservation: Command {
    package let order: OrderID
    package let line: Int64?
    package let reason: String?

    package static let schema = Schema<ReleaseReservation>(
        "inventory.release-reservation",
        "Gives up what is held for an order or one of its lines and not picked, and what it waits for.",
        Field(1, "order", \.order, "The order."),
        Field(2, "line", \.line, "One of its lines; absent: all."),
        Field(3, "reason", \.reason, "Why."),
        make: ReleaseReservation.init)

    package static let access = CommandAccess.roles("warehouse", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .nothingReserved]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(OrderState.self, order.text)
        var released = false
        for orderLine in state.lines where line == nil || orderLine.line == line {
            let held = try decision.reservation(of: order, orderLine)
            let unpicked = max(.zero, held.held.less(orderLine.picked))
            if unpicked.isZero && held.waiting.isZero { continue }
            try decision.release(
                unpicked, notAwaited: held.waiting, of: order, orderLine, reason: reason)
            released = true
        }
        guard released else {
            throw Rejection(
                .nothingReserved,
                "Expected stock held or waited for and not picked for \(order)\(line.map { " line \($0)" } ?? ""), found none; there is nothing to release.",
                [JSONMember("order", .string(order.text))])
        }
    }
}

extension Decision {
    /// What is held for a line of an order, picked goods included, and what it waits for.
    func reservation(
        of order: OrderID, _ line: OrderLine
    ) throws(Rejection) -> (held: Quantity, waiting: Quantity) {
        guard line.kind == .stock else { return (.zero, .zero) }
        let stock = try stock(line.warehouse, line.product)
        return (
            stock.held(for: order, line: line.line),
            stock.backordered(for: order, line: line.line)
        )
    }

    /// No longer holds a quantity for a line, and no longer lets it wait for another.
    func release(
        _ quantity: Quantity, notAwaited: Quantity = .zero, of order: OrderID, _ line: OrderLine,
        reason: String?
    ) throws(Rejection) {
        try emit(
            ReservationReleased(
                order: order, line: line.line, product: line.product, warehouse: line.warehouse,
                quantity: quantity, backordered: notAwaited, requeued: .zero, missing: .zero,
                requestedDate: nil, reason: reason),
            to: StockState.id(line.warehouse, line.product))
    }

    /// Gives up what an order holds or waits for beyond what it still wants: after a change or an
    /// early end.
    func releaseSurplus(of id: OrderID, reason: String) throws(Rejection) {
        try releaseSurplus(
            of: id, wanting: try state(of: OrderState.self, id.text), reason: reason)
    }

    /// Gives up what an order holds or waits for beyond what `wanting` says that it wants, and
    /// gives what became free to who is next: before a cancellation is written (semantics 1.4).
    ///
    /// All lines give up first, so that no line that ends gets what another one frees.
    func giveBack(
        of id: OrderID, wanting state: OrderState, reason: String
    ) throws(Rejection) {
        for (warehouse, product) in try releaseSurplus(of: id, wanting: state, reason: reason) {
            try allocate(warehouse, product)
        }
    }

    /// Gives up what an order holds or waits for beyond what `wanting` says that it wants.
    ///
    /// - Returns: The stocks of which something became free, each as often as it did.
    @discardableResult
    private func releaseSurplus(
        of id: OrderID, wanting state: OrderState, reason: String
    ) throws(Rejection) -> [(WarehouseID, ProductID)] {
        var freed: [(WarehouseID, ProductID)] = []
        for line in state.lines where line.kind == .stock {
            let (held, waiting) = try reservation(of: id, line)
            var surplus = held.plus(waiting).less(line.open)
            guard surplus.isPositive else { continue }
            let notAwaited = min(surplus, waiting)
            surplus = surplus.less(notAwaited)
            let unheld = min(surplus, max(.zero, held.less(line.picked)))
            try release(unheld, notAwaited: notAwaited, of: id, line, reason: reason)
            if unheld.isPositive { freed.append((line.warehouse, line.product)) }
        }
        return freed
    }
}
