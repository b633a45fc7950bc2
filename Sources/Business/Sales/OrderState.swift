package import Records

/// A customer's order: what was agreed, what stops it, and how far each line is.
package struct OrderState: StreamState, Equatable {
    package var customer: AccountID
    package var status: OrderStatus
    package var blocks: [OrderBlock]
    package var currency: Currency
    package var opportunity: OpportunityID?
    package var source: String?
    package var quote: QuoteID?
    package var paymentTerms: String
    package var deliveryRule: DeliveryRule
    package var invoicing: InvoicingRule
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var firstPromisedDate: BusinessDate?
    package var freight: Money?
    package var external: ExternalReference?
    package var lines: [OrderLine]
    package var placedBy: String
    package var placedOn: BusinessDate?
    package var contact: ContactID?
    package var owner: String?
    package var channel: String?
    package var reference: String?
    package var revision: Int64
    package var invoices: [InvoiceID]
    package var shipments: [ShipmentID]
    package var isCounted: Bool
    package var isPaid: Bool
    package var isCreditGranted: Bool
    package var creditGrantedUntil: BusinessDate?
    package var isSettled: Bool

    package static let streamType = "sales.order"

    package static let initial = OrderState(
        customer: .unset, status: .none, blocks: [], currency: .unset, paymentTerms: "",
        deliveryRule: .availability, invoicing: .onDelivery, lines: [], placedBy: "", revision: 0,
        invoices: [], shipments: [], isCounted: false, isPaid: false, isCreditGranted: false,
        isSettled: false)

    package static let schema = Schema<OrderState>(
        "sales.order", "A customer's order.",
        Field(1, "customer", \.customer, "Who ordered."),
        Field(2, "status", \.status, "Where the order is in its life."),
        Field(3, "blocks", \.blocks, "What stops it; empty when nothing does."),
        Field(4, "currency", \.currency, "The currency of its prices."),
        Field(5, "opportunity", \.opportunity, "The deal from which it came."),
        Field(6, "source", \.source, "From where the customer came: campaign, referral, web."),
        Field(7, "quote", \.quote, "The quote that was accepted."),
        Field(8, "paymentTerms", \.paymentTerms, "The name of the payment terms."),
        Field(9, "deliveryRule", \.deliveryRule, "When goods may leave."),
        Field(10, "invoicing", \.invoicing, "What may be billed, and when."),
        Field(11, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(12, "promisedDate", \.promisedDate, "When it is promised now."),
        Field(13, "firstPromisedDate", \.firstPromisedDate, "When it was promised first."),
        Field(14, "freight", \.freight, "Freight as the customer was told; not billed by itself."),
        Field(15, "external", \.external, "Where the order came from."),
        Field(16, "lines", \.lines, "What was ordered, and how far it is."),
        Field(17, "placedBy", \.placedBy, "Who placed it."),
        Field(18, "placedOn", \.placedOn, "On which date it was placed."),
        Field(19, "contact", \.contact, "The person at the customer."),
        Field(20, "owner", \.owner, "Who looks after it in sales."),
        Field(21, "channel", \.channel, "By which way it came: web, phone, field."),
        Field(22, "reference", \.reference, "The customer's own number for it."),
        Field(23, "revision", \.revision, "How often it was amended.", default: 0),
        Field(24, "invoices", \.invoices, "The invoices posted for it."),
        Field(
            25, "isCounted", \.isCounted,
            "Whether it counts in the customer's credit exposure: from its first release on.",
            default: false),
        Field(
            26, "isPaid", \.isPaid, "Whether all of its invoices are cleared.", default: false),
        Field(
            27, "isCreditGranted", \.isCreditGranted,
            "Whether somebody let it go although the customer's credit is used up.",
            default: false),
        Field(
            28, "creditGrantedUntil", \.creditGrantedUntil,
            "The last day on which that counts; without end where absent."),
        Field(
            29, "isSettled", \.isSettled,
            "Whether all of it was shipped and billed once: from then on it adds nothing to the customer's credit exposure, also where a bill is credited.",
            default: false),
        Field(
            30, "shipments", \.shipments,
            "The shipments that were planned for it, without those that left in the same command."),
        make: {
            OrderState(
                customer: $0, status: $1, blocks: $2, currency: $3, opportunity: $4, source: $5,
                quote: $6, paymentTerms: $7, deliveryRule: $8, invoicing: $9, requestedDate: $10,
                promisedDate: $11, firstPromisedDate: $12, freight: $13, external: $14,
                lines: $15, placedBy: $16, placedOn: $17, contact: $18, owner: $19, channel: $20,
                reference: $21, revision: $22, invoices: $23, shipments: $29, isCounted: $24,
                isPaid: $25,
                isCreditGranted: $26, creditGrantedUntil: $27, isSettled: $28)
        }
    ).deriving(
        DerivedField(
            "isShippable", \.isShippable,
            "Whether reserved goods that are in no shipment may leave under its delivery rule."),
        DerivedField("hasGoodsToShip", \.hasGoodsToShip, "Whether goods are still to leave."),
        DerivedField(
            "isBillable", \.isBillable, "Whether its invoicing rule lets something be billed now."),
        DerivedField(
            "hasBillsToWrite", \.hasBillsToWrite, "Whether something is still to be billed.")
    )
}

extension OrderState {
    /// The line with this number.
    package func line(_ number: Int64) -> OrderLine? { lines.first { $0.line == number } }

    /// Whether it can still be changed, shipped or ended.
    package var isLive: Bool { status == .pending || status == .released }

    /// Whether a block of this kind stops it.
    package func isBlocked(by kind: BlockKind) -> Bool { blocks.contains { $0.kind == kind } }

    /// Whether somebody let it go on this day although the customer's credit is used up.
    package func isCreditGranted(on date: BusinessDate) -> Bool {
        isCreditGranted && creditGrantedUntil.map { date <= $0 } ?? true
    }

    /// Whether reserved goods that are in no shipment may leave under the delivery rule, blocks
    /// aside.
    package var isShippable: Bool {
        if deliveryRule == .completeOrder, !lines.allSatisfy(\.backorder.isZero) { return false }
        return lines.contains {
            $0.toPlan.isPositive && (deliveryRule != .completeLine || $0.backorder.isZero)
        }
    }
    /// Whether goods are still to leave, held or not.
    package var hasGoodsToShip: Bool { lines.contains(where: \.open.isPositive) }
    /// Whether the invoicing rule lets something be billed now, blocks aside.
    package var isBillable: Bool {
        if invoicing == .manual || invoicing == .onOrderComplete && hasGoodsToShip { return false }
        return lines.contains { $0.toInvoice(under: invoicing).isPositive }
    }
    /// Whether something is still to be billed, now or later.
    package var hasBillsToWrite: Bool { !lines.allSatisfy(\.isInvoicedInFull) }
    /// Whether no wanted quantity is without stock; true where nothing is kept in stock.
    package var isReservedInFull: Bool { isOn && lines.allSatisfy(\.backorder.isZero) }
    /// Whether nothing is left to ship.
    package var isShippedInFull: Bool { isOn && lines.allSatisfy(\.open.isZero) }
    /// Whether all that is wanted has reached the customer.
    package var isDeliveredInFull: Bool {
        isShippedInFull && lines.allSatisfy { $0.delivered >= $0.shipped }
    }
    /// Whether all that is wanted is billed.
    package var isInvoicedInFull: Bool {
        isOn && lines.allSatisfy(\.isInvoicedInFull)
    }
    /// Whether nothing is left to ship or to bill.
    package var isFinished: Bool { isShippedInFull && isInvoicedInFull }
    /// Released once and not cancelled: a block that comes later takes no milestone back.
    private var isOn: Bool { isCounted && status != .cancelled }

    /// The net amount of all lines as ordered.
    package func netTotal() throws(ArithmeticFailure) -> Money {
        var total = Money.zero(currency)
        for line in lines { total = try total.adding(line.net) }
        return total
    }

    /// Net and expected tax of what is wanted and not billed: the order's part of the customer's
    /// credit exposure while ``isCounted``.
    package func uninvoicedValue() throws(ArithmeticFailure) -> Money {
        var total = Money.zero(currency)
        for line in lines {
            total = try total.adding(line.value(of: max(.zero, line.wanted.less(line.billed))))
        }
        return total
    }

    /// Adds to the counters of a line; a fold, so it refuses nothing.
    mutating func progress(_ change: LineProgress) {
        guard let index = lines.firstIndex(where: { $0.line == change.line }) else { return }
        lines[index].reserved = lines[index].reserved.plus(change.reserved)
        lines[index].picked = lines[index].picked.plus(change.picked)
        lines[index].shipped = lines[index].shipped.plus(change.shipped)
        lines[index].delivered = lines[index].delivered.plus(change.delivered)
        lines[index].invoiced = lines[index].invoiced.plus(change.invoiced)
        lines[index].returned = lines[index].returned.plus(change.returned)
        lines[index].credited = lines[index].credited.plus(change.credited)
        lines[index].planned = lines[index].planned.plus(change.planned)
    }
}
