/// What the engine arms for a deployed definition.
extension ProcessDefinition {
    /// A start event that the engine must watch for.
    package struct Start: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// One instance for each event of this name; `qualifier` as in a message wait.
            case message(name: String, qualifier: String)
            /// Due at an instant, and again as the wait says; see ``nextStart(after:at:)``.
            case timer(TimerWait)
            case signal(String)
        }

        package var elementID: String
        package var kind: Kind
        /// The property `single` of the event or the process: at most one active instance for each
        /// object.
        package var isSingle: Bool

        package init(elementID: String, kind: Kind, isSingle: Bool = false) {
            self.elementID = elementID
            self.kind = kind
            self.isSingle = isSingle
        }
    }

    /// Whether a person can start it: it has a start event without a trigger.
    package var hasPlainStart: Bool {
        startEvents.contains {
            if case .startEvent(.none) = $0.kind { true } else { false }
        }
    }

    /// The start events with a trigger, armed at a time.
    ///
    /// Expressions see no variables. A start whose expression gives nothing usable is left out; ``DefinitionCheck`` has named it.
    package func starts(at time: StepTime) -> [Start] {
        startEvents.compactMap { element in
            guard let kind = startKind(of: element, at: time) else { return nil }
            return Start(
                elementID: element.id, kind: kind,
                isSingle: (element.property("single") ?? root.property("single")) == "true")
        }
    }

    /// The start events that begin an instance whenever a message or signal of their name comes.
    ///
    /// Names may be expressions that need no variable, as in Camunda 8.
    package var namedStarts: [Start] {
        starts(at: StepTime(microseconds: 0)).filter {
            if case .timer = $0.kind { false } else { true }
        }
    }

    /// The conditional start events whose conditions are met by some variables.
    package func startsMet(by variables: [ProcessField], at time: StepTime) -> [String] {
        let scope = ExpressionScope(
            time: time, variable: { variables.value(of: $0) }, given: { _ in nil },
            object: { _, _ in nil }, calendar: { _ in nil })
        return startEvents.compactMap { element in
            guard case .conditional(let condition)? = element.event,
                condition.evaluate(in: scope).value == .boolean(true)
            else { return nil }
            return element.id
        }
    }

    /// The signal of a start event; nil where it is no signal start event.
    package func signalStart(_ elementID: String) -> String? {
        guard
            case .signal(let name)? = namedStarts.first(where: { $0.elementID == elementID })?.kind
        else { return nil }
        return name
    }

    /// The firing of a timer start after one; nil when that was the last.
    package static func nextStart(after wait: TimerWait, at time: StepTime) -> TimerWait? {
        Timers.next(after: wait, at: time)
    }

    private func startKind(of element: FlowElement, at time: StepTime) -> Start.Kind? {
        func value(_ source: TextOrExpression) -> ProcessValue {
            switch source {
            case .text(let text): return .text(text)
            case .expression(let expression):
                let scope = ExpressionScope(
                    time: time, variable: { _ in nil }, given: { _ in nil },
                    object: { _, _ in nil },
                    calendar: { _ in nil })
                return expression.evaluate(in: scope).value
            }
        }
        switch element.event {
        case .message(let message):
            return value(message.name).asText.map {
                .message(name: $0, qualifier: element.property("qualifier") ?? "")
            }
        case .signal(let name):
            return value(name).asText.map { .signal($0) }
        case .timer(let timer):
            let source =
                switch timer {
                case .date(let source), .duration(let source), .cycle(let source): source
                }
            return Timers.wait(for: timer, value: value(source), at: time).map { .timer($0) }
        default:
            return nil
        }
    }
}
