internal import Business
internal import Dispatch
internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// One view at work: a thread that folds what the log has flushed, and the snapshots for questions.
final class ViewRunner: Sendable {
    /// Offered events that may wait; beyond that they are dropped, and the view reads the log.
    static let waitingEventsMax = 65_536
    /// Events folded in one transaction while the view keeps up.
    static let liveBatchMax = 8_192
    /// Events of the log in one transaction while the view catches up.
    static let catchUpBatchMax = 16_384
    /// How long the thread sleeps before it looks at the log by itself.
    private static let idleMilliseconds = 100
    /// How long the thread waits after a failure of the disk before it tries again.
    private static let retrySeconds = 0.25

    let view: any View.Type
    let folder: ViewFolder
    let source: LogSource
    private let state = Mutex(RunnerState())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ view: any View.Type, folder: ViewFolder, source: LogSource) {
        self.view = view
        self.folder = folder
        self.source = source
    }

    /// Opens the live generation, or begins a new one, and starts the thread.
    func start() throws(ViewFailure) {
        let store = try openStore()
        let position = try store.checkpoint(of: view)?.position ?? 0
        let target = source.log.end.last.rawValue
        state.withLock {
            $0.store = store
            $0.position = position
            $0.target = target
            $0.phase = position < target ? .behind : .live
            $0.isRunning = true
        }
        let thread = Thread { [self] in
            // The store is not the thread's: who waits for the end finds its folder closed.
            run()
            ended.signal()
        }
        thread.name = "view \(view.name)"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Ends the thread after the batch at hand, and closes the store in order.
    func stop() {
        let wasRunning = state.withLock { state -> Bool in
            defer { state.isStopping = true }
            return state.isRunning && !state.isStopping
        }
        guard wasRunning else { return }
        wake.signal()
        ended.wait()
        state.withLock { state in
            state.isRunning = false
            state.store = nil
            state.phase = .closed
            state.wakeAll()
        }
    }

    /// Takes events that were flushed; from the writer's thread, so it only keeps references.
    func offer(_ events: [RecordedEvent]) {
        state.withLock { state in
            state.isFed = true
            if state.waitingEvents + events.count > Self.waitingEventsMax {
                state.waiting.removeAll()
                state.waitingEvents = 0
                state.hasDropped = true
            } else {
                state.waiting.append(events)
                state.waitingEvents += events.count
            }
        }
        wake.signal()
    }

    /// Says that the log has grown, when nobody offers events.
    func logHasGrown() {
        if state.withLock({ $0.isFed }) { return }
        wake.signal()
    }

    /// Makes another generation the live one; returns when it is.
    func replace(with store: ViewStore) throws(ViewFailure) {
        let done = DispatchSemaphore(value: 0)
        let isRunning = state.withLock { state -> Bool in
            guard state.isRunning, !state.isStopping else { return false }
            state.replacement = Replacement(store: store, done: done)
            return true
        }
        guard isRunning else {
            try store.closing()
            try folder.makeCurrent(store.generation)
            return
        }
        wake.signal()
        done.wait()
        if let reason = state.withLock({ $0.replacementFailure.take() }) { throw reason }
    }

    /// The live store and where the view is.
    var snapshot: (store: ViewStore?, status: RunnerState.Status) {
        state.withLock { ($0.store, $0.status) }
    }

    /// Waits until the view has folded a position or the time is over.
    func wait(for position: UInt64, timeoutMilliseconds: Int) {
        let semaphore = DispatchSemaphore(value: 0)
        let number: Int? = state.withLock { state in
            guard state.position < position, state.canMove else { return nil }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = (position, semaphore)
            return state.nextWaiter
        }
        guard let number else { return }
        _ = semaphore.wait(timeout: .now() + .milliseconds(timeoutMilliseconds))
        state.withLock { _ = $0.waiters.removeValue(forKey: number) }
    }
}

// MARK: - The thread

extension ViewRunner {
    private func run() {
        guard var current = state.withLock({ $0.store }) else { return }
        let reader = source.reader(for: view)
        var writer: ViewWriter?
        while true {
            let work = state.withLock { $0.takeWork() }
            if work.isStopping { break }
            do throws(ViewFailure) {
                if let replacement = work.replacement {
                    writer = nil
                    current = try install(replacement, over: current)
                }
                if writer == nil {
                    writer = try ViewWriter.opened(current, source.lineage)
                }
                if let writer { try fold(work, writer, reader) }
            } catch {
                writer = nil
                fail(error)
            }
        }
        do throws(StoreFailure) {
            try current.close()
        } catch {
            source.logger.warning(
                "view was not closed in order and will be checked at the next start",
                metadata: ["view": "\(view.name)", "reason": "\(error)"])
        }
    }

    /// Says once why the view cannot go on, and waits before the next attempt.
    private func fail(_ failure: ViewFailure) {
        let reason = "\(failure)"
        let isNews = state.withLock { state -> Bool in
            defer {
                state.phase = .failed(reason)
                state.wakeAll()
            }
            if case .failed(let known) = state.phase { return known != reason }
            return true
        }
        if isNews {
            source.logger.error(
                "view cannot go on and tries again",
                metadata: ["view": "\(view.name)", "reason": "\(reason)"])
        }
        Thread.sleep(forTimeInterval: Self.retrySeconds)
    }

    private func fold(
        _ work: RunnerState.Work, _ writer: ViewWriter, _ reader: LogBatchReader
    ) throws(ViewFailure) {
        if state.withLock({ $0.phase.isStopped }) {
            _ = wake.wait(timeout: .distantFuture)
            return
        }
        let position = writer.checkpoint.position
        if let batch = try offered(work.events, after: position) {
            try fold(batch, writer, reader)
            return
        }
        let end = source.log.end.last.rawValue
        // Who is fed waits for what is offered, and looks into the log when there is a gap.
        let readsLog = end > position && (work.mayReadLog || !work.events.isEmpty)
        guard readsLog else {
            caughtUp(position, end)
            let outcome = wake.wait(timeout: .now() + .milliseconds(Self.idleMilliseconds))
            if outcome == .timedOut { state.withLock { $0.mayReadLog = true } }
            return
        }
        let batch = try logged { () throws(LogFailure) in
            try reader.batch(after: position, through: end, events: Self.catchUpBatchMax)
        }
        try fold(batch, writer, reader)
        state.withLock { $0.mayReadLog = true }
    }

    /// The offered events as a batch, where they go on from a position without a gap.
    private func offered(
        _ events: [RecordedEvent], after position: UInt64
    ) throws(ViewFailure) -> LogBatch? {
        let fresh = events.drop { $0.position <= position }
        guard let first = fresh.first, let last = fresh.last, first.position == position + 1,
            last.position == position + UInt64(fresh.count)
        else { return nil }
        let leafHash = try logged { () throws(LogFailure) in
            try source.log.leafHash(at: Position(last.position))
        }
        return LogBatch(
            entries: fresh.map { .event($0) }, reached: last.position, leafHash: leafHash)
    }

    private func fold(
        _ batch: LogBatch, _ writer: ViewWriter, _ reader: LogBatchReader
    ) throws(ViewFailure) {
        guard let stop = try writer.folding(batch) else {
            reached(writer)
            return
        }
        try writer.catchUp(to: stop.position - 1, reader)
        reached(writer)
        source.logger.error(
            "view stopped before an event that it cannot fold",
            metadata: [
                "view": "\(view.name)", "position": "\(stop.position)", "type": "\(stop.type)",
                "reason": "\(stop.reason)",
            ])
        state.withLock {
            $0.phase = .stopped(stop)
            $0.wakeAll()
        }
    }

    private func reached(_ writer: ViewWriter) {
        let position = writer.checkpoint.position
        state.withLock { $0.reach(position, parked: writer.parked.count) }
    }

    private func caughtUp(_ position: UInt64, _ end: UInt64) {
        state.withLock { state in
            if position >= min(state.target, end) { state.reach(position, parked: state.parked) }
        }
    }

    /// Brings a new generation to where the old one is, and makes it the live one.
    private func install(
        _ replacement: Replacement, over current: ViewStore
    ) throws(ViewFailure) -> ViewStore {
        defer { replacement.done.signal() }
        do throws(ViewFailure) {
            let writer = try ViewWriter.opened(replacement.store, source.lineage)
            let position = state.withLock { $0.position }
            try writer.catchUp(to: position, source.reader(for: view))
            try folder.makeCurrent(replacement.store.generation)
            state.withLock { state in
                state.store = replacement.store
                state.position = writer.checkpoint.position
                state.parked = writer.parked.count
                state.target = source.log.end.last.rawValue
                state.phase = .live
            }
        } catch {
            state.withLock { $0.replacementFailure = error }
            return current
        }
        try current.closing()
        return replacement.store
    }
}
