import Client
import Foundation
import Records
import Server
import TestSupport
import Testing

@Suite("What all clients share is bounded, told to who meets it, and given back", .serialized)
struct SharedLimitTests {
    /// Sends a line in two parts, so that its beginning waits for its end.
    private static func sendInParts(_ client: Connection, bytes: Int) throws {
        try client.send([UInt8](repeating: UInt8(ascii: "x"), count: bytes))
        usleep(20_000)
        try client.send(line: "")
    }

    /// A client whose line of so many bytes has no end yet.
    private static func unfinished(_ talk: Talk, bytes: Int) throws -> Connection {
        let client = try talk.connect()
        #expect(try client.ask("sales.x {}").isOK)
        try client.send([UInt8](repeating: UInt8(ascii: "y"), count: bytes))
        // It is not refused: the server has it, and waits for more.
        #expect(throws: ClientFailure.timedOut(seconds: 1)) {
            try client.receive(timeoutSeconds: 1)
        }
        return client
    }

    @Test("unfinished lines of all clients together")
    func unfinished() async throws {
        var limits = ServerLimits()
        limits.lineBytesMax = 8_000
        limits.unfinishedBytesMax = 10_000
        try await Rig(limits: limits).talk { talk in
            let slow = try Self.unfinished(talk, bytes: 7_000)
            let other = try talk.connect()
            try talk.wait("no room for another unfinished line") {
                try? Self.sendInParts(other, bytes: 7_000)
                return (try? other.code()) == "overloaded"
            }
            // Whole lines need no such room, and the client who was refused is served.
            #expect(try other.ask("sales.other {}").isOK)
            // The line that has the room is finished, and the room is free.
            try slow.send(line: "")
            #expect(try slow.line()?.hasPrefix("ok") == true)
            try talk.wait("room for an unfinished line") {
                try? Self.sendInParts(other, bytes: 7_000)
                return (try? other.line()?.hasPrefix("ok")) == true
            }
        }
    }

    @Test("a client that goes leaves the room of its unfinished line")
    func gone() async throws {
        var limits = ServerLimits()
        limits.lineBytesMax = 8_000
        limits.unfinishedBytesMax = 10_000
        try await Rig(limits: limits).talk { talk in
            let other = try talk.connect()
            do {
                let lost = try Self.unfinished(talk, bytes: 7_000)
                try talk.wait("no room for another unfinished line") {
                    try? Self.sendInParts(other, bytes: 7_000)
                    return (try? other.code()) == "overloaded"
                }
                withExtendedLifetime(lost) {}
            }
            try talk.wait("room for an unfinished line") {
                try? Self.sendInParts(other, bytes: 7_000)
                return (try? other.line()?.hasPrefix("ok")) == true
            }
        }
    }

    @Test("subscriptions: one too many is refused, and a place that becomes free is given")
    func subscriptions() async throws {
        var limits = ServerLimits()
        limits.subscriptionsMax = 1
        try await Rig(limits: limits).talk { talk in
            let waiting = try talk.connect()
            do {
                let first = try talk.connect()
                #expect(try first.ask("subscribe from=1 tag=a {}").body["tag"] == .string("a"))
                try waiting.send(line: "subscribe from=1 tag=b {}")
                let line = try #require(try waiting.line())
                let refused = try #require(Answer(line: line))
                #expect(refused.code == "too-many-subscriptions")
                #expect(refused.message.contains("At most 1 clients"))
                #expect(refused.body["tag"] == .string("b"))
                // Who is refused is served on.
                #expect(try waiting.ask("sales.other {}").isOK)
                withExtendedLifetime(first) {}
            }
            try talk.wait("a free place") {
                (try? waiting.ask("subscribe from=1 {}").isOK) == true
            }
        }
    }

    // swift-format-ignore
    static let badSubscriptions = [
        ("subscribe from=soon {}", "bad-option"),
        (#"subscribe {"stream":["a/b"]}"#, "unknown-field"),
        (#"subscribe {"streams":"a/b"}"#, "wrong-type"),
        (#"subscribe {"types":[1]}"#, "wrong-type"),
        ("subscribe {\"streams\":[" + Array(repeating: "\"a/b\"", count: 101).joined(separator: ",") + "]}", "wrong-type"),
    ]

    @Test("a subscription that is none takes no place")
    func badSubscriptions() async throws {
        var limits = ServerLimits()
        limits.subscriptionsMax = 1
        try await Rig(limits: limits).talk { talk in
            let client = try talk.connect()
            for (line, code) in Self.badSubscriptions {
                #expect(try client.ask(line).code == code, "\(line.prefix(60))")
            }
            #expect(try client.ask("subscribe {}").isOK)
        }
    }

    @Test("one connection follows the log once")
    func twice() async throws {
        try await Rig(service: EchoService(pagesMax: 0)).talk { talk in
            let client = try talk.connect()
            #expect(try client.ask("subscribe from=1 {}").isOK)
            #expect(try client.ask("subscribe from=1 {}").code == "already-subscribed")
        }
    }

    @Test("a server that stops takes nothing more, and nobody else comes in")
    func whileStopping() async throws {
        let rig = try await Rig()
        let service = rig.service
        service.hold()
        let socket = rig.scratch.socket
        let client = try Connection(path: socket)
        try client.send(line: "sales.first {}")
        while service.heldCount < 1 { try await Task.sleep(for: .milliseconds(5)) }
        async let stopped: Void = rig.server.stop()
        while FileManager.default.fileExists(atPath: socket) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(throws: ClientFailure.notRunning(path: socket)) { try Connection(path: socket) }
        // What was read before it stopped reading is answered still.
        var taken = 0
        while taken < service.commands {
            taken = service.commands
            try client.send(line: "sales.later {}")
            try await Task.sleep(for: .milliseconds(50))
        }
        service.release()
        #expect(try client.line()?.contains("sales.first") == true)
        for _ in 1..<taken { #expect(try client.line()?.contains("sales.later") == true) }
        // What was not read breaks the connection, it is not answered.
        let rest = try? client.line()
        #expect((rest ?? nil) == nil)
        await stopped
        #expect(service.commands == taken)
    }

    @Test("a client that never reads its answers does not hold up the end")
    func deafAtTheEnd() async throws {
        var limits = ServerLimits()
        limits.stopSecondsMax = 1
        let service = EchoService(replyBytes: 1 << 20)
        let rig = try await Rig(limits: limits, service: service)
        let deaf = try Connection(path: rig.scratch.socket)
        for number in 0..<8 { try deaf.send(line: "sales.c\(number) {}") }
        while service.commands < 1 { try await Task.sleep(for: .milliseconds(5)) }
        // Without the limit this would wait for ever.
        await rig.server.stop()
        withExtendedLifetime(deaf) {}
    }
}
