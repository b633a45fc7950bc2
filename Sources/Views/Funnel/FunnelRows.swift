internal import Business
internal import Records

/// A lead and what came of it.
struct LeadRow: ViewRow, Equatable {
    let id: String
    var status: LeadStatus
    var source: String?
    var campaign: String?
    var owner: String?
    var capturedOn: BusinessDate?
    var qualifiedOn: BusinessDate?
    var convertedOn: BusinessDate?
    var endedOn: BusinessDate?
    var reason: String?
    var opportunity: String?

    static let table = "funnel.lead"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<LeadRow>(
        "funnel.lead-row", "A lead and what came of it.",
        Field(1, "id", \.id, "The lead."),
        Field(2, "status", \.status, "Where it is in its life."),
        Field(3, "source", \.source, "From where it came."),
        Field(4, "campaign", \.campaign, "The campaign that brought it."),
        Field(5, "owner", \.owner, "Who looks after it."),
        Field(6, "capturedOn", \.capturedOn, "Captured."),
        Field(7, "qualifiedOn", \.qualifiedOn, "Qualified."),
        Field(8, "convertedOn", \.convertedOn, "Converted."),
        Field(9, "endedOn", \.endedOn, "Disqualified."),
        Field(10, "reason", \.reason, "Why nothing came of it."),
        Field(11, "opportunity", \.opportunity, "The deal that came of it."),
        make: LeadRow.init)
}

/// A step of a lead, for the time line of its deal.
struct LeadStepRow: ViewRow, Equatable {
    let lead: String
    let position: UInt64
    let step: TimeLineStep

    static let table = "funnel.lead-step"
    var key: RowKey { RowKey(lead, position) }
    static let schema = Schema<LeadStepRow>(
        "funnel.lead-step-row", "A step of a lead.",
        Field(1, "lead", \.lead, "The lead."),
        Field(2, "position", { Int64(bitPattern: $0.position) }, "The event's position."),
        Field(3, "step", \.step, "What happened."),
        make: { LeadStepRow(lead: $0, position: UInt64(bitPattern: $1), step: $2) })
}

/// How long a deal was in a stage.
struct StageVisit: Record, Equatable {
    let stage: String
    let probability: Rate
    let enteredOn: BusinessDate
    /// When it left for another stage, or ended; nil while it is there.
    var leftOn: BusinessDate?

    static let schema = Schema<StageVisit>(
        "funnel.stage-visit", "How long a deal was in a stage.",
        Field(1, "stage", \.stage, "The stage."),
        Field(2, "probability", \.probability, "How likely it was there to be won."),
        Field(3, "enteredOn", \.enteredOn, "On which date it entered."),
        Field(4, "leftOn", \.leftOn, "On which date it left."),
        make: StageVisit.init)
}

/// A deal from first contact to cash.
struct DealRow: ViewRow, Equatable {
    let id: String
    var status = OpportunityStatus.none
    var name = ""
    var account: String?
    var owner: String?
    var source: String?
    var product: String?
    var amount: Money?
    var openedOn: BusinessDate?
    var endedOn: BusinessDate?
    var closeDate: BusinessDate?
    var reason: String?
    var lead: String?
    /// The first contact: when the lead was captured, else when the deal was opened.
    var firstContactOn: BusinessDate?
    var visits: [StageVisit] = []
    var orders: [String] = []
    /// Net of orders placed, less what was cancelled of them before they were shipped.
    var ordered: Money?
    var invoiced: Money?
    var received: Money?
    var cost: Money?
    /// What is earned of what was billed.
    var earned: Money?

    static let table = "funnel.deal"
    var key: RowKey { RowKey(id) }
    static let schema = Schema<DealRow>(
        "funnel.deal-row", "A deal from first contact to cash.",
        Field(1, "id", \.id, "The deal."),
        Field(2, "status", \.status, "Open, won or lost."),
        Field(3, "name", \.name, "What it is about.", default: ""),
        Field(4, "account", \.account, "With whom."),
        Field(5, "owner", \.owner, "Whose."),
        Field(6, "source", \.source, "From where it came."),
        Field(7, "product", \.product, "The product that it is mainly about."),
        Field(8, "amount", \.amount, "What it is worth."),
        Field(9, "openedOn", \.openedOn, "Opened."),
        Field(10, "endedOn", \.endedOn, "Won or lost."),
        Field(11, "closeDate", \.closeDate, "When it is expected to end."),
        Field(12, "reason", \.reason, "Why it was lost, or won without an order."),
        Field(13, "lead", \.lead, "The lead."),
        Field(14, "firstContactOn", \.firstContactOn, "The first contact."),
        Field(15, "visits", \.visits, "The stages that it was in."),
        Field(16, "orders", \.orders, "Its orders."),
        Field(17, "ordered", \.ordered, "What was ordered, net."),
        Field(18, "invoiced", \.invoiced, "What was billed less what was credited, net."),
        Field(19, "received", \.received, "What was paid."),
        Field(20, "cost", \.cost, "What the goods cost that left."),
        Field(21, "earned", \.earned, "What is earned of what was billed, net."),
        make: {
            DealRow(
                id: $0, status: $1, name: $2, account: $3, owner: $4, source: $5, product: $6,
                amount: $7, openedOn: $8, endedOn: $9, closeDate: $10, reason: $11, lead: $12,
                firstContactOn: $13, visits: $14, orders: $15, ordered: $16, invoiced: $17,
                received: $18, cost: $19, earned: $20)
        })

    /// The stage in which it is, or was when it ended.
    var stage: StageVisit? { visits.last }
}

/// A step of a deal, for its time line.
struct DealStepRow: ViewRow, Equatable {
    let deal: String
    let position: UInt64
    let step: TimeLineStep

    static let table = "funnel.deal-step"
    var key: RowKey { RowKey(deal, position) }
    static let schema = Schema<DealStepRow>(
        "funnel.deal-step-row", "A step of a deal.",
        Field(1, "deal", \.deal, "The deal."),
        Field(2, "position", { Int64(bitPattern: $0.position) }, "The event's position."),
        Field(3, "step", \.step, "What happened."),
        make: { DealStepRow(deal: $0, position: UInt64(bitPattern: $1), step: $2) })
}

/// An order of a deal with its lines as they are wanted now.
struct DealOrderRow: ViewRow, Equatable {
    let order: String
    let deal: String
    var lines: [OrderLine]
    /// The net of what is wanted of the lines.
    var net: Money

    static let table = "funnel.deal-order"
    var key: RowKey { RowKey(order) }
    static let schema = Schema<DealOrderRow>(
        "funnel.deal-order-row", "An order of a deal with what is wanted of it.",
        Field(1, "order", \.order, "The order."),
        Field(2, "deal", \.deal, "Its deal."),
        Field(3, "lines", \.lines, "Its lines."),
        Field(4, "net", \.net, "The net of what is wanted."),
        make: DealOrderRow.init)

    /// Takes what changes the lines; whether the event is of this kind.
    mutating func take(_ event: any Event) throws(FoldFailure) -> Bool {
        switch event {
        case let amended as OrderAmended:
            for line in amended.lines {
                if let place = place(of: line.line) {
                    lines[place] = line
                } else {
                    lines.append(line)
                }
            }
        case let cancelled as OrderLineCancelled: try cancel(cancelled.line, cancelled.quantity)
        case let closed as OrderClosedShort:
            for short in closed.lines { try cancel(short.line, short.quantity) }
        case is OrderCancelled:
            for place in lines.indices { lines[place].cancelled = lines[place].ordered }
        default: return false
        }
        return true
    }

    private func place(of number: Int64) -> Int? { lines.firstIndex { $0.line == number } }

    private mutating func cancel(_ number: Int64, _ quantity: Quantity) throws(FoldFailure) {
        guard let place = place(of: number) else { return }
        let known = lines[place].cancelled
        lines[place].cancelled = try folding { () throws(ArithmeticFailure) in
            try known.adding(quantity)
        }
    }

    /// The net of what is wanted: each line's net in proportion, rounded once.
    func wantedNet() throws(ArithmeticFailure) -> Money {
        var total = Money.zero(net.currency)
        for line in lines where !line.ordered.isZero {
            let part = try line.net.share(
                Int128(line.wanted.millionths), of: Int128(line.ordered.millionths))
            total = try total.adding(part)
        }
        return total
    }
}

/// The deal behind an order, a quote or an open item, for events that name that thing alone.
struct DealLinkRow: ViewRow, Equatable {
    /// `sales.order/SO-1`, `sales.quote/Q-1`, `finance.open-item/INV-1`.
    let thing: String
    let deal: String

    static let table = "funnel.deal-link"
    var key: RowKey { RowKey(thing) }
    static let schema = Schema<DealLinkRow>(
        "funnel.deal-link-row", "The deal behind an order, a quote or an open item.",
        Field(1, "thing", \.thing, "The thing."),
        Field(2, "deal", \.deal, "Its deal."),
        make: DealLinkRow.init)
}
