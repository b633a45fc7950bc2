/// Execution listeners: jobs before an element begins and before it is left.
///
/// They run one after another: as a command inside the step when their type is one of ours, else
/// as a job. Variables given at the start belong to the element, those at the end go where its
/// output mappings go, as in Camunda 8.
extension Run {
    mutating func listen(_ key: Int, _ phase: ListenerPhase, _ index: Int) {
        guard let instance = state.element(key), let element = element(of: instance) else {
            return
        }
        let listeners = element.listeners(in: phase)
        guard listeners.indices.contains(index) else {
            emit(.listening(key: key, phase: phase, index: nil))
            goOn(key, after: phase)
            return
        }
        emit(.listening(key: key, phase: phase, index: index))
        let listener = listeners[index]
        do {
            let type = try text(listener.job.type, at: key, what: "listener type")
            if host.isInternal(type) {
                if let denial = try perform(type, instance, element, in: phase) {
                    deny(instance, phase, reason: denial)
                } else {
                    listen(key, phase, index + 1)
                }
                return
            }
            let retries = try number(
                listener.job.retries, in: 0...1_000, at: key, what: "number of retries")
            var headers = element.headers
            for header in listener.headers { headers.set(header.name, header.value) }
            for header in taskHeaders(of: key) { headers.set(header.name, header.value) }
            openWait(
                owner: key, element: element,
                .job(JobWait(type: type, retries: max(1, retries), headers: headers)))
        } catch {
            raise(error, at: key, retry: .listen(key: key, phase: phase, index: index))
        }
    }

    /// A listener's job was completed.
    mutating func listenerDone(
        _ instance: ElementInstance, _ phase: ListenerPhase, _ index: Int,
        variables: [ProcessField], answer: ListenerAnswer?
    ) {
        if let reason = answer?.denied {
            deny(instance, phase, reason: reason)
            return
        }
        do {
            if phase == .end {
                let from = instance.role == .iteration ? instance.key : instance.parent
                for field in variables {
                    try propagate(field.name, field.value, from: from > 0 ? from : instance.key)
                }
            } else {
                for field in variables { try set(field.name, field.value, in: instance.key) }
            }
            if let answer { try correct(instance.key, by: answer.corrections) }
        } catch {
            raise(
                error, at: instance.key,
                retry: .listen(key: instance.key, phase: phase, index: index))
            return
        }
        listen(instance.key, phase, index + 1)
    }

    private mutating func goOn(_ key: Int, after phase: ListenerPhase) {
        switch phase {
        case .end: depart(key)
        case .start:
            do {
                if try !releaseHeld(in: key) { try begin(key) }
            } catch {
                raise(error, at: key, retry: .activate(key: key))
            }
        case .caught: complete(key, overlay: state.element(key)?.variables ?? [])
        case .creating, .assigning, .updating, .completing, .canceling: settle(key, after: phase)
        }
    }

    // MARK: Events that have come

    /// Keeps what an event brought while listeners run before the element goes on.
    mutating func hold(_ overlay: [ProcessField], at key: Int) -> Bool {
        emit(.listening(key: key, phase: .caught, index: nil))
        do {
            for field in overlay { try set(field.name, field.value, in: key) }
            return true
        } catch {
            raise(error, at: key, retry: .listen(key: key, phase: .caught, index: 0))
            return false
        }
    }

    /// Goes on at the start event that a scope was entered by before its listeners ran.
    private mutating func releaseHeld(in scope: Int) throws(StepFailure) -> Bool {
        guard let instance = state.element(scope), let element = element(of: instance),
            let held = children(of: scope).first(where: { $0.listening?.phase == .caught })
        else { return false }
        if element.index != 0 { try armEventSubprocesses(scope, element) }
        complete(held.key, overlay: held.variables)
        // Those of a process after its start event: what they wait for can name what it gave.
        if element.index == 0 { try armEventSubprocesses(scope, element) }
        return true
    }

    // MARK: Listeners that are commands

    /// Performs a listener that is a command; what it refuses to a user task is a denial.
    private mutating func perform(
        _ command: String, _ instance: ElementInstance, _ element: FlowElement,
        in phase: ListenerPhase
    ) throws(StepFailure) -> String? {
        var fields: [ProcessField] = []
        for name in host.fieldNames(ofCommand: command) {
            if let value = state.variable(name, at: instance.key) {
                fields.append(ProcessField(name, value))
            }
        }
        let outcome = host.perform(
            CommandCall(
                name: command, payload: .context(fields), elementKey: instance.key,
                iteration: instance.iteration, elementID: element.id,
                processID: definition(instance.definition)?.processID ?? "",
                properties: element.properties, decisions: state.decisions))
        switch outcome {
        case .accepted(let position, let stream, let version, _):
            emit(
                .commandIssued(
                    CommandRecord(
                        key: instance.key, name: command, position: position, stream: stream,
                        version: version)))
            return nil
        case .rejected(let code, let message):
            emit(
                .commandIssued(
                    CommandRecord(
                        key: instance.key, name: command, rejection: code, message: message)))
            guard phase.canBeDenied else { throw StepFailure(code, message) }
            return message.isEmpty ? code : message
        case .retryLater(let code):
            throw StepFailure(code, "listener \(command) was put off; retry when it has passed")
        }
    }
}

extension FlowElement {
    /// Listeners of a phase in the order in which they run.
    ///
    /// Completing a task that is bound to a command is giving the command, which nobody can deny
    /// afterwards: its completing listeners run when it is done, before those at the end.
    func listeners(in phase: ListenerPhase) -> [Listener] {
        guard !listeners.isEmpty else { return [] }
        func heard(_ event: Listener.Event) -> [Listener] { listeners.filter { $0.event == event } }
        let isBound = property("command").map { !$0.isEmpty } ?? false
        switch phase {
        case .start, .caught: return heard(.start)
        case .end: return (isBound ? heard(.completing) : []) + heard(.end)
        case .creating: return heard(.creating)
        case .assigning: return heard(.assigning)
        case .updating: return heard(.updating)
        case .completing: return isBound ? [] : heard(.completing)
        case .canceling: return heard(.canceling)
        }
    }
}

extension ListenerPhase {
    /// Whether a listener may say no: not to what is there already, as in Camunda 8.
    package var canBeDenied: Bool {
        switch self {
        case .assigning, .updating, .completing: true
        case .start, .end, .caught, .creating, .canceling: false
        }
    }

    /// The event of the listeners that run in it, as diagrams name it.
    package var event: String { self == .caught ? "start" : "\(self)" }

    /// Whether task listeners run in it.
    package var isOfTask: Bool {
        switch self {
        case .creating, .assigning, .updating, .completing, .canceling: true
        case .start, .end, .caught: false
        }
    }
}
