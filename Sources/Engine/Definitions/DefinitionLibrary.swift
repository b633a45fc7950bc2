internal import Business
internal import FEEL
internal import Processes
internal import Records

/// A deployed file with its bytes.
package struct GivenDefinition: Sendable {
    /// The file's name within the set, `order-to-cash.bpmn` or `posting/sales.dmn`.
    package let name: String
    /// The bytes.
    package let bytes: [UInt8]

    /// A file from its parts.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// The deployed sets, by number; touched by the writer alone.
///
/// No file on disk judges anything: what is here came from the log.
final class DefinitionLibrary {
    private var sets: [Int: DeployedSet] = [:]
    /// The same in the order of their deployment.
    private var ordered: [DeployedSet] = []
    /// The set that judges what starts now.
    private(set) var current: DeployedSet?
    /// What moves the folder's time.
    var clockKind = ClockKind.real
    /// Message names that some instance of some set may wait for.
    private(set) var waitedNames: Set<String> = []
    /// Whether an instance of some set may wait for a name that its variables gave.
    private(set) var waitsForComputedNames = false
    /// Commands that complete a user task when they are given directly.
    private(set) var taskCommands: Set<String> = []
    private(set) var timerStarts: [DeployedSet.TimerStart] = []
    /// Loads a set that an instance keeps and that is not in memory.
    var loadSet: ((Int) throws -> DeployedSet)?

    /// The rules that judge commands: chosen by date among all deployed versions.
    var rules: any DecisionSource { dated ?? NoRules() }
    /// The book of all deployed versions.
    private(set) var dated: Rulebook?
    /// Every version of every rule file, with the day from which it counts.
    private(set) var history: [RuleFile] = []

    /// Takes a deployed set in; it becomes the current one when its number is the highest.
    func add(_ set: DeployedSet, _ book: DatedRules, at time: StepTime) {
        sets[set.number] = set
        deployedAt[set.number] = time.microseconds
        ordered.append(set)
        ordered.sort { $0.number < $1.number }
        waitedNames.formUnion(set.waitedNames)
        if set.waitsForComputedNames { waitsForComputedNames = true }
        taskCommands.formUnion(set.taskCommands)
        if set.number >= current?.number ?? 0 {
            timerStarts = set.timerStarts(after: time, before: current, standing: timerStarts)
            current = set
            dated = book.rules
            history = book.history
        }
    }

    /// When each set was deployed, in microseconds, by its number.
    private var deployedAt: [Int: Int64] = [:]

    /// The set that judged what happened at a position: the last one deployed before it.
    func set(at position: UInt64) -> DeployedSet? {
        ordered.last { $0.position < position }
    }

    /// The set deployed last of those that fit.
    func newest(where fits: (DeployedSet) -> Bool) -> DeployedSet? { ordered.last(where: fits) }

    /// The definitions that an instance keeps: those of its set, and those of other deployments
    /// that it has called.
    func definitions(of state: InstanceState, in set: DeployedSet) -> DefinitionSet {
        var definitions = set.machineDefinitions
        for reference in state.definitions where definitions[reference] == nil {
            let holder = newest { $0.machineDefinitions[reference] != nil }
            if let found = holder?.machineDefinitions[reference] { definitions.keep(found) }
        }
        return definitions
    }

    /// Names of events that may start or wake an instance of any set.
    var namesThatWake: Set<String> {
        sets.values.reduce(into: waitedNames) { $0.formUnion($1.messageStarts.keys) }
    }

    /// The set with a number.
    func set(number: Int) -> DeployedSet? {
        if let set = sets[number] { return set }
        guard let set = try? loadSet?(number) else { return nil }
        sets[number] = set
        return set
    }

    /// The next timer start event of the current set.
    var nextTimerStart: DeployedSet.TimerStart? { timerStarts.min { $0.isBefore($1) } }

    /// Arms the timer start events of all sets anew, each at the time of its deployment: the
    /// company's zone has become known, and times of day are meant there.
    func rearmTimerStarts(in zone: Zone) {
        timerStarts = []
        var before: DeployedSet?
        for set in ordered {
            let time = StepTime(microseconds: deployedAt[set.number] ?? 0, zone: zone)
            timerStarts = set.timerStarts(after: time, before: before, standing: timerStarts)
            before = set
        }
    }

    /// Brings the timer start events to where they stood: each behind its last firing.
    ///
    /// The log tells of that; what was due since is due now.
    func passTimerStarts(
        lastFiring: (DeployedSet.TimerStart) -> EngineTables.TimerFiring?,
        time: (Instant) -> StepTime
    ) {
        timerStarts = timerStarts.compactMap { start in
            guard let last = lastFiring(start), start.due <= last.due else { return start }
            // A timer without end goes on from its last firing; one with an end counts them.
            if start.timer.wait.repetitions == nil {
                return current?.next(
                    start.fired(at: last.due, armed: last.position), at: time(last.due),
                    armed: last.position)
            }
            var standing: DeployedSet.TimerStart? = start
            while let next = standing, next.due <= last.due {
                standing = current?.next(next, at: time(next.due), armed: last.position)
            }
            return standing
        }
    }

    /// A timer start event fired: its next time, if it repeats, armed by what is written now.
    func timerStartFired(
        _ start: DeployedSet.TimerStart, at time: StepTime, armed: UInt64
    ) {
        timerStarts.removeAll { $0.process == start.process && $0.elementID == start.elementID }
        if let next = current?.next(start, at: time, armed: armed) { timerStarts.append(next) }
    }
}

/// Where nothing is deployed, nothing can be decided by rule.
struct NoRules: DecisionSource {
    func decide(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> RuleOutcome {
        throw Rejection(
            .noRule, "No definitions are deployed; deploy them with `daybook do definition.deploy`."
        )
    }

    func evaluate(
        _ decisionID: String, on date: BusinessDate, inputs: [String: Value]
    ) throws(Rejection) -> DecisionValue {
        throw Rejection(.noRule, "No definitions are deployed.")
    }

    func has(_ decisionID: String, on date: BusinessDate) -> Bool { false }

    func parsed<Form: Sendable>(
        _ file: String, on date: BusinessDate, as type: Form.Type,
        _ parse: ([UInt8]) throws(Rejection) -> Form
    ) throws(Rejection) -> (form: Form, definition: DefinitionHash)? { nil }
}
