/// Compensation: handlers run one after another, what was completed last first.
extension Run {
    /// A throw or end event compensates what was completed in the scope that holds the work: its
    /// own, or for an event sub-process the one around it.
    mutating func beginCompensation(_ key: Int, activity: Int?) {
        guard let thrower = state.element(key) else { return }
        var scope = thrower.parent
        while let instance = state.element(scope), let element = element(of: instance),
            element.isEventSubprocess, instance.parent != 0
        {
            scope = instance.parent
        }
        emit(
            .compensationBegan(
                CompensationRun(driver: key, scope: scope, activity: activity, purpose: .event)))
        queue.append(.compensate(driver: key))
    }

    /// Runs the next handler for a driver, or goes on behind the last.
    mutating func compensate(_ driver: Int) {
        guard let instance = state.element(driver), let run = instance.compensation,
            let scope = state.element(run.scope)
        else { return }
        let record = scope.compensations.last {
            run.activity == nil || $0.element == run.activity
        }
        guard let record else {
            finishCompensation(instance, run)
            return
        }
        let ownStart = definition(record.definition).flatMap { compensationStart(record, $0) }
        guard record.inner.isEmpty, ownStart == nil else {
            let key = state.nextKey
            emit(
                .compensationRevived(
                    scope: run.scope, id: record.id, key: key, driver: driver))
            if let ownStart, let revived = state.element(key) {
                beginEventSubprocess(in: revived, start: ownStart, overlay: [])
            } else {
                queue.append(.compensate(driver: key))
            }
            return
        }
        emit(.compensationTaken(scope: run.scope, id: record.id))
        guard let handler = record.handler,
            let key = enter(
                handler, in: run.scope, role: .compensationHandler, driver: driver,
                definition: record.definition)
        else {
            queue.append(.compensate(driver: driver))
            return
        }
        do {
            for field in record.variables { try set(field.name, field.value, in: key) }
        } catch {
            raise(error, at: key, retry: .activate(key: key))
            return
        }
        activate(key)
    }

    /// The start event of a sub-process's own compensation event sub-process, which runs in place
    /// of the handlers inside it; it compensates them itself if it wants to.
    private func compensationStart(
        _ record: CompensationRecord, _ definition: ProcessDefinition
    ) -> FlowElement? {
        guard !record.isRevived, record.role != .loopBody else { return nil }
        return definition.elements[record.element].compensationStart(in: definition)
    }

    /// A revived scope whose own compensation event sub-process is done.
    mutating func leaveRevived(_ instance: ElementInstance) {
        emitLeft(LeftElement(key: instance.key, how: .completed))
        queue.append(.compensate(driver: instance.driver))
    }

    private mutating func finishCompensation(_ instance: ElementInstance, _ run: CompensationRun) {
        switch run.purpose {
        case .event:
            complete(instance.key)
        case .revival:
            leaveRevived(instance)
        case .cancelInstance:
            for element in state.elements.reversed() {
                emitLeft(LeftElement(key: element.key, how: .terminated))
            }
            emit(.ended(.terminated))
        case .cancelTransaction:
            leaveCancelled(instance)
        }
    }

    // MARK: Cancelling

    /// A cancel end event ends the work of its transaction and compensates what was completed.
    mutating func cancelTransaction(from key: Int) {
        guard let thrower = state.element(key), let transaction = state.element(thrower.parent)
        else { return }
        clear(transaction.key)
        emit(
            .compensationBegan(
                CompensationRun(
                    driver: transaction.key, scope: transaction.key, activity: nil,
                    purpose: .cancelTransaction)))
        queue.append(.compensate(driver: transaction.key))
    }

    private mutating func leaveCancelled(_ transaction: ElementInstance) {
        guard let element = element(of: transaction),
            let definition = definition(transaction.definition)
        else { return }
        // In a loop the boundary event belongs to the whole of it.
        let owner =
            transaction.role == .iteration
            ? state.element(transaction.parent) ?? transaction : transaction
        let boundary = element.boundaryEvents.map { definition.elements[$0] }.first {
            if case .cancel? = $0.event { true } else { false }
        }
        if let boundary {
            catchAtBoundary(owner, boundary, overlay: [])
        } else {
            terminate(owner.key)
            queue.append(.settle(scope: owner.parent))
        }
    }

    /// Ends the instance; with compensation, after what was completed has been compensated.
    mutating func cancelInstance(compensating: Bool) {
        guard let root = state.elements.first else { return }
        guard !holdsBack(.cancel(compensating: compensating), in: root.key) else { return }
        clear(root.key)
        queue = []
        deferred = []
        held = []
        for wait in state.waits { emit(.waitClosed(token: wait.token)) }
        for incident in state.incidents { emit(.incidentResolved(id: incident.id)) }
        guard compensating else {
            emitLeft(LeftElement(key: root.key, how: .terminated))
            emit(.ended(.terminated))
            return
        }
        emit(
            .compensationBegan(
                CompensationRun(
                    driver: root.key, scope: root.key, activity: nil, purpose: .cancelInstance)))
        queue.append(.compensate(driver: root.key))
    }
}
