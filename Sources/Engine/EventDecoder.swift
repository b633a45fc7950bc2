package import Business
package import EventLog
internal import Processes
package import Records
internal import Synchronization

/// Why a stored event cannot be read as a fact.
package enum DecodingFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A type or version that this program does not know; `known` is its newest of the type.
    case newerLog(type: String, version: Int, known: Int?, position: Position)
    /// The stored bytes are not the record that the type says.
    case damaged(position: Position, CodecFailure)
    /// A stream's name has no slash.
    case badStream(position: Position, name: String)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .newerLog(let type, let version, let known, let position):
            "newer-log: position \(position) holds \(type) version \(version), this program knows \(known.map { "versions up to \($0)" } ?? "no event of that name"); start the program that wrote it or a newer one (`daybook replay` and the hashes of `daybook audit` work all the same)"
        case .damaged(let position, let reason):
            "the event at position \(position) cannot be decoded: \(reason)"
        case .badStream(let position, let name):
            "the event at position \(position) has the stream \"\(name)\", which is none"
        }
    }
}

/// Reads stored events as facts.
package struct EventDecoder: Sendable {
    private let registry: Registry
    private let opener: (@Sendable (Position) -> (any FieldOpener)?)?
    /// Types of events that say where their thing came from.
    private let externalTypes: Set<String>
    /// Several look-up tables ask for the same step one after the other.
    private let steps = KnownSteps()

    /// A decoder for the events of a registry; `opener` gives what opens an event's sealed fields.
    package init(
        registry: Registry, opener: (@Sendable (Position) -> (any FieldOpener)?)? = nil
    ) {
        self.registry = registry
        self.opener = opener
        externalTypes = Set(
            registry.events.filter { _, type in
                type.description.fields.contains { $0.name == ExternalName.field }
            }.keys)
    }

    /// The fact.
    package func decode(_ stored: StoredEvent) throws(DecodingFailure) -> any Event {
        let version = stored.schemaVersion
        let kind = registry.kind(named: stored.type)
        guard let kind, kind.knows(version) else {
            throw .newerLog(
                type: stored.type, version: version, known: kind?.version,
                position: stored.position)
        }
        let opener = opener?(stored.position)
        do throws(CodecFailure) {
            return try stored.payload.span.bytes.withUnsafeBytes { (bytes) throws(CodecFailure) in
                try kind.read(bytes, version: version, opener)
            }
        } catch {
            throw .damaged(position: stored.position, error)
        }
    }

    /// The identity that an event gives the log, as a lineage shows it; nil for every other event.
    package func identity(in stored: StoredEvent) -> String? {
        let type = stored.type
        guard type == ClockStarted.typeName || type == LogIdentityRenewed.typeName else {
            return nil
        }
        switch try? decode(stored) {
        case let started as ClockStarted: return LogLineage.text(of: started.logIdentity.bytes)
        case let renewed as LogIdentityRenewed:
            return LogLineage.text(of: renewed.logIdentity.bytes)
        default: return nil
        }
    }

    /// Why an event cannot be read as a fact, by its type and version alone; nil where it can.
    func refusal(of stored: StoredEvent) -> DecodingFailure? {
        refusal(
            type: stored.type, version: stored.schemaVersion,
            at: stored.position)
    }

    /// Why events of a type and version cannot be read as facts; nil where they can.
    package func refusal(type: String, version: Int, at position: Position) -> DecodingFailure? {
        let kind = registry.kind(named: type)
        if let kind, kind.knows(version) { return nil }
        return .newerLog(
            type: type, version: version, known: kind?.version, position: position)
    }

    /// Whether events of a type can say where their thing came from.
    func namesExternal(_ type: String) -> Bool { externalTypes.contains(type) }

    /// The event as readers share it.
    package func recorded(_ stored: StoredEvent) throws(DecodingFailure) -> RecordedEvent {
        guard let stream = StreamName(stored.stream) else {
            throw .badStream(position: stored.position, name: stored.stream)
        }
        return RecordedEvent(stored, try decode(stored), stream)
    }

    /// The event as readers share it, from the log's own bytes; what stands around the fact is
    /// decoded when somebody asks for it.
    package func recorded(_ view: EventView) throws(DecodingFailure) -> RecordedEvent {
        let found = view.typeBytes.withUnsafeBytes { registry.kind(named: $0) }
        let version = view.schemaVersion
        guard let kind = found, kind.knows(version) else {
            throw .newerLog(
                type: view.type, version: version, known: found?.version,
                position: view.position)
        }
        let stream = view.streamBytes.withUnsafeBytes {
            StreamName(utf8: $0, expecting: kind.streamType)
        }
        guard let stream else { throw .badStream(position: view.position, name: view.stream) }
        let opener = opener?(view.position)
        let event: any Event
        do throws(CodecFailure) {
            event = try view.payload.withUnsafeBytes { (bytes) throws(CodecFailure) in
                try kind.read(bytes, version: version, opener)
            }
        } catch { throw .damaged(position: view.position, error) }
        return RecordedEvent(
            position: view.position.rawValue, stream: stream, version: UInt64(view.version),
            type: kind.name, company: view.company,
            recordedAt: Instant(microsecondsSinceEpoch: view.recordedAtMicroseconds),
            effectiveDate: BusinessDate(daysSinceEpoch: view.effectiveDay),
            envelope: RestOfEnvelope(view.rest), event: event)
    }

    /// The step of a process, when the event is one; nil for every other event.
    func step(_ stored: StoredEvent) -> InstanceAdvanced? {
        guard stored.type == InstanceAdvanced.typeName else { return nil }
        if let known = steps.step(of: stored) { return known }
        // Tables of the index are total: a step that cannot be read is none for them.
        guard let step = (try? decode(stored)) as? InstanceAdvanced else { return nil }
        steps.keep([(stored, step)])
        return step
    }

    /// Takes the steps of a batch that was decided here, in their order, so that the look-up tables
    /// need not decode what is at hand.
    func know(_ known: [(event: StoredEvent, step: InstanceAdvanced)]) { steps.keep(known) }
}

extension RecordedEvent {
    /// A stored event with its fact.
    convenience init(_ stored: StoredEvent, _ event: any Event, _ stream: StreamName) {
        self.init(
            position: stored.position.rawValue, stream: stream, version: UInt64(stored.version),
            type: stored.type, company: stored.company,
            recordedAt: Instant(
                microsecondsSinceEpoch: stored.envelope.recordedAtMicroseconds),
            effectiveDate: BusinessDate(daysSinceEpoch: stored.envelope.effectiveDay),
            envelope: HeldEnvelope(stored: stored), event: event)
    }
}

/// The envelope of an event that is in memory.
private struct HeldEnvelope: StoredEnvelope {
    let stored: StoredEvent

    var actor: String { stored.envelope.actor }
    var onBehalfOf: String? { stored.envelope.onBehalfOf }
    var details: EnvelopeDetails {
        let envelope = stored.envelope
        return EnvelopeDetails(
            correlation: envelope.correlation, causation: envelope.causation,
            objects: envelope.objects, definitionHash: envelope.definitionHash)
    }
}

extension EnvelopeDetails {
    /// Details as the log has them.
    fileprivate init(
        correlation: String?, causation: Position?, objects: [ConcernedObject],
        definitionHash: Digest256?
    ) {
        self.init(
            correlation: correlation, causation: causation?.rawValue,
            objects: objects.compactMap { object in
                StreamName(object.object).map {
                    Records.ObjectReference(type: $0.type, id: $0.id, qualifier: object.qualifier)
                }
            },
            definition: definitionHash.flatMap { DefinitionHash($0.bytes) })
    }
}

/// An envelope that is read in parts.
///
/// Its frame was checked when the event was read from the log.
private struct RestOfEnvelope: StoredEnvelope {
    private let rest: EnvelopeRest

    init(_ rest: EnvelopeRest) { self.rest = rest }

    var actor: String { read { () throws(RecordFailure) in try rest.person().actor } }
    var onBehalfOf: String? { read { () throws(RecordFailure) in try rest.person().onBehalfOf } }
    var details: EnvelopeDetails {
        let references = read { () throws(RecordFailure) in try rest.references() }
        return EnvelopeDetails(
            correlation: references.correlation, causation: references.causation,
            objects: references.objects, definitionHash: references.definitionHash)
    }

    private func read<Value>(_ body: () throws(RecordFailure) -> Value) -> Value {
        do throws(RecordFailure) { return try body() } catch {
            preconditionFailure("a record whose frame was checked has all its parts: \(error)")
        }
    }
}

extension Advance {
    /// Whether an instance begins with this step.
    var beginsInstance: Bool {
        changes.contains { change in
            if case .began = change { true } else { false }
        }
    }
}

extension RecordedEvent {
    // Asked of every event: comparing its type costs less than a cast that fails.

    /// The step of a process, where the event is one.
    var step: InstanceAdvanced? {
        Swift.type(of: event) == InstanceAdvanced.self ? event as? InstanceAdvanced : nil
    }

    /// Conditions that were met, where the event tells of them.
    var conditions: ConditionsEvaluated? {
        Swift.type(of: event) == ConditionsEvaluated.self ? event as? ConditionsEvaluated : nil
    }

    /// The signal from outside, where the event is one.
    var signal: SignalBroadcast? {
        Swift.type(of: event) == SignalBroadcast.self ? event as? SignalBroadcast : nil
    }

    /// The message from outside, where the event is one.
    var message: MessagePublished? {
        Swift.type(of: event) == MessagePublished.self ? event as? MessagePublished : nil
    }
}

/// Steps that are decoded already, in the log's order, which is the order in which they are asked for.
private final class KnownSteps: Sendable {
    private struct State {
        var steps: [(event: StoredEvent, step: InstanceAdvanced)] = []
        /// The first that may still be asked for.
        var next = 0
    }

    private let state = Mutex(State())

    func step(of event: StoredEvent) -> InstanceAdvanced? {
        state.withLock { state in
            // What was passed over is not asked for again.
            while state.next < state.steps.count {
                let known = state.steps[state.next]
                if known.event === event { return known.step }
                guard known.event.position < event.position else { return nil }
                state.next += 1
            }
            return nil
        }
    }

    func keep(_ steps: [(event: StoredEvent, step: InstanceAdvanced)]) {
        state.withLock { $0 = State(steps: steps) }
    }
}
