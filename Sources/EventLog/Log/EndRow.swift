/// The one row that every commit rewrites: where the log ends.
///
/// - Shape: layout (4 bytes), zero (4), next position (8), last recorded time (8), 48 subtree hashes
///   (32 each, largest first, unused ones zero); integers little-endian. 1,560 bytes, always, so that
///   it is overwritten where it lies and never moves to an overflow page.
/// - Units: 48 subtrees are enough for 2^48 - 1 events.
enum EndRow {
    /// The layout that this program writes.
    static let layout: UInt32 = 1
    static let subtreesMax = 48
    static let headBytes = 24
    static let byteCount = headBytes + subtreesMax * Digest256.byteCount
    /// Key of the row in the unnamed table.
    static let key = Array("end".utf8)

    static func encode(_ end: LogEnd, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        append(UInt64(layout), to: &bytes)
        append(end.next.rawValue, to: &bytes)
        append(UInt64(bitPattern: end.lastRecordedAtMicroseconds), to: &bytes)
        for subtree in end.frontier.subtrees {
            subtree.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: repeatElement(0, count: byteCount - bytes.count))
    }

    static func decode(_ row: RawSpan) throws(LogFailure) -> LogEnd {
        guard row.byteCount >= 4 else { throw .endInvalid(reason: "the end row is too short") }
        let found = UInt32(
            littleEndian: row.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
        guard found <= layout else { throw .newerFormat(found: found, known: layout) }
        guard found == layout, row.byteCount == byteCount else {
            throw .endInvalid(reason: "the end row has \(row.byteCount) bytes, layout \(found)")
        }
        let next = integer(row, at: 8)
        guard next >= 1, (next - 1).nonzeroBitCount <= subtreesMax else {
            throw .endInvalid(reason: "the next position is \(next)")
        }
        let subtrees = (0..<(next - 1).nonzeroBitCount).map {
            Digest256(row, at: headBytes + $0 * Digest256.byteCount)
        }
        guard let frontier = MerkleFrontier(size: next - 1, subtrees: subtrees) else {
            throw .endInvalid(reason: "the tree does not fit its size")
        }
        return LogEnd(
            lastRecordedAtMicroseconds: Int64(bitPattern: integer(row, at: 16)),
            frontier: frontier)
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func integer(_ row: RawSpan, at offset: Int) -> UInt64 {
        UInt64(littleEndian: row.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
