internal import Glibc

/// Writes the fields of a record into room that was measured before.
///
/// The room must be enough: ``RecordEncoder`` works out a bound first, so no write checks for itself.
struct RecordWriter {
    private let room: UnsafeMutableRawBufferPointer
    /// Where the next field goes.
    private(set) var offset = 0
    /// The first field in which there was a zero byte, which separates the parts of index keys.
    private(set) var zeroIn: StaticString?

    init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    mutating func write(_ envelope: Envelope, payload: [UInt8]) {
        byte(0)
        byte(RecordEncoder.layout)
        byte(RecordEncoder.flags(of: envelope).rawValue)
        fixed(envelope.recordedAtMicroseconds)
        fixed(envelope.effectiveDay)
        varint(UInt64(envelope.version))
        varint(UInt64(envelope.schemaVersion))
        text(envelope.type, "type")
        text(envelope.stream, "stream")
        text(envelope.company, "company")
        text(envelope.actor, "actor")
        if let onBehalfOf = envelope.onBehalfOf { text(onBehalfOf, "on-behalf-of") }
        if let key = envelope.key { text(key, "key") }
        if let keyHash = envelope.keyHash { digest(keyHash) }
        if let correlation = envelope.correlation { text(correlation, "correlation") }
        if let causation = envelope.causation { varint(causation.rawValue) }
        if let definitionHash = envelope.definitionHash { digest(definitionHash) }
        varint(UInt64(envelope.objects.count))
        for reference in envelope.objects {
            text(reference.object, "object")
            text(reference.qualifier, "qualifier")
        }
        varint(UInt64(payload.count))
        payload.withUnsafeBytes { bytes($0) }
    }

    mutating func digest(_ digest: Digest256) {
        digest.withUnsafeBytes { bytes($0) }
    }

    private mutating func byte(_ byte: UInt8) {
        room[offset] = byte
        offset += 1
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func fixed<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes($0) }
    }

    private mutating func text(_ text: String, _ field: StaticString) {
        varint(UInt64(text.utf8.count))
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
            textBytes(UnsafeRawBufferPointer($0), field)
        }
        if isContiguous == nil { Array(text.utf8).withUnsafeBytes { textBytes($0, field) } }
    }

    private mutating func textBytes(_ source: UnsafeRawBufferPointer, _ field: StaticString) {
        guard let from = source.baseAddress, !source.isEmpty else { return }
        if memchr(from, 0, source.count) != nil, zeroIn == nil { zeroIn = field }
        bytes(source)
    }

    private mutating func bytes(_ source: UnsafeRawBufferPointer) {
        guard let from = source.baseAddress, !source.isEmpty else { return }
        let target = UnsafeMutableRawBufferPointer(rebasing: room[offset..<(offset + source.count)])
        target.copyMemory(from: UnsafeRawBufferPointer(start: from, count: source.count))
        offset += source.count
    }
}
