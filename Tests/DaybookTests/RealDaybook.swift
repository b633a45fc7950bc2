import Foundation

/// `daybookd` and `daybook` as programs, in a folder of their own that goes with the test.
final class RealDaybook {
    /// How a run of a program ended.
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    /// What a program did not do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The working folder of both programs; short enough for a socket's path.
    let folder = "/tmp/daybook-session-\(UInt64.random(in: 0 ... .max))"
    private var daemon: Process?
    private var runs = 0

    private static let startSeconds = 180
    private static let endSeconds = 180

    /// A folder with the given files in it.
    init(files: String? = nil) throws {
        let manager = FileManager.default
        if let files {
            try manager.copyItem(atPath: files, toPath: folder)
        } else {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    deinit {
        if let daemon, daemon.isRunning {
            kill(daemon.processIdentifier, SIGKILL)
            daemon.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A program that was built with the tests.
    static func program(_ name: String) -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent(name)
    }

    /// The daemon's number while it runs.
    var daemonID: Int32? { daemon.flatMap { $0.isRunning ? $0.processIdentifier : nil } }

    private func process(_ name: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.program(name)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["DAYBOOK_SOCKET": "data/daybook.sock"]
        ) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// A new file to which a program writes.
    private func file(_ name: String) throws -> (path: String, handle: FileHandle) {
        let path = "\(folder)/.\(name)-\(runs)"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return (path, try FileHandle(forWritingTo: URL(fileURLWithPath: path)))
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    // MARK: The daemon

    /// Starts the daemon and waits until it answers.
    func startDaemon(_ arguments: [String]) throws {
        runs += 1
        let said = try file("daemon")
        let process = process("daybookd", arguments)
        process.standardOutput = said.handle
        process.standardError = said.handle
        try process.run()
        daemon = process
        let deadline = Date(timeIntervalSinceNow: Double(Self.startSeconds))
        while Date() < deadline {
            if try run(["query", "engine.views"]).status == 0 { return }
            guard process.isRunning else { break }
            usleep(20_000)
        }
        throw Failure(description: "the daemon does not answer; it said: \(Self.text(said.path))")
    }

    /// Runs a daemon that ends by itself.
    func runDaemon(_ arguments: [String]) throws -> Ended {
        try end(process("daybookd", arguments))
    }

    /// Asks the daemon to stop, and waits; its exit status.
    func stopDaemon() throws -> Int32 {
        guard let process = daemon else { throw Failure(description: "no daemon was started") }
        process.terminate()
        process.waitUntilExit()
        daemon = nil
        return process.terminationStatus
    }

    // MARK: The tool

    /// Runs the tool, as a person at a terminal who types when something is given to type.
    func run(_ arguments: [String], typed: [String] = []) throws -> Ended {
        let process = process("daybook", arguments)
        guard !typed.isEmpty else { return try end(process) }
        runs += 1
        let errors = try file("errors")
        process.standardError = errors.handle
        let terminal = try Terminal()
        terminal.attach(to: process)
        try process.run()
        let output = try terminal.talk(typed, seconds: Self.endSeconds)
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: output, errors: Self.text(errors.path))
    }

    /// Runs a program to its end.
    private func end(_ process: Process) throws -> Ended {
        runs += 1
        let output = try file("output")
        let errors = try file("errors")
        process.standardOutput = output.handle
        process.standardError = errors.handle
        try process.run()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: Self.text(output.path),
            errors: Self.text(errors.path))
    }
}

/// A terminal at which somebody answers questions.
private final class Terminal {
    private let own: Int32
    private let program: FileHandle
    /// A question of the tool ends so.
    private static let question = "? "
    private static let endOfInput = "\u{4}"
    /// `TIOCSPTLCK` and `TIOCGPTN` of Linux, which Glibc shows as macros only.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        own = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard own >= 0, ioctl(own, Self.setLock, &isLocked) == 0,
            ioctl(own, Self.getNumber, &number) == 0
        else { throw RealDaybook.Failure(description: "there is no terminal to be had") }
        let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else {
            throw RealDaybook.Failure(description: "the terminal cannot be opened")
        }
        program = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    }

    deinit { close(own) }

    func attach(to process: Process) {
        process.standardInput = program
        process.standardOutput = program
    }

    /// Answers each question with the next line; what stood on the screen at the end.
    func talk(_ typed: [String], seconds: Int) throws -> String {
        try program.close()
        var waiting = typed
        var screen: [UInt8] = []
        let deadline = Date(timeIntervalSinceNow: Double(seconds))
        while true {
            guard Date() < deadline else {
                throw RealDaybook.Failure(
                    description: "nothing more comes: \(String(decoding: screen, as: UTF8.self))")
            }
            var ready = pollfd(fd: own, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 100) > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = read(own, &chunk, chunk.count)
            // The last program at the other end has gone.
            guard count > 0 else { break }
            screen += chunk[..<count]
            guard screen.suffix(Self.question.utf8.count).elementsEqual(Self.question.utf8) else {
                continue
            }
            let line = waiting.isEmpty ? Self.endOfInput : waiting.removeFirst() + "\n"
            let bytes = Array(line.utf8)
            _ = write(own, bytes, bytes.count)
        }
        return String(decoding: screen, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}
