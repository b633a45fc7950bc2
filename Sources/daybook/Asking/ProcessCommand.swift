internal import ArgumentParser
internal import Client
internal import Foundation
internal import Records

/// `daybook process`.
struct ProcessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process", abstract: "Processes: what runs, where it stands, and why.",
        subcommands: [
            ProcessInstances.self, ProcessInstance.self, ProcessExplain.self, ProcessShow.self,
            ProcessStalled.self, ProcessClocks.self, ProcessIncidents.self, ProcessStart.self,
            ProcessRetry.self, ProcessCancel.self,
            ProcessSetVariable.self, ProcessSkip.self, ProcessJump.self, ProcessMigrate.self,
            ProcessPublish.self, ProcessBroadcast.self, ProcessEvaluateConditions.self,
            ProcessDeploy.self,
            ProcessDefinitions.self,
        ],
        defaultSubcommand: ProcessInstances.self)
}

/// `daybook process instances`.
struct ProcessInstances: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "instances", abstract: "Lists instances with where they stand.")

    @Option(help: "Only those of this process.")
    var process: String?

    @Option(help: "Only those in this state: active, completed, terminated, stuck, open.")
    var status: String?

    @Option(help: "Only those of this business case, sales.order/SO-1.")
    var document: String?

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let payload = JSONValue.object([
            "process": process.map { .string($0) }, "status": status.map { .string($0) },
            "document": document.map { .string($0) },
        ])
        try Asking.show(
            "process.instances", payload, daemon.connect(console), daemon, console)
    }
}

/// `daybook process instance`.
struct ProcessInstance: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "instance",
        abstract: "Shows where an instance stands, what it waits for and what it did.")

    @Argument(help: "The instance's id.")
    var instance: String

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Asking.show(
            "process.instance", .object(["instance": .string(instance)]),
            daemon.connect(console), daemon, console)
    }
}

/// `daybook process incidents`.
struct ProcessIncidents: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "Lists what cannot go on, with the reason.")

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Asking.show(
            "process.incidents", .object([]), daemon.connect(console), daemon, console)
    }
}

/// `daybook process definitions`.
struct ProcessDefinitions: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "definitions",
        abstract: "Lists the deployed definitions with their hashes, and what waits for approval.")

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let body = try daemon.connect(console).require(
            RequestLine.text(
                "query", "engine.object",
                payload: .object(["object": .string("definition.set/main")])))
        if daemon.json { return console.print(body.description) }
        let versions = try daemon.connect(console).require(
            RequestLine.text("query", "definition.versions", payload: .object([])))
        let tagged = versions["rows"]?.arrayValue ?? []
        var table = TextTable(
            [.init("file"), .init("sha-256")] + (tagged.isEmpty ? [] : [.init("version tag")]))
        table.rows = (body["files"]?.arrayValue ?? []).map { file in
            let name = ReplyText.cell(file["name"])
            let tags = tagged.filter { $0["file"]?.stringValue == name }.map {
                "\(ReplyText.cell($0["versionTag"])) (\(ReplyText.cell($0["id"])))"
            }
            return [name, Self.hexadecimal(file["hash"]?.stringValue ?? "")]
                + (tagged.isEmpty ? [] : [tags.joined(separator: ", ")])
        }
        for line in table.lines() { console.print(line) }
        guard let proposer = body["proposedBy"]?.stringValue else { return }
        console.print()
        console.print("Proposed by \(SafeText.line(proposer)), not in effect:")
        let difference = DeploymentText.difference(from: body["files"], to: body["proposed"])
        for line in DeploymentText.changes(difference) { console.print(line) }
        console.print(
            DeploymentText.waiting(
                for: body["approvers"], from: ReplyText.cell(body["proposedFrom"])))
    }

    /// Base64, as bytes stand in JSON, in hexadecimal digits.
    private static func hexadecimal(_ base64: String) -> String {
        guard let bytes = Data(base64Encoded: base64) else { return base64 }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// `daybook process start`.
struct ProcessStart: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts an instance of a process.")

    @Argument(help: "The process's id.")
    var process: String

    @OptionGroup var variables: PayloadOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let variables = try variables.read(console) { () throws(ToolFailure) in nil }
        try Giving(daemon.connect(console), daemon, console).give(
            "process.start",
            .object(["process": .string(process), "variables": variables]),
            options: given.options(console))
    }
}

/// `daybook process retry`.
struct ProcessRetry: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Tries again what became an incident.")

    @Argument(help: "The instance's id.")
    var instance: String

    @Option(help: "The incident's number; the oldest when absent.")
    var incident: Int64?

    @OptionGroup var intervention: InterventionOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try intervention.give(
            "process.retry",
            [
                JSONMember("instance", .string(instance)),
                incident.map { JSONMember("incident", .integer($0)) },
            ].compactMap { $0 }, console)
    }
}

/// `daybook process cancel`.
struct ProcessCancel: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Ends an instance before its end.")

    @Argument(help: "The instance's id.")
    var instance: String

    @Flag(help: "Compensate completed work first.")
    var compensate = false

    @OptionGroup var intervention: InterventionOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try intervention.give(
            "process.cancel",
            [
                JSONMember("instance", .string(instance)),
                JSONMember("compensate", .boolean(compensate)),
            ], console)
    }
}

/// `daybook process publish`.
struct ProcessPublish: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Tells processes of something that happened outside.")

    @Argument(help: "The message's name.")
    var message: String

    @Argument(help: "What it concerns, type/id.")
    var correlationKey: String

    @Option(help: "How long it waits for an instance, an ISO 8601 duration such as PT1H.")
    var timeToLive: String?

    @OptionGroup var variables: PayloadOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let variables = try variables.read(console) { () throws(ToolFailure) in nil }
        let payload = JSONValue.object([
            "name": .string(message), "correlationKey": .string(correlationKey),
            "variables": variables, "timeToLive": timeToLive.map { .string($0) },
        ])
        try Giving(daemon.connect(console), daemon, console).give(
            "process.publish-message", payload, options: given.options(console))
    }
}

/// `daybook process broadcast`.
struct ProcessBroadcast: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "broadcast",
        abstract: "Broadcasts a signal to all processes, and starts those that begin with it.")

    @Argument(help: "The signal's name.")
    var signal: String

    @OptionGroup var variables: PayloadOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let variables = try variables.read(console) { () throws(ToolFailure) in nil }
        let payload = JSONValue.object(["name": .string(signal), "variables": variables])
        try Giving(daemon.connect(console), daemon, console).give(
            "process.broadcast-signal", payload, options: given.options(console))
    }
}

/// `daybook process evaluate-conditions`.
struct ProcessEvaluateConditions: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-conditions",
        abstract: "Starts every process whose conditional start event some variables meet.")

    @Argument(help: "Only this process; all where it is not given.")
    var process: String?

    @OptionGroup var variables: PayloadOptions
    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let variables = try variables.read(console) { () throws(ToolFailure) in nil }
        let payload = JSONValue.object([
            "variables": variables, "process": process.map { .string($0) },
        ])
        try Giving(daemon.connect(console), daemon, console).give(
            "process.evaluate-conditions", payload, options: given.options(console))
    }
}
