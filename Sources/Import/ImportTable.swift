internal import FEEL
internal import Records

/// One row of a file, its columns typed, mended and assumed.
struct TableRow: Sendable {
    /// The line on which it begins.
    let line: Int
    /// The columns by name.
    let columns: Context
    /// Why the row cannot be used.
    let fault: String?
}

/// A file of the import, read whole.
struct ImportTable: Sendable {
    let rule: FileRule
    let columns: [String]
    let rows: [TableRow]
    /// Rows by the file's key.
    let byKey: [String: Int]
    /// What was mended and assumed, by rule.
    let notes: [ImportNote]
}

/// Something that the import did to rows of its own accord, and how often.
package struct ImportNote: Equatable, Sendable {
    /// What it did.
    package enum Kind: String, Sendable {
        /// A value that is known to be wrong was replaced.
        case mended
        /// A value that is not there was assumed.
        case assumed
    }

    /// What it did.
    package let kind: Kind
    /// The file.
    package let file: String
    /// What was replaced by what, or assumed and why.
    package let what: String
    /// In how many rows.
    package let rows: Int
}

/// Reads the files of an import.
struct TableReader {
    let mappingFile: String
    let folder: String
    let limits: CSVLimits
    let values: Context

    /// Reads a file: checks its header against the mapping, then types every row.
    func read(_ rule: FileRule) throws -> ImportTable {
        let name = rule.file
        var reader = try CSVReader(path: "\(folder)/\(name)", name: name, limits: limits)
        guard let header = try reader.next() else {
            throw CSVFailure(file: name, line: 1, reason: "expected a row with column names")
        }
        try checkHeader(header, rule)
        let shape = try shape(header.fields, rule)
        var rows: [TableRow] = []
        var byKey: [String: Int] = [:]
        var counts = NoteCounts()
        let key = rule.key.flatMap { header.fields.firstIndex(of: $0) }
        while let row = try reader.next() {
            let typed = shape.row(row, &counts)
            if let key, typed.fault == nil, let name = typed.columns.values[key].plainText {
                guard byKey.updateValue(rows.count, forKey: name) == nil else {
                    throw CSVFailure(
                        file: rule.file, line: row.line,
                        reason: "the key \"\(name)\" stands twice; a key names one row")
                }
            }
            rows.append(typed)
        }
        return ImportTable(
            rule: rule, columns: header.fields, rows: rows, byKey: byKey,
            notes: shape.notes(counts))
    }

    private func checkHeader(_ header: CSVRow, _ rule: FileRule) throws {
        var seen: Set<String> = []
        for name in header.fields {
            guard !name.isEmpty, seen.insert(name).inserted else {
                throw CSVFailure(
                    file: rule.file, line: header.line,
                    reason: "expected column names that differ, found \"\(name)\"")
            }
        }
        let used =
            rule.columns.map { ($0.column, $0.place) } + rule.mends.map { ($0.column, $0.place) }
            + rule.assumptions.map { ($0.column, $0.place) }
            + [rule.key.map { ($0, rule.keyPlace ?? rule.place) }].compactMap { $0 }
        for (name, place) in used where !seen.contains(name) {
            throw MappingFailure(
                file: mappingFile, place: place,
                message:
                    "\(rule.file) has no column \"\(name)\"\(MappingReader.hint(name, header.fields))"
            )
        }
    }

    private func shape(_ columns: [String], _ rule: FileRule) throws -> TableShape {
        let known = KnownColumns(variables: Set(columns).union(values.names))
        let compiler = ValueCompiler(file: mappingFile, known: known)
        let assumed = try rule.assumptions.map {
            TableShape.Assumption(
                column: columns.firstIndex(of: $0.column) ?? 0,
                value: try compiler.compile($0.value),
                reason: $0.reason)
        }
        return TableShape(
            file: rule.file, columns: columns,
            types: columns.map { name in
                rule.columns.first { $0.column == name }?.type ?? .text
            },
            mends: rule.mends.map { mend in
                TableShape.Mend(
                    column: columns.firstIndex(of: mend.column) ?? 0,
                    replacements: Dictionary(
                        mend.replacements.map { ($0.wrong, $0.right) }, uniquingKeysWith: { $1 }))
            },
            assumptions: assumed, values: values)
    }
}

/// How often each rule was used.
struct NoteCounts {
    /// By rule and wrong value.
    var mended: [Int: [String: Int]] = [:]
    var assumed: [Int: Int] = [:]
}

/// What the rows of a file look like.
struct TableShape {
    struct Mend {
        let column: Int
        let replacements: [String: String]
    }

    struct Assumption {
        let column: Int
        let value: CompiledValue
        let reason: String
    }

    let file: String
    let columns: [String]
    let types: [ColumnType]
    let mends: [Mend]
    let assumptions: [Assumption]
    let values: Context

    func row(_ row: CSVRow, _ counts: inout NoteCounts) -> TableRow {
        guard row.fields.count == columns.count else {
            return faulty(
                row, "expected \(columns.count) columns as in the header, found \(row.fields.count)"
            )
        }
        var fields = row.fields
        for (place, mend) in mends.enumerated() {
            guard let right = mend.replacements[fields[mend.column]] else { continue }
            counts.mended[place, default: [:]][fields[mend.column], default: 0] += 1
            fields[mend.column] = right
        }
        var typed: [Value] = []
        for (place, field) in fields.enumerated() {
            guard let value = Self.value(field, types[place]) else {
                return faulty(
                    row,
                    "\(columns[place]): expected \(Self.expectation(types[place])), found \"\(field.prefix(60))\""
                )
            }
            typed.append(value)
        }
        for (place, assumption) in assumptions.enumerated()
        where typed[assumption.column].isNull {
            let scope = RowScope(layers: [Context(Array(zip(columns, typed))), values])
            do throws(RowFailure) {
                typed[assumption.column] = try Self.typed(
                    assumption.value.evaluate(scope), types[assumption.column])
            } catch {
                return faulty(row, "\(columns[assumption.column]): \(error.reason)")
            }
            counts.assumed[place, default: 0] += 1
        }
        return TableRow(line: row.line, columns: Context(Array(zip(columns, typed))), fault: nil)
    }

    private func faulty(_ row: CSVRow, _ reason: String) -> TableRow {
        // What can be read of it still finds the rows that depend on it, so that they are refused.
        let texts = row.fields.prefix(columns.count).map { Value.text($0) }
        return TableRow(
            line: row.line, columns: Context(Array(zip(columns, texts))), fault: reason)
    }

    private static func typed(
        _ value: Value, _ type: ColumnType
    ) throws(RowFailure) -> Value {
        guard let text = value.plainText else { return value }
        guard let typed = self.value(text, type) else {
            throw RowFailure(reason: "expected \(expectation(type)), found \"\(text)\"")
        }
        return typed
    }

    /// Reads a field; an empty one is null.
    static func value(_ field: String, _ type: ColumnType) -> Value? {
        if field.isEmpty { return .null }
        switch type {
        case .text: return .text(field)
        case .number:
            // More digits than a FEEL number holds would be rounded, and nothing here is rounded
            // unless an expression says so.
            guard field.utf8.count(where: { (48...57).contains($0) }) <= 34 else { return nil }
            return Decimal34(text: field).map(Value.number)
        case .date:
            guard let date = BusinessDate(field) else { return nil }
            let (year, month, day) = date.parts
            return CalendarDate(year: year, month: month, day: day).map(Value.date)
        case .boolean:
            switch field {
            case "true", "1": return .boolean(true)
            case "false", "0": return .boolean(false)
            default: return nil
            }
        }
    }

    private static func expectation(_ type: ColumnType) -> String {
        switch type {
        case .text: "a text"
        case .number: "a decimal number of at most 34 digits such as 12.50"
        case .date: "a date that exists, such as 1996-07-04"
        case .boolean: "true, false, 1 or 0"
        }
    }

    func notes(_ counts: NoteCounts) -> [ImportNote] {
        var notes: [ImportNote] = []
        for (place, mend) in mends.enumerated() {
            for (wrong, rows) in (counts.mended[place] ?? [:]).sorted(by: { $0.key < $1.key }) {
                notes.append(
                    ImportNote(
                        kind: .mended, file: file,
                        what:
                            "\(columns[mend.column]) \"\(wrong)\" means \"\(mend.replacements[wrong] ?? "")\"",
                        rows: rows))
            }
        }
        for (place, assumption) in assumptions.enumerated() {
            guard let rows = counts.assumed[place] else { continue }
            notes.append(
                ImportNote(
                    kind: .assumed, file: file,
                    what: "\(columns[assumption.column]): \(assumption.reason)", rows: rows))
        }
        return notes
    }
}
