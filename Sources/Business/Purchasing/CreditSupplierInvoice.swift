package import Records

/// How much of a posted bill's line the supplier gives back.
package struct CreditedBillLine: Record, Hashable {
    /// The line of the invoice.
    package let line: Int64
    /// The net amount that is given back of it.
    package var amount: Money

    /// A line from its parts.
    package init(line: Int64, amount: Money) {
        self.line = line
        self.amount = amount
    }

    /// The declaration of the fields.
    package static let schema = Schema<CreditedBillLine>(
        "purchasing.credited-bill-line", "How much of a bill's line the supplier gives back.",
        Field(1, "line", \.line, "The line of the invoice.", limits: .positive),
        Field(2, "amount", \.amount, "The net amount that is given back."),
        make: CreditedBillLine.init)
}

/// Enters what a supplier gives back of a posted bill, or takes a wrong bill back as a whole.
///
/// A credit changes the price of what was billed: it follows the goods, onto stock for what is there
/// and to variance for what is gone. A reversal makes the goods unbilled again, so that the right bill
/// can be captured under the same number. What is paid already is not credited: the allocation is
/// reversed first, and what was paid is then held for the next bill or paid back.
///
/// - Source: semantics 2.2 and 3.2, supplier credit note.
package struct CreditSupplierInvoice: Command {
    package let invoice: SupplierInvoiceID
    package let theirNumber: String?
    package let documentDate: BusinessDate?
    package let lines: [CreditedBillLine]
    package let isReversal: Bool
    package let reason: String

    package static let schema = Schema<CreditSupplierInvoice>(
        "purchasing.credit-invoice",
        "Enters what a supplier gives back of a posted bill, or takes a wrong bill back as a whole.",
        Field(1, "invoice", \.invoice, "The posted invoice."),
        Field(
            2, "theirNumber", \.theirNumber,
            "The supplier's own number of the credit; needed for all but a reversal.",
            limits: .count(1...SupplierDocumentState.numberBytesMax)),
        Field(
            3, "documentDate", \.documentDate, "The date on the document; else the posting date."),
        Field(
            4, "lines", \.lines, "What is given back by line; none: all that is left.",
            limits: .count(0...1_000)),
        Field(
            5, "reverse", \.isReversal,
            "Whether the bill was wrong as a whole: its goods can be billed again.", default: false),
        Field(6, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: CreditSupplierInvoice.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .unknownObject, .wrongState, .invalidValue, .duplicateInvoice, .amountExceeds,
        .currencyNotSupported, .periodLocked, .companyNotFounded, .stockConsumed, .noRule,
        .badRuleResult, .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let state = try decision.supplierInvoice(invoice, to: "be credited", in: .posted)
        try decision.requireOpenPeriod()
        let document = try documentStream(state, decision)
        let credits = try credits(of: state, decision)
        let taxes = try computing("the taxes") { () throws(ArithmeticFailure) in
            try state.taxes(of: credits)
        }
        let (net, tax, gross) = try computing("the totals") { () throws(ArithmeticFailure) in
            let net = try credits.map(\.amount).total(state.net.currency)
            let tax = try taxes.map(\.tax).total(state.net.currency)
            return (net, tax, try net.adding(tax))
        }
        let item = try payable(of: state, covering: gross, decision)
        var split = BillSplit(decision)
        for credit in credits {
            guard let line = state.line(credit.line) else { continue }
            try split.takeBack(line, credit.amount, isReversal: isReversal)
        }
        let supplier = try decision.existing(SupplierState.self, state.supplier.text)
        try decision.emit(
            SupplierInvoiceCredited(
                number: try decision.nextDocumentNumber(.supplierCredit),
                supplier: state.supplier, supplierGroup: supplier.group,
                theirNumber: theirNumber ?? state.theirNumber,
                documentDate: documentDate ?? decision.facts.effectiveDate, item: item,
                credits: credits, lines: split.lines, revaluations: split.revaluations,
                taxes: taxes, net: net, tax: tax, gross: gross, isReversal: isReversal,
                reason: reason,
                reverses: state.postedAt.map {
                    [EventReference(SupplierInvoiceState.self, invoice.text, version: $0)]
                } ?? []), to: invoice.text)
        for (order, changes) in split.progress {
            try decision.emit(PurchaseOrderProgressed(changes: changes), to: order.text)
        }
        if let document {
            try decision.emit(SupplierDocumentTaken(invoice: invoice), to: document)
        }
        if isReversal {
            try decision.emit(
                SupplierDocumentFreed(invoice: invoice),
                to: SupplierDocumentState.id(supplier: state.supplier, number: state.theirNumber))
        }
    }

    /// The stream of the credit's own number, which no other document of the supplier may have; a
    /// reversal of ours needs none.
    private func documentStream(
        _ state: SupplierInvoiceState, _ decision: Decision
    ) throws(Rejection) -> String? {
        if isReversal {
            guard lines.isEmpty, state.credited.isEmpty else {
                throw Rejection(
                    .invalidValue,
                    "Expected a bill of which nothing is credited, to take back as a whole, found lines or credits of \(invoice); credit the rest of it instead."
                )
            }
            return nil
        }
        guard let theirNumber else {
            throw Rejection(
                .invalidValue,
                "Expected the supplier's number of the credit, found none; give \"theirNumber\", or \"reverse\" where the bill was wrong as a whole."
            )
        }
        return try decision.freshDocument(of: state.supplier, number: theirNumber)
    }

    /// What is given back of each line; never more than is left of it.
    private func credits(
        of state: SupplierInvoiceState, _ decision: Decision
    ) throws(Rejection) -> [CreditedBillLine] {
        var credits: [CreditedBillLine] = []
        if lines.isEmpty {
            for line in state.lines {
                let left = try left(of: line, state)
                if !left.isZero { credits.append(CreditedBillLine(line: line.line, amount: left)) }
            }
        }
        for wanted in lines {
            guard let line = state.line(wanted.line) else {
                throw Rejection(
                    .unknownObject,
                    "Expected a line of invoice \(invoice), found \(wanted.line); it has 1 to \(state.lines.count).",
                    [JSONMember("line", .integer(wanted.line))])
            }
            guard !credits.contains(where: { $0.line == wanted.line }) else {
                throw Rejection(
                    .invalidValue, "Line \(wanted.line) is named twice; name it once.",
                    [JSONMember("line", .integer(wanted.line))])
            }
            try decision.requireBaseCurrency(wanted.amount.currency)
            let left = try left(of: line, state)
            guard wanted.amount.isPositive, wanted.amount.minorUnits <= left.minorUnits else {
                throw Rejection(
                    .amountExceeds,
                    "Line \(wanted.line) of invoice \(invoice): expected more than zero and at most \(left), which is billed and not credited, found \(wanted.amount); credit less.",
                    [JSONMember("open", .string(left.description))])
            }
            credits.append(wanted)
        }
        return credits
    }

    private func left(
        of line: SupplierInvoiceLine, _ state: SupplierInvoiceState
    ) throws(Rejection) -> Money {
        try computing("what is left of line \(line.line)") { () throws(ArithmeticFailure) in
            let credited = state.credited.first { $0.line == line.line }?.amount
            return try line.net.subtracting(credited ?? .zero(line.net.currency))
        }
    }

    /// The payable, of which at least so much must be open.
    private func payable(
        of state: SupplierInvoiceState, covering gross: Money, _ decision: Decision
    ) throws(Rejection) -> OpenItemID {
        guard let number = state.number, let item = OpenItemID(number) else {
            throw Rejection(
                .unknownObject, "There is no payable of invoice \(invoice); check the id.")
        }
        let open =
            try decision.state(of: OpenItemState.self, item.text).open ?? .zero(gross.currency)
        guard gross.isPositive, gross.minorUnits <= open.minorUnits else {
            throw Rejection(
                .amountExceeds,
                "Expected more than zero and at most \(open) with tax, which is open of \(item), found \(gross); where it is paid, reverse the allocation of the payment first: then it is held for another bill or paid back.",
                [
                    JSONMember("item", .string(item.text)),
                    JSONMember("open", .string(open.description)),
                ])
        }
        return item
    }
}

extension SupplierInvoiceState {
    /// The line with this number.
    fileprivate func line(_ number: Int64) -> SupplierInvoiceLine? {
        lines.first { $0.line == number }
    }

    /// The tax of a credit by code: the bill's own, pro rata; the last credit takes what is left.
    fileprivate func taxes(
        of credits: [CreditedBillLine]
    ) throws(ArithmeticFailure) -> [BilledTax] {
        var taxes: [BilledTax] = []
        for billed in self.taxes {
            let base = try credits.filter { line($0.line)?.taxCode == billed.code }.map(\.amount)
                .total(net.currency)
            if base.isZero { continue }
            let earlier = creditedTaxes.first { $0.code == billed.code }
            let creditedBase = try (earlier?.base ?? .zero(net.currency)).adding(base)
            let tax =
                creditedBase == billed.base
                ? try billed.tax.subtracting(earlier?.tax ?? .zero(net.currency))
                : try billed.tax.share(
                    Int128(base.minorUnits), of: Int128(billed.base.minorUnits))
            taxes.append(BilledTax(code: billed.code, base: base, tax: tax))
        }
        return taxes
    }
}
