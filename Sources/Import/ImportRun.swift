internal import Client
internal import Records

/// Gives the commands of a plan in their order, several on their way at once, and moves the clock
/// between the days.
struct ImportRun {
    /// Rounds in which people do what processes left them on one day.
    private static let workRoundsMax = 10_000
    /// Answers between two reports of progress.
    private static let progressStep = 256
    /// Refusals that say nothing about a row: the import stops and can be run again.
    private static let stoppingCodes: Set<String> = [
        "overloaded", "disk-low", "disk-full", "stopping", "stopped", "outcome-unknown",
        "log-failed", "unknown-actor", "not-a-gateway", "key-reused",
    ]
    /// Refusals after which the next of a task's people is asked.
    private static let nextPersonCodes: Set<String> = [
        "separated-duties", "limit-exceeded", "not-allowed", "task-not-yours",
    ]

    private let mapping: ImportMapping
    private let plan: ImportPlan
    private let link: DaemonLink
    private let request: ImportRequest
    private let start: ContinuousClock.Instant
    private var startPosition: Int64 = 0
    private var lastPosition: Int64 = 0
    private var waiting: [Int] = []
    private var firstWaiting = 0
    private var done = 0
    private var clock: BusinessDate?

    init(
        mapping: ImportMapping, plan: ImportPlan, link: DaemonLink, request: ImportRequest,
        start: ContinuousClock.Instant
    ) {
        self.mapping = mapping
        self.plan = plan
        self.link = link
        self.request = request
        self.start = start
    }

    mutating func perform(
        _ report: inout ImportReport, _ progress: (ImportProgress) -> Void
    ) throws(ImportFailure) {
        startPosition = try link.logEnd()
        if mapping.isHistory, let from = plan.clockFrom { try moveClock(to: from, &report) }
        var outgoing: [UInt8] = []
        for (index, command) in plan.commands.enumerated() {
            if mapping.isHistory, let date = command.date, clock.map({ $0 < date }) ?? true {
                try finishDay(&outgoing, &report, progress)
                try moveClock(to: date, &report)
            }
            outgoing.append(contentsOf: line(command).utf8)
            outgoing.append(UInt8(ascii: "\n"))
            waiting.append(index)
            if waiting.count - firstWaiting >= request.inFlightMax {
                try flush(&outgoing)
                // Half of them stay on their way while the next are written.
                while waiting.count - firstWaiting > request.inFlightMax / 2 {
                    try takeAnswer(&report, progress)
                }
            }
        }
        try finishDay(&outgoing, &report, progress)
        if mapping.isHistory, let until = plan.clockUntil {
            try moveClock(to: until, &report)
            try doWork(&report)
        }
        report.incidents = try incidents()
        progress(progressNow())
    }

    private func line(_ command: PlannedCommand) -> String {
        var options = [(name: "key", value: command.key)]
        if let actor = command.actor { options.append((name: "on-behalf-of", value: actor)) }
        if let date = command.postingDate {
            options.append((name: "date", value: date.description))
        }
        return RequestLine.text(command.command, options: options, payload: command.payload)
    }

    // MARK: Answers

    private func flush(_ outgoing: inout [UInt8]) throws(ImportFailure) {
        guard !outgoing.isEmpty else { return }
        try link.send(outgoing)
        outgoing.removeAll(keepingCapacity: true)
    }

    private mutating func takeAnswer(
        _ report: inout ImportReport, _ progress: (ImportProgress) -> Void
    ) throws(ImportFailure) {
        let answer = try link.receive()
        let command = plan.commands[waiting[firstWaiting]]
        firstWaiting += 1
        done += 1
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        }
        if answer.isOK {
            note(answer, &report)
        } else if Self.stoppingCodes.contains(answer.code) {
            throw .refused(
                code: answer.code,
                message:
                    "\(command.source.file):\(command.source.line): \(command.command): \(answer.message)"
            )
        } else {
            report.refused.append(
                RefusedRow(
                    source: command.source, command: command.command, code: answer.code,
                    message: answer.message))
        }
        if done.isMultiple(of: Self.progressStep) { progress(progressNow()) }
    }

    private mutating func note(_ answer: Answer, _ report: inout ImportReport) {
        if let position = answer.body["position"]?.integerValue {
            lastPosition = max(lastPosition, position)
            // The reply of a key that an earlier run used names the events of that run.
            if position > startPosition {
                report.accepted += 1
                return
            }
        }
        report.unchanged += 1
    }

    private func progressNow() -> ImportProgress {
        let milliseconds = max(1, start.duration(to: .now).milliseconds)
        let perSecond = done * 1_000 / milliseconds
        return ImportProgress(
            done: done, total: plan.commands.count, perSecond: perSecond,
            secondsLeft: perSecond > 0 ? (plan.commands.count - done) / perSecond : nil,
            date: clock?.description)
    }

    // MARK: Days

    private mutating func finishDay(
        _ outgoing: inout [UInt8], _ report: inout ImportReport,
        _ progress: (ImportProgress) -> Void
    ) throws(ImportFailure) {
        try flush(&outgoing)
        while firstWaiting < waiting.count { try takeAnswer(&report, progress) }
        try doWork(&report)
    }

    /// Moves the clock; what is due until then is done by the daemon first.
    private mutating func moveClock(
        to date: BusinessDate, _ report: inout ImportReport
    ) throws(ImportFailure) {
        clock = date
        let answer = try link.ask(
            RequestLine.text(
                "clock.advance",
                options: [(name: "key", value: "\(mapping.name):clock:\(date)")],
                payload: .object(["date": .string(date.description)])))
        if answer.isOK { return }
        switch answer.code {
        // The clock went on in an earlier run: what is late is posted on its own date.
        case "invalid-value": report.daysLate += 1
        case "clock-not-manual": throw .clockNotManual
        default: throw .refused(code: answer.code, message: answer.message)
        }
    }

    // MARK: Work

    /// Lets the mapping's people do the tasks that processes left them, until processes stand still.
    private mutating func doWork(_ report: inout ImportReport) throws(ImportFailure) {
        guard !mapping.work.isEmpty else { return }
        var refusedTasks: Set<String> = []
        var before: Int64 = -1
        for _ in 0..<Self.workRoundsMax {
            // A refused question passes through the writer behind all steps that are owed.
            _ = try link.ask(RequestLine.text("clock.advance"))
            let answer = try link.ask(
                RequestLine.text(
                    "query", "process.tasks",
                    options: [(name: "after", value: String(max(1, lastPosition)))],
                    payload: .object(["all": .boolean(true)])))
            guard answer.isOK else { throw .refused(code: answer.code, message: answer.message) }
            let position = answer.body["position"]?.integerValue ?? 0
            var didSomething = false
            for row in answer.body["rows"]?.arrayValue ?? [] {
                guard let task = row["task"]?.stringValue, !refusedTasks.contains(task),
                    let command = row["command"]?.stringValue,
                    let rule = mapping.work.first(where: { $0.command == command })
                else { continue }
                if try complete(task, rule, &report) {
                    didSomething = true
                } else {
                    refusedTasks.insert(task)
                }
            }
            if !didSomething, position == before { return }
            before = position
        }
        throw .refused(
            code: "too-much-work",
            message: "processes made new tasks for \(Self.workRoundsMax) rounds on one day")
    }

    private mutating func complete(
        _ task: String, _ rule: WorkRule, _ report: inout ImportReport
    ) throws(ImportFailure) -> Bool {
        var refusal: Answer?
        for actor in rule.actors {
            var options = [(name: "on-behalf-of", value: actor)]
            let key = "\(mapping.name):task:\(task)"
            if key.utf8.count <= 128 { options.append((name: "key", value: key)) }
            let answer = try link.ask(
                RequestLine.text(
                    "process.complete-task", options: options,
                    payload: .object(["task": .string(task)])))
            if answer.isOK {
                report.tasksDone += 1
                return true
            }
            refusal = answer
            guard Self.nextPersonCodes.contains(answer.code) else { break }
        }
        if let refusal {
            if Self.stoppingCodes.contains(refusal.code) {
                throw .refused(code: refusal.code, message: refusal.message)
            }
            report.refused.append(
                RefusedRow(
                    source: RowSource(file: "task \(task)", line: rule.place.line),
                    command: rule.command, code: refusal.code, message: refusal.message))
        }
        return false
    }

    private func incidents() throws(ImportFailure) -> Int {
        let answer = try link.ask(
            RequestLine.text(
                "query", "process.incidents",
                options: [(name: "after", value: String(max(1, lastPosition)))]))
        guard answer.isOK else { return 0 }
        return answer.body["rows"]?.arrayValue?.count ?? 0
    }
}
