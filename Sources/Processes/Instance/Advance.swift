/// One step of a process instance: the payload of its process event.
///
/// Folding the advances of `process.instance/ID` gives the instance's state. See
/// ``InstanceState/apply(_:)``.
package struct Advance: Sendable, Equatable {
    /// What set the step off, for readers: `message sales.order-shipped`, `timer`, `retry`.
    package var cause: String
    /// Position of the causing event in the log; nil when it was no event.
    package var causePosition: Int64?
    /// Time of the step, in microseconds since 1970 UTC.
    package var at: Int64
    /// Whether something outside the instance set it off, which ends a runaway count.
    package var isFromOutside: Bool
    package var changes: [Change]

    package init(
        cause: String, causePosition: Int64? = nil, at: Int64, isFromOutside: Bool = true,
        changes: [Change] = []
    ) {
        self.cause = cause
        self.causePosition = causePosition
        self.at = at
        self.isFromOutside = isFromOutside
        self.changes = changes
    }

    /// Whether work is left that the engine must give back with the trigger `proceed`.
    ///
    /// A runaway's work is left too, and is not owed: it waits for a person.
    package var owesContinuation: Bool {
        for change in changes.reversed() {
            switch change {
            case .incidentRaised(let incident) where incident.action == .proceed: return false
            case .pending(let actions): return !actions.isEmpty
            default: continue
            }
        }
        return false
    }

    /// Whether the step changed nothing, so that no event need be written.
    package var isEmpty: Bool { changes.isEmpty }
}
