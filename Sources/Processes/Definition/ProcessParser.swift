import Markup

/// Compiles one `bpmn:process` into a ``ProcessDefinition``, and names what is wrong with it.
struct ProcessParser {
    let file: String
    let hash: String
    let process: Element
    let shared: SharedElements
    var diagnostics: [Diagnostic] = []
    var annotations: [Annotation] = []

    var elements: [FlowElement] = []
    var flows: [SequenceFlow] = []
    var indexByID: [String: Int] = [:]
    /// The XML of each element, by index.
    var sources: [Element] = []
    var rawFlows: [Element] = []
    var associations: [Element] = []
    let isExecutable: Bool

    init(file: String, hash: String, process: Element, shared: SharedElements) {
        self.file = file
        self.hash = hash
        self.process = process
        self.shared = shared
        isExecutable = process.attribute("isExecutable") == "true"
    }

    mutating func parse() -> ProcessDefinition {
        let id = process.attribute("id") ?? ""
        if id.isEmpty {
            note(.error, process, "the process has no id", remedy: "give it one")
        }
        collect(process, as: .process, parent: 0)
        collectContent(of: process, scope: 0, depth: 1)
        connectFlows()
        for index in elements.indices { describe(index) }
        attachBoundaryEvents()
        connectCompensation()
        let reach =
            checkInclusiveJoins()
            ? Reachability.inclusiveGateways(elements: elements, flows: flows) : [:]
        let versionTag = extensionElement(process, "versionTag")?.attribute("value") ?? ""
        if !isExecutable { soften() }
        return ProcessDefinition(
            reference: DefinitionReference(processID: id, hash: hash),
            name: process.attribute("name") ?? "", versionTag: versionTag, file: file,
            isExecutable: isExecutable, embeddedForms: embeddedForms, elements: elements,
            flows: flows, indexByID: indexByID, reach: reach)
    }

    // MARK: Nodes

    private mutating func collect(_ element: Element, as kind: ElementKind, parent: Int) {
        let index = elements.count
        guard index < DefinitionLimits.elementsMax else {
            tooLarge(element, "elements", maximum: DefinitionLimits.elementsMax)
            return
        }
        let id = element.attribute("id") ?? ""
        if id.isEmpty, index > 0 {
            note(.error, element, "\(element.name) has no id", remedy: "give it one")
        }
        if !id.isEmpty, indexByID.updateValue(index, forKey: id) != nil {
            note(
                .error, element, "the id \(id) is used twice",
                remedy: "give each element its own id")
        }
        elements.append(
            FlowElement(
                index: index, id: id, name: element.attribute("name") ?? "", line: element.line,
                kind: kind, parent: parent))
        sources.append(element)
        guard index > 0 else { return }
        elements[parent].children.append(index)
        if case .eventSubProcess = kind { elements[parent].eventSubprocesses.append(index) }
    }

    private mutating func collectContent(of scope: Element, scope index: Int, depth: Int) {
        let depthMax = DefinitionLimits.depthMax
        guard depth <= depthMax else {
            note(
                .error, scope, "sub-processes are nested more than \(depthMax) deep",
                remedy: "call some of them as processes of their own")
            return
        }
        for child in scope.elements where child.namespace == Namespace.bpmn {
            switch child.name {
            case "sequenceFlow":
                guard rawFlows.count < DefinitionLimits.flowsMax else {
                    tooLarge(child, "flows", maximum: DefinitionLimits.flowsMax)
                    return
                }
                rawFlows.append(child)
            case "association", "textAnnotation", "group", "dataObject", "dataObjectReference",
                "dataStoreReference":
                if child.name == "association" { associations.append(child) }
                annotations.append(ProcessFileParser.annotation(child))
            case "subProcess", "transaction", "adHocSubProcess":
                let inner = elements.count
                collect(child, as: scopeKind(of: child), parent: index)
                guard inner < elements.count else { return }
                collectContent(of: child, scope: inner, depth: depth + 1)
            default:
                collectNode(child, parent: index)
            }
        }
    }

    private func scopeKind(of element: Element) -> ElementKind {
        switch element.name {
        case "transaction": .transaction
        case "adHocSubProcess":
            .adHocSubProcess(
                AdHoc(activeElements: nil, completionCondition: nil, cancelsRemaining: true))
        default: element.attribute("triggeredByEvent") == "true" ? .eventSubProcess : .subProcess
        }
    }

    /// Elements of a process that are drawing or description.
    private static let descriptions: Set<String> = [
        "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "ioSpecification",
        "dataInputAssociation", "dataOutputAssociation", "property", "auditing", "monitoring",
        "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "completionCondition",
        "resourceRole", "performer", "potentialOwner", "supports", "correlationSubscription",
        "ioBinding", "category",
    ]

    private mutating func collectNode(_ element: Element, parent: Int) {
        guard !Self.descriptions.contains(element.name) else { return }
        let kind: ElementKind
        switch element.name {
        case "startEvent": kind = .startEvent(.none)
        case "endEvent": kind = .endEvent(.none)
        case "intermediateCatchEvent": kind = .catchEvent(.none)
        case "intermediateThrowEvent": kind = .throwEvent(.none)
        case "boundaryEvent": kind = .boundaryEvent(.none)
        case "exclusiveGateway": kind = .exclusiveGateway
        case "parallelGateway": kind = .parallelGateway
        case "inclusiveGateway": kind = .inclusiveGateway
        case "eventBasedGateway": kind = .eventBasedGateway
        case "task", "manualTask", "serviceTask", "sendTask", "userTask", "businessRuleTask",
            "scriptTask", "receiveTask":
            kind = .plainTask
        case "callActivity":
            kind = .callActivity(
                CallTarget(
                    processID: .text(""), passesAllVariablesDown: true, passesAllVariablesUp: true))
        default:
            note(
                .error, element, "\(element.name) cannot be executed",
                remedy: "draw it with other elements")
            kind = .plainTask
        }
        collect(element, as: kind, parent: parent)
    }

    // MARK: Flows

    private mutating func connectFlows() {
        for raw in rawFlows {
            let id = raw.attribute("id") ?? ""
            let source = LocalName.of(raw.attribute("sourceRef") ?? "")
            let target = LocalName.of(raw.attribute("targetRef") ?? "")
            guard let from = indexByID[source], let to = indexByID[target] else {
                let missing = indexByID[source] == nil ? source : target
                note(
                    .error, raw, "the flow leads from or to '\(missing)', which is not there",
                    remedy: "connect both ends")
                continue
            }
            guard elements[from].parent == elements[to].parent, from != 0, to != 0 else {
                note(
                    .error, raw, "the flow crosses the border of a sub-process",
                    remedy: "end it at the border, or use an event")
                continue
            }
            let index = flows.count
            flows.append(
                SequenceFlow(
                    index: index, id: id, name: raw.attribute("name") ?? "", line: raw.line,
                    source: from, target: to, condition: condition(of: raw)))
            elements[from].outgoing.append(index)
            elements[to].incoming.append(index)
            if sources[from].attribute("default").map(LocalName.of) == id, !id.isEmpty {
                elements[from].defaultFlow = index
            }
        }
        for index in elements.indices {
            guard let named = sources[index].attribute("default"), !named.isEmpty,
                elements[index].defaultFlow == nil
            else { continue }
            note(
                .error, sources[index], "the default flow '\(named)' does not leave this element",
                remedy: "name one of its outgoing flows")
        }
    }

    private mutating func condition(of flow: Element) -> CompiledExpression? {
        guard let raw = flow.child(named: "conditionExpression", in: Namespace.bpmn) else {
            return nil
        }
        return expression(raw.trimmedText, of: flow, what: "condition")
    }

    // MARK: Boundary events and compensation

    private mutating func attachBoundaryEvents() {
        for index in elements.indices {
            guard case .boundaryEvent(let event) = elements[index].kind else { continue }
            let source = sources[index]
            elements[index].isInterrupting = source.attribute("cancelActivity") != "false"
            let name = LocalName.of(source.attribute("attachedToRef") ?? "")
            guard let host = indexByID[name], elements[host].isActivity,
                elements[host].parent == elements[index].parent
            else {
                note(
                    .error, source,
                    "expected attachedToRef to name an activity of the same scope,"
                        + " found '\(name)'",
                    remedy: "put the event on the border of a task or sub-process")
                continue
            }
            elements[index].attachedTo = host
            elements[host].boundaryEvents.append(index)
            if case .cancel = event, case .transaction = elements[host].kind {
            } else if case .cancel = event {
                note(
                    .error, source, "a cancel event sits on an element that is no transaction",
                    remedy: "make the sub-process a transaction")
            }
        }
    }

    /// A compensation boundary event leads to its handler by an association, not by a flow.
    private mutating func connectCompensation() {
        for association in associations {
            let from = LocalName.of(association.attribute("sourceRef") ?? "")
            let to = LocalName.of(association.attribute("targetRef") ?? "")
            guard let event = indexByID[from], let handler = indexByID[to],
                case .boundaryEvent(.compensation) = elements[event].kind,
                let host = elements[event].attachedTo
            else { continue }
            guard elements[handler].isActivity, elements[handler].isForCompensation else {
                note(
                    .error, association,
                    "compensation leads to '\(to)', which is not marked as a compensation handler",
                    remedy: "set isForCompensation=\"true\" on the activity")
                continue
            }
            elements[host].compensationHandler = handler
            elements[event].compensationHandler = handler
        }
        for element in elements {
            if case .boundaryEvent(.compensation) = element.kind, element.attachedTo != nil,
                element.compensationHandler == nil
            {
                note(
                    .error, sources[element.index], "the compensation event has no handler",
                    remedy: "connect it to an activity marked for compensation")
            }
        }
    }

    // MARK: Notes

    private mutating func tooLarge(_ element: Element, _ what: String, maximum: Int) {
        let message = "a process may have \(maximum) \(what), and this one has more"
        guard !diagnostics.contains(where: { $0.message == message }) else { return }
        note(.error, element, message, remedy: "call some of it as processes of their own")
    }

    /// Inclusive gateways that join are looked at together with all that leads to them.
    private mutating func checkInclusiveJoins() -> Bool {
        let joins = elements.filter {
            if case .inclusiveGateway = $0.kind { $0.incoming.count > 1 } else { false }
        }
        let flows = joins.reduce(0) { $0 + $1.incoming.count }
        guard flows > DefinitionLimits.inclusiveFlowsMax else { return true }
        tooLarge(
            process, "flows into inclusive joins", maximum: DefinitionLimits.inclusiveFlowsMax)
        return false
    }

    mutating func note(
        _ severity: Diagnostic.Severity, _ element: Element, _ message: String, remedy: String
    ) {
        guard diagnostics.count < DefinitionLimits.diagnosticsMax else { return }
        diagnostics.append(
            Diagnostic(
                severity, file: file, elementID: element.attribute("id") ?? "",
                elementName: element.attribute("name") ?? "", line: element.line,
                message: message, remedy: remedy))
    }

    /// What is wrong with a process that nobody runs is worth a warning only.
    private mutating func soften() {
        for place in diagnostics.indices { diagnostics[place].severity = .warning }
    }
}
