/// A value whose fields are declared once in a ``Schema``.
public protocol Record: FieldValue {
    /// The declaration of the fields.
    static var schema: Schema<Self> { get }
}

extension Record {
    /// A record inside a record.
    public static var kind: FieldKind { .record(schema.description) }
    /// A length and the fields.
    @inlinable public static var wire: WireKind { .bytes }

    /// Appends the fields with their length.
    @inlinable
    public func encode(into writer: inout ByteWriter) {
        let parts = Self.schema.parts
        writer.writeWithLength { parts.encode(self, &$0) }
    }

    /// Reads the fields.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Self {
        let parts = Self.schema.parts
        return try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) in
            try parts.decode(&reader)
        }
    }

    /// The record as stored bytes: its fields without a length before them.
    @inlinable
    public func encoded(sealer: (any FieldSealer)? = nil) -> [UInt8] {
        var writer = ByteWriter(sealer: sealer)
        Self.schema.parts.encode(self, &writer)
        return writer.bytes
    }

    /// The record from stored bytes.
    @inlinable
    public static func decoded(
        from bytes: some Collection<UInt8>, opener: (any FieldOpener)? = nil
    ) throws(CodecFailure) -> Self {
        let parts = Self.schema.parts
        return try ByteReader.decode(bytes, opener: opener) {
            (reader: inout ByteReader) throws(CodecFailure) in try parts.decode(&reader)
        }
    }

    /// Reads the record from a JSON object; an unknown field is refused by name.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Self {
        guard case .object(let members) = json else {
            throw InputFailure(.wrongType, "expected an object, found \(json.kindName)")
        }
        return try schema.parts.read(members, context)
    }

    /// The record as a JSON object; what is absent is left out.
    public func json(_ context: JSONContext) -> JSONValue {
        .object(Self.schema.parts.members(self, context))
    }

    /// The record as rules see it.
    public var content: FieldContent { .record(RecordContent(self)) }

    /// All fields as rules see them, derived ones behind the others.
    var contents: [NamedContent] { Self.schema.parts.contents(self) }

    /// The names of all that rules see.
    var contentNames: [String] { Self.schema.parts.contentNames }

    /// The value of one field as rules see it; nil where the record has no such field.
    public func content(of name: String) -> FieldContent? {
        Self.schema.parts.content(of: name, in: self)
    }

    /// The things named in fields marked `concerns`, those of records inside included.
    public var references: [ObjectReference] { Self.schema.parts.references(self) }

    /// Adds the things that the record's own marked fields name.
    public func collectReferences(
        as qualifier: String, into references: inout [ObjectReference]
    ) {
        for reference in self.references where !references.contains(reference) {
            references.append(reference)
        }
    }
}

/// The name most like a misspelt one, if any is near enough to be meant.
public func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    var best: (distance: Int, name: String)?
    for candidate in candidates {
        let distance = editDistance(name, candidate)
        if distance <= max(2, candidate.count / 3), distance < best?.distance ?? .max {
            best = (distance, candidate)
        }
    }
    return best?.name
}

/// Insertions, deletions and replacements between two names (Levenshtein).
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.prefix(64).utf8)
    let right = Array(right.prefix(64).utf8)
    var row = Array(0...right.count)
    for (index, leftByte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, rightByte) in right.enumerated() {
            let replaced = diagonal + (leftByte == rightByte ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
