internal import Business
internal import Records

/// What a request for jobs found when it has to wait.
struct JobWish {
    let type: String
    let worker: String
    let waitMilliseconds: Int64
    /// When the next job of the type comes free of those that others hold; nil when none is held.
    let nextFree: Instant?
}

extension WriterCore {
    static let noJobs = CommandReply.result(.object(["jobs": .array([])]))

    /// Lets the request that was just decided wait for jobs; does nothing when it was another.
    /// - Returns: Whether it waits, or was answered because its client is gone.
    func letWait(
        _ submission: Submission, _ presence: ClientPresence?,
        _ reply: @escaping @Sendable (CommandReply) -> Void
    ) -> Bool {
        guard let wish = jobWish else { return false }
        jobWish = nil
        let waiter = JobWaiter(
            type: wish.type, worker: wish.worker, submission: submission, presence: presence,
            deadline: .now + .milliseconds(wish.waitMilliseconds), reply: reply)
        guard !mailbox.isClosed, listen(for: presence) else {
            reply(Self.noJobs)
            return true
        }
        jobWaiters.add(waiter, nextFree: wish.nextFree)
        return true
    }

    /// Asks to hear when a client goes; a full mailbox costs no more than its requests' deadlines.
    private func listen(for presence: ClientPresence?) -> Bool {
        guard let presence else { return true }
        return presence.listen { [mailbox, weak presence] in
            guard let presence else { return }
            _ = mailbox.put(
                .job { core in
                    for waiter in core.jobWaiters.take(of: presence) { waiter.reply(Self.noJobs) }
                })
        }
    }

    /// Whether a job came free for somebody who waits.
    var areJobWaitersReady: Bool { jobWaiters.nextFree.map { $0 <= now } ?? false }

    /// Gives jobs that came free to those who wait, within the batch at hand.
    func serveJobWaiters() {
        while stopped == nil, !batch.isFull, let waiter = jobWaiters.takeReady(at: now) {
            guard waiter.presence?.isOver != true else {
                waiter.reply(Self.noJobs)
                continue
            }
            let restsOnBatch = !batch.drafts.isEmpty
            isServingWaiter = true
            let outcome = decide(waiter.submission)
            isServingWaiter = false
            if outcome == .deferred {
                let nextFree = jobWish?.nextFree
                jobWish = nil
                jobWaiters.putBack(waiter, nextFree: nextFree)
            } else {
                batch.commandCount += 1
                batch.replies.append(
                    Batch.Reply(send: waiter.reply, reply: outcome, restsOnBatch: restsOnBatch))
            }
        }
    }

    /// Answers those who need not wait any more: their time is over, or the engine stops.
    func dismissJobWaiters() {
        guard !jobWaiters.isEmpty else { return }
        if let stopped {
            answerAll(.failed(code: "stopped", message: stopped))
        } else if mailbox.isClosed {
            answerAll(
                .failed(code: "stopping", message: "The daemon is stopping; send again later."))
        } else {
            for waiter in jobWaiters.takeExpired(at: .now) { waiter.reply(Self.noJobs) }
        }
    }

    private func answerAll(_ reply: CommandReply) {
        for waiter in jobWaiters.takeAll() { waiter.reply(reply) }
    }

    /// Notes from a committed step when jobs come free.
    func noteJobs(_ event: RecordedEvent) {
        guard !jobWaiters.isEmpty, let step = event.step else { return }
        for row in step.opened where row.kind == .job {
            jobWaiters.note(row.key, freeAt: Instant(microsecondsSinceEpoch: row.order))
        }
    }

    /// Microseconds until somebody who waits is served or dismissed; nil when nobody waits.
    var jobWaitMicroseconds: Int64? {
        guard !jobWaiters.isEmpty else { return nil }
        let deadline = jobWaiters.nextDeadline.map { deadline in
            let left = ContinuousClock.now.duration(to: deadline).components
            return left.seconds * 1_000_000 + left.attoseconds / 1_000_000_000_000
        }
        let free = jobWaiters.nextFree.map {
            $0.microsecondsSinceEpoch - clock.now().microsecondsSinceEpoch
        }
        return [deadline, free].compactMap { $0 }.min()
    }
}
