/// One process instance: the fold of its advances, and nothing else.
///
/// A value: copying it is cheap, and nothing in it reads a diagram or evaluates an expression.
package struct InstanceState: Sendable, Equatable {
    package internal(set) var status = InstanceStatus.active
    /// The definitions that the instance keeps: its own first, then those of called processes.
    package internal(set) var definitions: [DefinitionReference] = []
    /// Active element instances in the order in which they were entered; the process is the first.
    package internal(set) var elements: [ElementInstance] = []
    /// Open waits in the order in which they were opened.
    package internal(set) var waits: [Wait] = []
    package internal(set) var incidents: [Incident] = []
    /// Events that were used, by message name and position.
    package internal(set) var consumed: [ConsumedMessage] = []
    /// The last result of each decision that was evaluated, with the hash of its table.
    package internal(set) var decisions: [DecisionRecord] = []
    /// Work that the next advance begins with.
    package internal(set) var pending: [Action] = []
    /// What waits until listeners of user tasks have heard of it.
    package internal(set) var interruptions: [Action] = []
    /// The number that the next element instance, wait or incident gets.
    package internal(set) var nextKey = 1
    /// Advances since something outside the instance set one off.
    package internal(set) var advancesWithoutOutside = 0
    /// Time of the last advance, in microseconds since 1970 UTC.
    package internal(set) var lastAdvanceAt: Int64 = 0
    /// When the instance began.
    package internal(set) var since: Int64 = 0
    /// Bytes of all variables and loop items, in the measure of ``ProcessValue/encodedByteCount``.
    package internal(set) var variableBytes = 0

    /// The state before the first advance.
    package init() {}

    /// The active element instance with this key.
    package func element(_ key: Int) -> ElementInstance? {
        place(of: key).map { elements[$0] }
    }

    /// The open wait with this token.
    package func wait(_ token: Int) -> Wait? {
        waits.first { $0.token == token }
    }

    /// The variables that an element instance sees, its own first; a nearer one hides another.
    package func visibleVariables(at key: Int) -> [ProcessField] {
        var seen: [ProcessField] = []
        var names: Set<String> = []
        forEachScope(from: key) { scope in
            for variable in scope.variables where names.insert(variable.name).inserted {
                seen.append(variable)
            }
            return true
        }
        return seen
    }

    /// One variable as an element instance sees it.
    package func variable(_ name: String, at key: Int) -> ProcessValue? {
        var found: ProcessValue?
        forEachScope(from: key) { scope in
            found = scope.variables.value(of: name)
            return found == nil
        }
        return found
    }

    /// Walks from an element instance outwards as far as it sees, until `visit` says false.
    private func forEachScope(from key: Int, _ visit: (ElementInstance) -> Bool) {
        var isLast = false
        var current = element(key)
        while let scope = current {
            guard visit(scope), !isLast else { return }
            isLast = scope.role == .isolatedProcess
            current = element(scope.parent)
        }
    }

    /// Whether a wait may still use the event at a position.
    ///
    /// An event wakes every wait that was open when the instance first used it, once each, and
    /// none that was opened later.
    package func canConsume(_ name: String, position: Int64, token: Int) -> Bool {
        guard let use = consumed.first(where: { $0.name == name && $0.position == position })
        else { return true }
        return token < use.horizon
    }

    /// Whether the engine must give the trigger `proceed`.
    package var owesContinuation: Bool { !pending.isEmpty && !isRunaway }

    /// Whether the instance was stopped as a runaway, and waits for a person.
    package var isRunaway: Bool { incidents.contains { $0.action == .proceed } }

    func place(of key: Int) -> Int? {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < elements.count && elements[low].key == key ? low : nil
    }
}

/// An event that the instance used under a message name.
package struct ConsumedMessage: Sendable, Equatable {
    package var name: String
    package var position: Int64
    /// Waits with a lower token were open when the event was first used.
    package var horizon: Int
}

/// One active element: a task, an event, a scope, or the process itself.
package struct ElementInstance: Sendable, Equatable {
    package var key: Int
    package var element: Int
    package var elementID: String
    package var definition: Int
    /// Key of the scope around it; 0 for the process itself.
    package var parent: Int
    package var role: EntryRole
    package var iteration: Int
    package var since: Int64
    /// Variables of this scope, without those of the scopes around it.
    package var variables: [ProcessField] = []
    /// Tokens that wait at joining gateways in this scope, by flow.
    package var arrivals: [Arrival] = []
    /// Set while the element is a multi-instance body.
    package var loop: LoopState?
    /// What was completed in this scope and can be compensated, in completion order.
    package var compensations: [CompensationRecord] = []
    /// Set while the element waits for compensation handlers.
    package var compensation: CompensationRun?
    /// The listener that runs, or the phase whose listeners are done.
    package var listening: Listening?
    /// Of a user task, what its listeners hear of before it happens.
    package var transition: TaskTransition?
    /// Of an ad-hoc sub-process, whether nothing further is to be entered.
    package var isFulfilled = false
    /// For a handler or revived scope, the key of what is told when it is done; else 0.
    package var driver = 0
}

/// How far an element has come with its listeners.
package struct Listening: Sendable, Equatable {
    package var phase: ListenerPhase
    /// The listener that runs, counted from 0; nil when the last of the phase is done.
    package var index: Int?

    /// The phase while one of its listeners runs.
    package var running: ListenerPhase? { index == nil ? nil : phase }
}

/// Tokens that came over a flow to a joining gateway and wait there.
package struct Arrival: Sendable, Equatable {
    package var gateway: Int
    package var flow: Int
    package var count: Int
}

/// How far a multi-instance activity has come.
package struct LoopState: Sendable, Equatable {
    package var items: [ProcessValue]
    /// Output elements by iteration, `null` where there is none yet.
    package var outputs: [ProcessValue]
    package var completed: Int
    /// Iterations entered so far.
    package var begun: Int
}

/// A completed activity that can be compensated.
package struct CompensationRecord: Sendable, Equatable {
    package var id: Int
    /// Index of the activity.
    package var element: Int
    package var elementID: String
    package var definition: Int
    package var handler: Int?
    package var iteration: Int
    package var role: EntryRole
    /// The activity's own variables when it completed: what the handler sees.
    package var variables: [ProcessField]
    /// What was completed inside it.
    package var inner: [CompensationRecord]
    /// Whether what is inside has been compensated, and only the handler is left.
    package var isRevived = false
}
