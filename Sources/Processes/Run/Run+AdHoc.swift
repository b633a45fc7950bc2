/// Ad-hoc sub-processes: what is entered in them is said by an expression, or by a worker.
extension Run {
    /// Enters the elements that the collection names; without one, those that nothing leads to.
    mutating func beginAdHoc(
        _ key: Int, _ element: FlowElement, _ adHoc: AdHoc
    ) throws(StepFailure) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        try checkDepth(key)
        let enterable = element.enterable(in: definition)
        let mentioned = adHoc.activeElements?.mentions(Self.elementsName) ?? false
        if adHoc.job != nil || mentioned {
            try set(Self.elementsName, .list(enterable.map(\.asEnterable)), in: key)
        }
        if !adHoc.outputCollection.isEmpty { try set(adHoc.outputCollection, .list([]), in: key) }
        try armEventSubprocesses(key, element)
        guard adHoc.job == nil else {
            try askWorker(key, element, adHoc)
            return
        }
        var chosen = enterable
        if let expression = adHoc.activeElements {
            let value = evaluate(expression, at: key)
            guard case .list(let items) = value else {
                throw StepFailure(
                    "expression-failed",
                    "expected the elements to enter to be a list of ids, found \(value.json)")
            }
            chosen = []
            for item in items {
                guard let index = item.asText.flatMap({ definition.indexByID[$0] }),
                    element.children.contains(index)
                else {
                    throw StepFailure(
                        "expression-failed",
                        "expected ids of elements of \(element.id), found \(item.json)")
                }
                chosen.append(definition.elements[index])
            }
        }
        for child in chosen { try enterFlow(child.index, in: key, element, adHoc) }
        queue.append(.settle(scope: key))
    }

    /// The variable that tells workers and expressions what can be entered.
    private static var elementsName: String { "adHocSubProcessElements" }

    /// Enters an element; where its output is collected it gets a scope of its own, in which the
    /// variable of the output element stays.
    private mutating func enterFlow(
        _ index: Int, in key: Int, _ element: FlowElement, _ adHoc: AdHoc,
        variables: [ProcessField] = []
    ) throws(StepFailure) {
        guard adHoc.hasInnerScopes else {
            queue.append(.enter(element: index, scope: key))
            return
        }
        guard let flow = enter(element.index, in: key, role: .adHocFlow) else { return }
        if let name = adHoc.outputElement?.variableName { try set(name, .null, in: flow) }
        for field in variables { try set(field.name, field.value, in: flow) }
        queue.append(.enter(element: index, scope: flow))
    }

    // MARK: Leaving

    /// An element that was entered is done, and all that follows from it.
    mutating func settleFlow(_ flow: ElementInstance, _ element: FlowElement, _ adHoc: AdHoc) {
        guard !hasChildren(flow.key), !hasQueuedEntry(flow.key) else { return }
        guard flow.arrivals.isEmpty else {
            reportStuckJoin(flow)
            return
        }
        guard !state.incidents.contains(where: { $0.key == flow.key }) else { return }
        if let output = adHoc.outputElement {
            let value = evaluate(output, at: flow.key)
            var collected: [ProcessValue] = []
            if case .list(let items)? = state.element(flow.parent)?.variables
                .value(of: adHoc.outputCollection)
            {
                collected = items
            }
            do {
                try set(adHoc.outputCollection, .list(collected + [value]), in: flow.parent)
            } catch {
                raise(error, at: flow.key, retry: .settle(scope: flow.key))
                return
            }
        }
        emitLeft(
            LeftElement(
                key: flow.key, how: .completed, compensation: compensationOffer(of: flow, element)))
        queue.append(.settle(scope: flow.parent))
    }

    /// Ends an ad-hoc sub-process whose completion condition is met, or asks its worker again.
    ///
    /// True when it was ended or still has work to do.
    mutating func adHocIsDone(_ instance: ElementInstance, _ adHoc: AdHoc) -> Bool {
        if instance.isFulfilled { return false }
        guard adHoc.job == nil else {
            do {
                guard let element = element(of: instance) else { return true }
                try askWorker(instance.key, element, adHoc)
            } catch {
                raise(error, at: instance.key, retry: .settle(scope: instance.key))
            }
            return true
        }
        guard let expression = adHoc.completionCondition else { return false }
        do {
            guard try condition(expression, at: instance.key) else { return false }
        } catch {
            raise(error, at: instance.key, retry: .settle(scope: instance.key))
            return true
        }
        guard
            adHoc.cancelsRemaining
                || (!hasChildren(instance.key) && !hasQueuedEntry(instance.key))
        else { return true }
        clear(instance.key)
        completeAdHoc(instance, adHoc)
        return true
    }

    /// Gives what was collected to the scope around, and leaves.
    mutating func completeAdHoc(_ instance: ElementInstance, _ adHoc: AdHoc) {
        if !adHoc.outputCollection.isEmpty {
            let collected =
                state.element(instance.key)?.variables.value(of: adHoc.outputCollection) ?? .null
            do {
                try propagate(adHoc.outputCollection, collected, from: instance.parent)
            } catch {
                raise(error, at: instance.key, retry: .settle(scope: instance.key))
                return
            }
        }
        complete(instance.key)
    }

    // MARK: The worker

    /// Hands out the job that decides how it goes on; one that is out already counts no more.
    private mutating func askWorker(
        _ key: Int, _ element: FlowElement, _ adHoc: AdHoc
    ) throws(StepFailure) {
        guard let job = adHoc.job else { return }
        for wait in state.waits where wait.owner == key {
            if case .job = wait.kind { emit(.waitClosed(token: wait.token)) }
        }
        let type = try text(job.type, at: key, what: "task type")
        let retries = try number(job.retries, in: 0...1_000, at: key, what: "number of retries")
        openWait(
            owner: key, element: element,
            .job(JobWait(type: type, retries: max(1, retries), headers: element.headers)))
    }

    /// Does what the worker of an ad-hoc sub-process decided; false where it does not fit.
    mutating func decideAdHoc(
        _ token: Int, _ variables: [ProcessField], _ decision: AdHocDecision
    ) -> Bool {
        guard let wait = state.wait(token), case .job = wait.kind,
            let instance = state.element(wait.owner), instance.listening?.running == nil,
            let element = element(of: instance), let definition = definition(instance.definition),
            case .adHocSubProcess(let adHoc) = element.kind, adHoc.job != nil
        else { return false }
        let enterable = element.enterable(in: definition)
        let chosen = decision.entries.map { entry in
            enterable.first { $0.id == entry.elementID }
        }
        guard chosen.allSatisfy({ $0 != nil }),
            !decision.isFulfilled || decision.entries.isEmpty
        else { return false }
        resolveIncidents(of: wait.owner)
        emit(.waitClosed(token: token))
        do {
            for field in variables { try set(field.name, field.value, in: instance.key) }
            if decision.cancelsRemaining { clear(instance.key) }
            for (child, entry) in zip(chosen.compactMap { $0 }, decision.entries) {
                try enterFlow(
                    child.index, in: instance.key, element, adHoc, variables: entry.variables)
            }
        } catch {
            raise(error, at: instance.key, retry: .activate(key: instance.key))
            return true
        }
        if decision.isFulfilled {
            emit(.adHocFulfilled(key: instance.key))
            queue.append(.settle(scope: instance.key))
        } else if !hasChildren(instance.key) {
            raise(
                StepFailure(
                    "ad-hoc-idle",
                    "the worker of \(element.id) entered nothing and did not end it; retry asks it"
                        + " again"),
                at: instance.key, retry: .activate(key: instance.key))
        }
        return true
    }
}

extension FlowElement {
    /// Elements of an ad-hoc sub-process to which nothing leads.
    package func enterable(in definition: ProcessDefinition) -> [FlowElement] {
        children.map { definition.elements[$0] }.filter {
            $0.incoming.isEmpty && $0.attachedTo == nil && !$0.isForCompensation
                && !$0.isEventSubprocess
        }
    }

    /// The element as a worker reads of it.
    fileprivate var asEnterable: ProcessValue {
        var fields = [
            ProcessField("elementId", .text(id)), ProcessField("elementName", .text(name)),
        ]
        if !documentation.isEmpty {
            fields.append(ProcessField("documentation", .text(documentation)))
        }
        if !properties.isEmpty { fields.append(ProcessField("properties", .context(properties))) }
        return .context(fields)
    }
}
