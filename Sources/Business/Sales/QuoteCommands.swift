package import Records

/// One line that a quote shall offer.
package struct QuoteLineRequest: Record, Hashable {
    package let product: ProductID
    package let quantity: Quantity
    package var price: UnitPrice?
    package var discount: Rate

    package static let schema = Schema<QuoteLineRequest>(
        "sales.quote-line-request", "One line that a quote shall offer.",
        Field(1, "product", \.product, "What is offered."),
        Field(2, "quantity", \.quantity, "How much of it.", limits: .positive),
        Field(
            3, "price", \.price, "The price of one unit; the list's where absent.",
            limits: .notNegative),
        Field(
            4, "discount", \.discount, "The discount, 0.1 for 10 %.", limits: .notNegative,
            default: .zero),
        make: {
            QuoteLineRequest(product: $0, quantity: $1, price: $2, discount: $3)
        })
}

/// Draft a quote.
package struct DraftQuote: Command {
    package let customer: AccountID
    package let lines: [QuoteLineRequest]
    package var quote: QuoteID?
    package var terms: QuoteTerms
    package var external: ExternalReference?

    package static let schema = Schema<DraftQuote>(
        "sales.draft-quote", "Draft a quote for a customer.",
        Field(1, "customer", \.customer, "To whom."),
        Field(2, "lines", \.lines, "What is offered.", limits: .count(0...1_000)),
        Field(3, "quote", \.quote, "The quote's id; the next of the series QU where absent."),
        Field(
            4, "terms", \.terms, "The deal, the validity and the terms.", default: QuoteTerms()),
        Field(5, "external", \.external, "Where the quote came from."),
        make: { DraftQuote(customer: $0, lines: $1, quote: $2, terms: $3, external: $4) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .alreadyExists, .unknownObject, .customerInactive, .productDiscontinued, .unitMismatch,
        .priceMissing, .invalidValue, .wrongState, .orderMismatch, .currencyNotSupported,
        .companyNotFounded, .unknownTerms, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let quote = try decision.newID(QuoteState.self, self.quote, series: "QU")
        let account = try decision.activeCustomer(customer)
        try decision.emit(
            QuoteDrafted(
                customer: customer, currency: try decision.company().baseCurrency,
                lines: try decision.quoteLines(lines, for: account),
                terms: try decision.completed(terms, of: customer, account),
                draftedBy: decision.decider, external: external),
            to: quote.text)
    }
}

/// Rewrite a quote; the revision before is superseded.
package struct ReviseQuote: Command {
    package let quote: QuoteID
    package var lines: [QuoteLineRequest]
    package var terms: QuoteTerms?

    package static let schema = Schema<ReviseQuote>(
        "sales.revise-quote", "Rewrite a quote; the revision before is superseded.",
        Field(1, "quote", \.quote, "Which quote."),
        Field(
            2, "lines", \.lines, "All that is offered now.", limits: .count(0...1_000)),
        Field(3, "terms", \.terms, "The terms now; as before where absent."),
        make: { ReviseQuote(quote: $0, lines: $1, terms: $2) })

    package static let access = CommandAccess.roles("sales", "sales-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .customerInactive, .productDiscontinued, .unitMismatch,
        .priceMissing, .invalidValue, .orderMismatch, .currencyNotSupported, .unknownTerms,
        .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let known = try decision.existing(QuoteState.self, quote.text)
        switch known.status {
        case .draft, .sent, .declined, .expired: break
        case .none, .accepted, .withdrawn:
            throw Rejection.wrongState(
                "Quote \(quote)", is: known.status.rawValue,
                expected: "a draft, sent, declined or expired", remedy: "draft a new quote")
        }
        let account = try decision.activeCustomer(known.customer)
        try decision.emit(
            QuoteRevised(
                revision: known.revision + 1,
                lines: try decision.quoteLines(lines, for: account),
                terms: try decision.completed(terms ?? known.terms, of: known.customer, account),
                revisedBy: decision.decider),
            to: quote.text)
    }
}

extension Decision {
    /// Settles the lines of a quote.
    func quoteLines(
        _ wanted: [QuoteLineRequest], for account: AccountState
    ) throws(Rejection) -> [QuoteLine] {
        var lines: [QuoteLine] = []
        for (index, line) in wanted.enumerated() {
            let quantity = try soldProduct(line.product).inOwnUnit(line.quantity)
            let number = Int64(index + 1)
            let price = try price(
                LineRequest(
                    product: line.product, quantity: quantity, price: line.price,
                    discount: line.discount),
                number: number, for: account)
            lines.append(
                QuoteLine(
                    line: number, product: line.product, quantity: quantity,
                    price: price.price, listPrice: price.listPrice, discount: price.discount,
                    net: price.net, accepted: .zero))
        }
        return lines
    }

    /// The terms with what the deal and the account say where the quote does not.
    func completed(
        _ terms: QuoteTerms, of customer: AccountID, _ account: AccountState
    ) throws(Rejection) -> QuoteTerms {
        var terms = terms
        if let name = terms.paymentTerms { _ = try paymentTerms(name) }
        if let contact = terms.contact { _ = try existing(ContactState.self, contact.text) }
        if let opportunity = terms.opportunity {
            let deal = try openDeal(opportunity)
            guard deal.account == nil || deal.account == customer else {
                throw Rejection(
                    .orderMismatch,
                    "Expected a quote to the deal's own account \(deal.account?.text ?? ""), found customer \(customer); name the right deal or customer.",
                    [JSONMember("opportunity", .string(opportunity.text))])
            }
            terms.source = terms.source ?? deal.source
            terms.owner = terms.owner ?? deal.owner
            terms.contact = terms.contact ?? deal.contact
        }
        terms.source = terms.source ?? account.source
        terms.owner = terms.owner ?? account.owner
        return terms
    }
}
