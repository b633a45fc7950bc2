internal import Dispatch
internal import Engine
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A client that follows the log: pages of events, as fast as it reads them, and no faster.
final class Subscription: Sendable {
    private struct State {
        var next: UInt64
        var isReading = false
        var isWoken = false
        var isStopped = false
        var stopObserving: (@Sendable () -> Void)?
    }

    private static let pageBytesMax = 64 << 10

    private let state: Mutex<State>
    private let filter: SubscriptionFilter
    private let caller: Caller
    private let hub: ConnectionHub
    private let channel: any Channel

    init(
        from: UInt64, filter: SubscriptionFilter, caller: Caller, hub: ConnectionHub,
        channel: any Channel
    ) {
        state = Mutex(State(next: max(1, from)))
        self.filter = filter
        self.caller = caller
        self.hub = hub
        self.channel = channel
    }

    func start() {
        let stop = hub.service.observeTail { [weak self] in self?.resume() }
        state.withLock { $0.stopObserving = stop }
        resume()
    }

    func stop() {
        let (stop, isFirst) = state.withLock { state in
            defer { state.isStopped = true }
            return (state.stopObserving, !state.isStopped)
        }
        stop?()
        if isFirst { hub.subscriptions.give(back: 1) }
    }

    /// Reads the next page if nobody is reading; otherwise the reader looks once more.
    func resume() {
        let starts = state.withLock { state -> Bool in
            guard !state.isStopped else { return false }
            if state.isReading {
                state.isWoken = true
                return false
            }
            state.isReading = true
            return true
        }
        if starts { hub.queries.submit { if $0 == .active { self.readPage() } } }
    }

    private func readPage() {
        let from = state.withLock { $0.next }
        do {
            let (lines, next) = try hub.service.events(
                from: from, filter: filter, bytesMax: Self.pageBytesMax, caller: caller)
            state.withLock { $0.next = next }
            guard !lines.isEmpty else {
                finishPage(movedOn: next > from)
                return
            }
            var buffer = channel.allocator.buffer(capacity: Self.pageBytesMax)
            for line in lines {
                buffer.writeString(line)
                buffer.writeInteger(UInt8(ascii: "\n"))
            }
            channel.writeAndFlush(buffer).whenComplete { result in
                if case .success = result { self.finishPage(movedOn: true) }
            }
        } catch {
            var buffer = channel.allocator.buffer(capacity: 256)
            buffer.writeString(
                "error log-unreadable {\"message\":\"The log could not be read.\"}\n")
            hub.logger.error("subscription failed", metadata: ["reason": "\(error)"])
            channel.writeAndFlush(buffer).whenComplete { _ in self.channel.close(promise: nil) }
        }
    }

    private func finishPage(movedOn: Bool) {
        let again = state.withLock { state -> Bool in
            state.isReading = false
            defer { state.isWoken = false }
            return state.isWoken || movedOn
        }
        if again { resume() }
    }
}
