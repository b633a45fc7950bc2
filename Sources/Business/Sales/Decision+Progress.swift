import Records

extension Decision {
    /// Records what another department did for lines of an order, and the milestones reached.
    ///
    /// - Throws: ``RejectionCode/quantityExceeds`` where a counter would leave its bounds
    ///   (semantics 1.1): then the whole command is refused.
    func progress(
        _ order: OrderID, _ changes: [LineProgress], invoice: InvoiceID? = nil,
        shipment: ShipmentID? = nil
    ) throws(Rejection) {
        let before = try existing(OrderState.self, order.text)
        let merged = Self.merged(changes)
        if merged.isEmpty && invoice == nil && shipment == nil { return }
        for change in merged { try requireBounds(change, of: before, order) }
        try emit(
            OrderProgressed(order: order, changes: merged, invoice: invoice, shipment: shipment),
            to: order.text)
        try tellMilestones(of: order, before: before)
    }

    /// One change for each line, what changes nothing left out.
    private static func merged(_ changes: [LineProgress]) -> [LineProgress] {
        var merged: [LineProgress] = []
        for change in changes {
            if let index = merged.firstIndex(where: { $0.line == change.line }) {
                merged[index].add(change)
            } else {
                merged.append(change)
            }
        }
        return merged.filter { $0 != LineProgress(line: $0.line) }
    }

    private func requireBounds(
        _ change: LineProgress, of state: OrderState, _ order: OrderID
    ) throws(Rejection) {
        guard let line = state.line(change.line) else {
            throw Rejection(
                .unknownLine,
                "Expected a line of order \(order), found \(change.line); check the line number.",
                [JSONMember("line", .integer(change.line))])
        }
        if let broken = line.broken(by: change, under: state.invoicing) {
            throw Rejection(
                .quantityExceeds,
                "Line \(change.line) of order \(order): expected \(broken.rule), found \(broken.found); \(broken.remedy).",
                [
                    JSONMember("order", .string(order.text)),
                    JSONMember("line", .integer(change.line)),
                    JSONMember("open", .string(line.open.digits)),
                    JSONMember("product", .string(line.product.text)),
                ])
        }
    }

    /// Tells each milestone that became true since `before`, once.
    func tellMilestones(of order: OrderID, before: OrderState) throws(Rejection) {
        let after = try state(of: OrderState.self, order.text)
        if after.isReservedInFull, !before.isReservedInFull {
            try emit(OrderReservedInFull(order: order), to: order.text)
        }
        if after.isShippedInFull, !before.isShippedInFull {
            try emit(OrderShippedInFull(order: order), to: order.text)
        }
        if after.isDeliveredInFull, !before.isDeliveredInFull {
            try emit(OrderDeliveredInFull(order: order), to: order.text)
        }
        if after.isInvoicedInFull, !before.isInvoicedInFull {
            try emit(OrderInvoicedInFull(order: order), to: order.text)
        }
        if after.isFinished, !before.isFinished {
            try emit(OrderCompleted(order: order), to: order.text)
        }
        try tellPaid(order)
    }

    /// Tells that an order is paid, when every invoice of it is cleared and nothing is left to bill.
    func tellPaid(_ order: OrderID) throws(Rejection) {
        let state = try state(of: OrderState.self, order.text)
        guard !state.isPaid, state.isInvoicedInFull, !state.invoices.isEmpty else { return }
        for invoice in state.invoices {
            let posted = try self.state(of: InvoiceState.self, invoice.text)
            for part in posted.installments where !part.amount.isZero {
                let item = try self.state(of: OpenItemState.self, part.item.text)
                guard item.status == .cleared || item.status == .writtenOff else { return }
            }
        }
        try emit(OrderPaid(order: order), to: order.text)
    }
}

extension LineProgress {
    /// Adds another change of the same line.
    mutating func add(_ other: LineProgress) {
        reserved = reserved.plus(other.reserved)
        picked = picked.plus(other.picked)
        shipped = shipped.plus(other.shipped)
        delivered = delivered.plus(other.delivered)
        invoiced = invoiced.plus(other.invoiced)
        returned = returned.plus(other.returned)
        credited = credited.plus(other.credited)
        planned = planned.plus(other.planned)
    }
}
