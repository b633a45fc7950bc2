internal import Workload

/// Durable commands over the socket against a real daemon.
struct CommandBench {
    private let bench: Workplace
    private let seconds: Int
    private static let runs = 5
    private static let clients = 64
    private static let bareCommits = 200
    private static let commandsWanted = 10_000.0
    private static let ratioWanted = 0.25
    private static let slowestWanted = 20.0
    private static let idleWanted = 1.0

    init(_ bench: Workplace, seconds: Int) {
        self.bench = bench
        self.seconds = seconds
    }

    /// One run under load.
    private struct Run {
        let commandsPerSecond: Double
        let eventsPerSecond: Double
        let eventsPerCommit: Double
        let bytesPerEvent: Double
        let bareRate: Double
    }

    func run(_ report: inout Report) throws {
        let data = try bench.fresh("commands")
        bench.remove(data)
        let daemon = try bench.serve(data)
        defer { if daemon.isRunning { daemon.stop() } }
        try TradingCompany(customers: 10, products: 10).found(socket: daemon.options.socket)
        var number = 0
        _ = try load(daemon, clients: Self.clients, seconds: 1, &number)
        var runs: [Run] = []
        var latencies = Latencies()
        for _ in 0..<Self.runs {
            let (run, times) = try measure(daemon, &number)
            runs.append(run)
            latencies.add(times)
        }
        let idle = try load(daemon, clients: 1, seconds: 2, &number)
        addLoaded(runs, latencies, to: &report)
        addIdle(idle.latencies, to: &report)
        daemon.stop()
        bench.remove(data)
    }

    private func load(
        _ daemon: DaemonProcess, clients: Int, seconds: Int, _ number: inout Int
    ) throws -> (latencies: Latencies, commands: Int, seconds: Double) {
        var next = number
        let lines = SharedLines {
            next += 1
            return
                #"sales.open-account key=k-\#(next) {"account":"A-\#(next)","name":"Account \#(next)"}"#
        }
        let fleet = try Fleet(lines.clients(clients), socket: daemon.options.socket)
        let watch = Stopwatch()
        fleet.run { watch.seconds >= Double(seconds) }
        let spent = watch.seconds
        number = next
        if let refusal = lines.refusals.first { throw WorkloadFailure(refusal) }
        guard !fleet.hasLostConnection else { throw WorkloadFailure(daemon.output) }
        return (lines.latencies, lines.accepted, spent)
    }

    private func measure(
        _ daemon: DaemonProcess, _ number: inout Int
    ) throws -> (Run, Latencies) {
        let before = try LogReading(data: daemon.options.data)
        let load = try load(daemon, clients: Self.clients, seconds: seconds, &number)
        let after = try LogReading(data: daemon.options.data)
        let events = Double(after.events - before.events)
        let perCommit = events / Double(max(1, after.commits - before.commits))
        let bytes = Double(after.bytes - before.bytes) / max(1, events)
        let folder = try bench.fresh("bare")
        defer { bench.remove(folder) }
        let bare = try BareLoop.rate(
            in: folder, eventsPerCommit: max(1, Int(perCommit.rounded())),
            commits: Self.bareCommits, valueBytes: Int(bytes))
        return (
            Run(
                commandsPerSecond: Double(load.commands) / load.seconds,
                eventsPerSecond: events / load.seconds, eventsPerCommit: perCommit,
                bytesPerEvent: bytes, bareRate: bare),
            load.latencies
        )
    }

    private func addLoaded(_ runs: [Run], _ latencies: Latencies, to report: inout Report) {
        let rate = runs.map(\.commandsPerSecond).median
        let ratio = runs.map { $0.eventsPerSecond / $0.bareRate }.median
        let times = latencies.milliseconds([500, 990, 999])
        report.add(
            Measurement(
                name: "commands, \(Self.clients) clients",
                figures: [
                    Figure("durable commands", rate, "1/s"),
                    Figure("ratio to the bare loop", ratio),
                    Figure("bare loop", runs.map(\.bareRate).median, "events/s"),
                    Figure("p50", times[0], "ms"), Figure("p99", times[1], "ms"),
                    Figure("p99.9", times[2], "ms"),
                    Figure("events per commit", runs.map(\.eventsPerCommit).median),
                    Figure("log", runs.map(\.bytesPerEvent).median, "bytes/event"),
                ],
                wanted: "≥ 10,000/s or ratio ≥ \(Self.ratioWanted); p99 < 20 ms",
                isMet: (rate >= Self.commandsWanted || ratio >= Self.ratioWanted)
                    && times[1] < Self.slowestWanted))
    }

    private func addIdle(_ latencies: Latencies, to report: inout Report) {
        let times = latencies.milliseconds([500, 990, 999])
        report.add(
            Measurement(
                name: "commands, one client of an idle daemon",
                figures: [
                    Figure("p50", times[0], "ms"), Figure("p99", times[1], "ms"),
                    Figure("p99.9", times[2], "ms"),
                ], wanted: "p50 < 1 ms", isMet: times[0] < Self.idleWanted))
    }
}
