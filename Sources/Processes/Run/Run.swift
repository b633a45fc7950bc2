internal import FEEL

/// One step while it is being worked out.
///
/// Every change is recorded and folded into the working state at once by the same code that folds
/// the log, so running and folding cannot differ.
struct Run<Host: ProcessHost> {
    var state: InstanceState
    private(set) var definitions: DefinitionSet
    let time: StepTime
    var host: Host
    let limits: ProcessLimits
    var changes: [Change] = []
    /// Work to do in this step, first in first out.
    var queue: [Action] = []
    /// Work for the next step only: commands that the engine asked to put off.
    var deferred: [Action] = []
    /// Work of a runaway, which is kept until a person lets it go on.
    var held: [Action] = []
    /// Elements entered in this step.
    var enteredCount = 0
    /// What the command at hand wrote, while its element is completed; only mappings keep any of it.
    var heldEvents: FEEL.Value?
    /// Whether a variable changed since conditions were last looked at.
    var variablesChanged = false
    /// The evaluations of this step, so that what is derived differs between them.
    let evaluations = Evaluations()
    /// The definitions by their number in the instance.
    private var loaded: [ProcessDefinition?] = []

    init(
        state: InstanceState, definitions: DefinitionSet, time: StepTime, host: Host,
        limits: ProcessLimits
    ) {
        self.state = state
        self.definitions = definitions
        self.time = time
        self.host = host
        self.limits = limits
        loaded = state.definitions.map { definitions[$0] }
    }

    /// The first definition of the instance that the set does not hold as it was.
    var missingDefinition: DefinitionReference? {
        state.definitions.first { definitions[$0] == nil }
    }

    /// Records a change and folds it into the working state.
    mutating func emit(_ change: Change) {
        changes.append(change)
        state.apply(change)
        switch change {
        case .began(let reference), .pinned(let reference):
            loaded.append(definitions[reference])
        case .variable: variablesChanged = true
        default: break
        }
    }

    /// Leaves an element, after the ends of its waits and incidents: a reader of changes need not
    /// know that they go with it.
    mutating func emitLeft(_ left: LeftElement) {
        for wait in state.waits where wait.owner == left.key {
            emit(.waitClosed(token: wait.token))
        }
        for incident in state.incidents where incident.key == left.key {
            emit(.incidentResolved(id: incident.id))
        }
        emit(.left(left))
    }

    /// Works until nothing is left or the step is long enough, then notes what is left.
    mutating func work() {
        while state.status == .active {
            guard !queue.isEmpty else {
                guard settleQuietInstance() else { break }
                continue
            }
            guard enteredCount < limits.elementsPerAdvanceMax else { break }
            process(queue.removeFirst())
        }
        guard state.status == .active else { return }
        settleClocks()
        let left = held + queue + deferred
        if !left.isEmpty { emit(.pending(left)) }
        if state.advancesWithoutOutside >= limits.advancesWithoutOutsideMax, !state.isRunaway {
            raise(
                StepFailure(
                    "runaway",
                    "\(limits.advancesWithoutOutsideMax) advances without anything from outside;"
                        + " look for a loop without a wait, then retry or cancel"),
                at: state.elements.first?.key ?? 0, retry: .proceed)
        }
    }

    private mutating func process(_ action: Action) {
        switch action {
        case .enter(let element, let scope):
            guard state.element(scope) != nil else { return }
            if let key = enter(element, in: scope) { activate(key) }
        case .iterate(let body, let iteration): iterate(body, iteration)
        case .activate(let key): activate(key)
        case .perform(let key, let attempt): perform(key, attempt: attempt)
        case .complete(let key): complete(key)
        case .throwError(let key, let code, let message):
            throwError(from: key, code: code, message: message)
        case .settle(let scope): settle(scope)
        case .compensate(let driver): compensate(driver)
        case .reopen(let key): reopenJob(key)
        case .proceed, .redo: break
        case .interrupt, .cancel: interrupt(action)
        case .leave(let key): depart(key)
        case .listen(let key, let phase, let index): listen(key, phase, index)
        }
    }

    // MARK: Definitions

    /// The definition that holds an element instance.
    func definitionReference(of key: Int) -> DefinitionReference? {
        state.element(key).flatMap { definition($0.definition)?.reference }
    }

    /// Whether an element means what was deployed with it, and that is what the instance keeps.
    func isOwnDeployment(_ element: FlowElement, _ caller: DefinitionReference) -> Bool {
        element.binding == .deployment && definitions[caller.processID]?.reference == caller
    }

    /// The process that a call activity means.
    mutating func calledProcess(
        _ id: String, by instance: ElementInstance, _ element: FlowElement
    ) throws(StepFailure) -> ProcessDefinition {
        let own = definitions[id]
        guard let caller = definition(instance.definition)?.reference else {
            throw StepFailure("definition-missing", "the definition is not there")
        }
        // What belongs to the instance's own deployment needs nobody else.
        let isOwn = isOwnDeployment(element, caller)
        var found = isOwn ? own : host.process(id, binding: element.binding, for: caller)
        if found == nil, !isOwn {
            if case .versionTag(let tag) = element.binding {
                found = own?.versionTag == tag ? own : nil
            } else {
                found = own
            }
        }
        guard let found else {
            if case .versionTag(let tag) = element.binding {
                throw StepFailure(
                    "process-missing",
                    "process \(id) was never deployed with the version tag \(tag); deploy it and"
                        + " retry, or cancel")
            }
            throw StepFailure(
                "process-missing",
                "process \(id) is not in the set that the instance keeps; deploy it and"
                    + " migrate, or cancel")
        }
        definitions.keep(found)
        return found
    }

    func definition(_ number: Int) -> ProcessDefinition? {
        loaded.indices.contains(number) ? loaded[number] : nil
    }

    /// The definition and element of an element instance.
    func element(of instance: ElementInstance) -> FlowElement? {
        definition(instance.definition).flatMap {
            $0.elements.indices.contains(instance.element) ? $0.elements[instance.element] : nil
        }
    }

    // MARK: Entering

    /// Enters an element; nil when there are too many already, which is an incident of the scope.
    mutating func enter(
        _ index: Int, in scope: Int, role: EntryRole = .plain, iteration: Int = 0,
        driver: Int = 0, definition number: Int? = nil
    ) -> Int? {
        guard let parent = state.element(scope) else { return nil }
        let definitionNumber = number ?? parent.definition
        guard let definition = definition(definitionNumber),
            definition.elements.indices.contains(index)
        else { return nil }
        guard state.elements.count < limits.activeElementsMax else {
            raise(
                StepFailure(
                    "too-many-elements",
                    "more than \(limits.activeElementsMax) elements are active; cancel or retry"),
                at: scope, retry: .enter(element: index, scope: scope))
            return nil
        }
        let element = definition.elements[index]
        var role = role
        if role == .plain, element.multiInstance != nil { role = .loopBody }
        let key = state.nextKey
        emit(
            .entered(
                EnteredElement(
                    key: key, element: index,
                    elementID: role == .adHocFlow ? element.id + "#innerInstance" : element.id,
                    definition: definitionNumber, parent: scope, role: role,
                    iteration: iteration, driver: driver)))
        enteredCount += 1
        return key
    }

    // MARK: Scopes

    func children(of scope: Int) -> [ElementInstance] {
        state.elements.filter { $0.parent == scope }
    }

    func hasChildren(_ scope: Int) -> Bool {
        state.elements.contains { $0.parent == scope }
    }

    func hasQueuedEntry(_ scope: Int) -> Bool {
        (queue + deferred + held).contains {
            if case .enter(_, scope) = $0 { true } else { false }
        }
    }

    /// Leaves a scope in which nothing is going on any more.
    private mutating func settle(_ scope: Int) {
        guard let instance = state.element(scope), let element = element(of: instance),
            instance.loop == nil
        else { return }
        guard instance.compensation == nil else {
            let isOwn = definition(instance.definition).flatMap(element.compensationStart) != nil
            if instance.role == .revived, isOwn, !hasChildren(scope) { leaveRevived(instance) }
            return
        }
        if case .adHocSubProcess(let adHoc) = element.kind {
            guard instance.role != .adHocFlow else {
                settleFlow(instance, element, adHoc)
                return
            }
            if adHocIsDone(instance, adHoc) { return }
        }
        guard element.isScope, !hasChildren(scope), !hasQueuedEntry(scope) else { return }
        guard instance.arrivals.isEmpty else {
            reportStuckJoin(instance)
            return
        }
        guard !state.incidents.contains(where: { $0.key == scope }) else { return }
        if case .adHocSubProcess(let adHoc) = element.kind {
            completeAdHoc(instance, adHoc)
        } else {
            complete(scope)
        }
    }

    /// Tokens wait at a parallel gateway for others that can never come.
    mutating func reportStuckJoin(_ instance: ElementInstance) {
        guard let definition = definition(instance.definition),
            !state.incidents.contains(where: { $0.key == instance.key })
        else { return }
        for arrival in instance.arrivals {
            let gateway = definition.elements[arrival.gateway]
            if case .inclusiveGateway = gateway.kind { return }
            let missing = gateway.incoming.filter { flow in
                !instance.arrivals.contains { $0.flow == flow }
            }
            let names = missing.map { definition.flows[$0].id }.joined(separator: ", ")
            raise(
                StepFailure(
                    "join-incomplete",
                    "gateway \(gateway.id) waits for tokens over \(names), and nothing is left"
                        + " that could send them; jump or cancel"),
                at: instance.key, retry: .settle(scope: instance.key))
            return
        }
    }

    // MARK: Leaving

    /// Ends an element and everything in it, innermost first.
    mutating func terminate(_ key: Int) {
        for child in children(of: key).reversed() { terminate(child.key) }
        guard state.element(key) != nil else { return }
        emitLeft(LeftElement(key: key, how: .terminated))
        forget(key)
    }

    /// Ends everything in a scope but not the scope; tokens at its gateways vanish.
    mutating func clear(_ scope: Int, except kept: Int? = nil) {
        for child in children(of: scope).reversed() where child.key != kept {
            terminate(child.key)
        }
        if let arrivals = state.element(scope)?.arrivals, !arrivals.isEmpty {
            let flows = arrivals.flatMap { Array(repeating: $0.flow, count: $0.count) }
            emit(.joined(scope: scope, flows: flows))
        }
        forget(scope)
    }

    /// Drops queued work of an element instance that is gone.
    mutating func forget(_ key: Int) {
        func isGone(_ action: Action) -> Bool {
            switch action {
            case .enter(_, key), .iterate(key, _), .activate(key), .perform(key, _),
                .complete(key), .throwError(key, _, _), .compensate(key), .reopen(key),
                .leave(key), .listen(key, _, _):
                true
            default: false
            }
        }
        queue.removeAll(where: isGone)
        deferred.removeAll(where: isGone)
    }

    // MARK: Incidents

    /// Stops an instance whose set does not hold the definition that it keeps.
    mutating func raiseMissing(_ missing: DefinitionReference, keeping left: [Action]) {
        let root = state.elements.first?.key ?? 0
        if !left.isEmpty { emit(.pending(left)) }
        raise(
            StepFailure(
                "definition-missing",
                "expected process \(missing.processID) with the hash \(missing.hash), found"
                    + " \(definitions[missing.processID]?.reference.hash ?? "none"); give the set"
                    + " that the instance keeps, or migrate it"),
            at: root, retry: .settle(scope: root))
    }

    mutating func raise(_ failure: StepFailure, at key: Int, retry: Action) {
        let instance = state.element(key)
        emit(
            .incidentRaised(
                Incident(
                    id: state.nextKey, key: key, elementID: instance?.elementID ?? "",
                    reason: failure.reason, message: failure.message, since: time.microseconds,
                    action: retry)))
    }
}

/// Why an element cannot go on: a stable code, and a sentence for people.
struct StepFailure: Error, Equatable {
    var reason: String
    var message: String

    init(_ reason: String, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

/// Counts the evaluations of a step.
final class Evaluations {
    private(set) var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
