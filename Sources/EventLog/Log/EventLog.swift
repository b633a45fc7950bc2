package import LMDB

/// The contract of a log: append if the end is as expected, read from a place, follow the tail.
///
/// Whoever holds one knows neither where it lives nor how it is kept. One thread appends; any thread
/// reads. What can be read has been flushed.
///
/// Every implementation passes the same suite (`EventLogContractTests`).
package protocol EventLog: AnyObject, Sendable {
    /// Where the log ends now: the next position, the last recorded time and the tree.
    var end: LogEnd { get }

    /// Tells who waits that events were flushed.
    var tail: LogTail { get }

    /// Where the log ended when it was copied from another one; nil for a log that is no copy.
    ///
    /// While it still ends there, nobody has written to the copy.
    var copiedAt: Position? { get }

    /// Writes events as one unit at `next`; when this returns they are on the disk.
    ///
    /// Nothing is written when it throws, except as ``AppendFailure/outcomeUnknown(_:)`` and
    /// ``AppendFailure/diskFailed(_:)`` say. An empty list changes nothing.
    func append(
        _ drafts: [DraftEvent], expecting next: Position
    ) throws(AppendFailure) -> [StoredEvent]

    /// Walks events in order from `start` until the budget is used up, the log ends or `body` is false.
    ///
    /// - Parameters:
    ///   - start: First position wanted; ``Position/origin`` means the first event.
    ///   - budget: Bounds, because a reader pins pages; go on with another call.
    ///   - verifying: Whether the leaf hash of each event is worked out again and compared.
    ///   - body: Gets each event in place; true to go on. It must be quick.
    /// - Returns: The position to go on from: one after the last event given.
    /// - Throws: ``LogFailure``, also what `body` throws.
    func scan(
        from start: Position, budget: ReadBudget, verifying: Bool,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Position

    /// Gives the events at some positions, in the order asked for, under one snapshot.
    ///
    /// For the events of a stream or an object, which lie apart. The caller bounds their number. A
    /// position that the log does not reach is ``LogFailure/missing(_:)``.
    func visit(
        _ positions: [Position], _ body: (EventView) throws(LogFailure) -> Void
    ) throws(LogFailure)

    /// Refuses when the disk has less free than the log keeps free, as an append would.
    ///
    /// For who writes something else before the events, which must not take the last of the disk.
    func checkFreeDisk() throws(AppendFailure)
}

/// How much one call may read; at least one event is given when there is one.
package struct ReadBudget: Sendable, Equatable {
    /// Events.
    package var events: Int
    /// Bytes of stored records.
    package var bytes: Int

    /// 1,024 events or 4 MiB, whatever comes first.
    package static let standard = ReadBudget(events: 1_024, bytes: 4 << 20)

    /// A budget of events and bytes.
    package init(events: Int, bytes: Int = standard.bytes) {
        self.events = events
        self.bytes = bytes
    }
}

/// Events of one bounded read.
package struct ReadPage: Sendable {
    /// The events, in log order, without gaps.
    package let events: [StoredEvent]
    /// The position to go on from.
    package let next: Position
}

/// Where a log ends.
package struct LogEnd: Sendable, Equatable {
    /// Recorded time of the last event in microseconds; `Int64.min` for an empty log.
    package var lastRecordedAtMicroseconds: Int64
    /// The Merkle tree over all events.
    package var frontier: MerkleFrontier

    /// The end of an empty log.
    package static let empty = LogEnd(
        lastRecordedAtMicroseconds: .min, frontier: MerkleFrontier())

    /// The position that the next event gets.
    package var next: Position { Position(frontier.size + 1) }
    /// The last event's position; ``Position/origin`` for an empty log.
    package var last: Position { Position(frontier.size) }
    /// Root of the tree over all events; costs some hashes.
    package var root: Digest256 { frontier.root }
}

/// Why events were not appended.
package enum AppendFailure: Error, Equatable, Sendable {
    /// The log does not end where the caller thought.
    case wrongEnd(expected: Position, actual: Position)
    /// The draft at `index` cannot be stored.
    case invalid(index: Int, RecordFailure)
    /// The draft at `index` is recorded before the event in front of it.
    case timeRunsBackward(index: Int, recordedAtMicroseconds: Int64, lastMicroseconds: Int64)
    /// Free space is below the threshold; nothing happened, reading goes on.
    case diskLow(freeBytes: UInt64, freeBytesMin: UInt64)
    /// Pages could not be written for want of space; nothing happened.
    case diskFull(StoreFailure)
    /// The flush or the meta page failed: the events may be there or not. The log is closed until
    /// it is reopened; then its end tells.
    case outcomeUnknown(StoreFailure)
    /// The device failed: the events may be there or not. The log is closed; the daemon stops.
    case diskFailed(StoreFailure)
    /// The log is closed after an earlier failure, or for good.
    case closed
    /// The store refused before anything was written.
    case store(StoreFailure)
}

/// Why events could not be read.
package enum LogFailure: Error, Equatable, Sendable {
    /// The bytes of the event at this position no longer give its leaf hash.
    case damaged(Position)
    /// The bytes of the event at this position cannot be decoded.
    case unreadable(Position, RecordFailure)
    /// No event is at this position, though later ones are.
    case missing(Position)
    /// The row that says where the log ends is absent, malformed or at odds with the events.
    case endInvalid(reason: String)
    /// The log was written by a newer program.
    case newerFormat(found: UInt32, known: UInt32)
    /// The log is closed.
    case closed
    /// The store failed.
    case store(StoreFailure)
}

extension LogFailure: CustomStringConvertible {
    /// Expected, found and remedy in one sentence.
    package var description: String {
        switch self {
        case .damaged(let position):
            "the event at position \(position) is damaged (its hash differs); restore a backup"
        case .unreadable(let position, let reason):
            "the event at position \(position) cannot be read: \(reason)"
        case .missing(let position):
            "no event is at position \(position); restore a backup"
        case .endInvalid(let reason):
            "the log's end cannot be trusted: \(reason); restore a backup"
        case .newerFormat(let found, let known):
            "the log has layout \(found), this program knows \(known); use a newer program"
        case .closed: "the log is closed"
        case .store(let failure): failure.description
        }
    }
}

extension AppendFailure: CustomStringConvertible {
    /// Expected, found and remedy in one sentence.
    package var description: String {
        switch self {
        case .wrongEnd(let expected, let actual):
            "expected the next position to be \(expected), it is \(actual)"
        case .invalid(let index, let reason): "event \(index) of the batch: \(reason)"
        case .timeRunsBackward(let index, let recordedAt, let last):
            "event \(index) of the batch is recorded at \(recordedAt), before \(last)"
        case .diskLow(let free, let minimum):
            "\(free) bytes free, \(minimum) are kept free; make room on the disk"
        case .diskFull(let failure): "nothing was written: \(failure)"
        case .outcomeUnknown(let failure): "it is not known whether it was written: \(failure)"
        case .diskFailed(let failure): "the disk failed: \(failure)"
        case .closed: "the log is closed"
        case .store(let failure): failure.description
        }
    }
}

extension EventLog {
    /// No copy.
    package var copiedAt: Position? { nil }

    /// A log that is on no disk has nothing to check.
    package func checkFreeDisk() throws(AppendFailure) {}

    /// Walks events with their leaf hashes checked; see ``scan(from:budget:verifying:_:)``.
    @discardableResult
    package func scan(
        from start: Position, budget: ReadBudget = .standard,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Position {
        try scan(from: start, budget: budget, verifying: true, body)
    }

    /// Events from `start`, decoded and copied, within the budget.
    package func read(
        from start: Position, budget: ReadBudget = .standard
    ) throws(LogFailure) -> ReadPage {
        var events: [StoredEvent] = []
        let next = try scan(from: start, budget: budget, verifying: true) {
            (view) throws(LogFailure) in
            events.append(try view.stored())
            return true
        }
        return ReadPage(events: events, next: next)
    }

    /// The events at some positions, in the order asked for; see ``visit(_:_:)``.
    package func events(at positions: [Position]) throws(LogFailure) -> [StoredEvent] {
        var events: [StoredEvent] = []
        events.reserveCapacity(positions.count)
        try visit(positions) { (view) throws(LogFailure) in events.append(try view.stored()) }
        return events
    }

    /// The event at a position; nil when the log does not reach that far.
    package func event(at position: Position) throws(LogFailure) -> StoredEvent? {
        guard position > .origin, position <= end.last else { return nil }
        return try read(from: position, budget: ReadBudget(events: 1)).events.first
    }

    /// The leaf hash of the event at a position; nil when the log does not reach that far.
    package func leafHash(at position: Position) throws(LogFailure) -> Digest256? {
        guard position > .origin, position <= end.last else { return nil }
        var found: Digest256?
        try scan(from: position, budget: ReadBudget(events: 1)) { (view) throws(LogFailure) in
            found = view.leafHash
            return false
        }
        return found
    }
}

extension EventView {
    /// The whole event to keep; what cannot be decoded is named with its position.
    package func stored() throws(LogFailure) -> StoredEvent {
        do throws(RecordFailure) {
            return try event()
        } catch { throw .unreadable(position, error) }
    }
}
