internal import Business
internal import EventLog
internal import Processes
internal import Records

/// Takes jobs for a worker.
struct ActivateJobs: Record {
    let type: String
    let worker: String
    let count: Int64
    let timeoutSeconds: Int64
    let waitMilliseconds: Int64

    static let schema = Schema<ActivateJobs>(
        "process.activate-jobs", "Takes free jobs of a type for a worker, the oldest first.",
        Field(1, "type", \.type, "The jobs' type.", limits: .count(1...200)),
        Field(2, "worker", \.worker, "The worker's name.", limits: .count(1...100)),
        Field(
            3, "count", \.count, "How many at the most, up to 100.",
            limits: Limits(sign: .positive, magnitudeMax: 100), default: 1),
        Field(
            4, "timeoutSeconds", \.timeoutSeconds, "For how long the worker holds them.",
            limits: Limits(sign: .positive, magnitudeMax: 86_400), default: 300),
        Field(
            5, "waitMilliseconds", \.waitMilliseconds,
            "For how long the reply waits for a job while none is free, up to 60,000.",
            limits: Limits(
                sign: .notNegative, magnitudeMax: JobWaiters.waitMillisecondsMax), default: 0),
        make: ActivateJobs.init)
}

/// Reports a job as done.
struct CompleteJob: Record {
    let job: String
    let variables: JSONValue?
    let denied: Bool
    let deniedReason: String?
    let corrections: TaskCorrections?
    let activateElements: [AdHocElement]?
    let isCompletionConditionFulfilled: Bool
    let isCancelRemainingInstances: Bool

    static let schema = Schema<CompleteJob>(
        "process.complete-job", "Reports a job as done.",
        Field(1, "job", \.job, "The job's id, `instance:number`."),
        Field(2, "variables", \.variables, "What it yielded, an object."),
        Field(
            3, "denied", \.denied,
            "Of a task listener: that the task must not be assigned, updated or completed.",
            default: false),
        Field(4, "deniedReason", \.deniedReason, "Why it must not.", limits: .count(1...500)),
        Field(
            5, "corrections", \.corrections,
            "Of a task listener: attributes of the task that are to be others."),
        Field(
            6, "activateElements", \.activateElements,
            "Of an ad-hoc sub-process: elements to enter in it."),
        Field(
            7, "isCompletionConditionFulfilled", \.isCompletionConditionFulfilled,
            "Of an ad-hoc sub-process: that nothing further is to be entered.", default: false),
        Field(
            8, "isCancelRemainingInstances", \.isCancelRemainingInstances,
            "Of an ad-hoc sub-process: that what still goes on in it is ended.", default: false),
        make: CompleteJob.init)

    /// What the worker of an ad-hoc sub-process decides; nil when nothing was said of it.
    var adHoc: AdHocDecision? {
        guard
            activateElements != nil || isCompletionConditionFulfilled || isCancelRemainingInstances
        else { return nil }
        return AdHocDecision(
            entries: (activateElements ?? []).map {
                AdHocDecision.Entry(
                    elementID: $0.elementId, variables: ProcessValue.fields($0.variables))
            }, isFulfilled: isCompletionConditionFulfilled,
            cancelsRemaining: isCancelRemainingInstances)
    }

    /// What the machine is told besides variables; nil when nothing was said.
    var answer: ListenerAnswer? {
        let corrected = corrections?.fields ?? []
        guard denied || !corrected.isEmpty else { return nil }
        return ListenerAnswer(
            denied: denied ? deniedReason ?? "denied by a listener" : nil, corrections: corrected)
    }
}

/// An element that an ad-hoc sub-process is to enter.
struct AdHocElement: Record {
    let elementId: String
    let variables: JSONValue?

    static let schema = Schema<AdHocElement>(
        "process.ad-hoc-element", "An element that an ad-hoc sub-process is to enter.",
        Field(1, "elementId", \.elementId, "Its id in the diagram."),
        Field(2, "variables", \.variables, "Variables for it and what follows from it."),
        make: AdHocElement.init)
}

/// Attributes of a user task as its listener corrects them; what is absent stays as it is.
struct TaskCorrections: Record {
    let assignee: String?
    let dueDate: String?
    let followUpDate: String?
    let candidateUsers: [String]?
    let candidateGroups: [String]?
    let priority: Int64?

    static let schema = Schema<TaskCorrections>(
        "process.task-corrections", "Attributes of a user task that are to be others.",
        Field(1, "assignee", \.assignee, "Who has it; empty for nobody."),
        Field(2, "dueDate", \.dueDate, "When it is late; empty for never."),
        Field(3, "followUpDate", \.followUpDate, "From when on to look at it; empty for at once."),
        Field(4, "candidateUsers", \.candidateUsers, "The people who may do it."),
        Field(5, "candidateGroups", \.candidateGroups, "The roles that may do it."),
        Field(6, "priority", \.priority, "0 to 100."),
        make: TaskCorrections.init)

    /// Those that are given.
    var fields: [ProcessField] {
        func texts(_ name: String, _ items: [String]?) -> ProcessField? {
            items.map { ProcessField(name, .list($0.map { .text($0) })) }
        }
        func text(_ name: String, _ value: String?) -> ProcessField? {
            value.map { ProcessField(name, .text($0)) }
        }
        return [
            text("assignee", assignee), text("dueDate", dueDate),
            text("followUpDate", followUpDate), texts("candidateUsers", candidateUsers),
            texts("candidateGroups", candidateGroups),
            priority.map { ProcessField("priority", .integer($0)) },
        ].compactMap { $0 }
    }
}

/// Reports that a job failed.
struct FailJob: Record {
    let job: String
    let retries: Int64
    let backOffSeconds: Int64
    let message: String

    static let schema = Schema<FailJob>(
        "process.fail-job", "Reports that a job failed; without retries left it is an incident.",
        Field(1, "job", \.job, "The job's id, `instance:number`."),
        Field(2, "retries", \.retries, "Attempts that are left.", limits: .notNegative),
        Field(
            3, "backOffSeconds", \.backOffSeconds, "For how long it is not handed out.",
            limits: .notNegative, default: 0),
        Field(4, "message", \.message, "What went wrong."),
        make: FailJob.init)
}

/// Throws a BPMN error out of a job.
struct ThrowJobError: Record {
    let job: String
    let code: String
    let message: String
    let variables: JSONValue?

    static let schema = Schema<ThrowJobError>(
        "process.throw-job-error", "Ends a job with a BPMN error that the process may catch.",
        Field(1, "job", \.job, "The job's id, `instance:number`."),
        Field(2, "code", \.code, "The error's code."),
        Field(3, "message", \.message, "What went wrong.", default: ""),
        Field(4, "variables", \.variables, "What the error carries, an object."),
        make: ThrowJobError.init)
}

extension EngineCommand {
    private static let worker = CommandAccess.roles("worker", "operator")

    static let jobCommands = [
        EngineCommand(ActivateJobs.self, access: worker, rejections: [.overloaded]) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.activate(payload, submission, actor)
        },
        EngineCommand(
            CompleteJob.self, access: worker,
            rejections: [.unknownTask, .wrongState, .invalidValue]
        ) {
            (payload, submission, actor, core) throws(Rejection) in
            if let answer = payload.answer { try core.requireListener(payload.job, answer) }
            if let decision = payload.adHoc {
                try core.requireAdHoc(payload.job, decision)
                return try core.stepJob(payload.job, submission, actor) { token in
                    .adHocDecided(
                        token: token, variables: ProcessValue.fields(payload.variables),
                        decision: decision)
                }
            }
            return try core.stepJob(payload.job, submission, actor) { token in
                .jobCompleted(
                    token: token, variables: ProcessValue.fields(payload.variables),
                    answer: payload.answer)
            }
        },
        EngineCommand(FailJob.self, access: worker, rejections: [.unknownTask]) {
            (payload, submission, actor, core) throws(Rejection) in
            let notBefore = core.now.adding(microseconds: payload.backOffSeconds * 1_000_000)
            return try core.stepJob(payload.job, submission, actor) { token in
                .jobFailed(
                    token: token, retries: Int(payload.retries),
                    notBefore: notBefore.microsecondsSinceEpoch, message: payload.message)
            }
        },
        EngineCommand(
            ThrowJobError.self, access: worker, rejections: [.unknownTask, .wrongState]
        ) {
            (payload, submission, actor, core) throws(Rejection) in
            if let phase = try core.listenerPhase(ofJob: payload.job) {
                throw Rejection(
                    .wrongState,
                    "\(payload.job) is a listener's job (\(phase)), which throws no error; complete it or report that it failed."
                )
            }
            return try core.stepJob(payload.job, submission, actor) { token in
                .jobThrewError(
                    token: token, code: payload.code, message: payload.message,
                    variables: ProcessValue.fields(payload.variables))
            }
        },
    ]
}

extension WriterCore {
    /// Where a job stands.
    private struct JobPlace {
        let instance: String
        let state: ProcessInstanceState
        let version: UInt64
        let wait: Wait

        /// The phase, where the job is a listener's.
        var listening: ListenerPhase? {
            state.machine.element(wait.owner)?.listening?.running
        }
    }

    private func job(_ id: String) throws(Rejection) -> JobPlace {
        let parts = id.split(separator: ":")
        guard parts.count >= 2, let last = parts.last, let token = Int(last) else {
            throw Rejection(
                .unknownTask, "A job's id is `instance:number`, found \"\(id)\".")
        }
        let instance = parts.dropLast().joined(separator: ":")
        let (state, version) = try self.instance(instance)
        guard let wait = state.machine.wait(token), case .job = wait.kind else {
            throw Rejection(.unknownTask, "There is no open job \(id); it may be done already.")
        }
        return JobPlace(instance: instance, state: state, version: version, wait: wait)
    }

    func stepJob(
        _ id: String, _ submission: Submission, _ actor: Actor, _ trigger: (Int) -> Trigger
    ) throws(Rejection) -> CommandReply {
        let place = try job(id)
        return try intervene(
            place.instance, place.state, place.version, trigger(place.wait.token), submission,
            actor)
    }

    /// The phase in which a listener's job runs; nil for any other job.
    func listenerPhase(ofJob id: String) throws(Rejection) -> ListenerPhase? {
        try job(id).listening
    }

    /// What is to be entered is for ad-hoc sub-processes, and stands in them.
    func requireAdHoc(_ id: String, _ decision: AdHocDecision) throws(Rejection) {
        let place = try job(id)
        let definitions = library.definitions(of: place.state.machine, in: try set(of: place.state))
        guard let owner = place.state.machine.element(place.wait.owner),
            owner.listening?.running == nil,
            let definition = definitions[place.state.machine.definitions[owner.definition]],
            case .adHocSubProcess = definition.elements[owner.element].kind
        else {
            throw Rejection(
                .wrongState,
                "\(id) is no job of an ad-hoc sub-process; leave out what is to be entered.")
        }
        let known = definition.elements[owner.element].enterable(in: definition).map(\.id)
        for entry in decision.entries where !known.contains(entry.elementID) {
            throw Rejection(
                .invalidValue,
                "Expected an element of \(owner.elementID), found \"\(entry.elementID)\"; they are \(known.joined(separator: ", "))."
            )
        }
        guard !decision.isFulfilled || decision.entries.isEmpty else {
            throw Rejection(
                .invalidValue, "Elements cannot be entered in what is to end; give one of the two.")
        }
    }

    /// Denials and corrections are for task listeners, and not everything can be denied.
    func requireListener(_ id: String, _ answer: ListenerAnswer) throws(Rejection) {
        guard let phase = try job(id).listening, phase.isOfTask else {
            throw Rejection(
                .wrongState,
                "\(id) is no task listener's job; leave denied and corrections out.")
        }
        guard answer.denied == nil || phase.canBeDenied else {
            throw Rejection(
                .wrongState,
                "The \(phase) of a task cannot be denied; only assigning, updating and completing can."
            )
        }
    }

    /// Hands out free jobs, each by a step of its instance; the reply is made of those steps.
    ///
    /// Where none is free, a request that may wait is deferred and leaves its wish behind. Nobody
    /// overtakes those who wait already.
    func activate(
        _ payload: ActivateJobs, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let until = now.adding(microseconds: payload.timeoutSeconds * 1_000_000)
        var jobs: [JSONValue] = []
        let isBehind = !isServingWaiter && jobWaiters.areWaiting(for: payload.type)
        let free = try isBehind ? FreeJobs() : freeJobs(payload.type, count: Int(payload.count))
        for place in free.places {
            let (state, version) = try instance(place.instance)
            guard let wait = state.machine.wait(place.token), case .job(let job) = wait.kind else {
                continue
            }
            let trigger = Trigger.jobActivated(
                token: place.token, worker: payload.worker, until: until.microsecondsSinceEpoch)
            // Without the key: a reply with jobs is no function of events, so asking again asks anew.
            _ = try intervene(place.instance, state, version, trigger, submission.keyless, actor)
            let listening = state.machine.element(wait.owner)?.listening?.running
            jobs.append(
                .object([
                    "job": .string("\(place.instance):\(place.token)"),
                    "process": .string(state.process), "element": .string(wait.elementID),
                    "listener": listening.map { .string($0.event) },
                    "retries": .integer(job.retries),
                    "headers": JSONValue(.context(job.headers)),
                    "variables": JSONValue(
                        .context(state.machine.visibleVariables(at: wait.owner))),
                    "until": .string(until.description),
                ]))
        }
        guard jobs.isEmpty, payload.waitMilliseconds > 0 else {
            return .result(.object(["jobs": .array(jobs)]))
        }
        guard isServingWaiter || !jobWaiters.isFull else {
            throw Rejection(
                .overloaded,
                "More than \(jobWaiters.waitingMax) requests wait for jobs; ask again in a moment.")
        }
        jobWish = JobWish(
            type: payload.type, worker: payload.worker, waitMilliseconds: payload.waitMilliseconds,
            nextFree: free.next)
        return .deferred
    }

    /// What was found of a type's jobs.
    private struct FreeJobs {
        /// Those that are free, the oldest first.
        var places: [EngineTables.WaitPlace] = []
        /// When the next one is free of those that are held or kept back; nil without one.
        var next: Instant?
    }

    /// Jobs that are free now, those that came free first in front.
    ///
    /// The index knows what was committed; those that the batch at hand gave away are passed over.
    private func freeJobs(
        _ type: String, count: Int
    ) throws(Rejection) -> FreeJobs {
        let prefix = EngineTables.waitPrefix(.job, type)
        let pageRows = max(count, Self.jobsPerPageMin)
        var free = FreeJobs()
        // What the batch has looked through is given away or held: nobody looks through it again.
        var from = batch.jobsLookedThrough[type] ?? []
        defer { batch.jobsLookedThrough[type] = from }
        var looked = 0
        while looked < jobsLookedThroughMax {
            let rows: [IndexRow]
            do throws(IndexFailure) {
                rows = try index.rows(
                    in: EngineTables.waits, prefix: prefix, from: from, limit: pageRows)
            } catch {
                throw unreadable(error)
            }
            for row in rows {
                if let place = EngineTables.place(of: row) {
                    guard place.order <= now.microsecondsSinceEpoch else {
                        free.next = Instant(microsecondsSinceEpoch: place.order)
                        return free
                    }
                    if try isFree(place) { free.places.append(place) }
                }
                from = row.suffix + [0]
                if free.places.count == count { return free }
            }
            guard rows.count == pageRows else { return free }
            looked += rows.count
        }
        return free
    }

    private static let jobsPerPageMin = 16
    /// Rows that one command looks through: a batch gives away no more jobs than that.
    private var jobsLookedThroughMax: Int { 100 * (1 + batch.commandsMax) }

    private func isFree(_ place: EngineTables.WaitPlace) throws(Rejection) -> Bool {
        let (state, _) = try state(of: ProcessInstanceState.self, id: place.instance)
        guard case .job(let job)? = state.machine.wait(place.token)?.kind else { return false }
        return job.retries > 0 && job.until <= now.microsecondsSinceEpoch
    }
}
