import Business
import Engine
import EventLog
import Foundation
import Records
import Testing
import Views

@testable import Audit

@Suite("Audit")
struct LogAuditTests {
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

    @Test("rules of authority that took effect by one person alone are a notice")
    func aloneIsTold() async throws {
        let folder = try TemporaryFolder()
        let roles = JSONValue.object([
            "files": .array([
                .object([
                    "name": .string("processes/roles/roles.yaml"),
                    "content": .string(
                        "roles:\n  - {role: sales, commands: [sales.*]}\npeople: []\n"),
                ])
            ])
        ])
        let founding = try #require(AuditedCompany.commands.first)
        try await AuditedCompany.trade(
            in: folder.path,
            commands: [
                (
                    founding.date, founding.name,
                    founding.json.replacingOccurrences(of: "true", with: "false")
                ),
                (founding.date, "definition.deploy", roles.description),
            ])
        var audit = LogAudit(try LogFolder(path: folder.path))
        let told = audit.run().findings.kept.filter { $0.code == "no-second-person" }
        #expect(told.count == 1)
        #expect(told.first?.severity == .notice)
        #expect(told.first?.message.contains("owner alone") == true)
    }

    @Test("a trace leads from what is taken back to what takes it back, and the other way")
    func traceOfReversals() async throws {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(
            in: folder.path,
            commands: AuditedCompany.commands + [
                (
                    "2026-03-05", "finance.draft-journal-entry",
                    #"{"entry":"JE-1","text":"Rent","lines":[{"account":"6000","debit":"70.00"},{"account":"1000","credit":"70.00"}]}"#
                ),
                ("2026-03-05", "finance.post-journal-entry", #"{"entry":"JE-1"}"#),
                (
                    "2026-03-06", "finance.reverse-journal-entry",
                    #"{"entry":"JE-1","reason":"twice"}"#
                ),
            ])
        let opened = try LogFolder(path: folder.path)
        let trace = try Trace(of: "finance.journal-entry/JE-1", in: opened)
        func entry(_ type: String) throws -> Trace.Entry {
            try #require(trace.entries.first { $0.event["type"]?.stringValue == type })
        }
        let posted = try entry("finance.journal-entry-posted")
        let reversed = try entry("finance.journal-entry-reversed")
        #expect(reversed.reverses == [posted.position])
        #expect(posted.reversedBy.contains(reversed.position))
        #expect(posted.reverses.isEmpty && reversed.reversedBy.isEmpty)
        // The voucher of the reversal says so as well, wherever it is looked at from.
        let series = try Trace(of: "finance.voucher/main.general.2026", in: opened)
        let voucher = try #require(series.entries.last { $0.isOwn })
        #expect(voucher.reverses == [posted.position])
        #expect(series.entries.contains { $0.position == posted.position && !$0.isOwn })
    }

    @Test("goods on hand that are worth nothing are no finding")
    func worthNothing() async throws {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(
            in: folder.path,
            commands: AuditedCompany.commands + [
                (
                    "2026-03-05", "inventory.register-product",
                    #"{"product":"P9","name":"Sample","taxCode":"standard"}"#
                ),
                (
                    "2026-03-05", "inventory.take-on-stock",
                    #"{"product":"P9","warehouse":"W1","quantity":"5","value":"0.00"}"#
                ),
            ])
        var audit = LogAudit(try LogFolder(path: folder.path))
        let report = audit.run()
        #expect(report.findings.kept.filter { $0.severity != .notice }.isEmpty)
    }

    @Test("what is no data folder is refused by name")
    func foreignFoldersAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: LogFolder.Failure.self) { try LogFolder(path: folder.path) }
        #expect(throws: LogFolder.Failure.self) { try LogFolder(path: "/nowhere") }
    }
}
