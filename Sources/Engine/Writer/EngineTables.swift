internal import Business
internal import EventLog
internal import Records

/// The look-up tables that the engine declares over the log; each a pure function of an event.
enum EngineTables {
    /// Highest number of an id series: `type/PREFIX` and the number's complement.
    static let series = "series"
    /// Open waits of process instances.
    static let waits = "waits"
    /// Active instances by process and object of their start.
    static let active = "active"
    /// From which position on something may still be owed.
    static let owedFrom = "owed-from"

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
            IndexTable(name: active, version: 1) { event in
                guard let step = decoder.step(event) else { return [] }
                return activeChanges(step, event)
            },
            IndexTable(name: external, version: 1) { externalChanges($0, decoder) },
        ]
    }

    // MARK: Series

    /// A client's id whose number is higher is no part of a series: numbers after it must go on.
    static let seriesNumberMax: UInt64 = 999_999_999_999

    private static func seriesChanges(_ event: StoredEvent) -> [IndexChange] {
        guard event.envelope.version == 1, let stream = StreamName(event.envelope.stream),
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

    // MARK: Active instances

    /// What active instances of a process are found by.
    static func activePrefix(_ process: String, _ object: String) -> [UInt8] {
        bounded("\(process)|\(object)")
    }

    private static func activeChanges(
        _ step: InstanceAdvanced, _ event: StoredEvent
    ) -> [IndexChange] {
        // Only a process with the property `single` is looked up, but every first step is noted: the
        // property may come with a later version.
        let instance = instance(of: event)
        guard let object = event.envelope.correlation else { return [] }
        let prefix = activePrefix(step.process, object)
        if step.endsInstance { return [.delete(prefix: prefix, suffix: Array(instance.utf8))] }
        guard event.envelope.version == 1 else { return [] }
        return [.put(prefix: prefix, suffix: Array(instance.utf8))]
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
        StreamName(event.envelope.stream)?.id ?? ""
    }

    /// Eight bytes, big-endian, so that byte order is number order.
    static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
