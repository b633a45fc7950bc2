package import Records

/// A supplier gave back a part of a posted bill, or a wrong bill was taken back as a whole.
///
/// What we owe falls by `gross`; amounts are positive where they are given back.
package struct SupplierInvoiceCredited: PostedEvent, ReversingEvent, Equatable {
    package let number: String
    package let supplier: SupplierID
    package let supplierGroup: String?
    package let theirNumber: String
    package let documentDate: BusinessDate
    package let item: OpenItemID
    package let credits: [CreditedBillLine]
    package let lines: [PostedInvoiceLine]
    package let revaluations: [ReceiptRevaluation]
    package let taxes: [BilledTax]
    package let net: Money
    package let tax: Money
    package let gross: Money
    package let isReversal: Bool
    package let reason: String
    package var reverses: [EventReference] = []

    package static let schema = Schema<SupplierInvoiceCredited>(
        "purchasing.invoice-credited", "A supplier gave back a part of a posted bill.",
        Field(1, "number", \.number, "Our own gapless number of the credit."),
        Field(2, "supplier", \.supplier, "Who gives back.", concerns: true),
        Field(3, "supplierGroup", \.supplierGroup, "The supplier's group."),
        Field(4, "theirNumber", \.theirNumber, "The supplier's own number of the document."),
        Field(5, "documentDate", \.documentDate, "The date on the document."),
        Field(6, "item", \.item, "The payable that falls.", concerns: true),
        Field(7, "credits", \.credits, "What is given back by line of the bill."),
        Field(8, "lines", \.lines, "The same as it is posted.", concerns: true),
        Field(9, "revaluations", \.revaluations, "By how much stock changes; mostly negative."),
        Field(10, "taxes", \.taxes, "The tax by code."),
        Field(11, "net", \.net, "The net total."),
        Field(12, "tax", \.tax, "The tax total."),
        Field(13, "gross", \.gross, "By how much less we owe."),
        Field(
            14, "isReversal", \.isReversal, "Whether the bill was taken back as a whole.",
            default: false),
        Field(15, "reason", \.reason, "Why."),
        Field(16, "reverses", \.reverses, "The events that it takes back."),
        make: SupplierInvoiceCredited.init)

    package static let amountNames = SupplierInvoicePosted.amountNames
    package static let identities = SupplierInvoicePosted.identities
    package static let journal = SupplierInvoicePosted.journal

    package func evolve(_ state: inout SupplierInvoiceState) {
        if isReversal { state.status = .reversed }
        for credit in credits {
            if let index = state.credited.firstIndex(where: { $0.line == credit.line }) {
                let before = state.credited[index].amount
                state.credited[index].amount = before.plus(credit.amount)
            } else {
                state.credited.append(credit)
            }
        }
        for tax in taxes {
            if let index = state.creditedTaxes.firstIndex(where: { $0.code == tax.code }) {
                let before = state.creditedTaxes[index]
                state.creditedTaxes[index] = BilledTax(
                    code: tax.code, base: before.base.plus(tax.base), tax: before.tax.plus(tax.tax))
            } else {
                state.creditedTaxes.append(tax)
            }
        }
    }

    package var posting: PostingFacts {
        let partner = "\(Subjects.Supplier.subjectName)/\(supplier)"
        var amounts: [NamedAmount] = []
        for line in lines { amounts += line.amounts(partner: partner, group: supplierGroup) }
        for revaluation in revaluations {
            amounts.append(
                NamedAmount(
                    "stock-difference",
                    Money.zero(revaluation.ontoStock.currency).less(revaluation.ontoStock),
                    partner: partner, product: revaluation.product.text,
                    productClass: revaluation.productClass, warehouse: revaluation.warehouse.text))
        }
        for tax in taxes {
            amounts.append(NamedAmount("tax", tax.tax, partner: partner, taxCode: tax.code))
        }
        amounts.append(
            NamedAmount(
                "gross", gross, partner: partner, partnerGroup: supplierGroup, openItem: item.text))
        return PostingFacts(
            amounts: amounts, text: "Credit \(theirNumber) of supplier \(supplier)",
            reverses: reverses)
    }
}
