internal import LMDB

/// The row that a copy carries: at which position it was copied.
///
/// It travels with the file, wherever that is put, and says nothing any more once the copy has an
/// event of its own. A copy of a copy has the row of the later one.
///
/// - Shape: layout (4 bytes), zero (4), position (8); integers little-endian.
enum CopyRow {
    static let layout: UInt32 = 1
    static let byteCount = 16
    /// Key of the row in the unnamed table.
    static let key = Array("copy".utf8)

    static func encode(_ position: Position) -> [UInt8] {
        withUnsafeBytes(of: UInt64(layout).littleEndian) { Array($0) }
            + withUnsafeBytes(of: position.rawValue.littleEndian) { Array($0) }
    }

    static func decode(_ row: RawSpan) throws(LogFailure) -> Position {
        guard row.byteCount >= 4 else { throw .endInvalid(reason: "the copy row is too short") }
        let found = UInt32(
            littleEndian: row.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
        guard found <= layout else { throw .newerFormat(found: found, known: layout) }
        guard found == layout, row.byteCount == byteCount else {
            throw .endInvalid(reason: "the copy row has \(row.byteCount) bytes, layout \(found)")
        }
        return Position(
            UInt64(littleEndian: row.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
