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

/// A thread for each job, so that blocking work holds up no other test.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread { job.runSynchronously(on: executor) }.start()
    }
}

/// Runs blocking work on a thread of its own, within the test's own task: what it finds belongs to
/// the test.
func onThread<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withTaskExecutorPreference(ThreadExecutor()) { try await onPreferred(body) }
}

/// On the executor that the task prefers, which is the caller's only for a function of no actor.
@concurrent
private func onPreferred<Result: Sendable>(
    _ body: @Sendable () throws -> Result
) async throws -> Result { try body() }

/// A real daemon on a disk that fails when it is told to.
final class FailingDisk {
    /// What the preloaded library is told; see `faultshim.h`.
    enum State: UInt8 {
        case sound = 0
        case noSpace, writeError, flushError, noneFree, metaError
    }

    private let control: FileHandle
    let daemon: DaemonProcess

    /// A daemon on the disk; `below` confines the failures to a part of its data folder.
    init(_ scratch: Scratch, below part: String = "") throws {
        let path = scratch.path + "/control"
        try Data([State.sound.rawValue]).write(to: URL(fileURLWithPath: path))
        control = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var options = Programs.options(scratch)
        options.environment = [
            "LD_PRELOAD": Programs.shim, "FAULTSHIM_ROOT": scratch.data + part,
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
