package import Records

/// Posts an invoice: what is to invoice of an order, or lines without an order.
package struct PostInvoice: Command, Equatable {
    package let order: OrderID?
    package let quantities: [BilledQuantity]
    package let customer: AccountID?
    package let lines: [FreeLine]
    package let terms: String?
    package let documentDate: BusinessDate?
    package let supplyDate: BusinessDate?

    package static let schema = Schema<PostInvoice>(
        "finance.post-invoice",
        "Posts an invoice: what is to invoice of an order, or lines without an order.",
        Field(1, "order", \.order, "The order; all that is to invoice of it is billed."),
        Field(2, "quantities", \.quantities, "Bills only this much of these order lines."),
        Field(3, "customer", \.customer, "Who owes it, for lines without an order."),
        Field(4, "lines", \.lines, "What is billed without an order."),
        Field(5, "terms", \.terms, "The terms of payment, where not the usual ones."),
        Field(
            6, "documentDate", \.documentDate, "The date of the document; else the posting date."),
        Field(7, "supplyDate", \.supplyDate, "The tax point; else the document date."),
        make: PostInvoice.init)

    package static let access = CommandAccess.roles("accountant", "finance-manager", "sales")
    package static let rejections: [RejectionCode] = [
        .companyNotFounded, .periodLocked, .unknownObject, .invalidValue, .wrongState,
        .nothingToInvoice, .quantityExceeds, .unknownTaxCode, .unknownTerms,
        .currencyNotSupported, .unitMismatch, .alreadyExists, .noRule, .badRuleResult,
        .amountOverflow,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        try decision.requireOpenPeriod()
        let draft: InvoiceDraft
        switch (order, customer) {
        case (let order?, nil):
            guard lines.isEmpty else {
                throw Rejection(
                    .invalidValue, "Expected an order or free lines, found both; post two invoices."
                )
            }
            draft = try InvoiceDraft(order: order, quantities, decision)
        case (nil, let customer?):
            draft = try InvoiceDraft(customer: customer, lines, decision)
        default:
            throw Rejection(
                .invalidValue, "Expected either an order, or a customer with lines.")
        }
        let date = documentDate ?? decision.facts.effectiveDate
        try draft.post(
            documentDate: date, supplyDate: supplyDate ?? date, terms: terms, decision)
    }
}

/// How much of an order line to bill, or of an invoice line to credit.
package struct BilledQuantity: Record, Hashable {
    /// The line's number.
    package let line: Int64
    /// How much.
    package let quantity: Quantity

    package static let schema = Schema<BilledQuantity>(
        "finance.billed-quantity", "How much of a line.",
        Field(1, "line", \.line, "The line's number."),
        Field(2, "quantity", \.quantity, "How much.", limits: .positive),
        make: BilledQuantity.init)
}

extension [BilledQuantity] {
    /// Refuses a line that is named twice.
    func requireEachOnce() throws(Rejection) {
        var seen: Set<Int64> = []
        for quantity in self where !seen.insert(quantity.line).inserted {
            throw Rejection(
                .invalidValue, "Line \(quantity.line) is named twice; name it once.",
                [JSONMember("line", .integer(quantity.line))])
        }
    }
}

/// A line that is billed without an order.
package struct FreeLine: Record, Hashable {
    /// What was supplied; nil for a line in words alone.
    package let product: ProductID?
    /// What was supplied, in words.
    package let text: String
    /// The product's class, which may choose accounts.
    package let productClass: String?
    /// How much.
    package let quantity: Quantity
    /// The price of one.
    package let price: UnitPrice
    /// The discount.
    package let discount: Rate
    /// The tax code.
    package let taxCode: String

    package static let schema = Schema<FreeLine>(
        "finance.free-line", "A line that is billed without an order.",
        Field(1, "product", \.product, "What was supplied."),
        Field(2, "text", \.text, "What was supplied, in words.", default: ""),
        Field(3, "productClass", \.productClass, "The class, which may choose accounts."),
        Field(4, "quantity", \.quantity, "How much.", limits: .positive),
        Field(5, "price", \.price, "The price of one; negative for a discount line."),
        Field(6, "discount", \.discount, "The discount.", limits: .notNegative, default: .zero),
        Field(7, "taxCode", \.taxCode, "The tax code.", limits: .count(1...64)),
        make: FreeLine.init)
}
