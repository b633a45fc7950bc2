/// Errors and escalations: found by walking outwards from where they are thrown.
extension Run {
    /// Throws a BPMN error.
    ///
    /// Caught by the nearest boundary event or event sub-process, one with this code before one
    /// for all; uncaught, it is an incident with the code as its reason.
    mutating func throwError(
        from key: Int, code: String, message: String, variables: [ProcessField] = []
    ) {
        let details = ProcessValue.context([
            ProcessField("code", .text(code)), ProcessField("message", .text(message)),
        ])
        let overlay = variables + [ProcessField(Self.eventName, details)]
        let found = catcher(from: key) { event in
            guard case .error(let caught) = event else { return nil }
            guard let caught else { return .any }
            return caught.staticText == code ? .exact : nil
        }
        guard let found else {
            raise(
                StepFailure(
                    code.isEmpty ? "error-uncaught" : code,
                    message.isEmpty ? "error \(code) is caught by no event" : message),
                at: key, retry: .activate(key: key))
            return
        }
        catchThrown(found, overlay: overlay)
    }

    /// Throws an escalation.
    ///
    /// Unlike an error it may go uncaught, and a non-interrupting catcher lets the thrower go on.
    mutating func throwEscalation(from key: Int, code: String) {
        let overlay = [
            ProcessField(Self.eventName, .context([ProcessField("code", .text(code))]))
        ]
        let found = catcher(from: key) { event in
            guard case .escalation(let caught) = event else { return nil }
            guard let caught else { return .any }
            return caught.staticText == code ? .exact : nil
        }
        if let found { catchThrown(found, overlay: overlay) }
        // Unless the catcher ended it, the thrower goes on.
        complete(key)
    }

    private enum Fit {
        case exact, any
    }

    /// Where something thrown is caught.
    private struct Catcher {
        /// The activity with the boundary event, or the scope with the event sub-process.
        var owner: ElementInstance
        var event: FlowElement
    }

    private func catcher(from key: Int, _ fits: (EventDescription) -> Fit?) -> Catcher? {
        var current = state.element(key)
        /// The event sub-process that the walk has just left: it does not catch what is in it.
        var inside: Int?
        while let instance = current {
            guard let element = element(of: instance),
                let definition = definition(instance.definition)
            else { return nil }
            // The body of a loop has no event sub-processes of its own: its iterations have them.
            if element.isScope, instance.role != .loopBody, instance.role != .adHocFlow {
                let isFromEvent = inside.map { definition.elements[$0].isEventSubprocess } ?? false
                if !isFromEvent,
                    let start = best(of: starts(in: element, definition), fits)
                {
                    return Catcher(owner: instance, event: start)
                }
            }
            if [.plain, .loopBody].contains(instance.role) {
                let boundaries = element.boundaryEvents.map { definition.elements[$0] }
                if let boundary = best(of: boundaries, fits) {
                    return Catcher(owner: instance, event: boundary)
                }
            }
            inside =
                instance.parent == 0 || instance.role == .calledProcess
                    || instance.role == .isolatedProcess ? nil : element.index
            current = state.element(instance.parent)
        }
        return nil
    }

    private func starts(
        in scope: FlowElement, _ definition: ProcessDefinition
    ) -> [FlowElement] {
        scope.eventSubprocesses.flatMap { subprocess in
            definition.elements[subprocess].children.map { definition.elements[$0] }.filter {
                if case .startEvent = $0.kind { true } else { false }
            }
        }
    }

    private func best(
        of candidates: [FlowElement], _ fits: (EventDescription) -> Fit?
    ) -> FlowElement? {
        var general: FlowElement?
        for candidate in candidates {
            guard let event = candidate.event else { continue }
            switch fits(event) {
            case .exact: return candidate
            case .any: general = general ?? candidate
            case nil: continue
            }
        }
        return general
    }

    private mutating func catchThrown(_ catcher: Catcher, overlay: [ProcessField]) {
        if case .boundaryEvent = catcher.event.kind {
            catchAtBoundary(catcher.owner, catcher.event, overlay: overlay)
        } else {
            beginEventSubprocess(in: catcher.owner, start: catcher.event, overlay: overlay)
        }
    }
}
