import Business
import Client
import Engine
import EventLog
import Foundation
import Logging
import Records
import Server
import Testing
import Views

/// A daemon's parts in this process, served on a real socket in a folder of its own.
final class SocketCompany {
    let folder: String
    let engine: Engine
    let views: ViewHost
    private let server: SocketServer
    private let log: MemoryEventLog
    private var connection: Connection?
    private var keyCount = 0

    private init(
        folder: String, engine: Engine, views: ViewHost, server: SocketServer, log: MemoryEventLog
    ) {
        self.folder = folder
        self.engine = engine
        self.views = views
        self.server = server
        self.log = log
    }

    var socketPath: String { "\(folder)/s" }

    /// A daemon with the shipped rules deployed, the processes too where they are wanted, and files
    /// of the test's own by name; this user is the owner and a gateway unless it is said otherwise.
    static func start(
        withProcesses: Bool = false, adding: [String: String] = [:],
        limits: ServerLimits = ServerLimits(),
        access: AccessConfiguration = AccessConfiguration(
            gateways: [getuid()], ownerUserID: getuid())
    ) async throws -> SocketCompany {
        let folder = NSTemporaryDirectory() + "daybook-\(UUID().uuidString.prefix(8))"
        for part in ["index", "views"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let log = MemoryEventLog()
        let engine = try Engine.open(
            log: log, indexPath: "\(folder)/index", keys: nil, registry: DaybookRegistry.make(),
            options: EngineOptions(
                access: access, logger: logger))
        let decoder = engine.decoder
        let views = ViewHost(
            folder: "\(folder)/views", log: log, lineage: try engine.lineage(),
            decode: { try decoder.recorded($0) }, views: DaybookViews.all, logger: logger)
        try views.start()
        engine.observe { views.offer($0) }
        let service = DaybookService(
            engine: engine, views: views, maintenance: Maintenance { _ in .null })
        let server = SocketServer(
            path: "\(folder)/s", service: service, limits: limits, logger: logger)
        try await server.start()
        let company = SocketCompany(
            folder: folder, engine: engine, views: views, server: server, log: log)
        let added = adding.sorted { $0.key < $1.key }.map { name, content in
            JSONValue.object(["name": .string(name), "content": .string(content)])
        }
        let deployed = await engine.submit(
            Submission(
                name: "definition.deploy",
                payload: .object(["files": .array(try shippedFiles(withProcesses) + added)]),
                peer: .actor("owner")))
        guard case .accepted = deployed else {
            Issue.record("the shipped definitions are refused: \(deployed.line)")
            return company
        }
        return company
    }

    private static func shippedFiles(_ withProcesses: Bool) throws -> [JSONValue] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("processes").resolvingSymlinksInPath()
        let walker = FileManager.default.enumerator(atPath: root.path)
        var endings = [".dmn", ".yaml", ".form"]
        if withProcesses { endings.append(".bpmn") }
        var files: [JSONValue] = []
        for case let name as String in walker ?? FileManager.DirectoryEnumerator()
        where endings.contains(where: name.hasSuffix) && !name.hasPrefix("imports/") {
            let text = try String(
                contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            files.append(
                .object(["name": .string("processes/\(name)"), "content": .string(text)]))
        }
        return files
    }

    /// A new connection.
    func connect() throws -> Connection { try Connection(path: socketPath) }

    /// Sends one line over the company's own connection and waits for the answer.
    func ask(_ line: String) throws -> Answer {
        if connection == nil { connection = try connect() }
        let connection = try #require(connection)
        return try connection.ask(line, timeoutSeconds: 30)
    }

    /// Gives a command that must be accepted.
    @discardableResult
    func run(_ name: String, _ payload: String, on date: String? = nil) throws -> Answer {
        keyCount += 1
        let option = date.map { " date=\($0)" } ?? ""
        let answer = try ask("\(name) key=t-\(keyCount)\(option) \(payload.oneLine)")
        #expect(answer.isOK, "\(name): \(answer.code) \(answer.body)")
        return answer
    }

    /// The rows of a question that sees all that was acknowledged.
    func rows(_ query: String, _ payload: String = "{}") throws -> [JSONValue] {
        let answer = try ask("query \(query) after=\(engine.log.end.last) \(payload.oneLine)")
        #expect(answer.isOK, "\(query): \(answer.code) \(answer.body)")
        return answer.body["rows"]?.arrayValue ?? []
    }

    func stop() async {
        connection = nil
        await server.stop()
        engine.close()
        views.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

extension String {
    /// A payload written over several lines as the protocol wants it.
    var oneLine: String {
        split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: " ")
    }
}
