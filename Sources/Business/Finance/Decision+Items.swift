import Records

extension Decision {
    /// Writes what a customer owes and may owe after a change; nothing where nothing changed.
    ///
    /// `items` are the changed items as they stand now, `unallocated` is by how much unallocated
    /// payments changed, `order` is an order whose uninvoiced part may have changed.
    func changeExposure(
        _ customer: AccountID, items: [PartnerItem] = [], unallocated: Money? = nil,
        order: OrderID? = nil
    ) throws(Rejection) {
        let state = try state(of: CreditState.self, customer.text)
        let currency = try company().baseCurrency
        let exposure = try order.map { (order) throws(Rejection) in
            try orderExposure(order, currency)
        }
        let before = state.orders.first { $0.order == exposure?.order }?.open ?? .zero(currency)
        let hasOrderChanged = exposure.map { $0.open != before } ?? false
        let paid = unallocated ?? .zero(currency)
        if items.isEmpty, paid.isZero, !hasOrderChanged { return }
        let changed = try computing("the exposure of \(customer)") {
            () throws(ArithmeticFailure) in
            var openOrders = state.openOrders ?? .zero(currency)
            if let exposure, hasOrderChanged {
                openOrders = try openOrders.adding(exposure.open).subtracting(before)
            }
            return ExposureChanged(
                openItems: try state.items.total(
                    state.openItems ?? .zero(currency), after: items),
                openOrders: openOrders,
                unallocated: try (state.unallocated ?? .zero(currency)).adding(paid),
                items: items, order: hasOrderChanged ? exposure : nil)
        }
        try emit(changed, to: customer.text)
    }

    /// What an order adds to the exposure.
    ///
    /// That is what is wanted and not billed, from its release until all of it was billed. A credit
    /// note after that gives money back and makes no new order.
    private func orderExposure(
        _ order: OrderID, _ currency: Currency
    ) throws(Rejection) -> OrderExposure {
        let state = try state(of: OrderState.self, order.text)
        guard state.isCounted, !state.isSettled else {
            return OrderExposure(order: order, open: .zero(currency))
        }
        let open = try computing("the uninvoiced part of order \(order)") {
            () throws(ArithmeticFailure) in try state.uninvoicedValue()
        }
        return OrderExposure(order: order, open: open)
    }

    /// Writes what we owe a supplier after a change.
    func changePayables(
        _ supplier: SupplierID, items: [PartnerItem] = [], unallocated: Money? = nil
    ) throws(Rejection) {
        let state = try state(of: PayablesState.self, supplier.text)
        let currency = try company().baseCurrency
        if items.isEmpty, unallocated?.isZero ?? true { return }
        let changed = try computing("what we owe \(supplier)") { () throws(ArithmeticFailure) in
            PayablesChanged(
                openItems: try state.items.total(
                    state.openItems ?? .zero(currency), after: items),
                unallocated: try (state.unallocated ?? .zero(currency))
                    .adding(unallocated ?? .zero(currency)),
                items: items)
        }
        try emit(changed, to: supplier.text)
    }

    /// The partner's account after a change, whichever side it is on.
    func changePartner(
        customer: AccountID?, supplier: SupplierID?, items: [PartnerItem],
        unallocated: Money? = nil
    ) throws(Rejection) {
        if let customer {
            try changeExposure(customer, items: items, unallocated: unallocated)
        } else if let supplier {
            try changePayables(supplier, items: items, unallocated: unallocated)
        }
    }

    /// Reduces an open item; the amount has the sign of what is open.
    ///
    /// - Throws: ``RejectionCode/amountExceeds``.
    func settle(
        _ item: OpenItemID, by amount: Money, _ kind: SettlementKind, document: String
    ) throws(Rejection) -> PartnerItem {
        let state = try existing(OpenItemState.self, item.text)
        let open = state.open ?? .zero(amount.currency)
        let left = try computing("what is open of \(item)") { () throws(ArithmeticFailure) in
            try open.subtracting(amount)
        }
        guard left.isZero || left.isNegative == open.isNegative else {
            throw Rejection(
                .amountExceeds,
                "Expected at most \(open), which is open of \(item), found \(amount).",
                [
                    JSONMember("item", .string(item.text)),
                    JSONMember("open", .string(open.description)),
                ])
        }
        if left.isZero {
            try emit(
                ItemCleared(
                    amount: amount, kind: kind, document: document, invoice: state.invoice,
                    creditNote: state.creditNote, supplierInvoice: state.supplierInvoice,
                    order: state.order),
                to: item.text)
        } else {
            try emit(
                ItemReduced(amount: amount, open: left, kind: kind, document: document),
                to: item.text)
        }
        return PartnerItem(item: item, due: state.dueDate ?? facts.effectiveDate, open: left)
    }

    /// Opens an item again, with its original due date.
    func reopen(
        _ allocation: Allocation, document: String
    ) throws(Rejection) -> PartnerItem {
        let item = allocation.item
        let state = try existing(OpenItemState.self, item.text)
        let open = try computing("what is open of \(item)") { () throws(ArithmeticFailure) in
            try (state.open ?? .zero(allocation.amount.currency)).adding(allocation.amount)
        }
        try emit(
            ItemReopened(
                amount: allocation.amount, open: open, document: document,
                invoice: state.invoice, supplierInvoice: state.supplierInvoice,
                order: state.order),
            to: item.text)
        return PartnerItem(item: item, due: state.dueDate ?? facts.effectiveDate, open: open)
    }
}

extension [PartnerItem] {
    /// The sum of the open items after some of them changed.
    func total(
        _ before: Money, after changed: [PartnerItem]
    ) throws(ArithmeticFailure) -> Money {
        var total = before
        for item in changed {
            total = try total.adding(item.open)
            if let known = first(where: { $0.item == item.item }) {
                total = try total.subtracting(known.open)
            }
        }
        return total
    }
}
