internal import Business
internal import Processes
internal import Records
internal import Views

/// One step being folded into an instance's row.
struct StepFold {
    var row: InstanceRow
    let event: RecordedEvent
    let advance: Advance
    private let day: BusinessDate

    init(row: InstanceRow, event: RecordedEvent, advance: Advance) {
        self.row = row
        self.event = event
        self.advance = advance
        day = event.recordedAt.dateInUTC
    }

    private static let rootKey = 1
    private static let variablesShownMax = 200

    mutating func apply(
        _ change: Change, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        switch change {
        case .began(let reference), .pinned(let reference):
            row.definitions.append(KeptDefinition(reference))
        case .entered(let entered):
            let element = OpenElement(
                key: Int64(entered.key), element: entered.elementID, since: event.recordedAt,
                parent: Int64(entered.parent), index: Int64(entered.element),
                definition: Int64(entered.definition))
            row.open.append(element)
            try count(element, in: &transaction) { $0.entered += 1 }
        case .compensationRevived(let scope, _, let key, _):
            // A completed scope comes back; it is open again, and no stay of its own is counted.
            row.open.append(
                OpenElement(
                    key: Int64(key), element: "compensation", since: event.recordedAt,
                    parent: Int64(scope), definition: -1))
        case .left(let left): try leave(left, in: &transaction)
        case .migrated(let number, let reference, let map): migrate(number, to: reference, by: map)
        case .variable(let scope, let name, let value):
            setVariable(name, JSONValue(value), in: Int64(scope))
        case .waitOpened(let wait): try open(wait, in: &transaction)
        case .waitClosed(let token): try close(Int64(token), in: &transaction)
        case .waitChanged(let token, let kind):
            try update(Int64(token), to: kind, in: &transaction)
        case .taskDenied(let token, let phase, let reason):
            let key = RowKey(row.instance, Int64(token))
            if var task = try transaction.row(TaskRow.self, key) {
                task.denied = "\(phase.event): \(reason)"
                try transaction.put(task)
            }
        case .incidentRaised(let incident): try raise(incident, in: &transaction)
        case .commandIssued(let record): noteRefusal(record)
        case .incidentResolved(let id): try resolve(id, in: &transaction)
        case .ended(let status): try end(status, in: &transaction)
        default: break
        }
    }

    private mutating func leave(
        _ left: LeftElement, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let place = row.open.firstIndex(where: { $0.key == Int64(left.key) }) else { return }
        let element = row.open.remove(at: place)
        try note(element, isCompleted: left.how == .completed, in: &transaction)
    }

    private func note(
        _ element: OpenElement, isCompleted: Bool, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        let spent =
            event.recordedAt.microsecondsSinceEpoch - element.since.microsecondsSinceEpoch
        try count(element, in: &transaction) {
            if isCompleted {
                $0.complete(afterMilliseconds: spent / 1_000)
            } else {
                $0.terminated += 1
            }
        }
    }

    /// Changes the figures of an element on the event's day.
    private func count(
        _ element: OpenElement, in transaction: inout ViewTransaction,
        _ body: (inout ElementDayRow) -> Void
    ) throws(FoldFailure) {
        let number = Int(element.definition)
        guard row.definitions.indices.contains(number) else { return }
        let definition = row.definitions[number]
        let new = ElementDayRow(
            process: definition.process, definition: definition.hash, element: element.element,
            day: day)
        try transaction.upsert(new.key, new: new) { (day: inout ElementDayRow) in body(&day) }
    }

    private mutating func migrate(
        _ number: Int, to reference: DefinitionReference, by map: [MigratedElement]
    ) {
        guard row.definitions.indices.contains(number) else { return }
        row.definitions[number] = KeptDefinition(reference)
        let targets = Dictionary(map.map { (Int64($0.from), $0) }, uniquingKeysWith: { $1 })
        for place in row.open.indices where row.open[place].definition == Int64(number) {
            guard let target = targets[row.open[place].index] else { continue }
            for wait in row.waits.indices
            where row.waits[wait].owner == row.open[place].key {
                guard let moved = targets[row.waits[wait].index] else { continue }
                row.waits[wait].element = moved.toID
                row.waits[wait].index = Int64(moved.to)
            }
            row.open[place].element = target.toID
            row.open[place].index = Int64(target.to)
        }
    }

    private mutating func setVariable(_ name: String, _ value: JSONValue, in scope: Int64) {
        Self.set(name, value, in: &row.variables)
        guard scope != Self.rootKey, let place = row.open.firstIndex(where: { $0.key == scope })
        else { return }
        var own = row.open[place].variables ?? .object([])
        Self.set(name, value, in: &own)
        row.open[place].variables = own
    }

    private static func set(_ name: String, _ value: JSONValue, in variables: inout JSONValue) {
        var members = variables.objectMembers ?? []
        // Given up meanwhile, so that the members are changed in place and not copied.
        variables = .null
        let member = JSONMember(name, value)
        if let place = members.firstIndex(where: { $0.name == name }) {
            members[place] = member
        } else if members.count < variablesShownMax {
            members.append(member)
        }
        variables = .object(members)
    }

    private mutating func open(
        _ wait: Wait, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        row.waits.append(
            OpenWait(
                token: Int64(wait.token), element: wait.elementID, what: wait.kind.words,
                since: event.recordedAt, owner: Int64(wait.owner), due: wait.kind.due,
                index: Int64(wait.element)))
        if case .userTask(let task) = wait.kind {
            try transaction.put(
                taskRow(
                    wait.token, row.waits[row.waits.count - 1], task,
                    transaction.row(BooksRow.self, BooksRow.only)))
        }
    }

    private mutating func update(
        _ token: Int64, to kind: WaitKind, in transaction: inout ViewTransaction
    ) throws(FoldFailure) {
        guard let place = row.waits.firstIndex(where: { $0.token == token }) else { return }
        let old = row.waits[place]
        row.waits[place].what = kind.words
        row.waits[place].due = kind.due
        noteFailure(kind, at: old.element)
        if case .userTask(let task) = kind {
            try transaction.put(
                taskRow(
                    Int(token), old, task, transaction.row(BooksRow.self, BooksRow.only)))
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
        for element in row.open {
            try note(element, isCompleted: status == .completed, in: &transaction)
        }
        for wait in row.waits {
            try transaction.delete(TaskRow.self, RowKey(row.instance, wait.token))
        }
    }

    private func taskRow(
        _ token: Int, _ wait: OpenWait, _ task: UserTaskWait, _ books: BooksRow?
    ) -> TaskRow {
        func text(_ value: String) -> String? { value.isEmpty ? nil : value }
        let subject = TaskSubject(row, owner: wait.owner, command: task.command, books: books)
        return TaskRow(
            task: "\(row.instance):\(token)", instance: row.instance, token: Int64(token),
            process: row.process, element: wait.element, document: subject.document,
            amount: subject.amount, assignee: text(task.assignee), groups: task.candidateGroups,
            users: task.candidateUsers, since: wait.since,
            due: task.due.map { Instant(microsecondsSinceEpoch: $0) },
            priority: Int64(task.priority), command: text(task.command), form: text(task.form),
            delegatedBy: text(task.delegatedBy),
            delegatedUntil: BusinessDate(task.delegatedUntil), businessCase: row.businessCase,
            detail: subject.detail, variables: subject.shown,
            followUp: task.followUp.map { Instant(microsecondsSinceEpoch: $0) }, denied: nil)
    }
}

extension WaitKind {
    /// When it is to come, where that is known.
    var due: Instant? {
        switch self {
        case .timer(let wait):
            wait.standsSince == nil ? Instant(microsecondsSinceEpoch: wait.due) : nil
        case .userTask(let wait): wait.due.map { Instant(microsecondsSinceEpoch: $0) }
        case .job(let wait) where !wait.worker.isEmpty:
            Instant(microsecondsSinceEpoch: wait.until)
        case .job, .message, .signal, .condition: nil
        }
    }

    /// What it waits for, in words.
    var words: String {
        switch self {
        case .message(let wait): "\(wait.name) of \(wait.correlation)"
        case .timer(let wait):
            wait.standsSince.map {
                "a timer whose clock stands since \(Instant(microsecondsSinceEpoch: $0))"
            } ?? "the time \(Instant(microsecondsSinceEpoch: wait.due))"
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
