import Foundation
import Testing

/// A file that may ask the machine for the time, or for how long something takes, and why.
struct TimeReader: Sendable {
    let file: String
    let reason: String

    /// Files that may ask what time it is.
    static let clocks = [
        TimeReader(
            file: "Sources/Engine/EngineClock.swift", reason: "the one clock of the engine"),
        TimeReader(
            file: "Sources/dmn-tck/Kit.swift", reason: "the kit's now(), which no case rests on"),
        TimeReader(
            file: "Sources/Bench/Program/RestartBench.swift", reason: "new names in an old folder"),
        TimeReader(
            file: "Sources/Bench/Program/InstanceBench.swift",
            reason: "new names in an old folder"),
    ]

    /// Files that may ask how long something takes or wait for a while; what is written and what is
    /// answered does not rest on it.
    static let watches = [
        TimeReader(file: "Sources/EventLog/Log/LogTail.swift", reason: "a reader waits for events"),
        TimeReader(file: "Sources/Views/Host/ViewRunner.swift", reason: "a view waits for events"),
        TimeReader(file: "Sources/Views/Host/ViewHost+Rebuild.swift", reason: "progress"),
        TimeReader(
            file: "Sources/Engine/Engine.swift", reason: "the index is written now and then"),
        TimeReader(
            file: "Sources/Engine/Writer/Mailbox.swift", reason: "the writer waits for work"),
        TimeReader(
            file: "Sources/Engine/Writer/WriterCore.swift", reason: "a full disk is retried"),
        TimeReader(file: "Sources/Engine/Writer/JobWaiters.swift", reason: "workers wait for jobs"),
        TimeReader(
            file: "Sources/Engine/Processes/WriterCore+JobWaiters.swift",
            reason: "workers wait for jobs"),
        TimeReader(file: "Sources/Audit/LogAudit.swift", reason: "progress"),
        TimeReader(file: "Sources/Import/Importer.swift", reason: "how long an import took"),
        TimeReader(file: "Sources/Import/ImportRun.swift", reason: "progress"),
        TimeReader(file: "Sources/daybook/Reading/ProgressLine.swift", reason: "progress"),
        TimeReader(file: "Sources/daybook/Reading/SimulateCommand.swift", reason: "progress"),
        TimeReader(file: "Sources/Bench/Workload/Latencies.swift", reason: "what a bench measures"),
    ]
}

/// Nothing but the engine's clock reads time: all else is told it.
@Suite("Time comes from one place")
struct TimeTests {
    private static let clockPattern =
        #"\bDate\(\)|\bDate\.now\b|\bDate\(timeIntervalSinceNow|CLOCK_REALTIME|\bgettimeofday\b|"#
        + #"\blocaltime|\bgmtime|\btime\(nil\)|\btime\(&|\bCalendar\.current\b|TimeZone\.current\b"#
    private static let watchPattern =
        #"\bContinuousClock\b|\bSuspendingClock\b|\bDispatchTime\b|\bNIODeadline\b|"#
        + #"\bclock_gettime\b|\bsystemUptime\b|timeout: \.now|deadline: \.now|\bCLOCK_MONOTONIC"#

    /// The files of the sources in which a pattern stands, comments left out.
    private static func files(with pattern: String) throws -> Set<String> {
        let expression = try NSRegularExpression(pattern: pattern)
        var found: Set<String> = []
        for file in ArrowTests.swiftFiles(below: "Sources") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") {
                let code = String(line).components(separatedBy: "//").first ?? ""
                let range = NSRange(code.startIndex..., in: code)
                guard expression.firstMatch(in: code, range: range) != nil else { continue }
                let path = file.path
                guard let start = path.range(of: "/Sources/")?.lowerBound else { continue }
                found.insert(String(path[path.index(after: start)...]))
            }
        }
        return found
    }

    @Test("only the engine's clock, and trials beside it, ask what time it is")
    func clocks() throws {
        #expect(try Self.files(with: Self.clockPattern) == Set(TimeReader.clocks.map(\.file)))
    }

    @Test("only what waits or tells a progress asks how long something takes")
    func watches() throws {
        let found = try Self.files(with: Self.watchPattern)
        let allowed = TimeReader.watches + TimeReader.clocks
        #expect(found.subtracting(allowed.map(\.file)) == [])
        #expect(Set(TimeReader.watches.map(\.file)).subtracting(found) == [])
    }
}
