/// What becomes of a trigger whose step the engine could not keep: too large an event, a name that
/// the log does not take.
extension Machine {
    /// The step that notes a refusal instead: an incident where it happened, with the wait closed
    /// so that nothing meets it again before a retry.
    ///
    /// - Returns: Nil for a trigger that a person or a worker gave: they are told themselves.
    package static func refused(
        _ state: InstanceState, _ trigger: Trigger, causePosition: Int64? = nil, reason: String,
        message: String, at time: StepTime
    ) -> Advance? {
        var changes: [Change] = []
        let key: Int
        let elementID: String
        let action: Action
        switch trigger {
        case .message(let token, _), .timer(let token), .signal(let token, _, _),
            .taskCompleted(let token, _, _):
            guard let wait = state.wait(token) else { return nil }
            changes.append(.waitClosed(token: token))
            key = wait.owner
            elementID = wait.elementID
            var position = trigger.position
            if case .signal = trigger { position = causePosition }
            action = .redo(RefusedTrigger(wait: wait, position: position ?? 0))
        case .proceed:
            guard let root = state.elements.first else { return nil }
            key = root.key
            elementID = root.elementID
            action = .proceed
        default: return nil
        }
        // A step takes up what was left; this one leaves it as it was.
        if !state.pending.isEmpty { changes.append(.pending(state.pending)) }
        changes.append(
            .incidentRaised(
                Incident(
                    id: state.nextKey, key: key, elementID: elementID, reason: reason,
                    message: message, since: time.microseconds, action: action)))
        return Advance(
            cause: trigger.cause(in: state), causePosition: trigger.position,
            at: time.microseconds, isFromOutside: true, changes: changes)
    }

    /// The first step of an instance whose beginning was refused: it stands at its process with an
    /// incident, and begins when that is retried.
    package static func refusedStart(
        _ definition: ProcessDefinition, trigger: StartTrigger, causePosition: Int64? = nil,
        reason: String, message: String, at time: StepTime
    ) -> Advance {
        let root = 1
        var advance = Advance(cause: trigger.cause, at: time.microseconds)
        advance.changes = [
            .began(definition.reference),
            .entered(
                EnteredElement(
                    key: root, element: 0, elementID: definition.processID, definition: 0,
                    parent: 0)),
        ]
        var named: String?
        var position: Int64 = 0
        switch trigger {
        case .message(let startEvent, let occurrence):
            position = occurrence.position
            advance.causePosition = occurrence.position
            advance.changes.append(
                .consumed(name: occurrence.name, position: occurrence.position))
            named = startEvent
        case .timer(let startEvent): named = startEvent
        case .signal(let startEvent, _):
            position = causePosition ?? 0
            named = startEvent
        case .plain(_, let startEvent):
            position = causePosition ?? 0
            named = startEvent
        }
        let start = named.flatMap { definition.element(id: $0)?.index } ?? 0
        advance.changes.append(
            .incidentRaised(
                Incident(
                    id: root + 1, key: root, elementID: definition.processID, reason: reason,
                    message: message, since: time.microseconds,
                    action: .redo(
                        RefusedTrigger(
                            wait: nil, startElement: start, position: position)))))
        return advance
    }
}

extension Run {
    /// Takes a trigger again whose step was refused.
    mutating func redo(_ refused: RefusedTrigger, at key: Int, overlay: [ProcessField]) {
        if let wait = refused.wait {
            if case .message(let message) = wait.kind {
                emit(.consumed(name: message.name, position: refused.position))
            }
            catchEvent(wait, overlay: overlay)
            return
        }
        guard let definition = definition(0),
            definition.elements.indices.contains(refused.startElement)
        else { return }
        begin(
            at: definition.elements[refused.startElement], in: key, definition, overlay: overlay)
    }
}
