internal import Business
internal import DequeModule
internal import EventLog
internal import Processes
internal import Records
internal import Views

/// An event that did not end a wait, though it is like the one waited for.
struct NearMiss {
    let position: UInt64
    let at: Instant
    let event: String
    let stream: String
    let why: String
    /// Whether it is about another object than the one waited for.
    let isOther: Bool

    var json: JSONValue {
        .object([
            "position": .integer(position), "at": .string(at.description),
            "event": .string(event), "stream": .string(stream), "why": .string(why),
        ])
    }
}

/// Looks for events that almost ended a wait for a message.
struct NearMissSearch {
    let engine: Engine
    let state: InstanceState
    /// Events count for the instance after this position.
    let start: UInt64
    /// The events of the names that are waited for, about whatever, since the instance began.
    let recent: RecentEvents

    /// Events that are told for one wait, and those of them that are about something else.
    private static let shownMax = 5
    private static let othersMax = 2
    private static let concerningMax = 1_000

    /// Reads the log once for all that an instance waits for: from its beginning, since a message may
    /// have come, and its time to live ended, before it was waited for.
    init(engine: Engine, state: InstanceState, start: UInt64) throws(QueryFailure) {
        self.engine = engine
        self.state = state
        self.start = start
        let names = state.waits.compactMap { wait in
            if case .message(let message) = wait.kind { message.name } else { nil }
        }
        recent = try RecentEvents(of: Set(names), after: Position(start), in: engine.log)
    }

    /// The events that almost ended a wait, newest first, with the reason why they did not.
    ///
    /// The same event about something else is worth telling only when it came while this was waited
    /// for: a slip in its id shows there.
    func misses(of message: MessageWait, token: Int, since: Int64) throws(QueryFailure)
        -> [NearMiss]
    {
        var found: [UInt64: NearMiss] = [:]
        do {
            for position in try positions(about: message.correlation, after: 0) {
                guard let stored = try engine.log.event(at: position) else { continue }
                try look(stored, message, token, into: &found)
            }
            for position in recent.positions(of: message.name) {
                guard let stored = try engine.log.event(at: position) else { continue }
                try look(stored, message, token, into: &found)
            }
        } catch let failure as QueryFailure {
            throw failure
        } catch {
            throw .damaged("the log cannot be read: \(error)")
        }
        let newest = found.values.sorted { $0.position > $1.position }
        let others = newest.filter { miss in
            miss.isOther && miss.at.microsecondsSinceEpoch >= since
        }
        return Array(
            (newest.filter { !$0.isOther } + others.prefix(Self.othersMax)).prefix(Self.shownMax))
    }

    /// Events that concern an object, and those of its own stream.
    private func positions(about object: String, after: UInt64) throws -> [Position] {
        let concerning = try engine.index.positions(
            concerning: object, after: Position(after), limit: Self.concerningMax)
        let own = try engine.index.positions(of: object, limit: Self.concerningMax)
        return concerning + own.map(\.position)
    }

    private func look(
        _ stored: StoredEvent, _ message: MessageWait, _ token: Int,
        into found: inout [UInt64: NearMiss]
    ) throws {
        let position = stored.position.rawValue
        guard found[position] == nil else { return }
        let event = try engine.decoder.recorded(stored)
        let occurrence = Self.occurrence(of: event)
        // About the same thing under a name that begins alike; any other name is another matter.
        guard occurrence.name == message.name || Self.areAlike(occurrence.name, message.name)
        else { return }
        var qualifiers: [String: [String]] = [:]
        for object in event.objects {
            qualifiers[object.text, default: []].append(object.qualifier)
        }
        let why: String
        if let mismatch = message.mismatch(
            with: occurrence, qualifiers: qualifiers, after: Int64(start), usedBy: state,
            token: token)
        {
            why = mismatch
        } else if let published = event.event as? MessagePublished {
            why = "its time to live ended at \(published.expiresAt)"
        } else {
            // It fits: the step that it sets off is on its way.
            why = "it fits; its step is about to be taken"
        }
        found[position] = NearMiss(
            position: position, at: event.recordedAt, event: occurrence.name,
            stream: event.stream.description, why: why,
            isOther: !occurrence.objects.contains(message.correlation))
    }

    static func occurrence(of event: RecordedEvent) -> MessageOccurrence {
        if let message = event.event as? MessagePublished {
            return MessageOccurrence(
                name: message.name, position: Int64(event.position),
                objects: [message.correlationKey], payload: ProcessValue(message.variables))
        }
        return MessageOccurrence(
            name: event.type, position: Int64(event.position),
            stream: event.stream.description,
            objects: [event.stream.description] + event.objects.map(\.text),
            payload: ProcessValue(event.event.content))
    }

    /// Whether two names share the module and the noun: `sales.order-shipped` and
    /// `sales.order-shipped-in-full`.
    static func areAlike(_ left: String, _ right: String) -> Bool {
        func root(_ name: String) -> [Substring] {
            Array(name.split { $0 == "." || $0 == "-" }.prefix(2))
        }
        let parts = root(left)
        return parts.count == 2 && parts == root(right)
    }
}

/// Where the newest events of some names stand in the log's tail.
struct RecentEvents {
    /// The position from which it was looked; nil where that is all that was asked for.
    let cutAt: Position?
    private let byType: [String: Deque<Position>]

    /// Events that are looked through, by their names alone.
    private static let eventsMax: UInt64 = 1_000_000
    /// The newest of a name that are kept.
    private static let keptMax = 200

    /// Reads the names of the events behind a position, and of published messages.
    init(
        of names: Set<String>, after first: Position, in log: any EventLog
    ) throws(QueryFailure) {
        // Who waits for no message has nothing that could be looked for too late.
        guard !names.isEmpty else {
            cutAt = nil
            byType = [:]
            return
        }
        let end = log.end.last
        let isCut = end.rawValue - min(first.rawValue, end.rawValue) > Self.eventsMax
        var next = isCut ? Position(end.rawValue - Self.eventsMax) : first.next
        cutAt = isCut ? next : nil
        let types = names.union([MessagePublished.typeName]).sorted()
        let numbers = NameIndex(types)
        var found = types.map { _ in Deque<Position>() }
        do throws(LogFailure) {
            while next <= end {
                next = try log.scan(from: next, budget: .standard, verifying: false) { event in
                    let number = event.typeBytes.withUnsafeBytes { numbers.number(of: $0) }
                    guard let number else { return true }
                    if found[number].count == Self.keptMax { found[number].removeFirst() }
                    found[number].append(event.position)
                    return true
                }
            }
        } catch { throw .damaged("the log cannot be read: \(error)") }
        byType = Dictionary(uniqueKeysWithValues: zip(types, found))
    }

    /// Events of a name, and messages of any name.
    func positions(of name: String) -> [Position] {
        Array(byType[name] ?? []) + Array(byType[MessagePublished.typeName] ?? [])
    }
}
