/// What an advance says to people, line by line, and to programs, as JSON.
extension Advance {
    /// One line for each change, in order.
    package var lines: [String] { changes.map(\.line) }

    /// The whole as one JSON object: cause, position, time and changes.
    package var json: String {
        var fields = [ProcessField("cause", .text(cause))]
        if let causePosition { fields.append(ProcessField("position", .integer(causePosition))) }
        fields.append(ProcessField("at", .text(Instant8601.text(at))))
        fields.append(ProcessField("changes", .list(changes.map(\.asValue))))
        return ProcessValue.context(fields).json
    }
}

extension Change {
    /// The change as a line such as `entered check-credit (4) in 1`.
    package var line: String {
        var writer = ChangeDescription(asLine: true)
        writer.describe(self)
        return writer.line
    }

    /// The change as a context whose first field, `change`, names its kind.
    package var asValue: ProcessValue {
        var writer = ChangeDescription(asLine: false)
        writer.describe(self)
        return .context(writer.fields)
    }
}

/// Collects the named parts of a change; parts that say nothing are left out.
///
/// Every step of every instance is shown as lines, so these are written without making values first.
private struct ChangeDescription {
    /// Whether a line is written; fields are collected otherwise.
    let asLine: Bool
    var fields: [ProcessField] = []
    var line = ""

    init(asLine: Bool) { self.asLine = asLine }

    private mutating func kind(_ name: String) {
        if asLine {
            line += name
        } else {
            fields.append(ProcessField("change", .text(name)))
        }
    }

    private mutating func begin(_ name: String) {
        line += " "
        line += name
        line += "="
    }

    private mutating func value(_ name: String, _ value: ProcessValue) {
        if asLine {
            begin(name)
            line += value.asText ?? value.json
        } else {
            fields.append(ProcessField(name, value))
        }
    }

    private mutating func number(_ name: String, _ value: Int?) {
        guard let value else { return }
        if asLine {
            begin(name)
            line += String(value)
        } else {
            fields.append(ProcessField(name, .integer(Int64(value))))
        }
    }

    private mutating func text(_ name: String, _ value: String) {
        guard !value.isEmpty else { return }
        if asLine {
            begin(name)
            line += value
        } else {
            fields.append(ProcessField(name, .text(value)))
        }
    }

    private mutating func instant(_ name: String, _ value: Int64?) {
        if let value { text(name, Instant8601.text(value)) }
    }

    mutating func describe(_ change: Change) {
        switch change {
        case .began(let reference):
            kind("began")
            describe(reference)
        case .pinned(let reference):
            kind("pinned")
            describe(reference)
        case .entered(let entered):
            kind("entered")
            text("element", entered.elementID)
            number("key", entered.key)
            number("scope", entered.parent)
            if entered.iteration > 0 { number("iteration", entered.iteration) }
            if entered.role != .plain { text("role", "\(entered.role)") }
        case .left(let left):
            kind(left.how == .completed ? "completed" : "terminated")
            number("key", left.key)
            if left.compensation != nil {
                value("compensable", .boolean(true))
            }
        case .flowTaken(let flow, let scope, let gateway):
            kind("flow-taken")
            number("flow", flow)
            number("scope", scope)
            number("waits-at", gateway)
        case .joined(let scope, let flows):
            kind("joined")
            number("scope", scope)
            value("flows", .list(flows.map { .integer(Int64($0)) }))
        case .variable(let scope, let name, let value):
            kind("variable")
            number("scope", scope)
            text("name", name)
            self.value("value", value)
        case .waitOpened(let wait):
            kind("wait-opened")
            text("element", wait.elementID)
            number("token", wait.token)
            describe(wait.kind)
        case .waitClosed(let token):
            kind("wait-closed")
            number("token", token)
        case .waitChanged(let token, let changed):
            kind("wait-changed")
            number("token", token)
            describe(changed)
        default:
            describeFact(change)
        }
    }

    private mutating func describeFact(_ change: Change) {
        switch change {
        case .commandIssued(let record):
            kind(record.rejection.isEmpty ? "command-accepted" : "command-rejected")
            text("command", record.name)
            number("key", record.key)
            if let position = record.position {
                value("position", .integer(position))
            }
            text("stream", record.stream)
            text("code", record.rejection)
            text("message", record.message)
        case .decisionEvaluated(let record):
            kind("decision-evaluated")
            text("decision", record.decision)
            value("result", record.result)
            text("hash", record.hash)
        case .incidentRaised(let incident):
            kind("incident-raised")
            text("element", incident.elementID)
            number("id", incident.id)
            text("reason", incident.reason)
            text("message", incident.message)
        case .incidentResolved(let id):
            kind("incident-resolved")
            number("id", id)
        case .consumed(let name, let position):
            kind("consumed")
            text("name", name)
            value("position", .integer(position))
        case .signalBroadcast(let name, let variables):
            kind("signal-broadcast")
            text("name", name)
            value("variables", .context(variables))
        case .intervened(let what, let reason):
            kind("intervened")
            text("what", what)
            text("reason", reason)
        case .ended(let status):
            kind(status == .completed ? "instance-completed" : "instance-terminated")
        case .pending(let actions):
            kind("work-left")
            number("actions", actions.count)
        default:
            describeWork(change)
        }
    }

    private mutating func describeWork(_ change: Change) {
        switch change {
        case .loopBegan(let key, let items):
            kind("loop-began")
            number("key", key)
            number("items", items.count)
        case .loopCompleted(let key, let iteration, let output):
            kind("iteration-completed")
            number("key", key)
            number("iteration", iteration)
            if let output { value("output", output) }
        case .listening(let key, let phase, let index):
            kind(index == nil ? "listeners-done" : "listening")
            number("key", key)
            text("phase", "\(phase)")
            number("listener", index)
        case .taskTransition(let key, let transition):
            kind(transition == nil ? "task-settled" : "task-changing")
            number("key", key)
            if let transition {
                text("phase", "\(transition.phase)")
                describe(.userTask(transition.task))
            }
        case .taskDenied(let token, let phase, let reason):
            kind("task-denied")
            number("token", token)
            text("phase", "\(phase)")
            text("reason", reason)
        case .interruptionHeld: kind("interruption-held")
        case .interruptionTaken: kind("interruption-taken")
        case .adHocFulfilled(let key):
            kind("ad-hoc-fulfilled")
            number("key", key)
        case .compensationBegan(let run):
            kind("compensation-began")
            number("key", run.driver)
            number("scope", run.scope)
            text("purpose", "\(run.purpose)")
        case .compensationTaken(let scope, let id):
            kind("compensation-taken")
            number("scope", scope)
            number("id", id)
        case .compensationRevived(let scope, let id, let key, _):
            kind("compensation-revived")
            number("scope", scope)
            number("id", id)
            number("key", key)
        case .migrated(_, let reference, let map):
            kind("migrated")
            describe(reference)
            number("elements", map.count)
        default:
            // Every other kind is described above.
            break
        }
    }

    private mutating func describe(_ reference: DefinitionReference) {
        text("process", reference.processID)
        text("hash", reference.hash)
    }

    private mutating func describe(_ kind: WaitKind) {
        switch kind {
        case .message(let wait):
            text("message", wait.name)
            text("object", wait.correlation)
            text("qualifier", wait.qualifier)
        case .timer(let wait):
            instant("due", wait.due)
            number("repetitions", wait.repetitions == 0 ? nil : wait.repetitions)
            text("interval", wait.interval)
            instant("stands-since", wait.standsSince)
        case .job(let wait):
            text("job", wait.type)
            number("retries", wait.retries)
            text("worker", wait.worker)
            instant("until", wait.until == 0 ? nil : wait.until)
            text("message", wait.message)
        case .userTask(let wait):
            text("form", wait.form)
            text("assignee", wait.assignee)
            text("groups", wait.candidateGroups.joined(separator: ","))
            text("users", wait.candidateUsers.joined(separator: ","))
            instant("due", wait.due)
            text("command", wait.command)
            text("delegated-by", wait.delegatedBy)
        case .signal(let name):
            text("signal", name)
        case .condition(let wasTrue):
            value("condition", .boolean(wasTrue))
        }
    }
}
