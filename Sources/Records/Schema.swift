/// One field of a record: declared once, used by storage, JSON, schema, documentation and rules.
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
    /// Takes the value out of a record.
    @usableFromInline let get: @Sendable (Root) -> Value

    /// A field from its declaration.
    @inlinable
    public init(
        _ number: Int, _ name: String, _ get: @escaping @Sendable (Root) -> Value,
        _ documentation: String = "", limits: Limits = .standard, default fallback: Value? = nil,
        concerns: Bool = false
    ) {
        self.number = number
        self.name = name
        self.documentation = documentation
        self.limits = limits
        self.fallback = fallback ?? Value.absent
        self.concerns = concerns
        self.get = get
    }

    /// The field for schemas and documentation.
    public var description: FieldDescription {
        FieldDescription(
            number: number, name: name, kind: Value.kind, documentation: documentation,
            limits: limits, isRequired: fallback == nil, concerns: concerns)
    }

    /// Appends the field where it has something to say.
    @inlinable
    func encode(_ record: Root, into writer: inout ByteWriter) {
        let value = get(record)
        if value.isAbsent { return }
        writer.write(unsigned: UInt64(number) << 2 | UInt64(value.wire(in: writer).rawValue))
        value.encode(into: &writer)
    }

    /// Reads the field; fields come in ascending order of numbers, unknown ones are passed over.
    ///
    /// `pending` is a tag that was read and belongs to a later field; 0 means none, for no field
    /// has the number 0.
    @inlinable
    func decode(
        from reader: inout ByteReader, pending: inout UInt64, record: String
    ) throws(CodecFailure) -> Value {
        while pending != 0 || !reader.isAtEnd {
            if pending == 0 { pending = try reader.readUnsigned() }
            guard let wire = WireKind(rawValue: UInt8(truncatingIfNeeded: pending & 3)) else {
                throw .malformed
            }
            let found = pending >> 2
            if found > UInt64(number) { break }
            pending = 0
            if found == UInt64(number) { return try Value.decode(from: &reader, wire: wire) }
            try reader.skip(wire)
        }
        guard let fallback else { throw .missingField(record: record, field: name) }
        return fallback
    }

    /// Reads the field from a JSON object and checks its limits.
    func read(_ object: JSONValue, _ context: JSONContext) throws(InputFailure) -> Value {
        guard let json = object[name], json != .null || Value.absent != nil else {
            guard let fallback else {
                throw InputFailure(
                    .missingField, path: name, "expected the field \"\(name)\": \(documentation)")
            }
            try check(fallback)
            return fallback
        }
        let value: Value
        do throws(InputFailure) {
            value = try Value.read(json, context)
        } catch {
            throw error.inside(name)
        }
        try check(value)
        return value
    }

    private func check(_ value: Value) throws(InputFailure) {
        if let violation = value.violation(of: limits) {
            throw InputFailure(.outOfRange, path: name, violation)
        }
    }
}

/// A record's declaration, from which its codec, JSON, JSON Schema and rule access come.
///
/// Fields stand in ascending order of their numbers; the order is checked when the schema is made.
public struct Schema<Root: Sendable>: Sendable {
    /// Name, meaning and fields.
    public let description: RecordDescription
    @usableFromInline let encodeFields: @Sendable (Root, inout ByteWriter) -> Void
    @usableFromInline let decodeFields: @Sendable (inout ByteReader) throws(CodecFailure) -> Root
    let readFields: @Sendable (JSONValue, JSONContext) throws(InputFailure) -> Root
    let members: @Sendable (Root, JSONContext) -> [JSONMember]
    let contents: @Sendable (Root) -> [NamedContent]
    let references: @Sendable (Root) -> [ObjectReference]

    /// A schema from the record's fields and its initializer.
    @inlinable
    public init<each Value: FieldValue>(
        _ name: String, _ documentation: String = "",
        _ fields: repeat Field<Root, each Value>,
        make: @escaping @Sendable (repeat each Value) -> Root
    ) {
        let all = (repeat each fields)
        var described: [FieldDescription] = []
        for field in repeat each all { described.append(field.description) }
        self.init(
            description: RecordDescription(
                name: name, documentation: documentation, fields: described),
            encodeFields: { record, writer in
                for field in repeat each all { field.encode(record, into: &writer) }
            },
            decodeFields: { (reader: inout ByteReader) throws(CodecFailure) -> Root in
                var pending: UInt64 = 0
                return make(
                    repeat try (each all).decode(
                        from: &reader, pending: &pending, record: name))
            },
            readFields: Self.reading(repeat each fields, make: make),
            members: Self.writing(repeat each fields),
            contents: Self.showing(repeat each fields),
            references: Self.referring(repeat each fields))
    }

    @usableFromInline
    init(
        description: RecordDescription,
        encodeFields: @escaping @Sendable (Root, inout ByteWriter) -> Void,
        decodeFields: @escaping @Sendable (inout ByteReader) throws(CodecFailure) -> Root,
        readFields: @escaping @Sendable (JSONValue, JSONContext) throws(InputFailure) -> Root,
        members: @escaping @Sendable (Root, JSONContext) -> [JSONMember],
        contents: @escaping @Sendable (Root) -> [NamedContent],
        references: @escaping @Sendable (Root) -> [ObjectReference]
    ) {
        let numbers = description.fields.map(\.number)
        precondition(
            numbers.allSatisfy { $0 > 0 } && zip(numbers, numbers.dropFirst()).allSatisfy(<),
            "the fields of \(description.name) stand in ascending order of numbers above 0")
        self.description = description
        self.encodeFields = encodeFields
        self.decodeFields = decodeFields
        self.readFields = readFields
        self.members = members
        self.contents = contents
        self.references = references
    }

    @usableFromInline
    static func reading<each Value: FieldValue>(
        _ fields: repeat Field<Root, each Value>,
        make: @escaping @Sendable (repeat each Value) -> Root
    ) -> @Sendable (JSONValue, JSONContext) throws(InputFailure) -> Root {
        let all = (repeat each fields)
        return { (json: JSONValue, context: JSONContext) throws(InputFailure) -> Root in
            make(repeat try (each all).read(json, context))
        }
    }

    @usableFromInline
    static func writing<each Value: FieldValue>(
        _ fields: repeat Field<Root, each Value>
    ) -> @Sendable (Root, JSONContext) -> [JSONMember] {
        let all = (repeat each fields)
        return { record, context in
            var members: [JSONMember] = []
            for field in repeat each all {
                let value = field.get(record)
                if !value.isAbsent { members.append(JSONMember(field.name, value.json(context))) }
            }
            return members
        }
    }

    @usableFromInline
    static func showing<each Value: FieldValue>(
        _ fields: repeat Field<Root, each Value>
    ) -> @Sendable (Root) -> [NamedContent] {
        let all = (repeat each fields)
        return { record in
            var contents: [NamedContent] = []
            for field in repeat each all {
                contents.append(NamedContent(field.name, field.get(record).content))
            }
            return contents
        }
    }

    @usableFromInline
    static func referring<each Value: FieldValue>(
        _ fields: repeat Field<Root, each Value>
    ) -> @Sendable (Root) -> [ObjectReference] {
        let all = (repeat each fields)
        return { record in
            var references: [ObjectReference] = []
            for field in repeat each all {
                if field.concerns {
                    field.get(record).collectReferences(as: field.name, into: &references)
                }
            }
            return references
        }
    }
}
