import Client
import Foundation
import Testing
import Workload

/// A folder for one test, removed with its last user; short enough for a socket's path.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/daybook-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var data: String { path + "/data" }
}

/// Programs that the tests start; they are built with the tests.
enum Programs {
    static var daemon: String { DaemonProcess.programBesideThis() }
    static var tool: String { DaemonProcess.programBesideThis("daybook") }
    static var shim: String { DaemonProcess.programBesideThis("libfaultshim.so") }
    static var definitions: String {
        URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("processes").resolvingSymlinksInPath().path
    }

    static func options(_ scratch: Scratch) -> DaemonProcess.Options {
        var options = DaemonProcess.Options(program: daemon, data: scratch.data)
        options.definitions = definitions
        return options
    }
}

/// Runs blocking work on a thread of its own.
func onThread<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
    }
}

/// A real daemon on a disk that fails when it is told to.
final class FailingDisk {
    /// What the preloaded library is told; see `faultshim.h`.
    enum State: UInt8 {
        case sound = 0
        case noSpace, writeError, flushError, noneFree, metaError
    }

    private let control: FileHandle
    let daemon: DaemonProcess

    init(_ scratch: Scratch) throws {
        let path = scratch.path + "/control"
        try Data([State.sound.rawValue]).write(to: URL(fileURLWithPath: path))
        control = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var options = Programs.options(scratch)
        options.environment = [
            "LD_PRELOAD": Programs.shim, "FAULTSHIM_ROOT": scratch.data,
            "FAULTSHIM_CONTROL": path,
        ]
        daemon = try DaemonProcess(options)
        try daemon.waitUntilServing()
    }

    deinit { if daemon.isRunning { daemon.kill() } }

    func set(_ state: State) throws {
        try control.seek(toOffset: 0)
        try control.write(contentsOf: Data([state.rawValue]))
    }

    func connect() throws -> Connection { try Connection(path: daemon.options.socket) }
}
