/// Task listeners of `canceling`: jobs before an event or a person ends user tasks.
///
/// What ends them is held until all of them have heard of it, as in Camunda 8. Everything else that
/// it ends is ended at once.
extension Run {
    /// Holds back what would end user tasks whose listeners must hear of it first.
    ///
    /// With `keepsBorder` the boundary events of the scope itself stay armed.
    ///
    /// - Returns: Whether it is held; else nobody need be asked, or all have been.
    mutating func holdsBack(
        _ action: Action, in scope: Int, keepsBorder: Bool = false
    ) -> Bool {
        let tasks = state.elements.filter { isInside($0, scope) && mustHear($0) }
        guard !tasks.isEmpty else { return false }
        emit(.interruptionHeld(action))
        var kept: Set<Int> = [scope]
        for task in tasks {
            var current: ElementInstance? = task
            while let instance = current, kept.insert(instance.key).inserted {
                current = state.element(instance.parent)
            }
        }
        let others = state.elements.filter { isInside($0, scope) && !kept.contains($0.key) }
        for other in others.reversed() where state.element(other.key) != nil {
            terminate(other.key)
        }
        for key in kept.sorted() {
            forget(key)
            closeWaits(of: key, keepsBorder: keepsBorder && key == scope)
        }
        for task in tasks where task.listening?.phase != .canceling { beginCanceling(task) }
        return true
    }

    /// Lets what was held happen as soon as nobody need be asked any more.
    ///
    /// True when something did.
    mutating func takeInterruptions() -> Bool {
        for action in state.interruptions {
            let scope: Int
            switch action {
            case .interrupt(let owner, _, _): scope = owner
            default: scope = state.elements.first?.key ?? 0
            }
            let isWaiting = state.elements.contains { isInside($0, scope) && mustHear($0) }
            guard !isWaiting else { continue }
            emit(.interruptionTaken(action))
            queue.append(action)
            return true
        }
        return false
    }

    /// Does what was held, if it still fits.
    mutating func interrupt(_ action: Action) {
        switch action {
        case .interrupt(let owner, let element, let overlay):
            guard let instance = state.element(owner),
                let definition = definition(instance.definition),
                definition.elements.indices.contains(element)
            else { return }
            let catching = definition.elements[element]
            if case .boundaryEvent = catching.kind {
                catchAtBoundary(instance, catching, overlay: overlay)
            } else {
                beginEventSubprocess(in: instance, start: catching, overlay: overlay)
            }
        case .cancel(let isCompensating): cancelInstance(compensating: isCompensating)
        default: break
        }
    }

    /// Whether an element is a user task that was created, and whose listeners have not all heard
    /// that it is ended.
    private func mustHear(_ instance: ElementInstance) -> Bool {
        guard instance.role != .loopBody, let element = element(of: instance),
            !element.listeners(in: .canceling).isEmpty
        else { return false }
        if let listening = instance.listening, listening.phase == .canceling {
            return listening.index != nil
        }
        return instance.transition != nil || task(of: instance.key) != nil
    }

    private func task(of key: Int) -> UserTaskWait? {
        for wait in state.waits where wait.owner == key {
            if case .userTask(let task) = wait.kind { return task }
        }
        return nil
    }

    private mutating func closeWaits(of key: Int, keepsBorder: Bool) {
        guard let instance = state.element(key), let definition = definition(instance.definition)
        else { return }
        // A listener that is heard already goes on being heard.
        guard instance.listening?.phase != .canceling else { return }
        for wait in state.waits where wait.owner == key {
            if case .userTask = wait.kind { continue }
            if keepsBorder, case .boundaryEvent = definition.elements[wait.element].kind {
                continue
            }
            emit(.waitClosed(token: wait.token))
        }
    }

    private mutating func beginCanceling(_ instance: ElementInstance) {
        guard let task = task(of: instance.key) ?? instance.transition?.task else { return }
        for wait in state.waits where wait.owner == instance.key {
            emit(.waitClosed(token: wait.token))
        }
        for incident in state.incidents where incident.key == instance.key {
            emit(.incidentResolved(id: incident.id))
        }
        begin(TaskTransition(phase: .canceling, task: task), of: instance.key)
    }
}
