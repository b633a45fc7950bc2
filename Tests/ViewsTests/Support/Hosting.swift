import Business
import EventLog
import Foundation
import Logging
import Records
import Testing
import Views

/// A folder that goes when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("views-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// All three views over a company's log, folded and ready to be asked.
final class Hosted {
    let host: ViewHost
    let trade: Trade
    private let folder: TemporaryFolder

    init(_ trade: Trade, _ views: [any View.Type] = allViews) throws {
        folder = try TemporaryFolder()
        self.trade = trade
        host = ViewHost(
            folder: folder.path, log: trade.log, lineage: "log-1", decode: trade.read,
            views: views, logger: quiet)
        try host.start()
    }

    deinit { host.stop() }

    /// Asks, after all that was written.
    func ask(
        _ name: String, _ parameters: String = "{}", asOf: String? = nil, at: UInt64? = nil,
        today: String? = nil
    ) throws -> QueryReply {
        var context = QueryContext(today: try today.map(day) ?? trade.date)
        context.asOf = try asOf.map(day)
        context.at = at
        return try host.query(
            name, parameters: try JSONValue.parse(parameters), context: context,
            after: trade.position, timeoutMilliseconds: 300_000)
    }
}

let allViews: [any View.Type] = [FunnelView.self, FulfillmentView.self, FinanceView.self]

/// Says nothing.
let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

extension QueryReply {
    /// The rows with some columns, each as one text: `1200 | 1080.00`.
    func table(_ columns: String...) -> [String] {
        rows.map { row in columns.map { row[$0]?.text ?? "-" }.joined(separator: " | ") }
    }

    /// A total.
    func total(_ column: String) -> String? {
        totals.first { $0.name == column }?.value.text
    }

    /// The value of one column of the only row.
    func only(_ column: String) -> String? { rows.count == 1 ? rows[0][column]?.text : nil }
}

extension JSONValue {
    /// A text or a number without quotes, anything else as JSON; euros are not repeated.
    var text: String {
        switch self {
        case .string(let text):
            text.hasSuffix(" EUR") ? String(text.dropLast(4)) : text
        case .number(let digits): digits
        default: description
        }
    }
}
