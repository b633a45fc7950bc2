// Camunda's functions between FEEL values and JSON texts (RFC 8259).
//
// Source: Camunda 8 documentation, "Conversion functions".
extension Builtins {
    static let jsonFunctions: [Builtin] = [
        Builtin("from json", [["value"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]), machine.spend(text.utf8.count / 8) else {
                return .null
            }
            var reader = JSONReader(text, nestingMaximum: machine.limits.valueNestingMaximum)
            do throws(JSONSyntaxFailure) {
                return try reader.read()
            } catch {
                return machine.fail(
                    "the text is no JSON: \(error.message) at byte \(error.place + 1)")
            }
        },
        Builtin("to json", [["value"]]) { arguments, machine in
            var writer = JSONWriter(bytesMaximum: machine.limits.textBytesMaximum)
            writer.write(arguments[0])
            guard machine.spend(writer.text.utf8.count / 16) else { return .null }
            if let strange = writer.strange {
                return machine.fail("\(strange) cannot be written as JSON")
            }
            if writer.isCut { return machine.fail("the text would be longer than its limit") }
            return .text(writer.text)
        },
    ]
}

/// Why a text is no JSON.
struct JSONSyntaxFailure: Error {
    let message: String
    /// The byte, counted from 0.
    let place: Int
}

/// Reads one JSON value; numbers keep their digits.
private struct JSONReader {
    private let bytes: [UInt8]
    private var index = 0
    private var nesting = 0
    private let nestingMaximum: Int

    init(_ text: String, nestingMaximum: Int) {
        bytes = Array(text.utf8)
        self.nestingMaximum = nestingMaximum
    }

    mutating func read() throws(JSONSyntaxFailure) -> Value {
        let value = try readValue()
        skipSpace()
        guard index == bytes.count else { throw failure("expected the end") }
        return value
    }

    private func failure(_ message: String) -> JSONSyntaxFailure {
        JSONSyntaxFailure(message: message, place: index)
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func accept(_ byte: Character) -> Bool {
        skipSpace()
        guard current == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func readValue() throws(JSONSyntaxFailure) -> Value {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"):
            return try nested { (reader) throws(JSONSyntaxFailure) in
                try reader.readObject()
            }
        case UInt8(ascii: "["):
            return try nested { (reader) throws(JSONSyntaxFailure) in
                try reader.readArray()
            }
        case UInt8(ascii: "\""): return .text(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .boolean(true))
        case UInt8(ascii: "f"): return try readWord("false", .boolean(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONSyntaxFailure) -> Value
    ) throws(JSONSyntaxFailure) -> Value {
        guard nesting < nestingMaximum else {
            throw failure("lists and objects are nested deeper than \(nestingMaximum)")
        }
        nesting += 1
        index += 1
        defer { nesting -= 1 }
        return try read(&self)
    }

    private mutating func readObject() throws(JSONSyntaxFailure) -> Value {
        var names: [String] = []
        var values: [String: Value] = [:]
        if accept("}") { return .context(.empty) }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
            let name = try readString()
            guard accept(":") else { throw failure("expected ':'") }
            let value = try readValue()
            // Of two members of one name the last counts.
            if values.updateValue(value, forKey: name) == nil { names.append(name) }
        } while accept(",")
        guard accept("}") else { throw failure("expected ',' or '}'") }
        return .context(Context(names.map { ($0, values[$0] ?? .null) }))
    }

    private mutating func readArray() throws(JSONSyntaxFailure) -> Value {
        var items: [Value] = []
        if accept("]") { return .list([]) }
        repeat { items.append(try readValue()) } while accept(",")
        guard accept("]") else { throw failure("expected ',' or ']'") }
        return .list(items)
    }

    private mutating func readWord(
        _ word: String, _ value: Value
    ) throws(JSONSyntaxFailure) -> Value {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("expected a value") }
        index += word.utf8.count
        return value
    }

    private mutating func readNumber() throws(JSONSyntaxFailure) -> Value {
        let start = index
        func digits(_ reader: inout JSONReader) -> Int {
            let first = reader.index
            while let byte = reader.current, (0x30...0x39).contains(byte) { reader.index += 1 }
            return reader.index - first
        }
        if current == UInt8(ascii: "-") { index += 1 }
        let leading = current
        let whole = digits(&self)
        guard whole > 0, leading != UInt8(ascii: "0") || whole == 1 else {
            throw failure("expected a value")
        }
        if current == UInt8(ascii: ".") {
            index += 1
            guard digits(&self) > 0 else { throw failure("expected digits after the point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            guard digits(&self) > 0 else { throw failure("expected the digits of the exponent") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let number = Decimal34(text: text) else { throw failure("the number is too large") }
        return .number(number)
    }

    private mutating func readString() throws(JSONSyntaxFailure) -> String {
        index += 1
        var read: [UInt8] = []
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a control character must be escaped") }
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                read.append(byte)
                continue
            }
            read += try readEscape().utf8
        }
        guard current != nil else { throw failure("expected '\"' to end the text") }
        index += 1
        return String(decoding: read, as: UTF8.self)
    }

    private mutating func readEscape() throws(JSONSyntaxFailure) -> String {
        guard let byte = current else { throw failure("expected a character after '\\'") }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return String(UnicodeScalar(byte))
        case UInt8(ascii: "u"):
            let first = try readUnit()
            guard UTF16.isLeadSurrogate(first) else {
                guard let scalar = Unicode.Scalar(first) else {
                    throw failure("the escape is no character")
                }
                return String(scalar)
            }
            guard current == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "u")
            else { throw failure("the escape is half a character") }
            index += 2
            let second = try readUnit()
            guard UTF16.isTrailSurrogate(second) else {
                throw failure("the escape is half a character")
            }
            return String(decoding: [first, second], as: UTF16.self)
        default: throw failure("there is no such escape")
        }
    }

    private mutating func readUnit() throws(JSONSyntaxFailure) -> UInt16 {
        guard index + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
            bytes[index] != UInt8(ascii: "+")
        else { throw failure("expected 4 hexadecimal digits") }
        index += 4
        return unit
    }
}

/// Writes a value as JSON without spaces, up to a size.
private struct JSONWriter {
    private(set) var text = ""
    private(set) var isCut = false
    /// The type of a value that JSON has nothing for.
    private(set) var strange: String?
    private var room: Int

    init(bytesMaximum: Int) { room = bytesMaximum }

    private mutating func add(_ part: String) {
        room -= part.utf8.count
        guard room >= 0 else {
            isCut = true
            return
        }
        text += part
    }

    mutating func write(_ value: Value) {
        guard !isCut, strange == nil else { return }
        switch value {
        case .null: add("null")
        case .boolean(let value): add(value ? "true" : "false")
        case .number(let value): add(value.description)
        case .text(let value): quote(value)
        case .date(let value): quote(value.description)
        case .time(let value): quote(value.description)
        case .dateAndTime(let value): quote(Self.text(of: value))
        case .yearsAndMonths(let value): quote(value.description)
        case .daysAndTime(let value): quote(value.description)
        case .list(let items):
            add("[")
            for (place, item) in items.enumerated() where !isCut {
                if place > 0 { add(",") }
                write(item)
            }
            add("]")
        case .context(let context):
            add("{")
            for (place, entry) in context.entries.enumerated() where !isCut {
                if place > 0 { add(",") }
                quote(entry.name)
                add(":")
                write(entry.value)
            }
            add("}")
        case .range, .function: strange = value.typeName
        }
    }

    /// A region stands behind the distance from UTC that it has at the moment.
    private static func text(of moment: DateAndTime) -> String {
        guard case .region(let region)? = moment.zone, let offset = moment.offsetSeconds,
            let time = TimeOfDay(
                hour: moment.time.hour, minute: moment.time.minute, second: moment.time.second,
                nanosecond: Int(moment.time.nanoseconds % TimeOfDay.nanosecondsPerSecond),
                zone: .offset(Int32(offset)))
        else { return moment.description }
        return "\(DateAndTime(date: moment.date, time: time))[\(region.name)]"
    }

    private mutating func quote(_ value: String) {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        add(quoted + "\"")
    }
}
