package import Business
internal import EventLog
package import Processes
package import Records
package import Views

/// What readers ask of the writer, which alone sees the states.
extension Engine {
    /// What a command looks like from outside: for `describe`, completion and the tool's forms.
    package struct CommandDescription: Sendable {
        /// Name, meaning and fields.
        package let record: RecordDescription
        /// Who may give it.
        package let access: CommandAccess
        /// The refusals that it can give.
        package let rejections: [String]
    }

    /// All commands, the engine's own included, by name.
    package var commandDescriptions: [String: CommandDescription] {
        var all: [String: CommandDescription] = [:]
        for (name, type) in registry.commands {
            all[name] = CommandDescription(
                record: type.description, access: type.access,
                rejections: type.rejections.map(\.name))
        }
        for command in EngineCommand.all {
            all[command.name] = CommandDescription(
                record: command.description, access: command.access,
                rejections: command.rejections.map(\.name))
        }
        return all
    }

    /// The currency of amounts that name none; nil before a company is founded.
    package func baseCurrency() async -> Currency? {
        await onWriter { $0.company?.currency } ?? nil
    }

    /// The date in the company's calendar now; UTC's before a company is founded.
    package var companyDate: BusinessDate { shared.calendar.date(at: clock.now()) }

    /// What a question asked now is answered as of.
    package func queryContext(asOf: BusinessDate? = nil, at: UInt64? = nil) -> QueryContext {
        let calendar = shared.calendar
        let today = calendar.date(at: clock.now())
        return QueryContext(
            asOf: asOf, at: at, today: today, todayBegins: calendar.start(of: today))
    }

    /// Who a peer is, with the roles that he or the person behind him has.
    package func actor(
        for peer: Peer, onBehalfOf person: String?
    ) throws(Rejection) -> Actor {
        guard let authority = shared.authority else {
            throw Rejection(.overloaded, "The daemon is starting; ask again.")
        }
        return try authority.actor(for: peer, onBehalfOf: person)
    }

    /// What a command would write, without writing it: the events with their consequences.
    package func preview(_ submission: Submission) async -> Result<[EmittedEvent], Rejection> {
        let answer: Result<[EmittedEvent], Rejection>? = await onWriter { core in
            do throws(Rejection) {
                return .success(try core.preview(submission))
            } catch {
                return .failure(error)
            }
        }
        return answer ?? .failure(Rejection(.overloaded, "The daemon is busy; ask again."))
    }

    /// The state of an instance and its definitions.
    package func instance(
        _ id: String
    ) async -> (state: ProcessInstanceState, definitions: DefinitionSet)? {
        await onWriter { core in
            guard let (state, _) = try? core.instance(id),
                let set = core.library.set(number: Int(state.set))
            else { return nil }
            return (state, core.library.definitions(of: state.machine, in: set))
        } ?? nil
    }

    /// Whether an actor may see the personal fields of a kind of thing.
    package func showsPersonal(of streamType: String, to actor: Actor) -> Bool {
        shared.authority?.showsPersonal(of: streamType, to: actor) ?? false
    }

    /// Declared fields of any stream's state; nil when there is no such stream.
    ///
    /// Personal fields are shown to an actor whose roles may see them, and withheld from all others.
    package func object(
        type: String, id: String, for actor: Actor? = nil
    ) async -> JSONValue? {
        await onWriter { core in
            guard let initial = core.registry.initialStates[type]?() else { return nil }
            // A thing may be asked for by its name in another system, too.
            let known = ExternalName(subject: type, text: id).flatMap { try? core.id(behind: $0) }
            let stream = StreamName(type: type, id: known ?? id)
            guard let entry = try? core.entry(of: stream, initial: initial), entry.version > 0
            else { return nil }
            let showsPersonal =
                actor.map { core.authority.showsPersonal(of: type, to: $0) } ?? false
            return entry.state.json(
                JSONContext(currency: core.company?.currency, showsPersonal: showsPersonal))
        } ?? nil
    }
}

extension WriterCore {
    /// Decides a command and forgets what it wrote.
    func preview(_ submission: Submission) throws(Rejection) -> [EmittedEvent] {
        let actor = try authority.actor(
            for: submission.peer, onBehalfOf: submission.onBehalfOf)
        if let date = submission.date { try requireReasonable(date, of: submission.name) }
        guard let type = registry.commands[submission.name] else {
            throw unknownCommand(submission.name)
        }
        try require(type.access, of: actor, for: submission.name)
        let command = try read(submission.payload, as: type)
        let facts = DecisionFacts(
            company: companyName(founding: submission), now: now,
            effectiveDate: submission.date ?? calendar.date(at: now), actor: actor)
        return try run(command, facts: facts).emitted
    }
}
