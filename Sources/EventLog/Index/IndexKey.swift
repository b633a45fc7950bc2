/// How the parts of a look-up become one key whose byte order is the order wanted.
enum IndexKey {
    /// Separates the texts of a core table's key; no text of an envelope holds it.
    private static let separator: UInt8 = 0

    /// Rows of one stream: `stream 00 version`, the version in 8 bytes, big-endian.
    static func stream(_ stream: String, version: UInt64) -> [UInt8] {
        var key = start(stream, 9)
        append(version, to: &key)
        return key
    }

    /// What every key of one stream or object begins with.
    static func start(_ text: String, _ more: Int = 1) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(text.utf8.count + more)
        key.append(contentsOf: text.utf8)
        key.append(separator)
        return key
    }

    /// The row of one idempotency key: `company 00 key`.
    static func idempotency(company: String, key text: String) -> [UInt8] {
        var key = start(company, 1 + text.utf8.count)
        key.append(contentsOf: text.utf8)
        return key
    }

    /// A row of one object: `object 00 type 00 position`.
    static func object(_ object: String, type: String, position: UInt64) -> [UInt8] {
        var key = start(object, 10 + type.utf8.count)
        key.append(contentsOf: type.utf8)
        key.append(separator)
        append(position, to: &key)
        return key
    }

    /// A row of one object, from what all its keys begin with.
    static func object(_ start: [UInt8], type: String, position: Position) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(start.count + type.utf8.count + 9)
        key.append(contentsOf: start)
        key.append(contentsOf: type.utf8)
        key.append(separator)
        append(position.rawValue, to: &key)
        return key
    }

    /// A key and a number behind it, in 8 bytes, big-endian.
    static func appending(_ number: UInt64, to start: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(start.count + 8)
        key.append(contentsOf: start)
        append(number, to: &key)
        return key
    }

    /// The first key after all that begin with `object 00 type 00`.
    static func afterType(_ type: ArraySlice<UInt8>, of object: [UInt8]) -> [UInt8] {
        object + type + [separator + 1]
    }

    /// The number in the last eight bytes.
    static func trailingNumber(_ key: RawSpan) -> UInt64? {
        guard key.byteCount >= 8 else { return nil }
        return UInt64(
            bigEndian: key.unsafeLoadUnaligned(
                fromByteOffset: key.byteCount - 8, as: UInt64.self))
    }

    private static func append(_ number: UInt64, to key: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { key.append(contentsOf: $0) }
    }

    // MARK: Declared tables

    /// A row of a declared table: the prefix with each `00` written `00 FF`, then `00 01`, then the suffix.
    ///
    /// So rows lie by prefix, byte by byte, then by suffix, whatever bytes both hold.
    static func row(prefix: [UInt8], suffix: [UInt8]) -> [UInt8] {
        var key = rowStart(prefix: prefix, end: 1, more: suffix.count)
        key.append(contentsOf: suffix)
        return key
    }

    /// What the keys of all rows of a prefix begin with (`end` 1), or the first key after them (2).
    static func rowStart(prefix: [UInt8], end: UInt8, more: Int = 0) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(prefix.count + 2 + more)
        for byte in prefix {
            key.append(byte)
            if byte == 0 { key.append(0xFF) }
        }
        key.append(0)
        key.append(end)
        return key
    }

    /// Takes a row's key apart; nil when it is none.
    static func parts(of key: [UInt8]) -> (prefix: [UInt8], suffix: [UInt8])? {
        var prefix: [UInt8] = []
        var index = 0
        while index + 1 < key.count {
            guard key[index] == 0 else {
                prefix.append(key[index])
                index += 1
                continue
            }
            switch key[index + 1] {
            case 0xFF: prefix.append(0)
            case 1: return (prefix, Array(key[(index + 2)...]))
            default: return nil
            }
            index += 2
        }
        return nil
    }
}

/// A text that equals another when the bytes are the same, not when Unicode calls them equivalent.
///
/// Keys come from clients and the file compares bytes; memory must not be of another opinion.
struct ByteText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ByteText, right: ByteText) -> Bool {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { leftBytes in
            right.withUTF8 { rightBytes in
                leftBytes.count == rightBytes.count && leftBytes.elementsEqual(rightBytes)
            }
        }
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
