internal import Business
internal import Records

/// A command of the engine itself: clock, definitions, processes.
///
/// It is decided by the writer with
/// more at hand than a business decider has.
struct EngineCommand: Sendable {
    let name: String
    let access: CommandAccess
    let description: RecordDescription
    let rejections: [RejectionCode]
    let decide: @Sendable (Submission, Actor, WriterCore) throws(Rejection) -> CommandReply

    /// A command whose payload is a record.
    init<Payload: Record>(
        _ type: Payload.Type, access: CommandAccess, rejections: [RejectionCode] = [],
        _ decide:
            @escaping @Sendable (Payload, Submission, Actor, WriterCore) throws(Rejection)
            -> CommandReply
    ) {
        name = Payload.schema.description.name
        self.access = access
        self.rejections = rejections
        description = Payload.schema.description
        self.decide = {
            (submission: Submission, actor: Actor, core: WriterCore) throws(Rejection)
                -> CommandReply in
            let payload: Payload
            do throws(InputFailure) {
                payload = try Payload.read(
                    submission.payload, JSONContext(currency: core.company?.currency))
            } catch {
                throw Rejection(
                    RejectionCode(error.code.rawValue), error.description,
                    [JSONMember("field", .string(error.path))])
            }
            return try decide(payload, submission, actor, core)
        }
    }

    /// All of them.
    static let all: [EngineCommand] =
        clockCommands + definitionCommands + processCommands + migrationCommands + taskCommands
        + jobCommands

    private static let byName = Dictionary(
        all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The command with a name.
    static func named(_ name: String) -> EngineCommand? { byName[name] }
}

extension WriterCore {
    /// Decides events of the engine's own streams as a client's command.
    func keepOwn(
        _ submission: Submission, _ actor: Actor,
        _ body: (Decision) throws(Rejection) -> Void
    ) throws(Rejection) -> CommandReply {
        let facts = DecisionFacts(
            company: companyName, now: now,
            effectiveDate: submission.date ?? calendar.date(at: now), actor: actor)
        let decision = Decision(facts: facts, rules: library.rules, reader: self)
        try body(decision)
        guard let head = decision.head else { return .unchanged }
        let position = try keep(
            decision,
            EnvelopeFacts(
                company: companyName, recordedAt: now, actor: actor, key: submission.key,
                keyHash: submission.key == nil ? nil : submission.keyHash, correlation: nil,
                causation: nil))
        return .accepted(
            position: position, stream: head.stream.description, version: head.version,
            details: head.event.replyDetails)
    }
}
