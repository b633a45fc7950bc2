internal import Business
internal import EventLog
internal import Records

/// Holds the field lists of a log against the program's, when the log is opened.
///
/// What the program does not know it can neither fold nor decide upon, and a record whose list was
/// changed without a new version would be read as something else: it does not begin.
enum FormCheck {
    /// Field lists that one log can have.
    private static let listsMax = 100_000

    /// Compares all field lists; those of the log's tail are in the index by then.
    static func run(
        _ log: any EventLog, _ index: LogIndex, _ registry: Registry, _ decoder: EventDecoder
    ) throws(EngineFailure) {
        do {
            let rows = try index.rows(
                in: EngineTables.schemas, prefix: EngineTables.onePrefix, limit: listsMax)
            let positions = rows.map { Position(EngineTables.number($0.value)) }
            for stored in try log.events(at: positions) {
                guard let recorded = try decoder.decode(stored) as? SchemaRecorded else { continue }
                try check(recorded, stored.position, registry, decoder)
            }
        } catch let failure as EngineFailure {
            throw failure
        } catch let failure as DecodingFailure {
            throw EngineFailure(failure)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private static func check(
        _ recorded: SchemaRecorded, _ position: Position, _ registry: Registry,
        _ decoder: EventDecoder
    ) throws(EngineFailure) {
        let version = Int(recorded.version)
        let refusal = decoder.refusal(type: recorded.type, version: version, at: position)
        if let refusal { throw EngineFailure(refusal) }
        guard let known = registry.events[recorded.type]?.description(of: version) else { return }
        if case .changed(let reason) = FieldList.compare(recorded: recorded.fields, with: known) {
            throw .fieldListChanged(changed(recorded.type, version, reason))
        }
    }

    /// Found, expected and remedy.
    static func changed(_ type: String, _ version: Int, _ reason: String) -> String {
        "this program has another field list of \(type) version \(version) than the log: \(reason); only optional fields may be added to a version, anything else is a new one; start the program that wrote the log, or give the type a new version and lift the old one"
    }
}
