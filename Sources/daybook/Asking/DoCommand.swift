internal import ArgumentParser
internal import Client
internal import Records

/// Who gives a command, when and under which key.
struct CommandOptions: ParsableArguments {
    @Option(help: "The idempotency key; a fresh one when absent.")
    var key: String?

    @Option(help: "The version at which the thing must stand.")
    var expect: UInt64?

    @Option(help: "The posting date, 2026-09-30.")
    var date: String?

    @Option(help: "The person for whom the command is given (gateways only).")
    var onBehalfOf: String?

    /// The options of the request; the key comes first.
    func options(_ console: Console) -> [(name: String, value: String)] {
        var options = [(name: "key", value: key ?? console.makeKey())]
        if let expect { options.append((name: "expect", value: String(expect))) }
        if let date { options.append((name: "date", value: date)) }
        if let onBehalfOf { options.append((name: "on-behalf-of", value: onBehalfOf)) }
        return options
    }
}

/// `daybook do`.
struct DoCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "do", abstract: "Gives a command: it is accepted, or refused with a reason.",
        discussion: """
            daybook do sales.open-account '{"account":"ALFKI","name":"Alfreds"}'
            daybook do sales.cancel-order --field order=SO-2026-000042 --field reason=customer
            """)

    @Argument(
        help: "The command, sales.place-order; `daybook describe` lists them.",
        completion: .custom { _, _, _ in Names.completion(\.commands) })
    var command: String

    @OptionGroup var payload: PayloadOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let payload = try payload.read(console) { () throws(ToolFailure) in
            try Schemas.command(command, connection)
        }
        try Giving(connection, daemon, console).give(
            command, payload, options: given.options(console))
    }
}

/// Gives a command and shows what became of it.
struct Giving {
    private let connection: Daemon
    private let options: DaemonOptions
    private let console: Console

    init(_ connection: Daemon, _ options: DaemonOptions, _ console: Console) {
        self.connection = connection
        self.options = options
        self.console = console
    }

    func give(
        _ command: String, _ payload: JSONValue, options given: [(name: String, value: String)]
    ) throws(ToolFailure) {
        let body = try connection.require(
            RequestLine.text(command, options: given, payload: payload))
        console.print(options.json ? body.description : Self.text(body))
    }

    /// The answer in a line, or what the command tells of itself.
    static func text(_ body: JSONValue) -> String {
        if body["unchanged"] == .boolean(true) { return "Nothing had to be changed." }
        if let position = body["position"]?.integerValue, let stream = body["stream"]?.stringValue {
            let version = body["version"]?.integerValue.map { " version \($0)" } ?? ""
            return "ok: \(SafeText.line(stream))\(version), position \(position)\(details(body))"
        }
        guard let members = body.objectMembers, !members.isEmpty else { return "ok" }
        let columns = members.map { ReplyColumn(name: $0.name, kind: "text") }
        return ReplyText.record(body, columns).joined(separator: "\n")
    }

    private static let places: Set<String> = ["position", "stream", "version", "tag"]

    /// What the answer says beside the place: `; order: SO-2026-000042`.
    private static func details(_ body: JSONValue) -> String {
        let said = (body.objectMembers ?? []).filter { !places.contains($0.name) }.map {
            "\(ReplyColumn(name: $0.name, kind: "text").title): \(ReplyText.cell($0.value))"
        }
        return said.isEmpty ? "" : "; " + SafeText.line(said.joined(separator: ", "))
    }
}

/// The schemas of commands, as the daemon describes them.
enum Schemas {
    /// The schema of a command's payload; nil where the daemon knows no such command, which it then
    /// says better itself.
    static func command(_ name: String, _ daemon: Daemon) throws(ToolFailure) -> JSONValue? {
        let answer = try daemon.ask(RequestLine.text("describe", name))
        return answer.isOK ? answer.body["schema"] : nil
    }
}
