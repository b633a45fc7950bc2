package import Business
internal import EventLog
package import Processes
package import Records
package import Views

/// Every step of an instance, read from the log.
package struct InstanceHistory: Sendable {
    /// One step.
    package struct Step: Sendable {
        package let position: UInt64
        package let version: UInt64
        package let at: Instant
        package let effectiveDate: BusinessDate
        package let actor: String
        package let person: String?
        package let causation: UInt64?
        package let advance: Advance
        /// The definition set that the instance keeps from this step on; nil when it stays.
        package let set: Int?
    }

    package let instance: String
    package let process: String
    package let steps: [Step]

    /// Steps of one instance that are read at the most.
    package static let stepsMax = 20_000

    /// The steps as they were taken.
    package var advances: [Advance] { steps.map(\.advance) }

    /// The set that the instance kept before its last migration, and after it.
    package var sets: [Int] { steps.compactMap(\.set) }
}

extension InstanceHistory.Step {
    /// A step of a process; nil for any other event.
    package init?(_ event: RecordedEvent) {
        guard let step = event.event as? InstanceAdvanced,
            let advance = try? Advance.decode(step.advance.bytes)
        else { return nil }
        self.init(
            position: event.position, version: event.version, at: event.recordedAt,
            effectiveDate: event.effectiveDate, actor: event.actor, person: event.onBehalfOf,
            causation: event.causation, advance: advance, set: step.set.map { Int($0) })
    }
}

extension InstanceHistory {
    /// Reads the steps of an instance; nil when there is no such instance.
    init?(
        of instance: String, _ index: LogIndex, _ log: any EventLog, _ decoder: EventDecoder
    ) throws {
        let stream = "\(ProcessInstanceState.streamType)/\(instance)"
        var steps: [Step] = []
        var process = ""
        for head in try index.positions(of: stream, limit: Self.stepsMax) {
            guard let stored = try log.event(at: head.position) else { continue }
            let event = try decoder.recorded(stored)
            if let advanced = event.event as? InstanceAdvanced { process = advanced.process }
            guard let step = Step(event) else {
                throw DecodingFailure.damaged(position: stored.position, .malformed)
            }
            steps.append(step)
        }
        if steps.isEmpty { return nil }
        self.init(instance: instance, process: process, steps: steps)
    }
}

extension Engine {
    /// The steps of an instance; nil when there is no such instance.
    package func history(of instance: String) throws(QueryFailure) -> InstanceHistory? {
        do {
            return try InstanceHistory(of: instance, index, log, decoder)
        } catch {
            throw .damaged("the steps of \(instance) cannot be read: \(error)")
        }
    }

    /// The steps of an instance that must be there.
    func existingHistory(of instance: String) throws(QueryFailure) -> InstanceHistory {
        guard let history = try history(of: instance) else {
            throw .unknownObject(
                "There is no process instance \"\(instance)\"; see `daybook process instances`.")
        }
        return history
    }
}
