/// Which log this is, and of which ones it is a copy.
///
/// The first event holds an identity, and so does the first one that a copy writes: up to there both
/// logs are the same, from there on they are two.
package struct LogLineage: Sendable, Equatable {
    /// From where on a log has an identity.
    package struct Period: Sendable, Equatable {
        /// The event that holds it.
        package let first: Position
        /// Random bytes in hexadecimal.
        package let identity: String

        /// A period from its parts.
        package init(first: Position, identity: String) {
            self.first = first
            self.identity = identity
        }
    }

    /// All identities, the oldest first; never empty.
    package let periods: [Period]

    /// A log that is no copy.
    package init(_ identity: String) {
        periods = [Period(first: .first, identity: identity)]
    }

    /// The identities in the order of their events; nil when there is none.
    package init?(_ periods: [Period]) {
        if periods.isEmpty { return nil }
        self.periods = periods.sorted { $0.first < $1.first }
    }

    /// The identity that the log has now.
    package var identity: String { periods[periods.count - 1].identity }

    /// The last position at which something made of the log with that identity is of this log, too;
    /// nil where it never had it.
    package func sharedEnd(of identity: String) -> Position? {
        guard let place = periods.lastIndex(where: { $0.identity == identity }) else { return nil }
        guard place + 1 < periods.count else { return Position(.max) }
        return Position(periods[place + 1].first.rawValue - 1)
    }

    /// Bytes of a fresh identity.
    package static func freshIdentity() -> [UInt8] {
        (0..<identityBytes).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// The bytes as a lineage shows them.
    package static func text(of identity: [UInt8]) -> String {
        identity.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static let identityBytes = 16
}

extension LogLineage: ExpressibleByStringLiteral {
    /// A log that is no copy.
    package init(stringLiteral identity: String) { self.init(identity) }
}
