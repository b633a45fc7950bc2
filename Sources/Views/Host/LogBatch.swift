package import Business
package import EventLog

/// Reads a stored event as a fact; throws where it cannot.
package typealias EventDecode = @Sendable (EventView) throws -> RecordedEvent

/// Events of the log in order, as far as a view cares about them.
struct LogBatch: Sendable {
    /// One event, or what is known of one that could not be decoded.
    enum Entry: Sendable {
        case event(RecordedEvent)
        case undecodable(position: UInt64, stream: String, type: String, reason: String)

        var position: UInt64 {
            switch self {
            case .event(let event): event.position
            case .undecodable(let position, _, _, _): position
            }
        }
    }

    var entries: [Entry] = []
    /// The position up to which the log is covered.
    var reached: UInt64
    /// The leaf hash of the event there.
    var leafHash: Digest256?
}

/// Reads batches for one view, or for several that are folded together.
struct LogBatchReader: Sendable {
    let log: any EventLog
    let types: EventTypeSet
    let decode: EventDecode

    /// Events after `position` and not after `last`, within a budget of events of the log.
    func batch(
        after position: UInt64, through last: UInt64, events eventsMax: Int
    ) throws(LogFailure) -> LogBatch {
        var batch = LogBatch(reached: position)
        let wanted = Int(min(UInt64(eventsMax), last - position))
        guard wanted > 0 else { return batch }
        // Leaf hashes are checked for the events that are decoded; the rest is not looked into.
        _ = try log.scan(
            from: Position(position + 1),
            budget: ReadBudget(events: wanted, bytes: Self.bytesMax), verifying: false
        ) { (view) throws(LogFailure) in
            if view.typeBytes.withUnsafeBytes({ types.contains($0) }) {
                guard view.isIntact else { throw .damaged(view.position) }
                batch.entries.append(entry(view))
            }
            batch.reached = view.position.rawValue
            batch.leafHash = view.leafHash
            return true
        }
        return batch
    }

    /// All events after `position` and not after `last`, however large they are.
    func whole(after position: UInt64, through last: UInt64) throws(LogFailure) -> LogBatch {
        var whole = LogBatch(reached: position)
        while whole.reached < last {
            let part = try batch(
                after: whole.reached, through: last, events: Int(last - whole.reached))
            guard part.reached > whole.reached else {
                throw .missing(Position(whole.reached + 1))
            }
            whole.entries.append(contentsOf: part.entries)
            whole.reached = part.reached
            whole.leafHash = part.leafHash
        }
        return whole
    }

    private func entry(_ view: EventView) -> LogBatch.Entry {
        do {
            return .event(try decode(view))
        } catch {
            return .undecodable(
                position: view.position.rawValue, stream: view.stream, type: view.type,
                reason: "\(error)")
        }
    }

    /// Bytes of stored records that one batch reads at the most.
    private static let bytesMax = 16 << 20
}
