package import Records

/// How much of a line of the order, as people name it.
package struct WantedLine: Record, Hashable {
    /// The order's line.
    package let line: Int64
    /// How much; nil for all that can be.
    package let quantity: Quantity?

    /// The declaration of the fields.
    package static let schema = Schema<WantedLine>(
        "fulfillment.wanted-line", "How much of a line of the order.",
        Field(1, "line", \.line, "The order's line."),
        Field(
            2, "quantity", \.quantity, "How much; absent: all that can be.", limits: .positive),
        make: WantedLine.init)
}

/// What of an order can be shipped from where.
struct ShipmentPlan {
    let order: OrderID
    let state: OrderState
    /// Lines to ship, by warehouse.
    private(set) var lines: [WarehouseID: [PlannedLine]] = [:]

    /// The plan of all that is reserved and not picked, or of named lines.
    ///
    /// Services and charges have no stock and never ship; they are billed as ordered.
    init(
        _ order: OrderID, wanted: [WantedLine], from warehouse: WarehouseID?, _ decision: Decision
    ) throws(Rejection) {
        self.order = order
        state = try decision.existing(OrderState.self, order.text)
        try state.requireShippable(order)
        for want in wanted { try check(want) }
        for line in state.lines where line.kind == .stock {
            let held = try decision.reservation(of: order, line).held
            try requireWholeOrder(line, held: held)
            if let warehouse, line.warehouse != warehouse { continue }
            let planned = try quantity(
                of: line, free: max(.zero, held.less(line.picked)), wanted, decision)
            if planned.isPositive {
                lines[line.warehouse, default: []].append(
                    PlannedLine(
                        orderLine: line.line, product: line.product,
                        productClass: line.productClass, quantity: planned))
            }
        }
        guard !lines.isEmpty else {
            throw Rejection(
                .nothingReserved,
                "Expected goods that are reserved for \(order)\(warehouse.map { " in \($0)" } ?? "") and not picked, found none; reserve the order first.",
                [JSONMember("order", .string(order.text))])
        }
    }

    /// Warehouses in a fixed order.
    var warehouses: [WarehouseID] { lines.keys.sorted() }

    private func check(_ want: WantedLine) throws(Rejection) {
        guard let line = state.line(want.line) else {
            throw Rejection(
                .unknownObject, "There is no line \(want.line) in order \(order); check the line.",
                [JSONMember("line", .integer(want.line))])
        }
        guard line.kind == .stock else {
            throw Rejection(
                .notStocked,
                "Expected a line with goods, found line \(want.line), a \(line.kind.rawValue): it never ships; leave it out.",
                [JSONMember("line", .integer(want.line))])
        }
    }

    /// How much of a line is shipped: what was named, or all that is free of it.
    private func quantity(
        of line: OrderLine, free: Quantity, _ wanted: [WantedLine], _ decision: Decision
    ) throws(Rejection) -> Quantity {
        let want = wanted.first { $0.line == line.line }
        var quantity = want == nil && !wanted.isEmpty ? Quantity.zero : free
        if let named = want?.quantity {
            quantity = try decision.stockedProduct(line.product).inOwnUnit(named)
        }
        guard quantity <= free, want == nil || free.isPositive else {
            throw .notReserved(want?.quantity, of: line, free: free)
        }
        let missing = line.open.less(line.picked).less(quantity)
        switch state.deliveryRule {
        case .completeLine where missing.isPositive && quantity.isPositive:
            // Nobody asked for the line by name: it stays behind until it is whole.
            if want == nil { return .zero }
            throw incomplete(line, missing)
        case .completeOrder where missing.isPositive && quantity < free:
            throw incomplete(line, missing)
        default: return quantity
        }
    }

    private func requireWholeOrder(_ line: OrderLine, held: Quantity) throws(Rejection) {
        let missing = line.open.less(held)
        if state.deliveryRule == .completeOrder, missing.isPositive {
            throw incomplete(line, missing)
        }
    }

    private func incomplete(_ line: OrderLine, _ missing: Quantity) -> Rejection {
        Rejection(
            .incompleteDelivery,
            "Expected all of line \(line.line) of \(order), as its delivery rule \(state.deliveryRule.rawValue) says, found \(missing.digits) missing; wait for it or change the rule.",
            [
                JSONMember("line", .integer(line.line)),
                JSONMember("missing", .string(missing.digits)),
            ])
    }

    /// Writes the shipment from one warehouse.
    func emit(
        _ warehouse: WarehouseID, as id: String, carrier: String?, external: ExternalReference?,
        _ decision: Decision
    ) throws(Rejection) {
        try decision.emit(
            ShipmentPlanned(
                order: order, customer: state.customer, warehouse: warehouse,
                lines: lines[warehouse] ?? [], opportunity: state.opportunity,
                source: state.source, carrier: carrier, external: external),
            to: id)
    }
}

extension Rejection {
    fileprivate static func notReserved(
        _ quantity: Quantity?, of line: OrderLine, free: Quantity
    ) -> Rejection {
        guard let quantity, free.isPositive else {
            return Rejection(
                .nothingReserved,
                "Expected goods that are reserved for line \(line.line) and not picked, found none; reserve the order first.",
                [JSONMember("line", .integer(line.line))])
        }
        return Rejection(
            .quantityExceeds,
            "Expected at most \(free.digits) of line \(line.line), which is reserved and not picked, found \(quantity.digits); take less or reserve more.",
            [JSONMember("line", .integer(line.line)), JSONMember("open", .string(free.digits))])
    }
}
