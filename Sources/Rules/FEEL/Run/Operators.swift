package enum Comparison: Sendable, Hashable {
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual

    /// Whether the order of two values (negative, zero, positive) satisfies the comparison.
    @inline(__always)
    package func holds(_ order: Int) -> Bool {
        switch self {
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        case .equal: order == 0
        case .notEqual: order != 0
        }
    }

    var symbol: String {
        switch self {
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .equal: "="
        case .notEqual: "!="
        }
    }

    /// nil where the two cannot be compared.
    @inline(__always)
    func apply(_ left: Value, _ right: Value, _ machine: inout Machine) -> Bool? {
        switch self {
        case .equal: machine.equal(left, right)
        case .notEqual: machine.equal(left, right).map { !$0 }
        default: left.order(before: right).map(holds)
        }
    }
}

final class ComparisonNode: Node {
    private let comparison: Comparison
    private let left: any Node
    private let right: any Node
    private let position: SourcePosition

    init(
        _ comparison: Comparison, _ left: any Node, _ right: any Node, position: SourcePosition
    ) {
        self.comparison = comparison
        self.left = left
        self.right = right
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let (first, second) = (left.evaluate(&machine), right.evaluate(&machine))
        if let result = comparison.apply(first, second, &machine) { return .boolean(result) }
        if !first.isNull && !second.isNull {
            machine.report(
                "cannot compare \(first.typeName) \(comparison.symbol) \(second.typeName)",
                at: position)
        }
        return .null
    }
}

final class BetweenNode: Node {
    private let operand: any Node
    private let low: any Node
    private let high: any Node
    private let position: SourcePosition

    init(_ operand: any Node, _ low: any Node, _ high: any Node, position: SourcePosition) {
        self.operand = operand
        self.low = low
        self.high = high
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let value = operand.evaluate(&machine)
        let (first, last) = (low.evaluate(&machine), high.evaluate(&machine))
        let above = first.order(before: value).map { $0 <= 0 }
        let below = value.order(before: last).map { $0 <= 0 }
        if above == false || below == false { return .boolean(false) }
        if above == nil || below == nil {
            return machine.fail(
                "cannot compare \(value.typeName) between \(first.typeName) and \(last.typeName)",
                at: position)
        }
        return .boolean(true)
    }
}

/// `and` of three-valued logic: what is not a Boolean counts as unknown.
final class ConjunctionNode: Node {
    private let parts: [any Node]
    private let position: SourcePosition

    init(_ parts: [any Node], position: SourcePosition) {
        self.parts = parts
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        var unknown = false
        for part in parts {
            switch part.evaluate(&machine) {
            case .boolean(true): continue
            case .boolean(false): return .boolean(false)
            default: unknown = true
            }
        }
        return unknown ? .null : .boolean(true)
    }
}

/// `or` of three-valued logic.
final class DisjunctionNode: Node {
    private let parts: [any Node]
    private let position: SourcePosition

    init(_ parts: [any Node], position: SourcePosition) {
        self.parts = parts
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        var unknown = false
        for part in parts {
            switch part.evaluate(&machine) {
            case .boolean(true): return .boolean(true)
            case .boolean(false): continue
            default: unknown = true
            }
        }
        return unknown ? .null : .boolean(false)
    }
}

final class NegationNode: Node {
    private let operand: any Node
    private let position: SourcePosition

    init(_ operand: any Node, position: SourcePosition) {
        self.operand = operand
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        switch operand.evaluate(&machine) {
        case .number(let value): return .number(-value)
        case .yearsAndMonths(let value):
            return .yearsAndMonths(YearsAndMonths(months: -value.total))
        case .daysAndTime(let value):
            return .daysAndTime(DaysAndTime(nanoseconds: -value.nanoseconds))
        case .null: return .null
        case let other: return machine.fail("cannot negate \(other.typeName)", at: position)
        }
    }
}

enum Arithmetic: Sendable {
    case add, subtract, multiply, divide, raise

    var symbol: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .raise: "**"
        }
    }
}

final class ArithmeticNode: Node {
    private let operation: Arithmetic
    private let left: any Node
    private let right: any Node
    private let position: SourcePosition

    init(
        _ operation: Arithmetic, _ left: any Node, _ right: any Node, position: SourcePosition
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let (first, second) = (left.evaluate(&machine), right.evaluate(&machine))
        if case .number(let one) = first, case .number(let two) = second {
            if operation == .raise, !machine.spend(machine.limits.functionSteps) { return .null }
            if let result = numbers(one, two) { return .number(result) }
            return machine.fail(
                "\(one) \(operation.symbol) \(two) is no number of 34 digits", at: position)
        }
        if first.isNull || second.isNull {
            return machine.fail("an operand of '\(operation.symbol)' is null", at: position)
        }
        machine.position = position
        let result =
            switch operation {
            case .add: first.sum(second, &machine)
            case .subtract: first.difference(second)
            case .multiply: first.product(second)
            case .divide: first.quotient(second)
            case .raise: Value?.none
            }
        return result
            ?? machine.fail(
                "cannot compute \(first.typeName) \(operation.symbol) \(second.typeName)",
                at: position)
    }

    @inline(__always)
    private func numbers(_ one: Decimal34, _ two: Decimal34) -> Decimal34? {
        switch operation {
        case .add: one.adding(two)
        case .subtract: one.subtracting(two)
        case .multiply: one.multiplied(by: two)
        case .divide: one.divided(by: two)
        case .raise: one.raised(to: two)
        }
    }
}
