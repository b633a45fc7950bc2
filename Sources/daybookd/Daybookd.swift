internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// The daemon: one data folder, one socket.
@main
struct Daybookd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybookd",
        abstract: "The business process engine: decides commands, keeps the log and its views.",
        discussion: """
            Talks a line protocol on a Unix socket; `daybook describe` lists what it understands. How to \
            begin, with people: Sources/Engine/Engine.docc/FirstCompany.md.

            The file of --config is YAML:

              actors:            # user ids or names, and who they are here
                1000: alice
              gateways: [1000]   # users who may act for others
              freeBytesMin: 268435456
              logLevel: notice
              limits: {connections: 64}

            Without it the user who runs the daemon is its owner. A manual clock begins in 1970 and \
            stands: give clock.advance first. The limits, each with its unit \
            and what it is unless it is set:

            \(LimitSetting.table(of: Configuration(ownerUserID: getuid())))

            Exit codes: 0 stopped as asked; 1 the folder, the socket or the log cannot be used, and \
            the message says why; 2 the disk failed while running; 64 wrong arguments, or a mistake \
            in the configuration.
            """)

    @Option(help: "The data folder; made where it is not there.")
    var data: String

    @Option(help: "The socket; DATA/daybook.sock where it is not given.")
    var socket: String?

    @Option(help: "The file that maps users to actors, and holds settings.")
    var config: String?

    @Option(help: "What moves the time of a new folder: real or manual.")
    var clock: ClockOption?

    @Option(
        help: "The definitions to deploy at the first start; those shipped where it is not given.")
    var definitions: String?

    /// The kinds of clock, as arguments.
    enum ClockOption: String, ExpressibleByArgument {
        case real, manual
    }

    func run() async throws {
        let configuration = try Configuration(file: config, ownerUserID: getuid())
        var logger = Logger(label: "daybookd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.logLevel ?? .notice
        let (path, kind) = (data, clock.flatMap { ClockKind(rawValue: $0.rawValue) })
        let place = socket ?? "\(path)/daybook.sock"
        let (files, log) = (definitions, logger)
        // Opened within the group: a signal counts from the first moment on, and a folder that is
        // still being opened is closed in order, too.
        let service = DaemonService {
            try await Daemon.open(
                data: path, socket: place, clock: kind, definitions: files,
                configuration: configuration, logger: log)
        }
        let group = ServiceGroup(
            services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        do {
            try await group.run()
        } catch {
            // That a service ended by itself is what the group has to say of a daemon that could
            // not start, or that failed.
            guard service.end != nil else { throw error }
        }
        switch service.end {
        case .refused(let reason)?:
            FileHandle.standardError.write(Data("daybookd: \(reason)\n".utf8))
            throw ExitCode(1)
        case .failed?: throw ExitCode(2)
        case nil: return
        }
    }
}
