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

    /// The record, kept between events so that its storage is used again.
    private(set) var bytes: [UInt8] = []

    /// Replaces ``bytes`` by the record of one event.
    mutating func encode(_ envelope: Envelope, payload: [UInt8]) throws(RecordFailure) {
        bytes.removeAll(keepingCapacity: true)
        guard envelope.version >= 1 else {
            throw .numberInvalid(field: "version", found: envelope.version)
        }
        guard envelope.schemaVersion >= 1 else {
            throw .numberInvalid(field: "schema version", found: envelope.schemaVersion)
        }
        bytes.append(RecordEncoder.layout)
        bytes.append(RecordEncoder.flags(of: envelope).rawValue)
        append(fixed: UInt64(bitPattern: envelope.recordedAtMicroseconds))
        append(fixed: UInt32(bitPattern: envelope.effectiveDay))
        append(varint: UInt64(envelope.version))
        append(varint: UInt64(envelope.schemaVersion))
        try append(envelope.type, "type", EventLimits.typeBytesMax)
        try append(envelope.stream, "stream", EventLimits.streamBytesMax)
        try append(envelope.company, "company", EventLimits.companyBytesMax, mayBeEmpty: true)
        try append(envelope.actor, "actor", EventLimits.actorBytesMax)
        try appendOptionalFields(of: envelope)
        try append(envelope.objects)
        append(varint: UInt64(payload.count))
        bytes.append(contentsOf: payload)
        let stored = bytes.count + Digest256.byteCount
        guard stored <= EventLimits.recordBytesMax else {
            throw .recordTooLarge(bytes: stored, maximum: EventLimits.recordBytesMax)
        }
    }

    private static func flags(of envelope: Envelope) -> Flags {
        var flags: Flags = []
        if envelope.onBehalfOf != nil { flags.insert(.onBehalfOf) }
        if envelope.key != nil { flags.insert(.key) }
        if envelope.keyHash != nil { flags.insert(.keyHash) }
        if envelope.correlation != nil { flags.insert(.correlation) }
        if envelope.causation != nil { flags.insert(.causation) }
        if envelope.definitionHash != nil { flags.insert(.definitionHash) }
        return flags
    }

    private mutating func appendOptionalFields(of envelope: Envelope) throws(RecordFailure) {
        if let onBehalfOf = envelope.onBehalfOf {
            try append(onBehalfOf, "on-behalf-of", EventLimits.actorBytesMax)
        }
        if let key = envelope.key { try append(key, "key", EventLimits.keyBytesMax) }
        if let keyHash = envelope.keyHash { append(keyHash) }
        if let correlation = envelope.correlation {
            try append(correlation, "correlation", EventLimits.correlationBytesMax)
        }
        if let causation = envelope.causation { append(varint: causation.rawValue) }
        if let definitionHash = envelope.definitionHash { append(definitionHash) }
    }

    private mutating func append(_ objects: [ObjectReference]) throws(RecordFailure) {
        guard objects.count <= EventLimits.objectsMax else {
            throw .fieldTooLong(
                field: "objects", bytes: objects.count, maximum: EventLimits.objectsMax)
        }
        append(varint: UInt64(objects.count))
        for reference in objects {
            try append(reference.object, "object", EventLimits.objectBytesMax)
            try append(
                reference.qualifier, "qualifier", EventLimits.qualifierBytesMax, mayBeEmpty: true)
        }
    }

    private mutating func append(
        _ text: String, _ field: StaticString, _ maximum: Int, mayBeEmpty: Bool = false
    ) throws(RecordFailure) {
        let utf8 = text.utf8
        let count = utf8.count
        guard count <= maximum else {
            throw .fieldTooLong(
                field: String(describing: field), bytes: count, maximum: maximum)
        }
        guard count > 0 || mayBeEmpty else {
            throw .fieldInvalid(field: String(describing: field), reason: "is empty")
        }
        append(varint: UInt64(count))
        let start = bytes.count
        bytes.append(contentsOf: utf8)
        // A zero byte separates the parts of index keys, so no text may hold one.
        var hasZero = false
        for index in start..<bytes.count where bytes[index] == 0 { hasZero = true }
        guard !hasZero else {
            throw .fieldInvalid(field: String(describing: field), reason: "holds a zero byte")
        }
    }

    mutating func append(_ digest: Digest256) {
        digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append<Value: FixedWidthInteger>(fixed value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
