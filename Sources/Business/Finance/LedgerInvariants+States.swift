import Records

extension LedgerInvariants {
    /// Compares every control account of a chart with the states that keep it line by line.
    ///
    /// Give all streams as they stand at the position up to which vouchers were added; those that
    /// keep no account are passed over.
    package mutating func compare(
        with states: some Sequence<(stream: StreamName, state: any StreamState)>,
        chart: ChartOfAccounts
    ) {
        var kept = KeptBalances()
        for (stream, state) in states {
            do throws(ArithmeticFailure) {
                try kept.add(stream, state, currency)
                if let credit = state as? CreditState { try check(credit, stream) }
                if let payables = state as? PayablesState { try check(payables, stream) }
            } catch {
                find("amount-overflow", stream.description, "\(error)")
            }
        }
        func accounts(_ kind: ControlKind) -> [String] {
            chart.accounts.filter { $0.control == kind }.map(\.number)
        }
        compare(openItems: kept.receivables, accounts: accounts(.receivables), isDebit: true)
        compare(openItems: kept.payables, accounts: accounts(.payables), isDebit: false)
        compare(
            openItems: kept.unbilled, accounts: accounts(.unbilledReceipts), isDebit: false)
        compare(
            openItems: kept.deferred, accounts: accounts(.deferredRevenue), isDebit: false)
        compare(stock: kept.stock, accounts: accounts(.stock))
        compare(
            unallocated: kept.customerCredit, accounts: accounts(.customerCredit),
            isDebit: false)
        compare(
            unallocated: kept.supplierPrepayment, accounts: accounts(.supplierPrepayment),
            isDebit: true)
    }

    /// A customer's totals must be the sums of what they are made of.
    private mutating func check(
        _ credit: CreditState, _ stream: StreamName
    ) throws(ArithmeticFailure) {
        let items = try credit.items.map(\.open).total(currency)
        if items != credit.openItems ?? .zero(currency) {
            find("credit-items", stream.description, "expected the sum of the items, \(items)")
        }
        let orders = try credit.orders.map(\.open).total(currency)
        if orders != credit.openOrders ?? .zero(currency) {
            find("credit-orders", stream.description, "expected the sum of the orders, \(orders)")
        }
    }

    /// What we owe a supplier must be the sum of its items.
    private mutating func check(
        _ payables: PayablesState, _ stream: StreamName
    ) throws(ArithmeticFailure) {
        let items = try payables.items.map(\.open).total(currency)
        if items != payables.openItems ?? .zero(currency) {
            find("payables-items", stream.description, "expected the sum of the items, \(items)")
        }
    }
}

/// What states say of each control account.
private struct KeptBalances {
    var receivables: [String: Money] = [:]
    var payables: [String: Money] = [:]
    var unbilled: [String: Money] = [:]
    /// What is billed and not earned, by order line.
    var deferred: [String: Money] = [:]
    var stock: [String: Money] = [:]
    var customerCredit: [String: Money] = [:]
    var supplierPrepayment: [String: Money] = [:]

    mutating func add(
        _ stream: StreamName, _ state: any StreamState, _ currency: Currency
    ) throws(ArithmeticFailure) {
        switch state {
        case let item as OpenItemState:
            guard let open = item.open else { return }
            switch item.side {
            case .receivable: receivables[stream.id] = open
            case .payable: payables[stream.id] = open
            }
        case let pool as StockState: stock[stream.id] = pool.value ?? .zero(currency)
        case let order as PurchaseOrderState:
            guard let id = PurchaseOrderID(stream.id) else { return }
            for line in order.lines {
                unbilled[PurchaseOrderState.unbilledItem(order: id, line: line.line)] =
                    try line.receivedValue.subtracting(line.clearedValue)
            }
        case let revenue as DeferredRevenueState:
            guard let order = OrderID(stream.id) else { return }
            for part in revenue.parts {
                try add(
                    part.amount, to: &deferred,
                    DeferredRevenueState.item(order: order, line: part.orderLine))
            }
        case let payment as PaymentState:
            guard let held = payment.unallocated, let partner = payment.partner else { return }
            switch payment.direction {
            case .incoming: try add(held, to: &customerCredit, partner)
            case .outgoing: try add(held, to: &supplierPrepayment, partner)
            }
        default: return
        }
    }

    private func add(
        _ amount: Money, to balances: inout [String: Money], _ key: String
    ) throws(ArithmeticFailure) {
        balances[key] = try (balances[key] ?? .zero(amount.currency)).adding(amount)
    }
}
