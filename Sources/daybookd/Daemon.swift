internal import Business
internal import Engine
internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Records
internal import Server
internal import ServiceLifecycle
internal import Synchronization
internal import Views

/// The running parts, in the order in which they depend on each other.
///
/// Folder, log, engine, views, socket. They are stopped the other way round: take no more, finish what waits, close.
final class Daemon: Sendable {
    private let folder: DataFolder
    private let log: LMDBEventLog
    private let engine: Engine
    private let views: ViewHost
    private let server: SocketServer
    private let logger: Logger
    private let stopping: StopSignal

    private init(
        folder: DataFolder, log: LMDBEventLog, engine: Engine, views: ViewHost,
        server: SocketServer, logger: Logger, stopping: StopSignal
    ) {
        self.folder = folder
        self.log = log
        self.engine = engine
        self.views = views
        self.server = server
        self.logger = logger
        self.stopping = stopping
    }

    /// Whether the engine stopped by itself, because the disk failed.
    var hasFailed: Bool { stopping.hasFailed }

    static func open(
        data: String, socket: String, clock: ClockKind?, definitions: String?,
        configuration: Configuration, logger: Logger
    ) async throws -> Daemon {
        // A start that is refused leaves no folder behind. Where there is one, who holds it says more
        // than who answers on the socket.
        if !FileManager.default.fileExists(atPath: data) { try SocketServer.requireUsable(socket) }
        let folder = try DataFolder(path: data, access: .write)
        var logOptions = LMDBEventLogOptions()
        if let freeBytesMin = configuration.freeBytesMin { logOptions.freeBytesMin = freeBytesMin }
        if configuration.logWithoutSync {
            logger.warning("the log is not flushed: a power cut takes what was acknowledged")
            logOptions.environment.withoutSync = true
        }
        let log = try LMDBEventLog(path: folder.logPath, options: logOptions)
        let keys = try KeyStore(path: folder.keysPath)
        let stopping = StopSignal()
        var options = EngineOptions(access: configuration.access, logger: logger) { reason in
            logger.critical("engine stopped", metadata: ["reason": "\(reason)"])
            stopping.fail()
        }
        options.limits = configuration.engine
        let engine = try Engine.open(
            log: log, indexPath: folder.indexPath, keys: keys,
            registry: DaybookRegistry.make(), clockKind: clock, options: options)
        try await deployAtFirstStart(engine, from: definitions, logger)
        let decoder = engine.decoder
        let views = ViewHost(
            folder: folder.viewsPath, log: log, lineage: try engine.lineage(),
            decode: { try decoder.recorded($0) }, views: DaybookViews.all, logger: logger)
        try views.start()
        engine.observe { views.offer($0) }
        let maintenance = Maintenance { path in
            let end = try Backup.make(of: log, keys: keys, in: data, into: path)
            return .object([
                "folder": .string(path), "position": .integer(end.last.rawValue),
                "root": .string("\(end.root)"),
            ])
        }
        let service = DaybookService(
            engine: engine, views: views, maintenance: maintenance, limits: configuration.server)
        let server = SocketServer(
            path: socket, service: service, limits: configuration.server, logger: logger)
        try await server.start()
        logger.notice(
            "serving",
            metadata: [
                "data": "\(data)", "socket": "\(socket)", "position": "\(log.end.last)",
            ])
        return Daemon(
            folder: folder, log: log, engine: engine, views: views, server: server,
            logger: logger, stopping: stopping)
    }

    /// Deploys the shipped definitions into a folder that has none.
    private static func deployAtFirstStart(
        _ engine: Engine, from folder: String?, _ logger: Logger
    ) async throws {
        guard await !engine.hasDefinitions() else { return }
        let files = try ShippedDefinitions.read(from: folder)
        let submission = Submission(
            name: "definition.deploy",
            payload: .object(["files": .array(files)]), key: "first-start",
            peer: .actor("owner"))
        switch await engine.submit(submission) {
        case .accepted:
            logger.notice("definitions deployed", metadata: ["files": "\(files.count)"])
        case .rejected(let rejection):
            throw StartFailure(
                "the definitions that are shipped cannot be deployed: \(rejection.message)")
        case let other:
            throw StartFailure("the definitions cannot be deployed: \(other.line)")
        }
    }

    /// Serves until it is time to stop, and closes.
    func run() async {
        await stopping.wait()
        logger.notice("stopping")
        engine.endAdvance()
        await server.stop()
        engine.close()
        views.stop()
        log.close()
        logger.notice("stopped")
    }
}

/// The daemon as a service: opened, run until it is time to stop, and closed.
final class DaemonService: Service {
    /// Why it ended, unless it was asked to.
    enum End: Sendable {
        /// It could not start.
        case refused(reason: String)
        /// The disk failed while it ran.
        case failed
    }

    private let open: @Sendable () async throws -> Daemon
    private let ended = Mutex<End?>(nil)

    /// How it ended; nil where it was asked to stop.
    var end: End? { ended.withLock { $0 } }

    init(open: @escaping @Sendable () async throws -> Daemon) { self.open = open }

    func run() async throws {
        let daemon: Daemon
        do {
            daemon = try await open()
        } catch {
            ended.withLock { $0 = .refused(reason: "\(error)") }
            return
        }
        await daemon.run()
        if daemon.hasFailed { ended.withLock { $0 = .failed } }
    }
}

/// Why the daemon cannot start.
struct StartFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Told when it is time to stop: by a signal, or by an engine that can go on no longer.
final class StopSignal: Sendable {
    private struct State {
        var hasFailed = false
        var waiting: CheckedContinuation<Void, Never>?
        var isSet = false
    }

    private let state = Mutex(State())

    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    func fail() { set(failed: true) }

    private func set(failed: Bool) {
        let waiting = state.withLock { state in
            state.isSet = true
            state.hasFailed = state.hasFailed || failed
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Waits for a signal to stop gracefully, or for a failure.
    func wait() async {
        await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let isSet = state.withLock { state in
                    if !state.isSet { state.waiting = continuation }
                    return state.isSet
                }
                if isSet { continuation.resume() }
            }
        } onGracefulShutdown: {
            self.set(failed: false)
        }
    }
}
