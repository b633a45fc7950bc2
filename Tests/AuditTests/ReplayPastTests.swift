import Audit
import Engine
import EventLog
import Foundation
import Records
import Testing
import Views

@testable import daybook

/// `daybook replay --until … --query …` over a company in Shanghai, whose days begin at four in the
/// afternoon of the day before in UTC.
@Suite("A view as it was at a time", .serialized)
struct ReplayPastTests {
    /// When is asked, and what each account stood at.
    struct Row: Sendable, CustomTestStringConvertible {
        let until: String
        let closing: [String]
        let receivables: [String]
        let onHand: [String]
        var testDescription: String { "until \(until)" }

        static let table = [
            Row(until: "2026-01-31", closing: [], receivables: [], onHand: []),
            // Bought on 1 February; nothing is known of what is sold two days later.
            Row(
                until: "2026-02-02", closing: ["1300 1000.00", "2100 -1000.00"], receivables: [],
                onHand: ["100"]),
            Row(
                until: "2026-02-02T15:59:59Z", closing: ["1300 1000.00", "2100 -1000.00"],
                receivables: [], onHand: ["100"]),
            // Still 2 February in UTC, and the third in Shanghai.
            Row(
                until: "2026-02-02T16:00:00Z",
                closing: ["1300 400.00", "2100 -1000.00", "5000 600.00"], receivables: [],
                onHand: ["40"]),
            Row(
                until: "2026-02-04",
                closing: ["1300 400.00", "2100 -1000.00", "5000 600.00"], receivables: [],
                onHand: ["40"]),
            Row(
                until: "2026-02-05",
                closing: [
                    "1200 1080.00", "1300 400.00", "2100 -1000.00", "2300 -180.00",
                    "4000 -900.00", "5000 600.00",
                ], receivables: ["1080.00"], onHand: ["40"]),
            Row(
                until: "2026-03-01",
                closing: [
                    "1000 1000.00", "1200 80.00", "1300 400.00", "1400 80.00", "2000 -480.00",
                    "2100 -600.00", "2300 -180.00", "4000 -900.00", "5000 600.00",
                ], receivables: ["80.00"], onHand: ["40"]),
        ]
    }

    private static let shared = Task {
        let folder = try TemporaryFolder()
        try await AuditedCompany.trade(in: folder.path, zone: "Asia/Shanghai")
        return folder
    }

    private func rows(_ query: String, _ until: String, _ path: String) throws -> [JSONValue] {
        var output = ""
        var errors = ""
        let console = Console(write: { output += $0 }, writeError: { errors += $0 })
        let status = Tool.run(
            ["replay", "--json", "--data", path, "--until", until, "--query", query], console)
        #expect(status == 0, "\(errors)")
        return try JSONValue.parse(output)["rows"]?.arrayValue ?? []
    }

    private func amount(_ value: JSONValue?) -> String {
        (value?.stringValue ?? "").replacingOccurrences(of: " EUR", with: "")
    }

    @Test("its rows are those of a fold that ends there", arguments: Row.table)
    func past(_ row: Row) async throws {
        let path = try await Self.shared.value.path
        if row.closing.isEmpty {
            #expect(try rows("finance.journal", row.until, path).isEmpty)
        }
        let closing = try rows("finance.trial-balance", row.until, path).filter {
            amount($0["closing"]) != "0.00"
        }
        #expect(
            closing.map { "\($0["account"]?.stringValue ?? "") \(amount($0["closing"]))" }
                == row.closing)
        #expect(
            try rows("finance.receivables", row.until, path).map { amount($0["total"]) }
                == row.receivables)
        #expect(
            try rows("fulfillment.stock", row.until, path).compactMap {
                $0["onHand"]?.stringValue
            } == row.onHand)
    }

    @Test("the log's part between two dates is that of the company's days")
    func dates() async throws {
        let path = try await Self.shared.value.path
        var output = ""
        let console = Console(write: { output += $0 }, writeError: { _ in })
        #expect(
            Tool.run(
                [
                    "replay", "--json", "--data", path, "--since", "2026-02-03", "--until",
                    "2026-02-03",
                ], console) == 0)
        let lines = try output.split(separator: "\n").map { try JSONValue.parse(String($0)) }
        #expect(!lines.isEmpty)
        #expect(
            lines.allSatisfy {
                $0["recordedAt"]?.stringValue?.hasPrefix("2026-02-02T16:00:00") == true
            })
        #expect(lines.contains { $0["type"]?.stringValue == "fulfillment.goods-issued" })
        let folder = try LogFolder(path: path)
        #expect(
            try folder.calendar().date(at: try #require(Instant("2026-02-02T16:00:00Z")))
                .description == "2026-02-03")
    }

    @Test("as-of goes with it: both axes of the past")
    func asOf() async throws {
        let path = try await Self.shared.value.path
        let folder = try LogFolder(path: path)
        let views = try #require(ViewsAudit(folder))
        let all = folder.log.end.last.rawValue
        let reply = try views.query(
            "finance.trial-balance", .object([]), through: all,
            asOf: BusinessDate("2026-02-02"))
        #expect(
            reply.rows.map { "\($0["account"]?.stringValue ?? "") \(amount($0["closing"]))" }
                == ["1300 1000.00", "2100 -1000.00"])
    }
}
