internal import FEEL

/// Works out when timers fire.
enum Timers {
    static func wait(
        for timer: TimerDescription, value: ProcessValue, at time: StepTime
    ) -> TimerWait? {
        switch timer {
        case .date:
            return instant(of: value, zone: time.zone).map { TimerWait(due: $0) }
        case .duration:
            guard let text = value.isoText, let duration = Duration8601(text) else { return nil }
            let due = duration.added(to: time.microseconds, zone: time.zone)
            return TimerWait(due: max(due, time.microseconds))
        case .cycle:
            guard let text = value.isoText, let cycle = TimerCycle(text),
                let due = cycle.first(at: time.microseconds, zone: time.zone)
            else { return nil }
            return TimerWait(
                due: due, repetitions: cycle.count.map { $0 - 1 }, interval: cycle.interval)
        }
    }

    /// The firing after one, from what the wait keeps; nil when that was the last.
    static func next(after wait: TimerWait, at time: StepTime) -> TimerWait? {
        if let left = wait.repetitions, left < 1 { return nil }
        guard !wait.interval.isEmpty,
            let due = TimerCycle.next(
                after: wait.due, interval: wait.interval, zone: time.zone)
        else { return nil }
        return TimerWait(
            due: due, repetitions: wait.repetitions.map { $0 - 1 }, interval: wait.interval)
    }

    /// A date, or a date and time, as an instant; a bare date is its first moment.
    static func instant(of value: ProcessValue, zone: Zone) -> Int64? {
        guard let text = value.isoText else { return nil }
        if let instant = Instant8601.instant(text, zone: zone) { return instant }
        return FeelTime.instant(text)
    }
}

extension TimerDescription {
    /// What a person should have written.
    var words: String {
        switch self {
        case .date: "a date and time"
        case .duration: "a duration such as PT15M"
        case .cycle: "a cycle such as R3/PT1H, or cron"
        }
    }
}

extension ProcessValue {
    /// Text, or a date, time or duration in its ISO form.
    var isoText: String? {
        switch self {
        case .text(let text), .temporal(_, let text): text
        default: nil
        }
    }
}
