extension Value {
    /// The text of a value for people and logs: FEEL's `string()`, with texts in quotes.
    package var literalText: String {
        var writer = TextWriter(bytesMaximum: 65_536)
        writer.write(self, isNested: true)
        return writer.text
    }
}

/// Writes values as FEEL's `string()` does, up to a size.
///
/// - Source: DMN 1.5, 10.3.4.1 and 10.3.2.13 (canonical texts).
struct TextWriter {
    private(set) var text = ""
    /// Whether the limit was met and the text is cut.
    private(set) var isCut = false
    private let bytesMaximum: Int
    private var room: Int

    init(bytesMaximum: Int) {
        self.bytesMaximum = bytesMaximum
        room = bytesMaximum
    }

    private mutating func add(_ part: String) {
        room -= part.utf8.count
        guard room >= 0 else {
            isCut = true
            return
        }
        text += part
    }

    mutating func write(_ value: Value, isNested: Bool) {
        guard !isCut else { return }
        switch value {
        case .null: add("null")
        case .boolean(let value): add(value ? "true" : "false")
        case .number(let value): add(value.description)
        case .text(let value): isNested ? writeQuoted(value) : add(value)
        case .date(let value): add(value.description)
        case .time(let value): add(value.description)
        case .dateAndTime(let value): add(value.description)
        case .yearsAndMonths(let value): add(value.description)
        case .daysAndTime(let value): add(value.description)
        case .list(let items):
            add("[")
            for (place, item) in items.enumerated() where !isCut {
                if place > 0 { add(", ") }
                write(item, isNested: true)
            }
            add("]")
        case .context(let context): writeContext(context)
        case .range(let range): writeRange(range)
        case .function(let function):
            add("function(" + function.parameters.map(\.name).joined(separator: ", ") + ")")
        }
    }

    private mutating func writeQuoted(_ value: String) {
        add("\"")
        if value.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            var escaped = ""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { escaped += "\\" }
                escaped.unicodeScalars.append(scalar)
            }
            add(escaped)
        } else {
            add(value)
        }
        add("\"")
    }

    private mutating func writeContext(_ context: Context) {
        add("{")
        for (place, entry) in context.entries.enumerated() where !isCut {
            if place > 0 { add(", ") }
            if NameRules.isPlainName(entry.name) {
                add(entry.name)
            } else {
                writeQuoted(entry.name)
            }
            add(": ")
            write(entry.value, isNested: true)
        }
        add("}")
    }

    private mutating func writeRange(_ range: ValueRange) {
        switch (range.start, range.end) {
        case (let start?, nil):
            add(range.startIncluded ? "(>=" : "(>")
            write(start, isNested: true)
            add(")")
        case (nil, let end?):
            add(range.endIncluded ? "(<=" : "(<")
            write(end, isNested: true)
            add(")")
        default:
            add(range.startIncluded ? "[" : "(")
            write(range.start ?? .null, isNested: true)
            add("..")
            write(range.end ?? .null, isNested: true)
            add(range.endIncluded ? "]" : ")")
        }
    }
}
