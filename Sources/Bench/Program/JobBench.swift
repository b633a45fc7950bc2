internal import Foundation
internal import Workload

/// Instances of a process of one task that a worker outside completes.
struct JobBench {
    private let bench: Workplace
    private let seconds: Int
    private static let runs = 5
    private static let starters = 128
    private static let workers = 128
    private static let inFlight = 1_024
    private static let wanted = 3_000.0

    init(_ bench: Workplace, seconds: Int) {
        self.bench = bench
        self.seconds = seconds
    }

    func run(_ report: inout Report) throws {
        let data = try bench.fresh("jobs")
        bench.remove(data)
        let daemon = try DaemonProcess(try bench.jobOptions(data: data))
        defer { if daemon.isRunning { daemon.stop() } }
        try daemon.waitUntilServing()
        _ = try cycles(daemon, "warm", seconds: 1)
        var rates: [Double] = []
        var eventsPerInstance: [Double] = []
        var latencies = Latencies()
        for run in 1...Self.runs {
            let before = try LogReading(data: data)
            let cycles = try cycles(daemon, "run-\(run)", seconds: seconds)
            let after = try LogReading(data: data)
            rates.append(Double(cycles.completed) / cycles.seconds)
            eventsPerInstance.append(
                Double(after.events - before.events) / Double(max(1, cycles.completed)))
            latencies.add(cycles.latencies)
        }
        daemon.stop()
        bench.remove(data)
        let rate = rates.median
        let times = latencies.milliseconds([500, 990, 999])
        report.add(
            Measurement(
                name: "jobs, \(Self.workers) workers outside",
                figures: [
                    Figure("instances completed", rate, "1/s"),
                    Figure("events per instance", eventsPerInstance.median),
                    Figure("p50", times[0], "ms"), Figure("p99", times[1], "ms"),
                    Figure("p99.9", times[2], "ms"),
                ], wanted: "≥ 3,000/s", isMet: rate >= Self.wanted))
    }

    private func cycles(
        _ daemon: DaemonProcess, _ prefix: String, seconds: Int
    ) throws -> JobCycles {
        let cycles = JobCycles(inFlight: Self.inFlight, prefix: prefix)
        let watch = Stopwatch()
        try cycles.run(
            starters: Self.starters, workers: Self.workers, socket: daemon.options.socket
        ) { watch.seconds >= Double(seconds) }
        return cycles
    }
}

extension Workplace {
    /// How a daemon is started over a new folder whose one definition is the process of one task.
    func jobOptions(data: String) throws -> DaemonProcess.Options {
        let folder = "\(root)/job-definitions"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Data(JobCycles.diagram.utf8)
            .write(to: URL(fileURLWithPath: "\(folder)/\(JobCycles.process).bpmn"))
        var options = options(data: data)
        options.definitions = folder
        return options
    }
}
