internal import Business
internal import Processes
internal import Records
internal import Views

/// An element that has another id in the other version.
struct MovedElement: Record, Equatable {
    let from: String
    let to: String

    static let schema = Schema<MovedElement>(
        "process.moved-element", "An element that has another id in the other version.",
        Field(1, "from", \.from, "Its id now.", limits: .count(1...200)),
        Field(2, "to", \.to, "Its id there.", limits: .count(1...200)),
        make: MovedElement.init)
}

/// Moves an instance to another deployed set.
struct MigrateInstance: Record {
    let instance: String
    let set: Int64?
    let elements: [MovedElement]
    let reason: String

    static let schema = Schema<MigrateInstance>(
        "process.migrate",
        "Moves a running instance to another version of its definitions, wholly or not at all.",
        Field(1, "instance", \.instance, "The instance."),
        Field(
            2, "set", \.set, "The definition set to move to; the one that judges now when absent."),
        Field(
            3, "elements", \.elements, "Elements whose ids differ; all others keep theirs.",
            limits: .count(0...1_000)),
        Field(4, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: MigrateInstance.init)
}

/// Takes an instance's last migration back.
struct UndoMigration: Record {
    let instance: String
    let reason: String

    static let schema = Schema<UndoMigration>(
        "process.undo-migration",
        "Moves an instance back to the definitions that it kept before its last migration.",
        Field(1, "instance", \.instance, "The instance."),
        Field(2, "reason", \.reason, "Why.", limits: .count(1...500)),
        make: UndoMigration.init)
}

extension EngineCommand {
    static let migrationCommands = [
        EngineCommand(
            MigrateInstance.self, access: .human("operator"),
            rejections: [.unknownObject, .wrongState]
        ) { (payload, submission, actor, core) throws(Rejection) in
            let (state, version) = try core.instance(payload.instance)
            let move = InstanceMove(
                state: state, from: try core.set(of: state),
                to: try core.targetSet(payload.set), elements: payload.elements)
            return try core.move(
                payload.instance, version, move, what: "migrate", reason: payload.reason,
                submission, actor)
        },
        EngineCommand(
            UndoMigration.self, access: .human("operator"),
            rejections: [.unknownObject, .wrongState]
        ) { (payload, submission, actor, core) throws(Rejection) in
            let (state, version) = try core.instance(payload.instance)
            let move = try core.moveBack(payload.instance, state)
            return try core.move(
                payload.instance, version, move, what: "undo migration", reason: payload.reason,
                submission, actor)
        },
    ]
}

/// What moving one instance to another set means for each definition that it keeps.
struct InstanceMove {
    let state: ProcessInstanceState
    let from: DeployedSet
    let to: DeployedSet
    let elements: [MovedElement]

    private var plan: Migration {
        Migration(
            renamed: Dictionary(
                elements.map { ($0.from, $0.to) }, uniquingKeysWith: { _, last in last }))
    }

    /// The definitions that differ, as they are and as they would be.
    private var pairs: [(old: ProcessDefinition, new: ProcessDefinition?)] {
        state.machine.definitions.compactMap { reference in
            guard let old = from.machineDefinitions[reference] else { return nil }
            let new = to.machineDefinitions[reference.processID]
            return new?.reference == reference ? nil : (old, new)
        }
    }

    /// Why the instance cannot be moved: one line for each thing in the way.
    var problems: [String] {
        guard state.machine.status == .active else { return ["the instance has ended"] }
        var problems: [String] = []
        if !state.machine.pending.isEmpty {
            problems.append("work is left that must be done first")
        }
        for (old, new) in pairs {
            guard let new else {
                problems.append("\(old.processID) is not in set \(to.number)")
                continue
            }
            problems += plan.problems(moving: state.machine, from: old, to: new)
                .filter { !problems.contains($0) }
        }
        return problems
    }

    /// Elements of the plan that no definition knows: slips of the pen.
    var unknown: [String] {
        let olds = pairs.map(\.old)
        let news = pairs.compactMap(\.new)
        return elements.compactMap { element in
            if !olds.contains(where: { $0.element(id: element.from) != nil }) {
                return "the plan names \(element.from), which no definition of the instance has"
            }
            if !news.contains(where: { $0.element(id: element.to) != nil }) {
                return "the plan names \(element.to), which is not in set \(to.number)"
            }
            return nil
        }
    }

    /// The step that moves the instance, with all its definitions.
    func advance(what: String, reason: String, at time: StepTime) -> Advance {
        var changes: [Change] = [
            .intervened(what: "\(what) from set \(from.number) to \(to.number)", reason: reason)
        ]
        var working = state.machine
        for (old, new) in pairs {
            guard let new,
                let step = plan.advance(
                    moving: working, from: old, to: new, at: time, reason: reason)
            else { continue }
            let moves = step.changes.filter { change in
                if case .migrated = change { true } else { false }
            }
            for change in moves {
                working.apply(Advance(cause: "", at: time.microseconds, changes: [change]))
            }
            changes += moves
        }
        return Advance(cause: "migrate", at: time.microseconds, changes: changes)
    }
}

extension WriterCore {
    /// The set with a number; the one that judges now when none is given.
    func targetSet(_ number: Int64?) throws(Rejection) -> DeployedSet {
        let found = number.map { library.set(number: Int($0)) } ?? library.current
        guard let found else {
            throw Rejection(
                .unknownObject,
                number.map { "There is no definition set \($0)." } ?? "Nothing is deployed.")
        }
        return found
    }

    func move(
        _ id: String, _ version: UInt64, _ move: InstanceMove, what: String, reason: String,
        _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let problems = move.problems + move.unknown
        guard problems.isEmpty else {
            throw Rejection(
                .wrongState, "\(id) cannot be moved: \(problems.joined(separator: "; ")).",
                [JSONMember("problems", .array(problems.map { .string($0) }))])
        }
        if move.from.number == move.to.number { return .unchanged }
        let context = StepContext(
            instance: id, process: move.state.process, set: move.to, cause: nil,
            person: actor.person, effectiveDate: submission.date ?? calendar.date(at: now),
            time: now, correlation: move.state.businessCase)
        let step = move.advance(what: what, reason: reason, at: stepTime(now))
        return try reply(to: submission, actor, instance: id) { () throws(Rejection) in
            try keep(step, move.state, version: version, context, isFirst: false)
            return true
        }
    }

    /// The move that takes an instance's last migration back.
    fileprivate func moveBack(
        _ id: String, _ state: ProcessInstanceState
    ) throws(Rejection) -> InstanceMove {
        let history: InstanceHistory?
        do {
            history = try InstanceHistory(of: id, index, log, events)
        } catch { throw unreadable(error) }
        let sets = history?.sets ?? []
        guard sets.count > 1, sets.last.map(Int64.init) == state.set,
            let last = history?.steps.last(where: { $0.set != nil })
        else {
            throw Rejection(.wrongState, "\(id) was never moved; there is nothing to take back.")
        }
        let before = try targetSet(Int64(sets[sets.count - 2]))
        var elements: [MovedElement] = []
        for case .migrated(_, let reference, let map) in last.advance.changes {
            guard let old = before.processes[reference.processID] else { continue }
            let kept = Set(map.filter { old.elements[safe: $0.from]?.id == $0.toID }.map(\.toID))
            for row in map where !kept.contains(row.toID) {
                guard let was = old.elements[safe: row.from], row.from > 0,
                    !elements.contains(where: { $0.from == row.toID })
                else { continue }
                elements.append(MovedElement(from: row.toID, to: was.id))
            }
        }
        return InstanceMove(
            state: state, from: try set(of: state), to: before, elements: elements)
    }
}

extension Array {
    /// The element at a place; nil beyond the ends.
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}

extension OperatingQuery {
    /// A plan for all instances of a process.
    struct MigrationParameters: Record {
        let process: String
        let set: Int64?
        let elements: [MovedElement]

        static let schema = Schema<MigrationParameters>(
            "process.migration-parameters", "A plan for all instances of a process.",
            Field(1, "process", \.process, "The process."),
            Field(2, "set", \.set, "The set to move to; the one that judges now when absent."),
            Field(
                3, "elements", \.elements, "Elements whose ids differ.", limits: .count(0...1_000)),
            make: MigrationParameters.init)
    }

    static let migration = OperatingQuery(
        "process.migration",
        "What a migration plan would do to each running instance of a process; nothing is moved.",
        MigrationParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        let running = try desk.rows(
            "process.instances",
            .object(["process": .string(parameters.process), "status": .string("open")]))
        var lines: [JSONValue] = []
        for row in running {
            guard let id = row["instance"]?.stringValue else { continue }
            let checked = await desk.engine.check(id, parameters.set, parameters.elements)
            lines.append(
                .object([
                    "instance": .string(id), "document": row["document"],
                    "element": row["element"], "set": checked.set.map { .integer($0) },
                    "to": checked.target.map { .integer($0) },
                    "moves": .boolean(checked.problems.isEmpty),
                    "problems": .array(checked.problems.map { .string($0) }),
                ]))
        }
        return .object(["rows": .array(lines)])
    }
}

extension Engine {
    /// What stands in the way of moving an instance.
    fileprivate func check(
        _ id: String, _ set: Int64?, _ elements: [MovedElement]
    ) async -> (set: Int64?, target: Int?, problems: [String]) {
        let answer: (set: Int64?, target: Int?, problems: [String])? = await onWriter { core in
            do throws(Rejection) {
                let (state, _) = try core.instance(id)
                let target = try core.targetSet(set)
                let move = InstanceMove(
                    state: state, from: try core.set(of: state), to: target, elements: elements)
                return (state.set, target.number, move.problems + move.unknown)
            } catch { return (nil, nil, [error.message]) }
        }
        return answer ?? (nil, nil, ["the daemon is busy; ask again"])
    }
}
