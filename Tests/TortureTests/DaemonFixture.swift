import Client
import Foundation
import TestSupport
import Testing
import Workload

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
