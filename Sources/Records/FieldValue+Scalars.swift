import Foundation

extension String: FieldValue {
    /// A text.
    public static var kind: FieldKind { .text }
    /// A length and the bytes.
    @inlinable public static var wire: WireKind { .bytes }
    /// Appends the text.
    @inlinable public func encode(into writer: inout ByteWriter) { writer.write(text: self) }
    /// Reads the text.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> String { try reader.readText() }
    /// Reads a JSON string.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> String {
        guard case .string(let text) = json else {
            throw InputFailure(.wrongType, "expected a text, found \(json.kindName)")
        }
        return text
    }
    /// A JSON string.
    public func json(_ context: JSONContext) -> JSONValue { .string(self) }
    /// The text.
    public var content: FieldContent { .text(self) }
    /// Too short, too long, or with a character that no text has.
    ///
    /// Characters are counted as JSON Schema counts them, as code points: a text in one script may be
    /// as long as in another.
    public func violation(of limits: Limits) -> String? {
        // A code point has at least one byte: short texts need no counting.
        if utf8.count > limits.countMax || limits.countMin > 1 || isEmpty {
            let count = unicodeScalars.count
            if count < limits.countMin {
                return "expected at least \(Self.characters(limits.countMin)), found \(count)"
            }
            if count > limits.countMax {
                return "expected at most \(Self.characters(limits.countMax)), found \(count)"
            }
        }
        return utf8.contains(0) ? "expected a text without NUL characters" : nil
    }

    private static func characters(_ count: Int) -> String {
        count == 1 ? "1 character" : "\(count) characters"
    }
}

extension Bool: FieldValue {
    /// True or false.
    public static var kind: FieldKind { .boolean }
    /// A number.
    @inlinable public static var wire: WireKind { .number }
    /// Appends 0 or 1.
    @inlinable
    public func encode(into writer: inout ByteWriter) { writer.write(unsigned: self ? 1 : 0) }
    /// Reads 0 or 1.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Bool {
        switch try reader.readUnsigned() {
        case 0: false
        case 1: true
        default: throw .badValue(kind: "truth value")
        }
    }
    /// Reads a JSON boolean.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Bool {
        guard case .boolean(let flag) = json else {
            throw InputFailure(.wrongType, "expected true or false, found \(json.kindName)")
        }
        return flag
    }
    /// A JSON boolean.
    public func json(_ context: JSONContext) -> JSONValue { .boolean(self) }
    /// The truth value.
    public var content: FieldContent { .boolean(self) }
}

extension Int64: FieldValue {
    /// A whole number.
    public static var kind: FieldKind { .integer }
    /// A number.
    @inlinable public static var wire: WireKind { .number }
    /// Appends the number.
    @inlinable public func encode(into writer: inout ByteWriter) { writer.write(signed: self) }
    /// Reads the number.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Int64 { try reader.readSigned() }
    /// Reads a JSON number without decimals.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Int64 {
        guard case .number(let digits) = json, let value = Int64(digits) else {
            throw InputFailure(.wrongType, "expected a whole number, found \(json.kindName)")
        }
        return value
    }
    /// A JSON number.
    public func json(_ context: JSONContext) -> JSONValue { .integer(self) }
    /// The number.
    public var content: FieldContent { .number(Decimal(unscaled: Int128(self), scale: 0)) }
    /// Outside the limits.
    public func violation(of limits: Limits) -> String? {
        numberViolation(self, limits, found: String(self))
    }
}

extension BusinessDate: FieldValue {
    /// A date.
    public static var kind: FieldKind { .date }
    /// A number.
    @inlinable public static var wire: WireKind { .number }
    /// Appends the day number.
    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.write(signed: Int64(daysSinceEpoch))
    }
    /// Reads the day number.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> BusinessDate {
        guard let days = Int32(exactly: try reader.readSigned()),
            BusinessDate.dayNumbers.contains(days)
        else { throw .badValue(kind: "date") }
        return BusinessDate(daysSinceEpoch: days)
    }
    /// Reads an ISO 8601 date.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> BusinessDate {
        guard case .string(let text) = json else {
            throw InputFailure(
                .wrongType, "expected a date such as \"2026-09-30\", found \(json.kindName)")
        }
        guard let date = BusinessDate(text) else {
            throw InputFailure(
                .badValue,
                "expected a date that exists, such as 2026-09-30, found \"\(shortened(text))\"")
        }
        return date
    }
    /// An ISO 8601 date.
    public func json(_ context: JSONContext) -> JSONValue { .string(description) }
    /// The date.
    public var content: FieldContent { .date(self) }
}

extension Instant: FieldValue {
    /// A point of time.
    public static var kind: FieldKind { .instant }
    /// A number.
    @inlinable public static var wire: WireKind { .number }
    /// Appends the microseconds.
    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.write(signed: microsecondsSinceEpoch)
    }
    /// Reads the microseconds.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Instant {
        Instant(microsecondsSinceEpoch: try reader.readSigned())
    }
    /// Reads an ISO 8601 time in UTC.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Instant {
        guard case .string(let text) = json else {
            throw InputFailure(.wrongType, "expected a time, found \(json.kindName)")
        }
        guard let instant = Instant(text) else {
            throw InputFailure(
                .badValue,
                "expected a time such as 2026-09-30T12:00:00Z, found \"\(shortened(text))\"")
        }
        return instant
    }
    /// An ISO 8601 time.
    public func json(_ context: JSONContext) -> JSONValue { .string(description) }
    /// The time.
    public var content: FieldContent { .instant(self) }
}

extension Identifier: FieldValue {
    /// The name of a thing.
    public static var kind: FieldKind { .identifier(subject: Subject.subjectName) }
    /// A length and the bytes.
    @inlinable public static var wire: WireKind { .bytes }
    /// Appends the text.
    @inlinable public func encode(into writer: inout ByteWriter) { writer.write(text: text) }
    /// Reads the text; it was checked when it was written.
    @inlinable
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Identifier { Identifier(trusted: try reader.readText()) }
    /// Reads a JSON string that keeps the rules of identifiers.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Identifier {
        guard case .string(let text) = json else {
            throw InputFailure(
                .wrongType, "expected the id of a \(Subject.subjectName), found \(json.kindName)")
        }
        guard let identifier = Identifier(text) else {
            throw InputFailure(.badValue, "expected \(IdentifierRules.expectation)")
        }
        return identifier
    }
    /// A JSON string.
    public func json(_ context: JSONContext) -> JSONValue { .string(text) }
    /// The text.
    public var content: FieldContent { .text(text) }
    /// The thing named.
    @inlinable
    public func collectReferences(as qualifier: String, into references: inout [ObjectReference]) {
        let reference = ObjectReference(
            type: Subject.subjectName, id: text, qualifier: qualifier)
        if !references.contains(reference) { references.append(reference) }
    }
}

/// Bytes in a field.
public struct Blob: FieldValue, Hashable {
    /// The bytes.
    public let bytes: [UInt8]
    /// A field's bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    /// Bytes.
    public static var kind: FieldKind { .bytes }
    /// A length and the bytes.
    @inlinable public static var wire: WireKind { .bytes }
    /// Appends the bytes.
    public func encode(into writer: inout ByteWriter) {
        writer.write(unsigned: UInt64(bytes.count))
        writer.bytes.append(contentsOf: bytes)
    }
    /// Reads the bytes.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> Blob { Blob(try reader.readBytes()) }
    /// Reads base64.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> Blob {
        guard case .string(let text) = json else {
            throw InputFailure(.wrongType, "expected bytes in base64, found \(json.kindName)")
        }
        guard let data = Data(base64Encoded: text) else {
            throw InputFailure(.badValue, "expected bytes in base64")
        }
        return Blob(Array(data))
    }
    /// Base64.
    public func json(_ context: JSONContext) -> JSONValue {
        .string(Data(bytes).base64EncodedString())
    }
    /// The base64 text.
    public var content: FieldContent { .text(Data(bytes).base64EncodedString()) }
    /// Too few or too many bytes.
    public func violation(of limits: Limits) -> String? {
        (limits.countMin...limits.countMax).contains(bytes.count)
            ? nil
            : "expected \(limits.countMin) to \(limits.countMax) bytes, found \(bytes.count)"
    }
}

extension JSONValue: FieldValue {
    /// Any JSON value.
    public static var kind: FieldKind { .json }
    /// A text with its length.
    @inlinable public static var wire: WireKind { .bytes }
    /// Appends the JSON text.
    public func encode(into writer: inout ByteWriter) { writer.write(text: description) }
    /// Reads the JSON text.
    public static func decode(
        from reader: inout ByteReader, wire: WireKind
    ) throws(CodecFailure) -> JSONValue {
        let text = try reader.readText()
        guard let value = try? JSONValue.parse(text) else { throw .badValue(kind: "JSON") }
        return value
    }
    /// The value itself.
    public static func read(
        _ json: JSONValue, _ context: JSONContext
    ) throws(InputFailure) -> JSONValue { json }
    /// The value itself.
    public func json(_ context: JSONContext) -> JSONValue { self }
    /// The value as rules see it.
    public var content: FieldContent {
        switch self {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .number(let digits): Decimal(digits).map(FieldContent.number) ?? .text(digits)
        case .string(let text): .text(text)
        case .array(let elements): .list(elements.map(\.content))
        case .object(let members):
            .record(RecordContent(members.map { NamedContent($0.name, $0.value.content) }))
        }
    }
}
