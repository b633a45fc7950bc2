package import Records

/// Cancel a quantity of one line of an order.
package struct CancelOrderLine: Command {
    package let order: OrderID
    package let line: Int64
    package var quantity: Quantity?
    package let reason: String

    package static let schema = Schema<CancelOrderLine>(
        "sales.cancel-order-line", "Cancel a quantity of one line of an order.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "line", \.line, "Which line.", limits: .positive),
        Field(
            3, "quantity", \.quantity, "How much; all that can be cancelled where absent.",
            limits: .positive),
        Field(4, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: { CancelOrderLine(order: $0, line: $1, quantity: $2, reason: $3) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .unknownLine, .quantityExceeds, .unitMismatch,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        guard let line = known.line(line) else {
            throw Rejection(
                .unknownLine,
                "Expected a line of order \(order), found \(line); it has 1 to \(known.lines.count).",
                [JSONMember("line", .integer(line))])
        }
        let open = line.cancellable
        var quantity = open
        if let asked = self.quantity {
            quantity = try decision.counted(asked, of: line.product)
        }
        guard quantity.isPositive, quantity <= open else {
            throw Rejection(
                .quantityExceeds,
                "Line \(line.line) of order \(order): expected at most \(open) to cancel, which is neither picked, shipped nor billed, found \(quantity); cancel the shipment or credit the invoice first.",
                [
                    JSONMember("line", .integer(line.line)),
                    JSONMember("open", .string(open.digits)),
                ])
        }
        var after = known
        after.cancel(quantity, of: line.line)
        try decision.giveBack(of: order, wanting: after, reason: "line cancelled")
        try decision.emit(
            OrderLineCancelled(
                order: order, customer: known.customer, line: line.line, product: line.product,
                warehouse: line.warehouse, quantity: quantity, reason: reason,
                value: try decision.value(leaving: known, to: after)),
            to: order.text)
        if after.lines.allSatisfy(\.wanted.isZero) {
            try decision.emit(
                OrderCancelled(
                    order: order, customer: known.customer, reason: reason,
                    value: .zero(known.currency), cancelledBy: decision.decider),
                to: order.text)
        } else {
            try decision.tellMilestones(of: order, before: known)
        }
    }
}

/// Cancel an order of which nothing has left and nothing is billed.
package struct CancelOrder: Command {
    package let order: OrderID
    package let reason: String

    package static let schema = Schema<CancelOrder>(
        "sales.cancel-order",
        "Cancel an order of which nothing is picked, has left or is billed.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: CancelOrder.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .alreadyShipped, .goodsPicked, .alreadyInvoiced,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.liveOrder(order)
        for line in known.lines { try requireUntouched(line) }
        var after = known
        for line in known.lines { after.cancel(line.wanted, of: line.line) }
        try decision.giveBack(of: order, wanting: after, reason: "order cancelled")
        try decision.emit(
            OrderCancelled(
                order: order, customer: known.customer, reason: reason,
                value: try decision.value(leaving: known, to: after),
                cancelledBy: decision.decider),
            to: order.text)
    }

    private func requireUntouched(_ line: OrderLine) throws(Rejection) {
        let details = [JSONMember("line", .integer(line.line))]
        guard line.shipped.isZero else {
            throw Rejection(
                .alreadyShipped,
                "Line \(line.line) of order \(order): expected nothing shipped, found \(line.shipped); close the order short, or take the issue back first.",
                details)
        }
        guard line.picked.isZero else {
            throw Rejection(
                .goodsPicked,
                "Line \(line.line) of order \(order): expected nothing picked, found \(line.picked); cancel the shipment first.",
                details)
        }
        guard line.billed.isZero else {
            throw Rejection(
                .alreadyInvoiced,
                "Line \(line.line) of order \(order): expected nothing billed, found \(line.billed); credit the invoice first.",
                details)
        }
    }
}

/// End an order with a part of it not shipped.
package struct CloseOrderShort: Command {
    package let order: OrderID
    package let reason: String

    package static let schema = Schema<CloseOrderShort>(
        "sales.close-order-short",
        "End an order with a part of it not shipped; what was shipped can still be billed.",
        Field(1, "order", \.order, "Which order."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: CloseOrderShort.init)

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .nothingShipped, .goodsPicked, .alreadyInvoiced,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(OrderState.self, order.text)
        guard known.status == .released else {
            throw Rejection.wrongState(
                "Order \(order)", is: known.status.rawValue, expected: "released",
                remedy: known.status == .pending
                    ? "release its blocks first, or cancel what is open"
                    : "it has ended already")
        }
        guard known.lines.contains(where: \.shipped.isPositive) else {
            throw Rejection(
                .nothingShipped,
                "Expected a part of order \(order) to be shipped, found nothing; cancel it with sales.cancel-order."
            )
        }
        var after = known
        var short: [OrderClosedShort.ShortLine] = []
        for line in known.lines where line.open.isPositive {
            try requireClosable(line)
            after.cancel(line.open, of: line.line)
            short.append(OrderClosedShort.ShortLine(line: line.line, quantity: line.open))
        }
        try decision.emit(
            OrderClosedShort(
                order: order, customer: known.customer, reason: reason, lines: short,
                value: try decision.value(leaving: known, to: after),
                closedBy: decision.decider),
            to: order.text)
        try decision.tellMilestones(of: order, before: known)
    }

    private func requireClosable(_ line: OrderLine) throws(Rejection) {
        let details = [JSONMember("line", .integer(line.line))]
        guard line.picked.isZero else {
            throw Rejection(
                .goodsPicked,
                "Line \(line.line) of order \(order): expected nothing in picking, found \(line.picked) picked; ship it, or cancel the shipment first.",
                details)
        }
        guard line.billed <= line.shipped else {
            throw Rejection(
                .alreadyInvoiced,
                "Line \(line.line) of order \(order): expected at most \(line.shipped) billed, as much as was shipped, found \(line.billed); credit the invoice first.",
                details)
        }
    }
}

extension OrderLine {
    /// How much can be cancelled: neither picked, shipped nor billed.
    package var cancellable: Quantity {
        max(.zero, wanted.less(max(picked.plus(shipped), billed)))
    }
}

extension OrderState {
    /// Takes a quantity of a line off what is wanted; a fold, so it refuses nothing.
    mutating func cancel(_ quantity: Quantity, of line: Int64) {
        guard let index = lines.firstIndex(where: { $0.line == line }) else { return }
        lines[index].cancelled = lines[index].cancelled.plus(quantity)
    }
}

extension Decision {
    /// What leaves the customer's credit exposure between two states of an order.
    func value(leaving before: OrderState, to after: OrderState) throws(Rejection) -> Money {
        guard before.isCounted else { return .zero(before.currency) }
        return try computing("the value that leaves the order") { () throws(ArithmeticFailure) in
            try before.uninvoicedValue().subtracting(after.uninvoicedValue())
        }
    }
}
