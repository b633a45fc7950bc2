/// Multi-instance activities.
extension Run {
    mutating func beginLoop(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        guard let loop = element.multiInstance else { return }
        let (value, problems) = evaluation(loop.inputCollection, at: key)
        guard case .list(let items) = value else {
            let reason = problems.first.map { " (\($0))" } ?? ""
            throw StepFailure(
                "expression-failed",
                "expected the input collection to be a list, found \(value.json) from"
                    + " =\(loop.inputCollection.source)\(reason)")
        }
        guard items.count <= limits.loopItemsMax else {
            throw StepFailure(
                "too-many-items",
                "a loop may have \(limits.loopItemsMax) items, found \(items.count)")
        }
        let size = items.reduce(0) { $0 + $1.encodedByteCount }
        guard state.variableBytes + size <= limits.variableBytesMax else {
            throw StepFailure(
                "variables-too-large",
                "the items of the loop take \(size) bytes and do not fit into"
                    + " \(limits.variableBytesMax); loop over ids")
        }
        emit(.loopBegan(key: key, items: items))
        guard !items.isEmpty else {
            finishLoop(key)
            return
        }
        let first = loop.isSequential ? 1 : items.count
        for iteration in 1...first {
            queue.append(.iterate(body: key, iteration: iteration))
        }
    }

    /// Enters one iteration, with its item and counter as its own variables.
    mutating func iterate(_ body: Int, _ iteration: Int) {
        guard let instance = state.element(body), let loop = instance.loop,
            let element = element(of: instance), let description = element.multiInstance,
            loop.items.indices.contains(iteration - 1),
            let key = enter(
                instance.element, in: body, role: .iteration, iteration: iteration)
        else { return }
        do {
            if !description.inputElement.isEmpty {
                try set(description.inputElement, loop.items[iteration - 1], in: key)
            }
            try set("loopCounter", .integer(Int64(iteration)), in: key)
            for name in ownNames(of: element, description, outside: body)
            where state.element(key)?.variables.value(of: name) == nil {
                try set(name, .null, in: key)
            }
        } catch {
            raise(error, at: key, retry: .activate(key: key))
            return
        }
        activate(key)
    }

    /// Variables that stay inside their iteration though nothing has set them yet.
    ///
    /// A variable that is the output element, or whose field is, as in Zeebe; further what an output
    /// mapping sets for a composed output element, unless a variable of that name stands outside.
    private func ownNames(
        of element: FlowElement, _ loop: MultiInstance, outside body: Int
    ) -> [String] {
        guard let output = loop.outputElement else { return [] }
        if let name = output.variableName { return [name] }
        return element.outputs.map { $0.target[0] }.filter {
            output.mentions($0) && state.variable($0, at: body) == nil
        }
    }

    /// The output element of an iteration: what its mappings set stands before what was given.
    func outputElement(
        of instance: ElementInstance, _ element: FlowElement, overlay: [ProcessField]
    ) -> ProcessValue? {
        guard instance.role == .iteration, let output = element.multiInstance?.outputElement else {
            return nil
        }
        let mapped = Set(element.outputs.map { $0.target[0] })
        return evaluate(
            output, at: instance.key, overlay: overlay.filter { !mapped.contains($0.name) })
    }

    /// Maps what one iteration gives: into its own scope first, as in Zeebe.
    ///
    /// What is known there stays there; anything else goes outwards to where it is defined. What was
    /// given stays inside too: a mapping says what of it is for others.
    mutating func mapIteration(
        _ instance: ElementInstance, _ element: FlowElement, overlay: [ProcessField],
        results: [ProcessField]
    ) throws(StepFailure) {
        let mapped = outputs(instance.key, element, overlay: overlay + results)
        // Listeners at the end come between: what the output element takes is kept for it.
        if let output = element.multiInstance?.outputElement,
            !element.listeners(in: .end).isEmpty
        {
            for field in overlay + results where output.mentions(field.name) {
                try set(field.name, field.value, in: instance.key)
            }
        }
        for field in mapped {
            if overlay.contains(where: { $0.name == field.name }) {
                try set(field.name, field.value, in: instance.key)
            } else {
                try propagate(field.name, field.value, from: instance.key)
            }
        }
    }

    /// One iteration is done: the next begins, or the loop is left.
    mutating func iterationDone(body: Int, iteration: Int, output: ProcessValue?) {
        emit(.loopCompleted(key: body, iteration: iteration, output: output))
        guard let instance = state.element(body), let loop = instance.loop,
            let element = element(of: instance), let description = element.multiInstance
        else { return }
        if let expression = description.completionCondition {
            let active = children(of: body).count
            let counts = [
                ProcessField("numberOfInstances", .integer(Int64(loop.items.count))),
                ProcessField("numberOfActiveInstances", .integer(Int64(active))),
                ProcessField("numberOfCompletedInstances", .integer(Int64(loop.completed))),
                ProcessField("numberOfTerminatedInstances", .integer(0)),
                ProcessField("loopCounter", .integer(Int64(iteration))),
            ]
            do {
                guard try !condition(expression, at: body, overlay: counts) else {
                    clear(body)
                    finishLoop(body)
                    return
                }
            } catch {
                raise(error, at: body, retry: .iterate(body: body, iteration: loop.begun + 1))
                return
            }
        }
        if loop.completed == loop.items.count {
            finishLoop(body)
        } else if description.isSequential {
            queue.append(.iterate(body: body, iteration: loop.begun + 1))
        }
    }

    private mutating func finishLoop(_ key: Int) {
        guard let instance = state.element(key), let loop = instance.loop,
            let element = element(of: instance), let description = element.multiInstance
        else { return }
        if !description.outputCollection.isEmpty {
            do {
                try propagate(
                    description.outputCollection, .list(loop.outputs), from: instance.parent)
            } catch {
                raise(error, at: key, retry: .activate(key: key))
                return
            }
        }
        complete(key)
    }
}
