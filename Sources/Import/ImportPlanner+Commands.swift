internal import FEEL
internal import Records

/// From a row's values to its commands.
extension ImportPlanner {
    struct CompiledRule {
        let rule: CommandRule
        let schema: PayloadSchema
        let key: CompiledValue
        let date: CompiledValue?
        let postingDate: CompiledValue?
        let when: CompiledValue?
        let fields: [CompiledField]
        let creates: String?
    }

    func compile(
        _ rule: CommandRule, _ known: KnownColumns
    ) throws(MappingFailure) -> CompiledRule {
        guard let schema = schemas[rule.command] else {
            throw failure(rule.place, "there is no command \"\(rule.command)\"")
        }
        try schema.check(rule.fields, of: rule.command, at: rule.place, file: mappingFile)
        guard rule.date != nil || !mapping.isHistory else {
            throw failure(
                rule.place, "expected a `date`: every command of a history has its day; add one")
        }
        let compiler = ValueCompiler(file: mappingFile, known: known)
        func optional(_ value: FieldValue?) throws(MappingFailure) -> CompiledValue? {
            guard let value else { return nil }
            return try compiler.compile(value)
        }
        return CompiledRule(
            rule: rule, schema: schema, key: try compiler.compile(rule.key),
            date: try optional(rule.date), postingDate: try optional(rule.postingDate),
            when: try optional(rule.when), fields: try compiler.compile(rule.fields),
            creates: rule.creates.flatMap { schema.property($0)?.identified })
    }

    /// The commands that no row makes; they see the files as lists.
    mutating func planOnce() throws(MappingFailure) {
        guard !mapping.commands.isEmpty else { return }
        var known = KnownColumns(variables: Set(values.names))
        var lists: [(String, Value)] = []
        for file in mapping.files {
            guard let table = tables[file.name] else { continue }
            known.variables.insert(file.name)
            known.columns[file.name] = Set(table.columns)
            known.groups[file.name] = Set(table.columns)
            lists.append(
                (
                    file.name,
                    .list(table.rows.filter { $0.fault == nil }.map { .context($0.columns) })
                ))
        }
        let scope = RowScope(layers: [Context(lists), values])
        for (number, rule) in mapping.commands.enumerated() {
            let compiled = try compile(rule, known)
            let source = RowSource(file: mappingFile, line: rule.place.line)
            do throws(RowFailure) {
                try plan(compiled, scope, at: (file: 0, row: 0, command: number), source)
            } catch {
                throw failure(rule.place, "\(rule.command): \(error.reason)")
            }
        }
    }

    mutating func plan(
        _ rule: CompiledRule, _ scope: RowScope, at place: (file: Int, row: Int, command: Int),
        _ source: RowSource
    ) throws(RowFailure) {
        if let when = rule.when, try !Self.isMet(when.evaluate(scope), rule) { return }
        let date = try rule.date.map { (value) throws(RowFailure) in
            try Self.date(value.evaluate(scope))
        }
        if mapping.isHistory {
            guard let day = date ?? nil else {
                throw RowFailure(reason: "\(rule.rule.command): expected a date, found none")
            }
            try requireWithinClock(day, rule.rule.command)
        }
        let posting = try rule.postingDate.map { (value) throws(RowFailure) in
            try Self.date(value.evaluate(scope))
        }
        guard let name = try rule.key.evaluate(scope).plainText, !name.isEmpty else {
            throw RowFailure(reason: "\(rule.rule.command): expected a key, found none")
        }
        var writer = PayloadWriter()
        let payload: JSONValue
        do throws(RowFailure) {
            payload = try writer.write(rule.fields, rule.schema, scope)
        } catch {
            throw RowFailure(reason: "\(rule.rule.command): \(error.reason)")
        }
        var references = writer.references
        var created: Reference?
        var createdExternal: Reference?
        if let subject = rule.creates, let field = rule.rule.creates,
            let id = payload[field]?.stringValue
        {
            let reference = Reference(subject: subject, id: id)
            created = reference
            if let external = payload["external"], let source = external["source"]?.stringValue,
                let name = external["id"]?.stringValue
            {
                createdExternal = Reference(subject: subject, id: "ext:\(source)/\(name)")
            }
            references.removeAll { $0 == reference }
        }
        try append(
            PlannedCommand(
                command: rule.rule.command, key: try key(name, source), date: date ?? nil,
                postingDate: posting ?? date ?? nil, rank: rule.rule.rank, fileOrder: place.file,
                row: place.row, commandOrder: place.command, actor: rule.rule.actor,
                payload: payload, source: source, created: created,
                createdExternal: createdExternal,
                references: references))
    }

    /// Whether a row's command is wanted.
    ///
    /// Nothing, as a comparison with an empty column gives, is no; what is neither true nor false is a
    /// mistake of the mapping that would lose commands.
    private static func isMet(
        _ value: Value, _ rule: CompiledRule
    ) throws(RowFailure) -> Bool {
        if value.isNull { return false }
        if let isMet = value.boolean { return isMet }
        throw RowFailure(
            reason:
                "\(rule.rule.command): when: expected true or false, found \(value.plainText.map { "\"\($0)\"" } ?? "something else"); compare it with something, or declare the column boolean"
        )
    }

    private func requireWithinClock(
        _ day: BusinessDate, _ command: String
    ) throws(RowFailure) {
        if let from = plan.clockFrom, day < from {
            throw RowFailure(
                reason:
                    "\(command): expected a date from \(from) on, where the clock begins, found \(day)"
            )
        }
        if let until = plan.clockUntil, until < day {
            throw RowFailure(
                reason:
                    "\(command): expected a date up to \(until), where the clock ends, found \(day)"
            )
        }
    }

    /// The key with the import's name before it; one key is one command.
    private mutating func key(
        _ name: String, _ source: RowSource
    ) throws(RowFailure) -> String {
        let key = "\(mapping.name):\(name)"
        guard key.utf8.count <= 128 else {
            throw RowFailure(reason: "expected a key of at most 128 bytes, found \"\(key)\"")
        }
        if let other = keys[key] {
            throw RowFailure(
                reason:
                    "the key \"\(key)\" is that of \(other.file):\(other.line) already; make the keys of the mapping differ"
            )
        }
        keys[key] = source
        return key
    }

    private mutating func append(_ command: PlannedCommand) throws(RowFailure) {
        guard plan.commands.count < ImportPlan.commandsMax else {
            throw RowFailure(reason: "expected at most \(ImportPlan.commandsMax) commands")
        }
        plan.commands.append(command)
    }

    mutating func refuse(_ source: RowSource, _ command: String, _ reason: String) {
        plan.refused.append(
            RefusedRow(
                source: source, command: command, code: RefusedRow.rowCode, message: reason))
    }

    func failure(_ place: MappingPlace, _ message: String) -> MappingFailure {
        MappingFailure(file: mappingFile, place: place, message: message)
    }
}
