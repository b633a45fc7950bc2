package import Records

/// An event as the log holds it, decoded once and shared by the views, the processes and whoever
/// reads the log.
package final class RecordedEvent: Sendable {
    /// Place in the whole log, from 1.
    package let position: UInt64
    /// The stream in which it stands.
    package let stream: StreamName
    /// Its number in the stream, from 1.
    package let version: UInt64
    /// Its type, `sales.order-placed`.
    package let type: String
    /// In whose books it happened.
    package let company: String
    /// When it was written.
    package let recordedAt: Instant
    /// Its posting date.
    package let effectiveDate: BusinessDate
    /// Who asked.
    package let actor: String
    /// For whom, when the actor asked for somebody else.
    package let onBehalfOf: String?
    /// The business case.
    package let correlation: String?
    /// The position of the event that caused it.
    package let causation: UInt64?
    /// The things concerned, beside the stream's own.
    package let objects: [ObjectReference]
    /// Hash of the definition that judged it.
    package let definition: DefinitionHash?
    /// The fact.
    package let event: any Event

    /// An event from its parts.
    package init(
        position: UInt64, stream: StreamName, version: UInt64, type: String, company: String,
        recordedAt: Instant, effectiveDate: BusinessDate, actor: String, onBehalfOf: String?,
        correlation: String?, causation: UInt64?, objects: [ObjectReference],
        definition: DefinitionHash?, event: any Event
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.company = company
        self.recordedAt = recordedAt
        self.effectiveDate = effectiveDate
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.correlation = correlation
        self.causation = causation
        self.objects = objects
        self.definition = definition
        self.event = event
    }

    /// The person whose duty it was: on whose behalf, else who asked.
    package var person: String { onBehalfOf ?? actor }
}
