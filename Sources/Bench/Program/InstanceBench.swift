internal import Client
internal import Foundation
internal import Workload

/// Starting, stepping and finding one instance among a thousand open ones and among many more.
struct InstanceBench {
    private let bench: Workplace
    private let instances: Int
    private static let few = 1_000
    private static let runs = 5
    /// Instances that one run starts, steps and finds; as many end as are started.
    private static let perRun = 500
    private static let clients = 16
    private static let jobsAtOnce = 100
    private static let wanted = 0.8

    init(_ bench: Workplace, instances: Int) {
        self.bench = bench
        self.instances = instances
    }

    /// Instances per second.
    private struct Rates {
        let starting: Double
        let stepping: Double
        let finding: Double

        static var all: [(name: String, rate: KeyPath<Rates, Double>)] {
            [("starting", \.starting), ("stepping", \.stepping), ("finding", \.finding)]
        }
    }

    func run(_ report: inout Report) throws {
        let few = try bench.preparedInstances(Self.few)
        let many = try bench.preparedInstances(instances)
        let fewDaemon = try serve(few)
        defer { if fewDaemon.isRunning { fewDaemon.stop() } }
        let manyDaemon = try serve(many)
        defer { if manyDaemon.isRunning { manyDaemon.stop() } }
        var generator = SeededGenerator(seed: UInt64(instances))
        let stamp = UInt64(Date().timeIntervalSince1970)
        var pairs: [(few: Rates, many: Rates)] = []
        for run in 0...Self.runs {
            let prefix = "run-\(stamp)-\(run)"
            let pair = (
                few: try rates(few, fewDaemon, prefix, &generator),
                many: try rates(many, manyDaemon, prefix, &generator)
            )
            // The first run only warms both daemons up.
            if run > 0 { pairs.append(pair) }
        }
        fewDaemon.stop()
        manyDaemon.stop()
        add(pairs, to: &report)
    }

    private func serve(_ folder: PreparedInstances) throws -> DaemonProcess {
        let daemon = try DaemonProcess(try bench.jobOptions(data: folder.path))
        try daemon.waitUntilServing()
        try daemon.waitForViews()
        return daemon
    }

    private func rates(
        _ folder: PreparedInstances, _ daemon: DaemonProcess, _ prefix: String,
        _ generator: inout SeededGenerator
    ) throws -> Rates {
        let wanted = try folder.sample(Self.perRun, using: &generator)
        let starting = try rate(
            of: (1...Self.perRun).map { JobCycles.startLine(key: "\(prefix)-\($0)") }, daemon)
        let connection = try Connection(path: daemon.options.socket)
        let watch = Stopwatch()
        let jobs = try oldestJobs(connection)
        let activating = watch.seconds
        let completing = try rate(of: jobs.map(JobCycles.completeLine), daemon)
        let stepping = Double(jobs.count) / (activating + Double(jobs.count) / completing)
        let finding = try rate(
            of: wanted.map { #"query process.instance {"instance":"\#($0)"}"# }, daemon)
        return Rates(starting: starting, stepping: stepping, finding: finding)
    }

    /// Lines per second, each of them answered with `ok`.
    private func rate(of lines: [String], _ daemon: DaemonProcess) throws -> Double {
        let watch = Stopwatch()
        try Fleet.send(
            SharedLines(lines), clients: Self.clients, socket: daemon.options.socket)
        return Double(lines.count) / watch.seconds
    }

    /// Takes the jobs of the instances that have waited longest.
    private func oldestJobs(_ connection: Connection) throws -> [String] {
        var jobs: [String] = []
        while jobs.count < Self.perRun {
            let line = JobCycles.activateLine(
                worker: "bench", count: min(Self.jobsAtOnce, Self.perRun - jobs.count))
            let answer = try connection.ask(line)
            guard answer.isOK else { throw WorkloadFailure("\(answer.code): \(answer.message)") }
            let taken = JobCycles.jobs(in: "\(answer.body)".utf8)
            guard !taken.isEmpty else { throw WorkloadFailure("there are too few free jobs") }
            jobs += taken
        }
        return jobs
    }

    private func add(_ pairs: [(few: Rates, many: Rates)], to report: inout Report) {
        var figures: [Figure] = []
        var isMet = true
        for (name, rate) in Rates.all {
            let ratio = pairs.map { $0.many[keyPath: rate] / $0.few[keyPath: rate] }.median
            isMet = isMet && ratio >= Self.wanted
            figures.append(Figure("\(name), ratio of the rates", ratio))
            figures.append(
                Figure("\(name) among few", pairs.map { $0.few[keyPath: rate] }.median, "1/s"))
            figures.append(
                Figure("\(name) among many", pairs.map { $0.many[keyPath: rate] }.median, "1/s"))
        }
        report.add(
            Measurement(
                name: "instances, \(Self.few) and \(instances) open", figures: figures,
                wanted: "ratios ≥ \(Self.wanted)", isMet: isMet))
    }
}
