import Records

/// Compares a bill with orders and receipts, line by line and on cumulative quantities.
///
/// A difference blocks where the tolerance table says so. Tax is not compared.
/// - Source: semantics 2.2, three-way match.
struct ThreeWayMatch {
    /// The differences that are not tolerated.
    private(set) var blocks: [MatchBlock] = []
    /// The table that judged last.
    private(set) var judge: Blob?

    private let decision: Decision
    private let supplier: SupplierID
    /// What earlier lines of the same bill take of an order line.
    private var taken: [String: Quantity] = [:]

    init(_ invoice: SupplierInvoiceState, _ decision: Decision) throws(Rejection) {
        self.decision = decision
        supplier = invoice.supplier
        for line in invoice.lines {
            guard let order = line.order, let orderLine = line.orderLine,
                let quantity = line.quantity
            else { continue }
            let state = try decision.existing(PurchaseOrderState.self, order.text)
            let ordered = try state.requireLine(orderLine, of: order)
            let key = PurchaseOrderState.unbilledItem(order: order, line: orderLine)
            let before = ordered.invoiced.plus(taken[key] ?? .zero)
            let billed = try computing("the billed quantity") { () throws(ArithmeticFailure) in
                try before.adding(quantity)
            }
            taken[key] = (taken[key] ?? .zero).plus(quantity)
            if state.status == .cancelled {
                try judge(
                    .orderOver, line.line, excess: quantity.millionths,
                    difference: quantity.decimal, percent: Decimal.allInPercent,
                    expected: "nothing, for order \(order) is cancelled",
                    found: "\(quantity) billed")
                continue
            }
            try compareQuantity(line, ordered, billed: billed)
            try comparePrice(line, ordered, quantity)
        }
    }

    private mutating func compareQuantity(
        _ line: SupplierInvoiceLine, _ ordered: PurchaseOrderLine, billed: Quantity
    ) throws(Rejection) {
        guard billed > ordered.received else { return }
        let reason: MatchReason = ordered.received.isZero ? .noReceipt : .quantity
        let excess = billed.less(ordered.received)
        try judge(
            reason, line.line, excess: excess.millionths, difference: excess.decimal,
            percent: Decimal.percent(excess.millionths, of: ordered.received.millionths),
            expected: "at most \(ordered.received) billed in all, as received",
            found: "\(billed) billed in all")
    }

    private mutating func comparePrice(
        _ line: SupplierInvoiceLine, _ ordered: PurchaseOrderLine, _ quantity: Quantity
    ) throws(Rejection) {
        let (expected, difference) = try computing("the price difference") {
            () throws(ArithmeticFailure) in
            let expected = try ordered.price.amount(of: quantity)
            return (expected, try line.net.subtracting(expected))
        }
        guard !difference.isZero else { return }
        try judge(
            .price, line.line, excess: difference.minorUnits, difference: difference.decimal,
            percent: Decimal.percent(difference.minorUnits, of: expected.minorUnits),
            expected: "\(expected), \(quantity) at \(ordered.price)",
            found: line.price.map { "\(line.net), at \($0)" } ?? "\(line.net)")
    }

    private mutating func judge(
        _ reason: MatchReason, _ line: Int64, excess: Int64, difference: Decimal,
        percent: Decimal, expected: String, found: String
    ) throws(Rejection) {
        let verdict = try decision.isBlocked(
            reason, difference: difference, percent: percent, supplier: supplier)
        judge = verdict.judge
        if verdict.isBlocked {
            blocks.append(
                MatchBlock(
                    line: line, reason: reason, expected: expected, found: found, excess: excess))
        }
    }
}

extension MatchReason {
    /// Whether who accepts this accepts the other with it: goods that have not come at all, and
    /// then come in part.
    fileprivate func covers(_ other: MatchReason) -> Bool {
        self == other || self == .noReceipt && other == .quantity
    }
}

extension SupplierInvoiceState {
    /// Whether a person accepted this difference of this line, or a larger one of the same sign:
    /// who accepts ten too many has not accepted a hundred.
    func isReleased(_ block: MatchBlock) -> Bool {
        released.contains { accepted in
            guard accepted.line == block.line, accepted.reason.covers(block.reason) else {
                return false
            }
            guard let most = accepted.excess, let found = block.excess else { return true }
            return (found < 0) == (most < 0) && found.magnitude <= most.magnitude
        }
    }

    /// What no order stands behind; reductions are not taken off, or a large expense could hide
    /// behind one.
    func expense() throws(Rejection) -> Money {
        try computing("the expenses") { () throws(ArithmeticFailure) in
            try lines.filter { $0.order == nil && $0.net.isPositive }.map(\.net)
                .total(net.currency)
        }
    }
}
