internal import Business
internal import EventLog
internal import Processes
internal import Records
internal import Views

extension OperatingQuery {
    /// Which waits.
    struct StalledParameters: Record {
        let process: String?
        let late: Bool

        static let schema = Schema<StalledParameters>(
            "process.stalled-parameters", "Which waits.",
            Field(1, "process", \.process, "Only those of instances of this process."),
            Field(2, "late", \.late, "Only those past their time.", default: false),
            make: StalledParameters.init)
    }

    static let explanation = OperatingQuery(
        "process.explain",
        "Why an instance stands still: what it waits for, how long that usually takes, what was tried, what almost came.",
        WorkQueries.InstanceParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        try await desk.explain(parameters.instance)
    }

    static let stalled = OperatingQuery(
        "process.stalled",
        "Every wait with what should come and by when: its due time, or what experience tells.",
        StalledParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        let waits = try desk.rows(
            "process.waits",
            .object([
                "process": parameters.process.map { .string($0) },
                "late": parameters.late ? .boolean(true) : nil,
                "now": .string(desk.engine.clock.now().description),
            ]))
        let clocks = try await desk.clocks(parameters.process, late: true).map { clock in
            desk.stalled(by: clock)
        }
        return .object([
            "rows": .array(clocks + waits), "now": .string(desk.engine.clock.now().description),
        ])
    }

    static let processQueries = [drawing, explanation, stalled, clocks]
}

extension OperatingDesk {
    func explain(_ id: String) async throws(QueryFailure) -> JSONValue {
        let history = try engine.existingHistory(of: id)
        guard let (instance, definitions) = await engine.instance(id) else {
            throw .unknownObject("The definitions of \(id) cannot be loaded from the log.")
        }
        let state = instance.machine
        let now = engine.clock.now()
        let waits =
            state.status == .active
            ? try rows(
                "process.waits",
                .object(["instance": .string(id), "now": .string(now.description)])) : []
        let start =
            instance.startedBy > 0
            ? UInt64(instance.startedBy) : history.steps.first?.position ?? 0
        let search = try NearMissSearch(engine: engine, state: state, start: start)
        var places: [JSONValue] = []
        for row in waits { places.append(try place(row, history, search, definitions, now)) }
        let incidents = state.incidents.map { incident in
            stuck(incident, history, definitions, state, now)
        }
        let sets = await engine.deployedSets(history.sets)
        let clocks = clocks(of: history, sets).filter { !$0.isDone || state.status != .active }
        return .object([
            "instance": .string(id), "process": .string(history.process),
            "status": .string(
                !state.incidents.isEmpty ? "stuck" : "\(state.status)"),
            "document": waits.first?["document"],
            "startedAt": .string((history.steps.first?.at ?? now).description),
            "lastAt": .string((history.steps.last?.at ?? now).description),
            "set": .integer(instance.set), "now": .string(now.description),
            "waits": .array(places),
            "almostAfter": search.recent.cutAt.map { .integer($0.rawValue) },
            "incidents": .array(incidents),
            "clocks": .array(clocks.map { json(of: $0) }),
            "variables": .object(
                (state.elements.first?.variables ?? []).map {
                    JSONMember($0.name, JSONValue($0.value))
                }),
        ])
    }

    /// One element that waits.
    private func place(
        _ row: JSONValue, _ history: InstanceHistory, _ search: NearMissSearch,
        _ definitions: DefinitionSet, _ now: Instant
    ) throws(QueryFailure) -> JSONValue {
        let key = Int(row["key"]?.integerValue ?? 0)
        let state = search.state
        let owned = state.waits.filter { $0.owner == key }
        var almost: [JSONValue] = []
        for wait in owned {
            guard case .message(let message) = wait.kind else { continue }
            almost += try search.misses(
                of: message, token: wait.token, since: wait.since
            ).map(\.json)
        }
        let own = owned.filter { $0.elementID == row["element"]?.stringValue }
        let besides = own.isEmpty ? [] : owned.filter { !own.contains($0) }
        let since = state.element(key)?.since ?? now.microsecondsSinceEpoch
        var members = (row.objectMembers ?? []).filter {
            !["instance", "process", "document"].contains($0.name)
        }
        members += [
            JSONMember("name", .string(Self.name(of: key, state, definitions))),
            JSONMember(
                "sentence",
                .string((own.isEmpty ? owned : own).map(\.sentence).joined(separator: ", or "))),
            JSONMember(
                "for",
                .string(
                    DurationWords.text(
                        milliseconds: (now.microsecondsSinceEpoch - since) / 1_000))),
            JSONMember(
                "besides", .array(besides.map { .string("\($0.elementID) \($0.sentence)") })),
            JSONMember("tried", .array(Tried.lines(of: key, in: history).map(\.json))),
            JSONMember("almost", .array(almost)),
        ]
        return .object(members)
    }

    private func stuck(
        _ incident: Incident, _ history: InstanceHistory, _ definitions: DefinitionSet,
        _ state: InstanceState, _ now: Instant
    ) -> JSONValue {
        .object([
            "incident": .integer(incident.id), "element": .string(incident.elementID),
            "name": .string(Self.name(of: incident.key, state, definitions)),
            "reason": .string(incident.reason), "message": .string(incident.message),
            "since": .string(Instant(microsecondsSinceEpoch: incident.since).description),
            "for": .string(
                DurationWords.text(
                    milliseconds: (now.microsecondsSinceEpoch - incident.since) / 1_000)),
            "tried": .array(Tried.lines(of: incident.key, in: history).map(\.json)),
            "variables": .object(
                state.visibleVariables(at: incident.key).map {
                    JSONMember($0.name, JSONValue($0.value))
                }),
        ])
    }

    /// What the diagram calls an element; empty where it has no name.
    private static func name(
        of key: Int, _ state: InstanceState, _ definitions: DefinitionSet
    ) -> String {
        guard let element = state.element(key),
            state.definitions.indices.contains(element.definition)
        else { return "" }
        return definitions[state.definitions[element.definition]]?.element(id: element.elementID)?
            .name ?? ""
    }
}

/// What was tried at an element, in the order of the log.
struct Tried {
    let at: Instant
    let position: UInt64
    let by: String
    let what: String

    /// Attempts that are told; the newest.
    private static let linesMax = 10

    var json: JSONValue {
        .object([
            "at": .string(at.description), "position": .integer(position), "by": .string(by),
            "what": .string(what),
        ])
    }

    /// The attempts at an element instance: commands, jobs, incidents and interventions.
    static func lines(of key: Int, in history: InstanceHistory) -> [Tried] {
        var state = InstanceState()
        var lines: [Tried] = []
        for step in history.steps {
            let owners = Dictionary(
                state.waits.map { ($0.token, $0.owner) }, uniquingKeysWith: { $1 })
            for change in step.advance.changes {
                guard let what = words(change, key, owners) else { continue }
                lines.append(
                    Tried(
                        at: step.at, position: step.position, by: step.person ?? step.actor,
                        what: what))
            }
            state.apply(step.advance)
        }
        return Array(lines.suffix(linesMax))
    }

    private static func words(_ change: Change, _ key: Int, _ owners: [Int: Int]) -> String? {
        switch change {
        case .commandIssued(let record) where record.key == key:
            return record.rejection.isEmpty
                ? "\(record.name) was accepted"
                : "\(record.name) was refused: \(record.rejection), \(record.message)"
        case .waitChanged(let token, .job(let job)) where owners[token] == key:
            if !job.worker.isEmpty { return "job \(job.type) was given to \(job.worker)" }
            return job.message.isEmpty
                ? "job \(job.type) came back"
                : "job \(job.type) failed, \(job.retries) attempts left: \(job.message)"
        case .waitChanged(let token, .userTask(let task)) where owners[token] == key:
            return task.assignee.isEmpty ? "was given back" : "was taken by \(task.assignee)"
        case .incidentRaised(let incident) where incident.key == key:
            return "became an incident: \(incident.reason), \(incident.message)"
        case .intervened(let what, let reason): return "\(what), because: \(reason)"
        default: return nil
        }
    }
}
