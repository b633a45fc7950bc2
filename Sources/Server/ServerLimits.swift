/// Limits of the protocol, each of them a setting (design section 7).
package struct ServerLimits: Sendable {
    /// Bytes of one line.
    package var lineBytesMax = 1 << 20
    /// Levels of nesting in a payload.
    package var jsonDepthMax = 32
    /// Connections at once.
    package var connectionsMax = 1_024
    /// Requests of one connection that wait for their reply.
    package var requestsInFlightMax = 256
    /// Bytes that one client has not read, beyond which it is not served until it reads.
    package var unsentBytesMax = 256 << 10
    /// Bytes of unfinished lines of all clients together.
    package var unfinishedBytesMax = 256 << 20
    /// Bytes of long replies of all clients together that they have not read.
    package var unreadBytesMax = 256 << 20
    /// Seconds that a line may take to be finished.
    package var lineSecondsMax = 60
    /// Seconds that a query waits for the position of `after`, unless it says less.
    package var afterSecondsMax = 10
    /// Seconds that a stopping server waits for clients to read their answers.
    package var stopSecondsMax = 10
    /// Subscriptions at once.
    package var subscriptionsMax = 256

    /// The defaults.
    package init() {}
}
