internal import FEEL

/// Compiles boxed expressions to nodes that find their variables in the running frame.
struct BoxedCompiler {
    let known: KnownNames
    var types: TypeTable
    /// What problems are reported for, such as `decision 'Discount'`.
    let owner: String
    private(set) var problems: [ModelProblem] = []
    private(set) var freeNames: [String] = []
    /// Words of tables that name nothing that is known.
    private(set) var unknownNames: [UnknownName] = []
    private(set) var tables: [CompiledTable] = []
    /// A word of a table that names nothing that is known.
    struct UnknownName {
        let name: String
        let part: String
        let place: Place
    }

    /// How deep the texts compiled so far are nested, at most.
    private var deepest = 0

    /// What the boxes around a function's texts add to its depth.
    private static let boxedDepth = 4

    init(known: KnownNames, types: TypeTable, owner: String) {
        self.known = known
        self.types = types
        self.owner = owner
    }

    mutating func report(
        _ message: String, in part: String = "", at place: Place,
        severity: ModelProblem.Severity = .error
    ) {
        problems.append(
            ModelProblem(
                severity: severity, element: part.isEmpty ? owner : "\(owner), \(part)",
                message: message, line: place.line, column: place.column))
    }

    /// The type of that name; an unknown one is reported and counts as `Any`.
    mutating func type(_ name: String?, at place: Place) -> ValueType {
        guard let name, !name.isEmpty else { return .any }
        let before = types.problems.count
        let result = types.type(named: name, from: place)
        problems += types.problems[before...]
        return result
    }

    // MARK: Texts

    /// A FEEL expression; one that does not compile is reported and yields null.
    mutating func expression(
        _ text: String, _ locals: LocalNames, in part: String = "", at place: Place
    ) -> any FEEL.Node {
        do {
            let compiled = try Expression.compileNode(text, names: known, locals: locals)
            freeNames += compiled.freeNames.map(\.name)
            note(compiled.freeNames.map(\.name), of: text, in: part, at: place)
            deepest = max(deepest, compiled.depth)
            return compiled.node
        } catch {
            reportSyntax(error, in: part, at: place)
            return RefusedNode("the expression does not compile: \(error.message)")
        }
    }

    mutating func tests(
        _ text: String, _ locals: LocalNames, in part: String, at place: Place
    ) -> (any Test)? {
        do {
            let compiled = try UnaryTests.compile(text, names: known, locals: locals)
            freeNames += compiled.freeNames.map(\.name)
            note(compiled.freeNames.map(\.name), of: text, in: part, at: place)
            deepest = max(deepest, compiled.depth)
            return compiled.root
        } catch {
            reportSyntax(error, in: part, at: place)
            return nil
        }
    }

    /// Notes unknown words of a table's part; in a filter they may be entries of the item.
    private mutating func note(
        _ names: [String], of text: String, in part: String, at place: Place
    ) {
        guard !part.isEmpty, !text.contains("[") else { return }
        unknownNames += names.map { UnknownName(name: $0, part: part, place: place) }
    }

    private mutating func reportSyntax(_ failure: SyntaxFailure, in part: String, at place: Place) {
        report(
            "the FEEL text does not compile, at its line \(failure.line), column "
                + "\(failure.column): \(failure.message)",
            in: part, at: Place(line: place.line + failure.line - 1, column: place.column))
    }

    mutating func add(_ table: CompiledTable) { tables.append(table) }

    // MARK: Forms

    mutating func compile(_ boxed: Boxed, _ locals: LocalNames) -> any FEEL.Node {
        let node = compileForm(boxed, locals)
        guard let name = boxed.typeName else { return node }
        let type = type(name, at: boxed.place)
        if case .any = type { return node }
        if case .function = boxed.form { return node }
        return TypedNode(node, type: type, what: "the expression")
    }

    private mutating func compileForm(_ boxed: Boxed, _ locals: LocalNames) -> any FEEL.Node {
        switch boxed.form {
        case .literal(let text): return expression(text, locals, at: boxed.place)
        case .table(let table): return compileTable(table, locals)
        case .context(let entries): return compileContext(entries, locals)
        case .list(let items): return BoxedListNode(items.map { compile($0, locals) })
        case .relation(let columns, let rows):
            return compileRelation(columns, rows, locals, at: boxed.place)
        case .function(let parameters, let kind, let body):
            return compileFunction(parameters, kind, body, locals, at: boxed.place)
        case .invocation(let callee, let bindings):
            return InvocationNode(
                compile(callee, locals),
                names: bindings.map { NameRules.normalized($0.name) },
                arguments: bindings.map { binding in
                    binding.value.map { compile($0, locals) } ?? ConstantNode(.null)
                })
        case .conditional(let condition, let first, let second):
            return ConditionalNode(
                compile(condition, locals), compile(first, locals), compile(second, locals),
                isStrict: true)
        case .filter(let list, let condition):
            var inner = locals
            let slot = inner.pushItem()
            return FilterNode(
                compile(list, locals), compile(condition, inner), itemSlot: slot,
                isStrict: true, position: SourcePosition(line: 1, column: 1))
        case .iteration(let variable, let domain, let body):
            return compileIteration(variable, domain, body, locals)
        case .quantified(let isUniversal, let variable, let domain, let condition):
            return compileQuantified(isUniversal, variable, domain, condition, locals)
        case .unsupported(let reason):
            report(reason, at: boxed.place)
            return RefusedNode(reason)
        }
    }

    private mutating func compileContext(
        _ entries: [(variable: VariableSource?, value: Boxed)], _ locals: LocalNames
    ) -> any FEEL.Node {
        var inner = locals
        var names: [String] = []
        var values: [any FEEL.Node] = []
        for (variable, value) in entries {
            let node = compile(value, inner)
            guard let variable, !variable.name.isEmpty else {
                return BoxedContextNode(names, values, result: node, firstSlot: locals.count)
            }
            if names.contains(variable.name) {
                report(
                    "the context has two entries '\(variable.name)'; rename one", at: value.place)
            }
            let type = type(variable.typeName, at: value.place)
            if case .any = type {
                values.append(node)
            } else {
                values.append(
                    TypedNode(node, type: type, what: "the context entry '\(variable.name)'"))
            }
            names.append(variable.name)
            _ = inner.push(variable.name)
        }
        return BoxedContextNode(names, values, result: nil, firstSlot: locals.count)
    }

    private mutating func compileRelation(
        _ columns: [VariableSource], _ rows: [[Boxed]], _ locals: LocalNames, at place: Place
    ) -> any FEEL.Node {
        let columnTypes = columns.map { type($0.typeName, at: place) }
        var nodes: [any FEEL.Node] = []
        for (index, row) in rows.enumerated() {
            guard row.count == columns.count else {
                report(
                    "expected \(columns.count) cells, found \(row.count)",
                    in: "row \(index + 1)", at: place)
                continue
            }
            var cells: [any FEEL.Node] = []
            for (cell, columnType) in zip(row, columnTypes) {
                let node = compile(cell, locals)
                if case .any = columnType {
                    cells.append(node)
                } else {
                    cells.append(TypedNode(node, type: columnType, what: "the cell"))
                }
            }
            nodes.append(RowNode(columns.map(\.name), cells))
        }
        return BoxedListNode(nodes)
    }

    mutating func compileFunction(
        _ parameters: [VariableSource], _ kind: String, _ body: Boxed?, _ locals: LocalNames,
        at place: Place
    ) -> any FEEL.Node {
        guard kind == "FEEL" else {
            let reason =
                "functions of kind \(kind) are not supported; write the body as a FEEL expression"
            report(reason, at: place)
            return RefusedNode(reason)
        }
        guard let body else {
            report("the function has no body", at: place)
            return RefusedNode("the function has no body")
        }
        var inner = locals
        var typed: [FunctionValue.Parameter] = []
        for parameter in parameters {
            typed.append(
                FunctionValue.Parameter(
                    name: parameter.name, type: type(parameter.typeName, at: place)))
            _ = inner.push(parameter.name)
        }
        let outer = deepest
        deepest = 0
        let node = compile(body, inner)
        let depth = deepest + Self.boxedDepth
        deepest = max(outer, depth)
        return FunctionNode(
            typed, node, depth: depth, isExternal: false,
            position: SourcePosition(line: 1, column: 1))
    }

    private mutating func compileIteration(
        _ variable: String, _ domain: Boxed, _ body: Boxed, _ locals: LocalNames
    ) -> any FEEL.Node {
        let start = SourcePosition(line: 1, column: 1)
        var inner = locals
        let partial = inner.push("")
        let items = compile(domain, inner)
        _ = inner.push(variable)
        inner.name(partial, "partial")
        return IterationNode(
            [IterationDomain(start: items, end: nil, position: start)], compile(body, inner),
            partialSlot: partial, firstSlot: partial, position: start)
    }

    private mutating func compileQuantified(
        _ isUniversal: Bool, _ variable: String, _ domain: Boxed, _ condition: Boxed,
        _ locals: LocalNames
    ) -> any FEEL.Node {
        let start = SourcePosition(line: 1, column: 1)
        let items = compile(domain, locals)
        var inner = locals
        let slot = inner.push(variable)
        return QuantifiedNode(
            [IterationDomain(start: items, end: nil, position: start)], compile(condition, inner),
            isUniversal: isUniversal, firstSlot: slot, position: start)
    }
}
