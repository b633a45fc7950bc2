import EventLog
import Foundation
import Testing
import Views

@Suite("Rows beside a copy of the log that they were folded from")
struct CopiedRowsTests {
    /// The log "log-1" up to a position, which goes on as "log-2" from there.
    private func lineage(copiedAt position: UInt64) throws -> LogLineage {
        try #require(
            LogLineage([
                LogLineage.Period(first: .first, identity: "log-1"),
                LogLineage.Period(first: Position(position + 1), identity: "log-2"),
            ]))
    }

    @Test("rows up to the place of the copy stay, and go on as the copy's")
    func kept() throws {
        let log = try WordLog()
        try log.note("a", 2)
        let first = log.host()
        try first.start()
        _ = try log.words(first)
        first.stop()
        let generation = try log.liveFolder
        let lineage = try lineage(copiedAt: log.trade.position)
        try log.note("a", 2)
        for _ in 0..<2 {
            let second = log.host(lineage: lineage)
            try second.start()
            #expect(try log.words(second).table("word", "sum") == ["a | 4"])
            second.stop()
            #expect(try log.liveFolder == generation, "nothing was rebuilt")
        }
        // The original knows nothing of the copy's rows any more.
        let third = log.host()
        try third.start()
        defer { third.stop() }
        #expect(try log.words(third).table("word", "sum") == ["a | 4"])
        #expect(try log.liveFolder != generation, "folded anew")
    }

    @Test("rows that the original folded after the copy was made are folded anew")
    func beyond() throws {
        let log = try WordLog()
        try log.note("a", 2)
        let copiedAt = log.trade.position
        try log.note("a", 2)
        let first = log.host()
        try first.start()
        _ = try log.words(first)
        first.stop()
        let generation = try log.liveFolder
        let second = log.host(lineage: try lineage(copiedAt: copiedAt))
        try second.start()
        defer { second.stop() }
        #expect(try log.words(second).table("word", "sum") == ["a | 4"])
        #expect(try log.liveFolder != generation, "folded anew")
    }
}
