import Foundation
package import Records
import Yams

/// What is wrong with a deployed file.
package struct DefinitionFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path, `processes/tax/codes.yaml`.
    package let file: String
    /// Where in the file: a line, a rule, a field; empty for the file as a whole.
    package let place: String
    /// What was expected and what was found.
    package let message: String
    /// What to do.
    package let remedy: String

    /// A fault from its parts.
    package init(file: String, place: String = "", _ message: String, remedy: String) {
        self.file = file
        self.place = place
        self.message = message
        self.remedy = remedy
    }

    /// File, place, fault and remedy on one line.
    package var description: String {
        let head = place.isEmpty ? file : "\(file), \(place)"
        return "\(head): \(message) \(remedy)"
    }

    /// The fault as a refusal of the command that needed the file.
    package var rejection: Rejection { Rejection(.badRuleResult, description) }
}

/// Reads a YAML file into a record, by the record's own declaration.
///
/// The declaration says whether a plain scalar is a text or a number, so that an account number
/// `1200` needs no quotes and a rate `0.20` keeps its digits.
package enum DefinitionFile {
    /// Bytes that a file may have.
    package static let bytesMax = 1 << 20
    /// How deep lists and objects may nest.
    package static let depthMax = 16
    /// Scalars that a file may have, aliases resolved.
    package static let scalarsMax = 100_000

    /// The record in a file.
    package static func read<Form: Record>(
        _ bytes: [UInt8], file: String, as type: Form.Type, currency: Currency? = nil
    ) throws(DefinitionFault) -> Form {
        guard bytes.count <= bytesMax else {
            throw DefinitionFault(
                file: file, "Expected at most \(bytesMax) bytes, found \(bytes.count).",
                remedy: "Split the file.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DefinitionFault(
                file: file, "Expected UTF-8 text.", remedy: "Save the file as UTF-8.")
        }
        let node = try compose(text, file: file)
        var scalarsLeft = scalarsMax
        let value = try json(
            node, Form.kind, file: file, depth: 0, scalarsLeft: &scalarsLeft)
        do throws(InputFailure) {
            return try Form.read(value, JSONContext(currency: currency))
        } catch {
            throw DefinitionFault(
                file: file, place: error.path, "\(error.reason).", remedy: "Correct the field.")
        }
    }

    private static func compose(_ text: String, file: String) throws(DefinitionFault) -> Node {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw DefinitionFault(
                file: file, "Expected YAML: \(error).", remedy: "Correct the place named.")
        }
        guard let node else {
            throw DefinitionFault(
                file: file, "Expected YAML, found an empty file.", remedy: "Fill or remove it.")
        }
        return node
    }

    private static func json(
        _ node: Node, _ kind: FieldKind, file: String, depth: Int, scalarsLeft: inout Int
    ) throws(DefinitionFault) -> JSONValue {
        guard depth <= depthMax else {
            throw DefinitionFault(
                file: file, place: place(of: node),
                "Expected at most \(depthMax) levels of nesting.", remedy: "Flatten the file.")
        }
        switch node {
        case .scalar(let scalar):
            scalarsLeft -= 1
            guard scalarsLeft > 0 else {
                throw DefinitionFault(
                    file: file, "Expected at most \(scalarsMax) values.",
                    remedy: "Split the file.")
            }
            return json(scalar, kind)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence {
                elements.append(
                    try json(
                        element, elementKind(of: kind), file: file, depth: depth + 1,
                        scalarsLeft: &scalarsLeft))
            }
            return .array(elements)
        case .mapping(let mapping):
            var members: [JSONMember] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw DefinitionFault(
                        file: file, place: place(of: key), "Expected a name before the colon.",
                        remedy: "Write `name: value`.")
                }
                members.append(
                    JSONMember(
                        name.string,
                        try json(
                            value, fieldKind(name.string, in: kind), file: file,
                            depth: depth + 1, scalarsLeft: &scalarsLeft)))
            }
            return .object(members)
        case .alias:
            throw DefinitionFault(
                file: file, place: place(of: node), "Expected a value, found an unknown alias.",
                remedy: "Write the value out.")
        }
    }

    private static func place(of node: Node) -> String {
        node.mark.map { "line \($0.line)" } ?? ""
    }

    private static func json(_ scalar: Node.Scalar, _ kind: FieldKind) -> JSONValue {
        let isPlain = scalar.style == .plain || scalar.style == .any
        switch kind {
        case .optional(let wrapped):
            let isNull = scalar.string.isEmpty || scalar.string == "null" || scalar.string == "~"
            return isPlain && isNull ? .null : json(scalar, wrapped)
        case .integer where isPlain: return .number(scalar.string)
        case .boolean where isPlain:
            switch scalar.string {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: return .string(scalar.string)
            }
        case .json where isPlain:
            if scalar.string == "true" || scalar.string == "false" {
                return .boolean(scalar.string == "true")
            }
            return Decimal(scalar.string) == nil ? .string(scalar.string) : .number(scalar.string)
        default: return .string(scalar.string)
        }
    }

    private static func elementKind(of kind: FieldKind) -> FieldKind {
        switch kind {
        case .list(let element): element
        case .optional(let wrapped): elementKind(of: wrapped)
        case .json: .json
        default: .text
        }
    }

    private static func fieldKind(_ name: String, in kind: FieldKind) -> FieldKind {
        switch kind {
        case .record(let description):
            description.fields.first { $0.name == name }?.kind ?? .text
        case .optional(let wrapped): fieldKind(name, in: wrapped)
        case .json: .json
        default: .text
        }
    }
}
