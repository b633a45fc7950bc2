import Business
import Foundation
import Records
import Testing
import Views

/// The figures of `imports.md` for the data set of sales opportunities, as the funnel gives them.
@Suite("CRM sales opportunities")
struct SalesOpportunitiesTests {
    private static let folder: URL = {
        let given = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"]
        let shared =
            given.map { URL(filePath: $0) }
            ?? Trade.repository.deletingLastPathComponent().appendingPathComponent("shared")
        return shared.appendingPathComponent("data/crm-sales-opportunities")
    }()

    /// Whether the data set is there; says so where it is not.
    private static let isHere: Bool = {
        if FileManager.default.fileExists(atPath: folder.path) { return true }
        print("skipped: ../shared is not here, so the deals are not folded")
        return false
    }()

    @Test(
        "won, lost and open deals, win rate, cycle and weighted pipeline", .enabled(if: isHere))
    func figures() throws {
        let trade = try Trade(hasMasterData: false)
        try open(trade)
        let view = try Hosted(trade, [FunnelView.self])
        let rate = try view.ask("funnel.win-rate")
        #expect(
            rate.table("won", "lost", "rate", "wonValue", "averageDeal", "medianCycle") == [
                "4238 | 2473 | 0.6315 | 10005534.00 | 2360.91 | 57"
            ])
        let stages = try view.ask("funnel.stages")
        #expect(stages.table("stage", "deals") == ["Prospecting | 500", "Engaging | 1589"])
        #expect(stages.total("amount") == "4966215.00")
        #expect(stages.total("weighted") == "2053513.10")
        #expect(
            try view.ask("funnel.lost-reasons").table("reason", "deals") == ["not-recorded | 2473"])
        let forecast = try view.ask("funnel.forecast")
        #expect(forecast.total("weighted") == "2053513.10")
        #expect(forecast.total("won") == "10005534.00")
    }

    private func open(_ trade: Trade) throws {
        var prices: [String: String] = [:]
        for row in try rows("products.csv") { prices[row[0]] = row[2] }
        for (index, row) in try rows("accounts.csv").enumerated() {
            try trade.run(
                "sales.open-account", #"{"account": "A\#(index)", "name": "\#(row[0])"}"#,
                on: "2016-01-01")
        }
        let names = try rows("accounts.csv").map { $0[0] }
        for row in try rows("sales_pipeline.csv") {
            let product = row[2] == "GTXPro" ? "GTX Pro" : row[2]
            let stage = row[4] == "Prospecting" ? "Prospecting" : "Engaging"
            let account = names.firstIndex(of: row[3]).map { #", "account": "A\#($0)""# } ?? ""
            try trade.run(
                "sales.open-opportunity",
                """
                {"opportunity": "\(row[0])", "name": "\(product)", "owner": "\(row[1])",
                 "stage": "\(stage)", "amount": "\(try #require(prices[product]))"\(account)}
                """, on: row[5].isEmpty ? "2017-12-31" : row[5])
            if row[4] == "Won" { try win(row, trade) }
            if row[4] == "Lost" {
                try trade.run(
                    "sales.lose-opportunity",
                    #"{"opportunity": "\#(row[0])", "reason": "not-recorded"}"#, on: row[6])
            }
        }
    }

    private func win(_ row: [String], _ trade: Trade) throws {
        try trade.run(
            "sales.change-opportunity-amount",
            #"{"opportunity": "\#(row[0])", "amount": "\#(row[7])"}"#, on: row[6])
        try trade.run(
            "sales.win-opportunity",
            #"{"opportunity": "\#(row[0])", "order": "none", "reason": "not in the data"}"#,
            on: row[6])
    }

    private func rows(_ file: String) throws -> [[String]] {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
