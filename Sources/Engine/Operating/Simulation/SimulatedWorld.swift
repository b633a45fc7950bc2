internal import Business
internal import FEEL
internal import Processes
internal import Records

/// The states that a played instance sees.
///
/// As long as the instance gives the commands that its record has, these are the record's. From the
/// first one on that the record does not have, the instance goes another way: its commands are
/// decided anew by the real deciders, what they write is folded over the record, and what its own
/// commands wrote then and were not given again did not happen.
final class SimulatedWorld: StateReader {
    /// An event that a command of the played instance wrote.
    private struct Written {
        let event: any Event
        let at: Int64
        /// Events of the record up to here came before it; nil where only the time tells.
        let after: UInt64?
    }

    /// A written event as waits for messages look at it.
    struct Message {
        let name: String
        let at: Int64
        let objects: [SimulationRecord.ConcernedObject]
        let occurrence: MessageOccurrence
    }

    /// Positions from here on are none of the log: those of events that were not written.
    private static let firstPosition: Int64 = 1 << 48

    private let record: SimulationRecord
    private let run: RecordedRun
    private let set: DeployedSet
    private let calendar: CompanyCalendar
    var time: Int64 = 0
    /// Things are seen as they were when this step of the record was taken; nil where the record has
    /// no such step, and only the time tells.
    var bound: UInt64?
    /// Whether the instance goes another way than its record.
    private(set) var isApart = false
    /// Messages that its own commands wrote, in order.
    private(set) var messages: [Message] = []
    /// Own events of the record that were given again.
    private var given: Set<UInt64> = []
    private var written: [String: [Written]] = [:]
    /// Streams that began here, with what the record has under their names hidden.
    private var begun: Set<String> = []

    init(record: SimulationRecord, run: RecordedRun, set: DeployedSet) {
        self.record = record
        self.run = run
        self.set = set
        calendar = CompanyCalendar(zoneName: record.zoneName)
    }

    /// The instance leaves its record.
    func leaveRecord() { isApart = true }

    /// A command of the record was given again: what it wrote is seen from now on.
    func give(commandAt position: Int64) {
        let extent = record.extent(ofCommandAt: position)
        given.formUnion(extent)
        if let seen = bound { bound = max(seen, extent.upperBound) }
    }

    /// Whether an event of the record happens here too.
    func happens(_ position: UInt64) -> Bool {
        !isApart || given.contains(position) || run.step(thatWrote: position) == nil
    }

    // MARK: States

    /// Whether what the record has under a stream's name is there: what others did later to a thing
    /// that did not come to be did not happen either.
    private func isThere(_ stream: String) -> Bool {
        guard !begun.contains(stream), let first = record.positions(of: stream).first else {
            return false
        }
        return happens(first)
    }

    /// A stream's state and version; version 0 where it is not there.
    func fold(
        _ stream: String, _ initial: any StreamState
    ) throws(Rejection) -> (state: any StreamState, version: UInt64) {
        var state = initial
        var version: UInt64 = 0
        var own = (written[stream] ?? [])[...]
        for position in isThere(stream) ? record.positions(of: stream) : [] {
            if let bound, position > bound { break }
            guard happens(position) else { continue }
            guard let event = try record.recorded(position) else { break }
            let at = event.recordedAt.microsecondsSinceEpoch
            if at > time { break }
            while let next = own.first, next.at < at || next.after.map({ $0 < position }) ?? false {
                version += 1
                next.event.apply(to: &state, at: version)
                own.removeFirst()
            }
            version += 1
            event.event.apply(to: &state, at: version)
        }
        for next in own {
            version += 1
            next.event.apply(to: &state, at: version)
        }
        return (state, version)
    }

    func state<State: StreamState>(
        of type: State.Type, id: String
    ) throws(Rejection) -> (state: State, version: UInt64) {
        let stream = StreamName(type: State.streamType, id: id)
        let (state, version) = try fold(stream.description, State.initial)
        guard let state = state as? State else {
            throw Rejection(.logUnreadable, "\(stream) holds another kind of state than expected.")
        }
        return (state, version)
    }

    func highestNumber(of streamType: String, prefix: String) throws(Rejection) -> UInt64 {
        let start = "\(streamType)/\(prefix)"
        let own = begun.compactMap { stream in
            stream.hasPrefix(start) ? UInt64(stream.dropFirst(start.count)) : nil
        }
        return max(record.highestNumber(behind: start), own.max() ?? 0)
    }

    // MARK: Commands

    /// What a command of the played instance comes to when it is decided now.
    func decide(
        _ type: CommandType, _ payload: ProcessValue, as actor: Actor,
        approval: DefinitionHash? = nil
    ) throws(Rejection) -> CommandOutcome {
        leaveRecord()
        let now = Instant(microsecondsSinceEpoch: time)
        let command: any Command
        do throws(InputFailure) {
            command = try type.read(
                JSONValue(payload, fields: type.description.fields),
                JSONContext(currency: record.currency))
        } catch { throw Rejection(RejectionCode(error.code.rawValue), error.description) }
        let decision = Decision(
            facts: DecisionFacts(
                company: record.company, now: now, effectiveDate: calendar.date(at: now),
                actor: actor, approval: approval),
            rules: set.rules, reader: self)
        try command.decide(decision)
        try decision.runConsequences(record.registry)
        for item in decision.emitted { keep(item) }
        guard let head = decision.head else {
            return .accepted(position: nil, stream: "", version: 0, events: .list([]))
        }
        return .accepted(
            position: nil, stream: head.stream.description, version: Int64(head.version),
            events: .list(decision.emitted.map(Self.value)))
    }

    private func keep(_ item: EmittedEvent) {
        let stream = item.stream.description
        if item.version == 1 { begun.insert(stream) }
        written[stream, default: []].append(Written(event: item.event, at: time, after: bound))
        let references = item.event.references
        let name = Self.typeName(of: item.event)
        messages.append(
            Message(
                name: name, at: time,
                objects: references.map { .init(text: $0.text, qualifier: $0.qualifier) }
                    + [.init(text: stream, qualifier: "")],
                occurrence: MessageOccurrence(
                    name: name, position: Self.firstPosition + Int64(messages.count),
                    stream: stream, objects: [stream] + references.map(\.text),
                    payload: ProcessValue(item.event.content))))
    }

    private static func typeName(of event: some Event) -> String { type(of: event).typeName }

    private static func value(_ item: EmittedEvent) -> Value {
        .context([
            "type": .text(typeName(of: item.event)), "stream": .text(item.stream.description),
            "data": Value(item.event.content),
        ])
    }
}
