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
    init(_ store: ViewStore, logIdentity: String) throws(StoreFailure) {
        self.store = store
        caches = TableCaches(store)
        types = EventTypeSet(store.view.eventTypes)
        checkpointTable = try store.environment.table(Checkpoint.table)
        checkpoint =
            try store.checkpoint()
            ?? .start(logIdentity, version: store.view.version)
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

    private enum Attempt {
        case committed
        case unfoldable(ParkedKey)
    }

    private func attempt(
        _ entries: [LogBatch.Entry], _ newlyParked: [String: ParkedKey],
        _ reached: Checkpoint
    ) throws(StoreFailure) -> Attempt {
        var transaction = ViewTransaction(try store.environment.beginWrite(), caches: caches)
        let view = store.view
        for entry in entries {
            let failure: ParkedKey
            switch entry {
            case .event(let event):
                guard types.contains(event.type), parkedSince(event, newlyParked) == nil else {
                    continue
                }
                do throws(FoldFailure) {
                    try view.fold(event, into: &transaction)
                    continue
                } catch {
                    if case .store(let failure) = error {
                        caches.clear()
                        throw failure
                    }
                    failure = ParkedKey(
                        stream: event.stream.description, position: event.position,
                        type: event.type, reason: "\(error)")
                }
            case .undecodable(let position, let stream, let type, let reason):
                guard types.contains(type), parked[stream] == nil, newlyParked[stream] == nil
                else { continue }
                failure = ParkedKey(
                    stream: stream, position: position, type: type, reason: reason)
            }
            return .unfoldable(failure)
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
