/// Checks a compiled process before it is deployed.
///
/// Errors are what Camunda 8 would refuse or what cannot run; what can run and is probably not
/// meant is a warning. What the parser found wrong while reading comes first, in
/// ``ProcessFile/diagnostics``.
package struct DefinitionCheck {
    let definition: ProcessDefinition
    var diagnostics: [Diagnostic] = []

    /// All findings about one process, in the order of its elements.
    package static func check(
        _ definition: ProcessDefinition, environment: some DefinitionEnvironment
    ) -> [Diagnostic] {
        var check = DefinitionCheck(definition: definition)
        for element in definition.elements {
            if element.isScope { check.checkScope(element) }
            check.checkFlows(element)
            check.checkGateway(element)
            check.checkEvents(of: element)
            check.checkNames(element, environment)
        }
        check.checkReachability()
        check.checkTokens()
        check.checkLoops()
        if !definition.isExecutable {
            for place in check.diagnostics.indices { check.diagnostics[place].severity = .warning }
        }
        return check.diagnostics
    }

    mutating func note(
        _ severity: Diagnostic.Severity, _ element: FlowElement, _ message: String,
        remedy: String
    ) {
        let diagnostic = Diagnostic(
            severity, file: definition.file, elementID: element.id, elementName: element.name,
            line: element.line, message: message, remedy: remedy)
        guard diagnostics.count < DefinitionLimits.diagnosticsMax else { return }
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    func elements(_ indexes: [Int]) -> [FlowElement] { indexes.map { definition.elements[$0] } }

    // MARK: Scopes

    private mutating func checkScope(_ scope: FlowElement) {
        let starts = elements(scope.children).filter {
            if case .startEvent = $0.kind { true } else { false }
        }
        let plain = starts.filter { if case .none? = $0.event { true } else { false } }
        switch scope.kind {
        case .process:
            if starts.isEmpty {
                note(.error, scope, "the process has no start event", remedy: "draw one")
            }
            if plain.count > 1 {
                note(
                    .error, scope, "the process has \(plain.count) start events without trigger",
                    remedy: "keep one, or give the others a message or timer")
            }
            checkDuplicates(of: starts, around: scope)
            checkSignalLoop(starts)
        case .eventSubProcess:
            if starts.count != 1 {
                note(
                    .error, scope,
                    "expected one start event in the event sub-process, found \(starts.count)",
                    remedy: "draw exactly one")
            }
            if !scope.incoming.isEmpty || !scope.outgoing.isEmpty || !scope.boundaryEvents.isEmpty {
                note(
                    .error, scope,
                    "flows or boundary events are connected to the event sub-process",
                    remedy: "take them away: its start event begins it")
            }
        case .adHocSubProcess:
            checkAdHoc(scope, hasStart: !starts.isEmpty)
        default:
            if plain.count != 1 || starts.count != 1 {
                note(
                    .error, scope,
                    "expected one start event without trigger in the sub-process, found"
                        + " \(starts.count)",
                    remedy: "draw exactly one")
            }
        }
        let eventStarts = scope.eventSubprocesses.flatMap {
            elements(definition.elements[$0].children)
        }
        .filter { if case .startEvent = $0.kind { true } else { false } }
        checkDuplicates(of: eventStarts, around: scope)
        checkLinks(in: scope)
        if case .process = scope.kind, let start = scope.compensationStart(in: definition) {
            note(
                .error, start, "a compensation event sub-process stands in the process itself",
                remedy: "put it into the sub-process that it compensates")
        }
    }

    /// A process that broadcasts what starts it would start itself without end.
    private mutating func checkSignalLoop(_ starts: [FlowElement]) {
        for start in starts {
            guard case .signal(let name)? = start.event else { continue }
            let thrower = definition.elements.first {
                switch $0.kind {
                case .throwEvent(.signal(let thrown)), .endEvent(.signal(let thrown)):
                    thrown.source == name.source
                default: false
                }
            }
            guard let thrower else { continue }
            note(
                .warning, thrower,
                "broadcasts the signal '\(name.source)', which starts this process again",
                remedy: "throw another signal, or let something else start the process")
        }
    }

    private mutating func checkAdHoc(_ scope: FlowElement, hasStart: Bool) {
        let inner = elements(scope.children)
        let hasEnd = inner.contains { if case .endEvent = $0.kind { true } else { false } }
        if hasStart || hasEnd {
            note(
                .error, scope, "an ad-hoc sub-process has no start and end events",
                remedy: "take them away")
        }
        if !inner.contains(where: \.isActivity) {
            note(.error, scope, "the ad-hoc sub-process holds no activity", remedy: "draw one")
        }
    }

    private mutating func checkLinks(in scope: FlowElement) {
        let inner = elements(scope.children)
        var targets: Set<String> = []
        for element in inner {
            guard case .catchEvent(.link(let name)) = element.kind else { continue }
            if !targets.insert(name).inserted {
                note(
                    .error, element, "two catch events have the link '\(name)'",
                    remedy: "keep one in each scope")
            }
        }
        for element in inner {
            guard case .throwEvent(.link(let name)) = element.kind, !targets.contains(name) else {
                continue
            }
            note(
                .error, element, "no catch event of the scope has the link '\(name)'",
                remedy: "draw one, or correct the name")
        }
    }

    /// Two events that would catch the same thing at the same place.
    private mutating func checkDuplicates(of events: [FlowElement], around host: FlowElement) {
        var seen: Set<String> = []
        for event in events {
            guard let identity = event.event?.identity else { continue }
            if !seen.insert(identity).inserted {
                note(
                    .error, event, "another event of \(host.id) catches the same \(identity)",
                    remedy: "keep one of them")
            }
        }
    }

    // MARK: Flows

    private mutating func checkFlows(_ element: FlowElement) {
        switch element.kind {
        case .startEvent where !element.incoming.isEmpty:
            note(.warning, element, "a flow leads to the start event", remedy: "take it away")
        case .endEvent where !element.outgoing.isEmpty:
            note(.error, element, "a flow leads out of the end event", remedy: "take it away")
        case .boundaryEvent where !element.incoming.isEmpty:
            note(.error, element, "a flow leads to the boundary event", remedy: "take it away")
        case .boundaryEvent(.compensation) where !element.outgoing.isEmpty:
            note(
                .error, element, "a flow leads out of the compensation event",
                remedy: "use an association to the handler")
        case .catchEvent(.link) where !element.incoming.isEmpty:
            note(.error, element, "a flow leads to the link's catch event", remedy: "take it away")
        case .throwEvent(.link) where !element.outgoing.isEmpty:
            note(
                .error, element, "a flow leads out of the link's throw event",
                remedy: "take it away")
        default: break
        }
        if element.isForCompensation, !element.incoming.isEmpty || !element.outgoing.isEmpty {
            note(
                .error, element, "flows are connected to the compensation handler",
                remedy: "connect it by an association only")
        }
    }

    // MARK: Gateways

    private mutating func checkGateway(_ element: FlowElement) {
        switch element.kind {
        case .exclusiveGateway, .inclusiveGateway: checkConditions(element)
        case .eventBasedGateway: checkEventBased(element)
        default:
            for flow in element.outgoing where definition.flows[flow].condition != nil {
                guard !element.isActivity else { continue }
                note(
                    .error, element,
                    "flow \(definition.flows[flow].id) has a condition and leaves no activity and"
                        + " no exclusive or inclusive gateway",
                    remedy: "draw a gateway")
            }
        }
    }

    private mutating func checkConditions(_ gateway: FlowElement) {
        if let other = gateway.defaultFlow, definition.flows[other].condition != nil {
            note(
                .warning, gateway,
                "the default flow \(definition.flows[other].id) has a condition, which is not"
                    + " looked at",
                remedy: "take the condition away")
        }
        guard gateway.outgoing.count > 1 else { return }
        for flow in gateway.outgoing
        where flow != gateway.defaultFlow && definition.flows[flow].condition == nil {
            note(
                .error, gateway, "flow \(definition.flows[flow].id) has no condition",
                remedy: "give it one, or make it the default flow")
        }
        if gateway.defaultFlow == nil {
            note(
                .warning, gateway, "the gateway has no default flow",
                remedy: "mark one, so that an instance cannot stop here")
        }
    }

    private mutating func checkEventBased(_ gateway: FlowElement) {
        if gateway.outgoing.count < 2 {
            note(
                .error, gateway,
                "expected two or more flows out of the event-based gateway, found"
                    + " \(gateway.outgoing.count)",
                remedy: "add another event")
        }
        var caught: [FlowElement] = []
        for flow in gateway.outgoing {
            let target = definition.elements[definition.flows[flow].target]
            switch target.kind {
            case .catchEvent(.link), .catchEvent(.none): break
            case .catchEvent, .receiveTask:
                caught.append(target)
                if target.incoming.count > 1 {
                    note(
                        .error, target,
                        "an event behind an event-based gateway has other incoming flows",
                        remedy: "let only the gateway lead to it")
                }
                continue
            default: break
            }
            note(
                .error, gateway,
                "flow \(definition.flows[flow].id) leads to \(target.id), which"
                    + " catches no event",
                remedy: "lead it to a message, timer, signal or condition event")
        }
        checkDuplicates(of: caught, around: gateway)
    }

    // MARK: Events

    private mutating func checkEvents(of element: FlowElement) {
        checkListeners(of: element)
        checkClock(of: element)
        checkDuplicates(of: elements(element.boundaryEvents), around: element)
        if case .endEvent(.cancel) = element.kind {
            if case .transaction = definition.elements[element.parent].kind { return }
            note(
                .error, element, "a cancel end event stands outside a transaction",
                remedy: "make its sub-process a transaction")
        }
    }
}

extension EventDescription {
    /// What the event catches, in words, when two of it at one place make no sense.
    fileprivate var identity: String? {
        switch self {
        case .message(let message): "message '\(message.name.source)'"
        case .error(let code): "error '\(code?.source ?? "any")'"
        case .escalation(let code): "escalation '\(code?.source ?? "any")'"
        case .signal(let name): "signal '\(name.source)'"
        case .compensation: "compensation"
        case .cancel: "cancel event"
        case .none, .timer, .link, .conditional, .terminate: nil
        }
    }
}
