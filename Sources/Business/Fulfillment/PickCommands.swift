package import Records

/// Begins to pick a planned shipment.
package struct StartPick: Command {
    package let shipment: ShipmentID
    package let picker: String?

    package static let schema = Schema<StartPick>(
        "fulfillment.start-pick", "Begins to pick a planned shipment.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "picker", \.picker, "Who picks.", limits: .count(1...64)),
        make: StartPick.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .orderBlocked, .creditExceeded, .nothingReserved, .noRule,
        .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.planned, of: shipment)
        let order = try decision.existing(OrderState.self, state.order.text)
        try order.requireShippable(state.order)
        try decision.requireCredit(for: state.order)
        var isReserved = false
        for line in state.lines where !isReserved {
            isReserved = try decision.pickable(line, of: state, order).isPositive
        }
        guard isReserved else {
            throw Rejection(
                .nothingReserved,
                "Expected goods that are reserved for \(state.order) and not picked, found none; cancel shipment \(shipment) and reserve the order again.",
                [JSONMember("order", .string(state.order.text))])
        }
        try decision.emit(PickStarted(order: state.order, picker: picker), to: shipment.text)
    }
}

extension Decision {
    /// How much of a line of a shipment is held for its order and not picked.
    ///
    /// What the order's lines know of picks, they know after the command; so this counts what
    /// other shipments picked before, and picks of this shipment once.
    func pickable(
        _ line: ShipmentLine, of shipment: ShipmentState, _ order: OrderState
    ) throws(Rejection) -> Quantity {
        let held = try stock(shipment.warehouse, line.product)
            .held(for: shipment.order, line: line.orderLine)
        let picked = order.line(line.orderLine)?.picked ?? .zero
        return max(.zero, held.less(max(picked, line.picked)))
    }
}

/// Confirms that goods were taken from their places.
package struct ConfirmPick: Command {
    package let shipment: ShipmentID
    package let lines: [WantedLine]

    package static let schema = Schema<ConfirmPick>(
        "fulfillment.confirm-pick", "Confirms that goods were taken from their places.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "lines", \.lines, "Which lines, and how much; absent: all that is planned."),
        make: ConfirmPick.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quantityExceeds, .nothingPicked, .unitMismatch,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.picking, of: shipment)
        let order = try decision.existing(OrderState.self, state.order.text)
        var picks: [LineQuantity] = []
        let wanted =
            lines.isEmpty
            ? state.lines.map { WantedLine(line: $0.orderLine, quantity: nil) } : lines
        for want in wanted {
            let line = try state.existing(want.line, of: shipment)
            let quantity = try want.quantity.map { (quantity) throws(Rejection) in
                try decision.stockedProduct(line.product).inOwnUnit(quantity)
            }
            let pick = quantity ?? line.toPick
            guard pick.isPositive else { continue }
            let open = min(line.toPick, try decision.pickable(line, of: state, order))
            guard pick <= open, !picks.contains(where: { $0.orderLine == want.line }) else {
                throw .moreThanPlanned(pick, of: line, open: open)
            }
            picks.append(
                LineQuantity(orderLine: line.orderLine, product: line.product, quantity: pick))
        }
        guard !picks.isEmpty else {
            throw Rejection(
                .nothingPicked,
                "Expected goods that are still to be picked for shipment \(shipment), found none; pack it or cancel it."
            )
        }
        try decision.emit(PickConfirmed(order: state.order, lines: picks), to: shipment.text)
    }
}

extension Rejection {
    fileprivate static func moreThanPlanned(
        _ quantity: Quantity, of line: ShipmentLine, open: Quantity
    ) -> Rejection {
        Rejection(
            .quantityExceeds,
            "Expected at most \(open.digits) of line \(line.orderLine), which is planned and reserved and not picked, found \(quantity.digits); pick less, or plan and reserve more.",
            [
                JSONMember("line", .integer(line.orderLine)),
                JSONMember("open", .string(open.digits)),
            ])
    }
}

/// Reports that reserved goods were not found; the line waits for them again.
package struct ShortPick: Command {
    package let shipment: ShipmentID
    package let line: Int64
    package let quantity: Quantity
    package let reason: String

    package static let schema = Schema<ShortPick>(
        "fulfillment.short-pick",
        "Reports that reserved goods were not found: the line waits for them again, and they are not available until counted.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "line", \.line, "The order's line."),
        Field(3, "quantity", \.quantity, "How much was not there.", limits: .positive),
        Field(4, "reason", \.reason, "Why.", limits: .notEmpty),
        make: ShortPick.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .quantityExceeds, .unitMismatch,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.picking, of: shipment)
        let line = try state.existing(self.line, of: shipment)
        let quantity = try decision.stockedProduct(line.product).inOwnUnit(quantity)
        let order = try decision.existing(OrderState.self, state.order.text)
        let open = min(line.toPick, try decision.pickable(line, of: state, order))
        guard quantity <= open else { throw .moreThanPlanned(quantity, of: line, open: open) }
        try decision.emit(
            ShortPicked(
                order: state.order, orderLine: line.orderLine, product: line.product,
                warehouse: state.warehouse, quantity: quantity, reason: reason),
            to: shipment.text)
    }
}

/// Packs what was picked.
package struct PackShipment: Command {
    package let shipment: ShipmentID
    package let packages: Int64?

    package static let schema = Schema<PackShipment>(
        "fulfillment.pack", "Packs what was picked; the rest stays reserved for another shipment.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "packages", \.packages, "How many packages.", limits: .positive),
        make: PackShipment.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState, .nothingPicked]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.picking, of: shipment)
        guard state.lines.contains(where: \.picked.isPositive) else {
            throw Rejection(
                .nothingPicked,
                "Expected picked goods in shipment \(shipment), found none; confirm picks or cancel it."
            )
        }
        try decision.emit(
            ShipmentPacked(order: state.order, packages: packages), to: shipment.text)
    }
}

/// Opens a packed shipment again.
package struct UnpackShipment: Command {
    package let shipment: ShipmentID
    package let reason: String?

    package static let schema = Schema<UnpackShipment>(
        "fulfillment.unpack", "Opens a packed shipment again, to pick more or to cancel it.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "reason", \.reason, "Why."),
        make: UnpackShipment.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.packed, of: shipment)
        try decision.emit(
            ShipmentUnpacked(order: state.order, reason: reason), to: shipment.text)
    }
}
