internal import ArgumentParser
internal import Import
internal import Records

/// `daybook import`.
struct ImportCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports CSV files by a mapping file.",
        discussion: """
            daybook import processes/imports/northwind.yaml --from ../shared/data/northwind

            The mapping says which commands the rows make. Commands have stable keys: an import that \
            was interrupted goes on when it is run again, and one that was done changes nothing. \
            --dry-run checks mapping, files, types and references, and writes nothing. A mapping of \
            history needs a folder that was made with `daybookd --clock manual`; one whose people \
            act through the import needs the importing user among the daemon's gateways.

            Exit status: 0 all rows were accepted; 1 some were refused, each told with its file, \
            line and reason; 2 the mapping is wrong; 3 no daemon answers; 5 a file cannot be read; \
            6 the connection broke, run it again.
            """)

    @Argument(help: "The mapping file.", completion: .file(extensions: ["yaml"]))
    var mapping: String

    @Option(help: "The folder with the CSV files.", completion: .directory)
    var from: String

    @Flag(help: "Check everything and write nothing.")
    var dryRun = false

    @Option(help: "How many refused rows are told one by one.")
    var show = 50

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard (0...100_000).contains(show) else {
            throw ValidationError("--show takes 0 to 100000 rows, found \(show).")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let request = ImportRequest(
            mapping: mapping, folder: from, socket: try daemon.socketPath(console),
            isDryRun: dryRun, timeoutSeconds: max(daemon.timeoutSeconds, Self.answerSecondsMin))
        let report: ImportReport
        do throws(ImportFailure) {
            report = try Importer.run(request) { Self.show($0, console) }
        } catch {
            throw ToolFailure(Self.status(of: error), error.description)
        }
        if console.showsProgress { console.writeError("\r\u{1B}[K") }
        if daemon.json {
            console.print(report.json.description)
        } else {
            for line in report.lines(refusedMax: show) { console.print(SafeText.line(line)) }
        }
        guard report.refused.isEmpty else {
            throw ToolFailure(
                .refused,
                "\(report.refused.count) rows were refused; the rest was \(dryRun ? "found right" : "imported")."
            )
        }
    }

    /// Moving a clock over months of timers takes a while.
    private static let answerSecondsMin = 600

    private static func show(_ progress: ImportProgress, _ console: Console) {
        guard console.showsProgress else { return }
        let left = progress.secondsLeft.map { ", \($0) s left" } ?? ""
        let date = progress.date.map { "\($0): " } ?? ""
        console.writeError(
            "\r\u{1B}[K\(date)\(progress.done) of \(progress.total), \(progress.perSecond)/s\(left)"
        )
    }

    private static func status(of failure: ImportFailure) -> ToolStatus {
        switch failure {
        case .mapping: .usage
        case .file: .folder
        case .clockNotManual, .refused: .refused
        case .noDaemon: .noDaemon
        case .interrupted: .unknownOutcome
        }
    }
}
