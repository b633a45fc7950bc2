internal import Business
internal import EventLog
internal import Logging
internal import Processes
internal import Records

/// Who a step acts for and under which case.
struct StepContext {
    /// The instance.
    let instance: String
    /// The process's id.
    let process: String
    /// The set that the instance keeps.
    let set: DeployedSet
    /// Position of the cause.
    let cause: UInt64?
    /// On whose behalf; nil when a timer acts for nobody.
    let person: String?
    let effectiveDate: BusinessDate
    let time: Instant
    /// The business case.
    let correlation: String?
    /// What an instance is started for, its object first.
    var objects: [String] = []
    /// Position of the message from outside that the step uses.
    var message: UInt64?
    /// Position of what broadcast the signal that the step was told of.
    var signal: UInt64?
}

extension WriterCore {
    /// Does one owed advance: the process's event and the events of its commands, in this batch.
    func perform(_ owed: Owed) {
        do throws(Rejection) {
            if try isUsedUp(owed) { return }
            // The step and its commands are one: what cannot be written whole is not written.
            try wholly { () throws(Rejection) -> Void in
                switch owed.kind {
                case .start(let process, let startEvent):
                    try start(process, at: startEvent, owed)
                case .timerStart(let process, let startEvent, let due):
                    try startByTimer(process, at: startEvent, due, owed)
                case .signalStart(let process, let startEvent, _, let variables):
                    try start(process, at: startEvent, variables: variables, owed)
                default: try advance(owed)
                }
            }
        } catch {
            // What is owed must not be forgotten: a restart finds it again.
            if error.code == .logUnreadable {
                stop(error.message)
            } else {
                noteRefusal(of: owed, error)
            }
        }
    }

    private func start(
        _ process: String, at startEvent: String, _ owed: Owed
    ) throws(Rejection) {
        guard let cause = owed.cause,
            let set = library.set(at: cause.position), let definition = set.processes[process]
        else { return }
        let (state, version) = try state(of: ProcessInstanceState.self, id: owed.instance)
        // It was started before a restart, or before a failed commit turned out to have succeeded.
        guard version == 0 else { return }
        let name = (cause.event as? MessagePublished)?.name ?? cause.type
        let start = set.messageStarts[name]?.first {
            $0.process == process && $0.elementID == startEvent
        }
        let objects = startObjects(of: cause, qualifier: start?.qualifier ?? "")
        if start?.isSingle == true, let object = objects.first,
            try isTaken(process, by: object, at: cause.position)
        {
            return
        }
        var context = context(
            owed, process: process, set: set,
            businessCase: cause.correlation ?? cause.stream.description)
        context.objects = objects
        var host = StepHost(core: self, context: context)
        let occurrence = occurrence(of: cause)
        let step = Machine.start(
            definition, trigger: .message(startEvent: startEvent, occurrence),
            definitions: set.machineDefinitions, at: stepTime(context.time), host: &host)
        try keep(step, state, version: version, context, isFirst: true)
    }

    private func startByTimer(
        _ process: String, at startEvent: String, _ due: Instant, _ owed: Owed
    ) throws(Rejection) {
        guard let set = library.current, let definition = set.processes[process] else { return }
        let (state, version) = try state(of: ProcessInstanceState.self, id: owed.instance)
        guard version == 0 else { return }
        let context = timerContext(owed.instance, process: process, set: set, due: due)
        var host = StepHost(core: self, context: context)
        let step = Machine.start(
            definition, trigger: .timer(startEvent: startEvent),
            definitions: set.machineDefinitions, at: stepTime(context.time), host: &host)
        try keep(step, state, version: version, context, isFirst: true)
    }

    func timerContext(
        _ instance: String, process: String, set: DeployedSet, due: Instant
    ) -> StepContext {
        StepContext(
            instance: instance, process: process, set: set, cause: nil, person: nil,
            effectiveDate: calendar.date(at: due), time: now,
            correlation: Self.ownCase(instance))
    }

    private func advance(_ owed: Owed) throws(Rejection) {
        let (state, version) = try state(of: ProcessInstanceState.self, id: owed.instance)
        guard version > 0, let trigger = trigger(for: owed, in: state) else { return }
        let context = context(
            owed, process: state.process, set: try set(of: state),
            businessCase: state.businessCase ?? owed.cause?.correlation)
        try step(state, version, trigger, context)
    }

    /// Steps an instance by a trigger; used for what is owed and for what people and workers do.
    @discardableResult
    func step(
        _ state: ProcessInstanceState, _ version: UInt64, _ trigger: Trigger,
        _ context: StepContext
    ) throws(Rejection) -> Bool {
        guard !state.isUnreadable else {
            throw Rejection(
                .logUnreadable,
                "A step of \(context.instance) cannot be read by this program; use a newer one.")
        }
        var host = StepHost(core: self, context: context)
        let step = Machine.step(
            state.machine, trigger,
            definitions: library.definitions(of: state.machine, in: context.set),
            at: stepTime(context.time), host: &host)
        try keep(step, state, version: version, context, isFirst: false)
        return !step.isEmpty
    }

    func stepTime(_ time: Instant) -> StepTime {
        StepTime(microseconds: time.microsecondsSinceEpoch, zone: calendar.zone)
    }

    /// The case of an instance that carries no other.
    static func ownCase(_ instance: String) -> String {
        "\(ProcessInstanceState.streamType)/\(instance)"
    }

    func context(
        _ owed: Owed, process: String, set: DeployedSet, businessCase: String?
    ) -> StepContext {
        var person = owed.cause.flatMap(personBehind)
        var date = owed.cause?.effectiveDate
        switch owed.kind {
        case .timer(_, let due): date = calendar.date(at: due)
        case .proceed(let known, let day):
            person = known
            date = day
        default: break
        }
        var context = StepContext(
            instance: owed.instance, process: process, set: set, cause: owed.cause?.position,
            person: person, effectiveDate: date ?? calendar.date(at: now), time: now,
            correlation: businessCase,
            message: owed.cause?.event is MessagePublished ? owed.cause?.position : nil)
        if case .signal = owed.kind { context.signal = owed.position }
        return context
    }

    /// The person whose command caused an event; a process passes on whom it acts for.
    func personBehind(_ event: RecordedEvent) -> String? {
        if let person = event.onBehalfOf { return person }
        let isEngine = event.actor.hasPrefix(Actor.processPrefix) || event.actor == Actor.engine.id
        return isEngine ? nil : event.actor
    }

    func occurrence(of event: RecordedEvent) -> MessageOccurrence {
        if let message = event.event as? MessagePublished {
            return MessageOccurrence(
                name: message.name, position: Int64(event.position),
                objects: [message.correlationKey], payload: ProcessValue(message.variables))
        }
        return MessageOccurrence(
            name: event.type, position: Int64(event.position), stream: event.stream.description,
            objects: event.objects.map(\.text), payload: ProcessValue(event.event.content))
    }

    func trigger(for owed: Owed, in state: ProcessInstanceState) -> Trigger? {
        switch owed.kind {
        case .message(let token):
            guard let cause = owed.cause, let wait = state.machine.wait(token),
                case .message(let message) = wait.kind,
                state.machine.canConsume(
                    message.name, position: Int64(cause.position), token: token)
            else { return nil }
            return .message(token: token, occurrence(of: cause))
        case .timer(let token, let due):
            guard case .timer(let timer)? = state.machine.wait(token)?.kind,
                timer.due == due.microsecondsSinceEpoch
            else { return nil }
            return .timer(token: token)
        case .signal(let waiter): return self.trigger(for: waiter, at: owed.position, in: state)
        case .proceed: return .proceed
        case .start, .timerStart, .signalStart: return nil
        }
    }

    /// Puts a step's process event into the batch, behind the events of its commands.
    func keep(
        _ step: Advance, _ before: ProcessInstanceState, version: UInt64, _ context: StepContext,
        isFirst: Bool
    ) throws(Rejection) {
        if let fault = readFault {
            readFault = nil
            throw fault
        }
        if step.isEmpty { return }
        // The commands of the step may have used a state of this instance: none does, for an
        // instance's stream is written here alone.
        let decision = Decision(
            facts: facts(of: context), rules: library.rules, reader: self)
        var after = before.machine
        after.apply(step)
        let position = batch.next
        let rows = WaitRows.changes(
            from: before, to: after, armedAt: position, signal: context.signal)
        let event = InstanceAdvanced(
            process: context.process, advance: Blob(step.encode()), opened: rows.opened,
            closed: rows.closed,
            owedFrom: Int64(min(oldestOwed ?? batch.base, batch.base)),
            set: isFirst || Int64(context.set.number) != before.set
                ? Int64(context.set.number) : nil,
            businessCase: isFirst ? context.correlation : nil, objects: context.objects,
            message: context.message.map { Int64(clamping: $0) },
            broadcasts: step.broadcastsSignal ? true : nil)
        try decision.emit(event, to: context.instance)
        try keep(
            decision,
            EnvelopeFacts(
                company: companyName, recordedAt: now,
                actor: stepActor
                    ?? Actor.process(context.process, person: context.person, roles: []),
                key: stepKey?.key, keyHash: stepKey?.hash,
                correlation: context.correlation ?? Self.ownCase(context.instance),
                causation: context.cause))
        if rows.touchesTimers { timersChanged = true }
        if step.owesContinuation {
            owed.put(
                Owed(
                    kind: .proceed(person: context.person, date: context.effectiveDate),
                    instance: context.instance, cause: nil, position: position))
        }
    }

    func facts(of context: StepContext, acting process: String? = nil) -> DecisionFacts {
        DecisionFacts(
            company: companyName, now: context.time, effectiveDate: context.effectiveDate,
            actor: authority.actor(
                process: process ?? context.process, person: context.person))
    }
}

extension Actor {
    /// What the actor of a process is called before its id.
    static let processPrefix = "process:"

    /// An instance of a process, on behalf of the person whose command caused the step.
    static func process(
        _ id: String, person: String?, roles: Set<String>, limits: [String: Money] = [:],
        isUnlimited: Bool = false
    ) -> Actor {
        Actor(
            id: processPrefix + id, kind: .process, roles: roles, onBehalfOf: person,
            limits: limits, isUnlimited: isUnlimited)
    }
}
