package import LMDB

/// A look-up table that a layer above declares: a pure function from an event to changes of rows.
///
/// A row is found by its whole prefix and lies among the rows of that prefix in the order of the
/// suffix. The table is a function of the log: it can be deleted and comes back.
package struct IndexTable: Sendable {
    /// Name, unique among the tables of an index: lower case with hyphens.
    package let name: String
    /// Version of ``changes``; another one than the file's means that the index is rebuilt.
    package let version: UInt32
    /// What an event changes, in order.
    ///
    /// Pure and total.
    package let changes: @Sendable (StoredEvent) -> [IndexChange]

    /// Declares a table.
    package init(
        name: String, version: UInt32,
        changes: @escaping @Sendable (StoredEvent) -> [IndexChange]
    ) {
        self.name = name
        self.version = version
        self.changes = changes
    }
}

/// One change of a declared table.
package enum IndexChange: Sendable, Equatable {
    /// Writes a row, replacing the one that is there.
    case put(prefix: [UInt8], suffix: [UInt8] = [], value: [UInt8] = [])
    /// Removes a row, if it is there.
    case delete(prefix: [UInt8], suffix: [UInt8] = [])
}

/// One row of a declared table.
package struct IndexRow: Sendable, Equatable {
    /// What it is found by.
    package let prefix: [UInt8]
    /// Its place among the rows of the prefix.
    package let suffix: [UInt8]
    /// What it holds.
    package let value: [UInt8]
}

/// Where a stream ends.
package struct StreamHead: Sendable, Equatable {
    /// Version of its last event.
    package let version: Int
    /// Position of its last event.
    package let position: Position

    /// An end from its parts.
    package init(version: Int, position: Position) {
        self.version = version
        self.position = position
    }
}

/// How an index is opened and when it writes.
package struct LogIndexOptions: Sendable {
    /// The environment; durable commits unless said otherwise.
    package var environment = EnvironmentOptions()
    /// Events in memory from which ``LogIndex/isFlushDue(millisecondsSinceFlush:)`` says yes.
    package var flushEvents = 10_000
    /// Age in milliseconds from which it says yes when there is anything to write.
    package var flushIntervalMilliseconds = 5_000
    /// Events in memory between two flushes of a rebuild.
    package var rebuildFlushEvents = 100_000
    /// Events in memory from which ``LogIndex/isOverdue`` says yes.
    package var pendingEventsMax = 400_000
    /// Rows read under one snapshot while the filter is filled.
    package var filterRowsPerRead = 20_000
    /// Keys that a fresh filter has room for beyond half as many again as there are.
    package var filterRoomMin = 100_000

    /// The defaults.
    package init() {}
}

/// Why the index cannot do what it was asked.
package enum IndexFailure: Error, Equatable, Sendable {
    /// Events must be applied in order without gaps.
    case gap(expected: Position, found: Position)
    /// A row's key is longer than the store allows.
    case keyTooLong(table: String, bytes: Int, maximum: Int)
    /// No table of that name was declared at opening.
    case unknownTable(name: String)
    /// A row of the file cannot be decoded; the index must be rebuilt.
    case malformed(table: String)
    /// Whoever opened the index refused an event, and why.
    case refused(String)
    /// The log could not be read.
    case log(LogFailure)
    /// The store failed.
    case store(StoreFailure)
}

extension IndexFailure: CustomStringConvertible {
    /// Expected and found in one sentence.
    package var description: String {
        switch self {
        case .gap(let expected, let found):
            "the index expected the event at position \(expected), it was given \(found)"
        case .keyTooLong(let table, let bytes, let maximum):
            "a key of index table \(table) has \(bytes) bytes, at most \(maximum) are allowed"
        case .unknownTable(let name): "no index table \(name) was declared"
        case .malformed(let table): "index table \(table) is malformed; rebuild the index"
        case .refused(let reason): reason
        case .log(let failure): failure.description
        case .store(let failure): failure.description
        }
    }
}

/// What opening an index found and did.
package struct IndexOpening: Sendable, Equatable {
    /// Why it was rebuilt from the first event.
    package enum Rebuild: Sendable, Equatable {
        /// There was none yet, though the log has events.
        case absent
        /// A table was added, removed or has another version.
        case otherTables
        /// It was made from another log, or from one that went on differently.
        case otherLog
        /// Its file is damaged or cut short.
        case damaged(StoreFailure)
    }

    /// Why it was rebuilt; nil when it was not.
    package let rebuild: Rebuild?
    /// Events that were read from the log.
    package let eventsRead: Int
}
