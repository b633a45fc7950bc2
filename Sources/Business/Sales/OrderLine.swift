package import Records

/// One line of a sales order with its quantity ledger.
///
/// The counters are changed by events alone and are all in the product's own unit.
/// - Source: semantics 1.1.
package struct OrderLine: Record, Hashable {
    /// The line's number in the order, from 1; never reused.
    package var line: Int64
    /// What is sold.
    package var product: ProductID
    /// Whether it is kept in stock, done, or merely charged.
    package var kind: ProductKind
    /// The product's class, which may choose accounts.
    package var productClass: String
    /// From where it is shipped.
    package var warehouse: WarehouseID
    /// The agreed price of one unit before discount.
    package var price: UnitPrice
    /// The agreed discount.
    package var discount: Rate
    /// The tax code by which the line is taxed.
    package var taxCode: String
    /// The net amount of the ordered quantity, rounded once.
    package var net: Money
    /// The tax expected on the net amount, for credit exposure; the invoice decides the real one.
    package var tax: Money
    /// How much was ordered.
    package var ordered: Quantity
    /// How much of it was cancelled.
    package var cancelled: Quantity = .zero
    /// How much stock is held for it and not picked yet.
    package var reserved: Quantity = .zero
    /// How much is picked and not shipped yet.
    package var picked: Quantity = .zero
    /// How much has left the warehouse.
    package var shipped: Quantity = .zero
    /// How much has reached the customer.
    package var delivered: Quantity = .zero
    /// How much was billed.
    package var invoiced: Quantity = .zero
    /// How much came back.
    package var returned: Quantity = .zero
    /// How much of what was billed was credited.
    package var credited: Quantity = .zero
    /// How much is in shipments that are planned, and not picked yet.
    package var planned: Quantity = .zero

    /// The declaration of the fields; a counter at zero is not stored.
    package static let schema = Schema<OrderLine>(
        "sales.order-line", "One line of a sales order with its quantity ledger.",
        Field(1, "line", \.line, "The line's number in the order, from 1.", limits: .positive),
        Field(2, "product", \.product, "What is sold."),
        Field(3, "kind", \.kind, "Whether it is kept in stock, done, or merely charged."),
        Field(4, "productClass", \.productClass, "The product's class; may choose accounts."),
        Field(5, "warehouse", \.warehouse, "From where it is shipped."),
        Field(6, "price", \.price, "The agreed price of one unit before discount."),
        Field(7, "discount", \.discount, "The agreed discount, 0.1 for 10 %."),
        Field(8, "taxCode", \.taxCode, "The tax code by which the line is taxed."),
        Field(9, "net", \.net, "The net amount of the ordered quantity, rounded once."),
        Field(10, "tax", \.tax, "The tax expected on the net amount."),
        Field(11, "ordered", \.ordered, "How much was ordered."),
        Field(12, "cancelled", { Counter($0.cancelled) }, "How much of it was cancelled."),
        Field(13, "reserved", { Counter($0.reserved) }, "How much stock is held and not picked."),
        Field(14, "picked", { Counter($0.picked) }, "How much is picked and not shipped."),
        Field(15, "shipped", { Counter($0.shipped) }, "How much has left the warehouse."),
        Field(16, "delivered", { Counter($0.delivered) }, "How much has reached the customer."),
        Field(17, "invoiced", { Counter($0.invoiced) }, "How much was billed."),
        Field(18, "returned", { Counter($0.returned) }, "How much came back."),
        Field(19, "credited", { Counter($0.credited) }, "How much of the billed was credited."),
        Field(
            20, "planned", { Counter($0.planned) },
            "How much is in planned shipments and not picked."),
        make: {
            OrderLine(
                line: $0, product: $1, kind: $2, productClass: $3, warehouse: $4, price: $5,
                discount: $6, taxCode: $7, net: $8, tax: $9, ordered: $10,
                cancelled: $11.quantity, reserved: $12.quantity, picked: $13.quantity,
                shipped: $14.quantity, delivered: $15.quantity, invoiced: $16.quantity,
                returned: $17.quantity, credited: $18.quantity, planned: $19.quantity)
        })
}

extension OrderLine {
    /// How much is still wanted at all.
    package var wanted: Quantity { ordered.less(cancelled) }
    /// How much is still to be shipped; nothing for what is not kept in stock.
    package var open: Quantity { kind == .stock ? wanted.less(shipped) : .zero }
    /// How much is held for it and in no shipment yet.
    package var toPlan: Quantity { max(.zero, reserved.less(planned)) }
    /// How much is still to be shipped and not covered by a reservation.
    package var backorder: Quantity { max(.zero, open.less(reserved).less(picked)) }
    /// How much was billed and not credited.
    package var billed: Quantity { invoiced.less(credited) }

    /// How much may be billed in all under an invoicing rule.
    ///
    /// What is not kept in stock never ships, so it may be billed as ordered.
    package func billable(under rule: InvoicingRule) -> Quantity {
        guard kind == .stock else { return wanted }
        return rule == .onDelivery ? min(shipped, wanted) : wanted
    }

    /// How much is to be billed now under an invoicing rule.
    package func toInvoice(under rule: InvoicingRule) -> Quantity {
        max(.zero, billable(under: rule).less(billed))
    }

    /// How much of a quantity that is billed now has not left; nil of what is not kept in stock.
    ///
    /// What has left and is not billed yet is billed first.
    func unshipped(ofBilling quantity: Quantity) -> Quantity? {
        guard kind == .stock else { return nil }
        return min(quantity, max(.zero, billed.plus(quantity).less(shipped)))
    }

    /// Whether all that is wanted is billed.
    package var isInvoicedInFull: Bool { billed >= wanted }

    /// Net and expected tax of a part of the ordered quantity, rounded once.
    package func value(of quantity: Quantity) throws(ArithmeticFailure) -> Money {
        let gross = try net.adding(tax)
        if quantity == ordered { return gross }
        if ordered.isZero { return .zero(gross.currency) }
        return try gross.share(Int128(quantity.millionths), of: Int128(ordered.millionths))
    }
}
