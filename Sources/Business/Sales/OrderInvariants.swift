import Records

/// A bound that a change would break, in words.
struct BrokenBound: Equatable {
    let rule: String
    let found: String
    let remedy: String
}

extension OrderLine {
    /// The line after a change.
    func applying(_ change: LineProgress) -> OrderLine {
        var line = self
        line.reserved = line.reserved.plus(change.reserved)
        line.picked = line.picked.plus(change.picked)
        line.shipped = line.shipped.plus(change.shipped)
        line.delivered = line.delivered.plus(change.delivered)
        line.invoiced = line.invoiced.plus(change.invoiced)
        line.returned = line.returned.plus(change.returned)
        line.credited = line.credited.plus(change.credited)
        line.planned = line.planned.plus(change.planned)
        return line
    }

    /// What holds of every line between commands.
    ///
    /// - Source: semantics 1.1.
    package func brokenInvariant(under rule: InvoicingRule) -> String? {
        let committed = reserved.plus(picked).plus(shipped)
        let counters = [
            ordered, cancelled, reserved, picked, shipped, delivered, invoiced, returned, credited,
            planned,
        ]
        if counters.contains(where: \.isNegative) { return "a counter is below zero" }
        if cancelled > ordered { return "more is cancelled than ordered" }
        if committed > wanted { return "more is reserved, picked and shipped than is wanted" }
        if delivered > shipped { return "more is delivered than shipped" }
        if returned > delivered { return "more is returned than delivered" }
        if credited > invoiced { return "more is credited than billed" }
        if billed > billable(under: rule) { return "more is billed than may be" }
        return nil
    }

    /// The bound that a change would break; nil where it breaks none.
    ///
    /// Only what the change itself moves is looked at: while one command cancels a line and then
    /// releases its reservation, the steps between are not balanced, and a release must pass.
    func broken(by change: LineProgress, under rule: InvoicingRule) -> BrokenBound? {
        let after = applying(change)
        return after.brokenStock(by: change) ?? after.brokenBilling(by: change, under: rule)
    }

    private func brokenStock(by change: LineProgress) -> BrokenBound? {
        let taken = change.reserved.plus(change.picked).plus(change.shipped)
        let committed = reserved.plus(picked).plus(shipped)
        if taken.isPositive, committed > wanted {
            return BrokenBound(
                rule: "at most \(wanted) reserved, picked and shipped",
                found: "\(committed)", remedy: "lower the quantity to what is open")
        }
        if reserved.isNegative || picked.isNegative || shipped.isNegative {
            return BrokenBound(
                rule: "no more taken back than is there",
                found: "\(reserved) reserved, \(picked) picked, \(shipped) shipped",
                remedy: "lower the quantity to what is there")
        }
        if delivered > shipped || delivered.isNegative {
            return BrokenBound(
                rule: "at most \(shipped) delivered, as much as was shipped",
                found: "\(delivered)", remedy: "ship first, or take the delivery back first")
        }
        if returned > delivered || returned.isNegative {
            return BrokenBound(
                rule: "at most \(delivered) returned, as much as was delivered",
                found: "\(returned)", remedy: "lower the quantity")
        }
        return nil
    }

    private func brokenBilling(
        by change: LineProgress, under rule: InvoicingRule
    ) -> BrokenBound? {
        let allowed = billable(under: rule)
        let lessShipped = change.shipped.isNegative && rule == .onDelivery && kind == .stock
        if change.invoiced.isPositive || lessShipped, billed > allowed {
            return BrokenBound(
                rule: "at most \(allowed) billed under the rule \(rule.rawValue)",
                found: "\(billed)",
                remedy: lessShipped ? "credit the invoice first" : "bill what is to be billed")
        }
        if credited > invoiced || credited.isNegative || invoiced.isNegative {
            return BrokenBound(
                rule: "at most \(invoiced) credited, as much as was billed",
                found: "\(credited)", remedy: "lower the quantity")
        }
        return nil
    }
}
