internal import Dispatch
package import EventLog
internal import Foundation
internal import LMDB
internal import Logging
package import Records
internal import Synchronization

/// How far a rebuild is.
package struct RebuildProgress: Sendable, Equatable {
    /// The view.
    package let view: String
    /// The last position folded.
    package let position: UInt64
    /// Where the log ends.
    package let target: UInt64
    /// Events of the log per second so far.
    package let eventsPerSecond: UInt64
    /// Seconds left at that rate.
    package let secondsLeft: UInt64
}

/// What a rebuild found.
package struct RebuildOutcome: Sendable, Equatable {
    /// How the new rows compare with the old ones.
    package enum Comparison: Sendable, Equatable {
        /// The same rows in the same order.
        case same
        /// They differ; the first place is named, and the new rows are live.
        case different(String)
        /// There were no old rows of this fold and log.
        case nothingToCompare(String)
    }

    /// The view.
    package let view: String
    /// The generation that is live now.
    package let generation: Int
    /// Events of the log that were passed.
    package let events: UInt64
    /// How long it took.
    package let milliseconds: UInt64
    /// How the new rows compare with the old ones.
    package let comparison: Comparison
    /// SHA-256 over the canonical dump of the new rows, where they were compared.
    package let dumpHash: Digest256

    /// As the daemon and the tool answer it.
    package var json: JSONValue {
        let compared =
            switch comparison {
            case .same: "same"
            case .different(let place): "different: \(place)"
            case .nothingToCompare(let reason): "nothing to compare: \(reason)"
            }
        return .object([
            "view": .string(view), "generation": .integer(generation),
            "events": .integer(events), "milliseconds": .integer(milliseconds),
            "comparison": .string(compared), "dump": .string("\(dumpHash)"),
        ])
    }
}

extension ViewHost {
    /// Folds a view anew beside the live one, compares both at one position, and switches.
    ///
    /// Nobody is locked out meanwhile. The old generation is kept until the next rebuild; see
    /// ``rollBack(_:)``. It works without ``start()`` too.
    /// - Throws: ``ViewFailure``; then the old rows stay live.
    package func rebuild(
        _ name: String, progress: @escaping @Sendable (RebuildProgress) -> Void = { _ in }
    ) throws(ViewFailure) -> RebuildOutcome {
        let feed = LogFeed(
            source.reader(for: try runner(name).view), after: 0,
            through: source.log.end.last.rawValue)
        let taker = feed.enter()
        feed.readAhead()
        return try rebuild(name, taker, progress)
    }

    /// Rebuilds several views at the same time, each on a thread of its own: the log is read and
    /// decoded once for all of them.
    package func rebuild(
        _ names: [String], progress: @escaping @Sendable (RebuildProgress) -> Void = { _ in }
    ) -> [(view: String, result: Result<RebuildOutcome, ViewFailure>)] {
        let views = names.compactMap { runners[$0]?.view }
        let feed = LogFeed(
            source.reader(for: views), after: 0, through: source.log.end.last.rawValue)
        let results = Mutex<[Int: Result<RebuildOutcome, ViewFailure>]>([:])
        let done = DispatchGroup()
        let takers = names.map { _ in feed.enter() }
        feed.readAhead()
        for (index, name) in names.enumerated() {
            let taker = takers[index]
            done.enter()
            let thread = Thread { [self] in
                let result: Result<RebuildOutcome, ViewFailure>
                do throws(ViewFailure) {
                    result = .success(try rebuild(name, taker, progress))
                } catch { result = .failure(error) }
                results.withLock { $0[index] = result }
                done.leave()
            }
            thread.name = "rebuild \(name)"
            thread.stackSize = 4 << 20
            thread.start()
        }
        done.wait()
        let found = results.withLock { $0 }
        return names.enumerated().compactMap { index, name in
            found[index].map { (name, $0) }
        }
    }

    private func rebuild(
        _ name: String, _ taker: LogFeed.Taker,
        _ progress: @escaping @Sendable (RebuildProgress) -> Void
    ) throws(ViewFailure) -> RebuildOutcome {
        defer { taker.leave() }
        let runner = try runner(name)
        guard rebuilding.withLock({ $0.insert(name).inserted }) else { throw .rebuilding(name) }
        defer { rebuilding.withLock { _ = $0.remove(name) } }
        let live = try runner.liveStore()
        let previous = runner.folder.current
        runner.folder.keepOnly(previous.map { [$0] } ?? [])
        let fresh = try runner.createStore()
        do throws(ViewFailure) {
            return try rebuild(runner, live, fresh, previous, taker, progress)
        } catch {
            runner.folder.keepOnly(previous.map { [$0] } ?? [])
            throw error
        }
    }

    /// Makes the generation before the last rebuild the live one again.
    package func rollBack(_ name: String) throws(ViewFailure) -> Int {
        let runner = try runner(name)
        guard let current = runner.folder.current,
            let earlier = runner.folder.generations.last(where: { $0 != current })
        else { throw .nothingToRollBackTo(name) }
        let store = try stored { () throws(StoreFailure) in
            let store = try ViewStore(
                runner.view, folder: runner.folder.generation(earlier), generation: earlier)
            try store.begin()
            return store
        }
        guard
            let checkpoint = try store.checkpoint(of: runner.view),
            try logged({ () throws(LogFailure) in
                try checkpoint.disagreement(
                    with: source.log, lineage: source.lineage, version: runner.view.version)
            }) == nil
        else { throw .nothingToRollBackTo(name) }
        try runner.replace(with: store)
        return earlier
    }

    private func rebuild(
        _ runner: ViewRunner, _ live: Result<ViewStore, ViewRunner.Unusable>, _ fresh: ViewStore,
        _ previous: Int?, _ taker: LogFeed.Taker,
        _ progress: @escaping @Sendable (RebuildProgress) -> Void
    ) throws(ViewFailure) -> RebuildOutcome {
        let reader = source.reader(for: runner.view)
        let writer = try ViewWriter.opened(fresh, source.lineage)
        let meter = RebuildMeter(runner.view.name, source.log.end.last.rawValue, progress)
        let comparison: RebuildOutcome.Comparison
        switch live {
        case .failure(let unusable):
            try writer.catchUp(to: meter.target, taker, reader, meter.report)
            comparison = .nothingToCompare(unusable.reason)
        case .success(let store):
            // The bulk without a snapshot, which would pin pages; the rest to a snapshot's place.
            let place = try store.checkpoint(of: runner.view)?.position ?? 0
            try writer.catchUp(to: place, taker, reader, meter.report)
            taker.leave()
            comparison = try compare(store, fresh, writer, reader, meter)
        }
        let hash = try fresh.dumpHash()
        try writer.catchUp(to: source.log.end.last.rawValue, reader, meter.report)
        try runner.replace(with: fresh)
        runner.folder.keepOnly(Set([fresh.generation] + (previous.map { [$0] } ?? [])))
        return RebuildOutcome(
            view: runner.view.name, generation: fresh.generation,
            events: writer.checkpoint.position, milliseconds: meter.milliseconds,
            comparison: comparison, dumpHash: hash)
    }

    private func compare(
        _ live: ViewStore, _ fresh: ViewStore, _ writer: ViewWriter, _ reader: LogBatchReader,
        _ meter: RebuildMeter
    ) throws(ViewFailure) -> RebuildOutcome.Comparison {
        let old = try live.reader()
        let place = try old.position()
        try writer.catchUp(to: place, reader, meter.report)
        let new = try fresh.reader()
        let difference: String?
        do throws(StoreFailure) {
            difference = try ViewDump.firstDifference(of: live.view, old, new)
        } catch { throw .store(error) }
        guard let difference else { return .same }
        source.logger.warning(
            "rebuilt view differs from the rows before",
            metadata: ["view": "\(live.view.name)", "difference": "\(difference)"])
        return .different(difference)
    }
}

/// Measures a rebuild and reports it.
final class RebuildMeter: Sendable {
    private let view: String
    let target: UInt64
    private let start = DispatchTime.now()
    private let progress: @Sendable (RebuildProgress) -> Void

    init(
        _ view: String, _ target: UInt64, _ progress: @escaping @Sendable (RebuildProgress) -> Void
    ) {
        self.view = view
        self.target = target
        self.progress = progress
    }

    var milliseconds: UInt64 {
        (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000
    }

    func report(_ position: UInt64) {
        let rate = position * 1_000 / max(milliseconds, 1)
        let left = target - min(target, position)
        progress(
            RebuildProgress(
                view: view, position: position, target: target, eventsPerSecond: rate,
                secondsLeft: left / max(rate, 1)))
    }
}

extension ViewStore {
    /// SHA-256 over the canonical dump.
    func dumpHash() throws(ViewFailure) -> Digest256 {
        try stored { () throws(StoreFailure) in
            try ViewDump.hash(of: view, try ViewReader(environment))
        }
    }
}

extension ViewRunner {
    /// The live rows, opened where the thread does not run.
    func liveStore() throws(ViewFailure) -> Result<ViewStore, Unusable> {
        let (store, status) = snapshot
        if case .failed(let reason) = status.phase { return .failure(Unusable(reason: reason)) }
        if let store { return .success(store) }
        return try openCurrent()
    }
}
