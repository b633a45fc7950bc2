/// Beginning the process, sub-processes and called processes.
extension Run {
    /// Begins the instance at the start event that its trigger names.
    mutating func begin(_ definition: ProcessDefinition, _ trigger: StartTrigger) {
        emit(.began(definition.reference))
        let key = state.nextKey
        emit(
            .entered(
                EnteredElement(
                    key: key, element: 0, elementID: definition.processID, definition: 0,
                    parent: 0)))
        enteredCount += 1
        var overlay: [ProcessField] = []
        var named: String?
        switch trigger {
        case .plain(let variables, let startEvent):
            // Given from outside before anything runs, so they are variables of the process.
            for field in variables {
                do {
                    try set(field.name, field.value, in: key)
                } catch {
                    raise(error, at: key, retry: .activate(key: key))
                    return
                }
            }
            named = startEvent
        case .message(let startEvent, let occurrence):
            overlay = occurrence.overlay
            emit(.consumed(name: occurrence.name, position: occurrence.position))
            named = startEvent
        case .timer(let startEvent):
            named = startEvent
        case .signal(let startEvent, let variables):
            overlay = variables
            named = startEvent
        }
        guard let start = startEvent(of: definition.root, definition, named: named) else {
            raise(
                StepFailure(
                    "no-start-event",
                    "process \(definition.processID) has no start event"
                        + (named.map { " \($0)" } ?? " without a trigger")),
                at: key, retry: .activate(key: key))
            return
        }
        begin(at: start, in: key, definition, overlay: overlay)
    }

    /// Begins the process at a start event.
    mutating func begin(
        at start: FlowElement, in key: Int, _ definition: ProcessDefinition,
        overlay: [ProcessField]
    ) {
        guard definition.root.listeners(in: .start).isEmpty else {
            if let entered = enter(start.index, in: key), hold(overlay, at: entered) {
                listen(key, .start, 0)
            }
            return
        }
        if let entered = enter(start.index, in: key) { complete(entered, overlay: overlay) }
        // After the start event, so that what they wait for can name what it gave: the object of
        // the event that began the instance.
        do {
            try armEventSubprocesses(key, definition.root)
        } catch {
            raise(error, at: key, retry: .activate(key: key))
        }
    }

    private func startEvent(
        of scope: FlowElement, _ definition: ProcessDefinition, named: String?
    ) -> FlowElement? {
        let starts = scope.children.map { definition.elements[$0] }.filter {
            if case .startEvent = $0.kind { true } else { false }
        }
        if let named { return starts.first { $0.id == named } }
        return starts.first { if case .none? = $0.event { true } else { false } }
    }

    /// Begins a scope at its start event without trigger.
    mutating func beginScope(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        try checkDepth(key)
        try armEventSubprocesses(key, element)
        // A retry of what could not be armed finds the work begun already.
        guard !hasChildren(key), !hasQueuedEntry(key) else { return }
        guard let start = startEvent(of: element, definition, named: nil) else {
            throw StepFailure(
                "no-start-event", "\(element.id) has no start event without a trigger")
        }
        queue.append(.enter(element: start.index, scope: key))
    }

    func checkDepth(_ key: Int) throws(StepFailure) {
        var depth = 0
        var current = state.element(key)
        while let instance = current {
            depth += 1
            current = state.element(instance.parent)
        }
        guard depth <= limits.depthMax else {
            throw StepFailure(
                "too-deep",
                "scopes and called processes may be \(limits.depthMax) deep; look for a process"
                    + " that calls itself")
        }
    }

    // MARK: Called processes

    mutating func beginCall(
        _ key: Int, _ element: FlowElement, _ target: CallTarget
    ) throws(StepFailure) {
        let processID = try text(target.processID, at: key, what: "called process")
        guard let caller = state.element(key) else { return }
        let called = try calledProcess(processID, by: caller, element)
        try checkDepth(key)
        let number: Int
        if let known = state.definitions.firstIndex(of: called.reference) {
            number = known
        } else {
            number = state.definitions.count
            emit(.pinned(called.reference))
        }
        let role: EntryRole = target.passesAllVariablesDown ? .calledProcess : .isolatedProcess
        guard let root = enter(0, in: key, role: role, definition: number) else { return }
        guard called.root.listeners(in: .start).isEmpty else {
            listen(root, .start, 0)
            return
        }
        try beginScope(root, called.root)
    }

    /// A called process is done: its variables become those of the call.
    mutating func finishCall(_ key: Int, variables: [ProcessField]) {
        guard let instance = state.element(key), let element = element(of: instance),
            case .callActivity(let target) = element.kind
        else { return }
        // Output mappings see all of them; without any they go up only if the call asks for it.
        let goesUp = target.passesAllVariablesUp && element.outputs.isEmpty
        complete(key, overlay: goesUp ? variables : [], results: goesUp ? [] : variables)
    }
}

extension MessageOccurrence {
    /// What mappings see: the fields of the payload, and the whole as `event`.
    var overlay: [ProcessField] {
        var fields: [ProcessField] = []
        if case .context(let own) = payload { fields = own }
        fields.set("event", asValue)
        return fields
    }
}
