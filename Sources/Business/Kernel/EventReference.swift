package import Records

/// Names an event for ever: its stream and its number there.
package struct EventReference: Record, Hashable, CustomStringConvertible {
    /// The stream, `finance.payment/R-1`.
    package let stream: String
    /// The event's number in the stream, from 1.
    package let version: Int64

    /// A reference from its parts.
    package init(stream: String, version: Int64) {
        self.stream = stream
        self.version = version
    }

    /// An event of a thing.
    package init<State: StreamState>(_ type: State.Type, _ id: String, version: Int64) {
        self.init(stream: "\(State.streamType)/\(id)", version: version)
    }

    /// The declaration of the fields.
    package static let schema = Schema<EventReference>(
        "event-reference", "Names an event: its stream and its number there.",
        Field(1, "stream", \.stream, "The stream."),
        Field(2, "version", \.version, "The event's number in the stream, from 1."),
        make: EventReference.init(stream:version:))

    /// Stream and number, as the journal names the source of a voucher.
    package var description: String { "\(stream) \(version)" }
}

/// An event that takes earlier ones back, whole or in part; it names them.
///
/// - Source: semantics 1.4: a correction never touches what is written, it links to it.
package protocol ReversingEvent: Event {
    /// The events that it takes back.
    var reverses: [EventReference] { get }
}

extension Decision {
    /// The last event of a stream as this command sees it: what a reversal takes back where
    /// nothing can have come in between.
    func lastEvent<State: StreamState>(
        of type: State.Type, _ id: String
    ) throws(Rejection) -> EventReference {
        EventReference(type, id, version: Int64(try version(of: type, id)))
    }
}
