internal import ArgumentParser

/// Measures what the foundation does under load, always beside a bare LMDB loop in the same run.
@main
struct DaybookBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook-bench",
        abstract: "Measures the log, commands, jobs, cycles, instances, rebuilds and restarts.",
        discussion: """
            Rates depend on the machine; ratios are medians of five runs beside a bare LMDB loop, \
            interleaved, at equal events and bytes per commit. Exit code 1 says that something that \
            is wanted was not reached.
            """,
        subcommands: [Measure.self, Prepare.self], defaultSubcommand: Measure.self)
}

/// What can be measured, in the order in which it is.
enum Subject: String, CaseIterable, ExpressibleByArgument {
    case log, commands, jobs, rules, rebuild, cycles, instances, restart
}

/// Where the measurements find their programs and folders.
struct Places: ParsableArguments {
    @Option(help: "The daemon's program; the one beside this program where it is not given.")
    var daemon: String?

    @Option(help: "Where folders are made; `daybook-bench` in the folder for temporary files.")
    var work: String?

    @Option(help: "Definitions for new folders; those shipped where it is not given.")
    var definitions: String?
}

struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures, and prints a table.")

    @OptionGroup var places: Places

    @Option(help: "Writes the figures to this file as JSON, too.")
    var json: String?

    @Option(
        parsing: .upToNextOption,
        help: "Only these: log commands jobs rules rebuild cycles instances restart.")
    var only: [Subject] = []

    @Option(help: "Seconds of load in each run.")
    var seconds = 3

    @Option(help: "Events of the prepared folder.")
    var events = 1_000_000

    @Option(help: "Open instances beside which one is started, stepped and found.")
    var instances = 1_000_000

    func run() throws {
        let bench = try Workplace(places)
        var report = Report()
        for subject in only.isEmpty ? Subject.allCases : only {
            switch subject {
            case .log: try LogBench(bench).run(&report)
            case .commands: try CommandBench(bench, seconds: seconds).run(&report)
            case .jobs: try JobBench(bench, seconds: seconds).run(&report)
            case .rules: try RulesBench().run(&report)
            case .rebuild: try RebuildBench(bench, events: events).run(&report)
            case .cycles: try CycleBench(bench, events: events, seconds: seconds).run(&report)
            case .instances: try InstanceBench(bench, instances: instances).run(&report)
            case .restart: try RestartBench(bench, events: events).run(&report)
            }
        }
        report.printTable()
        if let json { try report.write(to: json) }
        if !report.isMet { throw ExitCode(1) }
    }
}

struct Prepare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the folders that cycles, rebuilds, restarts and instances are measured on."
    )

    @OptionGroup var places: Places

    @Option(help: "Events that it holds at least.")
    var events = 1_000_000

    @Option(help: "Open instances of the folder for `instances`; 0 makes none.")
    var instances = 0

    func run() throws {
        let bench = try Workplace(places)
        let folder = try bench.prepared(events: events)
        print("\(folder.path) holds \(folder.events) events")
        guard instances > 0 else { return }
        let open = try bench.preparedInstances(instances)
        print("\(open.path) holds \(open.open) open instances")
    }
}
