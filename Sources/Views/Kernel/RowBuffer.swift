internal import Glibc
internal import LMDB
internal import Records

/// Encoded rows in one run of bytes, to be written in the order of their keys.
struct RowBuffer {
    private struct Entry {
        let keyStart: Int
        let keyEnd: Int
        let valueStart: Int
        let valueEnd: Int
    }

    private var writer = ByteWriter(reserving: 0)
    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    /// Encodes a row behind those that are there.
    mutating func append<Row: ViewRow>(_ row: Row) { append(row, key: row.key) }

    /// Encodes a row whose key is at hand.
    mutating func append<Row: ViewRow>(_ row: Row, key: RowKey) {
        let keyStart = writer.bytes.count
        writer.bytes.append(contentsOf: key.bytes)
        let keyEnd = writer.bytes.count
        row.encode(into: &writer)
        // A record inside another has its length before it; in the table it stands alone.
        var valueStart = keyEnd
        while writer.bytes[valueStart] >= 0x80 { valueStart += 1 }
        entries.append(
            Entry(
                keyStart: keyStart, keyEnd: keyEnd, valueStart: valueStart + 1,
                valueEnd: writer.bytes.count))
    }

    /// Puts the rows in the order of their keys; of two with one key the later one comes later.
    mutating func sort() {
        let encoded = writer.bytes
        encoded.withUnsafeBytes { bytes in
            entries.sort { left, right in Self.precedes(left, right, in: bytes) }
        }
    }

    private static func precedes(
        _ left: Entry, _ right: Entry, in bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        let leftCount = left.keyEnd - left.keyStart
        let rightCount = right.keyEnd - right.keyStart
        let order = memcmp(
            start.advanced(by: left.keyStart), start.advanced(by: right.keyStart),
            min(leftCount, rightCount))
        if order != 0 { return order < 0 }
        return leftCount == rightCount ? left.keyStart < right.keyStart : leftCount < rightCount
    }

    /// Writes all rows, fastest in the order of their keys.
    func write(
        into transaction: inout WriteTransaction, _ table: Table
    ) throws(StoreFailure) {
        var table = try transaction.writer(for: table)
        let bytes = writer.bytes.span.bytes
        for entry in entries {
            try table.put(
                bytes.extracting(entry.valueStart..<entry.valueEnd),
                for: bytes.extracting(entry.keyStart..<entry.keyEnd))
        }
    }

    mutating func removeAll() {
        writer.bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}
