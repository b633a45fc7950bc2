package import EventLog
internal import LMDB

/// How a view's live rows compare with a fresh fold of the log.
package struct ViewAudit: Sendable, Equatable {
    /// The view.
    package let view: String
    /// The position at which both were compared.
    package let position: UInt64
    /// SHA-256 over the canonical dump of the live rows; nil where there are none to compare.
    package let liveHash: Digest256?
    /// SHA-256 over the canonical dump of the fresh fold.
    package let freshHash: Digest256
    /// The first place at which they differ, or why there is nothing to compare.
    package let finding: String?
    /// The things whose events the fold passes over.
    package let parked: [ParkedKey]

    /// Whether the live rows are what the log says.
    package var isClean: Bool { liveHash == freshHash }
}

extension ViewHost {
    /// Folds the log anew up to where the live rows are, in a folder of its own that is removed
    /// afterwards, and compares.
    ///
    /// Works beside a running daemon: the live rows are only read.
    package func audit(
        _ name: String, temporaryFolder: String,
        progress: @escaping @Sendable (RebuildProgress) -> Void = { _ in }
    ) throws(ViewFailure) -> ViewAudit {
        let runner = try runner(name)
        let live: ViewStore
        switch try runner.auditedStore() {
        case .success(let store): live = store
        case .failure(let unusable):
            let fold = try FoldedView(
                runner.view, source, through: source.log.end.last.rawValue,
                temporaryFolder: temporaryFolder, progress: progress)
            return ViewAudit(
                view: name, position: fold.position, liveHash: nil,
                freshHash: try fold.dumpHash(), finding: unusable.reason,
                parked: try fold.parked())
        }
        let old = try live.reader()
        let place = try old.position()
        let fold = try FoldedView(
            runner.view, source, through: place, temporaryFolder: temporaryFolder,
            progress: progress)
        let new = try fold.reader()
        let liveHash: Digest256
        let difference: String?
        do throws(StoreFailure) {
            liveHash = try ViewDump.hash(of: runner.view, old)
            difference = try ViewDump.firstDifference(of: runner.view, old, new)
        } catch { throw .store(error) }
        return ViewAudit(
            view: name, position: place, liveHash: liveHash, freshHash: try fold.dumpHash(),
            finding: difference, parked: try fold.parked())
    }

    /// SHA-256 over the canonical dump of a view's live rows, and the position that they are at.
    package func dumpHash(_ name: String) throws(ViewFailure) -> (hash: Digest256, position: UInt64)
    {
        switch try runner(name).auditedStore() {
        case .failure(let unusable): throw .damaged(unusable.reason)
        case .success(let store):
            return try stored { () throws(StoreFailure) in
                let reader = try ViewReader(store.environment)
                return (
                    try ViewDump.hash(of: store.view, reader),
                    try reader.checkpoint()?.position ?? 0
                )
            }
        }
    }

    /// Folds a view up to a past position into a folder of its own, to be asked like the live one.
    package func fold(
        _ name: String, through position: UInt64, temporaryFolder: String,
        progress: @escaping @Sendable (RebuildProgress) -> Void = { _ in }
    ) throws(ViewFailure) -> FoldedView {
        try FoldedView(
            try runner(name).view, source, through: position, temporaryFolder: temporaryFolder,
            progress: progress)
    }
}

extension ViewRunner {
    /// The live rows for reading alone.
    fileprivate func auditedStore() throws(ViewFailure) -> Result<ViewStore, Unusable> {
        if let store = snapshot.store { return .success(store) }
        return try openCurrent(readOnly: true)
    }
}
