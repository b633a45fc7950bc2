internal import Business
internal import FEEL
internal import Processes
internal import Records

/// One deployed set of definitions, compiled: processes, decisions and the other rules.
///
/// An instance keeps the set that it started with, called processes and decisions included.
final class DeployedSet: Sendable {
    /// A message start event of a process.
    struct MessageStart: Sendable {
        let process: String
        let elementID: String
        /// Whether at most one instance may be active for an object.
        let isSingle: Bool
        /// Under which qualifier the event names the instance's object; empty for its own stream.
        let qualifier: String
    }

    /// A signal start event of a process.
    struct SignalStart: Sendable {
        let process: String
        let elementID: String
    }

    /// A timer start event with its next time.
    struct TimerStart: Sendable {
        let process: String
        let timer: StartTimer
        /// Position of what armed it: of the set's event, or of the first step of its last instance.
        let armed: UInt64

        var elementID: String { timer.elementID }
        /// The same when it fired at an instant and for the last time.
        func fired(at due: Instant, armed: UInt64) -> TimerStart {
            let wait = TimerWait(
                due: due.microsecondsSinceEpoch, repetitions: timer.wait.repetitions,
                interval: timer.wait.interval)
            return TimerStart(
                process: process, timer: StartTimer(elementID: timer.elementID, wait: wait),
                armed: armed)
        }

        var due: Instant { Instant(microsecondsSinceEpoch: timer.wait.due) }

        /// Whether it fires before another: by its time, then by the position that armed it.
        func isBefore(_ other: TimerStart) -> Bool {
            (due, armed, process, elementID)
                < (other.due, other.armed, other.process, other.elementID)
        }
    }

    /// Position of the event that deployed it: it starts instances for later events alone.
    let position: UInt64
    /// The set's number: the version of its event in the stream of sets.
    let number: Int
    /// The rules, chosen by date among this and the earlier sets.
    let rules: any DecisionSource
    /// Processes by id.
    let processes: [String: ProcessDefinition]
    /// The same, as the machine wants them.
    let machineDefinitions: DefinitionSet
    /// Message start events by message name.
    let messageStarts: [String: [MessageStart]]
    /// Signal start events by signal name, in the order of the process ids.
    let signalStarts: [String: [SignalStart]]
    /// Names that message waits of these processes can have.
    let waitedNames: Set<String>
    /// Whether a wait of these processes can have a name that is worked out when it is opened.
    let waitsForComputedNames: Bool
    /// Commands bound to user tasks.
    let taskCommands: Set<String>
    /// Version tags of the decisions and forms that have one.
    let versionTags: VersionTags
    /// Business calendars by name.
    let calendars: [String: BusinessCalendar]

    init(
        number: Int, position: UInt64, rules: any DecisionSource, processes: [ProcessDefinition],
        calendars: [String: BusinessCalendar] = [:], versionTags: VersionTags = VersionTags()
    ) {
        self.versionTags = versionTags
        self.calendars = calendars
        self.position = position
        self.number = number
        self.rules = rules
        self.processes = Dictionary(
            processes.map { ($0.processID, $0) }, uniquingKeysWith: { _, last in last })
        machineDefinitions = DefinitionSet(processes)
        var starts: [String: [MessageStart]] = [:]
        var signals: [String: [SignalStart]] = [:]
        var waited: Set<String> = []
        var commands: Set<String> = []
        for process in processes where process.isExecutable {
            for start in process.namedStarts {
                switch start.kind {
                case .message(let name, let qualifier):
                    starts[name, default: []].append(
                        MessageStart(
                            process: process.processID, elementID: start.elementID,
                            isSingle: start.isSingle, qualifier: qualifier))
                case .signal(let name):
                    // One instance for each process: the check refuses two starts by one signal.
                    let others = signals[name, default: []]
                    guard !others.contains(where: { $0.process == process.processID }) else {
                        continue
                    }
                    signals[name] =
                        others + [
                            SignalStart(process: process.processID, elementID: start.elementID)
                        ]
                case .timer: continue
                }
            }
            for element in process.elements {
                if let name = element.waitedName { waited.insert(name) }
                if let command = element.property("command") { commands.insert(command) }
            }
        }
        messageStarts = starts
        signalStarts = signals
        waitedNames = waited
        waitsForComputedNames = processes.contains { process in
            process.isExecutable && process.elements.contains { $0.waitsForComputedName }
        }
        taskCommands = commands
    }

    /// Evaluates a decision for a business-rule task.
    func evaluate(
        _ decision: String, variables: [ProcessField], on date: BusinessDate, at time: Instant
    ) -> DecisionOutcome {
        do throws(Rejection) {
            let inputs = Dictionary(
                variables.map { ($0.name, Value($0.value)) }, uniquingKeysWith: { _, last in last })
            let outcome = try rules.evaluate(decision, on: date, inputs: inputs)
            return .result(ProcessValue(outcome.value), hash: outcome.definition.description)
        } catch {
            return .failed(error.message)
        }
    }

    /// The timer start events of the processes, armed when the set was deployed.
    ///
    /// A process that is the same as in the set before keeps its timers as they stand.
    func timerStarts(
        after time: StepTime, before old: DeployedSet?, standing: [TimerStart]
    ) -> [TimerStart] {
        processes.values.filter(\.isExecutable).flatMap { process -> [TimerStart] in
            if old?.processes[process.processID]?.reference == process.reference {
                return standing.filter { $0.process == process.processID }
            }
            return process.startTimers(at: time).map {
                TimerStart(process: process.processID, timer: $0, armed: position)
            }
        }
    }

    /// A repeating start event's next time.
    func next(_ start: TimerStart, at time: StepTime, armed: UInt64) -> TimerStart? {
        start.timer.next(at: time).map {
            TimerStart(process: start.process, timer: $0, armed: armed)
        }
    }
}

extension FlowElement {
    private var waitedMessage: MessageDescription? {
        switch kind {
        case .receiveTask(let description): description
        case .catchEvent(.message(let description)), .boundaryEvent(.message(let description)),
            .startEvent(.message(let description)):
            description
        default: nil
        }
    }

    /// The message name for which a wait of this element can be open; nil for an element that waits
    /// for none, or whose name is an expression.
    fileprivate var waitedName: String? { waitedMessage?.name.staticText }

    /// Whether the name for which it waits is an expression over an instance's variables.
    fileprivate var waitsForComputedName: Bool {
        waitedMessage.map { $0.name.staticText == nil } ?? false
    }
}
