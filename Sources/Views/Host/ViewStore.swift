internal import EventLog
internal import LMDB
internal import Records

/// One generation of a view: its rows and its checkpoint in an LMDB environment that does not sync.
final class ViewStore: Sendable {
    /// Tables that a view may have beside the framework's own.
    static let tablesMax = 62

    let view: any View.Type
    let folder: String
    let generation: Int
    let environment: Environment
    private let marker: BootMarker

    /// Opens a generation, or creates it in an empty folder.
    init(
        _ view: any View.Type, folder: String, generation: Int, readOnly: Bool = false
    ) throws(StoreFailure) {
        precondition(view.tables.count <= Self.tablesMax, "\(view.name) has too many tables")
        self.view = view
        self.folder = folder
        self.generation = generation
        marker = try BootMarker(folder: folder)
        environment = try Environment(
            path: folder,
            tables: [Checkpoint.table, ParkedKey.table] + view.tables.map(\.name),
            options: EnvironmentOptions(withoutSync: true, readOnly: readOnly))
    }

    /// Whether what was written can be trusted: closed in order, or written under this boot.
    static func isTrusted(_ folder: String) throws(StoreFailure) -> Bool {
        try BootMarker(folder: folder).verdict() == .trusted
    }

    /// Says that writing begins.
    func begin() throws(StoreFailure) { try marker.begin() }

    /// Flushes, and says that it was closed in order.
    func close() throws(StoreFailure) {
        try environment.sync()
        try marker.end()
    }

    /// How far the rows are; nil in a new generation.
    func checkpoint() throws(StoreFailure) -> Checkpoint? {
        let reader = try ViewReader(environment)
        return try reader.checkpoint()
    }
}

extension ViewReader {
    /// How far the rows of this snapshot are; nil in a new generation or where it is unreadable.
    borrowing func checkpoint() throws(StoreFailure) -> Checkpoint? {
        let table = try environment.table(Checkpoint.table)
        guard let found = try transaction.value(for: Checkpoint.key, in: table) else { return nil }
        return found.withUnsafeBytes { try? Checkpoint.decoded(from: $0) }
    }
}
