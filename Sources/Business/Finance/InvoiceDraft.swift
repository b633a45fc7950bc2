import Records

/// An invoice before it has taxes, due dates and a number.
struct InvoiceDraft {
    /// The class of a line that names none.
    static let standardClass = "standard"

    private let customer: AccountID
    private let order: OrderID?
    private let lines: [Line]
    private let usualTerms: String?
    private let opportunity: OpportunityID?
    private let source: String?

    /// One line before taxes.
    private struct Line {
        var number: Int64
        var product: ProductID?
        var productClass: String
        var text = ""
        var quantity: Quantity
        var price: UnitPrice
        var discount: Rate
        var taxCode: String
        /// How much of it has not left; nil where it is earned at once in any case.
        var deferred: Quantity?
    }

    /// What is to invoice of an order by its invoicing rule, or less of it.
    init(
        order id: OrderID, _ quantities: [BilledQuantity], _ decision: Decision
    ) throws(Rejection) {
        let state = try decision.existing(OrderState.self, id.text)
        guard state.status != .cancelled, state.status != .none else {
            throw Rejection(
                .wrongState,
                "Expected an order that was not cancelled, found \(id) \(state.status.rawValue).")
        }
        try decision.requireBaseCurrency(state.currency)
        if state.invoicing == .onOrderComplete, !state.isShippedInFull {
            throw Rejection(
                .nothingToInvoice,
                "Order \(id) is invoiced when all of it is shipped; ship the rest or close it short."
            )
        }
        if state.status == .pending, state.invoicing != .onDelivery {
            let kinds = state.blocks.map(\.kind.rawValue).joined(separator: ", ")
            throw Rejection(
                .wrongState,
                "Expected a released order, found \(id) blocked by \(kinds); release it first.")
        }
        customer = state.customer
        order = id
        usualTerms = state.paymentTerms
        opportunity = state.opportunity
        source = state.source
        lines = try Self.lines(of: state, id, quantities, decision)
    }

    private static func lines(
        of state: OrderState, _ id: OrderID, _ quantities: [BilledQuantity], _ decision: Decision
    ) throws(Rejection) -> [Line] {
        try quantities.requireEachOnce()
        var wanted: [Int64: Quantity] = [:]
        for quantity in quantities {
            guard let line = state.line(quantity.line) else {
                throw Rejection(
                    .unknownObject, "Order \(id) has no line \(quantity.line); check the number.")
            }
            wanted[quantity.line] = try decision.counted(quantity.quantity, of: line.product)
        }
        // Under the rule "on-delivery" all that is billed has left.
        let mayDefer = state.invoicing == .onDelivery ? false : try decision.defersRevenue()
        var lines: [Line] = []
        for line in state.lines {
            let toInvoice = line.toInvoice(under: state.invoicing)
            let quantity = quantities.isEmpty ? toInvoice : wanted[line.line] ?? .zero
            if quantity.isZero { continue }
            guard quantity <= toInvoice else {
                throw Rejection(
                    .quantityExceeds,
                    "Expected at most \(toInvoice), which is to invoice of line \(line.line) of order \(id), found \(quantity); ship more or bill less.",
                    [JSONMember("open", .string(toInvoice.description))])
            }
            lines.append(
                Line(
                    number: line.line, product: line.product, productClass: line.productClass,
                    quantity: quantity, price: line.price, discount: line.discount,
                    taxCode: line.taxCode,
                    deferred: mayDefer ? line.unshipped(ofBilling: quantity) : nil))
        }
        guard !lines.isEmpty else {
            throw Rejection(
                .nothingToInvoice,
                "Expected something of order \(id) to invoice, found \(Self.nothing(of: state)).")
        }
        return lines
    }

    /// Why nothing of an order is to invoice, and what helps.
    private static func nothing(of state: OrderState) -> String {
        let bills = state.invoices.map(\.text).joined(separator: ", ")
        let rule = "its rule \"\(state.invoicing.rawValue)\""
        if state.lines.allSatisfy(\.isInvoicedInFull), !bills.isEmpty {
            return "that all of it is billed already (\(bills)); a credit note takes a bill back"
        }
        if state.lines.contains(where: \.billed.isPositive) {
            return
                "that all that may be billed under \(rule) is billed already (\(bills)); ship the rest first"
        }
        return "nothing under \(rule); ship something first"
    }

    /// Lines without an order.
    init(
        customer: AccountID, _ free: [FreeLine], _ decision: Decision
    ) throws(Rejection) {
        let account = try decision.existing(AccountState.self, customer.text)
        guard !free.isEmpty else {
            throw Rejection(
                .nothingToInvoice, "Expected at least one line to bill to \(customer), found none.")
        }
        self.customer = customer
        order = nil
        usualTerms = account.paymentTerms
        opportunity = nil
        source = account.source
        var lines: [Line] = []
        for (index, line) in free.enumerated() {
            try decision.requireBaseCurrency(line.price.currency)
            let product = try line.product.map { (product) throws(Rejection) in
                try decision.existing(ProductState.self, product.text)
            }
            lines.append(
                Line(
                    number: Int64(index + 1), product: line.product,
                    productClass: line.productClass ?? product?.productClass
                        ?? Self.standardClass,
                    text: line.text,
                    quantity: try product?.inOwnUnit(line.quantity) ?? line.quantity,
                    price: line.price, discount: line.discount, taxCode: line.taxCode))
        }
        self.lines = lines
    }

    /// Taxes the lines, splits the amount by the terms, takes a number and posts.
    func post(
        documentDate: BusinessDate, supplyDate: BusinessDate, terms name: String?,
        _ decision: Decision
    ) throws(Rejection) {
        let currency = try decision.company().baseCurrency
        guard let termsName = name ?? usualTerms, !termsName.isEmpty else {
            throw Rejection(
                .unknownTerms,
                "Expected payment terms, found none on \(customer); give `terms` or set the customer's."
            )
        }
        let terms = try decision.paymentTerms(termsName)
        var taxable: [TaxableLine] = []
        for line in lines {
            let tax = try decision.tax(line.taxCode, on: supplyDate)
            let amount = try computing("line \(line.number)") { () throws(ArithmeticFailure) in
                try line.price.amount(of: line.quantity, discount: line.discount)
            }
            taxable.append(TaxableLine(amount: amount, tax: tax))
        }
        let totals = try computing("the taxes") { () throws(ArithmeticFailure) in
            try TaxCalculation(taxable, currency: currency)
        }
        guard !totals.gross.isNegative else {
            throw Rejection(
                .invalidValue,
                "Expected an invoice of zero or more, found \(totals.gross); post a credit note for what the customer gets back."
            )
        }
        let group = try decision.state(of: AccountState.self, customer.text).group
        let text = try decision.nextDocumentNumber(.invoice)
        guard let number = InvoiceID(text) else {
            throw Rejection(.invalidValue, "\"\(text)\" is no identifier; mend the number series.")
        }
        let installments = try installments(totals.gross, terms, documentDate, number)
        let posted = try posted(totals)
        try decision.emit(
            InvoicePosted(
                customer: customer, partnerGroup: group, order: order,
                lines: posted, taxes: totals.taxes, net: totals.net, tax: totals.tax,
                gross: totals.gross, installments: installments, documentDate: documentDate,
                supplyDate: supplyDate, dueDate: terms.lastDue(from: documentDate),
                terms: terms.name, opportunity: opportunity, source: source, number: number),
            to: number.text)
    }

    private func posted(_ totals: TaxCalculation) throws(Rejection) -> [InvoiceLine] {
        var posted: [InvoiceLine] = []
        for (line, amounts) in zip(lines, totals.lines) {
            let deferred = try line.deferred.map { (quantity) throws(Rejection) in
                DeferredAmount(
                    quantity: quantity,
                    net: try computing("line \(line.number)") { () throws(ArithmeticFailure) in
                        try DeferredPart.deferred(of: amounts.net, quantity, of: line.quantity)
                    })
            }
            posted.append(
                InvoiceLine(
                    orderLine: line.number, product: line.product,
                    productClass: line.productClass, text: line.text, quantity: line.quantity,
                    price: line.price, discount: line.discount, net: amounts.net,
                    taxCode: line.taxCode, tax: amounts.tax, deferred: deferred))
        }
        return posted
    }

    /// One open item by part of the terms; the only part bears the invoice's own number.
    private func installments(
        _ gross: Money, _ terms: PaymentTerms, _ date: BusinessDate, _ number: InvoiceID
    ) throws(Rejection) -> [Installment] {
        if gross.isZero { return [] }
        let parts = try computing("the installments") { () throws(ArithmeticFailure) in
            try terms.split(gross, from: date)
        }
        var installments: [Installment] = []
        for (index, part) in parts.enumerated() where !part.amount.isZero {
            let text = parts.count == 1 ? number.text : "\(number):\(index + 1)"
            guard let item = OpenItemID(text) else {
                throw Rejection(.invalidValue, "\"\(text)\" is no identifier; shorten the series.")
            }
            installments.append(Installment(item: item, due: part.due, amount: part.amount))
        }
        return installments
    }
}
