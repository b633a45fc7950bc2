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

    static let schema = Schema<CompleteJob>(
        "process.complete-job", "Reports a job as done.",
        Field(1, "job", \.job, "The job's id, `instance:number`."),
        Field(2, "variables", \.variables, "What it yielded, an object."),
        make: CompleteJob.init)
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
        EngineCommand(CompleteJob.self, access: worker, rejections: [.unknownTask]) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.stepJob(payload.job, submission, actor) { token in
                .jobCompleted(token: token, variables: ProcessValue.fields(payload.variables))
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
        EngineCommand(ThrowJobError.self, access: worker, rejections: [.unknownTask]) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.stepJob(payload.job, submission, actor) { token in
                .jobThrewError(
                    token: token, code: payload.code, message: payload.message,
                    variables: ProcessValue.fields(payload.variables))
            }
        },
    ]
}

extension WriterCore {
    func stepJob(
        _ id: String, _ submission: Submission, _ actor: Actor, _ trigger: (Int) -> Trigger
    ) throws(Rejection) -> CommandReply {
        let parts = id.split(separator: ":")
        guard parts.count >= 2, let last = parts.last, let token = Int(last) else {
            throw Rejection(
                .unknownTask, "A job's id is `instance:number`, found \"\(id)\".")
        }
        let instance = parts.dropLast().joined(separator: ":")
        let (state, version) = try self.instance(instance)
        guard case .job? = state.machine.wait(token)?.kind else {
            throw Rejection(.unknownTask, "There is no open job \(id); it may be done already.")
        }
        return try intervene(instance, state, version, trigger(token), submission, actor)
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
            jobs.append(
                .object([
                    "job": .string("\(place.instance):\(place.token)"),
                    "process": .string(state.process), "element": .string(wait.elementID),
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
