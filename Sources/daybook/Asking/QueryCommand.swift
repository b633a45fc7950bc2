internal import ArgumentParser
internal import Client
internal import Records

/// The axes of time on which a question is asked.
struct AxisOptions: ParsableArguments {
    @Option(help: "As effective on this date, 2026-09-30.")
    var asOf: String?

    @Option(help: "As known at this position or time.")
    var at: String?

    @Option(help: "Wait until the view has reached this position: read your own writes.")
    var after: UInt64?

    var options: [(name: String, value: String)] {
        var options: [(name: String, value: String)] = []
        if let asOf { options.append((name: "as-of", value: asOf)) }
        if let at { options.append((name: "at", value: at)) }
        if let after { options.append((name: "after", value: String(after))) }
        return options
    }
}

/// `daybook query`.
struct QueryCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Asks a question and prints the answer as a table.",
        discussion: """
            daybook query finance.trial-balance --as-of 2026-09-30
            daybook query sales.deal --field deal=DEAL-5
            """)

    @Argument(
        help: "The question, finance.trial-balance; `daybook describe` lists them.",
        completion: .custom { _, _, _ in Names.completion(\.queries) })
    var name: String

    @OptionGroup var payload: PayloadOptions
    @OptionGroup var axes: AxisOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let payload = try payload.read(console) { () throws(ToolFailure) in
            try Schemas.command(name, connection)
        }
        try Asking.show(
            name, payload, options: axes.options, connection, daemon, console)
    }
}

/// Asks a question and shows its answer.
enum Asking {
    static func show(
        _ name: String, _ payload: JSONValue, options: [(name: String, value: String)] = [],
        _ connection: Daemon, _ daemon: DaemonOptions, _ console: Console
    ) throws(ToolFailure) {
        let body = try connection.require(
            RequestLine.text("query", name, options: options, payload: payload))
        if daemon.json {
            console.print(body.description)
        } else {
            for line in ReplyText(body).lines() { console.print(line) }
        }
    }
}
