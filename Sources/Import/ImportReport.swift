package import Records

/// What an import is asked to do.
package struct ImportRequest: Sendable {
    /// The mapping file.
    package var mapping: String
    /// The folder with the CSV files.
    package var folder: String
    /// The daemon's socket.
    package var socket: String
    /// Whether everything is checked and nothing written.
    package var isDryRun: Bool
    /// Seconds to wait for one answer.
    package var timeoutSeconds: Int
    /// Commands on their way at once.
    package var inFlightMax: Int
    /// Limits of the files.
    package var limits = CSVLimits()

    /// A request from its parts.
    package init(
        mapping: String, folder: String, socket: String, isDryRun: Bool = false,
        timeoutSeconds: Int = 120, inFlightMax: Int = 128
    ) {
        self.mapping = mapping
        self.folder = folder
        self.socket = socket
        self.isDryRun = isDryRun
        self.timeoutSeconds = timeoutSeconds
        self.inFlightMax = inFlightMax
    }
}

/// How far an import is.
package struct ImportProgress: Sendable, Equatable {
    /// Commands answered.
    package let done: Int
    /// Commands in all.
    package let total: Int
    /// Answers in a second so far.
    package let perSecond: Int
    /// Seconds that the rest takes at that rate; nil while nothing can be said.
    package let secondsLeft: Int?
    /// Where the import's clock stands.
    package let date: String?
}

/// What an import did, or would do.
package struct ImportReport: Sendable, Equatable {
    /// The import's name.
    package var name = ""
    /// Whether nothing was written.
    package var isDryRun = false
    /// Rows read in all files.
    package var rows = 0
    /// Commands on the time line.
    package var commands = 0
    /// Commands that were accepted by this run.
    package var accepted = 0
    /// Commands that an earlier run had given already, or that changed nothing.
    package var unchanged = 0
    /// Tasks that the mapping's people did.
    package var tasksDone = 0
    /// Rows and commands that were refused.
    package var refused: [RefusedRow] = []
    /// What was mended and assumed.
    package var notes: [ImportNote] = []
    /// Days that were over when the import came to them: the folder's clock had gone on already.
    package var daysLate = 0
    /// Processes that stand still with a reason, after the import.
    package var incidents = 0
    /// How long it took.
    package var milliseconds = 0

    /// The report for people, a line each; `refusedMax` rows are listed one by one.
    package func lines(refusedMax: Int) -> [String] {
        var lines = [
            isDryRun
                ? "\(name): \(rows) rows make \(commands) commands; nothing was written"
                : "\(name): \(rows) rows, \(commands) commands: \(accepted) accepted, \(unchanged) unchanged, \(refused.count) refused"
        ]
        if tasksDone > 0 { lines.append("\(tasksDone) tasks done by the people of the mapping") }
        for note in notes {
            lines.append("\(note.kind.rawValue): \(note.file): \(note.what) (\(note.rows) rows)")
        }
        for row in refused.prefix(refusedMax) {
            let command = row.command.isEmpty ? "" : " \(row.command):"
            lines.append(
                "refused: \(row.source.file):\(row.source.line):\(command) \(row.code): \(row.message)"
            )
        }
        if refused.count > refusedMax {
            lines.append("refused: \(refused.count - refusedMax) more")
        }
        if daysLate > 0, accepted > 0 {
            lines.append(
                "the clock stood later than \(daysLate) of the days: what was new on them has their posting date and was recorded now"
            )
        }
        if incidents > 0 {
            lines.append(
                "\(incidents) processes wait for help; see `daybook query process.incidents`")
        }
        if !isDryRun {
            lines.append("took \(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s")
        }
        return lines
    }
}

/// Why an import cannot begin or go on.
package enum ImportFailure: Error, Sendable, CustomStringConvertible {
    /// The mapping has a fault.
    case mapping(MappingFailure)
    /// A file cannot be read.
    case file(CSVFailure)
    /// The folder's clock does not fit the mapping.
    case clockNotManual
    /// The daemon refused what the import cannot go on without.
    case refused(code: String, message: String)
    /// No daemon answers.
    case noDaemon(String)
    /// The connection broke; running the import again goes on where it stood.
    case interrupted(String)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .mapping(let failure): failure.description
        case .file(let failure): failure.description
        case .clockNotManual:
            "clock-not-manual: this mapping imports history and needs a folder on the manual clock; start a new folder with `daybookd --data FOLDER --clock manual`"
        case .refused(let code, let message): "\(code): \(message)"
        case .noDaemon(let message): message
        case .interrupted(let message):
            "\(message); run the import again: it goes on where it stood"
        }
    }
}

extension ImportReport {
    /// The report for programs.
    package var json: JSONValue {
        .object([
            "import": .string(name), "dryRun": .boolean(isDryRun), "rows": .integer(rows),
            "commands": .integer(commands), "accepted": .integer(accepted),
            "unchanged": .integer(unchanged), "tasksDone": .integer(tasksDone),
            "incidents": .integer(incidents), "daysLate": .integer(daysLate),
            "milliseconds": .integer(milliseconds),
            "notes": .array(
                notes.map {
                    .object([
                        "kind": .string($0.kind.rawValue), "file": .string($0.file),
                        "what": .string($0.what), "rows": .integer($0.rows),
                    ])
                }),
            "refused": .array(
                refused.map {
                    .object([
                        "file": .string($0.source.file), "line": .integer($0.source.line),
                        "command": .string($0.command), "code": .string($0.code),
                        "message": .string($0.message),
                    ])
                }),
        ])
    }
}
