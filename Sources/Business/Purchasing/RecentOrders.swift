package import Records

/// What an order is worth in one item class.
package struct ClassAmount: Record, Hashable {
    /// The item class.
    package let productClass: String
    /// What the order's lines of the class are worth.
    package let amount: Money

    /// The declaration of the fields.
    package static let schema = Schema<ClassAmount>(
        "purchasing.class-amount", "What an order is worth in one item class.",
        Field(1, "productClass", \.productClass, "The item class."),
        Field(2, "amount", \.amount, "What the order's lines of the class are worth."),
        make: ClassAmount.init)
}

/// One of the orders that were put forward for a supplier lately.
package struct RecentOrder: Record, Hashable {
    /// The order.
    package let order: PurchaseOrderID
    /// When it was put forward with what it is worth.
    package let date: BusinessDate
    /// Who wrote, amended or asked for it; nobody where the processes did all by themselves.
    package let requesters: [String]
    /// What it is worth, by item class.
    package let classes: [ClassAmount]

    /// The declaration of the fields.
    package static let schema = Schema<RecentOrder>(
        "purchasing.recent-order", "One of the orders put forward for a supplier lately.",
        Field(1, "order", \.order, "The order."),
        Field(2, "date", \.date, "When it was put forward with what it is worth."),
        Field(3, "requesters", \.requesters, "Who wrote, amended or asked for it."),
        Field(4, "classes", \.classes, "What it is worth, by item class."),
        make: RecentOrder.init)

    /// Whether somebody asked for this order and for one of these people's.
    ///
    /// What the processes ordered without anybody has one requester: nobody.
    func sharesRequester(with people: [String]) -> Bool {
        if requesters.isEmpty { return people.isEmpty }
        return requesters.contains(where: people.contains)
    }
}

/// An order whose amount was counted together with another's when that was judged.
package struct CountedOrder: Record, Hashable {
    /// The order.
    package let order: PurchaseOrderID
    /// When it was put forward.
    package let date: BusinessDate
    /// What it is worth in the item classes that both orders have.
    package let amount: Money

    /// The declaration of the fields.
    package static let schema = Schema<CountedOrder>(
        "purchasing.counted-order", "An order whose amount was counted with another's.",
        Field(1, "order", \.order, "The order."),
        Field(2, "date", \.date, "When it was put forward."),
        Field(3, "amount", \.amount, "What it is worth in the item classes that both have."),
        make: CountedOrder.init)
}

/// The orders that were put forward for a supplier lately: what tells a split order.
///
/// A stream of its own, which every submission for the supplier reads and writes, so that two
/// orders at the same time cannot both stay below a limit that they pass together.
package struct SupplierOrdersState: StreamState, Equatable {
    /// The streams of suppliers' recent orders.
    package static let streamType = "purchasing.supplier-orders"
    /// Orders that are remembered for a supplier: of more in the days that count, the oldest ones
    /// are forgotten.
    package static let ordersMax = 200
    /// The orders, the one put forward last at the end.
    package var recent: [RecentOrder]

    /// The state from its parts.
    package init(recent: [RecentOrder]) { self.recent = recent }

    /// Before the first event.
    package static let initial = SupplierOrdersState(recent: [])

    /// The declaration of the fields.
    package static let schema = Schema<SupplierOrdersState>(
        "purchasing.supplier-orders", "The orders that were put forward for a supplier lately.",
        Field(1, "recent", \.recent, "The orders, the one put forward last at the end."),
        make: SupplierOrdersState.init)

    fileprivate mutating func forget(_ order: PurchaseOrderID) {
        recent.removeAll { $0.order == order }
    }
}

/// An order counts among the recent ones of its supplier, with what it is worth now.
package struct PurchaseOrderCounted: Event, Equatable {
    package let recent: RecentOrder

    package static let schema = Schema<PurchaseOrderCounted>(
        "purchasing.order-counted", "An order counts among the recent ones of its supplier.",
        Field(1, "recent", \.recent, "The order with what it is worth."),
        make: PurchaseOrderCounted.init)

    package func evolve(_ state: inout SupplierOrdersState) {
        state.forget(recent.order)
        state.recent.append(recent)
        let surplus = state.recent.count - SupplierOrdersState.ordersMax
        if surplus > 0 { state.recent.removeFirst(surplus) }
    }
}

/// An order counts no longer: it was sent back or cancelled.
package struct PurchaseOrderUncounted: Event, Equatable {
    package let order: PurchaseOrderID

    package static let schema = Schema<PurchaseOrderUncounted>(
        "purchasing.order-uncounted", "An order counts no longer among its supplier's recent ones.",
        Field(1, "order", \.order, "The order."),
        make: PurchaseOrderUncounted.init)

    package func evolve(_ state: inout SupplierOrdersState) { state.forget(order) }
}
