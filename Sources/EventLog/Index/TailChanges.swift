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
        let envelope = event.envelope
        let added = StreamEvent(version: envelope.version, position: event.position)
        streams[ByteText(envelope.stream), default: []].append(added)
        filters.insert { .stream(envelope.stream) }
        if let text = envelope.key {
            let key = IndexKey.idempotency(company: envelope.company, key: text)
            filters.insert { .idempotency(key) }
            if keys[key] == nil { keys[key] = event.position }
        }
        for index in envelope.objects.indices {
            let object = ByteText(envelope.objects[index].object)
            // An object that is named under two qualifiers counts once.
            let isRepeated = objects[object]?.last?.position == event.position
            if isRepeated { continue }
            objects[object, default: []].append(
                ObjectEvent(type: envelope.type, position: event.position))
        }
        for row in rows { tables[row.table].set(row.key, to: row.value) }
        eventCount += 1
        reached = (event.position, event.leafHash)
        if event.position == .first { first = event.leafHash }
    }
}

extension TailChanges {
    /// Rows of the streams table in key order: stream and version to position.
    func sortedStreamRows() -> [(key: [UInt8], value: [UInt8])] {
        var rows: [(key: [UInt8], value: [UInt8])] = []
        rows.reserveCapacity(eventCount)
        for (stream, events) in streams {
            for event in events {
                rows.append(
                    (
                        IndexKey.stream(stream.text, version: UInt64(event.version)),
                        event.position.bytes
                    ))
            }
        }
        return rows.sorted { $0.key.precedes($1.key) }
    }

    /// Rows of the keys table in key order: company and key to position.
    func sortedKeyRows() -> [(key: [UInt8], value: [UInt8])] {
        var rows: [(key: [UInt8], value: [UInt8])] = []
        rows.reserveCapacity(keys.count)
        for (key, position) in keys { rows.append((key, position.bytes)) }
        return rows.sorted { $0.key.precedes($1.key) }
    }

    /// Keys of the objects table in order; their rows hold nothing more.
    func sortedObjectKeys() -> [[UInt8]] {
        var rows: [[UInt8]] = []
        for (object, events) in objects {
            for event in events {
                rows.append(
                    IndexKey.object(
                        object.text, type: event.type, position: event.position.rawValue))
            }
        }
        return rows.sorted { $0.precedes($1) }
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
