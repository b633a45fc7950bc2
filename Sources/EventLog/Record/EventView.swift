/// A stored event that is still in the map: only what is asked for is decoded.
///
/// For scans that look at few fields of many events. It cannot leave the scan that gives it;
/// ``event()`` makes a ``StoredEvent`` to keep.
package struct EventView: ~Escapable {
    /// Place in the log.
    package let position: Position
    /// RFC 9162 leaf hash over the stored record.
    package let leafHash: Digest256
    /// Place in the stream, counted from 1.
    package let version: Int
    /// Version of the payload's field list.
    package let schemaVersion: Int
    /// When it was written: microseconds since 1970-01-01 00:00 UTC.
    package let recordedAtMicroseconds: Int64
    /// Posting date: days since 1970-01-01.
    package let effectiveDay: Int32

    private let record: RawSpan
    private let flags: RecordEncoder.Flags
    private let typeRange: Range<Int>
    private let streamRange: Range<Int>
    private let restStart: Int
    private let companyRange: Range<Int>
    private let restEnd: Int
    private let payloadRange: Range<Int>

    /// Reads the frame of a stored value: a record and its leaf hash.
    ///
    /// Every length is checked here, so that the later decoding of a field cannot run over the end.
    @_lifetime(copy stored)
    init(position: Position, stored: RawSpan) throws(RecordFailure) {
        guard stored.byteCount > Digest256.byteCount else { throw .malformed(field: "leaf hash") }
        let record = stored.extracting(0..<(stored.byteCount - Digest256.byteCount))
        var reader = RecordReader(record)
        let layout = try reader.byte("layout")
        guard layout == RecordEncoder.layout else { throw .unknownFormat(layout) }
        let flags = RecordEncoder.Flags(rawValue: try reader.byte("flags"))
        guard flags.isSubset(of: .known) else { throw .malformed(field: "flags") }
        recordedAtMicroseconds = Int64(bitPattern: try reader.fixed("recorded time"))
        effectiveDay = Int32(bitPattern: try reader.fixed("effective day"))
        version = try reader.count("version")
        schemaVersion = try reader.count("schema version")
        typeRange = try reader.run("type")
        streamRange = try reader.run("stream")
        restStart = reader.offset
        companyRange = try reader.run("company")
        _ = try reader.run("actor")
        if flags.contains(.onBehalfOf) { _ = try reader.run("on-behalf-of") }
        if flags.contains(.key) { _ = try reader.run("key") }
        if flags.contains(.keyHash) { try reader.skip(32, "key hash") }
        if flags.contains(.correlation) { _ = try reader.run("correlation") }
        if flags.contains(.causation) { _ = try reader.varint("causation") }
        if flags.contains(.definitionHash) { try reader.skip(32, "definition hash") }
        let objects = try reader.count("objects")
        guard objects <= EventLimits.objectsMax else { throw .malformed(field: "objects") }
        for _ in 0..<(2 * objects) { _ = try reader.run("objects") }
        restEnd = reader.offset
        payloadRange = try reader.run("payload")
        guard reader.offset == record.byteCount else { throw .malformed(field: "end") }
        leafHash = Digest256(stored, at: record.byteCount)
        self.position = position
        self.flags = flags
        self.record = record
    }

    /// Size of the stored record in bytes, leaf hash included.
    package var recordBytes: Int { record.byteCount + Digest256.byteCount }

    /// Name of the event.
    package var type: String { text(typeRange) }

    /// Whether the event has that name; costs no allocation.
    package func isType(_ name: String) -> Bool { equals(typeRange, name) }

    /// Stream of the event.
    package var stream: String { text(streamRange) }

    /// Whether the event belongs to that stream; costs no allocation.
    package func isStream(_ name: String) -> Bool { equals(streamRange, name) }

    /// Bytes of the event's name.
    package var typeBytes: RawSpan {
        @_lifetime(copy self)
        get { record.extracting(typeRange) }
    }

    /// Bytes of the stream's name.
    package var streamBytes: RawSpan {
        @_lifetime(copy self)
        get { record.extracting(streamRange) }
    }

    /// The fact, in the codec of the layer above, borrowed.
    package var payload: RawSpan {
        @_lifetime(copy self)
        get { record.extracting(payloadRange) }
    }

    /// The record without the leaf hash, as it was hashed.
    package var recordSpan: RawSpan {
        @_lifetime(copy self)
        get { record }
    }

    /// Whether the record's bytes still give the stored leaf hash.
    package var isIntact: Bool { MerkleFrontier.leaf(record) == leafHash }

    /// Everything but the payload, decoded.
    package func envelope() throws(RecordFailure) -> Envelope {
        var reader = RecordReader(record, offset: restStart)
        var envelope = Envelope(
            stream: stream, version: version, type: type, schemaVersion: schemaVersion,
            company: try reader.text("company"), recordedAtMicroseconds: recordedAtMicroseconds,
            effectiveDay: effectiveDay, actor: try reader.text("actor"))
        if flags.contains(.onBehalfOf) { envelope.onBehalfOf = try reader.text("on-behalf-of") }
        if flags.contains(.key) { envelope.key = try reader.text("key") }
        if flags.contains(.keyHash) { envelope.keyHash = try reader.digest("key hash") }
        let references = try EnvelopeRest.References(&reader, flags)
        envelope.correlation = references.correlation
        envelope.causation = references.causation
        envelope.definitionHash = references.definitionHash
        envelope.objects = references.objects
        return envelope
    }

    /// What stands between the stream and the payload, copied as it is.
    package var rest: EnvelopeRest {
        EnvelopeRest(
            flags: flags,
            bytes: record.extracting(restStart..<restEnd).withUnsafeBytes { Array($0) })
    }

    /// In whose books the event happened.
    package var company: String { text(companyRange) }

    /// The whole event, decoded and copied, to keep.
    package func event() throws(RecordFailure) -> StoredEvent {
        StoredEvent(
            position: position,
            draft: DraftEvent(
                envelope: try envelope(), payload: payload.withUnsafeBytes { Array($0) }),
            leafHash: leafHash, recordBytes: recordBytes)
    }

    private func text(_ range: Range<Int>) -> String {
        record.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func equals(_ range: Range<Int>, _ name: String) -> Bool {
        record.extracting(range).withUnsafeBytes { bytes in
            var name = name
            return name.withUTF8 { utf8 in
                utf8.count == bytes.count && utf8.elementsEqual(bytes)
            }
        }
    }
}
