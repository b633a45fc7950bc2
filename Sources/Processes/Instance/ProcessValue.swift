/// A value that a process keeps: what FEEL yields, without functions and ranges.
///
/// Numbers are exact. A whole number that fits 64 bits is always `integer`; every other number is
/// `decimal` with its canonical decimal text, so equal numbers are equal values.
package enum ProcessValue: Sendable, Hashable {
    /// What kind of date or time a text stands for.
    package enum Temporal: UInt8, Sendable, Hashable {
        case date = 0
        case time = 1
        case dateTime = 2
        case duration = 3
    }

    case null
    case boolean(Bool)
    case integer(Int64)
    case decimal(String)
    case text(String)
    /// A date, time or duration as ISO 8601 text.
    case temporal(Temporal, String)
    case list([ProcessValue])
    /// Fields in the order in which they were set.
    case context([ProcessField])

    /// The value of a context's field; nil when it is no context or has no such field.
    package subscript(name: String) -> ProcessValue? {
        guard case .context(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The text, when the value is one.
    package var asText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The value as JSON text; dates, times, durations and exact decimals are JSON strings.
    package var json: String {
        var text = ""
        writeJSON(into: &text)
        return text
    }

    private func writeJSON(into text: inout String) {
        switch self {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .decimal(let digits): Self.writeJSON(digits, into: &text)
        case .text(let content): Self.writeJSON(content, into: &text)
        case .temporal(_, let content): Self.writeJSON(content, into: &text)
        case .list(let items):
            text += "["
            for (place, item) in items.enumerated() {
                if place > 0 { text += "," }
                item.writeJSON(into: &text)
            }
            text += "]"
        case .context(let fields):
            text += "{"
            for (place, field) in fields.enumerated() {
                if place > 0 { text += "," }
                Self.writeJSON(field.name, into: &text)
                text += ":"
                field.value.writeJSON(into: &text)
            }
            text += "}"
        }
    }

    static func writeJSON(_ content: String, into text: inout String) {
        text += "\""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// A named value: a variable, or a field of a context.
package struct ProcessField: Sendable, Hashable {
    package var name: String
    package var value: ProcessValue

    package init(_ name: String, _ value: ProcessValue) {
        self.name = name
        self.value = value
    }
}

extension [ProcessField] {
    /// The value of the field with this name.
    package func value(of name: String) -> ProcessValue? {
        first { $0.name == name }?.value
    }

    /// Sets a field in place, or appends it.
    package mutating func set(_ name: String, _ value: ProcessValue) {
        if let place = firstIndex(where: { $0.name == name }) {
            self[place].value = value
        } else {
            append(ProcessField(name, value))
        }
    }
}
