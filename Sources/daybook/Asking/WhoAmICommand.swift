internal import ArgumentParser
internal import Client
internal import Records

/// `daybook whoami`.
struct WhoAmICommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Tells who one is for the daemon, with which roles, and who the people are.")

    @Option(help: "The person for whom is asked.")
    var onBehalfOf: String?

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let options = onBehalfOf.map { [(name: "on-behalf-of", value: $0)] } ?? []
        let body = try daemon.connect(console).require(
            RequestLine.text("query", "engine.actor", options: options))
        if daemon.json { return console.print(body.description) }
        for line in Self.lines(body) { console.print(line) }
    }

    /// Who one is, in a sentence, and the people as a table.
    static func lines(_ body: JSONValue) -> [String] {
        let roles = SafeText.line(ReplyText.cell(body["roles"]))
        var you = "You are \(SafeText.line(ReplyText.cell(body["actor"])))"
        if let user = body["user"] { you += " (user \(ReplyText.cell(user)))" }
        if let person = body["onBehalfOf"] {
            you += ", asking for \(SafeText.line(ReplyText.cell(person)))"
        }
        you += roles.isEmpty ? ", without a role." : ", with the roles \(roles)."
        var lines = [you]
        if let limits = body["limits"] {
            lines.append("Limits: \(SafeText.line(ReplyText.cell(limits))).")
        }
        if roles.isEmpty {
            lines.append(
                "Who has no role may give no command; an operator lists people in processes/roles/roles.yaml and deploys it."
            )
        }
        if body["actsForOthers"] == .boolean(true) {
            lines.append("You may act for others, with --on-behalf-of.")
        }
        let rows = body["rows"]?.arrayValue ?? []
        lines.append("")
        if rows.isEmpty {
            return lines + ["No people are deployed: list them in processes/roles/roles.yaml."]
        }
        var table = TextTable([.init("person"), .init("roles"), .init("limits")])
        table.rows = rows.map { row in
            ["person", "roles", "limits"].map { ReplyText.cell(row[$0]) }
        }
        return lines + table.lines()
    }
}
