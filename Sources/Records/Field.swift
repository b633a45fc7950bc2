/// One field of a record: declared once, used by storage, JSON, schema, documentation and rules.
///
/// What a field does is kept as closures that are made where the field is declared: there the
/// compiler knows both types and leaves no generic code behind. A record's codec runs through these
/// closures, once for each field and event.
public struct Field<Root, Value: FieldValue>: Sendable {
    /// The number in stored records; never reused.
    public let number: Int
    /// The name in JSON and rules.
    public let name: String
    /// What it means.
    public let documentation: String
    /// What is allowed.
    public let limits: Limits
    /// The value of a field that is not there.
    public let fallback: Value?
    /// Whether the thing named is an object that the event concerns.
    public let concerns: Bool
    @usableFromInline let encode: @Sendable (Root, inout ByteWriter) -> Void
    @usableFromInline let decode:
        @Sendable (inout ByteReader, inout FieldCursor) throws(CodecFailure) -> Value
    @usableFromInline let read:
        @Sendable (inout MemberCursor, JSONContext) throws(InputFailure) -> Value
    @usableFromInline let json: @Sendable (Root, JSONContext) -> JSONValue?
    @usableFromInline let content: @Sendable (Root) -> FieldContent
    @usableFromInline let references: @Sendable (Root, inout [ObjectReference]) -> Void

    /// A field from its declaration.
    @inlinable
    public init(
        _ number: Int, _ name: String, _ get: @escaping @Sendable (Root) -> Value,
        _ documentation: String = "", limits: Limits = .standard, default declared: Value? = nil,
        concerns: Bool = false
    ) {
        let fallback = declared ?? Value.absent
        self.number = number
        self.name = name
        self.documentation = documentation
        self.limits = limits
        self.fallback = fallback
        self.concerns = concerns
        encode = { record, writer in
            let value = get(record)
            if value.isAbsent { return }
            writer.write(unsigned: UInt64(number) << 2 | UInt64(value.wire(in: writer).rawValue))
            value.encode(into: &writer)
        }
        // Without a declared default the closure holds nothing, so that no count of references
        // changes when it is taken for each record.
        if let declared {
            decode = {
                (reader: inout ByteReader, cursor: inout FieldCursor)
                    throws(CodecFailure) -> Value in
                try Self.decode(from: &reader, &cursor) ?? declared
            }
        } else {
            decode = {
                (reader: inout ByteReader, cursor: inout FieldCursor)
                    throws(CodecFailure) -> Value in
                if let value = try Self.decode(from: &reader, &cursor) { return value }
                guard let absent = Value.absent else { throw cursor.missing() }
                return absent
            }
        }
        read = {
            (members: inout MemberCursor, context: JSONContext) throws(InputFailure) -> Value in
            try Self.read(
                members.value(of: name), context, name: name, documentation: documentation,
                limits: limits, fallback: fallback)
        }
        json = { record, context in
            let value = get(record)
            return value.isAbsent ? nil : value.json(context)
        }
        content = { record in get(record).content }
        references = { record, found in
            get(record).collectReferences(as: name, into: &found)
        }
    }

    /// Reads the next field of a record; nil where the record does not have it.
    @inlinable
    static func decode(
        from reader: inout ByteReader, _ cursor: inout FieldCursor
    ) throws(CodecFailure) -> Value? {
        guard let wire = try cursor.next(in: &reader) else { return nil }
        guard Value.accepts(wire) else { throw .malformed }
        return try Value.decode(from: &reader, wire: wire)
    }

    /// Reads the field from JSON and checks its limits.
    @inlinable
    static func read(
        _ json: JSONValue?, _ context: JSONContext, name: String, documentation: String,
        limits: Limits, fallback: Value?
    ) throws(InputFailure) -> Value {
        let value: Value
        if let json, !json.isNull || Value.absent != nil {
            do throws(InputFailure) {
                value = try Value.read(json, context)
            } catch {
                throw error.inside(name)
            }
        } else if let fallback {
            value = fallback
        } else {
            throw .missing(name, documentation)
        }
        if let violation = value.violation(of: limits) {
            // What was not given at all is missing, whatever stands for it.
            if json?.isNull ?? true { throw .missing(name, documentation) }
            throw InputFailure(.outOfRange, path: name, violation)
        }
        return value
    }

    /// The field for schemas and documentation.
    public var description: FieldDescription {
        FieldDescription(
            number: number, name: name, kind: Value.kind, documentation: documentation,
            limits: limits,
            isRequired: fallback.map { $0.violation(of: limits) != nil } ?? true,
            canBeAbsent: fallback != nil,
            concerns: concerns)
    }

    /// Whether the field's things belong to the event: it is marked, or a record in it has marks.
    @usableFromInline var mayRefer: Bool { concerns || Value.kind.containsRecord }
}

extension FieldKind {
    /// Whether the kind is a record, or a list of records, or one that may be missing.
    var containsRecord: Bool {
        switch self {
        case .record: true
        case .list(let element): element.containsRecord
        case .optional(let wrapped): wrapped.containsRecord
        default: false
        }
    }
}

/// What a record's fields are called in its bytes, in ascending order.
@usableFromInline
final class FieldTags: Sendable {
    @usableFromInline let numbers: [UInt64]
    private let names: [String]
    private let record: String

    @usableFromInline
    init(_ description: RecordDescription) {
        numbers = description.fields.map { UInt64(clamping: $0.number) }
        names = description.fields.map(\.name)
        record = description.name
    }

    @usableFromInline
    func missing(_ index: Int) -> CodecFailure {
        .missingField(record: record, field: names[index])
    }
}

extension ByteReader {
    /// Passes over the tag of a field, if it is the next byte: the usual case.
    @inlinable
    mutating func takeTag(of number: UInt64) -> WireKind? {
        guard offset < end else { return nil }
        let tag = base[offset]
        guard tag < 0x80, UInt64(tag >> 2) == number, let wire = WireKind(rawValue: tag & 3) else {
            return nil
        }
        offset += 1
        return wire
    }
}

/// Goes over the fields of one record as its bytes are read.
///
/// Fields come in ascending order of numbers; unknown ones are passed over.
@usableFromInline
struct FieldCursor {
    @usableFromInline let tags: FieldTags
    /// The place of the next field in the declaration.
    @usableFromInline var index = 0
    /// A tag that was read and belongs to a later field; 0 means none, for no field has number 0.
    @usableFromInline var pending: UInt64 = 0

    @inlinable
    init(_ tags: FieldTags) { self.tags = tags }

    /// Goes to the next declared field; nil where the record does not have it.
    @inlinable
    mutating func next(in reader: inout ByteReader) throws(CodecFailure) -> WireKind? {
        let number = tags.numbers[index]
        index += 1
        if pending == 0, let wire = reader.takeTag(of: number) { return wire }
        return try seek(number, in: &reader)
    }

    /// Goes to the field with a number; nil where the record does not have it.
    @inlinable
    mutating func seek(
        _ number: UInt64, in reader: inout ByteReader
    ) throws(CodecFailure) -> WireKind? {
        while pending != 0 || !reader.isAtEnd {
            if pending == 0 { pending = try reader.readUnsigned() }
            let found = pending >> 2
            if found > number { return nil }
            guard found != 0, let wire = WireKind(rawValue: UInt8(truncatingIfNeeded: pending & 3))
            else { throw .malformed }
            pending = 0
            if found == number { return wire }
            try reader.skip(wire)
        }
        return nil
    }

    /// Passes over the fields that a newer version added, so that a cut in them is seen too.
    @inlinable
    mutating func finish(in reader: inout ByteReader) throws(CodecFailure) {
        if pending == 0, reader.isAtEnd { return }
        _ = try seek(.max, in: &reader)
    }

    /// The failure of a record without the field that was sought.
    @usableFromInline
    func missing() -> CodecFailure { tags.missing(index - 1) }
}

/// The members of a JSON object, searched from where the last one was found.
///
/// Names mostly come in the order of the declaration, so that a search mostly ends at once.
@usableFromInline
struct MemberCursor {
    let members: [JSONMember]
    private var next = 0

    init(_ members: [JSONMember]) { self.members = members }

    /// The value of the member with this name.
    @usableFromInline
    mutating func value(of name: String) -> JSONValue? {
        for step in 0..<members.count {
            let index = next + step < members.count ? next + step : next + step - members.count
            if members[index].name == name {
                next = index + 1 < members.count ? index + 1 : 0
                return members[index].value
            }
        }
        return nil
    }
}

extension InputFailure {
    /// The refusal of a record without a required field.
    @usableFromInline
    static func missing(_ name: String, _ documentation: String) -> InputFailure {
        let meaning = documentation.isEmpty ? "" : ": \(documentation)"
        return InputFailure(.missingField, path: name, "expected the field \"\(name)\"\(meaning)")
    }
}
