internal import Business
internal import EventLog
internal import Processes
internal import Records

/// Starts an instance by hand.
struct StartProcess: Record {
    let process: String
    let variables: JSONValue?

    static let schema = Schema<StartProcess>(
        "process.start", "Starts an instance of a process at its plain start event.",
        Field(1, "process", \.process, "The process's id."),
        Field(2, "variables", \.variables, "Variables to start with, an object."),
        make: StartProcess.init)
}

/// Tells instances of something that happened outside.
struct PublishMessage: Record {
    let name: String
    let correlationKey: String
    let variables: JSONValue?
    let timeToLive: String?

    static let schema = Schema<PublishMessage>(
        "process.publish-message", "Publishes a message from outside to processes.",
        Field(1, "name", \.name, "The message's name.", limits: .count(1...100)),
        Field(
            2, "correlationKey", \.correlationKey, "What it concerns, `type/id`.",
            limits: .count(1...130)),
        Field(3, "variables", \.variables, "What it carries, an object."),
        Field(
            4, "timeToLive", \.timeToLive,
            "How long it waits for an instance, an ISO 8601 duration; none when absent."),
        make: PublishMessage.init)
}

/// Tells every process of a signal.
struct BroadcastSignalCommand: Record {
    let name: String
    let variables: JSONValue?

    static let schema = Schema<BroadcastSignalCommand>(
        "process.broadcast-signal",
        "Broadcasts a signal: to all that wait for it, and to start what begins with it.",
        Field(1, "name", \.name, "The signal's name.", limits: .count(1...100)),
        Field(2, "variables", \.variables, "What it carries, an object."),
        make: BroadcastSignalCommand.init)
}

/// Looks at the conditions of start events.
struct EvaluateConditions: Record {
    let variables: JSONValue?
    let process: String?

    static let schema = Schema<EvaluateConditions>(
        "process.evaluate-conditions",
        "Starts every process whose conditional start event is met by some variables.",
        Field(1, "variables", \.variables, "What the conditions are looked at with, an object."),
        Field(2, "process", \.process, "Only this process; all when absent."),
        make: EvaluateConditions.init)
}

/// Tries a stuck instance again.
struct RetryIncident: Record {
    let instance: String
    let incident: Int64?
    let reason: String

    static let schema = Schema<RetryIncident>(
        "process.retry", "Tries again what became an incident.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "incident", \.incident, "The incident's number; the oldest when absent."),
        Field(3, "reason", \.reason, "Why it may go on.", limits: .count(1...500)),
        make: RetryIncident.init)
}

/// Ends an instance.
struct CancelInstance: Record {
    let instance: String
    let compensate: Bool
    let reason: String

    static let schema = Schema<CancelInstance>(
        "process.cancel", "Ends an instance before its end.",
        Field(1, "instance", \.instance, "The instance."),
        Field(
            2, "compensate", \.compensate, "Whether completed work is compensated first.",
            default: false),
        Field(3, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: CancelInstance.init)
}

/// Sets a variable of an instance.
struct SetVariable: Record {
    let instance: String
    let scope: Int64?
    let name: String
    let value: JSONValue
    let reason: String

    static let schema = Schema<SetVariable>(
        "process.set-variable", "Sets a variable of an instance.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "scope", \.scope, "Key of the element instance; the whole instance when absent."),
        Field(3, "name", \.name, "The variable.", limits: .count(1...100)),
        Field(4, "value", \.value, "Its new value."),
        Field(5, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: SetVariable.init)
}

/// Leaves a waiting or stuck element.
struct SkipElement: Record {
    let instance: String
    let element: String
    let variables: JSONValue?
    let reason: String

    static let schema = Schema<SkipElement>(
        "process.skip", "Leaves a waiting or stuck element as if it had completed.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "element", \.element, "Id of the element in the diagram."),
        Field(3, "variables", \.variables, "Variables as if the element had given them."),
        Field(4, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: SkipElement.init)
}

/// Moves the token of an element to another one.
struct JumpToElement: Record {
    let instance: String
    let from: String
    let to: String
    let reason: String

    static let schema = Schema<JumpToElement>(
        "process.jump", "Ends an element and enters another one in the same scope.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "from", \.from, "Id of the element that is left."),
        Field(3, "to", \.to, "Id of the element that is entered."),
        Field(4, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: JumpToElement.init)
}

extension EngineCommand {
    static let processCommands = [
        EngineCommand(
            StartProcess.self, access: .roles("operator"),
            rejections: [.unknownObject, .wrongState]
        ) { (payload, submission, actor, core) throws(Rejection) in
            try core.start(payload, submission, actor)
        },
        EngineCommand(PublishMessage.self, access: .roles("operator", "gateway")) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.publish(payload, submission, actor)
        },
        EngineCommand(BroadcastSignalCommand.self, access: .roles("operator", "gateway")) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.broadcast(payload, submission, actor)
        },
        EngineCommand(
            EvaluateConditions.self, access: .roles("operator", "gateway"),
            rejections: [.unknownObject]
        ) { (payload, submission, actor, core) throws(Rejection) in
            try core.evaluateConditions(payload, submission, actor)
        },
        EngineCommand(
            RetryIncident.self, access: .human("operator"),
            rejections: [.unknownObject, .wrongState]
        ) { (payload, submission, actor, core) throws(Rejection) in
            try core.retry(payload, submission, actor)
        },
        intervention(CancelInstance.self, \.instance) { payload, _ in
            .cancel(compensate: payload.compensate, reason: payload.reason)
        },
        intervention(SetVariable.self, \.instance) { payload, state in
            let scope = payload.scope.map { Int($0) } ?? state.elements.first?.key
            return scope.map {
                .setVariable(
                    scope: $0, name: payload.name, value: ProcessValue(payload.value),
                    reason: payload.reason)
            }
        },
        intervention(SkipElement.self, \.instance) { payload, state in
            state.elements.first { $0.elementID == payload.element }.map {
                .skip(
                    key: $0.key, variables: ProcessValue.fields(payload.variables),
                    reason: payload.reason)
            }
        },
        intervention(JumpToElement.self, \.instance) { payload, state in
            state.elements.first { $0.elementID == payload.from }.map {
                .jump(key: $0.key, toElement: payload.to, reason: payload.reason)
            }
        },
    ]

    /// A person's step in an instance: given a reason, written as an event, seen by the audit.
    private static func intervention<Payload: Record>(
        _ type: Payload.Type, _ instance: @escaping @Sendable (Payload) -> String,
        _ trigger: @escaping @Sendable (Payload, InstanceState) -> Trigger?
    ) -> EngineCommand {
        EngineCommand(
            Payload.self, access: .human("operator"), rejections: [.unknownObject, .wrongState]
        ) { (payload, submission, actor, core) throws(Rejection) in
            let id = instance(payload)
            let (state, version) = try core.instance(id)
            guard let trigger = trigger(payload, state.machine) else {
                throw Rejection(
                    .wrongState,
                    "Nothing of that name is open in \(id); see `query process.instance`.")
            }
            return try core.intervene(id, state, version, trigger, submission, actor)
        }
    }
}

extension WriterCore {
    /// An instance that exists and is still active.
    func instance(
        _ id: String
    ) throws(Rejection) -> (state: ProcessInstanceState, version: UInt64) {
        let (state, version) = try state(of: ProcessInstanceState.self, id: id)
        guard version > 0 else {
            throw Rejection(
                .unknownObject, "There is no process instance \"\(id)\"; check the id.")
        }
        return (state, version)
    }

    /// The set that an instance keeps.
    func set(of state: ProcessInstanceState) throws(Rejection) -> DeployedSet {
        guard let set = library.set(number: Int(state.set)) else {
            throw Rejection(
                .logUnreadable, "The definition set \(state.set) cannot be loaded from the log.")
        }
        return set
    }

    func intervene(
        _ id: String, _ state: ProcessInstanceState, _ version: UInt64, _ trigger: Trigger,
        _ submission: Submission, _ actor: Actor, date: BusinessDate? = nil
    ) throws(Rejection) -> CommandReply {
        let context = StepContext(
            instance: id, process: state.process, set: try set(of: state), cause: nil,
            person: actor.person,
            effectiveDate: submission.date ?? date ?? calendar.date(at: now), time: now,
            correlation: state.businessCase)
        return try reply(to: submission, actor, instance: id) { () throws(Rejection) in
            try step(state, version, trigger, context)
        }
    }

    /// Runs a step that a client asked for, and answers with the process event.
    func reply(
        to submission: Submission, _ actor: Actor, instance: String,
        _ body: () throws(Rejection) -> Bool
    ) throws(Rejection) -> CommandReply {
        stepKey = submission.key.map { ($0, submission.keyHash) }
        stepActor = actor
        defer {
            stepKey = nil
            stepActor = nil
        }
        guard try body() else {
            throw Rejection(
                .wrongState,
                "Instance \(instance) is not where that can be done; see `query process.instance`.")
        }
        // The process's event is the step's last, and the one that has the key: what the reply says
        // now is what it says when the key is sent again.
        return .accepted(
            position: batch.next - 1, stream: "\(ProcessInstanceState.streamType)/\(instance)",
            version: try state(of: ProcessInstanceState.self, id: instance).version)
    }

    func start(
        _ payload: StartProcess, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        guard let set = library.current, let definition = set.processes[payload.process] else {
            let names = library.current.map { $0.processes.keys.sorted() } ?? []
            throw Rejection(
                .unknownObject,
                "No process \"\(payload.process)\" is deployed; deployed are: \(names.joined(separator: ", "))."
            )
        }
        guard definition.hasPlainStart else {
            let starts = definition.startEvents.map(\.id)
            throw Rejection(
                .wrongState,
                "Expected a process with a start event without a trigger, found \(payload.process), which begins \(starts.isEmpty ? "nowhere" : "at \(starts.joined(separator: ", "))"); give the command or publish the message that sets it off."
            )
        }
        let id = "\(payload.process)-\(batch.next)"
        let (state, version) = try state(of: ProcessInstanceState.self, id: id)
        let context = StepContext(
            instance: id, process: payload.process, set: set, cause: nil, person: actor.person,
            effectiveDate: submission.date ?? calendar.date(at: now), time: now,
            correlation: Self.ownCase(id))
        var host = StepHost(core: self, context: context)
        return try reply(to: submission, actor, instance: id) { () throws(Rejection) in
            let step = Machine.start(
                definition,
                trigger: .plain(variables: ProcessValue.fields(payload.variables)),
                definitions: set.machineDefinitions, at: stepTime(now), host: &host)
            try keep(step, state, version: version, context, isFirst: true)
            return !step.isEmpty
        }
    }

    func publish(
        _ payload: PublishMessage, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let id = MessageStreams.id(payload.name, payload.correlationKey)
        guard IdentifierRules.allows(String(id.prefix(32))) else {
            throw Rejection(.invalidValue, "A message's name and key are texts without spaces.")
        }
        var expiresAt = now
        if let duration = payload.timeToLive {
            guard
                let microseconds = DurationText.microseconds(
                    duration, from: now.microsecondsSinceEpoch)
            else {
                throw Rejection(
                    .invalidValue, "timeToLive must be an ISO 8601 duration such as PT1H.")
            }
            expiresAt = now.adding(microseconds: microseconds)
        }
        return try keepOwn(submission, actor) { (decision) throws(Rejection) in
            try decision.emit(
                MessagePublished(
                    name: payload.name, correlationKey: payload.correlationKey,
                    variables: payload.variables ?? .object([]), expiresAt: expiresAt), to: id)
        }
    }
}

extension ProcessValue {
    /// The members of a JSON object as variables.
    static func fields(_ json: JSONValue?) -> [ProcessField] {
        guard case .object(let members)? = json else { return [] }
        return members.map { ProcessField($0.name, ProcessValue($0.value)) }
    }
}
