internal import CLMDB
internal import Glibc

extension Environment {
    /// Flushes everything committed so far to the disk, whatever the options say.
    package func sync() throws(StoreFailure) {
        try unsafe check(mdb_env_sync(handle, 1), "flush environment")
    }

    /// Copies a consistent snapshot without its free pages into the existing, empty `folder`.
    ///
    /// Writing may go on meanwhile. The copy is flushed before this returns.
    package func copyCompacted(toFolder folder: String) throws(StoreFailure) {
        try unsafe check(
            mdb_env_copy2(handle, folder, UInt32(MDB_CP_COMPACT)), "copy environment", path: folder)
        try Environment.flush(path: folder + "/data.mdb")
        try Environment.flush(path: folder)
    }

    /// Flushes a file or folder by its path.
    package static func flush(path: String) throws(StoreFailure) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StoreFailure(code: errno, operation: "open to flush", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreFailure(code: errno, operation: "flush", path: path)
        }
    }

    /// Sizes of the environment now.
    package func statistics() throws(StoreFailure) -> EnvironmentStatistics {
        var information = unsafe MDB_envinfo()
        try unsafe check(mdb_env_info(handle, &information), "environment information")
        var sizes = MDB_stat()
        try unsafe check(mdb_env_stat(handle, &sizes), "environment statistics")
        return unsafe EnvironmentStatistics(
            pageBytes: Int(sizes.ms_psize), mapBytes: Int(information.me_mapsize),
            lastPage: Int(information.me_last_pgno),
            lastTransaction: Int(information.me_last_txnid),
            readers: Int(information.me_numreaders))
    }

    /// Frees the reader slots of processes that died; returns how many there were.
    @discardableResult
    package func clearStaleReaders() throws(StoreFailure) -> Int {
        var dead: Int32 = 0
        try unsafe check(mdb_reader_check(handle, &dead), "check readers")
        return Int(dead)
    }
}
