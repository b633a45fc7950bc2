internal import Business
internal import Records

/// Follows deals, and their quotes, orders, shipments, invoices and payments.
enum DealFold {
    static let eventTypes = [
        QuoteDrafted.typeName, QuoteSent.typeName, QuoteAccepted.typeName,
        QuoteDeclined.typeName, QuoteExpired.typeName, OrderPlaced.typeName,
        QuoteRevised.typeName, QuoteWithdrawn.typeName, ShipmentDelivered.typeName,
        OrderAmended.typeName, OrderLineCancelled.typeName,
        OrderCancelled.typeName, OrderClosedShort.typeName, OrderCompleted.typeName,
        GoodsIssued.typeName, GoodsIssueReversed.typeName, InvoicePosted.typeName,
        CreditNotePosted.typeName, RevenueRecognised.typeName, RecognitionReversed.typeName,
        ItemOpened.typeName, ItemReduced.typeName,
        ItemCleared.typeName, ItemReopened.typeName,
    ]

    static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let id = event.stream.id
        var row: DealRow
        if case let opened as OpportunityOpened = event.event {
            row = DealRow(id: id)
            row.take(opened)
            if let lead = opened.lead {
                row.firstContactOn =
                    try transaction.row(LeadRow.self, RowKey(lead))?.capturedOn ?? opened.openedOn
            }
            try transaction.put(row)
        } else {
            let isThere = try transaction.change(DealRow.self, RowKey(id)) { $0.take(event.event) }
            guard isThere else {
                throw .missingRow(table: DealRow.table, of: event.stream.description)
            }
        }
        if case let won as OpportunityWon = event.event, let order = won.order {
            try link("sales.order/\(order)", id, &transaction)
        }
        try step(id, text(of: event.event), event, into: &transaction)
    }

    private static func text(of event: any Event) -> String? {
        switch event {
        case let opened as OpportunityOpened: "Deal opened, \(opened.amount)"
        case let entered as OpportunityStageEntered:
            "Stage \(entered.stage), \(entered.probability)"
        case let changed as OpportunityAmountChanged: "Amount \(changed.amount)"
        case let changed as OpportunityCloseDateChanged: "Expected \(changed.closeDate)"
        case let won as OpportunityWon: "Won, \(won.amount)"
        case let lost as OpportunityLost: "Lost: \(lost.reason)"
        default: nil
        }
    }

    private static func step(
        _ deal: String, _ text: String?, _ event: RecordedEvent,
        into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let text else { return }
        try transaction.append(
            DealStepRow(deal: deal, position: event.position, step: TimeLineStep(text, event)))
    }

    private static func link(
        _ thing: String, _ deal: String, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) { try transaction.put(DealLinkRow(thing: thing, deal: deal)) }

    private static func deal(
        of thing: String, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) -> String? {
        try transaction.row(DealLinkRow.self, RowKey(thing))?.deal
    }

    // MARK: What comes after

    /// Follows what belongs to a deal by its own field, by its order or by its quote.
    static func follow(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.event {
        case let drafted as QuoteDrafted:
            guard let deal = drafted.terms.opportunity?.text else { return }
            try link(event.stream.description, deal, &transaction)
            try step(deal, "Quote drafted", event, into: &transaction)
        case let sent as QuoteSent:
            try note(event, "Quote sent, net \(sent.net)", &transaction)
        case let accepted as QuoteAccepted:
            try note(event, "Quote accepted, net \(accepted.net)", &transaction)
        case let declined as QuoteDeclined:
            try note(event, "Quote declined: \(declined.reason)", &transaction)
        case is QuoteExpired: try note(event, "Quote expired", &transaction)
        case let placed as OrderPlaced:
            guard let deal = placed.opportunity?.text else { return }
            try link(event.stream.description, deal, &transaction)
            try change(deal, &transaction) { (row) throws(FoldFailure) in
                if !row.orders.contains(event.stream.id) { row.orders.append(event.stream.id) }
                row.ordered = try sum(row.ordered, placed.net)
            }
            try transaction.put(
                DealOrderRow(
                    order: event.stream.id, deal: deal, lines: placed.lines, net: placed.net))
            try step(deal, "Order placed, net \(placed.net)", event, into: &transaction)
        case let revised as QuoteRevised:
            if let deal = revised.terms.opportunity?.text {
                try link(event.stream.description, deal, &transaction)
            }
            try note(event, "Quote revised", &transaction)
        case let withdrawn as QuoteWithdrawn:
            try note(event, "Quote withdrawn: \(withdrawn.reason)", &transaction)
        case let delivered as ShipmentDelivered:
            guard let deal = try deal(nil, delivered.order, &transaction) else { return }
            try step(deal, "Delivered", event, into: &transaction)
        case is OrderAmended:
            guard let net = try change(order: event, &transaction) else { return }
            try note(event, "Order amended, net now \(net)", &transaction)
        case let cancelled as OrderLineCancelled:
            guard let net = try change(order: event, &transaction) else { return }
            try note(
                event,
                "Line \(cancelled.line) cancelled, \(cancelled.quantity): \(cancelled.reason); net now \(net)",
                &transaction)
        case let cancelled as OrderCancelled:
            _ = try change(order: event, &transaction)
            try note(event, "Order cancelled: \(cancelled.reason)", &transaction)
        case let closed as OrderClosedShort:
            _ = try change(order: event, &transaction)
            try note(event, "Order closed short: \(closed.reason)", &transaction)
        case is OrderCompleted: try note(event, "Order completed", &transaction)
        default: try followMoney(event, into: &transaction)
        }
    }

    /// Takes a change of an order's lines into what its deal has ordered.
    ///
    /// - Returns: The order's net as it is wanted now; nil where the order belongs to no deal.
    private static func change(
        order event: RecordedEvent, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) -> Money? {
        guard var row = try transaction.row(DealOrderRow.self, RowKey(event.stream.id)),
            try row.take(event.event)
        else { return nil }
        let (before, after) = (row.net, try folding(row.wantedNet))
        row.net = after
        try transaction.put(row)
        let difference = try after.foldingLess(before)
        try change(row.deal, &transaction) { (deal) throws(FoldFailure) in
            deal.ordered = try sum(deal.ordered, difference)
        }
        return after
    }

    private static func followMoney(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch event.event {
        case let issued as GoodsIssued:
            try goods(issued.order, issued.lines, "Goods issued", 1, event, &transaction)
        case let reversed as GoodsIssueReversed:
            try goods(
                reversed.order, reversed.lines, "Goods issue taken back", -1, event, &transaction)
        case let invoice as InvoicePosted:
            guard let deal = try deal(invoice.opportunity, invoice.order, &transaction) else {
                return
            }
            try change(deal, &transaction) { (row) throws(FoldFailure) in
                row.invoiced = try sum(row.invoiced, invoice.net)
                row.earned = try sum(row.earned, earned(invoice.lines, invoice.net))
            }
            try step(deal, "Invoiced, net \(invoice.net)", event, into: &transaction)
        case let note as CreditNotePosted:
            guard let deal = try deal(nil, note.order, &transaction) else { return }
            let zero = Money.zero(note.net.currency)
            let less = try zero.foldingLess(note.net)
            let unearned = try zero.foldingLess(earned(note.lines, note.net))
            try change(deal, &transaction) { (row) throws(FoldFailure) in
                row.invoiced = try sum(row.invoiced, less)
                row.earned = try sum(row.earned, unearned)
            }
            try step(deal, "Credited, net \(note.net)", event, into: &transaction)
        case let recognised as RevenueRecognised:
            try revenue(
                recognised.order, recognised.lines, "Revenue earned", 1, event, &transaction)
        case let reversed as RecognitionReversed:
            try revenue(
                reversed.order, reversed.lines, "Revenue deferred again", -1, event, &transaction)
        case let opened as ItemOpened:
            guard let order = opened.order,
                let deal = try deal(of: "sales.order/\(order)", &transaction)
            else { return }
            try link(event.stream.description, deal, &transaction)
        case let reduced as ItemReduced where reduced.kind == .payment:
            try paid(reduced.amount, "Paid, \(reduced.amount)", event, &transaction)
        case let cleared as ItemCleared where cleared.kind == .payment:
            try paid(cleared.amount, "Paid, \(cleared.amount)", event, &transaction)
        case let reduced as ItemReduced where reduced.kind == .refund:
            try paidBack(reduced.amount, "Paid back", event, &transaction)
        case let cleared as ItemCleared where cleared.kind == .refund:
            try paidBack(cleared.amount, "Paid back", event, &transaction)
        // What a credit note had settled was never paid.
        case let reopened as ItemReopened
        where reopened.document.hasPrefix("\(PaymentState.streamType)/"):
            try paidBack(reopened.amount, "Payment taken back", event, &transaction)
        default: break
        }
    }

    /// What of a document's net is earned with it.
    private static func earned(
        _ lines: [InvoiceLine], _ net: Money
    ) throws(FoldFailure) -> Money {
        var earned = net
        for line in lines {
            if let deferred = line.deferred { earned = try earned.foldingLess(deferred.net) }
        }
        return earned
    }

    private static func revenue(
        _ order: OrderID, _ lines: [DeferredPart], _ text: String, _ sign: Int,
        _ event: RecordedEvent, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let deal = try deal(nil, order, &transaction), let first = lines.first else { return }
        var amount = Money.zero(first.amount.currency)
        for line in lines { amount = try amount.folding(line.amount) }
        let signed = sign > 0 ? amount : try Money.zero(amount.currency).foldingLess(amount)
        try change(deal, &transaction) { (row) throws(FoldFailure) in
            row.earned = try sum(row.earned, signed)
        }
        try step(deal, "\(text), \(amount)", event, into: &transaction)
    }

    private static func goods(
        _ order: OrderID, _ lines: [IssuedLine], _ text: String, _ sign: Int,
        _ event: RecordedEvent,
        _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let deal = try deal(nil, order, &transaction), let first = lines.first else { return }
        var cost = Money.zero(first.cost.currency)
        for line in lines { cost = try cost.folding(line.cost) }
        let signed = sign > 0 ? cost : try Money.zero(cost.currency).foldingLess(cost)
        try change(deal, &transaction) { (row) throws(FoldFailure) in
            row.cost = try sum(row.cost, signed)
        }
        try step(deal, "\(text), cost \(cost)", event, into: &transaction)
    }

    private static func paidBack(
        _ amount: Money, _ text: String, _ event: RecordedEvent,
        _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        try paid(
            Money.zero(amount.currency).foldingLess(amount), "\(text), \(amount)", event,
            &transaction)
    }

    private static func paid(
        _ amount: Money, _ text: String, _ event: RecordedEvent,
        _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let deal = try deal(of: event.stream.description, &transaction) else { return }
        try change(deal, &transaction) { (row) throws(FoldFailure) in
            row.received = try sum(row.received, amount)
        }
        try step(deal, text, event, into: &transaction)
    }

    private static func deal(
        _ opportunity: OpportunityID?, _ order: OrderID?, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) -> String? {
        if let opportunity { return opportunity.text }
        guard let order else { return nil }
        return try deal(of: "sales.order/\(order)", &transaction)
    }

    /// Tells the deal behind the event's own stream.
    private static func note(
        _ event: RecordedEvent, _ text: String, _ transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let deal = try deal(of: event.stream.description, &transaction) else { return }
        try step(deal, text, event, into: &transaction)
    }

    private static func change(
        _ deal: String, _ transaction: inout ViewTransaction,
        _ body: (inout DealRow) throws(FoldFailure) -> Void
    ) throws(FoldFailure) { try transaction.change(DealRow.self, RowKey(deal), body) }

    private static func sum(_ known: Money?, _ added: Money) throws(FoldFailure) -> Money {
        try known?.folding(added) ?? added
    }
}

extension DealRow {
    fileprivate mutating func take(_ opened: OpportunityOpened) {
        status = .open
        name = opened.name
        amount = opened.amount
        openedOn = opened.openedOn
        firstContactOn = opened.openedOn
        account = opened.account?.text
        lead = opened.lead?.text
        source = opened.source
        owner = opened.owner
        product = opened.product?.text
        closeDate = opened.closeDate
    }

    fileprivate mutating func take(_ event: any Event) {
        switch event {
        case let entered as OpportunityStageEntered:
            leave(on: entered.enteredOn)
            visits.append(
                StageVisit(
                    stage: entered.stage, probability: entered.probability,
                    enteredOn: entered.enteredOn, leftOn: nil))
        case let changed as OpportunityAmountChanged: amount = changed.amount
        case let changed as OpportunityCloseDateChanged: closeDate = changed.closeDate
        case let changed as OpportunityChanged:
            name = changed.name ?? name
            account = changed.account?.text ?? account
            owner = changed.owner ?? owner
        case let won as OpportunityWon:
            status = .won
            amount = won.amount
            endedOn = won.wonOn
            reason = won.reason
            account = won.account?.text ?? account
            leave(on: won.wonOn)
            if let order = won.order?.text, !orders.contains(order) { orders.append(order) }
        case let lost as OpportunityLost:
            status = .lost
            amount = lost.amount
            endedOn = lost.lostOn
            reason = lost.reason
            leave(on: lost.lostOn)
        default: break
        }
    }

    private mutating func leave(on date: BusinessDate) {
        guard let last = visits.indices.last, visits[last].leftOn == nil else { return }
        visits[last].leftOn = date
    }
}
