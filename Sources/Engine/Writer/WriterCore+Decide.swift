internal import Business
internal import EventLog
internal import Records

/// What stands in the envelopes of the events that one command writes.
struct EnvelopeFacts {
    let company: String
    let recordedAt: Instant
    let actor: Actor
    let key: String?
    let keyHash: Digest256?
    /// The business case; nil makes the command's first stream the case.
    let correlation: String?
    /// The event that caused the command, for a step of a process.
    let causation: UInt64?
}

extension WriterCore {
    /// Decides a client's command; what it writes is in the batch afterwards.
    func decide(_ submission: Submission) -> CommandReply {
        if let stopped { return .failed(code: "stopped", message: stopped) }
        do throws(Rejection) {
            if let known = try knownReply(submission) { return known }
            let reply = try decideNew(submission)
            if let key = submission.key, case .accepted = reply {
                batch.keys[key] = Batch.UsedKey(hash: submission.keyHash, reply: reply)
            }
            return reply
        } catch {
            return .rejected(error)
        }
    }

    /// The first reply to a key that was used (law 4): a function of the events that it wrote.
    private func knownReply(_ submission: Submission) throws(Rejection) -> CommandReply? {
        guard let key = submission.key else { return nil }
        if let used = batch.keys[key] {
            guard used.hash == submission.keyHash else { throw keyReused(key) }
            return used.reply
        }
        do {
            guard let position = try index.position(ofKey: key, company: companyName),
                let event = try log.event(at: position)
            else { return nil }
            guard event.envelope.keyHash == submission.keyHash else { throw keyReused(key) }
            return try .accepted(
                position: position.rawValue, stream: event.envelope.stream,
                version: UInt64(event.envelope.version),
                details: events.decode(event).replyDetails)
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw unreadable(error)
        }
    }

    private func keyReused(_ key: String) -> Rejection {
        Rejection(
            .keyReused,
            "The key \"\(key)\" was used for another command; use a new key for a new command.")
    }

    private func decideNew(_ submission: Submission) throws(Rejection) -> CommandReply {
        let actor = try authority.actor(
            for: submission.peer, onBehalfOf: submission.onBehalfOf)
        if let date = submission.date { try requireReasonable(date, of: submission.name) }
        if let special = EngineCommand.named(submission.name) {
            try require(special.access, of: actor, for: submission.name)
            guard submission.expectedVersion == nil else {
                throw Rejection(
                    .optionNotSupported,
                    "\(submission.name) takes no `expect`: the engine's own streams are its business."
                )
            }
            return try wholly { () throws(Rejection) in
                try special.decide(submission, actor, self)
            }
        }
        guard let type = registry.commands[submission.name] else {
            throw unknownCommand(submission.name)
        }
        try require(type.access, of: actor, for: submission.name)
        let command = try read(submission.payload, as: type)
        let facts = DecisionFacts(
            company: companyName(founding: submission), now: now,
            effectiveDate: submission.date ?? calendar.date(at: now), actor: actor)
        let decision = try run(command, facts: facts)
        if let expected = submission.expectedVersion {
            try check(expected, decision)
        }
        let position = try keep(
            decision,
            EnvelopeFacts(
                company: facts.company, recordedAt: now, actor: actor, key: submission.key,
                keyHash: submission.key == nil ? nil : submission.keyHash, correlation: nil,
                causation: nil))
        guard let head = decision.head else { return .unchanged }
        completeTasks(
            by: submission, facts, position: position, (head.stream, head.version))
        return .accepted(
            position: position, stream: head.stream.description, version: head.version,
            details: head.event.replyDetails)
    }

    func unknownCommand(_ name: String) -> Rejection {
        let names = Array(registry.commands.keys) + EngineCommand.all.map(\.name)
        let hint = nearest(to: name, among: names.sorted()).map { " Did you mean \($0)?" } ?? ""
        return Rejection(
            .unknownCommand, "There is no command \(name).\(hint) `help` lists them all.")
    }

    /// Reads a payload; a fault of the door is a refusal that names field and reason.
    func read(_ payload: JSONValue, as type: CommandType) throws(Rejection) -> any Command {
        let payload = try resolvingExternal(payload, type.description.fields)
        do throws(InputFailure) {
            return try type.read(payload, JSONContext(currency: company?.currency))
        } catch {
            throw Rejection(
                RejectionCode(error.code.rawValue), error.description,
                [JSONMember("field", .string(error.path))])
        }
    }

    /// Decides a command with its consequences; nothing is in the batch yet.
    func run(_ command: some Command, facts: DecisionFacts) throws(Rejection) -> Decision {
        let decision = Decision(facts: facts, rules: library.rules, reader: self)
        try command.decide(decision)
        try decision.runConsequences(registry)
        return decision
    }

    /// Does work of several parts: a refusal in a later part takes back what the earlier ones put
    /// into the batch (law 3).
    func wholly<Outcome>(
        _ body: () throws(Rejection) -> Outcome
    ) throws(Rejection) -> Outcome {
        let savepoint = batch.begin()
        do throws(Rejection) {
            let outcome = try body()
            batch.settle()
            return outcome
        } catch {
            batch.takeBack(to: savepoint)
            // Field lists that were taken back are looked up again.
            recordedSchemas.removeAll()
            throw error
        }
    }

    private func check(_ expected: UInt64, _ decision: Decision) throws(Rejection) {
        guard let head = decision.head else { return }
        let actual = head.version - 1
        guard actual == expected else {
            throw Rejection(
                .wrongVersion,
                "\(head.stream) is at version \(actual), \(expected) was expected; read it again.",
                [JSONMember("actual", .integer(actual))])
        }
    }

    /// Refuses an actor whose roles do not allow a command.
    func requireRole(
        _ access: CommandAccess, of actor: Actor, for command: String
    ) throws(Rejection) {
        guard
            authority.allows(actor, command: command, roles: access.roles)
        else {
            let who = actor.kind == .person ? actor.person ?? actor.id : actor.id
            throw Rejection(
                .notAllowed,
                "\(who) has none of the roles that may \(command): \(access.roles.joined(separator: ", ")).",
                [JSONMember("roles", .array(access.roles.map { .string($0) }))])
        }
    }

    func require(
        _ access: CommandAccess, of actor: Actor, for command: String
    ) throws(Rejection) {
        try requireRole(access, of: actor, for: command)
        if access.isHuman, actor.kind != .person {
            throw Rejection(
                .humanOnly,
                "\(command) is a person's decision; use a user task, or a decision that approves it."
            )
        }
    }

    /// Puts a decision's events into the batch.
    /// - Returns: The position of the one that the reply names.
    @discardableResult
    func keep(_ decision: Decision, _ facts: EnvelopeFacts) throws(Rejection) -> UInt64 {
        let emitted = decision.emitted
        guard let head = decision.head, let headPlace = decision.headPlace else {
            return batch.next
        }
        var payloads: [[UInt8]] = []
        payloads.reserveCapacity(emitted.count)
        var streams: [String] = []
        streams.reserveCapacity(emitted.count)
        var concerned: [[ConcernedObject]] = []
        concerned.reserveCapacity(emitted.count)
        try checkText(facts.key, "key", EventLimits.keyBytesMax)
        try checkText(facts.correlation, "business case", EventLimits.correlationBytesMax)
        for item in emitted {
            try requireKnownZone(of: item.event)
            let sealer = try sealer(for: item.event)
            let payload = item.event.encoded(sealer: sealer)
            guard payload.count <= options.limits.eventBytesMax else {
                throw Rejection(
                    .eventTooLarge,
                    "\(type(of: item.event).typeName) would have \(payload.count) bytes, at most \(options.limits.eventBytesMax) are stored; split the command."
                )
            }
            payloads.append(payload)
            let stream = item.stream.description
            try checkText(stream, "stream", EventLimits.streamBytesMax)
            streams.append(stream)
            concerned.append(try objects(of: item.event))
        }
        for item in emitted { try recordSchema(of: item.event, facts) }
        let base = batch.next
        let correlation = facts.correlation ?? head.stream.description
        for (place, item) in emitted.enumerated() {
            let isHead = place == headPlace
            // What a decision approved inside a process was judged by that decision.
            let judge =
                item.event.definition ?? (item.causeIndex == nil ? decision.facts.approval : nil)
            let envelope = Envelope(
                stream: streams[place], version: Int(item.version),
                type: type(of: item.event).typeName,
                schemaVersion: Int(type(of: item.event).version), company: facts.company,
                recordedAtMicroseconds: facts.recordedAt.microsecondsSinceEpoch,
                effectiveDay: item.effectiveDate.daysSinceEpoch, actor: facts.actor.id,
                onBehalfOf: facts.actor.onBehalfOf, key: isHead ? facts.key : nil,
                keyHash: isHead ? facts.keyHash : nil, correlation: correlation,
                causation: item.causeIndex.map { Position(base + UInt64($0)) }
                    ?? facts.causation.map { Position($0) },
                objects: concerned[place],
                definitionHash: judge.flatMap { Digest256($0.bytes) })
            batch.append(
                DraftEvent(envelope: envelope, payload: payloads[place]), item.event,
                stream: item.stream)
        }
        for (stream, overlaid) in decision.overlay where overlaid.version > overlaid.baseVersion {
            batch.keep(overlaid, of: stream)
        }
        return base + UInt64(headPlace)
    }

    /// Refuses a company in a zone that this machine does not know: its dates would be another's.
    private func requireKnownZone(of event: any Event) throws(Rejection) {
        guard let founded = event as? CompanyFounded,
            !CompanyCalendar.isKnown(founded.timeZone)
        else { return }
        throw Rejection(
            .invalidValue,
            "timeZone: expected the IANA name of a zone, such as Europe/Berlin, found \"\(founded.timeZone)\"."
        )
    }

    /// The things that an event concerns.
    ///
    /// Refuses what the log would refuse: there it would fail the whole batch, everybody's.
    private func objects(of event: any Event) throws(Rejection) -> [ConcernedObject] {
        let references = event.references
        guard references.count <= EventLimits.objectsMax else {
            throw Rejection(
                .eventTooLarge,
                "\(type(of: event).typeName) would concern \(references.count) things, at most \(EventLimits.objectsMax) are noted; split the command."
            )
        }
        var objects: [ConcernedObject] = []
        objects.reserveCapacity(references.count)
        for reference in references {
            let text = reference.text
            try checkText(text, "reference", EventLimits.objectBytesMax)
            objects.append(ConcernedObject(text, qualifier: reference.qualifier))
        }
        return objects
    }

    private func checkText(
        _ text: String?, _ name: String, _ bytesMax: Int
    ) throws(Rejection) {
        guard let text else { return }
        guard (1...bytesMax).contains(text.utf8.count), !text.utf8.contains(0) else {
            throw Rejection(
                .invalidValue,
                "Expected a \(name) of 1 to \(bytesMax) bytes without a zero byte, found \(text.utf8.count) bytes; choose another."
            )
        }
    }

    /// What seals an event's personal fields; nil where it has none, or where keys are not kept.
    private func sealer(for event: some Event) throws(Rejection) -> PersonalKeys.Sealer? {
        guard let person = event.person, let personalKeys else { return nil }
        guard person.utf8.count <= PersonalKeys.personBytesMax else {
            throw Rejection(.invalidValue, "The name \(person) is too long for a person's key.")
        }
        do throws(KeyFailure) {
            return try personalKeys.sealer(for: person)
        } catch .forgotten {
            throw Rejection(
                .personForgotten,
                "\(person) was forgotten; nothing personal can be written of them any more.")
        } catch {
            throw Rejection(.logUnreadable, "The personal keys cannot be used: \(error).")
        }
    }
}

extension Decision {
    /// Which event the reply names: the first that is not only there for others.
    var headPlace: Int? {
        emitted.firstIndex { !Self.isAuxiliary($0.event) } ?? (emitted.isEmpty ? nil : 0)
    }

    /// The event that the reply names.
    var head: EmittedEvent? { headPlace.map { emitted[$0] } }

    private static func isAuxiliary(_ event: some Event) -> Bool { type(of: event).isAuxiliary }
}
