internal import CLMDB
internal import Glibc
internal import Synchronization

extension Environment {
    /// Flushes everything committed so far to the disk, whatever the options say.
    package func sync() throws(StoreFailure) {
        try unsafe check(mdb_env_sync(handle, 1), "flush environment")
    }

    /// Makes the file as long as its header says.
    ///
    /// LMDB does not write a page that was taken and given back within one transaction, so the last
    /// pages may be missing from the file though the header counts them. Without this such a file would
    /// look cut short when it is opened next.
    func fillUp() throws(StoreFailure) {
        var information = unsafe MDB_envinfo()
        try unsafe check(mdb_env_info(handle, &information), "environment information")
        let lastPage = unsafe Int(information.me_last_pgno)
        guard lastPage > heldPage.load(ordering: .relaxed) else { return }
        var sizes = MDB_stat()
        try unsafe check(mdb_env_stat(handle, &sizes), "environment statistics")
        var descriptor: Int32 = -1
        try unsafe check(mdb_env_get_fd(handle, &descriptor), "file of environment")
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw StoreFailure(code: errno, operation: "file status", path: path)
        }
        let length = (lastPage + 1) * Int(sizes.ms_psize)
        if Int(status.st_size) < length {
            guard ftruncate(descriptor, off_t(length)) == 0 else {
                throw StoreFailure(code: errno, operation: "lengthen file", path: path)
            }
            if !options.withoutSync {
                guard fdatasync(descriptor) == 0 else {
                    throw StoreFailure(code: errno, operation: "flush", path: path)
                }
            }
        }
        heldPage.store(lastPage, ordering: .relaxed)
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
