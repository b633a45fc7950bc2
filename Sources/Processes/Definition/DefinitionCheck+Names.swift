/// Checks the names that a process uses against what the engine knows.
extension DefinitionCheck {
    mutating func checkNames(
        _ element: FlowElement, _ environment: some DefinitionEnvironment
    ) {
        if let type = element.job?.type.staticText, !type.isEmpty {
            checkTaskType(type, element, environment)
        }
        for listener in element.listeners {
            guard let type = listener.job.type.staticText, environment.isModule(type),
                environment.command(named: type) == nil
            else { continue }
            note(
                .error, element, "its listener's command \(type) is not known",
                remedy: "correct the name")
        }
        if case .adHocSubProcess(let adHoc) = element.kind, let type = adHoc.job?.type.staticText,
            environment.isModule(type)
        {
            note(
                .error, element, "command \(type) cannot decide what an ad-hoc sub-process enters",
                remedy: "give it the type of a worker outside")
        }
        switch element.kind {
        case .userTask(let task): checkUserTask(task, element, environment)
        case .businessRuleTask(let decision, _):
            if let id = decision.staticText, !id.isEmpty {
                checkVersion(
                    of: .decision, id, isKnown: environment.hasDecision(id), element, environment)
            }
        case .callActivity(let target):
            if let id = target.processID.staticText, !id.isEmpty {
                checkVersion(
                    of: .process, id, isKnown: environment.hasProcess(id), element, environment)
            }
        case .receiveTask(let message): checkEvent(message, element, environment)
        default: break
        }
        switch element.kind {
        case .startEvent(.message(let message)), .catchEvent(.message(let message)),
            .boundaryEvent(.message(let message)):
            checkEvent(message, element, environment)
        default: break
        }
    }

    /// What an element refers to stands in the set; another version of it may stand in another.
    private mutating func checkVersion(
        of kind: VersionedKind, _ id: String, isKnown: Bool, _ element: FlowElement,
        _ environment: some DefinitionEnvironment
    ) {
        guard case .versionTag(let tag) = element.binding else {
            guard !isKnown else { return }
            note(
                .error, element, "\(kind) \(id) is not known",
                remedy: "deploy it in the same set, or correct the id")
            return
        }
        let known = environment.versionTag(of: kind, id)
        guard known != tag else { return }
        let found = known.map { $0.isEmpty ? "one without a tag" : "'\($0)'" } ?? "none"
        note(
            .warning, element,
            "expected version '\(tag)' of \(kind) \(id), found \(found) in the set",
            remedy: "see that it was deployed before, or correct the tag")
    }

    private mutating func checkEvent(
        _ message: MessageDescription, _ element: FlowElement,
        _ environment: some DefinitionEnvironment
    ) {
        guard let name = message.name.staticText, environment.isModule(name),
            !environment.hasEvent(named: name)
        else { return }
        note(
            .error, element, "event \(name) is not known",
            remedy: "correct the message's name: events are named in the past tense")
    }

    private mutating func checkUserTask(
        _ task: UserTaskDescription, _ element: FlowElement,
        _ environment: some DefinitionEnvironment
    ) {
        if !task.form.isEmpty, task.formSource == .linked {
            checkVersion(
                of: .form, task.form, isKnown: environment.hasForm(task.form), element, environment)
        }
        if let command = element.property("command"), !command.isEmpty,
            environment.command(named: command) == nil
        {
            note(
                .error, element, "its command \(command) is not known", remedy: "correct the name")
        }
        for role in task.candidateGroups?.statedTexts ?? [] where !environment.hasRole(role) {
            note(
                .warning, element, "its candidate group \(role) is no known role",
                remedy: "correct the name, or add the role to \(environment.rolesFile)")
        }
        if task.assignee == nil, task.candidateGroups == nil, task.candidateUsers == nil {
            note(
                .warning, element, "nobody is named who may do the task",
                remedy: "set candidateGroups to a role")
        }
    }

    private mutating func checkTaskType(
        _ type: String, _ element: FlowElement, _ environment: some DefinitionEnvironment
    ) {
        guard let command = environment.command(named: type) else {
            if environment.isModule(type) {
                note(
                    .error, element, "command \(type) is not known",
                    remedy: "correct the task's type, or deploy a command of that name")
            } else {
                checkOutsideEffect(type, element)
            }
            return
        }
        if command.isForPeopleOnly { checkApproval(of: type, element, environment) }
        checkFields(type, command, element)
        checkCodes(type, command, element)
    }

    /// What is for people, a process does when a decision approved it before.
    private mutating func checkApproval(
        of type: String, _ element: FlowElement, _ environment: some DefinitionEnvironment
    ) {
        guard let decision = element.property("approvedBy") else {
            note(
                .warning, element, "command \(type) is for people",
                remedy: "use a user task, or let a decision approve it before")
            return
        }
        if !environment.hasDecision(decision) {
            note(
                .error, element, "decision \(decision), which is to approve \(type), is not known",
                remedy: "deploy it in the same set, or correct the property approvedBy")
        }
    }

    private mutating func checkOutsideEffect(_ type: String, _ element: FlowElement) {
        guard element.isActivity, element.compensationHandler == nil, !element.isForCompensation
        else { return }
        note(
            .warning, element, "job \(type) has an effect outside and no compensation",
            remedy: "attach a compensation event with a handler, or accept that it stays done")
    }

    private mutating func checkFields(
        _ type: String, _ command: CommandDescription, _ element: FlowElement
    ) {
        guard !element.inputs.isEmpty else { return }
        let mapped = Set(element.inputs.map { $0.target[0] })
        for name in command.requiredFieldNames where !mapped.contains(name) {
            note(
                .error, element, "field \(name) of \(type) is not mapped",
                remedy: "add an input mapping with the target \(name)")
        }
        for name in mapped.sorted() where !command.fieldNames.contains(name) {
            let known = command.fieldNames.joined(separator: ", ")
            note(
                .error, element, "\(type) has no field \(name)",
                remedy: "map one of \(known)")
        }
    }

    private mutating func checkCodes(
        _ type: String, _ command: CommandDescription, _ element: FlowElement
    ) {
        for boundary in elements(element.boundaryEvents) {
            guard case .error(let code?)? = boundary.event, let text = code.staticText,
                !command.rejectionCodes.contains(text)
            else { continue }
            let known = command.rejectionCodes.joined(separator: ", ")
            note(
                .error, boundary, "\(type) never gives the code \(text)",
                remedy: "catch one of \(known)")
        }
    }
}

extension TextOrExpression {
    /// The texts that it surely stands for: those of a static text, of a text in quotes, and of the
    /// lists of texts in an expression that are not what something is compared with.
    var statedTexts: [String] {
        switch self {
        case .text(let text):
            return text.split(separator: ",").map { $0.filter { $0 != " " } }
        case .expression(let expression):
            let source = expression.source
            if let whole = source.wholeMatch(of: #/\s*"([^"]*)"\s*/#) { return [String(whole.1)] }
            let lists = source.matches(
                of: #/(\bin\s*)?\[\s*"[^"\]]*"(?:\s*,\s*"[^"\]]*")*\s*\]/#)
            return lists.filter { $0.1 == nil }.flatMap { list in
                list.0.matches(of: #/"([^"]*)"/#).map { String($0.1) }
            }
        }
    }
}
