extension RecordDescription {
    /// The record as JSON Schema (draft 2020-12), for `describe` and for outside programs.
    public var jsonSchema: JSONValue {
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        return .object([
            "type": .string("object"),
            "title": .string(name),
            "description": documentation.isEmpty ? nil : .string(documentation),
            "properties": .object(fields.map { JSONMember($0.name, $0.jsonSchema) }),
            "required": required.isEmpty ? nil : .array(required),
            "additionalProperties": .boolean(false),
        ])
    }
}

extension FieldDescription {
    /// The field as JSON Schema.
    var jsonSchema: JSONValue {
        guard case .object(var members) = kind.jsonSchema(limits) else { return .null }
        if !documentation.isEmpty {
            // What the field means says more than what its record type is.
            members.removeAll { $0.name == "description" }
            members.append(JSONMember("description", .string(documentation)))
        }
        return .object(members)
    }
}

extension FieldKind {
    /// The kind in one word for tables and the log's own field lists: `money`, `list of text`.
    public var name: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .boolean: "boolean"
        case .decimal: "decimal"
        case .money: "money"
        case .quantity: "quantity"
        case .unitPrice: "unit-price"
        case .rate: "rate"
        case .currency: "currency"
        case .date: "date"
        case .instant: "instant"
        case .bytes: "bytes"
        case .identifier(let subject): "id of \(subject)"
        case .choice(let words): "one of \(words.joined(separator: "|"))"
        case .list(.optional(let element)): "list of optional \(element.name)"
        case .list(let element): "list of \(element.name)"
        case .optional(let wrapped): wrapped.name
        case .personal(.optional(let wrapped)): "personal optional \(wrapped.name)"
        case .personal(let wrapped): "personal \(wrapped.name)"
        case .record(let description): "record \(description.name)"
        case .json: "json"
        }
    }

    func jsonSchema(_ limits: Limits) -> JSONValue {
        switch self {
        case .text:
            .object([
                "type": .string("string"),
                "minLength": limits.countMin > 0 ? .integer(limits.countMin) : nil,
                "maxLength": .integer(limits.countMax),
            ])
        case .integer: .object(["type": .string("integer"), "minimum": minimum(limits)])
        case .boolean: .object(["type": .string("boolean")])
        case .decimal, .rate: decimal("^-?[0-9]+(\\.[0-9]+)?$", "0.22")
        case .money, .unitPrice: decimal("^-?[0-9]+(\\.[0-9]+)?( [A-Z]{3})?$", "14.00")
        case .quantity: decimal("^-?[0-9]+(\\.[0-9]+)?( \\S+)?$", "12.5")
        case .currency:
            .object(["type": .string("string"), "pattern": .string("^[A-Z]{3}$")])
        case .date: .object(["type": .string("string"), "format": .string("date")])
        case .instant: .object(["type": .string("string"), "format": .string("date-time")])
        case .bytes:
            .object(["type": .string("string"), "contentEncoding": .string("base64")])
        case .identifier(let subject):
            .object([
                "type": .string("string"), "maxLength": .integer(IdentifierRules.bytesMax),
                "x-identifier-of": .string(subject),
            ])
        case .choice(let words):
            .object(["type": .string("string"), "enum": .array(words.map { .string($0) })])
        case .list(let element):
            .object([
                "type": .string("array"), "items": element.jsonSchema(limits.ofElements),
                "minItems": limits.countMin > 0 ? .integer(limits.countMin) : nil,
                "maxItems": .integer(limits.countMax),
            ])
        case .optional(let wrapped): wrapped.jsonSchema(limits)
        case .personal(let wrapped): personal(wrapped.jsonSchema(limits))
        case .record(let description): description.jsonSchema
        case .json: .object([:])
        }
    }

    private func minimum(_ limits: Limits) -> JSONValue? {
        switch limits.sign {
        case .any: nil
        case .notNegative: .integer(0)
        case .positive: .integer(1)
        }
    }

    private func decimal(_ pattern: String, _ example: String) -> JSONValue {
        .object([
            "type": .string("string"), "pattern": .string(pattern),
            "examples": .array([.string(example)]), "x-kind": .string(name),
        ])
    }

    private func personal(_ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object(members + [JSONMember("x-personal", .boolean(true))])
    }
}
