extension InstanceState {
    /// Folds one advance into the state, which a recorded fact always allows.
    package mutating func apply(_ advance: Advance) {
        begin(at: advance.at, isFromOutside: advance.isFromOutside)
        for change in advance.changes { apply(change) }
    }

    /// The state after all these advances.
    package static func folding(_ advances: some Sequence<Advance>) -> InstanceState {
        var state = InstanceState()
        for advance in advances { state.apply(advance) }
        return state
    }

    mutating func begin(at instant: Int64, isFromOutside: Bool) {
        advancesWithoutOutside = isFromOutside ? 0 : advancesWithoutOutside + 1
        lastAdvanceAt = instant
        pending = []
    }

    mutating func apply(_ change: Change) {
        switch change {
        case .began(let reference):
            definitions = [reference]
            since = lastAdvanceAt
        case .pinned(let reference):
            definitions.append(reference)
        case .entered(let entered):
            enter(entered)
        case .left(let left):
            leave(left)
        case .flowTaken(let flow, let scope, let gateway):
            if let gateway { arrive(flow: flow, gateway: gateway, scope: scope) }
        case .joined(let scope, let flows):
            for flow in flows { take(flow: flow, scope: scope) }
        case .variable(let scope, let name, let value):
            set(name, value, in: scope)
        case .waitOpened(let wait):
            waits.append(wait)
            nextKey = max(nextKey, wait.token + 1)
        case .waitClosed(let token):
            waits.removeAll { $0.token == token }
        case .waitChanged(let token, let kind):
            if let place = waits.firstIndex(where: { $0.token == token }) {
                waits[place].kind = kind
            }
        case .incidentRaised(let incident):
            incidents.append(incident)
            nextKey = max(nextKey, incident.id + 1)
        case .incidentResolved(let id):
            incidents.removeAll { $0.id == id }
        case .consumed(let name, let position):
            if canConsume(name, position: position, token: .max) {
                consumed.append(
                    ConsumedMessage(name: name, position: position, horizon: nextKey))
            }
        case .loopBegan, .loopCompleted:
            applyLoop(change)
        case .compensationBegan, .compensationTaken, .compensationRevived:
            applyCompensation(change)
        case .pending(let actions):
            pending = actions
        case .listening(let key, let phase, let index):
            if let place = place(of: key) {
                elements[place].listening = Listening(phase: phase, index: index)
            }
        case .taskTransition(let key, let transition):
            if let place = place(of: key) { elements[place].transition = transition }
        case .interruptionHeld(let action):
            interruptions.append(action)
        case .interruptionTaken(let action):
            if let place = interruptions.firstIndex(of: action) {
                interruptions.remove(at: place)
            }
        case .adHocFulfilled(let key):
            if let place = place(of: key) { elements[place].isFulfilled = true }
        case .migrated(let definition, let reference, let map):
            migrate(definition, to: reference, by: map)
        case .ended(let status):
            end(status)
        case .decisionEvaluated(let record):
            decisions.removeAll { $0.decision == record.decision }
            decisions.append(record)
        case .commandIssued, .signalBroadcast, .intervened, .taskDenied:
            // Facts for readers and for the engine; the state does not depend on them.
            break
        }
    }

    private mutating func enter(_ entered: EnteredElement) {
        elements.append(
            ElementInstance(
                key: entered.key, element: entered.element, elementID: entered.elementID,
                definition: entered.definition, parent: entered.parent, role: entered.role,
                iteration: entered.iteration, since: lastAdvanceAt, driver: entered.driver))
        nextKey = max(nextKey, entered.key + 1)
        if entered.role == .iteration, let place = place(of: entered.parent) {
            elements[place].loop?.begun = entered.iteration
        }
    }

    private mutating func leave(_ left: LeftElement) {
        guard let place = place(of: left.key) else { return }
        let gone = elements.remove(at: place)
        waits.removeAll { $0.owner == left.key }
        incidents.removeAll { $0.key == left.key }
        variableBytes -= Self.bytes(of: gone.variables)
        if let loop = gone.loop { variableBytes -= Self.bytes(of: loop) }
        guard let offer = left.compensation else {
            variableBytes -= Self.bytes(of: gone.compensations)
            return
        }
        nextKey = max(nextKey, offer.id + 1)
        guard let parent = self.place(of: gone.parent) else { return }
        let record = CompensationRecord(
            id: offer.id, element: gone.element, elementID: gone.elementID,
            definition: gone.definition, handler: offer.handler, iteration: gone.iteration,
            role: gone.role, variables: gone.variables, inner: gone.compensations)
        variableBytes += Self.bytes(of: record.variables)
        elements[parent].compensations.append(record)
    }

    private mutating func arrive(flow: Int, gateway: Int, scope: Int) {
        guard let place = place(of: scope) else { return }
        if let known = elements[place].arrivals.firstIndex(where: { $0.flow == flow }) {
            elements[place].arrivals[known].count += 1
        } else {
            elements[place].arrivals.append(Arrival(gateway: gateway, flow: flow, count: 1))
        }
    }

    private mutating func take(flow: Int, scope: Int) {
        guard let place = place(of: scope),
            let known = elements[place].arrivals.firstIndex(where: { $0.flow == flow })
        else { return }
        elements[place].arrivals[known].count -= 1
        if elements[place].arrivals[known].count == 0 {
            elements[place].arrivals.remove(at: known)
        }
    }

    private mutating func set(_ name: String, _ value: ProcessValue, in scope: Int) {
        guard let place = place(of: scope) else { return }
        variableBytes -= Self.bytes(of: elements[place].variables)
        elements[place].variables.set(name, value)
        variableBytes += Self.bytes(of: elements[place].variables)
    }

    private mutating func applyLoop(_ change: Change) {
        switch change {
        case .loopBegan(let key, let items):
            guard let place = place(of: key) else { return }
            let loop = LoopState(
                items: items, outputs: Array(repeating: .null, count: items.count), completed: 0,
                begun: 0)
            elements[place].loop = loop
            variableBytes += Self.bytes(of: loop)
        case .loopCompleted(let key, let iteration, let output):
            guard let place = place(of: key), var loop = elements[place].loop else { return }
            variableBytes -= Self.bytes(of: loop)
            loop.completed += 1
            if let output, loop.outputs.indices.contains(iteration - 1) {
                loop.outputs[iteration - 1] = output
            }
            variableBytes += Self.bytes(of: loop)
            elements[place].loop = loop
        default:
            break
        }
    }

    private mutating func end(_ status: InstanceStatus) {
        self.status = status
        elements = []
        waits = []
        incidents = []
        decisions = []
        pending = []
        interruptions = []
        variableBytes = 0
    }

    private mutating func migrate(
        _ definition: Int, to reference: DefinitionReference, by map: [MigratedElement]
    ) {
        guard definitions.indices.contains(definition) else { return }
        definitions[definition] = reference
        var targets: [Int: MigratedElement] = [:]
        for row in map { targets[row.from] = row }
        var owners: [Int: Bool] = [:]
        for place in elements.indices where elements[place].definition == definition {
            owners[elements[place].key] = true
            guard let target = targets[elements[place].element] else { continue }
            elements[place].element = target.to
            elements[place].elementID = target.toID
            elements[place].compensations = elements[place].compensations.map {
                Self.migrated($0, by: targets)
            }
            if let activity = elements[place].compensation?.activity {
                elements[place].compensation?.activity = targets[activity]?.to ?? activity
            }
        }
        for place in waits.indices where owners[waits[place].owner] == true {
            guard let target = targets[waits[place].element] else { continue }
            waits[place].element = target.to
            waits[place].elementID = target.toID
        }
    }

    private static func migrated(
        _ record: CompensationRecord, by targets: [Int: MigratedElement]
    ) -> CompensationRecord {
        var moved = record
        if let target = targets[record.element] {
            moved.element = target.to
            moved.elementID = target.toID
        }
        moved.handler = record.handler.map { targets[$0]?.to ?? $0 }
        moved.inner = record.inner.map { migrated($0, by: targets) }
        return moved
    }

    static func bytes(of variables: [ProcessField]) -> Int {
        variables.reduce(0) { $0 + $1.name.utf8.count + 1 + $1.value.encodedByteCount }
    }

    private static func bytes(of records: [CompensationRecord]) -> Int {
        records.reduce(0) { $0 + bytes(of: $1.variables) + bytes(of: $1.inner) }
    }

    private static func bytes(of loop: LoopState) -> Int {
        (loop.items + loop.outputs).reduce(0) { $0 + $1.encodedByteCount }
    }
}

extension InstanceState {
    private mutating func applyCompensation(_ change: Change) {
        switch change {
        case .compensationBegan(let run):
            guard let place = place(of: run.driver) else { return }
            elements[place].compensation = run
        case .compensationTaken(let scope, let id):
            _ = takeRecord(id, from: scope)
        case .compensationRevived(let scope, let id, let key, let driver):
            guard let parent = place(of: scope),
                let at = elements[parent].compensations.firstIndex(where: { $0.id == id })
            else { return }
            // A handler of the scope itself is run after those inside it, so the record stays.
            let record = elements[parent].compensations[at]
            if record.handler == nil {
                elements[parent].compensations.remove(at: at)
                variableBytes -= Self.bytes(of: record.variables)
            } else {
                elements[parent].compensations[at].inner = []
                elements[parent].compensations[at].isRevived = true
            }
            var revived = ElementInstance(
                key: key, element: record.element, elementID: record.elementID,
                definition: record.definition, parent: scope, role: .revived,
                iteration: record.iteration, since: lastAdvanceAt, driver: driver)
            revived.variables = record.variables
            revived.compensations = record.inner
            revived.compensation = CompensationRun(
                driver: key, scope: key, activity: nil, purpose: .revival)
            variableBytes += Self.bytes(of: record.variables)
            elements.append(revived)
            nextKey = max(nextKey, key + 1)
        default:
            break
        }
    }

    private mutating func takeRecord(_ id: Int, from scope: Int) -> CompensationRecord? {
        guard let place = place(of: scope),
            let at = elements[place].compensations.firstIndex(where: { $0.id == id })
        else { return nil }
        let record = elements[place].compensations.remove(at: at)
        variableBytes -= Self.bytes(of: [record])
        return record
    }
}
