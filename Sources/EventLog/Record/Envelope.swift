/// One thing that an event concerns, and in which part.
package struct ObjectReference: Hashable, Sendable {
    /// The thing, as text `type/id`.
    package let object: String
    /// The part that it plays; empty when there is nothing to tell.
    package let qualifier: String

    /// A reference to `type/id`.
    package init(_ object: String, qualifier: String = "") {
        self.object = object
        self.qualifier = qualifier
    }
}

/// What stands around an event's payload: everything but its position.
///
/// Texts are UTF-8 without a zero byte; their limits are in ``EventLimits``.
package struct Envelope: Equatable, Sendable {
    /// The thing whose history this event belongs to, `module.type/id`.
    package var stream: String
    /// Place in the stream, counted from 1.
    package var version: Int
    /// Name of the event, `module.noun-participle`.
    package var type: String
    /// Version of the payload's field list, counted from 1.
    package var schemaVersion: Int
    /// Company in whose books the event happened.
    package var company: String
    /// When it was written: microseconds since 1970-01-01 00:00 UTC.
    package var recordedAtMicroseconds: Int64
    /// Posting date in the company's calendar: days since 1970-01-01.
    package var effectiveDay: Int32
    /// Who asked.
    package var actor: String
    /// For whom, when the actor asked for somebody else.
    package var onBehalfOf: String?
    /// The client's idempotency key.
    package var key: String?
    /// Hash of command name, options and payload, to recognise the same key with another command.
    package var keyHash: Digest256?
    /// The business case.
    package var correlation: String?
    /// The event that caused this one.
    package var causation: Position?
    /// The things concerned.
    package var objects: [ObjectReference]
    /// Hash of the definition that judged.
    package var definitionHash: Digest256?

    /// An envelope; what is optional is absent unless given.
    package init(
        stream: String, version: Int, type: String, schemaVersion: Int = 1, company: String,
        recordedAtMicroseconds: Int64, effectiveDay: Int32, actor: String,
        onBehalfOf: String? = nil, key: String? = nil, keyHash: Digest256? = nil,
        correlation: String? = nil, causation: Position? = nil, objects: [ObjectReference] = [],
        definitionHash: Digest256? = nil
    ) {
        self.stream = stream
        self.version = version
        self.type = type
        self.schemaVersion = schemaVersion
        self.company = company
        self.recordedAtMicroseconds = recordedAtMicroseconds
        self.effectiveDay = effectiveDay
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.key = key
        self.keyHash = keyHash
        self.correlation = correlation
        self.causation = causation
        self.objects = objects
        self.definitionHash = definitionHash
    }
}

/// An event that has no position yet.
///
/// A value whose copies share their content: copying costs one reference, not one for each text.
package struct DraftEvent: Equatable, Sendable {
    /// What the copies share; never changed once it is made.
    @usableFromInline
    final class Content: Sendable {
        @usableFromInline let envelope: Envelope
        @usableFromInline let payload: [UInt8]

        init(_ envelope: consuming Envelope, _ payload: consuming [UInt8]) {
            self.envelope = envelope
            self.payload = payload
        }
    }

    @usableFromInline var content: Content

    /// What stands around the payload.
    package var envelope: Envelope {
        @inlinable _read { yield content.envelope }
        set { content = Content(newValue, content.payload) }
    }

    /// The fact, in the codec of the layer above.
    package var payload: [UInt8] {
        @inlinable _read { yield content.payload }
        set { content = Content(content.envelope, newValue) }
    }

    /// A draft.
    package init(envelope: consuming Envelope, payload: consuming [UInt8]) {
        content = Content(envelope, payload)
    }

    /// Same envelope and payload.
    package static func == (left: DraftEvent, right: DraftEvent) -> Bool {
        left.content === right.content
            || (left.envelope == right.envelope && left.payload == right.payload)
    }
}

/// An event as the log holds it.
///
/// A class, so that the writer, the index, the views and the processes share one decoded event at the
/// cost of one reference.
package final class StoredEvent: Sendable {
    /// Place in the log.
    package let position: Position
    /// RFC 9162 leaf hash over the stored record.
    package let leafHash: Digest256
    /// Size of the stored record in bytes, leaf hash included.
    package let recordBytes: Int
    /// Shared with who appended it.
    @usableFromInline let draft: DraftEvent

    /// What stands around the payload.
    @inlinable package var envelope: Envelope {
        _read { yield draft.content.envelope }
    }

    /// The fact, in the codec of the layer above.
    @inlinable package var payload: [UInt8] {
        _read { yield draft.content.payload }
    }

    // Parts of the envelope that are asked for of every event: reading one through ``envelope`` can
    // copy all of it, a count of references for each text.

    /// The envelope's ``Envelope/stream``.
    @inlinable package var stream: String { draft.content.envelope.stream }
    /// The envelope's ``Envelope/type``.
    @inlinable package var type: String { draft.content.envelope.type }
    /// The envelope's ``Envelope/version``.
    @inlinable package var version: Int { draft.content.envelope.version }
    /// The envelope's ``Envelope/schemaVersion``.
    @inlinable package var schemaVersion: Int { draft.content.envelope.schemaVersion }
    /// The envelope's ``Envelope/company``.
    @inlinable package var company: String { draft.content.envelope.company }
    /// The envelope's ``Envelope/key``.
    @inlinable package var key: String? { draft.content.envelope.key }
    /// The envelope's ``Envelope/objects``.
    @inlinable package var objects: [ObjectReference] { draft.content.envelope.objects }

    /// A stored event.
    package init(
        position: Position, draft: consuming DraftEvent, leafHash: Digest256, recordBytes: Int
    ) {
        self.position = position
        self.draft = draft
        self.leafHash = leafHash
        self.recordBytes = recordBytes
    }
}

extension StoredEvent: Equatable {
    /// Same place and same bytes.
    package static func == (left: StoredEvent, right: StoredEvent) -> Bool {
        left.position == right.position && left.leafHash == right.leafHash
    }
}

/// Limits of one event; a draft beyond one is refused by name.
package enum EventLimits {
    /// Stored record, leaf hash included.
    package static let recordBytesMax = 1 << 20
    /// Stream name.
    package static let streamBytesMax = 200
    /// Event type.
    package static let typeBytesMax = 100
    /// Company.
    package static let companyBytesMax = 64
    /// Actor and on-behalf-of.
    package static let actorBytesMax = 200
    /// Idempotency key.
    package static let keyBytesMax = 128
    /// Correlation.
    package static let correlationBytesMax = 200
    /// Object `type/id`.
    package static let objectBytesMax = 200
    /// Qualifier of an object.
    package static let qualifierBytesMax = 64
    /// Objects of one event.
    package static let objectsMax = 4_096
}
