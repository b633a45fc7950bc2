/// A JSON text as a tree; numbers keep their digits, objects keep their order.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number as it was written, so that no digit is lost.
    case number(String)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object; names are unique.
    case object([JSONMember])

    /// The value of a member of an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// An object from name and value pairs; a nil value leaves the member out.
    public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }

    /// A whole number.
    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// The text of a string, nil for anything else.
    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The whole number of a number without decimals, nil for anything else.
    public var integerValue: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    /// The elements of a list, nil for anything else.
    public var arrayValue: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object, nil for anything else.
    public var objectMembers: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Whether it is `null`.
    public var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// What kind of value it is, for messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number(let digits): "the number \(shortened(digits))"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// One member of a JSON object.
public struct JSONMember: Sendable, Hashable {
    /// The member's name.
    public let name: String
    /// The member's value.
    public let value: JSONValue

    /// A member from its parts.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// Why a text is not the JSON that was expected.
public struct JSONFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where reading stopped, in bytes from the start.
    public let byteOffset: Int
    /// What was wrong, in words.
    public let reason: String

    /// The place and the reason.
    public var description: String { "\(reason) at byte \(byteOffset)" }
}

/// Limits of JSON that comes from outside.
public struct JSONLimits: Sendable {
    /// How deep lists and objects may nest.
    public var depthMax: Int

    /// Limits with the protocol's defaults.
    public init(depthMax: Int = 32) { self.depthMax = depthMax }
}

extension JSONValue {
    /// Reads one JSON text that fills all the bytes (RFC 8259); repeated names are refused.
    public static func parse(
        _ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONFailure) -> JSONValue {
        let attempt = bytes.withContiguousStorageIfAvailable { parsed($0, limits: limits) }
        if let attempt { return try attempt.get() }
        return try Array(bytes).withUnsafeBufferPointer { parsed($0, limits: limits) }.get()
    }

    private static func parsed(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits
    ) -> Result<JSONValue, JSONFailure> {
        var parser = JSONParser(bytes: bytes, limits: limits)
        do throws(JSONFailure) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }

    /// Reads one JSON text.
    public static func parse(_ text: String) throws(JSONFailure) -> JSONValue {
        try parse(text.utf8)
    }
}
