package import Records

/// One line of a posted supplier's invoice, split as it is posted.
package struct PostedInvoiceLine: Record, Hashable {
    /// The line's number.
    package let line: Int64
    /// The purchase order; nil for an expense.
    package let order: PurchaseOrderID?
    /// The line of the purchase order.
    package let orderLine: Int64?
    /// What is billed.
    package let product: ProductID?
    /// The product's class.
    package let productClass: String?
    /// Where the goods came in.
    package let warehouse: WarehouseID?
    /// How much is billed.
    package let quantity: Quantity?
    /// The net amount: `received + onto stock + variance`, or the expense.
    package let net: Money
    /// The part at the order's price: it clears goods received and not invoiced.
    package let received: Money
    /// The part of the difference that fell on goods which are gone or never came.
    package let variance: Money
    /// The account of an expense.
    package let account: String?
    /// The tax code.
    package let taxCode: String?

    /// The declaration of the fields.
    package static let schema = Schema<PostedInvoiceLine>(
        "purchasing.posted-invoice-line", "One line of a posted supplier's invoice.",
        Field(1, "line", \.line, "The line's number."),
        Field(2, "order", \.order, "The purchase order; absent for an expense.", concerns: true),
        Field(3, "orderLine", \.orderLine, "The line of the purchase order."),
        Field(4, "product", \.product, "What is billed."),
        Field(5, "productClass", \.productClass, "The product's class."),
        Field(6, "warehouse", \.warehouse, "Where the goods came in."),
        Field(7, "quantity", \.quantity, "How much is billed."),
        Field(8, "net", \.net, "The net amount."),
        Field(9, "received", \.received, "The part at the order's price."),
        Field(10, "variance", \.variance, "The part of the difference that is an expense."),
        Field(11, "account", \.account, "The account of an expense."),
        Field(12, "taxCode", \.taxCode, "The tax code."),
        make: PostedInvoiceLine.init)
}

/// The part of a price difference that a receipt's goods in stock take up.
package struct ReceiptRevaluation: Record, Hashable {
    /// The receipt.
    package let receipt: ReceiptID
    /// What it brought.
    package let product: ProductID
    /// The product's class.
    package let productClass: String
    /// Where it is kept.
    package let warehouse: WarehouseID
    /// By how much the stock's value changes.
    package let ontoStock: Money

    /// The declaration of the fields.
    package static let schema = Schema<ReceiptRevaluation>(
        "purchasing.receipt-revaluation",
        "The part of a price difference that a receipt's goods in stock take up.",
        Field(1, "receipt", \.receipt, "The receipt."),
        Field(2, "product", \.product, "What it brought."),
        Field(3, "productClass", \.productClass, "The product's class."),
        Field(4, "warehouse", \.warehouse, "Where it is kept."),
        Field(5, "ontoStock", \.ontoStock, "By how much the stock's value changes."),
        make: ReceiptRevaluation.init)
}

/// A supplier's invoice was posted under our own gapless number.
///
/// The payable's open item is the number; stock is revalued by `revaluations`.
package struct SupplierInvoicePosted: PostedEvent, Equatable {
    package let number: String
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let theirNumber: String
    package let documentDate: BusinessDate
    package let dueDate: BusinessDate
    package let paymentTerms: String?
    package let lines: [PostedInvoiceLine]
    package let revaluations: [ReceiptRevaluation]
    package let taxes: [BilledTax]
    package let net: Money
    package let tax: Money
    package let gross: Money

    package static let schema = Schema<SupplierInvoicePosted>(
        "purchasing.invoice-posted", "A supplier's invoice was posted.",
        Field(1, "number", \.number, "Our own gapless number; the payable is named by it."),
        Field(2, "supplier", \.supplier, "Who bills.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "theirNumber", \.theirNumber, "The supplier's own number of the document."),
        Field(5, "documentDate", \.documentDate, "The date on the document."),
        Field(6, "dueDate", \.dueDate, "When it is to be paid."),
        Field(7, "paymentTerms", \.paymentTerms, "The terms that made the due date."),
        Field(8, "lines", \.lines, "What is billed.", concerns: true),
        Field(9, "revaluations", \.revaluations, "What stock takes up of price differences."),
        Field(10, "taxes", \.taxes, "The tax by code."),
        Field(11, "net", \.net, "The net total."),
        Field(12, "tax", \.tax, "The tax total."),
        Field(13, "gross", \.gross, "The amount to pay."),
        make: SupplierInvoicePosted.init)

    package static let amountNames = [
        "received", "stock-difference", "variance", "expense", "tax", "gross",
    ]
    package static let identities = [
        AmountIdentity(
            "gross", equals: "received", "stock-difference", "variance", "expense", "tax")
    ]
    package static let journal = "purchase"

    package func evolve(_ state: inout SupplierInvoiceState) {
        state.status = .posted
        state.number = number
        state.dueDate = dueDate
    }

    package func evolve(_ state: inout SupplierInvoiceState, at version: UInt64) {
        evolve(&state)
        state.postedAt = Int64(clamping: version)
    }

    package var posting: PostingFacts {
        let partner = "\(Subjects.Supplier.subjectName)/\(supplier)"
        var amounts: [NamedAmount] = []
        for line in lines { amounts += line.amounts(partner: partner, group: supplierGroup) }
        for revaluation in revaluations {
            amounts.append(
                NamedAmount(
                    "stock-difference", revaluation.ontoStock, partner: partner,
                    product: revaluation.product.text, productClass: revaluation.productClass,
                    warehouse: revaluation.warehouse.text))
        }
        for tax in taxes {
            amounts.append(NamedAmount("tax", tax.tax, partner: partner, taxCode: tax.code))
        }
        amounts.append(
            NamedAmount(
                "gross", gross, partner: partner, partnerGroup: supplierGroup, openItem: number))
        return PostingFacts(
            amounts: amounts, text: "Invoice \(theirNumber) of supplier \(supplier)")
    }
}

extension PostedInvoiceLine {
    /// The line's amounts as a bill or a credit posts them.
    func amounts(partner: String, group: String?) -> [NamedAmount] {
        guard let order, let orderLine else {
            return [
                NamedAmount("expense", net, partner: partner, taxCode: taxCode, account: account)
            ]
        }
        return [
            NamedAmount(
                "received", received, partner: partner, partnerGroup: group,
                openItem: PurchaseOrderState.unbilledItem(order: order, line: orderLine),
                product: product?.text, productClass: productClass, warehouse: warehouse?.text,
                quantity: quantity),
            NamedAmount(
                "variance", variance, partner: partner, product: product?.text,
                productClass: productClass, warehouse: warehouse?.text),
        ]
    }
}
