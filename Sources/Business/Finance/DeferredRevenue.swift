package import Records

/// What is billed of an order and not earned yet, for its goods have not left.
///
/// Its stream begins with the first invoice that bills goods before they leave; an order whose
/// goods leave first has none. The sum of the parts is the order's balance on the account of the
/// role `DEFREV`.
/// - Source: semantics 3.2, the invoice on order.
package struct DeferredRevenueState: StreamState, Equatable {
    /// Whose it is.
    package var customer: AccountID?
    /// Invoice lines of which a part is not earned, by age within each order line.
    ///
    /// The oldest of an order line is earned first, so that all but the oldest are deferred whole.
    package var parts: [DeferredPart]
    /// Which events recognised revenue for shipments that left and did not come back.
    package var recognised: [RecognisedShipment]

    package static let streamType = "finance.deferred-revenue"
    package static let initial = DeferredRevenueState(customer: nil, parts: [], recognised: [])
    package static let schema = Schema<DeferredRevenueState>(
        "finance.deferred-revenue", "What is billed of an order and not earned yet.",
        Field(1, "customer", \.customer, "Whose it is."),
        Field(2, "parts", \.parts, "Invoice lines of which a part is not earned."),
        Field(3, "recognised", \.recognised, "Which events recognised revenue for shipments."),
        make: DeferredRevenueState.init)

    /// The key of an order line's lines on the account of deferred revenue.
    package static func item(order: OrderID, line: Int64) -> String { "\(order):\(line)" }

    /// How much of an order line is billed and not earned.
    func deferred(_ line: Int64) -> Quantity {
        parts.lazy.filter { $0.orderLine == line }.reduce(.zero) { $0.plus($1.quantity) }
    }

    /// Takes what changed of an invoice line; a fold, so it refuses nothing.
    fileprivate mutating func apply(_ change: DeferredPart, isMore: Bool) {
        guard
            let index = parts.firstIndex(where: {
                $0.orderLine == change.orderLine && $0.invoice == change.invoice
            })
        else {
            if isMore { parts.append(change) }
            return
        }
        var part = change
        let known = parts[index]
        part.quantity =
            isMore ? known.quantity.plus(change.quantity) : known.quantity.less(change.quantity)
        part.amount = isMore ? known.amount.plus(change.amount) : known.amount.less(change.amount)
        if part.quantity.isZero {
            parts.remove(at: index)
        } else {
            parts[index] = part
        }
    }

    /// Takes what invoices and credit notes changed.
    mutating func apply(_ lines: [DeferredPart], isMore: Bool) {
        for line in lines { apply(line, isMore: isMore) }
    }

    /// Takes what an issue that was taken back defers again: older than all that is deferred, for
    /// the newest earned comes back first.
    mutating func restore(_ lines: [DeferredPart]) {
        for line in lines {
            let isKnown = parts.contains {
                $0.orderLine == line.orderLine && $0.invoice == line.invoice
            }
            if isKnown { apply(line, isMore: true) } else { parts.insert(line, at: 0) }
        }
    }
}

/// An invoice line of which a part is deferred, or what an event changes of it.
package struct DeferredPart: Record, Hashable {
    /// The line of the order.
    package let orderLine: Int64
    /// The invoice.
    package let invoice: InvoiceID
    /// What was billed.
    package let product: ProductID?
    /// The product's class, which may choose accounts.
    package let productClass: String
    /// The tax code, which may choose accounts.
    package let taxCode: String
    /// The customer's group as the invoice had it, which may choose accounts.
    package let partnerGroup: String?
    /// How much the invoice bills of the line, less what is credited.
    package var billed: Quantity
    /// What it bills without tax, less what is credited.
    package var net: Money
    /// How much of it is deferred; in an event by how much that changes.
    package var quantity: Quantity
    /// Its amount without tax; in an event by how much that changes.
    package var amount: Money

    package static let schema = Schema<DeferredPart>(
        "finance.deferred-part", "An invoice line of which a part is deferred.",
        Field(1, "orderLine", \.orderLine, "The line of the order."),
        Field(2, "invoice", \.invoice, "The invoice."),
        Field(3, "product", \.product, "What was billed."),
        Field(4, "productClass", \.productClass, "The product's class; may choose accounts."),
        Field(5, "taxCode", \.taxCode, "The tax code; may choose accounts."),
        Field(6, "partnerGroup", \.partnerGroup, "The customer's group; may choose accounts."),
        Field(7, "billed", \.billed, "How much is billed of the line, less what is credited."),
        Field(8, "net", \.net, "What is billed without tax, less what is credited."),
        Field(9, "quantity", \.quantity, "How much is deferred, or by how much that changes."),
        Field(10, "amount", \.amount, "Its amount without tax, or by how much that changes."),
        make: DeferredPart.init)

    /// What is deferred of a line's net while a quantity of it is not earned.
    ///
    /// What is earned is the share of all units earned so far, rounded once, so that it does not
    /// matter in how many steps they left: 10.00 over three is earned as 3.33, 3.34 and 3.33, and
    /// nothing is left when nothing is deferred.
    static func deferred(
        of net: Money, _ quantity: Quantity, of billed: Quantity
    ) throws(ArithmeticFailure) -> Money {
        if quantity.isZero { return .zero(net.currency) }
        if quantity == billed { return net }
        let earned = Int128(billed.millionths) - Int128(quantity.millionths)
        return try net.subtracting(net.share(earned, of: Int128(billed.millionths)))
    }

    /// The change that leaves a quantity deferred: of less or of more than now.
    func change(to left: Quantity) throws(ArithmeticFailure) -> DeferredPart {
        let after = try Self.deferred(of: net, left, of: billed)
        var change = self
        if left < quantity {
            change.quantity = quantity.less(left)
            change.amount = try amount.subtracting(after)
        } else {
            change.quantity = left.less(quantity)
            change.amount = try after.subtracting(amount)
        }
        return change
    }
}

/// Which event recognised revenue for a shipment.
package struct RecognisedShipment: Record, Hashable {
    /// The shipment.
    package let shipment: ShipmentID
    /// The event's number in the stream.
    package let version: Int64

    package static let schema = Schema<RecognisedShipment>(
        "finance.recognised-shipment", "Which event recognised revenue for a shipment.",
        Field(1, "shipment", \.shipment, "The shipment."),
        Field(2, "version", \.version, "The event's number in the stream."),
        make: RecognisedShipment.init)
}

/// How much of an invoice or credit note line is not earned.
package struct DeferredAmount: Record, Hashable {
    /// How much of the quantity.
    package let quantity: Quantity
    /// How much of the amount without tax.
    package let net: Money

    package static let schema = Schema<DeferredAmount>(
        "finance.deferred-amount", "How much of a line is not earned, for goods have not left.",
        Field(1, "quantity", \.quantity, "How much of the quantity."),
        Field(2, "net", \.net, "How much of the amount without tax."),
        make: DeferredAmount.init)
}
