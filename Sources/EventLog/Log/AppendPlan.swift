/// The checks and hashes of an append, the same for every implementation.
struct AppendPlan {
    private var encoder = RecordEncoder()

    /// Encodes `drafts` behind `end`, gives each stored value to `write`, and returns the new end.
    ///
    /// - Parameters:
    ///   - drafts: Events in order.
    ///   - end: Where the log ends.
    ///   - write: Takes position and stored value; the bytes are valid during the call only.
    /// - Returns: The new end, and the events as they will be stored.
    /// - Throws: ``AppendFailure``, also what `write` throws; the log's end has not moved then.
    mutating func run(
        _ drafts: [DraftEvent], after end: LogEnd,
        write: (Position, RawSpan) throws(AppendFailure) -> Void
    ) throws(AppendFailure) -> (end: LogEnd, events: [StoredEvent]) {
        var end = end
        var events: [StoredEvent] = []
        events.reserveCapacity(drafts.count)
        for index in drafts.indices {
            // One copy, so that its references are counted once.
            let draft = drafts[index]
            let recordedAt = draft.content.envelope.recordedAtMicroseconds
            guard recordedAt >= end.lastRecordedAtMicroseconds else {
                throw .timeRunsBackward(
                    index: index, recordedAtMicroseconds: recordedAt,
                    lastMicroseconds: end.lastRecordedAtMicroseconds)
            }
            let leaf: Digest256
            do throws(RecordFailure) {
                leaf = try encoder.encode(
                    draft.content.envelope, payload: draft.content.payload)
            } catch { throw .invalid(index: index, error) }
            let position = end.next
            let stored = encoder.stored
            let recordBytes = stored.byteCount
            try write(position, stored)
            end.frontier.append(leaf)
            end.lastRecordedAtMicroseconds = recordedAt
            events.append(
                StoredEvent(
                    position: position, draft: consume draft, leafHash: leaf,
                    recordBytes: recordBytes))
        }
        return (end, events)
    }
}
