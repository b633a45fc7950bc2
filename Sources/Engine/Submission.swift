package import Business
package import EventLog
package import Records

/// A command as it came from a client, read and checked at the door.
package struct Submission: Sendable {
    /// The command's name.
    package let name: String
    /// The payload as it was given.
    package let payload: JSONValue
    /// The idempotency key.
    package let key: String?
    /// Hash of name, options and payload, to recognise the same key with another command.
    package let keyHash: Digest256
    /// The version at which the command's stream must stand.
    package let expectedVersion: UInt64?
    /// The posting date that was asked for.
    package let date: BusinessDate?
    /// Who asks, by the kernel's word.
    package let peer: Peer
    /// For whom, when a gateway asks.
    package let onBehalfOf: String?

    /// Bytes of a key at the most.
    package static let keyBytesMax = 128

    /// A submission from its parts.
    package init(
        name: String, payload: JSONValue, key: String? = nil, expectedVersion: UInt64? = nil,
        date: BusinessDate? = nil, peer: Peer, onBehalfOf: String? = nil
    ) {
        self.name = name
        self.payload = payload
        self.key = key
        self.expectedVersion = expectedVersion
        self.date = date
        self.peer = peer
        self.onBehalfOf = onBehalfOf
        var bytes = Array(name.utf8)
        for option in [
            expectedVersion.map { "expect=\($0)" }, date.map { "date=\($0)" },
            onBehalfOf.map { "on-behalf-of=\($0)" },
        ] {
            bytes.append(0)
            if let option { bytes.append(contentsOf: option.utf8) }
        }
        bytes.append(0)
        payload.write(to: &bytes)
        keyHash = .sha256(of: bytes)
    }
}

extension Submission {
    /// The same command without its key.
    var keyless: Submission {
        Submission(
            name: name, payload: payload, expectedVersion: expectedVersion, date: date,
            peer: peer, onBehalfOf: onBehalfOf)
    }
}

/// Who is at the other end of a connection.
package enum Peer: Sendable, Hashable {
    /// A process of this user, as `SO_PEERCRED` says.
    case user(id: UInt32)
    /// The engine itself, and tests: an actor by name.
    case actor(String)
}

/// What became of a command.
package enum CommandReply: Sendable, Equatable {
    /// Written and on disk: position of the first event, its stream and version, and what the event
    /// says of the outcome where there is more than one.
    case accepted(
        position: UInt64, stream: String, version: UInt64, details: [JSONMember] = [])
    /// Nothing had to be written.
    case unchanged
    /// Written or read, with a result of the command's own.
    case result(JSONValue)
    /// Refused: nothing happened.
    case rejected(Rejection)
    /// The answer comes later, from the writer itself.
    case deferred
    /// Not decided, or it is not known what became of it; sending again with the key tells.
    case failed(code: String, message: String)

    /// The reply as the protocol writes it: a word, then JSON.
    package var line: String {
        switch self {
        case .accepted(let position, let stream, let version, let details):
            let place = [
                JSONMember("position", .integer(position)), JSONMember("stream", .string(stream)),
                JSONMember("version", .integer(version)),
            ]
            return "ok \(JSONValue.object(place + details))"
        case .unchanged: return #"ok {"unchanged":true}"#
        case .result(let value): return "ok \(value)"
        case .rejected(let rejection):
            let message = [JSONMember("message", .string(rejection.message))]
            return "error \(rejection.code) \(JSONValue.object(message + rejection.details))"
        case .deferred: return "ok {}"
        case .failed(let code, let message):
            return "error \(code) \(JSONValue.object(["message": .string(message)]))"
        }
    }
}
