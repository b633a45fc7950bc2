internal import Foundation
internal import Records
internal import Yams

/// Reads a mapping file and says of each fault where it stands.
package struct MappingReader {
    /// Bytes of a mapping file.
    static let bytesMax = 1 << 20
    /// Files that a mapping may name.
    static let filesMax = 100
    /// Levels of fields within fields.
    static let depthMax = 16
    /// Ranks lie between minus and plus this.
    static let rankMax = 1_000_000

    let file: String

    /// Reads the file at a path.
    package static func read(path: String) throws(MappingFailure) -> ImportMapping {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MappingFailure(
                file: name, place: nil, message: "expected a mapping file at \(path), found none")
        }
        guard data.count <= bytesMax else {
            throw MappingFailure(
                file: name, place: nil, message: "expected at most \(bytesMax) bytes")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MappingFailure(file: name, place: nil, message: "expected UTF-8 text")
        }
        return try read(text: text, name: name)
    }

    /// Reads the text of a mapping.
    package static func read(text: String, name: String) throws(MappingFailure) -> ImportMapping {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw MappingFailure(file: name, place: nil, message: "is no YAML: \(error)")
        }
        let reader = MappingReader(file: name)
        guard let node, case .mapping = node else {
            throw MappingFailure(
                file: name, place: nil, message: "expected a mapping with `import` and `files`")
        }
        return try reader.mapping(node)
    }

    // MARK: Parts

    private func mapping(_ node: Node) throws(MappingFailure) -> ImportMapping {
        let parts = try members(
            node, "a mapping",
            [
                "import", "title", "history", "values", "clock", "definitions", "work", "commands",
                "files",
            ], required: ["import"])
        var mapping = ImportMapping()
        if let node = parts["import"] {
            mapping.name = try text(node, "import")
            guard IdentifierRules.allows(mapping.name), mapping.name.utf8.count <= 32 else {
                throw failure(
                    node, "import: expected a short name without spaces, found \"\(mapping.name)\"")
            }
        }
        if let node = parts["title"] { mapping.title = try text(node, "title") }
        if let node = parts["history"] { mapping.isHistory = try boolean(node, "history") }
        if let node = parts["values"] {
            for (name, value) in try entries(node, "values") {
                mapping.values.append(NamedValue(name: name, value: try field(value)))
            }
        }
        if let node = parts["clock"] { try clock(node, into: &mapping) }
        if let node = parts["definitions"] { mapping.definitions = try definitions(node) }
        for node in try elements(parts["work"], "work") { mapping.work.append(try work(node)) }
        for node in try elements(parts["commands"], "commands") {
            mapping.commands.append(try command(node))
        }
        for node in try elements(parts["files"], "files") { mapping.files.append(try file(node)) }
        guard mapping.files.count <= Self.filesMax else {
            throw failure(node, "expected at most \(Self.filesMax) files")
        }
        try checkReferences(mapping)
        return mapping
    }

    private func clock(
        _ node: Node, into mapping: inout ImportMapping
    ) throws(MappingFailure) {
        guard mapping.isHistory else {
            throw failure(
                node,
                "clock: expected only with `history: true`; without it nothing moves the clock")
        }
        let parts = try members(node, "clock", ["from", "until"])
        mapping.clockFrom = try parts["from"].map { (node) throws(MappingFailure) in
            try field(node)
        }
        mapping.clockUntil = try parts["until"].map { (node) throws(MappingFailure) in
            try field(node)
        }
    }

    private func definitions(_ node: Node) throws(MappingFailure) -> [DefinitionChange] {
        let parts = try members(node, "definitions", ["deploy", "remove"])
        var changes: [DefinitionChange] = []
        for node in try elements(parts["remove"], "remove") {
            changes.append(
                DefinitionChange(name: try text(node, "remove"), file: nil, place: place(node)))
        }
        for node in try elements(parts["deploy"], "deploy") {
            let parts = try members(node, "deploy", ["file", "as"], required: ["file", "as"])
            guard let file = parts["file"], let name = parts["as"] else { continue }
            changes.append(
                DefinitionChange(
                    name: try text(name, "as"), file: try text(file, "file"), place: place(node)))
        }
        return changes
    }

    private func work(_ node: Node) throws(MappingFailure) -> WorkRule {
        let parts = try members(node, "work", ["command", "as"], required: ["command", "as"])
        guard let command = parts["command"], let actors = parts["as"] else {
            throw failure(node, "work: expected `command` and `as`")
        }
        var names: [String] = []
        if case .sequence = actors {
            for node in try elements(actors, "as") { names.append(try actor(node)) }
        } else {
            names = [try actor(actors)]
        }
        guard !names.isEmpty else { throw failure(actors, "as: expected at least one actor") }
        return WorkRule(command: try text(command, "command"), actors: names, place: place(node))
    }

    private func actor(_ node: Node) throws(MappingFailure) -> String {
        let name = try text(node, "as")
        guard IdentifierRules.allows(name) else {
            throw failure(node, "as: expected \(IdentifierRules.expectation), found \"\(name)\"")
        }
        return name
    }

    private func file(_ node: Node) throws(MappingFailure) -> FileRule {
        let parts = try members(
            node, "a file",
            [
                "name", "file", "key", "columns", "mend", "assume", "lookups", "group", "commands",
            ], required: ["name", "file"])
        var rule = FileRule()
        rule.place = place(node)
        if let node = parts["name"] { rule.name = try text(node, "name") }
        if let node = parts["file"] {
            rule.file = try text(node, "file")
            guard !rule.file.hasPrefix("/"), !rule.file.split(separator: "/").contains("..") else {
                throw failure(node, "file: expected a file inside the folder of --from")
            }
        }
        if let node = parts["key"] {
            rule.key = try text(node, "key")
            rule.keyPlace = place(node)
        }
        if let node = parts["columns"] {
            for (column, type) in try entries(node, "columns") {
                rule.columns.append(
                    ColumnRule(column: column, type: try columnType(type), place: place(type)))
            }
        }
        for node in try elements(parts["mend"], "mend") { rule.mends.append(try mend(node)) }
        for node in try elements(parts["assume"], "assume") {
            rule.assumptions.append(try assumption(node))
        }
        if let node = parts["lookups"] {
            for (name, value) in try entries(node, "lookups") {
                rule.lookups.append(try lookup(name, value))
            }
        }
        if let node = parts["group"] {
            for (name, value) in try entries(node, "group") {
                rule.groups.append(try group(name, value))
            }
        }
        for node in try elements(parts["commands"], "commands") {
            rule.commands.append(try command(node))
        }
        return rule
    }

    private func columnType(_ node: Node) throws(MappingFailure) -> ColumnType {
        let word = try text(node, "columns")
        guard let type = ColumnType(rawValue: word) else {
            let types = ColumnType.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(node, "expected one of \(types), found \"\(word)\"")
        }
        return type
    }

    private func mend(_ node: Node) throws(MappingFailure) -> MendRule {
        let parts = try members(
            node, "mend", ["column", "values"], required: ["column", "values"])
        guard let column = parts["column"], let values = parts["values"] else {
            throw failure(node, "mend: expected `column` and `values`")
        }
        var replacements: [(wrong: String, right: String)] = []
        for (wrong, right) in try entries(values, "values") {
            replacements.append((wrong, try text(right, "values")))
        }
        return MendRule(
            column: try text(column, "column"), replacements: replacements, place: place(column))
    }

    private func assumption(_ node: Node) throws(MappingFailure) -> AssumeRule {
        let parts = try members(
            node, "assume", ["column", "value", "reason"], required: ["column", "value"])
        guard let column = parts["column"], let value = parts["value"] else {
            throw failure(node, "assume: expected `column` and `value`")
        }
        let reason = try parts["reason"].map { (node) throws(MappingFailure) in
            try text(node, "reason")
        }
        return AssumeRule(
            column: try text(column, "column"), value: try field(value),
            reason: reason ?? "not in the file", place: place(column))
    }

    private func lookup(_ name: String, _ node: Node) throws(MappingFailure) -> LookupRule {
        let parts = try members(
            node, "lookups", ["file", "by", "optional"], required: ["file", "by"])
        guard let file = parts["file"], let by = parts["by"] else {
            throw failure(node, "lookups: expected `file` and `by`")
        }
        let isOptional = try parts["optional"].map { (node) throws(MappingFailure) in
            try boolean(node, "optional")
        }
        return LookupRule(
            name: name, file: try text(file, "file"), by: try field(by),
            isOptional: isOptional ?? false, place: place(file))
    }

    private func group(_ name: String, _ node: Node) throws(MappingFailure) -> GroupRule {
        let parts = try members(
            node, "group", ["file", "key", "by"], required: ["file", "key", "by"])
        guard let file = parts["file"], let key = parts["key"], let by = parts["by"] else {
            throw failure(node, "group: expected `file`, `key` and `by`")
        }
        return GroupRule(
            name: name, file: try text(file, "file"), key: try text(key, "key"),
            by: try field(by), place: place(file))
    }

    private func command(_ node: Node) throws(MappingFailure) -> CommandRule {
        let parts = try members(
            node, "a command",
            [
                "command", "key", "date", "posting-date", "when", "rank", "as", "creates", "fields",
            ], required: ["command", "key"])
        var rule = CommandRule()
        rule.place = place(node)
        if let node = parts["command"] {
            rule.command = try text(node, "command")
            rule.place = place(node)
        }
        if let node = parts["key"] { rule.key = try field(node) }
        if let node = parts["date"] { rule.date = try field(node) }
        if let node = parts["posting-date"] { rule.postingDate = try field(node) }
        if let node = parts["when"] {
            rule.when = try field(node)
            guard case .expression? = rule.when else {
                throw failure(node, "when: expected an expression, `= …`")
            }
        }
        if let node = parts["rank"] {
            guard let rank = node.int, abs(rank) <= Self.rankMax else {
                throw failure(node, "rank: expected a whole number up to \(Self.rankMax)")
            }
            rule.rank = rank
        }
        if let node = parts["as"] { rule.actor = try actor(node) }
        if let node = parts["creates"] { rule.creates = try text(node, "creates") }
        if let node = parts["fields"] { rule.fields = try fields(node, depth: 0) }
        if let created = rule.creates, !rule.fields.contains(where: { $0.name == created }),
            let node = parts["creates"]
        {
            throw failure(
                node, "creates: expected one of the command's fields, found \"\(created)\"")
        }
        return rule
    }

    // MARK: Fields

    private func fields(_ node: Node, depth: Int) throws(MappingFailure) -> [FieldRule] {
        var rules: [FieldRule] = []
        for (name, value) in try entries(node, "fields") {
            rules.append(
                FieldRule(
                    name: name, value: try field(value, depth: depth + 1), place: place(value)))
        }
        return rules
    }

    private func field(_ node: Node, depth: Int = 0) throws(MappingFailure) -> FieldValue {
        guard depth <= Self.depthMax else {
            throw failure(node, "expected fields at most \(Self.depthMax) levels deep")
        }
        switch node {
        case .scalar(let scalar):
            let text = scalar.string
            if text.hasPrefix("=") {
                return .expression(String(text.dropFirst()), place(node))
            }
            return text.contains("{") || text.contains("}")
                ? .template(text, place(node)) : .literal(text, place(node))
        case .mapping(let mapping):
            let names = mapping.keys.compactMap(\.string)
            guard names.contains("each") else {
                return .fields(try fields(node, depth: depth), place(node))
            }
            let parts = try members(
                node, "a list", ["each", "fields"], required: ["each", "fields"])
            guard let group = parts["each"], let inner = parts["fields"] else {
                throw failure(node, "expected `each` and `fields`")
            }
            return .each(
                try text(group, "each"), try fields(inner, depth: depth), place(group))
        case .sequence(let sequence):
            var elements: [FieldValue] = []
            for node in sequence { elements.append(try field(node, depth: depth + 1)) }
            return .list(elements, place(node))
        case .alias:
            throw failure(node, "expected a value, found an alias")
        }
    }

    // MARK: Checks across parts

    private func checkReferences(_ mapping: ImportMapping) throws(MappingFailure) {
        var seen: Set<String> = []
        for file in mapping.files where !seen.insert(file.name).inserted {
            throw failure(at: file.place, "the name \"\(file.name)\" stands twice; rename one file")
        }
        for file in mapping.files {
            for lookup in file.lookups {
                let target = try named(lookup.file, in: mapping, lookup.place)
                guard target.key != nil else {
                    throw failure(
                        at: lookup.place,
                        "expected a file with a `key` to look up in, found \"\(lookup.file)\"; give it one"
                    )
                }
                guard target.name != file.name else {
                    throw failure(
                        at: lookup.place, "expected another file than \"\(file.name)\" itself")
                }
            }
            for group in file.groups { _ = try named(group.file, in: mapping, group.place) }
            var names: Set<String> = []
            for name in file.lookups.map(\.name) + file.groups.map(\.name)
            where !names.insert(name).inserted {
                throw failure(
                    at: file.place, "the name \"\(name)\" stands twice among lookups and groups")
            }
        }
    }

    private func named(
        _ name: String, in mapping: ImportMapping, _ place: MappingPlace
    ) throws(MappingFailure) -> FileRule {
        if let file = mapping.files.first(where: { $0.name == name }) { return file }
        throw failure(
            at: place,
            "there is no file \"\(name)\" in this mapping\(Self.hint(name, mapping.files.map(\.name)))"
        )
    }
}
