/// Writes the stored form of an event.
///
/// - Shape, layout 1: layout (1 byte), flags (1), recorded time (8, little-endian), effective day (4,
///   little-endian), version (varint), schema version (varint), type, stream, company, actor (texts),
///   then as the flags say: on-behalf-of (text), key (text), key hash (32), correlation (text),
///   causation (varint), definition hash (32); then objects (varint count, each two texts), payload
///   (varint length, bytes). A text is a varint length and UTF-8; a varint is LEB128. The stored value
///   is this record followed by its leaf hash (32). The position is the key and, as the leaf's place
///   in the tree, bound by the root; it is not repeated in the record.
struct RecordEncoder {
    /// The layout that this encoder writes.
    static let layout: UInt8 = 1

    /// Presence of the optional fields.
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let onBehalfOf = Flags(rawValue: 1)
        static let key = Flags(rawValue: 2)
        static let keyHash = Flags(rawValue: 4)
        static let correlation = Flags(rawValue: 8)
        static let causation = Flags(rawValue: 16)
        static let definitionHash = Flags(rawValue: 32)
        static let known: Flags = [
            .onBehalfOf, .key, .keyHash, .correlation, .causation, .definitionHash,
        ]
    }

    /// The byte 00, the record, and its leaf hash; kept between events so that the room is used again.
    ///
    /// The leading zero is what RFC 9162 puts before a leaf, so that record and prefix are hashed as
    /// one run.
    private var room: [UInt8] = []
    private var recordEnd = 1

    /// The record and its leaf hash, as they are stored; valid until the next event is encoded.
    var stored: RawSpan {
        @_lifetime(borrow self)
        get { room.span.bytes.extracting(1..<(recordEnd + Digest256.byteCount)) }
    }

    /// Encodes and hashes one event; the result is in ``stored``.
    mutating func encode(
        _ envelope: Envelope, payload: [UInt8]
    ) throws(RecordFailure) -> Digest256 {
        let bound = try RecordEncoder.bound(of: envelope, payload: payload)
        if room.count < bound {
            room = [UInt8](repeating: 0, count: bound)
        }
        var zeroIn: StaticString?
        var leaf = Digest256.zero
        recordEnd = room.withUnsafeMutableBytes { buffer in
            var writer = RecordWriter(buffer)
            writer.write(envelope, payload: payload)
            zeroIn = writer.zeroIn
            let end = writer.offset
            leaf = Digest256(hashing: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
            writer.digest(leaf)
            return end
        }
        if let zeroIn {
            throw .fieldInvalid(field: String(describing: zeroIn), reason: "holds a zero byte")
        }
        let bytes = recordEnd - 1 + Digest256.byteCount
        guard bytes <= EventLimits.recordBytesMax else {
            throw .recordTooLarge(bytes: bytes, maximum: EventLimits.recordBytesMax)
        }
        return leaf
    }

    static func flags(of envelope: Envelope) -> Flags {
        var flags: Flags = []
        if envelope.onBehalfOf != nil { flags.insert(.onBehalfOf) }
        if envelope.key != nil { flags.insert(.key) }
        if envelope.keyHash != nil { flags.insert(.keyHash) }
        if envelope.correlation != nil { flags.insert(.correlation) }
        if envelope.causation != nil { flags.insert(.causation) }
        if envelope.definitionHash != nil { flags.insert(.definitionHash) }
        return flags
    }
}

/// The checks of the fields' lengths, which also say how much room a record may need.
extension RecordEncoder {
    /// Longest form of a varint.
    private static let varintBytesMax = 10
    /// Leading zero, layout, flags, times, versions, causation, counts and three hashes.
    private static let fixedBytesMax = 1 + 2 + 12 + 5 * varintBytesMax + 3 * Digest256.byteCount

    /// Bytes that are certainly enough for the leading zero, the record and the leaf hash.
    private static func bound(
        of envelope: Envelope, payload: [UInt8]
    ) throws(RecordFailure) -> Int {
        guard envelope.version >= 1 else {
            throw .numberInvalid(field: "version", found: envelope.version)
        }
        guard envelope.schemaVersion >= 1 else {
            throw .numberInvalid(field: "schema version", found: envelope.schemaVersion)
        }
        var sum = fixedBytesMax + payload.count
        sum += try text(envelope.type, "type", EventLimits.typeBytesMax)
        sum += try text(envelope.stream, "stream", EventLimits.streamBytesMax)
        sum += try text(envelope.company, "company", EventLimits.companyBytesMax, mayBeEmpty: true)
        sum += try text(envelope.actor, "actor", EventLimits.actorBytesMax)
        if let onBehalfOf = envelope.onBehalfOf {
            sum += try text(onBehalfOf, "on-behalf-of", EventLimits.actorBytesMax)
        }
        if let key = envelope.key { sum += try text(key, "key", EventLimits.keyBytesMax) }
        if let correlation = envelope.correlation {
            sum += try text(correlation, "correlation", EventLimits.correlationBytesMax)
        }
        guard envelope.objects.count <= EventLimits.objectsMax else {
            throw .fieldTooLong(
                field: "objects", bytes: envelope.objects.count, maximum: EventLimits.objectsMax)
        }
        for reference in envelope.objects {
            sum += try text(reference.object, "object", EventLimits.objectBytesMax)
            sum += try text(
                reference.qualifier, "qualifier", EventLimits.qualifierBytesMax, mayBeEmpty: true)
        }
        return sum
    }

    private static func text(
        _ text: String, _ field: StaticString, _ maximum: Int, mayBeEmpty: Bool = false
    ) throws(RecordFailure) -> Int {
        let count = text.utf8.count
        guard count <= maximum else {
            throw .fieldTooLong(
                field: String(describing: field), bytes: count, maximum: maximum)
        }
        guard count > 0 || mayBeEmpty else {
            throw .fieldInvalid(field: String(describing: field), reason: "is empty")
        }
        return count + varintBytesMax
    }
}
