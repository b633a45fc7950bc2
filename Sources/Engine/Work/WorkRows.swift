internal import Processes
internal import Records
internal import Views

/// An element in which an instance stands.
struct OpenElement: Record {
    let key: Int64
    var element: String
    let since: Instant
    var parent: Int64 = 0
    var index: Int64 = 0
    /// Its place among the instance's definitions.
    var definition: Int64 = 0
    /// The variables of its own, such as a loop's element and mapped inputs.
    var variables: JSONValue?

    static let schema = Schema<OpenElement>(
        "process.open-element", "An element in which an instance stands.",
        Field(1, "key", \.key, "The element instance's number."),
        Field(2, "element", \.element, "Its id in the diagram."),
        Field(3, "since", \.since, "Since when."),
        Field(4, "parent", \.parent, "The scope around it.", default: 0),
        Field(5, "index", \.index, "Its number in the definition.", default: 0),
        Field(6, "definition", \.definition, "Which of the instance's definitions.", default: 0),
        Field(7, "variables", \.variables, "The variables of its own."),
        make: {
            OpenElement(
                key: $0, element: $1, since: $2, parent: $3, index: $4, definition: $5,
                variables: $6)
        })
}

/// Something that an instance waits for.
struct OpenWait: Record {
    let token: Int64
    var element: String
    var what: String
    let since: Instant
    /// The element instance that waits.
    var owner: Int64 = 0
    /// When it is to come; nil when only experience tells.
    var due: Instant?
    /// Its element's number in the definition.
    var index: Int64 = 0

    static let schema = Schema<OpenWait>(
        "process.open-wait", "Something that an instance waits for.",
        Field(1, "token", \.token, "The wait's number."),
        Field(2, "element", \.element, "The element that waits."),
        Field(3, "what", \.what, "For what."),
        Field(4, "since", \.since, "Since when."),
        Field(5, "owner", \.owner, "The element instance that waits.", default: 0),
        Field(6, "due", \.due, "When it is to come."),
        Field(7, "index", \.index, "Its element's number in the definition.", default: 0),
        make: {
            OpenWait(
                token: $0, element: $1, what: $2, since: $3, owner: $4, due: $5, index: $6)
        })
}

/// Something that was tried at an element and did not succeed, or was tried again by a person.
struct Attempt: Record {
    let element: String
    let at: Instant
    let position: Int64
    let actor: String
    let what: String

    static let schema = Schema<Attempt>(
        "process.attempt", "Something that was tried at an element.",
        Field(1, "element", \.element, "The element."),
        Field(2, "at", \.at, "When."),
        Field(3, "position", \.position, "The step's place in the log."),
        Field(4, "actor", \.actor, "Who made the step."),
        Field(5, "what", \.what, "What was tried, and what came of it."),
        make: Attempt.init)
}

/// A definition that an instance keeps.
struct KeptDefinition: Record {
    let process: String
    let hash: String

    static let schema = Schema<KeptDefinition>(
        "process.kept-definition", "A definition that an instance keeps.",
        Field(1, "process", \.process, "The process's id."),
        Field(2, "hash", \.hash, "The hash of the file's bytes."),
        make: KeptDefinition.init)

    init(process: String, hash: String) {
        self.process = process
        self.hash = hash
    }

    init(_ reference: DefinitionReference) {
        self.init(process: reference.processID, hash: reference.hash)
    }
}

/// One instance as it stands.
struct InstanceRow: ViewRow {
    let instance: String
    let process: String
    var status: String
    let startedAt: Instant
    var lastAt: Instant
    var steps: Int64
    let businessCase: String
    let person: String?
    var open: [OpenElement]
    var waits: [OpenWait]
    var variables: JSONValue
    var incidents: Int64
    /// The definitions that it keeps.
    var definitions: [KeptDefinition] = []
    var attempts: [Attempt] = []
    /// The type of the thing whose event began it, `purchasing.order`.
    var subject: String?

    static let table = "instances"
    var key: RowKey { RowKey(instance) }
    static let schema = Schema<InstanceRow>(
        "process.instance-row", "A process instance.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "process", \.process, "Its process."),
        Field(3, "status", \.status, "Active, completed or terminated."),
        Field(4, "startedAt", \.startedAt, "When it began."),
        Field(5, "lastAt", \.lastAt, "When it made its last step."),
        Field(6, "steps", \.steps, "How many steps it made."),
        Field(7, "case", \.businessCase, "The business case that it carries."),
        Field(8, "person", \.person, "On whose behalf it began."),
        Field(9, "open", \.open, "Where it stands."),
        Field(10, "waits", \.waits, "What it waits for."),
        Field(11, "variables", \.variables, "Its variables."),
        Field(12, "incidents", \.incidents, "How many incidents are open."),
        Field(13, "definitions", \.definitions, "The definitions that it keeps."),
        Field(14, "attempts", \.attempts, "What was last tried in vain, the oldest first."),
        Field(15, "subject", \.subject, "The type of the thing whose event began it."),
        make: {
            InstanceRow(
                instance: $0, process: $1, status: $2, startedAt: $3, lastAt: $4, steps: $5,
                businessCase: $6, person: $7, open: $8, waits: $9, variables: $10, incidents: $11,
                definitions: $12, attempts: $13, subject: $14)
        })
}

extension InstanceRow {
    /// What the instance is about: the thing whose event began it, else its business case.
    ///
    /// An order that came from a quote carries the quote's case, and is looked for by its own name.
    var document: String {
        guard let subject,
            let name = subject.split(separator: ".").last.map(String.init),
            let id = variables.objectMembers?.first(where: { $0.name == name })?.value.stringValue,
            !id.isEmpty
        else { return businessCase }
        return "\(subject)/\(id)"
    }
}

/// One step of an instance.
///
/// What it changed stays as the log has it: it is put into words for who asks, not for every step.
struct StepRow: ViewRow {
    let instance: String
    let position: Int64
    let at: Instant
    let actor: String
    let advance: Blob

    static let table = "steps"
    var key: RowKey { RowKey(instance, position) }
    static let schema = Schema<StepRow>(
        "process.step-row", "A step of an instance.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "position", \.position, "The step's place in the log."),
        Field(3, "at", \.at, "When."),
        Field(4, "actor", \.actor, "Who made it."),
        Field(5, "advance", \.advance, "The step, in the format of the log."),
        make: StepRow.init)
}

/// One step of an instance, as it is answered.
struct StepLine: Record {
    let instance: String
    let position: Int64
    let at: Instant
    let actor: String
    let cause: String
    let did: [String]

    static let schema = Schema<StepLine>(
        "process.step", "A step of an instance.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "position", \.position, "The step's place in the log."),
        Field(3, "at", \.at, "When."),
        Field(4, "actor", \.actor, "Who made it."),
        Field(5, "cause", \.cause, "What set it off."),
        Field(6, "did", \.did, "What it changed."),
        make: StepLine.init)

    init(
        instance: String, position: Int64, at: Instant, actor: String, cause: String,
        did: [String]
    ) {
        self.instance = instance
        self.position = position
        self.at = at
        self.actor = actor
        self.cause = cause
        self.did = did
    }

    /// The step of a row, in words.
    init(_ row: StepRow) throws(QueryFailure) {
        guard let advance = try? Advance.decode(row.advance.bytes) else {
            throw .damaged("the step at position \(row.position) cannot be read")
        }
        self.init(
            instance: row.instance, position: row.position, at: row.at, actor: row.actor,
            cause: advance.cause, did: advance.lines)
    }
}

/// One open task on the work list.
struct TaskRow: ViewRow {
    let task: String
    let instance: String
    let token: Int64
    let process: String
    let element: String
    let document: String
    let amount: String?
    var assignee: String?
    let groups: [String]
    let users: [String]
    let since: Instant
    let due: Instant?
    let priority: Int64
    let command: String?
    let form: String?
    var delegatedBy: String?
    var delegatedUntil: BusinessDate?
    let businessCase: String
    let detail: String?
    let variables: JSONValue
    var followUp: Instant?
    var denied: String?

    static let table = "tasks"
    var key: RowKey { RowKey(instance, token) }
    static let schema = Schema<TaskRow>(
        "process.task-row", "A task that waits for a person.",
        Field(1, "task", \.task, "The task's id for claim-task and complete-task."),
        Field(2, "instance", \.instance, "The instance that waits."),
        Field(3, "token", \.token, "The wait's number."),
        Field(4, "process", \.process, "The process."),
        Field(5, "element", \.element, "What is to be done: the task's id in the diagram."),
        Field(
            6, "document", \.document,
            "The thing that its command is about; else that of the process, or the business case."),
        Field(7, "amount", \.amount, "The document's amount, where the process knows it."),
        Field(8, "assignee", \.assignee, "Who has it."),
        Field(9, "groups", \.groups, "The roles that may do it."),
        Field(10, "users", \.users, "The people who may do it."),
        Field(11, "since", \.since, "Since when it waits."),
        Field(12, "due", \.due, "When it is late."),
        Field(13, "priority", \.priority, "0 to 100."),
        Field(14, "command", \.command, "The command that completing gives."),
        Field(15, "form", \.form, "The form that completing fills."),
        Field(16, "delegatedBy", \.delegatedBy, "Who handed it over."),
        Field(17, "delegatedUntil", \.delegatedUntil, "The last day of the delegation."),
        Field(18, "case", \.businessCase, "The business case that it belongs to."),
        Field(
            19, "detail", \.detail, "What tells it from its like: the loop's element, `kind=price`."
        ),
        Field(20, "variables", \.variables, "What the task sees."),
        Field(21, "followUp", \.followUp, "From when on it should be looked at."),
        Field(22, "denied", \.denied, "What a listener last denied, and why."),
        make: TaskRow.init)
}

extension TaskRow {
    /// The task as it stands on a day: a delegation ends with its last day.
    func standing(on date: BusinessDate) -> TaskRow {
        guard let last = delegatedUntil, last < date else { return self }
        var row = self
        row.assignee = delegatedBy
        row.delegatedBy = nil
        row.delegatedUntil = nil
        return row
    }

    /// Whether it is to be looked at on a later day only, counted from where today begins.
    func isHeldBack(_ today: Instant) -> Bool {
        followUp.map { $0 >= today.adding(microseconds: 86_400_000_000) } ?? false
    }

    /// Whether somebody has it or may take it.
    func isFor(person: String?, roles: [String]) -> Bool {
        if let assignee { return assignee == person }
        return groups.isEmpty && users.isEmpty
            || person.map(users.contains) ?? false
            || groups.contains(where: roles.contains)
    }
}

/// One open incident.
struct IncidentRow: ViewRow {
    let instance: String
    let incident: Int64
    let process: String
    let element: String
    let reason: String
    let message: String
    let since: Instant
    let cause: String
    let position: Int64?
    let variables: JSONValue
    let attempts: [Attempt]

    static let table = "incidents"
    var key: RowKey { RowKey(instance, incident) }
    static let schema = Schema<IncidentRow>(
        "process.incident-row", "A process that cannot go on, waiting for a person.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "incident", \.incident, "The incident's number for process.retry."),
        Field(3, "process", \.process, "The process."),
        Field(4, "element", \.element, "The element that is stuck."),
        Field(5, "reason", \.reason, "The stable code of the reason."),
        Field(6, "message", \.message, "The reason in words."),
        Field(7, "since", \.since, "Since when."),
        Field(8, "cause", \.cause, "What set off the step that got stuck."),
        Field(9, "position", \.position, "The event that caused the step; absent for a timer."),
        Field(10, "variables", \.variables, "The variables when it got stuck."),
        Field(11, "attempts", \.attempts, "What was last tried there, the oldest first."),
        make: IncidentRow.init)
}
