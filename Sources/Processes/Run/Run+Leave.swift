/// Leaving elements and taking flows.
extension Run {
    /// Completes an element: maps outputs, leaves it, and goes on behind it.
    ///
    /// `overlay` is what a message, job, person or called process gave; without output mappings it
    /// becomes variables, as in Zeebe. `results` is what a command gave; it is seen by output
    /// mappings and kept only by them, so that a process holds no copies of events by accident.
    mutating func complete(
        _ key: Int, overlay: [ProcessField] = [], results: [ProcessField] = []
    ) {
        guard let instance = state.element(key), let element = element(of: instance) else {
            return
        }
        do {
            try mapOutputs(instance, element, overlay: overlay, results: results)
        } catch {
            // The variables do not fit. What was given is not kept, so the element is done again.
            raise(error, at: key, retry: .activate(key: key))
            return
        }
        depart(key, overlay: overlay + results)
    }

    /// Runs the listeners at the end, chooses the flows to take, and leaves.
    mutating func depart(_ key: Int, overlay: [ProcessField] = []) {
        guard let instance = state.element(key), let element = element(of: instance) else {
            return
        }
        let isListening = instance.listening == Listening(phase: .end, index: nil)
        if !isListening, instance.role != .loopBody, !element.listeners(in: .end).isEmpty {
            for wait in state.waits where wait.owner == key {
                emit(.waitClosed(token: wait.token))
            }
            listen(key, .end, 0)
            return
        }
        do {
            let flows = try flowsToTake(instance, element)
            let output = outputElement(of: instance, element, overlay: overlay)
            leave(instance, element, flows: flows, output: output)
        } catch {
            raise(error, at: key, retry: .leave(key: key))
        }
    }

    private func flowsToTake(
        _ instance: ElementInstance, _ element: FlowElement
    ) throws(StepFailure) -> [Int]? {
        switch element.kind {
        case .exclusiveGateway: [try chooseFlow(instance.key, element)]
        case .inclusiveGateway: try chooseFlows(instance.key, element)
        default: try conditionalFlows(instance, element)
        }
    }

    private mutating func mapOutputs(
        _ instance: ElementInstance, _ element: FlowElement, overlay: [ProcessField],
        results: [ProcessField]
    ) throws(StepFailure) {
        guard instance.role != .loopBody else { return }
        guard element.outputs.isEmpty else {
            guard instance.role != .iteration else {
                try mapIteration(instance, element, overlay: overlay, results: results)
                return
            }
            let mapped = outputs(instance.key, element, overlay: overlay + results)
            for field in mapped {
                try propagate(field.name, field.value, from: instance.parent)
            }
            return
        }
        // What was held while listeners ran is the element's own meanwhile.
        let from = instance.listening?.phase == .caught ? instance.parent : instance.key
        for field in overlay where field.name != Self.eventName {
            try propagate(field.name, field.value, from: from)
        }
    }

    /// The name under which mappings see the event at hand.
    static var eventName: String { "event" }

    private mutating func leave(
        _ instance: ElementInstance, _ element: FlowElement, flows: [Int]?,
        output: ProcessValue?
    ) {
        let key = instance.key
        let scope = instance.parent
        let callVariables = instance.variables
        emitLeft(
            LeftElement(
                key: key, how: .completed, compensation: compensationOffer(of: instance, element)))
        switch instance.role {
        case .iteration:
            iterationDone(body: scope, iteration: instance.iteration, output: output)
        case .compensationHandler, .revived:
            queue.append(.compensate(driver: instance.driver))
        case .calledProcess, .isolatedProcess:
            finishCall(scope, variables: callVariables)
        case .adHocFlow:
            queue.append(.settle(scope: scope))
        case .plain, .loopBody:
            guard element.index != 0 else {
                emit(.ended(.completed))
                return
            }
            goOn(from: element, definition: instance.definition, scope: scope, flows: flows)
        }
    }

    /// Takes flows behind an element that was left, or sees whether its scope is done.
    mutating func goOn(from element: FlowElement, definition: Int, scope: Int, flows: [Int]?) {
        if case .endEvent(.terminate) = element.kind { clear(scope) }
        for flow in flows ?? element.outgoing { take(flow, definition: definition, scope: scope) }
        queue.append(.settle(scope: scope))
    }

    /// Moves a token over a flow; at a joining gateway it waits for the others.
    mutating func take(_ index: Int, definition number: Int, scope: Int) {
        guard let definition = definition(number) else { return }
        let flow = definition.flows[index]
        let target = definition.elements[flow.target]
        switch target.kind {
        case .parallelGateway where target.incoming.count > 1:
            emit(.flowTaken(flow: index, scope: scope, gateway: target.index))
            let arrivals = state.element(scope)?.arrivals ?? []
            let isComplete = target.incoming.allSatisfy { wanted in
                arrivals.contains { $0.flow == wanted }
            }
            guard isComplete else { return }
            emit(.joined(scope: scope, flows: target.incoming))
            queue.append(.enter(element: target.index, scope: scope))
        case .inclusiveGateway where target.incoming.count > 1:
            emit(.flowTaken(flow: index, scope: scope, gateway: target.index))
        default:
            emit(.flowTaken(flow: index, scope: scope, gateway: nil))
            queue.append(.enter(element: target.index, scope: scope))
        }
    }

    func compensationOffer(
        of instance: ElementInstance, _ element: FlowElement
    ) -> CompensationOffer? {
        guard instance.parent != 0,
            [.plain, .iteration, .loopBody, .adHocFlow].contains(instance.role)
        else { return nil }
        let isBody = instance.role == .loopBody || instance.role == .adHocFlow
        let handler = isBody ? nil : element.compensationHandler
        let hasOwn =
            !isBody && definition(instance.definition).flatMap(element.compensationStart) != nil
        guard handler != nil || hasOwn || !instance.compensations.isEmpty else { return nil }
        return CompensationOffer(id: state.nextKey, handler: handler)
    }

    // MARK: Gateways

    /// The one flow that an exclusive gateway takes: the first whose condition is met, in the
    /// order of the file, else the default flow.
    func chooseFlow(_ key: Int, _ element: FlowElement) throws(StepFailure) -> Int {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { throw StepFailure("definition-missing", "the definition is not there") }
        for flow in element.outgoing where flow != element.defaultFlow {
            guard let condition = definition.flows[flow].condition else { return flow }
            if try self.condition(condition, at: key) { return flow }
        }
        guard let other = element.defaultFlow else {
            throw StepFailure(
                "no-flow-taken",
                "no condition of gateway \(element.id) is met and it has no default flow;"
                    + " correct a variable and retry")
        }
        return other
    }

    /// All flows of an inclusive gateway whose conditions are met, else the default flow.
    func chooseFlows(_ key: Int, _ element: FlowElement) throws(StepFailure) -> [Int] {
        guard element.outgoing.count > 1 else { return element.outgoing }
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { throw StepFailure("definition-missing", "the definition is not there") }
        var chosen: [Int] = []
        for flow in element.outgoing where flow != element.defaultFlow {
            guard let condition = definition.flows[flow].condition else {
                chosen.append(flow)
                continue
            }
            if try self.condition(condition, at: key) { chosen.append(flow) }
        }
        if !chosen.isEmpty { return chosen }
        guard let other = element.defaultFlow else {
            throw StepFailure(
                "no-flow-taken",
                "no condition of gateway \(element.id) is met and it has no default flow;"
                    + " correct a variable and retry")
        }
        return [other]
    }

    /// The flows behind an activity some of which have conditions; nil when none has.
    ///
    /// Those without condition, those whose condition is met, and the default flow when none is.
    private func conditionalFlows(
        _ instance: ElementInstance, _ element: FlowElement
    ) throws(StepFailure) -> [Int]? {
        guard element.isActivity, [.plain, .loopBody].contains(instance.role),
            let definition = definition(instance.definition),
            element.outgoing.contains(where: { definition.flows[$0].condition != nil })
        else { return nil }
        var chosen: [Int] = []
        var isAnyMet = false
        for flow in element.outgoing where flow != element.defaultFlow {
            guard let condition = definition.flows[flow].condition else {
                chosen.append(flow)
                continue
            }
            if try self.condition(condition, at: instance.key) {
                isAnyMet = true
                chosen.append(flow)
            }
        }
        if !isAnyMet, let other = element.defaultFlow { chosen.append(other) }
        guard !chosen.isEmpty else {
            throw StepFailure(
                "no-flow-taken",
                "no condition behind \(element.id) is met and it has no default flow;"
                    + " correct a variable and retry")
        }
        return chosen
    }

    // MARK: When nothing moves

    /// Looks at what depends on the whole instance: inclusive joins and conditions.
    ///
    /// True when there is work again.
    mutating func settleQuietInstance() -> Bool {
        if joinInclusiveGateways() || takeInterruptions() { return true }
        guard variablesChanged else { return false }
        variablesChanged = false
        return meetConditions()
    }

    /// Lets inclusive gateways go on for which no further token can come.
    ///
    /// A token holds a gateway back when it can reach an incoming flow that has no token yet, and
    /// none that has one, without passing the gateway (BPMN 2.0.2, 13.4.3).
    private mutating func joinInclusiveGateways() -> Bool {
        for scope in state.elements where !scope.arrivals.isEmpty {
            guard let definition = definition(scope.definition) else { continue }
            for gateway in Set(scope.arrivals.map(\.gateway)).sorted() {
                guard let reach = definition.reach[gateway],
                    case .inclusiveGateway = definition.elements[gateway].kind
                else { continue }
                let filled = scope.arrivals.filter { $0.gateway == gateway }.map(\.flow)
                let empty = definition.elements[gateway].incoming.filter { !filled.contains($0) }
                let tokens =
                    state.elements.filter { $0.parent == scope.key }.map(\.element)
                    + scope.arrivals.filter { $0.gateway != gateway }.map(\.gateway)
                let isHeld = tokens.contains { token in
                    empty.contains { reach[$0]?.contains(token) ?? false }
                        && !filled.contains { reach[$0]?.contains(token) ?? false }
                }
                guard !isHeld else { continue }
                emit(.joined(scope: scope.key, flows: filled))
                queue.append(.enter(element: gateway, scope: scope.key))
                return true
            }
        }
        return false
    }

    /// Fires conditions that have become true.
    private mutating func meetConditions() -> Bool {
        for wait in state.waits {
            guard case .condition(let wasTrue) = wait.kind, state.wait(wait.token) != nil,
                let owner = state.element(wait.owner),
                let catching = definition(owner.definition)?.elements[wait.element],
                case .conditional(let expression)? = catching.event
            else { continue }
            let isTrue = evaluate(expression, at: wait.owner) == .boolean(true)
            guard isTrue != wasTrue else { continue }
            if isTrue {
                catchEvent(wait, overlay: [])
                return true
            }
            emit(.waitChanged(token: wait.token, kind: .condition(wasTrue: false)))
        }
        return !queue.isEmpty
    }
}

extension FlowElement {
    /// What an event catches or throws.
    package var event: EventDescription? {
        switch kind {
        case .startEvent(let event), .endEvent(let event), .catchEvent(let event),
            .throwEvent(let event), .boundaryEvent(let event):
            event
        default: nil
        }
    }
}
