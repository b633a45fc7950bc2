/// How a run ended, as the shell sees it; stated in `daybook --help`.
enum ToolStatus: Int32, CaseIterable {
    /// It was done.
    case done = 0
    /// The daemon refused, and nothing happened.
    case refused = 1
    /// The command line is not what the tool takes.
    case usage = 2
    /// No daemon answered.
    case noDaemon = 3
    /// The audit found faults, or a rebuilt view differs from the rows before.
    case faults = 4
    /// The data folder cannot be read or written.
    case folder = 5
    /// The connection broke before the answer: sending again with the same key tells.
    case unknownOutcome = 6

    /// The meaning in a few words.
    var meaning: String {
        switch self {
        case .done: "done"
        case .refused: "refused by the daemon; nothing happened"
        case .usage: "the command line is wrong"
        case .noDaemon: "no daemon answers on the socket"
        case .faults: "the audit found faults, or a rebuilt view differs"
        case .folder: "the data folder cannot be read or written"
        case .unknownOutcome: "no answer came; send again with the same key to know"
        }
    }

    /// All of them for the help text.
    static var table: String {
        allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n")
    }
}

/// Why a run did not do what was asked.
struct ToolFailure: Error, Equatable {
    let status: ToolStatus
    /// Expected, found, remedy.
    let message: String
    /// What a program gets with `--json`.
    var body: String?

    init(_ status: ToolStatus, _ message: String, body: String? = nil) {
        self.status = status
        self.message = message
        self.body = body
    }
}
