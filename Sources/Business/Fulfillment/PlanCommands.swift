package import Records

/// Settles what of an order is shipped together.
package struct PlanShipment: Command {
    package let order: OrderID
    package let shipment: ShipmentID?
    package let warehouse: WarehouseID?
    package let lines: [WantedLine]
    package let carrier: String?
    package let external: ExternalReference?

    package static let schema = Schema<PlanShipment>(
        "fulfillment.plan-shipment",
        "Settles what of an order is shipped together: all that is reserved, not picked and in no other shipment, or named lines.",
        Field(1, "order", \.order, "The order."),
        Field(2, "shipment", \.shipment, "The shipment's id; absent: the next of the series SH."),
        Field(
            3, "warehouse", \.warehouse,
            "From where; needed where the order is reserved in several warehouses."),
        Field(4, "lines", \.lines, "Which lines, and how much; absent: all that is reserved."),
        Field(5, "carrier", \.carrier, "Who carries it.", limits: .count(1...200)),
        Field(6, "external", \.external, "Where the record came from."),
        make: PlanShipment.init)

    package static let access = CommandAccess.roles("warehouse", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .wrongState, .orderBlocked, .notStocked, .unitMismatch,
        .nothingReserved, .alreadyPlanned, .quantityExceeds, .incompleteDelivery,
        .warehouseNeeded,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let plan = try ShipmentPlan(order, wanted: lines, from: warehouse, decision)
        try plan.requireSomething(from: warehouse)
        guard let first = plan.warehouses.first, plan.warehouses.count == 1 else {
            throw .warehouseNeeded(plan)
        }
        let id = try decision.newIdentifier(
            ShipmentState.self, given: shipment?.text, series: "SH")
        try plan.emit(first, as: id, carrier: carrier, external: external, decision)
    }
}

extension Rejection {
    fileprivate static func warehouseNeeded(_ plan: ShipmentPlan) -> Rejection {
        let names = plan.warehouses.map(\.text).joined(separator: ", ")
        return Rejection(
            .warehouseNeeded,
            "Expected goods of one warehouse, found \(plan.order) reserved in \(names); name one.",
            [JSONMember("warehouses", .array(plan.warehouses.map { .string($0.text) }))])
    }
}

/// Plans, picks, packs and issues in one command what is reserved, or a shipment that is planned.
///
/// Asked for an order without naming what, it first ships what is planned of it and nobody picks
/// yet, and then what is in no shipment. A shipment that somebody picks is theirs to finish.
///
/// For imports, counters and shops where one person does it all. The events and guards are those
/// of the single steps.
package struct Ship: Command {
    package let order: OrderID?
    package let shipment: ShipmentID?
    package let warehouse: WarehouseID?
    package let lines: [WantedLine]
    package let carrier: String?
    package let external: ExternalReference?

    package static let schema = Schema<Ship>(
        "fulfillment.ship",
        "Plans, picks, packs and issues in one command what is reserved for an order, or a shipment that is planned. Without a shipment's id or lines, planned shipments of the order that nobody picks yet leave as they are planned, and the rest follows by itself. Goods in several warehouses make a shipment for each.",
        Field(1, "order", \.order, "The order; absent where a planned shipment is named."),
        Field(
            2, "shipment", \.shipment,
            "With an order: the new shipment's id; alone: a shipment that is planned."),
        Field(3, "warehouse", \.warehouse, "From where; absent: from everywhere."),
        Field(4, "lines", \.lines, "Which lines, and how much; absent: all that is reserved."),
        Field(5, "carrier", \.carrier, "Who carries it.", limits: .count(1...200)),
        Field(6, "external", \.external, "Where the record came from."),
        make: Ship.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] =
        PlanShipment.rejections + IssueGoods.rejections + [.invalidValue]

    package func decide(_ decision: Decision) throws(Rejection) {
        if let order { return try ship(order, decision) }
        guard let shipment, lines.isEmpty, warehouse == nil, carrier == nil, external == nil else {
            throw Rejection(
                .invalidValue,
                "Expected an order, or a planned shipment and nothing else, found neither; name one."
            )
        }
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.planned, of: shipment)
        try finish(shipment, decision)
    }

    private func ship(_ order: OrderID, _ decision: Decision) throws(Rejection) {
        let plan = try ShipmentPlan(order, wanted: lines, from: warehouse, decision)
        let planned = plansToUse(plan)
        if planned.isEmpty { try plan.requireSomething(from: warehouse) }
        for shipment in planned { try finish(shipment, decision) }
        guard shipment == nil || plan.warehouses.count == 1 else { throw .warehouseNeeded(plan) }
        for warehouse in plan.warehouses {
            let id = try decision.newIdentifier(
                ShipmentState.self, given: shipment?.text, series: "SH")
            guard let identifier = ShipmentID(id) else { throw .badIdentifier(id) }
            try plan.emit(warehouse, as: id, carrier: carrier, external: external, decision)
            try finish(identifier, decision)
        }
    }

    /// The planned shipments that leave as they are; none where the command describes a new one.
    private func plansToUse(_ plan: ShipmentPlan) -> [ShipmentID] {
        guard shipment == nil, lines.isEmpty, external == nil else { return [] }
        return plan.untouched(in: warehouse)
    }

    private func finish(_ shipment: ShipmentID, _ decision: Decision) throws(Rejection) {
        try StartPick(shipment: shipment, picker: nil).decide(decision)
        try ConfirmPick(shipment: shipment, lines: []).decide(decision)
        try PackShipment(shipment: shipment, packages: nil).decide(decision)
        try IssueGoods(shipment: shipment, carrier: carrier).decide(decision)
    }
}
