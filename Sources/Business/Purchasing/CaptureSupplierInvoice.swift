package import Records

/// A line of a supplier's bill as it is entered: goods of an order, or an expense.
package struct BilledLine: Record, Hashable {
    /// The purchase order; nil for an expense.
    package let order: PurchaseOrderID?
    /// The line of the purchase order.
    package let orderLine: Int64?
    /// How much is billed.
    package let quantity: Quantity?
    /// At what price of one unit.
    package let price: UnitPrice?
    /// The amount, where it is not quantity times price.
    package let amount: Money?
    /// The account of an expense.
    package let account: String?
    /// The tax code; the order line's or the supplier's where absent.
    package let taxCode: String?
    /// What the line says.
    package let text: String?

    /// A line from its parts.
    package init(
        order: PurchaseOrderID? = nil, orderLine: Int64? = nil, quantity: Quantity? = nil,
        price: UnitPrice? = nil, amount: Money? = nil, account: String? = nil,
        taxCode: String? = nil, text: String? = nil
    ) {
        self.order = order
        self.orderLine = orderLine
        self.quantity = quantity
        self.price = price
        self.amount = amount
        self.account = account
        self.taxCode = taxCode
        self.text = text
    }

    /// The declaration of the fields.
    package static let schema = Schema<BilledLine>(
        "purchasing.billed-line", "A line of a supplier's bill as it is entered.",
        Field(1, "order", \.order, "The purchase order; absent for an expense."),
        Field(2, "orderLine", \.orderLine, "The line of the purchase order.", limits: .positive),
        Field(3, "quantity", \.quantity, "How much is billed.", limits: .positive),
        Field(4, "price", \.price, "At what price of one unit.", limits: .positive),
        Field(5, "amount", \.amount, "The amount, where it is not quantity times price."),
        Field(6, "account", \.account, "The account of an expense.", limits: .count(1...64)),
        Field(
            7, "taxCode", \.taxCode,
            "The tax code; the order line's or the supplier's where absent.",
            limits: .count(1...64)),
        Field(8, "text", \.text, "What the line says.", limits: .count(1...500)),
        make: BilledLine.init)
}

/// Enters a supplier's bill; the supplier's number is taken once and for all.
package struct CaptureSupplierInvoice: Command {
    package let supplier: SupplierID
    package let invoice: SupplierInvoiceID?
    package let theirNumber: String
    package let documentDate: BusinessDate
    package let lines: [BilledLine]
    package let tax: Money?
    package let gross: Money?
    package let external: ExternalReference?

    package static let schema = Schema<CaptureSupplierInvoice>(
        "purchasing.capture-invoice", "Enters a supplier's bill.",
        Field(1, "supplier", \.supplier, "Who bills."),
        Field(2, "invoice", \.invoice, "The document's id; the next number where absent."),
        Field(
            3, "theirNumber", \.theirNumber, "The supplier's own number of the document.",
            limits: .count(1...SupplierDocumentState.numberBytesMax)),
        Field(4, "documentDate", \.documentDate, "The date on the document."),
        Field(5, "lines", \.lines, "What is billed.", limits: .count(1...1_000)),
        Field(
            6, "tax", \.tax,
            "The tax on the document; it may differ by a minor unit a line from the computed one."),
        Field(7, "gross", \.gross, "The total on the document; it must be what the lines make."),
        Field(8, "external", \.external, "Where the document came from."),
        make: CaptureSupplierInvoice.init)

    package static let access = CommandAccess.roles(
        "accountant", "buyer", "purchasing-manager", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .alreadyExists, .duplicateInvoice, .totalMismatch, .invalidValue,
        .wrongState, .unitMismatch, .currencyNotSupported, .companyNotFounded, .unknownTaxCode,
        .unknownAccount, .controlAccount, .noRule, .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let company = try decision.company()
        let state = try decision.existing(SupplierState.self, supplier.text)
        let document = try decision.freshDocument(of: supplier, number: theirNumber)
        let id = try decision.purchasingID(
            SupplierInvoiceState.self, given: invoice, series: "SI")
        var bill = Bill(currency: company.baseCurrency)
        for line in lines {
            try bill.add(line, of: supplier, taxCode: state.taxCode, on: documentDate, decision)
        }
        let totals = try bill.totals(statedTax: tax)
        guard !totals.gross.isNegative else {
            throw Rejection(
                .invalidValue,
                "Expected a bill of zero or more, found \(totals.gross); what the supplier gives back is a credit: enter it with purchasing.credit-invoice."
            )
        }
        if let gross, gross != totals.gross {
            throw Rejection(
                .totalMismatch,
                "Expected a total of \(totals.gross) (net \(totals.net), tax \(totals.tax)), found \(gross); correct the lines or the tax.",
                [JSONMember("expected", .string(totals.gross.description))])
        }
        try decision.emit(
            SupplierInvoiceCaptured(
                supplier: supplier, theirNumber: theirNumber, documentDate: documentDate,
                lines: totals.lines, taxes: totals.taxes, net: totals.net, tax: totals.tax,
                gross: totals.gross, capturedBy: decision.facts.actor.person,
                external: external), to: id.text)
        try decision.emit(SupplierDocumentTaken(invoice: id), to: document)
    }
}

extension Decision {
    /// The stream of a supplier's document number, which no other document may have.
    func freshDocument(
        of supplier: SupplierID, number theirNumber: String
    ) throws(Rejection) -> String {
        let id = SupplierDocumentState.id(supplier: supplier, number: theirNumber)
        guard id.utf8.last != UInt8(ascii: ":"), id.utf8.count <= SupplierDocumentState.idBytesMax
        else {
            throw Rejection(
                .invalidValue,
                "Expected a number with a letter or a digit and of a usual length, found \"\(theirNumber)\"; give the supplier's number."
            )
        }
        if let earlier = try state(of: SupplierDocumentState.self, id).invoice {
            throw Rejection(
                .duplicateInvoice,
                "Number \(theirNumber) of supplier \(supplier) was captured as \(earlier); expected a document that is not here yet. Reject \(earlier) first if this one replaces it.",
                [JSONMember("invoice", .string(earlier.text))])
        }
        return id
    }
}

/// A supplier's bill while it is entered.
private struct Bill {
    let currency: Currency
    private var lines: [SupplierInvoiceLine] = []
    private var taxed: [TaxableLine] = []
    private var taxedIndices: [Int] = []

    init(currency: Currency) { self.currency = currency }

    /// Lines, taxes and totals.
    struct Totals {
        let lines: [SupplierInvoiceLine]
        let taxes: [BilledTax]
        let net: Money
        let tax: Money
        let gross: Money
    }

    mutating func add(
        _ line: BilledLine, of supplier: SupplierID, taxCode: String?, on date: BusinessDate,
        _ decision: Decision
    ) throws(Rejection) {
        let number = Int64(lines.count + 1)
        let entered =
            try line.order == nil
            ? expense(line, number: number, taxCode: taxCode, decision)
            : goods(line, number: number, of: supplier, taxCode: taxCode, decision)
        lines.append(entered)
        if let code = entered.taxCode {
            taxed.append(
                TaxableLine(amount: entered.net, tax: try decision.tax(code, on: date)))
            taxedIndices.append(lines.count - 1)
        }
    }

    private func expense(
        _ line: BilledLine, number: Int64, taxCode: String?, _ decision: Decision
    ) throws(Rejection) -> SupplierInvoiceLine {
        guard let account = line.account, let amount = line.amount, line.orderLine == nil else {
            throw Rejection(
                .invalidValue,
                "Line \(number) has no order, so it is an expense: expected \"account\" and \"amount\", and no \"orderLine\"."
            )
        }
        _ = try decision.freeAccount(account)
        try decision.requireBaseCurrency(amount.currency)
        return SupplierInvoiceLine(
            line: number, order: nil, orderLine: nil, product: nil, quantity: nil, price: nil,
            net: amount, taxCode: line.taxCode ?? taxCode, account: account, text: line.text)
    }

    private func goods(
        _ line: BilledLine, number: Int64, of supplier: SupplierID, taxCode: String?,
        _ decision: Decision
    ) throws(Rejection) -> SupplierInvoiceLine {
        guard let order = line.order, let orderLine = line.orderLine, let stated = line.quantity,
            line.account == nil
        else {
            throw Rejection(
                .invalidValue,
                "Line \(number) bills an order: expected \"orderLine\" and \"quantity\", and no \"account\"."
            )
        }
        let state = try decision.existing(PurchaseOrderState.self, order.text)
        guard state.supplier == supplier else {
            throw Rejection(
                .invalidValue,
                "Expected an order to supplier \(supplier), found \(order), which is to \(state.supplier); correct the line.",
                [JSONMember("supplier", .string(state.supplier.text))])
        }
        guard state.sentRevision > 0 else {
            throw Rejection(
                .wrongState,
                "Purchase order \(order) is \(state.status.rawValue) and was never sent; expected one that the supplier has."
            )
        }
        let ordered = try state.requireLine(orderLine, of: order)
        let product = try decision.existing(ProductState.self, ordered.product.text)
        let quantity = try product.inOwnUnit(stated)
        let price = line.price ?? (line.amount == nil ? ordered.price : nil)
        if let price { try decision.requireBaseCurrency(price.currency) }
        if let amount = line.amount { try decision.requireBaseCurrency(amount.currency) }
        let net = try computing("line \(number)") { () throws(ArithmeticFailure) in
            if let amount = line.amount { return amount }
            return try price.map { (price) throws(ArithmeticFailure) in
                try price.amount(of: quantity)
            } ?? .zero(currency)
        }
        guard net.isPositive else {
            throw Rejection(
                .invalidValue,
                "Expected line \(number) to bill more than nothing, found \(net); correct price and quantity."
            )
        }
        return SupplierInvoiceLine(
            line: number, order: order, orderLine: orderLine, product: ordered.product,
            quantity: quantity, price: price, net: net,
            taxCode: line.taxCode ?? ordered.taxCode ?? taxCode, account: nil, text: line.text)
    }

    /// The totals; the tax of the document, where it is stated, may differ from the computed one
    /// by a minor unit for each taxed line, for suppliers round in their own way.
    func totals(statedTax: Money?) throws(Rejection) -> Totals {
        try checked(
            computing("the totals") { () throws(ArithmeticFailure) in
                let calculation = try TaxCalculation(taxed, currency: currency)
                var lines = lines
                for (place, index) in taxedIndices.enumerated() {
                    lines[index] = lines[index].with(net: calculation.lines[place].net)
                }
                let taxes = calculation.taxes.map {
                    BilledTax(code: $0.code, base: $0.base, tax: $0.tax)
                }
                let net = try lines.map(\.net).total(currency)
                return Totals(
                    lines: lines, taxes: taxes, net: net, tax: calculation.tax,
                    gross: try net.adding(calculation.tax))
            }, statedTax: statedTax)
    }

    private func checked(_ computed: Totals, statedTax: Money?) throws(Rejection) -> Totals {
        guard let statedTax, statedTax != computed.tax else { return computed }
        let (difference, gross) = try computing("the tax") { () throws(ArithmeticFailure) in
            (try statedTax.subtracting(computed.tax), try computed.net.adding(statedTax))
        }
        guard difference.minorUnits.magnitude <= UInt64(taxed.count),
            let first = computed.taxes.first
        else {
            throw Rejection(
                .totalMismatch,
                "Expected a tax of \(computed.tax), or within a minor unit for each line, found \(statedTax); correct the tax codes or the tax.",
                [JSONMember("expected", .string(computed.tax.description))])
        }
        let corrected = try computing("the tax") { () throws(ArithmeticFailure) in
            try first.tax.adding(difference)
        }
        var taxes = computed.taxes
        taxes[0] = BilledTax(code: first.code, base: first.base, tax: corrected)
        return Totals(
            lines: computed.lines, taxes: taxes, net: computed.net, tax: statedTax, gross: gross)
    }
}

extension SupplierInvoiceLine {
    fileprivate func with(net: Money) -> SupplierInvoiceLine {
        SupplierInvoiceLine(
            line: line, order: order, orderLine: orderLine, product: product, quantity: quantity,
            price: price, net: net, taxCode: taxCode, account: account, text: text)
    }
}
