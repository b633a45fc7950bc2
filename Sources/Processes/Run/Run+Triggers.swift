/// Taking what comes from outside.
extension Run {
    /// Does what a trigger asks; false when it no longer fits, and nothing was changed.
    mutating func take(_ trigger: Trigger) -> Bool {
        switch trigger {
        case .message(let token, let occurrence): takeMessage(token, occurrence)
        case .timer(let token): takeTimer(token)
        case .signal(let token, let name, let variables): takeSignal(token, name, variables)
        case .proceed: !queue.isEmpty
        case .jobActivated(let token, let worker, let until):
            changeJob(token) { job, now in
                // A job whose worker let its time pass is free for the next one.
                guard job.retries > 0, job.until <= now else { return false }
                job.worker = worker
                job.until = until
                return true
            }
        case .jobTimedOut(let token):
            changeJob(token) { job, _ in
                guard !job.worker.isEmpty else { return false }
                job.worker = ""
                job.until = 0
                return true
            }
        case .jobCompleted(let token, let variables, let answer):
            completeJob(token, variables, answer)
        case .adHocDecided(let token, let variables, let decision):
            decideAdHoc(token, variables, decision)
        case .jobFailed(let token, let retries, let notBefore, let message):
            failJob(token, retries: retries, notBefore: notBefore, message: message)
        case .jobThrewError(let token, let code, let message, let variables):
            throwFromJob(token, code: code, message: message, variables: variables)
        case .taskClaimed, .taskReleased, .taskAssigned, .taskDelegated, .taskCompleted:
            takeTask(trigger)
        case .cancel, .retry, .setVariable, .skip, .jump: intervene(trigger)
        }
    }

    // MARK: Events

    private mutating func takeMessage(_ token: Int, _ occurrence: MessageOccurrence) -> Bool {
        guard let wait = state.wait(token), case .message(let message) = wait.kind,
            message.name == occurrence.name,
            state.canConsume(occurrence.name, position: occurrence.position, token: token)
        else { return false }
        emit(.consumed(name: occurrence.name, position: occurrence.position))
        catchEvent(wait, overlay: occurrence.overlay)
        return true
    }

    private mutating func takeTimer(_ token: Int) -> Bool {
        guard let wait = state.wait(token), case .timer(let timer) = wait.kind,
            timer.due <= time.microseconds, timer.standsSince == nil
        else { return false }
        catchEvent(wait, overlay: [])
        return true
    }

    private mutating func takeSignal(
        _ token: Int, _ name: String, _ variables: [ProcessField]
    ) -> Bool {
        guard let wait = state.wait(token), wait.kind == .signal(name) else { return false }
        catchEvent(wait, overlay: variables)
        return true
    }

    // MARK: Jobs

    private mutating func changeJob(
        _ token: Int, _ change: (inout JobWait, _ now: Int64) -> Bool
    ) -> Bool {
        guard let wait = state.wait(token), case .job(var job) = wait.kind,
            change(&job, time.microseconds)
        else { return false }
        emit(.waitChanged(token: token, kind: .job(job)))
        return true
    }

    private func job(_ token: Int) -> (wait: Wait, job: JobWait)? {
        guard let wait = state.wait(token), case .job(let job) = wait.kind else { return nil }
        return (wait, job)
    }

    private mutating func completeJob(
        _ token: Int, _ variables: [ProcessField], _ answer: ListenerAnswer?
    ) -> Bool {
        guard let (wait, _) = job(token) else { return false }
        if let owner = state.element(wait.owner), let listening = owner.listening,
            let index = listening.index
        {
            guard owner.mayHear(answer, in: listening.phase) else { return false }
            resolveIncidents(of: wait.owner)
            emit(.waitClosed(token: token))
            listenerDone(owner, listening.phase, index, variables: variables, answer: answer)
        } else {
            guard answer == nil else { return false }
            if let owner = state.element(wait.owner),
                case .adHocSubProcess? = element(of: owner)?.kind
            {
                return decideAdHoc(token, variables, AdHocDecision())
            }
            resolveIncidents(of: wait.owner)
            catchEvent(wait, overlay: variables)
        }
        return true
    }

    private mutating func failJob(
        _ token: Int, retries: Int, notBefore: Int64, message: String
    ) -> Bool {
        guard let (wait, known) = job(token) else { return false }
        var job = known
        job.retries = max(0, retries)
        job.worker = ""
        job.until = notBefore
        job.message = message
        emit(.waitChanged(token: token, kind: .job(job)))
        let isReported = state.incidents.contains { $0.key == wait.owner }
        if job.retries == 0, !isReported {
            raise(
                StepFailure(
                    "job-failed",
                    message.isEmpty ? "job \(job.type) failed and has no retries left" : message),
                at: wait.owner, retry: .reopen(key: wait.owner))
        }
        return true
    }

    private mutating func throwFromJob(
        _ token: Int, code: String, message: String, variables: [ProcessField]
    ) -> Bool {
        guard let (wait, _) = job(token) else { return false }
        // As in Camunda 8, a listener throws no error.
        guard state.element(wait.owner)?.listening?.index == nil else { return false }
        emit(.waitClosed(token: token))
        throwError(from: wait.owner, code: code, message: message, variables: variables)
        return true
    }

    mutating func resolveIncidents(of key: Int) {
        for incident in state.incidents where incident.key == key {
            emit(.incidentResolved(id: incident.id))
        }
    }

    // MARK: People

    private mutating func changeTask(
        _ token: Int, _ change: (inout UserTaskWait) -> Bool
    ) -> Bool {
        guard let wait = state.wait(token), case .userTask(var task) = wait.kind,
            let owner = state.element(wait.owner), owner.transition == nil, change(&task)
        else { return false }
        if let element = element(of: owner), !element.listeners(in: .assigning).isEmpty {
            begin(TaskTransition(phase: .assigning, task: task), of: wait.owner)
        } else {
            emit(.waitChanged(token: token, kind: .userTask(task)))
        }
        return true
    }

    private mutating func takeTask(_ trigger: Trigger) -> Bool {
        switch trigger {
        case .taskClaimed(let token, let person):
            return changeTask(token) { task in
                guard task.assignee.isEmpty else { return false }
                task.assignee = person
                return true
            }
        case .taskReleased(let token):
            return changeTask(token) { task in
                guard !task.assignee.isEmpty else { return false }
                task.assignee = task.delegatedBy
                task.delegatedBy = ""
                task.delegatedUntil = ""
                return true
            }
        case .taskAssigned(let token, let person):
            return changeTask(token) { task in
                task.assignee = person
                task.delegatedBy = ""
                task.delegatedUntil = ""
                return true
            }
        case .taskDelegated(let token, let person, let by, let until):
            return changeTask(token) { task in
                task.assignee = person
                task.delegatedBy = by
                task.delegatedUntil = until
                return true
            }
        case .taskCompleted(let token, let variables, let outcome):
            guard let wait = state.wait(token), case .userTask(let task) = wait.kind else {
                return false
            }
            guard let outcome else { return completeTask(wait, task, variables) }
            // The command is done: what listeners were asked about is over.
            if state.element(wait.owner)?.transition != nil {
                emit(.taskTransition(key: wait.owner, nil))
            }
            emit(.waitClosed(token: token))
            finish(wait.owner, command: task.command, outcome, variables: variables)
            return true
        default:
            return false
        }
    }

    // MARK: Interventions

    private mutating func intervene(_ trigger: Trigger) -> Bool {
        switch trigger {
        case .cancel(let compensate, let reason):
            emit(.intervened(what: compensate ? "cancel-compensating" : "cancel", reason: reason))
            cancelInstance(compensating: compensate)
            return true
        case .retry(let id, let reason, let occurrence, let variables):
            guard let incident = state.incidents.first(where: { $0.id == id }) else {
                return false
            }
            emit(.intervened(what: "retry", reason: reason))
            emit(.incidentResolved(id: id))
            if case .redo(let refused) = incident.action {
                redo(refused, at: incident.key, overlay: occurrence?.overlay ?? variables)
            } else if incident.action == .proceed {
                queue = held + queue
                held = []
            } else {
                queue.append(incident.action)
            }
            return true
        case .setVariable(let scope, let name, let value, let reason):
            return edit(name, value, in: scope, reason: reason)
        case .skip(let key, let variables, let reason):
            guard let instance = state.element(key), instance.parent != 0,
                instance.role != .loopBody, instance.role != .adHocFlow, !hasChildren(key)
            else { return false }
            emit(.intervened(what: "skip \(instance.elementID)", reason: reason))
            resolveIncidents(of: key)
            complete(key, overlay: variables)
            return true
        case .jump(let key, let target, let reason):
            return jump(key, to: target, reason: reason)
        default:
            return false
        }
    }

    private mutating func edit(
        _ name: String, _ value: ProcessValue, in scope: Int, reason: String
    ) -> Bool {
        guard let instance = state.element(scope), instance.transition == nil else { return false }
        if let element = element(of: instance), !element.listeners(in: .updating).isEmpty,
            case .userTask(let task)? = state.waits.lazy.filter({ $0.owner == scope }).map(\.kind)
                .first(where: { if case .userTask = $0 { true } else { false } })
        {
            emit(.intervened(what: "set-variable \(name)", reason: reason))
            begin(
                TaskTransition(
                    phase: .updating, task: task, variables: [ProcessField(name, value)]),
                of: scope)
            return true
        }
        let before = changes.count
        do {
            emit(.intervened(what: "set-variable \(name)", reason: reason))
            try set(name, value, in: scope)
            return true
        } catch {
            changes.removeSubrange(before...)
            return false
        }
    }

    private mutating func jump(_ key: Int, to target: String, reason: String) -> Bool {
        guard let instance = state.element(key), instance.parent != 0,
            let definition = definition(instance.definition),
            let element = definition.element(id: target),
            let scope = state.element(instance.parent), element.parent == scope.element,
            instance.role == .plain || instance.role == .loopBody,
            element.attachedTo == nil, !element.isEventSubprocess, !element.isForCompensation
        else { return false }
        emit(
            .intervened(what: "jump from \(instance.elementID) to \(target)", reason: reason))
        terminate(key)
        queue.append(.enter(element: element.index, scope: scope.key))
        return true
    }
}
