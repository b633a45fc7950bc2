/// Variables and expressions.
extension Run {
    /// Evaluates an expression as an element instance sees its variables, `overlay` before them,
    /// and says what went wrong on the way.
    func evaluation(
        _ expression: CompiledExpression, at key: Int, overlay: [ProcessField] = []
    ) -> (value: ProcessValue, problems: [String]) {
        let state = state
        // The closure runs within this call only, so the host is never used by two at once.
        nonisolated(unsafe) let host = host
        let events = heldEvents
        let seed = host.seed.isEmpty ? "" : "\(host.seed) \(key) \(evaluations.next())"
        return expression.evaluate(
            in: ExpressionScope(
                time: time, seed: seed,
                variable: { name in
                    overlay.value(of: name) ?? state.variable(name, at: key)
                },
                given: { name in name == Self.eventsName ? events : nil },
                object: { type, id in host.object(type: type, id: id) },
                calendar: { name in host.calendar(named: name) }))
    }

    /// The name under which mappings see what a command wrote.
    static var eventsName: String { "events" }

    func evaluate(
        _ expression: CompiledExpression, at key: Int, overlay: [ProcessField] = []
    ) -> ProcessValue {
        evaluation(expression, at: key, overlay: overlay).value
    }

    func evaluate(
        _ source: TextOrExpression, at key: Int, overlay: [ProcessField] = []
    ) -> ProcessValue {
        switch source {
        case .text(let text): .text(text)
        case .expression(let expression): evaluate(expression, at: key, overlay: overlay)
        }
    }

    /// Evaluates what must be text.
    func text(
        _ source: TextOrExpression, at key: Int, what: String, overlay: [ProcessField] = []
    ) throws(StepFailure) -> String {
        let value = evaluate(source, at: key, overlay: overlay)
        guard let text = value.asText, !text.isEmpty else {
            throw StepFailure(
                "expression-failed",
                "expected the \(what) to be text, found \(value.json) from \(source.source)")
        }
        return text
    }

    /// Evaluates what must be true or false.
    func condition(
        _ expression: CompiledExpression, at key: Int, overlay: [ProcessField] = []
    ) throws(StepFailure) -> Bool {
        let (value, problems) = evaluation(expression, at: key, overlay: overlay)
        guard case .boolean(let flag) = value else {
            let reason = problems.first.map { " (\($0))" } ?? ""
            throw StepFailure(
                "expression-failed",
                "expected the condition to be true or false, found \(value.json) from"
                    + " =\(expression.source)\(reason)")
        }
        return flag
    }

    // MARK: Setting

    /// Sets a variable of one scope, if that changes anything.
    mutating func set(
        _ name: String, _ value: ProcessValue, in scope: Int
    ) throws(StepFailure) {
        guard let instance = state.element(scope) else { return }
        let old = instance.variables.value(of: name)
        guard old != value else { return }
        let before = old.map { InstanceState.bytes(of: [ProcessField(name, $0)]) } ?? 0
        let after = InstanceState.bytes(of: [ProcessField(name, value)])
        guard state.variableBytes - before + after <= limits.variableBytesMax else {
            throw StepFailure(
                "variables-too-large",
                "the variables of an instance may take \(limits.variableBytesMax) bytes, and"
                    + " \(name) would exceed that; keep ids instead of copies")
        }
        emit(.variable(scope: scope, name: name, value: value))
    }

    /// Sets a variable where it is defined, seen from a scope outwards; a new one becomes a
    /// variable of the process, as in Zeebe.
    mutating func propagate(
        _ name: String, _ value: ProcessValue, from scope: Int
    ) throws(StepFailure) {
        var current = scope
        while let instance = state.element(current) {
            let isRoot = [.calledProcess, .isolatedProcess].contains(instance.role)
            if isRoot || instance.parent == 0
                || instance.variables.contains(where: { $0.name == name })
            {
                try set(name, value, in: current)
                return
            }
            current = instance.parent
        }
    }

    // MARK: Mappings

    /// Evaluates input mappings into the element's own scope, each seeing those before it.
    mutating func mapInputs(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        for mapping in element.inputs {
            let value = evaluate(mapping.source, at: key)
            let own = state.element(key)?.variables ?? []
            let (name, merged) = Self.merge(value, at: mapping.target, into: own)
            try set(name, merged, in: key)
        }
    }

    /// Evaluates output mappings in their order; each sees what those before it gave.
    func outputs(
        _ key: Int, _ element: FlowElement, overlay: [ProcessField]
    ) -> [ProcessField] {
        var outputs: [ProcessField] = []
        for mapping in element.outputs {
            let value = evaluate(mapping.source, at: key, overlay: outputs + overlay)
            let name = mapping.target[0]
            var base = outputs
            if mapping.target.count > 1, base.value(of: name) == nil,
                let known = overlay.value(of: name) ?? state.variable(name, at: key)
            {
                base.set(name, known)
            }
            outputs.set(name, Self.merge(value, at: mapping.target, into: base).value)
        }
        return outputs
    }

    /// The variable that a mapping's target path changes, and its new value.
    static func merge(
        _ value: ProcessValue, at path: [String], into variables: [ProcessField]
    ) -> (name: String, value: ProcessValue) {
        let name = path[0]
        guard path.count > 1 else { return (name, value) }
        var fields: [ProcessField] = []
        if case .context(let known)? = variables.value(of: name) { fields = known }
        let inner = merge(value, at: Array(path.dropFirst()), into: fields)
        fields.set(inner.name, inner.value)
        return (name, .context(fields))
    }
}
