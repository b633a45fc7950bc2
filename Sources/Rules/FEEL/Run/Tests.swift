/// A test of a decision table's cell or of `in`: true, false or unknown for an input.
package protocol Test: AnyObject, Sendable {
    /// The input is also the variable `?` of the running frame.
    func test(_ input: Value, _ machine: inout Machine) -> Bool?
}

/// `-`: everything passes.
package final class AnyTest: Test {
    package init() {}
    package func test(_ input: Value, _ machine: inout Machine) -> Bool? { true }
}

/// A comparison with the input, such as `< 5`.
package final class ComparisonTest: Test {
    package let comparison: Comparison
    package let operand: any Node
    private let position: SourcePosition

    init(_ comparison: Comparison, _ operand: any Node, position: SourcePosition) {
        self.comparison = comparison
        self.operand = operand
        self.position = position
    }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        let bound = operand.evaluate(&machine)
        if let result = comparison.apply(input, bound, &machine) { return result }
        if !input.isNull && !bound.isNull {
            machine.report(
                "cannot test \(input.typeName) \(comparison.symbol) \(bound.typeName)",
                at: position)
        }
        return nil
    }
}

/// A value, a list of values or a range that the input must equal, be in, or lie in.
package final class ValueTest: Test {
    package let operand: any Node
    private let position: SourcePosition

    private init(_ operand: any Node, position: SourcePosition) {
        self.operand = operand
        self.position = position
    }

    static func make(_ operand: any Node, position: SourcePosition) -> any Test {
        if let constant = operand as? ConstantNode {
            return ConstantTest(constant.value, position: position)
        }
        return ValueTest(operand, position: position)
    }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        let value = operand.evaluate(&machine)
        if let result = machine.matches(input, value) { return result }
        reportMismatch(input, value, &machine, at: position)
        return nil
    }
}

/// A constant that the input must equal, or a constant list or range.
package final class ConstantTest: Test {
    package let value: Value
    private let position: SourcePosition

    init(_ value: Value, position: SourcePosition) {
        self.value = value
        self.position = position
    }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        switch (input, value) {
        case (.text(let left), .text(let right)): return sameText(left, right)
        case (.number(let left), .number(let right)): return left == right
        default:
            if let result = machine.matches(input, value) { return result }
            reportMismatch(input, value, &machine, at: position)
            return nil
        }
    }
}

private func reportMismatch(
    _ input: Value, _ value: Value, _ machine: inout Machine, at position: SourcePosition
) {
    guard !input.isNull, !value.isNull else { return }
    machine.report("cannot test \(input.typeName) against \(value.typeName)", at: position)
}

/// An expression that uses `?` and must be true.
package final class ConditionTest: Test {
    package let condition: any Node
    private let position: SourcePosition

    init(_ condition: any Node, position: SourcePosition) {
        self.condition = condition
        self.position = position
    }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        switch condition.evaluate(&machine) {
        case .boolean(let result): return result
        // A value made from `?`, such as a list, is compared with the input.
        case .null: return nil
        case let value: return machine.matches(input, value)
        }
    }
}

/// `a, b, c`: one of them passes.
package final class AlternativeTest: Test {
    package let tests: [any Test]

    init(_ tests: [any Test]) { self.tests = tests }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        var unknown = false
        for test in tests {
            switch test.test(input, &machine) {
            case true?: return true
            case false?: continue
            case nil: unknown = true
            }
        }
        return unknown ? nil : false
    }
}

/// None of the tests passes: `not(a, b)`.
package final class NegatedTest: Test {
    package let inner: any Test

    init(_ inner: any Test) { self.inner = inner }

    package func test(_ input: Value, _ machine: inout Machine) -> Bool? {
        inner.test(input, &machine).map { !$0 }
    }
}

/// Whether a value passes tests: `value in (1, > 5)`.
final class MembershipNode: Node {
    private let operand: any Node
    private let tests: [any Test]
    private let inputSlot: Int
    private let position: SourcePosition

    init(_ operand: any Node, _ tests: [any Test], inputSlot: Int, position: SourcePosition) {
        self.operand = operand
        self.tests = tests
        self.inputSlot = inputSlot
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let value = operand.evaluate(&machine)
        machine.push(value)
        defer { machine.pop(to: inputSlot) }
        var unknown = false
        for test in tests {
            switch test.test(value, &machine) {
            case true?: return .boolean(true)
            case false?: continue
            case nil: unknown = true
            }
        }
        return unknown ? .null : .boolean(false)
    }
}
