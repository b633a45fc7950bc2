internal import Business
internal import EventLog
internal import Processes
internal import Records

/// What happens once: an instance for an object, the use of a message by a process.
///
/// Asked when a step is done, not when it is owed: by then everything that came before it is done,
/// in the batch at hand or in the log, so that a restart in between finds the same answer.
extension WriterCore {
    // MARK: Single instances

    /// The things that an instance is started for, its own object first.
    func startObjects(of cause: RecordedEvent, qualifier: String) -> [String] {
        let all = objects(of: cause)
        guard !qualifier.isEmpty,
            let own = cause.objects.first(where: { $0.qualifier == qualifier })?.text
        else { return all }
        return [own] + all.filter { $0 != own }
    }

    /// Whether an earlier instance of a process was active for an object when an event came.
    func isTaken(
        _ process: String, by object: String, at position: UInt64
    ) throws(Rejection) -> Bool {
        for written in batch.written.reversed() {
            guard let step = written.event as? InstanceAdvanced, step.process == process,
                step.objects.first == object
            else { continue }
            if let taken = try isTaken(by: written.stream.id, at: position) { return taken }
        }
        let prefix = EngineTables.startedPrefix(process, object)
        var from: [UInt8] = []
        while true {
            let rows: [IndexRow]
            do throws(IndexFailure) {
                rows = try index.rows(
                    in: EngineTables.started, prefix: prefix, from: from,
                    limit: Self.startedPerRead)
            } catch {
                throw unreadable(error)
            }
            for row in rows {
                let instance = EngineTables.startedInstance(of: row)
                if let taken = try isTaken(by: instance, at: position) { return taken }
            }
            guard rows.count == Self.startedPerRead, let last = rows.last else { return false }
            from = last.suffix + [0]
        }
    }

    private static let startedPerRead = 16

    /// Whether an instance was active at a position; nil when it began there or later.
    private func isTaken(
        by instance: String, at position: UInt64
    ) throws(Rejection) -> Bool? {
        let (state, _) = try state(of: ProcessInstanceState.self, id: instance)
        guard state.startedBy > 0, UInt64(state.startedBy) < position else { return nil }
        if state.machine.status == .active { return true }
        return try lastPosition(of: instance) > position
    }

    /// Position of an instance's last step.
    private func lastPosition(of instance: String) throws(Rejection) -> UInt64 {
        let stream = StreamName(type: ProcessInstanceState.streamType, id: instance)
        if let place = batch.written.lastIndex(where: { $0.stream == stream }) {
            return batch.base + UInt64(place)
        }
        do throws(IndexFailure) {
            return try index.head(of: stream.description)?.position.rawValue ?? 0
        } catch {
            throw unreadable(error)
        }
    }

    // MARK: Messages from outside

    /// Whether a message from outside, by which a step is owed, was used by the process already: a
    /// message is for one instance of each process.
    ///
    /// A wait that was to get it looks further: another message may lie behind.
    func isUsedUp(_ owed: Owed) throws(Rejection) -> Bool {
        guard let cause = owed.cause, cause.event is MessagePublished else { return false }
        switch owed.kind {
        case .start(let process, _):
            return try isUsedChecked(cause.position, by: process)
        case .message(let token):
            let (state, _) = try state(of: ProcessInstanceState.self, id: owed.instance)
            guard try isUsedChecked(cause.position, by: state.process) else { return false }
            lookFurther(for: token, of: owed.instance, in: state)
            return true
        default: return false
        }
    }

    private func isUsedChecked(
        _ position: UInt64, by process: String
    ) throws(Rejection) -> Bool {
        do throws(IndexFailure) {
            return try isUsed(position, by: process)
        } catch {
            throw unreadable(error)
        }
    }

    /// Whether an instance of a process used the message at a position.
    func isUsed(_ position: UInt64, by process: String) throws(IndexFailure) -> Bool {
        let inBatch = batch.written.contains { written in
            guard let step = written.event as? InstanceAdvanced else { return false }
            return step.message == Int64(clamping: position) && step.process == process
        }
        if inBatch { return true }
        let prefix = EngineTables.messagePrefix(position, process)
        return try index.value(in: EngineTables.messages, prefix: prefix) != nil
    }
}
