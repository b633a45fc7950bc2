internal import LMDB
internal import Synchronization

/// The look-ups that are functions of the log: heads and positions by stream, idempotency keys,
/// positions by object, and the tables that layers above declare.
///
/// Memory holds the changes of the log's tail; ``flush()`` moves them, sorted, into an LMDB environment
/// of their own together with the position reached. A look-up asks memory, then a filter, then the file.
///
/// Thread rule: one thread at a time applies events, in log order. One other thread at a time flushes.
/// Any thread looks up, also meanwhile; it sees each `apply` call wholly or not at all.
package final class LogIndex: Sendable {
    struct State {
        /// Changes that events bring in now.
        var active: TailChanges
        /// Changes that are being written to the file; they stay visible until they are in it.
        var frozen: FrozenTail?
        var filters = FilterPair()
        /// The last event applied.
        var applied: Position
        /// Snapshots that are not in the file yet, by stream.
        var snapshots: [ByteText: StreamSnapshot] = [:]
    }

    /// Changes that no longer change.
    final class FrozenTail: Sendable {
        let changes: TailChanges
        init(_ changes: TailChanges) { self.changes = changes }
    }

    /// Tables of the file.
    struct Tables: Sendable {
        let meta: Table
        let streams: Table
        let keys: Table
        let objects: Table
        let snapshots: Table
        let declared: [Table]
    }

    /// The folder of the environment.
    package let path: String
    /// What opening found and did.
    package let opening: IndexOpening
    /// How it was opened.
    package let options: LogIndexOptions
    let declared: [IndexTable]
    let environment: Environment
    let tables: Tables
    let state: Mutex<State>
    /// Held while a flush runs, so that two never meet.
    let flushing = Mutex(())

    /// Opens the index in the existing folder `path` and brings it up to the end of `log`.
    ///
    /// An index of another log, with other tables, or with a damaged file is made anew from the first
    /// event. It takes time in proportion to the events behind; ``opening`` says how many they were.
    ///
    /// An event behind for which `refusal` gives a reason ends the opening as
    /// ``IndexFailure/refused(_:)``; nothing of it and of what follows is written.
    package init(
        path: String, log: any EventLog, tables declared: [IndexTable] = [],
        options: LogIndexOptions = .init(), refusal: (StoredEvent) -> String? = { _ in nil }
    ) throws(IndexFailure) {
        let prepared = try IndexFile.prepare(
            path: path, log: log, declared: declared, options: options)
        self.path = path
        self.options = options
        self.declared = declared
        environment = prepared.environment
        tables = prepared.tables
        state = Mutex(
            State(
                active: TailChanges(tableCount: declared.count), frozen: nil,
                applied: prepared.reached))
        let eventsRead = Int(log.end.last.rawValue - min(prepared.reached, log.end.last).rawValue)
        opening = IndexOpening(rebuild: prepared.rebuild, eventsRead: eventsRead)
        try catchUp(with: log, refusal)
    }

    /// The last event applied.
    package var applied: Position { state.withLock { $0.applied } }

    /// Events that are in memory only.
    package var pendingEvents: Int {
        state.withLock { $0.active.eventCount + ($0.frozen?.changes.eventCount ?? 0) }
    }

    /// Takes committed events in, in log order, without gaps.
    ///
    /// All events of one command should come in one call.
    package func apply(_ events: [StoredEvent]) throws(IndexFailure) {
        guard !events.isEmpty else { return }
        // Extractors are foreign code: they run before the lock is taken.
        var rows: [[TableRow]] = []
        if !declared.isEmpty {
            rows.reserveCapacity(events.count)
            for event in events { rows.append(try changedRows(of: event)) }
        }
        try state.withLock { (state) throws(IndexFailure) in
            for index in events.indices {
                let event = events[index]
                guard event.position == state.applied.next else {
                    throw .gap(expected: state.applied.next, found: event.position)
                }
                state.active.apply(
                    event, rows: rows.isEmpty ? [] : rows[index], filters: &state.filters)
                state.applied = event.position
            }
        }
    }

    /// What an event changes in the declared tables, with the keys composed and their length checked.
    private func changedRows(of event: StoredEvent) throws(IndexFailure) -> [TableRow] {
        var rows: [TableRow] = []
        for (number, table) in declared.enumerated() {
            for change in table.changes(event) {
                let key: [UInt8]
                let newValue: [UInt8]?
                switch change {
                case .put(let prefix, let suffix, let value):
                    key = IndexKey.row(prefix: prefix, suffix: suffix)
                    newValue = value
                case .delete(let prefix, let suffix):
                    key = IndexKey.row(prefix: prefix, suffix: suffix)
                    newValue = nil
                }
                guard key.count <= WriteTransaction.keyBytesMax else {
                    throw .keyTooLong(
                        table: table.name, bytes: key.count,
                        maximum: WriteTransaction.keyBytesMax)
                }
                rows.append(TableRow(table: number, key: key, value: newValue))
            }
        }
        return rows
    }

    /// Reads the log's tail from the position reached.
    private func catchUp(
        with log: any EventLog, _ refusal: (StoredEvent) -> String?
    ) throws(IndexFailure) {
        while applied < log.end.last {
            let page: ReadPage
            do throws(LogFailure) {
                page = try log.read(from: applied.next)
            } catch { throw .log(error) }
            for event in page.events {
                if let reason = refusal(event) { throw .refused(reason) }
            }
            try apply(page.events)
            if pendingEvents >= options.rebuildFlushEvents { try flush() }
        }
    }
}
