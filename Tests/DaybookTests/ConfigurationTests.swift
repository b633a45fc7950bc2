import Client
import Foundation
import TestSupport
import Testing

@testable import daybook

@Suite("The daemon's configuration", .serialized)
struct ConfigurationTests {
    /// A file, and what is told of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let content: [UInt8]
        let tells: [String]

        init(_ what: String, _ content: String, _ tells: String...) {
            testDescription = what
            self.content = Array(content.utf8)
            self.tells = tells
        }

        init(_ what: String, bytes: [UInt8], _ tells: String...) {
            testDescription = what
            content = bytes
            self.tells = tells
        }
    }

    // swift-format-ignore
    static let faults = [
        Fault("no YAML", "actors: [", "expected YAML"),
        Fault("a list", "- actors", "expected a YAML mapping", "found a list"),
        Fault("empty", "", "expected a YAML mapping", "found nothing"),
        Fault("no UTF-8", bytes: [0x61, 0xFF, 0xFE], "expected text in UTF-8"),
        Fault("too large", "# " + String(repeating: "x", count: 1 << 20), "at most 1048576 bytes"),
        Fault("an unknown setting", "actorss: {}", "no setting \"actorss\"", "Did you mean actors?"),
        Fault("a setting twice", "logLevel: debug\nlogLevel: debug", "expected YAML"),
        Fault("a level that is none", "logLevel: loud", "logLevel: expected one of trace", "\"loud\""),
        Fault("a level that is a list", "logLevel: [info]", "found a list"),
        Fault("free bytes in words", "freeBytesMin: much", "freeBytesMin: expected a count of bytes", "\"much\""),
        Fault("fewer than no free bytes", "freeBytesMin: -1", "freeBytesMin", "\"-1\""),
        Fault("actors as a list", "actors: [alice]", "actors: expected a mapping from users to actors, found a list"),
        Fault("actors of nobody", "actors:", "actors: expected a mapping", "found nothing"),
        Fault("a user that is none", "actors: {no-such-user: alice}", "expected a user of this machine", "no-such-user"),
        Fault("a user id too large", "actors: {4294967296: alice}", "expected a user of this machine"),
        Fault("a user twice", "actors: {0: alice, root: bob}", "expected each user once", "root"),
        Fault("an actor that is nobody", "actors: {0: }", "for the user 0", "found nothing"),
        Fault("an actor that is a list", "actors: {0: [alice, bob]}", "the name of one actor", "found a list"),
        Fault("an actor that is no name", "actors: {0: \"a b\"}", "the name of one actor", "\"a b\""),
        Fault("an actor that is a process", "actors: {0: \"process:pay\"}", "the engine's own"),
        Fault("an actor that is the engine", "actors: {0: daybook}", "the engine's own"),
        Fault("a gateway that is no list", "gateways: 0", "gateways: expected a list of users"),
        Fault("a gateway that is no user", "gateways: [no-such-user]", "gateways: expected a user of this machine"),
        Fault("a gateway that is a list", "gateways: [[0]]", "gateways: expected a user id or name, found a list"),
        Fault("a gateway twice", "actors: {7: web}\ngateways: [7, 7]", "found 7 again"),
        Fault("a gateway that is no actor", "gateways: [4711]", "mapped to actors, found user 4711"),
        Fault("limits as a number", "limits: 7", "limits: expected a mapping, found \"7\""),
        Fault("an unknown limit", "limits: {lineByte: 4096}", "no limit \"lineByte\"", "Did you mean lineBytes?"),
        Fault("a limit in words", "limits: {connections: many}", "connections to be a whole number from 1 to 32768", "\"many\""),
        Fault("a limit with a fraction", "limits: {connections: 1.5}", "connections", "\"1.5\""),
        Fault("a limit too small", "limits: {connections: 0}", "connections", "\"0\""),
        Fault("a limit too large", "limits: {jsonDepth: 100000}", "jsonDepth", "from 4 to 128"),
        Fault("a line beyond all lines", "limits: {lineBytes: 1048576, unfinishedBytes: 65536}", "unfinishedBytes to be at least lineBytes"),
    ]

    @Test("a mistake is told with its place, and nothing is begun", arguments: faults)
    func mistakes(_ fault: Fault) async throws {
        try await onThread {
            let daybook = try RealDaybook()
            try Data(fault.content).write(
                to: URL(fileURLWithPath: daybook.folder + "/config.yaml"))
            let run = try daybook.runDaemon(["--data", "data", "--config", "config.yaml"])
            #expect(run.status == 64)
            #expect(run.errors.contains("config.yaml"))
            for part in fault.tells {
                #expect(run.errors.contains(part), "expected \"\(part)\", found: \(run.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: daybook.folder + "/data"))
        }
    }

    @Test(
        "a file that is not there, or is a folder, cannot be read", arguments: ["none", "folder"])
    func unreadable(_ name: String) async throws {
        try await onThread {
            let daybook = try RealDaybook()
            try FileManager.default.createDirectory(
                atPath: daybook.folder + "/folder", withIntermediateDirectories: true)
            let run = try daybook.runDaemon(["--data", "data", "--config", name])
            #expect(run.status == 64)
            #expect(run.errors.contains("expected a file that can be read"), "\(run.errors)")
        }
    }

    @Test("a start that the socket's place refuses says why, and leaves no folder behind")
    func refusedSocket() async throws {
        try await onThread {
            let daybook = try RealDaybook()
            try Data().write(to: URL(fileURLWithPath: daybook.folder + "/file"))
            try daybook.startDaemon(["--data", "data"])
            let long = "/tmp/" + String(repeating: "s", count: 120)
            let places = [
                (daybook.folder + "/file", "is no socket"), (long, "longer than 107 bytes"),
                (daybook.folder + "/data/daybook.sock", "another daemon answers"),
            ]
            for (place, reason) in places {
                let run = try daybook.runDaemon(["--data", "new", "--socket", place])
                #expect(run.status == 1 && run.errors.contains(reason), "\(run.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: daybook.folder + "/new"))
            // Where the folder is the daemon's, who holds it is the better answer.
            let same = try daybook.runDaemon(["--data", "data"])
            #expect(same.status == 1 && same.errors.contains("in use by process"), "\(same.errors)")
            #expect(try daybook.stopDaemon() == 0)
        }
    }

    @Test("every limit stands in the help and in the documentation, with its unit and its value")
    func help() async throws {
        try await onThread {
            let help = try RealDaybook().runDaemon(["--help"]).output
            let lines = help.matches(of: /\n +([a-zA-Z]+) {2,}([^\n]*); ([0-9]+)/).map { match in
                "| `\(match.1)` | \(match.2) | \(match.3) |"
            }
            let page = Example.lines(of: "Sources/Engine/Engine.docc/Settings.md")
            #expect(page.filter { $0.hasPrefix("| `") } == lines)
            for limit in [
                "lineBytes", "jsonDepth", "connections", "batchCommands", "batchBytes",
                "eventBytes", "unsentBytes", "unfinishedBytes", "unreadBytes",
            ] { #expect(lines.contains { $0.hasPrefix("| `\(limit)` |") }, "\(limit)") }
        }
    }

    @Test("what is set is what counts")
    func limits() async throws {
        try await onThread {
            let daybook = try RealDaybook()
            try Data(
                """
                actors: {\(getuid()): ida}
                gateways: [\(getuid())]
                logLevel: warning
                limits: {lineBytes: 2048, jsonDepth: 5, connections: 2, eventBytes: 131072}
                """.utf8
            ).write(to: URL(fileURLWithPath: daybook.folder + "/config.yaml"))
            try daybook.startDaemon(["--data", "data", "--config", "config.yaml"])
            let client = try Connection(path: daybook.folder + "/data/daybook.sock")
            let long = try client.ask("help \(String(repeating: "x", count: 4_096))")
            #expect(long.code == "line-too-long")
            #expect(long.message.contains("2048"))
            #expect(try client.ask(#"sales.x {"a":[[[[[1]]]]]}"#).code == "bad-json")
            // This user is the actor that the file says, and no owner.
            let refused = try client.ask(#"inventory.register-warehouse {"warehouse":"W"}"#)
            #expect(refused.message.contains("ida"), "\(refused.message)")
            let second = try Connection(path: daybook.folder + "/data/daybook.sock")
            #expect(try second.ask("help").isOK)
            let third = try Connection(path: daybook.folder + "/data/daybook.sock")
            #expect(try third.receive(timeoutSeconds: 20)?.contains("At most 2 clients") == true)
            #expect(try daybook.stopDaemon() == 0)
        }
    }
}
