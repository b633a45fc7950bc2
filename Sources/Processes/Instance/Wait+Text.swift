/// What a wait says to the person who asks why an instance does not go on.
extension Wait {
    /// One sentence: what would end the wait.
    package var sentence: String {
        switch kind {
        case .message(let message): return message.sentence
        case .timer(let timer):
            if let since = timer.standsSince {
                return "waits until its clock runs on, which stands since"
                    + " \(Instant8601.text(since)); without that it were due"
                    + " \(Instant8601.text(timer.due))"
            }
            let again = timer.interval.isEmpty ? "" : ", then again by \(timer.interval)"
            return "waits until \(Instant8601.text(timer.due))\(again)"
        case .job(let job): return job.sentence
        case .userTask(let task): return task.sentence
        case .signal(let name): return "waits for the signal \(name)"
        case .condition: return "waits until its condition is true"
        }
    }
}

extension MessageWait {
    fileprivate var sentence: String {
        let role = qualifier.isEmpty ? "" : " as \(qualifier)"
        return "waits for \(name) about \(correlation)\(role)"
    }

    /// Why an event does not end the wait; nil when it does.
    ///
    /// `qualifiers` says under which qualifiers the event names each object, by `type/id`; events
    /// count for the instance after the position `start`.
    package func mismatch(
        with occurrence: MessageOccurrence, qualifiers: [String: [String]], after start: Int64,
        usedBy state: InstanceState, token: Int
    ) -> String? {
        if occurrence.name != name { return "it is \(occurrence.name), not \(name)" }
        guard occurrence.objects.contains(correlation) else {
            let found = occurrence.objects.joined(separator: ", ")
            return "it is about \(found.isEmpty ? "nothing" : found), not \(correlation)"
        }
        let given = qualifiers[correlation] ?? []
        if !qualifier.isEmpty, !given.contains(qualifier) {
            let found = given.isEmpty ? "no qualifier" : given.joined(separator: ", ")
            return "it names \(correlation) under \(found), not \(qualifier)"
        }
        if occurrence.position <= start { return "it came before the instance began" }
        if !state.canConsume(name, position: occurrence.position, token: token) {
            return "the instance has used it already"
        }
        return nil
    }
}

extension JobWait {
    fileprivate var sentence: String {
        if retries == 0 { return "waits for a person: job \(type) failed and has no retries left" }
        if !worker.isEmpty {
            return "waits for worker \(worker), which has job \(type) until"
                + " \(Instant8601.text(until))"
        }
        let backOff = until > 0 ? " from \(Instant8601.text(until)) on" : ""
        return "waits for a worker to take job \(type)\(backOff)"
    }
}

extension UserTaskWait {
    fileprivate var sentence: String {
        let owner: String
        if !assignee.isEmpty {
            owner = assignee + (delegatedBy.isEmpty ? "" : " (for \(delegatedBy))")
        } else {
            let candidates = candidateUsers + candidateGroups.map { "role \($0)" }
            owner = candidates.isEmpty ? "anybody" : candidates.joined(separator: ", ")
        }
        let late = due.map { ", due \(Instant8601.text($0))" } ?? ""
        return "waits for \(owner)\(late)"
    }
}
