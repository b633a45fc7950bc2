import Business
import Client
import Foundation
import Import
import Records
import Testing

/// The two real data sets, with every figure that they must give.
@Suite("Real data sets", .serialized)
struct DataSetTests {
    private let usd: Currency

    init() throws { usd = try #require(Currency(code: "USD")) }

    private static let pipelineName = "crm-sales-opportunities"
    private static let tradeName = "northwind"

    @Test("CRM sales opportunities", .enabled(if: ImportFolder.hasDataSet(pipelineName)))
    func pipeline() async throws {
        let name = Self.pipelineName
        let folder = try await ImportFolder.start()
        let report = try await run("\(name).yaml", ImportFolder.dataSet(name), folder)
        #expect(report.commands == 15_612)
        #expect(
            report.notes.map { "\($0.kind) \($0.rows)" } == ["mended 1480", "assumed 500"])

        let ended = try #require(await folder.rows("funnel.win-rate").first)
        #expect(ended["won"]?.integerValue == 4_238)
        #expect(ended["lost"]?.integerValue == 2_473)
        #expect(text(ended, "wonValue") == "10005534.00 USD")
        #expect(text(ended, "averageDeal") == "2360.91 USD")
        #expect(text(ended, "rate") == "0.6315")
        #expect(text(ended, "medianCycle") == "57")
        let stages = try await folder.ask("query funnel.stages {}").body
        let open = (stages["rows"]?.arrayValue ?? []).map {
            "\(text($0, "stage")) \($0["deals"]?.integerValue ?? 0)"
        }
        #expect(open == ["Prospecting 500", "Engaging 1589"])
        #expect(stages["totals"].map { text($0, "amount") } == "4966215.00 USD")
        #expect(stages["totals"].map { text($0, "weighted") } == "2053513.10 USD")
        let reasons = try await folder.rows("funnel.lost-reasons")
        #expect(reasons.map { text($0, "reason") } == ["not-recorded"])
        #expect(try folder.facts(VoucherPosted.self).isEmpty)
        #expect(
            try folder.facts(OpportunityOpened.self).filter { $0.fact.account == nil }.count
                == 1_425)
        try await folder.stop()
    }

    @Test("Northwind", .enabled(if: ImportFolder.hasDataSet(tradeName)))
    func northwind() async throws {
        let files = ImportFolder.dataSet(Self.tradeName)
        let folder = try await ImportFolder.start()
        let report = try await run("northwind.yaml", files, folder)
        #expect(report.commands == 4_412)
        #expect(report.tasksDone > 0)
        #expect(report.incidents == 0)

        let orders = try await folder.rows("fulfillment.orders")
        #expect(orders.count == 830)
        #expect(try folder.facts(OrderPlaced.self).map(\.fact.lines.count).reduce(0, +) == 2_155)
        #expect(try total(orders, "net") == "1265793.29")
        let unshipped = orders.filter { text($0, "shipped") != "full" }
        #expect(unshipped.count == 21)
        #expect(try total(unshipped, "net") == "25937.44")
        #expect(try await folder.rows("fulfillment.late").isEmpty)
        try checkShipments(folder, files)
        try await checkBooks(folder)
        try await checkInvoices(folder)
        try await folder.stop()
    }

    private func run(
        _ mapping: String, _ files: String, _ folder: ImportFolder
    ) async throws -> ImportReport {
        let request = ImportRequest(
            mapping: ImportFolder.mapping(mapping), folder: files, socket: folder.socket,
            timeoutSeconds: 600)
        var dryRun = request
        dryRun.isDryRun = true
        #expect(try await folder.run(dryRun).refused == [])
        let report = try await folder.run(request)
        print("\(report.name): \(report.commands) commands in \(report.milliseconds) ms")
        #expect(report.refused == [])
        #expect(report.accepted == report.commands)
        let end = folder.end
        #expect(try await folder.run(request).accepted == 0)
        #expect(folder.end == end, "running it again wrote something")
        return report
    }

    /// Every order that the file says was shipped left in full, on the file's date.
    private func checkShipments(_ folder: ImportFolder, _ files: String) throws {
        var reader = CSVReader(
            bytes: Array(
                try Data(contentsOf: URL(fileURLWithPath: "\(files)/orders.csv"))),
            name: "orders.csv")
        _ = try reader.next()
        var expected: [String: String] = [:]
        while let row = try reader.next() {
            if !row.fields[5].isEmpty { expected["SO-\(row.fields[0])"] = row.fields[5] }
        }
        let shipped = try folder.facts(OrderShippedInFull.self).map {
            ($0.fact.order.text, $0.date.description)
        }
        #expect(Dictionary(shipped, uniquingKeysWith: { $1 }) == expected)
    }

    private func checkBooks(_ folder: ImportFolder) async throws {
        let years = [(1_996, "193316.58"), (1_997, "608847.01"), (1_998, "437692.26")]
        for (year, revenue) in years {
            let rows = try await folder.rows(
                "finance.profit-and-loss", "{\"from\":\"\(year)-01-01\",\"to\":\"\(year)-12-31\"}")
            let income = rows.filter { text($0, "section") == "income" }
            #expect(try total(income, "amount") == revenue)
        }
        let whole = try await folder.ask("query finance.profit-and-loss {}").body
        let rows = whole["rows"]?.arrayValue ?? []
        #expect(
            try total(rows.filter { text($0, "section") == "income" }, "amount") == "1239855.85")
        #expect(
            try total(rows.filter { text($0, "section") == "expense" }, "amount") == "711009.59")
        #expect(whole["totals"].map { text($0, "amount") } == "528846.26 USD")
        // The opening stock, and what came in after it, less what was sold.
        let received = try folder.facts(GoodsReceived.self).flatMap(\.fact.lines).map(\.value)
        let opening = try folder.facts(StockTakenOn.self).map(\.fact.value)
        #expect(try opening.total(usd) == Money(minorUnits: 3_702_836, currency: usd))
        #expect(
            try folder.facts(StockTakenOn.self).allSatisfy { $0.date.description == "1996-06-30" })
        let stock = try (opening + received).total(usd)
            .subtracting(Money(minorUnits: 71_100_959, currency: usd))
        let balance = try await folder.rows("finance.trial-balance")
        #expect(
            balance.first { text($0, "account") == "1300" }.map { text($0, "closing") }
                == stock.description)
        #expect(
            try await total(folder.rows("fulfillment.stock"), "value") + " USD" == stock.description
        )
    }

    private func checkInvoices(_ folder: ImportFolder) async throws {
        #expect(try folder.facts(InvoicePosted.self).count == 809)
        let paid = try folder.facts(PaymentReceived.self).map(\.fact.amount)
        #expect(paid.count == 732)
        #expect(try paid.total(usd).description == "1109651.27 USD")
        let open = try await folder.rows("finance.receivables").filter { $0["item"] != nil }
        #expect(open.count == 77)
        #expect(try total(open, "total") == "130204.58")
    }

    // MARK: Rows

    private func text(_ row: JSONValue, _ name: String) -> String {
        row[name]?.stringValue ?? ""
    }

    /// The sum of a column of amounts, with two decimals.
    private func total(_ rows: [JSONValue], _ name: String) throws -> String {
        var cents = 0
        for row in rows {
            let digits = text(row, name).prefix { $0 != " " }
            cents += try #require(Int(digits.filter { $0 != "." }), "\(row)")
        }
        return "\(cents / 100).\(String(cents % 100 + 100).dropFirst())"
    }
}
