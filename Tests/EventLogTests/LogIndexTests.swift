import Foundation
import LMDB
import Testing

@testable import EventLog

/// The look-ups worked out the slow way, from all events.
struct NaiveIndex {
    var events: [StoredEvent] = []

    func head(of stream: String) -> StreamHead? {
        events.last { $0.envelope.stream == stream }.map {
            StreamHead(version: $0.envelope.version, position: $0.position)
        }
    }

    func positions(of stream: String, from version: Int, limit: Int) -> [StreamHead] {
        Array(
            events.filter { $0.envelope.stream == stream && $0.envelope.version >= version }
                .map { StreamHead(version: $0.envelope.version, position: $0.position) }
                .prefix(limit))
    }

    func position(ofKey key: String, company: String) -> Position? {
        events.first { $0.envelope.key == key && $0.envelope.company == company }?.position
    }

    func positions(
        concerning object: String, type: String?, after: Position, limit: Int
    ) -> [Position] {
        Array(
            events.filter { event in
                event.position > after && (type == nil || event.envelope.type == type)
                    && event.envelope.objects.contains { $0.object == object }
            }.map(\.position).prefix(limit))
    }

    /// Rows of the table ``IndexSamples/waits``.
    func rows() -> [IndexRow] {
        var rows: [[UInt8]: [[UInt8]: [UInt8]]] = [:]
        for event in events {
            for change in IndexSamples.changes(of: event) {
                switch change {
                case .put(let prefix, let suffix, let value):
                    rows[prefix, default: [:]][suffix] = value
                case .delete(let prefix, let suffix): rows[prefix]?[suffix] = nil
                }
            }
        }
        var found: [IndexRow] = []
        for (prefix, ofPrefix) in rows {
            for (suffix, value) in ofPrefix {
                found.append(IndexRow(prefix: prefix, suffix: suffix, value: value))
            }
        }
        return found.sorted { left, right in
            guard left.prefix == right.prefix else {
                return left.prefix.lexicographicallyPrecedes(right.prefix)
            }
            return left.suffix.lexicographicallyPrecedes(right.suffix)
        }
    }
}

/// Random events over few names, so that everything collides often.
enum IndexSamples {
    static let streams = (1...12).map { "sales.order/SO-\($0)" } + ["s", "sales.order/SO"]
    static let objects = (1...6).map { "sales.customer/C\($0)" } + ["o", "sales.customer/C"]
    static let types = ["a.one", "a.one-two", "b.two"]
    static let keys = (1...40).map { "key-\($0)" }
    static let companies = ["ACME", "BETA"]
    /// Prefixes that only differ in zero bytes and length, to try the order of rows.
    static let prefixes: [[UInt8]] = [
        [], [0], [0, 0], [0, 1], [0, 255], [1], [7], [7, 0], [255],
    ]

    static let waits = IndexTable(name: "waits", version: 1, changes: changes(of:))

    /// The payload says what to do: row numbers to write, and those with the high bit to remove.
    @Sendable static func changes(of event: StoredEvent) -> [IndexChange] {
        event.payload.map { byte in
            let prefix = prefixes[Int(byte & 0x7F) % prefixes.count]
            let suffix = [[], [byte & 3], [0, byte & 1]][Int(byte >> 2) % 3]
            return byte < 0x80
                ? .put(prefix: prefix, suffix: suffix, value: event.position.bytes)
                : .delete(prefix: prefix, suffix: suffix)
        }
    }

    static func drafts(
        _ count: Int, after events: [StoredEvent], using generator: inout SeededGenerator
    ) -> [DraftEvent] {
        var versions: [String: Int] = [:]
        for event in events { versions[event.envelope.stream] = event.envelope.version }
        return (0..<count).map { index in
            let stream = streams.randomElement(using: &generator) ?? "s"
            versions[stream, default: 0] += 1
            var draft = DraftEvent.sample(
                events.count + index + 1, stream: stream, version: versions[stream])
            draft.envelope.type = types.randomElement(using: &generator) ?? "a.one"
            draft.envelope.company = companies.randomElement(using: &generator) ?? "ACME"
            draft.envelope.key =
                Bool.random(using: &generator) ? keys.randomElement(using: &generator) : nil
            draft.envelope.objects = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                ObjectReference(objects.randomElement(using: &generator) ?? "o")
            }
            draft.payload = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            return draft
        }
    }
}

@Suite("The index of a log", .serialized)
struct LogIndexTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(
        _ log: any EventLog, tables: [IndexTable] = [IndexSamples.waits],
        options: LogIndexOptions = .init()
    ) throws -> LogIndex {
        try LogIndex(path: folder.path, log: log, tables: tables, options: options)
    }

    /// A filter that is full all the time and filled in small steps.
    private static let smallFilter: LogIndexOptions = {
        var options = LogIndexOptions()
        options.filterRoomMin = 1
        options.filterRowsPerRead = 3
        return options
    }()

    /// Compares every look-up with the slow answer.
    private func expectAgreement(
        _ index: LogIndex, _ naive: NaiveIndex, _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var differences: [String] = []
        func compare<Value: Equatable>(_ name: String, _ found: Value, _ expected: Value) {
            if found != expected { differences.append("\(name): \(found), not \(expected)") }
        }
        for stream in IndexSamples.streams + ["none"] {
            compare("head of \(stream)", try index.head(of: stream), naive.head(of: stream))
            for (version, limit) in [(1, 1_000), (1, 3), (4, 5), (1_000, 5)] {
                compare(
                    "\(stream) from \(version)",
                    try index.positions(of: stream, from: version, limit: limit),
                    naive.positions(of: stream, from: version, limit: limit))
            }
            compare(
                "\(stream) version 2", try index.position(of: stream, version: 2),
                naive.positions(of: stream, from: 2, limit: 1).first?.position)
        }
        for company in IndexSamples.companies {
            for key in IndexSamples.keys + ["none"] {
                compare(
                    "key \(key)", try index.position(ofKey: key, company: company),
                    naive.position(ofKey: key, company: company))
            }
        }
        let middle = Position(UInt64(naive.events.count / 2))
        for object in IndexSamples.objects + ["none"] {
            for type in IndexSamples.types.map({ $0 as String? }) + [nil, "a"] {
                for (after, limit) in [(Position.origin, 10_000), (.origin, 2), (middle, 4)] {
                    compare(
                        "\(object) \(type ?? "any") after \(after)",
                        try index.positions(
                            concerning: object, type: type, after: after, limit: limit),
                        naive.positions(
                            concerning: object, type: type, after: after, limit: limit))
                }
            }
        }
        try compareRows(index, naive.rows(), &differences)
        #expect(differences.isEmpty, comment, sourceLocation: sourceLocation)
    }

    private func compareRows(
        _ index: LogIndex, _ rows: [IndexRow], _ differences: inout [String]
    ) throws {
        var scanned: [IndexRow] = []
        while true {
            let page = try index.scan(table: "waits", after: scanned.last, limit: 4)
            scanned += page
            if page.isEmpty { break }
        }
        if scanned != rows { differences.append("scan: \(scanned), not \(rows)") }
        for prefix in IndexSamples.prefixes + [[9]] {
            let expected = rows.filter { $0.prefix == prefix }
            let found = try index.rows(in: "waits", prefix: prefix, limit: 100)
            if found != expected { differences.append("rows of \(prefix): \(found)") }
            let later = try index.rows(in: "waits", prefix: prefix, from: [1], limit: 2)
            let expectedLater = expected.filter { !$0.suffix.lexicographicallyPrecedes([1]) }
            if later != Array(expectedLater.prefix(2)) {
                differences.append("rows of \(prefix) from 1: \(later)")
            }
            let value = try index.value(in: "waits", prefix: prefix, suffix: [2])
            if value != expected.first(where: { $0.suffix == [2] })?.value {
                differences.append("value of \(prefix): \(String(describing: value))")
            }
        }
    }

    @Test("agrees with the slow answer after every batch, flush and reopening")
    func property() throws {
        let seed = SeededGenerator.seed(for: "LogIndexTests.property")
        var generator = SeededGenerator(seed: seed)
        let log = MemoryEventLog()
        var naive = NaiveIndex()
        var opened: LogIndex? = try open(log, options: LogIndexTests.smallFilter)
        for round in 0..<60 {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                // A file that is open must be closed before it is opened again.
                opened = nil
                opened = try open(log, options: LogIndexTests.smallFilter)
                #expect(opened?.opening.rebuild == nil)
            }
            let index = try #require(opened)
            try expectAgreement(index, naive, "seed \(seed), round \(round), opened")
            let drafts = IndexSamples.drafts(
                Int.random(in: 1...25, using: &generator), after: naive.events, using: &generator)
            let events = try log.append(drafts, expecting: log.end.next)
            naive.events += events
            try index.apply(events)
            try expectAgreement(index, naive, "seed \(seed), round \(round), applied")
            guard Int.random(in: 0..<3, using: &generator) == 0 else { continue }
            let flush = try index.flush()
            #expect(flush.reached == log.end.last)
            #expect(index.pendingEvents == 0)
            try expectAgreement(index, naive, "seed \(seed), round \(round), flushed")
        }
        #expect(opened?.applied == log.end.last)
    }

    @Test("rebuilt from the log it gives the same answers as one that grew with it")
    func rebuildEquivalence() throws {
        let seed = SeededGenerator.seed(for: "LogIndexTests.rebuildEquivalence")
        var generator = SeededGenerator(seed: seed)
        let log = MemoryEventLog()
        var naive = NaiveIndex()
        naive.events = try log.append(
            IndexSamples.drafts(3_000, after: [], using: &generator), expecting: .first)
        var options = LogIndexOptions()
        options.rebuildFlushEvents = 700
        let index = try open(log, options: options)
        #expect(index.opening == IndexOpening(rebuild: .absent, eventsRead: 3_000))
        try expectAgreement(index, naive, "seed \(seed)")
    }

    @Test("flushing beside applying loses nothing")
    func concurrent() throws {
        var generator = SeededGenerator(seed: 5)
        let log = MemoryEventLog()
        var naive = NaiveIndex()
        let index = try open(log, options: LogIndexTests.smallFilter)
        let isOver = FreeBytes(free: 0)
        let done = DispatchSemaphore(value: 0)
        let flusher = Thread {
            while isOver.value == 0 { _ = try? index.flush() }
            done.signal()
        }
        flusher.start()
        for _ in 0..<300 {
            let drafts = IndexSamples.drafts(5, after: naive.events, using: &generator)
            let events = try log.append(drafts, expecting: log.end.next)
            naive.events += events
            try index.apply(events)
            let stream = drafts[4].envelope.stream
            #expect(try index.head(of: stream) == naive.head(of: stream))
        }
        isOver.value = 1
        done.wait()
        try expectAgreement(index, naive, "after both")
        try index.flush()
        try expectAgreement(index, naive, "after the last flush")
    }

    @Test("takes events in order without gaps")
    func gap() throws {
        let log = MemoryEventLog()
        let index = try open(log)
        let events = try log.append(DraftEvent.samples(3), expecting: .first)
        #expect(throws: IndexFailure.gap(expected: .first, found: Position(2))) {
            try index.apply([events[1]])
        }
        try index.apply(Array(events[..<2]))
        #expect(throws: IndexFailure.gap(expected: Position(3), found: Position(2))) {
            try index.apply([events[1]])
        }
    }

    @Test("refuses a row key that the store cannot hold, and an unknown table")
    func limits() throws {
        let log = MemoryEventLog()
        let table = IndexTable(name: "long", version: 1) { _ in
            [.put(prefix: [UInt8](repeating: 0, count: 300))]
        }
        let index = try open(log, tables: [table])
        let events = try log.append(DraftEvent.samples(1), expecting: .first)
        #expect(throws: IndexFailure.keyTooLong(table: "long", bytes: 602, maximum: 511)) {
            try index.apply(events)
        }
        #expect(throws: IndexFailure.unknownTable(name: "none")) {
            try index.value(in: "none", prefix: [1])
        }
    }

    @Test("with other tables, or another version of one, is rebuilt")
    func otherTables() throws {
        let log = MemoryEventLog()
        let events = try log.append(DraftEvent.samples(10), expecting: .first)
        do {
            let index = try open(log)
            try index.flush()
            #expect(index.opening.rebuild == .absent)
        }
        do { #expect(try open(log).opening == IndexOpening(rebuild: nil, eventsRead: 0)) }
        let newer = IndexTable(name: "waits", version: 2) { event in
            [.put(prefix: event.position.bytes)]
        }
        let index = try open(log, tables: [newer])
        #expect(index.opening == IndexOpening(rebuild: .otherTables, eventsRead: 10))
        #expect(try index.scan(table: "waits", limit: 100).count == events.count)
    }

    @Test("of another log, or of one that went on differently, is rebuilt", arguments: [0, 5])
    func otherLog(_ common: Int) throws {
        let log = MemoryEventLog()
        let twin = MemoryEventLog()
        for target in [log, twin] {
            _ = try target.append(DraftEvent.samples(common), expecting: .first)
        }
        let next = Position(UInt64(common) + 1)
        _ = try log.append([.sample(50), .sample(51)], expecting: next)
        _ = try twin.append([.sample(60, stream: "other"), .sample(61)], expecting: next)
        do { try open(log).flush() }
        let index = try open(twin)
        #expect(index.opening == IndexOpening(rebuild: .otherLog, eventsRead: common + 2))
        #expect(try index.head(of: "other")?.position == next)
    }

    @Test("of a log that is shorter now is rebuilt")
    func shorterLog() throws {
        let log = MemoryEventLog()
        let shorter = MemoryEventLog()
        _ = try log.append(DraftEvent.samples(8), expecting: .first)
        _ = try shorter.append(DraftEvent.samples(6), expecting: .first)
        do { try open(log).flush() }
        let index = try open(shorter)
        #expect(index.opening == IndexOpening(rebuild: .otherLog, eventsRead: 6))
    }

    @Test("with a file cut short is rebuilt")
    func damaged() throws {
        let log = MemoryEventLog()
        _ = try log.append(DraftEvent.samples(500), expecting: .first)
        do { try open(log).flush() }
        #expect(truncate(folder.path + "/data.mdb", 10_000) == 0)
        let index = try open(log)
        guard case .damaged(.cutShort)? = index.opening.rebuild else {
            Issue.record("found \(index.opening)")
            return
        }
        #expect(try index.head(of: "sales.order/SO-1")?.version == 500)
    }

    @Test("catches up from the position that its file has reached")
    func catchesUp() throws {
        let log = MemoryEventLog()
        _ = try log.append(DraftEvent.samples(30), expecting: .first)
        do { try open(log).flush() }
        _ = try log.append(DraftEvent.samples(12, from: 31), expecting: Position(31))
        let index = try open(log)
        #expect(index.opening == IndexOpening(rebuild: nil, eventsRead: 12))
        #expect(index.pendingEvents == 12)
        #expect(index.applied == Position(42))
    }

    @Test("a flush is due by number of events or by age")
    func due() throws {
        let log = MemoryEventLog()
        var options = LogIndexOptions()
        options.flushEvents = 5
        let index = try open(log, options: options)
        #expect(!index.isFlushDue(millisecondsSinceFlush: 100_000))
        try index.apply(log.append(DraftEvent.samples(4), expecting: .first))
        #expect(!index.isFlushDue(millisecondsSinceFlush: 4_999))
        #expect(index.isFlushDue(millisecondsSinceFlush: 5_000))
        try index.apply(log.append(DraftEvent.samples(1, from: 5), expecting: Position(5)))
        #expect(index.isFlushDue(millisecondsSinceFlush: 0))
    }

    @Test("a flush that fails loses nothing, and the next one writes it all")
    func failedFlush() throws {
        let log = MemoryEventLog()
        var options = LogIndexOptions()
        options.environment.mapBytes = 300 << 10
        options.environment.mapBytesExact = true
        let index = try open(log, options: options)
        try index.apply(log.append(DraftEvent.samples(3), expecting: .first))
        try index.flush()
        let many = (4...6_000).map { DraftEvent.sample($0, stream: "stream/\($0)", version: 1) }
        try index.apply(log.append(many, expecting: Position(4)))
        #expect(throws: IndexFailure.self) { try index.flush() }
        #expect(index.pendingEvents == 5_997)
        #expect(try index.head(of: "stream/5000")?.position == Position(5_000))
        try index.apply(log.append([.sample(6_001)], expecting: Position(6_001)))
        #expect(try index.head(of: "sales.order/SO-1")?.position == Position(6_001))
    }

    // MARK: Snapshots

    private func snapshot(at position: UInt64, _ bytes: [UInt8]) -> StreamSnapshot {
        StreamSnapshot(
            head: StreamHead(version: Int(position), position: Position(position)),
            form: .sha256(of: [1]), bytes: bytes)
    }

    @Test(
        "a snapshot is there at once, and after the next flush in the file; a newer one replaces it"
    )
    func snapshots() throws {
        let log = MemoryEventLog()
        func grow(to index: LogIndex? = nil) throws {
            let number = Int(log.end.last.rawValue) + 1
            let stored = try log.append(
                [.sample(number, stream: "long", version: number)], expecting: log.end.next)
            try index?.apply(stored)
        }
        for _ in 0..<3 { try grow() }
        do {
            let index = try open(log)
            index.keep(snapshot(at: 2, [2]), of: "long")
            index.keep(snapshot(at: 9, [9]), of: "other")
            #expect(try index.snapshot(of: "long")?.bytes == [2])
            #expect(try index.snapshot(of: "other") == nil, "of an event that is not there")
            try index.flush()
            index.keep(snapshot(at: 3, [3]), of: "long")
            #expect(try index.snapshot(of: "long")?.bytes == [3])
        }
        // What no flush reached is forgotten; what is in the file stays.
        do {
            let index = try open(log)
            #expect(try index.snapshot(of: "long") == snapshot(at: 2, [2]))
            index.keep(snapshot(at: 3, [3]), of: "long")
            try grow(to: index)
            try index.flush()
            #expect(try index.snapshot(of: "long") == snapshot(at: 3, [3]))
        }
        #expect(try open(log).snapshot(of: "long") == snapshot(at: 3, [3]))
        // Another log's index is thrown away, with what it kept.
        let other = MemoryEventLog()
        _ = try other.append(
            [.sample(77, stream: "long", version: 1)], expecting: other.end.next)
        #expect(try open(other).snapshot(of: "long") == nil)
    }
}
