/// A recursive reader; its depth is bounded by ``JSONLimits``.
///
/// Lives inside the closure that lends it the bytes.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var index = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
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
        let matches = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard matches else { throw failure("expected a JSON value") }
        index += word.utf8CodeUnitCount
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
        members.reserveCapacity(4)
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
                throw JSONFailure(
                    byteOffset: nameStart, reason: "the name \"\(shortened(name))\" is repeated")
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
