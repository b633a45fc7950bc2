package import Engine
package import Records

/// What stands behind the protocol: commands, queries, descriptions and the log.
package protocol RequestService: Sendable {
    /// Decides a command; `reply` is called once with the whole line. A command that waits does so no
    /// longer than the client is present.
    func command(
        _ request: Request, peer: Peer, presence: ClientPresence,
        reply: @escaping @Sendable (String) -> Void
    )
    /// Answers what reads and what maintains; may block, and runs on a pool's thread. `progress`
    /// takes lines that go ahead of the answer.
    func answer(
        _ request: Request, peer: Peer, progress: @escaping @Sendable (String) -> Void
    ) -> String
    /// Events for a subscription from a position on; stops after `budget` bytes.
    func events(
        from position: UInt64, filter: SubscriptionFilter, bytesMax: Int, caller: Caller
    ) throws -> (lines: [String], next: UInt64)
    /// Calls `body` after each commit until the returned closure is called.
    func observeTail(_ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void
    /// The line that refuses to let somebody follow the log; nil where he may.
    func refusalToFollow(_ caller: Caller) -> String?
    /// Refuses a filter that nothing can ever pass, because it names what does not exist.
    func check(_ filter: SubscriptionFilter) throws(RequestFailure)
}

extension RequestService {
    /// Every name may exist.
    package func check(_ filter: SubscriptionFilter) throws(RequestFailure) {}
}

/// Who asks: the user behind the connection, and the person for whom a gateway does.
package struct Caller: Sendable, Equatable {
    /// The user, by the kernel's word.
    package let peer: Peer
    /// The person for whom is asked.
    package let onBehalfOf: String?

    /// A caller from its parts.
    package init(peer: Peer, onBehalfOf: String? = nil) {
        self.peer = peer
        self.onBehalfOf = onBehalfOf
    }
}

/// Which events a subscription wants; an empty list wants all.
package struct SubscriptionFilter: Sendable, Equatable {
    /// Streams, `sales.order/SO-1` or `sales.order/*`.
    package var streams: [String]
    /// Event types, `sales.order-placed` or `sales.*`.
    package var types: [String]

    /// A filter.
    package init(streams: [String] = [], types: [String] = []) {
        self.streams = streams
        self.types = types
    }

    /// Patterns that a filter may have.
    package static let patternsMax = 100

    /// Reads the payload of a subscription.
    package static func read(_ payload: JSONValue) throws(RequestFailure) -> SubscriptionFilter {
        var filter = SubscriptionFilter()
        for member in payload.objectMembers ?? [] {
            let texts = member.value.arrayValue?.compactMap(\.stringValue)
            guard let texts, texts.count == member.value.arrayValue?.count,
                texts.count <= patternsMax
            else {
                throw RequestFailure(
                    code: "wrong-type",
                    message: "\(member.name): expected a list of at most \(patternsMax) texts.")
            }
            switch member.name {
            case "streams": filter.streams = texts
            case "types": filter.types = texts
            default:
                throw RequestFailure(
                    code: "unknown-field",
                    message:
                        "A subscription has no field \"\(member.name)\"; it has: streams, types.")
            }
        }
        return filter
    }

    /// Whether an event is wanted.
    package func wants(stream: String, type: String) -> Bool {
        (streams.isEmpty || streams.contains { Self.matches($0, stream) })
            && (types.isEmpty || types.contains { Self.matches($0, type) })
    }

    /// Whether a pattern, `sales.*` or `sales.order-placed`, fits a name.
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        pattern.last == "*" ? text.hasPrefix(pattern.dropLast()) : pattern == text
    }
}
