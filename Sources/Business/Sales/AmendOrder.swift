package import Records

/// Change an order: quantities, prices, new lines, dates and terms.
package struct AmendOrder: Command {
    package let order: OrderID
    package var lines: [Line]
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var paymentTerms: String?
    package var deliveryRule: DeliveryRule?
    package var invoicing: InvoicingRule?
    package var reference: String?
    package var reason: String?

    /// A change of a line, or a new one.
    package struct Line: Record, Hashable {
        package var line: Int64?
        package var product: ProductID?
        package var quantity: Quantity?
        package var price: UnitPrice?
        package var discount: Rate?
        package var taxCode: String?
        package var warehouse: WarehouseID?

        package static let schema = Schema<Line>(
            "sales.amend-order.line", "A change of a line, or a new one.",
            Field(1, "line", \.line, "The line that changes; a new line where absent."),
            Field(2, "product", \.product, "What; needed for a new line, and only there."),
            Field(
                3, "quantity", \.quantity, "How much is wanted in all now.", limits: .positive),
            Field(4, "price", \.price, "The price of one unit now.", limits: .notNegative),
            Field(5, "discount", \.discount, "The discount now.", limits: .notNegative),
            Field(6, "taxCode", \.taxCode, "The tax code of a new line."),
            Field(7, "warehouse", \.warehouse, "From where a new line is shipped."),
            make: {
                Line(
                    line: $0, product: $1, quantity: $2, price: $3, discount: $4, taxCode: $5,
                    warehouse: $6)
            })
    }

    package static let schema = Schema<AmendOrder>(
        "sales.amend-order", "Change an order: quantities, prices, new lines, dates and terms.",
        Field(1, "order", \.order, "Which order."),
        Field(
            2, "lines", \.lines, "Lines that change and new lines.", limits: .count(0...1_000)),
        Field(3, "requestedDate", \.requestedDate, "When the customer wants it now."),
        Field(4, "promisedDate", \.promisedDate, "When it is promised now."),
        Field(5, "paymentTerms", \.paymentTerms, "The payment terms now.", limits: .count(1...64)),
        Field(6, "deliveryRule", \.deliveryRule, "When goods may leave now."),
        Field(7, "invoicing", \.invoicing, "What may be billed, and when, now."),
        Field(8, "reference", \.reference, "The customer's own number.", limits: .count(1...100)),
        Field(9, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: {
            AmendOrder(
                order: $0, lines: $1, requestedDate: $2, promisedDate: $3, paymentTerms: $4,
                deliveryRule: $5, invoicing: $6, reference: $7, reason: $8)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] =
        [.wrongState, .unknownLine, .quantityExceeds, .alreadyInvoiced] + PlaceOrder.rejections

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let known = try decision.liveOrder(order)
        let account = try decision.activeCustomer(known.customer)
        try requireBillingRule(known)
        if let paymentTerms { _ = try decision.paymentTerms(paymentTerms) }
        let ordered = known.placedOn ?? decision.facts.effectiveDate
        try decision.requireDeliverable(requestedDate, "requestedDate", ordered: ordered)
        try decision.requireDeliverable(promisedDate, "promisedDate", ordered: ordered)
        var changed: [SettledLine] = []
        for line in lines {
            let new = known.lines.count + changed.count(where: { known.line($0.line.line) == nil })
            changed.append(
                try settle(line, of: known, nextNumber: Int64(new + 1), account, decision))
        }
        if isNothing { return }
        var after = known
        for settled in changed { after.replace(settled.line) }
        let growth = try computing("the change of the order's value") {
            () throws(ArithmeticFailure) in
            try after.uninvoicedValue().subtracting(known.uninvoicedValue())
        }
        let judgement = try judge(known, after, changed, growth, account, decision)
        try decision.emit(
            OrderAmended(
                customer: known.customer, revision: known.revision + 1,
                lines: changed.map(\.line),
                change: known.isCounted ? growth : .zero(known.currency),
                amendedBy: decision.decider, requestedDate: requestedDate,
                promisedDate: promisedDate, paymentTerms: paymentTerms,
                deliveryRule: deliveryRule, invoicing: invoicing, reference: reference,
                reason: reason, rule: judgement?.rule),
            to: order.text)
        for block in judgement?.blocks ?? [] where !known.isBlocked(by: block.kind) {
            try decision.emit(OrderBlockRaised(block: block), to: order.text)
        }
        try decision.tellMilestones(of: order, before: known)
    }

    private var isNothing: Bool {
        lines.isEmpty && requestedDate == nil && promisedDate == nil && paymentTerms == nil
            && deliveryRule == nil && invoicing == nil && reference == nil
    }

    /// What was billed under one rule must be billable under the other.
    private func requireBillingRule(_ known: OrderState) throws(Rejection) {
        guard let invoicing, invoicing != known.invoicing else { return }
        for line in known.lines where line.billed > line.billable(under: invoicing) {
            throw Rejection(
                .alreadyInvoiced,
                "Line \(line.line) of order \(order): expected at most \(line.billable(under: invoicing)) billed under the rule \(invoicing.rawValue), found \(line.billed); credit the invoice first.",
                [JSONMember("line", .integer(line.line))])
        }
    }

    private func settle(
        _ change: Line, of known: OrderState, nextNumber: Int64, _ account: AccountState,
        _ decision: Decision
    ) throws(Rejection) -> SettledLine {
        guard let number = change.line else {
            guard let product = change.product, let quantity = change.quantity else {
                throw Rejection(
                    .invalidValue,
                    "Expected product and quantity of a new line, found only a part; give both, or the number of the line that changes."
                )
            }
            return try decision.settle(
                OrderRequest.Line(
                    asked: LineRequest(
                        product: product, quantity: quantity, price: change.price,
                        discount: change.discount ?? .zero),
                    taxCode: change.taxCode, warehouse: change.warehouse),
                number: nextNumber, account: account, warehouse: known.lines.first?.warehouse)
        }
        guard let line = known.line(number) else {
            throw Rejection(
                .unknownLine,
                "Expected a line of order \(order), found \(number); it has 1 to \(known.lines.count).",
                [JSONMember("line", .integer(number))])
        }
        guard change.product == nil, change.taxCode == nil, change.warehouse == nil else {
            throw Rejection(
                .invalidValue,
                "Line \(number): expected a change of quantity, price or discount, found a product, tax code or warehouse; cancel the line and add a new one."
            )
        }
        return try amended(line, by: change, account, decision)
    }

    private func amended(
        _ line: OrderLine, by change: Line, _ account: AccountState, _ decision: Decision
    ) throws(Rejection) -> SettledLine {
        let changesPrice =
            change.price.map { $0 != line.price } ?? false
            || change.discount.map { $0 != line.discount } ?? false
        guard !changesPrice || line.billed.isZero else {
            throw Rejection(
                .alreadyInvoiced,
                "Line \(line.line) of order \(order): expected nothing billed to change its price, found \(line.billed) billed; credit the invoice first.",
                [JSONMember("line", .integer(line.line))])
        }
        var wanted = line.wanted
        if let asked = change.quantity {
            wanted = try decision.counted(asked, of: line.product)
        }
        let least = max(line.picked.plus(line.shipped), line.billed)
        guard wanted >= least else {
            throw Rejection(
                .quantityExceeds,
                "Line \(line.line) of order \(order): expected at least \(least), as much as is picked, shipped or billed, found \(wanted); raise the quantity, or take the shipment or the invoice back first.",
                [
                    JSONMember("line", .integer(line.line)),
                    JSONMember("least", .string(least.digits)),
                ])
        }
        var line = line
        line.ordered = wanted.plus(line.cancelled)
        let price = try decision.price(
            LineRequest(
                product: line.product, quantity: line.ordered, price: change.price ?? line.price,
                discount: change.discount ?? line.discount),
            number: line.line, for: account)
        line.price = price.price
        line.discount = price.discount
        (line.net, line.tax) = try decision.taxed(price.net, code: line.taxCode)
        return SettledLine(line: line, deviation: changesPrice ? price.deviation : nil)
    }

    /// Asks the rules again where the order grows, a price changes or the terms do.
    private func judge(
        _ known: OrderState, _ after: OrderState, _ changed: [SettledLine], _ growth: Money,
        _ account: AccountState, _ decision: Decision
    ) throws(Rejection) -> OrderJudgement? {
        let changesTerms = paymentTerms.map { $0 != known.paymentTerms } ?? false
        let changesPrice = changed.contains { $0.deviation != nil }
        guard growth.isPositive || changesTerms || changesPrice else { return nil }
        let (net, tax) = try decision.totals(of: after.lines, known.currency)
        let (gross, exposure) = try computing("the order's total") {
            () throws(ArithmeticFailure) in
            (
                try net.adding(tax),
                known.isCounted ? growth : try after.uninvoicedValue()
            )
        }
        return try decision.judge(
            OrderFacts(
                customer: known.customer, account: account, net: net, gross: gross,
                exposure: exposure,
                largestDiscount: changed.map(\.line.discount).max() ?? .zero,
                priceDeviation: changed.compactMap(\.deviation)
                    .max { $0.unscaled < $1.unscaled },
                channel: known.channel, paymentTerms: paymentTerms ?? known.paymentTerms))
    }
}

extension OrderState {
    /// Puts a line in the place of the one with its number, or at the end.
    mutating func replace(_ line: OrderLine) {
        if let index = lines.firstIndex(where: { $0.line == line.line }) {
            lines[index] = line
        } else {
            lines.append(line)
        }
    }
}
