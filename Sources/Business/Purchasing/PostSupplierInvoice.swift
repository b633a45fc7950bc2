package import Records

/// Posts a matched and approved invoice under our own gapless number.
package struct PostSupplierInvoice: Command {
    package let invoice: SupplierInvoiceID
    package let dueDate: BusinessDate?

    package static let schema = Schema<PostSupplierInvoice>(
        "purchasing.post-invoice", "Posts a matched and approved supplier's invoice.",
        Field(1, "invoice", \.invoice, "The invoice."),
        Field(2, "dueDate", \.dueDate, "When it is due; by the supplier's terms where absent."),
        make: PostSupplierInvoice.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .approvalMissing, .invoiceBlocked, .periodLocked,
        .companyNotFounded, .unknownTerms, .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(invoice, to: "be posted", in: .matched)
        try decision.requireOpenPeriod()
        guard state.isApproved else {
            let next = state.levels[state.approvers.count]
            throw Rejection(
                .approvalMissing,
                "Invoice \(invoice) over \(state.gross) needs approval \(next.level) by \(next.role); have it approved first.",
                [JSONMember("role", .string(next.role))])
        }
        try requireStillMatched(state, decision)
        let supplier = try decision.existing(SupplierState.self, state.supplier.text)
        let documentDate = state.documentDate ?? decision.facts.effectiveDate
        let due = try decision.dueDate(dueDate, terms: supplier.paymentTerms, from: documentDate)
        var split = BillSplit(decision)
        for line in state.lines { try split.add(line) }
        let number = try decision.nextDocumentNumber(.supplierInvoice)
        try decision.emit(
            SupplierInvoicePosted(
                number: number, supplier: state.supplier, supplierGroup: supplier.group,
                theirNumber: state.theirNumber, documentDate: documentDate, dueDate: due,
                paymentTerms: supplier.paymentTerms, lines: split.lines,
                revaluations: split.revaluations, taxes: state.taxes, net: state.net,
                tax: state.tax, gross: state.gross), to: invoice.text)
        for (order, changes) in split.progress {
            try decision.emit(PurchaseOrderProgressed(changes: changes), to: order.text)
            try decision.emitPurchaseMilestones(of: order)
        }
    }

    /// Refuses where receipts or other bills changed what was matched.
    private func requireStillMatched(
        _ state: SupplierInvoiceState, _ decision: Decision
    ) throws(Rejection) {
        let blocks = try ThreeWayMatch(state, decision).blocks.filter { !state.isReleased($0) }
        guard let block = blocks.first else { return }
        throw Rejection(
            .invoiceBlocked,
            "Invoice \(invoice) was matched, but line \(block.line) now differs (\(block.reason.rawValue)): expected \(block.expected), found \(block.found). Reject it, or post the other bill's correction first.",
            [JSONMember("reason", .string(block.reason.rawValue))])
    }
}

extension Decision {
    /// When a bill is due: as stated, else by the terms agreed, at once where none were.
    fileprivate func dueDate(
        _ stated: BusinessDate?, terms: String?, from date: BusinessDate
    ) throws(Rejection) -> BusinessDate {
        if let stated { return stated }
        guard let terms else { return date }
        return try paymentTerms(terms).lastDue(from: date)
    }
}

/// How a bill's lines are posted: what clears goods received and not invoiced, what of a price
/// difference the goods still in stock take up, and what is an expense of today.
struct BillSplit {
    /// The lines as posted.
    private(set) var lines: [PostedInvoiceLine] = []
    /// What stock takes up, by receipt.
    private(set) var revaluations: [ReceiptRevaluation] = []
    /// What the bill does to its orders, in the order in which they appear.
    private(set) var progress: [(order: PurchaseOrderID, changes: [PurchaseLineProgress])] = []

    private let decision: Decision
    /// Stocks as earlier parts of the bill left them: each part finds the value that is there then.
    private var stocks: [String: StockState] = [:]

    init(_ decision: Decision) { self.decision = decision }

    mutating func add(_ line: SupplierInvoiceLine) throws(Rejection) {
        guard let order = line.order, let orderLine = line.orderLine, let quantity = line.quantity
        else {
            lines.append(.expense(line, line.net))
            return
        }
        let state = try decision.existing(PurchaseOrderState.self, order.text)
        let before = try state.requireLine(orderLine, of: order).after(changes(of: order))
        let (billed, cleared, difference) = try computing("the bill of line \(line.line)") {
            () throws(ArithmeticFailure) in
            let billed = try before.invoiced.adding(quantity)
            // All bills of the line add up to the order's price of all that was billed, rounded
            // once, as all receipts do: so both end at the same amount.
            let cleared = try before.price.amount(of: billed).subtracting(before.clearedValue)
            return (billed, cleared, try line.net.subtracting(cleared))
        }
        let variance = try spread(difference, over: before, from: before.invoiced, to: billed)
        lines.append(
            PostedInvoiceLine(
                line: line.line, order: order, orderLine: orderLine, product: before.product,
                productClass: before.productClass, warehouse: before.warehouse,
                quantity: quantity, net: line.net, received: cleared, variance: variance,
                account: nil, taxCode: line.taxCode))
        note(
            PurchaseLineProgress(
                line: orderLine, received: .zero, invoiced: quantity,
                receivedValue: .zero(state.currency), clearedValue: cleared,
                invoicedValue: line.net, receipt: nil), on: order)
    }

    /// Takes back a posted line: its price alone, or all that its bill did.
    ///
    /// A reversal brings back what the bill cleared of goods received and not invoiced, so that the
    /// order's counters stand as before it.
    mutating func takeBack(
        _ line: SupplierInvoiceLine, _ net: Money, isReversal: Bool
    ) throws(Rejection) {
        guard let order = line.order, let orderLine = line.orderLine, let quantity = line.quantity
        else {
            lines.append(.expense(line, net))
            return
        }
        let state = try decision.existing(PurchaseOrderState.self, order.text)
        let before = try state.requireLine(orderLine, of: order).after(changes(of: order))
        let back = isReversal ? quantity : .zero
        let (left, cleared, difference) = try computing("the credit of line \(line.line)") {
            () throws(ArithmeticFailure) in
            let left = try before.invoiced.subtracting(back)
            let cleared =
                isReversal
                ? try before.clearedValue.subtracting(before.price.amount(of: left))
                : .zero(net.currency)
            return (left, cleared, try cleared.subtracting(net))
        }
        let variance = try spread(
            difference, over: before, from: isReversal ? left : .zero, to: before.invoiced)
        lines.append(
            PostedInvoiceLine(
                line: line.line, order: order, orderLine: orderLine, product: before.product,
                productClass: before.productClass, warehouse: before.warehouse, quantity: quantity,
                net: net, received: cleared, variance: Money.zero(net.currency).less(variance),
                account: nil, taxCode: line.taxCode))
        let nothing = Money.zero(state.currency)
        note(
            PurchaseLineProgress(
                line: orderLine, received: .zero, invoiced: Quantity.zero.less(back),
                receivedValue: nothing, clearedValue: nothing.less(cleared),
                invoicedValue: nothing.less(net), receipt: nil), on: order)
    }

    /// Spreads a price difference over the receipts that the bill takes, first in, first out, and
    /// each part over stock and variance; what is billed and did not come is variance.
    ///
    /// - Returns: the part that is variance.
    /// - Source: semantics 3.3.5.
    private mutating func spread(
        _ difference: Money, over line: PurchaseOrderLine, from: Quantity, to: Quantity
    ) throws(Rejection) -> Money {
        guard !difference.isZero else { return difference }
        let parts = line.receiptParts(from: from, to: to)
        let shares = try computing("the shares of receipts") { () throws(ArithmeticFailure) in
            try difference.allocated(over: parts.map(\.quantity.millionths))
        }
        var variance = Money.zero(difference.currency)
        for (part, share) in zip(parts, shares) {
            guard let receipt = part.receipt else {
                variance = variance.plus(share)
                continue
            }
            variance = variance.plus(try spread(lateCost: share, of: receipt, line))
        }
        return variance
    }

    /// Spreads a late cost of a receipt over the warehouses in which its goods are, each with the stock
    /// as it is after the parts before; what falls on goods that are gone is variance.
    ///
    /// - Returns: the part that is variance.
    private mutating func spread(
        lateCost difference: Money, of receipt: ReceiptID, _ line: PurchaseOrderLine
    ) throws(Rejection) -> Money {
        let total = try decision.state(of: ReceiptState.self, receipt.text).lines
            .filter { $0.product == line.product }.reduce(Quantity.zero) { $0.plus($1.quantity) }
        var rest = difference
        var seen: Set<WarehouseID> = [line.warehouse]
        var waiting = [line.warehouse]
        while let warehouse = waiting.popLast() {
            var stock = try stock(warehouse, line.product)
            for next in stock.pool.movedTo
            where seen.count < CostPool.warehousesMax && seen.insert(next).inserted {
                waiting.append(next)
            }
            let late = try stock.lateCost(
                receipt: receipt.text, difference: difference,
                total: total.isPositive ? total : nil)
            // Each share is rounded by itself: together they are not more than there is.
            let part = late.ontoStock.atMost(rest)
            if part.isZero { continue }
            stock.pool.revalue(by: part, receipt: receipt.text)
            stocks[StockState.id(warehouse, line.product)] = stock
            rest = rest.less(part)
            revaluations.append(
                ReceiptRevaluation(
                    receipt: receipt, product: line.product, productClass: line.productClass,
                    warehouse: warehouse, ontoStock: part))
        }
        return rest
    }

    /// The stock as the parts before left it.
    private func stock(
        _ warehouse: WarehouseID, _ product: ProductID
    ) throws(Rejection) -> StockState {
        let id = StockState.id(warehouse, product)
        if let known = stocks[id] { return known }
        return try decision.state(of: StockState.self, id)
    }

    private func changes(of order: PurchaseOrderID) -> [PurchaseLineProgress] {
        progress.first { $0.order == order }?.changes ?? []
    }

    private mutating func note(_ change: PurchaseLineProgress, on order: PurchaseOrderID) {
        if let index = progress.firstIndex(where: { $0.order == order }) {
            progress[index].changes.append(change)
        } else {
            progress.append((order, [change]))
        }
    }
}

extension PurchaseOrderLine {
    /// The line with what earlier lines of the same bill did to it.
    fileprivate func after(_ changes: [PurchaseLineProgress]) -> PurchaseOrderLine {
        var line = self
        for change in changes where change.line == self.line {
            line.invoiced = line.invoiced.plus(change.invoiced)
            line.clearedValue = line.clearedValue.plus(change.clearedValue)
        }
        return line
    }

    /// The receipts behind the billed quantities from one count to another; a part without a
    /// receipt is billed and did not come.
    func receiptParts(
        from: Quantity, to: Quantity
    ) -> [(receipt: ReceiptID?, quantity: Quantity)] {
        var parts: [(receipt: ReceiptID?, quantity: Quantity)] = []
        var begin = Quantity.zero
        for part in receipts {
            let end = begin.plus(part.quantity)
            let overlap = min(end, to).less(max(begin, from))
            if overlap.isPositive { parts.append((part.receipt, overlap)) }
            begin = end
        }
        let missing = to.less(max(begin, from))
        if missing.isPositive { parts.append((nil, missing)) }
        return parts
    }
}

extension Money {
    /// The amount, or another one of the same sign where that is nearer to nothing.
    fileprivate func atMost(_ other: Money) -> Money {
        minorUnits.magnitude <= other.minorUnits.magnitude ? self : other
    }
}

extension PostedInvoiceLine {
    fileprivate static func expense(
        _ line: SupplierInvoiceLine, _ net: Money
    ) -> PostedInvoiceLine {
        PostedInvoiceLine(
            line: line.line, order: nil, orderLine: nil, product: nil, productClass: nil,
            warehouse: nil, quantity: nil, net: net, received: .zero(line.net.currency),
            variance: .zero(line.net.currency), account: line.account, taxCode: line.taxCode)
    }
}
