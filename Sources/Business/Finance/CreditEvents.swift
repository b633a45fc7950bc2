package import Records

/// A customer's credit limit was set or taken away.
package struct CreditLimitSet: Event, Equatable {
    package let limit: Money?
    package let reason: String

    package static let schema = Schema<CreditLimitSet>(
        "finance.credit-limit-set", "A customer's credit limit was set, or taken away.",
        Field(1, "limit", \.limit, "The limit; none takes it away."),
        Field(2, "reason", \.reason, "Why."),
        make: CreditLimitSet.init)

    package func evolve(_ state: inout CreditState) { state.limit = limit }
}

/// What a customer owes or may owe changed.
///
/// All amounts are what they are after the change, so that folding needs no arithmetic.
package struct ExposureChanged: Event, Equatable {
    package let openItems: Money
    package let openOrders: Money
    package let unallocated: Money
    package let items: [PartnerItem]
    package let order: OrderExposure?

    package static let schema = Schema<ExposureChanged>(
        "finance.exposure-changed", "What a customer owes or may owe changed.",
        Field(1, "openItems", \.openItems, "Open receivables after the change."),
        Field(2, "openOrders", \.openOrders, "Uninvoiced orders after the change."),
        Field(3, "unallocated", \.unallocated, "Unallocated payments after the change."),
        Field(4, "items", \.items, "The items that changed; one with nothing open is cleared."),
        Field(5, "order", \.order, "The order that changed."),
        make: ExposureChanged.init)

    package func evolve(_ state: inout CreditState) {
        state.openItems = openItems
        state.openOrders = openOrders
        state.unallocated = unallocated
        for changed in items {
            state.items.set(changed.item, due: changed.due, open: changed.open)
        }
        guard let order else { return }
        if let index = state.orders.firstIndex(where: { $0.order == order.order }) {
            if order.open.isZero {
                state.orders.remove(at: index)
            } else {
                state.orders[index].open = order.open
            }
        } else if !order.open.isZero {
            state.orders.append(order)
        }
    }
}

/// What we owe a supplier changed.
package struct PayablesChanged: Event, Equatable {
    package let openItems: Money
    package let unallocated: Money
    package let items: [PartnerItem]

    package static let schema = Schema<PayablesChanged>(
        "finance.payables-changed", "What we owe a supplier changed.",
        Field(1, "openItems", \.openItems, "Open payables after the change."),
        Field(2, "unallocated", \.unallocated, "Unallocated payments after the change."),
        Field(3, "items", \.items, "The items that changed; one with nothing open is cleared."),
        make: PayablesChanged.init)

    package func evolve(_ state: inout PayablesState) {
        state.openItems = openItems
        state.unallocated = unallocated
        for changed in items {
            state.items.set(changed.item, due: changed.due, open: changed.open)
        }
    }
}
