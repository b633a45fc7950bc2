internal import Glibc
internal import Synchronization

/// The folders that this process has open, by device and inode.
///
/// LMDB's locks belong to the process: a second opening of a folder takes itself for the only one,
/// makes the table of readers anew, and its closing drops the first one's locks. Pages that are still
/// read would be written over. So a second opening waits a moment for a closing that is under way on
/// another thread, and is refused then.
struct OpenFolders: Hashable {
    private let device: UInt64
    private let inode: UInt64

    private static let all = Mutex<Set<OpenFolders>>([])
    private static let waitMillisecondsMax = 5_000

    /// Notes the folder as open; gives it back with ``release()`` once it is closed.
    static func take(_ path: String) throws(StoreFailure) -> OpenFolders {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw StoreFailure(code: errno, operation: "open environment", path: path)
        }
        let folder = OpenFolders(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        for _ in 0..<waitMillisecondsMax {
            if all.withLock({ $0.insert(folder).inserted }) { return folder }
            usleep(1_000)
        }
        throw .openAlready(path: path)
    }

    /// The folder is closed.
    func release() { Self.all.withLock { _ = $0.remove(self) } }
}
