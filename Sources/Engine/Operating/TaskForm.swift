internal import Business
internal import Processes
internal import Records
internal import Views

extension OperatingQuery {
    /// Which task.
    struct FormParameters: Record {
        let task: String

        static let schema = Schema<FormParameters>(
            "process.form-parameters", "Which task.",
            Field(1, "task", \.task, "The task's id, `instance:number`."),
            make: FormParameters.init)
    }

    static let form = OperatingQuery(
        "process.form",
        "What a task asks a person: the fields of its form in their order, and what it shows.",
        FormParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        guard let place = await desk.engine.taskPlace(parameters.task) else {
            throw .unknownObject(
                "There is no open task \"\(parameters.task)\"; see process.tasks.")
        }
        let content: FormContent? =
            switch place.source {
            case .external: nil
            case .embedded: place.embedded.flatMap { FormContent(Array($0.utf8)) }
            case .linked:
                place.form.isEmpty
                    ? nil : try desk.engine.setFiles(number: place.set).form(place.form)
            }
        let command = desk.engine.registry.commands[place.command]
        let asked = content?.fields.filter { !$0.isReadOnly } ?? []
        return .object([
            "task": .string(parameters.task),
            "form": place.source == .external ? nil : Self.text(place.form),
            "externalReference": place.source == .external ? Self.text(place.form) : nil,
            "command": Self.text(place.command), "title": Self.text(content?.title ?? ""),
            "shown": .array(
                (content?.fields ?? []).filter(\.isReadOnly).compactMap { place.shown($0) }),
            "fields": .array(asked.map { place.asked($0) }),
            // What a form outside asks for, nobody here knows.
            "schema": command?.description.jsonSchema
                ?? (place.source == .external ? nil : Self.schema(of: asked)),
        ])
    }

    private static func text(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }

    /// What a task without command takes: values of the kinds that its form's fields have.
    private static func schema(of fields: [FormField]) -> JSONValue {
        .object([
            "type": .string("object"),
            "properties": .object(
                fields.filter { $0.path.count == 1 }.map { JSONMember($0.name, kind(of: $0)) }),
        ])
    }

    private static func kind(of field: FormField) -> JSONValue {
        if let entry = field.entry {
            return .object(["type": .string("array"), "items": schema(of: entry)])
        }
        switch field.type {
        case "number": return .object(["type": .string("number")])
        case "checkbox": return .object(["type": .string("boolean")])
        case "checklist", "taglist":
            let text = JSONValue.object(["type": .string("string")])
            return .object(["type": .string("array"), "items": text])
        default: return .object(["type": .string("string")])
        }
    }
}

/// An open task with what its form needs.
private struct FormPlace: Sendable {
    let form: String
    let source: FormSource
    /// The text of a form inside the diagram.
    let embedded: String?
    let command: String
    let set: Int
    let variables: [ProcessField]

    /// A variable that the form shows; nil where the process does not know it.
    func shown(_ field: FormField) -> JSONValue? {
        value(of: field).map {
            .object(["name": .string(field.name), "label": .string(label(of: field)), "value": $0])
        }
    }

    /// A field that the form asks for, with what the process knows of it.
    func asked(_ field: FormField) -> JSONValue {
        .object([
            "name": .string(field.name), "label": .string(label(of: field)),
            "help": field.help.isEmpty ? nil : .string(field.help), "type": .string(field.type),
            "required": .boolean(field.isRequired),
            "options": field.options.isEmpty
                ? nil
                : .array(
                    field.options.map {
                        .object(["label": .string($0.label), "value": .string($0.value)])
                    }),
            "value": value(of: field), "entry": field.entry.map { .array($0.map(asked)) },
        ])
    }

    private func label(of field: FormField) -> String {
        field.label.isEmpty ? field.name : field.label
    }

    private func value(of field: FormField) -> JSONValue? {
        guard let first = field.path.first, let variable = variables.value(of: first) else {
            return nil
        }
        var value = JSONValue(variable)
        for name in field.path.dropFirst() {
            guard let inner = value[name] else { return nil }
            value = inner
        }
        return value == .null ? nil : value
    }
}

extension SetFiles {
    /// The content of a form.
    fileprivate func form(_ id: String) -> FormContent? {
        FormFile.files(in: files).last { $0.id == id }.flatMap { FormContent($0.file.bytes) }
    }
}

extension Engine {
    /// An open task; nil where there is none with the id.
    fileprivate func taskPlace(_ id: String) async -> FormPlace? {
        await onWriter { core -> FormPlace? in
            guard let place = try? core.task(id), let set = try? core.set(of: place.state) else {
                return nil
            }
            let machine = place.state.machine
            let definition = machine.element(place.wait.owner).flatMap {
                core.library.definitions(of: machine, in: set)[machine.definitions[$0.definition]]
            }
            return FormPlace(
                form: place.task.form, source: place.task.formSource,
                embedded: place.task.formSource == .embedded
                    ? definition?.embeddedForms[place.task.form] : nil,
                command: place.task.command,
                set: place.task.formSet ?? Int(place.state.set),
                variables: place.state.machine.visibleVariables(at: place.wait.owner))
        } ?? nil
    }
}
