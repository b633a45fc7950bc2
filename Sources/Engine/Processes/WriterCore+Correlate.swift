internal import Business
internal import EventLog
internal import Processes
internal import Records

extension WriterCore {
    /// Instances that one event may wake; more is a fault of a diagram and is logged.
    static let wokenMax = 10_000

    /// Finds out which advances a committed event calls for.
    func correlate(_ event: RecordedEvent) {
        let name = event.message?.name ?? event.type
        // A message from outside is for those that wait, before it is for a new instance.
        // Where names are computed, only the index of open waits knows them.
        if library.waitsForComputedNames || library.waitedNames.contains(name) {
            wake(name, by: event)
        }
        if let set = library.set(at: event.position), let starts = set.messageStarts[name] {
            for start in starts { startOwed(start, by: event) }
        }
        if let step = event.step { lookBack(step, at: event) }
        correlateSignals(of: event)
        correlateConditions(of: event)
    }

    private func startOwed(_ start: DeployedSet.MessageStart, by event: RecordedEvent) {
        owed.put(
            Owed(
                kind: .start(process: start.process, startEvent: start.elementID),
                instance: "\(start.process)-\(event.position)", cause: event,
                position: event.position))
    }

    /// The things that an event concerns: its own stream first.
    func objects(of event: RecordedEvent) -> [String] {
        if let message = event.message { return [message.correlationKey] }
        return [event.stream.description] + event.objects.map(\.text)
    }

    private func wake(_ name: String, by event: RecordedEvent) {
        for object in objects(of: event) {
            let rows: [IndexRow]
            do throws(IndexFailure) {
                rows = try index.rows(
                    in: EngineTables.waits,
                    prefix: EngineTables.waitPrefix(
                        .message, WaitRows.messageKey(name, object)), limit: Self.wokenMax)
            } catch {
                stop("The index of waits failed: \(error). Restart the daemon.")
                return
            }
            for row in rows {
                guard let place = EngineTables.place(of: row) else { continue }
                // A wait that was opened after a message looks back for it, as long as it lives.
                if event.event is MessagePublished, place.armed > event.position { continue }
                oweMessage(place, name: name, object: object, by: event)
            }
        }
    }

    private func oweMessage(
        _ place: EngineTables.WaitPlace, name: String, object: String, by event: RecordedEvent
    ) {
        guard
            let (state, version) = try? state(
                of: ProcessInstanceState.self, id: place.instance), version > 0,
            case .message(let wait)? = state.machine.wait(place.token)?.kind, wait.name == name,
            wait.correlation == object, isAfterStart(event, state, place.instance),
            matches(wait.qualifier, object, event),
            state.machine.canConsume(name, position: Int64(event.position), token: place.token)
        else { return }
        owed.put(
            Owed(
                kind: .message(token: place.token), instance: place.instance, cause: event,
                position: event.position))
    }

    /// Whether an event counts for an instance: it is after what started it.
    private func isAfterStart(
        _ event: RecordedEvent, _ state: ProcessInstanceState, _ instance: String
    ) -> Bool {
        startPosition(state, instance).map { event.position > $0 } ?? false
    }

    /// Position from which on the log is the instance's buffer: of the event that started it, else
    /// of its own first step.
    private func startPosition(_ state: ProcessInstanceState, _ instance: String) -> UInt64? {
        if state.startedBy > 0 { return UInt64(state.startedBy) }
        let stream = "\(ProcessInstanceState.streamType)/\(instance)"
        return (try? index.position(of: stream, version: 1))?.rawValue
    }

    private func matches(_ qualifier: String, _ object: String, _ event: RecordedEvent) -> Bool {
        qualifier.isEmpty
            || event.objects.contains { $0.text == object && $0.qualifier == qualifier }
    }

    /// A wait that was opened now may be met by an event that came before it: the log is the
    /// buffer, from the instance's start on.
    private func lookBack(_ step: InstanceAdvanced, at event: RecordedEvent) {
        guard step.opened.contains(where: { $0.kind == .message }) else { return }
        guard
            let (state, _) = try? state(of: ProcessInstanceState.self, id: event.stream.id),
            let start = startPosition(state, event.stream.id)
        else { return }
        let first = Position(start)
        for row in step.opened where row.kind == .message {
            guard case .message(let wait)? = state.machine.wait(Int(row.token))?.kind else {
                continue
            }
            lookBack(for: wait, token: Int(row.token), in: state, event.stream.id, from: first)
        }
    }

    /// Looks for another message for a wait, the one that it was woken by being used up.
    func lookFurther(for token: Int, of instance: String, in state: ProcessInstanceState) {
        guard case .message(let wait)? = state.machine.wait(token)?.kind,
            let start = startPosition(state, instance)
        else { return }
        lookBack(for: wait, token: token, in: state, instance, from: Position(start))
    }

    private func lookBack(
        for wait: MessageWait, token: Int, in state: ProcessInstanceState, _ instance: String,
        from first: Position
    ) {
        let opened = state.machine.wait(token)?.since ?? now.microsecondsSinceEpoch
        // The event that started the instance counts as used, so it is not looked at again.
        for position in earlierPositions(of: wait, after: first) {
            guard
                state.machine.canConsume(
                    wait.name, position: Int64(position.rawValue), token: token),
                let stored = try? log.event(at: position),
                let cause = try? events.recorded(stored),
                matches(wait.qualifier, wait.correlation, cause)
            else { continue }
            if let message = cause.event as? MessagePublished {
                // One without time to live is for those that wait already, on a clock that stands
                // too; and each is for one instance of a process.
                guard message.expiresAt.microsecondsSinceEpoch > opened,
                    found(false, { try !isUsed(cause.position, by: state.process) })
                else { continue }
            }
            owed.put(
                Owed(
                    kind: .message(token: token), instance: instance, cause: cause,
                    position: position.rawValue))
            return
        }
    }

    private static let lookBackMax = 1_000

    private func earlierPositions(of wait: MessageWait, after first: Position) -> [Position] {
        let concerning =
            found([]) {
                try index.positions(
                    concerning: wait.correlation, type: wait.name, after: first,
                    limit: Self.lookBackMax)
            }
        let own = found([]) { try positions(ofStream: wait.correlation) }.filter { $0 > first }
        let ownOfType = found([]) { try self.positions(own, of: wait.name) }
        let messages = "process.message/\(MessageStreams.id(wait.name, wait.correlation))"
        let published = found([]) { try positions(ofStream: messages) }
        return (concerning + ownOfType + published).sorted()
    }

    /// Those of some events that are of a type.
    private func positions(_ all: [Position], of type: String) throws -> [Position] {
        guard !all.isEmpty else { return [] }
        var matching: [Position] = []
        try log.visit(all) { (view) throws(LogFailure) in
            if view.isType(type) { matching.append(view.position) }
        }
        return matching
    }

    /// Positions of all events of a stream, page by page.
    private func positions(ofStream stream: String) throws(IndexFailure) -> [Position] {
        var all: [Position] = []
        while true {
            let page = try index.positions(
                of: stream, from: all.count + 1, limit: Self.lookBackMax)
            all += page.map(\.position)
            if page.count < Self.lookBackMax { return all }
        }
    }

    /// What a look-up found, or nothing when it failed.
    ///
    /// A failure stops the writer: what is owed would be forgotten in silence; after a restart it is
    /// found again.
    func found<Found>(_ nothing: Found, _ look: () throws -> Found) -> Found {
        do {
            return try look()
        } catch {
            stop("Index or log could not be read: \(error). See the disk, then restart the daemon.")
            return nothing
        }
    }
}

/// The streams of messages from outside.
enum MessageStreams {
    /// One stream per name and key; a slash cannot stand in an id.
    static func id(_ name: String, _ key: String) -> String {
        "\(name)|\(key)".replacing("/", with: ":")
    }
}
