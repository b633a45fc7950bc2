// Source: DMN 1.5, 10.3.4.4 list functions: looking at lists.
extension Builtins {
    static let listFunctions: [Builtin] = [
        Builtin("list contains", [["list", "element"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            for item in items {
                guard machine.spend(1) else { return .null }
                if machine.equal(item, arguments[1]) == true { return .boolean(true) }
            }
            return .boolean(false)
        },
        Builtin("count", [["list"]]) { arguments, machine in
            machine.list(arguments[0]).map { .integer($0.count) } ?? .null
        },
        Builtin("index of", [["list", "match"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            var places: [Value] = []
            for (index, item) in items.enumerated() {
                guard machine.spend(1) else { return .null }
                if machine.equal(item, arguments[1]) == true { places.append(.integer(index + 1)) }
            }
            return .list(places)
        },
        Builtin("distinct values", [["list"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            return distinct(items, &machine)
        },
        Builtin("union", [["list"]], takesItems: true) { arguments, machine in
            guard let items = joined(arguments, &machine) else { return .null }
            return distinct(items, &machine)
        },
        Builtin("concatenate", [["list"]], takesItems: true) { arguments, machine in
            joined(arguments, &machine).map(Value.list) ?? .null
        },
        Builtin("flatten", [["list"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            var result: [Value] = []
            return flatten(items, into: &result, depth: 0, &machine) ? .list(result) : .null
        },
        Builtin("reverse", [["list"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]), machine.spend(items.count) else {
                return .null
            }
            return .list(items.reversed())
        },
        Builtin("sublist", [["list", "start position"], ["list", "start position", "length"]]) {
            arguments, machine in
            sublist(arguments, &machine)
        },
        Builtin("sort", [["list"], ["list", "precedes"]]) { arguments, machine in
            sort(arguments, &machine)
        },
        Builtin("all", [["list"]], takesItems: true) { arguments, machine in
            decide(arguments, false, &machine)
        },
        Builtin("any", [["list"]], takesItems: true) { arguments, machine in
            decide(arguments, true, &machine)
        },
    ]

    /// The list that a function works on: its one argument, or all its arguments.
    static func items(_ arguments: [Value], _ machine: inout Machine) -> [Value]? {
        if arguments.isEmpty {
            machine.report("expected a list or items, found no argument")
            return nil
        }
        return arguments.count == 1 ? machine.list(arguments[0]) : arguments
    }

    static func distinct(_ items: [Value], _ machine: inout Machine) -> Value {
        var result: [Value] = []
        for item in items {
            var isNew = true
            for other in result {
                guard machine.spend(1) else { return .null }
                if machine.equal(item, other) == true {
                    isNew = false
                    break
                }
            }
            if isNew { result.append(item) }
        }
        return .list(result)
    }

    private static func joined(_ arguments: [Value], _ machine: inout Machine) -> [Value]? {
        if arguments.isEmpty {
            machine.report("expected at least one list, found no argument")
            return nil
        }
        var result: [Value] = []
        for argument in arguments {
            guard let items = machine.list(argument), machine.spend(items.count) else {
                return nil
            }
            result += items
        }
        return result
    }

    private static func flatten(
        _ items: [Value], into result: inout [Value], depth: Int, _ machine: inout Machine
    ) -> Bool {
        guard depth < machine.limits.valueNestingMaximum else {
            machine.report("the list is nested too deeply")
            return false
        }
        for item in items {
            guard machine.spend(1) else { return false }
            if case .list(let inner) = item {
                guard flatten(inner, into: &result, depth: depth + 1, &machine) else {
                    return false
                }
            } else {
                result.append(item)
            }
        }
        return true
    }

    private static func sublist(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let items = machine.list(arguments[0]), let start = machine.whole(arguments[1]) else {
            return .null
        }
        let first = start > 0 ? start - 1 : items.count + start
        guard start != 0, first >= 0, first < items.count else {
            return machine.fail("the list has \(items.count) items, there is none at \(start)")
        }
        var end = items.count
        if arguments.count > 2, !arguments[2].isNull {
            guard let length = machine.whole(arguments[2]) else { return .null }
            guard length >= 1, length <= items.count - first else {
                return machine.fail(
                    "the list has \(items.count - first) items from \(start), found \(length)")
            }
            end = first + length
        }
        return .list(Array(items[first..<end]))
    }

    private static func sort(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let items = machine.list(arguments[0]) else { return .null }
        if arguments.count == 1 || arguments[1].isNull {
            for (left, right) in zip(items, items.dropFirst())
            where left.order(before: right) == nil {
                return machine.fail(
                    "cannot order \(left.typeName) and \(right.typeName); give a function")
            }
            guard machine.spend(items.count * 4) else { return .null }
            return .list(items.sorted { ($0.order(before: $1) ?? 0) < 0 })
        }
        guard case .function(let precedes) = arguments[1] else {
            return machine.fail(
                "expected a function that compares two items, found \(arguments[1].typeName)")
        }
        var failed = false
        let sorted = items.sorted { left, right in
            if failed { return false }
            guard case .boolean(let result) = machine.call(precedes, [left, right]) else {
                failed = true
                return false
            }
            return result
        }
        if failed { return machine.fail("the comparing function must yield a Boolean") }
        return .list(sorted)
    }

    /// `any` and `all`: the deciding value wins, else unknown stays unknown.
    private static func decide(
        _ arguments: [Value], _ deciding: Bool, _ machine: inout Machine
    ) -> Value {
        guard let items = items(arguments, &machine) else { return .null }
        var unknown = false
        for item in items {
            switch item {
            case .boolean(let value):
                if value == deciding { return .boolean(deciding) }
            case .null: unknown = true
            default: unknown = true
            }
        }
        return unknown ? .null : .boolean(!deciding)
    }
}
