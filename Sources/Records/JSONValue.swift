/// A JSON text as a tree; numbers keep their digits, objects keep their order.
public indirect enum JSONValue: Sendable, Hashable {
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

    /// What kind of value it is, for messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number(let digits): "the number \(digits)"
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
        var parser = JSONParser(bytes: Array(bytes), limits: limits)
        return try parser.document()
    }

    /// Reads one JSON text.
    public static func parse(_ text: String) throws(JSONFailure) -> JSONValue {
        try parse(Array(text.utf8))
    }
}

/// A recursive reader; its depth is bounded by ``JSONLimits``.
struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var index = 0
    var depth = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONFailure) -> JSONValue {
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw failure("expected the end of the JSON text") }
        return value
    }

    func failure(_ reason: String) -> JSONFailure {
        JSONFailure(byteOffset: index, reason: reason)
    }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    mutating func value() throws(JSONFailure) -> JSONValue {
        skipSpace()
        guard index < bytes.count else { throw failure("expected a JSON value, found the end") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONFailure) -> JSONValue {
        let expected = word.withUTF8Buffer { Array($0) }
        guard bytes[index...].starts(with: expected) else {
            throw failure("expected a JSON value")
        }
        index += expected.count
        return value
    }

    private mutating func enter() throws(JSONFailure) {
        depth += 1
        guard depth <= limits.depthMax else {
            throw failure("expected at most \(limits.depthMax) levels of nesting, found more")
        }
        index += 1
        skipSpace()
    }

    private mutating func object() throws(JSONFailure) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONMember] = []
        var names: Set<String> = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw failure("expected a name in double quotes")
            }
            let nameStart = index
            let name = try string()
            // A set only pays off beyond a handful of names.
            let isRepeated =
                members.count < 8
                ? members.contains { $0.name == name } : !names.insert(name).inserted
            if isRepeated {
                throw JSONFailure(byteOffset: nameStart, reason: "the name \"\(name)\" is repeated")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':' after a name") }
            members.append(JSONMember(name, try value()))
            if members.count == 8 { names = Set(members.map(\.name)) }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw failure("expected ',' or '}' in an object")
        }
    }

    private mutating func array() throws(JSONFailure) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(elements) }
            throw failure("expected ',' or ']' in a list")
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func number() throws(JSONFailure) -> String {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let wholeStart = index
        let wholeDigits = digits()
        let isPadded = wholeDigits > 1 && bytes[wholeStart] == UInt8(ascii: "0")
        guard wholeDigits > 0, !isPadded else {
            index = start
            throw failure("expected a JSON value")
        }
        if take(UInt8(ascii: ".")), digits() == 0 {
            throw failure("expected digits after the decimal point")
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure("expected digits in the exponent") }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
            index += 1
        }
        return index - start
    }
}
