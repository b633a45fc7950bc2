import Client
import EventLog
import Foundation
import Records
import TestSupport
import Testing
import Workload

@Suite("A folder that cannot be used: the daemon says why and ends with code 1", .serialized)
struct DataFolderTests {
    /// What is wrong with a folder, and what the daemon must say of it.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case newer, newerLog, newerEvent, cutShort, keysCutShort, missingLog, garbage, foreign
        case aFile, readOnly, otherClock

        var testDescription: String { rawValue }

        var words: String {
            switch self {
            case .newer: "newer program"
            case .newerLog: "the log has layout 99, this program knows 1"
            case .newerEvent:
                "holds sales.account-teleported version 3, this program knows no event of that name"
            case .cutShort, .keysCutShort: "cut short"
            case .readOnly: "this user may not write there"
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
        case .keysCutShort:
            let keys = scratch.data + "/keys/data.mdb"
            try FileHandle(forWritingTo: URL(fileURLWithPath: keys)).truncate(atOffset: 4_096)
        case .newerLog: try overwriteLayout(log)
        case .newerEvent: try appendUnknownEvent(scratch.data + "/log")
        case .missingLog: try FileManager.default.removeItem(atPath: log)
        case .garbage:
            try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: log))
        case .otherClock, .foreign, .aFile, .readOnly: break
        }
    }

    /// Makes the row that says where the log ends one of a later layout, wherever it lies.
    private static func overwriteLayout(_ file: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        // The key of the row, and the layout with the four zero bytes behind it.
        let row = Data("end".utf8) + Data([1, 0, 0, 0, 0, 0, 0, 0])
        var count = 0
        while let place = bytes.range(of: row) {
            bytes[place.lowerBound + 3] = 99
            count += 1
        }
        #expect(count > 0)
        try bytes.write(to: URL(fileURLWithPath: file))
    }

    /// Appends what a program of the future wrote.
    private static func appendUnknownEvent(_ folder: String) throws {
        let log = try LMDBEventLog(path: folder)
        defer { log.close() }
        let envelope = Envelope(
            stream: "sales.account/FUTURE", version: 1, type: "sales.account-teleported",
            schemaVersion: 3, company: "main",
            recordedAtMicroseconds: log.end.lastRecordedAtMicroseconds, effectiveDay: 20_000,
            actor: "owner")
        _ = try log.append(
            [DraftEvent(envelope: envelope, payload: [0x05, 0x01, 0x61])], expecting: log.end.next)
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
            case .readOnly:
                // Nobody may make a folder there, root neither; the last of two folders counts.
                options.arguments = ["--data", "/sys/daybook"]
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

@Suite("A folder that can be made whole again: the daemon does so, and says it", .serialized)
struct MendedFolderTests {
    /// What can be lost without harm, for it comes back from the log.
    enum Loss: String, CaseIterable, CustomTestStringConvertible {
        case index, indexCutShort, views, viewCutShort

        var testDescription: String { rawValue }
    }

    private static func file(_ loss: Loss, _ data: String) throws -> String {
        switch loss {
        case .index: return data + "/index/data.mdb"
        case .indexCutShort: return data + "/index/data.mdb"
        case .views: return data + "/views"
        case .viewCutShort:
            let paths = try FileManager.default.subpathsOfDirectory(atPath: data + "/views/funnel")
            let found = try #require(paths.first { $0.hasSuffix("data.mdb") })
            return data + "/views/funnel/" + found
        }
    }

    @Test("what was lost or cut short beside the log comes back", arguments: Loss.allCases)
    func mended(_ loss: Loss) async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try DaemonProcess(Programs.options(scratch))
            defer { if first.isRunning { first.kill() } }
            var client = try first.waitUntilServing()
            for number in 0..<20 {
                #expect(
                    try client.ask(
                        #"sales.open-account key=m-\#(number) {"account":"M-\#(number)","name":"M"}"#
                    ).isOK)
            }
            #expect(first.stop() == 0)
            let file = try Self.file(loss, scratch.data)
            switch loss {
            case .index, .views: try FileManager.default.removeItem(atPath: file)
            case .indexCutShort, .viewCutShort:
                try FileHandle(forWritingTo: URL(fileURLWithPath: file)).truncate(atOffset: 8_192)
            }
            let again = try DaemonProcess(Programs.options(scratch))
            defer { if again.isRunning { again.kill() } }
            client = try again.waitUntilServing()
            #expect(try client.ask(#"query engine.object {"object":"sales.account/M-7"}"#).isOK)
            let known = try client.ask(
                #"sales.open-account key=m-7 {"account":"M-7","name":"M"}"#)
            #expect(known.body["stream"]?.stringValue == "sales.account/M-7")
            #expect(try client.ask("query funnel.stages").isOK)
            switch loss {
            case .index, .indexCutShort: break
            case .views, .viewCutShort: #expect(again.output.contains("view is rebuilt"))
            }
            #expect(again.stop() == 0)
        }
    }

    @Test("a restored copy serves under an identity of its own, beside the original")
    func copy() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try DaemonProcess(Programs.options(scratch))
            defer { if first.isRunning { first.kill() } }
            let client = try first.waitUntilServing()
            #expect(try client.ask(#"sales.open-account {"account":"A","name":"A"}"#).isOK)
            let copy = scratch.path + "/copy"
            let made = try client.ask(#"backup {"folder":"\#(copy)"}"#)
            let position = try #require(made.body["position"]?.integerValue)
            // A copy that nobody has written to is audited as what it was copied from.
            #expect(try Self.tool("audit", "--data", copy).contains("\nclean"))
            var options = Programs.options(scratch)
            options.data = copy
            options.socket = scratch.path + "/copy.sock"
            let second = try DaemonProcess(options)
            defer { if second.isRunning { second.kill() } }
            let other = try second.waitUntilServing()
            #expect(second.output.contains("the folder is a copy: its log has a new identity"))
            #expect(try other.ask(#"query engine.object {"object":"sales.account/A"}"#).isOK)
            #expect(try other.ask(#"sales.open-account {"account":"B","name":"B"}"#).isOK)
            #expect(try client.ask(#"sales.open-account {"account":"C","name":"C"}"#).isOK)
            #expect(second.stop() == 0)
            #expect(first.stop() == 0)
            let line = try Self.tool(
                "replay", "--data", copy, "--since", "\(position + 1)", "--count", "1")
            #expect(line.contains("clock.log-identity-renewed"))
            let audit = try Self.tool("audit", "--data", copy)
            #expect(audit.contains("a copy since position \(position + 1), identity "))
            #expect(audit.contains("\nclean"))
            #expect(!(try Self.tool("audit", "--data", scratch.data)).contains("a copy since"))
        }
    }

    /// What the tool prints.
    static func tool(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Programs.tool)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
