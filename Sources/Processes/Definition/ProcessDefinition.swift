/// One executable process, compiled: a graph with dense indexes that never changes.
///
/// Element 0 is the process itself. Every text that may be an expression is compiled once. A class,
/// for a step of an instance looks at it many times and never copies it.
package final class ProcessDefinition: Sendable {
    package let reference: DefinitionReference
    package let name: String
    /// `zeebe:versionTag`; empty without one.
    package let versionTag: String
    package let file: String
    package let isExecutable: Bool
    /// The texts of `zeebe:userTaskForm` by id: form-js JSON inside the diagram.
    package let embeddedForms: [String: String]
    package let elements: [FlowElement]
    package let flows: [SequenceFlow]
    /// Element index by id.
    package let indexByID: [String: Int]
    /// For each inclusive gateway, the flows from which a token can still reach each of its
    /// incoming flows without passing the gateway: gateway, then incoming flow, then elements.
    let reach: [Int: [Int: Set<Int>]]

    init(
        reference: DefinitionReference, name: String, versionTag: String, file: String,
        isExecutable: Bool, embeddedForms: [String: String] = [:], elements: [FlowElement],
        flows: [SequenceFlow], indexByID: [String: Int], reach: [Int: [Int: Set<Int>]]
    ) {
        self.reference = reference
        self.name = name
        self.versionTag = versionTag
        self.file = file
        self.isExecutable = isExecutable
        self.embeddedForms = embeddedForms
        self.elements = elements
        self.flows = flows
        self.indexByID = indexByID
        self.reach = reach
    }

    package var processID: String { reference.processID }

    /// The process element itself.
    package var root: FlowElement { elements[0] }

    /// The element with this id.
    package func element(id: String) -> FlowElement? {
        indexByID[id].map { elements[$0] }
    }

    /// Start events of the process (not those of event sub-processes).
    package var startEvents: [FlowElement] {
        root.children.map { elements[$0] }.filter {
            if case .startEvent = $0.kind { true } else { false }
        }
    }
}

/// One node of the graph.
///
/// Unchecked, by this rule: only the parser that makes an element changes it, before the finished
/// definition leaves the parser; afterwards it is read only.
package final class FlowElement: @unchecked Sendable {
    package let index: Int
    package let id: String
    package let name: String
    /// Line in the file, counted from 1.
    package let line: Int
    package internal(set) var kind: ElementKind
    /// Index of the scope around it; the process has itself.
    package let parent: Int
    package internal(set) var incoming: [Int] = []
    package internal(set) var outgoing: [Int] = []
    package internal(set) var defaultFlow: Int?
    /// Elements directly inside a scope.
    package internal(set) var children: [Int] = []
    /// Boundary events attached to an activity.
    package internal(set) var boundaryEvents: [Int] = []
    /// Event sub-processes directly inside a scope, by index of the sub-process.
    package internal(set) var eventSubprocesses: [Int] = []
    /// For a boundary event, the activity that it sits on.
    package internal(set) var attachedTo: Int?
    /// For boundary events and start events of event sub-processes.
    package internal(set) var isInterrupting = true
    package internal(set) var isForCompensation = false
    /// Index of the handler that a compensation boundary event leads to.
    package internal(set) var compensationHandler: Int?
    package internal(set) var inputs: [VariableMapping] = []
    package internal(set) var outputs: [VariableMapping] = []
    package internal(set) var multiInstance: MultiInstance?
    /// `zeebe:properties`, such as `qualifier`, `single` and `command`.
    package internal(set) var properties: [ProcessField] = []
    /// `zeebe:taskHeaders`.
    package internal(set) var headers: [ProcessField] = []
    package internal(set) var listeners: [Listener] = []
    /// Whether a user task is one of the engine's (`zeebe:userTask`), not a job.
    package internal(set) var isZeebeUserTask = false
    /// Which version of the process, decision or form is meant that the element names.
    package internal(set) var binding = VersionBinding.deployment
    package internal(set) var documentation = ""

    init(index: Int, id: String, name: String, line: Int, kind: ElementKind, parent: Int) {
        self.index = index
        self.id = id
        self.name = name
        self.line = line
        self.kind = kind
        self.parent = parent
    }

    /// A property's text.
    package func property(_ name: String) -> String? {
        properties.value(of: name)?.asText
    }

    package var isEventSubprocess: Bool {
        if case .eventSubProcess = kind { true } else { false }
    }

    /// Start event of the scope's own compensation event sub-process; nil without one.
    func compensationStart(in definition: ProcessDefinition) -> FlowElement? {
        for subprocess in eventSubprocesses {
            for child in definition.elements[subprocess].children {
                if case .startEvent(.compensation) = definition.elements[child].kind {
                    return definition.elements[child]
                }
            }
        }
        return nil
    }

    package var isScope: Bool {
        switch kind {
        case .process, .subProcess, .eventSubProcess, .transaction, .adHocSubProcess: true
        default: false
        }
    }

    package var isActivity: Bool {
        switch kind {
        case .subProcess, .transaction, .adHocSubProcess, .callActivity, .serviceTask, .userTask,
            .businessRuleTask, .scriptTask, .receiveTask, .plainTask:
            true
        default: false
        }
    }
}

/// What a node does.
package indirect enum ElementKind: Sendable {
    case process
    case subProcess
    case eventSubProcess
    case transaction
    case adHocSubProcess(AdHoc)
    case callActivity(CallTarget)
    /// Service and send tasks, and business-rule and script tasks that are done as jobs.
    case serviceTask(JobDescription)
    case userTask(UserTaskDescription)
    case businessRuleTask(decision: TextOrExpression, resultVariable: String)
    case scriptTask(expression: CompiledExpression, resultVariable: String)
    case receiveTask(MessageDescription)
    /// Manual and undefined tasks: passed through.
    case plainTask
    case startEvent(EventDescription)
    case endEvent(EventDescription)
    case catchEvent(EventDescription)
    case throwEvent(EventDescription)
    case boundaryEvent(EventDescription)
    case exclusiveGateway
    case parallelGateway
    case inclusiveGateway
    case eventBasedGateway
}

/// What an event catches or throws.
package indirect enum EventDescription: Sendable {
    case none
    case message(MessageDescription)
    case timer(TimerDescription)
    /// The code; nil catches every error.
    case error(TextOrExpression?)
    case escalation(TextOrExpression?)
    case signal(TextOrExpression)
    case link(String)
    case conditional(CompiledExpression)
    /// The activity to compensate; nil for all in the scope.
    case compensation(activity: Int?)
    case terminate
    case cancel
}

/// Static text, or an expression that gives it.
package enum TextOrExpression: Sendable {
    case text(String)
    case expression(CompiledExpression)

    /// The text when it is static.
    package var staticText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// As it stands in the file.
    package var source: String {
        switch self {
        case .text(let text): text
        case .expression(let expression): "=" + expression.source
        }
    }

    /// Whether an expression takes that name from outside.
    func mentions(_ name: String) -> Bool {
        if case .expression(let expression) = self { expression.mentions(name) } else { false }
    }
}

/// A message's name and what it is correlated by.
package struct MessageDescription: Sendable {
    package var name: TextOrExpression
    /// Nil in a start event of a process, and in a throw event without one.
    package var correlationKey: CompiledExpression?
    /// A throw event or send task that is done by a worker.
    package var job: JobDescription?

    package init(
        name: TextOrExpression, correlationKey: CompiledExpression? = nil,
        job: JobDescription? = nil
    ) {
        self.name = name
        self.correlationKey = correlationKey
        self.job = job
    }
}

/// When a timer fires.
package enum TimerDescription: Sendable {
    case date(TextOrExpression)
    case duration(TextOrExpression)
    /// `R3/PT1H`, or cron.
    case cycle(TextOrExpression)
}

/// `zeebe:taskDefinition`.
package struct JobDescription: Sendable {
    package var type: TextOrExpression
    package var retries: TextOrExpression

    package init(type: TextOrExpression, retries: TextOrExpression = .text("3")) {
        self.type = type
        self.retries = retries
    }
}

/// `zeebe:calledElement`.
package struct CallTarget: Sendable {
    package var processID: TextOrExpression
    package var passesAllVariablesDown: Bool
    package var passesAllVariablesUp: Bool
}

/// A user task's people, dates, form and command.
package struct UserTaskDescription: Sendable {
    /// Id of a form file, or key of a form in the diagram; empty without one of these.
    package var form: String = ""
    package var formSource = FormSource.linked
    /// What a form outside is called.
    package var externalForm: TextOrExpression?
    package var assignee: TextOrExpression?
    package var candidateGroups: TextOrExpression?
    package var candidateUsers: TextOrExpression?
    package var due: TextOrExpression?
    package var followUp: TextOrExpression?
    package var priority: TextOrExpression?

    package init() {}
}

/// `zeebe:adHoc`.
package struct AdHoc: Sendable {
    /// Gives the ids of the elements to enter at once; nil enters those without incoming flow.
    package var activeElements: CompiledExpression?
    package var completionCondition: CompiledExpression?
    package var cancelsRemaining: Bool
    /// Set where a worker decides what is entered and when it is done.
    package var job: JobDescription?
    /// Variable that collects what each entered element gives; empty without one.
    package var outputCollection = ""
    package var outputElement: CompiledExpression?

    /// Whether each entered element has a scope of its own around what follows from it.
    var hasInnerScopes: Bool { job != nil || outputElement != nil }
}

/// `zeebe:loopCharacteristics` with the standard's marks.
package struct MultiInstance: Sendable {
    package var isSequential: Bool
    package var inputCollection: CompiledExpression
    package var inputElement: String
    package var outputCollection: String
    package var outputElement: CompiledExpression?
    package var completionCondition: CompiledExpression?
}

/// `zeebe:input` or `zeebe:output`.
package struct VariableMapping: Sendable {
    package var source: TextOrExpression
    /// Variable, or a path such as `order.total`.
    package var target: [String]

    package init(source: TextOrExpression, target: [String]) {
        self.source = source
        self.target = target
    }
}

/// `zeebe:executionListener` or `zeebe:taskListener`.
package struct Listener: Sendable {
    package enum Event: String, Sendable {
        case start, end
        case creating, assigning, updating, completing, canceling
    }

    package var event: Event
    package var job: JobDescription
    package var isTaskListener: Bool
    /// Its own `zeebe:taskHeaders`, which stand before those of the element.
    package var headers: [ProcessField] = []
}

/// An arrow between two elements.
package struct SequenceFlow: Sendable {
    package let index: Int
    package let id: String
    package let name: String
    package let line: Int
    package let source: Int
    package let target: Int
    package var condition: CompiledExpression?
}
