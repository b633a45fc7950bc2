import Dispatch
import EventLog
import Synchronization

/// A log in memory whose appends a test can hold up and let fail.
final class GatedLog: EventLog {
    private struct State {
        var isHeld = false
        var failures: [AppendFailure] = []
        var freeDisk: AppendFailure?
        var appends: [[String]] = []
    }

    private let log = MemoryEventLog()
    private let state = Mutex(State())
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    var end: LogEnd { log.end }
    var tail: LogTail { log.tail }

    /// The next append waits until it is let go.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Waits until an append is held up.
    func waitUntilHeld() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [entered] in
                entered.wait()
                continuation.resume()
            }
        }
    }

    /// Lets the held append go; the one after it fails where that is said.
    func letGo(failingNext failure: AppendFailure? = nil) {
        state.withLock { $0.failures = failure.map { [$0] } ?? [] }
        opened.signal()
    }

    /// The types of the events that were appended at once, from the last time that they were
    /// forgotten on.
    var appends: [[String]] { state.withLock { $0.appends } }

    func forgetAppends() { state.withLock { $0.appends = [] } }

    /// Whether the disk has what is kept free: nil that it has, else what is answered.
    func setFreeDisk(_ failure: AppendFailure?) { state.withLock { $0.freeDisk = failure } }

    func checkFreeDisk() throws(AppendFailure) {
        if let failure = state.withLock({ $0.freeDisk }) { throw failure }
    }

    func append(
        _ drafts: [DraftEvent], expecting next: Position
    ) throws(AppendFailure) -> [StoredEvent] {
        let (isHeld, failure) = state.withLock { state -> (Bool, AppendFailure?) in
            defer { state.isHeld = false }
            return (state.isHeld, state.failures.popLast())
        }
        if isHeld {
            entered.signal()
            opened.wait()
        }
        if let failure { throw failure }
        let stored = try log.append(drafts, expecting: next)
        state.withLock { $0.appends.append(drafts.map(\.envelope.type)) }
        return stored
    }

    func scan(
        from start: Position, budget: ReadBudget, verifying: Bool,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Position {
        try log.scan(from: start, budget: budget, verifying: verifying, body)
    }

    func visit(
        _ positions: [Position], _ body: (EventView) throws(LogFailure) -> Void
    ) throws(LogFailure) {
        try log.visit(positions, body)
    }
}
