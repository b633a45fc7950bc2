internal import ArgumentParser
internal import Client
internal import Records

/// `daybook process set-variable`.
struct ProcessSetVariable: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-variable", abstract: "Sets a variable of an instance.",
        discussion: """
            daybook process set-variable order-to-cash-71 priority 80 --reason 'the customer called'

            A value that reads as JSON is taken as JSON; '"80"' is the text.
            """)

    @Argument(help: "The instance's id.")
    var instance: String

    @Argument(help: "The variable.")
    var name: String

    @Argument(help: "Its new value.")
    var value: String

    @Option(help: "The number of the element instance whose variable it is; the whole when absent.")
    var scope: Int64?

    @OptionGroup var intervention: InterventionOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try intervention.give(
            "process.set-variable",
            [
                JSONMember("instance", .string(instance)),
                scope.map { JSONMember("scope", .integer($0)) },
                JSONMember("name", .string(name)),
                JSONMember("value", GivenField.json(value)),
            ].compactMap { $0 }, console)
    }
}

/// `daybook process skip`.
struct ProcessSkip: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Leaves a waiting or stuck element as if it had completed.")

    @Argument(help: "The instance's id.")
    var instance: String

    @Argument(help: "The element's id in the diagram.")
    var element: String

    @Option(
        name: .customLong("field"), parsing: .unconditionalSingleValue,
        help: "A variable as if the element had given it, name=value. May be repeated.")
    var fields: [String] = []

    @OptionGroup var intervention: InterventionOptions

    func validate() throws {
        try GivenField.check(fields)
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let variables = fields.map { field in
            let (name, text) = GivenField.parts(of: field)
            return JSONMember(name, GivenField.json(text))
        }
        try intervention.give(
            "process.skip",
            [
                JSONMember("instance", .string(instance)), JSONMember("element", .string(element)),
                variables.isEmpty ? nil : JSONMember("variables", .object(variables)),
            ].compactMap { $0 }, console)
    }
}

/// `daybook process jump`.
struct ProcessJump: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "jump", abstract: "Ends an element and enters another one in the same scope.")

    @Argument(help: "The instance's id.")
    var instance: String

    @Argument(help: "Id of the element that is left.")
    var from: String

    @Argument(help: "Id of the element that is entered.")
    var to: String

    @OptionGroup var intervention: InterventionOptions

    func perform(_ console: Console) throws(ToolFailure) {
        try intervention.give(
            "process.jump",
            [
                JSONMember("instance", .string(instance)), JSONMember("from", .string(from)),
                JSONMember("to", .string(to)),
            ], console)
    }
}

/// A person's step in an instance: its reason stands in the log.
struct InterventionOptions: ParsableArguments {
    @Option(help: "Why; it stands in the log and in the audit.")
    var reason: String

    @OptionGroup var given: CommandOptions
    @OptionGroup var daemon: DaemonOptions

    func give(
        _ command: String, _ members: [JSONMember], _ console: Console
    ) throws(ToolFailure) {
        try Giving(daemon.connect(console), daemon, console).give(
            command, .object(members + [JSONMember("reason", .string(reason))]),
            options: given.options(console))
    }
}
