internal import Business
internal import FEEL
internal import Processes
internal import Records

/// What a step of a process asks of the engine; answered from the writer's states, decided in the
/// writer's batch.
struct StepHost: ProcessHost {
    let core: WriterCore
    let context: StepContext

    var seed: String {
        "\(context.instance) \(context.cause ?? 0) \(context.time.microsecondsSinceEpoch)"
    }

    func isInternal(_ type: String) -> Bool { core.registry.isModule(of: type) }

    func fieldNames(ofCommand name: String) -> [String] {
        core.registry.commands[name]?.description.fields.map(\.name) ?? []
    }

    mutating func perform(_ call: CommandCall) -> CommandOutcome {
        do throws(Rejection) {
            return try core.perform(call, context)
        } catch {
            switch error.code {
            case .wrongVersion, .diskLow, .logUnreadable: return .retryLater(code: error.code.name)
            default: return .rejected(code: error.code.name, message: error.message)
            }
        }
    }

    mutating func evaluate(
        decision: String, variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome {
        context.set.evaluate(
            decision, variables: variables, on: context.effectiveDate, at: context.time)
    }

    // MARK: Other deployments

    func process(
        _ id: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> ProcessDefinition? {
        set(binding, for: caller) { $0.processes[id]?.versionTag }?.processes[id]
    }

    mutating func evaluate(
        decision: String, binding: VersionBinding, for caller: DefinitionReference,
        variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome {
        let found = set(binding, for: caller) { $0.versionTags.decisions[decision] }
        if case .versionTag(let tag) = binding, found == nil {
            return .failed("it was never deployed with the version tag \(tag)")
        }
        return (found ?? context.set).evaluate(
            decision, variables: variables, on: context.effectiveDate, at: context.time)
    }

    func formSet(
        _ form: String, binding: VersionBinding, for caller: DefinitionReference
    ) -> Int? {
        set(binding, for: caller) { $0.versionTags.forms[form] }?.number
    }

    /// The deployment that a reference means; `tag` is the version tag there of what is meant.
    private func set(
        _ binding: VersionBinding, for caller: DefinitionReference,
        tag: (DeployedSet) -> String?
    ) -> DeployedSet? {
        let library = core.library
        switch binding {
        case .latest: return library.current
        case .versionTag(let wanted): return library.newest { tag($0) == wanted }
        case .deployment:
            if context.set.machineDefinitions[caller] != nil { return context.set }
            return library.newest { $0.machineDefinitions[caller] != nil }
        }
    }

    func calendar(named name: String) -> BusinessCalendar? { context.set.calendars[name] }

    func object(type: String, id: String) -> Value? {
        core.objectValue(type: type, id: id)
    }
}

extension WriterCore {
    /// Decides a command that a step issues, in the batch at hand.
    func perform(
        _ call: CommandCall, _ context: StepContext
    ) throws(Rejection) -> CommandOutcome {
        guard let type = registry.commands[call.name] else { throw unknownCommand(call.name) }
        // A called process acts with its own role, not with its caller's.
        let process = call.processID.isEmpty ? context.process : call.processID
        var facts = facts(of: context, acting: process)
        try requireRole(type.access, of: facts.actor, for: call.name)
        if type.access.isHuman {
            guard let approval = call.approval else {
                throw Rejection(
                    .humanOnly,
                    "\(call.name) is a person's decision; use a user task, or a decision that approves it."
                )
            }
            facts.approval = approval
        }
        let payload = JSONValue(call.payload, fields: type.description.fields)
        let command = try read(payload, as: type)
        let decision = try run(command, facts: facts)
        let key = "process.instance/\(context.instance):\(call.elementKey):\(call.iteration)"
        let position = try keep(
            decision,
            EnvelopeFacts(
                company: facts.company, recordedAt: now, actor: facts.actor,
                key: key.utf8.count <= Submission.keyBytesMax ? key : nil, keyHash: nil,
                correlation: context.correlation ?? Self.ownCase(context.instance),
                causation: context.cause))
        guard let head = decision.head else {
            return .accepted(position: nil, stream: "", version: 0, events: .list([]))
        }
        let events: [Value] = !call.wantsEvents ? [] : decision.emitted.map(eventValue)
        return .accepted(
            position: Int64(position), stream: head.stream.description,
            version: Int64(head.version), events: .list(events))
    }

    /// An event as mappings see it.
    private func eventValue(_ item: EmittedEvent) -> Value {
        .context([
            "type": .text(typeName(of: item.event)), "stream": .text(item.stream.description),
            "data": Value(item.event.content),
        ])
    }

    private func typeName(of event: some Event) -> String { type(of: event).typeName }

    /// Declared fields of a stream's state; nil when there is no such stream.
    func objectValue(type: String, id: String) -> Value? {
        guard let initial = registry.initialStates[type]?() else { return nil }
        let stream = StreamName(type: type, id: id)
        do throws(Rejection) {
            let entry = try entry(of: stream, initial: initial)
            return entry.version > 0 ? Value(entry.state.content) : nil
        } catch {
            // What cannot be read is not the same as what does not exist: the step is not kept.
            readFault = error
            return nil
        }
    }
}

extension CommandCall {
    /// The decision that approved a person's command inside a process, by its hash: the task's
    /// property `approvedBy` names it, an earlier business-rule task of the instance evaluated it,
    /// and it said yes: `true`, or a context whose `approved` is true.
    var approval: DefinitionHash? {
        guard let decision = properties.value(of: "approvedBy")?.asText,
            let record = decisions.last(where: { $0.decision == decision }),
            record.result == .boolean(true) || record.result["approved"] == .boolean(true)
        else { return nil }
        return DefinitionHash(hexadecimal: record.hash)
    }
}
