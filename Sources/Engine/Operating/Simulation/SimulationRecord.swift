internal import Business
internal import EventLog
internal import Processes
internal import Records

/// What the log says of the past instances of a process, read once and only read.
///
/// Positions of streams are kept so that a state can be folded as it was at any time; events
/// themselves are read again when they are needed.
final class SimulationRecord {
    /// A deployed set by its number.
    struct Deployed {
        let files: [DeployedFile]
        let validFrom: BusinessDate
        let position: UInt64
    }

    /// An event under a name that some process may wait for.
    struct Message {
        let position: UInt64
        let at: Int64
        let objects: [ConcernedObject]
        /// When a message from outside was over; nil for an event, which the log keeps.
        let expiresAt: Int64?
    }

    /// An object that an event concerns, with its role in it.
    struct ConcernedObject {
        let text: String
        let qualifier: String
    }

    let log: any EventLog
    let decoder: EventDecoder
    let registry: Registry
    private(set) var deployed: [Int: Deployed] = [:]
    private var contents: [DefinitionHash: [UInt8]] = [:]
    private(set) var zoneName = "UTC"
    private(set) var company = ""
    private(set) var currency: Currency?
    private(set) var histories: [InstanceHistory] = []
    private(set) var documents: [String: String] = [:]
    private(set) var messages: [String: [Message]] = [:]
    private var streams: [String: [UInt64]] = [:]
    private var highestNumbers: [String: UInt64] = [:]
    private(set) var end: Int64 = 0

    init(log: any EventLog, decoder: EventDecoder, registry: Registry) {
        self.log = log
        self.decoder = decoder
        self.registry = registry
    }

    /// Reads the log once: definitions, the instances of a process, and where every stream stands.
    func read(
        process: String, from first: Instant, through last: Instant,
        progress: (UInt64, UInt64) -> Void
    ) throws {
        var steps: [String: [InstanceHistory.Step]] = [:]
        var order: [String] = []
        try walk(progress) { stored in
            let envelope = stored.envelope
            end = max(end, envelope.recordedAtMicroseconds)
            streams[envelope.stream, default: []].append(stored.position.rawValue)
            switch envelope.type {
            case InstanceAdvanced.typeName:
                let id = StreamName(envelope.stream)?.id ?? ""
                let at = envelope.recordedAtMicroseconds
                let isWanted =
                    envelope.version == 1
                    ? (first.microsecondsSinceEpoch...last.microsecondsSinceEpoch).contains(at)
                    : steps[id] != nil
                guard isWanted else { return }
                let event = try decoder.recorded(stored)
                guard let advanced = event.event as? InstanceAdvanced,
                    advanced.process == process, let step = InstanceHistory.Step(event)
                else { return }
                if steps[id] == nil { order.append(id) }
                steps[id, default: []].append(step)
                documents[id] = documents[id] ?? envelope.correlation
            case FileRecorded.typeName, SetDeployed.typeName, CompanyFounded.typeName:
                try note(stored)
            default: break
            }
        }
        histories = order.map {
            InstanceHistory(instance: $0, process: process, steps: steps[$0] ?? [])
        }
    }

    /// Reads the log once more for events under names that are waited for.
    func readMessages(_ names: Set<String>) throws {
        guard !names.isEmpty else { return }
        try walk({ _, _ in }) { stored in
            let type = stored.envelope.type
            guard names.contains(type) || type == MessagePublished.typeName else { return }
            let event = try decoder.recorded(stored)
            let published = event.event as? MessagePublished
            let name = published?.name ?? type
            guard names.contains(name) else { return }
            var objects = event.objects.map {
                ConcernedObject(text: $0.text, qualifier: $0.qualifier)
            }
            objects.append(
                ConcernedObject(
                    text: published?.correlationKey ?? event.stream.description, qualifier: ""))
            messages[name, default: []].append(
                Message(
                    position: event.position, at: event.recordedAt.microsecondsSinceEpoch,
                    objects: objects,
                    expiresAt: published?.expiresAt.microsecondsSinceEpoch))
        }
    }

    private func note(_ stored: StoredEvent) throws {
        switch try decoder.decode(stored) {
        case let file as FileRecorded:
            if let hash = DefinitionHash(file.hash.bytes) { contents[hash] = file.content.bytes }
        case let set as SetDeployed:
            deployed[Int(stored.envelope.version)] = Deployed(
                files: set.files, validFrom: set.validFrom, position: stored.position.rawValue)
        case let founded as CompanyFounded:
            zoneName = founded.timeZone
            company = stored.envelope.company
            currency = founded.baseCurrency
        default: break
        }
    }

    private static let pageBudget = ReadBudget(events: 4_096, bytes: 16 << 20)

    private func walk(
        _ progress: (UInt64, UInt64) -> Void, _ body: (StoredEvent) throws -> Void
    ) throws {
        let last = log.end.last
        var next = Position.first
        while next <= last {
            let page = try log.read(from: next, budget: Self.pageBudget)
            for stored in page.events where stored.position <= last { try body(stored) }
            guard page.next > next else { break }
            next = page.next
            progress(min(next.rawValue, last.rawValue), last.rawValue)
        }
    }

    // MARK: Definitions

    /// The files of a set with their bytes.
    func files(of number: Int) throws(SimulationFailure) -> [GivenDefinition] {
        guard let set = deployed[number] else {
            throw SimulationFailure("The log has no definition set \(number).")
        }
        var files: [GivenDefinition] = []
        for file in set.files {
            guard let hash = DefinitionHash(file.hash.bytes), let bytes = contents[hash] else {
                throw SimulationFailure("The bytes of \(file.name) are not in the log.")
            }
            files.append(GivenDefinition(name: file.name, bytes: bytes))
        }
        return files
    }

    // MARK: States and events

    /// Where a stream's events stand, in order.
    func positions(of stream: String) -> [UInt64] { streams[stream] ?? [] }

    /// The event at a position; nil where the log has none.
    func recorded(_ position: UInt64) throws(Rejection) -> RecordedEvent? {
        do {
            return try log.event(at: Position(position)).map { try decoder.recorded($0) }
        } catch {
            throw Rejection(
                .logUnreadable, "The event at position \(position) cannot be read: \(error)")
        }
    }

    /// The highest number that stands behind the beginning of a stream's name, in the whole record.
    func highestNumber(behind start: String) -> UInt64 {
        if let known = highestNumbers[start] { return known }
        let numbers = streams.keys.compactMap { stream in
            stream.hasPrefix(start) ? UInt64(stream.dropFirst(start.count)) : nil
        }
        let highest = numbers.max() ?? 0
        highestNumbers[start] = highest
        return highest
    }

    /// The event at a position as a message.
    func occurrence(at position: UInt64) -> MessageOccurrence? {
        guard let stored = try? log.event(at: Position(position)),
            let event = try? decoder.recorded(stored)
        else { return nil }
        return NearMissSearch.occurrence(of: event)
    }

    /// Events that a command can have written, in one direction from the one that is known.
    private static let commandEventsMax: UInt64 = 64

    /// The positions of all events of a command, from that of the one that its reply names.
    ///
    /// They stand together; only the one that is named has the command's key, and before it there
    /// are at most events that only serve others, such as a number that was taken.
    func extent(ofCommandAt position: Int64) -> ClosedRange<UInt64> {
        let known = UInt64(clamping: position)
        guard let head = try? log.event(at: Position(known)) else { return known...known }
        func follows(_ position: UInt64) -> StoredEvent? {
            guard let other = try? log.event(at: Position(position)),
                other.envelope.key == nil, other.envelope.actor == head.envelope.actor,
                other.envelope.recordedAtMicroseconds == head.envelope.recordedAtMicroseconds,
                other.envelope.type != InstanceAdvanced.typeName
            else { return nil }
            return other
        }
        var first = known
        var last = known
        while first > 1, known - first < Self.commandEventsMax, let before = follows(first - 1),
            let event = try? decoder.decode(before), type(of: event).isAuxiliary
        {
            first -= 1
        }
        while last - known < Self.commandEventsMax, follows(last + 1) != nil { last += 1 }
        return first...last
    }

    /// The events of a command, from the position of one of them, as a process sees them.
    func events(ofCommandAt position: Int64) -> ProcessValue {
        var found: [ProcessValue] = []
        for position in extent(ofCommandAt: position) {
            guard let stored = try? log.event(at: Position(position)),
                let event = try? decoder.recorded(stored)
            else { continue }
            found.append(
                .context([
                    ProcessField("type", .text(event.type)),
                    ProcessField("stream", .text(event.stream.description)),
                    ProcessField("data", ProcessValue(event.event.content)),
                ]))
        }
        return .list(found)
    }
}

/// Why past instances cannot be played again.
package struct SimulationFailure: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
