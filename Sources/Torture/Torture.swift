internal import Client
internal import Foundation
internal import Workload

/// How the torture goes.
struct TortureSettings {
    /// The daemon's program.
    var daemon: String
    /// The library that is preloaded into it.
    var shim: String
    /// The tool that audits the folder after each round.
    var tool: String
    var rounds = 200
    var seed: UInt64 = 1
    var clients = 16
    /// Load of one round lasts a random time up to this.
    var loadMillisecondsMax = 800
    var roundsPerFolder = 9
    var definitions: String?
    /// Opens the log without flushes, to show that the torture finds what is lost then.
    var logWithoutSync = false
    var powerCutsOnly = false
    /// The folder for everything that is made.
    var work = FileManager.default.temporaryDirectory
        .appendingPathComponent("daybook-torture-\(ProcessInfo.processInfo.processIdentifier)").path

    init(daemon: String, shim: String, tool: String) {
        self.daemon = daemon
        self.shim = shim
        self.tool = tool
    }
}

/// What the torture found.
struct TortureOutcome {
    var rounds = 0
    var kills = 0
    var powerCuts = 0
    var acknowledged = 0
    var resent = 0
    var losses = Disk.Losses()
    var findings: [String] = []

    var summary: String {
        """
        \(rounds) rounds: \(kills) kills, \(powerCuts) power cuts; \(acknowledged) commands \
        acknowledged, \(resent) answers compared; unflushed writes: \(losses.dropped) dropped, \
        \(losses.cut) cut, \(losses.kept) kept, \(losses.names) names lost; \
        \(findings.isEmpty ? "every promise was kept" : "\(findings.count) promises broken")
        """
    }
}

/// Random load on a real daemon that is killed or whose power is cut.
final class Torture {
    static let customers = 20
    static let products = 10

    private let settings: TortureSettings
    private var random: SeededGenerator
    private var outcome = TortureOutcome()
    private var ledger = Ledger()
    private var folderNumber = 0
    private var bootNumber = 0

    private static let resentPerRound = 50
    private static let findingsMax = 20
    /// Of a hundred power cuts, how many may strike while the daemon is still starting.
    private static let earlyCutsPercent = 15

    private var data: String { "\(settings.work)/data-\(folderNumber)" }
    private var base: String { "\(settings.work)/base" }
    private var tracePath: String { "\(settings.work)/trace" }
    private var bootPath: String { "\(settings.work)/boot-id" }

    init(_ settings: TortureSettings) {
        self.settings = settings
        random = SeededGenerator(seed: settings.seed)
    }

    /// Tortures; `say` hears of each round.
    func run(_ say: (String) -> Void) throws -> TortureOutcome {
        try FileManager.default.createDirectory(
            atPath: settings.work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: settings.work) }
        for round in 1...max(1, settings.rounds) {
            if (round - 1) % settings.roundsPerFolder == 0 {
                if round > 1 { try settle() }
                try beginFolder()
            }
            let cutsPower = settings.powerCutsOnly || round.isMultiple(of: 2)
            let line = try cutsPower ? cutPower(round) : kill(round)
            outcome.rounds += 1
            say("round \(round): \(line)")
            if !outcome.findings.isEmpty { break }
        }
        if outcome.findings.isEmpty { try settle() }
        return outcome
    }

    private func beginFolder() throws {
        remove(data)
        folderNumber += 1
        ledger = Ledger()
        try newBoot()
    }

    private func newBoot() throws {
        bootNumber += 1
        let text = "00000000-0000-4000-8000-\(String(format: "%012d", bootNumber))\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: bootPath))
    }

    private func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    // MARK: Rounds

    private func kill(_ round: Int) throws -> String {
        let load = try load(round, traced: false)
        ledger.everythingIsBinding()
        outcome.kills += 1
        let inspection = try inspect()
        return "killed after \(load) answers; \(inspection)"
    }

    private func cutPower(_ round: Int) throws -> String {
        remove(base)
        remove(tracePath)
        if FileManager.default.fileExists(atPath: data) {
            try FileManager.default.copyItem(atPath: data, toPath: base)
        }
        let load = try load(round, traced: true)
        let trace = try Trace(path: tracePath)
        let moment = moment(in: trace)
        var disk = try Disk(base: base, root: data, random: random.split())
        try disk.replay(trace, before: moment)
        let losses = disk.cutPower()
        try disk.write()
        ledger.bind(before: moment)
        try newBoot()
        outcome.powerCuts += 1
        outcome.losses.add(losses)
        let inspection = try inspect()
        return """
            power cut at byte \(moment) of \(trace.records.last?.end ?? 0) after \(load) answers, \
            \(losses.dropped) writes dropped, \(losses.cut) cut; \(inspection)
            """
    }

    /// A random place between two records; mostly while the clients were at work.
    private func moment(in trace: Trace) -> UInt64 {
        guard !trace.records.isEmpty else { return 0 }
        let isEarly = Int.random(in: 0..<100, using: &random) < Self.earlyCutsPercent
        let loadStart = trace.records.firstIndex { $0.place >= loadStartPlace } ?? 0
        let range = isEarly ? 0..<trace.records.count : loadStart..<trace.records.count
        guard let index = range.randomElement(using: &random) else {
            return trace.records.last?.end ?? 0
        }
        return trace.records[index].end
    }

    private var loadStartPlace: UInt64 = 0

    private func tracePlace() -> UInt64 {
        var status = stat()
        return stat(tracePath, &status) == 0 ? UInt64(status.st_size) : 0
    }

    /// Sends again everything that a folder was ever sent, and compares all answers.
    private func settle() throws {
        let daemon = try DaemonProcess(options(traced: false))
        defer { if daemon.isRunning { daemon.kill() } }
        try daemon.waitUntilServing()
        let comparedBefore = ledger.answersCompared
        let queue = ResendQueue(ledger.toResend(sampling: .max, using: &random))
        let clients = (1...settings.clients).map { number in
            TortureClient(
                "s\(folderNumber)c\(number)", ledger: ledger, queue: queue,
                random: random.split(), tracePlace: { 0 })
        }
        let fleet = try Fleet(clients, socket: daemon.options.socket)
        fleet.run { queue.isEmpty }
        if fleet.hasLostConnection {
            throw TortureFailure("the daemon ended by itself: \(daemon.output)")
        }
        guard daemon.stop() == 0 else {
            throw TortureFailure("the daemon did not stop in order: \(daemon.output)")
        }
        outcome.resent += ledger.answersCompared - comparedBefore
        take(ledger.contradictions)
        _ = try inspect()
    }

    /// Starts the daemon, sends again what is not settled, then random commands, and kills it.
    /// - Returns: How many answers there were.
    private func load(_ round: Int, traced: Bool) throws -> Int {
        let daemon = try DaemonProcess(options(traced: traced))
        defer { if daemon.isRunning { daemon.kill() } }
        try daemon.waitUntilServing()
        loadStartPlace = tracePlace()
        try setUp(daemon)
        let again = ledger.toResend(sampling: Self.resentPerRound, using: &random)
        let comparedBefore = ledger.answersCompared
        let queue = ResendQueue(again)
        let clients = (1...settings.clients).map { number in
            TortureClient(
                "r\(round)c\(number)", ledger: ledger, queue: queue, random: random.split(),
                tracePlace: { [unowned self] in traced ? self.tracePlace() : 0 })
        }
        let fleet = try Fleet(clients, socket: daemon.options.socket)
        let milliseconds = Int.random(in: 50...settings.loadMillisecondsMax, using: &random)
        let watch = Stopwatch()
        fleet.run(drains: false) {
            queue.isEmpty && watch.seconds * 1_000 >= Double(milliseconds)
        }
        if fleet.hasLostConnection {
            throw TortureFailure("the daemon ended by itself: \(daemon.output)")
        }
        daemon.kill()
        let accepted = clients.reduce(0) { $0 + $1.accepted }
        outcome.acknowledged += accepted
        outcome.resent += ledger.answersCompared - comparedBefore
        take(ledger.contradictions)
        return accepted
    }

    private func setUp(_ daemon: DaemonProcess) throws {
        let connection = try daemon.waitUntilServing()
        let company = TradingCompany(customers: Self.customers, products: Self.products)
        for line in company.founding + company.masterData.flatMap({ $0 }) {
            guard let key = Self.key(of: line) else { continue }
            ledger.send(key, line, .setUp)
            try connection.send(line: line)
            guard let answer = try connection.receive() else {
                throw TortureFailure("the daemon ended while it was set up: \(daemon.output)")
            }
            guard answer.hasPrefix("ok") else {
                throw TortureFailure("\(line) was refused: \(answer)")
            }
            ledger.take(key, answer, place: tracePlace())
        }
    }

    private static func key(of line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix("key=") }.map { String($0.dropFirst(4)) }
    }

    private func options(traced: Bool) -> DaemonProcess.Options {
        var options = DaemonProcess.Options(
            program: settings.daemon, data: data, socket: "\(settings.work)/socket")
        options.definitions = settings.definitions
        options.environment = [
            "LD_PRELOAD": settings.shim, "FAULTSHIM_BOOT_ID": bootPath,
        ]
        if traced {
            options.environment["FAULTSHIM_ROOT"] = data
            options.environment["FAULTSHIM_TRACE"] = tracePath
        }
        if settings.logWithoutSync { options.configuration = "logWithoutSync: true\n" }
        return options
    }

    private func inspect() throws -> String {
        let inspection = try Inspection(data: data, ledger: ledger)
        take(inspection.findings)
        if inspection.events > 0, outcome.findings.isEmpty { try audit() }
        return "\(inspection.events) events are there"
    }

    /// The audit that an operator would run, under the boot that the folder knows.
    private func audit() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: settings.tool)
        process.arguments = ["audit", "--data", data]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "LD_PRELOAD": settings.shim, "FAULTSHIM_BOOT_ID": bootPath,
        ]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            take(["daybook audit: \(String(decoding: said.suffix(2_000), as: UTF8.self))"])
        }
    }

    private func take(_ findings: [String]) {
        outcome.findings += findings.prefix(Self.findingsMax - outcome.findings.count)
    }
}

extension Disk.Losses {
    fileprivate mutating func add(_ other: Disk.Losses) {
        kept += other.kept
        dropped += other.dropped
        cut += other.cut
        names += other.names
    }
}
