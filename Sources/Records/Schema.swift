/// A record's declaration, from which its codec, JSON, JSON Schema and rule access come.
///
/// Fields stand in ascending order of their numbers; the order is checked when the schema is made.
public struct Schema<Root: Sendable>: Sendable {
    @usableFromInline let parts: SchemaParts<Root>

    /// Name, meaning and fields.
    public var description: RecordDescription { parts.description }

    /// A schema from the record's fields and its initializer.
    @inlinable
    public init<each Value: FieldValue>(
        _ name: String, _ documentation: String = "",
        _ fields: repeat Field<Root, each Value>,
        make: @escaping @Sendable (repeat each Value) -> Root
    ) {
        var described: [FieldDescription] = []
        var accesses: [FieldAccess<Root>] = []
        var encode: @Sendable (Root, inout ByteWriter) -> Void = { _, _ in }
        for field in repeat each fields {
            described.append(field.description)
            accesses.append(
                FieldAccess(
                    name: field.name, json: field.json, content: field.content,
                    references: field.mayRefer ? field.references : nil))
            encode = Self.chain(encode, field.encode, isFirst: accesses.count == 1)
        }
        // Tuples of closures, not of fields: an element of a closure type needs no metadata at
        // run time, and looking metadata up would cost more than all the decoding.
        let decoders = (repeat (each fields).decode)
        let readers = (repeat (each fields).read)
        let description = RecordDescription(
            name: name, documentation: documentation, fields: described)
        let tags = FieldTags(description)
        parts = SchemaParts(
            description: description,
            accesses: accesses,
            encode: encode,
            decode: { (reader: inout ByteReader) throws(CodecFailure) -> Root in
                var cursor = FieldCursor(tags)
                let record = make(repeat try (each decoders)(&reader, &cursor))
                try cursor.finish(in: &reader)
                return record
            },
            read: {
                (members: inout MemberCursor, context: JSONContext)
                    throws(InputFailure) -> Root in
                make(repeat try (each readers)(&members, context))
            })
    }

    private init(_ parts: SchemaParts<Root>) { self.parts = parts }

    /// The same record, of which rules see derived fields, too.
    ///
    /// They follow from its fields and are neither stored nor told to programs. So a rule of the
    /// business that is said in code is not said again in a process or a decision.
    public func deriving(_ derived: DerivedField<Root>...) -> Schema {
        Schema(parts.deriving(derived))
    }

    /// Both encoders in one closure.
    ///
    /// A chain of closures holds what it calls; walking an array of them would retain and release
    /// each one for each record.
    @usableFromInline
    static func chain(
        _ earlier: @escaping @Sendable (Root, inout ByteWriter) -> Void,
        _ field: @escaping @Sendable (Root, inout ByteWriter) -> Void, isFirst: Bool
    ) -> @Sendable (Root, inout ByteWriter) -> Void {
        if isFirst { return field }
        return { record, writer in
            earlier(record, &writer)
            field(record, &writer)
        }
    }
}

/// Something that follows from a record's fields, for rules.
public struct DerivedField<Root: Sendable>: Sendable {
    /// The name by which rules ask for it.
    public let name: String
    /// What it says.
    public let documentation: String
    let content: @Sendable (Root) -> FieldContent

    /// A truth that follows from the fields.
    public init(
        _ name: String, _ truth: @escaping @Sendable (Root) -> Bool, _ documentation: String
    ) {
        self.name = name
        self.documentation = documentation
        content = { .boolean(truth($0)) }
    }
}

/// What a schema does with one field, whatever the type of the field's value.
@usableFromInline
struct FieldAccess<Root>: Sendable {
    let name: String
    let json: @Sendable (Root, JSONContext) -> JSONValue?
    let content: @Sendable (Root) -> FieldContent
    let references: (@Sendable (Root, inout [ObjectReference]) -> Void)?

    @usableFromInline
    init(
        name: String,
        json: @escaping @Sendable (Root, JSONContext) -> JSONValue?,
        content: @escaping @Sendable (Root) -> FieldContent,
        references: (@Sendable (Root, inout [ObjectReference]) -> Void)?
    ) {
        self.name = name
        self.json = json
        self.content = content
        self.references = references
    }
}

/// A schema's parts behind one reference, so that a schema at hand is one pointer.
@usableFromInline
final class SchemaParts<Root: Sendable>: Sendable {
    let description: RecordDescription
    let names: [String]
    /// Places of the fields that may name things.
    private let referring: [Int]
    let accesses: [FieldAccess<Root>]
    /// What rules see beside the fields.
    private let derived: [DerivedField<Root>]
    /// Appends the fields that have something to say.
    @usableFromInline let encode: @Sendable (Root, inout ByteWriter) -> Void
    /// Reads the fields.
    @usableFromInline let decode: @Sendable (inout ByteReader) throws(CodecFailure) -> Root
    let read: @Sendable (inout MemberCursor, JSONContext) throws(InputFailure) -> Root

    @usableFromInline
    init(
        description: RecordDescription, accesses: [FieldAccess<Root>],
        derived: [DerivedField<Root>] = [],
        encode: @escaping @Sendable (Root, inout ByteWriter) -> Void,
        decode: @escaping @Sendable (inout ByteReader) throws(CodecFailure) -> Root,
        read: @escaping @Sendable (inout MemberCursor, JSONContext) throws(InputFailure) -> Root
    ) {
        let numbers = description.fields.map(\.number)
        precondition(
            numbers.allSatisfy { $0 > 0 } && zip(numbers, numbers.dropFirst()).allSatisfy(<),
            "the fields of \(description.name) stand in ascending order of numbers above 0")
        precondition(
            Set(description.fields.map(\.name) + derived.map(\.name)).count
                == description.fields.count + derived.count,
            "no two fields of \(description.name) have one name")
        self.description = description
        names = accesses.map(\.name)
        referring = accesses.indices.filter { accesses[$0].references != nil }
        self.accesses = accesses
        self.derived = derived
        self.encode = encode
        self.decode = decode
        self.read = read
    }

    /// Reads the record from the members of a JSON object; an unknown name is refused.
    func read(_ members: [JSONMember], _ context: JSONContext) throws(InputFailure) -> Root {
        var place = 0
        for member in members {
            place = try self.place(of: member.name, from: place) + 1
        }
        var cursor = MemberCursor(members)
        do throws(InputFailure) {
            return try read(&cursor, context)
        } catch {
            throw error.code == .missingField ? missing(error, members) : error
        }
    }

    /// The refusal of a record without a required field, which names all others that are missing.
    private func missing(_ first: InputFailure, _ members: [JSONMember]) -> InputFailure {
        guard names.contains(first.path) else { return first }
        let others = description.fields.filter { field in
            field.isRequired && field.name != first.path
                && members.first { $0.name == field.name }?.value.isNull ?? true
        }.map { "\"\($0.name)\"" }
        guard !others.isEmpty else { return first }
        return InputFailure(
            .missingField, path: first.path,
            "\(first.reason); missing too: \(others.joined(separator: ", "))")
    }

    /// The field with a name, searched from a place on.
    private func place(of name: String, from start: Int) throws(InputFailure) -> Int {
        let count = names.count
        for step in 0..<count {
            let index = start + step < count ? start + step : start + step - count
            if names[index] == name { return index }
        }
        throw unknownField(name)
    }

    private func unknownField(_ name: String) -> InputFailure {
        let shown = shortened(name)
        let list = names.joined(separator: ", ")
        var reason = "\(description.name) has no field \"\(shown)\""
        if let near = nearest(to: name, among: names) { reason += "; did you mean \"\(near)\"?" }
        reason += names.isEmpty ? " It has no fields" : " It has: \(list)"
        return InputFailure(.unknownField, path: shown, reason)
    }

    /// The record's fields as JSON; what is absent is left out.
    func members(_ record: Root, _ context: JSONContext) -> [JSONMember] {
        var members: [JSONMember] = []
        members.reserveCapacity(accesses.count)
        for access in accesses {
            if let value = access.json(record, context) {
                members.append(JSONMember(access.name, value))
            }
        }
        return members
    }

    /// The record's fields as rules see them.
    func contents(_ record: Root) -> [NamedContent] {
        // By place: a copy of an access would retain all its closures.
        accesses.indices.map { NamedContent(names[$0], accesses[$0].content(record)) }
            + derived.map { NamedContent($0.name, $0.content(record)) }
    }

    /// The names of all that rules see.
    var contentNames: [String] { names + derived.map(\.name) }

    /// One field as rules see it.
    func content(of name: String, in record: Root) -> FieldContent? {
        if let place = names.firstIndex(of: name) { return accesses[place].content(record) }
        return derived.first { $0.name == name }?.content(record)
    }

    /// The same record with derived fields.
    func deriving(_ derived: [DerivedField<Root>]) -> SchemaParts {
        SchemaParts(
            description: description, accesses: accesses, derived: derived, encode: encode,
            decode: decode, read: read)
    }

    /// The things that the record's marked fields name.
    func references(_ record: Root) -> [ObjectReference] {
        var found: [ObjectReference] = []
        for place in referring { accesses[place].references?(record, &found) }
        return found
    }
}
