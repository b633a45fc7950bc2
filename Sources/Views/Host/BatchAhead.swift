internal import Dispatch
internal import EventLog
internal import Foundation
internal import Synchronization

/// A batch that is read and decoded on another thread while its taker does something else.
final class BatchAhead: Sendable {
    private let result = Mutex<Result<LogBatch, LogFailure>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Begins to read the events after a position and not after `last`.
    init(_ reader: LogBatchReader, after position: UInt64, through last: UInt64) {
        // A thread of its own: a shared pool may have all its threads waiting for such batches.
        Thread.detachNewThread { [self] in
            let read: Result<LogBatch, LogFailure>
            do throws(LogFailure) {
                read = .success(
                    try reader.batch(
                        after: position, through: last, events: ViewRunner.catchUpBatchMax))
            } catch { read = .failure(error) }
            result.withLock { $0 = read }
            done.signal()
        }
    }

    /// The batch; waits until it is read.
    /// - Precondition: it is taken once.
    func take() throws(ViewFailure) -> LogBatch {
        done.wait()
        guard let read = result.withLock({ $0.take() }) else {
            preconditionFailure("a batch is taken once")
        }
        return try logged { () throws(LogFailure) in try read.get() }
    }
}
