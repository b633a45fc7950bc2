internal import Business
internal import EventLog
internal import Processes
internal import Records

/// The look-up tables that the engine declares over the log; each a pure function of an event.
enum EngineTables {
    /// Highest number of an id series: `type/PREFIX` and the number's complement.
    static let series = "series"
    /// Open waits of process instances.
    static let waits = "waits"
    /// Instances by process and object of their start, the newest first.
    static let started = "started"
    /// The last firing of each timer start event.
    static let timerStarts = "timer-starts"
    /// Which process used which message from outside.
    static let messages = "messages"
    /// From which position on something may still be owed.
    static let owedFrom = "owed-from"
    /// The position of the last field list of each event type and version.
    static let schemas = "schemas"
    /// The identities that the log has had, by the position of their events.
    static let identities = "identities"
    /// What all rows of a table stand under that is read whole.
    static let onePrefix: [UInt8] = [0]

    /// The tables, for opening the index.
    static func all(_ decoder: EventDecoder) -> [IndexTable] {
        [
            IndexTable(name: series, version: 2, changes: seriesChanges),
            IndexTable(name: waits, version: 1) { event in
                guard let step = decoder.step(event) else { return [] }
                return waitChanges(step, instance: instance(of: event))
            },
            IndexTable(name: owedFrom, version: 1) { event in
                guard let step = decoder.step(event) else { return [] }
                return [.put(prefix: [0], value: bytes(UInt64(clamping: step.owedFrom)))]
            },
            IndexTable(name: started, version: 1) { event in
                guard event.version == 1, let step = decoder.step(event) else {
                    return []
                }
                return startedChanges(step, event)
            },
            IndexTable(name: timerStarts, version: 2) { event in
                guard event.version == 1, let step = decoder.step(event) else {
                    return []
                }
                return timerStartChanges(step, event)
            },
            IndexTable(name: messages, version: 1) { event in
                guard let step = decoder.step(event), let message = step.message else {
                    return []
                }
                return [
                    .put(prefix: messagePrefix(UInt64(clamping: message), step.process))
                ]
            },
            IndexTable(name: external, version: 1) { externalChanges($0, decoder) },
            IndexTable(name: schemas, version: 1, changes: schemaChanges),
            IndexTable(name: identities, version: 1) { identityChanges($0, decoder) },
        ]
    }

    private static func identityChanges(
        _ event: StoredEvent, _ decoder: EventDecoder
    ) -> [IndexChange] {
        guard let identity = decoder.identity(in: event) else { return [] }
        return [
            .put(
                prefix: onePrefix, suffix: bytes(event.position.rawValue),
                value: Array(identity.utf8))
        ]
    }

    private static func schemaChanges(_ event: StoredEvent) -> [IndexChange] {
        guard event.type == SchemaRecorded.typeName else { return [] }
        return [
            .put(
                prefix: onePrefix, suffix: Array(instance(of: event).utf8),
                value: bytes(event.position.rawValue))
        ]
    }

    // MARK: Series

    /// A client's id whose number is higher is no part of a series: numbers after it must go on.
    static let seriesNumberMax: UInt64 = 999_999_999_999

    private static func seriesChanges(_ event: StoredEvent) -> [IndexChange] {
        guard event.version == 1, let stream = StreamName(event.stream),
            let (series, number) = seriesNumber(of: stream)
        else { return [] }
        return [.put(prefix: Array(series.utf8), suffix: bytes(UInt64.max - number))]
    }

    /// The series `type/PREFIX` that a stream's id belongs to and its number there; nil where the
    /// id ends in no number.
    static func seriesNumber(of stream: StreamName) -> (series: String, number: UInt64)? {
        guard let dash = stream.id.utf8.lastIndex(of: UInt8(ascii: "-")),
            let number = UInt64(stream.id[stream.id.index(after: dash)...]),
            (1...seriesNumberMax).contains(number)
        else { return nil }
        return ("\(stream.type)/\(stream.id[...dash])", number)
    }

    /// The number of a row of the series table.
    static func number(of row: IndexRow) -> UInt64 { UInt64.max - number(row.suffix) }

    // MARK: Waits

    /// Where a wait stands.
    struct WaitPlace {
        let instance: String
        let token: Int
        /// The row's order: a timer's due time.
        let order: Int64
        /// Position of the step that armed it.
        let armed: UInt64
    }

    /// What waits of a kind and key are found by.
    static func waitPrefix(_ kind: WaitClass, _ key: String) -> [UInt8] {
        bounded("\(kind.rawValue)|\(key)")
    }

    private static func waitChanges(_ step: InstanceAdvanced, instance: String) -> [IndexChange] {
        step.closed.map { row in
            .delete(prefix: waitPrefix(row.kind, row.key), suffix: suffix(of: row, instance))
        }
            + step.opened.map { row in
                .put(prefix: waitPrefix(row.kind, row.key), suffix: suffix(of: row, instance))
            }
    }

    private static func suffix(of row: WaitRow, _ instance: String) -> [UInt8] {
        bytes(UInt64(bitPattern: row.order) ^ (1 << 63)) + bytes(UInt64(clamping: row.armed))
            + bytes(UInt64(clamping: row.token)) + Array(instance.utf8)
    }

    /// Reads a row of the table of waits.
    static func place(of row: IndexRow) -> WaitPlace? {
        guard row.suffix.count > 24 else { return nil }
        let order = Int64(bitPattern: number(Array(row.suffix[0..<8])) ^ (1 << 63))
        return WaitPlace(
            instance: String(decoding: row.suffix[24...], as: UTF8.self),
            token: Int(number(Array(row.suffix[16..<24]))), order: order,
            armed: number(Array(row.suffix[8..<16])))
    }

    // MARK: Starts

    /// What the instances of a process that were started for an object are found by.
    static func startedPrefix(_ process: String, _ object: String) -> [UInt8] {
        bounded("\(process)|\(object)")
    }

    private static func startedChanges(
        _ step: InstanceAdvanced, _ event: StoredEvent
    ) -> [IndexChange] {
        // Only a process with the property `single` is looked up, but every first step is noted: the
        // property may come with a later version. The row stays when the instance ends: whether it
        // was active when an event came is asked again after a restart.
        guard let object = step.objects.first else { return [] }
        return [
            .put(
                prefix: startedPrefix(step.process, object),
                suffix: bytes(UInt64.max - event.position.rawValue)
                    + Array(instance(of: event).utf8))
        ]
    }

    /// The instance of a row of the table of starts.
    static func startedInstance(of row: IndexRow) -> String {
        String(decoding: row.suffix.dropFirst(8), as: UTF8.self)
    }

    /// What the last firing of a timer start event is found by.
    static func timerStartPrefix(_ process: String, _ startEvent: String) -> [UInt8] {
        bounded("\(process)|\(startEvent)")
    }

    private static func timerStartChanges(
        _ step: InstanceAdvanced, _ event: StoredEvent
    ) -> [IndexChange] {
        // What an event started knows its objects: only the others are looked into.
        guard step.objects.isEmpty, let advance = try? Advance.decode(step.advance.bytes),
            advance.cause == StartTrigger.timerCause,
            let due = WriterCore.due(ofInstance: instance(of: event))
        else { return [] }
        let entered = advance.changes.compactMap { change -> String? in
            if case .entered(let element) = change { element.elementID } else { nil }
        }
        // The process itself is entered first, then its start event.
        guard entered.count > 1 else { return [] }
        return [
            .put(
                prefix: timerStartPrefix(step.process, entered[1]),
                value: bytes(UInt64(clamping: due.microsecondsSinceEpoch))
                    + bytes(event.position.rawValue))
        ]
    }

    /// A firing of a timer start event.
    struct TimerFiring {
        /// When it was due.
        let due: Instant
        /// Position of the first step of the instance that it started.
        let position: UInt64
    }

    /// Reads the value of a row of the table of timer starts.
    static func timerFiring(_ value: [UInt8]) -> TimerFiring? {
        guard value.count == 16 else { return nil }
        return TimerFiring(
            due: Instant(microsecondsSinceEpoch: Int64(clamping: number(Array(value[..<8])))),
            position: number(Array(value[8...])))
    }

    /// What the use of a message by a process is found by.
    static func messagePrefix(_ position: UInt64, _ process: String) -> [UInt8] {
        bytes(position) + Array(process.utf8)
    }

    // MARK: Bytes

    /// Bytes of a prefix that stand as they are: the store takes 511 bytes of key.
    private static let prefixBytesMax = 256

    /// A prefix that fits into a key: a longer one, which an expression can yield, is its hash.
    private static func bounded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count > prefixBytesMax || bytes.contains(0) else { return bytes }
        return Digest256.sha256(of: bytes).bytes
    }

    private static func instance(of event: StoredEvent) -> String {
        StreamName(event.stream)?.id ?? ""
    }

    /// Eight bytes, big-endian, so that byte order is number order.
    static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
