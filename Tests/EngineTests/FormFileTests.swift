import Business
import Engine
import Records
import Testing

@Suite("A form is read when it is deployed, and a broken one is refused")
struct FormFileTests {
    /// A broken form, and what the refusal tells.
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let content: String
        let tells: [String]
    }

    private static func form(_ components: String, id: String = "ask") -> String {
        #"{"type": "default", "id": "\#(id)", "components": [\#(components)]}"#
    }

    private static let whole = form(
        """
        {"type": "text", "text": "# Ask"},
        {"type": "textfield", "id": "a", "key": "customer.name", "label": "", "readonly": true},
        {"type": "number", "id": "b", "key": "amount", "validate": {"required": true}},
        {"type": "textarea", "key": "why", "conditional": {"hide": "=amount > 1"}},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=amount < 2"}},
        {"type": "datetime", "subtype": "date", "dateLabel": "Day", "key": "day"},
        {"type": "group", "components": [{"type": "checkbox", "key": "agreed"}]},
        {"type": "dynamiclist", "path": "lines", "components": [
          {"type": "number", "key": "amount", "disabled": "=agreed"}]}
        """)

    // swift-format-ignore
    static let faults = [
        Fault(testDescription: "no JSON", content: "{\"type\": ", tells: ["Expected JSON", "byte "]),
        Fault(testDescription: "empty", content: " ", tells: ["Expected JSON"]),
        Fault(testDescription: "no object", content: "[]", tells: ["Expected an object, found a list"]),
        Fault(testDescription: "no type", content: #"{"id": "ask", "components": []}"#, tells: ["type", "found nothing"]),
        Fault(testDescription: "another type", content: #"{"type": "page", "id": "ask", "components": []}"#, tells: ["Expected \"default\""]),
        Fault(testDescription: "no id", content: #"{"type": "default", "components": []}"#, tells: ["id", "found nothing"]),
        Fault(testDescription: "another id", content: form("", id: "asks"), tells: ["Expected ask,", "found asks"]),
        Fault(testDescription: "no components", content: #"{"type": "default", "id": "ask"}"#, tells: ["components", "Expected a list, found nothing"]),
        Fault(testDescription: "components no list", content: #"{"type": "default", "id": "ask", "components": {}}"#, tells: ["Expected a list, found an object"]),
        Fault(testDescription: "component no object", content: form("7"), tells: ["components[0]", "found the number 7"]),
        Fault(testDescription: "component without type", content: form(#"{"key": "a"}"#), tells: ["components[0].type"]),
        Fault(testDescription: "unknown type", content: form(#"{"type": "textfeld", "key": "a"}"#), tells: ["components[0].type", "Did you mean textfield?"]),
        Fault(testDescription: "field without key", content: form(#"{"type": "text"}, {"type": "number", "id": "n"}"#), tells: ["components[1].key", "found nothing"]),
        Fault(testDescription: "empty key", content: form(#"{"type": "number", "key": ""}"#), tells: ["components[0].key", "an empty one"]),
        Fault(testDescription: "key no text", content: form(#"{"type": "number", "key": 1}"#), tells: ["components[0].key", "found the number 1"]),
        Fault(testDescription: "key no path", content: form(#"{"type": "number", "key": "a..b"}"#), tells: ["components[0].key", "a..b"]),
        Fault(testDescription: "key twice", content: form(#"{"type": "number", "key": "a"}, {"type": "textfield", "key": "a"}"#), tells: ["components[1].key", "found a"]),
        Fault(testDescription: "id twice", content: form(#"{"type": "text", "id": "a"}, {"type": "group", "components": [{"type": "text", "id": "a"}]}"#), tells: ["components[1].components[0].id"]),
        Fault(testDescription: "label no text", content: form(#"{"type": "number", "key": "a", "label": {}}"#), tells: ["components[0].label", "found an object"]),
        Fault(testDescription: "readonly no boolean", content: form(#"{"type": "number", "key": "a", "readonly": "yes"}"#), tells: ["components[0].readonly"]),
        Fault(testDescription: "validate no object", content: form(#"{"type": "number", "key": "a", "validate": true}"#), tells: ["components[0].validate"]),
        Fault(testDescription: "required no boolean", content: form(#"{"type": "number", "key": "a", "validate": {"required": 1}}"#), tells: ["components[0].validate.required"]),
        Fault(testDescription: "date of no kind", content: form(#"{"type": "datetime", "key": "a", "subtype": "year"}"#), tells: ["components[0].subtype", "year"]),
        Fault(testDescription: "list without path", content: form(#"{"type": "dynamiclist", "components": []}"#), tells: ["components[0].path"]),
        Fault(testDescription: "list without components", content: form(#"{"type": "dynamiclist", "path": "lines"}"#), tells: ["components[0].components"]),
        Fault(testDescription: "field in a list", content: form(#"{"type": "dynamiclist", "path": "lines", "components": [{"type": "number"}]}"#), tells: ["components[0].components[0].key"]),
    ]

    private func deploy(_ content: String, _ firm: Firm) async throws -> CommandReply {
        try await firm.ask(
            "definition.deploy",
            .object([
                "files": .array([
                    .object([
                        "name": .string("processes/forms/ask.form"), "content": .string(content),
                    ])
                ])
            ]))
    }

    @Test("every broken form is refused with its file and the cause")
    func refused() async throws {
        let firm = try await Firm()
        for fault in Self.faults {
            guard case .rejected(let refusal) = try await deploy(fault.content, firm) else {
                Issue.record("\(fault.testDescription): it was deployed")
                continue
            }
            #expect(refusal.code.name == "definition-invalid", "\(fault.testDescription)")
            for part in ["processes/forms/ask.form"] + fault.tells {
                #expect(
                    refusal.message.contains(part), "\(fault.testDescription): \(refusal.message)")
            }
        }
        guard case .accepted = try await deploy(Self.whole, firm) else {
            Issue.record("a whole form is refused")
            return
        }
    }
}
