// Source: DMN 1.5, 10.3.4.9 context functions.
extension Builtins {
    static let contextFunctions: [Builtin] = [
        Builtin("get value", [["m", "key"], ["context", "key"], ["context", "keys"]]) {
            arguments, machine in
            guard let context = machine.context(arguments[0]) else { return .null }
            if case .list(let keys) = arguments[1] {
                return value(in: context, at: keys, &machine)
            }
            guard let key = machine.text(arguments[1]) else { return .null }
            return context[key] ?? .null
        },
        Builtin("get entries", [["m"], ["context"]]) { arguments, machine in
            guard let context = machine.context(arguments[0]), machine.spend(context.count) else {
                return .null
            }
            return .list(
                context.entries.map { entry in
                    .context(
                        Context(names: ["key", "value"], values: [.text(entry.name), entry.value]))
                })
        },
        Builtin("context", [["entries"]]) { arguments, machine in
            make(arguments[0], &machine)
        },
        Builtin(
            "context put", [["context", "key", "value"], ["context", "keys", "value"]]
        ) { arguments, machine in
            guard let context = machine.context(arguments[0]) else { return .null }
            let keys: [Value]
            if case .list(let list) = arguments[1] { keys = list } else { keys = [arguments[1]] }
            guard !keys.isEmpty, keys.count <= machine.limits.valueNestingMaximum else {
                return machine.fail("expected at least one key")
            }
            return put(context, keys[...], arguments[2], &machine).map(Value.context) ?? .null
        },
        Builtin("context merge", [["contexts"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            var entries: [(String, Value)] = []
            for item in items {
                guard let context = machine.context(item), machine.spend(context.count) else {
                    return .null
                }
                entries += context.entries.map { ($0.name, $0.value) }
            }
            return .context(Context(entries))
        },
    ]

    private static func make(_ entries: Value, _ machine: inout Machine) -> Value {
        guard let items = machine.list(entries), machine.spend(items.count) else { return .null }
        var result: [(String, Value)] = []
        var names: Set<String> = []
        for item in items {
            guard let entry = machine.context(item) else { return .null }
            guard case .text(let name)? = entry["key"], let value = entry["value"] else {
                return machine.fail("expected entries with a key and a value")
            }
            guard names.insert(name).inserted else {
                return machine.fail("the key '\(name)' occurs twice")
            }
            result.append((name, value))
        }
        return .context(Context(result))
    }

    /// The entry at a path of keys (Camunda); null where it is not there.
    private static func value(
        in context: Context, at keys: [Value], _ machine: inout Machine
    ) -> Value {
        guard !keys.isEmpty, machine.spend(keys.count) else { return .null }
        var value = Value.context(context)
        for key in keys {
            guard let name = machine.text(key) else { return .null }
            guard let inner = value.context?[name] else { return .null }
            value = inner
        }
        return value
    }

    private static func put(
        _ context: Context, _ keys: ArraySlice<Value>, _ value: Value, _ machine: inout Machine
    ) -> Context? {
        guard let first = keys.first, let key = machine.text(first), machine.spend(context.count)
        else { return nil }
        let rest = keys.dropFirst()
        if rest.isEmpty { return context.setting(key, to: value) }
        let inner: Context
        switch context[key] {
        case .context(let found)?: inner = found
        case nil, .null?: inner = .empty
        case let other?:
            machine.report("expected a context at '\(key)', found \(other.typeName)")
            return nil
        }
        return put(inner, rest, value, &machine).map { context.setting(key, to: .context($0)) }
    }
}
