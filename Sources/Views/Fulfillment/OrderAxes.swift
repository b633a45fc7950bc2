internal import Business
internal import Records

/// How much of what is wanted was done.
enum Extent: String, Choice {
    case none
    case partial
    case full

    /// The extent of a part of a whole, over all lines.
    init(of lines: [OrderLine], done: (OrderLine) -> Quantity) {
        let wanted = lines.filter(\.wanted.isPositive)
        if !wanted.contains(where: { done($0).isPositive }) {
            self = .none
        } else if wanted.allSatisfy({ done($0) >= $0.wanted }) {
            self = .full
        } else {
            self = .partial
        }
    }
}

/// How far an order is, derived from the quantities of its lines and from its open items.
struct OrderAxes: Equatable {
    let reserved: Extent
    let picked: Extent
    let shipped: Extent
    let delivered: Extent
    let invoiced: Extent
    let paid: Extent

    init(_ row: OrderRow) {
        let all = row.state.lines
        let stock = all.filter { $0.kind == .stock }
        reserved = Extent(of: stock) { $0.reserved.sum($0.picked).sum($0.shipped) }
        picked = Extent(of: stock) { $0.picked.sum($0.shipped) }
        shipped = Extent(of: stock) { $0.shipped }
        delivered = Extent(of: stock) { $0.delivered }
        invoiced = Extent(of: all) { $0.billed }
        if row.state.isPaid {
            paid = .full
        } else if let billed = row.billed, let unpaid = row.unpaid, unpaid != billed {
            paid = .partial
        } else {
            paid = .none
        }
    }
}

extension OrderRow {
    /// The order's place in one word, as NetSuite's users know it.
    /// - Source: semantics 1.3.
    var label: String {
        switch state.status {
        case .none: return "Draft"
        case .pending: return "Pending Approval"
        case .closed: return "Closed"
        case .cancelled: return "Cancelled"
        case .completed: return "Billed"
        case .released: break
        }
        let axes = OrderAxes(self)
        let hasStock = state.lines.contains { $0.kind == .stock && $0.wanted.isPositive }
        if hasStock, axes.shipped == .none { return "Pending Fulfillment" }
        let owesBill = state.lines.contains { $0.toInvoice(under: .onDelivery).isPositive }
        if hasStock, axes.shipped == .partial {
            return owesBill ? "Pending Billing/Partially Fulfilled" : "Partially Fulfilled"
        }
        return axes.invoiced == .full ? "Billed" : "Pending Billing"
    }

    /// The net amount of what was ordered.
    func net() throws(QueryFailure) -> Money {
        try answering { () throws(ArithmeticFailure) in try state.netTotal() }
    }

    /// The net amount of what is wanted and has not left.
    func openNet() throws(QueryFailure) -> Money {
        var total = Money.zero(state.currency)
        guard state.isLive else { return total }
        for line in state.lines {
            let open = line.kind == .stock ? line.open : max(.zero, line.wanted.rest(line.billed))
            guard open.isPositive, line.ordered.isPositive else { continue }
            let part =
                open == line.ordered
                ? line.net
                : try answering { () throws(ArithmeticFailure) in
                    try line.net.share(
                        Int128(open.millionths), of: Int128(line.ordered.millionths))
                }
            total = try total.plus(part)
        }
        return total
    }

    /// What was promised first, else what the customer asked for.
    var dueDate: BusinessDate? {
        state.firstPromisedDate ?? state.promisedDate ?? state.requestedDate
    }
}
