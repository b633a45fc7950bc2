package import Records

/// Posts a credit note: takes back an invoice, whole or in part.
///
/// Taxes are the invoice's own, pro rata; the last credit note of a line takes what is left.
package struct PostCreditNote: Command, Equatable {
    package let invoice: InvoiceID
    package let lines: [BilledQuantity]
    package let reason: String
    package let documentDate: BusinessDate?
    package let isHeld: Bool

    package static let schema = Schema<PostCreditNote>(
        "finance.post-credit-note", "Posts a credit note: takes back an invoice or a part of it.",
        Field(1, "invoice", \.invoice, "The invoice."),
        Field(2, "lines", \.lines, "How much of which lines; all that is left where none."),
        Field(3, "reason", \.reason, "Why.", limits: .notEmpty),
        Field(
            4, "documentDate", \.documentDate, "The date of the document; else the posting date."),
        Field(
            5, "hold", \.isHeld,
            "Whether the credit is kept instead of being set against the invoice.",
            default: false),
        make: PostCreditNote.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .invalidValue, .quantityExceeds,
        .unitMismatch, .nothingToInvoice, .alreadyExists, .noRule, .badRuleResult,
        .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.existing(InvoiceState.self, invoice.text)
        guard let customer = state.customer, let currency = state.net?.currency else {
            throw Rejection(.unknownObject, "There is no invoice \(invoice); check the number.")
        }
        try lines.requireEachOnce()
        var credited = state.credited
        var lines = try creditedLines(of: state, &credited, decision)
        let deferral = try takeBackDeferred(&lines, of: state, decision)
        let text = try decision.nextDocumentNumber(.creditNote)
        guard let number = CreditNoteID(text), let item = OpenItemID(text) else {
            throw Rejection(.invalidValue, "\"\(text)\" is no identifier; mend the number series.")
        }
        let taxes = try computing("the taxes") { () throws(ArithmeticFailure) in
            try Self.taxes(of: lines, state.taxes, currency)
        }
        let (net, tax) = try computing("the totals") { () throws(ArithmeticFailure) in
            (
                try lines.map(\.net).total(currency), try lines.map(\.tax).total(currency)
            )
        }
        let gross = try computing("the total") { () throws(ArithmeticFailure) in
            try net.adding(tax)
        }
        guard gross.isPositive else {
            throw Rejection(
                .invalidValue,
                "Expected more than zero to credit, found \(gross); credit more lines."
            )
        }
        try decision.emit(
            CreditNotePosted(
                customer: customer, partnerGroup: state.partnerGroup, invoice: invoice,
                order: state.order, lines: lines, taxes: taxes, net: net, tax: tax,
                gross: gross, item: item,
                documentDate: documentDate ?? decision.facts.effectiveDate, reason: reason,
                number: number),
            to: number.text)
        try decision.emit(
            InvoiceCredited(creditNote: number, credited: credited), to: invoice.text)
        if let order = state.order, !deferral.isEmpty {
            try decision.emit(
                DeferralCredited(order: order, creditNote: number, lines: deferral),
                to: order.text)
        }
        if !isHeld { try setAgainstInvoice(state, number, gross, decision) }
    }

    /// The lines to credit; `credited` becomes what is credited in all.
    private func creditedLines(
        of state: InvoiceState, _ credited: inout [CreditedAmount], _ decision: Decision
    ) throws(Rejection) -> [InvoiceLine] {
        for wanted in lines where !state.lines.contains(where: { $0.orderLine == wanted.line }) {
            throw Rejection(
                .unknownObject, "Invoice \(invoice) has no line \(wanted.line); check the number.")
        }
        var result: [InvoiceLine] = []
        for (index, line) in state.lines.enumerated() {
            let left = try computing("line \(line.orderLine)") { () throws(ArithmeticFailure) in
                try line.quantity.subtracting(credited[index].quantity)
            }
            var wanted = lines.first { $0.line == line.orderLine }?.quantity
            if let product = line.product, line.quantity.unit == .base {
                wanted = try wanted.map { (quantity) throws(Rejection) in
                    try decision.counted(quantity, of: product)
                }
            }
            let quantity = lines.isEmpty ? left : wanted ?? .zero
            if quantity.isZero { continue }
            guard quantity <= left else {
                throw Rejection(
                    .quantityExceeds,
                    "Expected at most \(left), which is invoiced and not credited of line \(line.orderLine) of invoice \(invoice), found \(quantity).",
                    [JSONMember("open", .string(left.description))])
            }
            result.append(
                try computing("line \(line.orderLine)") { () throws(ArithmeticFailure) in
                    try Self.credit(quantity, of: line, isRest: quantity == left, &credited[index])
                })
        }
        guard !result.isEmpty else {
            throw Rejection(
                .nothingToInvoice, "Nothing of invoice \(invoice) is left to credit.")
        }
        return result
    }

    /// Says of each line how much of it was not earned, and what that changes of the order's
    /// deferred revenue; nothing is looked up where the invoice bills nothing that is ever deferred.
    private func takeBackDeferred(
        _ lines: inout [InvoiceLine], of state: InvoiceState, _ decision: Decision
    ) throws(Rejection) -> [DeferredPart] {
        guard let order = state.order, lines.contains(where: { $0.deferred != nil }) else {
            return []
        }
        let held = try decision.state(of: DeferredRevenueState.self, order.text)
        var changes: [DeferredPart] = []
        for index in lines.indices where lines[index].deferred != nil {
            let parts = try decision.credited(lines[index], of: invoice, held)
            lines[index].deferred = try computing("line \(lines[index].orderLine)") {
                () throws(ArithmeticFailure) in
                DeferredAmount(
                    quantity: parts.reduce(.zero) { $0.plus($1.quantity) },
                    net: try parts.map(\.amount).total(lines[index].net.currency))
            }
            changes += parts
        }
        return changes
    }

    private static func credit(
        _ quantity: Quantity, of line: InvoiceLine, isRest: Bool, _ credited: inout CreditedAmount
    ) throws(ArithmeticFailure) -> InvoiceLine {
        let part = Int128(quantity.millionths)
        let whole = Int128(line.quantity.millionths)
        let net =
            isRest
            ? try line.net.subtracting(credited.net) : try line.net.share(part, of: whole)
        let tax =
            isRest
            ? try line.tax.subtracting(credited.tax) : try line.tax.share(part, of: whole)
        credited.quantity = try credited.quantity.adding(quantity)
        credited.net = try credited.net.adding(net)
        credited.tax = try credited.tax.adding(tax)
        return InvoiceLine(
            orderLine: line.orderLine, product: line.product, productClass: line.productClass,
            text: line.text, quantity: quantity, price: line.price, discount: line.discount,
            net: net, taxCode: line.taxCode, tax: tax, deferred: line.deferred)
    }

    private static func taxes(
        of lines: [InvoiceLine], _ original: [TaxLine], _ currency: Currency
    ) throws(ArithmeticFailure) -> [TaxLine] {
        var taxes: [TaxLine] = []
        for tax in original {
            let taxed = lines.filter { $0.taxCode == tax.code }
            if taxed.isEmpty { continue }
            taxes.append(
                TaxLine(
                    code: tax.code, rate: tax.rate, base: try taxed.map(\.net).total(currency),
                    tax: try taxed.map(\.tax).total(currency)))
        }
        return taxes
    }

    /// Sets the credit against what is open of the invoice, the part due last first.
    private func setAgainstInvoice(
        _ state: InvoiceState, _ number: CreditNoteID, _ gross: Money, _ decision: Decision
    ) throws(Rejection) {
        var left = gross
        var allocations: [Allocation] = []
        for part in state.installments.sorted(by: { $0.due > $1.due }) where left.isPositive {
            let open =
                try decision.state(of: OpenItemState.self, part.item.text).open
                ?? .zero(gross.currency)
            guard open.isPositive else { continue }
            let amount = open.minorUnits < left.minorUnits ? open : left
            allocations.append(Allocation(item: part.item, amount: amount))
            left = try computing("the rest") { () throws(ArithmeticFailure) in
                try left.subtracting(amount)
            }
        }
        try decision.allocate(creditNote: number, allocations)
    }
}

extension Decision {
    /// Sets a credit note against open items.
    fileprivate func allocate(
        creditNote: CreditNoteID, _ allocations: [Allocation]
    ) throws(Rejection) {
        if allocations.isEmpty { return }
        let state = try existing(CreditNoteState.self, creditNote.text)
        guard let customer = state.customer, let item = state.item,
            let unallocated = state.unallocated
        else {
            throw Rejection(
                .unknownObject, "There is no credit note \(creditNote); check the number.")
        }
        let total = try computing("the allocations") { () throws(ArithmeticFailure) in
            try allocations.map(\.amount).total(unallocated.currency)
        }
        let left = try computing("the rest") { () throws(ArithmeticFailure) in
            try unallocated.subtracting(total)
        }
        guard !left.isNegative else {
            throw Rejection(
                .amountExceeds,
                "Expected at most \(unallocated), which is left of credit note \(creditNote), found \(total).",
                [JSONMember("open", .string(unallocated.description))])
        }
        try emit(
            CreditNoteAllocated(
                customer: customer, partnerGroup: state.partnerGroup, item: item,
                allocations: allocations, total: total, unallocated: left),
            to: creditNote.text)
    }
}

/// Sets a credit note against open items of its customer.
package struct AllocateCreditNote: Command, Equatable {
    package let creditNote: CreditNoteID
    package let allocations: [Allocation]

    package static let schema = Schema<AllocateCreditNote>(
        "finance.allocate-credit-note", "Sets a credit note against open items of its customer.",
        Field(1, "creditNote", \.creditNote, "The credit note."),
        Field(
            2, "allocations", \.allocations,
            "The items and amounts; none for the oldest due first."),
        make: AllocateCreditNote.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .amountExceeds, .partnerMismatch,
        .nothingToAllocate, .invalidValue,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.existing(CreditNoteState.self, creditNote.text)
        guard let customer = state.customer, let left = state.unallocated else {
            throw Rejection(
                .unknownObject, "There is no credit note \(creditNote); check the number.")
        }
        let partner = PaymentPartner.customer(customer)
        var chosen = try decision.checked(allocations, of: partner)
        if allocations.isEmpty {
            chosen = try decision.automatic(left, of: partner, reference: "", isExactFirst: true)
        }
        guard !chosen.isEmpty else {
            throw Rejection(
                .nothingToAllocate,
                "Nothing is open of \(customer), or nothing is left of \(creditNote).")
        }
        try decision.allocate(creditNote: creditNote, chosen)
    }
}

/// Pays out what is left of a credit note.
package struct RefundCreditNote: Command, Equatable {
    package let creditNote: CreditNoteID
    package let amount: Money?
    package let reference: String

    package static let schema = Schema<RefundCreditNote>(
        "finance.refund-credit-note", "Pays out what is left of a credit note.",
        Field(1, "creditNote", \.creditNote, "The credit note."),
        Field(
            2, "amount", \.amount, "How much; all that is left where not given.", limits: .positive),
        Field(3, "reference", \.reference, "What the bank statement will say.", default: ""),
        make: RefundCreditNote.init)

    package static let access = CommandAccess.human("accountant", "finance-manager")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .amountExceeds, .limitExceeded,
        .currencyNotSupported,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let state = try decision.existing(CreditNoteState.self, creditNote.text)
        guard let customer = state.customer, let item = state.item, let held = state.unallocated
        else {
            throw Rejection(
                .unknownObject, "There is no credit note \(creditNote); check the number.")
        }
        let paid = amount ?? held
        try decision.requireBaseCurrency(paid.currency)
        let left = try decision.rest(of: held, less: paid, what: "credit note \(creditNote)")
        try decision.requireLimit("refund", for: paid)
        try decision.emit(
            CreditNoteRefunded(
                customer: customer, partnerGroup: state.partnerGroup, item: item, amount: paid,
                unallocated: left, reference: reference),
            to: creditNote.text)
    }
}
