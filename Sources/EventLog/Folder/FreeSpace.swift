internal import Glibc

/// How much room a disk has.
package enum FreeSpace {
    /// Bytes that this process may still write on the disk of `path`; nil when it cannot be told.
    @Sendable package static func bytes(at path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
