internal import Business
internal import DequeModule
internal import Dispatch
internal import Records
internal import Synchronization

/// Work that the writer's thread does on states that only it may touch.
typealias WriterJob = @Sendable (WriterCore) -> Void

/// What waits for the writer, bounded.
final class Mailbox: Sendable {
    /// Commands that may wait at once.
    let waitingMax: Int

    enum Item: Sendable {
        case command(Submission, ClientPresence?, reply: @Sendable (CommandReply) -> Void)
        case job(WriterJob)
    }

    private struct State {
        var items: Deque<Item> = []
        var isClosed = false
        var endsAdvance = false
        var isSignalled = false
    }

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    /// Puts an item behind the others; false when the mailbox is full or closed.
    func put(_ item: Item) -> Bool {
        let (accepted, signals) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed, state.items.count < waitingMax else {
                return (false, false)
            }
            state.items.append(item)
            defer { state.isSignalled = true }
            return (true, !state.isSignalled)
        }
        if signals { semaphore.signal() }
        return accepted
    }

    /// Takes up to `limit` items in order; an empty list when nothing waits.
    func take(upTo limit: Int) -> [Item] {
        state.withLock { state in
            let count = min(limit, state.items.count)
            let taken = Array(state.items.prefix(count))
            state.items.removeFirst(count)
            return taken
        }
    }

    /// Waits until something was put, the mailbox was closed, or the time is over.
    func wait(microseconds: Int64) {
        let isReady = state.withLock { state -> Bool in
            let ready = !state.items.isEmpty || state.isClosed
            if !ready { state.isSignalled = false }
            return ready
        }
        if isReady { return }
        _ = semaphore.wait(timeout: .now() + .microseconds(Int(clamping: microseconds)))
    }

    var isEmpty: Bool { state.withLock { $0.items.isEmpty } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether a clock that moves is to stand where it is: the daemon is about to stop.
    var endsAdvance: Bool { state.withLock { $0.endsAdvance } }

    /// Lets a clock that moves stand where it is, and answers who asked for it.
    func endAdvance() {
        state.withLock { $0.endsAdvance = true }
        semaphore.signal()
    }

    /// Takes no more; what waits is still done.
    func close() {
        state.withLock { $0.isClosed = true }
        semaphore.signal()
    }
}
