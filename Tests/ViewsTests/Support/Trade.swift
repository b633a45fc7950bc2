import Business
import EventLog
import Foundation
import Records
import Testing
import Views

/// A trading company whose commands write into a log in memory, so that views have something to
/// fold: all departments, the shipped rules, and definition events as the engine writes them.
///
/// Founded on 2026-01-01 in euros: a warehouse `W1`, the customers `C1` and `C2`, the suppliers
/// `S1` and `CARRIER`, the product `P1` at average cost and the service `SV`.
final class Trade {
    let log = MemoryEventLog()
    let registry: Registry
    /// The posting date of the next command.
    var date: BusinessDate
    private let rules: Rulebook
    private let streams = Streams()
    private var now: Instant

    init(hasMasterData: Bool = true) throws {
        registry = Registry(Departments.all + [TestDefinitions.self], poster: Poster().poster)
        rules = try Self.shipped.get()
        date = try day("2026-01-01")
        now = Instant(startOf: date)
        try deployChart()
        try run(
            "finance.found-company",
            #"{"name": "Golden Trading", "country": "DE", "baseCurrency": "EUR", "singlePerson": true}"#
        )
        guard hasMasterData else { return }
        try run("inventory.register-warehouse", #"{"warehouse": "W1", "name": "Main"}"#)
        try run(
            "inventory.register-product",
            #"{"product": "P1", "name": "Chair", "taxCode": "standard"}"#)
        try run(
            "inventory.register-product",
            #"{"product": "SV", "name": "Fitting", "kind": "service", "productClass": "service"}"#)
        for customer in ["C1", "C2"] {
            try run(
                "sales.open-account",
                """
                {"account": "\(customer)", "name": "Customer \(customer)",
                 "terms": {"paymentTerms": "net-30", "taxCode": "standard"}}
                """)
        }
        for supplier in ["S1", "CARRIER"] {
            try run(
                "purchasing.register-supplier",
                """
                {"supplier": "\(supplier)", "name": "Supplier \(supplier)",
                 "paymentTerms": "net-30", "taxCode": "standard"}
                """)
        }
        try run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P1", "price": "10.00", "rank": 1}]}"#)
    }

    /// Where the log ends.
    var position: UInt64 { log.end.last.rawValue }

    /// Gives a command as the owner, on a date from then on.
    func run(_ name: String, _ json: String, on date: String? = nil) throws {
        if let date { self.date = try day(date) }
        let kind = try #require(registry.commands[name], "no command \(name)")
        let currency = streams.kept(CompanyState.self, "main").state.currency
        let command = try kind.read(try JSONValue.parse(json), JSONContext(currency: currency))
        let decision = Decision(facts: facts, rules: rules, reader: streams)
        try command.decide(decision)
        try decision.runConsequences(registry)
        streams.keep(decision.overlay)
        try append(decision.emitted)
    }

    /// Writes an event without any command and without its consequences.
    func write<Written: Event>(_ event: Written, to id: String) throws {
        let decision = Decision(facts: facts, rules: rules, reader: streams)
        try decision.emit(event, to: id)
        streams.keep(decision.overlay)
        try append(decision.emitted)
    }

    /// The state of a thing.
    func state<State: StreamState>(_ type: State.Type, _ id: String) -> State {
        streams.kept(type, id).state
    }

    /// Reads stored events as facts.
    var decode: @Sendable (StoredEvent) throws -> RecordedEvent {
        let registry = registry
        return { stored in
            let envelope = stored.envelope
            let kind = try #require(registry.events[envelope.type])
            return RecordedEvent(
                position: stored.position.rawValue,
                stream: try #require(StreamName(envelope.stream)),
                version: UInt64(envelope.version), type: envelope.type, company: envelope.company,
                recordedAt: Instant(microsecondsSinceEpoch: envelope.recordedAtMicroseconds),
                effectiveDate: BusinessDate(daysSinceEpoch: envelope.effectiveDay),
                actor: envelope.actor, onBehalfOf: nil, correlation: nil, causation: nil,
                objects: [], definition: nil, event: try kind.decode(stored.payload, nil))
        }
    }

    /// Reads events in the log's own bytes as facts.
    var read: EventDecode {
        let decode = decode
        return { try decode(try $0.event()) }
    }

    private var facts: DecisionFacts {
        DecisionFacts(
            company: "main", now: now, effectiveDate: date,
            actor: Actor(id: "owner", roles: ["owner"]))
    }

    private func append(_ emitted: [EmittedEvent]) throws {
        now = max(Instant(startOf: date), now.adding(microseconds: 1_000_000))
        let drafts = emitted.map { emitted in
            DraftEvent(
                envelope: Envelope(
                    stream: emitted.stream.description, version: Int(emitted.version),
                    type: emitted.event.typeNameOfEvent, company: "main",
                    recordedAtMicroseconds: now.microsecondsSinceEpoch,
                    effectiveDay: emitted.effectiveDate.daysSinceEpoch, actor: "owner"),
                payload: emitted.event.encoded())
        }
        _ = try log.append(drafts, expecting: log.end.next)
    }

    private func deployChart() throws {
        let path = ChartOfAccounts.file("sample")
        let bytes = Array(
            try Data(contentsOf: Self.repository.appendingPathComponent(path)))
        let hash = Blob(Digest256.sha256(of: bytes).bytes)
        try write(FileRecorded(name: path, hash: hash, content: Blob(bytes)), to: "chart")
        try write(SetDeployed(files: [.init(name: path, hash: hash)]), to: "main")
    }

    // MARK: Rules

    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let shipped = Result { () throws -> Rulebook in
        var files: [RuleFile] = []
        for folder in ["accounts", "chart", "posting", "roles", "rules", "tax", "terms"] {
            let directory = repository.appendingPathComponent("processes/\(folder)")
            for file in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
            where file.hasSuffix(".dmn") || file.hasSuffix(".yaml") {
                files.append(
                    RuleFile(
                        path: "processes/\(folder)/\(file)",
                        bytes: Array(
                            try Data(contentsOf: directory.appendingPathComponent(file))),
                        validFrom: BusinessDate(daysSinceEpoch: 0)))
            }
        }
        return try Rulebook(files)
    }
}

extension Event {
    /// The type's name, where only the protocol is known.
    var typeNameOfEvent: String { Self.typeName }
}

/// A date from its text.
func day(_ text: String) throws -> BusinessDate {
    try #require(BusinessDate(text), "date \(text)")
}

/// An amount in euros.
func euros(_ text: String) throws -> Money {
    try Money(
        #require(Decimal(text), "decimal \(text)"), #require(Currency(code: "EUR"), "euros"))
}

/// The states of all streams, as the writer's memory holds them.
private final class Streams: StateReader {
    private var streams: [StreamName: (state: any StreamState, version: UInt64)] = [:]

    func keep(_ overlay: [StreamName: HeldState]) {
        for (name, overlaid) in overlay where overlaid.version > overlaid.baseVersion {
            streams[name] = (overlaid.state, overlaid.version)
        }
    }

    func kept<State: StreamState>(
        _ type: State.Type, _ id: String
    ) -> (state: State, version: UInt64) {
        guard let found = streams[StreamName(type: State.streamType, id: id)],
            let state = found.state as? State
        else { return (State.initial, 0) }
        return (state, found.version)
    }

    func state<State: StreamState>(
        of type: State.Type, id: String
    ) throws(Rejection) -> (state: State, version: UInt64) { kept(type, id) }

    func highestNumber(of streamType: String, prefix: String) throws(Rejection) -> UInt64 {
        streams.keys.lazy.filter { $0.type == streamType && $0.id.hasPrefix(prefix) }
            .compactMap { UInt64($0.id.dropFirst(prefix.count)) }.max() ?? 0
    }
}
