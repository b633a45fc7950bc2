internal import Business
internal import EventLog
internal import FEEL
internal import Logging
internal import Processes
internal import Records

/// User tasks that are done by giving their command directly.
extension WriterCore {
    /// Tasks that one command may complete; more is a fault of a diagram.
    static let directCompletionsMax = 16

    /// A command that a person gave directly completes the task that asks for it, in the same
    /// commit: what the log holds says nothing of tasks, so a restart could not find it out.
    ///
    /// A task is meant when everything that the command says under a name that the instance knows
    /// is what the instance knows. Trouble there does not refuse the command.
    func completeTasks(
        by submission: Submission, _ facts: DecisionFacts, position: UInt64,
        _ head: (stream: StreamName, version: UInt64)
    ) {
        guard library.taskCommands.contains(submission.name), facts.actor.kind == .person,
            case .object(let said) = submission.payload
        else { return }
        let outcome = CommandOutcome.accepted(
            position: Int64(position), stream: head.stream.description,
            version: Int64(head.version), events: .list([]))
        for place in waitingTasks(of: submission.name, said) {
            do throws(Rejection) {
                let (state, version) = try state(
                    of: ProcessInstanceState.self, id: place.instance)
                guard let wait = state.machine.wait(place.token),
                    isMeant(state.machine.visibleVariables(at: wait.owner), by: said)
                else { continue }
                let context = StepContext(
                    instance: place.instance, process: state.process, set: try set(of: state),
                    cause: position, person: facts.actor.person,
                    effectiveDate: facts.effectiveDate, time: now,
                    correlation: state.businessCase)
                let trigger = Trigger.taskCompleted(
                    token: place.token, variables: [], outcome: outcome)
                try wholly { () throws(Rejection) -> Void in
                    try step(state, version, trigger, context)
                }
            } catch {
                noteRefusal(ofTask: place, by: facts, position: position, error)
            }
        }
    }

    private func isMeant(_ known: [ProcessField], by said: [JSONMember]) -> Bool {
        said.allSatisfy { member in
            guard case .string(let text) = member.value,
                let own = known.value(of: member.name)?.asText
            else { return true }
            return text == own
        }
    }

    /// The tasks that are bound to a command and know one of the things that it names.
    private func waitingTasks(
        of command: String, _ said: [JSONMember]
    ) -> [EngineTables.WaitPlace] {
        var found: [EngineTables.WaitPlace] = []
        for member in said {
            guard case .string(let text) = member.value else { continue }
            let key = WaitRows.commandKey(command, member.name, text)
            let rows =
                (try? index.rows(
                    in: EngineTables.waits, prefix: EngineTables.waitPrefix(.command, key),
                    limit: Self.directCompletionsMax)) ?? []
            found += rows.compactMap(EngineTables.place)
        }
        return found
    }
}
