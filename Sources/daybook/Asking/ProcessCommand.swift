internal import ArgumentParser
internal import Client
internal import Records

/// `daybook process`.
struct ProcessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process", abstract: "Processes: what runs, where it stands, and why.",
        subcommands: [
            ProcessInstances.self, ProcessInstance.self, ProcessExplain.self, ProcessStart.self,
            ProcessRetry.self, ProcessCancel.self, ProcessPublish.self, ProcessDeploy.self,
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

    @Option(help: "Only those in this state: active, completed, terminated.")
    var status: String?

    @Flag(help: "Only those with an incident.")
    var incidents = false

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let payload = JSONValue.object([
            "process": process.map { .string($0) }, "status": status.map { .string($0) },
            "incidents": incidents ? .boolean(true) : nil,
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

/// `daybook process explain`.
struct ProcessExplain: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why an instance does not go on, and which event almost woke it.")

    @Argument(help: "The instance's id.")
    var instance: String

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Asking.show(
            "process.explain", .object(["instance": .string(instance)]),
            daemon.connect(console), daemon, console)
    }
}

/// `daybook process definitions`.
struct ProcessDefinitions: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "definitions", abstract: "Lists the deployed definitions with their hashes.")

    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try Asking.show(
            "process.definitions", .object([]), daemon.connect(console), daemon, console)
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

    @Option(help: "Why it may go on.")
    var reason: String

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let payload = JSONValue.object([
            "instance": .string(instance), "incident": incident.map { .integer($0) },
            "reason": .string(reason),
        ])
        try Giving(daemon.connect(console), daemon, console).give(
            "process.retry", payload, options: given.options(console))
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

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func perform(_ console: Console) throws(ToolFailure) {
        let payload = JSONValue.object([
            "instance": .string(instance), "compensate": .boolean(compensate),
            "reason": .string(reason),
        ])
        try Giving(daemon.connect(console), daemon, console).give(
            "process.cancel", payload, options: given.options(console))
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
