internal import Business
internal import EventLog
internal import Records

/// A `clock.advance` that is under way: fires what is due one at a time and commits as it goes.
struct ClockAdvance {
    let to: Instant
    let submission: Submission
    let actor: Actor
    /// Set by the batch loop, which knows whom to answer.
    var reply: (@Sendable (CommandReply) -> Void)?
}

extension WriterCore {
    /// Begins to move a manual clock; its reply comes when it stands where it should.
    func beginAdvance(
        to instant: Instant, _ submission: Submission, _ actor: Actor
    ) -> CommandReply {
        advancing = ClockAdvance(to: instant, submission: submission, actor: actor)
        return .deferred
    }

    /// Timers that one batch owes at the most.
    private static let timersPerBatchMax = 256

    /// Owes what is due on a running clock.
    func fireDueTimers() {
        if timersChanged { findNextDue() }
        guard advancing == nil, library.clockKind == .real, let nextDue, nextDue <= now else {
            return
        }
        for place in openTimers(limit: Self.timersPerBatchMax) {
            let due = Instant(microsecondsSinceEpoch: place.order)
            guard due <= now else { break }
            oweTimer(place, due)
        }
        fireTimerStarts(until: now)
        timersChanged = true
    }

    private func oweTimer(_ place: EngineTables.WaitPlace, _ due: Instant) {
        owed.put(
            Owed(
                kind: .timer(token: place.token, due: due), instance: place.instance, cause: nil,
                position: place.armed))
    }

    private func openTimers(limit: Int) -> [EngineTables.WaitPlace] {
        let rows = found([]) {
            try index.rows(
                in: EngineTables.waits, prefix: EngineTables.waitPrefix(.timer, ""), limit: limit)
        }
        return rows.compactMap(EngineTables.place)
    }

    private func findNextDue() {
        timersChanged = false
        let timer = openTimers(limit: 1).first.map { Instant(microsecondsSinceEpoch: $0.order) }
        let start = library.nextTimerStart
        nextDue = [timer, start?.due].compactMap { $0 }.min()
    }

    private func fireTimerStarts(until time: Instant) {
        for _ in 0..<Self.timersPerBatchMax {
            guard let start = library.nextTimerStart, start.due <= time else { return }
            oweStart(start)
        }
    }

    private func oweStart(_ start: DeployedSet.TimerStart) {
        owed.put(
            Owed(
                kind: .timerStart(
                    process: start.process, startEvent: start.elementID, due: start.due),
                instance: Self.instance(of: start), cause: nil,
                position: UInt64(clamping: start.due.microsecondsSinceEpoch)))
        library.timerStartFired(
            start, at: stepTime(start.due), armed: log.end.next.rawValue)
    }

    /// The id of the instance that a firing starts: it tells a firing that was done from one that is
    /// still owed.
    private static func instance(of start: DeployedSet.TimerStart) -> String {
        "\(start.process)-\(start.due.microsecondsSinceEpoch)"
    }

    /// When the firing was due that started an instance.
    static func due(ofInstance id: String) -> Instant? {
        id.split(separator: "-").last.flatMap { Int64($0) }.map {
            Instant(microsecondsSinceEpoch: $0)
        }
    }

    /// Goes on with moving a manual clock: the next timer, or the end.
    /// - Returns: Whether there was something to do.
    func continueAdvance() -> Bool {
        guard let advancing else { return false }
        if let stopped {
            endAdvance(.failed(code: "stopped", message: stopped))
            return true
        }
        if mailbox.isClosed || mailbox.endsAdvance {
            endAdvance(
                .failed(
                    code: "stopping",
                    message:
                        "The daemon is stopping with the clock at \(now); send again later to go on."
                ))
            return true
        }
        guard owed.isEmpty else { return true }
        guard let standing = clock as? StandingClock else { return false }
        findNextDue()
        if let nextDue, nextDue <= advancing.to {
            if tellAdvance(advancing) { return true }
            standing.move(to: nextDue)
            fireOne(at: nextDue)
            return true
        }
        standing.move(to: advancing.to)
        self.advancing = nil
        batch = emptyBatch()
        let outcome = finish(advancing)
        if let reply = advancing.reply {
            batch.replies.append(
                Batch.Reply(send: reply, reply: outcome, restsOnBatch: false))
        }
        commit()
        return true
    }

    /// Tells once that the clock begins to move far, so that a cut-off move is known later.
    /// - Returns: Whether it was told now.
    private func tellAdvance(_ advance: ClockAdvance) -> Bool {
        let days = Int64(ClockLimits.untoldDaysMax)
        guard now.adding(microseconds: days * Self.microsecondsPerDay) < advance.to else {
            return false
        }
        do throws(Rejection) {
            let (clockState, _) = try state(of: ClockState.self, id: ClockState.id)
            if clockState.goal == advance.to { return false }
            let facts = DecisionFacts(
                company: companyName, now: now, effectiveDate: calendar.date(at: now),
                actor: advance.actor)
            let decision = Decision(facts: facts, rules: library.rules, reader: self)
            try decision.emit(ClockAdvanceBegun(to: advance.to), to: ClockState.id)
            batch = emptyBatch()
            _ = try keep(
                decision,
                EnvelopeFacts(
                    company: companyName, recordedAt: now, actor: advance.actor, key: nil,
                    keyHash: nil, correlation: nil, causation: nil))
            commit()
        } catch {
            batch = emptyBatch()
            endAdvance(.rejected(error))
        }
        return true
    }

    /// Ends a `clock.advance` before its goal: what was fired is done, sending it again goes on.
    func endAdvance(_ reply: CommandReply) {
        guard let advance = advancing else { return }
        advancing = nil
        advance.reply?(reply)
    }

    /// Fires what is first among all that is due at an instant: what was armed before the rest.
    private func fireOne(at due: Instant) {
        let start = library.nextTimerStart.flatMap { $0.due == due ? $0 : nil }
        let timer = openTimers(limit: 1).first.flatMap {
            $0.order == due.microsecondsSinceEpoch ? $0 : nil
        }
        if let start, start.armed <= timer?.armed ?? .max {
            oweStart(start)
        } else if let timer {
            oweTimer(timer, due)
        }
    }

    private func finish(_ advance: ClockAdvance) -> CommandReply {
        do throws(Rejection) {
            let facts = DecisionFacts(
                company: companyName, now: now, effectiveDate: calendar.date(at: now),
                actor: advance.actor)
            let decision = Decision(facts: facts, rules: library.rules, reader: self)
            try decision.emit(ClockAdvanced(to: advance.to), to: ClockState.id)
            let position = try keep(
                decision,
                EnvelopeFacts(
                    company: companyName, recordedAt: now, actor: advance.actor,
                    key: advance.submission.key,
                    keyHash: advance.submission.key == nil ? nil : advance.submission.keyHash,
                    correlation: nil, causation: nil))
            return .accepted(
                position: position, stream: "\(ClockState.streamType)/\(ClockState.id)",
                version: decision.emitted.first?.version ?? 0)
        } catch {
            return .rejected(error)
        }
    }
}
