internal import Business
internal import Processes
internal import Records

/// Conditional start events of processes: looked at when a person or a program asks for it.
extension WriterCore {
    /// Looks at the conditions with some variables, and writes which are met; where none is,
    /// nothing.
    func evaluateConditions(
        _ payload: EvaluateConditions, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let processes = library.current?.processes ?? [:]
        if let id = payload.process, processes[id] == nil {
            throw Rejection(
                .unknownObject,
                "No process \"\(id)\" is deployed; deployed are: \(processes.keys.sorted().joined(separator: ", "))."
            )
        }
        let variables = ProcessValue.fields(payload.variables)
        let time = stepTime(now)
        let asked = processes.values.filter { process in
            process.isExecutable && payload.process.map { $0 == process.processID } ?? true
        }
        let met = asked.sorted { $0.processID < $1.processID }.flatMap { process in
            process.startsMet(by: variables, at: time).map {
                ConditionMet(process: process.processID, element: $0)
            }
        }
        return try keepOwn(submission, actor) { (decision) throws(Rejection) in
            guard !met.isEmpty else { return }
            try decision.emit(
                ConditionsEvaluated(variables: payload.variables ?? .object([]), met: met),
                to: ConditionState.id)
        }
    }

    /// Starts what was met; several start events of one process make an instance each.
    func correlateConditions(of event: RecordedEvent) {
        guard let conditions = event.conditions else { return }
        let variables = ProcessValue.fields(conditions.variables)
        var count: [String: Int] = [:]
        for start in conditions.met {
            let ordinal = count[start.process, default: 0]
            count[start.process] = ordinal + 1
            owed.put(
                Owed(
                    kind: .signalStart(
                        process: start.process, startEvent: start.element, ordinal: ordinal,
                        variables: variables),
                    instance: Self.instance(of: start.process, ordinal, at: event.position),
                    cause: event, position: event.position))
        }
    }
}
