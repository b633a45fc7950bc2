/// One thing that an advance changes in an instance.
///
/// A change carries all that folding needs, so that no diagram is read and no expression is
/// evaluated when the log is read again. Element and flow numbers are indexes into the definition
/// whose hash the instance holds; element ids stand beside them for readers.
package enum Change: Sendable, Equatable {
    /// The first change of an instance: the definition that it keeps.
    case began(DefinitionReference)
    /// A called process's definition, from now on known by the next number.
    case pinned(DefinitionReference)
    case entered(EnteredElement)
    case left(LeftElement)
    /// A sequence flow was taken; with `gateway` its token waits there for others.
    case flowTaken(flow: Int, scope: Int, gateway: Int?)
    /// A gateway took one token from each of these flows.
    case joined(scope: Int, flows: [Int])
    indirect case variable(scope: Int, name: String, value: ProcessValue)
    indirect case waitOpened(Wait)
    case waitClosed(token: Int)
    /// A wait goes on with other details: a job was activated or failed, a task was claimed.
    indirect case waitChanged(token: Int, kind: WaitKind)
    indirect case commandIssued(CommandRecord)
    indirect case decisionEvaluated(DecisionRecord)
    indirect case incidentRaised(Incident)
    case incidentResolved(id: Int)
    /// An event was used under this message name.
    case consumed(name: String, position: Int64)
    case loopBegan(key: Int, items: [ProcessValue])
    /// One iteration of a loop is done, with its output element if it collects any.
    case loopCompleted(key: Int, iteration: Int, output: ProcessValue?)
    /// An element instance starts to compensate what was completed in a scope.
    case compensationBegan(CompensationRun)
    /// A completed activity's handler is run, so it is not run again.
    case compensationTaken(scope: Int, id: Int)
    /// A completed scope comes back so that what was completed in it can be compensated.
    case compensationRevived(scope: Int, id: Int, key: Int, driver: Int)
    /// A signal that other instances may wait for.
    case signalBroadcast(name: String, variables: [ProcessField])
    /// Work that is left for the next advance; replaces what was left before.
    case pending([Action])
    /// A listener of an element runs, or with `index` nil the last of its phase is done.
    case listening(key: Int, phase: ListenerPhase, index: Int?)
    /// A user task is about to change, or with nil no longer: its listeners run.
    indirect case taskTransition(key: Int, TaskTransition?)
    /// A listener of a user task said no: the task stays as it was.
    case taskDenied(token: Int, phase: ListenerPhase, reason: String)
    /// Something that ends user tasks waits until their listeners have heard of it.
    indirect case interruptionHeld(Action)
    /// What was held happens now, or no longer fits.
    indirect case interruptionTaken(Action)
    /// An ad-hoc sub-process is left as soon as nothing goes on in it any more.
    case adHocFulfilled(key: Int)
    /// A person's intervention, with the reason that was given.
    case intervened(what: String, reason: String)
    /// The instance moved to another definition; element numbers are translated by `map`.
    case migrated(definition: Int, to: DefinitionReference, map: [MigratedElement])
    case ended(InstanceStatus)
}

/// A definition by process id and SHA-256 of its file, in hexadecimal.
package struct DefinitionReference: Sendable, Hashable {
    package var processID: String
    package var hash: String

    package init(processID: String, hash: String) {
        self.processID = processID
        self.hash = hash
    }
}

/// How an element instance came about.
package enum EntryRole: UInt8, Sendable, Equatable {
    case plain = 0
    /// The whole of a multi-instance activity; its iterations are its children.
    case loopBody = 1
    /// One iteration of a multi-instance activity.
    case iteration = 2
    /// The root of a called process inside its call activity.
    case calledProcess = 3
    case compensationHandler = 4
    /// A completed scope that came back to compensate what is in it.
    case revived = 5
    /// Like `calledProcess`, but it sees no variables beyond those of its call activity.
    case isolatedProcess = 6
    /// Around an element that an ad-hoc sub-process entered, and what follows from it.
    case adHocFlow = 7
}

/// An element was entered.
package struct EnteredElement: Sendable, Equatable {
    /// Key of the new element instance, unique in its instance.
    package var key: Int
    package var element: Int
    package var elementID: String
    /// Number of the definition among those that the instance holds.
    package var definition: Int
    /// Key of the scope; 0 for the process itself.
    package var parent: Int
    package var role: EntryRole
    /// Iteration counted from 1; 0 outside a loop.
    package var iteration: Int
    /// For a compensation handler, the key of what is told when it is done; else 0.
    package var driver: Int

    package init(
        key: Int, element: Int, elementID: String, definition: Int, parent: Int,
        role: EntryRole = .plain, iteration: Int = 0, driver: Int = 0
    ) {
        self.key = key
        self.element = element
        self.elementID = elementID
        self.definition = definition
        self.parent = parent
        self.role = role
        self.iteration = iteration
        self.driver = driver
    }
}

/// An element was left.
package struct LeftElement: Sendable, Equatable {
    package enum How: UInt8, Sendable, Equatable {
        case completed = 0
        case terminated = 1
    }

    package var key: Int
    package var how: How
    /// Set when the element can be compensated from now on.
    package var compensation: CompensationOffer?

    package init(key: Int, how: How, compensation: CompensationOffer? = nil) {
        self.key = key
        self.how = how
        self.compensation = compensation
    }
}

/// What a completed activity leaves in its scope so that it can be compensated.
package struct CompensationOffer: Sendable, Equatable {
    /// Number of the record, unique in its instance and rising in completion order.
    package var id: Int
    /// Index of the handler; nil for a scope whose inner activities have handlers.
    package var handler: Int?

    package init(id: Int, handler: Int?) {
        self.id = id
        self.handler = handler
    }
}

/// Compensation that is going on.
package struct CompensationRun: Sendable, Equatable {
    /// What happens when the last handler is done.
    package enum Purpose: UInt8, Sendable, Equatable {
        /// A throw or end event goes on.
        case event = 0
        /// A revived scope is left.
        case revival = 1
        /// The instance ends as terminated.
        case cancelInstance = 2
        /// The transaction is left by its cancel boundary event.
        case cancelTransaction = 3
    }

    /// Element instance that waits for the handlers.
    package var driver: Int
    /// Scope whose completed activities are compensated.
    package var scope: Int
    /// Only this activity; nil for all.
    package var activity: Int?
    package var purpose: Purpose

    package init(driver: Int, scope: Int, activity: Int?, purpose: Purpose) {
        self.driver = driver
        self.scope = scope
        self.activity = activity
        self.purpose = purpose
    }
}

/// A business command that a step issued, and what came of it.
package struct CommandRecord: Sendable, Equatable {
    /// Element instance that issued it.
    package var key: Int
    package var name: String
    /// Position of the command's last event; nil when it was refused or wrote nothing.
    package var position: Int64?
    package var stream: String
    package var version: Int64
    /// The rejection's code; empty when the command was accepted.
    package var rejection: String
    /// What the rejection said.
    package var message: String

    package init(
        key: Int, name: String, position: Int64? = nil, stream: String = "", version: Int64 = 0,
        rejection: String = "", message: String = ""
    ) {
        self.key = key
        self.name = name
        self.position = position
        self.stream = stream
        self.version = version
        self.rejection = rejection
        self.message = message
    }
}

/// A decision that a step evaluated, with its result and the table that gave it.
package struct DecisionRecord: Sendable, Equatable {
    package var key: Int
    package var decision: String
    /// SHA-256 of the decision's file, in hexadecimal.
    package var hash: String
    package var result: ProcessValue

    package init(key: Int, decision: String, hash: String, result: ProcessValue) {
        self.key = key
        self.decision = decision
        self.hash = hash
        self.result = result
    }
}

/// A place where an instance cannot go on until a person helps.
package struct Incident: Sendable, Equatable {
    package var id: Int
    /// Element instance that is stuck.
    package var key: Int
    package var elementID: String
    /// Stable code, such as `expression-failed` or a rejection's code.
    package var reason: String
    package var message: String
    /// Microseconds since 1970 UTC.
    package var since: Int64
    /// What a retry does.
    package var action: Action

    package init(
        id: Int, key: Int, elementID: String, reason: String, message: String, since: Int64,
        action: Action
    ) {
        self.id = id
        self.key = key
        self.elementID = elementID
        self.reason = reason
        self.message = message
        self.since = since
        self.action = action
    }
}

/// A step of work inside an instance that can be put off to a later advance.
package enum Action: Sendable, Equatable {
    /// Enter an element in a scope.
    case enter(element: Int, scope: Int)
    /// Enter the next or given iteration of a loop.
    case iterate(body: Int, iteration: Int)
    /// Map inputs and do what the element does.
    case activate(key: Int)
    /// Try a command again that the engine asked to put off; `attempt` counts from 1.
    case perform(key: Int, attempt: Int)
    /// Map outputs and leave the element.
    case complete(key: Int)
    /// Throw an error from an element.
    case throwError(key: Int, code: String, message: String)
    /// See whether a scope is done.
    case settle(scope: Int)
    /// Run the next compensation handler.
    case compensate(driver: Int)
    /// Hand a job out again.
    case reopen(key: Int)
    /// Go on with everything that was left when an instance was stopped as a runaway.
    case proceed
    /// Leave an element whose outputs are mapped.
    case leave(key: Int)
    /// Run a listener of an element, counted from 0 among those of its phase.
    case listen(key: Int, phase: ListenerPhase, index: Int)
    /// Go on at an interrupting boundary event, or start event of an event sub-process.
    indirect case interrupt(owner: Int, element: Int, overlay: [ProcessField])
    /// End the instance before its end.
    case cancel(compensating: Bool)
    /// Take a trigger again whose step was refused as a whole.
    indirect case redo(RefusedTrigger)
}

/// A trigger whose step could not be kept: nothing of it happened, and a retry takes it again.
package struct RefusedTrigger: Sendable, Equatable {
    /// The wait that it met, which is closed meanwhile; nil when the instance was to begin.
    package var wait: Wait?
    /// Index of the start event at which the instance was to begin; else 0.
    package var startElement: Int
    /// Position of the causing event; 0 when it was none.
    package var position: Int64

    package init(wait: Wait?, startElement: Int = 0, position: Int64 = 0) {
        self.wait = wait
        self.startElement = startElement
        self.position = position
    }
}

/// When listeners of an element run.
package enum ListenerPhase: UInt8, Sendable, Equatable {
    /// Before the element does what it does.
    case start = 0
    /// Before it is left.
    case end = 1
    /// As `start`, of an element whose event has come already: it goes on behind it.
    case caught = 2
    /// Before a user task is on the list.
    case creating = 3
    /// Before a user task is somebody's, or nobody's again.
    case assigning = 4
    /// Before a variable of a user task is changed from outside.
    case updating = 5
    /// Before a user task is done.
    case completing = 6
    /// Before something else ends a user task.
    case canceling = 7
}

/// A change of a user task that its listeners hear of before it happens.
package struct TaskTransition: Sendable, Equatable {
    package var phase: ListenerPhase
    /// The task as it is to be.
    package var task: UserTaskWait
    /// What is given with it: the form's fields, or the variables to set.
    package var variables: [ProcessField]

    package init(phase: ListenerPhase, task: UserTaskWait, variables: [ProcessField] = []) {
        self.phase = phase
        self.task = task
        self.variables = variables
    }
}

/// Where an instance is in its life.
package enum InstanceStatus: UInt8, Sendable, Equatable {
    case active = 0
    case completed = 1
    case terminated = 2
}

/// One element's number before and after a migration.
package struct MigratedElement: Sendable, Equatable {
    package var from: Int
    package var to: Int
    package var toID: String

    package init(from: Int, to: Int, toID: String) {
        self.from = from
        self.to = to
        self.toID = toID
    }
}
