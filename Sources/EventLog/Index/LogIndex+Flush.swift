internal import LMDB
internal import Synchronization

/// What a flush wrote.
package struct IndexFlush: Sendable, Equatable {
    /// Events whose changes were written.
    package let events: Int
    /// Rows written and removed.
    package let rows: Int
    /// The position that the file has reached; nil when there was nothing to write.
    package let reached: Position?
}

extension LogIndex {
    /// Whether memory holds enough, or long enough, that it should be written.
    package func isFlushDue(millisecondsSinceFlush: Int) -> Bool {
        let pending = pendingEvents
        return pending >= options.flushEvents
            || (pending > 0 && millisecondsSinceFlush >= options.flushIntervalMilliseconds)
    }

    /// Whether memory holds so much that the writer should wait for a flush before it goes on.
    package var isOverdue: Bool { pendingEvents >= options.pendingEventsMax }

    /// Writes what memory holds into the file, in one durable commit, and lets memory go.
    ///
    /// Runs beside `apply` and look-ups. After a failure memory keeps everything, and the next flush
    /// tries again.
    @discardableResult
    package func flush() throws(IndexFailure) -> IndexFlush {
        try flushing.withLock { (_) throws(IndexFailure) in
            var events = 0
            var rows = 0
            var reached: Position?
            // Changes left over by a flush that failed go first, then those of today.
            let isLeftOver = state.withLock { $0.frozen != nil }
            for _ in 0..<(isLeftOver ? 2 : 1) {
                guard let frozen = freeze() else { break }
                rows += try write(frozen.changes)
                events += frozen.changes.eventCount
                reached = frozen.changes.reached?.position
                state.withLock { $0.frozen = nil }
            }
            try refreshFilter()
            return IndexFlush(events: events, rows: rows, reached: reached)
        }
    }

    /// Whether the file can still be read: LMDB gives an environment up when its meta page could not be
    /// written.
    package var isUsable: Bool {
        do throws(StoreFailure) {
            try environment.read { (_) throws(StoreFailure) in }
            return true
        } catch { return false }
    }

    /// Sets the active changes aside, unless some are set aside already.
    private func freeze() -> FrozenTail? {
        state.withLock { state in
            if let frozen = state.frozen { return frozen }
            guard !state.active.isEmpty else { return nil }
            let frozen = FrozenTail(state.active)
            state.active = TailChanges(tableCount: declared.count)
            state.frozen = frozen
            return frozen
        }
    }

    /// Writes changes in key order, so that each page of the file is touched once.
    private func write(_ changes: TailChanges) throws(IndexFailure) -> Int {
        let snapshots = pendingSnapshots(through: changes.reached?.position)
        let rows: Int
        do throws(StoreFailure) {
            rows = try environment.write { (transaction) throws(StoreFailure) in
                var rows = try transaction.write(changes.sortedStreamRows(), to: tables.streams)
                // The first event of a key is kept for ever.
                rows += try transaction.write(
                    changes.sortedKeyRows(), to: tables.keys, mode: .insert)
                rows += try transaction.write(changes.sortedObjectRows(), to: tables.objects)
                for (number, map) in changes.tables.enumerated() {
                    rows += try transaction.write(
                        map.rows.map { ($0.key, $0.value) }, to: tables.declared[number])
                }
                if let first = changes.first {
                    try transaction.put(first.bytes, for: IndexFile.firstKey, in: tables.meta)
                }
                if let reached = changes.reached {
                    try transaction.put(
                        IndexFile.reachedRow(reached.position, reached.leafHash),
                        for: IndexFile.reachedKey, in: tables.meta)
                }
                for (stream, snapshot) in snapshots {
                    try transaction.put(
                        snapshot.row, for: Array(stream.text.utf8), in: tables.snapshots)
                }
                return rows
            }
        } catch { throw .store(error) }
        removePending(snapshots)
        return rows
    }
}

extension WriteTransaction {
    /// Writes rows in key order; one without a value is removed, one that may not be replaced is left.
    fileprivate mutating func write(
        _ rows: [TailRow], to table: Table, mode: PutMode = .replace
    ) throws(StoreFailure) -> Int {
        guard !rows.isEmpty else { return 0 }
        var writer = try writer(for: table)
        for row in rows {
            guard let value = row.value else {
                try writer.delete(row.key)
                continue
            }
            do throws(StoreFailure) {
                try writer.put(value, for: row.key, mode: mode)
            } catch StoreFailure.keyExists {}
        }
        return rows.count
    }
}
