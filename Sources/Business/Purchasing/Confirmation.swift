import FEEL
package import Records

/// In what a supplier's confirmation differs from the order.
package enum ConfirmationKind: String, Choice {
    /// Another quantity of a line.
    case quantity
    /// Another price of a line.
    case price
    /// Another date of a line.
    case date
    /// More than the order's approved value in all.
    case value
}

/// One difference between an order and what the supplier confirmed.
package struct ConfirmationDifference: Record, Hashable {
    /// The line; absent for the order's value.
    package let line: Int64?
    /// In what it differs.
    package let kind: ConfirmationKind
    /// What was ordered.
    package let expected: String
    /// What was confirmed.
    package let found: String
    /// Whether it was taken over by itself.
    package let isTolerated: Bool
    /// What the table says of it.
    package let because: String?

    /// The declaration of the fields.
    package static let schema = Schema<ConfirmationDifference>(
        "purchasing.confirmation-difference", "How a confirmation differs from the order.",
        Field(1, "line", \.line, "The line; absent for the order's value."),
        Field(2, "kind", \.kind, "In what it differs."),
        Field(3, "expected", \.expected, "What was ordered."),
        Field(4, "found", \.found, "What was confirmed."),
        Field(5, "isTolerated", \.isTolerated, "Whether it was taken over by itself."),
        Field(6, "because", \.because, "What the table says of it."),
        make: ConfirmationDifference.init)
}

/// A supplier's confirmation while it is compared with the order.
///
/// Dates are compared with what was sent, so that small delays do not add up unseen; so is the
/// value with what was approved.
/// - Source: semantics 2.2, ConfirmPO.
struct Confirmation {
    private let order: PurchaseOrderID
    private let state: PurchaseOrderState
    private let decision: Decision
    private var amendment: PurchaseAmendment
    private var lines: [ConfirmedLine] = []
    private var differences: [ConfirmationDifference] = []
    private var judge: Blob?

    init(order: PurchaseOrderID, state: PurchaseOrderState, decision: Decision) {
        self.order = order
        self.state = state
        self.decision = decision
        amendment = PurchaseAmendment(order: order, state: state)
    }

    /// Compares a line with what the supplier says of it; what it does not say is as ordered.
    mutating func compare(
        _ line: PurchaseOrderLine, with promise: SupplierPromise?
    ) throws(Rejection) {
        let quantity = try decision.inOwnUnit(promise?.quantity ?? line.wanted, of: line)
        let price = promise?.price ?? line.price
        let isQuantityTaken = try compareQuantity(line, quantity)
        let isPriceTaken = try comparePrice(line, price, quantity)
        let isDateTaken = try compareDate(line, promise?.date)
        if isQuantityTaken, isPriceTaken {
            try amendment.change(
                line, quantity: quantity, price: price, expectedDate: line.expectedDate)
        }
        lines.append(
            ConfirmedLine(
                line: line.line, quantity: quantity, price: price,
                date: isDateTaken ? promise?.date ?? line.expectedDate : line.expectedDate,
                offeredDate: isDateTaken ? nil : promise?.date))
    }

    private mutating func compareQuantity(
        _ line: PurchaseOrderLine, _ quantity: Quantity
    ) throws(Rejection) -> Bool {
        guard quantity != line.wanted else { return true }
        let difference = try computing("the difference of line \(line.line)") {
            () throws(ArithmeticFailure) in try quantity.subtracting(line.wanted)
        }
        return try judge(
            .quantity, line.line, difference: difference.decimal,
            percent: Decimal.percent(difference.millionths, of: line.wanted.millionths),
            expected: "\(line.wanted)", found: "\(quantity)",
            isFixed: quantity < max(line.received, line.invoiced))
    }

    private mutating func comparePrice(
        _ line: PurchaseOrderLine, _ price: UnitPrice, _ quantity: Quantity
    ) throws(Rejection) -> Bool {
        guard price != line.price else { return true }
        let (before, difference) = try computing("the difference of line \(line.line)") {
            () throws(ArithmeticFailure) in
            let before = try line.price.amount(of: quantity)
            return (before, try price.amount(of: quantity).subtracting(before))
        }
        return try judge(
            .price, line.line, difference: difference.decimal,
            percent: Decimal.percent(difference.minorUnits, of: before.minorUnits),
            expected: "\(line.price)", found: "\(price)",
            isFixed: line.received.isPositive || line.invoiced.isPositive)
    }

    private mutating func compareDate(
        _ line: PurchaseOrderLine, _ date: BusinessDate?
    ) throws(Rejection) -> Bool {
        guard let date, let asked = line.sentDate ?? line.expectedDate, date != asked,
            date != line.expectedDate
        else {
            return true
        }
        let days = date.days(since: asked)
        return try judge(
            .date, line.line, difference: Decimal(unscaled: Int128(days), scale: 0),
            percent: Decimal(unscaled: 0, scale: 0), expected: "\(asked)", found: "\(date)",
            isFixed: false)
    }

    /// Whether a difference is taken over by itself; `isFixed` where goods or bills forbid it.
    private mutating func judge(
        _ kind: ConfirmationKind, _ line: Int64?, difference: Decimal, percent: Decimal,
        expected: String, found: String, isFixed: Bool
    ) throws(Rejection) -> Bool {
        var verdict: (isAccepted: Bool, because: String?) = (kind == .date, nil)
        if isFixed {
            verdict = (false, "goods came or were billed already")
        } else if let outcome = try decision.tolerance(
            of: kind, difference: difference, percent: percent, supplier: state.supplier)
        {
            verdict = (outcome.isAccepted, outcome.because)
            judge = outcome.judge
        }
        differences.append(
            ConfirmationDifference(
                line: line, kind: kind, expected: expected, found: found,
                isTolerated: verdict.isAccepted, because: verdict.because))
        return verdict.isAccepted
    }

    private mutating func compareValue() throws(Rejection) {
        guard let approved = state.approvedValue else { return }
        let value = try amendment.newValue()
        guard value.minorUnits > approved.minorUnits,
            value.minorUnits > (try state.requireValue(order)).minorUnits
        else { return }
        let growth = try computing("the growth of \(order)") { () throws(ArithmeticFailure) in
            try value.subtracting(approved)
        }
        _ = try judge(
            .value, nil, difference: growth.decimal,
            percent: Decimal.percent(growth.minorUnits, of: approved.minorUnits),
            expected: "\(approved) as approved", found: "\(value)", isFixed: false)
    }

    /// Writes the confirmation: as it is, with what is tolerated taken over, or as a deviation.
    mutating func write() throws(Rejection) {
        if differences.allSatisfy(\.isTolerated) { try compareValue() }
        guard differences.allSatisfy(\.isTolerated) else {
            try decision.emit(
                PurchaseOrderDeviated(lines: lines, differences: differences, rule: judge),
                to: order.text)
            return
        }
        _ = try amendment.write(decision, isTolerated: true)
        let revision = try decision.state(of: PurchaseOrderState.self, order.text).revision
        let isAmended = revision != state.revision
        try decision.emit(
            PurchaseOrderConfirmed(
                lines: lines, revision: isAmended ? revision : nil, tolerated: differences,
                rule: judge), to: order.text)
        if isAmended { try decision.emitPurchaseMilestones(of: order) }
    }
}

extension Decision {
    /// What the table says of a difference; nil where none is deployed.
    fileprivate func tolerance(
        of kind: ConfirmationKind, difference: Decimal, percent: Decimal, supplier: SupplierID
    ) throws(Rejection) -> (isAccepted: Bool, because: String?, judge: Blob)? {
        let table = PurchasingTable.confirmationTolerance
        guard rules.has(table, on: facts.effectiveDate) else { return nil }
        let outcome = try rules.decide(
            table, on: facts.effectiveDate,
            inputs: [
                "kind": .text(kind.rawValue), "difference": Value(.number(difference)),
                "percent": Value(.number(percent)), "supplier": .text(supplier.text),
            ])
        guard let isAccepted = outcome.results.first?["accepted"]?.boolean else {
            throw Rejection(
                .badRuleResult,
                "Table \(table) must yield \"accepted\" for \(kind.rawValue); correct the table.")
        }
        return (isAccepted, outcome.results.first?["because"]?.text, outcome.judge)
    }
}
