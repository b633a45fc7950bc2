internal import ArgumentParser
internal import Client
internal import Records

/// `daybook describe`.
struct DescribeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Explains a command, a question or an event; without a name lists them.")

    @Argument(
        help: "What to explain, sales.place-order.",
        completion: .custom { _, _, _ in Names.completion { $0.commands + $0.queries + $0.events } }
    )
    var name: String?

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        guard let name else {
            let body = try connection.require(RequestLine.text("help"))
            if daemon.json { return console.print(body.description) }
            for line in Self.overview(Names(help: body)) {
                console.print(SafeText.cut(line, to: console.width))
            }
            return
        }
        let body = try connection.require(RequestLine.text("describe", name))
        if daemon.json {
            console.print((body["schema"] ?? body).description)
        } else {
            for line in DescriptionText(body).lines() { console.print(line) }
        }
    }

    private static func overview(_ names: Names) -> [String] {
        var lines: [String] = []
        for (title, entries) in [
            ("COMMANDS (daybook do NAME)", names.commands),
            ("QUESTIONS (daybook query NAME)", names.queries), ("VERBS", names.verbs),
            ("EVENTS (daybook subscribe --type NAME)", names.events),
        ] where !entries.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append(title)
            let width = entries.map(\.name.count).max() ?? 0
            for entry in entries {
                let blanks = String(repeating: " ", count: width - entry.name.count)
                lines.append(SafeText.line("  \(entry.name)\(blanks)  \(entry.meaning)"))
            }
        }
        return lines
    }
}

/// A description for people: fields with kinds and limits, roles, refusals, columns.
struct DescriptionText {
    private let body: JSONValue

    init(_ body: JSONValue) { self.body = body }

    func lines() -> [String] {
        let kind = body["kind"]?.stringValue ?? "record"
        var lines = ["\(body["name"]?.stringValue ?? "?") (\(kind))"]
        if let meaning = body["doc"]?.stringValue, !meaning.isEmpty { lines.append(meaning) }
        var fields = TextTable([.init("field"), .init("kind"), .init("limits"), .init("meaning")])
        Self.collect(body["schema"] ?? .null, indent: "", into: &fields)
        if !fields.rows.isEmpty {
            lines += ["", "FIELDS (* must be given)"] + fields.lines()
        }
        if kind == "command" {
            let roles = words("roles")
            let isHuman = body["human"] == .boolean(true)
            lines += [
                "",
                "ROLES     \(roles.isEmpty ? "owner" : roles)"
                    + (isHuman ? "; a person only, never a process of its own accord" : ""),
            ]
            if !words("rejections").isEmpty { lines.append("REFUSALS  \(words("rejections"))") }
        }
        if !words("axes").isEmpty { lines += ["", "AXES      \(words("axes"))"] }
        if let columns = body["columns"]?.arrayValue, !columns.isEmpty {
            var table = TextTable([.init("column"), .init("kind"), .init("meaning")])
            table.rows = columns.map { column in
                ["name", "kind", "doc"].map { column[$0]?.stringValue ?? "" }
            }
            lines += ["", "COLUMNS"] + table.lines()
        }
        return lines
    }

    private func words(_ member: String) -> String {
        (body[member]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
    }

    private static func collect(_ schema: JSONValue, indent: String, into table: inout TextTable) {
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for property in schema["properties"]?.objectMembers ?? [] {
            let field = property.value
            table.rows.append([
                indent + property.name + (required.contains(property.name) ? "*" : ""),
                kind(field), limits(field), field["description"]?.stringValue ?? "",
            ])
            collect(field, indent: indent + "  ", into: &table)
            if let items = field["items"] { collect(items, indent: indent + "  ", into: &table) }
        }
    }

    /// The kind of a field in a few words.
    static func kind(_ field: JSONValue) -> String {
        if let subject = field["x-identifier-of"]?.stringValue { return "id of \(subject)" }
        if let kind = field["x-kind"]?.stringValue { return kind }
        if let words = field["enum"]?.arrayValue {
            return words.compactMap(\.stringValue).joined(separator: " | ")
        }
        if let format = field["format"]?.stringValue { return format }
        switch field["type"]?.stringValue {
        case "array": return "list" + (field["items"].map { " of \(kind($0))" } ?? "")
        case "object": return "record"
        case "string":
            return field["contentEncoding"] == nil
                ? field["pattern"]?.stringValue == "^[A-Z]{3}$" ? "currency" : "text" : "bytes"
        case let type?: return type
        case nil: return "json"
        }
    }

    private static func limits(_ field: JSONValue) -> String {
        var parts: [String] = []
        if let least = field["minimum"]?.integerValue { parts.append("at least \(least)") }
        let (least, most) =
            field["type"]?.stringValue == "array"
            ? (field["minItems"], field["maxItems"]) : (field["minLength"], field["maxLength"])
        switch (least?.integerValue, most?.integerValue) {
        case (let least?, let most?): parts.append("\(least) to \(most)")
        case (nil, let most?): parts.append("up to \(most)")
        case (let least?, nil): parts.append("at least \(least)")
        case (nil, nil): break
        }
        if field["x-personal"] == .boolean(true) { parts.append("personal") }
        return parts.joined(separator: ", ")
    }
}
