import Markup

/// Reads which form a user task has: a file of the set, one inside the diagram, or one outside.
extension ProcessParser {
    /// What a form key begins with that names a `zeebe:userTaskForm` of the process.
    private static let embeddedPrefix = "camunda-forms:bpmn:"

    /// The forms inside the diagram, by their ids.
    var embeddedForms: [String: String] {
        let forms = process.child(named: "extensionElements", in: Namespace.bpmn)?.children(
            named: "userTaskForm", in: Namespace.zeebe)
        return Dictionary(
            (forms ?? []).compactMap { form in
                form.attribute("id").map { ($0, form.trimmedText) }
            }, uniquingKeysWith: { _, last in last })
    }

    mutating func readForm(
        _ form: Element, of source: Element, into description: inout UserTaskDescription
    ) {
        let given = ["formId", "externalReference", "formKey"].filter {
            !(form.attribute($0) ?? "").isEmpty
        }
        guard given.count == 1, let name = given.first, let text = form.attribute(name) else {
            note(
                .error, source,
                "expected one of formId, externalReference and formKey in zeebe:formDefinition,"
                    + " found \(given.isEmpty ? "none" : given.joined(separator: ", "))",
                remedy: "name the form by one of them")
            return
        }
        if name == "formId" {
            description.form = text
        } else if name == "formKey", text.hasPrefix(Self.embeddedPrefix) {
            description.form = String(text.dropFirst(Self.embeddedPrefix.count))
            description.formSource = .embedded
            if embeddedForms[description.form] == nil {
                note(
                    .error, source,
                    "form \(description.form) is not in the diagram (zeebe:userTaskForm)",
                    remedy: "save the form with the diagram, or link a form file by formId")
            }
        } else {
            description.formSource = .external
            description.externalForm = textOrExpression(text, of: source, what: name)
        }
    }
}
