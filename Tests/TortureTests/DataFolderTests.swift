import Client
import Foundation
import Testing
import Workload

@Suite("A folder that cannot be used: the daemon says why and ends with code 1", .serialized)
struct DataFolderTests {
    /// What is wrong with a folder, and what the daemon must say of it.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case newer, cutShort, missingLog, garbage, foreign, aFile, otherClock

        var testDescription: String { rawValue }

        var words: String {
            switch self {
            case .newer: "newer program"
            case .cutShort: "cut short"
            case .missingLog: "no such file"
            case .garbage: "not a store file"
            case .foreign: "expected an empty folder or a data folder"
            case .aFile: "found a file"
            case .otherClock: "real clock"
            }
        }
    }

    /// A folder that a daemon made and left in order.
    private static func sound(_ scratch: Scratch) throws {
        let daemon = try DaemonProcess(Programs.options(scratch))
        let client = try daemon.waitUntilServing()
        for number in 0..<50 {
            #expect(try client.ask(#"sales.open-account {"name":"Account \#(number)"}"#).isOK)
        }
        #expect(daemon.stop() == 0)
    }

    private static func damage(_ fault: Fault, _ scratch: Scratch) throws {
        let log = scratch.data + "/log/data.mdb"
        switch fault {
        case .newer:
            try Data("daybook-data 99\n".utf8).write(
                to: URL(fileURLWithPath: scratch.data + "/FORMAT"))
        case .cutShort:
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            try handle.truncate(atOffset: 3 * 4_096)
        case .missingLog: try FileManager.default.removeItem(atPath: log)
        case .garbage:
            try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: log))
        case .otherClock, .foreign, .aFile: break
        }
    }

    @Test("the daemon refuses to start, and touches nothing", arguments: Fault.allCases)
    func refused(_ fault: Fault) async throws {
        try await onThread {
            let scratch = try Scratch()
            var options = Programs.options(scratch)
            switch fault {
            case .foreign:
                try FileManager.default.createDirectory(
                    atPath: scratch.data, withIntermediateDirectories: true)
                try Data("precious".utf8).write(
                    to: URL(fileURLWithPath: scratch.data + "/letter.txt"))
            case .aFile:
                try Data("precious".utf8).write(to: URL(fileURLWithPath: scratch.data))
            default:
                try Self.sound(scratch)
                try Self.damage(fault, scratch)
            }
            if fault == .otherClock { options.arguments = ["--clock", "manual"] }
            let daemon = try DaemonProcess(options)
            defer { if daemon.isRunning { daemon.kill() } }
            #expect(daemon.exitCode(withinSeconds: 60) == 1)
            #expect(
                daemon.output.contains(fault.words),
                "expected \"\(fault.words)\", found: \(daemon.output)")
        }
    }

    @Test("a folder in use is left alone, and the process that has it is named")
    func inUse() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try DaemonProcess(Programs.options(scratch))
            defer { if first.isRunning { first.kill() } }
            let client = try first.waitUntilServing()
            var options = Programs.options(scratch)
            options.socket = scratch.path + "/other.sock"
            let second = try DaemonProcess(options)
            defer { if second.isRunning { second.kill() } }
            #expect(second.exitCode(withinSeconds: 60) == 1)
            #expect(second.output.contains("in use by process \(first.id)"))
            #expect(try client.ask(#"sales.open-account {"name":"Still"}"#).isOK)
            #expect(first.stop() == 0)
        }
    }

    @Test("a socket that is taken is left alone")
    func socketTaken() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try DaemonProcess(Programs.options(scratch))
            defer { if first.isRunning { first.kill() } }
            let client = try first.waitUntilServing()
            let other = try Scratch()
            var options = Programs.options(other)
            options.socket = first.options.socket
            let second = try DaemonProcess(options)
            defer { if second.isRunning { second.kill() } }
            #expect(second.exitCode(withinSeconds: 60) == 1)
            #expect(second.output.contains("another daemon answers on"))
            #expect(try client.ask(#"sales.open-account {"name":"Still"}"#).isOK)
            #expect(first.stop() == 0)
        }
    }

    @Test("a graceful stop under load answers everything that it took, and loses nothing")
    func gracefulStop() async throws {
        try await onThread {
            let scratch = try Scratch()
            let daemon = try DaemonProcess(Programs.options(scratch))
            defer { if daemon.isRunning { daemon.kill() } }
            try daemon.waitUntilServing()
            var sent = 0
            let lines = SharedLines {
                sent += 1
                return
                    #"sales.open-account key=g-\#(sent) {"account":"G-\#(sent)","name":"Account"}"#
            }
            let fleet = try Fleet(lines.clients(16), socket: daemon.options.socket)
            let watch = Stopwatch()
            var isStopping = false
            fleet.run {
                if watch.seconds > 0.5, !isStopping {
                    isStopping = true
                    kill(daemon.id, SIGTERM)
                }
                return watch.seconds > 20
            }
            #expect(daemon.exitCode(withinSeconds: 30) == 0)
            #expect(lines.refused == 0, "\(lines.refusals)")
            let again = try DaemonProcess(Programs.options(scratch))
            defer { if again.isRunning { again.kill() } }
            let client = try again.waitUntilServing()
            var found = 0
            for number in 1...sent {
                let answer = try client.ask(
                    "query engine.object {\"object\":\"sales.account/G-\(number)\"}")
                if answer.isOK { found += 1 }
            }
            #expect(found >= lines.accepted)
            #expect(again.stop() == 0)
        }
    }
}
