package import Client
internal import Foundation
internal import Synchronization

/// Why a daemon could not be started for a measurement or a test.
package enum DaemonFailure: Error, CustomStringConvertible {
    /// The program is not there or cannot be run.
    case cannotRun(program: String, reason: String)
    /// It ended before it answered.
    case ended(status: Int32, output: String)
    /// It did not answer in time.
    case silent(seconds: Double, output: String)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .cannotRun(let program, let reason):
            "\(program) cannot be run (\(reason)); build it first: swift build --product daybookd"
        case .ended(let status, let output):
            "the daemon ended with status \(status) before it answered; it said: \(output)"
        case .silent(let seconds, let output):
            "the daemon did not answer within \(seconds) seconds; it said: \(output)"
        }
    }
}

/// A real `daybookd` on a Unix socket, started, measured and ended by a program of ours.
package final class DaemonProcess {
    /// How it is started.
    package struct Options: Sendable {
        /// The program.
        package var program: String
        /// The data folder.
        package var data: String
        /// The socket.
        package var socket: String
        /// The definitions of a new folder; those shipped where nil.
        package var definitions: String?
        /// Text of the configuration file.
        package var configuration = ""
        /// Further arguments.
        package var arguments: [String] = []
        /// Environment variables on top of ours.
        package var environment: [String: String] = [:]

        /// Options; the socket lies beside the data folder unless it is named.
        package init(program: String, data: String, socket: String? = nil) {
            self.program = program
            self.data = data
            self.socket = socket ?? data + ".sock"
        }
    }

    /// How it was started.
    package let options: Options
    private let process = Process()
    private let outputPath: String

    /// Starts the daemon; ``waitUntilServing(seconds:)`` tells when it answers.
    package init(_ options: Options) throws(DaemonFailure) {
        self.options = options
        outputPath = options.data + ".log"
        do {
            _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
            let configuration = options.data + ".yaml"
            try Data((options.configuration.isEmpty ? "{}" : options.configuration).utf8)
                .write(to: URL(fileURLWithPath: configuration))
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
            process.executableURL = URL(fileURLWithPath: options.program)
            process.arguments =
                [
                    "--data", options.data, "--socket", options.socket, "--config", configuration,
                ] + (options.definitions.map { ["--definitions", $0] } ?? []) + options.arguments
            process.environment = ProcessInfo.processInfo.environment.merging(
                options.environment
            ) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
        } catch {
            throw .cannotRun(program: options.program, reason: "\(error)")
        }
    }

    /// What it has said so far, at most the last few lines.
    package var output: String {
        let text = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }

    /// Whether it runs.
    package var isRunning: Bool { process.isRunning }

    /// Its number.
    package var id: Int32 { process.processIdentifier }

    private static let pauseMicroseconds: UInt32 = 2_000

    /// Waits until it answers; returns a connection.
    @discardableResult
    package func waitUntilServing(seconds: Double = 120) throws(DaemonFailure) -> Connection {
        let watch = Stopwatch()
        while watch.seconds < seconds {
            if let connection = try? Connection(path: options.socket),
                let answer = try? connection.ask("query engine.views"), answer.isOK
            {
                return connection
            }
            guard process.isRunning else {
                throw .ended(status: process.terminationStatus, output: output)
            }
            usleep(Self.pauseMicroseconds)
        }
        throw .silent(seconds: seconds, output: output)
    }

    /// Ends it at once, as `kill -9` does, and waits until it is gone.
    package func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop and waits; returns its exit code.
    @discardableResult
    package func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Waits until it ends by itself; nil when it still runs after that time.
    package func exitCode(withinSeconds seconds: Double) -> Int32? {
        let watch = Stopwatch()
        while process.isRunning {
            guard watch.seconds < seconds else { return nil }
            usleep(Self.pauseMicroseconds)
        }
        return process.terminationStatus
    }

    /// `daybookd` beside the program that runs now.
    package static func programBesideThis(_ name: String = "daybookd") -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent(name).path
    }
}
