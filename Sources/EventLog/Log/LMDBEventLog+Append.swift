internal import LMDB
internal import Synchronization

extension LMDBEventLog {
    /// Refuses when less is free than the options keep free; see the contract.
    package func checkFreeDisk() throws(AppendFailure) {
        if let free = options.freeBytes(path), free < options.freeBytesMin {
            throw .diskLow(freeBytes: free, freeBytesMin: options.freeBytesMin)
        }
    }

    /// Writes events as one unit at `next`; when this returns they are on the disk.
    package func append(
        _ drafts: [DraftEvent], expecting next: Position
    ) throws(AppendFailure) -> [StoredEvent] {
        let events = try writer.withLock { (writer) throws(AppendFailure) in
            try append(drafts, expecting: next, with: &writer)
        }
        if let last = events.last { tail.publish(last.position) }
        return events
    }

    private func append(
        _ drafts: [DraftEvent], expecting next: Position, with writer: inout Writer
    ) throws(AppendFailure) -> [StoredEvent] {
        let (open, end) = state.withLock { ($0.environment, $0.end) }
        guard let environment = open else { throw .closed }
        guard end.next == next else { throw .wrongEnd(expected: next, actual: end.next) }
        guard !drafts.isEmpty else { return [] }
        try checkFreeDisk()
        do throws(WriteFailure) {
            let result = try write(drafts, after: end, to: environment, with: &writer)
            state.withLock { $0.end = result.end }
            return result.events
        } catch { throw settle(error, in: environment) }
    }

    /// Where a write failed: before the commit nothing can have happened.
    private enum WriteFailure: Error {
        case before(AppendFailure)
        case committing(StoreFailure, transaction: Int)
        case committed(StoreFailure)
    }

    private func write(
        _ drafts: [DraftEvent], after end: LogEnd, to environment: Environment,
        with writer: inout Writer
    ) throws(WriteFailure) -> (end: LogEnd, events: [StoredEvent]) {
        var transaction: WriteTransaction
        do throws(StoreFailure) {
            try strike(.writing)
            transaction = try environment.beginWrite()
        } catch { throw .before(LMDBEventLog.refusal(error)) }
        let result: (end: LogEnd, events: [StoredEvent])
        do throws(AppendFailure) {
            result = try fill(&transaction, drafts, after: end, of: environment, with: &writer)
        } catch { throw .before(error) }
        let number = transaction.number
        do throws(StoreFailure) {
            try strike(.flushing)
            try transaction.commit()
        } catch { throw .committing(error, transaction: number) }
        do throws(StoreFailure) {
            try strike(.flushed)
        } catch { throw .committed(error) }
        return result
    }

    /// Puts the events and the end row into the transaction.
    private func fill(
        _ transaction: inout WriteTransaction, _ drafts: [DraftEvent], after end: LogEnd,
        of environment: Environment, with writer: inout Writer
    ) throws(AppendFailure) -> (end: LogEnd, events: [StoredEvent]) {
        let tables: (events: Table, unnamed: Table)
        do throws(StoreFailure) {
            tables = (
                try environment.table(LMDBEventLog.eventsTable),
                try environment.table(LMDBEventLog.unnamedTable)
            )
        } catch { throw .store(error) }
        let result: (end: LogEnd, events: [StoredEvent])
        do {
            var rows: TableWriter
            do throws(StoreFailure) {
                rows = try transaction.writer(for: tables.events)
            } catch { throw LMDBEventLog.refusal(error) }
            result = try writer.plan.run(drafts, after: end) {
                (position, bytes) throws(AppendFailure) in
                let key = position.key
                do throws(StoreFailure) {
                    try rows.put(bytes, for: key.span.bytes, mode: .append)
                } catch { throw LMDBEventLog.refusal(error) }
            }
        }
        EndRow.encode(result.end, into: &writer.row)
        do throws(StoreFailure) {
            try transaction.put(
                writer.row, for: EndRow.key, in: tables.unnamed)
        } catch { throw LMDBEventLog.refusal(error) }
        return result
    }

    private func strike(_ step: LMDBEventLogOptions.CommitStep) throws(StoreFailure) {
        if let failure = options.fault?(step) { throw failure }
    }

    /// What a failure before the commit means: nothing happened.
    private static func refusal(_ failure: StoreFailure) -> AppendFailure {
        switch failure {
        case .mapFull, .noSpace: .diskFull(failure)
        case .inputOutput: .diskFailed(failure)
        case .panic: .outcomeUnknown(failure)
        default: .store(failure)
        }
    }

    /// What a failed write means, and whether the environment can still be used.
    ///
    /// LMDB writes the data pages, flushes them, and only then writes the meta page that makes them
    /// count. So for want of space nothing has happened as long as the environment still answers and
    /// its last transaction is an earlier one. Every other failure of a commit leaves it open.
    private func settle(_ failure: WriteFailure, in environment: Environment) -> AppendFailure {
        let settled: AppendFailure
        switch failure {
        case .before(let refused): settled = refused
        case .committing(.inputOutput(let operation), _), .committed(.inputOutput(let operation)):
            settled = .diskFailed(.inputOutput(operation: operation))
        case .committing(let cause, let transaction):
            let isSpace: Bool
            switch cause {
            case .mapFull, .noSpace: isSpace = true
            default: isSpace = false
            }
            let isKept = isSpace && LMDBEventLog.isBefore(transaction, environment)
            settled = isKept ? .diskFull(cause) : .outcomeUnknown(cause)
        case .committed(let cause): settled = .outcomeUnknown(cause)
        }
        switch settled {
        case .outcomeUnknown, .diskFailed: state.withLock { $0.environment = nil }
        default: break
        }
        return settled
    }

    /// Whether the environment answers and has not committed that transaction.
    private static func isBefore(_ transaction: Int, _ environment: Environment) -> Bool {
        do throws(StoreFailure) {
            let probe = try environment.beginRead()
            return probe.snapshot < transaction
        } catch { return false }
    }
}
