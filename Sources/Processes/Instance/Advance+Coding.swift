// The stored form of an advance.
//
// Byte 0 is the format version. Numbers are LEB128 (zigzag when they may be negative), text is
// counted UTF-8, lists are counted, an absent value is a 0 byte and a present one is preceded by 1.
// Tags are never reused; an unknown one is refused as written by a newer program.

extension Advance {
    /// The format that ``encode()`` writes.
    package static let formatVersion: UInt8 = 1

    /// The compact bytes of the step.
    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.byte(Self.formatVersion)
        writer.text(cause)
        writer.optional(causePosition) { $0.signed($1) }
        writer.signed(at)
        writer.flag(isFromOutside)
        writer.list(changes) { $0.change($1) }
        return writer.bytes
    }

    /// Reads a step from its bytes.
    package static func decode(_ bytes: [UInt8]) throws(WireFailure) -> Advance {
        var reader = WireReader(bytes)
        let version = try reader.byte()
        guard version == formatVersion else {
            throw .unknown(what: "advance format", found: UInt64(version))
        }
        let cause = try reader.text()
        let position = try reader.optional {
            (reader: inout WireReader) throws(WireFailure) in try reader.signed()
        }
        let at = try reader.signed()
        let isFromOutside = try reader.flag()
        let changes = try reader.list { (reader: inout WireReader) throws(WireFailure) in
            try reader.change()
        }
        guard reader.atEnd else { throw .damaged("bytes after the last change") }
        return Advance(
            cause: cause, causePosition: position, at: at, isFromOutside: isFromOutside,
            changes: changes)
    }
}

extension WireWriter {
    mutating func change(_ change: Change) {
        switch change {
        case .began(let reference):
            byte(1)
            self.reference(reference)
        case .pinned(let reference):
            byte(2)
            self.reference(reference)
        case .entered(let entered):
            byte(3)
            self.entered(entered)
        case .left(let left):
            byte(4)
            number(left.key)
            byte(left.how.rawValue)
            optional(left.compensation) {
                $0.number($1.id)
                $0.optional($1.handler) { $0.number($1) }
            }
        case .flowTaken(let flow, let scope, let gateway):
            byte(5)
            number(flow)
            number(scope)
            optional(gateway) { $0.number($1) }
        case .joined(let scope, let flows):
            byte(6)
            number(scope)
            list(flows) { $0.number($1) }
        case .variable(let scope, let name, let value):
            byte(7)
            number(scope)
            text(name)
            self.value(value)
        case .waitOpened(let wait):
            byte(8)
            self.wait(wait)
        case .waitClosed(let token):
            byte(9)
            number(token)
        case .waitChanged(let token, let kind):
            byte(10)
            number(token)
            waitKind(kind)
        case .commandIssued(let record):
            byte(11)
            command(record)
        case .decisionEvaluated(let record):
            byte(12)
            number(record.key)
            text(record.decision)
            text(record.hash)
            value(record.result)
        default:
            laterChange(change)
        }
    }

    private mutating func laterChange(_ change: Change) {
        switch change {
        case .incidentRaised(let incident):
            byte(13)
            number(incident.id)
            number(incident.key)
            text(incident.elementID)
            text(incident.reason)
            text(incident.message)
            signed(incident.since)
            action(incident.action)
        case .incidentResolved(let id):
            byte(14)
            number(id)
        case .consumed(let name, let position):
            byte(15)
            text(name)
            signed(position)
        case .loopBegan(let key, let items):
            byte(16)
            number(key)
            list(items) { $0.value($1) }
        case .loopCompleted(let key, let iteration, let output):
            byte(17)
            number(key)
            number(iteration)
            optional(output) { $0.value($1) }
        case .compensationBegan(let run):
            byte(18)
            number(run.driver)
            number(run.scope)
            optional(run.activity) { $0.number($1) }
            byte(run.purpose.rawValue)
        case .compensationTaken(let scope, let id):
            byte(19)
            number(scope)
            number(id)
        case .compensationRevived(let scope, let id, let key, let driver):
            byte(20)
            for part in [scope, id, key, driver] { number(part) }
        case .signalBroadcast(let name, let variables):
            byte(21)
            text(name)
            fields(variables)
        case .pending(let actions):
            byte(22)
            list(actions) { $0.action($1) }
        case .intervened(let what, let reason):
            byte(23)
            text(what)
            text(reason)
        case .migrated(let definition, let reference, let map):
            byte(24)
            number(definition)
            self.reference(reference)
            list(map) {
                $0.number($1.from)
                $0.number($1.to)
                $0.text($1.toID)
            }
        case .ended(let status):
            byte(25)
            byte(status.rawValue)
        case .listening(let key, let phase, let index):
            byte(26)
            number(key)
            byte(phase.rawValue)
            optional(index) { $0.number($1) }
        case .taskTransition(let key, let transition):
            byte(27)
            number(key)
            optional(transition) {
                $0.byte($1.phase.rawValue)
                $0.waitKind(.userTask($1.task))
                $0.fields($1.variables)
            }
        case .taskDenied(let token, let phase, let reason):
            byte(28)
            number(token)
            byte(phase.rawValue)
            text(reason)
        case .adHocFulfilled(let key):
            byte(29)
            number(key)
        case .interruptionHeld(let action):
            byte(30)
            self.action(action)
        case .interruptionTaken(let action):
            byte(31)
            self.action(action)
        default:
            // Every other case is written by `change(_:)`.
            break
        }
    }

    private mutating func reference(_ reference: DefinitionReference) {
        text(reference.processID)
        text(reference.hash)
    }

    private mutating func entered(_ entered: EnteredElement) {
        number(entered.key)
        number(entered.element)
        text(entered.elementID)
        number(entered.definition)
        number(entered.parent)
        byte(entered.role.rawValue)
        number(entered.iteration)
        number(entered.driver)
    }

    private mutating func command(_ record: CommandRecord) {
        number(record.key)
        text(record.name)
        optional(record.position) { $0.signed($1) }
        text(record.stream)
        signed(record.version)
        text(record.rejection)
        text(record.message)
    }

    private mutating func wait(_ wait: Wait) {
        number(wait.token)
        number(wait.owner)
        number(wait.element)
        text(wait.elementID)
        signed(wait.since)
        waitKind(wait.kind)
    }

    mutating func waitKind(_ kind: WaitKind) {
        switch kind {
        case .message(let wait):
            byte(1)
            text(wait.name)
            text(wait.correlation)
            text(wait.qualifier)
        case .timer(let wait):
            byte(wait.standsSince == nil ? 2 : 8)
            signed(wait.due)
            optional(wait.repetitions) { $0.number($1) }
            text(wait.interval)
            if let since = wait.standsSince { signed(since) }
        case .job(let wait):
            byte(3)
            text(wait.type)
            number(wait.retries)
            fields(wait.headers)
            text(wait.worker)
            signed(wait.until)
            text(wait.message)
        case .userTask(let wait):
            let isPlain = wait.formSource == .linked && wait.formSet == nil
            byte(isPlain ? 4 : 7)
            if !isPlain {
                byte(wait.formSource.rawValue)
                optional(wait.formSet) { $0.number($1) }
            }
            text(wait.form)
            text(wait.assignee)
            texts(wait.candidateGroups)
            texts(wait.candidateUsers)
            optional(wait.due) { $0.signed($1) }
            optional(wait.followUp) { $0.signed($1) }
            number(wait.priority)
            text(wait.command)
            text(wait.delegatedBy)
            text(wait.delegatedUntil)
        case .signal(let name):
            byte(5)
            text(name)
        case .condition(let wasTrue):
            byte(6)
            flag(wasTrue)
        }
    }

    mutating func action(_ action: Action) {
        switch action {
        case .enter(let element, let scope):
            byte(1)
            number(element)
            number(scope)
        case .iterate(let body, let iteration):
            byte(2)
            number(body)
            number(iteration)
        case .activate(let key):
            byte(3)
            number(key)
        case .perform(let key, let attempt):
            byte(4)
            number(key)
            number(attempt)
        case .complete(let key):
            byte(5)
            number(key)
        case .throwError(let key, let code, let message):
            byte(6)
            number(key)
            text(code)
            text(message)
        case .settle(let scope):
            byte(7)
            number(scope)
        case .compensate(let driver):
            byte(8)
            number(driver)
        case .reopen(let key):
            byte(9)
            number(key)
        case .proceed:
            byte(10)
        case .leave(let key):
            byte(11)
            number(key)
        case .listen(let key, let phase, let index):
            byte(12)
            number(key)
            byte(phase.rawValue)
            number(index)
        case .interrupt(let owner, let element, let overlay):
            byte(14)
            number(owner)
            number(element)
            fields(overlay)
        case .cancel(let isCompensating):
            byte(15)
            flag(isCompensating)
        case .redo(let refused):
            byte(13)
            optional(refused.wait) { $0.wait($1) }
            number(refused.startElement)
            signed(refused.position)
        }
    }
}
