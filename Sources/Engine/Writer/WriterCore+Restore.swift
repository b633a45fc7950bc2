internal import Business
internal import EventLog
internal import Logging
internal import Processes
internal import Records

/// What the writer needs to know of the company that the folder is for.
struct CompanyFacts: Sendable {
    let id: String
    let currency: Currency
    let isSinglePerson: Bool
    /// The first day that its books know.
    let firstDay: BusinessDate?
}

extension WriterCore {
    /// The company in whose name commands are decided; before the founding a name that stands for
    /// the group.
    var companyName: String { company?.id ?? Self.groupName }

    static let groupName = "main"

    /// The company of a command: the one that it founds, where it founds one.
    func companyName(founding submission: Submission) -> String {
        if company == nil, case .string(let id)? = submission.payload["company"],
            IdentifierRules.allows(id)
        {
            return id
        }
        return companyName
    }

    /// Takes in what an event says about company, clock and definitions.
    func notice(_ event: RecordedEvent) {
        // Asked of every event: comparing its type costs less than casting it four times.
        guard Self.noticedTypes.contains(ObjectIdentifier(type(of: event.event))) else { return }
        switch event.event {
        case let founded as CompanyFounded:
            var state = CompanyState.initial
            founded.evolve(&state)
            company = CompanyFacts(
                id: event.stream.id, currency: founded.baseCurrency,
                isSinglePerson: founded.isSinglePerson, firstDay: state.firstDay)
            calendar = CompanyCalendar(zoneName: founded.timeZone)
            refreshAuthority()
            rearmTimerStarts()
        case let started as ClockStarted:
            library.clockKind = started.kind
            (clock as? StandingClock)?.move(to: started.time)
        case let advanced as ClockAdvanced:
            (clock as? StandingClock)?.move(to: advanced.to)
        case let deployed as SetDeployed:
            take(
                deployed, number: Int(event.version), position: event.position,
                at: event.recordedAt)
        default: break
        }
    }

    private static let noticedTypes = [
        ObjectIdentifier(CompanyFounded.self), ObjectIdentifier(ClockStarted.self),
        ObjectIdentifier(ClockAdvanced.self), ObjectIdentifier(SetDeployed.self),
    ]

    /// Roles are deployed, the currency of their limits is the company's.
    func refreshAuthority() {
        authority = Authority(
            access: options.access, book: roleBook, currency: company?.currency)
    }

    private func take(
        _ deployed: SetDeployed, number: Int, position: UInt64, at time: Instant
    ) {
        do {
            let compiled = try compile(
                deployed.files, contents: [:], number: number, position: position,
                validFrom: deployed.validFrom, isStrict: false, verifies: false)
            library.add(compiled.set, compiled.dated, at: stepTime(time))
            roleBook = compiled.roles
            refreshAuthority()
            timersChanged = true
        } catch {
            stop("Definition set \(number) cannot be compiled: \(error). Use a newer program.")
        }
    }

    /// Brings the writer to where the log ends: company, clock, definitions, and what is owed.
    func restore() throws(EngineFailure) {
        do {
            try restoreFacts()
            try renewIdentityOfCopy()
            try restoreOwed()
        } catch let failure as EngineFailure {
            throw failure
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private func restoreFacts() throws {
        let (group, _) = try state(of: GroupState.self, id: GroupState.id)
        if let id = group.companies.first?.text {
            let (founded, _) = try state(of: CompanyState.self, id: id)
            company = founded.currency.map {
                CompanyFacts(
                    id: id, currency: $0, isSinglePerson: founded.isSinglePerson,
                    firstDay: founded.firstDay)
            }
            calendar = CompanyCalendar(zoneName: founded.timeZone)
        }
        let (clockState, _) = try state(of: ClockState.self, id: ClockState.id)
        library.clockKind = clockState.kind
        (clock as? StandingClock)?.move(to: max(clockState.time, lastRecordedAt))
        if let goal = clockState.goal {
            options.logger.notice(
                "the clock was cut off while it moved; clock.advance goes on",
                metadata: ["stands": "\(now)", "goal": "\(goal)"])
        }
        library.loadSet = { [unowned self] number in try self.loadSet(number) }
        try restoreSets()
        timersChanged = true
    }

    /// Compiles the deployed sets in order: rules are chosen by date among all of them.
    private func restoreSets() throws {
        let stream = "\(DefinitionSetState.streamType)/\(DefinitionSetState.id)"
        for head in try index.positions(of: stream, limit: Self.setsMax) {
            guard let stored = try log.event(at: head.position),
                let deployed = try events.decode(stored) as? SetDeployed
            else { continue }
            take(
                deployed, number: head.version, position: head.position.rawValue,
                at: Instant(microsecondsSinceEpoch: stored.envelope.recordedAtMicroseconds))
        }
        try passTimerStarts()
    }

    /// Arms the timer start events in the zone of the company that was founded just now.
    private func rearmTimerStarts() {
        library.rearmTimerStarts(in: calendar.zone)
        timersChanged = true
        do {
            try passTimerStarts()
        } catch {
            stop("The last firings of timers cannot be read: \(error).")
        }
    }

    /// Puts each timer start event behind its last firing.
    private func passTimerStarts() throws {
        var firings: [(start: DeployedSet.TimerStart, last: EngineTables.TimerFiring)] = []
        for start in library.timerStarts {
            let row = try index.value(
                in: EngineTables.timerStarts,
                prefix: EngineTables.timerStartPrefix(start.process, start.elementID))
            guard let firing = row.flatMap(EngineTables.timerFiring) else { continue }
            firings.append((start, firing))
        }
        library.passTimerStarts(
            lastFiring: { start in
                firings.first {
                    $0.start.process == start.process && $0.start.elementID == start.elementID
                }?.last
            }, time: { stepTime($0) })
    }

    private static let setsMax = 10_000

    private func loadSet(_ number: Int) throws -> DeployedSet {
        let stream = "\(DefinitionSetState.streamType)/\(DefinitionSetState.id)"
        guard let position = try index.position(of: stream, version: number),
            let stored = try log.event(at: position),
            let deployed = try events.decode(stored) as? SetDeployed
        else { throw EngineFailure.unreadable("definition set \(number) is not in the log") }
        return try compile(
            deployed.files, contents: [:], number: number, position: position.rawValue,
            validFrom: deployed.validFrom, isStrict: false, verifies: false
        ).set
    }

    /// Finds what was owed when the program ended: every event from the last known place on is
    /// looked at again; what is done already is recognised by its instance.
    private func restoreOwed() throws {
        var from = Position.first
        if let row = try index.rows(in: EngineTables.owedFrom, prefix: [0], limit: 1).first {
            from = Position(EngineTables.number(row.value))
        }
        let wanted = library.namesThatWake.union([
            InstanceAdvanced.typeName, MessagePublished.typeName, SignalBroadcast.typeName,
            ConditionsEvaluated.typeName,
        ])
        let wantsAll = library.waitsForComputedNames
        while from <= log.end.last {
            var found: [StoredEvent] = []
            from = try log.scan(from: from, budget: Self.scanBudget, verifying: false) {
                (view) throws(LogFailure) in
                if wantsAll || wanted.contains(view.type) { found.append(try view.stored()) }
                return true
            }
            for stored in found {
                let event = try events.recorded(stored)
                correlate(event)
                if let step = event.event as? InstanceAdvanced { restorePending(step, event) }
            }
        }
    }

    private static let scanBudget = ReadBudget(events: 16_384, bytes: 16 << 20)

    /// A long step whose rest was not done before the program ended.
    private func restorePending(_ step: InstanceAdvanced, _ event: RecordedEvent) {
        guard
            let (state, version) = try? state(
                of: ProcessInstanceState.self, id: event.stream.id), version == event.version,
            !state.machine.pending.isEmpty
        else { return }
        owed.put(
            Owed(
                kind: .proceed(person: personBehind(event), date: event.effectiveDate),
                instance: event.stream.id, cause: nil, position: event.position))
    }

    /// Opens the log again after a flush whose outcome is not known.
    func reopenLog() throws {
        guard let onDisk = log as? LMDBEventLog else { return }
        try onDisk.reopen()
        while index.applied < log.end.last {
            let page = try log.read(from: index.applied.next)
            try index.apply(page.events)
            for stored in page.events {
                let event = try events.recorded(stored)
                notice(event)
                observer([event])
            }
        }
        lastRecordedAt = Instant(microsecondsSinceEpoch: log.end.lastRecordedAtMicroseconds)
        // What the lost batch had taken may be done or not: the instances tell.
        owed.putBack()
        try restoreOwed()
        timersChanged = true
    }
}
