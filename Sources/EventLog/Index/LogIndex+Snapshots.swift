internal import LMDB
internal import Synchronization

/// A stream's state as a layer above keeps it, so that a long stream need not be folded from its
/// first event.
///
/// Derived: what is not there, or is of another form, is folded from the log.
package struct StreamSnapshot: Sendable, Equatable {
    /// The last event that is folded in.
    package let head: StreamHead
    /// What the bytes are and which code folded them.
    package let form: Digest256
    /// The state.
    package let bytes: [UInt8]

    /// A snapshot from its parts.
    package init(head: StreamHead, form: Digest256, bytes: [UInt8]) {
        self.head = head
        self.form = form
        self.bytes = bytes
    }

    private static let headerBytes = 48

    /// Version and position in 8 bytes each, big-endian, the form in 32, then the state.
    var row: [UInt8] {
        IndexKey.appending(
            head.position.rawValue, to: IndexKey.appending(UInt64(head.version), to: []))
            + form.bytes + bytes
    }

    /// Reads a row; nil when it is none.
    init?(row: [UInt8]) {
        guard row.count >= Self.headerBytes,
            let version = IndexKey.trailingNumber(Array(row[..<8]).span.bytes),
            let position = IndexKey.trailingNumber(Array(row[8..<16]).span.bytes),
            let form = Digest256(Array(row[16..<Self.headerBytes]))
        else { return nil }
        self.init(
            head: StreamHead(version: Int(clamping: version), position: Position(position)),
            form: form, bytes: Array(row[Self.headerBytes...]))
    }
}

extension LogIndex {
    /// Snapshots that wait for the next flush at the most; further ones are not kept.
    package static let pendingSnapshotsMax = 4_096
    /// Bytes of a state that is kept.
    package static let snapshotBytesMax = 1 << 20

    /// Keeps the state of a stream after an event that was applied; it replaces an older one.
    ///
    /// It enters the file with the next flush that reaches the event.
    package func keep(_ snapshot: StreamSnapshot, of stream: String) {
        guard snapshot.bytes.count <= Self.snapshotBytesMax else { return }
        let name = ByteText(stream)
        state.withLock { state in
            guard snapshot.head.position <= state.applied,
                state.snapshots.count < Self.pendingSnapshotsMax || state.snapshots[name] != nil
            else { return }
            state.snapshots[name] = snapshot
        }
    }

    /// The last state of a stream that was kept; nil when none was.
    package func snapshot(of stream: String) throws(IndexFailure) -> StreamSnapshot? {
        let name = ByteText(stream)
        if let pending = state.withLock({ $0.snapshots[name] }) { return pending }
        return try inFile { (transaction) throws(IndexFailure) in
            do throws(StoreFailure) {
                return try transaction.copy(of: Array(stream.utf8), in: tables.snapshots)
                    .flatMap { StreamSnapshot(row: $0) }
            } catch { throw .store(error) }
        }
    }

    /// Snapshots of events up to the one that a flush reaches, in the order of their keys.
    func pendingSnapshots(through reached: Position?) -> [(ByteText, StreamSnapshot)] {
        guard let reached else { return [] }
        return state.withLock { state in
            state.snapshots.filter { $0.value.head.position <= reached }
        }.sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
            .map { ($0.key, $0.value) }
    }

    /// Lets go what was written, unless a newer one came meanwhile.
    func removePending(_ written: [(ByteText, StreamSnapshot)]) {
        state.withLock { state in
            for (stream, snapshot) in written where state.snapshots[stream] == snapshot {
                state.snapshots[stream] = nil
            }
        }
    }
}
