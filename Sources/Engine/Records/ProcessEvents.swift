internal import Business
package import Processes
package import Records

/// What a wait is for; the first part of its key in the index.
package enum WaitClass: String, Choice {
    /// An event that concerns an object.
    case message
    /// A point of time.
    case timer
    /// A worker outside.
    case job
    /// A person.
    case task
    /// A person, found by the command that completes the task.
    case command
    /// A broadcast signal.
    case signal
}

/// One open wait as the index finds it.
package struct WaitRow: Record {
    package let kind: WaitClass
    /// What it is found by: `event|type/id`, a job type, `command|field=value`; empty for timers.
    package let key: String
    /// Its order among those of the key: the due time of a timer in microseconds, the time from
    /// which a job is free, else 0.
    package let order: Int64
    /// Position of the advance that opened it.
    package let armed: Int64
    /// The wait's number in its instance.
    package let token: Int64

    package static let schema = Schema<WaitRow>(
        "process.wait-row", "An open wait.",
        Field(1, "kind", \.kind, "What it waits for."),
        Field(2, "key", \.key, "What it is found by.", default: ""),
        Field(3, "order", \.order, "Its order among those of the key.", default: 0),
        Field(4, "armed", \.armed, "Position of the advance that opened it."),
        Field(5, "token", \.token, "The wait's number in its instance."),
        make: WaitRow.init)
}

/// One step of a process instance.
package struct InstanceAdvanced: Event {
    /// The process's id.
    package let process: String
    /// The step, in the format of ``Advance``.
    package let advance: Blob
    /// Waits that the step opened, as the index finds them.
    package let opened: [WaitRow]
    /// Waits that the step closed, as the index found them.
    package let closed: [WaitRow]
    /// Everything that earlier events owed was done when the step was decided.
    package let owedFrom: Int64
    /// The deployed set that the instance keeps from this step on; in its first step, and where it
    /// is moved to another set.
    package let set: Int64?
    /// The business case that the instance carries; only in its first step.
    package var businessCase: String?
    /// What the instance was started for, its object first; only in its first step.
    package var objects: [String] = []
    /// Position of the message from outside that the step used.
    package var message: Int64?
    /// Whether the step told other instances of a signal; nil where it did not.
    package var broadcasts: Bool?

    package static let schema = Schema<InstanceAdvanced>(
        "process.instance-advanced", "A process instance made a step.",
        Field(1, "process", \.process, "The process."),
        Field(
            2, "advance", \.advance, "What the step changed.", limits: .count(1...900_000)),
        Field(3, "opened", \.opened, "Waits that were opened.", limits: .count(0...100_000)),
        Field(4, "closed", \.closed, "Waits that were closed.", limits: .count(0...100_000)),
        Field(5, "owedFrom", \.owedFrom, "Before this position nothing was owed any more."),
        Field(6, "set", \.set, "Number of the definition set that the instance keeps."),
        Field(7, "case", \.businessCase, "The business case that the instance carries."),
        Field(8, "objects", \.objects, "What the instance was started for, its object first."),
        Field(9, "message", \.message, "Position of the message from outside that was used."),
        Field(10, "broadcasts", \.broadcasts, "Whether other instances were told of a signal."),
        make: InstanceAdvanced.init)

    package func evolve(_ state: inout ProcessInstanceState) {
        state.process = process
        if let set { state.set = set }
        if let businessCase { state.businessCase = businessCase }
        let closedTokens = Set(closed.map(\.token))
        if !closedTokens.isEmpty { state.rows.removeAll { closedTokens.contains($0.token) } }
        state.rows.append(contentsOf: opened)
        // The bytes were written by this program's own encoder and proved by the log's hash; what
        // cannot be read stops the instance instead of the program.
        if let step = try? Advance.decode(advance.bytes) {
            if step.beginsInstance { state.startedBy = step.causePosition ?? 0 }
            state.machine.apply(step)
        } else {
            state.isUnreadable = true
        }
        state.status = "\(state.machine.status)"
    }
}

/// A process instance: the machine's state, and its waits as the index knows them.
package struct ProcessInstanceState: StreamState {
    package var process: String
    package var set: Int64
    package var status: String
    package var rows: [WaitRow]
    package var isUnreadable: Bool
    /// Position of the event that started it; 0 when a person or a timer did.
    package var startedBy: Int64 = 0
    /// The business case that it carries; nil in one that an older program started.
    package var businessCase: String?
    /// Not among the fields: it is folded, never stored.
    package var machine = InstanceState()

    package static let streamType = "process.instance"
    /// The machine's state is no field.
    package static let isWhole = false
    package static let initial = ProcessInstanceState(
        process: "", set: 0, status: "", rows: [], isUnreadable: false)

    package static let schema = Schema<ProcessInstanceState>(
        "process.instance", "A process instance.",
        Field(1, "process", \.process, "The process."),
        Field(2, "set", \.set, "The definition set that it keeps."),
        Field(3, "status", \.status, "Active, completed or terminated."),
        make: { process, set, status in
            ProcessInstanceState(
                process: process, set: set, status: status, rows: [], isUnreadable: false)
        })
}

/// A message from outside.
package struct MessagePublished: Event {
    package let name: String
    package let correlationKey: String
    package let variables: JSONValue
    package let expiresAt: Instant

    package static let schema = Schema<MessagePublished>(
        "process.message-published", "A message came from outside.",
        Field(1, "name", \.name, "The message's name."),
        Field(2, "correlationKey", \.correlationKey, "What it concerns, `type/id`."),
        Field(3, "variables", \.variables, "What it carries."),
        Field(4, "expiresAt", \.expiresAt, "Until when it waits for an instance."),
        make: MessagePublished.init)

    package func evolve(_ state: inout MessageState) { state.count += 1 }
}

/// A person or a program told all processes of a signal.
package struct SignalBroadcast: Event {
    package let name: String
    package let variables: JSONValue

    package static let schema = Schema<SignalBroadcast>(
        "process.signal-broadcast", "A signal was broadcast from outside.",
        Field(1, "name", \.name, "The signal's name."),
        Field(2, "variables", \.variables, "What it carries."),
        make: SignalBroadcast.init)

    package func evolve(_ state: inout SignalState) { state.count += 1 }
}

/// How many signals were broadcast from outside.
package struct SignalState: StreamState {
    package var count: Int64

    package static let streamType = "process.signal"
    /// All of them are one stream: a signal's name may be any text.
    package static let id = "broadcasts"
    package static let initial = SignalState(count: 0)
    package static let schema = Schema<SignalState>(
        "process.signal", "Signals from outside.",
        Field(1, "count", \.count, "How many there were.", default: 0),
        make: SignalState.init)
}

/// A process that begins because the condition of its start event was met.
package struct ConditionMet: Record {
    package let process: String
    package let element: String

    package static let schema = Schema<ConditionMet>(
        "process.condition-met", "A start event whose condition was met.",
        Field(1, "process", \.process, "The process."),
        Field(2, "element", \.element, "The start event."),
        make: ConditionMet.init)
}

/// Conditional start events were looked at, and some were met.
package struct ConditionsEvaluated: Event {
    package let variables: JSONValue
    /// What was met: the conditions are not looked at again.
    package let met: [ConditionMet]

    package static let schema = Schema<ConditionsEvaluated>(
        "process.conditions-evaluated", "Conditions of start events were met.",
        Field(1, "variables", \.variables, "The variables that they were looked at with."),
        Field(2, "met", \.met, "The start events that were met.", limits: .count(1...1_000)),
        make: ConditionsEvaluated.init)

    package func evolve(_ state: inout ConditionState) { state.count += 1 }
}

/// How often conditions of start events were met.
package struct ConditionState: StreamState {
    package var count: Int64

    package static let streamType = "process.conditions"
    package static let id = "evaluations"
    package static let initial = ConditionState(count: 0)
    package static let schema = Schema<ConditionState>(
        "process.conditions", "Evaluations of conditional start events.",
        Field(1, "count", \.count, "How many there were.", default: 0),
        make: ConditionState.init)
}

/// How many messages were published under a name and key.
package struct MessageState: StreamState {
    package var count: Int64

    package static let streamType = "process.message"
    package static let initial = MessageState(count: 0)
    package static let schema = Schema<MessageState>(
        "process.message", "Messages from outside under one name and key.",
        Field(1, "count", \.count, "How many there were.", default: 0),
        make: MessageState.init)
}
