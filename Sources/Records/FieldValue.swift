/// A type that can stand in a field of a record.
///
/// One conformance gives storage, JSON in and out, JSON Schema and what rules see (law 11).
public protocol FieldValue: Sendable, Equatable {
    /// What the field holds.
    static var kind: FieldKind { get }
    /// How the stored value says where it ends.
    static var wire: WireKind { get }
    /// The value of a field that is not there; nil where it must be there.
    static var absent: Self? { get }
    /// Whether the value need not be stored.
    var isAbsent: Bool { get }

    /// How this value will be stored by `writer`.
    func wire(in writer: borrowing ByteWriter) -> WireKind
    /// Whether a value stored in this way can be read.
    static func accepts(_ wire: WireKind) -> Bool
    /// Appends the stored form, with its length where ``wire`` asks for it.
    func encode(into writer: inout ByteWriter)
    /// Reads the stored form.
    static func decode(from reader: inout ByteReader, wire: WireKind) throws(CodecFailure) -> Self

    /// Appends the value as it stands in a list, where no tag says whether it is there and how.
    func encodeElement(into writer: inout ByteWriter)
    /// Reads the value as it stands in a list.
    static func decodeElement(from reader: inout ByteReader) throws(CodecFailure) -> Self

    /// Reads the value from JSON.
    static func read(_ json: JSONValue, _ context: JSONContext) throws(InputFailure) -> Self
    /// The value as JSON.
    func json(_ context: JSONContext) -> JSONValue
    /// The value as rules see it.
    var content: FieldContent { get }
    /// What breaks the limits, in words; nil when nothing does.
    func violation(of limits: Limits) -> String?
    /// Adds the things that the value names.
    func collectReferences(as qualifier: String, into references: inout [ObjectReference])
}

extension FieldValue {
    /// A field that must be there.
    @inlinable public static var absent: Self? { nil }
    /// Always stored.
    @inlinable public var isAbsent: Bool { false }
    /// The type's own wire kind.
    @inlinable public func wire(in writer: borrowing ByteWriter) -> WireKind { Self.wire }
    /// Its own wire kind alone.
    @inlinable public static func accepts(_ wire: WireKind) -> Bool { wire == Self.wire }
    /// The stored form, which says by itself where it ends.
    @inlinable public func encodeElement(into writer: inout ByteWriter) { encode(into: &writer) }
    /// The stored form.
    @inlinable
    public static func decodeElement(
        from reader: inout ByteReader
    ) throws(CodecFailure) -> Self { try decode(from: &reader, wire: wire) }
    /// No limit applies.
    @inlinable public func violation(of limits: Limits) -> String? { nil }
    /// Names nothing.
    @inlinable
    public func collectReferences(as qualifier: String, into references: inout [ObjectReference]) {}
}

extension Limits {
    /// The allowed numbers in words; a bound of the standard's size is told as a power of ten.
    fileprivate var numbers: String {
        if magnitudeMax >= Limits.standard.magnitudeMax {
            return "a number of at most 15 digits, those behind the point included"
        }
        let least =
            switch sign {
            case .positive: "1"
            case .notNegative: "0"
            case .any: "-\(magnitudeMax)"
            }
        return "a number from \(least) to \(magnitudeMax)"
    }
}

/// The words of a refusal by sign or size.
func numberViolation(
    _ value: Int64, _ limits: Limits, found: @autoclosure () -> String
) -> String? {
    switch limits.sign {
    case .positive where value <= 0: return "expected more than zero, found \(found())"
    case .notNegative where value < 0: return "expected zero or more, found \(found())"
    default: break
    }
    if value.magnitude > limits.magnitudeMax.magnitude {
        return "expected \(limits.numbers), found \(found())"
    }
    return nil
}

/// Words from a closed list, stored as text so that they can be read without the program.
public protocol Choice: FieldValue, RawRepresentable, CaseIterable where RawValue == String {}

extension Choice {
    /// One of the words.
    public static var kind: FieldKind { .choice(allCases.map(\.rawValue)) }
    /// A text with its length.
    @inlinable public static var wire: WireKind { .bytes }
    /// Appends the word.
    @inlinable public func encode(into writer: inout ByteWriter) { writer.write(text: rawValue) }
    /// Reads the word.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Self {
        guard let value = Self(rawValue: try reader.readText()) else {
            throw .badValue(kind: "\(Self.self)")
        }
        return value
    }
    /// Reads the word from JSON.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Self {
        guard case .string(let text) = json else {
            throw InputFailure(
                .wrongType, "expected one of \(quotedWords), found \(json.kindName)")
        }
        guard let value = Self(rawValue: text) else {
            throw InputFailure(
                .badValue, "expected one of \(quotedWords), found \"\(shortened(text))\"")
        }
        return value
    }
    private static var quotedWords: String {
        allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    }
    /// The word.
    public func json(_ context: JSONContext) -> JSONValue { .string(rawValue) }
    /// The word.
    public var content: FieldContent { .text(rawValue) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    /// A value that may be missing.
    public static var kind: FieldKind { .optional(Wrapped.kind) }
    /// The wrapped value's wire kind.
    @inlinable public static var wire: WireKind { Wrapped.wire }
    /// Nil.
    @inlinable public static var absent: Self? { .some(nil) }
    /// Whether it is nil.
    @inlinable public var isAbsent: Bool {
        switch self {
        case nil: true
        default: false
        }
    }
    /// The wrapped value's wire kind.
    @inlinable
    public func wire(in writer: borrowing ByteWriter) -> WireKind {
        switch self {
        case .some(let value): value.wire(in: writer)
        case nil: Wrapped.wire
        }
    }
    /// What the wrapped value accepts.
    @inlinable public static func accepts(_ wire: WireKind) -> Bool { Wrapped.accepts(wire) }
    /// Appends 0 for nil, or 1 and the wrapped value.
    @inlinable
    public func encodeElement(into writer: inout ByteWriter) {
        switch self {
        case .some(let value):
            writer.write(unsigned: 1)
            value.encodeElement(into: &writer)
        case nil: writer.write(unsigned: 0)
        }
    }
    /// Reads whether there is a value, and the value.
    @inlinable
    public static func decodeElement(
        from reader: inout ByteReader
    ) throws(CodecFailure) -> Self {
        switch try reader.readUnsigned() {
        case 0: nil
        case 1: try Wrapped.decodeElement(from: &reader)
        default: throw .malformed
        }
    }
    /// Appends the wrapped value.
    @inlinable
    public func encode(into writer: inout ByteWriter) {
        if case .some(let value) = self { value.encode(into: &writer) }
    }
    /// Reads the wrapped value.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Self { try Wrapped.decode(from: &reader, wire: wire) }
    /// Reads the wrapped value; JSON `null` is nil.
    @inlinable
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Self { json.isNull ? nil : try Wrapped.read(json, context) }
    /// The wrapped value, or `null`.
    public func json(_ context: JSONContext) -> JSONValue { self?.json(context) ?? .null }
    /// The wrapped value, or null.
    public var content: FieldContent { self?.content ?? .null }
    /// The wrapped value's violation.
    @inlinable
    public func violation(of limits: Limits) -> String? { self?.violation(of: limits) }
    /// What the wrapped value names.
    @inlinable
    public func collectReferences(as qualifier: String, into references: inout [ObjectReference]) {
        self?.collectReferences(as: qualifier, into: &references)
    }
}

extension Array: FieldValue where Element: FieldValue {
    /// A list.
    public static var kind: FieldKind { .list(Element.kind) }
    /// A length in bytes.
    @inlinable public static var wire: WireKind { .bytes }
    /// A list that is not there is empty.
    @inlinable public static var absent: Self? { [] }
    /// Whether it is empty.
    @inlinable public var isAbsent: Bool { isEmpty }
    /// Appends the count and the elements.
    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.writeWithLength { writer in
            writer.write(unsigned: UInt64(count))
            for element in self { element.encodeElement(into: &writer) }
        }
    }
    /// Reads the count and the elements.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Self {
        try reader.readWithLength { (reader: inout ByteReader) throws(CodecFailure) -> Self in
            let count = try reader.readLength()
            var elements: Self = []
            // A count from broken bytes may be as large as the record; the array grows to it then.
            elements.reserveCapacity(Swift.min(count, 256))
            for _ in 0..<count { elements.append(try Element.decodeElement(from: &reader)) }
            return elements
        }
    }
    /// Reads the elements.
    @inlinable
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Self {
        guard case .array(let values) = json else {
            throw InputFailure(.wrongType, "expected a list, found \(json.kindName)")
        }
        var elements: Self = []
        elements.reserveCapacity(values.count)
        for value in values {
            do throws(InputFailure) {
                elements.append(try Element.read(value, context))
            } catch {
                throw error.inside("[\(elements.count)]")
            }
        }
        return elements
    }
    /// The elements as JSON.
    public func json(_ context: JSONContext) -> JSONValue { .array(map { $0.json(context) }) }
    /// The elements as rules see them.
    public var content: FieldContent { .list(map { $0.content }) }
    /// Too few, too many, or an element outside the limits.
    @inlinable
    public func violation(of limits: Limits) -> String? {
        if count < limits.countMin {
            return "expected at least \(limits.countMin) entries, found \(count)"
        }
        if count > limits.countMax {
            return "expected at most \(limits.countMax) entries, found \(count)"
        }
        let elementLimits = limits.ofElements
        for index in indices {
            if let violation = self[index].violation(of: elementLimits) {
                return "entry \(index): \(violation)"
            }
        }
        return nil
    }
    /// What the elements name.
    @inlinable
    public func collectReferences(as qualifier: String, into references: inout [ObjectReference]) {
        for element in self { element.collectReferences(as: qualifier, into: &references) }
    }
}
