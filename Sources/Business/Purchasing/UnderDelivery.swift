import FEEL
import Records

/// What is missing of a delivery and is too little to wait for.
extension Decision {
    /// Lets go what is still open of lines that just came, where the table says that they are
    /// complete with it: it will not come, and nobody waits for it or asks where it is.
    ///
    /// A company that has deployed no such table waits for everything.
    /// - Source: semantics 2.2, under-delivery tolerance.
    func endWithinTolerance(
        _ lines: [Int64], of order: PurchaseOrderID
    ) throws(Rejection) {
        let table = PurchasingTable.underDelivery
        guard rules.has(table, on: facts.effectiveDate) else { return }
        let state = try existing(PurchaseOrderState.self, order.text)
        for number in lines {
            let line = try state.requireLine(number, of: order)
            guard line.open.isPositive else { continue }
            let outcome = try rules.decide(
                table, on: facts.effectiveDate,
                inputs: [
                    "percent": Value(
                        .number(
                            Decimal.percent(line.open.millionths, of: line.wanted.millionths))),
                    "supplier": .text(state.supplier.text),
                    "productClass": .text(line.productClass),
                ])
            guard let isComplete = outcome.results.first?["complete"]?.boolean else {
                throw Rejection(
                    .badRuleResult,
                    "Table \(table) must yield \"complete\", true or false; correct the table.")
            }
            guard isComplete else { continue }
            try emit(
                PurchaseOrderLineCancelled(
                    cancelled: line.cancelling(line.open),
                    reason: "within the tolerance for under-delivery"), to: order.text)
        }
    }
}
