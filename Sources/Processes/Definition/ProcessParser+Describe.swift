internal import FEEL
import Markup

/// Reads what each node does from its attributes, event definitions and `zeebe:` extensions.
extension ProcessParser {
    mutating func describe(_ index: Int) {
        let source = sources[index]
        elements[index].documentation =
            source.child(named: "documentation", in: Namespace.bpmn)?.trimmedText ?? ""
        elements[index].isForCompensation = source.attribute("isForCompensation") == "true"
        elements[index].properties = properties(of: source)
        elements[index].headers = headers(of: source)
        elements[index].isZeebeUserTask =
            source.name == "userTask" && extensionElement(source, "userTask") != nil
        mappings(index)
        listeners(index)
        for name in ["calledElement", "calledDecision", "formDefinition"] {
            guard let reference = extensionElement(source, name) else { continue }
            elements[index].binding = binding(of: reference, at: source)
        }
        refuseLinkedResources(source)
        switch elements[index].kind {
        case .plainTask: elements[index].kind = task(source)
        case .callActivity: elements[index].kind = callActivity(source)
        case .adHocSubProcess: elements[index].kind = adHoc(source)
        case .startEvent:
            elements[index].kind = .startEvent(event(of: index))
            elements[index].isInterrupting = source.attribute("isInterrupting") != "false"
        case .endEvent: elements[index].kind = .endEvent(event(of: index))
        case .catchEvent: elements[index].kind = .catchEvent(event(of: index))
        case .throwEvent: elements[index].kind = .throwEvent(event(of: index))
        case .boundaryEvent: elements[index].kind = .boundaryEvent(event(of: index))
        default: break
        }
        elements[index].multiInstance = multiInstance(source)
    }

    // MARK: Tasks

    private mutating func task(_ source: Element) -> ElementKind {
        switch source.name {
        case "serviceTask", "sendTask":
            return .serviceTask(requiredJob(source))
        case "userTask":
            return .userTask(userTask(source))
        case "businessRuleTask":
            if let called = extensionElement(source, "calledDecision") {
                return .businessRuleTask(
                    decision: required(called, "decisionId", of: source),
                    resultVariable: requiredText(called, "resultVariable", of: source))
            }
            return .serviceTask(requiredJob(source, or: "zeebe:calledDecision"))
        case "scriptTask":
            if let script = extensionElement(source, "script") {
                let text = script.attribute("expression") ?? ""
                guard let expression = expression(text, of: source, what: "script") else {
                    return .plainTask
                }
                return .scriptTask(
                    expression: expression,
                    resultVariable: requiredText(script, "resultVariable", of: source))
            }
            return .serviceTask(requiredJob(source, or: "zeebe:script"))
        case "receiveTask":
            return .receiveTask(
                message(source.attribute("messageRef"), of: source, needsKey: true))
        default:
            return .plainTask
        }
    }

    func job(_ source: Element) -> Element? { extensionElement(source, "taskDefinition") }

    mutating func requiredJob(_ source: Element, or other: String? = nil) -> JobDescription {
        guard let definition = job(source) else {
            let alternatives = other.map { " or \($0)" } ?? ""
            note(
                .error, source, "expected zeebe:taskDefinition\(alternatives), found none",
                remedy: "set the task's type")
            return JobDescription(type: .text(""))
        }
        let type = required(definition, "type", of: source)
        guard let retries = definition.attribute("retries"), !retries.isEmpty else {
            return JobDescription(type: type)
        }
        let parsed = textOrExpression(retries, of: source, what: "retries")
        if let text = parsed.staticText, Int(text).map({ $0 < 0 }) ?? true {
            note(
                .error, source, "expected retries to be a whole number, found '\(text)'",
                remedy: "write 3, or leave it out")
        }
        return JobDescription(type: type, retries: parsed)
    }

    private mutating func userTask(_ source: Element) -> UserTaskDescription {
        var description = UserTaskDescription()
        if let form = extensionElement(source, "formDefinition") {
            readForm(form, of: source, into: &description)
        }
        if let people = extensionElement(source, "assignmentDefinition") {
            description.assignee = optional(people, "assignee", of: source)
            description.candidateGroups = optional(people, "candidateGroups", of: source)
            description.candidateUsers = optional(people, "candidateUsers", of: source)
        }
        if let schedule = extensionElement(source, "taskSchedule") {
            description.due = optional(schedule, "dueDate", of: source)
            description.followUp = optional(schedule, "followUpDate", of: source)
            for (name, date) in [
                ("dueDate", description.due), ("followUpDate", description.followUp),
            ] {
                guard let text = date?.staticText,
                    Instant8601.instant(text, zone: .utc) == nil
                else { continue }
                note(
                    .error, source, "expected \(name) to be a date and time, found '\(text)'",
                    remedy: "write it as 2026-01-31T12:00:00Z, or as an expression")
            }
        }
        if let priority = extensionElement(source, "priorityDefinition") {
            description.priority = optional(priority, "priority", of: source)
            if let text = description.priority?.staticText,
                !(Int(text).map { (0...100).contains($0) } ?? false)
            {
                note(
                    .error, source, "expected a priority from 0 to 100, found '\(text)'",
                    remedy: "write a number in that range")
            }
        }
        return description
    }

    private mutating func callActivity(_ source: Element) -> ElementKind {
        guard let called = extensionElement(source, "calledElement") else {
            note(
                .error, source, "expected zeebe:calledElement, found none",
                remedy: "name the called process")
            return .plainTask
        }
        return .callActivity(
            CallTarget(
                processID: required(called, "processId", of: source),
                passesAllVariablesDown: called.attribute("propagateAllParentVariables") != "false",
                passesAllVariablesUp: called.attribute("propagateAllChildVariables") != "false"))
    }

    private mutating func adHoc(_ source: Element) -> ElementKind {
        var active: CompiledExpression?
        if let text = extensionElement(source, "adHoc")?.attribute("activeElementsCollection") {
            active = expression(text, of: source, what: "activeElementsCollection")
        }
        var completion: CompiledExpression?
        if let raw = source.child(named: "completionCondition", in: Namespace.bpmn) {
            completion = expression(raw.trimmedText, of: source, what: "completion condition")
        }
        var adHoc = AdHoc(
            activeElements: active, completionCondition: completion,
            cancelsRemaining: source.attribute("cancelRemainingInstances") != "false")
        let extended = extensionElement(source, "adHoc")
        adHoc.outputCollection = extended?.attribute("outputCollection") ?? ""
        if let text = extended?.attribute("outputElement"), !text.isEmpty {
            adHoc.outputElement = expression(text, of: source, what: "outputElement")
        }
        if adHoc.outputCollection.isEmpty != (adHoc.outputElement == nil) {
            note(
                .error, source, "expected outputCollection and outputElement together, found one",
                remedy: "set both or neither")
        }
        if job(source) != nil {
            adHoc.job = requiredJob(source)
            checkWorkerDecides(adHoc, source)
        }
        return .adHocSubProcess(adHoc)
    }

    /// What a worker decides cannot stand in the diagram too.
    private mutating func checkWorkerDecides(_ adHoc: AdHoc, _ source: Element) {
        let settled = [
            adHoc.activeElements == nil ? nil : "activeElementsCollection",
            adHoc.completionCondition == nil ? nil : "a completion condition",
            adHoc.cancelsRemaining ? nil : "cancelRemainingInstances=\"false\"",
        ].compactMap { $0 }
        for name in settled {
            note(
                .error, source, "\(name) cannot stand together with zeebe:taskDefinition",
                remedy: "let the worker decide it, or take the task definition away")
        }
    }

    // MARK: Loops

    private mutating func multiInstance(_ source: Element) -> MultiInstance? {
        if source.child(named: "standardLoopCharacteristics", in: Namespace.bpmn) != nil {
            note(
                .error, source, "the standard loop is not supported, as in Camunda 8",
                remedy: "draw the loop with a gateway, or use multi-instance")
        }
        guard
            let marks = source.child(
                named: "multiInstanceLoopCharacteristics", in: Namespace.bpmn)
        else { return nil }
        guard let loop = extensionElement(marks, "loopCharacteristics") else {
            note(
                .error, source, "expected zeebe:loopCharacteristics, found none",
                remedy: "set the input collection")
            return nil
        }
        guard
            let input = expression(
                loop.attribute("inputCollection") ?? "", of: source, what: "inputCollection")
        else { return nil }
        let outputCollection = loop.attribute("outputCollection") ?? ""
        var output: CompiledExpression?
        if let text = loop.attribute("outputElement"), !text.isEmpty {
            output = expression(text, of: source, what: "outputElement")
        }
        if outputCollection.isEmpty != (output == nil) {
            note(
                .error, source, "expected outputCollection and outputElement together, found one",
                remedy: "set both or neither")
        }
        var completion: CompiledExpression?
        if let raw = marks.child(named: "completionCondition", in: Namespace.bpmn) {
            completion = expression(raw.trimmedText, of: source, what: "completion condition")
        }
        return MultiInstance(
            isSequential: marks.attribute("isSequential") == "true", inputCollection: input,
            inputElement: loop.attribute("inputElement") ?? "",
            outputCollection: outputCollection, outputElement: output,
            completionCondition: completion)
    }
}
