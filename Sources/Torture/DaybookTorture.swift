internal import ArgumentParser
internal import Workload

/// Kills a daemon under load and cuts its power, again and again, and looks at what is left.
@main
struct DaybookTorture: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook-torture",
        abstract: "Random load, kill -9 and power cuts; then every promise is checked.",
        discussion: """
            Every other round the daemon is killed. In the others the power is cut: the folder is \
            rebuilt as it stood at a random moment, with what was not flushed lost, cut or \
            reordered by chance. Exit code 1 says that a promise was broken.
            """)

    @Option(help: "How often.")
    var rounds = 200

    @Option(
        help: "What decides every random choice; one is made up and printed where none is given.")
    var seed: UInt64?

    @Option(help: "Clients at once.")
    var clients = 16

    @Option(help: "Milliseconds of load in a round at the most.")
    var milliseconds = 800

    @Option(help: "Rounds after which a new folder is begun.")
    var roundsPerFolder = 9

    @Option(help: "The daemon's program; the one beside this program where it is not given.")
    var daemon: String?

    @Option(help: "The library to preload; libfaultshim.so beside this program if not given.")
    var shim: String?

    @Option(help: "The tool that audits; daybook beside this program if not given.")
    var tool: String?

    @Option(help: "The folder for everything that is made.")
    var work: String?

    @Option(help: "Definitions for new folders; those shipped where it is not given.")
    var definitions: String?

    @Flag(help: "Opens the log without flushes: the run must find what is lost then.")
    var withoutSync = false

    @Flag(help: "Cuts the power in every round.")
    var powerCutsOnly = false

    func run() throws {
        var settings = TortureSettings(
            daemon: daemon ?? DaemonProcess.programBesideThis(),
            shim: shim ?? DaemonProcess.programBesideThis("libfaultshim.so"),
            tool: tool ?? DaemonProcess.programBesideThis("daybook"))
        settings.rounds = rounds
        settings.seed = seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
        settings.clients = clients
        settings.loadMillisecondsMax = milliseconds
        settings.roundsPerFolder = roundsPerFolder
        settings.definitions = definitions
        settings.logWithoutSync = withoutSync
        settings.powerCutsOnly = powerCutsOnly
        if let work { settings.work = work }
        print("seed \(settings.seed)")
        let outcome = try Torture(settings).run { print($0) }
        print(outcome.summary)
        if !outcome.findings.isEmpty {
            for finding in outcome.findings { print("broken: \(finding)") }
            throw ExitCode(1)
        }
    }
}
