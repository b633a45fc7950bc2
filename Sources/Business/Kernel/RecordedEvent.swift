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
    /// The fact.
    package let event: any Event

    private let envelope: Envelope

    private enum Envelope {
        case given(actor: String, onBehalfOf: String?, EnvelopeDetails)
        case stored(any StoredEnvelope)
    }

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
        envelope = .given(
            actor: actor, onBehalfOf: onBehalfOf,
            EnvelopeDetails(
                correlation: correlation, causation: causation, objects: objects,
                definition: definition))
        self.event = event
    }

    /// An event whose envelope is read when somebody asks for a part of it.
    package init(
        position: UInt64, stream: StreamName, version: UInt64, type: String, company: String,
        recordedAt: Instant, effectiveDate: BusinessDate, envelope: any StoredEnvelope,
        event: any Event
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.company = company
        self.recordedAt = recordedAt
        self.effectiveDate = effectiveDate
        self.envelope = .stored(envelope)
        self.event = event
    }

    /// Who asked.
    package var actor: String {
        switch envelope {
        case .given(let actor, _, _): actor
        case .stored(let stored): stored.actor
        }
    }
    /// For whom, when the actor asked for somebody else.
    package var onBehalfOf: String? {
        switch envelope {
        case .given(_, let onBehalfOf, _): onBehalfOf
        case .stored(let stored): stored.onBehalfOf
        }
    }
    private var details: EnvelopeDetails {
        switch envelope {
        case .given(_, _, let details): details
        case .stored(let stored): stored.details
        }
    }
    /// The business case.
    package var correlation: String? { details.correlation }
    /// The position of the event that caused it.
    package var causation: UInt64? { details.causation }
    /// The things concerned, beside the stream's own.
    package var objects: [ObjectReference] { details.objects }
    /// Hash of the definition that judged it.
    package var definition: DefinitionHash? { details.definition }
    /// The person whose duty it was: on whose behalf, else who asked.
    package var person: String { onBehalfOf ?? actor }
}

/// The parts of an envelope that few readers ask for.
package struct EnvelopeDetails: Sendable {
    /// The business case.
    package let correlation: String?
    /// The position of the event that caused it.
    package let causation: UInt64?
    /// The things concerned, beside the stream's own.
    package let objects: [ObjectReference]
    /// Hash of the definition that judged it.
    package let definition: DefinitionHash?

    /// Details from their parts.
    package init(
        correlation: String?, causation: UInt64?, objects: [ObjectReference],
        definition: DefinitionHash?
    ) {
        self.correlation = correlation
        self.causation = causation
        self.objects = objects
        self.definition = definition
    }
}

/// An envelope as the log holds it, read when somebody asks for a part.
package protocol StoredEnvelope: Sendable {
    /// Who asked.
    var actor: String { get }
    /// For whom, when the actor asked for somebody else.
    var onBehalfOf: String? { get }
    /// The rest.
    var details: EnvelopeDetails { get }
}
