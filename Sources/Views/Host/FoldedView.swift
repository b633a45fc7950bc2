internal import Business
package import EventLog
internal import Foundation
internal import LMDB
package import Records

/// A view as it was at a past position: folded into a folder of its own, which goes with it.
///
/// It answers the same questions as the live view; a question on an axis of time is refused where
/// the live view would refuse it.
package final class FoldedView: Sendable {
    /// The position up to which it is folded.
    package let position: UInt64
    private let catalog: ViewCatalog
    private let store: ViewStore

    func reader() throws(ViewFailure) -> ViewReader { try store.reader() }

    init(
        _ view: any View.Type, _ source: LogSource, through position: UInt64,
        temporaryFolder: String, progress: @escaping @Sendable (RebuildProgress) -> Void
    ) throws(ViewFailure) {
        let last = min(position, source.log.end.last.rawValue)
        let folder = "\(temporaryFolder)/view-\(view.name)-\(UUID().uuidString)"
        do throws(DataFolderFailure) {
            try DataFolder.createFolder(folder)
        } catch { throw .folder(error) }
        catalog = ViewCatalog([view])
        self.position = last
        do throws(ViewFailure) {
            store = try stored { () throws(StoreFailure) in
                try ViewStore(view, folder: folder, generation: 0)
            }
            let meter = RebuildMeter(view.name, last, progress)
            try ViewWriter.opened(store, source.lineage)
                .catchUp(to: last, source.reader(for: view), meter.report)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: store.folder) }

    /// Answers a question as it would have been answered at the position.
    package func query(
        _ name: String, parameters: JSONValue = .object([JSONMember]()), context: QueryContext
    ) throws(QueryFailure) -> QueryReply {
        let (_, query) = try catalog.find(name)
        try query.check(context)
        let reader: ViewReader
        do throws(StoreFailure) {
            reader = try ViewReader(store.environment)
        } catch { throw .store(error) }
        return try query.reply(reader, parameters, context)
    }

    /// SHA-256 over the canonical dump.
    package func dumpHash() throws(ViewFailure) -> Digest256 { try store.dumpHash() }

    func parked() throws(ViewFailure) -> [ParkedKey] {
        let reader = try store.reader()
        do throws(QueryFailure) {
            return try reader.rows(ParkedKey.self)
        } catch { throw .damaged("\(error)") }
    }
}
