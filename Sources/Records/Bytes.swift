/// Why stored bytes are not the record that was expected.
public enum CodecFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes end inside a value.
    case cutShort
    /// A length or number has more bytes than it may have.
    case malformed
    /// A field that every record of this type and version has is not there.
    case missingField(record: String, field: String)
    /// A stored value is none that the field can have.
    case badValue(kind: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .cutShort: "the record ends inside a value"
        case .malformed: "a number or a length in the record is malformed"
        case .missingField(let record, let field): "\(record) has no field \(field)"
        case .badValue(let kind): "a stored value is no \(kind)"
        }
    }
}

/// How a stored value says where it ends, so that a reader can pass over a field it does not know.
///
/// - Shape: the low two bits of a field's tag; the rest of the tag is the field's number.
public enum WireKind: UInt8, Sendable {
    /// A number in groups of seven bits, low groups first, the sign in the lowest bit.
    case number = 0
    /// A length in bytes and that many bytes.
    case bytes = 1
    /// A length and that many bytes, sealed with a person's key.
    case sealed = 2
}

/// Seals the personal fields of one event.
public protocol FieldSealer: Sendable {
    /// The sealed form of a field's bytes.
    func seal(_ plain: [UInt8]) -> [UInt8]
}

/// Opens sealed fields.
public protocol FieldOpener: Sendable {
    /// The field's bytes, or nil when the person was forgotten.
    func open(_ sealed: [UInt8]) throws(CodecFailure) -> [UInt8]?
}

/// Collects the bytes of a record.
public struct ByteWriter: Sendable {
    /// What was written.
    public var bytes: [UInt8]
    /// Seals personal fields; without one they are written as they are (states in memory, tests).
    public let sealer: (any FieldSealer)?

    /// An empty writer.
    @inlinable
    public init(reserving capacity: Int = 256, sealer: (any FieldSealer)? = nil) {
        bytes = []
        bytes.reserveCapacity(capacity)
        self.sealer = sealer
    }

    /// Appends an unsigned number in groups of seven bits.
    @inlinable
    public mutating func write(unsigned value: UInt64) {
        if value < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else {
            writeGroups(value)
        }
    }

    /// Appends a number that needs more than one group.
    @usableFromInline
    mutating func writeGroups(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed number, the sign in the lowest bit.
    @inlinable
    public mutating func write(signed value: Int64) {
        write(unsigned: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends a text with its length.
    @inlinable
    public mutating func write(text: String) {
        var text = text
        text.withUTF8 { utf8 in
            write(unsigned: UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    /// Appends what `body` writes, with its length before it.
    @inlinable
    public mutating func writeWithLength(_ body: (inout ByteWriter) -> Void) {
        let start = bytes.count
        bytes.append(0)
        body(&self)
        let length = bytes.count - start - 1
        if length < 0x80 {
            bytes[start] = UInt8(truncatingIfNeeded: length)
        } else {
            insert(length: length, at: start)
        }
    }

    /// Writes a length of more than one group where one byte was kept for it.
    @usableFromInline
    mutating func insert(length: Int, at start: Int) {
        let end = bytes.count
        writeGroups(UInt64(length))
        let groups = bytes.count - end
        bytes.withUnsafeMutableBytes { all in
            withUnsafeTemporaryAllocation(byteCount: groups, alignment: 1) { prefix in
                prefix.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[end...]))
                // The value moves up over the groups, which come to stand before it.
                UnsafeMutableRawBufferPointer(rebasing: all[(start + groups)...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: all[(start + 1)..<end]))
                UnsafeMutableRawBufferPointer(rebasing: all[start..<start + groups]).copyMemory(
                    from: UnsafeRawBufferPointer(prefix))
            }
        }
        bytes.removeLast()
    }
}

/// Reads a record from bytes that someone else keeps alive.
///
/// Never escapes the closure of ``decode(_:opener:_:)``: its pointer is the borrowed array's.
public struct ByteReader {
    @usableFromInline let base: UnsafeRawBufferPointer
    /// Where the next byte is read.
    @usableFromInline var offset: Int
    /// Where the value at hand ends.
    @usableFromInline var end: Int
    /// Opens sealed fields.
    public let opener: (any FieldOpener)?

    @inlinable
    init(_ base: UnsafeRawBufferPointer, opener: (any FieldOpener)?) {
        self.base = base
        self.offset = 0
        self.end = base.count
        self.opener = opener
    }

    /// Reads all of `bytes` with `body`.
    @inlinable
    public static func decode<Value>(
        _ bytes: some Collection<UInt8>, opener: (any FieldOpener)? = nil,
        _ body: (inout ByteReader) throws(CodecFailure) -> Value
    ) throws(CodecFailure) -> Value {
        let attempt: Result<Value, CodecFailure>? = bytes.withContiguousStorageIfAvailable {
            storage in
            var reader = ByteReader(UnsafeRawBufferPointer(storage), opener: opener)
            return attempted(&reader, body)
        }
        if let attempt { return try attempt.get() }
        let copy = Array(bytes)
        return try copy.withUnsafeBytes { storage in
            var reader = ByteReader(storage, opener: opener)
            return attempted(&reader, body)
        }.get()
    }

    @inlinable
    static func attempted<Value>(
        _ reader: inout ByteReader, _ body: (inout ByteReader) throws(CodecFailure) -> Value
    ) -> Result<Value, CodecFailure> {
        do throws(CodecFailure) {
            return .success(try body(&reader))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the value at hand is read to its end.
    @inlinable public var isAtEnd: Bool { offset >= end }

    /// The next byte.
    @inlinable
    public mutating func readByte() throws(CodecFailure) -> UInt8 {
        guard offset < end else { throw .cutShort }
        let byte = base[offset]
        offset += 1
        return byte
    }

    /// An unsigned number in groups of seven bits.
    @inlinable
    public mutating func readUnsigned() throws(CodecFailure) -> UInt64 {
        guard offset < end else { throw .cutShort }
        let byte = base[offset]
        if byte < 0x80 {
            offset += 1
            return UInt64(byte)
        }
        return try readGroups()
    }

    /// A number of more than one group.
    @usableFromInline
    mutating func readGroups() throws(CodecFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var place = offset
        while place < end {
            let byte = base[place]
            place += 1
            guard shift < 63 || byte <= 1 else { throw .malformed }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                offset = place
                return value
            }
            shift += 7
        }
        throw .cutShort
    }

    /// A signed number.
    @inlinable
    public mutating func readSigned() throws(CodecFailure) -> Int64 {
        let value = try readUnsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A count or length, checked against the bytes that are left.
    @inlinable
    public mutating func readLength() throws(CodecFailure) -> Int {
        let value = try readUnsigned()
        guard value <= UInt64(end - offset) else { throw .cutShort }
        return Int(truncatingIfNeeded: value)
    }

    /// A text with its length.
    @inlinable
    public mutating func readText() throws(CodecFailure) -> String {
        let length = try readLength()
        defer { offset += length }
        return try text(at: offset, length: length)
    }

    @usableFromInline
    func text(at start: Int, length: Int) throws(CodecFailure) -> String {
        let slice = UnsafeRawBufferPointer(rebasing: base[start..<start + length])
        guard let text = String(validatingUTF8Bytes: slice) else { throw .malformed }
        return text
    }

    /// Bytes with their length.
    @inlinable
    public mutating func readBytes() throws(CodecFailure) -> [UInt8] {
        let length = try readLength()
        defer { offset += length }
        return Array(base[offset..<offset + length])
    }

    /// The rest of the value at hand as a text.
    @inlinable
    public mutating func readRestAsText() throws(CodecFailure) -> String {
        defer { offset = end }
        return try text(at: offset, length: end - offset)
    }

    /// Reads a value with its length by `body`, which must not read past it.
    @inlinable
    public mutating func readWithLength<Value>(
        _ body: (inout ByteReader) throws(CodecFailure) -> Value
    ) throws(CodecFailure) -> Value {
        let length = try readLength()
        let outerEnd = end
        end = offset + length
        let value = try body(&self)
        offset = end
        end = outerEnd
        return value
    }

    /// Passes over one value.
    @inlinable
    public mutating func skip(_ kind: WireKind) throws(CodecFailure) {
        switch kind {
        case .number: _ = try readUnsigned()
        case .bytes, .sealed:
            let length = try readLength()
            offset += length
        }
    }
}

extension String {
    /// The text that the bytes are; nil where they are not valid UTF-8.
    ///
    /// Most texts in records are short and ASCII: those need no decoding and no allocation.
    init?(validatingUTF8Bytes bytes: UnsafeRawBufferPointer) {
        var isASCII = true
        var place = 0
        while place + 8 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                & 0x8080_8080_8080_8080 != 0
            {
                isASCII = false
                break
            }
            place += 8
        }
        while isASCII, place < bytes.count {
            isASCII = bytes[place] < 0x80
            place += 1
        }
        if isASCII {
            self.init(unsafeUninitializedCapacity: bytes.count) { storage in
                UnsafeMutableRawBufferPointer(storage).copyMemory(from: bytes)
                return bytes.count
            }
        } else {
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            self = text
        }
    }
}
