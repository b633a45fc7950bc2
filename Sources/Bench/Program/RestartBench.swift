internal import Client
internal import Foundation
internal import Workload

/// From `kill -9` under load to the first `ok`, and what a daemon does that finds another boot.
///
/// The second is what it finds after a power cut: views that were not closed in order by another boot
/// are made anew. What a power cut takes from the disk is the torture's subject, not measured here.
struct RestartBench {
    private let bench: Workplace
    private let events: Int
    private static let runs = 5
    private static let wanted = 2.0
    private static let loadSeconds = 2.0
    private static let clients = 64

    init(_ bench: Workplace, events: Int) {
        self.bench = bench
        self.events = events
    }

    func run(_ report: inout Report) throws {
        let folder = try bench.copy(of: bench.prepared(events: events), named: "restart")
        defer { bench.remove(folder.path) }
        let boot = "\(bench.root)/boot-id"
        var killed: [Double] = []
        var cut: [Double] = []
        var rebuilt: [Double] = []
        for run in 0..<Self.runs {
            try setBoot("kill", boot)
            try loadAndKill(folder, boot, run)
            killed.append(try firstAnswer(folder, boot).seconds)
        }
        for run in 0..<2 {
            try setBoot("before-\(run)", boot)
            try loadAndKill(folder, boot, Self.runs + run)
            try setBoot("after-\(run)", boot)
            let answer = try firstAnswer(folder, boot, waitsForViews: true)
            cut.append(answer.seconds)
            rebuilt.append(answer.viewSeconds)
        }
        report.add(
            Measurement(
                name: "kill -9 under load at \(folder.events) events",
                figures: [
                    Figure("slowest first ok", killed.max() ?? 0, "s"),
                    Figure("median", killed.median, "s"),
                ], wanted: "< 2 s", isMet: (killed.max() ?? .infinity) < Self.wanted))
        report.add(
            Measurement(
                name: "another boot, not closed in order",
                figures: [
                    Figure("first ok", cut.median, "s"),
                    Figure("views rebuilt", rebuilt.median, "s"),
                ]))
    }

    private func setBoot(_ name: String, _ path: String) throws {
        try Data("\(name)\n".utf8).write(to: URL(fileURLWithPath: path))
    }

    private func options(_ folder: PreparedFolder, _ boot: String) -> DaemonProcess.Options {
        var options = bench.options(data: folder.path)
        options.environment = [
            "LD_PRELOAD": DaemonProcess.programBesideThis("libfaultshim.so"),
            "FAULTSHIM_BOOT_ID": boot,
        ]
        return options
    }

    private func loadAndKill(_ folder: PreparedFolder, _ boot: String, _ run: Int) throws {
        let daemon = try DaemonProcess(options(folder, boot))
        try daemon.waitUntilServing()
        var number = 0
        let stamp = UInt64(Date().timeIntervalSince1970)
        let lines = SharedLines {
            number += 1
            return #"sales.open-account key=r-\#(stamp)-\#(run)-\#(number) {"name":"Account"}"#
        }
        let fleet = try Fleet(lines.clients(Self.clients), socket: daemon.options.socket)
        let watch = Stopwatch()
        fleet.run(drains: false) { watch.seconds >= Self.loadSeconds }
        daemon.kill()
    }

    private func firstAnswer(
        _ folder: PreparedFolder, _ boot: String, waitsForViews: Bool = false
    ) throws -> (seconds: Double, viewSeconds: Double) {
        let watch = Stopwatch()
        let daemon = try DaemonProcess(options(folder, boot))
        let connection = try daemon.waitUntilServing()
        let answer = try connection.ask(#"sales.open-account {"name":"First"}"#)
        guard answer.isOK else { throw WorkloadFailure("\(answer.code): \(answer.message)") }
        let seconds = watch.seconds
        while waitsForViews,
            try !ViewPositions(connection.ask("query engine.views").body).areLive
        {
            try Pause.milliseconds(20)
        }
        let viewSeconds = watch.seconds
        guard daemon.stop() == 0 else { throw WorkloadFailure(daemon.output) }
        return (seconds, viewSeconds)
    }
}
