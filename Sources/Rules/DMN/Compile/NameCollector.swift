internal import FEEL

/// Finds the names under which parts of a model's values can be reached by a path.
enum NameCollector {
    static func names(in source: DefinitionsSource) -> Set<String> {
        var names: Set<String> = []
        for input in source.inputs { names.insert(input.variable.name) }
        for decision in source.decisions {
            names.insert(decision.variable.name)
            collect(decision.logic, &names)
        }
        for function in source.functions {
            names.insert(function.variable.name)
            collect(function.logic, &names)
        }
        for service in source.services { names.insert(service.variable.name) }
        names.remove("")
        return names
    }

    private static func collect(_ boxed: Boxed?, _ names: inout Set<String>) {
        guard let boxed else { return }
        switch boxed.form {
        case .literal, .unsupported: return
        case .table(let table): names.formUnion(table.outputs.map(\.text))
        case .context(let entries):
            for (variable, value) in entries {
                if let variable { names.insert(variable.name) }
                collect(value, &names)
            }
        case .list(let items): items.forEach { collect($0, &names) }
        case .relation(let columns, let rows):
            names.formUnion(columns.map(\.name))
            rows.joined().forEach { collect($0, &names) }
        case .function(_, _, let body): collect(body, &names)
        case .invocation(let callee, let bindings):
            collect(callee, &names)
            bindings.forEach { collect($0.value, &names) }
        case .conditional(let condition, let first, let second):
            [condition, first, second].forEach { collect($0, &names) }
        case .filter(let list, let condition): [list, condition].forEach { collect($0, &names) }
        case .iteration(_, let domain, let body): [domain, body].forEach { collect($0, &names) }
        case .quantified(_, _, let domain, let condition):
            [domain, condition].forEach { collect($0, &names) }
        }
    }
}
