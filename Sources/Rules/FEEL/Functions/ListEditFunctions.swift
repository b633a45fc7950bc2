// Source: DMN 1.5, 10.3.4.4 list functions: lists made from lists.
extension Builtins {
    static let listEditFunctions: [Builtin] = [
        Builtin("append", [["list", "item"]], takesItems: true) { arguments, machine in
            guard let first = arguments.first else {
                return machine.fail("append takes a list and items, found no argument")
            }
            guard let items = machine.list(first) else { return .null }
            guard machine.spend(items.count + arguments.count) else { return .null }
            return .list(items + arguments.dropFirst())
        },
        Builtin("insert before", [["list", "position", "newItem"]]) { arguments, machine in
            guard var items = machine.list(arguments[0]),
                let index = place(arguments[1], in: items.count, &machine),
                machine.spend(items.count)
            else { return .null }
            items.insert(arguments[2], at: index)
            return .list(items)
        },
        Builtin("remove", [["list", "position"]]) { arguments, machine in
            guard var items = machine.list(arguments[0]),
                let index = place(arguments[1], in: items.count, &machine),
                machine.spend(items.count)
            else { return .null }
            items.remove(at: index)
            return .list(items)
        },
        Builtin(
            "list replace", [["list", "position", "newItem"], ["list", "match", "newItem"]]
        ) { arguments, machine in
            guard var items = machine.list(arguments[0]), machine.spend(items.count) else {
                return .null
            }
            if case .function(let match) = arguments[1] {
                return replace(items, where: match, by: arguments[2], &machine)
            }
            guard let index = place(arguments[1], in: items.count, &machine) else { return .null }
            items[index] = arguments[2]
            return .list(items)
        },
    ]

    /// The index of a place counted from 1, or from the end when negative.
    private static func place(_ value: Value, in count: Int, _ machine: inout Machine) -> Int? {
        guard let place = machine.whole(value) else { return nil }
        let index = place > 0 ? place - 1 : count + place
        guard place != 0, index >= 0, index < count else {
            machine.report("the list has \(count) items, there is none at \(place)")
            return nil
        }
        return index
    }

    private static func replace(
        _ items: [Value], where match: FunctionValue, by newItem: Value, _ machine: inout Machine
    ) -> Value {
        var result = items
        for (index, item) in items.enumerated() {
            switch machine.call(match, [item, newItem]) {
            case .boolean(true): result[index] = newItem
            case .boolean(false): continue
            case let other:
                return machine.fail(
                    "the matching function must yield a Boolean, found \(other.typeName)")
            }
        }
        return .list(result)
    }
}
