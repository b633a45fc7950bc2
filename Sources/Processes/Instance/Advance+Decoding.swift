extension WireReader {
    mutating func change() throws(WireFailure) -> Change {
        let tag = try byte()
        switch tag {
        case 1: return .began(try reference())
        case 2: return .pinned(try reference())
        case 3: return .entered(try entered())
        case 4: return .left(try left())
        case 5:
            return .flowTaken(
                flow: try number(), scope: try number(), gateway: try optionalNumber())
        case 6:
            return .joined(
                scope: try number(),
                flows: try list { (reader: inout WireReader) throws(WireFailure) in
                    try reader.number()
                })
        case 7: return .variable(scope: try number(), name: try text(), value: try value())
        case 8:
            return .waitOpened(try wait())
        case 9: return .waitClosed(token: try number())
        case 10: return .waitChanged(token: try number(), kind: try waitKind())
        case 11: return .commandIssued(try command())
        case 12:
            return .decisionEvaluated(
                DecisionRecord(
                    key: try number(), decision: try text(), hash: try text(),
                    result: try value()))
        default: return try laterChange(tag)
        }
    }

    private mutating func laterChange(_ tag: UInt8) throws(WireFailure) -> Change {
        switch tag {
        case 13:
            return .incidentRaised(
                Incident(
                    id: try number(), key: try number(), elementID: try text(),
                    reason: try text(), message: try text(), since: try signed(),
                    action: try action()))
        case 14: return .incidentResolved(id: try number())
        case 15: return .consumed(name: try text(), position: try signed())
        case 16:
            return .loopBegan(
                key: try number(),
                items: try list { (reader: inout WireReader) throws(WireFailure) in
                    try reader.value()
                })
        case 17:
            return .loopCompleted(
                key: try number(), iteration: try number(),
                output: try optional { (reader: inout WireReader) throws(WireFailure) in
                    try reader.value()
                })
        case 18:
            let driver = try number()
            let scope = try number()
            let activity = try optionalNumber()
            let raw = try byte()
            guard let purpose = CompensationRun.Purpose(rawValue: raw) else {
                throw .unknown(what: "compensation purpose", found: UInt64(raw))
            }
            return .compensationBegan(
                CompensationRun(
                    driver: driver, scope: scope, activity: activity, purpose: purpose))
        case 19: return .compensationTaken(scope: try number(), id: try number())
        case 20:
            return .compensationRevived(
                scope: try number(), id: try number(), key: try number(), driver: try number())
        case 21: return .signalBroadcast(name: try text(), variables: try fields())
        case 22:
            return .pending(
                try list { (reader: inout WireReader) throws(WireFailure) in
                    try reader.action()
                })
        case 23: return .intervened(what: try text(), reason: try text())
        case 24:
            return .migrated(
                definition: try number(), to: try reference(),
                map: try list { (reader: inout WireReader) throws(WireFailure) in
                    MigratedElement(
                        from: try reader.number(), to: try reader.number(),
                        toID: try reader.text())
                })
        case 25:
            let raw = try byte()
            guard let status = InstanceStatus(rawValue: raw) else {
                throw .unknown(what: "instance status", found: UInt64(raw))
            }
            return .ended(status)
        case 26:
            return .listening(
                key: try number(), phase: try listenerPhase(), index: try optionalNumber())
        case 27: return .taskTransition(key: try number(), try taskTransition())
        case 28:
            return .taskDenied(
                token: try number(), phase: try listenerPhase(), reason: try text())
        case 29: return .adHocFulfilled(key: try number())
        case 30: return .interruptionHeld(try action())
        case 31: return .interruptionTaken(try action())
        default: throw .unknown(what: "change tag", found: UInt64(tag))
        }
    }

    private mutating func optionalNumber() throws(WireFailure) -> Int? {
        try optional { (reader: inout WireReader) throws(WireFailure) in try reader.number() }
    }

    private mutating func reference() throws(WireFailure) -> DefinitionReference {
        DefinitionReference(processID: try text(), hash: try text())
    }

    private mutating func entered() throws(WireFailure) -> EnteredElement {
        let key = try number()
        let element = try number()
        let id = try text()
        let definition = try number()
        let parent = try number()
        let raw = try byte()
        guard let role = EntryRole(rawValue: raw) else {
            throw .unknown(what: "entry role", found: UInt64(raw))
        }
        return EnteredElement(
            key: key, element: element, elementID: id, definition: definition, parent: parent,
            role: role, iteration: try number(), driver: try number())
    }

    private mutating func left() throws(WireFailure) -> LeftElement {
        let key = try number()
        let raw = try byte()
        guard let how = LeftElement.How(rawValue: raw) else {
            throw .unknown(what: "way of leaving", found: UInt64(raw))
        }
        let offer = try optional { (reader: inout WireReader) throws(WireFailure) in
            CompensationOffer(id: try reader.number(), handler: try reader.optionalNumber())
        }
        return LeftElement(key: key, how: how, compensation: offer)
    }

    private mutating func command() throws(WireFailure) -> CommandRecord {
        let key = try number()
        let name = try text()
        let position = try optional {
            (reader: inout WireReader) throws(WireFailure) in try reader.signed()
        }
        return CommandRecord(
            key: key, name: name, position: position, stream: try text(), version: try signed(),
            rejection: try text(), message: try text())
    }

    private mutating func wait() throws(WireFailure) -> Wait {
        Wait(
            token: try number(), owner: try number(), element: try number(),
            elementID: try text(), since: try signed(), kind: try waitKind())
    }

    mutating func waitKind() throws(WireFailure) -> WaitKind {
        let tag = try byte()
        switch tag {
        case 1:
            return .message(
                MessageWait(
                    name: try text(), correlation: try text(), qualifier: try text()))
        case 2:
            return .timer(
                TimerWait(
                    due: try signed(), repetitions: try optionalNumber(), interval: try text()))
        case 3:
            return .job(
                JobWait(
                    type: try text(), retries: try number(), headers: try fields(),
                    worker: try text(), until: try signed(), message: try text()))
        case 4: return .userTask(try userTask())
        case 5: return .signal(try text())
        case 6: return .condition(wasTrue: try flag())
        case 7:
            let raw = try byte()
            guard let source = FormSource(rawValue: raw) else {
                throw .unknown(what: "form source", found: UInt64(raw))
            }
            let set = try optionalNumber()
            var task = try userTask()
            task.formSource = source
            task.formSet = set
            return .userTask(task)
        case 8:
            var timer = TimerWait(
                due: try signed(), repetitions: try optionalNumber(), interval: try text())
            timer.standsSince = try signed()
            return .timer(timer)
        default: throw .unknown(what: "wait tag", found: UInt64(tag))
        }
    }

    private mutating func userTask() throws(WireFailure) -> UserTaskWait {
        func instant(_ reader: inout WireReader) throws(WireFailure) -> Int64 {
            try reader.signed()
        }
        return UserTaskWait(
            form: try text(), assignee: try text(), candidateGroups: try texts(),
            candidateUsers: try texts(), due: try optional(instant),
            followUp: try optional(instant), priority: try number(), command: try text(),
            delegatedBy: try text(), delegatedUntil: try text())
    }

    private mutating func taskTransition() throws(WireFailure) -> TaskTransition? {
        try optional { (reader: inout WireReader) throws(WireFailure) in
            let phase = try reader.listenerPhase()
            guard case .userTask(let task) = try reader.waitKind() else {
                throw .damaged("a transition of something that is no user task")
            }
            return TaskTransition(phase: phase, task: task, variables: try reader.fields())
        }
    }

    private mutating func listenerPhase() throws(WireFailure) -> ListenerPhase {
        let raw = try byte()
        guard let phase = ListenerPhase(rawValue: raw) else {
            throw .unknown(what: "listener phase", found: UInt64(raw))
        }
        return phase
    }

    mutating func action() throws(WireFailure) -> Action {
        let tag = try byte()
        switch tag {
        case 1: return .enter(element: try number(), scope: try number())
        case 2: return .iterate(body: try number(), iteration: try number())
        case 3: return .activate(key: try number())
        case 4: return .perform(key: try number(), attempt: try number())
        case 5: return .complete(key: try number())
        case 6:
            return .throwError(key: try number(), code: try text(), message: try text())
        case 7: return .settle(scope: try number())
        case 8: return .compensate(driver: try number())
        case 9: return .reopen(key: try number())
        case 10: return .proceed
        case 11: return .leave(key: try number())
        case 12:
            return .listen(
                key: try number(), phase: try listenerPhase(), index: try number())
        case 13:
            let wait = try optional { (reader: inout WireReader) throws(WireFailure) in
                try reader.wait()
            }
            return .redo(
                RefusedTrigger(
                    wait: wait, startElement: try number(), position: try signed()))
        case 14:
            return .interrupt(
                owner: try number(), element: try number(), overlay: try fields())
        case 15: return .cancel(compensating: try flag())
        default: throw .unknown(what: "action tag", found: UInt64(tag))
        }
    }
}
