internal import FEEL
internal import Records

/// A command on the import's time line.
struct PlannedCommand: Sendable {
    let command: String
    let key: String
    /// Its place on the time line; nil for commands of an import that is no history.
    let date: BusinessDate?
    let postingDate: BusinessDate?
    let rank: Int
    let fileOrder: Int
    let row: Int
    let commandOrder: Int
    let actor: String?
    let payload: JSONValue
    let source: RowSource
    let created: Reference?
    let references: [Reference]

    /// Date, rank, file order, row; then the order in which the mapping lists the row's commands.
    static func precedes(_ left: PlannedCommand, _ right: PlannedCommand) -> Bool {
        if left.date != right.date {
            guard let first = left.date else { return true }
            guard let second = right.date else { return false }
            return first < second
        }
        return (left.rank, left.fileOrder, left.row, left.commandOrder)
            < (right.rank, right.fileOrder, right.row, right.commandOrder)
    }
}

/// Where a command comes from.
package struct RowSource: Sendable, Hashable {
    /// The file; the mapping itself for commands without a row.
    package let file: String
    /// The line, counted from 1.
    package let line: Int
}

/// A row that made no command, or whose command was refused.
package struct RefusedRow: Equatable, Sendable {
    /// Where it stands.
    package let source: RowSource
    /// The command that it was to make; empty for a row that could not be read.
    package let command: String
    /// The stable code of a refusal by the daemon; `import-row` for what the import itself found.
    package let code: String
    /// Expected, found and remedy.
    package let message: String

    /// The code of what the import finds by itself.
    package static let rowCode = "import-row"
}

/// The commands of an import in their order, and what was found on the way.
struct ImportPlan: Sendable {
    /// Commands that one import may hold.
    static let commandsMax = 2_000_000

    var commands: [PlannedCommand] = []
    var refused: [RefusedRow] = []
    var notes: [ImportNote] = []
    var rows = 0
    var clockFrom: BusinessDate?
    var clockUntil: BusinessDate?
}

/// Makes the plan of an import: reads the files, computes every command and sorts them.
struct ImportPlanner {
    private let mapping: ImportMapping
    private let mappingFile: String
    private let folder: String
    private let schemas: [String: PayloadSchema]
    private let limits: CSVLimits
    private var tables: [String: ImportTable] = [:]
    private var children: [String: [String: [Int]]] = [:]
    private var usedChildren: [String: Set<String>] = [:]
    private var values = Context.empty
    private var plan = ImportPlan()
    private var keys: [String: RowSource] = [:]

    init(
        mapping: ImportMapping, mappingFile: String, folder: String,
        schemas: [String: PayloadSchema], limits: CSVLimits = CSVLimits()
    ) {
        self.mapping = mapping
        self.mappingFile = mappingFile
        self.folder = folder
        self.schemas = schemas
        self.limits = limits
    }

    /// Makes the plan.
    ///
    /// - Throws: ``MappingFailure`` for faults of the mapping, ``CSVFailure`` for a file that cannot
    ///   be read. A row that is wrong by itself is refused in the plan instead.
    mutating func make() throws -> ImportPlan {
        try computeValues()
        for file in mapping.files {
            let reader = TableReader(
                mappingFile: mappingFile, folder: folder, limits: limits, values: values)
            let table = try reader.read(file)
            tables[file.name] = table
            plan.notes += table.notes
            plan.rows += table.rows.count
            for row in table.rows {
                guard let fault = row.fault else { continue }
                refuse(RowSource(file: file.file, line: row.line), "", fault)
            }
        }
        try checkGroups()
        try planOnce()
        for (order, file) in mapping.files.enumerated() { try plan(file, order: order + 1) }
        refuseOrphans()
        plan.commands.sort(by: PlannedCommand.precedes)
        return plan
    }

    // MARK: Values

    private mutating func computeValues() throws(MappingFailure) {
        for named in mapping.values {
            let known = KnownColumns(variables: Set(values.names))
            let compiled = try ValueCompiler(file: mappingFile, known: known).compile(named.value)
            do throws(RowFailure) {
                values = values.setting(
                    named.name, to: try compiled.evaluate(RowScope(layers: [values])))
            } catch {
                throw failure(named.value.place, "\(named.name): \(error.reason)")
            }
        }
        plan.clockFrom = try clockDate(mapping.clockFrom, "from")
        plan.clockUntil = try clockDate(mapping.clockUntil, "until")
        if let from = plan.clockFrom, let until = plan.clockUntil, until < from,
            let place = mapping.clockUntil?.place
        {
            throw failure(place, "clock: expected until on or after \(from), found \(until)")
        }
    }

    private func clockDate(
        _ value: FieldValue?, _ name: String
    ) throws(MappingFailure) -> BusinessDate? {
        guard let value else { return nil }
        let known = KnownColumns(variables: Set(values.names))
        let compiled = try ValueCompiler(file: mappingFile, known: known).compile(value)
        do throws(RowFailure) {
            guard let date = try Self.date(compiled.evaluate(RowScope(layers: [values]))) else {
                throw RowFailure(reason: "expected a date")
            }
            return date
        } catch {
            throw failure(value.place, "clock, \(name): \(error.reason)")
        }
    }

    private static func date(_ value: Value) throws(RowFailure) -> BusinessDate? {
        if value.isNull { return nil }
        guard let text = value.plainText, let date = BusinessDate(text) else {
            throw RowFailure(
                reason:
                    "expected a date that exists, such as 1996-07-04, found \(value.literalText.prefix(60))"
            )
        }
        return date
    }

    // MARK: Groups

    private mutating func checkGroups() throws(MappingFailure) {
        for file in mapping.files {
            for group in file.groups {
                guard let table = tables[group.file] else { continue }
                guard let column = table.columns.firstIndex(of: group.key) else {
                    throw failure(
                        group.place,
                        "\(table.rule.file) has no column \"\(group.key)\"\(MappingReader.hint(group.key, table.columns))"
                    )
                }
                var rows: [String: [Int]] = [:]
                for (place, row) in table.rows.enumerated()
                where row.columns.count > column {
                    rows[row.columns.values[column].plainText ?? "", default: []].append(place)
                }
                children[Self.groupKey(group)] = rows
            }
        }
    }

    private static func groupKey(_ group: GroupRule) -> String { "\(group.file)/\(group.key)" }

    /// Rows of a group that no row took: nothing may be lost silently.
    private mutating func refuseOrphans() {
        for file in mapping.files {
            for group in file.groups {
                let key = Self.groupKey(group)
                guard let rows = children[key], let table = tables[group.file] else { continue }
                let used = usedChildren[key] ?? []
                for (name, places) in rows.sorted(by: { $0.key < $1.key })
                where !used.contains(name) {
                    for place in places where table.rows[place].fault == nil {
                        refuse(
                            RowSource(file: table.rule.file, line: table.rows[place].line), "",
                            "\(group.key): expected \"\(name)\" in \(file.file), found none")
                    }
                }
            }
        }
    }

    // MARK: Names

    private func known(_ file: FileRule) -> KnownColumns {
        var known = KnownColumns(variables: Set(values.names))
        add(file, to: &known)
        for group in file.groups {
            guard let child = mapping.files.first(where: { $0.name == group.file }) else {
                continue
            }
            var inner = KnownColumns(variables: [])
            add(child, to: &inner, groups: false)
            known.variables.insert(group.name)
            known.columns[group.name] = inner.variables
            known.groups[group.name] = inner.variables
            known.groupColumns[group.name] = inner.columns
        }
        return known
    }

    private func add(_ file: FileRule, to known: inout KnownColumns, groups: Bool = true) {
        known.variables.formUnion(tables[file.name]?.columns ?? [])
        for lookup in file.lookups {
            known.variables.insert(lookup.name)
            known.columns[lookup.name] = Set(tables[lookup.file]?.columns ?? [])
        }
    }

    private func compiled(
        _ lookups: [LookupRule], _ known: KnownColumns
    ) throws(MappingFailure) -> [(rule: LookupRule, by: CompiledValue)] {
        var compiled: [(rule: LookupRule, by: CompiledValue)] = []
        for lookup in lookups {
            compiled.append(
                (lookup, try ValueCompiler(file: mappingFile, known: known).compile(lookup.by)))
        }
        return compiled
    }

    // MARK: Rows

    /// A group with its rule compiled.
    private struct CompiledGroup {
        let rule: GroupRule
        let by: CompiledValue
        let lookups: [(rule: LookupRule, by: CompiledValue)]
    }

    private mutating func plan(_ file: FileRule, order: Int) throws(MappingFailure) {
        guard let table = tables[file.name], !file.commands.isEmpty else { return }
        let known = known(file)
        let columnsOnly = KnownColumns(
            variables: Set(values.names).union(table.columns))
        let lookups = try compiled(file.lookups, columnsOnly)
        var groups: [CompiledGroup] = []
        for group in file.groups {
            let child = mapping.files.first { $0.name == group.file }
            let inner = KnownColumns(
                variables: Set(values.names).union(tables[group.file]?.columns ?? []))
            groups.append(
                CompiledGroup(
                    rule: group,
                    by: try ValueCompiler(file: mappingFile, known: columnsOnly).compile(group.by),
                    lookups: try compiled(child?.lookups ?? [], inner)))
        }
        var rules: [CompiledRule] = []
        for rule in file.commands { rules.append(try compile(rule, known)) }
        for (place, row) in table.rows.enumerated() where row.fault == nil {
            let source = RowSource(file: file.file, line: row.line)
            do throws(RowFailure) {
                let context = try enrich(row, lookups, groups)
                let scope = RowScope(layers: [context, values])
                for (number, rule) in rules.enumerated() {
                    try plan(
                        rule, scope,
                        at: (file: order, row: place, command: number), source)
                }
            } catch {
                refuse(source, "", error.reason)
            }
        }
    }

    private mutating func enrich(
        _ row: TableRow, _ lookups: [(rule: LookupRule, by: CompiledValue)],
        _ groups: [CompiledGroup]
    ) throws(RowFailure) -> Context {
        var context = row.columns
        let scope = RowScope(layers: [row.columns, values])
        for (rule, by) in lookups { context = try find(rule, by, scope, in: context) }
        for group in groups {
            guard let name = try group.by.evaluate(scope).plainText,
                let table = tables[group.rule.file]
            else { continue }
            let key = Self.groupKey(group.rule)
            usedChildren[key, default: []].insert(name)
            var elements: [Value] = []
            for place in children[key]?[name] ?? [] {
                let child = table.rows[place]
                if let fault = child.fault {
                    throw RowFailure(reason: "\(table.rule.file):\(child.line): \(fault)")
                }
                let inner = RowScope(layers: [child.columns, values])
                var element = child.columns
                for (rule, by) in group.lookups {
                    do throws(RowFailure) {
                        element = try find(rule, by, inner, in: element)
                    } catch {
                        throw RowFailure(
                            reason: "\(table.rule.file):\(child.line): \(error.reason)")
                    }
                }
                elements.append(.context(element))
            }
            context = context.setting(group.rule.name, to: .list(elements))
        }
        return context
    }

    private func find(
        _ rule: LookupRule, _ by: CompiledValue, _ scope: RowScope, in context: Context
    ) throws(RowFailure) -> Context {
        guard let table = tables[rule.file] else { return context }
        let name = try by.evaluate(scope).plainText
        if let name, let place = table.byKey[name] {
            return context.setting(rule.name, to: .context(table.rows[place].columns))
        }
        guard rule.isOptional || name == nil else {
            throw RowFailure(
                reason:
                    "\(rule.name): expected \"\(name ?? "")\" in \(table.rule.file), found none; correct the row, or mend the value in the mapping"
            )
        }
        return context.setting(rule.name, to: .null)
    }

    // MARK: Commands

    private struct CompiledRule {
        let rule: CommandRule
        let schema: PayloadSchema
        let key: CompiledValue
        let date: CompiledValue?
        let postingDate: CompiledValue?
        let when: CompiledValue?
        let fields: [CompiledField]
        let creates: String?
    }

    private func compile(
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
    private mutating func planOnce() throws(MappingFailure) {
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

    private mutating func plan(
        _ rule: CompiledRule, _ scope: RowScope, at place: (file: Int, row: Int, command: Int),
        _ source: RowSource
    ) throws(RowFailure) {
        if let when = rule.when, try when.evaluate(scope).boolean != true { return }
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
        if let subject = rule.creates, let field = rule.rule.creates,
            let id = payload[field]?.stringValue
        {
            let reference = Reference(subject: subject, id: id)
            created = reference
            references.removeAll { $0 == reference }
        }
        try append(
            PlannedCommand(
                command: rule.rule.command, key: try key(name, source), date: date ?? nil,
                postingDate: posting ?? date ?? nil, rank: rule.rule.rank, fileOrder: place.file,
                row: place.row, commandOrder: place.command, actor: rule.rule.actor,
                payload: payload, source: source, created: created, references: references))
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

    private mutating func refuse(_ source: RowSource, _ command: String, _ reason: String) {
        plan.refused.append(
            RefusedRow(
                source: source, command: command, code: RefusedRow.rowCode, message: reason))
    }

    private func failure(_ place: MappingPlace, _ message: String) -> MappingFailure {
        MappingFailure(file: mappingFile, place: place, message: message)
    }
}
