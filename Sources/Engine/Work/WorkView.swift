package import Business
internal import Processes
internal import Records
package import Views

/// The work that processes leave to people, and where every instance stands.
package enum WorkView: View {
    package static let name = "work"
    package static let documentation =
        "Process instances, where they stand and what they wait for, tasks and incidents."
    package static let version: Int64 = 8
    package static let tables = [
        ViewTable(InstanceRow.self), ViewTable(StepRow.self), ViewTable(TaskRow.self),
        ViewTable(IncidentRow.self), ViewTable(ElementDayRow.self), ViewTable(ActiveRow.self),
        ViewTable(BooksRow.self),
    ]
    package static let eventTypes = [InstanceAdvanced.typeName, CompanyFounded.typeName]
    package static let queries = WorkQueries.all + WaitQueries.all

    package static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        if let founded = event.event as? CompanyFounded {
            try transaction.put(BooksRow(currency: founded.baseCurrency))
        }
        guard let step = event.event as? InstanceAdvanced else { return }
        guard let advance = try? Advance.decode(step.advance.bytes) else {
            throw .undecodable("the step at position \(event.position) is of a newer program")
        }
        let instance = event.stream.id
        var fold = try begun(step, event, advance, in: &transaction)
        for change in advance.changes {
            try fold.apply(change, in: &transaction)
        }
        var row = fold.row
        row.lastAt = event.recordedAt
        row.steps += 1
        if row.status != "active" {
            row.open = []
            row.waits = []
            try transaction.delete(ActiveRow.self, RowKey(instance))
        }
        try transaction.put(row)
        try transaction.append(
            StepRow(
                instance: instance, position: Int64(event.position), at: event.recordedAt,
                actor: event.actor, advance: step.advance))
    }

    /// The instance's row, taken out of its table until it is put back changed.
    private static func begun(
        _ step: InstanceAdvanced, _ event: RecordedEvent, _ advance: Advance,
        in transaction: inout ViewTransaction
    ) throws(FoldFailure) -> StepFold {
        let instance = event.stream.id
        if let known = try transaction.take(InstanceRow.self, RowKey(instance)) {
            return StepFold(row: known, event: event, advance: advance)
        }
        try transaction.put(ActiveRow(process: step.process, instance: instance))
        var row = newRow(step, event)
        row.subject = TaskSubject.type(begunBy: advance.cause)
        return StepFold(row: row, event: event, advance: advance)
    }

    private static func newRow(_ step: InstanceAdvanced, _ event: RecordedEvent) -> InstanceRow {
        InstanceRow(
            instance: event.stream.id, process: step.process, status: "active",
            startedAt: event.recordedAt, lastAt: event.recordedAt, steps: 0,
            businessCase: event.correlation ?? event.stream.description,
            person: event.onBehalfOf, open: [], waits: [], variables: .object([]), incidents: 0)
    }
}
