import Business
import Engine
import EventLog
import Foundation
import Logging
import Records
import Testing
import Views

/// The views over a firm's log, folded as far as it reaches when they are opened.
final class Desk {
    let views: ViewHost
    private let desk: OperatingDesk
    private let firm: Firm
    private let folder: URL

    init(_ firm: Firm) throws {
        self.firm = firm
        folder = firm.folder.appendingPathComponent("views-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let decoder = firm.engine.decoder
        views = ViewHost(
            folder: folder.path, log: firm.log, lineage: "test",
            decode: { try decoder.recorded($0) }, views: DaybookViews.all,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try views.start()
        desk = OperatingDesk(engine: firm.engine, views: views)
    }

    deinit { views.stop() }

    /// The rows of a view's question, everything that was written counted.
    func rows(_ name: String, _ parameters: String = "{}") throws -> [JSONValue] {
        try views.query(
            name, parameters: JSONValue.parse(parameters),
            context: QueryContext(today: firm.engine.companyDate), after: firm.end,
            timeoutMilliseconds: 20_000
        ).rows
    }

    /// The notes under the rows of a view's question.
    func notes(_ name: String, _ parameters: String = "{}") throws -> [String] {
        try views.query(
            name, parameters: JSONValue.parse(parameters),
            context: QueryContext(today: firm.engine.companyDate), after: firm.end,
            timeoutMilliseconds: 20_000
        ).notes
    }

    /// The answer to a question about running processes.
    func ask(_ name: String, _ parameters: String = "{}") async throws -> JSONValue {
        _ = try rows("process.incidents")
        let query = try #require(OperatingQuery.named(name), "\(name)")
        return try await query.answer(desk, JSONValue.parse(parameters))
    }
}
