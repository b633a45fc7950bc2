internal import Business
internal import EventLog
internal import LMDB
internal import Records

/// The one writer: decides commands and process steps in batches, and commits them.
///
/// Lives on the writer's thread alone; whoever else wants something puts it into the mailbox.
final class WriterCore {
    let log: any EventLog
    let index: LogIndex
    let registry: Registry
    let options: EngineOptions
    let mailbox: Mailbox
    let clock: any EngineClock
    let library: DefinitionLibrary
    let events: EventDecoder
    let personalKeys: PersonalKeys?
    let observer: @Sendable ([RecordedEvent]) -> Void

    var cache: StateCache
    var batch: Batch
    var owed = OwedQueue()
    var recordedSchemas: Set<String> = []
    /// The highest committed number of each id series that was asked for.
    var committedNumbers: [String: UInt64] = [:]
    /// The version at which a long stream's state was last kept, by stream.
    var snapshotVersions: [StreamName: UInt64] = [:]
    /// What the bytes of a kind of state are; nil for one that is not kept.
    var snapshotForms: [String: Digest256?] = [:]
    var company: CompanyFacts?
    let shared: SharedFacts
    var calendar = CompanyCalendar(zoneName: "UTC") {
        didSet { shared.set(calendar) }
    }
    var lastRecordedAt: Instant
    /// Due time of the earliest open timer; nil when none is open.
    var nextDue: Instant?
    var timersChanged = true
    /// A `clock.advance` that is under way.
    var advancing: ClockAdvance?
    /// Until when owed steps wait after a commit that the disk refused.
    private var owedPausedUntil: ContinuousClock.Instant?
    /// Workers whose requests wait for jobs.
    var jobWaiters: JobWaiters
    /// What the request for jobs that was just decided waits for; nil where it does not wait.
    var jobWish: JobWish?
    /// Whether the request at hand has waited and is served now.
    var isServingWaiter = false
    /// Who makes the step at hand, and under which key, when a client asked for it.
    var stepActor: Actor?
    var stepKey: (key: String, hash: Digest256)?
    var authority: Authority {
        didSet { shared.set(authority) }
    }
    var roleBook: RoleBook?
    /// Set when the log can take no more; the reason is the answer to every command.
    var stopped: String?

    init(parts: EngineParts) throws(EngineFailure) {
        shared = parts.shared
        log = parts.log
        index = parts.index
        registry = parts.registry
        options = parts.options
        mailbox = parts.mailbox
        clock = parts.clock
        library = DefinitionLibrary()
        events = parts.decoder
        personalKeys = parts.personalKeys
        observer = parts.observer
        authority = Authority(access: parts.options.access, book: nil, currency: nil)
        shared.set(authority)
        cache = StateCache(generationMax: parts.options.cachedStatesMax / 2)
        batch = Batch(next: parts.log.end.next.rawValue, limits: parts.options.limits)
        jobWaiters = JobWaiters(waitingMax: parts.options.limits.waitingWorkersMax)
        lastRecordedAt = Instant(
            microsecondsSinceEpoch: max(0, parts.log.end.lastRecordedAtMicroseconds))
        try restore()
    }

    /// The time of what is decided now: never before the last recorded event, nor before what was
    /// decided earlier, even where the machine's clock is put back within a batch.
    var now: Instant {
        let time = max(clock.now(), lastRecordedAt, lastDecidedAt)
        lastDecidedAt = time
        return time
    }
    private var lastDecidedAt = Instant(microsecondsSinceEpoch: 0)
    /// The oldest position to which something owed went back when the batch began.
    var oldestOwed: UInt64?
    /// A state that an expression of the step at hand asked for and that could not be read.
    var readFault: Rejection?

    /// Works until the mailbox is closed and everything in it is done.
    func run() {
        while true {
            let didWork = turn()
            if didWork { continue }
            if mailbox.isClosed, mailbox.isEmpty { break }
            mailbox.wait(microseconds: waitMicroseconds)
        }
        dismissJobWaiters()
    }

    private static let idleWaitMicroseconds: Int64 = 1_000_000
    private static let diskPauseSeconds = 2

    private var isOwedTime: Bool {
        stopped == nil && (owedPausedUntil.map { $0 <= .now } ?? true)
    }

    private var waitMicroseconds: Int64 {
        let timer = nextDue.map {
            $0.microsecondsSinceEpoch - clock.now().microsecondsSinceEpoch
        }
        guard let left = [timer, jobWaitMicroseconds].compactMap({ $0 }).min() else {
            return Self.idleWaitMicroseconds
        }
        return min(max(left, 1_000), Self.idleWaitMicroseconds)
    }

    /// A batch behind the log's end.
    func emptyBatch() -> Batch {
        Batch(next: log.end.next.rawValue, limits: options.limits)
    }

    /// One batch: owed steps first, oldest first, then workers who wait for jobs, then what clients
    /// sent; then the commit.
    ///
    /// Owed steps take at most three quarters of a batch while clients wait (design section 4).
    private func turn() -> Bool {
        batch = emptyBatch()
        dismissJobWaiters()
        if stopped == nil { fireDueTimers() }
        oldestOwed = owed.oldestPosition
        let clientsWait = advancing == nil && (!mailbox.isEmpty || areJobWaitersReady)
        let owedMax = clientsWait ? batch.commandsMax * 3 / 4 : batch.commandsMax
        while isOwedTime, batch.commandCount < owedMax, !batch.isFull, let next = owed.take() {
            perform(next)
            batch.commandCount += 1
        }
        var jobs: [WriterJob] = []
        if advancing == nil {
            serveJobWaiters()
            takeItems: while !batch.isFull {
                guard let item = mailbox.take(upTo: 1).first else { break }
                switch item {
                case .command(let submission, let presence, let reply):
                    batch.commandCount += 1
                    let restsOnBatch = !batch.drafts.isEmpty
                    let outcome = decide(submission)
                    if outcome == .deferred {
                        if letWait(submission, presence, reply) { continue takeItems }
                        advancing?.reply = reply
                        break takeItems
                    }
                    batch.replies.append(
                        Batch.Reply(send: reply, reply: outcome, restsOnBatch: restsOnBatch))
                case .job(let job):
                    jobs.append(job)
                    // A job sees what was committed, so it ends the batch.
                    break takeItems
                }
            }
        }
        let didWork = !batch.drafts.isEmpty || !batch.replies.isEmpty || !jobs.isEmpty
        commit()
        for job in jobs { job(self) }
        return didWork || continueAdvance()
    }

    /// Puts the batch on the disk, answers, and finds out what its events set off.
    func commit() {
        let batch = self.batch
        self.batch = emptyBatch()
        guard !batch.drafts.isEmpty else {
            owed.confirm()
            for reply in batch.replies { reply.send(reply.reply) }
            return
        }
        let stored: [StoredEvent]
        do throws(AppendFailure) {
            try flushKeys()
            let base = Position(batch.next - UInt64(batch.drafts.count))
            stored = try log.append(batch.drafts, expecting: base)
        } catch {
            failCommit(batch, error)
            return
        }
        knowSteps(of: batch, stored)
        do throws(IndexFailure) {
            try index.apply(stored)
        } catch {
            // The log has the events, the index does not: go on only from a fresh start.
            stop("The index failed after a commit: \(error). Restart the daemon.")
        }
        self.batch = emptyBatch()
        lastRecordedAt = Instant(
            microsecondsSinceEpoch: log.end.lastRecordedAtMicroseconds)
        for (stream, entry) in batch.states { cache.keep(entry, of: stream) }
        noteNumbers(of: batch)
        if stopped == nil { keepSnapshots(of: batch.states) }
        // Who reads that rules, roles or the company changed is judged by them from then on.
        let repliesFirst = !batch.isClosed
        if repliesFirst { send(batch.replies) }
        var recorded: [RecordedEvent] = []
        recorded.reserveCapacity(stored.count)
        for (place, event) in stored.enumerated() {
            recorded.append(
                RecordedEvent(event, batch.written[place].event, batch.written[place].stream))
        }
        owed.confirm()
        for event in recorded { notice(event) }
        if !repliesFirst { send(batch.replies) }
        for event in recorded { correlate(event) }
        for event in recorded { noteJobs(event) }
        observer(recorded)
        if index.isOverdue { flushIndex() }
    }

    /// Spares the index the decoding of steps that were made here.
    private func knowSteps(of batch: Batch, _ stored: [StoredEvent]) {
        var steps: [(event: StoredEvent, step: InstanceAdvanced)] = []
        for (place, written) in batch.written.enumerated()
        where type(of: written.event) == InstanceAdvanced.self {
            guard let step = written.event as? InstanceAdvanced else { continue }
            steps.append((stored[place], step))
        }
        events.know(steps)
    }

    private func send(_ replies: [Batch.Reply]) {
        for reply in replies { reply.send(reply.reply) }
    }

    /// Puts the keys of the batch on the disk; they must not take what the log keeps free.
    private func flushKeys() throws(AppendFailure) {
        guard let personalKeys, personalKeys.hasPendingKeys else { return }
        try log.checkFreeDisk()
        do throws(KeyFailure) {
            try personalKeys.flush()
        } catch { throw AppendFailure(error) }
    }

    /// Writes the index over at once when its own thread does not keep up: memory is bounded.
    private func flushIndex() {
        do throws(IndexFailure) {
            _ = try index.flush()
        } catch {
            stop("The index cannot be written: \(error). See the disk, then restart the daemon.")
        }
    }

    private func failCommit(_ batch: Batch, _ failure: AppendFailure) {
        let reply: CommandReply
        switch failure {
        case .diskLow(let free, let minimum):
            reply = .rejected(
                Rejection(
                    .diskLow,
                    "The disk has \(free) bytes free, \(minimum) are kept; make room and send again."
                ))
        case .diskFull:
            reply = .rejected(
                Rejection(
                    .diskFull, "The disk is full, nothing was written; make room and send again."))
        case .outcomeUnknown(let cause):
            reply = .failed(
                code: "outcome-unknown",
                message:
                    "The flush failed (\(cause)); send again with the same key to learn what became of it."
            )
        default:
            reply = .failed(code: "log-failed", message: "Nothing can be written: \(failure).")
        }
        for decided in batch.replies {
            switch decided.reply {
            // A refusal stands when nothing was in front of it that did not happen. That nothing had
            // to be written may rest on what was written in front of it, too.
            case .rejected where !decided.restsOnBatch: decided.send(decided.reply)
            case .accepted, .result, .unchanged, .rejected: decided.send(reply)
            case .failed, .deferred: decided.send(decided.reply)
            }
        }
        endAdvance(reply)
        recover(from: failure)
    }

    private func recover(from failure: AppendFailure) {
        cache.removeAll()
        recordedSchemas.removeAll()
        committedNumbers.removeAll()
        jobWaiters.lookAgain(at: now)
        switch failure {
        case .diskLow, .diskFull:
            // What is owed is tried again, but not at once: the disk must be given room first.
            owed.putBack()
            owedPausedUntil = .now + .seconds(Self.diskPauseSeconds)
        case .outcomeUnknown:
            do {
                try reopenLog()
            } catch {
                stop("The log could not be opened again: \(error). Restart the daemon.")
            }
        default: stop("The log failed: \(failure). See the disk, then restart the daemon.")
        }
    }

    /// Answers everything from now on with a failure; the daemon hears of it and stops.
    func stop(_ reason: String) {
        stopped = reason
        options.onStop(reason)
    }
}
