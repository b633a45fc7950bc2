internal import Business
internal import FEEL
internal import Processes
internal import Records

/// What was taken for granted because the record does not say it.
struct Assumption: Hashable {
    let text: String
}

/// Answers the steps of a played instance.
///
/// From the record as long as it goes as it went, and by the real deciders over the states of then
/// from where it does not. Nothing is written.
struct SimulationHost: ProcessHost {
    let record: SimulationRecord
    let run: RecordedRun
    let set: DeployedSet
    let effectiveDate: BusinessDate
    let world: SimulatedWorld
    /// How many commands of each element were asked for.
    private var asked: [String: Int] = [:]
    /// Commands of the record that were given again, each once.
    private var given: Set<Int64> = []
    private(set) var assumptions: Set<Assumption> = []

    init(record: SimulationRecord, run: RecordedRun, set: DeployedSet) {
        self.record = record
        self.run = run
        self.set = set
        world = SimulatedWorld(record: record, run: run, set: set)
        effectiveDate = run.history.steps.first?.effectiveDate ?? BusinessDate(daysSinceEpoch: 0)
    }

    var seed: String { "simulated \(run.history.instance)" }

    func isInternal(_ type: String) -> Bool { record.registry.isModule(of: type) }

    func fieldNames(ofCommand name: String) -> [String] {
        record.registry.commands[name]?.description.fields.map(\.name) ?? []
    }

    // MARK: Commands

    mutating func perform(_ call: CommandCall) -> CommandOutcome {
        let place = asked[call.elementID, default: 0]
        asked[call.elementID] = place + 1
        if !world.isApart, let found = recorded(call, place) {
            if let position = found.position {
                given.insert(position)
                world.give(commandAt: position)
            }
            return RecordedRun.outcome(of: found, record)
        }
        guard let type = record.registry.commands[call.name] else {
            return .rejected(
                code: RejectionCode.unknownCommand.name,
                message: "There is no command \(call.name).")
        }
        var approval: DefinitionHash?
        if type.access.isHuman {
            approval = call.approval
            guard approval != nil else {
                return .rejected(
                    code: RejectionCode.humanOnly.name,
                    message: "\(call.name) is a person's decision.")
            }
        }
        assume(
            "\(call.name) at \(call.elementID) was not given so then; it is decided by the states of then"
        )
        // Limits and roles were looked at when the definitions were deployed, or are a person's.
        let process = call.processID.isEmpty ? run.history.process : call.processID
        let actor = Actor.process(
            process, person: run.history.steps.first?.person, roles: [], isUnlimited: true)
        return outcome { () throws(Rejection) in
            try world.decide(type, call.payload, as: actor, approval: approval)
        }
    }

    private func outcome(
        _ body: () throws(Rejection) -> CommandOutcome
    ) -> CommandOutcome {
        do throws(Rejection) { return try body() } catch {
            return .rejected(code: error.code.name, message: error.message)
        }
    }

    /// What the record says of a command: the same one of the element; or, where the element has
    /// none, that of another element, which the diagram calls otherwise now.
    private func recorded(_ call: CommandCall, _ place: Int) -> CommandRecord? {
        let known = (run.commands[call.elementID] ?? []).filter { $0.name == call.name }
        if known.indices.contains(place) { return known[place] }
        guard known.isEmpty else { return nil }
        return run.commands.sorted { $0.key < $1.key }.flatMap(\.value).first { command in
            command.name == call.name && command.position.map { !given.contains($0) } ?? false
        }
    }

    /// What a person answered to a task's command then, as its events tell; a process keeps none of
    /// it as variables.
    func answers(to command: String, _ outcome: CommandOutcome?) -> [ProcessField] {
        guard case .accepted(let position?, let stream, _, _) = outcome,
            case .list(let events) = record.events(ofCommandAt: position)
        else { return [] }
        let names = fieldNames(ofCommand: command)
        let told = events.first { $0["stream"]?.asText == stream }?["data"]
        return names.compactMap { name in told?[name].map { ProcessField(name, $0) } }
    }

    /// What completing a person's task gives; nil where its command would be refused, or where it
    /// cannot be known what the person would have said.
    mutating func complete(
        _ task: UserTaskWait, at element: String, _ variables: [ProcessField]
    ) -> CommandOutcome? {
        guard let type = record.registry.commands[task.command] else { return nil }
        let names = Set(type.description.fields.map(\.name))
        let actor = Actor(id: "simulation", roles: ["owner"])
        do throws(Rejection) {
            let outcome = try world.decide(
                type, .context(variables.filter { names.contains($0.name) }), as: actor)
            assume("\(task.command) of the task \(element) is decided by the states of then")
            return outcome
        } catch {
            assume(
                "\(task.command) of the task \(element) would be refused (\(error.code.name)); it counts as not done"
            )
            return nil
        }
    }

    // MARK: What expressions see

    mutating func evaluate(
        decision: String, variables: [ProcessField], at time: StepTime
    ) -> DecisionOutcome {
        set.evaluate(
            decision, variables: variables, on: effectiveDate,
            at: Instant(microsecondsSinceEpoch: time.microseconds))
    }

    func object(type: String, id: String) -> Value? {
        guard let initial = record.registry.initialStates[type]?(),
            let (state, version) = try? world.fold("\(type)/\(id)", initial), version > 0
        else { return nil }
        return Value(ProcessValue(state.content))
    }

    func calendar(named name: String) -> BusinessCalendar? { set.calendars[name] }

    mutating func assume(_ text: String) { assumptions.insert(Assumption(text: text)) }
}
