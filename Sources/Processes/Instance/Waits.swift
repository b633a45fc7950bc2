/// One thing that an instance waits for, with its owner and since when.
package struct Wait: Sendable, Equatable {
    /// Number of the wait, unique in its instance; part of the key under which an advance is owed.
    package var token: Int
    /// Key of the element instance that waits, or whose boundary or event sub-process does.
    package var owner: Int
    /// Index of the catching element in the owner's definition (a task, catch event, boundary
    /// event or start event of an event sub-process).
    package var element: Int
    /// The element's id in the diagram.
    package var elementID: String
    /// When the wait began, in microseconds since 1970 UTC.
    package var since: Int64
    package var kind: WaitKind

    package init(
        token: Int, owner: Int, element: Int, elementID: String, since: Int64, kind: WaitKind
    ) {
        self.token = token
        self.owner = owner
        self.element = element
        self.elementID = elementID
        self.since = since
        self.kind = kind
    }
}

/// What ends a wait.
package enum WaitKind: Sendable, Equatable {
    indirect case message(MessageWait)
    case timer(TimerWait)
    indirect case job(JobWait)
    indirect case userTask(UserTaskWait)
    /// A signal of this name, broadcast by any process.
    case signal(String)
    /// A condition over variables; looked at again whenever one of them changes, and met when it
    /// becomes true.
    case condition(wasTrue: Bool)
}

/// Waits for an event of a name that concerns an object.
package struct MessageWait: Sendable, Equatable {
    /// The event's name, which is the message's name.
    package var name: String
    /// The object as `type/id`; empty in a start event, which waits for any.
    package var correlation: String
    /// Only an event that names the object under this qualifier counts; empty for any.
    package var qualifier: String

    package init(name: String, correlation: String, qualifier: String = "") {
        self.name = name
        self.correlation = correlation
        self.qualifier = qualifier
    }
}

/// Waits for an instant.
package struct TimerWait: Sendable, Equatable {
    /// Microseconds since 1970 UTC.
    package var due: Int64
    /// Firings after this one; nil without end, 0 for a timer that fires once.
    package var repetitions: Int?
    /// The ISO 8601 duration or cron text from which the next due instant follows; empty if none.
    package var interval: String
    /// Since when the timer's clock stands, while it does: it does not fire, and is due later by
    /// what was left then.
    package var standsSince: Int64?

    package init(due: Int64, repetitions: Int? = 0, interval: String = "") {
        self.due = due
        self.repetitions = repetitions
        self.interval = interval
    }
}

/// Waits for a worker outside.
package struct JobWait: Sendable, Equatable {
    package var type: String
    /// Attempts left; at 0 the job has an incident.
    package var retries: Int
    package var headers: [ProcessField]
    /// The worker that holds the job; empty when it is free.
    package var worker: String
    /// Until when the worker holds it, or before when it is not handed out again (back-off).
    package var until: Int64
    /// What the last failure said.
    package var message: String

    package init(
        type: String, retries: Int, headers: [ProcessField] = [], worker: String = "",
        until: Int64 = 0, message: String = ""
    ) {
        self.type = type
        self.retries = retries
        self.headers = headers
        self.worker = worker
        self.until = until
        self.message = message
    }
}

/// Where a user task's form is.
package enum FormSource: UInt8, Sendable, Equatable {
    /// A file of a deployment, by its id.
    case linked = 0
    /// Outside: whoever shows the task knows what the reference means.
    case external = 1
    /// Inside the diagram's file (`zeebe:userTaskForm`), by its key there.
    case embedded = 2
}

/// Waits for a person.
package struct UserTaskWait: Sendable, Equatable {
    /// Id of the form; empty without one.
    package var form: String
    /// Who has claimed the task or was given it; empty when nobody has.
    package var assignee: String
    package var candidateGroups: [String]
    package var candidateUsers: [String]
    /// When it is late, in microseconds since 1970 UTC; nil when never.
    package var due: Int64?
    /// When it should be looked at again.
    package var followUp: Int64?
    /// 0 to 100; 50 when the diagram does not say.
    package var priority: Int
    /// The business command that completing the task runs as that person; empty without one.
    package var command: String
    /// Who handed the task to the assignee, with the last day of that; empty when nobody did.
    package var delegatedBy: String
    package var delegatedUntil: String
    /// Where the form is.
    package var formSource = FormSource.linked
    /// Number of the deployment that holds the form; nil for that which the instance keeps.
    package var formSet: Int?

    package init(
        form: String = "", assignee: String = "", candidateGroups: [String] = [],
        candidateUsers: [String] = [], due: Int64? = nil, followUp: Int64? = nil,
        priority: Int = 50, command: String = "", delegatedBy: String = "",
        delegatedUntil: String = ""
    ) {
        self.form = form
        self.assignee = assignee
        self.candidateGroups = candidateGroups
        self.candidateUsers = candidateUsers
        self.due = due
        self.followUp = followUp
        self.priority = priority
        self.command = command
        self.delegatedBy = delegatedBy
        self.delegatedUntil = delegatedUntil
    }
}
