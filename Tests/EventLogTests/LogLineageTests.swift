import EventLog
import Testing

@Suite("Which log it is, and of which ones it is a copy")
struct LogLineageTests {
    private static let lineage = LogLineage([
        LogLineage.Period(first: Position(91), identity: "grandchild"),
        LogLineage.Period(first: .first, identity: "original"),
        LogLineage.Period(first: Position(41), identity: "copy"),
    ])

    @Test("a copy shares what stands before its own identity")
    func shared() throws {
        let lineage = try #require(Self.lineage)
        #expect(lineage.identity == "grandchild")
        #expect(lineage.sharedEnd(of: "original") == Position(40))
        #expect(lineage.sharedEnd(of: "copy") == Position(90))
        #expect(lineage.sharedEnd(of: "grandchild") == Position(.max))
        #expect(lineage.sharedEnd(of: "sister") == nil)
        #expect(LogLineage("only").sharedEnd(of: "only") == Position(.max))
        #expect(LogLineage([]) == nil)
    }

    @Test("a fresh identity is none that was there")
    func fresh() {
        let texts = (0..<100).map { _ in LogLineage.text(of: LogLineage.freshIdentity()) }
        #expect(Set(texts).count == 100)
        #expect(texts.allSatisfy { $0.utf8.count == 32 })
        #expect(LogLineage.text(of: [0, 10, 255]) == "000aff")
    }
}
