internal import Workload

/// Orders of three lines from placing to the end of their process.
struct CycleBench {
    private let bench: Workplace
    private let events: Int
    private let seconds: Int
    private static let runs = 5
    private static let rateWanted = 500.0
    private static let eventsWanted = 60.0
    private static let lagWanted = 1.0

    init(_ bench: Workplace, events: Int, seconds: Int) {
        self.bench = bench
        self.events = events
        self.seconds = seconds
    }

    func run(_ report: inout Report) throws {
        let folder = try bench.copy(of: bench.prepared(events: events), named: "cycles")
        defer { bench.remove(folder.path) }
        let daemon = try bench.serve(folder.path)
        defer { if daemon.isRunning { daemon.stop() } }
        try daemon.waitForViews()
        // The first seconds read states from the disk that a daemon at work has in memory.
        _ = try cycle(daemon, folder, "warm")
        var runs: [Run] = []
        var latencies = Latencies()
        for number in 1...Self.runs {
            let (run, times) = try cycle(daemon, folder, "run\(number)")
            runs.append(run)
            latencies.add(times)
        }
        daemon.stop()
        add(runs, latencies, to: &report)
    }

    /// One run of some seconds.
    private struct Run {
        let rate: Double
        let eventsPerCycle: Double
        let bytesPerEvent: Double
        let lagSeconds: Double
    }

    /// Runs cycles for some seconds and until all that were begun are complete.
    private func cycle(
        _ daemon: DaemonProcess, _ folder: PreparedFolder, _ name: String
    ) throws -> (Run, Latencies) {
        let before = try LogReading(data: folder.path)
        let cycles = OrderCycles(
            customers: PreparedFolder.customers, products: PreparedFolder.products,
            seed: before.events, prefix: "\(name)-\(before.events)")
        let watch = Stopwatch()
        try cycles.run(
            inFlight: PreparedFolder.inFlight, socket: daemon.options.socket
        ) { watch.seconds >= Double(seconds) }
        let after = try LogReading(data: folder.path)
        let events = Double(after.events - before.events)
        return (
            Run(
                rate: cycles.ratePerSecond,
                eventsPerCycle: events / Double(max(1, cycles.completed)),
                bytesPerEvent: Double(after.bytes - before.bytes) / max(1, events),
                lagSeconds: cycles.lagSecondsMax), cycles.latencies
        )
    }

    private func add(
        _ runs: [Run], _ latencies: Latencies, to report: inout Report
    ) {
        let rate = runs.map(\.rate).median
        let eventsPerCycle = runs.map(\.eventsPerCycle).median
        let lag = runs.map(\.lagSeconds).max() ?? 0
        let times = latencies.milliseconds([500, 990, 999])
        report.add(
            Measurement(
                name: "cycles, \(PreparedFolder.inFlight) in flight",
                figures: [
                    Figure("order to cash", rate, "1/s"),
                    Figure("events per cycle", eventsPerCycle),
                    Figure("bytes per event", runs.map(\.bytesPerEvent).median),
                    Figure("lag of the views", lag, "s"), Figure("p50", times[0], "ms"),
                    Figure("p99", times[1], "ms"), Figure("p99.9", times[2], "ms"),
                ], wanted: "≥ 500/s, ≤ 60 events, lag ≤ 1 s",
                isMet: rate >= Self.rateWanted && eventsPerCycle <= Self.eventsWanted
                    && lag <= Self.lagWanted))
    }
}
