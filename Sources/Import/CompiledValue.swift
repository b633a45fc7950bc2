internal import FEEL
internal import Records

/// A value of a mapping, its expressions compiled.
indirect enum CompiledValue: Sendable {
    case literal(String)
    case template([TemplatePart])
    case expression(FEEL.Expression)
    case fields([CompiledField])
    case list([CompiledValue])
    case each(String, [CompiledField])
}

struct CompiledField: Sendable {
    let name: String
    let value: CompiledValue
}

enum TemplatePart: Sendable {
    case text(String)
    /// A column, or a column of a row that was looked up.
    case path([String])
}

/// The names that expressions of one part of a mapping may use.
struct KnownColumns: Sendable {
    /// Columns, named values, lookups, groups.
    var variables: Set<String>
    /// Columns of the rows that a name stands for: lookups and groups.
    var columns: [String: Set<String>] = [:]
    /// What the elements of a group see besides.
    var groups: [String: Set<String>] = [:]
    /// What the lookups of a group's rows have.
    var groupColumns: [String: [String: Set<String>]] = [:]

    /// The names inside `each`.
    func inside(_ group: String) -> KnownColumns {
        var inner = self
        inner.variables.formUnion(groups[group] ?? [])
        inner.columns.merge(groupColumns[group] ?? [:]) { _, new in new }
        return inner
    }
}

/// Compiles the values of a mapping and says of each fault where it stands.
struct ValueCompiler {
    let file: String
    let known: KnownColumns

    func compile(_ value: FieldValue) throws(MappingFailure) -> CompiledValue {
        switch value {
        case .literal(let text, _): return .literal(text)
        case .template(let text, let place): return .template(try template(text, place))
        case .expression(let text, let place):
            return .expression(try expression(text, place))
        case .fields(let fields, _): return .fields(try compile(fields))
        case .list(let elements, _):
            var compiled: [CompiledValue] = []
            for element in elements { compiled.append(try compile(element)) }
            return .list(compiled)
        case .each(let group, let fields, let place):
            guard known.groups[group] != nil else {
                throw failure(
                    place,
                    "there is no group \"\(group)\" here\(MappingReader.hint(group, Array(known.groups.keys)))"
                )
            }
            let inner = ValueCompiler(file: file, known: known.inside(group))
            return .each(group, try inner.compile(fields))
        }
    }

    func compile(_ fields: [FieldRule]) throws(MappingFailure) -> [CompiledField] {
        var compiled: [CompiledField] = []
        for field in fields {
            compiled.append(CompiledField(name: field.name, value: try compile(field.value)))
        }
        return compiled
    }

    // MARK: Expressions

    private func expression(
        _ text: String, _ place: MappingPlace
    ) throws(MappingFailure) -> FEEL.Expression {
        let properties = known.columns.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let names = KnownNames(known.variables.sorted(), properties: properties.sorted())
        let compiled: FEEL.Expression
        do throws(SyntaxFailure) {
            compiled = try FEEL.Expression.compile(text, names: names)
        } catch {
            throw failure(place, "the expression is no FEEL: \(error.message)")
        }
        if let free = compiled.freeNames.first(where: { !known.variables.contains($0.name) }) {
            throw failure(place, unknown(free.name))
        }
        return compiled
    }

    private func unknown(_ name: String) -> String {
        "there is no column, lookup, group or value \"\(name)\" here\(MappingReader.hint(name, Array(known.variables)))"
    }

    // MARK: Templates

    private func template(
        _ text: String, _ place: MappingPlace
    ) throws(MappingFailure) -> [TemplatePart] {
        var parts: [TemplatePart] = []
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                rest.removeFirst()
                plain.append(character)
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw failure(
                        place, "expected a closing brace in \"\(text)\"; write {{ for a brace")
                }
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                parts.append(.path(try path(String(rest[..<end]), place)))
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw failure(place, "expected no lone closing brace in \"\(text)\"; write }}")
            } else {
                plain.append(character)
            }
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        return parts
    }

    private func path(
        _ text: String, _ place: MappingPlace
    ) throws(MappingFailure) -> [String] {
        if known.variables.contains(text) { return [text] }
        let names = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard names.count == 2, let columns = known.columns[names[0]] else {
            throw failure(place, unknown(text))
        }
        guard columns.contains(names[1]) else {
            throw failure(
                place,
                "\"\(names[0])\" has no column \"\(names[1])\"\(MappingReader.hint(names[1], Array(columns)))"
            )
        }
        return names
    }

    private func failure(_ place: MappingPlace, _ message: String) -> MappingFailure {
        MappingFailure(file: file, place: place, message: message)
    }
}

/// Why a row makes no command.
struct RowFailure: Error, Equatable {
    let reason: String
}

/// What the values of one row are computed from: names in layers, the innermost first.
struct RowScope: Sendable {
    var layers: [Context]

    func value(_ name: String) -> Value? {
        for layer in layers {
            if let value = layer[name] { return value }
        }
        return nil
    }

    func with(_ layer: Context) -> RowScope { RowScope(layers: [layer] + layers) }
}

extension CompiledValue {
    /// The value for a row.
    func evaluate(_ scope: RowScope) throws(RowFailure) -> Value {
        switch self {
        case .literal(let text): return .text(text)
        case .template(let parts): return try Self.fill(parts, scope)
        case .expression(let expression):
            let evaluation = expression.evaluate(in: Scope(lookUp: { scope.value($0) }))
            if evaluation.value.isNull, let problem = evaluation.problems.first {
                throw RowFailure(
                    reason:
                        "the expression \"\(expression.source.prefix(80))\" has no value: \(problem.message)"
                )
            }
            return evaluation.value
        case .fields(let fields):
            var entries: [(String, Value)] = []
            for field in fields {
                let value = try field.value.evaluate(scope)
                if !value.isNull { entries.append((field.name, value)) }
            }
            return .context(Context(entries))
        case .list(let elements):
            var values: [Value] = []
            for element in elements { values.append(try element.evaluate(scope)) }
            return .list(values)
        case .each(let group, let fields):
            guard case .list(let rows)? = scope.value(group) else { return .list([]) }
            var values: [Value] = []
            for case .context(let row) in rows {
                values.append(try CompiledValue.fields(fields).evaluate(scope.with(row)))
            }
            return .list(values)
        }
    }

    /// A template that is one column takes its value as it is; a text around it needs one.
    private static func fill(
        _ parts: [TemplatePart], _ scope: RowScope
    ) throws(RowFailure) -> Value {
        if parts.count == 1, case .path(let names) = parts[0] { return value(names, scope) }
        var text = ""
        for part in parts {
            switch part {
            case .text(let plain): text += plain
            case .path(let names):
                let value = value(names, scope)
                guard let filled = value.plainText else {
                    throw RowFailure(
                        reason:
                            "expected a value in \"\(names.joined(separator: "."))\", found none")
                }
                text += filled
            }
        }
        return .text(text)
    }

    private static func value(_ names: [String], _ scope: RowScope) -> Value {
        var value = scope.value(names[0]) ?? .null
        if names.count > 1 {
            if case .context(let context) = value {
                value = context[names[1]] ?? .null
            } else {
                value = .null
            }
        }
        return value
    }
}

extension Value {
    /// The text of a single value; nil for null, lists and contexts.
    var plainText: String? {
        switch self {
        case .text(let text): text
        case .number(let number): number.description
        case .date(let date): date.description
        case .boolean(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
