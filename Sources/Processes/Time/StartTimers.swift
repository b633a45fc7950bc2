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
    /// The timer start events of the process, armed at an instant; one whose time is over is left
    /// out.
    package func startTimers(at time: StepTime) -> [StartTimer] {
        starts(at: time).compactMap { start in
            guard case .timer(let wait) = start.kind, wait.due > time.microseconds else {
                return nil
            }
            return StartTimer(elementID: start.elementID, wait: wait)
        }
    }
}
