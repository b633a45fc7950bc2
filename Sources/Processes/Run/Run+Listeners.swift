/// Execution listeners, and the task listeners that run before a user task is created or completed.
///
/// They run one after another: as a command inside the step when their type is one of ours, else
/// as a job. Variables that they give belong to the element.
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
        let job = listeners[index].job
        do {
            let type = try text(job.type, at: key, what: "listener type")
            if host.isInternal(type) {
                try perform(type, instance, element)
                listen(key, phase, index + 1)
                return
            }
            let retries = try number(
                job.retries, in: 0...1_000, at: key, what: "number of retries")
            openWait(
                owner: key, element: element,
                .job(JobWait(type: type, retries: max(1, retries), headers: element.headers)))
        } catch {
            raise(error, at: key, retry: .listen(key: key, phase: phase, index: index))
        }
    }

    /// A listener's job was completed.
    mutating func listenerDone(
        _ instance: ElementInstance, _ phase: ListenerPhase, _ index: Int,
        variables: [ProcessField]
    ) {
        do {
            for field in variables { try set(field.name, field.value, in: instance.key) }
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
        case .end:
            depart(key)
        case .start:
            do {
                try begin(key)
            } catch {
                raise(error, at: key, retry: .activate(key: key))
            }
        }
    }

    private mutating func perform(
        _ command: String, _ instance: ElementInstance, _ element: FlowElement
    ) throws(StepFailure) {
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
        case .rejected(let code, let message):
            emit(
                .commandIssued(
                    CommandRecord(
                        key: instance.key, name: command, rejection: code, message: message)))
            throw StepFailure(code, message)
        case .retryLater(let code):
            throw StepFailure(code, "listener \(command) was put off; retry when it has passed")
        }
    }
}

extension FlowElement {
    /// Listeners of a phase in the order in which they run: those of the element first at its
    /// start, last at its end.
    func listeners(in phase: ListenerPhase) -> [Listener] {
        guard !listeners.isEmpty else { return [] }
        switch phase {
        case .start:
            return listeners.filter { $0.event == .start }
                + listeners.filter { $0.event == .creating }
        case .end:
            return listeners.filter { $0.event == .completing }
                + listeners.filter { $0.event == .end }
        }
    }
}
