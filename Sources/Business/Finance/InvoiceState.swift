package import Records

/// A posted invoice to a customer.
package struct InvoiceState: StreamState, Equatable {
    /// Who owes it.
    package var customer: AccountID?
    /// The customer's group, which may choose accounts.
    package var partnerGroup: String?
    /// The order that it bills.
    package var order: OrderID?
    /// What it bills.
    package var lines: [InvoiceLine]
    /// What was credited of each line, in the order of the lines.
    package var credited: [CreditedAmount]
    /// Tax by code and rate.
    package var taxes: [TaxLine]
    /// Amount without tax; nil before it is posted.
    package var net: Money?
    /// Tax.
    package var tax: Money?
    /// Amount with tax.
    package var gross: Money?
    /// When which part is due.
    package var installments: [Installment]
    /// The date of the document.
    package var documentDate: BusinessDate?
    /// The date of the supply: the tax point.
    package var supplyDate: BusinessDate?
    /// The terms of payment.
    package var terms: String

    package static let streamType = "finance.invoice"
    package static let initial = InvoiceState(
        customer: nil, partnerGroup: nil, order: nil, lines: [], credited: [], taxes: [],
        net: nil, tax: nil, gross: nil, installments: [], documentDate: nil, supplyDate: nil,
        terms: "")
    package static let schema = Schema<InvoiceState>(
        "finance.invoice", "A posted invoice to a customer.",
        Field(1, "customer", \.customer, "Who owes it."),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "order", \.order, "The order that it bills."),
        Field(4, "lines", \.lines, "What it bills."),
        Field(5, "credited", \.credited, "What was credited of each line."),
        Field(6, "taxes", \.taxes, "Tax by code and rate."),
        Field(7, "net", \.net, "Amount without tax."),
        Field(8, "tax", \.tax, "Tax."),
        Field(9, "gross", \.gross, "Amount with tax."),
        Field(10, "installments", \.installments, "When which part is due."),
        Field(11, "documentDate", \.documentDate, "The date of the document."),
        Field(12, "supplyDate", \.supplyDate, "The date of the supply: the tax point."),
        Field(13, "terms", \.terms, "The terms of payment."),
        make: InvoiceState.init)
}

/// What was credited of an invoice line.
package struct CreditedAmount: Record {
    /// The quantity.
    package var quantity: Quantity
    /// The amount without tax.
    package var net: Money
    /// The tax.
    package var tax: Money

    package static let schema = Schema<CreditedAmount>(
        "finance.credited-amount", "What was credited of an invoice line.",
        Field(1, "quantity", \.quantity, "The quantity."),
        Field(2, "net", \.net, "The amount without tax."),
        Field(3, "tax", \.tax, "The tax."),
        make: CreditedAmount.init)
}

/// One line of an invoice or a credit note.
package struct InvoiceLine: Record {
    /// The line of the order that it bills, or its own number where there is none.
    package let orderLine: Int64
    /// What was supplied; nil for a line without a product.
    package let product: ProductID?
    /// The product's class, which may choose accounts.
    package let productClass: String
    /// What was supplied, in words.
    package let text: String
    /// How much.
    package let quantity: Quantity
    /// The price of one.
    package let price: UnitPrice
    /// The discount.
    package let discount: Rate
    /// The amount without tax.
    package let net: Money
    /// The tax code.
    package let taxCode: String
    /// The tax of this line: its share of the document's tax of the code.
    package let tax: Money
    /// What of it is not earned, for its goods have not left; zero where it is earned already and
    /// could be deferred when they come back, nil where it is earned at once in any case.
    package var deferred: DeferredAmount?

    package static let schema = Schema<InvoiceLine>(
        "finance.invoice-line", "One line of an invoice or a credit note.",
        Field(1, "orderLine", \.orderLine, "The line of the order that it bills."),
        Field(2, "product", \.product, "What was supplied."),
        Field(3, "productClass", \.productClass, "The product's class."),
        Field(4, "text", \.text, "What was supplied, in words.", default: ""),
        Field(5, "quantity", \.quantity, "How much."),
        Field(6, "price", \.price, "The price of one."),
        Field(7, "discount", \.discount, "The discount.", default: .zero),
        Field(8, "net", \.net, "The amount without tax."),
        Field(9, "taxCode", \.taxCode, "The tax code."),
        Field(10, "tax", \.tax, "The tax of this line."),
        Field(
            11, "deferred", \.deferred,
            "What of it is not earned, for its goods have not left; absent where that cannot be."),
        make: InvoiceLine.init)
}

extension InvoiceLine {
    /// What of the amount without tax is earned with the document itself.
    package var earned: Money { deferred.map { net.less($0.net) } ?? net }
    /// How much of the quantity that is.
    var earnedQuantity: Quantity { deferred.map { quantity.less($0.quantity) } ?? quantity }
}

/// The tax of a document for one code.
package struct TaxLine: Record {
    /// The tax code.
    package let code: String
    /// The rate, frozen.
    package let rate: Rate
    /// The amount that was taxed.
    package let base: Money
    /// The tax.
    package let tax: Money

    package static let schema = Schema<TaxLine>(
        "finance.tax-line", "The tax of a document for one code.",
        Field(1, "code", \.code, "The tax code."),
        Field(2, "rate", \.rate, "The rate that was valid at the tax point."),
        Field(3, "base", \.base, "The amount that was taxed."),
        Field(4, "tax", \.tax, "The tax."),
        make: TaxLine.init)

    package init(code: String, rate: Rate, base: Money, tax: Money) {
        self.code = code
        self.rate = rate
        self.base = base
        self.tax = tax
    }
}

/// A part of an amount with its due date: one open item.
package struct Installment: Record {
    /// The open item.
    package let item: OpenItemID
    /// When it is due.
    package let due: BusinessDate
    /// How much.
    package let amount: Money

    package static let schema = Schema<Installment>(
        "finance.installment", "A part of an amount with its due date: one open item.",
        Field(1, "item", \.item, "The open item.", concerns: true),
        Field(2, "due", \.due, "When it is due."),
        Field(3, "amount", \.amount, "How much."),
        make: Installment.init)

    package init(item: OpenItemID, due: BusinessDate, amount: Money) {
        self.item = item
        self.due = due
        self.amount = amount
    }
}

/// A posted credit note.
package struct CreditNoteState: StreamState, Equatable {
    /// Whose it is.
    package var customer: AccountID?
    /// The customer's group.
    package var partnerGroup: String?
    /// The invoice that it takes back or a part of it.
    package var invoice: InvoiceID?
    /// The order behind it.
    package var order: OrderID?
    /// Its open item.
    package var item: OpenItemID?
    /// Amount with tax; nil before it is posted.
    package var gross: Money?
    /// What is neither allocated nor refunded.
    package var unallocated: Money?
    /// What it was allocated to.
    package var allocations: [Allocation]
    /// Which events made the allocations that stand.
    package var allocatedAt: [AllocationPlace]

    package static let streamType = "finance.credit-note"
    package static let initial = CreditNoteState(
        customer: nil, partnerGroup: nil, invoice: nil, order: nil, item: nil, gross: nil,
        unallocated: nil, allocations: [], allocatedAt: [])
    package static let schema = Schema<CreditNoteState>(
        "finance.credit-note", "A posted credit note.",
        Field(1, "customer", \.customer, "Whose it is."),
        Field(2, "partnerGroup", \.partnerGroup, "The customer's group."),
        Field(3, "invoice", \.invoice, "The invoice that it takes back, or a part of it."),
        Field(4, "order", \.order, "The order behind it."),
        Field(5, "item", \.item, "Its open item."),
        Field(6, "gross", \.gross, "Amount with tax."),
        Field(7, "unallocated", \.unallocated, "What is neither allocated nor refunded."),
        Field(8, "allocations", \.allocations, "What it was allocated to."),
        Field(9, "allocatedAt", \.allocatedAt, "Which events made the allocations that stand."),
        make: CreditNoteState.init)
}

/// An amount of a payment or credit note that reduces an open item.
package struct Allocation: Record {
    /// The open item.
    package let item: OpenItemID
    /// How much of it.
    package var amount: Money

    package static let schema = Schema<Allocation>(
        "finance.allocation", "An amount of a payment or credit note that reduces an open item.",
        Field(1, "item", \.item, "The open item.", concerns: true),
        Field(2, "amount", \.amount, "How much of it.", limits: .positive),
        make: Allocation.init)

    package init(item: OpenItemID, amount: Money) {
        self.item = item
        self.amount = amount
    }
}

/// Which event of its stream allocated a payment or credit note to an open item.
package struct AllocationPlace: Record, Hashable {
    /// The open item.
    package let item: OpenItemID
    /// The event's number in the stream.
    package let version: Int64

    package static let schema = Schema<AllocationPlace>(
        "finance.allocation-place", "Which event of its stream allocated to an open item.",
        Field(1, "item", \.item, "The open item."),
        Field(2, "version", \.version, "The event's number in the stream."),
        make: AllocationPlace.init)
}

extension [AllocationPlace] {
    /// Notes that an event allocated.
    mutating func note(_ allocations: [Allocation], at version: UInt64) {
        for allocation in allocations {
            append(AllocationPlace(item: allocation.item, version: Int64(clamping: version)))
        }
    }

    /// Forgets allocations that were taken back.
    mutating func forget(_ allocations: [Allocation]) {
        removeAll { place in allocations.contains { $0.item == place.item } }
    }

    /// The events that made allocations, each once, in their order.
    func events<State: StreamState>(
        of allocations: [Allocation], in type: State.Type, _ id: String
    ) -> [EventReference] {
        let versions = Set(
            lazy.filter { place in allocations.contains { $0.item == place.item } }
                .map(\.version))
        return versions.sorted().map { EventReference(type, id, version: $0) }
    }
}
