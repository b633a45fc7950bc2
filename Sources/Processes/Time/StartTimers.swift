/// A timer start event of a process with its next firing.
package struct StartTimer: Sendable, Equatable {
    package let elementID: String
    package let wait: TimerWait

    package init(elementID: String, wait: TimerWait) {
        self.elementID = elementID
        self.wait = wait
    }

    /// The firing after this one; nil when this was the last.
    package func next(at time: StepTime) -> StartTimer? {
        Timers.next(after: wait, at: time).map { StartTimer(elementID: elementID, wait: $0) }
    }
}

extension ProcessDefinition {
    /// The timer start events of the process, armed at an instant.
    package func startTimers(at time: StepTime) -> [StartTimer] {
        startEvents.compactMap { event in
            guard case .startEvent(.timer(let timer)) = event.kind,
                let wait = Timers.wait(for: timer, value: timer.staticValue, at: time),
                wait.due > time.microseconds
            else { return nil }
            return StartTimer(elementID: event.id, wait: wait)
        }
    }
}

extension TimerDescription {
    /// What stands in the diagram; a start event has no variables, so an expression is evaluated
    /// without any.
    fileprivate var staticValue: ProcessValue {
        switch self {
        case .date(let text), .duration(let text), .cycle(let text):
            switch text {
            case .text(let source): .text(source)
            case .expression: .null
            }
        }
    }
}
