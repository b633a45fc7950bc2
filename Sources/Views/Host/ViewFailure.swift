package import EventLog
package import LMDB

/// Why a view cannot be opened, folded or rebuilt.
package enum ViewFailure: Error, Equatable, Sendable {
    /// No view has this name.
    case unknownView(String)
    /// The view's store failed.
    case store(StoreFailure)
    /// The log could not be read.
    case log(LogFailure)
    /// The view's folder could not be made.
    case folder(DataFolderFailure)
    /// The view's rows cannot be read.
    case damaged(String)
    /// The fold stops before an event that it cannot fold.
    case stopped(view: String, position: UInt64, type: String, reason: String)
    /// A rebuild of the view is under way.
    case rebuilding(String)
    /// There is no earlier generation to go back to.
    case nothingToRollBackTo(String)
}

extension ViewFailure: CustomStringConvertible {
    /// Expected, found and remedy.
    package var description: String {
        switch self {
        case .unknownView(let name): "there is no view \"\(name)\""
        case .store(let failure): failure.description
        case .log(let failure): failure.description
        case .folder(let failure): failure.description
        case .damaged(let reason): "\(reason); rebuild the view"
        case .stopped(let view, let position, let type, let reason):
            "the view \(view) cannot fold position \(position) (\(type)): \(reason)"
        case .rebuilding(let view): "the view \(view) is being rebuilt already; wait for its end"
        case .nothingToRollBackTo(let view):
            "the view \(view) has no earlier generation; one is kept from a rebuild to the next"
        }
    }
}

/// Does what the store may refuse.
func stored<Result: ~Copyable>(
    _ body: () throws(StoreFailure) -> Result
) throws(ViewFailure) -> Result {
    do throws(StoreFailure) { return try body() } catch { throw .store(error) }
}

/// Does what the log may refuse.
func logged<Result>(
    _ body: () throws(LogFailure) -> Result
) throws(ViewFailure) -> Result {
    do throws(LogFailure) { return try body() } catch { throw .log(error) }
}

extension ViewWriter {
    static func opened(
        _ store: ViewStore, _ lineage: LogLineage
    ) throws(ViewFailure) -> ViewWriter {
        try stored { () throws(StoreFailure) in try ViewWriter(store, lineage: lineage) }
    }

    func folding(_ batch: LogBatch) throws(ViewFailure) -> Stop? {
        try stored { () throws(StoreFailure) in try fold(batch) }
    }

    /// Reads and folds the log up to a position.
    ///
    /// `report` is told the position after each transaction.
    func catchUp(
        to last: UInt64, _ reader: LogBatchReader, _ report: (UInt64) -> Void = { _ in }
    ) throws(ViewFailure) {
        guard checkpoint.position < last else { return }
        let feed = LogFeed(reader, after: checkpoint.position, through: last)
        let taker = feed.enter()
        feed.readAhead()
        try catchUp(to: last, taker, reader, report)
    }

    /// Folds what a feed gives, which goes on where this writer is, and reads the rest up to a
    /// position by itself.
    func catchUp(
        to last: UInt64, _ taker: LogFeed.Taker, _ reader: LogBatchReader,
        _ report: (UInt64) -> Void
    ) throws(ViewFailure) {
        var isAtEnd = false
        while !isAtEnd, checkpoint.position < last {
            let from = checkpoint.position
            let limit = min(last, from + Self.transactionEvents)
            var reached = from
            let unfoldable = try fold { () throws(LogFailure) in
                let batch = try taker.take(notBeyond: limit)
                if let batch { reached = batch.reached }
                return batch
            }
            isAtEnd = reached == from
            if let unfoldable { try catchUpInBatches(to: unfoldable, reader) }
            report(checkpoint.position)
        }
        try catchUpInBatches(to: last, reader)
        report(checkpoint.position)
    }

    /// Events of the log in one transaction of a rebuild.
    private static let transactionEvents: UInt64 = 65_536

    /// Reads and folds the log up to a position, a batch in each transaction.
    private func catchUpInBatches(
        to last: UInt64, _ reader: LogBatchReader
    ) throws(ViewFailure) {
        while checkpoint.position < last {
            let from = checkpoint.position
            let batch = try logged { () throws(LogFailure) in
                try reader.batch(after: from, through: last, events: ViewRunner.catchUpBatchMax)
            }
            guard batch.reached > from else {
                throw .log(.missing(Position(from + 1)))
            }
            if let stop = try folding(batch) {
                try foldRest(before: stop, reader)
                throw .stopped(
                    view: store.view.name, position: stop.position, type: stop.type,
                    reason: stop.reason)
            }
        }
    }

    /// Folds what stands before an event that stops the view.
    private func foldRest(before stop: Stop, _ reader: LogBatchReader) throws(ViewFailure) {
        let from = checkpoint.position
        guard stop.position - 1 > from else { return }
        let batch = try logged { () throws(LogFailure) in
            try reader.batch(
                after: from, through: stop.position - 1, events: ViewRunner.catchUpBatchMax)
        }
        _ = try folding(batch)
    }
}

extension ViewReader {
    /// The position up to which the rows of this snapshot are folded.
    borrowing func position() throws(ViewFailure) -> UInt64 {
        do throws(StoreFailure) {
            return try checkpoint()?.position ?? 0
        } catch { throw .store(error) }
    }
}

extension ViewStore {
    func reader() throws(ViewFailure) -> ViewReader {
        do throws(StoreFailure) {
            return try ViewReader(environment)
        } catch { throw .store(error) }
    }

    func checkpoint(of view: any View.Type) throws(ViewFailure) -> Checkpoint? {
        try stored { () throws(StoreFailure) in try checkpoint() }
    }

    func closing() throws(ViewFailure) {
        try stored { () throws(StoreFailure) in try close() }
    }
}

extension ViewFolder {
    func makeCurrent(_ generation: Int) throws(ViewFailure) {
        try stored { () throws(StoreFailure) in try setCurrent(generation) }
    }
}
