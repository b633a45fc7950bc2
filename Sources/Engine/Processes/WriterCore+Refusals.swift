internal import Business
internal import EventLog
internal import Logging
internal import Processes
internal import Records

/// Steps that could not be kept: nothing is silent (law 9), so each becomes an incident that a
/// person sees and retries.
extension WriterCore {
    /// Notes that an owed step was refused: an incident of its instance, which a first step makes
    /// where there is none yet.
    func noteRefusal(of owed: Owed, _ rejection: Rejection) {
        noting(owed.instance, rejection) { () throws(Rejection) in
            switch owed.kind {
            case .start(let process, let startEvent):
                guard let cause = owed.cause, let set = library.set(at: cause.position) else {
                    return
                }
                var context = context(
                    owed, process: process, set: set,
                    businessCase: cause.correlation ?? cause.stream.description)
                context.objects = objects(of: cause)
                try keepRefused(
                    .message(startEvent: startEvent, occurrence(of: cause)), context, rejection)
            case .timerStart(let process, let startEvent, let due):
                guard let set = library.current else { return }
                try keepRefused(
                    .timer(startEvent: startEvent),
                    timerContext(owed.instance, process: process, set: set, due: due), rejection)
            case .signalStart(let process, let startEvent, _, let variables):
                guard let cause = owed.cause, let set = library.set(at: cause.position),
                    let definition = set.processes[process]
                else { return }
                try keepRefused(
                    startTrigger(startEvent, of: definition, variables),
                    signalContext(owed, process: process, set: set), rejection)
            default:
                let (state, version) = try state(
                    of: ProcessInstanceState.self, id: owed.instance)
                guard let trigger = trigger(for: owed, in: state) else { return }
                let context = context(
                    owed, process: state.process, set: try set(of: state),
                    businessCase: state.businessCase)
                try keepRefused(trigger, state, version, context, rejection)
            }
        }
    }

    /// Notes that a task's step was refused after its command was done.
    func noteRefusal(
        ofTask place: EngineTables.WaitPlace, by facts: DecisionFacts, position: UInt64,
        _ rejection: Rejection
    ) {
        noting(place.instance, rejection) { () throws(Rejection) in
            let (state, version) = try state(of: ProcessInstanceState.self, id: place.instance)
            let context = StepContext(
                instance: place.instance, process: state.process, set: try set(of: state),
                cause: position, person: facts.actor.person, effectiveDate: facts.effectiveDate,
                time: now, correlation: state.businessCase)
            try keepRefused(
                .taskCompleted(token: place.token, variables: [], outcome: nil), state, version,
                context, rejection)
        }
    }

    private func noting(
        _ instance: String, _ rejection: Rejection, _ body: () throws(Rejection) -> Void
    ) {
        do throws(Rejection) {
            try wholly(body)
        } catch {
            // What the log does not even take a note of is left to the operator; a restart finds it
            // again. It must not keep everybody else from working.
            options.logger.critical(
                "a process step was refused, and that could not be noted",
                metadata: [
                    "instance": "\(instance)", "refused": "\(rejection.message)",
                    "note": "\(error.message)",
                ])
            if error.code == .logUnreadable { stop(error.message) }
        }
    }

    private func keepRefused(
        _ trigger: Trigger, _ state: ProcessInstanceState, _ version: UInt64,
        _ context: StepContext, _ rejection: Rejection
    ) throws(Rejection) {
        let step = Machine.refused(
            state.machine, trigger, causePosition: context.cause.map { Int64(clamping: $0) },
            reason: rejection.code.name, message: rejection.message,
            at: stepTime(context.time))
        guard let step else { return }
        try keep(step, state, version: version, context, isFirst: false)
    }

    private func keepRefused(
        _ trigger: StartTrigger, _ context: StepContext, _ rejection: Rejection
    ) throws(Rejection) {
        guard let definition = context.set.processes[context.process] else { return }
        let (state, version) = try state(of: ProcessInstanceState.self, id: context.instance)
        guard version == 0 else { return }
        let step = Machine.refusedStart(
            definition, trigger: trigger,
            causePosition: context.cause.map { Int64(clamping: $0) },
            reason: rejection.code.name, message: rejection.message,
            at: stepTime(context.time))
        try keep(step, state, version: version, context, isFirst: true)
    }

    // MARK: Retries

    /// Retries an incident; what a refused step was owed for is looked up in the log.
    func retry(
        _ payload: RetryIncident, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let (state, version) = try instance(payload.instance)
        let incidents = state.machine.incidents
        let wanted = payload.incident.map { Int($0) } ?? incidents.first?.id
        guard let incident = incidents.first(where: { $0.id == wanted }) else {
            throw Rejection(
                .wrongState,
                "No such incident is open in \(payload.instance); see `query process.instance`.")
        }
        guard case .redo(let refused) = incident.action, refused.position > 0 else {
            return try intervene(
                payload.instance, state, version,
                .retry(incident: incident.id, reason: payload.reason), submission, actor)
        }
        let cause = try event(at: UInt64(refused.position))
        let signal = try signalName(refused, in: state)
        return try intervene(
            payload.instance, state, version,
            .retry(
                incident: incident.id, reason: payload.reason,
                occurrence: signal == nil && cause.conditions == nil
                    ? occurrence(of: cause) : nil,
                variables: cause.conditions.map { ProcessValue.fields($0.variables) }
                    ?? signals(of: cause).first { $0.name == signal }?.variables ?? []),
            submission, actor, date: cause.effectiveDate)
    }

    private func event(at position: UInt64) throws(Rejection) -> RecordedEvent {
        do {
            guard let stored = try log.event(at: Position(position)) else {
                throw LogFailure.missing(Position(position))
            }
            return try events.recorded(stored)
        } catch {
            throw unreadable(error)
        }
    }

    /// The signal that a refused step was told of; nil where it was told of none.
    private func signalName(
        _ refused: RefusedTrigger, in state: ProcessInstanceState
    ) throws(Rejection) -> String? {
        if let wait = refused.wait {
            guard case .signal(let name) = wait.kind else { return nil }
            return name
        }
        let definition = try set(of: state).processes[state.process]
        guard let definition, definition.elements.indices.contains(refused.startElement) else {
            return nil
        }
        return definition.signalStart(definition.elements[refused.startElement].id)
    }
}
