internal import Engine
internal import Server

/// A limit that the configuration file may set under `limits`.
struct LimitSetting: Sendable {
    /// Its name in the file.
    let name: String
    /// What it counts, with its unit.
    let meaning: String
    /// What it may be.
    let range: ClosedRange<Int>
    /// Where it is kept.
    let value: any WritableKeyPath<Configuration, Int> & Sendable

    private init(
        _ name: String, _ range: ClosedRange<Int>,
        _ value: any WritableKeyPath<Configuration, Int> & Sendable, _ meaning: String
    ) {
        self.name = name
        self.range = range
        self.value = value
        self.meaning = meaning
    }

    /// All of them.
    static let all = [
        LimitSetting(
            "lineBytes", 1_024...(16 << 20), \.server.lineBytesMax, "bytes of one request"),
        LimitSetting("jsonDepth", 4...128, \.server.jsonDepthMax, "levels in a payload"),
        LimitSetting(
            "connections", 1...32_768, \.server.connectionsMax, "clients at once"),
        LimitSetting(
            "requestsInFlight", 1...65_536, \.server.requestsInFlightMax,
            "requests of one client that wait for their replies"),
        LimitSetting(
            "unsentBytes", 4_096...(1 << 30), \.server.unsentBytesMax,
            "bytes that one client has not read"),
        LimitSetting(
            "unfinishedBytes", 65_536...(16 << 30), \.server.unfinishedBytesMax,
            "bytes of unfinished lines of all clients"),
        LimitSetting(
            "unreadBytes", 65_536...(16 << 30), \.server.unreadBytesMax,
            "bytes of replies not read, of all clients"),
        LimitSetting(
            "lineSeconds", 1...86_400, \.server.lineSecondsMax,
            "seconds until a line must be finished"),
        LimitSetting(
            "afterSeconds", 1...3_600, \.server.afterSecondsMax,
            "seconds that a query waits for the position of `after`"),
        LimitSetting(
            "stopSeconds", 1...3_600, \.server.stopSecondsMax,
            "seconds that a stopping daemon waits for its clients"),
        LimitSetting(
            "subscriptions", 1...32_768, \.server.subscriptionsMax,
            "clients that follow the log at once"),
        LimitSetting(
            "batchCommands", 4...65_536, \.engine.batchCommandsMax,
            "commands and process steps of one commit"),
        LimitSetting(
            "batchBytes", 65_536...(256 << 20), \.engine.batchBytesMax, "bytes of one commit"),
        LimitSetting(
            "eventBytes", 131_072...1_000_000, \.engine.eventBytesMax, "bytes of one event"),
        LimitSetting(
            "waitingCommands", 16...1_048_576, \.engine.waitingCommandsMax,
            "commands that wait for the writer at once"),
        LimitSetting(
            "waitingWorkers", 1...1_048_576, \.engine.waitingWorkersMax,
            "requests for jobs that wait at once"),
    ]

    /// A line of the help for each, with the value where nothing is set.
    static func table(of defaults: Configuration) -> String {
        let width = (all.map(\.name.count).max() ?? 0) + 2
        return all.map { limit in
            let gap = String(repeating: " ", count: width - limit.name.count)
            return
                "  \(limit.name)\(gap)\(limit.meaning); \(defaults[keyPath: limit.value])"
        }.joined(separator: "\n")
    }
}
