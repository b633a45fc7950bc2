/// What each element does when it is entered.
extension Run {
    /// Maps inputs, arms what sits on the element, and does what it does.
    mutating func activate(_ key: Int) {
        guard let instance = state.element(key), let element = element(of: instance) else {
            return
        }
        do {
            // A retry begins anew.
            for wait in state.waits where wait.owner == key {
                emit(.waitClosed(token: wait.token))
            }
            guard instance.role != .loopBody else {
                try armBoundaryEvents(key, element)
                try beginLoop(key, element)
                return
            }
            try mapInputs(key, element)
            if instance.transition != nil { emit(.taskTransition(key: key, nil)) }
            guard element.listeners(in: .start).isEmpty else {
                listen(key, .start, 0)
                return
            }
            try begin(key)
        } catch {
            raise(error, at: key, retry: .activate(key: key))
        }
    }

    /// Arms what sits on the element and does what it does, its inputs being mapped.
    mutating func begin(_ key: Int) throws(StepFailure) {
        guard let instance = state.element(key), let element = element(of: instance) else {
            return
        }
        if instance.role != .iteration { try armBoundaryEvents(key, element) }
        try perform(element, key)
    }

    private mutating func perform(_ element: FlowElement, _ key: Int) throws(StepFailure) {
        switch element.kind {
        case .plainTask, .parallelGateway, .exclusiveGateway, .inclusiveGateway:
            complete(key)
        case .process, .subProcess, .eventSubProcess, .transaction:
            try beginScope(key, element)
        case .adHocSubProcess(let adHoc):
            try beginAdHoc(key, element, adHoc)
        case .callActivity(let target):
            try beginCall(key, element, target)
        case .serviceTask(let job):
            try beginJob(key, element, job)
        case .userTask(let description):
            try beginUserTask(key, element, description)
        case .businessRuleTask(let decision, let resultVariable):
            try decide(key, element, decision, resultVariable)
        case .scriptTask(let expression, let resultVariable):
            let value = evaluate(expression, at: key)
            complete(key, overlay: [ProcessField(resultVariable, value)])
        case .receiveTask(let message):
            try wait(for: .message(message), owner: key, element: element, at: key)
        case .startEvent, .boundaryEvent:
            complete(key)
        case .catchEvent(let event):
            try beginCatch(key, element, event)
        case .throwEvent(let event), .endEvent(let event):
            try perform(event, key, element)
        case .eventBasedGateway:
            try armGateway(key, element)
        }
    }

    // MARK: Jobs and commands

    mutating func beginJob(
        _ key: Int, _ element: FlowElement, _ job: JobDescription
    ) throws(StepFailure) {
        let type = try text(job.type, at: key, what: "task type")
        if host.isInternal(type) {
            issue(key, element, command: type, attempt: 1)
            return
        }
        let retries = try number(job.retries, in: 0...1_000, at: key, what: "number of retries")
        openWait(
            owner: key, element: element,
            .job(JobWait(type: type, retries: max(1, retries), headers: element.headers)))
    }

    /// Tries a command again that was put off.
    mutating func perform(_ key: Int, attempt: Int) {
        guard let instance = state.element(key), let element = element(of: instance),
            let job = element.job
        else { return }
        do {
            let type = try text(job.type, at: key, what: "task type")
            issue(key, element, command: type, attempt: attempt)
        } catch {
            raise(error, at: key, retry: .activate(key: key))
        }
    }

    private mutating func issue(
        _ key: Int, _ element: FlowElement, command: String, attempt: Int
    ) {
        guard let instance = state.element(key) else { return }
        let call = CommandCall(
            name: command, payload: payload(of: command, key, element), elementKey: key,
            iteration: instance.iteration, elementID: element.id,
            processID: definition(instance.definition)?.processID ?? "",
            properties: element.properties, decisions: state.decisions,
            wantsEvents: element.outputs.contains { $0.source.mentions(Self.eventsName) })
        switch host.perform(call) {
        case .retryLater(let code):
            guard attempt < limits.commandAttemptsMax else {
                raise(
                    StepFailure(
                        code, "\(command) was put off \(attempt) times; retry when it has passed"),
                    at: key, retry: .activate(key: key))
                return
            }
            deferred.append(.perform(key: key, attempt: attempt + 1))
        case let outcome:
            finish(key, command: command, outcome)
        }
    }

    /// Goes on after a command: its result, or its rejection as a BPMN error.
    mutating func finish(
        _ key: Int, command: String, _ outcome: CommandOutcome, variables: [ProcessField] = []
    ) {
        switch outcome {
        case .accepted(let position, let stream, let version, let events):
            emit(
                .commandIssued(
                    CommandRecord(
                        key: key, name: command, position: position, stream: stream,
                        version: version)))
            heldEvents = events
            defer { heldEvents = nil }
            // What a person gave was for the command. Output mappings see it; it becomes no variable
            // by itself, or the reason that one person gave would be put into the next one's mouth.
            complete(
                key,
                results: variables + [
                    ProcessField("position", position.map { .integer($0) } ?? .null),
                    ProcessField("stream", .text(stream)),
                    ProcessField("version", .integer(version)),
                ])
        case .rejected(let code, let message):
            emit(
                .commandIssued(
                    CommandRecord(key: key, name: command, rejection: code, message: message)))
            throwError(from: key, code: code, message: message)
        case .retryLater(let code):
            raise(
                StepFailure(code, "\(command) was put off"), at: key, retry: .activate(key: key))
        }
    }

    /// Input mappings; without any, the visible variables whose names are fields of the command.
    private func payload(of command: String, _ key: Int, _ element: FlowElement) -> ProcessValue {
        var fields: [ProcessField] = []
        if element.inputs.isEmpty {
            for name in host.fieldNames(ofCommand: command) {
                if let value = state.variable(name, at: key) {
                    fields.append(ProcessField(name, value))
                }
            }
        } else {
            let own = state.element(key)?.variables ?? []
            for mapping in element.inputs where fields.value(of: mapping.target[0]) == nil {
                if let value = own.value(of: mapping.target[0]) {
                    fields.append(ProcessField(mapping.target[0], value))
                }
            }
        }
        return .context(fields)
    }

    /// Hands a job out again whose retries were used up.
    mutating func reopenJob(_ key: Int) {
        for wait in state.waits where wait.owner == key {
            guard case .job(var job) = wait.kind else { continue }
            job.retries = max(1, job.retries)
            job.worker = ""
            job.until = 0
            emit(.waitChanged(token: wait.token, kind: .job(job)))
        }
    }

    // MARK: Decisions and people

    private mutating func decide(
        _ key: Int, _ element: FlowElement, _ decision: TextOrExpression,
        _ resultVariable: String
    ) throws(StepFailure) {
        let id = try text(decision, at: key, what: "decision")
        let variables = state.visibleVariables(at: key)
        guard let caller = definitionReference(of: key) else { return }
        let outcome =
            isOwnDeployment(element, caller)
            ? host.evaluate(decision: id, variables: variables, at: time)
            : host.evaluate(
                decision: id, binding: element.binding, for: caller, variables: variables, at: time)
        switch outcome {
        case .failed(let message):
            throw StepFailure("decision-failed", "decision \(id): \(message)")
        case .result(let value, let hash):
            emit(
                .decisionEvaluated(
                    DecisionRecord(key: key, decision: id, hash: hash, result: value)))
            complete(key, overlay: [ProcessField(resultVariable, value)])
        }
    }

    private mutating func beginUserTask(
        _ key: Int, _ element: FlowElement, _ description: UserTaskDescription
    ) throws(StepFailure) {
        var task = UserTaskWait(form: description.form)
        task.formSource = description.formSource
        if let form = description.externalForm {
            task.form = try text(form, at: key, what: "form's reference")
        }
        if let assignee = description.assignee {
            let value = evaluate(assignee, at: key)
            guard value == .null || value.asText != nil else {
                throw StepFailure(
                    "expression-failed",
                    "expected the assignee to be text, found \(value.json)")
            }
            task.assignee = value.asText ?? ""
        }
        if let groups = description.candidateGroups {
            task.candidateGroups = try texts(groups, at: key, what: "candidate groups")
        }
        if let users = description.candidateUsers {
            task.candidateUsers = try texts(users, at: key, what: "candidate users")
        }
        if let due = description.due { task.due = try instant(due, at: key, what: "due date") }
        if let followUp = description.followUp {
            task.followUp = try instant(followUp, at: key, what: "follow-up date")
        }
        if let priority = description.priority {
            task.priority = try number(priority, in: 0...100, at: key, what: "priority")
        }
        task.command = element.property("command") ?? ""
        if !task.form.isEmpty, task.formSource == .linked,
            let caller = definitionReference(of: key),
            !isOwnDeployment(element, caller)
        {
            task.formSet = host.formSet(task.form, binding: element.binding, for: caller)
            if case .versionTag(let tag) = element.binding, task.formSet == nil {
                throw StepFailure(
                    "form-missing",
                    "form \(task.form) was never deployed with the version tag \(tag); deploy it"
                        + " and retry")
            }
        }
        guard element.listeners(in: .creating).isEmpty else {
            begin(TaskTransition(phase: .creating, task: task), of: key)
            return
        }
        openTask(key, element, task)
    }

    func number(
        _ source: TextOrExpression, in range: ClosedRange<Int>, at key: Int, what: String
    ) throws(StepFailure) -> Int {
        let value = evaluate(source, at: key)
        if case .integer(let number) = value, range.contains(Int(number)) { return Int(number) }
        if let number = value.asText.flatMap({ Int($0) }), range.contains(number) { return number }
        throw StepFailure(
            "expression-failed",
            "expected the \(what) to be a whole number from \(range.lowerBound) to"
                + " \(range.upperBound), found \(value.json)")
    }

    /// A list of texts, or text with commas between them.
    private func texts(
        _ source: TextOrExpression, at key: Int, what: String
    ) throws(StepFailure) -> [String] {
        let value = evaluate(source, at: key)
        switch value {
        case .null:
            return []
        case .text(let text):
            return text.split(separator: ",").map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        case .list(let items) where items.allSatisfy { $0.asText != nil }:
            return items.compactMap(\.asText)
        default:
            throw StepFailure(
                "expression-failed",
                "expected the \(what) to be a list of texts, found \(value.json)")
        }
    }

    /// An instant, which may be left open by null or empty text.
    private func instant(
        _ source: TextOrExpression, at key: Int, what: String
    ) throws(StepFailure) -> Int64? {
        let value = evaluate(source, at: key)
        if value == .null || value == .text("") { return nil }
        guard let instant = Timers.instant(of: value, zone: time.zone) else {
            throw StepFailure(
                "expression-failed",
                "expected the \(what) to be a date and time, found \(value.json)")
        }
        return instant
    }
}

extension FlowElement {
    /// The job of a service task, or of a message that is thrown.
    var job: JobDescription? {
        switch kind {
        case .serviceTask(let job): job
        case .throwEvent(.message(let message)), .endEvent(.message(let message)): message.job
        default: nil
        }
    }
}
