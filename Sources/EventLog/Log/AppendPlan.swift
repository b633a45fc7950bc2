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
            let recordedAt = drafts[index].envelope.recordedAtMicroseconds
            guard recordedAt >= end.lastRecordedAtMicroseconds else {
                throw .timeRunsBackward(
                    index: index, recordedAtMicroseconds: recordedAt,
                    lastMicroseconds: end.lastRecordedAtMicroseconds)
            }
            let leaf: Digest256
            do throws(RecordFailure) {
                leaf = try encoder.encodeSealed(
                    drafts[index].envelope, payload: drafts[index].payload)
            } catch { throw .invalid(index: index, error) }
            let position = end.next
            try write(position, encoder.bytes.span.bytes)
            end.frontier.append(leaf)
            end.lastRecordedAtMicroseconds = recordedAt
            events.append(
                StoredEvent(
                    position: position, envelope: drafts[index].envelope,
                    payload: drafts[index].payload, leafHash: leaf,
                    recordBytes: encoder.bytes.count))
        }
        return (end, events)
    }
}

extension RecordEncoder {
    /// Replaces ``bytes`` by the stored value, record and leaf hash, and returns the hash.
    mutating func encodeSealed(
        _ envelope: Envelope, payload: [UInt8]
    ) throws(RecordFailure) -> Digest256 {
        try encode(envelope, payload: payload)
        let leaf = MerkleFrontier.leaf(bytes.span.bytes)
        append(leaf)
        return leaf
    }
}
