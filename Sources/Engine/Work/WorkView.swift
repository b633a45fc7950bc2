package import Business
internal import Processes
internal import Records
package import Views

/// The work that processes leave to people, and where every instance stands.
package enum WorkView: View {
    package static let name = "work"
    package static let documentation =
        "Process instances, where they stand and what they wait for, tasks and incidents."
    package static let version: Int64 = 1
    package static let tables = [
        ViewTable(InstanceRow.self), ViewTable(StepRow.self), ViewTable(TaskRow.self),
        ViewTable(IncidentRow.self),
    ]
    package static let eventTypes = [InstanceAdvanced.typeName]
    package static let queries = WorkQueries.all

    package static func fold(
        _ event: RecordedEvent, into transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let step = event.event as? InstanceAdvanced else { return }
        guard let advance = try? Advance.decode(step.advance.bytes) else {
            throw .undecodable("the step at position \(event.position) is of a newer program")
        }
        let instance = event.stream.id
        var row = try transaction.row(InstanceRow.self, RowKey(instance)) ?? newRow(step, event)
        var fold = StepFold(row: row, event: event)
        for change in advance.changes {
            try fold.apply(change, in: &transaction)
        }
        row = fold.row
        row.lastAt = event.recordedAt
        row.steps += 1
        if row.status != "active" {
            row.open = []
            row.waits = []
        }
        try transaction.put(row)
        try transaction.append(
            StepRow(
                instance: instance, position: Int64(event.position), at: event.recordedAt,
                actor: event.actor, cause: advance.cause, did: advance.lines))
    }

    private static func newRow(_ step: InstanceAdvanced, _ event: RecordedEvent) -> InstanceRow {
        InstanceRow(
            instance: event.stream.id, process: step.process, status: "active",
            startedAt: event.recordedAt, lastAt: event.recordedAt, steps: 0,
            businessCase: event.correlation ?? event.stream.description,
            person: event.onBehalfOf, open: [], waits: [], variables: .object([]), incidents: 0)
    }
}

/// One step being folded into an instance's row.
private struct StepFold {
    var row: InstanceRow
    let event: RecordedEvent

    private static let rootKey = 1
    private static let variablesShownMax = 200

    mutating func apply(
        _ change: Change, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch change {
        case .entered(let entered):
            row.open.append(
                OpenElement(
                    key: Int64(entered.key), element: entered.elementID,
                    since: event.recordedAt))
        case .left(let left): row.open.removeAll { $0.key == Int64(left.key) }
        case .variable(_, let name, let value): setVariable(name, JSONValue(value))
        case .waitOpened(let wait): try open(wait, in: &transaction)
        case .waitClosed(let token): try close(Int64(token), in: &transaction)
        case .waitChanged(let token, let kind):
            try update(Int64(token), to: kind, in: &transaction)
        case .incidentRaised(let incident):
            row.incidents += 1
            try transaction.put(
                IncidentRow(
                    instance: row.instance, incident: Int64(incident.id), process: row.process,
                    element: incident.elementID, reason: incident.reason,
                    message: incident.message, since: event.recordedAt))
        case .incidentResolved(let id):
            row.incidents = max(0, row.incidents - 1)
            try transaction.delete(IncidentRow.self, RowKey(row.instance, Int64(id)))
        case .ended(let status): try end(status, in: &transaction)
        default: break
        }
    }

    private mutating func setVariable(_ name: String, _ value: JSONValue) {
        var members = row.variables.objectMembers ?? []
        let member = JSONMember(name, value)
        if let place = members.firstIndex(where: { $0.name == name }) {
            members[place] = member
        } else if members.count < Self.variablesShownMax {
            members.append(member)
        }
        row.variables = .object(members)
    }

    private mutating func open(
        _ wait: Wait, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        row.waits.append(
            OpenWait(
                token: Int64(wait.token), element: wait.elementID, what: wait.kind.words,
                since: event.recordedAt))
        if case .userTask(let task) = wait.kind {
            try transaction.put(taskRow(wait.token, wait.elementID, task, since: event.recordedAt))
        }
    }

    private mutating func update(
        _ token: Int64, to kind: WaitKind, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let place = row.waits.firstIndex(where: { $0.token == token }) else { return }
        let old = row.waits[place]
        row.waits[place] = OpenWait(
            token: token, element: old.element, what: kind.words, since: old.since)
        if case .userTask(let task) = kind {
            try transaction.put(taskRow(Int(token), old.element, task, since: old.since))
        }
    }

    private mutating func close(
        _ token: Int64, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        row.waits.removeAll { $0.token == token }
        try transaction.delete(TaskRow.self, RowKey(row.instance, token))
    }

    private mutating func end(
        _ status: InstanceStatus, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        row.status = "\(status)"
        for wait in row.waits {
            try transaction.delete(TaskRow.self, RowKey(row.instance, wait.token))
        }
    }

    private func taskRow(
        _ token: Int, _ element: String, _ task: UserTaskWait, since: Instant
    ) -> TaskRow {
        func text(_ value: String) -> String? { value.isEmpty ? nil : value }
        return TaskRow(
            task: "\(row.instance):\(token)", instance: row.instance, token: Int64(token),
            process: row.process, element: element, document: row.businessCase, amount: amount,
            assignee: text(task.assignee), groups: task.candidateGroups,
            users: task.candidateUsers, since: since,
            due: task.due.map { Instant(microsecondsSinceEpoch: $0) },
            priority: Int64(task.priority), command: text(task.command), form: text(task.form),
            delegatedBy: text(task.delegatedBy))
    }

    /// The variable that a process keeps its document's amount in.
    private var amount: String? {
        switch row.variables["amount"] {
        case .string(let text)?: text
        case .number(let digits)?: digits
        default: nil
        }
    }
}

extension WaitKind {
    /// What it waits for, in words.
    var words: String {
        switch self {
        case .message(let wait): "\(wait.name) of \(wait.correlation)"
        case .timer(let wait): "the time \(Instant(microsecondsSinceEpoch: wait.due))"
        case .job(let wait):
            wait.worker.isEmpty
                ? "a worker for \(wait.type)" : "the worker \(wait.worker) on \(wait.type)"
        case .userTask(let wait):
            wait.assignee.isEmpty
                ? "somebody of \((wait.candidateGroups + wait.candidateUsers).joined(separator: ", "))"
                : wait.assignee
        case .signal(let name): "the signal \(name)"
        case .condition: "a condition over its variables"
        }
    }
}
