internal import Business
internal import Processes
internal import Records
internal import Views

/// What was tried in vain, and the incidents that tell of it.
extension StepFold {
    /// Attempts that an instance's row keeps, and that an incident shows of its element.
    private static let attemptsKeptMax = 50
    private static let attemptsShownMax = 10

    mutating func raise(
        _ incident: Incident, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        note(incident.elementID, "\(incident.reason): \(incident.message)")
        row.incidents += 1
        try transaction.put(
            IncidentRow(
                instance: row.instance, incident: Int64(incident.id), process: row.process,
                element: incident.elementID, reason: incident.reason, message: incident.message,
                since: event.recordedAt, cause: advance.cause,
                position: advance.causePosition
                    ?? event.causation.map { Int64(clamping: $0) },
                variables: row.variables,
                attempts: row.attempts.filter { $0.element == incident.elementID }
                    .suffix(Self.attemptsShownMax)))
    }

    mutating func resolve(
        _ id: Int, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        row.incidents = max(0, row.incidents - 1)
        let key = RowKey(row.instance, Int64(id))
        if let reason = advance.retryReason,
            let incident = try transaction.row(IncidentRow.self, key)
        {
            note(incident.element, "tried again: \(reason)")
        }
        try transaction.delete(IncidentRow.self, key)
    }

    /// Notes a command that was refused inside the process.
    mutating func noteRefusal(_ record: CommandRecord) {
        guard !record.rejection.isEmpty else { return }
        let element = row.open.first { $0.key == Int64(record.key) }?.element
        note(
            element ?? row.process,
            "\(record.name) was refused with \(record.rejection): \(record.message)")
    }

    /// Notes a job that a worker has just reported as failed: until its time it is nobody's.
    mutating func noteFailure(_ kind: WaitKind, at element: String) {
        guard case .job(let job) = kind, job.worker.isEmpty, !job.message.isEmpty,
            job.until > 0 || job.retries == 0
        else { return }
        note(element, "the job failed: \(job.message); attempts left: \(job.retries)")
    }

    private mutating func note(_ element: String, _ what: String) {
        row.attempts.append(
            Attempt(
                element: element, at: event.recordedAt, position: Int64(event.position),
                actor: event.actor, what: what))
        if row.attempts.count > Self.attemptsKeptMax { row.attempts.removeFirst() }
    }
}

extension Advance {
    /// Why a person tried something again with this step; nil where nobody did.
    fileprivate var retryReason: String? {
        for case .intervened("retry", let reason) in changes { return reason }
        return nil
    }
}
