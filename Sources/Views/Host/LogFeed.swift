internal import EventLog
internal import Foundation

/// Batches of the log for one or several views that fold it at the same time.
///
/// Each batch is read and decoded once, by whoever finds nothing else to do: a view that would have
/// to wait for its next batch reads a further one instead, and threads of the feed's own read ahead
/// where the machine has more processors than there are views. Batches are small, so that what one
/// thread decodes is still in the processor's cache when another folds it.
///
/// `@unchecked Sendable`: what changes is touched with the condition's lock held only.
final class LogFeed: @unchecked Sendable {
    /// Events of the log in one batch.
    static let batchEvents: UInt64 = 512
    /// Batches that are kept between the slowest view and the furthest one that was read.
    static let batchesMax = 64

    private let reader: LogBatchReader
    private let start: UInt64
    private let last: UInt64
    private let condition = NSCondition()
    private var batches: [Int: Result<LogBatch, LogFailure>] = [:]
    /// Batches that every view has folded, until a thread that reads gives them up: freeing what
    /// was decoded takes a tenth of the folding, and those that fold are the busier ones.
    private var folded: [Result<LogBatch, LogFailure>] = []
    private var nextToRead = 0
    /// The next batch of each view that still takes.
    private var takers: [Int: Int] = [:]
    private var takersEver = 0

    /// A feed of the events after `start` and not after `last`.
    init(_ reader: LogBatchReader, after start: UInt64, through last: UInt64) {
        self.reader = reader
        self.start = start
        self.last = max(start, last)
    }

    /// Batches in all.
    private var count: Int {
        Int((last - start + Self.batchEvents - 1) / Self.batchEvents)
    }

    /// Where a batch ends.
    private func end(of number: Int) -> UInt64 {
        min(last, start + UInt64(number + 1) * Self.batchEvents)
    }

    /// One view's place in the feed; it belongs to one thread at a time.
    ///
    /// `@unchecked Sendable`: it is handed to the thread that takes before that begins.
    final class Taker: @unchecked Sendable {
        private let feed: LogFeed
        private let id: Int
        private var next = 0

        fileprivate init(_ feed: LogFeed, _ id: Int) {
            self.feed = feed
            self.id = id
        }

        deinit { leave() }

        /// Takes no more, so that others need not wait.
        func leave() { feed.leave(id) }

        /// The next batch, where it ends at or before a position; nil otherwise.
        func take(notBeyond position: UInt64) throws(LogFailure) -> LogBatch? {
            guard next < feed.count, feed.end(of: next) <= position else { return nil }
            defer { next += 1 }
            return try feed.batch(next, for: id).get()
        }
    }

    /// A view begins to take batches, from the first one; all of them before any takes.
    func enter() -> Taker {
        condition.lock()
        defer { condition.unlock() }
        let id = takersEver
        takersEver += 1
        takers[id] = 0
        return Taker(self, id)
    }

    /// Starts threads that read ahead while views take.
    func readAhead() {
        condition.lock()
        let free = ProcessInfo.processInfo.activeProcessorCount - takersEver
        condition.unlock()
        guard count > 1, free > 0 else { return }
        for _ in 0..<free {
            let thread = Thread { [self] in readUntilTaken() }
            thread.name = "views read ahead"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    private func leave(_ id: Int) {
        condition.lock()
        takers[id] = nil
        forgetFolded()
        condition.broadcast()
        condition.unlock()
    }

    private func batch(_ number: Int, for id: Int) -> Result<LogBatch, LogFailure> {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = batches[number] {
                takers[id] = number + 1
                forgetFolded()
                condition.broadcast()
                return result
            }
            if canRead { readNext() } else { condition.wait() }
        }
    }

    /// What a thread does that reads ahead, as long as somebody takes.
    private func readUntilTaken() {
        condition.lock()
        defer { condition.unlock() }
        while nextToRead < count, !takers.isEmpty {
            if canRead { readNext() } else { condition.wait() }
        }
    }

    /// Reads the next batch that nobody reads yet; the lock is held before and after, not meanwhile.
    private func readNext() {
        let number = nextToRead
        nextToRead += 1
        var givenUp: [Result<LogBatch, LogFailure>] = []
        swap(&givenUp, &folded)
        condition.unlock()
        givenUp.removeAll()
        let result: Result<LogBatch, LogFailure>
        do throws(LogFailure) {
            let after = number == 0 ? start : end(of: number - 1)
            result = .success(try reader.whole(after: after, through: end(of: number)))
        } catch { result = .failure(error) }
        condition.lock()
        // Those who would have taken it may be gone.
        if !takers.isEmpty { batches[number] = result }
        condition.broadcast()
    }

    private var canRead: Bool { nextToRead < count && hasRoom }

    private var hasRoom: Bool {
        guard let slowest = takers.values.min() else { return false }
        return nextToRead < slowest + Self.batchesMax
    }

    /// Lets go of the batches that every view has folded: who takes a batch is done with the one
    /// before.
    private func forgetFolded() {
        guard let slowest = takers.values.min() else {
            batches.removeAll()
            folded.removeAll()
            return
        }
        var number = slowest - 2
        while number >= 0, let done = batches.removeValue(forKey: number) {
            folded.append(done)
            number -= 1
        }
    }
}
