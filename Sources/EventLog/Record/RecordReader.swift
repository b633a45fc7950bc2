/// Reads the fields of a stored record in order, never beyond its end.
struct RecordReader: ~Escapable {
    private let record: RawSpan
    /// Where the next field begins.
    private(set) var offset: Int

    @_lifetime(copy record)
    init(_ record: RawSpan, offset: Int = 0) {
        self.record = record
        self.offset = offset
    }

    @_lifetime(self: copy self)
    mutating func byte(_ field: StaticString) throws(RecordFailure) -> UInt8 {
        guard offset < record.byteCount else { throw malformed(field) }
        defer { offset += 1 }
        return record.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    @_lifetime(self: copy self)
    mutating func fixed<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: StaticString
    ) throws(RecordFailure) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= record.byteCount - offset else { throw malformed(field) }
        defer { offset += size }
        return Value(
            littleEndian: record.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// A LEB128 number in its shortest form.
    @_lifetime(self: copy self)
    mutating func varint(_ field: StaticString) throws(RecordFailure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte(field)
            guard shift < 63 || byte <= 1 else { throw malformed(field) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw malformed(field) }
                return value
            }
            shift += 7
        }
    }

    @_lifetime(self: copy self)
    mutating func count(_ field: StaticString) throws(RecordFailure) -> Int {
        let value = try varint(field)
        guard let count = Int(exactly: value) else { throw malformed(field) }
        return count
    }

    /// A length and that many bytes; gives their place.
    @_lifetime(self: copy self)
    mutating func run(_ field: StaticString) throws(RecordFailure) -> Range<Int> {
        let count = try count(field)
        guard count <= record.byteCount - offset else { throw malformed(field) }
        let start = offset
        offset += count
        return start..<offset
    }

    @_lifetime(self: copy self)
    mutating func skip(_ count: Int, _ field: StaticString) throws(RecordFailure) {
        guard count <= record.byteCount - offset else { throw malformed(field) }
        offset += count
    }

    @_lifetime(self: copy self)
    mutating func text(_ field: StaticString) throws(RecordFailure) -> String {
        let range = try run(field)
        return record.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @_lifetime(self: copy self)
    mutating func digest(_ field: StaticString) throws(RecordFailure) -> Digest256 {
        let start = offset
        try skip(Digest256.byteCount, field)
        return Digest256(record, at: start)
    }

    private func malformed(_ field: StaticString) -> RecordFailure {
        .malformed(field: String(describing: field))
    }
}
