internal import Business
internal import FEEL
internal import Processes
internal import Records

/// What was taken for granted because the record does not say it.
struct Assumption: Hashable {
    let text: String
}

/// Answers the steps of a played instance from the record: nothing is decided, nothing is written.
struct SimulationHost: ProcessHost {
    let record: SimulationRecord
    let run: RecordedRun
    let set: DeployedSet
    let effectiveDate: BusinessDate
    var time: Int64 = 0
    /// Things are seen as they were when this step of the record was taken; nil where the record has
    /// no such step, and only the time tells.
    var bound: UInt64?
    /// How many commands of each element were asked for.
    private var asked: [String: Int] = [:]
    private(set) var assumptions: Set<Assumption> = []

    init(record: SimulationRecord, run: RecordedRun, set: DeployedSet) {
        self.record = record
        self.run = run
        self.set = set
        effectiveDate = run.history.steps.first?.effectiveDate ?? BusinessDate(daysSinceEpoch: 0)
    }

    func isInternal(_ type: String) -> Bool { record.registry.isModule(of: type) }

    func fieldNames(ofCommand name: String) -> [String] {
        record.registry.commands[name]?.description.fields.map(\.name) ?? []
    }

    mutating func perform(_ call: CommandCall) -> CommandOutcome {
        let place = asked[call.elementID, default: 0]
        asked[call.elementID] = place + 1
        let known = (run.commands[call.elementID] ?? []).filter { $0.name == call.name }
        // The same command at another element of the record did the same thing.
        let found =
            (known.indices.contains(place) ? known[place] : known.last)
            ?? run.commands.values.joined().first { $0.name == call.name }
        if let found {
            // From now on what the command wrote is seen.
            if let position = found.position, let seen = bound {
                bound = max(seen, record.extent(ofCommandAt: position).upperBound)
            }
            return RecordedRun.outcome(of: found, record)
        }
        assumptions.insert(
            Assumption(
                text: "\(call.name) at \(call.elementID) was not given then; it counts as accepted")
        )
        return .accepted(position: nil, stream: "", version: 0, events: .list([]))
    }

    mutating func evaluate(
        decision: String, variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome {
        set.evaluate(
            decision, variables: variables, on: effectiveDate,
            at: Instant(microsecondsSinceEpoch: time.microseconds))
    }

    func object(type: String, id: String) -> Value? {
        record.object(type: type, id: id, at: time, through: bound).map { Value($0) }
    }

    func calendar(named name: String) -> BusinessCalendar? { set.calendars[name] }

    mutating func assume(_ text: String) { assumptions.insert(Assumption(text: text)) }
}
