package import Records

/// An invoice was posted: the customer owes it.
package struct InvoicePosted: PostedEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let order: OrderID?
    package let lines: [InvoiceLine]
    package let taxes: [TaxLine]
    package let net: Money
    package let tax: Money
    package let gross: Money
    package let installments: [Installment]
    package let documentDate: BusinessDate
    package let supplyDate: BusinessDate
    package let dueDate: BusinessDate
    package let terms: String
    package let opportunity: OpportunityID?
    package let source: String?
    package let number: InvoiceID

    package static let schema = Schema<InvoicePosted>(
        "finance.invoice-posted", "An invoice was posted: the customer owes it.",
        Field(1, "customer", \.customer, "Who owes it.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "order", \.order, "The order that it bills.", concerns: true),
        Field(4, "lines", \.lines, "What it bills."),
        Field(5, "taxes", \.taxes, "Tax by code and rate."),
        Field(6, "net", \.net, "Amount without tax."),
        Field(7, "tax", \.tax, "Tax."),
        Field(8, "gross", \.gross, "Amount with tax: net and tax."),
        Field(9, "installments", \.installments, "When which part is due."),
        Field(10, "documentDate", \.documentDate, "The date of the document."),
        Field(11, "supplyDate", \.supplyDate, "The date of the supply: the tax point."),
        Field(12, "dueDate", \.dueDate, "When the last part is due."),
        Field(13, "terms", \.terms, "The terms of payment."),
        Field(14, "opportunity", \.opportunity, "The deal from which it came."),
        Field(15, "source", \.source, "Where the deal came from."),
        Field(16, "number", \.number, "The invoice's gapless number."),
        make: InvoicePosted.init)

    package func evolve(_ state: inout InvoiceState) {
        state.customer = customer
        state.partnerGroup = partnerGroup
        state.order = order
        state.lines = lines
        state.credited = lines.map {
            CreditedAmount(
                quantity: Quantity(millionths: 0, unit: $0.quantity.unit),
                net: .zero($0.net.currency), tax: .zero($0.net.currency))
        }
        state.taxes = taxes
        state.net = net
        state.tax = tax
        state.gross = gross
        state.installments = installments
        state.documentDate = documentDate
        state.supplyDate = supplyDate
        state.terms = terms
    }

    package static let amountNames = ["net", "deferred", "tax", "gross"]
    package static let identities = [AmountIdentity("gross", equals: "net", "deferred", "tax")]
    package static let journal = "sales"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: installments.map {
                NamedAmount(
                    "gross", $0.amount, partner: "sales.account/\(customer)",
                    partnerGroup: partnerGroup, openItem: $0.item.text, order: order?.text)
            } + documentAmounts(lines, taxes, customer, order: order, group: partnerGroup),
            text: "Invoice \(number)")
    }
}

/// The net of each line, earned and deferred, and the tax of each code, as invoices and credit
/// notes post them.
private func documentAmounts(
    _ lines: [InvoiceLine], _ taxes: [TaxLine], _ customer: AccountID, order: OrderID?,
    group: String?
) -> [NamedAmount] {
    lines.map {
        NamedAmount(
            "net", $0.earned, partnerGroup: group, product: $0.product?.text,
            productClass: $0.productClass, taxCode: $0.taxCode, order: order?.text,
            quantity: $0.earnedQuantity)
    }
        + lines.compactMap { (line) -> NamedAmount? in
            guard let order, let deferred = line.deferred else { return nil }
            return NamedAmount(
                "deferred", deferred.net, partner: "sales.account/\(customer)",
                partnerGroup: group,
                openItem: DeferredRevenueState.item(order: order, line: line.orderLine),
                product: line.product?.text, productClass: line.productClass,
                taxCode: line.taxCode, order: order.text, quantity: deferred.quantity)
        }
        + taxes.map {
            NamedAmount("tax", $0.tax, partnerGroup: group, taxCode: $0.code, order: order?.text)
        }
}

/// A credit note was posted: it takes back an invoice or a part of it.
package struct CreditNotePosted: PostedEvent, ReversingEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let invoice: InvoiceID
    package let order: OrderID?
    package let lines: [InvoiceLine]
    package let taxes: [TaxLine]
    package let net: Money
    package let tax: Money
    package let gross: Money
    package let item: OpenItemID
    package let documentDate: BusinessDate
    package let reason: String
    package let number: CreditNoteID

    package static let schema = Schema<CreditNotePosted>(
        "finance.credit-note-posted", "A credit note was posted: it takes back an invoice.",
        Field(1, "customer", \.customer, "Whose it is.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(
            3, "invoice", \.invoice, "The invoice that it takes back, or a part of it.",
            concerns: true),
        Field(4, "order", \.order, "The order behind the invoice.", concerns: true),
        Field(5, "lines", \.lines, "What is taken back of the invoice's lines."),
        Field(6, "taxes", \.taxes, "Tax by code, taken from the invoice."),
        Field(7, "net", \.net, "Amount without tax."),
        Field(8, "tax", \.tax, "Tax."),
        Field(9, "gross", \.gross, "Amount with tax: net and tax."),
        Field(10, "item", \.item, "The open item that it makes."),
        Field(11, "documentDate", \.documentDate, "The date of the document."),
        Field(12, "reason", \.reason, "Why."),
        Field(13, "number", \.number, "The credit note's gapless number."),
        make: CreditNotePosted.init)

    package func evolve(_ state: inout CreditNoteState) {
        state.customer = customer
        state.partnerGroup = partnerGroup
        state.invoice = invoice
        state.order = order
        state.item = item
        state.gross = gross
        state.unallocated = gross
    }

    package static let amountNames = ["net", "deferred", "tax", "gross"]
    package static let identities = [AmountIdentity("gross", equals: "net", "deferred", "tax")]
    package static let journal = "sales"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: [
                NamedAmount(
                    "gross", gross, partner: "sales.account/\(customer)",
                    partnerGroup: partnerGroup, openItem: item.text, order: order?.text)
            ] + documentAmounts(lines, taxes, customer, order: order, group: partnerGroup),
            text: "Credit note \(number) for invoice \(invoice)", reverses: reverses)
    }

    /// The posting of the invoice: the first event that stands under its number.
    package var reverses: [EventReference] {
        [EventReference(InvoiceState.self, invoice.text, version: 1)]
    }
}

/// An invoice was credited, whole or in part: how much of each line.
package struct InvoiceCredited: Event, Equatable {
    package let creditNote: CreditNoteID
    package let credited: [CreditedAmount]

    package static let schema = Schema<InvoiceCredited>(
        "finance.invoice-credited", "An invoice was credited, whole or in part.",
        Field(1, "creditNote", \.creditNote, "The credit note."),
        Field(2, "credited", \.credited, "What is credited of each line in all."),
        make: InvoiceCredited.init)

    package func evolve(_ state: inout InvoiceState) { state.credited = credited }
}

/// A credit note is set against open items, or no longer: the same amounts, on opposite sides.
package protocol CreditNoteAllocationEvent: PostedEvent {
    /// Whose credit note it is.
    var customer: AccountID { get }
    /// The customer's group.
    var partnerGroup: String? { get }
    /// The credit note's own open item.
    var item: OpenItemID { get }
    /// The items against which it stands, with their amounts.
    var allocations: [Allocation] { get }
    /// The sum of the allocations.
    var total: Money { get }
    /// What the voucher says.
    var postingText: String { get }
    /// The events that it takes back.
    var takenBack: [EventReference] { get }
}

extension CreditNoteAllocationEvent {
    package static var amountNames: [String] { ["settled", "allocated"] }
    package static var identities: [AmountIdentity] {
        [AmountIdentity("settled", equals: "allocated")]
    }
    package static var journal: String { "sales" }
    package var posting: PostingFacts {
        let partner = "sales.account/\(customer)"
        return PostingFacts(
            amounts: [
                NamedAmount(
                    "settled", total, partner: partner, partnerGroup: partnerGroup,
                    openItem: item.text)
            ]
                + allocations.map {
                    NamedAmount(
                        "allocated", $0.amount, partner: partner, partnerGroup: partnerGroup,
                        openItem: $0.item.text)
                },
            text: postingText, reverses: takenBack)
    }
}

/// A credit note was set against open items.
package struct CreditNoteAllocated: CreditNoteAllocationEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let item: OpenItemID
    package let allocations: [Allocation]
    package let total: Money
    package let unallocated: Money

    package static let schema = Schema<CreditNoteAllocated>(
        "finance.credit-note-allocated", "A credit note was set against open items.",
        Field(1, "customer", \.customer, "Whose it is.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "item", \.item, "The credit note's own open item."),
        Field(4, "allocations", \.allocations, "What it is set against."),
        Field(5, "total", \.total, "The sum of the allocations."),
        Field(6, "unallocated", \.unallocated, "What is left of the credit note."),
        make: CreditNoteAllocated.init)

    package func evolve(_ state: inout CreditNoteState) {
        state.unallocated = unallocated
        state.allocations.append(contentsOf: allocations)
    }

    package func evolve(_ state: inout CreditNoteState, at version: UInt64) {
        evolve(&state)
        state.allocatedAt.note(allocations, at: version)
    }

    package var postingText: String { "Credit note \(item) set against open items" }
    package var takenBack: [EventReference] { [] }
}

/// A credit note no longer stands against open items: they are open again, and so is what was left.
package struct CreditNoteAllocationReversed: CreditNoteAllocationEvent, ReversingEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let item: OpenItemID
    package let allocations: [Allocation]
    package let total: Money
    package let unallocated: Money
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<CreditNoteAllocationReversed>(
        "finance.credit-note-allocation-reversed",
        "A credit note no longer stands against open items.",
        Field(1, "customer", \.customer, "Whose it is.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "item", \.item, "The credit note's own open item."),
        Field(4, "allocations", \.allocations, "What is taken back."),
        Field(5, "total", \.total, "The sum of the allocations."),
        Field(6, "unallocated", \.unallocated, "What is left of the credit note now."),
        Field(7, "reason", \.reason, "Why."),
        Field(8, "reverses", \.reverses, "The events that it takes back."),
        make: CreditNoteAllocationReversed.init)

    package func evolve(_ state: inout CreditNoteState) {
        state.unallocated = unallocated
        state.allocations.removeAll { gone in
            allocations.contains { $0.item == gone.item }
        }
        state.allocatedAt.forget(allocations)
    }

    package var postingText: String { "Credit note \(item) no longer set against open items" }
    package var takenBack: [EventReference] { reverses }
}

/// What was left of a credit note was paid to the customer.
package struct CreditNoteRefunded: PostedEvent, Equatable {
    package let customer: AccountID
    package let partnerGroup: String?
    package let item: OpenItemID
    package let amount: Money
    package let unallocated: Money
    package let reference: String

    package static let schema = Schema<CreditNoteRefunded>(
        "finance.credit-note-refunded", "What was left of a credit note was paid out.",
        Field(1, "customer", \.customer, "To whom.", concerns: true),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "item", \.item, "The credit note's own open item."),
        Field(4, "amount", \.amount, "How much."),
        Field(5, "unallocated", \.unallocated, "What is left of the credit note."),
        Field(6, "reference", \.reference, "What the bank statement will say."),
        make: CreditNoteRefunded.init)

    package func evolve(_ state: inout CreditNoteState) { state.unallocated = unallocated }

    package static let amountNames = ["amount"]
    package static let journal = "bank"
    package var posting: PostingFacts {
        PostingFacts(
            amounts: [
                NamedAmount(
                    "amount", amount, partner: "sales.account/\(customer)",
                    partnerGroup: partnerGroup, openItem: item.text)
            ],
            text: "Refund of credit note \(item)")
    }
}
