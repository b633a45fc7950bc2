package import Records

/// Lets packed goods leave: stock and cost move now.
package struct IssueGoods: Command {
    package let shipment: ShipmentID
    package let carrier: String?

    package static let schema = Schema<IssueGoods>(
        "fulfillment.issue-goods", "Lets packed goods leave: stock and cost move now.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "carrier", \.carrier, "Who carries it.", limits: .count(1...200)),
        make: IssueGoods.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .orderBlocked, .creditExceeded, .periodLocked,
        .insufficientStock, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.packed, of: shipment)
        try decision.existing(OrderState.self, state.order.text).requireShippable(state.order)
        // Picked in this very command, the credit was judged a moment ago.
        if !decision.emitted.contains(where: { $0.event is PickStarted }) {
            try decision.requireCredit(for: state.order)
        }
        try decision.requireOpenPeriod()
        // Two lines of one product cost one after the other: each sees what the former left.
        var pools: [ProductID: CostPool] = [:]
        var issued: [IssuedLine] = []
        for line in state.lines where line.picked.isPositive {
            var pool: CostPool
            if let known = pools[line.product] {
                pool = known
            } else {
                pool = try decision.poolAfterIssues(state.warehouse, line.product)
            }
            guard let cost = pool.cost(ofIssuing: line.picked) else {
                throw .insufficientStock(
                    line.picked, of: line.product, in: state.warehouse, available: pool.quantity)
            }
            pool.issue(line.picked, cost: cost)
            pools[line.product] = pool
            issued.append(
                IssuedLine(
                    orderLine: line.orderLine, product: line.product,
                    productClass: line.productClass, quantity: line.picked, cost: cost))
        }
        try decision.emit(
            GoodsIssued(
                order: state.order, customer: state.customer, warehouse: state.warehouse,
                lines: issued, opportunity: state.opportunity, source: state.source,
                issuedOn: decision.facts.effectiveDate, carrier: carrier ?? state.carrier),
            to: shipment.text)
    }
}

extension Decision {
    /// What a product costs after what this very command let leave before: the stock itself hears
    /// of that after the command.
    fileprivate func poolAfterIssues(
        _ warehouse: WarehouseID, _ product: ProductID
    ) throws(Rejection) -> CostPool {
        var pool = try stock(warehouse, product).pool
        for item in emitted {
            guard let issued = item.event as? GoodsIssued, issued.warehouse == warehouse else {
                continue
            }
            for line in issued.lines where line.product == product {
                pool.issue(line.quantity, cost: line.cost)
            }
        }
        return pool
    }
}

/// Confirms that the goods reached the customer.
package struct ConfirmDelivery: Command {
    package let shipment: ShipmentID
    package let proof: String?

    package static let schema = Schema<ConfirmDelivery>(
        "fulfillment.confirm-delivery", "Confirms that the goods reached the customer.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "proof", \.proof, "How that is known: a number, a document."),
        make: ConfirmDelivery.init)

    package static let access = CommandAccess.roles("warehouse", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.shipped, of: shipment)
        let lines = state.lines.filter(\.issued.isPositive).map {
            LineQuantity(orderLine: $0.orderLine, product: $0.product, quantity: $0.issued)
        }
        try decision.emit(
            ShipmentDelivered(order: state.order, lines: lines, proof: proof), to: shipment.text)
    }
}

/// Gives up a shipment before goods left; picks are put back.
package struct CancelShipment: Command {
    package let shipment: ShipmentID
    package let reason: String
    package let releaseReservation: Bool

    package static let schema = Schema<CancelShipment>(
        "fulfillment.cancel-shipment",
        "Gives up a shipment before goods left; picks are put back, and the reservation is kept or released.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "reason", \.reason, "Why.", limits: .notEmpty),
        Field(
            3, "releaseReservation", \.releaseReservation,
            "Whether the goods are given up for the order, too.", default: false),
        make: CancelShipment.init)

    package static let access = CommandAccess.roles("warehouse", "sales", "sales-manager")
    package static let rejections: [RejectionCode] = [.unknownObject, .wrongState]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.planned, .picking, .packed, of: shipment)
        let order = try decision.existing(OrderState.self, state.order.text)
        var putBack: [LineQuantity] = []
        var released: [LineQuantity] = []
        var unplanned: [LineQuantity] = []
        let isCounted = try decision.isPlanCounted(shipment.text, of: state.order)
        let isPlanned = isCounted && state.status != .packed
        for line in state.lines {
            if line.picked.isPositive {
                putBack.append(
                    LineQuantity(
                        orderLine: line.orderLine, product: line.product, quantity: line.picked))
            }
            if isPlanned, line.toPick.isPositive {
                unplanned.append(
                    LineQuantity(
                        orderLine: line.orderLine, product: line.product, quantity: line.toPick))
            }
            guard releaseReservation else { continue }
            // What this shipment picked is free again; what others picked is not.
            let free = try decision.pickable(line, of: state, order).plus(line.picked)
            let quantity = min(line.planned, free)
            if quantity.isPositive {
                released.append(
                    LineQuantity(
                        orderLine: line.orderLine, product: line.product, quantity: quantity))
            }
        }
        try decision.emit(
            ShipmentCancelled(
                order: state.order, warehouse: state.warehouse, putBack: putBack,
                released: released, reason: reason, unplanned: unplanned),
            to: shipment.text)
    }
}

/// Takes an issue back at its original cost: the goods are packed in the warehouse again.
package struct ReverseIssue: Command {
    package let shipment: ShipmentID
    package let reason: String

    package static let schema = Schema<ReverseIssue>(
        "fulfillment.reverse-issue",
        "Takes an issue back at its original cost, in the month of the issue and while it is not billed.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "reason", \.reason, "Why.", limits: .notEmpty),
        make: ReverseIssue.init)

    package static let access = CommandAccess.roles("warehouse")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .alreadyInvoiced, .otherPeriod, .periodLocked, .stockLimit,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.existing(ShipmentState.self, shipment.text)
        try state.require(.shipped, of: shipment)
        // A block stops goods that leave, not goods that come back.
        let order = try decision.liveOrder(state.order)
        try requireSamePeriod(state, decision)
        try decision.requireOpenPeriod()
        var lines: [IssuedLine] = []
        for line in state.lines where line.issued.isPositive {
            try requireUnbilled(line, order)
            guard let cost = line.cost else { continue }
            lines.append(
                IssuedLine(
                    orderLine: line.orderLine, product: line.product,
                    productClass: line.productClass, quantity: line.issued, cost: cost))
        }
        try decision.emit(
            GoodsIssueReversed(
                order: state.order, customer: state.customer, warehouse: state.warehouse,
                lines: lines, reason: reason,
                reverses: [try decision.lastEvent(of: ShipmentState.self, shipment.text)]),
            to: shipment.text)
    }

    private func requireSamePeriod(
        _ state: ShipmentState, _ decision: Decision
    ) throws(Rejection) {
        let today = decision.facts.effectiveDate
        guard let issuedOn = state.issuedOn, issuedOn.endOfMonth != today.endOfMonth else { return }
        throw Rejection(
            .otherPeriod,
            "Expected a date in the month of the issue of \(issuedOn), found \(today); take the goods back as a return instead.",
            [JSONMember("issuedOn", .string(issuedOn.description))])
    }

    /// What was billed by delivery needs goods that were delivered; a bill for the order does not.
    private func requireUnbilled(_ line: ShipmentLine, _ order: OrderState) throws(Rejection) {
        guard order.invoicing != .onOrder, let orderLine = order.line(line.orderLine),
            orderLine.shipped.less(line.issued) < orderLine.billed
        else { return }
        throw Rejection(
            .alreadyInvoiced,
            "Expected line \(line.orderLine) not to be billed, found \(orderLine.billed.digits) billed; credit the invoice and take the goods back as a return.",
            [
                JSONMember("line", .integer(line.orderLine)),
                JSONMember("invoiced", .string(orderLine.billed.digits)),
            ])
    }
}
