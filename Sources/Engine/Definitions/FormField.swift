internal import Records

/// What a form asks for or shows, in the order of the form.
struct FormField: Sendable {
    /// One of the values that may be chosen.
    struct Option: Sendable, Equatable {
        let label: String
        let value: String
    }

    /// Where the value goes: names from the payload on, or from an entry of the list around it.
    let path: [String]
    let label: String
    let help: String
    /// The component's type in form-js.
    let type: String
    /// Whether it only shows a variable.
    let isReadOnly: Bool
    let isRequired: Bool
    let options: [Option]
    /// What each entry of a list asks for; nil for a single value.
    let entry: [FormField]?

    var name: String { path.joined(separator: ".") }
}

/// A form as far as it is needed to check it and to ask by it.
struct FormContent: Sendable {
    /// The first text of the form.
    let title: String
    let fields: [FormField]

    /// The content of a form file; nil for bytes that are none.
    init?(_ bytes: [UInt8]) {
        guard let form = try? JSONValue.parse(bytes),
            let components = form["components"]?.arrayValue
        else { return nil }
        let text = components.first { $0["type"]?.stringValue == "text" }?["text"]?.stringValue
        title =
            String(
                (text ?? "").split(separator: "\n").first ?? ""
            ).trimmingPrefix { $0 == "#" || $0 == " " }.description
        fields = Self.fields(of: components, in: [])
    }

    private static func fields(of components: [JSONValue], in path: [String]) -> [FormField] {
        var found: [FormField] = []
        for component in components {
            let type = component["type"]?.stringValue ?? ""
            let inner = component["components"]?.arrayValue ?? []
            let own = Self.path(component["path"])
            switch type {
            case "group": found += fields(of: inner, in: path + own)
            case "dynamiclist":
                found.append(field(component, type, path + own, entry: fields(of: inner, in: [])))
            default:
                guard component["key"] != nil else { continue }
                let field = field(component, type, path + Self.path(component["key"]), entry: nil)
                // Of fields that are shown on conditions, several may fill the same.
                if !found.contains(where: { $0.path == field.path }) { found.append(field) }
            }
        }
        return found
    }

    private static func path(_ text: JSONValue?) -> [String] {
        (text?.stringValue ?? "").split(separator: ".").map(String.init)
    }

    private static func field(
        _ component: JSONValue, _ type: String, _ path: [String], entry: [FormField]?
    ) -> FormField {
        let isTrue = JSONValue.boolean(true)
        let isShown = component["conditional"] == nil
        let label = component["label"]?.stringValue ?? component["dateLabel"]?.stringValue ?? ""
        return FormField(
            path: path, label: label, help: component["description"]?.stringValue ?? "",
            type: type,
            // An expression is worked out from the others, not filled.
            isReadOnly: component["readonly"] == isTrue || component["disabled"] == isTrue
                || type == "expression",
            isRequired: isShown && component["validate"]?["required"] == isTrue,
            options: options(component["values"]), entry: entry)
    }

    private static func options(_ values: JSONValue?) -> [FormField.Option] {
        (values?.arrayValue ?? []).compactMap { value in
            guard let text = value["value"].map(Self.text) else { return nil }
            return FormField.Option(label: value["label"]?.stringValue ?? text, value: text)
        }
    }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? "\(value)" }
}
