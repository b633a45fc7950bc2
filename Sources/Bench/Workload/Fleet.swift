package import Client
internal import Glibc

/// One client of a fleet: says what to send next, and hears the answer.
package protocol FleetClient: AnyObject {
    /// The next line with its newline; nil when this client waits or has nothing more to say.
    func next() -> [UInt8]?
    /// The answer to the line before, without its newline.
    func take(_ answer: ArraySlice<UInt8>, microseconds: UInt64)
}

/// Many clients of one daemon on one thread, each with one request in flight.
///
/// One thread, because the daemon needs the machine more than its clients do.
package final class Fleet {
    private struct Member {
        let client: any FleetClient
        let descriptor: Int32
        var received: [UInt8] = []
        var unsent: ArraySlice<UInt8> = []
        var sentAt: UInt64 = 0
        var isWaiting = false
        var isBlocked = false
    }

    private var members: [Member] = []
    private var polled: [pollfd] = []
    private let watch = Stopwatch()
    /// Whether the daemon closed a connection.
    package private(set) var hasLostConnection = false
    private var inFlight = 0

    private static let chunkBytes = 64 << 10
    /// How long the thread sleeps before it asks clients that had nothing to say again.
    private static let idleMilliseconds: Int32 = 5

    /// A fleet of clients, all connected.
    package init(_ clients: [any FleetClient], socket: String) throws(ClientFailure) {
        for client in clients {
            let descriptor = try Self.connected(to: socket)
            members.append(Member(client: client, descriptor: descriptor))
            polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    deinit {
        for member in members { close(member.descriptor) }
    }

    private static func connected(to path: String) throws(ClientFailure) -> Int32 {
        let bytes = Array(path.utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .pathTooLong(path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .broken(reason: String(cString: strerror(errno))) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw .notRunning(path: path)
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    /// Works until `isOver` says so, all have nothing more to say, or the daemon is gone.
    ///
    /// - Parameters:
    ///   - drains: Whether what is in flight at the end is waited for.
    ///   - isOver: Asked after each round of answers.
    package func run(drains: Bool = true, until isOver: () -> Bool) {
        while !hasLostConnection {
            let over = isOver()
            if over, !drains || inFlight == 0 { return }
            if !over {
                for index in members.indices where !members[index].isWaiting { send(index) }
            }
            guard poll(&polled, nfds_t(polled.count), Self.idleMilliseconds) > 0 else { continue }
            for index in polled.indices where polled[index].revents != 0 {
                let happened = Int32(polled[index].revents)
                polled[index].revents = 0
                if happened & POLLOUT != 0 { flush(index) }
                if happened & (POLLIN | POLLHUP | POLLERR) != 0 { receive(index) }
            }
        }
    }

    private func send(_ index: Int) {
        guard let line = members[index].client.next() else { return }
        members[index].isWaiting = true
        members[index].sentAt = watch.microseconds
        members[index].unsent = line[...]
        inFlight += 1
        flush(index)
    }

    private func flush(_ index: Int) {
        while !members[index].unsent.isEmpty {
            let sent = members[index].unsent.withUnsafeBytes {
                Glibc.send(members[index].descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno != EAGAIN {
                hasLostConnection = true
                return
            }
            guard sent > 0 else { break }
            members[index].unsent = members[index].unsent.dropFirst(sent)
        }
        let isBlocked = !members[index].unsent.isEmpty
        guard isBlocked != members[index].isBlocked else { return }
        members[index].isBlocked = isBlocked
        polled[index].events = Int16(isBlocked ? POLLIN | POLLOUT : POLLIN)
    }

    private func receive(_ index: Int) {
        let count = withUnsafeTemporaryAllocation(
            byteCount: Self.chunkBytes, alignment: 1
        ) { buffer -> Int in
            let count = recv(members[index].descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { members[index].received.append(contentsOf: buffer[..<count]) }
            return count
        }
        guard count > 0 else {
            if count == 0 || errno != EAGAIN { hasLostConnection = true }
            return
        }
        takeLines(index)
    }

    /// Gives the client its answer, and lines that came without a question, as a subscriber's.
    private func takeLines(_ index: Int) {
        var start = 0
        let received = members[index].received
        while let newline = received[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let spent = watch.microseconds - members[index].sentAt
            if members[index].isWaiting {
                members[index].isWaiting = false
                inFlight -= 1
            }
            members[index].client.take(received[start..<newline], microseconds: spent)
            start = newline + 1
        }
        if start > 0 { members[index].received.removeSubrange(..<start) }
    }
}
