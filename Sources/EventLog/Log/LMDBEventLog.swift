internal import LMDB
internal import Glibc
internal import Synchronization

/// The log in an LMDB environment of its own.
///
/// A commit appends to one table, position to record, and rewrites one fixed-size row in the unnamed
/// table, whose page changes with every commit anyway: it holds the root of the first.
///
/// After ``AppendFailure/outcomeUnknown(_:)`` and ``AppendFailure/diskFailed(_:)`` the environment is
/// closed, and every call says `closed` until ``reopen()``.
package final class LMDBEventLog: EventLog {
    struct State {
        var environment: Environment?
        var end: LogEnd
        var copiedAt: Position?
    }

    struct Writer {
        var plan = AppendPlan()
        var row: [UInt8] = []
    }

    static let eventsTable = "events"
    static let unnamedTable = ""
    /// How long reopening waits for readers that still hold the old environment.
    private static let reopenWaitMillisecondsMax = 10_000

    /// The folder of the environment.
    package let path: String
    /// Tells who waits that events were flushed.
    package let tail: LogTail
    let options: LMDBEventLogOptions
    let state: Mutex<State>
    let writer = Mutex(Writer())

    /// Opens the log in the existing folder `path`; an empty folder becomes an empty log.
    package init(path: String, options: LMDBEventLogOptions = .init()) throws(LogFailure) {
        let environment = try LMDBEventLog.openEnvironment(path, options)
        let end = try LMDBEventLog.readEnd(of: environment)
        let copiedAt = try LMDBEventLog.readCopy(of: environment)
        self.path = path
        self.options = options
        tail = LogTail(last: end.last)
        state = Mutex(State(environment: environment, end: end, copiedAt: copiedAt))
    }

    /// Where the log ends now.
    package var end: LogEnd { state.withLock { $0.end } }

    /// Where the log ended when it was copied from another one; nil for a log that is no copy.
    package var copiedAt: Position? { state.withLock { $0.copiedAt } }

    /// Whether the log can be used; false after a failure until ``reopen()``.
    package var isOpen: Bool { state.withLock { $0.environment != nil } }

    /// Walks events in order; see the contract.
    package func scan(
        from start: Position, budget: ReadBudget, verifying: Bool,
        _ body: (EventView) throws(LogFailure) -> Bool
    ) throws(LogFailure) -> Position {
        let (environment, end) = state.withLock { ($0.environment, $0.end) }
        guard let environment else { throw .closed }
        var position = max(start, .first)
        guard position <= end.last else { return position }
        let events = try LMDBEventLog.store { () throws(StoreFailure) in
            try environment.table(LMDBEventLog.eventsTable)
        }
        let transaction = try LMDBEventLog.begin(environment)
        var meter = BudgetMeter(budget)
        var failure: LogFailure?
        do throws(StoreFailure) {
            var cursor = try transaction.cursor(in: events)
            var found = try cursor.seek(position.bytes)
            while position <= end.last {
                guard found, Position(cursor.key) == position else {
                    failure = .missing(position)
                    break
                }
                guard meter.takes(cursor.value.byteCount) else { break }
                do throws(LogFailure) {
                    let goesOn = try EventView.visit(
                        position: position, stored: cursor.value, verifying: verifying, body)
                    position = position.next
                    guard goesOn else { break }
                } catch {
                    failure = error
                    break
                }
                if position <= end.last { found = try cursor.move(.next) }
            }
        } catch { throw .store(error) }
        if let failure { throw failure }
        return position
    }

    /// Gives the events at some positions, in the order asked for; see the contract.
    package func visit(
        _ positions: [Position], _ body: (EventView) throws(LogFailure) -> Void
    ) throws(LogFailure) {
        let (open, end) = state.withLock { ($0.environment, $0.end) }
        guard let environment = open else { throw .closed }
        let events = try LMDBEventLog.store { () throws(StoreFailure) in
            try environment.table(LMDBEventLog.eventsTable)
        }
        let transaction = try LMDBEventLog.begin(environment)
        for position in positions {
            guard position <= end.last else { throw .missing(position) }
            let key = position.key
            let stored: RawSpan?
            do throws(StoreFailure) {
                stored = try transaction.value(for: key.span.bytes, in: events)
            } catch { throw .store(error) }
            guard let stored else { throw .missing(position) }
            _ = try EventView.visit(position: position, stored: stored, verifying: true) {
                (view) throws(LogFailure) in
                try body(view)
                return true
            }
        }
    }

    /// Copies a consistent snapshot into the existing, empty `folder` while writing goes on.
    ///
    /// The copy says of itself that it is one (``copiedAt``).
    package func copy(toFolder folder: String) throws(LogFailure) {
        guard let environment = state.withLock({ $0.environment }) else { throw .closed }
        try LMDBEventLog.store { () throws(StoreFailure) in
            try environment.copyCompacted(toFolder: folder)
        }
        try LMDBEventLog.noteCopy(inFolder: folder)
        try LMDBEventLog.store { () throws(StoreFailure) in try LastingEnvironment.mark(folder) }
    }

    /// Ends the use of the environment; readers that are under way finish first.
    package func close() {
        writer.withLock { _ in state.withLock { $0.environment = nil } }
        tail.close()
    }

    /// Closes the environment and opens it anew; afterwards ``end`` tells what the disk holds.
    package func reopen() throws(LogFailure) {
        let last = try writer.withLock { (_) throws(LogFailure) -> Position in
            try waitUntilReleased()
            let environment = try LMDBEventLog.openEnvironment(path, options)
            let end = try LMDBEventLog.readEnd(of: environment)
            let copiedAt = try LMDBEventLog.readCopy(of: environment)
            state.withLock {
                $0 = State(environment: environment, end: end, copiedAt: copiedAt)
            }
            return end.last
        }
        tail.publish(last)
    }

    /// Reads the end again, for a log opened read-only beside a process that writes it.
    package func refresh() throws(LogFailure) {
        guard let environment = state.withLock({ $0.environment }) else { throw .closed }
        let end = try LMDBEventLog.readEnd(of: environment)
        state.withLock { $0.end = end }
        tail.publish(end.last)
    }

    /// A process may not open the same file twice, so the old environment must be gone first.
    private func waitUntilReleased() throws(LogFailure) {
        weak let old = state.withLock { state -> Environment? in
            defer { state.environment = nil }
            return state.environment
        }
        for _ in 0..<LMDBEventLog.reopenWaitMillisecondsMax {
            if old == nil { return }
            usleep(1_000)
        }
        throw .store(.other(code: EBUSY, operation: "wait for readers before reopening"))
    }
}

extension LMDBEventLog {
    private static func openEnvironment(
        _ path: String, _ options: LMDBEventLogOptions
    ) throws(LogFailure) -> Environment {
        try store { () throws(StoreFailure) in
            try LastingEnvironment.open(
                path: path, tables: [unnamedTable, eventsTable], options: options.environment)
        }
    }

    /// Reads the end row and compares it with the last event.
    private static func readEnd(of environment: Environment) throws(LogFailure) -> LogEnd {
        let transaction = try begin(environment)
        var row: [UInt8]?
        var last = Position.origin
        do throws(StoreFailure) {
            let unnamed = try environment.table(unnamedTable)
            if let found = try transaction.value(for: EndRow.key, in: unnamed) {
                row = Array(found)
            }
            var cursor = try transaction.cursor(in: environment.table(eventsTable))
            if try cursor.move(.last) { last = Position(cursor.key) ?? .origin }
        } catch { throw .store(error) }
        let end = try row.map { (row) throws(LogFailure) in try EndRow.decode(row.span.bytes) }
        let found = end ?? .empty
        guard found.last == last else {
            throw .endInvalid(reason: "it names \(found.last), the last event is \(last)")
        }
        return found
    }

    private static func readCopy(of environment: Environment) throws(LogFailure) -> Position? {
        let transaction = try begin(environment)
        var row: [UInt8]?
        do throws(StoreFailure) {
            let unnamed = try environment.table(unnamedTable)
            if let found = try transaction.value(for: CopyRow.key, in: unnamed) {
                row = Array(found)
            }
        } catch { throw .store(error) }
        return try row.map { (row) throws(LogFailure) in try CopyRow.decode(row.span.bytes) }
    }

    /// Writes into a copy where it ends.
    private static func noteCopy(inFolder folder: String) throws(LogFailure) {
        var options = EnvironmentOptions()
        options.mustExist = true
        let environment = try store { () throws(StoreFailure) in
            try Environment(path: folder, tables: [unnamedTable, eventsTable], options: options)
        }
        let row = CopyRow.encode(try readEnd(of: environment).last)
        try store { () throws(StoreFailure) in
            let unnamed = try environment.table(unnamedTable)
            try environment.write { (transaction) throws(StoreFailure) in
                try transaction.put(row, for: CopyRow.key, in: unnamed)
            }
        }
    }

    static func begin(_ environment: Environment) throws(LogFailure) -> ReadTransaction {
        do throws(StoreFailure) {
            return try environment.beginRead()
        } catch { throw .store(error) }
    }

    static func store<Result>(
        _ body: () throws(StoreFailure) -> Result
    ) throws(LogFailure) -> Result {
        do throws(StoreFailure) {
            return try body()
        } catch { throw .store(error) }
    }
}
