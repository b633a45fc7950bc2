internal import ArgumentParser
internal import Client
internal import Records

/// Which daemon is asked, and how its answers are shown.
struct DaemonOptions: ParsableArguments {
    @Option(help: "The daemon's socket; DAYBOOK_SOCKET when absent.")
    var socket: String?

    @Option(help: "Or the daemon's data folder, in which daybook.sock lies.")
    var data: String?

    @Flag(help: "Print JSON, for programs.")
    var json = false

    @Flag(help: "Show the request and its key on the error output.")
    var verbose = false

    @Option(help: "Seconds to wait for an answer; 60 when absent.")
    var timeout: Int?

    private static let timeoutSecondsStandard = 60

    /// Seconds to wait for an answer.
    var timeoutSeconds: Int { timeout ?? Self.timeoutSecondsStandard }

    func validate() throws {
        guard (1...86_400).contains(timeoutSeconds) else {
            throw ValidationError("--timeout takes 1 to 86400 seconds, found \(timeoutSeconds).")
        }
    }

    /// Options with nothing given; ArgumentParser fills the defaults of an empty command line.
    static func nothingGiven() throws(ToolFailure) -> DaemonOptions {
        do {
            return try DaemonOptions.parse([])
        } catch { throw ToolFailure(.usage, "\(error)") }
    }

    /// Connects.
    func connect(_ console: Console) throws(ToolFailure) -> Daemon {
        try Daemon(path: try socketPath(console), options: self, console: console)
    }

    /// The socket that was named, by option, data folder or environment.
    func socketPath(_ console: Console) throws(ToolFailure) -> String {
        let inFolder = data.map { $0 + "/daybook.sock" }
        guard let path = socket ?? inFolder ?? console.environment["DAYBOOK_SOCKET"],
            !path.isEmpty
        else {
            throw ToolFailure(
                .usage,
                "No daemon is named; give --socket PATH or --data FOLDER, or set DAYBOOK_SOCKET to its socket."
            )
        }
        return path
    }
}

/// A connection to the daemon with failures as the tool tells them.
final class Daemon {
    private let connection: Connection
    private let options: DaemonOptions
    private let console: Console

    init(path: String, options: DaemonOptions, console: Console) throws(ToolFailure) {
        self.options = options
        self.console = console
        do throws(ClientFailure) {
            connection = try Connection(path: path)
        } catch { throw Self.failure(error) }
    }

    private static func failure(_ failure: ClientFailure) -> ToolFailure {
        switch failure {
        case .notRunning, .notPermitted, .pathTooLong: ToolFailure(.noDaemon, "\(failure)")
        case .broken, .timedOut: ToolFailure(.unknownOutcome, "\(failure)")
        }
    }

    /// Sends a line.
    func send(_ line: String) throws(ToolFailure) {
        if options.verbose { console.warn("> \(line)") }
        do throws(ClientFailure) {
            try connection.send(line: line)
        } catch { throw Self.failure(error) }
    }

    /// The next line; nil when the daemon has closed the connection.
    func receive(forever: Bool = false) throws(ToolFailure) -> String? {
        do throws(ClientFailure) {
            return try connection.receive(
                timeoutSeconds: forever ? nil : options.timeoutSeconds)
        } catch { throw Self.failure(error) }
    }

    /// The next line of those that come by themselves; nil when the daemon has closed the connection,
    /// or when nothing came for as long as `--timeout` says.
    func next() throws(ToolFailure) -> String? {
        do throws(ClientFailure) {
            return try connection.receive(timeoutSeconds: options.timeout)
        } catch {
            if case .timedOut = error { return nil }
            throw Self.failure(error)
        }
    }

    /// Asks one thing; lines before its answer, which tell how far it is, go to `progress`.
    func ask(
        _ line: String, progress: ((JSONValue) -> Void)? = nil
    ) throws(ToolFailure) -> Answer {
        try send(line)
        while let reply = try receive(forever: progress != nil) {
            if let progress, let told = Self.body(of: reply, after: "progress") {
                progress(told)
                continue
            }
            guard let answer = Answer(line: reply) else {
                throw ToolFailure(
                    .unknownOutcome,
                    "Expected an answer of daybookd, found \"\(SafeText.line(String(reply.prefix(80))))\"."
                )
            }
            return answer
        }
        throw ToolFailure(
            .unknownOutcome, "The connection to the daemon was closed before the answer came.")
    }

    /// Asks one thing that the daemon must not refuse.
    func require(
        _ line: String, progress: ((JSONValue) -> Void)? = nil
    ) throws(ToolFailure) -> JSONValue {
        let answer = try ask(line, progress: progress)
        guard answer.isOK else { throw refusal(answer) }
        return answer.body
    }

    /// A refusal as the tool's failure.
    func refusal(_ answer: Answer) -> ToolFailure {
        let isUnknown = answer.code == "outcome-unknown"
        let members = [JSONMember("error", .string(answer.code))]
        let body = JSONValue.object(members + (answer.body.objectMembers ?? []))
        return ToolFailure(
            isUnknown ? .unknownOutcome : .refused,
            "\(answer.code): \(SafeText.line(answer.message))",
            body: options.json ? body.description : nil)
    }

    /// The JSON of a line that begins with a word.
    static func body(of line: String, after word: String) -> JSONValue? {
        guard line.hasPrefix(word + " ") else { return nil }
        return try? JSONValue.parse(String(line.dropFirst(word.count + 1)))
    }
}
