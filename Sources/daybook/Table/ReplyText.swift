internal import Records

/// A column of a reply as the daemon describes it.
struct ReplyColumn: Equatable {
    let name: String
    let kind: String

    /// The kinds that stand to the right.
    private static let numberKinds: Set<String> = [
        "integer", "decimal", "money", "quantity", "unit-price", "rate",
    ]

    var isNumber: Bool { Self.numberKinds.contains(kind) }

    /// `dueDate` as `due date`.
    var title: String {
        var words = ""
        for character in name {
            if character.isUppercase { words += " " }
            words += character.lowercased()
        }
        return words
    }
}

/// The answer to a question as text for people.
struct ReplyText {
    private let rows: [JSONValue]
    private let isDescribed: Bool
    private let columns: [ReplyColumn]
    private let totals: [JSONMember]
    private let notes: [String]
    private let parked: [JSONValue]

    init(_ body: JSONValue) {
        // An answer without rows is one thing by itself.
        rows = body["rows"]?.arrayValue ?? (body == .object([]) ? [] : [body])
        isDescribed = body["columns"] != nil
        totals = body["totals"]?.objectMembers ?? []
        notes = (body["notes"]?.arrayValue ?? []).map { $0.stringValue ?? $0.description }
        parked = body["parked"]?.arrayValue ?? []
        columns = Self.columns(body["columns"]?.arrayValue, rows)
    }

    /// The described columns, or what the rows have.
    private static func columns(_ described: [JSONValue]?, _ rows: [JSONValue]) -> [ReplyColumn] {
        if let described {
            return described.compactMap { column in
                column["name"]?.stringValue.map {
                    ReplyColumn(name: $0, kind: column["kind"]?.stringValue ?? "text")
                }
            }
        }
        var columns: [ReplyColumn] = []
        for member in rows.flatMap({ $0.objectMembers ?? [] })
        where !columns.contains(where: { $0.name == member.name }) {
            columns.append(ReplyColumn(name: member.name, kind: kind(of: member.value)))
        }
        return columns
    }

    private static func kind(of value: JSONValue) -> String {
        switch value {
        case .number: "integer"
        case .array, .object: "json"
        case .string(let text): isAmount(text) ? "decimal" : "text"
        default: "text"
        }
    }

    /// Whether a text is a decimal, with or without a unit: `14.00`, `14.00 EUR`.
    private static func isAmount(_ text: String) -> Bool {
        let number = text.split(separator: " ", maxSplits: 1).first ?? ""
        let digits = number.first == "-" ? number.dropFirst() : number
        return digits.contains(".")
            && digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    }

    /// The whole answer.
    func lines() -> [String] {
        var lines: [String] = []
        if rows.isEmpty {
            lines.append("(no rows)")
        } else if isSheet {
            for (index, row) in rows.enumerated() {
                if index > 0 { lines.append("") }
                lines += Self.record(row, columns)
            }
        } else {
            lines += table().lines()
        }
        for key in parked {
            let stream = key["stream"]?.stringValue ?? "?"
            lines.append(
                "passed over: \(SafeText.line(stream)): \(SafeText.line(key["reason"]?.stringValue ?? "?"))"
            )
        }
        return lines + notes.map { "note: \(SafeText.line($0))" }
    }

    /// Whether rows hold lists that are tables of their own: one thing, or things of no kind known.
    private var isSheet: Bool {
        guard rows.count == 1 || !isDescribed else { return false }
        return rows.contains { row in
            columns.contains { row[$0.name].map(Self.isTable) ?? false }
        }
    }

    private func table() -> TextTable {
        // A column that no row fills says nothing.
        let used = columns.filter { column in
            rows.contains { $0[column.name] != nil } || totals.contains { $0.name == column.name }
        }
        var table = TextTable(used.map { TextTable.Column($0.title, isNumber: $0.isNumber) })
        table.rows = rows.map { row in used.map { Self.cell(row[$0.name]) } }
        if !totals.isEmpty {
            var foot = used.map { column in
                Self.cell(totals.first { $0.name == column.name }?.value)
            }
            if let first = foot.first, first.isEmpty { foot[0] = "total" }
            table.totals = foot
        }
        return table
    }

    /// One row with what is in it, each list as a table of its own.
    static func record(_ row: JSONValue, _ columns: [ReplyColumn]) -> [String] {
        let flat = columns.filter { column in
            row[column.name].map { !isTable($0) } ?? false
        }
        let width = flat.map { WidthTable.columns($0.title) }.max() ?? 0
        var lines = flat.map { column in
            let blanks = String(
                repeating: " ", count: width - WidthTable.columns(column.title))
            return "\(column.title)\(blanks)  \(SafeText.line(cell(row[column.name])))"
        }
        for column in columns {
            guard let value = row[column.name], isTable(value) else { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append(column.title.uppercased())
            lines += ReplyText(.object(["rows": value])).lines()
        }
        return lines
    }

    private static func isTable(_ value: JSONValue) -> Bool {
        guard let elements = value.arrayValue, let first = elements.first else { return false }
        return first.objectMembers != nil
    }

    /// A value in one cell.
    static func cell(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .number(let digits): digits
        case .boolean(let flag): flag ? "yes" : "no"
        case .array(let elements):
            elements.contains { $0.objectMembers != nil }
                ? "\(elements.count) \(elements.count == 1 ? "entry" : "entries")"
                : elements.map { cell($0) }.joined(separator: ", ")
        case .object(let members):
            members.map { "\($0.name)=\(cell($0.value))" }.joined(separator: " ")
        }
    }
}
