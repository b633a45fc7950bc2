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
        @Sendable (inout ByteReader, inout UInt64, String) throws(CodecFailure) -> Value
    @usableFromInline let read:
        @Sendable (inout MemberCursor, JSONContext) throws(InputFailure) -> Value
    @usableFromInline let json: @Sendable (Root, JSONContext) -> JSONValue?
    @usableFromInline let content: @Sendable (Root) -> FieldContent
    @usableFromInline let references: @Sendable (Root, inout [ObjectReference]) -> Void

    /// A field from its declaration.
    @inlinable
    public init(
        _ number: Int, _ name: String, _ get: @escaping @Sendable (Root) -> Value,
        _ documentation: String = "", limits: Limits = .standard, default fallback: Value? = nil,
        concerns: Bool = false
    ) {
        let fallback = fallback ?? Value.absent
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
        decode = {
            (reader: inout ByteReader, pending: inout UInt64, record: String)
                throws(CodecFailure) -> Value in
            if let wire = try reader.seek(field: UInt64(number), pending: &pending) {
                guard Value.accepts(wire) else { throw .malformed }
                return try Value.decode(from: &reader, wire: wire)
            }
            guard let fallback else { throw .missingField(record: record, field: name) }
            return fallback
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

extension ByteReader {
    /// Goes to a field of the record at hand; nil where the record does not have it.
    ///
    /// Fields come in ascending order of numbers; unknown ones are passed over. `pending` is a tag
    /// that was read and belongs to a later field; 0 means none, for no field has the number 0.
    @inlinable
    mutating func seek(
        field number: UInt64, pending: inout UInt64
    ) throws(CodecFailure) -> WireKind? {
        while pending != 0 || !isAtEnd {
            if pending == 0 { pending = try readUnsigned() }
            guard let wire = WireKind(rawValue: UInt8(truncatingIfNeeded: pending & 3)) else {
                throw .malformed
            }
            let found = pending >> 2
            if found == 0 { throw .malformed }
            if found > number { return nil }
            pending = 0
            if found == number { return wire }
            try skip(wire)
        }
        return nil
    }

    /// Passes over the fields that a newer version added, so that a cut in them is seen too.
    @inlinable
    mutating func skipRest(pending: UInt64) throws(CodecFailure) {
        var pending = pending
        if pending == 0, isAtEnd { return }
        _ = try seek(field: .max, pending: &pending)
    }
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
