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
    /// The order's shipments that have not left.
    private let open: [(id: ShipmentID, state: ShipmentState)]

    /// The plan of all that is reserved, not picked and in no other shipment, or of named lines;
    /// empty where there is nothing.
    ///
    /// Services and charges have no stock and never ship; they are billed as ordered.
    init(
        _ order: OrderID, wanted: [WantedLine], from warehouse: WarehouseID?, _ decision: Decision
    ) throws(Rejection) {
        self.order = order
        state = try decision.existing(OrderState.self, order.text)
        try state.requireShippable(order)
        open = try decision.openShipments(of: state)
        for want in wanted { try check(want) }
        for line in state.lines where line.kind == .stock {
            let held = try decision.reservation(of: order, line).held
            try requireWholeOrder(line, held: held)
            if let warehouse, line.warehouse != warehouse { continue }
            let planned = try quantity(
                of: line, free: max(.zero, held.less(line.picked).less(line.planned)), wanted,
                decision)
            if planned.isPositive {
                lines[line.warehouse, default: []].append(
                    PlannedLine(
                        orderLine: line.line, product: line.product,
                        productClass: line.productClass, quantity: planned))
            }
        }
    }

    /// Refuses where there is nothing to ship.
    func requireSomething(from warehouse: WarehouseID?) throws(Rejection) {
        guard lines.isEmpty else { return }
        if let first = planned(from: warehouse) {
            throw .alreadyPlanned("goods of \(order) that are in no shipment yet", in: first)
        }
        throw Rejection(
            .nothingReserved,
            "Expected goods that are reserved for \(order)\(warehouse.map { " in \($0)" } ?? "") and not picked, found none; reserve the order first.",
            [JSONMember("order", .string(order.text))])
    }

    /// A shipment that has not left, with something that is still to be picked of a line, or of
    /// any; one that nobody picks yet before others.
    private func planned(
        from warehouse: WarehouseID?, line: Int64? = nil
    ) -> (id: ShipmentID, state: ShipmentState)? {
        let matching = open.filter { shipment in
            (warehouse == nil || shipment.state.warehouse == warehouse)
                && (line == nil || shipment.state.line(line ?? 0) != nil)
        }
        return matching.first { $0.state.status == .planned } ?? matching.first
    }

    /// The order's shipments that are planned and that nobody picks yet.
    func untouched(in warehouse: WarehouseID?) -> [ShipmentID] {
        open.filter {
            $0.state.status == .planned && (warehouse == nil || $0.state.warehouse == warehouse)
        }.map(\.id)
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
            if quantity <= free.plus(line.planned), line.planned.isPositive,
                let other = planned(from: nil, line: line.line)
            {
                throw .alreadyPlanned(
                    "at most \(free.digits) of line \(line.line), which is reserved and in no shipment yet",
                    in: other)
            }
            throw .notReserved(want?.quantity, of: line, free: free)
        }
        let missing = line.open.less(line.picked).less(line.planned).less(quantity)
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
    /// The goods are in another shipment, which somebody must finish or give up.
    fileprivate static func alreadyPlanned(
        _ expected: String, in shipment: (id: ShipmentID, state: ShipmentState)
    ) -> Rejection {
        let id = shipment.id
        let remedy =
            switch shipment.state.status {
            case .planned: #"ship that with fulfillment.ship {"shipment": "\#(id)"}"#
            case .packed: "let that leave with fulfillment.issue-goods"
            default: "finish picking it"
            }
        return Rejection(
            .alreadyPlanned,
            "Expected \(expected), found them in shipment \(id), which is \(shipment.state.status.rawValue); \(remedy), or give it up with fulfillment.cancel-shipment.",
            [
                JSONMember("shipment", .string(id.text)),
                JSONMember("status", .string(shipment.state.status.rawValue)),
            ])
    }

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
