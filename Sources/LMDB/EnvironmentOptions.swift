/// How an environment is opened.
///
/// Always set: `MDB_NOTLS` (a reader is tied to its transaction, not to a thread); never used:
/// `MDB_WRITEMAP` and `MDB_DUPSORT`.
package struct EnvironmentOptions: Sendable {
    /// Address space reserved for the map, in bytes; the file only grows as pages are written.
    ///
    /// Where the process may not reserve that much, it is halved down to ``mapBytesMin``.
    package var mapBytes: Int
    /// Whether ``mapBytes`` is taken as it is, without falling back to a smaller map.
    package var mapBytesExact: Bool
    /// Commits return before the disk has the pages (`MDB_NOSYNC`); for what can be rebuilt only.
    package var withoutSync: Bool
    /// Opens an existing file for reading only.
    package var readOnly: Bool
    /// Refuses to create the file when it is missing or empty.
    package var mustExist = false
    /// Readers at the same time, over all processes.
    package var readersMax: Int
    /// Named tables in the environment.
    package var tablesMax: Int
    /// Turns off read-ahead, for random access to files larger than memory.
    package var withoutReadAhead: Bool
    /// Permission bits of files that are created.
    package var fileMode: UInt32

    /// 256 GiB: far more than a file here will reach, and free until pages are written.
    ///
    /// Not more, because a process has 128 TiB of addresses, opens several environments for each
    /// folder, and may have many folders open, as the tests do.
    package static let mapBytesDefault = 1 << 38
    /// The smallest map that opening falls back to.
    package static let mapBytesMin = 1 << 30
    /// Readers at the same time unless said otherwise.
    package static let readersMaxDefault = 512
    /// Tables per environment unless said otherwise.
    package static let tablesMaxDefault = 64

    /// Options with a default for each.
    package init(
        mapBytes: Int = mapBytesDefault, mapBytesExact: Bool = false, withoutSync: Bool = false,
        readOnly: Bool = false, readersMax: Int = readersMaxDefault,
        tablesMax: Int = tablesMaxDefault, withoutReadAhead: Bool = false,
        fileMode: UInt32 = 0o600
    ) {
        self.mapBytes = mapBytes
        self.mapBytesExact = mapBytesExact
        self.withoutSync = withoutSync
        self.readOnly = readOnly
        self.readersMax = readersMax
        self.tablesMax = tablesMax
        self.withoutReadAhead = withoutReadAhead
        self.fileMode = fileMode
    }
}

/// A table of an environment: opened once, at start, and valid as long as the environment.
package struct Table: Sendable, Hashable {
    /// The name under which the table is kept; empty for the unnamed one.
    package let name: String
    let handle: UInt32
}

/// Sizes of an environment, for people and for tests.
package struct EnvironmentStatistics: Sendable, Equatable {
    /// Bytes per page.
    package let pageBytes: Int
    /// Bytes of address space that the map may take.
    package let mapBytes: Int
    /// Number of the last page in use.
    package let lastPage: Int
    /// Number of the last committed transaction.
    package let lastTransaction: Int
    /// Reader slots in use.
    package let readers: Int
}

/// Sizes of one table.
package struct TableStatistics: Sendable, Equatable {
    /// Rows.
    package let entries: Int
    /// Levels of the tree.
    package let depth: Int
    /// Pages of every kind.
    package let pages: Int
}
