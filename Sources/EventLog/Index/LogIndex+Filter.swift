internal import LMDB
internal import Synchronization

extension LogIndex {
    /// Fills a filter from the file when there is none yet, or when it is full.
    ///
    /// Until then every look-up that memory cannot answer asks the file. Called by ``flush()``, so it
    /// runs on the flushing thread.
    func refreshFilter() throws(IndexFailure) {
        let isNeeded = state.withLock { $0.filters.current?.isFull ?? true }
        guard isNeeded else { return }
        let rows = try inFile { (transaction) throws(IndexFailure) -> Int in
            do throws(StoreFailure) {
                return try transaction.statistics(of: tables.streams).entries
                    + transaction.statistics(of: tables.keys).entries
            } catch { throw .store(error) }
        }
        // From here on events go into it too; what memory holds already is put in now.
        state.withLock { state in
            var filter = KeyFilter(capacity: rows + rows / 2 + options.filterRoomMin)
            for changes in [state.active, state.frozen?.changes].compactMap({ $0 }) {
                for stream in changes.streams.keys { filter.insert(.stream(stream.text)) }
                for key in changes.keys.keys { filter.insert(.idempotency(key)) }
            }
            state.filters.next = filter
        }
        try fill(from: tables.streams, skippingRows: true) { key in
            // A stream's name ends before the separator and the version.
            guard key.count > 9 else { return nil }
            return key[..<(key.count - 9)].withUnsafeBytes { KeyHash(1, $0) }
        }
        try fill(from: tables.keys, skippingRows: false) { .idempotency($0) }
        state.withLock { state in
            state.filters.current = state.filters.next
            state.filters.next = nil
        }
    }

    /// Puts the keys of a table into the coming filter, a bounded number under each snapshot.
    private func fill(
        from table: Table, skippingRows: Bool, hash: ([UInt8]) -> KeyHash?
    ) throws(IndexFailure) {
        var lower: [UInt8] = []
        while true {
            var hashes: [KeyHash] = []
            var isThere = false
            do throws(StoreFailure) {
                try environment.read { (transaction) throws(StoreFailure) in
                    var cursor = try transaction.cursor(in: table)
                    isThere = try cursor.seek(lower)
                    while isThere, hashes.count < options.filterRowsPerRead {
                        let key = Array(cursor.key)
                        if let hash = hash(key) { hashes.append(hash) }
                        // A stream is put in once: the next key wanted is after all its versions.
                        if skippingRows, key.count > 9 {
                            lower = Array(key[..<(key.count - 9)]) + [1]
                            isThere = try cursor.seek(lower)
                        } else {
                            lower = key + [0]
                            isThere = try cursor.move(.next)
                        }
                    }
                }
            } catch { throw .store(error) }
            state.withLock { state in
                for hash in hashes { state.filters.next?.insert(hash) }
            }
            guard isThere else { return }
        }
    }
}
