internal import Business
internal import EventLog
internal import Processes
internal import Records

/// A signal that was broadcast: by a step of a process, or by a person.
struct BroadcastSignal {
    let name: String
    /// Its number among those of one step, from 0.
    let ordinal: Int
    let variables: [ProcessField]
    /// Waits that the same step opened before it.
    var openedBefore: Set<Int> = []
}

/// Signals reach every wait of their name that is open when they are broadcast, and start every
/// process of the current set that has a start event for them.
extension WriterCore {
    /// Finds out which advances the signals of an event call for.
    ///
    /// What broadcast them stands in the log, so that after a restart they are told again to those
    /// that were not told yet.
    func correlateSignals(of event: RecordedEvent) {
        for signal in signals(of: event) {
            wake(by: signal, at: event)
            let starts = library.set(at: event.position)?.signalStarts[signal.name] ?? []
            for start in starts {
                owed.put(
                    Owed(
                        kind: .signalStart(
                            process: start.process, startEvent: start.elementID,
                            ordinal: signal.ordinal, variables: signal.variables),
                        instance: Self.instance(
                            of: start.process, signal.ordinal, at: event.position),
                        cause: event, position: event.position))
            }
        }
    }

    /// An instance's id: its process and the position of what began it; the further signals of one
    /// step are counted.
    static func instance(
        of process: String, _ ordinal: Int, at position: UInt64
    ) -> String {
        ordinal == 0 ? "\(process)-\(position)" : "\(process)-\(position).\(ordinal + 1)"
    }

    /// The signals that an event broadcasts, in order.
    func signals(of event: RecordedEvent) -> [BroadcastSignal] {
        if let broadcast = event.signal {
            return [
                BroadcastSignal(
                    name: broadcast.name, ordinal: 0,
                    variables: ProcessValue.fields(broadcast.variables))
            ]
        }
        guard let step = event.step, step.broadcasts == true,
            let advance = try? Advance.decode(step.advance.bytes)
        else { return [] }
        var signals: [BroadcastSignal] = []
        var opened: Set<Int> = []
        for change in advance.changes {
            switch change {
            case .waitOpened(let wait): opened.insert(wait.token)
            case .signalBroadcast(let name, let variables):
                signals.append(
                    BroadcastSignal(
                        name: name, ordinal: signals.count, variables: variables,
                        openedBefore: opened))
            default: break
            }
        }
        return signals
    }

    private func wake(by signal: BroadcastSignal, at event: RecordedEvent) {
        let prefix = EngineTables.waitPrefix(.signal, signal.name)
        let rows = found([]) {
            try index.rows(in: EngineTables.waits, prefix: prefix, limit: Self.wokenMax)
        }
        for place in rows.compactMap(EngineTables.place) {
            let isOwn =
                place.armed == event.position && place.instance == event.stream.id
                && signal.openedBefore.contains(place.token)
            guard place.armed < event.position || isOwn,
                let (state, _) = try? state(of: ProcessInstanceState.self, id: place.instance),
                let wait = state.machine.wait(place.token)
            else { continue }
            owed.put(
                Owed(
                    kind: .signal(
                        Owed.SignalWaiter(
                            token: place.token, owner: wait.owner, element: wait.element,
                            name: signal.name, ordinal: signal.ordinal,
                            variables: signal.variables)),
                    instance: place.instance, cause: event, position: event.position))
        }
    }

    /// The trigger of a wait that was open when a signal was broadcast.
    ///
    /// A wait that was met by an earlier signal and went on under another token hears this one too.
    func trigger(
        for waiter: Owed.SignalWaiter, at position: UInt64, in state: ProcessInstanceState
    ) -> Trigger? {
        func isTold(_ wait: Wait) -> Bool {
            guard wait.owner == waiter.owner, wait.element == waiter.element,
                wait.kind == .signal(waiter.name)
            else { return false }
            let armed = state.rows.first { $0.token == Int64(wait.token) }?.armed
            return armed.map { UInt64(clamping: $0) <= position } ?? false
        }
        let wait = state.machine.wait(waiter.token) ?? state.machine.waits.first(where: isTold)
        return wait.map {
            .signal(token: $0.token, name: waiter.name, variables: waiter.variables)
        }
    }

    /// Starts an instance by a signal.
    func start(
        _ process: String, at startEvent: String, variables: [ProcessField], _ owed: Owed
    ) throws(Rejection) {
        guard let cause = owed.cause, let set = library.set(at: cause.position),
            let definition = set.processes[process]
        else { return }
        let (state, version) = try state(of: ProcessInstanceState.self, id: owed.instance)
        // It was started before a restart, or before a failed commit turned out to have succeeded.
        guard version == 0 else { return }
        let context = signalContext(owed, process: process, set: set)
        var host = StepHost(core: self, context: context)
        let step = Machine.start(
            definition, trigger: startTrigger(startEvent, of: definition, variables),
            definitions: set.machineDefinitions, at: stepTime(context.time), host: &host)
        try keep(step, state, version: version, context, isFirst: true)
    }

    /// What begins an instance at a signal or conditional start event.
    func startTrigger(
        _ startEvent: String, of definition: ProcessDefinition, _ variables: [ProcessField]
    ) -> StartTrigger {
        if case .conditional? = definition.element(id: startEvent)?.event {
            return .plain(variables: variables, startEvent: startEvent)
        }
        return .signal(startEvent: startEvent, variables: variables)
    }

    /// A signal thrown inside a business case stays in it; one from outside begins a case.
    func signalContext(_ owed: Owed, process: String, set: DeployedSet) -> StepContext {
        let isFromOutside = owed.cause?.signal != nil || owed.cause?.conditions != nil
        return context(
            owed, process: process, set: set,
            businessCase: isFromOutside
                ? Self.ownCase(owed.instance)
                : owed.cause?.correlation ?? Self.ownCase(owed.instance))
    }

    /// Tells every process of a signal from outside.
    func broadcast(
        _ payload: BroadcastSignalCommand, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        try keepOwn(submission, actor) { (decision) throws(Rejection) in
            try decision.emit(
                SignalBroadcast(
                    name: payload.name, variables: payload.variables ?? .object([])),
                to: SignalState.id)
        }
    }
}

extension Advance {
    /// Whether the step tells other instances of a signal.
    var broadcastsSignal: Bool {
        changes.contains { change in
            if case .signalBroadcast = change { true } else { false }
        }
    }
}
