internal import EventLog
internal import Glibc
package import Records

/// A row's place in its table: parts written so that the order of the bytes is the order of the
/// parts.
package struct RowKey: Hashable, Sendable {
    /// The key as it is stored.
    package let bytes: [UInt8]

    /// A key from its parts, the first one most significant.
    package init<each Part: KeyPart>(_ parts: repeat each Part) {
        var bytes = Self.empty
        repeat (each parts).appendKey(to: &bytes)
        self.bytes = bytes
    }

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    // The usual shapes without a pack: a key is made for each row that an event touches.

    /// A key of one text.
    package init(_ text: String) {
        var bytes = Self.empty
        text.appendKey(to: &bytes)
        self.bytes = bytes
    }

    /// A key of two texts.
    package init(_ first: String, _ second: String) {
        var bytes = Self.empty
        first.appendKey(to: &bytes)
        second.appendKey(to: &bytes)
        self.bytes = bytes
    }

    /// A key of two texts and a date.
    package init(_ first: String, _ second: String, _ date: BusinessDate) {
        var bytes = Self.empty
        first.appendKey(to: &bytes)
        second.appendKey(to: &bytes)
        date.appendKey(to: &bytes)
        self.bytes = bytes
    }

    /// A key of a position.
    package init(_ position: UInt64) {
        var bytes = Self.empty
        position.appendKey(to: &bytes)
        self.bytes = bytes
    }

    /// A key of a text and a position.
    package init(_ text: String, _ position: UInt64) {
        var bytes = Self.empty
        text.appendKey(to: &bytes)
        position.appendKey(to: &bytes)
        self.bytes = bytes
    }

    private static var empty: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        return bytes
    }

    /// The key of a table with one row.
    package static let only = RowKey("")

    /// Feeds the bytes in one piece.
    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Whether the other key begins with this one.
    package func isPrefix(of other: RowKey) -> Bool { other.bytes.starts(with: bytes) }
}

extension RowKey: Comparable {
    /// The order of LMDB: by bytes, a shorter key before its extensions.
    package static func < (left: RowKey, right: RowKey) -> Bool {
        let order = memcmp(left.bytes, right.bytes, min(left.bytes.count, right.bytes.count))
        return order == 0 ? left.bytes.count < right.bytes.count : order < 0
    }
}

/// A value that can stand in a row's key.
package protocol KeyPart {
    /// Appends bytes whose order is the order of the values.
    func appendKey(to bytes: inout [UInt8])
}

extension String: KeyPart {
    /// Bytes of a text that stands in a key as it is.
    ///
    /// Of a longer one the beginning stands there and a hash that keeps it apart from others, for
    /// LMDB's keys have at most 511 bytes.
    package static var keyBytesMax: Int { 120 }

    /// The text's bytes and an end that sorts before every other byte.
    package func appendKey(to bytes: inout [UInt8]) {
        var text = self
        text.withUTF8 { utf8 in
            if utf8.count > Self.keyBytesMax {
                append(utf8[..<80], to: &bytes)
                bytes.append(
                    contentsOf: Digest256.sha256(of: Array(utf8)).bytes.prefix(16).flatMap(
                        Self.digits))
            } else {
                append(utf8[...], to: &bytes)
            }
        }
        bytes.append(0)
    }

    private func append(_ utf8: Slice<UnsafeBufferPointer<UInt8>>, to bytes: inout [UInt8]) {
        guard utf8.contains(0) else {
            bytes.append(contentsOf: utf8)
            return
        }
        for byte in utf8 {
            bytes.append(byte)
            if byte == 0 { bytes.append(0xFF) }
        }
    }

    private static func digits(of byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}

extension UInt64: KeyPart {
    /// Eight bytes, the highest first.
    package func appendKey(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension Int64: KeyPart {
    /// Eight bytes with the sign turned, so that negative numbers come first.
    package func appendKey(to bytes: inout [UInt8]) {
        (UInt64(bitPattern: self) ^ (1 << 63)).appendKey(to: &bytes)
    }
}

extension BusinessDate: KeyPart {
    /// Four bytes with the sign turned.
    package func appendKey(to bytes: inout [UInt8]) {
        let flipped = UInt32(bitPattern: daysSinceEpoch) ^ (1 << 31)
        withUnsafeBytes(of: flipped.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension Identifier: KeyPart {
    /// As its text.
    package func appendKey(to bytes: inout [UInt8]) { text.appendKey(to: &bytes) }
}
