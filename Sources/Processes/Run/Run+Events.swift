/// Catching and throwing events.
extension Run {
    // MARK: Arming

    mutating func openWait(owner: Int, element: FlowElement, _ kind: WaitKind) {
        emit(
            .waitOpened(
                Wait(
                    token: state.nextKey, owner: owner, element: element.index,
                    elementID: element.id, since: time.microseconds, kind: kind)))
    }

    /// Opens the wait for an event; expressions are evaluated as `at` sees them.
    mutating func wait(
        for event: EventDescription, owner: Int, element: FlowElement, at key: Int
    ) throws(StepFailure) {
        switch event {
        case .message(let message):
            openWait(
                owner: owner, element: element, .message(try messageWait(message, element, key)))
        case .timer(let timer):
            openWait(owner: owner, element: element, .timer(try timerWait(timer, element, at: key)))
        case .signal(let name):
            openWait(
                owner: owner, element: element,
                .signal(try text(name, at: key, what: "signal name")))
        case .conditional(let expression):
            // Looked at when the step comes to rest, so that one that is true already is met.
            _ = expression
            variablesChanged = true
            openWait(owner: owner, element: element, .condition(wasTrue: false))
        case .none, .error, .escalation, .link, .compensation, .terminate, .cancel:
            // Found when they are thrown; nothing is waited for.
            break
        }
    }

    private func messageWait(
        _ message: MessageDescription, _ element: FlowElement, _ key: Int
    ) throws(StepFailure) -> MessageWait {
        let name = try text(message.name, at: key, what: "message name")
        var correlation = ""
        if let expression = message.correlationKey {
            let (value, problems) = evaluation(expression, at: key)
            switch value {
            case .text(let text) where !text.isEmpty: correlation = text
            case .integer(let number): correlation = String(number)
            default:
                let reason = problems.first.map { " (\($0))" } ?? ""
                throw StepFailure(
                    "correlation-failed",
                    "expected the correlation key to be text such as \"sales.order/SO-1\", found"
                        + " \(value.json) from =\(expression.source)\(reason)")
            }
        }
        return MessageWait(
            name: name, correlation: correlation, qualifier: element.property("qualifier") ?? "")
    }

    /// A duration that counts the working time of the calendar which the element names.
    private func workingWait(
        _ value: ProcessValue, calendar name: String
    ) throws(StepFailure) -> TimerWait {
        guard let calendar = host.calendar(named: name) else {
            throw StepFailure(
                "calendar-missing",
                "calendar \(name) is not in the set that the instance keeps; deploy it, or take"
                    + " the property away")
        }
        guard let duration = value.isoText.flatMap({ Duration8601($0) }),
            let due = calendar.adding(
                duration, to: time.microseconds, zone: time.zone)
        else {
            throw StepFailure(
                "expression-failed",
                "expected days, hours or minutes of working time such as P2D or PT4H, found"
                    + " \(value.json)")
        }
        return TimerWait(due: due)
    }

    private func timerWait(
        _ timer: TimerDescription, _ element: FlowElement, at key: Int
    ) throws(StepFailure) -> TimerWait {
        let source =
            switch timer {
            case .date(let source), .duration(let source), .cycle(let source): source
            }
        let value = evaluate(source, at: key)
        if case .duration = timer, let name = element.property("calendar"), !name.isEmpty {
            return try workingWait(value, calendar: name)
        }
        guard let wait = Timers.wait(for: timer, value: value, at: time) else {
            throw StepFailure(
                "expression-failed",
                "expected \(timer.words), found \(value.json) from \(source.source)")
        }
        return wait
    }

    /// Arms the boundary events of an activity.
    mutating func armBoundaryEvents(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        for boundary in element.boundaryEvents {
            let catching = definition.elements[boundary]
            guard let event = catching.event else { continue }
            try wait(for: event, owner: key, element: catching, at: key)
        }
    }

    /// Arms the event sub-processes of a scope.
    mutating func armEventSubprocesses(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        for subprocess in element.eventSubprocesses {
            for child in definition.elements[subprocess].children {
                let start = definition.elements[child]
                guard case .startEvent(let event) = start.kind else { continue }
                try wait(for: event, owner: key, element: start, at: key)
            }
        }
    }

    /// Arms every event behind an event-based gateway.
    mutating func armGateway(_ key: Int, _ element: FlowElement) throws(StepFailure) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        for flow in element.outgoing {
            let target = definition.elements[definition.flows[flow].target]
            switch target.kind {
            case .catchEvent(let event):
                try wait(for: event, owner: key, element: target, at: key)
            case .receiveTask(let message):
                try wait(for: .message(message), owner: key, element: target, at: key)
            default:
                break
            }
        }
    }

    // MARK: Catching

    mutating func beginCatch(
        _ key: Int, _ element: FlowElement, _ event: EventDescription
    ) throws(StepFailure) {
        switch event {
        case .none, .link: complete(key)
        default: try wait(for: event, owner: key, element: element, at: key)
        }
    }

    /// What was waited for has come.
    mutating func catchEvent(_ wait: Wait, overlay: [ProcessField]) {
        guard let owner = state.element(wait.owner), let host = element(of: owner),
            let definition = definition(owner.definition),
            definition.elements.indices.contains(wait.element)
        else { return }
        let catching = definition.elements[wait.element]
        if catching.index == host.index {
            emit(.waitClosed(token: wait.token))
            complete(owner.key, overlay: overlay)
        } else if case .eventBasedGateway = host.kind {
            passGateway(owner, host, to: catching, overlay: overlay)
        } else if case .boundaryEvent = catching.kind {
            rearm(wait, isInterrupting: catching.isInterrupting)
            catchAtBoundary(owner, catching, overlay: overlay)
        } else {
            rearm(wait, isInterrupting: catching.isInterrupting)
            beginEventSubprocess(in: owner, start: catching, overlay: overlay)
        }
    }

    /// A wait that goes on after it was met gets a new token, so that it is met once by each event.
    private mutating func rearm(_ wait: Wait, isInterrupting: Bool) {
        guard !isInterrupting else { return }
        emit(.waitClosed(token: wait.token))
        var kind = wait.kind
        switch wait.kind {
        case .timer(let timer):
            guard let next = Timers.next(after: timer, at: time) else { return }
            kind = .timer(next)
        case .condition:
            kind = .condition(wasTrue: true)
        case .message, .signal:
            break
        case .job, .userTask:
            return
        }
        emit(
            .waitOpened(
                Wait(
                    token: state.nextKey, owner: wait.owner, element: wait.element,
                    elementID: wait.elementID, since: time.microseconds, kind: kind)))
    }

    private mutating func passGateway(
        _ gateway: ElementInstance, _ element: FlowElement, to target: FlowElement,
        overlay: [ProcessField]
    ) {
        guard let definition = definition(gateway.definition),
            let flow = element.outgoing.first(where: {
                definition.flows[$0].target == target.index
            })
        else { return }
        emitLeft(LeftElement(key: gateway.key, how: .completed))
        emit(.flowTaken(flow: flow, scope: gateway.parent, gateway: nil))
        guard let key = enter(target.index, in: gateway.parent) else { return }
        if target.listeners(in: .caught).isEmpty {
            complete(key, overlay: overlay)
        } else if hold(overlay, at: key) {
            listen(key, .caught, 0)
        }
    }

    /// Goes on behind a boundary event; an interrupting one ends the activity first.
    mutating func catchAtBoundary(
        _ activity: ElementInstance, _ boundary: FlowElement, overlay: [ProcessField]
    ) {
        if boundary.isInterrupting {
            let isHeld = holdsBack(
                .interrupt(owner: activity.key, element: boundary.index, overlay: overlay),
                in: activity.key)
            if isHeld { return }
            terminate(activity.key)
        }
        guard let key = enter(boundary.index, in: activity.parent) else { return }
        complete(key, overlay: overlay)
    }

    /// Begins an event sub-process; an interrupting one ends everything else in the scope first.
    mutating func beginEventSubprocess(
        in scope: ElementInstance, start: FlowElement, overlay: [ProcessField]
    ) {
        guard let definition = definition(scope.definition) else { return }
        let subprocess = definition.elements[start.parent]
        if start.isInterrupting {
            let isHeld = holdsBack(
                .interrupt(owner: scope.key, element: start.index, overlay: overlay),
                in: scope.key, keepsBorder: true)
            if isHeld { return }
            clear(scope.key)
            // What interrupts an ad-hoc sub-process ends it: its worker is asked no more.
            if case .adHocSubProcess = definition.elements[scope.element].kind {
                emit(.adHocFulfilled(key: scope.key))
            }
            for wait in state.waits where wait.owner == scope.key {
                // Boundary events of the scope stay armed; its other event sub-processes do not.
                if case .boundaryEvent = definition.elements[wait.element].kind { continue }
                emit(.waitClosed(token: wait.token))
            }
        }
        guard let key = enter(subprocess.index, in: scope.key) else { return }
        guard subprocess.listeners(in: .start).isEmpty else {
            if let entered = enter(start.index, in: key), hold(overlay, at: entered) {
                listen(key, .start, 0)
            }
            return
        }
        do {
            try armEventSubprocesses(key, subprocess)
        } catch {
            raise(error, at: key, retry: .enter(element: start.index, scope: key))
            return
        }
        if let entered = enter(start.index, in: key) { complete(entered, overlay: overlay) }
    }

    // MARK: Throwing

    mutating func perform(
        _ event: EventDescription, _ key: Int, _ element: FlowElement
    ) throws(StepFailure) {
        switch event {
        case .none, .terminate, .timer, .conditional:
            complete(key)
        case .message(let message):
            guard let job = message.job else {
                complete(key)
                return
            }
            try beginJob(key, element, job)
        case .signal(let name):
            let name = try text(name, at: key, what: "signal name")
            let variables = state.element(key)?.variables ?? []
            emit(.signalBroadcast(name: name, variables: variables))
            complete(key)
        case .link(let name):
            jumpByLink(key, element, name)
        case .error(let code):
            let code = try code.map { code throws(StepFailure) in
                try text(code, at: key, what: "error code")
            }
            throwError(
                from: key, code: code ?? "", message: element.name,
                variables: state.element(key)?.variables ?? [])
        case .escalation(let code):
            let code = try code.map { code throws(StepFailure) in
                try text(code, at: key, what: "escalation code")
            }
            throwEscalation(from: key, code: code ?? "")
        case .compensation(let activity):
            beginCompensation(key, activity: activity)
        case .cancel:
            cancelTransaction(from: key)
        }
    }

    private mutating func jumpByLink(_ key: Int, _ element: FlowElement, _ name: String) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        let target = definition.elements.first {
            if case .catchEvent(.link(name)) = $0.kind {
                $0.parent == element.parent
            } else {
                false
            }
        }
        guard let target else {
            raise(
                StepFailure("link-missing", "no catch event of the scope has the link \(name)"),
                at: key, retry: .activate(key: key))
            return
        }
        complete(key)
        queue.insert(.enter(element: target.index, scope: instance.parent), at: 0)
    }
}
