internal import Business
internal import FEEL
internal import Processes
internal import Records

/// What happened in one instance: how each element's waits ended, and what its commands gave.
struct RecordedRun {
    /// How a wait at an element ended.
    struct Ending {
        enum How {
            case completed(variables: [ProcessField], outcome: CommandOutcome?)
            case error(code: String)
            case signal(String, variables: [ProcessField])
            /// It was ended from elsewhere, or is open still.
            case never
        }

        let elementID: String
        let openedAt: Int64
        var endedAt: Int64?
        /// Position of the step that ended it.
        var endedBy: UInt64?
        var how: How = .never

        /// How long it took in microseconds; nil when it did not end by itself.
        var duration: Int64? {
            if case .never = how { return nil }
            return endedAt.map { $0 - openedAt }
        }
    }

    /// What a person did to the instance.
    struct Intervention {
        let at: Int64
        let position: UInt64
        let what: String
        let reason: String
        let variables: [ProcessField]
    }

    let history: InstanceHistory
    private(set) var interventions: [Intervention] = []
    /// By element id, in the order in which they were opened.
    private(set) var endings: [String: [Ending]] = [:]
    /// Outcomes of commands by element id, in order.
    private(set) var commands: [String: [CommandRecord]] = [:]
    /// The variables with which a person started it.
    private(set) var startVariables: [ProcessField] = []
    private(set) var startElement = ""
    /// The step that each event set off.
    private(set) var stepByCause: [Int64: InstanceHistory.Step] = [:]
    /// Up to which position things were seen when a step began, by the step's position: what its own
    /// commands wrote came later.
    private(set) var seenBefore: [UInt64: UInt64] = [:]
    /// The events of the commands that its own steps gave, each with the step behind them.
    private var ownEvents: [(events: ClosedRange<UInt64>, step: UInt64)] = []
    /// Where each open wait stands in `endings`, by token.
    private var places: [Int: (element: String, place: Int)] = [:]
    private let definitions: DeployedSet?

    /// Reads an instance's steps; `set` is the one that it began with.
    init(_ history: InstanceHistory, in record: SimulationRecord, set: DeployedSet?) {
        self.history = history
        definitions = set
        var state = InstanceState()
        for (index, step) in history.steps.enumerated() {
            if index == 0 { readStart(step.advance) }
            if let cause = step.advance.causePosition { stepByCause[cause] = step }
            read(step, before: state, record)
            state.apply(step.advance)
        }
    }

    private mutating func readStart(_ advance: Advance) {
        var entered = 0
        for change in advance.changes {
            switch change {
            case .entered(let element):
                entered += 1
                if entered == 2 { startElement = element.elementID }
            case .variable(_, let name, let value) where entered == 1:
                startVariables.set(name, value)
            default: break
            }
        }
    }

    private mutating func read(
        _ step: InstanceHistory.Step, before: InstanceState, _ record: SimulationRecord
    ) {
        let advance = step.advance
        var elements = Dictionary(
            before.elements.map { ($0.key, $0.elementID) }, uniquingKeysWith: { $1 })
        let owners = Dictionary(
            before.waits.map { ($0.token, $0.owner) }, uniquingKeysWith: { $1 })
        let cause = advance.cause.split(separator: " ").map(String.init)
        var given: [ProcessField] = []
        var outcome: CommandOutcome?
        var ended: (element: String, place: Int, owner: Int)?
        var isGiving = true
        for change in advance.changes {
            switch change {
            case .entered(let entered): elements[entered.key] = entered.elementID
            case .waitOpened(let wait):
                let list = endings[wait.elementID] ?? []
                endings[wait.elementID] =
                    list + [
                        Ending(elementID: wait.elementID, openedAt: advance.at)
                    ]
                places[wait.token] = (wait.elementID, list.count)
            case .waitClosed(let token):
                guard let known = places[token] else { break }
                end(known) {
                    $0.endedAt = advance.at
                    $0.endedBy = step.position
                }
                let isCause = cause.first == "signal" || cause.dropFirst().first == known.element
                if ended == nil, isCause, let owner = owners[token] {
                    ended = (known.element, known.place, owner)
                }
            case .left(let left):
                // What is set after the element was left was worked out, not given.
                if left.key == ended?.owner { isGiving = false }
            case .variable(_, let name, let value) where isGiving: given.set(name, value)
            case .commandIssued(let command):
                commands[elements[command.key] ?? "", default: []].append(command)
                if let position = command.position {
                    ownEvents.append((record.extent(ofCommandAt: position), step.position))
                }
                if cause.first == "task", outcome == nil, command.key == ended?.owner {
                    outcome = Self.outcome(of: command, record)
                }
            default: break
            }
        }
        seenBefore[step.position] = Self.seen(before: step, outcome != nil, record)
        for case .intervened(let what, let reason) in advance.changes {
            interventions.append(
                Intervention(
                    at: advance.at, position: step.position, what: what, reason: reason,
                    variables: given))
        }
        guard let ended else { return }
        let how = Self.how(cause, given + answers(of: ended.element, given), outcome)
        end((ended.element, ended.place)) { $0.how = how }
    }

    /// The step whose own command wrote an event: the step was taken before anybody could hear of
    /// it, though the event stands first in the log.
    func step(thatWrote event: UInt64) -> UInt64? {
        ownEvents.first { $0.events.contains(event) }?.step
    }

    private mutating func end(
        _ known: (element: String, place: Int), _ body: (inout Ending) -> Void
    ) {
        guard var list = endings[known.element], list.indices.contains(known.place) else { return }
        body(&list[known.place])
        endings[known.element] = list
    }

    /// The last position before a step's own commands; a task's command came before the step.
    private static func seen(
        before step: InstanceHistory.Step, _ isAfterCommand: Bool, _ record: SimulationRecord
    ) -> UInt64 {
        for case .commandIssued(let command) in step.advance.changes {
            guard let position = command.position else { continue }
            let extent = record.extent(ofCommandAt: position)
            return isAfterCommand ? extent.upperBound : extent.lowerBound - 1
        }
        return step.position - 1
    }

    /// What a worker or person gave under the names that output mappings took it from.
    private func answers(of element: String, _ given: [ProcessField]) -> [ProcessField] {
        let mappings = definitions?.processes[history.process]?.element(id: element)?.outputs ?? []
        return mappings.compactMap { mapping in
            guard case .expression(let expression) = mapping.source, mapping.target.count == 1,
                let value = given.value(of: mapping.target[0])
            else { return nil }
            let name = expression.source.filter { $0 != " " }
            let isName = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            return isName && given.value(of: name) == nil ? ProcessField(name, value) : nil
        }
    }

    private static func how(
        _ cause: [String], _ given: [ProcessField], _ outcome: CommandOutcome?
    ) -> Ending.How {
        switch (cause.first, cause.dropFirst(2).first) {
        case ("job", "completed"?): .completed(variables: given, outcome: nil)
        case ("job", "threw"?): .error(code: cause.dropFirst(3).joined(separator: " "))
        case ("task", "completed"?): .completed(variables: given, outcome: outcome)
        case ("signal", _): .signal(cause.dropFirst().joined(separator: " "), variables: given)
        default: .never
        }
    }

    static func outcome(of command: CommandRecord, _ record: SimulationRecord) -> CommandOutcome {
        guard command.rejection.isEmpty else {
            return .rejected(code: command.rejection, message: command.message)
        }
        let events = command.position.map { record.events(ofCommandAt: $0) } ?? .list([])
        return .accepted(
            position: command.position, stream: command.stream, version: command.version,
            events: Value(events))
    }
}
