import FEEL
import Processes
import Testing

/// An engine in memory: decides commands by closures and remembers what was asked.
final class RecordingHost: ProcessHost {
    var commands: [String: (CommandCall) -> CommandOutcome] = [:]
    var decisions: [String: ([ProcessField]) -> DecisionOutcome] = [:]
    var objects: [String: ProcessValue] = [:]
    var calendars: [String: BusinessCalendar] = [:]
    private(set) var calls: [CommandCall] = []
    private var position: Int64 = 100

    func isInternal(_ type: String) -> Bool { commands[type] != nil }

    func fieldNames(ofCommand name: String) -> [String] { ["order", "amount", "line"] }

    func perform(_ call: CommandCall) -> CommandOutcome {
        calls.append(call)
        return commands[call.name]?(call) ?? .rejected(code: "unknown-command", message: "?")
    }

    func evaluate(
        decision: String, variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome {
        decisions[decision]?(variables) ?? .failed("no decision \(decision)")
    }

    func object(type: String, id: String) -> FEEL.Value? {
        objects["\(type)/\(id)"].map { FEEL.Value($0) }
    }

    func calendar(named name: String) -> BusinessCalendar? { calendars[name] }

    /// Accepts whatever comes, with rising positions.
    func accept(_ name: String) {
        commands[name] = { [self] call in
            position += 1
            return .accepted(
                position: position, stream: "test/\(call.elementKey)", version: 1,
                events: .list([]))
        }
    }

    func reject(_ name: String, code: String) {
        commands[name] = { _ in .rejected(code: code, message: "no: \(code)") }
    }
}

/// Runs one instance of a sketch, and checks after each step that the fold of the stored bytes is
/// the state in which the step ended.
final class Rig {
    let host = RecordingHost()
    let definitions: DefinitionSet
    let main: ProcessDefinition
    private(set) var state = InstanceState()
    private(set) var advances: [Advance] = []
    var now: Int64 = 1_000_000_000
    var limits = ProcessLimits()
    private var position: Int64 = 1

    init(_ sketch: String) throws {
        let all = try Sketch.definitions(sketch)
        definitions = DefinitionSet(all)
        main = try #require(all.first)
    }

    // MARK: Steps

    @discardableResult
    func start(_ variables: [String: ProcessValue] = [:], at event: String? = nil) throws -> Rig {
        try start(
            .plain(
                variables: variables.sorted { $0.key < $1.key }.map { ProcessField($0, $1) },
                startEvent: event))
    }

    @discardableResult
    func start(_ trigger: StartTrigger) throws -> Rig {
        var host = host
        try take(
            Machine.start(
                main, trigger: trigger, definitions: definitions, at: time, host: &host,
                limits: limits))
        return self
    }

    @discardableResult
    func step(_ trigger: Trigger, isFromOutside: Bool? = nil) throws -> Bool {
        var host = host
        let advance = Machine.step(
            state, trigger, definitions: definitions, at: time, host: &host,
            isFromOutside: isFromOutside, limits: limits)
        try take(advance)
        return !advance.isEmpty
    }

    private var time: StepTime { StepTime(microseconds: now) }

    private func take(_ advance: Advance) throws {
        guard !advance.isEmpty else { return }
        let read = try Advance.decode(advance.encode())
        #expect(read == advance)
        advances.append(advance)
        state.apply(read)
        #expect(state.owesContinuation == advance.owesContinuation || state.isRunaway)
        #expect(state == InstanceState.folding(advances))
    }

    /// Gives back what is owed until nothing is.
    @discardableResult
    func drain(atMost steps: Int = 1_000) throws -> Rig {
        var count = 0
        while state.owesContinuation, count < steps {
            try step(.proceed)
            count += 1
        }
        return self
    }

    func token(_ element: String) throws -> Int {
        try #require(
            state.waits.first { $0.elementID == element }?.token, "nothing waits at \(element)")
    }

    @discardableResult
    func complete(_ element: String, _ variables: [String: ProcessValue] = [:]) throws -> Rig {
        let token = try token(element)
        let fields = variables.sorted { $0.key < $1.key }.map { ProcessField($0, $1) }
        if case .userTask? = state.wait(token)?.kind {
            try step(.taskCompleted(token: token, variables: fields, outcome: nil))
        } else {
            try step(.jobCompleted(token: token, variables: fields))
        }
        return self
    }

    @discardableResult
    func fails(_ element: String, code: String) throws -> Rig {
        try step(
            .jobThrewError(token: try token(element), code: code, message: "", variables: []))
        return self
    }

    /// An event reaches every wait for its name and object.
    @discardableResult
    func event(
        _ name: String, _ object: String = "order/1", _ payload: [String: ProcessValue] = [:]
    ) throws -> Rig {
        position += 1
        let occurrence = MessageOccurrence(
            name: name, position: position, stream: object, objects: [object],
            payload: .context(payload.sorted { $0.key < $1.key }.map { ProcessField($0, $1) }))
        for wait in state.waits {
            guard case .message(let message) = wait.kind, message.name == name,
                message.correlation == object
            else { continue }
            try step(.message(token: wait.token, occurrence))
        }
        return self
    }

    /// Time passes and fires what is due, earliest first.
    @discardableResult
    func pass(seconds: Int64) throws -> Rig {
        let end = now + seconds * 1_000_000
        while let next = dueTimer(before: end) {
            now = max(now, next.due)
            try step(.timer(token: next.token))
        }
        now = end
        return self
    }

    private func dueTimer(before end: Int64) -> (due: Int64, token: Int)? {
        state.waits.compactMap { wait -> (due: Int64, token: Int)? in
            guard case .timer(let timer) = wait.kind, timer.due <= end, timer.standsSince == nil
            else { return nil }
            return (timer.due, wait.token)
        }.min { ($0.due, $0.token) < ($1.due, $1.token) }
    }

    // MARK: What happened

    /// Ids of the elements that were completed, in order; `x:id` for those that were ended.
    var path: String {
        var names: [Int: String] = [:]
        var path: [String] = []
        for change in advances.flatMap(\.changes) {
            switch change {
            case .entered(let entered): names[entered.key] = entered.elementID
            case .compensationRevived(_, _, let key, _): names[key] = "revived"
            case .left(let left):
                let name = names[left.key] ?? "?"
                path.append(left.how == .terminated ? "x:\(name)" : name)
            default: continue
            }
        }
        return path.joined(separator: " ")
    }

    /// Ids of the elements that wait, in order.
    var waits: String { state.waits.map(\.elementID).joined(separator: " ") }

    var incidents: [String] { state.incidents.map { "\($0.elementID): \($0.reason)" } }

    func variable(_ name: String) -> ProcessValue? {
        if let first = state.elements.first { return state.variable(name, at: first.key) }
        // After the end the last value that was written to the process.
        for change in advances.flatMap(\.changes).reversed() {
            if case .variable(1, name, let value) = change { return value }
        }
        return nil
    }

    var isDone: Bool { state.status == .completed }
}
