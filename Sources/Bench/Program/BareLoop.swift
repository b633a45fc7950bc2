internal import EventLog
internal import LMDB
internal import Workload

/// What LMDB does when nothing else is done: the measure for everything above it.
enum BareLoop {
    /// Events per second of a loop that appends values of one size and commits durably.
    static func rate(
        in folder: String, eventsPerCommit: Int, commits: Int, valueBytes: Int
    ) throws -> Double {
        let environment = try Environment(path: folder, tables: ["events"])
        let table = try environment.table("events")
        var value = [UInt8](repeating: 7, count: valueBytes)
        var number: UInt64 = 0
        let watch = Stopwatch()
        for _ in 0..<commits {
            try environment.write { (transaction) throws(StoreFailure) in
                for _ in 0..<eventsPerCommit {
                    number += 1
                    value[0] = UInt8(truncatingIfNeeded: number)
                    try transaction.put(
                        value, for: Position(number).bytes, in: table, mode: .append)
                }
            }
        }
        return Double(commits * eventsPerCommit) / watch.seconds
    }
}
