import Business
import EventLog
import Foundation
import LMDB
import Records
import Testing
import Views

@Suite("Rebuild")
struct RebuildTests {
    @Test("a rebuild beside the live rows gives the same rows and becomes the live one")
    func same() throws {
        let log = try WordLog()
        for number in 0..<300 { try log.note("w\(number % 7)", Int64(number + 100)) }
        let host = log.host()
        try host.start()
        defer { host.stop() }
        let before = try log.words(host)
        let outcome = try host.rebuild("words")
        #expect(outcome.comparison == .same)
        #expect(outcome.events == log.trade.position)
        #expect(host.status.first?.generation == outcome.generation)
        try log.note("w0", 1)
        #expect(try log.words(host).rows.count == before.rows.count)
        #expect(try host.dumpHash("words").position == log.trade.position)
    }

    @Test("rows that were tampered with are found, named and replaced")
    func different() throws {
        let log = try WordLog()
        try log.note("a", 1)
        try log.note("b", 1)
        let first = log.host()
        try first.start()
        _ = try log.words(first)
        first.stop()
        try tamper(log, WordRow(word: "b", count: 1, sum: 99))

        let host = log.host()
        try host.start()
        defer { host.stop() }
        #expect(try log.words(host).table("word", "sum") == ["a | 1", "b | 99"])
        let finding = try host.audit("words", temporaryFolder: log.folder.path)
        #expect(!finding.isClean)
        #expect(finding.finding == "table words: the row b differs")
        let outcome = try host.rebuild("words")
        #expect(outcome.comparison == .different("table words: the row b differs"))
        #expect(try log.words(host).table("word", "sum") == ["a | 1", "b | 1"])
        #expect(try host.audit("words", temporaryFolder: log.folder.path).isClean)

        #expect(try host.rollBack("words") != outcome.generation)
        #expect(try log.words(host).table("word", "sum") == ["a | 1", "b | 99"])
    }

    private func tamper(_ log: WordLog, _ row: WordRow) throws {
        let environment = try Environment(path: try log.liveFolder, tables: ["words"])
        let table = try environment.table("words")
        try environment.write { (transaction) throws(StoreFailure) in
            try transaction.put(row.encoded(), for: row.key.bytes, in: table)
        }
    }

    @Test("it works without a daemon, with progress, and the next start uses the new rows")
    func offline() throws {
        let log = try WordLog()
        for _ in 0..<100 { try log.note("a", 1) }
        let seen = Seen()
        let outcome = try log.host().rebuild("words") { seen.add($0) }
        guard case .nothingToCompare = outcome.comparison else {
            Issue.record("there were no rows before")
            return
        }
        #expect(seen.last?.position == log.trade.position)
        #expect(seen.last?.target == log.trade.position)
        let again = try log.host().rebuild("words")
        #expect(again.comparison == .same)
        #expect(again.dumpHash == outcome.dumpHash)
        let host = log.host()
        try host.start()
        defer { host.stop() }
        #expect(try log.words(host).table("word", "count") == ["a | 100"])
        #expect(host.status.first?.generation == again.generation)
    }

    @Test("a fold that has to stop leaves the old rows live")
    func stops() throws {
        let log = try WordLog()
        try log.note("a", 1)
        try log.note("a", 13)
        let host = log.host(StrictWordView.self)
        try host.start()
        defer { host.stop() }
        #expect(throws: ViewFailure.self) { try host.rebuild("words") }
    }

    @Test("things that cannot be folded are parked as they were live, however far into the log")
    func parks() throws {
        let log = try WordLog()
        for number in 0..<2_000 {
            try log.note(
                "w\(number % 7)", [699, 1_300].contains(number) ? 13 : Int64(number + 100))
        }
        let host = log.host()
        try host.start()
        defer { host.stop() }
        let live = try log.words(host)
        #expect(live.parked.count == 2)
        #expect(try host.rebuild("words").comparison == .same)
        #expect(try log.words(host).parked == live.parked)
    }

    @Test("views rebuilt together are as each alone, and one that stops holds up no other")
    func together() throws {
        let log = try WordLog()
        for number in 0..<1_500 {
            try log.note("w\(number % 90)", number == 600 ? 13 : Int64(number + 100))
        }
        let host = ViewHost(
            folder: log.folder.path, log: log.trade.log, lineage: "log-1",
            decode: log.trade.read, views: [WordView.self, PickyWordView.self, FinanceView.self],
            logger: quiet)
        let results = host.rebuild(["finance", "picky", "words", "none"])
        #expect(results.map(\.view) == ["finance", "picky", "words", "none"])
        #expect(throws: Never.self) { try results[0].result.get() }
        #expect(throws: ViewFailure.self) { try results[1].result.get() }
        #expect(throws: ViewFailure.self) { try results[3].result.get() }
        let words = try results[2].result.get()
        #expect(words.events == log.trade.position)
        let alone = try host.rebuild("words")
        #expect(alone.comparison == .same)
        #expect(alone.dumpHash == words.dumpHash)
    }

    @Test("a view folded to a past position answers as it did then")
    func past() throws {
        let log = try WordLog()
        try log.note("a", 1)
        let then = log.trade.position
        try log.note("a", 1)
        let folded = try log.host().fold(
            "words", through: then, temporaryFolder: log.folder.path)
        let reply = try folded.query("words.all", context: QueryContext(today: log.trade.date))
        #expect(reply.table("word", "count") == ["a | 1"])
        #expect(reply.position == then)
    }

    @Test("a time finds the last position recorded by then")
    func time() throws {
        let log = try WordLog()
        var instants: [(UInt64, Instant)] = []
        for _ in 0..<20 {
            try log.note("a", 1)
            let stored = try #require(
                try log.trade.log.event(at: Position(log.trade.position)))
            instants.append(
                (
                    log.trade.position,
                    Instant(microsecondsSinceEpoch: stored.envelope.recordedAtMicroseconds)
                ))
        }
        for (position, instant) in instants {
            #expect(try LogTime.position(at: instant, in: log.trade.log) == position)
            #expect(
                try LogTime.position(at: instant.adding(microseconds: -1), in: log.trade.log)
                    == position - 1)
        }
        #expect(
            try LogTime.position(
                at: Instant(microsecondsSinceEpoch: 0), in: log.trade.log) == 0)
    }
}

/// The last progress that was told, from any thread.
final class Seen: @unchecked Sendable {
    // Every access holds the lock.
    private let lock = NSLock()
    private var progress: RebuildProgress?

    func add(_ progress: RebuildProgress) { lock.withLock { self.progress = progress } }
    var last: RebuildProgress? { lock.withLock { progress } }
}
