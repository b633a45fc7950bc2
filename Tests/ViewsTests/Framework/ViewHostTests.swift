import Business
import EventLog
import Foundation
import LMDB
import Records
import Testing
import Views

/// A log of words, and hosts over one folder, as a daemon starts and stops.
final class WordLog {
    let trade: Trade
    let folder: TemporaryFolder

    init() throws {
        trade = try Trade(hasMasterData: false)
        folder = try TemporaryFolder()
    }

    func note(_ word: String, _ amount: Int64, in thing: String? = nil) throws {
        try trade.write(Noted(word: word, amount: amount), to: thing ?? word)
    }

    func host(
        _ view: any View.Type = WordView.self, lineage: LogLineage = "log-1"
    ) -> ViewHost {
        ViewHost(
            folder: folder.path, log: trade.log, lineage: lineage, decode: trade.read,
            views: [view], logger: quiet)
    }

    func words(_ host: ViewHost, after: UInt64? = nil) throws -> QueryReply {
        try host.query(
            "words.all", context: QueryContext(today: trade.date),
            after: after ?? trade.position)
    }

    /// The folder of the live generation.
    var liveFolder: String {
        get throws {
            let current = try String(
                contentsOfFile: "\(folder.path)/words/current", encoding: .utf8)
            return "\(folder.path)/words/\(current.trimmingCharacters(in: .newlines))"
        }
    }
}

@Suite("View host")
struct ViewHostTests {
    @Test("rows follow the log, and each answer says for which position it is exact")
    func follows() throws {
        let log = try WordLog()
        try log.note("a", 2)
        let host = log.host()
        try host.start()
        defer { host.stop() }
        try log.note("b", 5)
        try log.note("a", 3)
        let reply = try log.words(host)
        #expect(reply.table("word", "count", "sum") == ["a | 2 | 5", "b | 1 | 5"])
        #expect(reply.position == log.trade.position)
        try log.note("b", 0)
        #expect(try log.words(host).table("word") == ["a"])
    }

    @Test("what is offered is folded, and a gap is read from the log")
    func offers() throws {
        let log = try WordLog()
        let host = log.host()
        try host.start()
        defer { host.stop() }
        for round in 0..<20 {
            let start = log.trade.log.end.next
            try log.note("a", 1)
            try log.note("b", 1)
            let events = try log.trade.log.read(from: start).events.map(log.trade.decode)
            // Every third offer is lost.
            if round % 3 != 0 { host.offer(events) }
        }
        #expect(try log.words(host).table("word", "count") == ["a | 20", "b | 20"])
    }

    @Test("more offers than may wait are dropped, and the log is read instead")
    func droppedOffers() throws {
        let log = try WordLog()
        try log.note("a", 1)
        let host = log.host()
        let page = try log.trade.log.read(from: log.trade.log.end.last)
        let event = try log.trade.decode(try #require(page.events.first))
        host.offer(Array(repeating: event, count: 70_000))
        host.offer([event])
        try host.start()
        defer { host.stop() }
        #expect(try log.words(host).table("word", "count") == ["a | 1"])
    }

    @Test("rows stay from one start to the next")
    func restart() throws {
        let log = try WordLog()
        try log.note("a", 2)
        let first = log.host()
        try first.start()
        _ = try log.words(first)
        first.stop()
        let generation = try log.liveFolder
        try log.note("a", 2)
        let second = log.host()
        try second.start()
        defer { second.stop() }
        #expect(try log.words(second).table("word", "sum") == ["a | 4"])
        #expect(try log.liveFolder == generation, "nothing was rebuilt")
    }

    /// What makes the rows of a stopped host useless.
    enum Spoiling: String, CaseIterable, CustomTestStringConvertible {
        case otherBoot = "closed under another boot, not in order"
        case noMarker = "no boot marker"
        case otherLog = "another log"
        case newerFold = "another version of the fold"
        case noRows = "no data file"
        case cutShort = "a data file cut short"
        case noCurrent = "no generation named"

        var testDescription: String { rawValue }
    }

    @Test("useless rows are folded anew at the start", arguments: Spoiling.allCases)
    func spoilt(_ spoiling: Spoiling) throws {
        let log = try WordLog()
        for _ in 0..<200 { try log.note("a", 2) }
        let first = log.host()
        try first.start()
        _ = try log.words(first)
        first.stop()
        let live = try log.liveFolder
        var lineage: LogLineage = "log-1"
        var view: any View.Type = WordView.self
        switch spoiling {
        case .otherBoot:
            try Data("another-boot open\n".utf8).write(to: URL(filePath: "\(live)/boot-marker"))
        case .noMarker: try FileManager.default.removeItem(atPath: "\(live)/boot-marker")
        case .otherLog: lineage = "log-2"
        case .newerFold: view = NewWordView.self
        case .noRows: try FileManager.default.removeItem(atPath: "\(live)/data.mdb")
        case .cutShort: #expect(truncate("\(live)/data.mdb", 8_192) == 0)
        case .noCurrent:
            try FileManager.default.removeItem(atPath: "\(log.folder.path)/words/current")
        }
        let second = log.host(view, lineage: lineage)
        try second.start()
        defer { second.stop() }
        #expect(try waitUntilLive(second))
        #expect(try log.words(second).table("word", "count", "sum") == ["a | 200 | 400"])
        #expect(try log.liveFolder != live, "a new generation is live")
    }

    @Test("rows that know more than the log are folded anew")
    func logWentBack() throws {
        let long = try WordLog()
        try long.note("a", 2)
        try long.note("a", 2)
        let first = long.host()
        try first.start()
        _ = try long.words(first)
        first.stop()
        // A log with the same identity whose last event is another one.
        let other = try Trade(hasMasterData: false)
        try other.write(Noted(word: "b", amount: 7), to: "b")
        let second = ViewHost(
            folder: long.folder.path, log: other.log, lineage: "log-1", decode: other.read,
            views: [WordView.self], logger: quiet)
        try second.start()
        defer { second.stop() }
        let reply = try second.query(
            "words.all", context: QueryContext(today: other.date), after: other.position)
        #expect(reply.table("word", "sum") == ["b | 7"])
    }

    @Test("a position that the log never reaches is waited for in vain, and no longer")
    func waitsNoLonger() throws {
        let log = try WordLog()
        let host = log.host()
        try host.start()
        defer { host.stop() }
        #expect(try waitUntilLive(host))
        #expect {
            _ = try host.query(
                "words.all", context: QueryContext(today: log.trade.date),
                after: log.trade.position + 10, timeoutMilliseconds: 20)
        } throws: { ($0 as? QueryFailure)?.code == "view-behind" }
    }

    @Test("a host that was not started answers that the view is behind")
    func notStarted() throws {
        let log = try WordLog()
        let host = log.host()
        #expect { _ = try log.words(host) } throws: {
            ($0 as? QueryFailure)?.code == "view-behind"
        }
        #expect(host.status.map(\.state) == [.closed])
    }

    @Test("a question by a wrong name, axis or parameter is refused by name")
    func refusals() throws {
        let log = try WordLog()
        let host = log.host()
        try host.start()
        defer { host.stop() }
        #expect(try waitUntilLive(host))
        func code(
            _ name: String, _ parameters: String = "{}", asOf: BusinessDate? = nil,
            at: UInt64? = nil
        ) -> String? {
            do {
                _ = try host.query(
                    name, parameters: try JSONValue.parse(parameters),
                    context: QueryContext(asOf: asOf, at: at, today: log.trade.date))
                return nil
            } catch { return (error as? QueryFailure)?.code }
        }
        #expect(code("words.al") == "unknown-query")
        #expect(code("words.all", #"{"limit": 1}"#) == "unknown-field")
        #expect(code("words.all", asOf: log.trade.date) == "option-not-supported")
        #expect(code("words.all", at: 1) == "option-not-supported")
        #expect(code("words.all") == nil)
    }
}

@Suite("Unfoldable events")
struct UnfoldableTests {
    @Test("a view parks the thing, folds all others, and names it in each answer")
    func park() throws {
        let log = try WordLog()
        try log.note("a", 1)
        try log.note("a", 13, in: "bad")
        try log.note("a", 5, in: "bad")
        try log.note("b", 2)
        let host = log.host()
        try host.start()
        defer { host.stop() }
        let reply = try log.words(host)
        #expect(reply.table("word", "count", "sum") == ["a | 1 | 1", "b | 1 | 2"])
        #expect(reply.parked.map(\.stream) == ["definition.set/bad"])
        #expect(reply.parked.first?.reason == "13 cannot be folded")
        #expect(host.status.first?.parkedKeys == 1)
    }

    @Test("a strict view stops before the event and gives no answer, also after a new start")
    func stop() throws {
        let log = try WordLog()
        try log.note("a", 1)
        try log.note("a", 13)
        let bad = log.trade.position
        try log.note("b", 2)
        for _ in 0..<2 {
            let host = log.host(StrictWordView.self)
            try host.start()
            defer { host.stop() }
            #expect { _ = try log.words(host) } throws: {
                ($0 as? QueryFailure)
                    == .viewStopped(
                        view: "words", position: bad, type: "definition.noted",
                        reason: "13 cannot be folded")
            }
            #expect(host.status.first?.state == .stopped)
            #expect(host.status.first?.position == bad - 1)
        }
        let mended = log.host(NewWordView.self)
        try mended.start()
        defer { mended.stop() }
        #expect(try log.words(mended).table("word", "sum") == ["a | 14", "b | 2"])
    }

    @Test("an event that cannot be decoded is treated like one that cannot be folded")
    func undecodable() throws {
        let log = try WordLog()
        try log.note("a", 1)
        try log.note("b", 2)
        let position = log.trade.position
        let decode = log.trade.read
        let host = ViewHost(
            folder: log.folder.path, log: log.trade.log, lineage: "log-1",
            decode: { stored in
                if stored.position.rawValue == position { throw FixtureFailure("no such type") }
                return try decode(stored)
            }, views: [WordView.self], logger: quiet)
        try host.start()
        defer { host.stop() }
        let reply = try log.words(host)
        #expect(reply.table("word") == ["a"])
        #expect(reply.parked.map(\.reason) == ["no such type"])
    }
}

struct FixtureFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Waits until a host's views have caught up.
func waitUntilLive(_ host: ViewHost) throws -> Bool {
    for _ in 0..<500 {
        if host.status.allSatisfy({ $0.state == .live && $0.lag == 0 }) { return true }
        usleep(10_000)
    }
    return false
}
