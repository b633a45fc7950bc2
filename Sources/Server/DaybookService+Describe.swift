internal import Business
internal import Engine
internal import Records
internal import Views

extension DaybookService {
    /// What a line can begin with besides a command's name.
    private static let verbs: [(name: String, doc: String)] = [
        ("query", "query NAME [as-of=DATE] [at=POSITION|TIME] [after=POSITION] {parameters}"),
        ("describe", "describe NAME of a command, a query, an event or a verb"),
        ("subscribe", "subscribe [from=POSITION] {\"streams\":[…],\"types\":[…]}"),
        ("rebuild", "rebuild {\"views\":[…]}"),
        ("backup", "backup {\"folder\":…}"),
        ("help", "this list"),
    ]

    /// All names, with a sentence each.
    func help() -> String {
        func line(_ name: String, _ doc: String) -> JSONValue {
            .object(["name": .string(name), "doc": .string(doc)])
        }
        let commands = engine.commandDescriptions.sorted { $0.key < $1.key }.map {
            line($0.key, $0.value.record.documentation)
        }
        let queries = views.catalog.queries.sorted { $0.name < $1.name }.map {
            line($0.name, $0.documentation)
        }
        let verbs = Self.verbs.map { line($0.name, $0.doc) }
        let present = PresentQuery.all.map { line($0.name, $0.documentation) }
        let operating = OperatingQuery.all.sorted { $0.name < $1.name }.map {
            line($0.name, $0.documentation)
        }
        let events = engine.registry.events.sorted { $0.key < $1.key }.map {
            line($0.key, $0.value.description.documentation)
        }
        let body = JSONValue.object([
            "commands": .array(commands), "queries": .array(queries + operating + present),
            "verbs": .array(verbs), "events": .array(events),
        ])
        return "ok \(body)"
    }

    /// What a command, a query or an event is made of; of a verb, how it is used.
    func describe(_ request: Request) -> String {
        let name = request.subject
        let commands = engine.commandDescriptions
        if let command = commands[name] {
            return "ok \(Self.json(of: command, name))"
        }
        if let query = views.catalog.query(name) {
            return "ok \(Self.json(of: query))"
        }
        if let query = OperatingQuery.named(name) {
            return "ok \(Self.json(of: query))"
        }
        if let query = PresentQuery.named(name) {
            return "ok \(Self.json(of: query))"
        }
        if let verb = Self.verbs.first(where: { $0.name == name }) {
            return "ok \(Self.json(of: verb))"
        }
        if let event = engine.registry.events[name] {
            return "ok \(Self.json(of: event))"
        }
        let names =
            Array(commands.keys) + views.catalog.queries.map(\.name)
            + OperatingQuery.all.map(\.name) + PresentQuery.all.map(\.name)
            + Self.verbs.map(\.name) + Array(engine.registry.events.keys)
        let hint = nearest(to: name, among: names.sorted()).map { " Did you mean \($0)?" } ?? ""
        return Self.refusal(
            "unknown-name", "There is no command, query or event \"\(name)\".\(hint)")
    }

    private static func json(of command: Engine.CommandDescription, _ name: String) -> JSONValue {
        .object([
            "kind": .string("command"), "name": .string(name),
            "doc": .string(command.record.documentation), "schema": command.record.jsonSchema,
            "roles": .array(command.access.roles.map { .string($0) }),
            "human": .boolean(command.access.isHuman),
            "rejections": .array(command.rejections.map { .string($0) }),
        ])
    }

    private static func json(of query: ViewQuery) -> JSONValue {
        var axes: [JSONValue] = []
        if query.axes.contains(.asOf) { axes.append(.string("as-of")) }
        if query.axes.contains(.at) { axes.append(.string("at")) }
        return .object([
            "kind": .string("query"), "name": .string(query.name),
            "doc": .string(query.documentation), "schema": query.parameters.jsonSchema,
            "axes": .array(axes), "columns": columns(of: query),
        ])
    }

    private static func json(of query: OperatingQuery) -> JSONValue {
        presentQuery(query.name, query.documentation, query.parameters)
    }

    private static func json(of query: PresentQuery) -> JSONValue {
        presentQuery(query.name, query.documentation, query.parameters)
    }

    /// A question that is asked about the present alone.
    private static func presentQuery(
        _ name: String, _ documentation: String, _ parameters: RecordDescription
    ) -> JSONValue {
        .object([
            "kind": .string("query"), "name": .string(name), "doc": .string(documentation),
            "schema": parameters.jsonSchema, "axes": .array([]),
        ])
    }

    private static func json(of verb: (name: String, doc: String)) -> JSONValue {
        .object([
            "kind": .string("verb"), "name": .string(verb.name), "doc": .string(verb.doc),
        ])
    }

    private static func json(of event: EventType) -> JSONValue {
        .object([
            "kind": .string("event"), "name": .string(event.description.name),
            "doc": .string(event.description.documentation),
            "version": .integer(event.version), "stream": .string(event.streamType),
            "schema": event.description.jsonSchema,
        ])
    }
}
