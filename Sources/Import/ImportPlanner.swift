internal import FEEL
internal import Records

/// Makes the plan of an import: reads the files, computes every command and sorts them.
struct ImportPlanner {
    let mapping: ImportMapping
    let mappingFile: String
    let folder: String
    let schemas: [String: PayloadSchema]
    let limits: CSVLimits
    var tables: [String: ImportTable] = [:]
    private var children: [String: [String: [Int]]] = [:]
    private var usedChildren: [String: Set<String>] = [:]
    var values = Context.empty
    var plan = ImportPlan()
    var keys: [String: RowSource] = [:]

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

    static func date(_ value: Value) throws(RowFailure) -> BusinessDate? {
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
            let known = plan.commands.count
            do throws(RowFailure) {
                let context = try enrich(row, lookups, groups)
                let scope = RowScope(layers: [context, values])
                for (number, rule) in rules.enumerated() {
                    try plan(
                        rule, scope,
                        at: (file: order, row: place, command: number), source)
                }
            } catch {
                // A row is given whole or not at all.
                for command in plan.commands[known...] { keys[command.key] = nil }
                plan.commands.removeSubrange(known...)
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
}
