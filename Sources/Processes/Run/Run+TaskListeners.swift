internal import FEEL

/// Task listeners: jobs before a user task is created, assigned, updated or completed.
///
/// What is to happen is kept in the instance meanwhile; a listener may correct the task's
/// attributes or deny the change, and then nothing of it happens.
extension Run {
    /// Asks the listeners about a change of a user task.
    mutating func begin(_ transition: TaskTransition, of key: Int) {
        emit(.taskTransition(key: key, transition))
        listen(key, transition.phase, 0)
    }

    /// Puts a task on the list; an assignee that the diagram names is assigned after it.
    mutating func openTask(_ key: Int, _ element: FlowElement, _ task: UserTaskWait) {
        guard !task.assignee.isEmpty, !element.listeners(in: .assigning).isEmpty else {
            openWait(owner: key, element: element, .userTask(task))
            return
        }
        var free = task
        free.assignee = ""
        openWait(owner: key, element: element, .userTask(free))
        begin(TaskTransition(phase: .assigning, task: task), of: key)
    }

    /// Completes a task, after its listeners have agreed.
    mutating func completeTask(
        _ wait: Wait, _ task: UserTaskWait, _ variables: [ProcessField]
    ) -> Bool {
        guard let owner = state.element(wait.owner), owner.transition == nil else { return false }
        if let element = element(of: owner), !element.listeners(in: .completing).isEmpty {
            begin(
                TaskTransition(phase: .completing, task: task, variables: variables),
                of: wait.owner)
        } else {
            catchEvent(wait, overlay: variables)
        }
        return true
    }

    /// The wait of a user task.
    private func taskWait(of key: Int) -> (wait: Wait, task: UserTaskWait)? {
        for wait in state.waits where wait.owner == key {
            if case .userTask(let task) = wait.kind { return (wait, task) }
        }
        return nil
    }

    /// All listeners have agreed: what they were asked about happens.
    mutating func settle(_ key: Int, after phase: ListenerPhase) {
        guard let instance = state.element(key), let transition = instance.transition,
            let element = element(of: instance)
        else { return }
        emit(.taskTransition(key: key, nil))
        // What ends the task goes on when all that it ends have heard of it.
        guard phase != .canceling else { return }
        guard phase != .creating else {
            openTask(key, element, transition.task)
            return
        }
        guard let (wait, task) = taskWait(of: key) else { return }
        if task != transition.task {
            emit(.waitChanged(token: wait.token, kind: .userTask(transition.task)))
        }
        if phase == .updating {
            do {
                for field in transition.variables { try set(field.name, field.value, in: key) }
            } catch {
                raise(error, at: key, retry: .settle(scope: key))
            }
        }
        if phase == .completing { catchEvent(wait, overlay: transition.variables) }
    }

    /// A listener said no: the task stays as it was, and says why.
    mutating func deny(_ instance: ElementInstance, _ phase: ListenerPhase, reason: String) {
        emit(.listening(key: instance.key, phase: phase, index: nil))
        emit(.taskTransition(key: instance.key, nil))
        if let (wait, _) = taskWait(of: instance.key) {
            emit(.taskDenied(token: wait.token, phase: phase, reason: reason))
        }
    }

    // MARK: What listeners see and correct

    /// The task's attributes under the names of Camunda 8.
    func taskHeaders(of key: Int) -> [ProcessField] {
        guard let transition = state.element(key)?.transition else { return [] }
        let task = transition.task
        let known = taskWait(of: key)
        func list(_ items: [String]) -> ProcessValue {
            .text(ProcessValue.list(items.map { .text($0) }).json)
        }
        var headers = [
            ProcessField("action", .text("\(transition.phase)")),
            ProcessField("assignee", .text(task.assignee)),
            ProcessField("candidateGroups", list(task.candidateGroups)),
            ProcessField("candidateUsers", list(task.candidateUsers)),
            ProcessField("dueDate", .text(task.due.map(Instant8601.text) ?? "")),
            ProcessField("followUpDate", .text(task.followUp.map(Instant8601.text) ?? "")),
            ProcessField("formKey", .text(task.form)),
            ProcessField("priority", .text(String(task.priority))),
        ]
        if let (wait, before) = known {
            headers.append(
                ProcessField("changedAttributes", list(task.changes(from: before))))
            headers.append(ProcessField("userTaskKey", .text(String(wait.token))))
        }
        return headers.filter { $0.value != .text("") && $0.value != .text("[]") }
            .map { ProcessField("io.camunda.zeebe:" + $0.name, $0.value) }
    }

    /// Corrects what the task is to be.
    mutating func correct(_ key: Int, by corrections: [ProcessField]) throws(StepFailure) {
        guard !corrections.isEmpty, var transition = state.element(key)?.transition else { return }
        for correction in corrections where correction.value != .null {
            guard transition.task.correct(correction, zone: time.zone) else {
                throw StepFailure(
                    "correction-failed",
                    "expected a value for the task's \(correction.name), found"
                        + " \(correction.value.json)")
            }
        }
        emit(.taskTransition(key: key, transition))
    }
}

extension UserTaskWait {
    /// Names of the attributes in which it differs from another.
    fileprivate func changes(from other: UserTaskWait) -> [String] {
        var names: [String] = []
        if assignee != other.assignee { names.append("assignee") }
        if candidateGroups != other.candidateGroups { names.append("candidateGroups") }
        if candidateUsers != other.candidateUsers { names.append("candidateUsers") }
        if due != other.due { names.append("dueDate") }
        if followUp != other.followUp { names.append("followUpDate") }
        if priority != other.priority { names.append("priority") }
        return names
    }

    /// Takes one corrected attribute; false where its value cannot be one.
    fileprivate mutating func correct(_ field: ProcessField, zone: Zone) -> Bool {
        func texts() -> [String]? {
            guard case .list(let items) = field.value else { return nil }
            let texts = items.compactMap(\.asText)
            return texts.count == items.count ? texts : nil
        }
        func instant() -> Int64?? {
            if field.value == .text("") { return .some(nil) }
            return Timers.instant(of: field.value, zone: zone).map { .some($0) }
        }
        switch field.name {
        case "assignee":
            guard let text = field.value.asText else { return false }
            assignee = text
        case "candidateGroups":
            guard let texts = texts() else { return false }
            candidateGroups = texts
        case "candidateUsers":
            guard let texts = texts() else { return false }
            candidateUsers = texts
        case "dueDate":
            guard let instant = instant() else { return false }
            due = instant
        case "followUpDate":
            guard let instant = instant() else { return false }
            followUp = instant
        case "priority":
            guard case .integer(let number) = field.value, (0...100).contains(number) else {
                return false
            }
            priority = Int(number)
        default: return false
        }
        return true
    }
}

extension ElementInstance {
    /// Whether an answer of a listener's worker can be taken in a phase: only task listeners deny
    /// or correct, and not everything can be denied.
    func mayHear(_ answer: ListenerAnswer?, in phase: ListenerPhase) -> Bool {
        guard let answer else { return true }
        return transition != nil && (answer.denied == nil || phase.canBeDenied)
    }
}
