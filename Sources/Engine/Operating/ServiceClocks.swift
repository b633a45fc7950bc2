internal import Business
internal import Processes
internal import Records
internal import Views

extension OperatingQuery {
    /// Which clocks.
    struct ClocksParameters: Record {
        let process: String?
        let late: Bool

        static let schema = Schema<ClocksParameters>(
            "process.clocks-parameters", "Which clocks.",
            Field(1, "process", \.process, "Only those of instances of this process."),
            Field(2, "late", \.late, "Only those whose time is over.", default: false),
            make: ClocksParameters.init)
    }

    static let clocks = OperatingQuery(
        "process.clocks",
        "Agreed times (property sla) of active instances: what is used, what is left, whether the clock stands.",
        ClocksParameters.self
    ) { (desk, parameters) async throws(QueryFailure) in
        .object([
            "rows": .array(try await desk.clocks(parameters.process, late: parameters.late)),
            "now": .string(desk.engine.clock.now().description),
        ])
    }
}

/// What the set of an instance holds, for readers.
struct SetDefinitions: Sendable {
    private let sets: [DeployedSet]

    init(_ sets: [DeployedSet]) { self.sets = sets }

    func definition(_ reference: DefinitionReference) -> ProcessDefinition? {
        for set in sets {
            if let found = set.machineDefinitions[reference] { return found }
        }
        return nil
    }

    /// A calendar as the instance's last set has it.
    func calendar(_ name: String) -> BusinessCalendar? { sets.last?.calendars[name] }

    /// Whether any process of them has an agreed time.
    var haveAgreedTimes: Bool {
        sets.contains { set in
            set.processes.values.contains { process in
                process.elements.contains { $0.property("sla") != nil }
            }
        }
    }
}

extension Engine {
    /// The compiled sets with these numbers, in their order.
    func deployedSets(_ numbers: [Int]) async -> SetDefinitions {
        let found: [DeployedSet]? = await onWriter { core in
            numbers.compactMap { core.library.set(number: $0) }
        }
        return SetDefinitions(found ?? [])
    }

    /// The company's calendar.
    package var companyCalendar: CompanyCalendar { shared.calendar }
}

extension OperatingDesk {
    /// Instances whose clocks one question reads.
    private static let instancesMax = 10_000

    /// The agreed times of active instances.
    func clocks(_ process: String?, late: Bool) async throws(QueryFailure) -> [JSONValue] {
        let running = try rows(
            "process.instances",
            .object(["process": process.map { .string($0) }, "status": .string("open")]))
        guard running.count <= Self.instancesMax else {
            throw .tooManyRows(count: running.count)
        }
        var known: [[Int]: SetDefinitions] = [:]
        var lines: [JSONValue] = []
        for row in running {
            guard let id = row["instance"]?.stringValue, let history = try engine.history(of: id)
            else { continue }
            let sets: SetDefinitions
            if let found = known[history.sets] {
                sets = found
            } else {
                sets = await engine.deployedSets(history.sets)
                known[history.sets] = sets
            }
            guard sets.haveAgreedTimes else { continue }
            for clock in clocks(of: history, sets) where !clock.isDone && (!late || clock.isLate) {
                lines.append(
                    .object(
                        [
                            JSONMember("instance", .string(id)),
                            JSONMember("process", .string(history.process)),
                            JSONMember("document", row["document"] ?? .null),
                        ] + (json(of: clock).objectMembers ?? [])))
            }
        }
        return lines
    }

    func clocks(of history: InstanceHistory, _ sets: SetDefinitions) -> [ServiceClock] {
        let now = engine.clock.now()
        return ServiceClock.clocks(
            of: history.advances, definition: sets.definition, calendar: sets.calendar,
            now: now.microsecondsSinceEpoch, zone: engine.companyCalendar.zone)
    }

    func json(of clock: ServiceClock) -> JSONValue {
        func instant(_ microseconds: Int64) -> JSONValue {
            .string(Instant(microsecondsSinceEpoch: microseconds).description)
        }
        return .object([
            "element": .string(clock.elementID), "key": .integer(clock.key),
            "agreed": .string(clock.agreed),
            "calendar": clock.calendar.isEmpty ? nil : .string(clock.calendar),
            "since": instant(clock.since), "allowedMilliseconds": .integer(clock.allowed / 1_000),
            "usedMilliseconds": .integer(clock.used / 1_000),
            "due": clock.due.map(instant), "stoppedSince": clock.stopped.map { instant($0.since) },
            "stoppedBy": clock.stopped.map { .string($0.elementID) },
            "late": .boolean(clock.isLate), "done": .boolean(clock.isDone),
            "sentence": .string(Self.sentence(of: clock)),
        ])
    }

    /// A clock whose time is over, among the waits.
    func stalled(by clock: JSONValue) -> JSONValue {
        let over =
            (clock["usedMilliseconds"]?.integerValue ?? 0)
            - (clock["allowedMilliseconds"]?.integerValue ?? 0)
        return .object([
            "instance": clock["instance"], "process": clock["process"],
            "document": clock["document"], "element": clock["element"],
            "waitsFor": .string("its end"), "since": clock["since"],
            "late": .boolean(true), "lateBy": .string(DurationWords.text(milliseconds: over)),
            "basis": .string("agreed were \(clock["agreed"]?.stringValue ?? "")"),
        ])
    }

    private static func sentence(of clock: ServiceClock) -> String {
        let unit = clock.calendar.isEmpty ? "" : " of working time (\(clock.calendar))"
        let used = DurationWords.text(milliseconds: clock.used / 1_000)
        var text = "\(used) of \(clock.agreed)\(unit) used"
        if clock.isLate {
            let over = DurationWords.text(milliseconds: (clock.used - clock.allowed) / 1_000)
            text += ", \(over) too much"
        }
        if clock.isDone { return text + ", done" }
        if let stopped = clock.stopped {
            let since = Instant(microsecondsSinceEpoch: stopped.since)
            return text + "; the clock stands at \(stopped.elementID) since \(since)"
        }
        return clock.due.map { text + ", over at \(Instant(microsecondsSinceEpoch: $0))" } ?? text
    }
}
