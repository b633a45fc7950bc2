package import Records

/// Accept a quote, whole or in part: the order is placed and the deal is won with it.
package struct AcceptQuote: Command {
    package let quote: QuoteID
    package var revision: Int64?
    package var lines: [QuoteAccepted.AcceptedLine]
    package var order: OrderID?
    package var warehouse: WarehouseID?
    package var requestedDate: BusinessDate?
    package var promisedDate: BusinessDate?
    package var reference: String?
    package var freight: Money?

    package static let schema = Schema<AcceptQuote>(
        "sales.accept-quote",
        "Accept a quote, whole or in part: the order is placed and the deal is won with it.",
        Field(1, "quote", \.quote, "Which quote."),
        Field(
            2, "revision", \.revision,
            "The revision that the customer has; must be the latest. The latest where absent.",
            limits: .positive),
        Field(
            3, "lines", \.lines, "What is accepted; all that is open where absent.",
            limits: .count(0...1_000)),
        Field(4, "order", \.order, "The order's id; the next of the series SO where absent."),
        Field(5, "warehouse", \.warehouse, "From where; `main` where absent."),
        Field(6, "requestedDate", \.requestedDate, "When the customer wants it."),
        Field(7, "promisedDate", \.promisedDate, "When it is promised."),
        Field(8, "reference", \.reference, "The customer's own number.", limits: .count(1...100)),
        Field(
            9, "freight", \.freight, "Freight as the customer was told; not billed by itself.",
            limits: .notNegative),
        make: {
            AcceptQuote(
                quote: $0, revision: $1, lines: $2, order: $3, warehouse: $4, requestedDate: $5,
                promisedDate: $6, reference: $7, freight: $8)
        })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] =
        [
            .wrongState, .quoteSuperseded, .quoteExpired, .unknownLine, .quantityExceeds,
        ] + PlaceOrder.rejections

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(QuoteState.self, quote.text)
        try requireAcceptable(known, on: decision.facts.effectiveDate)
        let accepted = try acceptedLines(of: known, decision)
        let order = try decision.newID(OrderState.self, self.order, series: "SO")
        var net = Money.zero(known.currency)
        var wanted: [OrderRequest.Line] = []
        for (line, quantity) in accepted {
            net = try computing("the accepted amount") { () throws(ArithmeticFailure) in
                try net.adding(line.price.amount(of: quantity, discount: line.discount))
            }
            wanted.append(
                OrderRequest.Line(
                    asked: LineRequest(
                        product: line.product, quantity: quantity, price: line.price,
                        discount: line.discount)))
        }
        let parts = accepted.map {
            QuoteAccepted.AcceptedLine(line: $0.line.line, quantity: $0.quantity)
        }
        let isWhole = known.lines.allSatisfy { line in
            let taken = parts.filter { $0.line == line.line }
                .reduce(Quantity.zero) { $0.plus($1.quantity) }
            return line.open <= taken
        }
        try decision.emit(
            QuoteAccepted(
                revision: known.revision, lines: parts, net: net, order: order,
                isWhole: isWhole, opportunity: known.terms.opportunity),
            to: quote.text)
        let opportunity = try win(known, order, net, decision)
        try decision.place(
            OrderRequest(
                order: order, customer: known.customer, lines: wanted, warehouse: warehouse,
                hasAgreedPrices: true, opportunity: opportunity, source: known.terms.source,
                quote: quote, paymentTerms: known.terms.paymentTerms,
                deliveryRule: known.terms.deliveryRule, invoicing: known.terms.invoicing,
                requestedDate: requestedDate, promisedDate: promisedDate, freight: freight,
                contact: known.terms.contact, owner: known.terms.owner, reference: reference))
    }

    private func requireAcceptable(
        _ known: QuoteState, on today: BusinessDate
    ) throws(Rejection) {
        let isPartlyAccepted =
            known.status == .accepted && known.lines.contains { $0.open.isPositive }
        guard known.status == .sent || isPartlyAccepted else {
            throw Rejection.wrongState(
                "Quote \(quote)", is: known.status.rawValue,
                expected: "sent, or accepted in part", remedy: "send it with sales.send-quote")
        }
        if let revision, revision != known.revision {
            throw Rejection(
                .quoteSuperseded,
                "Expected the latest revision \(known.revision) of quote \(quote), found \(revision); show the customer the latest.",
                [JSONMember("revision", .integer(known.revision))])
        }
        if let validUntil = known.terms.validUntil, today > validUntil {
            throw Rejection(
                .quoteExpired,
                "Expected an acceptance by \(validUntil), found \(today); revise and send quote \(quote) again.",
                [JSONMember("validUntil", .string(validUntil.description))])
        }
    }

    private func acceptedLines(
        of known: QuoteState, _ decision: Decision
    ) throws(Rejection) -> [(line: QuoteLine, quantity: Quantity)] {
        if lines.isEmpty {
            return known.lines.filter(\.open.isPositive).map { ($0, $0.open) }
        }
        var left: [Int64: Quantity] = [:]
        var accepted: [(line: QuoteLine, quantity: Quantity)] = []
        for part in lines {
            guard let line = known.line(part.line) else {
                throw Rejection(
                    .unknownLine,
                    "Expected a line of quote \(quote), found \(part.line); it has 1 to \(known.lines.count).",
                    [JSONMember("line", .integer(part.line))])
            }
            let open = left[part.line] ?? line.open
            let quantity = try decision.counted(part.quantity, of: line.product)
            guard quantity.isPositive, quantity <= open else {
                throw Rejection(
                    .quantityExceeds,
                    "Line \(part.line) of quote \(quote): expected more than 0 and at most \(open), found \(quantity); lower the quantity or quote more.",
                    [
                        JSONMember("line", .integer(part.line)),
                        JSONMember("open", .string(open.digits)),
                    ])
            }
            left[part.line] = open.less(quantity)
            accepted.append((line, quantity))
        }
        return accepted
    }

    /// Wins the deal behind the quote with its first acceptance.
    /// - Returns: the deal that the order carries.
    private func win(
        _ known: QuoteState, _ order: OrderID, _ net: Money, _ decision: Decision
    ) throws(Rejection) -> OpportunityID? {
        guard let opportunity = known.terms.opportunity else { return nil }
        if known.orders.isEmpty {
            _ = try decision.openDeal(opportunity)
            try decision.emit(
                OpportunityWon(
                    amount: net, wonOn: decision.facts.effectiveDate, account: known.customer,
                    order: order, quote: quote),
                to: opportunity.text)
        }
        return opportunity
    }
}
