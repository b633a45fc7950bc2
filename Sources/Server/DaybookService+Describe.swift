internal import Business
internal import Engine
internal import Records
internal import Views

extension DaybookService {
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
        let verbs = [
            line(
                "query", "query NAME [as-of=DATE] [at=POSITION|TIME] [after=POSITION] {parameters}"),
            line("describe", "describe NAME of a command, a query or an event"),
            line("subscribe", "subscribe [from=POSITION] {\"streams\":[…],\"types\":[…]}"),
            line("rebuild", "rebuild {\"views\":[…]}"),
            line("backup", "backup {\"folder\":…}"),
            line("help", "this list"),
        ]
        let extra = [
            line("finance.preview", "The vouchers that a command would make."),
            line("engine.object", "The state of a thing: {\"object\":\"type/id\"}."),
            line("engine.views", "How far each view is."),
        ]
        let operating = OperatingQuery.all.sorted { $0.name < $1.name }.map {
            line($0.name, $0.documentation)
        }
        let body = JSONValue.object([
            "commands": .array(commands), "queries": .array(queries + operating + extra),
            "verbs": .array(verbs),
        ])
        return "ok \(body)"
    }

    /// What a command, a query or an event is made of.
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
        if let event = engine.registry.events[name] {
            return "ok \(Self.json(of: event))"
        }
        let names =
            Array(commands.keys) + views.catalog.queries.map(\.name)
            + OperatingQuery.all.map(\.name)
            + Array(engine.registry.events.keys)
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
        .object([
            "kind": .string("query"), "name": .string(query.name),
            "doc": .string(query.documentation), "schema": query.parameters.jsonSchema,
            "axes": .array([]),
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
