internal import FEEL

/// Something that cannot run: null, with the reason as a problem.
final class RefusedNode: FEEL.Node {
    private let reason: String

    init(_ reason: String) { self.reason = reason }

    func evaluate(_ machine: inout Machine) -> Value { machine.fail(reason) }
}

/// A value that must be of a type, after the implicit conversions.
final class TypedNode: FEEL.Node {
    private let inner: any FEEL.Node
    private let type: ValueType
    private let what: String

    init(_ inner: any FEEL.Node, type: ValueType, what: String) {
        self.inner = inner
        self.type = type
        self.what = what
    }

    func evaluate(_ machine: inout Machine) -> Value {
        let value = inner.evaluate(&machine)
        return machine.converted(value, to: type)
            ?? machine.fail(
                "\(what) must be \(type), found \(value.typeName) \(value.literalText.prefix(80))")
    }
}

final class BoxedListNode: FEEL.Node {
    private let items: [any FEEL.Node]

    init(_ items: [any FEEL.Node]) { self.items = items }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(items.count) else { return .null }
        return .list(items.map { $0.evaluate(&machine) })
    }
}

/// A row of a relation.
final class RowNode: FEEL.Node {
    private let names: [String]
    private let cells: [any FEEL.Node]

    init(_ names: [String], _ cells: [any FEEL.Node]) {
        self.names = names
        self.cells = cells
    }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(cells.count) else { return .null }
        return .context(Context(zip(names, cells).map { ($0, $1.evaluate(&machine)) }))
    }
}

/// A context whose entries see those before them; with a result, only that is its value.
final class BoxedContextNode: FEEL.Node {
    private let names: [String]
    private let values: [any FEEL.Node]
    private let result: (any FEEL.Node)?
    private let firstSlot: Int

    init(
        _ names: [String], _ values: [any FEEL.Node], result: (any FEEL.Node)?, firstSlot: Int
    ) {
        self.names = names
        self.values = values
        self.result = result
        self.firstSlot = firstSlot
    }

    func evaluate(_ machine: inout Machine) -> Value {
        guard machine.spend(values.count) else { return .null }
        defer { machine.pop(to: firstSlot) }
        var entries: [(String, Value)] = []
        for (name, node) in zip(names, values) {
            let value = node.evaluate(&machine)
            entries.append((name, value))
            machine.push(value)
        }
        return result?.evaluate(&machine) ?? .context(Context(entries))
    }
}

/// A call with named arguments.
final class InvocationNode: FEEL.Node {
    private let callee: any FEEL.Node
    private let names: [String]
    private let arguments: [any FEEL.Node]

    init(_ callee: any FEEL.Node, names: [String], arguments: [any FEEL.Node]) {
        self.callee = callee
        self.names = names
        self.arguments = arguments
    }

    func evaluate(_ machine: inout Machine) -> Value {
        guard case .function(let function) = callee.evaluate(&machine) else {
            return machine.fail("the invocation names no function")
        }
        let values = arguments.map { $0.evaluate(&machine) }
        return machine.call(function, named: zip(names, values).map { ($0, $1) })
    }
}
