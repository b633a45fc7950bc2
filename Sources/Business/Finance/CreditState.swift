package import Records

/// What a customer owes and may owe: the stream that makes the credit check race-free.
///
/// Every command that changes the exposure writes this stream in the same commit, so that two
/// orders can never both pass on the same head-room.
package struct CreditState: StreamState, Equatable {
    /// The credit limit; nil where none is set.
    package var limit: Money?
    /// Open receivables, credit notes negative; in the base currency, nil before the first.
    package var openItems: Money?
    /// What released orders have not been invoiced yet, tax included.
    package var openOrders: Money?
    /// Payments not allocated.
    package var unallocated: Money?
    /// The open items, in the order in which they were opened.
    package var items: [PartnerItem]
    /// Released orders with something to invoice.
    package var orders: [OrderExposure]

    package static let streamType = "finance.credit"
    package static let initial = CreditState(
        limit: nil, openItems: nil, openOrders: nil, unallocated: nil, items: [], orders: [])
    package static let schema = Schema<CreditState>(
        "finance.credit", "What a customer owes and may owe.",
        Field(1, "limit", \.limit, "The credit limit; none where it is not set."),
        Field(2, "openItems", \.openItems, "Open receivables; credit notes count negative."),
        Field(3, "openOrders", \.openOrders, "What released orders have not been invoiced yet."),
        Field(4, "unallocated", \.unallocated, "Payments that are not allocated."),
        Field(5, "items", \.items, "The open items in the order in which they were opened."),
        Field(6, "orders", \.orders, "Released orders with something to invoice."),
        make: CreditState.init)

    /// Open items and open orders less unallocated payments.
    package func exposure(_ currency: Currency) throws(ArithmeticFailure) -> Money {
        try (openItems ?? .zero(currency))
            .adding(openOrders ?? .zero(currency))
            .subtracting(unallocated ?? .zero(currency))
    }

    /// The due date of the oldest item that the customer owes.
    package var oldestDue: BusinessDate? {
        items.lazy.filter { $0.open.isPositive }.map(\.due).min()
    }

    /// Days by which the oldest item is overdue; 0 where none is.
    package func oldestOverdueDays(on date: BusinessDate) -> Int {
        oldestDue.map { max(0, date.days(since: $0)) } ?? 0
    }
}

/// What we owe a supplier.
package struct PayablesState: StreamState, Equatable {
    /// Open payables in the base currency; nil before the first.
    package var openItems: Money?
    /// Payments not allocated.
    package var unallocated: Money?
    /// The open items, in the order in which they were opened.
    package var items: [PartnerItem]

    package static let streamType = "finance.payables"
    package static let initial = PayablesState(openItems: nil, unallocated: nil, items: [])
    package static let schema = Schema<PayablesState>(
        "finance.payables", "What we owe a supplier.",
        Field(1, "openItems", \.openItems, "Open payables."),
        Field(2, "unallocated", \.unallocated, "Payments that are not allocated."),
        Field(3, "items", \.items, "The open items in the order in which they were opened."),
        make: PayablesState.init)
}

/// An open item as its partner's account lists it.
package struct PartnerItem: Record {
    /// The open item.
    package let item: OpenItemID
    /// When it is due.
    package let due: BusinessDate
    /// What is open; a credit note is negative.
    package var open: Money

    package static let schema = Schema<PartnerItem>(
        "finance.partner-item", "An open item as its partner's account lists it.",
        Field(1, "item", \.item, "The open item."),
        Field(2, "due", \.due, "When it is due."),
        Field(3, "open", \.open, "What is open; a credit note is negative."),
        make: PartnerItem.init)
}

/// What a released order adds to its customer's exposure.
package struct OrderExposure: Record {
    /// The order.
    package let order: OrderID
    /// What is to be invoiced yet, tax included.
    package var open: Money

    package static let schema = Schema<OrderExposure>(
        "finance.order-exposure", "What a released order adds to its customer's exposure.",
        Field(1, "order", \.order, "The order."),
        Field(2, "open", \.open, "What is to be invoiced yet, tax included."),
        make: OrderExposure.init)
}

extension [PartnerItem] {
    /// Sets what is open of an item: a new one is appended, one with nothing open is taken off.
    mutating func set(_ item: OpenItemID, due: BusinessDate, open: Money) {
        if let index = firstIndex(where: { $0.item == item }) {
            if open.isZero { remove(at: index) } else { self[index].open = open }
        } else if !open.isZero {
            append(PartnerItem(item: item, due: due, open: open))
        }
    }
}
