internal import FEEL
internal import Records

/// The schema of a command's payload as `describe` tells it: what a mapping is checked against and
/// what settles how a value is written.
struct PayloadSchema: Sendable {
    let json: JSONValue

    var type: String? { json["type"]?.stringValue }
    var properties: [JSONMember] { json["properties"]?.objectMembers ?? [] }
    var required: [String] { json["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    var items: PayloadSchema? { json["items"].map(PayloadSchema.init) }
    /// The kind of thing that an identifier names, `sales.account`.
    var identified: String? { json["x-identifier-of"]?.stringValue }

    func property(_ name: String) -> PayloadSchema? {
        json["properties"]?[name].map(PayloadSchema.init)
    }
}

// MARK: A mapping against the schema

extension PayloadSchema {
    /// Checks the fields that a mapping gives: names, shapes, what is required.
    func check(
        _ fields: [FieldRule], of what: String, at place: MappingPlace, file: String
    ) throws(MappingFailure) {
        for field in fields {
            guard let property = property(field.name) else {
                let names = properties.map(\.name)
                throw MappingFailure(
                    file: file, place: field.place,
                    message:
                        "\(what) has no field \"\(field.name)\"\(MappingReader.hint(field.name, names))"
                )
            }
            try property.check(field.value, of: "\(what).\(field.name)", file: file)
        }
        for name in required where !fields.contains(where: { $0.name == name }) {
            throw MappingFailure(
                file: file, place: place, message: "\(what) needs the field \"\(name)\"; map it")
        }
    }

    private func check(
        _ value: FieldValue, of what: String, file: String
    ) throws(MappingFailure) {
        switch value {
        case .expression, .template: return
        case .literal(let text, let place):
            do throws(RowFailure) {
                var writer = PayloadWriter()
                _ = try writer.write(.text(text), self, path: what, isLiteral: true)
            } catch {
                throw MappingFailure(file: file, place: place, message: error.reason)
            }
        case .fields(let fields, let place):
            guard type == "object" else { throw shapeless(what, "fields", place, file) }
            try check(fields, of: what, at: place, file: file)
        case .list(let elements, let place):
            guard let items else { throw shapeless(what, "a list", place, file) }
            for element in elements { try items.check(element, of: what, file: file) }
        case .each(_, let fields, let place):
            guard let items else { throw shapeless(what, "a list", place, file) }
            try items.check(fields, of: what, at: place, file: file)
        }
    }

    private func shapeless(
        _ what: String, _ found: String, _ place: MappingPlace, _ file: String
    ) -> MappingFailure {
        MappingFailure(
            file: file, place: place,
            message: "\(what): expected \(type ?? "a value"), found \(found)")
    }
}

/// A thing that a payload names.
struct Reference: Hashable, Sendable {
    /// The kind of thing, `sales.account`.
    let subject: String
    let id: String
}

/// Writes values as JSON the way a schema wants them, and gathers what they name.
struct PayloadWriter {
    /// What the payload names, by row data alone: a literal is the mapping's own word and may
    /// have a meaning of its own, such as `none` for no order.
    private(set) var references: [Reference] = []

    /// Writes a payload field by field.
    mutating func write(
        _ fields: [CompiledField], _ schema: PayloadSchema, _ scope: RowScope, path: String = ""
    ) throws(RowFailure) -> JSONValue {
        var members: [JSONMember] = []
        for field in fields {
            let inner = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard let property = schema.property(field.name) else { continue }
            let value = try write(field.value, property, scope, inner)
            if let value { members.append(JSONMember(field.name, value)) }
        }
        for name in schema.required where !members.contains(where: { $0.name == name }) {
            let what = path.isEmpty ? name : "\(path).\(name)"
            throw RowFailure(reason: "\(what): expected a value, found none")
        }
        return .object(members)
    }

    private mutating func write(
        _ value: CompiledValue, _ schema: PayloadSchema, _ scope: RowScope, _ path: String
    ) throws(RowFailure) -> JSONValue? {
        switch value {
        case .fields(let fields):
            let written = try write(fields, schema, scope, path: path)
            // A record of which the row has nothing is left out.
            return written.objectMembers?.isEmpty == true ? nil : written
        case .each(let group, let fields):
            guard case .list(let rows)? = scope.value(group), let items = schema.items else {
                return nil
            }
            var elements: [JSONValue] = []
            for (place, element) in rows.enumerated() {
                guard case .context(let row) = element else { continue }
                elements.append(
                    try write(fields, items, scope.with(row), path: "\(path)[\(place)]"))
            }
            try Self.checkCount(elements.count, schema, path)
            return .array(elements)
        case .list(let list):
            guard let items = schema.items else { return nil }
            var elements: [JSONValue] = []
            for element in list {
                if let written = try write(element, items, scope, path) { elements.append(written) }
            }
            try Self.checkCount(elements.count, schema, path)
            return .array(elements)
        case .literal(let text): return try write(.text(text), schema, path: path, isLiteral: true)
        case .template, .expression:
            return try write(try value.evaluate(scope), schema, path: path, isLiteral: false)
        }
    }

    /// Writes one value; nil for null.
    mutating func write(
        _ value: Value, _ schema: PayloadSchema, path: String, isLiteral: Bool
    ) throws(RowFailure) -> JSONValue? {
        if value.isNull { return nil }
        switch schema.type {
        case "array":
            guard case .list(let list) = value, let items = schema.items else {
                throw mismatch(path, "a list", value)
            }
            var elements: [JSONValue] = []
            for element in list {
                if let written = try write(element, items, path: path, isLiteral: isLiteral) {
                    elements.append(written)
                }
            }
            try Self.checkCount(elements.count, schema, path)
            return .array(elements)
        case "object":
            guard case .context(let context) = value else { throw mismatch(path, "fields", value) }
            return try write(context, schema, path, isLiteral)
        case "integer":
            guard let text = value.plainText, let number = Int64(text) else {
                throw mismatch(path, "a whole number", value)
            }
            return .integer(number)
        case "boolean":
            switch value.plainText {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: throw mismatch(path, "true or false", value)
            }
        case "string":
            guard let text = value.plainText else { throw mismatch(path, "a text", value) }
            try check(text, schema, path)
            if let subject = schema.identified, !isLiteral {
                references.append(Reference(subject: subject, id: text))
            }
            return .string(text)
        default: return value.plainText.map { .string($0) }
        }
    }

    private mutating func write(
        _ context: Context, _ schema: PayloadSchema, _ path: String, _ isLiteral: Bool
    ) throws(RowFailure) -> JSONValue {
        var members: [JSONMember] = []
        for (name, value) in context.entries {
            guard let property = schema.property(name) else {
                throw RowFailure(
                    reason:
                        "\(path) has no field \"\(name)\"\(MappingReader.hint(name, schema.properties.map(\.name)))"
                )
            }
            if let written = try write(
                value, property, path: "\(path).\(name)", isLiteral: isLiteral)
            {
                members.append(JSONMember(name, written))
            }
        }
        return .object(members)
    }

    // MARK: Checks

    private static func checkCount(
        _ count: Int, _ schema: PayloadSchema, _ path: String
    ) throws(RowFailure) {
        if let least = schema.json["minItems"]?.integerValue, count < least {
            throw RowFailure(reason: "\(path): expected at least \(least) entries, found \(count)")
        }
        if let most = schema.json["maxItems"]?.integerValue, count > most {
            throw RowFailure(reason: "\(path): expected at most \(most) entries, found \(count)")
        }
    }

    private func check(
        _ text: String, _ schema: PayloadSchema, _ path: String
    ) throws(RowFailure) {
        let count = text.unicodeScalars.count
        if let least = schema.json["minLength"]?.integerValue, count < least {
            throw RowFailure(reason: "\(path): expected at least \(least) characters")
        }
        if let most = schema.json["maxLength"]?.integerValue, count > most {
            throw RowFailure(reason: "\(path): expected at most \(most) characters, found \(count)")
        }
        if let words = schema.json["enum"]?.arrayValue?.compactMap(\.stringValue),
            !words.contains(text)
        {
            throw RowFailure(
                reason:
                    "\(path): expected one of \(words.joined(separator: ", ")), found \"\(text)\"")
        }
        if schema.json["format"]?.stringValue == "date", BusinessDate(text) == nil {
            throw RowFailure(reason: "\(path): expected a date that exists, found \"\(text)\"")
        }
        if schema.json["x-kind"] != nil, !Self.isDecimal(text) {
            throw RowFailure(reason: "\(path): expected a decimal such as 14.00, found \"\(text)\"")
        }
        if schema.identified != nil, !text.hasPrefix("ext:"), !IdentifierRules.allows(text) {
            throw RowFailure(
                reason: "\(path): expected \(IdentifierRules.expectation), found \"\(text)\"")
        }
    }

    /// Digits with at most one point, and perhaps a unit or a currency after a space.
    private static func isDecimal(_ text: String) -> Bool {
        let digits = text.prefix { $0 != " " }
        let plain = digits.hasPrefix("-") ? digits.dropFirst() : digits
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    }

    private func mismatch(_ path: String, _ expected: String, _ value: Value) -> RowFailure {
        RowFailure(reason: "\(path): expected \(expected), found \(value.literalText.prefix(60))")
    }
}
