internal import EventLog
internal import LMDB
internal import Logging
internal import Records

extension ViewRunner {
    /// Opens the live generation where it agrees with the log; otherwise begins a new one.
    func openStore() throws(ViewFailure) -> ViewStore {
        let reason: String
        switch try openCurrent() {
        case .success(let store): return store
        case .failure(let unusable): reason = unusable.reason
        }
        if source.log.end.last != .origin {
            source.logger.notice(
                "view is rebuilt", metadata: ["view": "\(view.name)", "reason": "\(reason)"])
        }
        let store = try createStore()
        try folder.makeCurrent(store.generation)
        folder.keepOnly([store.generation])
        return store
    }

    /// Why the live generation cannot be used.
    struct Unusable: Error { let reason: String }

    /// The live generation, or why it cannot be used.
    func openCurrent(readOnly: Bool = false) throws(ViewFailure) -> Result<ViewStore, Unusable> {
        guard let number = folder.current else {
            return .failure(Unusable(reason: "there is none yet"))
        }
        let path = folder.generation(number)
        do throws(StoreFailure) {
            // Nobody reads such rows, an audit neither: the daemon folds them anew when it starts.
            if try !ViewStore.isTrusted(path) {
                return .failure(
                    Unusable(reason: "the machine stopped before it was closed in order"))
            }
            let store = try ViewStore(
                view, folder: path, generation: number, readOnly: readOnly)
            guard let checkpoint = try store.checkpoint() else {
                return .failure(Unusable(reason: "it has no readable checkpoint"))
            }
            let disagreement = try checkpoint.agreement(
                with: source.log, source.lineage, view.version)
            if let disagreement { return .failure(Unusable(reason: disagreement)) }
            if !readOnly { try store.begin() }
            return .success(store)
        } catch {
            // Rows that cannot be opened are rows that can be folded again.
            return .failure(Unusable(reason: "\(error)"))
        }
    }

    /// A new, empty generation with its first checkpoint.
    func createStore() throws(ViewFailure) -> ViewStore {
        let number: Int
        do throws(DataFolderFailure) {
            number = try folder.createGeneration()
        } catch { throw .folder(error) }
        let identity = source.lineage.identity
        return try stored { () throws(StoreFailure) in
            let store = try ViewStore(
                view, folder: folder.generation(number), generation: number)
            try store.begin()
            let first = Checkpoint.start(identity, version: view.version)
            let table = try store.environment.table(Checkpoint.table)
            try store.environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(first.encoded(), for: Checkpoint.key, in: table)
            }
            return store
        }
    }
}

extension Checkpoint {
    /// The disagreement with a log; one that cannot be read where the checkpoint points is one.
    func agreement(with log: any EventLog, _ lineage: LogLineage, _ version: Int64)
        throws(StoreFailure) -> String?
    {
        do throws(LogFailure) {
            return try disagreement(with: log, lineage: lineage, version: version)
        } catch { return "\(error)" }
    }
}
