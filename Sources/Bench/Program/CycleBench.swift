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
        let folder = try bench.prepared(events: events)
        let daemon = try bench.serve(folder.path)
        defer { if daemon.isRunning { daemon.stop() } }
        try daemon.waitForViews()
        var rates: [Double] = []
        var eventsPerCycle: [Double] = []
        var lag = 0.0
        var latencies = Latencies()
        for run in 1...Self.runs {
            let before = try LogReading(data: folder.path)
            let cycles = OrderCycles(
                customers: PreparedFolder.customers, products: PreparedFolder.products,
                seed: before.events, prefix: "run\(before.events)-\(run)")
            let watch = Stopwatch()
            try cycles.run(
                inFlight: PreparedFolder.inFlight, socket: daemon.options.socket
            ) { watch.seconds >= Double(seconds) }
            rates.append(Double(cycles.completed) / watch.seconds)
            let after = try LogReading(data: folder.path)
            eventsPerCycle.append(
                Double(after.events - before.events) / Double(max(1, cycles.completed)))
            lag = max(lag, cycles.lagSecondsMax)
            latencies.add(cycles.latencies)
        }
        daemon.stop()
        add(rates.median, eventsPerCycle.median, lag, latencies, to: &report)
    }

    private func add(
        _ rate: Double, _ eventsPerCycle: Double, _ lag: Double, _ latencies: Latencies,
        to report: inout Report
    ) {
        let times = latencies.milliseconds([500, 990, 999])
        report.add(
            Measurement(
                name: "cycles, \(PreparedFolder.inFlight) in flight",
                figures: [
                    Figure("order to cash", rate, "1/s"),
                    Figure("events per cycle", eventsPerCycle),
                    Figure("lag of the views", lag, "s"), Figure("p50", times[0], "ms"),
                    Figure("p99", times[1], "ms"), Figure("p99.9", times[2], "ms"),
                ], wanted: "≥ 500/s, ≤ 60 events, lag ≤ 1 s",
                isMet: rate >= Self.rateWanted && eventsPerCycle <= Self.eventsWanted
                    && lag <= Self.lagWanted))
    }
}
