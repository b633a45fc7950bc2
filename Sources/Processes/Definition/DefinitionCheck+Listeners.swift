/// Checks listeners: where Camunda 8 takes them, and that none stands there twice.
extension DefinitionCheck {
    mutating func checkListeners(of element: FlowElement) {
        var seen: Set<String> = []
        for listener in element.listeners {
            let event = listener.event.rawValue
            let type = listener.job.type.source
            if !seen.insert("\(event) \(type)").inserted {
                note(
                    .error, element, "two of its \(event) listeners have the type '\(type)'",
                    remedy: "keep one of them")
            }
            if listener.isTaskListener {
                if !element.isZeebeUserTask {
                    note(
                        .error, element,
                        "it has a task listener (\(event), '\(type)') and is no Zeebe user task",
                        remedy: "make it a user task with zeebe:userTask, or take the listener away"
                    )
                }
            } else if let remedy = element.noPlace(for: listener.event) {
                note(
                    .error, element, "its \(event) listener '\(type)' cannot stand there",
                    remedy: remedy)
            }
        }
    }
}

extension FlowElement {
    /// Where a listener should stand instead; nil where it may stand.
    fileprivate func noPlace(for event: Listener.Event) -> String? {
        switch kind {
        case .boundaryEvent(.compensation): "put it on the compensation handler"
        case .startEvent where event == .start:
            "use a start listener of the process or sub-process"
        case .boundaryEvent where event == .start:
            "use a start listener of the activity, or one behind the event"
        case .exclusiveGateway where event == .end, .inclusiveGateway where event == .end,
            .parallelGateway where event == .end, .eventBasedGateway where event == .end:
            "use a start listener of the element behind the gateway"
        case .endEvent(.error) where event == .end: "put it on the event that catches the error"
        default: nil
        }
    }
}

extension Listener.Event {
    /// Whether task listeners hear of it; execution listeners otherwise.
    package var isOfTask: Bool {
        switch self {
        case .start, .end: false
        case .creating, .assigning, .updating, .completing, .canceling: true
        }
    }
}
