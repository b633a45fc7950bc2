/// Runs process instances: a trigger and a state in, one advance out.
///
/// Pure, apart from what the host decides.
///
/// The advance holds everything that the step changed; `state.apply(advance)` gives the state in
/// which the step ended. A trigger that no longer fits (a token that is closed, an incident that
/// was solved) gives an advance without changes, which need not be written.
package enum Machine {
    /// Begins an instance.
    ///
    /// The set of definitions is what the instance keeps, and must hold `definition`; the host
    /// decides the commands and decisions of the step.
    package static func start<Host: ProcessHost>(
        _ definition: ProcessDefinition, trigger: StartTrigger, definitions: DefinitionSet,
        at time: StepTime, host: inout Host, limits: ProcessLimits = ProcessLimits()
    ) -> Advance {
        var advance = Advance(cause: trigger.cause, at: time.microseconds)
        if case .message(_, let occurrence) = trigger {
            advance.causePosition = occurrence.position
        }
        var run = Run(
            state: InstanceState(), definitions: definitions, time: time, host: host,
            limits: limits)
        run.state.begin(at: time.microseconds, isFromOutside: true)
        run.begin(definitions[definition.processID] ?? definition, trigger)
        run.work()
        host = run.host
        advance.changes = run.changes
        return advance
    }

    /// Takes one step of a running instance.
    ///
    /// `isFromOutside` says whether something other than the instance set the step off. By default
    /// everything but `proceed` and a timer that was due at once counts as outside.
    package static func step<Host: ProcessHost>(
        _ state: InstanceState, _ trigger: Trigger, definitions: DefinitionSet,
        at time: StepTime, host: inout Host, isFromOutside: Bool? = nil,
        limits: ProcessLimits = ProcessLimits()
    ) -> Advance {
        let isOutside =
            isFromOutside ?? trigger.isFromOutside(after: state.lastAdvanceAt, at: time)
        var advance = Advance(
            cause: trigger.cause(in: state), causePosition: trigger.position,
            at: time.microseconds, isFromOutside: isOutside)
        guard state.status == .active, isOutside || !state.isRunaway else { return advance }
        var run = Run(
            state: state, definitions: definitions, time: time, host: host, limits: limits)
        let left = state.pending
        run.state.begin(at: time.microseconds, isFromOutside: isOutside)
        if state.isRunaway { run.held = left } else { run.queue = left }
        if let missing = run.missingDefinition {
            // Nothing can be said about the trigger; it is not used up.
            guard !state.incidents.contains(where: { $0.reason == "definition-missing" }) else {
                return advance
            }
            run.raiseMissing(missing, keeping: left)
            advance.changes = run.changes
            return advance
        }
        let fits = run.take(trigger)
        guard fits else { return advance }
        run.work()
        host = run.host
        advance.changes = run.changes
        return advance
    }
}

extension StartTrigger {
    /// What the first step of an instance calls its cause when a timer start event fired.
    package static let timerCause = "timer"

    var cause: String {
        switch self {
        case .plain: "start"
        case .message(_, let occurrence): "message \(occurrence.name)"
        case .timer: Self.timerCause
        case .signal: "signal"
        }
    }
}

extension Trigger {
    /// Position of the causing event; nil when it was no event.
    var position: Int64? {
        if case .message(_, let occurrence) = self { occurrence.position } else { nil }
    }

    func isFromOutside(after last: Int64, at time: StepTime) -> Bool {
        switch self {
        case .proceed: false
        case .timer: time.microseconds > last
        default: true
        }
    }

    func cause(in state: InstanceState) -> String {
        func element(_ token: Int) -> String { state.wait(token)?.elementID ?? "" }
        return switch self {
        case .message(_, let occurrence): "message \(occurrence.name)"
        case .timer(let token): "timer \(element(token))"
        case .signal(_, let name, _): "signal \(name)"
        case .proceed: "proceed"
        case .jobActivated(let token, let worker, _): "job \(element(token)) given to \(worker)"
        case .adHocDecided(let token, _, _), .jobCompleted(let token, _, _):
            "job \(element(token)) completed"
        case .jobFailed(let token, _, _, _): "job \(element(token)) failed"
        case .jobThrewError(let token, let code, _, _): "job \(element(token)) threw \(code)"
        case .jobTimedOut(let token): "job \(element(token)) timed out"
        case .taskClaimed(let token, let person): "task \(element(token)) claimed by \(person)"
        case .taskReleased(let token): "task \(element(token)) released"
        case .taskAssigned(let token, let person): "task \(element(token)) given to \(person)"
        case .taskDelegated(let token, let to, let by, _):
            "task \(element(token)) delegated by \(by) to \(to)"
        case .taskCompleted(let token, _, _): "task \(element(token)) completed"
        case .cancel: "cancel"
        case .retry: "retry"
        case .setVariable(_, let name, _, _): "variable \(name) edited"
        case .skip(let key, _, _): "skip \(state.element(key)?.elementID ?? "")"
        case .jump(let key, let target, _):
            "jump from \(state.element(key)?.elementID ?? "") to \(target)"
        }
    }
}
