internal import EventLog
internal import Foundation
internal import Workload

/// A folder with so many open instances of the process of one task, kept and used again.
struct PreparedInstances {
    /// The data folder.
    let path: String
    /// Instances that are open when nothing is measured.
    let open: Int
}

extension Workplace {
    private static let preparingClients = 256

    /// The folder with that many open instances; made where it is not there, which takes minutes
    /// for a million.
    func preparedInstances(_ open: Int) throws -> PreparedInstances {
        let path = "\(root)/instances-\(open)"
        if FileManager.default.fileExists(atPath: path + "/PREPARED") {
            return PreparedInstances(path: path, open: open)
        }
        remove(path)
        var options = try jobOptions(data: path)
        // Nothing is lost when making it is cut off: it is made again then.
        options.configuration = "logWithoutSync: true\n"
        let daemon = try DaemonProcess(options)
        defer { if daemon.isRunning { daemon.stop() } }
        try daemon.waitUntilServing()
        var number = 0
        let lines = SharedLines {
            guard number < open else { return nil }
            number += 1
            return JobCycles.startLine(key: "prepared-\(number)")
        }
        try Fleet.send(lines, clients: Self.preparingClients, socket: options.socket)
        try daemon.waitForViews()
        guard daemon.stop() == 0 else { throw WorkloadFailure(daemon.output) }
        _ = FileManager.default.createFile(atPath: path + "/PREPARED", contents: nil)
        return PreparedInstances(path: path, open: open)
    }
}

extension PreparedInstances {
    /// Ids of so many instances from all over the log.
    func sample(_ count: Int, using generator: inout SeededGenerator) throws -> [String] {
        let log = try LMDBEventLog.readOnly(path: path + "/log")
        defer { log.close() }
        let start = "process.instance/"
        var ids: [String] = []
        for _ in 0..<(count * Self.triesPerInstance) where ids.count < count {
            let position = UInt64.random(in: 1...log.end.last.rawValue, using: &generator)
            guard let event = try log.event(at: Position(position)),
                event.envelope.stream.hasPrefix(start)
            else { continue }
            ids.append(String(event.envelope.stream.dropFirst(start.count)))
        }
        guard ids.count == count else {
            throw WorkloadFailure(
                "\(path) holds too few steps of instances; remove it, and it is made again")
        }
        return ids
    }

    private static let triesPerInstance = 20
}
