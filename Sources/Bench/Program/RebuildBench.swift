internal import Business
internal import Engine
internal import EventLog
internal import Foundation
internal import Logging
internal import Views
internal import Workload

/// Folding views anew over the prepared folder: each alone, and all together.
struct RebuildBench {
    private let bench: Workplace
    private let events: Int
    private static let runs = 3
    private static let aloneWanted = 300_000.0
    private static let togetherWanted = 150_000.0

    init(_ bench: Workplace, events: Int) {
        self.bench = bench
        self.events = events
    }

    func run(_ report: inout Report) throws {
        let folder = try bench.prepared(events: events)
        let log = try LMDBEventLog.readOnly(path: folder.path + "/log")
        defer { log.close() }
        for view in DaybookViews.all {
            try add([view.name], "rebuild of \(view.name)", Self.aloneWanted, log, &report)
        }
        let names = DaybookViews.all.map { $0.name }
        try add(names, "rebuild of all views", Self.togetherWanted, log, &report)
    }

    private func add(
        _ names: [String], _ title: String, _ wanted: Double, _ log: LMDBEventLog,
        _ report: inout Report
    ) throws {
        var rates: [Double] = []
        for _ in 0..<Self.runs { rates.append(try rate(names, log)) }
        report.add(
            Measurement(
                name: title, figures: [Figure("log events", rates.median, "1/s")],
                wanted: "≥ \(Int(wanted))/s", isMet: rates.median >= wanted))
    }

    private func rate(_ names: [String], _ log: LMDBEventLog) throws -> Double {
        let path = try bench.fresh("rebuild")
        defer { bench.remove(path) }
        let decoder = EventDecoder(registry: DaybookRegistry.make())
        let host = ViewHost(
            folder: path, log: log, lineage: "bench", decode: { try decoder.recorded($0) },
            views: DaybookViews.all, logger: Logger(label: "bench"))
        let watch = Stopwatch()
        for (view, result) in host.rebuild(names) {
            if case .failure(let failure) = result {
                throw WorkloadFailure("\(view) cannot be rebuilt: \(failure)")
            }
        }
        return Double(log.end.last.rawValue) / watch.seconds
    }
}
