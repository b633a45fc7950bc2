import Business
import Engine
import EventLog
import Foundation
import Records
import Testing
import Views

@testable import Audit

@Suite("Audit", .serialized)
struct LogAuditTests {
    /// A change to a sound log, and what the audit must say of it.
    struct Break: Sendable, CustomTestStringConvertible {
        let name: String
        let code: String
        let change: @Sendable (inout [DraftEvent]) throws -> Void
        var testDescription: String { "\(name) is found as \(code)" }
    }

    static let breaks = [
        Break(name: "a dropped voucher", code: "voucher-missing") { drafts in
            drafts.remove(at: try last(VoucherPosted.typeName, drafts))
        },
        Break(name: "a voucher twice", code: "voucher-source") { drafts in
            var copy = drafts[try last(VoucherPosted.typeName, drafts)]
            copy.envelope.version += 1
            copy.envelope.key = nil
            copy.envelope.causation = nil
            copy.envelope.recordedAtMicroseconds = .max / 2
            drafts.append(copy)
        },
        Break(name: "a voucher with another amount", code: "voucher-unbalanced") { drafts in
            try edit(VoucherPosted.self, &drafts) {
                $0.replacingOccurrences(
                    of: #""base":"1000.00 EUR""#, with: #""base":"999.00 EUR""#,
                    range: $0.range(of: #""base":"1000.00 EUR""#))
            }
        },
        Break(name: "a voucher with another number", code: "voucher-number") { drafts in
            try edit(VoucherPosted.self, &drafts) {
                $0.replacingOccurrences(of: #""number":1,"#, with: #""number":7,"#)
            }
        },
        Break(name: "a gap in a stream", code: "stream-version") { drafts in
            let index = try #require(
                drafts.firstIndex {
                    $0.envelope.stream == "sales.order/SO-1" && $0.envelope.version == 2
                })
            drafts.remove(at: index)
        },
        Break(name: "a lost field list", code: "schema-missing") { drafts in
            drafts.remove(at: try last(SchemaRecorded.typeName, drafts))
        },
        Break(name: "a key of two commands", code: "key-reused") { drafts in
            let index = try last(VoucherPosted.typeName, drafts)
            drafts[index].envelope.key = "k-3"
        },
        Break(name: "an event of a newer program", code: "newer-log") { drafts in
            drafts[drafts.count - 1].envelope.type = "finance.teleported"
        },
        Break(name: "a newer field list", code: "newer-log") { drafts in
            drafts[drafts.count - 1].envelope.schemaVersion = 99
        },
        Break(name: "a payload that is none", code: "event-undecodable") { drafts in
            drafts[drafts.count - 1].payload = [0xFF, 0xFF, 0xFF]
        },
        Break(name: "stock beside the ledger", code: "stock-account") { drafts in
            try edit(StockReceived.self, &drafts) {
                $0.replacingOccurrences(of: "1000.00 EUR", with: "1001.00 EUR")
            }
        },
        Break(name: "an open item beside the ledger", code: "control-account") { drafts in
            try edit(ItemReduced.self, &drafts) {
                $0.replacingOccurrences(of: #""open":"80.00 EUR""#, with: #""open":"81.00 EUR""#)
            }
        },
        Break(name: "more shipped than wanted", code: "quantity") { drafts in
            try edit(OrderProgressed.self, &drafts) {
                $0.replacingOccurrences(of: #""shipped":"60"#, with: #""shipped":"61"#)
            }
        },
        Break(name: "a cause after its effect", code: "causation") { drafts in
            drafts[drafts.count - 1].envelope.causation = Position(1_000_000)
        },
        Break(name: "an event in a foreign stream", code: "stream-name") { drafts in
            drafts[drafts.count - 1].envelope.stream = "nothing"
        },
    ]

    private static func last(_ type: String, _ drafts: [DraftEvent]) throws -> Int {
        try #require(drafts.lastIndex { $0.envelope.type == type })
    }

    /// Changes the JSON of the last event of a type in which the change does something.
    private static func edit<Changed: Event>(
        _ type: Changed.Type, _ drafts: inout [DraftEvent], _ change: (String) -> String
    ) throws {
        for index in drafts.indices.reversed()
        where drafts[index].envelope.type == Changed.typeName {
            let event = try Changed.decoded(from: drafts[index].payload)
            let text = event.json(JSONContext(currency: nil)).description
            let changed = change(text)
            if changed == text { continue }
            let read = try Changed.read(
                try JSONValue.parse(changed), JSONContext(currency: Currency(code: "EUR")))
            drafts[index].payload = read.encoded()
            return
        }
        Issue.record("no \(Changed.typeName) was changed")
    }

    private static func sound() async throws -> (folder: TemporaryFolder, drafts: [DraftEvent]) {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path)
        let events = try AuditedCompany.events(in: folder.path)
        return (folder, events.map { DraftEvent(envelope: $0.envelope, payload: $0.payload) })
    }

    @Test("a sound log is clean; each break is found")
    func breaksAreFound() async throws {
        let (folder, sound) = try await Self.sound()
        let report = try AuditedCompany.audit(sound)
        #expect(report.findings.isClean, "\(report.findings.kept)")
        #expect(report.findings.kept.map(\.code) == ["single-person"])
        #expect(report.vouchers == 4)
        #expect(report.events == UInt64(sound.count))
        for row in Self.breaks {
            var drafts = sound
            try row.change(&drafts)
            let report = try AuditedCompany.audit(drafts)
            let faults = report.findings.kept.filter { $0.severity == .fault }.map(\.code)
            #expect(faults.contains(row.code), "\(row.name): \(faults)")
            #expect(!report.findings.isClean)
        }
        try flippedByte(in: folder.path)
    }

    /// A byte that changed on the disk is found, and the rest is still read.
    private func flippedByte(in path: String) throws {
        let file = "\(path)/log/data.mdb"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        let text = Data("Golden Trading".utf8)
        while let place = bytes.range(of: text) { bytes[place.lowerBound] = UInt8(ascii: "M") }
        try bytes.write(to: URL(fileURLWithPath: file))
        var audit = LogAudit(try LogFolder(path: path))
        let report = audit.run()
        let faults = report.findings.kept.filter { $0.severity == .fault }
        #expect(faults.map(\.code) == ["leaf-hash"])
        #expect(report.vouchers == 4)
    }

    @Test("views equal a fresh fold; a folder without rows is a notice; the past is shown")
    func viewsAreCompared() async throws {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path)
        let opened = try LogFolder(path: folder.path)
        let views = try #require(ViewsAudit(opened))
        for name in views.names { #expect(views.audit(name).isEmpty) }
        let past = try views.query("process.instances", .object([]), through: 10, asOf: nil)
        #expect(past.position == 10)
        #expect(past.rows.isEmpty)
        #expect(throws: ViewsAudit.PastFailure.self) {
            try views.query("process.instancs", .object([]), through: 10, asOf: nil)
        }
        try FileManager.default.removeItem(atPath: "\(folder.path)/views")
        let bare = try #require(ViewsAudit(opened))
        for name in bare.names {
            #expect(bare.audit(name).map(\.code) == ["view-absent"])
        }
    }

    @Test("a trace tells each event of a thing under what caused it")
    func traceIsATree() async throws {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path)
        let opened = try LogFolder(path: folder.path)
        let trace = try Trace(of: "sales.order/SO-1", in: opened)
        let types = trace.entries.filter(\.isOwn).compactMap { $0.event["type"]?.stringValue }
        #expect(types.first == "sales.order-placed")
        #expect(types.contains("fulfillment.goods-issued"))
        #expect(types.contains("finance.invoice-posted"))
        let tree = trace.tree
        #expect(tree.count == trace.entries.count)
        #expect(Set(tree.map(\.entry.position)).count == tree.count)
        for (index, line) in tree.enumerated() where line.depth > 0 {
            let parent = tree[..<index].last { $0.depth == line.depth - 1 }
            #expect(parent?.entry.position == line.entry.causation)
        }
        #expect(try Trace(of: "sales.order/NONE", in: opened).entries.isEmpty)
    }

    @Test("what is no data folder is refused by name")
    func foreignFoldersAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: LogFolder.Failure.self) { try LogFolder(path: folder.path) }
        #expect(throws: LogFolder.Failure.self) { try LogFolder(path: "/nowhere") }
    }
}
