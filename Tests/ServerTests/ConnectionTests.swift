import Client
import Foundation
import Logging
import Server
import TestSupport
import Testing

@Suite("Connections are bounded, ordered and end in order", .serialized)
struct ConnectionTests {
    @Test("pipelined requests are answered in order, whichever is decided first")
    func order() async throws {
        try await Rig().talk { talk in
            talk.service.hold()
            let client = try talk.connect()
            for number in 0..<50 { try client.send(line: "sales.c\(number) {}") }
            try talk.wait("all commands") { talk.service.heldCount == 50 }
            talk.service.release(lastFirst: true)
            for number in 0..<50 {
                #expect(try client.line()?.contains("\"sales.c\(number)\"") == true)
            }
        }
    }

    @Test("commands and questions of one client keep their order")
    func mixedOrder() async throws {
        try await Rig().talk { talk in
            talk.service.hold()
            let client = try talk.connect()
            try client.send(line: "sales.first {}")
            try client.send(line: "query sales.second {}")
            try talk.wait("the command") { talk.service.heldCount == 1 }
            talk.service.release()
            #expect(try client.line()?.contains("sales.first") == true)
            #expect(try client.line()?.contains("sales.second") == true)
        }
    }

    @Test("a client that has sent everything gets its replies, then the end")
    func halfClosed() async throws {
        try await Rig().talk { talk in
            talk.service.hold()
            let client = try talk.connect()
            for number in 0..<3 { try client.send(line: "sales.c\(number) {}") }
            client.finishSending()
            try talk.wait("all commands") { talk.service.heldCount == 3 }
            usleep(100_000)
            talk.service.release()
            for number in 0..<3 {
                #expect(try client.line()?.contains("\"sales.c\(number)\"") == true)
            }
            #expect(try client.line() == nil)
        }
    }

    @Test("a socket that may not be opened is told from one behind which nobody is")
    func mayNotBeOpened() async throws {
        let scratch = try Scratch()
        #expect(throws: ClientFailure.notRunning(path: scratch.socket)) {
            try Connection(path: scratch.socket)
        }
        #expect("\(ClientFailure.notPermitted(path: "/s"))".contains("permission denied"))
        // To root everything is open.
        guard getuid() != 0 else { return }
        try await Rig().talk { talk in
            #expect(chmod(talk.socket, 0) == 0)
            #expect(throws: ClientFailure.notPermitted(path: talk.socket)) { try talk.connect() }
        }
    }

    @Test("the client above the limit is told and closed; a place that becomes free is given")
    func tooMany() async throws {
        var limits = ServerLimits()
        limits.connectionsMax = 2
        try await Rig(limits: limits).talk { talk in
            let first = try talk.connect()
            #expect(try first.ask("sales.x {}").isOK)
            do {
                let second = try talk.connect()
                #expect(try second.ask("sales.x {}").isOK)
                let third = try talk.connect()
                #expect(try third.code() == "too-many-connections")
                #expect(try third.line() == nil)
            }
            try talk.wait("a free place") {
                guard let next = try? talk.connect() else { return false }
                return (try? next.ask("sales.x {}").isOK) == true
            }
            #expect(try first.ask("sales.x {}").isOK)
        }
    }

    @Test("a client that stops reading is not read further, and others are served")
    func stopsReading() async throws {
        let requests = 4_000
        let service = EchoService(replyBytes: 4_096)
        try await Rig(service: service).talk { talk in
            let deaf = try talk.connect()
            // One thread sends and the other receives: the two share nothing but the socket.
            nonisolated(unsafe) let sending = deaf
            let sender = Thread {
                for number in 0..<requests { try? sending.send(line: "sales.c\(number) {}") }
            }
            sender.start()
            usleep(500_000)
            let before = talk.service.commands
            // What was decided has its replies in the client's or the server's bounded buffers.
            #expect(before < 2_000, "\(before) commands of a client that does not read were taken")
            let other = try talk.connect()
            #expect(try other.ask("sales.other {}").isOK)
            for number in 0..<requests {
                let line = try deaf.line()
                #expect(line?.contains("\"sales.c\(number)\"") == true)
                if line == nil { break }
            }
        }
    }

    @Test("requests of one client in flight are bounded")
    func inFlight() async throws {
        var limits = ServerLimits()
        limits.requestsInFlightMax = 8
        try await Rig(limits: limits).talk { talk in
            talk.service.hold()
            let client = try talk.connect()
            // Each in a packet of its own, so that each is read by itself.
            for number in 0..<64 {
                try client.send(line: "sales.c\(number) {}")
                usleep(2_000)
            }
            usleep(200_000)
            #expect(talk.service.heldCount < 64)
            talk.service.release()
            for number in 0..<64 {
                #expect(try client.line()?.contains("\"sales.c\(number)\"") == true)
            }
        }
    }

    @Test("one packet with more lines than may be in flight is taken in part, and then the rest")
    func manyLinesInOnePacket() async throws {
        var limits = ServerLimits()
        limits.requestsInFlightMax = 8
        try await Rig(limits: limits).talk { talk in
            talk.service.hold()
            let client = try talk.connect()
            let lines = (0..<2_000).map { "s.c\($0) {}\n" }.joined()
            try client.send(Array(lines.utf8))
            client.finishSending()
            usleep(300_000)
            #expect(talk.service.heldCount == 8)
            talk.service.release()
            for number in 0..<2_000 {
                let line = try client.line()
                #expect(line?.contains("\"s.c\(number)\"") == true)
                if line == nil { break }
            }
            #expect(try client.line() == nil, "the client said that this was all")
        }
    }

    @Test("a subscriber who does not read is not read for")
    func slowSubscriber() async throws {
        try await Rig().talk { talk in
            let client = try talk.connect()
            #expect(try client.ask("subscribe from=1 {}").isOK)
            usleep(500_000)
            let pages = talk.service.pages
            usleep(300_000)
            #expect(talk.service.pages == pages, "pages are read though nobody takes them")
            #expect(pages < 64)
            for position in 1...100 {
                #expect(try client.line()?.contains("\"position\":\(position),") == true)
            }
            let other = try talk.connect()
            #expect(try other.ask("sales.other {}").isOK)
        }
    }

    @Test("stopping lets what was asked be answered")
    func drains() async throws {
        let rig = try await Rig()
        let service = rig.service
        service.hold()
        let socket = rig.scratch.socket
        let client = Task {
            try await onThread { () -> [String?] in
                let client = try Connection(path: socket)
                for number in 0..<5 { try client.send(line: "sales.c\(number) {}") }
                return try (0..<6).map { _ in try client.line() }
            }
        }
        while service.heldCount < 5 { try await Task.sleep(for: .milliseconds(5)) }
        async let stopped: Void = rig.server.stop()
        try await Task.sleep(for: .milliseconds(200))
        service.release()
        await stopped
        let lines = try await client.value
        for number in 0..<5 { #expect(lines[number]?.contains("\"sales.c\(number)\"") == true) }
        #expect(lines[5] == nil)
    }
}

@Suite("A socket is claimed with care", .serialized)
struct SocketPathTests {
    private func server(_ path: String) -> SocketServer {
        SocketServer(path: path, service: EchoService(), logger: Logger(label: "test"))
    }

    @Test("a socket on which somebody answers is left alone")
    func taken() async throws {
        let rig = try await Rig()
        let second = server(rig.scratch.socket)
        await #expect(throws: SocketFailure.taken(path: rig.scratch.socket)) {
            try await second.start()
        }
        await second.stop()
        // The first one still answers on its path.
        let socket = rig.scratch.socket
        let isOK = try await onThread { try Connection(path: socket).ask("sales.x {}").isOK }
        #expect(isOK)
        await rig.server.stop()
    }

    @Test("a file that is no socket is left alone")
    func notASocket() async throws {
        let scratch = try Scratch()
        try Data("precious".utf8).write(to: URL(fileURLWithPath: scratch.socket))
        let server = server(scratch.socket)
        await #expect(throws: SocketFailure.notASocket(path: scratch.socket)) {
            try await server.start()
        }
        await server.stop()
        #expect(try String(contentsOfFile: scratch.socket, encoding: .utf8) == "precious")
    }

    @Test("a path that no address holds is refused")
    func tooLong() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 120)
        let server = server(path)
        await #expect(throws: SocketFailure.pathTooLong(path: path, bytesMax: 107)) {
            try await server.start()
        }
        await server.stop()
    }

    @Test("a socket that a killed daemon left is replaced")
    func leftOver() async throws {
        let scratch = try Scratch()
        let first = server(scratch.socket)
        try await first.start()
        // A link keeps the name when the server removes its own.
        #expect(link(scratch.socket, scratch.socket + ".kept") == 0)
        await first.stop()
        #expect(rename(scratch.socket + ".kept", scratch.socket) == 0)
        let second = server(scratch.socket)
        try await second.start()
        let socket = scratch.socket
        let isOK = try await onThread { try Connection(path: socket).ask("sales.x {}").isOK }
        #expect(isOK)
        await second.stop()
    }
}
