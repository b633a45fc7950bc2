internal import ArgumentParser
internal import Foundation
internal import Records

/// Where a payload comes from: JSON on the command line, a file, the input, or single fields.
struct PayloadOptions: ParsableArguments {
    @Argument(help: "The fields as a JSON object; - reads it from the input.")
    var payload: String?

    @Option(help: "Read the JSON object from this file.")
    var file: String?

    @Option(
        name: .customLong("field"), parsing: .unconditionalSingleValue,
        help: "One field, name=value; lines[0].product=P-1 reaches inside. May be repeated.")
    var fields: [String] = []

    /// Bytes that a payload may have; the protocol's own limit of a line.
    static let bytesMax = 1 << 20

    func validate() throws {
        if payload != nil, file != nil {
            throw ValidationError("Give either JSON or --file, not both.")
        }
        try GivenField.check(fields)
    }

    /// The payload; `schema` tells of which kind the single fields are.
    func read(
        _ console: Console, schema: () throws(ToolFailure) -> JSONValue?
    ) throws(ToolFailure) -> JSONValue {
        let text = try text(console)
        var value = JSONValue.object([])
        if let text, !text.allSatisfy(\.isWhitespace) {
            do throws(JSONFailure) {
                value = try JSONValue.parse(text)
            } catch { throw ToolFailure(.usage, "The payload is no JSON: \(error).") }
            guard value.objectMembers != nil else {
                throw ToolFailure(
                    .usage, "The payload is a JSON object in braces, found \(value.kindName).")
            }
        }
        if fields.isEmpty { return value }
        let schema = try schema()
        for field in fields {
            let (name, text) = GivenField.parts(of: field)
            let path = try FieldPath(name)
            value = try path.set(FieldText.value(text, schema: path.schema(in: schema)), in: value)
        }
        return value
    }

    private func text(_ console: Console) throws(ToolFailure) -> String? {
        if payload == "-" { return console.readAll() }
        guard let file else { return payload }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ToolFailure(.usage, "The file \(file) cannot be read; check the path.")
        }
        guard data.count <= Self.bytesMax else {
            throw ToolFailure(
                .usage,
                "The file \(file) has \(data.count) bytes; a payload has at most \(Self.bytesMax).")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ToolFailure(.usage, "The file \(file) is not UTF-8.")
        }
        return text
    }
}

/// What stands behind `--field`: `name=value`.
enum GivenField {
    /// Refuses one without a name.
    static func check(_ fields: [String]) throws {
        for field in fields where !field.contains("=") {
            throw ValidationError("--field takes name=value, found \"\(field)\".")
        }
    }

    /// The name, and all behind the first `=`.
    static func parts(of field: String) -> (name: String, text: String) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    /// JSON where the text reads as such, else the text.
    static func json(_ text: String) -> JSONValue {
        (try? JSONValue.parse(text)) ?? .string(text)
    }
}

/// A place inside a payload: `customer`, `lines[0].product`.
struct FieldPath: Equatable {
    enum Step: Equatable {
        case name(String)
        case index(Int)
    }

    /// Entries of a list that a path may reach.
    static let indexMax = 9_999
    let steps: [Step]

    init(_ text: String) throws(ToolFailure) {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty else {
                throw ToolFailure(
                    .usage, "A field is named like customer or lines[0].product, found \"\(text)\"."
                )
            }
            steps.append(.name(String(name)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", let index = Int(piece.dropLast()),
                    (0...Self.indexMax).contains(index)
                else {
                    throw ToolFailure(
                        .usage,
                        "An entry of a list is named like lines[0], up to [\(Self.indexMax)], found \"\(text)\"."
                    )
                }
                steps.append(.index(index))
            }
        }
        self.steps = steps
    }

    /// The schema of the place.
    func schema(in schema: JSONValue?) -> JSONValue? {
        steps.reduce(schema) { schema, step in
            switch step {
            case .name(let name): schema?["properties"]?[name]
            case .index: schema?["items"]
            }
        }
    }

    /// The payload with a value at the place.
    func set(_ value: JSONValue, in payload: JSONValue) throws(ToolFailure) -> JSONValue {
        try Self.set(value, steps[...], in: payload)
    }

    private static func set(
        _ value: JSONValue, _ steps: ArraySlice<Step>, in target: JSONValue?
    ) throws(ToolFailure) -> JSONValue {
        guard let step = steps.first else { return value }
        switch step {
        case .name(let name):
            var members = target?.objectMembers ?? []
            let inner = try set(value, steps.dropFirst(), in: target?[name])
            if let place = members.firstIndex(where: { $0.name == name }) {
                members[place] = JSONMember(name, inner)
            } else {
                members.append(JSONMember(name, inner))
            }
            return .object(members)
        case .index(let index):
            var elements = target?.arrayValue ?? []
            guard index <= elements.count else {
                throw ToolFailure(
                    .usage, "Entry [\(index)] is given before entry [\(elements.count)].")
            }
            let old = index < elements.count ? elements[index] : nil
            let inner = try set(value, steps.dropFirst(), in: old)
            if index < elements.count { elements[index] = inner } else { elements.append(inner) }
            return .array(elements)
        }
    }
}

/// A value as a person types it, as JSON of the kind that the schema asks for.
enum FieldText {
    static func value(_ text: String, schema: JSONValue?) throws(ToolFailure) -> JSONValue {
        switch schema?["type"]?.stringValue {
        case "integer":
            guard Int64(text) != nil else {
                throw ToolFailure(.usage, "Expected a whole number, found \"\(text)\".")
            }
            return .number(text)
        case "number":
            guard let value = try? JSONValue.parse(text), case .number = value else {
                throw ToolFailure(.usage, "Expected a number, found \"\(text)\".")
            }
            return value
        case "boolean":
            switch text {
            case "true", "yes": return .boolean(true)
            case "false", "no": return .boolean(false)
            default:
                throw ToolFailure(.usage, "Expected true or false, found \"\(text)\".")
            }
        case "array":
            if text.hasPrefix("[") { return try json(text) }
            var elements: [JSONValue] = []
            for part in text.split(separator: ",") {
                elements.append(
                    try value(
                        part.trimmingCharacters(in: .whitespaces), schema: schema?["items"]))
            }
            return .array(elements)
        case "object": return try json(text)
        case "string": return .string(text)
        default:
            // No kind is known: an object or a list is JSON, all else a text.
            return text.hasPrefix("{") || text.hasPrefix("[") ? try json(text) : .string(text)
        }
    }

    private static func json(_ text: String) throws(ToolFailure) -> JSONValue {
        do throws(JSONFailure) {
            return try JSONValue.parse(text)
        } catch {
            throw ToolFailure(.usage, "Expected JSON, found \"\(text.prefix(60))\": \(error).")
        }
    }
}
