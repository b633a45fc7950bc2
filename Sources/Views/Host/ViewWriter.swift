internal import Business
internal import EventLog
internal import LMDB
internal import Records

/// Folds batches into a store; belongs to the thread that folds.
final class ViewWriter {
    /// Before what a view stopped.
    struct Stop: Error, Equatable {
        let position: UInt64
        let type: String
        let reason: String
    }

    let store: ViewStore
    private(set) var checkpoint: Checkpoint
    private(set) var parked: [String: ParkedKey] = [:]
    private let caches: TableCaches
    private let types: EventTypeSet
    private let checkpointTable: Table

    /// A writer that goes on where the store's rows are.
    init(_ store: ViewStore, lineage: LogLineage) throws(StoreFailure) {
        self.store = store
        caches = TableCaches(store)
        types = EventTypeSet(store.view.eventTypes)
        checkpointTable = try store.environment.table(Checkpoint.table)
        checkpoint =
            try store.checkpoint()?.carried(to: lineage.identity)
            ?? .start(lineage.identity, version: store.view.version)
        let reader = try ViewReader(store.environment)
        do throws(QueryFailure) {
            for key in try reader.rows(ParkedKey.self) { parked[key.stream] = key }
        } catch {
            throw .corrupted(operation: "read parked keys of \(store.view.name)")
        }
    }

    /// Folds a batch and commits its rows with the position that it reaches.
    ///
    /// An event that cannot be folded leaves nothing behind: the batch is begun anew without it.
    /// - Returns: Before what the view has to stop, where its policy says so; then nothing of the
    ///   batch is committed, and the caller gives the part before it.
    func fold(_ batch: LogBatch) throws(StoreFailure) -> Stop? {
        let reached = checkpoint.reached(batch.reached, batch.leafHash)
        var newlyParked: [String: ParkedKey] = [:]
        while true {
            switch try attempt(batch.entries, newlyParked, reached) {
            case .committed:
                checkpoint = reached
                parked.merge(newlyParked) { first, _ in first }
                return nil
            case .unfoldable(let key):
                caches.clear()
                guard store.view.policy(for: key.type) == .park else {
                    return Stop(position: key.position, type: key.type, reason: key.reason)
                }
                newlyParked[key.stream] = key
            }
        }
    }

    /// Folds batches that follow one another in one transaction.
    ///
    /// For rebuilding: the more events a transaction holds, the fewer rows are written twice.
    /// - Parameter next: The next batch; nil where the transaction is to end.
    /// - Returns: Where a batch ends of which an event cannot be folded: then nothing is committed,
    ///   and the caller folds up to there in single batches. Nil where all went well.
    /// - Throws: ``ViewFailure`` of the store or the log; then nothing is committed.
    func fold(_ next: () throws(LogFailure) -> LogBatch?) throws(ViewFailure) -> UInt64? {
        do throws(ViewFailure) {
            var reached = (position: checkpoint.position, leafHash: Digest256?.none)
            var transaction = ViewTransaction(
                try stored { () throws(StoreFailure) in try store.environment.beginWrite() },
                caches: caches)
            while let batch = try logged({ () throws(LogFailure) in try next() }) {
                let unfoldable = try stored { () throws(StoreFailure) in
                    try fold(batch.entries, [:], into: &transaction)
                }
                if unfoldable != nil {
                    caches.clear()
                    return batch.reached
                }
                reached = (batch.reached, batch.leafHash)
            }
            guard reached.position > checkpoint.position else { return nil }
            let end = checkpoint.reached(reached.position, reached.leafHash)
            do throws(StoreFailure) {
                try transaction.commit(end.encoded(), key: Checkpoint.key, in: checkpointTable)
            } catch { throw ViewFailure.store(error) }
            checkpoint = end
            return nil
        } catch {
            caches.clear()
            throw error
        }
    }

    private enum Attempt {
        case committed
        case unfoldable(ParkedKey)
    }

    private func attempt(
        _ entries: [LogBatch.Entry], _ newlyParked: [String: ParkedKey],
        _ reached: Checkpoint
    ) throws(StoreFailure) -> Attempt {
        var transaction = ViewTransaction(try store.environment.beginWrite(), caches: caches)
        if let key = try fold(entries, newlyParked, into: &transaction) {
            return .unfoldable(key)
        }
        do throws(FoldFailure) {
            for key in newlyParked.values { try transaction.put(key) }
        } catch { throw .corrupted(operation: "park a key: \(error)") }
        do throws(StoreFailure) {
            try transaction.commit(reached.encoded(), key: Checkpoint.key, in: checkpointTable)
        } catch {
            caches.clear()
            throw error
        }
        return .committed
    }

    /// Folds entries; the first that cannot be folded is returned.
    private func fold(
        _ entries: [LogBatch.Entry], _ newlyParked: [String: ParkedKey],
        into transaction: inout ViewTransaction
    ) throws(StoreFailure) -> ParkedKey? {
        let view = store.view
        for entry in entries {
            switch entry {
            case .event(let event):
                guard types.contains(event.type), parkedSince(event, newlyParked) == nil else {
                    continue
                }
                do throws(FoldFailure) {
                    try view.fold(event, into: &transaction)
                } catch {
                    if case .store(let failure) = error {
                        caches.clear()
                        throw failure
                    }
                    return ParkedKey(
                        stream: event.stream.description, position: event.position,
                        type: event.type, reason: "\(error)")
                }
            case .undecodable(let position, let stream, let type, let reason):
                guard types.contains(type), parked[stream] == nil, newlyParked[stream] == nil
                else { continue }
                return ParkedKey(stream: stream, position: position, type: type, reason: reason)
            }
        }
        return nil
    }

    private func parkedSince(
        _ event: RecordedEvent, _ newlyParked: [String: ParkedKey]
    ) -> ParkedKey? {
        if parked.isEmpty && newlyParked.isEmpty { return nil }
        let stream = event.stream.description
        if let key = parked[stream] { return key }
        // Events of the stream before the one that could not be folded are folded.
        guard let key = newlyParked[stream], key.position <= event.position else { return nil }
        return key
    }
}
