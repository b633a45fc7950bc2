package import Business
package import EventLog
internal import DMN
internal import FEEL
internal import Processes
package import Records

/// Plays past instances of a process again under changed definitions, and tells the differences.
///
/// The log is only read. What came from outside is taken from the record: starts, events, what
/// workers and people gave and how long they took, and what commands answered. All else, decisions
/// and gateways, timers and mappings, is worked out by the changed definitions. What the record
/// cannot tell is assumed and named.
package struct Simulation {
    /// What is asked.
    package struct Question: Sendable {
        package var process: String
        package var from: Instant
        package var to: Instant
        /// Definition files that take the place of those of the same name.
        package var changed: [GivenDefinition]

        /// A question from its parts.
        package init(
            process: String, from: Instant, to: Instant, changed: [GivenDefinition]
        ) {
            self.process = process
            self.from = from
            self.to = to
            self.changed = changed
        }
    }

    /// Instances that one question plays.
    package static let instancesMax = 50_000
    private static let faultsShownMax = 20

    private let record: SimulationRecord
    private let question: Question
    private var changedSets: [Int: DeployedSet] = [:]
    private var ownSets: [Int: DeployedSet] = [:]

    /// A simulation over a log.
    package init(
        log: any EventLog, decoder: EventDecoder, registry: Registry, question: Question
    ) {
        record = SimulationRecord(log: log, decoder: decoder, registry: registry)
        self.question = question
    }

    /// Plays the instances; `progress` is told the position that was read and the last one.
    package mutating func run(
        progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(SimulationFailure) -> JSONValue {
        do throws(InputFailure) {
            try AskedPeriod.check(from: question.from, to: question.to)
        } catch { throw SimulationFailure("\(error)") }
        do {
            try record.read(
                process: question.process, from: question.from, through: question.to,
                progress: progress)
            if record.histories.isEmpty { try requireProcess() }
            let numbers = Set(record.histories.compactMap { $0.sets.first })
            for number in numbers.sorted() { try compile(number) }
            let names = (Array(changedSets.values) + Array(ownSets.values)).reduce(
                into: Set<String>()
            ) { $0.formUnion($1.waitedNames) }
            try record.readMessages(names)
        } catch let failure as SimulationFailure {
            throw failure
        } catch { throw SimulationFailure("The log cannot be read: \(error)") }
        guard record.histories.count <= Self.instancesMax else {
            throw SimulationFailure(
                "\(record.histories.count) instances began then, at most \(Self.instancesMax) are played; take a shorter period."
            )
        }
        return report()
    }

    /// A process that no deployed set has ever had is a mistake, not an empty answer.
    private func requireProcess() throws(SimulationFailure) {
        var known: Set<String> = []
        for number in record.deployed.keys.sorted(by: >) {
            let files = SetFiles(
                number: number,
                validFrom: record.deployed[number]?.validFrom ?? .init(daysSinceEpoch: 0),
                files: try record.files(of: number))
            known.formUnion(files.processIDs)
            if known.contains(question.process) { return }
        }
        throw SimulationFailure(
            "Expected a process that was deployed, found \"\(question.process)\"; "
                + (known.isEmpty
                    ? "the log has none." : "there are: \(known.sorted().joined(separator: ", ")).")
        )
    }

    private mutating func compile(_ number: Int) throws(SimulationFailure) {
        let own = try record.files(of: number)
        let given = try question.changed.map { (file) throws(SimulationFailure) in
            try Self.placed(file, among: own)
        }
        let names = Set(given.map(\.name))
        let changed = own.filter { !names.contains($0.name) } + given
        ownSets[number] = try set(own, number, verifies: false)
        changedSets[number] = try set(changed, number, verifies: true)
    }

    /// A changed file under the name of the one that it replaces: its own, or that of the only file
    /// of the set with the same last part.
    ///
    /// A file that replaces none must not decide what another one decides already: which of them
    /// would count nobody could tell.
    private static func placed(
        _ file: GivenDefinition, among own: [GivenDefinition]
    ) throws(SimulationFailure) -> GivenDefinition {
        if own.contains(where: { $0.name == file.name }) { return file }
        let last = file.name.split(separator: "/").last
        let alike = own.filter { $0.name.split(separator: "/").last == last }
        if alike.count == 1, let other = alike.first {
            return GivenDefinition(name: other.name, bytes: file.bytes)
        }
        guard file.name.hasSuffix(".dmn"),
            let decisions = try? DecisionDesk.decisions(of: [file], among: own)
        else { return file }
        let ids = Set(decisions.map(\.item.id))
        for other in own where other.name.hasSuffix(".dmn") {
            guard let known = try? DecisionDesk.decisions(of: [other], among: own + [file]),
                let twice = known.first(where: { ids.contains($0.item.id) })
            else { continue }
            throw SimulationFailure(
                "\(file.name) holds the decision \(twice.item.id), which \(other.name) holds; name the file like that one to replace it."
            )
        }
        return file
    }

    private func set(
        _ files: [GivenDefinition], _ number: Int, verifies: Bool
    ) throws(SimulationFailure) -> DeployedSet {
        let compiled = SetCompiler.compile(
            files.sorted { $0.name < $1.name }, number: number,
            position: record.deployed[number]?.position ?? 0,
            validFrom: BusinessDate(daysSinceEpoch: BusinessDate.dayNumbers.lowerBound),
            registry: record.registry, history: [], verifies: verifies)
        guard compiled.errors.isEmpty, let set = compiled.set else {
            throw SimulationFailure(
                "The changed definitions have \(compiled.errors.count) faults:\n"
                    + compiled.errors.prefix(Self.faultsShownMax).joined(separator: "\n"))
        }
        return set
    }

    // MARK: Report

    private func report() -> JSONValue {
        let runs = record.histories.map { history in
            RecordedRun(
                history, in: record, set: history.sets.first.flatMap { ownSets[$0] })
        }
        var usual = UsualDurations()
        for run in runs { usual.add(run) }
        var comparison = SimulationReport()
        for run in runs {
            guard let number = run.history.sets.first, let own = ownSets[number],
                let changed = changedSets[number]
            else { continue }
            let before = figures(run.history.advances, own)
            guard let played = PlayedRun(run, in: record, set: changed, usual: usual) else {
                comparison.leaveOut(run.history.instance)
                continue
            }
            let again = PlayedRun(run, in: record, set: own, usual: usual)
            let isFaithful =
                again.map { figures($0.advances, own).outcome == before.outcome } ?? false
            comparison.add(
                run.history.instance, document: record.documents[run.history.instance],
                before: before, after: figures(played.advances, changed),
                isFaithful: isFaithful, assumptions: played.assumptions)
        }
        return comparison.json(question)
    }

    private func figures(_ advances: [Advance], _ set: DeployedSet) -> RunFigures {
        RunFigures(advances) { reference, index in
            let definition =
                set.machineDefinitions[reference] ?? set.machineDefinitions[reference.processID]
            guard let elements = definition?.elements, elements.indices.contains(index) else {
                return .other
            }
            switch elements[index].kind {
            case .endEvent: return .endEvent
            case .eventSubProcess: return .eventSubprocess
            default: return .other
            }
        }
    }
}
