internal import ArgumentParser
internal import Client
internal import Records

/// `daybook tasks`.
struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks", abstract: "The work list: what waits for people.",
        subcommands: [
            TaskList.self, TaskShow.self, TaskClaim.self, TaskRelease.self, TaskComplete.self,
        ],
        defaultSubcommand: TaskList.self)
}

/// `daybook tasks list`.
struct TaskList: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists one's own tasks and those of one's roles.")

    @Flag(help: "Everybody's tasks.")
    var all = false

    @Flag(help: "Only what is late.")
    var late = false

    @Flag(help: "Only what need not wait for its follow-up date.")
    var ready = false

    @Flag(help: "Only what is held back until its follow-up date.")
    var heldBack = false

    @Option(help: "What this person has or may take.")
    var person: String?

    @Option(help: "What this role may take.")
    var role: String?

    @Option(help: "Only tasks about this thing or business case, sales.order/SO-1.")
    var document: String?

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let payload = JSONValue.object([
            "all": all ? .boolean(true) : nil, "late": late ? .boolean(true) : nil,
            "person": person.map { .string($0) }, "roles": role.map { .array([.string($0)]) },
            "document": document.map { .string($0) },
            "ready": ready ? .boolean(true) : nil, "heldBack": heldBack ? .boolean(true) : nil,
        ])
        let body = try daemon.connect(console).require(
            RequestLine.text("query", "process.tasks", payload: payload))
        if daemon.json { return console.print(body.description) }
        for line in Self.lines(body) { console.print(line) }
    }

    /// The list: what is to be done, about what, by whom, since when and until when.
    static func lines(_ body: JSONValue) -> [String] {
        let rows = body["rows"]?.arrayValue ?? []
        if rows.isEmpty { return ["Nothing is to be done."] }
        let hasFollowUps = rows.contains { $0["followUp"]?.stringValue != nil }
        var table = TextTable(
            [
                .init("task"), .init("what"), .init("document"), .init("amount", isNumber: true),
                .init("for"), .init("since"), .init("due"),
            ] + (hasFollowUps ? [.init("follow-up")] : []))
        table.rows = rows.map { row in
            func text(_ name: String) -> String { ReplyText.cell(row[name]) }
            let holder = row["assignee"]?.stringValue
            let candidates = [text("groups"), text("users")].filter { !$0.isEmpty }
            return [
                text("task"), what(row), text("document"), text("amount"),
                holder ?? candidates.joined(separator: ", "), text("since"), text("due"),
            ] + (hasFollowUps ? [text("followUp")] : [])
        }
        return table.lines()
    }

    /// What is to be done, with what tells it from its like: `settle (kind=price)`.
    private static func what(_ row: JSONValue) -> String {
        let element = ReplyText.cell(row["element"])
        let detail = row["detail"]?.stringValue ?? ""
        return detail.isEmpty ? element : "\(element) (\(detail))"
    }
}

/// `daybook tasks show`.
struct TaskShow: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a task with what it asks for.")

    @Argument(help: "The task's id, instance:number.")
    var task: String

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let row = try TaskQuery.row(of: try connection.require(TaskQuery.line()), task)
        if daemon.json { return console.print(row.description) }
        for line in Self.lines(row) { console.print(line) }
        if let questions = try FormQuestions.ask(row, connection) {
            console.print()
            for line in questions.lines() { console.print(line) }
        }
        guard let command = row["command"]?.stringValue, !command.isEmpty else { return }
        console.print()
        let description = try connection.require(RequestLine.text("describe", command))
        for line in DescriptionText(description).lines() { console.print(line) }
    }
}

extension TaskShow {
    /// The task, and below it what the process knows, each thing in a line of its own.
    static func lines(_ row: JSONValue) -> [String] {
        let known = row["variables"]?.objectMembers ?? []
        let members = (row.objectMembers ?? []).filter { $0.name != "variables" }
        func record(_ value: JSONValue, _ members: [JSONMember]) -> [String] {
            ReplyText.record(value, members.map { ReplyColumn(name: $0.name, kind: "text") })
        }
        let lines = record(row, members)
        guard !known.isEmpty else { return lines }
        return lines + ["", "WHAT IS KNOWN"] + record(.object(known), known)
    }
}

/// The question for one task.
enum TaskQuery {
    static func line() -> String {
        RequestLine.text("query", "process.tasks", payload: .object(["all": .boolean(true)]))
    }

    static func row(of body: JSONValue, _ task: String) throws(ToolFailure) -> JSONValue {
        let rows = body["rows"]?.arrayValue ?? []
        if let row = rows.first(where: { $0["task"]?.stringValue == task }) { return row }
        let names = rows.compactMap { $0["task"]?.stringValue }
        let hint = nearest(to: task, among: names).map { " Did you mean \($0)?" } ?? ""
        throw ToolFailure(
            .refused,
            "unknown-task: There is no open task \(task).\(hint) `daybook tasks list --all` lists them."
        )
    }
}

/// `daybook tasks claim`.
struct TaskClaim: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Takes a task for oneself.")

    @Argument(help: "The task's id, instance:number.")
    var task: String

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Giving(daemon.connect(console), daemon, console).give(
            "process.claim-task", .object(["task": .string(task)]),
            options: given.options(console))
    }
}

/// `daybook tasks release`.
struct TaskRelease: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Gives a claimed task back.")

    @Argument(help: "The task's id, instance:number.")
    var task: String

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Giving(daemon.connect(console), daemon, console).give(
            "process.release-task", .object(["task": .string(task)]),
            options: given.options(console))
    }
}

/// `daybook tasks complete`.
struct TaskComplete: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Does a task; asks for what is missing on a terminal, else takes --field.")

    @Argument(help: "The task's id, instance:number.")
    var task: String

    @Option(
        name: .customLong("field"), parsing: .unconditionalSingleValue,
        help: "One field, name=value. May be repeated.")
    var fields: [String] = []

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        try GivenField.check(fields)
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let connection = try daemon.connect(console)
        let row = try TaskQuery.row(of: try connection.require(TaskQuery.line()), task)
        let questions = try FormQuestions.ask(row, connection)
        var form = TaskForm(
            schema: questions == nil ? try schema(row, connection) : questions?.schema)
        for field in fields { try form.set(field) }
        if let questions, console.isInteractive { try form.ask(questions, console) }
        try complete(form, connection, console)
    }

    /// The fields of the task's command, for a task without a form.
    private func schema(
        _ row: JSONValue, _ connection: Daemon
    ) throws(ToolFailure) -> JSONValue? {
        let command = row["command"]?.stringValue ?? ""
        return command.isEmpty ? nil : try Schemas.command(command, connection)
    }

    /// Fields that are asked for one after another.
    private static let questionsMax = 50
    /// Refusals of one field, which is then asked for once more.
    private static let mendable: Set<String> = [
        "missing-field", "wrong-type", "bad-value", "out-of-range",
    ]

    /// Gives the command; the daemon knows what the process knows already, so it says what is missing.
    private func complete(
        _ filled: TaskForm, _ connection: Daemon, _ console: Console
    ) throws(ToolFailure) {
        var form = filled
        for _ in 0..<Self.questionsMax {
            let payload = JSONValue.object([
                "task": .string(task), "payload": form.payload,
            ])
            let answer = try connection.ask(
                RequestLine.text(
                    "process.complete-task", options: given.options(console), payload: payload))
            if answer.isOK {
                console.print(daemon.json ? answer.body.description : Giving.text(answer.body))
                return
            }
            guard Self.mendable.contains(answer.code), console.isInteractive,
                let field = answer.body["field"]?.stringValue
            else { throw connection.refusal(answer) }
            if answer.code != "missing-field" { console.warn(connection.refusal(answer).message) }
            try form.ask(for: field, console)
        }
        throw ToolFailure(.usage, "The task asks for more than \(Self.questionsMax) fields.")
    }
}
