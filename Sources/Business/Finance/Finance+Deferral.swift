import Records

extension Finance {
    /// What invoices and goods that move mean for revenue that is billed and not earned.
    ///
    /// An order whose goods leave before they are billed has no such revenue: then nothing is
    /// written here and no state of it is read.
    static let deferralConsequences: [Consequence] = [
        .of(InvoicePosted.self) { (event, _, decision) throws(Rejection) in
            guard let order = event.order else { return }
            let parts = event.lines.compactMap { line -> DeferredPart? in
                guard let deferred = line.deferred, deferred.quantity.isPositive else { return nil }
                return DeferredPart(
                    line, of: event.number, event.partnerGroup, billed: line.quantity,
                    net: line.net, deferred: deferred)
            }
            if parts.isEmpty { return }
            try decision.emit(
                RevenueDeferred(order: order, customer: event.customer, lines: parts),
                to: order.text)
        },
        .of(GoodsIssued.self) { (event, source, decision) throws(Rejection) in
            guard let shipment = ShipmentID(source.stream.id) else { return }
            try decision.recognise(event, shipment)
        },
        .of(GoodsIssueReversed.self) { (event, source, decision) throws(Rejection) in
            guard let shipment = ShipmentID(source.stream.id) else { return }
            try decision.deferAgain(event, shipment)
        },
    ]
}

extension DeferredPart {
    fileprivate init(
        _ line: InvoiceLine, of invoice: InvoiceID, _ group: String?, billed: Quantity, net: Money,
        deferred: DeferredAmount
    ) {
        self.init(
            orderLine: line.orderLine, invoice: invoice, product: line.product,
            productClass: line.productClass, taxCode: line.taxCode, partnerGroup: group,
            billed: billed, net: net, quantity: deferred.quantity, amount: deferred.net)
    }
}

extension OrderState {
    /// Whether some of these lines may have been billed before their goods left.
    fileprivate func mayHaveDeferred(_ lines: [IssuedLine]) -> Bool {
        guard invoicing != .onDelivery else { return false }
        return lines.contains { line($0.orderLine)?.invoiced.isPositive ?? false }
    }
}

extension Decision {
    /// Whether the company's posting table knows revenue that is not earned.
    ///
    /// A folder from before has a table without: there an invoice is revenue at once, as it was,
    /// until a table that posts `finance.revenue-recognised` is deployed.
    func defersRevenue() throws(Rejection) -> Bool {
        let outcome = try rules.decide(
            PostingTables.postingDecision(of: RevenueRecognised.typeName),
            on: facts.effectiveDate,
            inputs: PostingTables.inputs(
                eventType: RevenueRecognised.typeName, policy: "standard"))
        return !outcome.results.isEmpty
    }

    /// Earns what was billed of goods that leave, the oldest invoice first.
    fileprivate func recognise(
        _ event: GoodsIssued, _ shipment: ShipmentID
    ) throws(Rejection) {
        // Sales has read the order for the same event: this finds it in the decision.
        let order = try state(of: OrderState.self, event.order.text)
        guard order.mayHaveDeferred(event.lines) else { return }
        let held = try state(of: DeferredRevenueState.self, event.order.text)
        var lines: [DeferredPart] = []
        for issued in event.lines {
            let parts = held.parts.filter { $0.orderLine == issued.orderLine }
            lines += try Self.taken(issued.quantity, from: parts)
        }
        if lines.isEmpty { return }
        try emit(
            RevenueRecognised(
                order: event.order, customer: event.customer, shipment: shipment, lines: lines),
            to: event.order.text)
    }

    /// A quantity taken from parts in their order, as far as they reach.
    private static func taken(
        _ quantity: Quantity, from parts: [DeferredPart]
    ) throws(Rejection) -> [DeferredPart] {
        var left = quantity
        var changes: [DeferredPart] = []
        for part in parts where left.isPositive {
            let taken = min(part.quantity, left)
            changes.append(
                try computing("the revenue of invoice \(part.invoice)") {
                    () throws(ArithmeticFailure) in
                    try part.change(to: part.quantity.less(taken))
                })
            left = left.less(taken)
        }
        return changes
    }

    /// Defers again what is billed of goods that came back, the newest invoice first.
    fileprivate func deferAgain(
        _ event: GoodsIssueReversed, _ shipment: ShipmentID
    ) throws(Rejection) {
        let order = try state(of: OrderState.self, event.order.text)
        guard order.mayHaveDeferred(event.lines) else { return }
        let held = try state(of: DeferredRevenueState.self, event.order.text)
        var lines: [DeferredPart] = []
        for back in event.lines {
            guard let line = order.line(back.orderLine) else { continue }
            // More may have left than was billed: that part of what comes back was never earned.
            let unearned = max(.zero, line.billed.less(line.shipped))
            let missing = unearned.less(held.deferred(back.orderLine))
            lines += try restored(min(back.quantity, missing), of: back.orderLine, order, held)
        }
        if lines.isEmpty { return }
        let earned = held.recognised.filter { $0.shipment == shipment }.map {
            EventReference(DeferredRevenueState.self, event.order.text, version: $0.version)
        }
        // What was billed after it left was earned with the invoice itself.
        var invoices: [InvoiceID] = []
        for line in lines where !invoices.contains(line.invoice) { invoices.append(line.invoice) }
        try emit(
            RecognitionReversed(
                order: event.order, customer: event.customer, shipment: shipment, lines: lines,
                reverses: earned.isEmpty
                    ? invoices.map { EventReference(InvoiceState.self, $0.text, version: 1) }
                    : earned),
            to: event.order.text)
    }

    private func restored(
        _ quantity: Quantity, of line: Int64, _ order: OrderState, _ held: DeferredRevenueState
    ) throws(Rejection) -> [DeferredPart] {
        var left = quantity
        var changes: [DeferredPart] = []
        for invoice in order.invoices.reversed() where left.isPositive {
            var known = held.parts.first { $0.orderLine == line && $0.invoice == invoice }
            if known == nil { known = try earned(line, of: invoice) }
            guard let part = known else { continue }
            let back = min(part.billed.less(part.quantity), left)
            guard back.isPositive else { continue }
            changes.append(
                try computing("the revenue of invoice \(invoice)") {
                    () throws(ArithmeticFailure) in
                    try part.change(to: part.quantity.plus(back))
                })
            left = left.less(back)
        }
        return changes
    }

    /// The line of an invoice as it stands when all of it is earned; nil where it has none that is
    /// ever deferred.
    private func earned(
        _ line: Int64, of invoice: InvoiceID
    ) throws(Rejection) -> DeferredPart? {
        let state = try state(of: InvoiceState.self, invoice.text)
        guard let index = state.lines.firstIndex(where: { $0.orderLine == line }),
            state.lines[index].deferred != nil
        else { return nil }
        let billed = state.lines[index]
        let credited = state.credited[index]
        return DeferredPart(
            billed, of: invoice, state.partnerGroup,
            billed: billed.quantity.less(credited.quantity), net: billed.net.less(credited.net),
            deferred: DeferredAmount(quantity: .zero, net: .zero(billed.net.currency)))
    }

    /// What a credit note on a line of an invoice takes back of what is deferred.
    ///
    /// What has not left is taken first, on whichever invoice of the order line the credit note
    /// stands: a customer is credited what he no longer gets, and what is billed and has left must
    /// stay earned. So the line's deferred quantity is always what is billed beyond what has left.
    /// The invoice's own part goes first, for its amount is credited exactly; then the oldest.
    func credited(
        _ credit: InvoiceLine, of invoice: InvoiceID, _ held: DeferredRevenueState
    ) throws(Rejection) -> [DeferredPart] {
        var parts = held.parts.filter { $0.orderLine == credit.orderLine }
        guard let index = parts.firstIndex(where: { $0.invoice == invoice }) else {
            return try Self.taken(credit.quantity, from: parts)
        }
        let own = parts.remove(at: index)
        let taken = min(own.quantity, credit.quantity)
        var change = own
        change.quantity = taken
        // A rest keeps what the credited units were billed at; the last takes all that is left.
        change.amount = taken == own.quantity ? own.amount : credit.net
        change.billed = own.billed.less(credit.quantity)
        change.net = own.net.less(credit.net)
        return [change] + (try Self.taken(credit.quantity.less(taken), from: parts))
    }
}
