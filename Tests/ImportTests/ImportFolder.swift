import Audit
import Business
import Client
import Engine
import EventLog
import Foundation
import Import
import Logging
import Records
import Server
import TestSupport
import Testing
import Views

/// A daemon's parts in this process over a data folder on the disk, with a socket and files to import.
final class ImportFolder {
    let path: String
    let log: LMDBEventLog
    private let data: DataFolder
    private let engine: Engine
    private let views: ViewHost
    private let server: SocketServer

    var socket: String { "\(path)/s" }

    /// Starts the parts; the importing user may act for others.
    static func start(clock: ClockKind = .manual) async throws -> ImportFolder {
        let path = NSTemporaryDirectory() + "import-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: "\(path)/files", withIntermediateDirectories: true)
        let folder = try ImportFolder(path: path, clock: clock)
        try await folder.server.start()
        try await folder.deploy()
        return folder
    }

    private init(path: String, clock: ClockKind) throws {
        self.path = path
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        data = try DataFolder(path: "\(path)/data", access: .write)
        log = try LMDBEventLog(path: data.logPath)
        engine = try Engine.open(
            log: log, indexPath: data.indexPath, keys: try KeyStore(path: data.keysPath),
            registry: DaybookRegistry.make(), clockKind: clock,
            options: EngineOptions(
                access: AccessConfiguration(gateways: [getuid()], ownerUserID: getuid()),
                logger: logger))
        let decoder = engine.decoder
        views = ViewHost(
            folder: data.viewsPath, log: log, lineage: try engine.lineage(),
            decode: { try decoder.recorded($0) }, views: DaybookViews.all, logger: logger)
        try views.start()
        let views = views
        engine.observe { views.offer($0) }
        let service = DaybookService(
            engine: engine, views: views, maintenance: Maintenance { _ in .null })
        server = SocketServer(path: "\(path)/s", service: service, logger: logger)
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The shipped mapping of a name.
    static func mapping(_ name: String) -> String {
        root.appendingPathComponent("processes/imports/\(name)").path
    }

    /// Where a data set stands beside the repository.
    static func dataSet(_ name: String) -> String {
        let shared =
            ProcessInfo.processInfo.environment["DAYBOOK_SHARED"]
            ?? root.deletingLastPathComponent().appendingPathComponent("shared").path
        return "\(shared)/data/\(name)"
    }

    /// Whether a data set is there; says so where it is not.
    static func hasDataSet(_ name: String) -> Bool {
        if FileManager.default.fileExists(atPath: dataSet(name)) { return true }
        print("skipped: ../shared is not here, so \(name) is not imported")
        return false
    }

    private func deploy() async throws {
        let shipped = Self.root.appendingPathComponent("processes").resolvingSymlinksInPath().path
        var files: [JSONValue] = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: shipped).sorted()
        where [".bpmn", ".dmn", ".form", ".yaml", ".calendar"].contains(where: name.hasSuffix)
            && !name.hasPrefix("imports/")
        {
            let text = try String(contentsOfFile: "\(shipped)/\(name)", encoding: .utf8)
            files.append(
                .object(["name": .string("processes/\(name)"), "content": .string(text)]))
        }
        let reply = await engine.submit(
            Submission(
                name: "definition.deploy", payload: .object(["files": .array(files)]),
                peer: .actor("owner")))
        guard case .accepted = reply else {
            Issue.record("the shipped definitions are refused: \(reply.line)")
            return
        }
    }

    /// Writes a file to import.
    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/files/\(name)", atomically: true, encoding: .utf8)
    }

    /// Runs an import of a mapping and files of this folder.
    func run(_ mapping: String, isDryRun: Bool = false) async throws -> ImportReport {
        try await run(
            ImportRequest(
                mapping: "\(path)/files/\(mapping)", folder: "\(path)/files", socket: socket,
                isDryRun: isDryRun))
    }

    /// Runs an import.
    func run(_ request: ImportRequest) async throws -> ImportReport {
        try await onThread { try Importer.run(request) }
    }

    /// Asks one thing.
    func ask(_ line: String) async throws -> Answer {
        let socket = socket
        return try await onThread {
            try Connection(path: socket).ask(line, timeoutSeconds: 60)
        }
    }

    /// The rows of a question that sees all that was acknowledged.
    func rows(_ query: String, _ payload: String = "{}") async throws -> [JSONValue] {
        let answer = try await ask("query \(query) after=\(log.end.last) timeout=60 \(payload)")
        #expect(answer.isOK, "\(query): \(answer.code) \(answer.body)")
        return answer.body["rows"]?.arrayValue ?? []
    }

    /// Where the log ends.
    var end: UInt64 { log.end.last.rawValue }

    /// All facts of a type, in order.
    func facts<Fact: Event>(_ type: Fact.Type) throws -> [(date: BusinessDate, fact: Fact)] {
        var facts: [(date: BusinessDate, fact: Fact)] = []
        var position = Position.first
        while true {
            let page = try log.read(from: position)
            guard !page.events.isEmpty else { return facts }
            for stored in page.events where stored.envelope.type == Fact.typeName {
                if let fact = try engine.decoder.decode(stored) as? Fact {
                    facts.append((BusinessDate(daysSinceEpoch: stored.envelope.effectiveDay), fact))
                }
            }
            position = page.next
        }
    }

    /// Stops everything, and has the folder audited as it lies on the disk: log, books and views.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        await server.stop()
        engine.close()
        views.stop()
        log.close()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try LogFolder(path: data.path)
        var audit = LogAudit(folder)
        let report = audit.run()
        #expect(report.findings.isClean, "\(report.findings.kept)", sourceLocation: sourceLocation)
        let comparing = try #require(ViewsAudit(folder))
        for name in comparing.names {
            let found = comparing.audit(name)
            #expect(found == [], "\(name)", sourceLocation: sourceLocation)
        }
    }
}
