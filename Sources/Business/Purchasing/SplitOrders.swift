import FEEL
import Records

/// What an order is judged by: its own value and that of the orders counted with it.
struct JudgedOrder {
    /// The recent orders that were counted.
    var counted: [CountedOrder] = []
    /// The order's value with theirs.
    var amount: Money
    /// The table that said how far back orders count; nil where none is deployed.
    var judge: Blob?
}

extension PurchasingTable {
    /// How many days back the orders of an item class count together.
    static let splitOrderLimit = "split-order-limit"
    /// The most days that the table may yield.
    static let splitDaysMax = 366
}

/// Split orders: who orders the same class of goods from the same supplier in several orders has
/// them judged by their sum.
///
/// Orders that the processes make by themselves count like all others. They carry the people behind
/// the needs that they cover, so that nobody gets below a limit by asking for many small things;
/// those behind which nobody stands count with each other, for the company spends that money, too.
/// A rejected or cancelled order does not count, an order taken on from the old books never did.
/// - Source: semantics 2.2, invalid: a split order to duck the limit.
extension Decision {
    /// What an order of a value is judged by, asked for by these people on the decision's day.
    func judged(
        _ order: PurchaseOrderID, of supplier: SupplierID, lines: [PurchaseOrderLine],
        value: Money, by requesters: [String]
    ) throws(Rejection) -> JudgedOrder {
        var judged = JudgedOrder(amount: value)
        let table = PurchasingTable.splitOrderLimit
        guard rules.has(table, on: facts.effectiveDate) else { return judged }
        var days: [String: Int] = [:]
        for line in lines where line.wanted.isPositive && days[line.productClass] == nil {
            let outcome = try rules.decide(
                table, on: facts.effectiveDate,
                inputs: [
                    "productClass": .text(line.productClass), "supplier": .text(supplier.text),
                ])
            days[line.productClass] = try outcome.splitDays(table: table)
            judged.judge = outcome.judge
        }
        let recent = try state(of: SupplierOrdersState.self, supplier.text).recent
        for other in recent where other.order != order && other.sharesRequester(with: requesters) {
            let distance = abs(other.date.days(since: facts.effectiveDate))
            let shared = other.classes.filter { distance < days[$0.productClass] ?? 0 }
            let amount = try computing("the amount of the orders counted with \(order)") {
                () throws(ArithmeticFailure) in
                let amount = try shared.map(\.amount).total(value.currency)
                judged.amount = try judged.amount.adding(amount)
                return amount
            }
            guard amount.isPositive else { continue }
            judged.counted.append(
                CountedOrder(order: other.order, date: other.date, amount: amount))
        }
        return judged
    }

    /// Writes what an order counts among its supplier's recent ones after it was put forward,
    /// amended, sent back or cancelled; `isPutForward` where this command judged it, and so dates it.
    func count(_ order: PurchaseOrderID, isPutForward: Bool = false) throws(Rejection) {
        let state = try state(of: PurchaseOrderState.self, order.text)
        let supplier = state.supplier.text
        let known = try self.state(of: SupplierOrdersState.self, supplier).recent.first {
            $0.order == order
        }
        guard state.status != .draft, state.status != .cancelled else {
            if known != nil { try emit(PurchaseOrderUncounted(order: order), to: supplier) }
            return
        }
        let isAsked = rules.has(PurchasingTable.splitOrderLimit, on: facts.effectiveDate)
        guard known != nil || isPutForward && isAsked else { return }
        let date = isPutForward ? facts.effectiveDate : known?.date ?? facts.effectiveDate
        let counting = RecentOrder(
            order: order, date: date, requesters: state.authors,
            classes: try state.classAmounts(of: order))
        if counting != known { try emit(PurchaseOrderCounted(recent: counting), to: supplier) }
    }
}

extension RuleOutcome {
    fileprivate func splitDays(table: String) throws(Rejection) -> Int {
        guard let days = results.first?["days"]?.number?.integer,
            (0...PurchasingTable.splitDaysMax).contains(days)
        else {
            throw Rejection(
                .badRuleResult,
                "Table \(table) must yield \"days\", a whole number from 0 to \(PurchasingTable.splitDaysMax); correct the table."
            )
        }
        return days
    }
}

extension PurchaseOrderState {
    /// What the wanted quantities are worth, by item class.
    fileprivate func classAmounts(of order: PurchaseOrderID) throws(Rejection) -> [ClassAmount] {
        try computing("the value of \(order)") { () throws(ArithmeticFailure) in
            var sums: [String: Money] = [:]
            for line in lines where line.wanted.isPositive {
                sums[line.productClass] = try (sums[line.productClass] ?? .zero(currency)).adding(
                    line.price.amount(of: line.wanted))
            }
            return sums.sorted { $0.key < $1.key }.map {
                ClassAmount(productClass: $0.key, amount: $0.value)
            }
        }
    }

    /// What an approver's limit must cover: the order's value with what was counted with it.
    func approvedTogether(_ value: Money) -> Money {
        guard let judgedAmount, judgedAmount.currency == value.currency else { return value }
        return judgedAmount.minorUnits > value.minorUnits ? judgedAmount : value
    }
}
