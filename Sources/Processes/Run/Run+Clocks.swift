internal import FEEL

/// Timers whose clock stops while an element is active that is marked so.
///
/// A timer with the property `clock` = `stops` stands while an element with `clock` = `stopped` is
/// active beside it: inside the activity on whose border it sits, inside the scope of its event
/// sub-process, or in the scope around an event that is waited for. What was left then is left when
/// it runs on; with the property `calendar` both are working time.
extension Run {
    /// Stops and starts the clocks, the step being at rest.
    mutating func settleClocks() {
        for wait in state.waits {
            guard case .timer(var timer) = wait.kind, let owner = state.element(wait.owner),
                let definition = definition(owner.definition),
                definition.elements.indices.contains(wait.element)
            else { continue }
            let catching = definition.elements[wait.element]
            guard catching.property("clock") == "stops" else { continue }
            var scope = owner.key
            if case .catchEvent = catching.kind { scope = owner.parent }
            let stands = isStopped(in: scope)
            if stands, timer.standsSince == nil, timer.due > time.microseconds {
                timer.standsSince = time.microseconds
            } else if !stands, let since = timer.standsSince {
                timer.due = due(of: timer.due, standingSince: since, catching)
                timer.standsSince = nil
            } else {
                continue
            }
            emit(.waitChanged(token: wait.token, kind: .timer(timer)))
        }
    }

    /// Whether an element is active in a scope that stops the clock.
    private func isStopped(in scope: Int) -> Bool {
        state.elements.contains { instance in
            element(of: instance)?.property("clock") == "stopped" && isInside(instance, scope)
        }
    }

    func isInside(_ instance: ElementInstance, _ scope: Int) -> Bool {
        var current: ElementInstance? = instance
        while let inner = current {
            if inner.key == scope { return true }
            current = state.element(inner.parent)
        }
        return false
    }

    /// When a timer is due that runs on now.
    private func due(of due: Int64, standingSince since: Int64, _ element: FlowElement) -> Int64 {
        guard let name = element.property("calendar"), let calendar = host.calendar(named: name)
        else { return time.microseconds + (due - since) }
        let rest = calendar.worked(from: since, to: due, zone: time.zone)
        // A calendar without enough open days ahead leaves what was left as plain time.
        return calendar.adding(
            Duration8601(microseconds: rest), to: time.microseconds, zone: time.zone)
            ?? time.microseconds + rest
    }
}
