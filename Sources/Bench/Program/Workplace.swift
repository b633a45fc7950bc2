internal import Client
internal import EventLog
internal import Foundation
internal import LMDB
internal import Workload

/// Where measurements are made: programs and folders.
struct Workplace {
    /// The daemon's program.
    let daemon: String
    /// The folder for everything that is made.
    let root: String
    let definitions: String?

    init(_ places: Places) throws {
        daemon = places.daemon ?? DaemonProcess.programBesideThis()
        root =
            places.work
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("daybook-bench").path
        definitions = places.definitions
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
    }

    /// An empty folder of that name; what was there is removed.
    func fresh(_ name: String) throws -> String {
        let path = "\(root)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// How a daemon over a folder is started.
    func options(data: String) -> DaemonProcess.Options {
        var options = DaemonProcess.Options(program: daemon, data: data)
        options.definitions = definitions
        return options
    }

    /// Starts a daemon over a folder and waits until it serves.
    func serve(_ data: String) throws -> DaemonProcess {
        let process = try DaemonProcess(options(data: data))
        try process.waitUntilServing()
        return process
    }
}

extension DaemonProcess {
    /// Waits until all views fold what comes.
    func waitForViews() throws {
        let connection = try waitUntilServing()
        while try !ViewPositions(connection.ask("query engine.views").body).areLive {
            try Pause.milliseconds(50)
        }
    }
}

/// How far a log is: read beside the daemon that writes it.
struct LogReading {
    let events: UInt64
    /// Number of the last commit.
    let commits: Int
    /// Bytes of the file that are in use.
    let bytes: UInt64

    init(data: String) throws {
        let path = data + "/log"
        let log = try LMDBEventLog.readOnly(path: path)
        events = log.end.last.rawValue
        log.close()
        let environment = try Environment(
            path: path, tables: [""], options: EnvironmentOptions(readOnly: true))
        let statistics = try environment.statistics()
        commits = statistics.lastTransaction
        bytes = UInt64(statistics.lastPage + 1) * UInt64(statistics.pageBytes)
    }
}
