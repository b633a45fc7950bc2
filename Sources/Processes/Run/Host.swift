package import FEEL

/// The time of a step, as the engine gives it: FEEL's `now()` and `today()`.
package struct StepTime: Sendable, Equatable {
    /// Microseconds since 1970 UTC.
    package var microseconds: Int64
    /// The company's zone: dates and times of day without a zone of their own are meant there.
    package var zone: Zone

    /// The zone's distance from UTC at that instant, in seconds.
    package var offsetSeconds: Int { zone.offset(at: microseconds) }

    package init(microseconds: Int64, zone: Zone = .utc) {
        self.microseconds = microseconds
        self.zone = zone
    }
}

/// What a step asks of the engine.
///
/// Synchronous and deterministic: the engine answers from the states that the writer sees, and
/// decides issued commands in the same commit.
package protocol ProcessHost: SendableMetatype {
    /// Whether a service task of this type is one of our commands and runs inside.
    func isInternal(_ type: String) -> Bool

    /// The names of a command's fields: what a task without input mappings takes from variables.
    func fieldNames(ofCommand name: String) -> [String]

    /// Decides a command in the same commit as the step.
    mutating func perform(_ call: CommandCall) -> CommandOutcome

    /// Evaluates a decision of the instance's definition set.
    mutating func evaluate(
        decision: String, variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome

    /// A process of another deployment than the instance's; nil when there is none.
    ///
    /// `caller` is the definition that names it: `deployment` means what was deployed with that.
    func process(
        _ id: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> ProcessDefinition?

    /// Evaluates a decision of another deployment.
    mutating func evaluate(
        decision: String, binding: VersionBinding, for caller: DefinitionReference,
        variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome

    /// Number of the deployment whose form is meant; nil for that of the instance.
    func formSet(
        _ form: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> Int?

    /// Declared fields of a stream's state as the writer sees it; nil when there is no such stream.
    func object(type: String, id: String) -> FEEL.Value?

    /// A text that no other step has: `uuid()` and `random number()` derive from it. Empty where
    /// they are refused.
    var seed: String { get }

    /// A business calendar of the instance's definition set; nil when there is none of that name.
    func calendar(named name: String) -> BusinessCalendar?
}

extension ProcessHost {
    package var seed: String { "" }

    package func calendar(named name: String) -> BusinessCalendar? { nil }

    // A host that knows one deployment only has no other version.

    package func process(
        _ id: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> ProcessDefinition? { nil }

    package mutating func evaluate(
        decision: String, binding: VersionBinding, for caller: DefinitionReference,
        variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome { evaluate(decision: decision, variables: variables, at: time) }

    package func formSet(
        _ form: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> Int? { nil }
}

/// A business command that a step issues.
package struct CommandCall: Sendable, Equatable {
    package var name: String
    /// The payload, always a context.
    package var payload: ProcessValue
    /// Parts of the idempotency key beside the instance: element instance and iteration.
    package var elementKey: Int
    package var iteration: Int
    /// Id of the element in the diagram.
    package var elementID: String
    /// Process id of the definition that holds the element: the actor's name.
    package var processID: String
    /// The element's `zeebe:properties`.
    package var properties: [ProcessField]
    /// What the instance's decisions last gave, each with the hash of its table: what may approve
    /// a command that is a person's otherwise.
    package var decisions: [DecisionRecord] = []
    /// Whether the element's mappings look at the events that the command writes.
    package var wantsEvents = false
}

/// What came of a command.
package enum CommandOutcome: Sendable, Equatable {
    /// Accepted. `position` is that of the last event, nil when nothing was written; `events` may be
    /// empty where the call does not want them.
    case accepted(position: Int64?, stream: String, version: Int64, events: FEEL.Value)
    /// Refused: thrown in the process as a BPMN error with this code.
    case rejected(code: String, message: String)
    /// Refused for a reason that passes (`wrong-version`, `disk-low`): tried again, never thrown.
    case retryLater(code: String)
}

/// What came of a decision.
package enum DecisionOutcome: Sendable, Equatable {
    /// The result and the SHA-256 of the table that gave it, in hexadecimal.
    case result(ProcessValue, hash: String)
    /// It could not be evaluated: what a person reads in the incident.
    case failed(String)
}

/// An event or message that reached an instance.
package struct MessageOccurrence: Sendable, Equatable {
    package var name: String
    /// Position in the log.
    package var position: Int64
    /// Stream of the event; empty for a message from outside.
    package var stream: String
    /// Objects concerned, as `type/id`.
    package var objects: [String]
    /// The event's fields or the message's variables, always a context.
    package var payload: ProcessValue

    package init(
        name: String, position: Int64, stream: String = "", objects: [String] = [],
        payload: ProcessValue = .context([])
    ) {
        self.name = name
        self.position = position
        self.stream = stream
        self.objects = objects
        self.payload = payload
    }

    /// The event as expressions see it under the name `event`.
    var asValue: ProcessValue {
        .context([
            ProcessField("name", .text(name)), ProcessField("position", .integer(position)),
            ProcessField("stream", .text(stream)),
            ProcessField("objects", .list(objects.map { .text($0) })),
            ProcessField("data", payload),
        ])
    }
}

/// What starts an instance.
package enum StartTrigger: Sendable, Equatable {
    /// By a person or program, at the none start event or at the one named.
    case plain(variables: [ProcessField], startEvent: String? = nil)
    /// By an event, at the message start event with this element id.
    case message(startEvent: String, MessageOccurrence)
    /// By a timer start event.
    case timer(startEvent: String)
    /// By a signal start event.
    case signal(startEvent: String, variables: [ProcessField])
}

/// What the worker of a task listener answers besides variables.
package struct ListenerAnswer: Sendable, Equatable {
    /// Why the change must not happen; nil where it may.
    package var denied: String?
    /// Attributes of the task that the worker corrects: `assignee`, `dueDate`, `followUpDate`,
    /// `candidateUsers`, `candidateGroups` and `priority`; empty text or list clears one.
    package var corrections: [ProcessField]

    package init(denied: String? = nil, corrections: [ProcessField] = []) {
        self.denied = denied
        self.corrections = corrections
    }
}

/// What the worker of an ad-hoc sub-process decides.
package struct AdHocDecision: Sendable, Equatable {
    /// An element to enter, with variables for it and what follows from it.
    package struct Entry: Sendable, Equatable {
        package var elementID: String
        package var variables: [ProcessField]

        package init(elementID: String, variables: [ProcessField] = []) {
            self.elementID = elementID
            self.variables = variables
        }
    }

    package var entries: [Entry]
    /// Whether nothing further is to be entered: it is left when all is done.
    package var isFulfilled: Bool
    /// Whether what still goes on is ended at once.
    package var cancelsRemaining: Bool

    package init(entries: [Entry] = [], isFulfilled: Bool = false, cancelsRemaining: Bool = false) {
        self.entries = entries
        self.isFulfilled = isFulfilled
        self.cancelsRemaining = cancelsRemaining
    }
}

/// What sets off a step of a running instance.
package enum Trigger: Sendable, Equatable {
    case message(token: Int, MessageOccurrence)
    case timer(token: Int)
    case signal(token: Int, name: String, variables: [ProcessField])
    /// Go on with what the last advance left.
    case proceed
    case jobActivated(token: Int, worker: String, until: Int64)
    /// `answer` is what the worker of a listener says about a user task.
    case jobCompleted(token: Int, variables: [ProcessField], answer: ListenerAnswer? = nil)
    /// The worker of an ad-hoc sub-process says what is to be entered in it, and whether it is done.
    case adHocDecided(token: Int, variables: [ProcessField], decision: AdHocDecision)
    /// `retries` is what is left; `notBefore` the end of the back-off in microseconds.
    case jobFailed(token: Int, retries: Int, notBefore: Int64, message: String)
    case jobThrewError(token: Int, code: String, message: String, variables: [ProcessField])
    /// The worker's time is over; the job is free again.
    case jobTimedOut(token: Int)
    case taskClaimed(token: Int, by: String)
    case taskReleased(token: Int)
    case taskAssigned(token: Int, to: String)
    case taskDelegated(token: Int, to: String, by: String, until: String)
    /// Completed, with the form's variables and, when a command was bound, what came of it.
    case taskCompleted(token: Int, variables: [ProcessField], outcome: CommandOutcome?)
    case cancel(compensate: Bool, reason: String)
    /// `occurrence` or `variables` are what the trigger brought that is to be taken again, where
    /// the incident's action is ``Action/redo(_:)``.
    case retry(
        incident: Int, reason: String, occurrence: MessageOccurrence? = nil,
        variables: [ProcessField] = [])
    case setVariable(scope: Int, name: String, value: ProcessValue, reason: String)
    /// Leave a stuck or waiting element as if it had completed, with these variables.
    case skip(key: Int, variables: [ProcessField], reason: String)
    /// End an element and enter another one in the same scope.
    case jump(key: Int, toElement: String, reason: String)
}
