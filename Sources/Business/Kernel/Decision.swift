package import Records

/// What a decider knows besides its command and the states: everything that would otherwise be
/// read from a clock or from the surroundings.
package struct DecisionFacts: Sendable {
    /// The company that the command concerns.
    package var company: String
    /// The step's time.
    package var now: Instant
    /// The posting date in the company's calendar.
    package var effectiveDate: BusinessDate
    /// Who asks.
    package var actor: Actor
    /// Whether nobody can be asked again: a process or a timer acts, and what falls into a closed
    /// period posts on the first open day instead of being refused.
    package var isSystem: Bool { actor.kind != .person }
    /// A decision that approved a human command inside a process, by its hash.
    package var approval: DefinitionHash?

    /// Facts from their parts.
    package init(
        company: String, now: Instant, effectiveDate: BusinessDate, actor: Actor,
        approval: DefinitionHash? = nil
    ) {
        self.company = company
        self.now = now
        self.effectiveDate = effectiveDate
        self.actor = actor
        self.approval = approval
    }
}

/// Where a decision gets the states that it reads: the writer's memory, or the log behind it.
package protocol StateReader {
    /// The state and version of a stream as of the last decided command.
    func state<State: StreamState>(
        of type: State.Type, id: String
    ) throws(Rejection) -> (state: State, version: UInt64)
    /// The highest number that the ids of a stream type carry behind a prefix such as `SO-2026-`.
    func highestNumber(of streamType: String, prefix: String) throws(Rejection) -> UInt64
}

/// One event that a command wrote, before it has a position.
package struct EmittedEvent: Sendable {
    /// The fact.
    package let event: any Event
    /// Its stream.
    package let stream: StreamName
    /// Its number in the stream, from 1.
    package let version: UInt64
    /// Its posting date.
    package let effectiveDate: BusinessDate
    /// Which emitted event of this command it is a consequence of; nil for the decider's own.
    package let causeIndex: Int?
}

/// One command being decided: reads states, collects events, and lets later parts of the same
/// command see what earlier parts wrote.
///
/// A decider reads what it needs when it needs it, instead of naming its streams beforehand: two
/// lists of streams that could drift apart become none, and since deciding is pure the door may
/// run it once for warming the writer's memory. The limits on streams and rounds stand here.
/// Not `Sendable`: a decision lives on the thread that decides.
package final class Decision {
    /// Streams that one command may touch.
    package static let streamsMax = 10_000
    /// How many times consequences may set off consequences.
    package static let consequenceRoundsMax = 8
    /// Events that one command may write.
    package static let eventsMax = 20_000

    /// What is known besides the states.
    package let facts: DecisionFacts
    /// Decision tables and the other rules, chosen by date among the deployed versions.
    package let rules: any RuleSource
    /// What was written so far, in order.
    package private(set) var emitted: [EmittedEvent] = []
    /// States as this command left them.
    package private(set) var overlay: [StreamName: HeldState] = [:]

    private let reader: any StateReader
    private var takenNumbers: [String: UInt64] = [:]
    private var currentCause: Int?

    /// A decision over the states of a reader.
    package init(facts: DecisionFacts, rules: any RuleSource, reader: any StateReader) {
        self.facts = facts
        self.rules = rules
        self.reader = reader
    }

    /// The state of a stream, with what this command already wrote.
    package func state<State: StreamState>(
        of type: State.Type, _ id: String
    ) throws(Rejection) -> State { try held(type, id).value }

    /// The version of a stream, with what this command already wrote; 0 before its first event.
    package func version<State: StreamState>(
        of type: State.Type, _ id: String
    ) throws(Rejection) -> UInt64 { try held(type, id).version }

    /// The state of a thing that must exist.
    package func existing<State: StreamState>(
        _ type: State.Type, _ id: String
    ) throws(Rejection) -> State {
        let held = try held(type, id)
        guard held.version > 0 else {
            throw Rejection(
                .unknownObject, "There is no \(State.streamType) \"\(id)\"; check the id.",
                [JSONMember("object", .string("\(State.streamType)/\(id)"))])
        }
        return held.value
    }

    /// Refuses when a thing with this identifier exists.
    package func requireNew<State: StreamState>(
        _ type: State.Type, _ id: String
    ) throws(Rejection) {
        guard try held(type, id).version == 0 else {
            throw Rejection(
                .alreadyExists, "There is a \(State.streamType) \"\(id)\" already; use another id.",
                [JSONMember("object", .string("\(State.streamType)/\(id)"))])
        }
    }

    private func held<State: StreamState>(
        _ type: State.Type, _ id: String
    ) throws(Rejection) -> Held<State> {
        let name = StreamName(type: State.streamType, id: id)
        if let known = overlay[name] as? Held<State> { return known }
        let (state, version) = try reader.state(of: type, id: id)
        guard overlay.count < Self.streamsMax else {
            throw Rejection(
                .tooManyStreams, "A command may touch at most \(Self.streamsMax) things; split it.")
        }
        let held = Held(state, version: version)
        overlay[name] = held
        return held
    }

    /// Writes an event to a stream; later reads of this command see it.
    package func emit<Written: Event>(
        _ event: Written, to id: String, on date: BusinessDate? = nil
    ) throws(Rejection) {
        let held = try held(Written.State.self, id)
        guard emitted.count < Self.eventsMax else {
            throw Rejection(
                .tooManyConsequences,
                "A command may write at most \(Self.eventsMax) events; split it.")
        }
        held.version += 1
        event.evolve(&held.value, at: held.version)
        emitted.append(
            EmittedEvent(
                event: event, stream: StreamName(type: Written.State.streamType, id: id),
                version: held.version,
                effectiveDate: date ?? inheritedDate, causeIndex: currentCause))
    }

    private var inheritedDate: BusinessDate {
        currentCause.map { emitted[$0].effectiveDate } ?? facts.effectiveDate
    }

    /// The identifier that the client gave, or the next of the type's series.
    ///
    /// - Parameters:
    ///   - type: The kind of thing that is named.
    ///   - given: What the client gave; it must not be taken.
    ///   - series: What is counted, `SO`. The table `identifier-series` says how its ids look; where
    ///     none is deployed the year of the effective date follows: `SO-2026-000042`. Such a series
    ///     may have gaps.
    /// - Returns: The identifier.
    /// - Throws: ``RejectionCode/alreadyExists`` for a given one that is taken.
    package func newIdentifier<State: StreamState>(
        _ type: State.Type, given: String?, series: String
    ) throws(Rejection) -> String {
        if let given {
            try requireNew(type, given)
            return given
        }
        let look = try identifierLook(of: series)
        let prefix = look.prefix
        let key = State.streamType + "/" + prefix
        var next: UInt64
        if let taken = takenNumbers[key] {
            next = taken
        } else {
            next = try reader.highestNumber(of: State.streamType, prefix: prefix)
        }
        next += 1
        takenNumbers[key] = next
        let digits = String(next)
        return prefix + String(repeating: "0", count: max(0, look.digits - digits.count)) + digits
    }

    /// Runs consequences until nothing is added.
    package func runConsequences(_ registry: Registry) throws(Rejection) {
        var done = 0
        for _ in 0..<Self.consequenceRoundsMax {
            let end = emitted.count
            if done == end { return }
            while done < end {
                let cause = emitted[done]
                currentCause = done
                defer { currentCause = nil }
                for consequence in registry.consequences(of: cause.event) {
                    try consequence.react(cause, self)
                }
                done += 1
            }
        }
        guard done == emitted.count else {
            throw Rejection(
                .tooManyConsequences,
                "Consequences set off consequences more than \(Self.consequenceRoundsMax) times.")
        }
    }
}
