internal import Foundation

/// What the preloaded library recorded; the shape is told in `faultshim.h`.
struct Trace {
    /// One call.
    struct Record {
        /// What happened.
        enum Kind: UInt32 {
            case created = 1
            case opened, written, resized, flushed, writtenThrough, renamed, unlinked, folderMade
            case folderFlushed, folderRemoved
        }

        let kind: Kind
        let inode: UInt64
        let offset: Int
        /// A place of the trace that the record refers to.
        let extra: UInt64
        /// Place of this record.
        let place: UInt64
        /// Place of the record after it.
        let end: UInt64
        fileprivate let bytes: Range<Int>
    }

    private static let magic: UInt32 = 0x4653_4831
    private static let headBytes = 48

    private let data: Data
    /// The records in order; a last one that was cut off is left out.
    let records: [Record]

    /// Reads a trace.
    init(path: String) throws {
        data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        records = try data.withUnsafeBytes { try Self.records(in: $0) }
    }

    private static func records(in raw: UnsafeRawBufferPointer) throws -> [Record] {
        var records: [Record] = []
        var place = 0
        while place + headBytes <= raw.count {
            guard raw.loadUnaligned(fromByteOffset: place, as: UInt32.self) == magic,
                let kind = Record.Kind(
                    rawValue: raw.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self))
            else { throw TortureFailure("the trace cannot be read at byte \(place)") }
            func number(_ offset: Int) -> UInt64 {
                raw.loadUnaligned(fromByteOffset: place + offset, as: UInt64.self)
            }
            let start = place + headBytes
            let end = start + Int(number(24))
            guard end <= raw.count else { break }
            records.append(
                Record(
                    kind: kind, inode: number(8), offset: Int(number(16)), extra: number(32),
                    place: UInt64(place), end: UInt64(end), bytes: start..<end))
            place = end
        }
        return records
    }

    /// What a record carries: written bytes or paths.
    func bytes(of record: Record) -> [UInt8] {
        data.withUnsafeBytes { Array($0[record.bytes]) }
    }

    /// The path of a record that has one.
    func path(of record: Record) -> String { String(decoding: bytes(of: record), as: UTF8.self) }

    /// Both paths of a rename.
    func paths(of record: Record) -> (from: String, to: String)? {
        let parts = bytes(of: record).split(separator: 0)
        guard parts.count == 2 else { return nil }
        return (
            String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)
        )
    }
}

/// What the torture found broken, or cannot go on with.
struct TortureFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
