internal import Crypto
internal import EventLog
internal import LMDB

/// A view's rows in canonical order: tables by name, rows by key, each with its stored bytes.
///
/// Two folds of one log up to one position give the same dump, byte for byte (law 1).
enum ViewDump {
    /// The tables of a view in the dump's order.
    static func tables(of view: any View.Type) -> [String] {
        ([ParkedKey.table] + view.tables.map(\.name)).sorted()
    }

    /// SHA-256 over names, keys and values, each with its length before it.
    static func hash(
        of view: any View.Type, _ reader: borrowing ViewReader
    ) throws(StoreFailure) -> Digest256 {
        var function = SHA256()
        for name in tables(of: view) {
            update(&function, Array(name.utf8).span.bytes)
            var cursor = try reader.transaction.cursor(in: reader.environment.table(name))
            while try cursor.move(.next) {
                update(&function, cursor.key)
                update(&function, cursor.value)
            }
            // No key is empty: a length of zero ends the table.
            withUnsafeBytes(of: UInt64(0)) { function.update(bufferPointer: $0) }
        }
        guard let digest = Digest256(Array(function.finalize())) else {
            throw .corrupted(operation: "hash a view")
        }
        return digest
    }

    private static func update(_ function: inout SHA256, _ bytes: RawSpan) {
        withUnsafeBytes(of: UInt64(bytes.byteCount).littleEndian) {
            function.update(bufferPointer: $0)
        }
        bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
    }

    /// The first table and key at which two dumps differ; nil where they are the same.
    static func firstDifference(
        of view: any View.Type, _ left: borrowing ViewReader, _ right: borrowing ViewReader
    ) throws(StoreFailure) -> String? {
        for name in tables(of: view) {
            var one = try left.transaction.cursor(in: left.environment.table(name))
            var other = try right.transaction.cursor(in: right.environment.table(name))
            while true {
                let hasOne = try one.move(.next)
                let hasOther = try other.move(.next)
                if !hasOne, !hasOther { break }
                guard hasOne, hasOther else {
                    let key = hasOne ? Array(one.key) : Array(other.key)
                    return "table \(name): the row \(shown(key)) is there once only"
                }
                let key = Array(one.key)
                guard key == Array(other.key) else {
                    return
                        "table \(name): the row \(shown(min(key, Array(other.key)))) is there once only"
                }
                guard Array(one.value) == Array(other.value) else {
                    return "table \(name): the row \(shown(key)) differs"
                }
            }
        }
        return nil
    }

    private static func min(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        left.lexicographicallyPrecedes(right) ? left : right
    }

    /// A key for people: its readable bytes.
    private static func shown(_ key: [UInt8]) -> String {
        let readable = key.map { (0x21..<0x7F).contains($0) ? $0 : UInt8(ascii: " ") }
        return String(decoding: readable, as: UTF8.self).split(separator: " ")
            .joined(separator: " ")
    }
}
