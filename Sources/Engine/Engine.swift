package import Business
package import EventLog
internal import Dispatch
internal import Foundation
internal import Logging
internal import Records
internal import Synchronization

/// The engine over one data folder: decides commands on its writer's thread, keeps the index, and
/// tells whoever observes what was committed.
package final class Engine: Sendable {
    /// The log, for readers.
    package let log: any EventLog
    /// Look-ups over the log, for readers.
    package let index: LogIndex
    /// All that the program can decide and fold.
    package let registry: Registry
    /// Reads stored events as facts.
    package let decoder: EventDecoder
    /// The engine's time.
    package let clock: any EngineClock

    private let mailbox: Mailbox
    private let writer: WriterThread
    private let indexFlusher: IndexFlusher
    private let observers: CommitObservers
    private let logger: Logger
    /// The company's zone, kept by the writer for readers on other threads.
    let shared: SharedFacts

    private init(
        log: any EventLog, index: LogIndex, registry: Registry, decoder: EventDecoder,
        clock: any EngineClock, mailbox: Mailbox, writer: WriterThread,
        indexFlusher: IndexFlusher, observers: CommitObservers, shared: SharedFacts, logger: Logger
    ) {
        self.shared = shared
        self.log = log
        self.index = index
        self.registry = registry
        self.decoder = decoder
        self.clock = clock
        self.mailbox = mailbox
        self.writer = writer
        self.indexFlusher = indexFlusher
        self.observers = observers
        self.logger = logger
    }

    /// Opens the engine over a log and an index.
    ///
    /// - Parameters:
    ///   - log: The log; an empty one gets its first event.
    ///   - indexPath: The folder of the index.
    ///   - keys: The personal keys; nil keeps personal fields open (tests).
    ///   - registry: All that the program can decide and fold.
    ///   - clockKind: The kind of clock of an empty log; nil takes the folder's own, or the real one.
    ///   - clock: What tells the time on the real clock.
    ///   - options: The rest.
    /// - Returns: The engine, its writer standing where the log ends.
    /// - Throws: ``EngineFailure`` when the folder cannot be used as it is.
    package static func open(
        log: any EventLog, indexPath: String, keys: KeyStore?, registry: Registry,
        clockKind: ClockKind? = nil, clock: any EngineClock = SystemClock(),
        options: EngineOptions
    ) throws(EngineFailure) -> Engine {
        let personalKeys = keys.map(PersonalKeys.init)
        let decoder = EventDecoder(registry: registry) { _ in personalKeys }
        let kind = try startFolder(log, kind: clockKind, clock: clock, decoder: decoder)
        let index: LogIndex
        do throws(IndexFailure) {
            // An event that the program does not know is met before the index is written with it.
            index = try LogIndex(
                path: indexPath, log: log, tables: EngineTables.all(decoder),
                refusal: { decoder.refusal(of: $0)?.description })
        } catch { throw EngineFailure(error) }
        try FormCheck.run(log, index, registry, decoder)
        let mailbox = Mailbox(waitingMax: options.limits.waitingCommandsMax)
        let observers = CommitObservers()
        let time: any EngineClock =
            kind == .manual ? StandingClock(Instant(microsecondsSinceEpoch: 0)) : clock
        let shared = SharedFacts()
        let parts = EngineParts(
            shared: shared, log: log, index: index, registry: registry, options: options,
            mailbox: mailbox,
            clock: time, decoder: decoder, personalKeys: personalKeys,
            observer: { observers.tell($0) })
        let writer = try WriterThread.start(parts)
        return Engine(
            log: log, index: index, registry: registry, decoder: decoder, clock: time,
            mailbox: mailbox, writer: writer,
            indexFlusher: IndexFlusher.start(index, logger: options.logger) { reason in
                let isTold = mailbox.put(.job { $0.stop(reason) })
                if !isTold { options.onStop(reason) }
            },
            observers: observers, shared: shared, logger: options.logger)
    }

    /// Writes the first event of an empty log; compares the clock of any other.
    private static func startFolder(
        _ log: any EventLog, kind: ClockKind?, clock: any EngineClock, decoder: EventDecoder
    ) throws(EngineFailure) -> ClockKind {
        do {
            guard log.end.last == .origin else {
                guard let first = try log.event(at: .first),
                    let started = try decoder.decode(first) as? ClockStarted
                else { throw EngineFailure.unreadable("its first event does not found a folder") }
                if let kind, kind != started.kind {
                    throw EngineFailure.otherClock(found: started.kind.rawValue)
                }
                return started.kind
            }
            let chosen = kind ?? .real
            let time = chosen == .manual ? Instant(microsecondsSinceEpoch: 0) : clock.now()
            try writeFirstEvent(log, chosen, time)
            return chosen
        } catch let failure as EngineFailure {
            throw failure
        } catch let failure as DecodingFailure {
            throw EngineFailure(failure)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private static func writeFirstEvent(
        _ log: any EventLog, _ kind: ClockKind, _ time: Instant
    ) throws(AppendFailure) {
        let started = ClockStarted(
            logIdentity: Blob(LogLineage.freshIdentity()), kind: kind, time: time)
        let envelope = Envelope(
            stream: "\(ClockState.streamType)/\(ClockState.id)", version: 1,
            type: ClockStarted.typeName, company: WriterCore.groupName,
            recordedAtMicroseconds: time.microsecondsSinceEpoch,
            effectiveDay: time.dateInUTC.daysSinceEpoch, actor: Actor.engine.id)
        _ = try log.append(
            [DraftEvent(envelope: envelope, payload: started.encoded())], expecting: .first)
    }

    /// Gives a command to the writer, which replies after the commit.
    ///
    /// - Parameters:
    ///   - submission: The command.
    ///   - presence: The client's; a request that waits does so no longer than it is there.
    ///   - reply: Called once, on the writer's thread where it was decided there.
    package func submit(
        _ submission: Submission, presence: ClientPresence? = nil,
        reply: @escaping @Sendable (CommandReply) -> Void
    ) {
        if mailbox.put(.command(submission, presence, reply: reply)) { return }
        if mailbox.isClosed {
            reply(.failed(code: "stopping", message: "The daemon is stopping; send again later."))
        } else {
            reply(
                .rejected(
                    Rejection(
                        .overloaded,
                        "More than \(mailbox.waitingMax) commands wait; send again in a moment.")))
        }
    }

    /// Gives a command and waits for its reply.
    package func submit(
        _ submission: Submission, presence: ClientPresence? = nil
    ) async -> CommandReply {
        await withCheckedContinuation { continuation in
            submit(submission, presence: presence) { continuation.resume(returning: $0) }
        }
    }

    /// Tells `body` of every commit from now on, on the writer's thread: it must be quick.
    package func observe(_ body: @escaping @Sendable ([RecordedEvent]) -> Void) {
        observers.add(body)
    }

    /// Runs work on the writer's thread, which alone sees the states.
    func onWriter<Result: Sendable>(
        _ body: @escaping @Sendable (WriterCore) -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let isAccepted = mailbox.put(
                .job { core in continuation.resume(returning: body(core)) })
            if !isAccepted { continuation.resume(returning: nil) }
        }
    }

    /// The daemon is about to stop: a clock that moves stands where it is, and who asked for it is
    /// told while connections are still open.
    package func endAdvance() { mailbox.endAdvance() }

    /// Takes no more commands, finishes those that wait, and writes the index.
    package func close() {
        mailbox.close()
        writer.join()
        indexFlusher.stop()
    }
}

/// The company's calendar and who may what, as the writer knows them, for readers on other threads.
final class SharedFacts: Sendable {
    private struct Facts {
        var calendar = CompanyCalendar(zoneName: "UTC")
        var authority: Authority?
    }

    private let facts = Mutex(Facts())

    var calendar: CompanyCalendar { facts.withLock { $0.calendar } }
    var authority: Authority? { facts.withLock { $0.authority } }

    func set(_ calendar: CompanyCalendar) { facts.withLock { $0.calendar = calendar } }
    func set(_ authority: Authority) { facts.withLock { $0.authority = authority } }
}

/// Who hears of commits.
final class CommitObservers: Sendable {
    private let bodies = Mutex<[@Sendable ([RecordedEvent]) -> Void]>([])

    func add(_ body: @escaping @Sendable ([RecordedEvent]) -> Void) {
        bodies.withLock { $0.append(body) }
    }

    func tell(_ events: [RecordedEvent]) {
        for body in bodies.withLock({ $0 }) { body(events) }
    }
}

/// The thread on which the one writer lives: the core is made there and never leaves it.
final class WriterThread: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private static let stackBytes = 16 << 20

    /// Starts the thread; returns when the writer stands where the log ends.
    static func start(_ parts: EngineParts) throws(EngineFailure) -> WriterThread {
        let writer = WriterThread()
        let ready = DispatchSemaphore(value: 0)
        let box = FailureBox(failure: nil)
        let thread = Thread {
            do throws(EngineFailure) {
                let core = try WriterCore(parts: parts)
                ready.signal()
                core.run()
            } catch {
                box.set(error)
                ready.signal()
            }
            writer.done.signal()
        }
        thread.name = "daybook-writer"
        thread.stackSize = stackBytes
        thread.start()
        ready.wait()
        if let failure = box.get() { throw failure }
        return writer
    }

    /// Waits until the writer has ended.
    func join() {
        done.wait()
        done.signal()
    }
}

/// A failure handed from one thread to another.
private final class FailureBox: Sendable {
    private let failure: Mutex<EngineFailure?>
    init(failure: EngineFailure?) { self.failure = Mutex(failure) }
    func set(_ failure: EngineFailure) { self.failure.withLock { $0 = failure } }
    func get() -> EngineFailure? { failure.withLock { $0 } }
}

/// Writes the index over when it is due, on a thread of its own.
final class IndexFlusher: Sendable {
    private let stopped = Mutex(false)
    private let wake = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)
    private static let tickMilliseconds = 200

    /// Starts the thread; `onLoss` hears that the index cannot be used any more, and why.
    static func start(
        _ index: LogIndex, logger: Logger, onLoss: @escaping @Sendable (String) -> Void
    ) -> IndexFlusher {
        let flusher = IndexFlusher()
        let thread = Thread {
            var last = DispatchTime.now()
            // What is in memory when it is stopped is written whenever that was, and once at least.
            var isStopping = false
            while !isStopping {
                _ = flusher.wake.wait(timeout: .now() + .milliseconds(tickMilliseconds))
                let age = Int(
                    (DispatchTime.now().uptimeNanoseconds - last.uptimeNanoseconds) / 1_000_000)
                isStopping = flusher.stopped.withLock { $0 }
                guard isStopping || index.isFlushDue(millisecondsSinceFlush: age) else { continue }
                do throws(IndexFailure) {
                    _ = try index.flush()
                } catch {
                    // The index is a function of the log: what could not be written is tried again,
                    // and read from the log at the next start.
                    logger.error("index flush failed", metadata: ["reason": "\(error)"])
                    if !isStopping, !index.isUsable {
                        // Nothing can be looked up: no command could be decided.
                        onLoss("The index failed: \(error). See the disk, then restart the daemon.")
                    }
                }
                last = .now()
            }
            flusher.done.signal()
        }
        thread.name = "daybook-index"
        thread.start()
        return flusher
    }

    func stop() {
        stopped.withLock { $0 = true }
        wake.signal()
        done.wait()
        done.signal()
    }
}
