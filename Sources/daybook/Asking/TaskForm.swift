internal import Client
internal import Records

/// What a person fills in to complete a task.
struct TaskForm {
    private let schema: JSONValue?
    private(set) var payload = JSONValue.object([])

    /// A form over a command's schema.
    init(schema: JSONValue?) { self.schema = schema }

    /// Takes `name=value`.
    mutating func set(_ field: String) throws(ToolFailure) {
        let (name, text) = GivenField.parts(of: field)
        try set(name, text)
    }

    mutating func set(_ name: String, _ text: String) throws(ToolFailure) {
        let path = try FieldPath(name)
        payload = try path.set(
            FieldText.value(text, schema: path.schema(in: schema)), in: payload)
    }

    /// Asks until the value is of the field's kind.
    mutating func ask(for name: String, _ console: Console) throws(ToolFailure) {
        let field = try FieldPath(name).schema(in: schema)
        let meaning = field?["description"]?.stringValue.map { " \(SafeText.line($0))" } ?? ""
        let kind = field.map { " (\(DescriptionText.kind($0)))" } ?? ""
        while true {
            guard let text = console.ask("\(name)\(kind)\(meaning)\n  ? "), !text.isEmpty else {
                throw ToolFailure(.usage, "Nothing was given for \(name); the task stays open.")
            }
            do throws(ToolFailure) {
                return try set(name, text)
            } catch { console.warn(error.message) }
        }
    }
}
