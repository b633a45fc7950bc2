internal import Business
internal import Processes
internal import Records

/// Holds the forms of user tasks against the commands that completing the tasks gives.
///
/// What a person fills in is the command's payload, so a field that the command does not have would
/// be refused when the work is done; here it is refused when it is deployed.
struct TaskFormCheck {
    let registry: Registry
    /// The forms of the set, by id.
    let forms: [String: FormContent]

    init(files: [GivenDefinition], registry: Registry) {
        self.registry = registry
        forms = Dictionary(
            FormFile.files(in: files).compactMap { id, file in
                FormContent(file.bytes).map { (id, $0) }
            }, uniquingKeysWith: { _, last in last })
    }

    /// What is wrong or doubtful about the tasks of a process.
    func diagnostics(of definition: ProcessDefinition) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let known = variables(of: definition)
        for element in definition.elements {
            guard case .userTask(let task) = element.kind else { continue }
            if task.formSource == .embedded, let text = definition.embeddedForms[task.form],
                FormContent(Array(text.utf8)) == nil
            {
                found.append(
                    Diagnostic(
                        .error, file: definition.file, elementID: element.id,
                        elementName: element.name, line: element.line,
                        message: "form \(task.form) in the diagram is no form of the modeler",
                        remedy: "export it again as JSON with its components"))
            }
            guard let form = form(of: task, in: definition),
                let name = element.property("command"), let command = registry.commands[name]
            else { continue }
            let fields = command.description.fields
            func note(_ severity: Diagnostic.Severity, _ message: String, _ remedy: String) {
                found.append(
                    Diagnostic(
                        severity, file: definition.file, elementID: element.id,
                        elementName: element.name, line: element.line, message: message,
                        remedy: remedy))
            }
            let asked = form.fields.filter { !$0.isReadOnly }
            for field in asked {
                for unknown in unknownNames(field, in: fields) {
                    note(
                        .error,
                        "form \(task.form) asks for \(unknown.name), which is no field of \(name)",
                        unknown.remedy)
                }
            }
            guard let known else { continue }
            let given = known.union(asked.compactMap(\.path.first))
            for field in fields where field.isRequired && !given.contains(field.name) {
                note(
                    .warning,
                    "neither form \(task.form) nor a variable gives \(field.name), which \(name) needs",
                    "add a field with the key \(field.name), or map it")
            }
        }
        return found
    }

    /// The form of a task, of the set or of the diagram; nil where it has none here.
    private func form(
        of task: UserTaskDescription, in definition: ProcessDefinition
    ) -> FormContent? {
        switch task.formSource {
        case .linked: forms[task.form]
        case .embedded:
            definition.embeddedForms[task.form].flatMap { FormContent(Array($0.utf8)) }
        case .external: nil
        }
    }

    // MARK: Names

    private struct Unknown {
        let name: String
        let remedy: String
    }

    /// The names of a field, and of what is in its entries, that the record does not have.
    private func unknownNames(
        _ field: FormField, in fields: [FieldDescription]
    ) -> [Unknown] {
        var fields = fields
        var kind: FieldKind?
        for (depth, name) in field.path.enumerated() {
            if depth > 0 {
                guard let inner = Self.record(of: kind) else { return [] }
                fields = inner
            }
            guard let found = fields.first(where: { $0.name == name }) else {
                let known = fields.map(\.name)
                let remedy =
                    nearest(to: name, among: known).map { "did you mean \($0)?" }
                    ?? "its fields are \(known.joined(separator: ", "))"
                return [Unknown(name: field.name, remedy: remedy)]
            }
            kind = found.kind
        }
        guard let entry = field.entry else { return [] }
        guard let inner = Self.record(of: kind) else { return [] }
        return entry.filter { !$0.isReadOnly }.flatMap { part in
            unknownNames(part, in: inner).map {
                Unknown(name: "\(field.name).\($0.name)", remedy: $0.remedy)
            }
        }
    }

    /// The fields of a record inside a field; nil where any JSON may stand.
    private static func record(of kind: FieldKind?) -> [FieldDescription]? {
        switch kind {
        case .record(let description)?: description.fields
        case .list(let inner)?, .optional(let inner)?, .personal(let inner)?: record(of: inner)
        case .json?, nil: nil
        default: []
        }
    }

    // MARK: Variables

    /// Names of variables that something in a process gives; nil where anything may be given.
    private func variables(of definition: ProcessDefinition) -> Set<String>? {
        var names: Set<String> = []
        for element in definition.elements {
            for mapping in element.inputs + element.outputs {
                if let first = mapping.target.first { names.insert(first) }
            }
            if let loop = element.multiInstance {
                names.formUnion([loop.inputElement, loop.outputCollection])
            }
            guard let given = given(by: element, of: definition) else { return nil }
            names.formUnion(given)
        }
        return names
    }

    /// What an element gives beside its mappings; nil where it may be anything.
    private func given(by element: FlowElement, of definition: ProcessDefinition) -> Set<String>? {
        let isMapped = !element.outputs.isEmpty
        switch element.kind {
        case .businessRuleTask(_, let variable), .scriptTask(_, let variable): return [variable]
        case .callActivity(let target): return target.passesAllVariablesUp ? nil : []
        case .serviceTask(let job):
            let isCommand = job.type.staticText.map(registry.isModule) ?? false
            return isMapped || isCommand ? [] : nil
        case .userTask(let task):
            // What is given to a command is the command's alone.
            if isMapped || element.property("command") != nil { return [] }
            return form(of: task, in: definition).map { Set($0.fields.compactMap(\.path.first)) }
        case .receiveTask(let message): return isMapped ? [] : names(in: message)
        case .startEvent(.none):
            // Whoever starts it, or calls it, gives what he wants.
            return element.parent == definition.root.index ? nil : []
        case .startEvent(.message(let message)), .catchEvent(.message(let message)),
            .boundaryEvent(.message(let message)):
            return isMapped ? [] : names(in: message)
        case .startEvent(.signal), .catchEvent(.signal), .boundaryEvent(.signal):
            return isMapped ? [] : nil
        default: return []
        }
    }

    /// The fields of the event that a message is; nil for one from outside.
    private func names(in message: MessageDescription) -> Set<String>? {
        guard let name = message.name.staticText, let event = registry.events[name] else {
            return nil
        }
        return Set(event.description.fields.map(\.name))
    }
}
