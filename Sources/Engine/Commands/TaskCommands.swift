internal import Business
internal import EventLog
internal import FEEL
internal import Processes
internal import Records

/// Takes a task for oneself.
struct ClaimTask: Record {
    let task: String

    static let schema = Schema<ClaimTask>(
        "process.claim-task", "Takes a task for oneself.",
        Field(1, "task", \.task, "The task's id, `instance:number`."),
        make: ClaimTask.init)
}

/// Gives a task back.
struct ReleaseTask: Record {
    let task: String

    static let schema = Schema<ReleaseTask>(
        "process.release-task", "Gives a claimed task back to those who may do it.",
        Field(1, "task", \.task, "The task's id, `instance:number`."),
        make: ReleaseTask.init)
}

/// Gives a task to somebody.
struct AssignTask: Record {
    let task: String
    let to: PersonID

    static let schema = Schema<AssignTask>(
        "process.assign-task", "Gives a task to a person.",
        Field(1, "task", \.task, "The task's id, `instance:number`."),
        Field(2, "to", \.to, "The person."),
        make: AssignTask.init)
}

/// Hands a task over for a time.
struct DelegateTask: Record {
    let task: String
    let to: PersonID
    let until: BusinessDate

    static let schema = Schema<DelegateTask>(
        "process.delegate-task", "Hands one's task to another person until a date.",
        Field(1, "task", \.task, "The task's id, `instance:number`."),
        Field(2, "to", \.to, "The person."),
        Field(3, "until", \.until, "The last day of the delegation."),
        make: DelegateTask.init)
}

/// Does a task.
struct CompleteTask: Record {
    let task: String
    let payload: JSONValue?

    static let schema = Schema<CompleteTask>(
        "process.complete-task",
        "Completes a task; a task bound to a command gives that command as the person.",
        Field(1, "task", \.task, "The task's id, `instance:number`."),
        Field(2, "payload", \.payload, "The form's fields, or what the command needs beyond them."),
        make: CompleteTask.init)
}

/// Where a task stands.
struct TaskPlace {
    let id: String
    let instance: String
    let token: Int
    let state: ProcessInstanceState
    let version: UInt64
    let wait: Wait
    let task: UserTaskWait
    /// Who has it today; empty where it is free.
    let holder: String
}

extension UserTaskWait {
    /// Who has the task on a day: a delegation ends with its last day.
    func holder(on date: BusinessDate) -> String {
        guard let last = BusinessDate(delegatedUntil), last < date else { return assignee }
        return delegatedBy
    }
}

extension EngineCommand {
    private static let anyone = CommandAccess.human("employee", "operator")

    static let taskCommands = [
        EngineCommand(ClaimTask.self, access: anyone, rejections: taskRejections) {
            (payload, submission, actor, core) throws(Rejection) in
            let place = try core.task(payload.task)
            let person = try core.mayDo(place, actor)
            guard place.holder.isEmpty || place.holder == person else {
                throw Rejection(.taskNotYours, "\(place.id) is claimed by \(place.holder).")
            }
            return try core.stepTask(
                place, .taskClaimed(token: place.token, by: person), submission, actor)
        },
        EngineCommand(ReleaseTask.self, access: anyone, rejections: taskRejections) {
            (payload, submission, actor, core) throws(Rejection) in
            let place = try core.task(payload.task)
            try core.requireHolder(place, actor)
            return try core.stepTask(place, .taskReleased(token: place.token), submission, actor)
        },
        EngineCommand(AssignTask.self, access: .human("operator"), rejections: taskRejections) {
            (payload, submission, actor, core) throws(Rejection) in
            let place = try core.task(payload.task)
            return try core.stepTask(
                place, .taskAssigned(token: place.token, to: payload.to.text), submission, actor)
        },
        EngineCommand(
            DelegateTask.self, access: anyone, rejections: taskRejections + [.invalidValue]
        ) {
            (payload, submission, actor, core) throws(Rejection) in
            let place = try core.task(payload.task)
            try core.requireHolder(place, actor)
            let today = core.calendar.date(at: core.now)
            guard payload.until >= today else {
                throw Rejection(
                    .invalidValue,
                    "until: expected \(today) or a later day, found \(payload.until).")
            }
            return try core.stepTask(
                place,
                .taskDelegated(
                    token: place.token, to: payload.to.text, by: actor.person ?? actor.id,
                    until: payload.until.description), submission, actor)
        },
        EngineCommand(CompleteTask.self, access: anyone, rejections: taskRejections) {
            (payload, submission, actor, core) throws(Rejection) in
            try core.complete(payload, submission, actor)
        },
    ]

    private static let taskRejections: [RejectionCode] = [
        .unknownTask, .taskNotYours, .wrongState,
    ]
}

extension WriterCore {
    /// The open task with an id.
    func task(_ id: String) throws(Rejection) -> TaskPlace {
        let parts = id.split(separator: ":")
        guard parts.count >= 2, let last = parts.last, let token = Int(last) else {
            throw Rejection(
                .unknownTask,
                "A task's id is `instance:number`, found \"\(id)\"; see `daybook tasks`.")
        }
        let instance = parts.dropLast().joined(separator: ":")
        let (state, version) = try state(of: ProcessInstanceState.self, id: instance)
        guard version > 0, let wait = state.machine.wait(token),
            case .userTask(let task) = wait.kind
        else {
            throw Rejection(
                .unknownTask, "There is no open task \(id); it may be done already.")
        }
        return TaskPlace(
            id: id, instance: instance, token: token, state: state, version: version, wait: wait,
            task: task, holder: task.holder(on: calendar.date(at: now)))
    }

    /// The person, when the task is for him: his own, his role's, or anybody's.
    func mayDo(_ place: TaskPlace, _ actor: Actor) throws(Rejection) -> String {
        let person = actor.person ?? actor.id
        let task = place.task
        let isOpenToAll =
            place.holder.isEmpty && task.candidateGroups.isEmpty && task.candidateUsers.isEmpty
        guard
            isOpenToAll || actor.isOwner || place.holder == person
                || task.candidateUsers.contains(person)
                || task.candidateGroups.contains(where: actor.roles.contains)
        else {
            throw Rejection(
                .taskNotYours,
                "\(place.id) is for \((task.candidateGroups + task.candidateUsers).joined(separator: ", ")); \(person) is none of them."
            )
        }
        return person
    }

    func requireHolder(_ place: TaskPlace, _ actor: Actor) throws(Rejection) {
        let person = actor.person ?? actor.id
        guard place.holder == person || actor.roles.contains("operator") || actor.isOwner else {
            let holder = place.holder.isEmpty ? "nobody" : place.holder
            throw Rejection(
                .taskNotYours, "\(place.id) is held by \(holder), not by \(person).")
        }
    }

    func stepTask(
        _ place: TaskPlace, _ trigger: Trigger, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        try intervene(
            place.instance, place.state, place.version, trigger, submission, actor)
    }

    /// Completes a task; its command is decided as the person, with the person's role and limits,
    /// in the same commit as the step.
    func complete(
        _ payload: CompleteTask, _ submission: Submission, _ actor: Actor
    ) throws(Rejection) -> CommandReply {
        let place = try task(payload.task)
        let person = try mayDo(place, actor)
        guard place.holder.isEmpty || place.holder == person || actor.isOwner else {
            throw Rejection(.taskNotYours, "\(place.id) is claimed by \(place.holder).")
        }
        let given = ProcessValue.fields(payload.payload)
        guard !place.task.command.isEmpty else {
            return try stepTask(
                place, .taskCompleted(token: place.token, variables: given, outcome: nil),
                submission, actor)
        }
        guard let type = registry.commands[place.task.command] else {
            throw unknownCommand(place.task.command)
        }
        try require(type.access, of: actor, for: place.task.command)
        var members = known(place, fieldsOf: type)
        for field in given { members.set(field.name, field.value) }
        let command = try read(
            JSONValue(.context(members), fields: type.description.fields), as: type)
        let facts = DecisionFacts(
            company: companyName, now: now,
            effectiveDate: submission.date ?? calendar.date(at: now), actor: actor)
        let decision = try run(command, facts: facts)
        let position = try keep(
            decision,
            EnvelopeFacts(
                company: companyName, recordedAt: now, actor: actor, key: submission.key,
                keyHash: submission.key == nil ? nil : submission.keyHash,
                correlation: place.state.businessCase, causation: nil))
        let head = decision.head
        let outcome = CommandOutcome.accepted(
            position: head == nil ? nil : Int64(position),
            stream: head?.stream.description ?? "", version: Int64(head?.version ?? 0),
            events: .list([]))
        let context = StepContext(
            instance: place.instance, process: place.state.process,
            set: try set(of: place.state), cause: head == nil ? nil : position, person: person,
            effectiveDate: facts.effectiveDate, time: now,
            correlation: place.state.businessCase)
        let trigger = Trigger.taskCompleted(
            token: place.token, variables: given, outcome: outcome)
        guard let head else {
            // The command had nothing to write; the key then stands on the process's event.
            return try reply(to: submission, actor, instance: place.instance) {
                () throws(Rejection) in
                try step(place.state, place.version, trigger, context)
            }
        }
        try step(place.state, place.version, trigger, context)
        return .accepted(
            position: position, stream: head.stream.description, version: head.version,
            details: head.event.replyDetails)
    }

    /// What the instance already knows of a command's fields.
    private func known(_ place: TaskPlace, fieldsOf type: CommandType) -> [ProcessField] {
        let names = Set(type.description.fields.map(\.name))
        return place.state.machine.visibleVariables(at: place.wait.owner).filter {
            names.contains($0.name)
        }
    }
}
