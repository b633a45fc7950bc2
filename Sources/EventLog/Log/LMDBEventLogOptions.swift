package import LMDB

/// How a log on LMDB is opened.
package struct LMDBEventLogOptions: Sendable {
    /// Where in a commit an injected failure strikes.
    package enum CommitStep: Sendable {
        /// Before the first page is touched.
        case writing
        /// In place of the commit: nothing reaches the file.
        case flushing
        /// After the commit, as if its last write had been reported failed.
        case flushed
    }

    /// The environment; sync and a map of 512 GiB unless said otherwise: the log never shrinks.
    package var environment = EnvironmentOptions(mapBytes: 1 << 39)
    /// Below this many free bytes `append` is refused.
    package var freeBytesMin: UInt64 = freeBytesMinDefault
    /// How free space is found out; nil as answer means unknown, and does not refuse.
    package var freeBytes: @Sendable (_ path: String) -> UInt64? = FreeSpace.bytes(at:)
    /// Failures to inject, for tests of what follows them.
    package var fault: (@Sendable (CommitStep) -> StoreFailure?)?

    /// 256 MiB: room for a flush of the index and for an orderly stop.
    package static let freeBytesMinDefault: UInt64 = 256 << 20

    /// The defaults.
    package init() {}
}
