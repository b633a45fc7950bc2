import Client
import Engine
import Foundation
import Logging
import Records
import Server
import Synchronization
import TestSupport
import Testing

/// A service that repeats what it is asked, at once or when it is let.
final class EchoService: RequestService {
    private struct State {
        var held: [@Sendable () -> Void] = []
        var commands = 0
        var pages = 0
        var isHolding = false
    }

    private let state = Mutex(State())
    let replyBytes: Int
    private let pagesMax: Int

    init(replyBytes: Int = 0, pagesMax: Int = .max) {
        self.replyBytes = replyBytes
        self.pagesMax = pagesMax
    }

    /// Commands that reached the service.
    var commands: Int { state.withLock { $0.commands } }
    /// Pages that subscriptions asked for.
    var pages: Int { state.withLock { $0.pages } }
    /// Commands that wait for ``release(lastFirst:)``.
    var heldCount: Int { state.withLock { $0.held.count } }

    /// Keeps the replies to commands until ``release(lastFirst:)``.
    func hold() { state.withLock { $0.isHolding = true } }

    /// Sends the replies that were kept.
    func release(lastFirst: Bool = false) {
        let held = state.withLock { state in
            defer {
                state.held = []
                state.isHolding = false
            }
            return state.held
        }
        for send in lastFirst ? held.reversed() : held { send() }
    }

    func command(
        _ request: Request, peer: Peer, presence: ClientPresence,
        reply: @escaping @Sendable (String) -> Void
    ) {
        let filler = String(repeating: "x", count: replyBytes)
        let line = "ok {\"verb\":\"\(request.verb)\",\"filler\":\"\(filler)\"}"
        let isHeld = state.withLock { state in
            state.commands += 1
            if state.isHolding { state.held.append { reply(line) } }
            return state.isHolding
        }
        if !isHeld { reply(line) }
    }

    func answer(
        _ request: Request, peer: Peer, progress: @escaping @Sendable (String) -> Void
    ) -> String {
        "ok {\"subject\":\"\(request.subject)\"}"
    }

    func events(
        from position: UInt64, filter: SubscriptionFilter, bytesMax: Int, caller: Caller
    ) throws -> (lines: [String], next: UInt64) {
        let isOver = state.withLock { state in
            state.pages += 1
            return state.pages > pagesMax
        }
        if isOver { return ([], position) }
        let line =
            "event {\"position\":\(position),\"filler\":\""
            + String(repeating: "x", count: bytesMax) + "\"}"
        return ([line], position + 1)
    }

    func observeTail(_ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void { {} }

    func refusalToFollow(_ caller: Caller) -> String? { nil }
}

/// A server in this process, and its clients.
struct Rig {
    let scratch: Scratch
    let server: SocketServer
    let service: EchoService

    init(
        limits: ServerLimits = ServerLimits(), service: EchoService = EchoService()
    ) async throws {
        scratch = try Scratch()
        self.service = service
        server = SocketServer(
            path: scratch.socket, service: service, limits: limits, logger: Logger(label: "test"))
        try await server.start()
    }

    /// Talks to the server on a thread of its own, then stops it.
    func talk<Result: Sendable>(
        _ body: @escaping @Sendable (Talk) throws -> Result
    ) async throws -> Result {
        let talk = Talk(socket: scratch.socket, service: service)
        do {
            let result = try await onThread { try body(talk) }
            await server.stop()
            return result
        } catch {
            service.release()
            await server.stop()
            throw error
        }
    }
}

/// What a test needs to talk to a server.
struct Talk: Sendable {
    let socket: String
    let service: EchoService
    static let timeoutSeconds = 20

    func connect() throws -> Connection { try Connection(path: socket) }

    /// Waits until something is true, at most for some seconds.
    func wait(_ what: String, until isTrue: () -> Bool) throws {
        for _ in 0..<(Self.timeoutSeconds * 100) {
            if isTrue() { return }
            usleep(10_000)
        }
        Issue.record("waited in vain for \(what)")
    }
}

extension Connection {
    /// The next line; nil when the server closed the connection.
    func line() throws -> String? { try receive(timeoutSeconds: Talk.timeoutSeconds) }

    /// The code of the next line when it is an error.
    func code() throws -> String? {
        guard let line = try line(), let answer = Answer(line: line), !answer.isOK else {
            return nil
        }
        return answer.code
    }
}
