internal import Business
internal import FEEL
internal import Processes
internal import Records

/// Durations of an element in the other instances: what is taken where one has no record of it.
struct UsualDurations {
    private var counts: [String: [Int64: DurationCount]] = [:]

    mutating func add(_ run: RecordedRun) {
        for endings in run.endings.values.joined() {
            guard let duration = endings.duration else { continue }
            let one = DurationCount.one(milliseconds: duration / 1_000)
            var known = counts[endings.elementID] ?? [:]
            if known[one.bucket]?.add(one) == nil { known[one.bucket] = one }
            counts[endings.elementID] = known
        }
    }

    /// The median in microseconds; nil where the element is known from no instance.
    func median(of element: String) -> Int64? {
        counts[element].flatMap { DurationBuckets.quantile(500, of: $0) }.map { $0 * 1_000 }
    }
}

/// Plays one instance again: its start and what came from outside are taken from the record, all
/// else is worked out by the definitions at hand.
struct PlayedRun {
    /// Steps that one instance may take.
    private static let stepsMax = 5_000

    private let record: SimulationRecord
    private let run: RecordedRun
    private let set: DeployedSet
    private let usual: UsualDurations
    private let calendar: CompanyCalendar
    private var host: SimulationHost
    private var state = InstanceState()
    private(set) var advances: [Advance] = []
    /// How many waits of each element have been met or are planned.
    private var used: [String: Int] = [:]
    /// What will end a wait, and when.
    private struct Plan {
        let at: Int64
        let trigger: Trigger
        /// Its place among what comes at the same time: a position, and what the step there set off
        /// comes after it.
        var order: UInt64 = .max
        var isSetOff = false
        /// The step of the record that did the same.
        var bound: UInt64?
        /// The event of the record that sets it off.
        var event: UInt64?
        var token: Int?
        /// Whether the record does not say that it came so.
        var isAssumed = false
    }

    /// What people did to the instance and is not done yet.
    private var interventions: [RecordedRun.Intervention] = []

    /// What will end each open wait, by token.
    private var planned: [Int: Plan] = [:]
    private var seen: Set<Int> = []
    private let startPosition: Int64
    /// Messages of its own commands that plans were made with.
    private var messagesKnown = 0
    private var wasApart = false
    /// The step of the record that the last one did again; nil where it has none.
    private var reached: UInt64?

    init?(
        _ run: RecordedRun, in record: SimulationRecord, set: DeployedSet, usual: UsualDurations
    ) {
        guard let definition = set.processes[run.history.process],
            let first = run.history.steps.first
        else { return nil }
        self.record = record
        self.run = run
        self.set = set
        self.usual = usual
        calendar = CompanyCalendar(zoneName: record.zoneName)
        host = SimulationHost(record: record, run: run, set: set)
        interventions = run.interventions
        startPosition = first.advance.causePosition ?? Int64(first.position)
        play(definition, first)
    }

    /// What had to be assumed.
    var assumptions: Set<Assumption> { host.assumptions }

    private func time(_ instant: Int64) -> StepTime {
        StepTime(microseconds: instant, zone: calendar.zone)
    }

    private mutating func play(_ definition: ProcessDefinition, _ first: InstanceHistory.Step) {
        host.world.time = first.advance.at
        reached = first.position
        host.world.bound = run.seenBefore[first.position]
        guard let trigger = startTrigger(first, definition) else { return }
        let start = Machine.start(
            definition, trigger: trigger, definitions: set.machineDefinitions,
            at: time(first.advance.at), host: &host)
        compare(start, withStepAt: first.position)
        take(start)
        var now = first.advance.at
        for _ in 0..<Self.stepsMax where state.status == .active {
            guard let next = nextTrigger(after: now) else { return }
            look(for: next, after: now)
            now = max(now, next.at)
            reached = next.bound
            if let token = next.token { planned[token] = nil }
            guard let trigger = decided(next) else { continue }
            let step = Machine.step(
                state, trigger, definitions: set.machineDefinitions, at: time(now), host: &host)
            if let bound = next.bound { compare(step, withStepAt: bound) }
            if !step.isEmpty { take(step) }
        }
        if state.status == .active { host.assume("more than \(Self.stepsMax) steps; cut off") }
    }

    /// Sets the time of a step, and up to where the record is seen at it.
    private func look(for next: Plan, after now: Int64) {
        let world = host.world
        let event = next.event.map { record.extent(ofCommandAt: Int64(clamping: $0)).upperBound }
        if let seen = next.bound.flatMap({ run.seenBefore[$0] }) {
            world.bound = seen
        } else if next.at > now {
            world.bound = event
        } else if let seen = world.bound, let event {
            // What came later at the same time is not seen yet.
            world.bound = max(seen, event)
        }
        world.time = max(now, next.at)
    }

    /// The trigger of a plan with what a person's command comes to; nil where it would be refused.
    private mutating func decided(_ plan: Plan) -> Trigger? {
        if plan.isAssumed { host.world.leaveRecord() }
        guard case .taskCompleted(let token, let variables, let outcome) = plan.trigger,
            let wait = state.wait(token), case .userTask(let task) = wait.kind,
            !task.command.isEmpty
        else { return plan.trigger }
        if !host.world.isApart || !plan.isAssumed && isAboutRecord(outcome) {
            if case .accepted(let position?, _, _, _) = outcome {
                host.world.give(commandAt: position)
            }
            return plan.trigger
        }
        var known = host.answers(to: task.command, outcome)
        for field in state.visibleVariables(at: wait.owner) + variables {
            known.set(field.name, field.value)
        }
        return host.complete(task, at: wait.elementID, known).map {
            .taskCompleted(token: token, variables: variables, outcome: $0)
        }
    }

    /// Whether what a person's command gave then holds though the instance goes another way: the
    /// thing that it was about is there.
    private func isAboutRecord(_ outcome: CommandOutcome?) -> Bool {
        guard case .accepted(let position?, let stream, _, _) = outcome else { return false }
        let before = record.positions(of: stream).first { $0 < UInt64(clamping: position) }
        return before.map { host.world.happens($0) } ?? false
    }

    /// A step that gives other commands than the record's has left it.
    private func compare(_ step: Advance, withStepAt position: UInt64) {
        func commands(_ advance: Advance) -> [String] {
            advance.changes.compactMap { change in
                if case .commandIssued(let command) = change { return command.name }
                return nil
            }
        }
        guard let recorded = run.history.steps.first(where: { $0.position == position }),
            commands(recorded.advance) != commands(step)
        else { return }
        host.world.leaveRecord()
    }

    private mutating func take(_ step: Advance) {
        advances.append(step)
        state.apply(step)
    }

    private mutating func startTrigger(
        _ first: InstanceHistory.Step, _ definition: ProcessDefinition
    ) -> StartTrigger? {
        let element = run.startElement
        if definition.element(id: element) == nil {
            host.assume("the start event \(element) is gone; the instance does not begin")
            return nil
        }
        let cause = first.advance.cause
        if let position = first.advance.causePosition, cause.hasPrefix("message "),
            let occurrence = record.occurrence(at: UInt64(clamping: position))
        {
            return .message(startEvent: element, occurrence)
        }
        switch cause {
        case "timer": return .timer(startEvent: element)
        case "signal": return .signal(startEvent: element, variables: run.startVariables)
        default: return .plain(variables: run.startVariables, startEvent: element)
        }
    }

    // MARK: What comes next

    private mutating func nextTrigger(after now: Int64) -> Plan? {
        if state.owesContinuation {
            return Plan(at: now, trigger: .proceed, bound: nextProceed())
        }
        planned = planned.filter { state.wait($0.key) != nil }
        if host.world.messages.count != messagesKnown || host.world.isApart != wasApart {
            // What it wrote itself may be what a wait waits for, and what it did not write is not.
            messagesKnown = host.world.messages.count
            wasApart = host.world.isApart
            for wait in state.waits where seen.contains(wait.token) {
                if case .message(let message) = wait.kind {
                    planned[wait.token] = arrival(of: message, wait.token, now)
                }
            }
        }
        for wait in state.waits where seen.insert(wait.token).inserted {
            planned[wait.token] = plan(wait, now)
        }
        // A timer that repeats goes on with other details under its token.
        for wait in state.waits where planned[wait.token] == nil {
            if case .timer(let timer) = wait.kind, timer.standsSince == nil {
                planned[wait.token] = Plan(at: timer.due, trigger: .timer(token: wait.token))
            }
        }
        let next = planned.min {
            ($0.value.at, $0.value.order, $0.value.isSetOff ? 1 : 0, $0.key)
                < ($1.value.at, $1.value.order, $1.value.isSetOff ? 1 : 0, $1.key)
        }
        if let person = interventions.first,
            next.map({ (person.at, person.position) < ($0.value.at, $0.value.order) }) ?? true
        {
            interventions.removeFirst()
            guard let trigger = trigger(for: person) else { return nextTrigger(after: now) }
            return Plan(at: person.at, trigger: trigger, bound: person.position)
        }
        guard let next, next.value.at <= record.end else { return nil }
        var plan = next.value
        plan.token = next.key
        return plan
    }

    /// What a person did, done again; nil where it no longer fits.
    private mutating func trigger(for person: RecordedRun.Intervention) -> Trigger? {
        let words = person.what.split(separator: " ").map(String.init)
        func key(_ element: String?) -> Int? {
            state.elements.first { $0.elementID == element }?.key
        }
        switch words.first {
        case "cancel": return .cancel(compensate: false, reason: person.reason)
        case "cancel-compensating": return .cancel(compensate: true, reason: person.reason)
        case "retry":
            return state.incidents.first.map { .retry(incident: $0.id, reason: person.reason) }
        case "set-variable":
            guard let name = words.dropFirst().first, let root = state.elements.first,
                let value = person.variables.value(of: name)
            else { return nil }
            return .setVariable(scope: root.key, name: name, value: value, reason: person.reason)
        case "skip":
            if let key = key(words.dropFirst().first) {
                return .skip(key: key, variables: person.variables, reason: person.reason)
            }
        case "jump" where words.count == 5:
            if let key = key(words[2]) {
                return .jump(key: key, toElement: words[4], reason: person.reason)
            }
        default: return nil
        }
        host.assume("\(person.what) no longer fits; it is left out")
        return nil
    }

    /// The step of the record that went on like this one; nil where there is none.
    private func nextProceed() -> UInt64? {
        guard let reached else { return nil }
        return run.history.steps.first { $0.position > reached && $0.advance.cause == "proceed" }?
            .position
    }

    private mutating func plan(_ wait: Wait, _ now: Int64) -> Plan? {
        switch wait.kind {
        case .timer(let timer):
            return timer.standsSince == nil
                ? Plan(at: timer.due, trigger: .timer(token: wait.token)) : nil
        case .message(let message): return arrival(of: message, wait.token, now)
        case .condition: return nil
        case .job, .userTask, .signal: return ending(of: wait, now)
        }
    }

    /// The first event that ends a wait for a message.
    private func arrival(
        of message: MessageWait, _ token: Int, _ now: Int64
    ) -> Plan? {
        let own = ownArrival(of: message, token, now)
        for event in record.messages[message.name] ?? [] {
            guard Int64(event.position) > startPosition, host.world.happens(event.position),
                Self.concerns(event.objects, message),
                event.expiresAt.map({ $0 >= now }) ?? true,
                state.canConsume(message.name, position: Int64(event.position), token: token),
                let occurrence = record.occurrence(at: event.position)
            else { continue }
            if let own, own.at <= event.at { return own }
            let step = run.stepByCause[Int64(event.position)]
            let writer = run.step(thatWrote: event.position)
            return Plan(
                at: max(step?.advance.at ?? event.at, now),
                trigger: .message(token: token, occurrence), order: writer ?? event.position,
                isSetOff: writer != nil, bound: step?.position, event: event.position)
        }
        return own
    }

    /// The first event that ends a wait for a message among those that its own commands wrote.
    private func ownArrival(of message: MessageWait, _ token: Int, _ now: Int64) -> Plan? {
        let event = host.world.messages.first { event in
            event.name == message.name && Self.concerns(event.objects, message)
                && state.canConsume(
                    message.name, position: event.occurrence.position, token: token)
        }
        return event.map {
            Plan(at: max($0.at, now), trigger: .message(token: token, $0.occurrence))
        }
    }

    private static func concerns(
        _ objects: [SimulationRecord.ConcernedObject], _ message: MessageWait
    ) -> Bool {
        objects.contains {
            $0.text == message.correlation
                && (message.qualifier.isEmpty || $0.qualifier == message.qualifier)
        }
    }

    /// How the same wait ended in the record; else what is usual at the element.
    private mutating func ending(of wait: Wait, _ now: Int64) -> Plan? {
        let known = run.endings[wait.elementID] ?? []
        let place = used[wait.elementID, default: 0]
        used[wait.elementID] = place + 1
        if known.indices.contains(place), let duration = known[place].duration {
            return trigger(for: wait, known[place].how).map {
                Plan(
                    at: now + duration, trigger: $0, order: known[place].endedBy ?? .max,
                    bound: known[place].endedBy)
            }
        }
        // Open still, or ended from elsewhere: nobody knows when it would have been done, only that
        // it was not until then.
        var lasted: Int64 = 0
        if known.indices.contains(place) {
            guard let ended = known[place].endedAt else { return nil }
            lasted = ended - known[place].openedAt
        }
        if case .signal = wait.kind { return nil }
        guard let usual = usual.median(of: wait.elementID) else {
            host.assume("\(wait.elementID) was never done by anybody; it counts as done at once")
            return trigger(for: wait, .completed(variables: [], outcome: nil)).map {
                Plan(at: now + lasted, trigger: $0, isAssumed: true)
            }
        }
        host.assume("\(wait.elementID) was not done in this instance; it takes its usual time")
        return trigger(for: wait, known.last?.how ?? .completed(variables: [], outcome: nil))
            .map { Plan(at: now + max(usual, lasted), trigger: $0, isAssumed: true) }
    }

    private mutating func trigger(for wait: Wait, _ how: RecordedRun.Ending.How) -> Trigger? {
        switch (wait.kind, how) {
        case (.job, .completed(let variables, _)):
            return .jobCompleted(token: wait.token, variables: variables)
        case (.job, .error(let code)):
            return .jobThrewError(token: wait.token, code: code, message: "", variables: [])
        case (.userTask(let task), .completed(let variables, let outcome)):
            if task.command.isEmpty {
                return .taskCompleted(token: wait.token, variables: variables, outcome: nil)
            }
            return .taskCompleted(
                token: wait.token, variables: variables,
                outcome: outcome
                    ?? .accepted(position: nil, stream: "", version: 0, events: .list([])))
        case (.signal(let name), .signal(_, let variables)):
            return .signal(token: wait.token, name: name, variables: variables)
        case (.job, .never):
            return .jobCompleted(token: wait.token, variables: [])
        case (.userTask(let task), .never):
            return .taskCompleted(
                token: wait.token, variables: [],
                outcome: task.command.isEmpty
                    ? nil : .accepted(position: nil, stream: "", version: 0, events: .list([])))
        default: return nil
        }
    }
}
