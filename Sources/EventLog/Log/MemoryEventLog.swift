internal import Synchronization

/// A log in memory: the twin of ``LMDBEventLog`` for tests and rehearsals.
package final class MemoryEventLog: EventLog {
    private struct State {
        var plan = AppendPlan()
        var end = LogEnd.empty
        /// Stored values as a disk would hold them, by position - 1.
        var stored: [[UInt8]] = []
    }

    private let state = Mutex(State())

    /// Tells who waits that events were written.
    package let tail = LogTail(last: .origin)

    /// An empty log.
    package init() {}

    /// A log of stored values as a disk would hold them, checked as when they are read.
    package init(stored: [[UInt8]]) throws(LogFailure) {
        var end = LogEnd.empty
        for value in stored {
            _ = try EventView.visit(
                position: end.next, stored: value.span.bytes, verifying: true
            ) { (view) throws(LogFailure) in
                end.frontier.append(view.leafHash)
                end.lastRecordedAtMicroseconds = view.recordedAtMicroseconds
                return true
            }
        }
        state.withLock { state in
            state.stored = stored
            state.end = end
        }
        tail.publish(end.last)
    }

    /// Where the log ends now.
    package var end: LogEnd { state.withLock { $0.end } }

    /// Writes events as one unit at `next`.
    package func append(
        _ drafts: [DraftEvent], expecting next: Position
    ) throws(AppendFailure) -> [StoredEvent] {
        let events = try state.withLock { (state) throws(AppendFailure) -> [StoredEvent] in
            guard state.end.next == next else {
                throw .wrongEnd(expected: next, actual: state.end.next)
            }
            var added: [[UInt8]] = []
            let result = try state.plan.run(drafts, after: state.end) {
                (_, bytes) throws(AppendFailure) in
                added.append(bytes.withUnsafeBytes { Array($0) })
            }
            state.stored.append(contentsOf: added)
            state.end = result.end
            return result.events
        }
        if let last = events.last { tail.publish(last.position) }
        return events
    }

    /// Walks events in order; see the contract.
    package func scan(
        from start: Position, budget: ReadBudget, verifying: Bool,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Position {
        var position = max(start, .first)
        let first = position.rawValue - 1
        let slice = state.withLock { state -> [[UInt8]] in
            guard first < state.stored.count else { return [] }
            return Array(state.stored[Int(first)...].prefix(max(budget.events, 1)))
        }
        var meter = BudgetMeter(budget)
        for stored in slice {
            guard meter.takes(stored.count) else { break }
            let goesOn = try EventView.visit(
                position: position, stored: stored.span.bytes, verifying: verifying, body)
            position = position.next
            guard goesOn else { break }
        }
        return position
    }
}

extension MemoryEventLog {
    /// Gives the events at some positions, in the order asked for; see the contract.
    package func visit(
        _ positions: [Position], _ body: (EventView) throws(LogFailure) -> Void
    ) throws(LogFailure) {
        for position in positions {
            let stored = state.withLock { state -> [UInt8]? in
                guard position > .origin, position <= state.end.last else { return nil }
                return state.stored[Int(position.rawValue - 1)]
            }
            guard let stored else { throw .missing(position) }
            _ = try EventView.visit(
                position: position, stored: stored.span.bytes, verifying: true
            ) { (view) throws(LogFailure) in
                try body(view)
                return true
            }
        }
    }
}

/// Counts what one read has used of its budget.
struct BudgetMeter {
    private let budget: ReadBudget
    private var events = 0
    private var bytes = 0

    init(_ budget: ReadBudget) { self.budget = budget }

    /// Whether one more event of that size fits; the first always does.
    mutating func takes(_ size: Int) -> Bool {
        guard events == 0 || (events < budget.events && bytes + size <= budget.bytes) else {
            return false
        }
        events += 1
        bytes += size
        return true
    }
}

extension EventView {
    /// Gives one stored value to `body`, its hash compared before.
    static func visit(
        position: Position, stored: RawSpan, verifying: Bool,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Bool {
        if verifying {
            guard stored.byteCount > Digest256.byteCount else { throw .damaged(position) }
            let recordBytes = stored.byteCount - Digest256.byteCount
            let record = stored.extracting(0..<recordBytes)
            guard MerkleFrontier.leaf(record) == Digest256(stored, at: recordBytes) else {
                throw .damaged(position)
            }
        }
        let view: EventView
        do throws(RecordFailure) {
            view = try EventView(position: position, stored: stored)
        } catch { throw .unreadable(position, error) }
        return try body(view)
    }
}
