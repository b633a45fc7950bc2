internal import Engine
internal import Glibc
package import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A count of something that all connections share, never above its limit.
final class Budget: Sendable {
    private let used = Mutex(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take(_ count: Int) -> Bool {
        if count == 0 { return true }
        return used.withLock { used in
            guard used + count <= limit else { return false }
            used += count
            return true
        }
    }

    /// Takes a place whether there is one or not.
    func force(_ count: Int) {
        if count > 0 { used.withLock { $0 += count } }
    }

    func give(back count: Int) { used.withLock { $0 -= count } }
}

/// What `SO_PEERCRED` gives: the kernel's `struct ucred`, which Glibc shows to GNU programs only.
///
/// - Source: unix(7).
private struct PeerCredentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
}

/// Lets other threads reach the event loop for as long as there is one.
///
/// What was asked by a client that has gone may be answered after the server has stopped.
final class LoopGate: Sendable {
    private let isOpen = Mutex(true)

    func execute(on loop: any EventLoop, _ task: @escaping @Sendable () -> Void) {
        isOpen.withLock { isOpen in
            if isOpen { loop.execute(task) }
        }
    }

    func close() { isOpen.withLock { $0 = false } }
}

/// What all connections share.
final class ConnectionHub: Sendable {
    let service: any RequestService
    let limits: ServerLimits
    let logger: Logger
    let queries: NIOThreadPool
    let connections: Budget
    let subscriptions: Budget
    let unfinishedBytes: Budget
    /// Bytes of long replies that clients have not read.
    let unreadBytes: Budget
    let gate = LoopGate()
    /// The connections that are open, to be ended in order.
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(service: any RequestService, limits: ServerLimits, logger: Logger, queries: NIOThreadPool)
    {
        self.service = service
        self.limits = limits
        self.logger = logger
        self.queries = queries
        connections = Budget(limit: limits.connectionsMax)
        subscriptions = Budget(limit: limits.subscriptionsMax)
        unfinishedBytes = Budget(limit: limits.unfinishedBytesMax)
        unreadBytes = Budget(limit: limits.unreadBytesMax)
    }
}

extension ConnectionHub {
    func add(_ channel: any Channel) {
        open.withLock { $0[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            self.open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    /// Takes no more requests, lets those at hand be answered, and ends all connections; a client
    /// that does not read its answers is cut off after a while.
    func drain() async {
        let channels = open.withLock { Array($0.values) }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ServerIsStopping())
            let late = channel.eventLoop.scheduleTask(
                in: .seconds(Int64(limits.stopSecondsMax))
            ) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in late.cancel() }
        }
        for channel in channels { try? await channel.closeFuture.get() }
    }
}

/// Tells a connection to end when what was asked is answered.
struct ServerIsStopping: Sendable {}

/// Why the socket cannot be served.
package enum SocketFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Somebody answers there.
    case taken(path: String)
    /// The path is longer than a socket's address holds.
    case pathTooLong(path: String, bytesMax: Int)
    /// Something that is no socket stands there.
    case notASocket(path: String)
    /// It cannot be made.
    case failed(path: String, reason: String)

    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .taken(let path):
            "another daemon answers on \(path); stop it, or choose another path with --socket"
        case .pathTooLong(let path, let bytesMax):
            "the socket's path \(path) is longer than \(bytesMax) bytes; choose a shorter one with --socket"
        case .notASocket(let path):
            "\(path) is there and is no socket; move it away, or choose another path with --socket"
        case .failed(let path, let reason):
            "the socket \(path) cannot be made: \(reason)"
        }
    }
}

/// Tells one client too many why it is not served, and closes.
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connectionsMax: Int

    init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

    func channelActive(context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 128)
        buffer.writeString(
            "error too-many-connections {\"message\":\"At most \(connectionsMax) clients are served at once; try again later.\"}\n"
        )
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Serves the line protocol on a Unix socket.
package final class SocketServer: Sendable {
    private let hub: ConnectionHub
    private let group: MultiThreadedEventLoopGroup
    private let path: String
    private let listening = Mutex<(any Channel)?>(nil)

    /// Threads that answer queries.
    private static let queryThreads = 2
    /// Bytes of `sockaddr_un.sun_path` without its closing zero.
    private static let pathBytesMax = 107

    /// A server over what stands behind the protocol.
    package init(
        path: String, service: any RequestService, limits: ServerLimits = ServerLimits(),
        logger: Logger
    ) {
        self.path = path
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pool = NIOThreadPool(numberOfThreads: Self.queryThreads)
        pool.start()
        hub = ConnectionHub(service: service, limits: limits, logger: logger, queries: pool)
    }

    /// Takes the socket and serves from now on.
    package func start() async throws(SocketFailure) {
        try claimPath()
        do {
            let hub = self.hub
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(
                    .writeBufferWaterMark,
                    value: .init(
                        low: hub.limits.unsentBytesMax / 4, high: hub.limits.unsentBytesMax)
                )
                .childChannelInitializer { Self.welcome($0, hub) }
            let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
            listening.withLock { $0 = channel }
            chmod(path, 0o660)
        } catch {
            throw .failed(path: path, reason: "\(error)")
        }
    }

    /// Tells the newcomer who he is to us, or that there are too many.
    private static func welcome(
        _ channel: any Channel, _ hub: ConnectionHub
    ) -> EventLoopFuture<Void> {
        guard hub.connections.take(1) else {
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    RefusalHandler(connectionsMax: hub.limits.connectionsMax))
            }
        }
        channel.closeFuture.whenComplete { _ in hub.connections.give(back: 1) }
        hub.add(channel)
        return peer(of: channel).flatMapThrowing { peer in
            try channel.pipeline.syncOperations.addHandler(
                ConnectionHandler(peer: peer, hub: hub))
        }
    }

    /// The user at the other end, by the kernel's word.
    private static func peer(of channel: any Channel) -> EventLoopFuture<Peer> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map { Peer.user(id: $0.uid) }
    }

    /// Stops listening, lets what was asked be answered, and closes all connections.
    package func stop() async {
        let channel = listening.withLock { channel in
            defer { channel = nil }
            return channel
        }
        if let channel {
            try? await channel.close()
            unlink(path)
        }
        await hub.drain()
        // What reads a page for a client that has gone may still write to it: the loop ends last.
        try? await hub.queries.shutdownGracefully()
        hub.gate.close()
        try? await group.shutdownGracefully()
    }

    /// Refuses a path that cannot be served, before anything is made for it.
    ///
    /// - Parameter path: Where the socket is to be.
    /// - Throws: ``SocketFailure``.
    package static func requireUsable(_ path: String) throws(SocketFailure) {
        _ = try leftOver(at: path)
    }

    /// Makes way for the socket: a left-over one goes, one that answers is respected.
    private func claimPath() throws(SocketFailure) {
        if try Self.leftOver(at: path) { unlink(path) }
    }

    /// Whether a socket stands there at which nobody answers.
    private static func leftOver(at path: String) throws(SocketFailure) -> Bool {
        guard path.utf8.count <= pathBytesMax else {
            throw .pathTooLong(path: path, bytesMax: pathBytesMax)
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        if somebodyAnswers(at: path) { throw .taken(path: path) }
        return true
    }

    private static func somebodyAnswers(at path: String) -> Bool {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { Glibc.close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: Array(path.utf8))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
