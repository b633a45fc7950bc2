internal import Processes
internal import Records

/// The open waits of an instance as the index finds them.
enum WaitRows {
    /// What a step changed.
    struct Changes {
        var opened: [WaitRow] = []
        var closed: [WaitRow] = []

        var touchesTimers: Bool {
            opened.contains { $0.kind == .timer } || closed.contains { $0.kind == .timer }
        }
    }

    /// Compares the waits before and after a step.
    ///
    /// A wait keeps the rows of its opening, whatever its variables become, until it is closed or
    /// its first row changes: a timer's next firing, a job's back-off. A wait for signals that goes
    /// on after it was met counts as armed by that `signal`, so that the next one meets it though
    /// it was broadcast before this step.
    static func changes(
        from before: ProcessInstanceState, to after: InstanceState, armedAt position: UInt64,
        signal: UInt64? = nil
    ) -> Changes {
        var changes = Changes()
        let known = Dictionary(grouping: before.rows, by: \.token)
        for wait in after.waits {
            let rows = known[Int64(wait.token)] ?? []
            let now = self.rows(of: wait, in: after, armedAt: rows.first?.armed ?? Int64(position))
            if let first = rows.first, first == now.first { continue }
            changes.closed += rows
            let isTaken = signal != nil && rows.isEmpty && goesOn(wait, from: before.machine)
            let armed = isTaken ? signal ?? position : position
            changes.opened += self.rows(of: wait, in: after, armedAt: Int64(armed))
        }
        let open = Set(after.waits.map { Int64($0.token) })
        changes.closed += before.rows.filter { !open.contains($0.token) }
        return changes
    }

    /// Whether a wait for a signal stood at the same place before.
    private static func goesOn(_ wait: Wait, from before: InstanceState) -> Bool {
        guard case .signal = wait.kind else { return false }
        return before.waits.contains {
            $0.owner == wait.owner && $0.element == wait.element && $0.kind == wait.kind
        }
    }

    private static func rows(
        of wait: Wait, in state: InstanceState, armedAt position: Int64
    ) -> [WaitRow] {
        func row(_ kind: WaitClass, _ key: String, order: Int64 = 0) -> WaitRow {
            WaitRow(
                kind: kind, key: key, order: order, armed: position, token: Int64(wait.token))
        }
        switch wait.kind {
        case .message(let message):
            return [row(.message, messageKey(message.name, message.correlation))]
        // A timer whose clock stands is due at no time.
        case .timer(let timer):
            return timer.standsSince == nil ? [row(.timer, "", order: timer.due)] : []
        case .job(let job):
            // In the order in which they came free: an old job before a new one, one that failed
            // behind those that were free when its back-off ended. Without attempts left a job is
            // an incident, and nobody looks for it.
            guard job.retries > 0 else { return [] }
            return [row(.job, job.type, order: max(wait.since, job.until))]
        case .signal(let name): return [row(.signal, name)]
        case .condition: return []
        case .userTask(let task):
            var rows = [row(.task, "")]
            if !task.command.isEmpty {
                for key in commandKeys(task.command, state.visibleVariables(at: wait.owner)) {
                    rows.append(row(.command, key))
                }
            }
            return rows
        }
    }

    /// What a message wait is found by.
    static func messageKey(_ name: String, _ object: String) -> String { "\(name)|\(object)" }

    /// What a task that a command completes is found by: each text that the instance knows under
    /// the name of a field.
    static func commandKeys(_ command: String, _ variables: [ProcessField]) -> [String] {
        variables.compactMap { field in
            field.value.asText.map { commandKey(command, field.name, $0) }
        }.filter { $0.utf8.count <= keyBytesMax }
    }

    static func commandKey(_ command: String, _ field: String, _ value: String) -> String {
        "\(command)|\(field)=\(value)"
    }

    /// Longer keys are not indexed: the store takes 511 bytes of key.
    static let keyBytesMax = 256
}
