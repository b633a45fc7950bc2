/// A compiled expression or part of one.
///
/// When a node runs, the frame holds exactly the variables that were in scope where it was
/// compiled; it leaves the frame as it found it.
package protocol Node: AnyObject, Sendable {
    func evaluate(_ machine: inout Machine) -> Value
}

package final class ConstantNode: Node {
    package let value: Value

    package init(_ value: Value) { self.value = value }

    package func evaluate(_ machine: inout Machine) -> Value { value }
}

/// A literal that has no value, such as `@"2026-13-01"`.
final class FailureNode: Node {
    private let message: String
    private let position: SourcePosition

    init(_ message: String, position: SourcePosition) {
        self.message = message
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value { machine.fail(message, at: position) }
}

/// A variable of the running frame.
package final class LocalNode: Node {
    package let slot: Int

    package init(slot: Int) { self.slot = slot }

    package func evaluate(_ machine: inout Machine) -> Value { machine.local(slot) }
}

/// A variable of the scope.
final class OutsideNode: Node {
    let name: String
    private let position: SourcePosition

    init(name: String, position: SourcePosition) {
        self.name = name
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        machine.scope.value(named: name)
            ?? machine.fail("there is no variable or function '\(name)'", at: position)
    }
}

/// The name of a built-in function that is not called: a variable of that name comes first.
final class FunctionNameNode: Node {
    private let name: String
    private let function: Value

    init(_ builtin: Builtin) {
        name = builtin.name
        function = .function(builtin.functionValue)
    }

    func evaluate(_ machine: inout Machine) -> Value { machine.scope.lookUp(name) ?? function }
}

/// A name inside a filter: an entry of the item where it has one, else what it means outside.
final class ItemEntryNode: Node {
    private let name: String
    private let items: [Int]
    private let otherwise: any Node

    init(name: String, items: [Int], otherwise: any Node) {
        self.name = name
        self.items = items
        self.otherwise = otherwise
    }

    func evaluate(_ machine: inout Machine) -> Value {
        for slot in items {
            let item = machine.local(slot)
            if case .context(let context) = item {
                if let value = context[name] { return value }
            } else if let value = Properties.value(named: name, of: item) {
                return value
            }
        }
        if let outside = otherwise as? OutsideNode {
            // An entry that some items lack is null there, without a problem for each of them.
            return machine.scope.value(named: outside.name) ?? .null
        }
        return otherwise.evaluate(&machine)
    }
}

final class ListNode: Node {
    private let items: [any Node]

    init(_ items: [any Node]) { self.items = items }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(items.count) else { return .null }
        return .list(items.map { $0.evaluate(&machine) })
    }
}

final class ContextNode: Node {
    private let names: [String]
    private let values: [any Node]
    private let firstSlot: Int

    init(_ names: [String], _ values: [any Node], firstSlot: Int) {
        self.names = names
        self.values = values
        self.firstSlot = firstSlot
    }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(values.count) else { return .null }
        var results: [Value] = []
        results.reserveCapacity(values.count)
        for node in values {
            let value = node.evaluate(&machine)
            results.append(value)
            machine.push(value)
        }
        machine.pop(to: firstSlot)
        return .context(Context(names: names, values: results))
    }
}

final class RangeNode: Node {
    private let start: any Node
    private let end: any Node
    private let startIncluded: Bool
    private let endIncluded: Bool
    private let position: SourcePosition

    private init(
        _ start: any Node, _ end: any Node, startIncluded: Bool, endIncluded: Bool,
        position: SourcePosition
    ) {
        self.start = start
        self.end = end
        self.startIncluded = startIncluded
        self.endIncluded = endIncluded
        self.position = position
    }

    /// A constant where both ends are constants.
    static func make(
        _ start: any Node, _ end: any Node, startIncluded: Bool, endIncluded: Bool,
        position: SourcePosition
    ) -> any Node {
        let node = RangeNode(
            start, end, startIncluded: startIncluded, endIncluded: endIncluded,
            position: position)
        if let first = start as? ConstantNode, let last = end as? ConstantNode {
            guard let value = node.range(first.value, last.value) else { return node }
            return ConstantNode(value)
        }
        return node
    }

    private func range(_ first: Value, _ last: Value) -> Value? {
        guard first.isNull || last.isNull || first.order(before: last) != nil else { return nil }
        if first.isNull && last.isNull { return nil }
        return .range(
            ValueRange(
                start: first.isNull ? nil : first, startIncluded: startIncluded && !first.isNull,
                end: last.isNull ? nil : last, endIncluded: endIncluded && !last.isNull))
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let (first, last) = (start.evaluate(&machine), end.evaluate(&machine))
        return range(first, last)
            ?? machine.fail(
                "a range needs two ends that can be compared, found \(first.typeName) and "
                    + last.typeName, at: position)
    }
}

/// `(< 5)`: the values below 5.
final class UnaryRangeNode: Node {
    private let comparison: Comparison
    private let operand: any Node
    private let position: SourcePosition

    init(_ comparison: Comparison, _ operand: any Node, position: SourcePosition) {
        self.comparison = comparison
        self.operand = operand
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let bound = operand.evaluate(&machine)
        guard bound.order(before: bound) != nil else {
            return machine.fail(
                "a range cannot have an end of type \(bound.typeName)", at: position)
        }
        return .range(ValueRange(comparison, bound))
    }
}

package final class ConditionalNode: Node {
    private let condition: any Node
    private let first: any Node
    private let second: any Node
    /// Whether a condition that is no Boolean yields null instead of the second part.
    private let isStrict: Bool

    package init(
        _ condition: any Node, _ first: any Node, _ second: any Node, isStrict: Bool = false
    ) {
        self.condition = condition
        self.first = first
        self.second = second
        self.isStrict = isStrict
    }

    package func evaluate(_ machine: inout Machine) -> Value {
        switch condition.evaluate(&machine) {
        case .boolean(true): return first.evaluate(&machine)
        case .boolean(false): return second.evaluate(&machine)
        case let other:
            if isStrict {
                return machine.fail("expected a Boolean condition, found \(other.typeName)")
            }
            return second.evaluate(&machine)
        }
    }
}

final class InstanceOfNode: Node {
    private let operand: any Node
    private let type: ValueType

    init(_ operand: any Node, type: ValueType) {
        self.operand = operand
        self.type = type
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let value = operand.evaluate(&machine)
        if case .null = value {
            if case .null = type { return .boolean(true) }
            return .boolean(false)
        }
        return .boolean(machine.conforms(value, to: type, ignoringTests: true))
    }
}
