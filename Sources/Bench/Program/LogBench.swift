internal import EventLog
internal import Workload

/// The log alone, hashing included, beside the bare loop.
struct LogBench {
    private let bench: Workplace
    private static let runs = 5
    /// Events per commit, commits of one run, and the ratio that is wanted.
    private static let loads: [(eventsPerCommit: Int, commits: Int, wanted: Double)] = [
        (1, 600, 0.8), (64, 400, 0.6), (512, 100, 0.5),
    ]

    init(_ bench: Workplace) { self.bench = bench }

    func run(_ report: inout Report) throws {
        for load in Self.loads {
            var bare: [Double] = []
            var logged: [Double] = []
            var valueBytes = try Self.valueBytes()
            for run in 0..<Self.runs {
                let folder = try bench.fresh("bare-\(run)")
                bare.append(
                    try BareLoop.rate(
                        in: folder, eventsPerCommit: load.eventsPerCommit, commits: load.commits,
                        valueBytes: valueBytes))
                bench.remove(folder)
                let result = try rate(load.eventsPerCommit, load.commits)
                logged.append(result.rate)
                valueBytes = result.valueBytes
            }
            let ratio = zip(logged, bare).map { $0 / $1 }.median
            report.add(
                Measurement(
                    name: "log, \(load.eventsPerCommit) events per commit",
                    figures: [
                        Figure("ratio to the bare loop", ratio),
                        Figure("log", logged.median, "events/s"),
                        Figure("bare loop", bare.median, "events/s"),
                        Figure("record", Double(valueBytes), "bytes/event"),
                    ], wanted: "ratio ≥ \(load.wanted)", isMet: ratio >= load.wanted))
        }
    }

    /// Events per second; a batch is made just before its append, outside the measured time.
    private func rate(
        _ eventsPerCommit: Int, _ commits: Int
    ) throws -> (rate: Double, valueBytes: Int) {
        let folder = try bench.fresh("log")
        defer { bench.remove(folder) }
        let log = try LMDBEventLog(path: folder)
        var seconds = 0.0
        var bytes = 0
        for commit in 0..<commits {
            let first = commit * eventsPerCommit
            let batch = (first..<first + eventsPerCommit).map(Self.draft)
            let watch = Stopwatch()
            let stored = try log.append(batch, expecting: log.end.next)
            seconds += watch.seconds
            if commit == 0 { bytes = stored.reduce(0) { $0 + $1.recordBytes } / stored.count }
        }
        log.close()
        return (Double(commits * eventsPerCommit) / seconds, bytes)
    }

    private static func valueBytes() throws -> Int {
        let stored = try MemoryEventLog().append((0..<4).map(draft), expecting: .first)
        return stored.reduce(0) { $0 + $1.recordBytes } / stored.count
    }

    /// An event as an order has them: a fourth carries a key, each concerns two things.
    private static func draft(_ number: Int) -> DraftEvent {
        let order = "sales.order/SO-2026-\(100_000 + number / 4)"
        let isFirst = number % 4 == 0
        return DraftEvent(
            envelope: Envelope(
                stream: order, version: number % 4 + 1, type: "sales.order-placed",
                company: "main", recordedAtMicroseconds: 1_700_000_000_000_000 + Int64(number),
                effectiveDay: 20_000, actor: "erika", key: isFirst ? "po-\(number)" : nil,
                keyHash: isFirst ? Digest256((0..<32).map { UInt8($0) }) : nil,
                correlation: order,
                objects: [
                    ObjectReference(
                        "sales.account/C-\(number / 4 % 10_000)", qualifier: "customer"),
                    ObjectReference("inventory.product/P-\(number % 1_000)", qualifier: "product"),
                ]),
            payload: (0..<60).map { UInt8(truncatingIfNeeded: $0 &+ number) })
    }
}
