/// What events changed in the look-ups since the file was last written.
struct TailChanges: Sendable {
    struct StreamEvent: Sendable {
        let version: Int
        let position: Position
    }

    struct ObjectEvent: Sendable {
        let type: String
        let position: Position
    }

    /// Events by stream, in order.
    private(set) var streams: [ByteText: [StreamEvent]] = [:]
    /// First event of each idempotency key, by ``IndexKey/idempotency(company:key:)``.
    private(set) var keys: [[UInt8]: Position] = [:]
    /// Events by object, in order.
    private(set) var objects: [ByteText: [ObjectEvent]] = [:]
    /// Rows of the declared tables, in their order.
    private(set) var tables: [TailMap]
    /// Events taken in.
    private(set) var eventCount = 0
    /// The last event taken in and its leaf hash.
    private(set) var reached: (position: Position, leafHash: Digest256)?
    /// Leaf hash of the log's first event, when it is among those taken in: it names the log.
    private(set) var first: Digest256?

    init(tableCount: Int) {
        tables = Array(repeating: TailMap(), count: tableCount)
    }

    var isEmpty: Bool { eventCount == 0 }

    /// Takes one event in, with the rows of the declared tables worked out before.
    mutating func apply(
        _ event: StoredEvent, rows: [TableRow], filters: inout FilterPair
    ) {
        let stream = event.stream
        let added = StreamEvent(version: event.version, position: event.position)
        streams[ByteText(stream), default: []].append(added)
        filters.insert { .stream(stream) }
        if let text = event.key {
            let key = IndexKey.idempotency(company: event.company, key: text)
            filters.insert { .idempotency(key) }
            if keys[key] == nil { keys[key] = event.position }
        }
        let type = event.type
        for reference in event.objects {
            TailChanges.add(
                ObjectEvent(type: type, position: event.position),
                to: &objects[ByteText(reference.object), default: []])
        }
        for row in rows { tables[row.table].set(row.key, to: row.value) }
        eventCount += 1
        reached = (event.position, event.leafHash)
        if event.position == .first { first = event.leafHash }
    }
}

extension TailChanges {
    /// Adds an event to an object's list; one that names the object under two qualifiers counts once.
    private static func add(_ event: ObjectEvent, to list: inout [ObjectEvent]) {
        guard list.last?.position != event.position else { return }
        list.append(event)
    }
}

/// A row to write, or with no value to remove.
typealias TailRow = (key: [UInt8], value: [UInt8]?)

extension TailChanges {
    /// Rows of the streams table in key order: stream and version to position.
    func sortedStreamRows() -> [TailRow] {
        var rows: [TailRow] = []
        rows.reserveCapacity(eventCount)
        // Names are sorted rather than rows: there are fewer, and each has its events in order.
        for (start, events) in TailChanges.byName(streams) {
            for event in events {
                rows.append(
                    (
                        IndexKey.appending(UInt64(event.version), to: start),
                        event.position.bytes
                    ))
            }
        }
        return rows
    }

    /// Rows of the keys table in key order: company and key to position.
    func sortedKeyRows() -> [TailRow] {
        keys.sorted { $0.key.precedes($1.key) }.map { ($0.key, $0.value.bytes) }
    }

    /// Rows of the objects table in key order; they hold nothing but their key.
    func sortedObjectRows() -> [TailRow] {
        var rows: [TailRow] = []
        for (start, events) in TailChanges.byName(objects) {
            let first = rows.count
            for event in events {
                rows.append(
                    (IndexKey.object(start, type: event.type, position: event.position), []))
            }
            if events.count > 1 { rows[first...].sort { $0.key.precedes($1.key) } }
        }
        return rows
    }

    /// The lists by name in byte order of the names, each with the bytes that its keys begin with.
    private static func byName<Element>(
        _ lists: [ByteText: [Element]]
    ) -> [(start: [UInt8], list: [Element])] {
        var named: [(start: [UInt8], list: [Element])] = []
        named.reserveCapacity(lists.count)
        for (name, list) in lists { named.append((IndexKey.start(name.text), list)) }
        named.sort { $0.start.precedes($1.start) }
        return named
    }
}

/// A changed row of a declared table, its key composed.
struct TableRow: Sendable {
    let table: Int
    let key: [UInt8]
    let value: [UInt8]?
}

/// The filter in use, and the one that is being filled to follow it.
struct FilterPair: Sendable {
    var current: KeyFilter?
    var next: KeyFilter?

    mutating func insert(_ hash: () -> KeyHash) {
        guard current != nil || next != nil else { return }
        let hash = hash()
        current?.insert(hash)
        next?.insert(hash)
    }

    /// False when the key is certainly absent from memory and file.
    func mayContain(_ hash: () -> KeyHash) -> Bool {
        current?.mayContain(hash()) ?? true
    }
}
