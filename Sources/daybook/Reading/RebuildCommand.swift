internal import ArgumentParser
internal import Audit
internal import Client
internal import EventLog
internal import Foundation
internal import Records
internal import Views

/// Whether a running daemon is asked or the files of a folder are used.
struct PlaceOptions: ParsableArguments {
    @Option(help: "Ask the daemon on this socket; DAYBOOK_SOCKET when neither is given.")
    var socket: String?

    @Option(help: "Work on the files of this folder, where no daemon runs.")
    var data: String?

    @Flag(help: "Print JSON, for programs.")
    var json = false

    func validate() throws {
        if socket != nil, data != nil {
            throw ValidationError("Give either --socket or --data, not both.")
        }
    }

    /// A connection to the daemon.
    func connect(_ console: Console) throws(ToolFailure) -> Daemon {
        var options = try DaemonOptions.nothingGiven()
        options.socket = socket
        options.json = json
        return try options.connect(console)
    }

    /// The folder, locked against a daemon, and opened.
    func openAlone(_ path: String) throws(ToolFailure) -> (lock: DataFolder, folder: LogFolder) {
        do throws(LogFolder.Failure) {
            let folder = try LogFolder(path: path)
            let lock: DataFolder
            do throws(DataFolderFailure) {
                lock = try DataFolder(path: path, access: .write)
            } catch { throw .folder(error) }
            // A daemon may have written until it let go of the folder.
            do throws(LogFailure) {
                try folder.log.refresh()
            } catch { throw .log(error) }
            return (lock, folder)
        } catch { throw FolderOptions.failure(error) }
    }
}

/// `daybook rebuild`.
struct RebuildCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Folds views anew, compares them with the rows before, and switches.",
        discussion: """
            With a daemon, beside the running views: nobody is locked out. Status 4 when a view \
            differed; the new rows are live then.
            """)

    @Argument(help: "The views; `daybook query engine.views` lists them.")
    var views: [String] = []

    @Flag(help: "All views.")
    var all = false

    @Flag(help: "Go back to the rows before the last rebuild, where they are kept.")
    var rollBack = false

    @OptionGroup var place: PlaceOptions

    func validate() throws {
        if views.isEmpty != all {
            throw ValidationError("Name views, or give --all.")
        }
        if rollBack, all || place.data != nil {
            throw ValidationError(
                "--roll-back takes views by name and asks a daemon; leave out --all and --data.")
        }
    }

    func perform(_ console: Console) throws(ToolFailure) {
        let line = ProgressLine(console)
        defer { line.finish() }
        let body: JSONValue
        if let data = place.data {
            body = try offline(data, line)
        } else {
            let names = JSONValue.array(views.map { .string($0) })
            body = try place.connect(console).require(
                RequestLine.text(
                    "rebuild",
                    payload: .object([
                        "views": names, "rollBack": rollBack ? .boolean(true) : nil,
                    ]))
            ) { told in line.show(Self.progress(told)) }
        }
        line.finish()
        if place.json {
            console.print(body.description)
        } else {
            for line in Self.table(body).lines() { console.print(line) }
        }
        let differing = (body["rows"]?.arrayValue ?? []).filter {
            $0["comparison"]?.stringValue?.hasPrefix("different") == true
        }
        guard differing.isEmpty else {
            throw ToolFailure(
                .faults,
                "\(differing.count) \(differing.count == 1 ? "view" : "views") differed from the rows before; the new rows are live."
            )
        }
    }

    private static func progress(_ told: JSONValue) -> WorkProgress {
        func number(_ name: String) -> UInt64 {
            UInt64(clamping: told[name]?.integerValue ?? 0)
        }
        return WorkProgress(
            work: "view \(told["view"]?.stringValue ?? "?")", done: number("position"),
            total: number("target"), eventsPerSecond: number("eventsPerSecond"),
            secondsLeft: number("secondsLeft"))
    }

    private static func table(_ body: JSONValue) -> TextTable {
        var table = TextTable([
            .init("view"), .init("events", isNumber: true), .init("ms", isNumber: true),
            .init("generation", isNumber: true), .init("comparison"),
        ])
        table.rows = (body["rows"]?.arrayValue ?? []).map { row in
            ["view", "events", "milliseconds", "generation", "comparison"].map {
                ReplyText.cell(row[$0])
            }
        }
        return table
    }

    private func offline(_ data: String, _ line: ProgressLine) throws(ToolFailure) -> JSONValue {
        let (lock, folder) = try place.openAlone(data)
        defer { withExtendedLifetime(lock) {} }
        guard let audit = ViewsAudit(folder) else {
            throw ToolFailure(.folder, "The log has no first event; there is nothing to fold.")
        }
        if let newer = folder.newerLog { throw ToolFailure(.folder, newer) }
        for name in views where !audit.names.contains(name) {
            throw ToolFailure(
                .usage,
                "There is no view \"\(name)\"; there are: \(audit.names.joined(separator: ", ")).")
        }
        var rows: [JSONValue] = []
        for (view, result) in audit.rebuild(all ? audit.names : views, progress: line.show) {
            switch result {
            case .success(let outcome): rows.append(outcome.json)
            case .failure(let failure): throw ToolFailure(.folder, "\(view): \(failure)")
            }
        }
        return .object(["rows": .array(rows)])
    }
}

/// `daybook backup`.
struct BackupCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the log and the personal keys into a new folder, while work goes on.")

    @Argument(help: "The folder to make.", completion: .directory)
    var folder: String

    @OptionGroup var place: PlaceOptions

    func perform(_ console: Console) throws(ToolFailure) {
        // The daemon may stand in another folder than the person who asks.
        let path = URL(fileURLWithPath: folder).standardizedFileURL.path
        let body: JSONValue
        if let data = place.data {
            body = try offline(data, into: path)
        } else {
            body = try place.connect(console).require(
                RequestLine.text("backup", payload: .object(["folder": .string(path)])))
        }
        if place.json { return console.print(body.description) }
        console.print(
            "\(path): a copy up to position \(ReplyText.cell(body["position"])), root \(ReplyText.cell(body["root"]))"
        )
    }

    private func offline(_ data: String, into path: String) throws(ToolFailure) -> JSONValue {
        let (lock, folder) = try place.openAlone(data)
        defer { withExtendedLifetime(lock) {} }
        guard let keys = folder.keys else {
            throw ToolFailure(
                .folder,
                "\(data)/keys: expected the personal keys, they cannot be read; a backup without them is none."
            )
        }
        do {
            let end = try Backup.make(of: folder.log, keys: keys, in: data, into: path)
            return .object([
                "folder": .string(path), "position": .integer(end.last.rawValue),
                "root": .string("\(end.root)"),
            ])
        } catch { throw ToolFailure(.folder, "The backup was not made: \(error)") }
    }
}
