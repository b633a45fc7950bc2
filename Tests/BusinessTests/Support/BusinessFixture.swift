import Business
import FEEL
import Foundation
import Records
import Testing

/// A company in memory: runs commands with their consequences as the writer does, without a log.
///
/// Each accepted command's events are folded into states, each refused one leaves nothing behind.
/// Every event goes through its stored form on the way, so that no test passes on a value that the
/// log could not hold.
final class BusinessFixture {
    let registry: Registry
    let rules: any RuleSource
    let company: String
    /// The posting date of the next command.
    var date: BusinessDate
    /// Who gives the next command.
    var actor: Actor
    /// All that was written so far, in order.
    private(set) var log: [EmittedEvent] = []
    private let streams = StreamTable()

    /// A fixture over some departments.
    init(
        _ modules: [any BusinessModule.Type], rules: any RuleSource = FixtureRules(),
        company: String = "main", date: String = "2026-09-01",
        poster: @escaping Registry.Poster = { (_, _, _) throws(Rejection) in }
    ) throws {
        registry = Registry(modules, poster: poster)
        self.rules = rules
        self.company = company
        self.date = try #require(BusinessDate(date))
        actor = .owner
    }

    /// Decides a command and keeps what it wrote.
    /// - Returns: the events, consequences included.
    @discardableResult
    func run(_ command: any Command, approval: DefinitionHash? = nil) throws -> [any Event] {
        let decision = Decision(facts: facts(approval), rules: rules, reader: streams)
        try command.decide(decision)
        try decision.runConsequences(registry)
        for emitted in decision.emitted { try checkStoredForm(of: emitted.event) }
        streams.keep(decision.overlay)
        log.append(contentsOf: decision.emitted)
        return decision.emitted.map(\.event)
    }

    /// The refusal that the command meets; a test failure where it is accepted.
    func refusal(of command: any Command) throws -> Rejection {
        do {
            try run(command)
        } catch let rejection as Rejection {
            return rejection
        }
        throw FixtureFailure("expected a refusal of \(type(of: command)), it was accepted")
    }

    /// Reads a command from JSON as the door does, and runs it.
    @discardableResult
    func run(_ name: String, _ json: String) throws -> [any Event] {
        let kind = try #require(registry.commands[name], "no command \(name)")
        let currency = state(CompanyState.self, company).currency
        let payload = try JSONValue.parse(json)
        return try run(try kind.read(payload, JSONContext(currency: currency)))
    }

    /// The refusal of a command given as JSON.
    func refusal(of name: String, _ json: String) throws -> Rejection {
        do {
            try run(name, json)
        } catch let rejection as Rejection {
            return rejection
        }
        throw FixtureFailure("expected a refusal of \(name), it was accepted")
    }

    /// Puts an event there without any command, and without its consequences.
    func given<Written: Event>(_ event: Written, in id: String) throws {
        let decision = Decision(facts: facts(nil), rules: rules, reader: streams)
        try decision.emit(event, to: id)
        streams.keep(decision.overlay)
        log.append(contentsOf: decision.emitted)
    }

    /// Puts an event there with its consequences.
    @discardableResult
    func happens<Written: Event>(_ event: Written, in id: String) throws -> [any Event] {
        let decision = Decision(facts: facts(nil), rules: rules, reader: streams)
        try decision.emit(event, to: id)
        try decision.runConsequences(registry)
        streams.keep(decision.overlay)
        log.append(contentsOf: decision.emitted)
        return decision.emitted.map(\.event)
    }

    /// The state of a thing.
    func state<State: StreamState>(_ type: State.Type, _ id: String) -> State {
        streams.kept(type, id).state
    }

    /// All streams as they stand.
    var states: [(stream: StreamName, state: any StreamState)] { streams.everything }

    /// All things of a kind.
    func all<State: StreamState>(_ type: State.Type) -> [(id: String, state: State)] {
        streams.all(type)
    }

    /// All events of one type so far.
    func events<Written: Event>(_ type: Written.Type) -> [Written] {
        log.compactMap { $0.event as? Written }
    }

    /// The names of the events after the first `count`, for "then" tables.
    func eventNames(after count: Int = 0) -> [String] {
        log.dropFirst(count).map { Self.name(of: $0.event) }
    }

    private static func name<Written: Event>(of event: Written) -> String { Written.typeName }

    private func facts(_ approval: DefinitionHash?) -> DecisionFacts {
        DecisionFacts(
            company: company, now: Instant(startOf: date), effectiveDate: date, actor: actor,
            approval: approval)
    }

    private func checkStoredForm(of event: any Event) throws {
        try checkStoredForm(ofTyped: event)
    }

    private func checkStoredForm<Written: Event>(ofTyped event: Written) throws {
        let kind = try #require(
            registry.events[Written.typeName], "\(Written.typeName) is not in its module's events")
        let again = try kind.decode(event.encoded(), nil)
        let context = JSONContext(currency: nil)
        #expect(again.json(context) == event.json(context))
    }
}

/// What a fixture could not do.
struct FixtureFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Actor {
    /// The owner, who may do everything that is no separated duty.
    static let owner = Actor(id: "owner", roles: ["owner"])

    /// A person with roles and limits.
    static func person(
        _ id: String, _ roles: Set<String> = [], limits: [String: Money] = [:]
    ) -> Actor { Actor(id: id, roles: roles, limits: limits) }

    /// A process acting for nobody.
    static let process = Actor(id: "process:test", kind: .process, roles: ["process"])
}

/// The states that were kept, as the writer's memory holds them.
final class StreamTable: StateReader {
    private var streams: [StreamName: (state: any StreamState, version: UInt64)] = [:]

    func keep(_ overlay: [StreamName: HeldState]) {
        for (name, overlaid) in overlay where overlaid.version > overlaid.baseVersion {
            streams[name] = (overlaid.state, overlaid.version)
        }
    }

    func kept<State: StreamState>(
        _ type: State.Type, _ id: String
    ) -> (state: State, version: UInt64) {
        let name = StreamName(type: State.streamType, id: id)
        guard let found = streams[name], let state = found.state as? State else {
            return (State.initial, 0)
        }
        return (state, found.version)
    }

    func state<State: StreamState>(
        of type: State.Type, id: String
    ) throws(Rejection) -> (state: State, version: UInt64) { kept(type, id) }

    func highestNumber(
        of streamType: String, prefix: String
    ) throws(Rejection) -> UInt64 {
        streams.keys.lazy
            .filter { $0.type == streamType && $0.id.hasPrefix(prefix) }
            .compactMap { UInt64($0.id.dropFirst(prefix.count)) }
            .max() ?? 0
    }

    /// All streams, ordered by their names.
    var everything: [(stream: StreamName, state: any StreamState)] {
        streams.map { (stream: $0.key, state: $0.value.state) }
            .sorted { $0.stream.description < $1.stream.description }
    }

    /// All streams of a type.
    func all<State: StreamState>(_ type: State.Type) -> [(id: String, state: State)] {
        streams.compactMap { name, kept in
            guard name.type == State.streamType, let state = kept.state as? State else {
                return nil
            }
            return (name.id, state)
        }.sorted { $0.id < $1.id }
    }
}

/// Rules for tests: closures for decisions, files from the repository's `processes` folder.
struct FixtureRules: RuleSource {
    /// What decisions yield, by their ids.
    var decisions: [String: @Sendable ([String: Value]) -> [[String: Value]]] = [:]
    /// Files that stand in for those of the repository, by their paths.
    var files: [String: String] = [:]

    func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome {
        guard let decision = decisions[decisionID], let hash = Self.hash else {
            throw Rejection(.noRule, "The test has no decision \"\(decisionID)\".")
        }
        return RuleOutcome(results: decision(inputs), definition: hash)
    }

    func has(_ decisionID: String, on date: BusinessDate) -> Bool { decisions[decisionID] != nil }

    func parsed<Form: Sendable>(
        _ file: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)? {
        guard let hash = Self.hash else { return nil }
        if let text = files[file] { return (try parse(Array(text.utf8)), hash) }
        let path = Self.repository.appendingPathComponent(file)
        guard let data = try? Data(contentsOf: path) else { return nil }
        return (try parse(Array(data)), hash)
    }

    private static let hash = DefinitionHash([UInt8](repeating: 7, count: 32))

    /// The root of the repository.
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
