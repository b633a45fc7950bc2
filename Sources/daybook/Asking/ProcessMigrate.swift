internal import ArgumentParser
internal import Client
internal import Foundation
internal import Records

/// `daybook process migrate`.
struct ProcessMigrate: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Moves running instances to another version of their definitions.",
        discussion: """
            daybook process migrate order-to-cash --dry-run
            daybook process migrate order-to-cash --element pick=pick-and-pack --reason 'new picking'
            daybook process migrate order-to-cash --undo --reason 'the picker is broken'

            Each instance is moved wholly or not at all, and told by itself. Elements keep their ids \
            unless --element or a plan file names another: {"set":7,"elements":{"pick":"pick-and-pack"}}.
            """)

    @Argument(help: "The process whose running instances are moved.")
    var process: String

    @Option(
        name: .customLong("instance"), parsing: .unconditionalSingleValue,
        help: "Only this instance. May be repeated.")
    var instances: [String] = []

    @Option(
        name: .customLong("element"), parsing: .unconditionalSingleValue,
        help: "An element whose id differs, old=new. May be repeated.")
    var elements: [String] = []

    @Option(help: "A plan as a JSON file.", completion: .file(extensions: ["json"]))
    var plan: String?

    @Option(help: "The set to move to; the one that judges now when absent.")
    var set: Int64?

    @Flag(help: "Only say what would become of each instance.")
    var dryRun = false

    @Flag(help: "Take the last migration of each instance back.")
    var undo = false

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        for element in elements where element.split(separator: "=").count != 2 {
            throw ValidationError("--element takes old=new, found \"\(element)\".")
        }
        if !dryRun, reason == nil { throw ValidationError("Moving instances needs --reason.") }
        if undo, dryRun || !elements.isEmpty || plan != nil || set != nil {
            throw ValidationError("--undo takes no plan, no --set and no --dry-run.")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let plan = try MigrationPlan(elements: elements, set: set, file: self.plan)
        let check = try connection.require(
            RequestLine.text(
                "query", "process.migration",
                payload: .object(
                    [JSONMember("process", .string(process))] + (undo ? [] : plan.members))))
        let rows = (check["rows"]?.arrayValue ?? []).filter { row in
            instances.isEmpty || instances.contains(ReplyText.cell(row["instance"]))
        }
        if dryRun {
            if daemon.json { return console.print(JSONValue.array(rows).description) }
            for line in Self.table(rows).lines() { console.print(line) }
            let moving = rows.count { $0["moves"] == .boolean(true) }
            return console.print("\(moving) of \(rows.count) instances can be moved; nothing was.")
        }
        try move(rows, plan, connection, console)
    }

    /// Moves one instance after another; what cannot be moved is told and left as it was.
    private func move(
        _ rows: [JSONValue], _ plan: MigrationPlan, _ connection: Daemon, _ console: Console
    ) throws(ToolFailure) {
        let base = given.key ?? console.makeKey()
        var moved = 0
        for row in rows {
            let instance = ReplyText.cell(row["instance"])
            let members =
                [JSONMember("instance", .string(instance))] + (undo ? [] : plan.members)
                + [JSONMember("reason", .string(reason ?? ""))]
            var options = given.options(console)
            options[0].value = "\(base)/\(instance)"
            let answer = try connection.ask(
                RequestLine.text(
                    undo ? "process.undo-migration" : "process.migrate", options: options,
                    payload: .object(members)))
            if answer.isOK { moved += 1 }
            let what =
                answer.isOK
                ? answer.body["unchanged"] == .boolean(true) ? "is there already" : "moved"
                : "stays: \(answer.message)"
            console.print(SafeText.line("\(instance)  \(what)"))
        }
        console.print("\(moved) of \(rows.count) instances moved.")
        guard moved == rows.count else {
            throw ToolFailure(
                .refused, "\(rows.count - moved) instances stay as they were; see above.")
        }
    }

    private static func table(_ rows: [JSONValue]) -> TextTable {
        var table = TextTable([
            .init("instance"), .init("document"), .init("stands at"),
            .init("set", isNumber: true), .init("to", isNumber: true), .init("result"),
        ])
        table.rows = rows.map { row in
            func text(_ name: String) -> String { ReplyText.cell(row[name]) }
            let problems = (row["problems"]?.arrayValue ?? []).map { ReplyText.cell($0) }
            return [
                text("instance"), text("document"), text("element"), text("set"), text("to"),
                problems.isEmpty ? "can be moved" : problems.joined(separator: "; "),
            ]
        }
        return table
    }
}

/// Where instances move, and which elements have other ids there.
struct MigrationPlan {
    /// The plan's fields in a request.
    let members: [JSONMember]

    init(elements: [String], set: Int64?, file: String?) throws(ToolFailure) {
        var number = set
        var pairs: [(from: String, to: String)] = []
        if let file {
            guard let data = FileManager.default.contents(atPath: file),
                let plan = try? JSONValue.parse(data), plan.objectMembers != nil
            else {
                throw ToolFailure(
                    .usage,
                    "\(file): expected a JSON object like {\"set\":7,\"elements\":{\"old\":\"new\"}}."
                )
            }
            number = number ?? plan["set"]?.integerValue
            pairs = (plan["elements"]?.objectMembers ?? []).map {
                ($0.name, ReplyText.cell($0.value))
            }
        }
        pairs += elements.map { element in
            let parts = element.split(separator: "=").map(String.init)
            return (parts[0], parts[1])
        }
        var members: [JSONMember] = []
        if let number { members.append(JSONMember("set", .integer(number))) }
        if !pairs.isEmpty {
            let list = pairs.map {
                JSONValue.object(["from": .string($0.from), "to": .string($0.to)])
            }
            members.append(JSONMember("elements", .array(list)))
        }
        self.members = members
    }
}
