package import Business
package import EventLog
internal import LMDB
package import Logging
package import Records
internal import Synchronization

/// Keeps the views of a data folder: folds what the log has flushed, and answers questions.
///
/// One thread folds each view. Questions are answered on the caller's thread from a snapshot and
/// never wait for a fold, unless they ask for a position that the view has not reached.
package final class ViewHost: Sendable {
    /// How long a question waits for the position of its `after` unless told otherwise.
    package static let waitMillisecondsDefault = 5_000

    /// The views with their questions.
    package let catalog: ViewCatalog
    let source: LogSource
    let runners: [String: ViewRunner]
    let rebuilding = Mutex<Set<String>>([])
    private let observation = Mutex<LogTail.Observation?>(nil)

    /// A host over a folder for all views, made where it is not there.
    ///
    /// Nothing is opened before ``start()``; rebuilding and auditing work without it.
    /// - Parameters:
    ///   - folder: The folder `views` of the data folder.
    ///   - log: The log that is folded.
    ///   - lineage: Which log it is; rows of another one are folded anew.
    ///   - decode: Reads a stored event as a fact.
    ///   - views: The views.
    ///   - logger: Told what is rebuilt and why, and what fails.
    package init(
        folder: String, log: any EventLog, lineage: LogLineage, decode: @escaping EventDecode,
        views: [any View.Type], logger: Logger
    ) {
        catalog = ViewCatalog(views)
        source = LogSource(
            log: log, lineage: lineage, decode: decode, logger: logger)
        var runners: [String: ViewRunner] = [:]
        for view in views {
            runners[view.name] = ViewRunner(
                view, folder: ViewFolder("\(folder)/\(view.name)"), source: source)
        }
        self.runners = runners
    }

    /// Opens all views, rebuilding those whose rows do not fit the log, and begins to fold.
    package func start() throws(ViewFailure) {
        for view in catalog.views { try runner(view.name).start() }
        let runners = runners
        let observed = source.log.tail.observe { _ in
            for runner in runners.values { runner.logHasGrown() }
        }
        observation.withLock { $0 = observed }
    }

    /// Ends folding after the batches at hand, and closes all views in order.
    package func stop() {
        if let observed = observation.withLock({ $0.take() }) { source.log.tail.stop(observed) }
        for runner in runners.values { runner.stop() }
    }

    /// Takes events that were flushed, in log order; from the writer's thread.
    package func offer(_ events: [RecordedEvent]) {
        guard !events.isEmpty else { return }
        for runner in runners.values { runner.offer(events) }
    }

    /// Answers a question.
    ///
    /// - Parameters:
    ///   - name: The question's name, `finance.trial-balance`.
    ///   - parameters: Its parameters as a JSON object.
    ///   - context: The axes of time and the company's date.
    ///   - after: A position that the view must have reached: reading one's own writes.
    ///   - timeoutMilliseconds: How long to wait for it at the most.
    /// - Returns: The rows, and the position for which they are exact.
    /// - Throws: ``QueryFailure``, each with a stable code.
    package func query(
        _ name: String, parameters: JSONValue = .object([JSONMember]()), context: QueryContext,
        after: UInt64? = nil, timeoutMilliseconds: Int = waitMillisecondsDefault
    ) throws(QueryFailure) -> QueryReply {
        let (view, query) = try catalog.find(name)
        try query.check(context)
        guard let runner = runners[view.name] else {
            throw .unknownQuery(name: name, nearest: nil)
        }
        if let after { runner.wait(for: after, timeoutMilliseconds: timeoutMilliseconds) }
        let store = try runner.readable(after: max(after ?? 0, context.at ?? 0))
        let reader: ViewReader
        do throws(StoreFailure) {
            reader = try ViewReader(store.environment)
        } catch { throw .store(error) }
        return try query.reply(reader, parameters, context)
    }

    /// How far each view is.
    package var status: [ViewStatus] {
        let end = source.log.end.last.rawValue
        return catalog.views.compactMap { runners[$0.name]?.status(end) }
    }

    func runner(_ name: String) throws(ViewFailure) -> ViewRunner {
        guard let runner = runners[name] else { throw .unknownView(name) }
        return runner
    }
}

/// Where a view is.
package struct ViewStatus: Sendable, Equatable {
    /// What a view is doing.
    package enum State: String, Sendable {
        /// It is not open.
        case closed
        /// It catches up with the log after a start; its queries answer `view-behind`.
        case behind
        /// It folds what comes.
        case live
        /// It stopped before an event that it cannot fold; its queries answer `view-stopped`.
        case stopped
        /// Its disk or the log failed; it tries again.
        case failed
    }

    /// The view's name.
    package let view: String
    /// What it is doing.
    package let state: State
    /// The last position folded.
    package let position: UInt64
    /// Events of the log after that.
    package let lag: UInt64
    /// Things whose events it passes over.
    package let parkedKeys: Int
    /// Why it stopped or failed.
    package let reason: String?
    /// The generation that is live.
    package let generation: Int?
}

extension ViewRunner {
    /// The store to answer from, where the view may answer.
    func readable(after position: UInt64) throws(QueryFailure) -> ViewStore {
        let (store, status) = snapshot
        switch status.phase {
        case .stopped(let stop):
            throw .viewStopped(
                view: view.name, position: stop.position, type: stop.type, reason: stop.reason)
        case .behind, .closed:
            throw .viewBehind(view: view.name, position: status.position, target: status.target)
        case .failed where status.position < status.target:
            throw .viewBehind(view: view.name, position: status.position, target: status.target)
        case .live, .failed: break
        }
        guard let store, status.position >= position else {
            throw .viewBehind(view: view.name, position: status.position, target: position)
        }
        return store
    }

    func status(_ end: UInt64) -> ViewStatus {
        let (store, status) = snapshot
        var reason: String?
        let state: ViewStatus.State
        switch status.phase {
        case .closed: state = .closed
        case .behind: state = .behind
        case .live: state = .live
        case .stopped(let stop):
            state = .stopped
            reason = "position \(stop.position) (\(stop.type)): \(stop.reason)"
        case .failed(let why):
            state = .failed
            reason = why
        }
        return ViewStatus(
            view: view.name, state: state, position: status.position,
            lag: end - min(end, status.position), parkedKeys: status.parked, reason: reason,
            generation: store?.generation)
    }
}
