internal import Business
internal import Engine
internal import EventLog
internal import Records
internal import Synchronization

/// What a log says of itself: which log it is, and the field lists of its events.
struct LogFacts: Sendable {
    /// Which log it is; nil where its first event does not say.
    let lineage: LogLineage?
    /// The field lists by type and version, each with the position from which on it is in force.
    private let lists: [String: [(from: Position, recorded: SchemaRecorded)]]

    private static let budget = ReadBudget(events: 65_536, bytes: 32 << 20)

    /// Finds them by one walk, past what cannot be read.
    init(_ log: any EventLog, _ decoder: EventDecoder) {
        var periods: [LogLineage.Period] = []
        var lists: [String: [(from: Position, recorded: SchemaRecorded)]] = [:]
        let wanted = [
            ClockStarted.typeName, LogIdentityRenewed.typeName, SchemaRecorded.typeName,
        ]
        var next = Position.first
        while next <= log.end.last {
            var found: [StoredEvent] = []
            do throws(LogFailure) {
                _ = try log.scan(from: next, budget: Self.budget, verifying: false) {
                    (view) throws(LogFailure) in
                    next = view.position.next
                    if wanted.contains(where: { view.isType($0) }) {
                        found.append(try view.stored())
                    }
                    return true
                }
            } catch {
                // An audit names it; here it is passed over.
                next = next.next
            }
            for stored in found {
                if let identity = decoder.identity(in: stored) {
                    periods.append(.init(first: stored.position, identity: identity))
                } else if let recorded = (try? decoder.decode(stored)) as? SchemaRecorded {
                    let id = Self.id(recorded.type, Int(recorded.version))
                    lists[id, default: []].append((stored.position, recorded))
                }
            }
        }
        lineage = LogLineage(periods)
        self.lists = lists
    }

    private static func id(_ type: String, _ version: Int) -> String { "\(type).v\(version)" }

    /// The field list in force for an event; nil where the log has none.
    func fields(of stored: StoredEvent) -> JSONValue? {
        let id = Self.id(stored.envelope.type, stored.envelope.schemaVersion)
        let known = lists[id] ?? []
        // The new identity of a copy stands before its list; a later list reads earlier records, too.
        let list = known.last { $0.from < stored.position } ?? known.first
        return list?.recorded.fields
    }

    /// The first type and version that a program does not know, in words; nil where it knows all.
    func refusal(_ decoder: EventDecoder) -> String? {
        let first = lists.values.compactMap(\.first).sorted { $0.from < $1.from }
        for (position, recorded) in first {
            let refusal = decoder.refusal(
                type: recorded.type, version: Int(recorded.version), at: position)
            if let refusal { return "\(refusal)" }
        }
        return nil
    }
}

/// The facts of a log, found when they are first asked for.
final class LogFactsOnce: Sendable {
    private let log: any EventLog
    private let decoder: EventDecoder
    private let found = Mutex<LogFacts?>(nil)

    init(_ log: any EventLog, _ decoder: EventDecoder) {
        self.log = log
        self.decoder = decoder
    }

    var value: LogFacts {
        found.withLock { found in
            if let found { return found }
            let facts = LogFacts(log, decoder)
            found = facts
            return facts
        }
    }
}
