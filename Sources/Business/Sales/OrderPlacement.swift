import Records

/// All that is needed to place an order, from a command or from a quote.
struct OrderRequest {
    /// One wanted line.
    struct Line {
        var asked: LineRequest
        var taxCode: String?
        var warehouse: WarehouseID?
    }

    var order: OrderID
    var customer: AccountID
    var lines: [Line]
    var warehouse: WarehouseID?
    /// Whether the prices were offered and accepted: then they are not judged again.
    var hasAgreedPrices: Bool
    var opportunity: OpportunityID?
    var source: String?
    var quote: QuoteID?
    var paymentTerms: String?
    var deliveryRule: DeliveryRule?
    var invoicing: InvoicingRule?
    var requestedDate: BusinessDate?
    var promisedDate: BusinessDate?
    var freight: Money?
    var external: ExternalReference?
    var contact: ContactID?
    var owner: String?
    var channel: String?
    var reference: String?
}

/// An order line with what the rules want to know of it.
struct SettledLine {
    var line: OrderLine
    let deviation: Decimal?
}

extension Decision {
    /// Places an order: checks it, settles prices and tax codes, asks what stops it, and releases
    /// it where nothing does.
    func place(_ request: OrderRequest) throws(Rejection) {
        try requireOpenPeriod()
        let account = try activeCustomer(request.customer)
        let currency = try company().baseCurrency
        if let freight = request.freight { try requireBaseCurrency(freight.currency) }
        guard !request.lines.isEmpty else {
            throw Rejection(
                .invalidValue, "Expected at least one line in an order, found none; add one.")
        }
        var settled: [SettledLine] = []
        for (index, line) in request.lines.enumerated() {
            settled.append(
                try settle(
                    line, number: Int64(index + 1), account: account,
                    warehouse: request.warehouse))
        }
        let (net, tax) = try totals(of: settled.map(\.line), currency)
        let gross = try computing("the order's total") { () throws(ArithmeticFailure) in
            try net.adding(tax)
        }
        let terms = request.paymentTerms ?? account.paymentTerms ?? OrderState.standardTerms
        // Found out at the first invoice, goods would have left that nobody can bill.
        _ = try paymentTerms(terms)
        let judgement = try judge(
            OrderFacts(
                customer: request.customer, account: account, net: net, gross: gross,
                exposure: gross,
                largestDiscount: request.hasAgreedPrices
                    ? .zero : settled.map(\.line.discount).max() ?? .zero,
                priceDeviation: request.hasAgreedPrices
                    ? nil : settled.compactMap(\.deviation).max(by: isLess),
                channel: request.channel, paymentTerms: terms))
        let (opportunity, source) = try origin(of: request, account)
        let promisedDate = try promise(request)
        try emit(
            OrderPlaced(
                customer: request.customer, currency: currency, lines: settled.map(\.line),
                blocks: judgement.blocks, paymentTerms: terms,
                deliveryRule: request.deliveryRule ?? account.deliveryRule ?? .availability,
                invoicing: request.invoicing ?? account.invoicing ?? .onDelivery,
                placedBy: decider, placedOn: facts.effectiveDate, net: net, tax: tax,
                opportunity: opportunity, source: source, quote: request.quote,
                requestedDate: request.requestedDate, promisedDate: promisedDate,
                freight: request.freight, external: request.external, contact: request.contact,
                owner: request.owner ?? account.owner, channel: request.channel,
                reference: request.reference, rule: judgement.rule),
            to: request.order.text)
        if judgement.blocks.isEmpty { try release(request.order) }
    }

    /// Releases an order that nothing stops any more, and tells the milestones that this reaches.
    func release(_ order: OrderID) throws(Rejection) {
        let before = try state(of: OrderState.self, order.text)
        let value = try computing("the order's value") { () throws(ArithmeticFailure) in
            before.isCounted ? Money.zero(before.currency) : try before.uninvoicedValue()
        }
        try emit(
            OrderReleased(order: order, customer: before.customer, value: value), to: order.text)
        try tellMilestones(of: order, before: before)
    }

    /// Checks one line and settles its price and tax code.
    func settle(
        _ wanted: OrderRequest.Line, number: Int64, account: AccountState,
        warehouse: WarehouseID?
    ) throws(Rejection) -> SettledLine {
        var asked = wanted.asked
        let product = try soldProduct(asked.product)
        asked.quantity = try product.inOwnUnit(asked.quantity)
        let price = try price(asked, number: number, for: account)
        let place: WarehouseID
        if let named = wanted.warehouse ?? warehouse {
            place = named
        } else {
            place = try id(of: OrderState.standardWarehouse)
        }
        if product.kind == .stock { _ = try existing(WarehouseState.self, place.text) }
        guard let taxCode = wanted.taxCode ?? account.taxCode ?? product.taxCode else {
            throw Rejection(
                .taxNotDeterminable,
                "Line \(number): expected a tax code of the line, the customer or the product \(asked.product), found none; give the line or the product one.",
                [JSONMember("product", .string(asked.product.text))])
        }
        let isProducts = wanted.taxCode == nil && account.taxCode == nil
        let (net, tax) = try taxed(
            price.net, code: taxCode, of: isProducts ? asked.product : nil, line: number)
        let line = OrderLine(
            line: number, product: asked.product, kind: product.kind,
            productClass: product.productClass, warehouse: place, price: price.price,
            discount: price.discount, taxCode: taxCode, net: net, tax: tax,
            ordered: asked.quantity)
        return SettledLine(line: line, deviation: price.deviation)
    }

    /// The tax of a line; a refusal of a code that is the product's own names the product.
    private func taxed(
        _ amount: Money, code: String, of product: ProductID?, line: Int64
    ) throws(Rejection) -> (net: Money, tax: Money) {
        do throws(Rejection) {
            return try taxed(amount, code: code)
        } catch {
            guard let product, error.code == .unknownTaxCode else { throw error }
            throw Rejection(
                error.code,
                "Line \(line), tax code of the product \(product): \(error.message) inventory.change-product gives the product another.",
                error.details + [JSONMember("product", .string(product.text))])
        }
    }

    /// Net and expected tax of lines.
    func totals(
        of lines: [OrderLine], _ currency: Currency
    ) throws(Rejection) -> (net: Money, tax: Money) {
        try computing("the order's totals") { () throws(ArithmeticFailure) in
            (try lines.map(\.net).total(currency), try lines.map(\.tax).total(currency))
        }
    }

    /// The deal and the source, carried over from where the order came.
    private func origin(
        of request: OrderRequest, _ account: AccountState
    ) throws(Rejection) -> (OpportunityID?, String?) {
        guard let opportunity = request.opportunity else {
            return (nil, request.source ?? account.source)
        }
        let deal = try existing(OpportunityState.self, opportunity.text)
        guard deal.account == nil || deal.account == request.customer else {
            throw Rejection(
                .orderMismatch,
                "Expected an order of the deal's own account \(deal.account?.text ?? ""), found customer \(request.customer); name the right deal or customer.",
                [JSONMember("opportunity", .string(opportunity.text))])
        }
        return (opportunity, request.source ?? deal.source ?? account.source)
    }
}

extension OrderState {
    /// The payment terms where neither the order nor the customer names any.
    package static let standardTerms = "net-30"
    /// The warehouse where neither the line nor the order names one.
    package static let standardWarehouse = "main"
}

/// Orders exact decimals of one scale by value.
private func isLess(_ left: Decimal, _ right: Decimal) -> Bool { left.unscaled < right.unscaled }
