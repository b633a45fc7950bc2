internal import CLMDB
internal import Glibc
internal import Synchronization

/// One LMDB environment: a folder with a data file and a lock file, one writer, many readers.
///
/// A process opens a folder once at a time. The environment closes when the last reference to it goes;
/// every transaction holds one, so none outlives it.
///
/// `@unchecked Sendable`: stored properties are constants or atomic, and LMDB allows every call made
/// here on a shared environment handle from any thread; tables are opened before `init` returns.
@safe package final class Environment: @unchecked Sendable {
    /// The folder that holds `data.mdb` and `lock.mdb`.
    package let path: String
    /// The options that it was opened with, with the map size that was reached.
    package let options: EnvironmentOptions
    let handle: OpaquePointer
    private let folder: OpenFolders
    /// Last page that the file is known to hold; see ``fillUp()``.
    let heldPage = Atomic<Int>(0)
    private let tables: [Table]

    /// Opens the environment in the folder `path`, and in it each of `tableNames`.
    ///
    /// The folder must exist. A file is created when there is none, unless `options.readOnly`.
    /// Before LMDB maps the file its length is compared with the last page in both meta pages.
    package init(
        path: String, tables tableNames: [String], options: EnvironmentOptions = .init()
    ) throws(StoreFailure) {
        try FileCheck.check(
            path: path + "/data.mdb", mayBeMissing: !options.readOnly && !options.mustExist)
        var reached = options
        let folder = try OpenFolders.take(path)
        let handle: OpaquePointer
        do throws(StoreFailure) {
            unsafe handle = try unsafe Environment.open(path: path, options: &reached)
        } catch {
            folder.release()
            throw error
        }
        do throws(StoreFailure) {
            self.tables = try unsafe Environment.openTables(
                tableNames, in: handle, readOnly: options.readOnly)
        } catch {
            unsafe mdb_env_close(handle)
            folder.release()
            throw error
        }
        self.folder = folder
        unsafe self.handle = handle
        self.path = path
        self.options = reached
        // A reader that died with its process would pin the pages of its snapshot for ever.
        if !options.readOnly { try clearStaleReaders() }
    }

    deinit {
        unsafe mdb_env_close(handle)
        folder.release()
    }

    /// The table of that name, which must be among those named at opening.
    package func table(_ name: String) throws(StoreFailure) -> Table {
        for table in tables where table.name == name { return table }
        throw .noSuchTable(name: name)
    }

    private static func open(
        path: String, options: inout EnvironmentOptions
    ) throws(StoreFailure) -> OpaquePointer {
        while true {
            var created: OpaquePointer?
            try unsafe check(mdb_env_create(&created), "create environment")
            guard let handle = unsafe created else {
                throw .other(code: ENOMEM, operation: "create environment")
            }
            unsafe mdb_env_set_maxdbs(handle, UInt32(options.tablesMax))
            unsafe mdb_env_set_maxreaders(handle, UInt32(options.readersMax))
            unsafe mdb_env_set_mapsize(handle, options.mapBytes)
            var flags = UInt32(MDB_NOTLS)
            if options.withoutSync { flags |= UInt32(MDB_NOSYNC) }
            if options.readOnly { flags |= UInt32(MDB_RDONLY) }
            if options.withoutReadAhead { flags |= UInt32(MDB_NORDAHEAD) }
            let code = unsafe mdb_env_open(handle, path, flags, mode_t(options.fileMode))
            if code == MDB_SUCCESS { return unsafe handle }
            unsafe mdb_env_close(handle)
            let noRoom = code == ENOMEM || code == EINVAL || code == EOVERFLOW
            let smaller = options.mapBytes / 2
            guard noRoom, !options.mapBytesExact, smaller >= EnvironmentOptions.mapBytesMin else {
                throw StoreFailure(code: code, operation: "open environment", path: path)
            }
            options.mapBytes = smaller
        }
    }

    private static func openTables(
        _ names: [String], in handle: OpaquePointer, readOnly: Bool
    ) throws(StoreFailure) -> [Table] {
        var begun: OpaquePointer?
        let beginFlags = readOnly ? UInt32(MDB_RDONLY) : 0
        try unsafe check(mdb_txn_begin(handle, nil, beginFlags, &begun), "open tables")
        guard let transaction = unsafe begun else {
            throw .other(code: ENOMEM, operation: "open tables")
        }
        var tables: [Table] = []
        for name in names {
            var table: UInt32 = 0
            let flags = readOnly ? 0 : UInt32(MDB_CREATE)
            let code =
                name.isEmpty
                ? unsafe mdb_dbi_open(transaction, nil, 0, &table)
                : unsafe mdb_dbi_open(transaction, name, flags, &table)
            guard code == MDB_SUCCESS else {
                unsafe mdb_txn_abort(transaction)
                if code == MDB_NOTFOUND { throw .noSuchTable(name: name) }
                throw StoreFailure(code: code, operation: "open table \(name)")
            }
            tables.append(Table(name: name, handle: table))
        }
        try unsafe check(mdb_txn_commit(transaction), "open tables")
        return tables
    }
}

extension Environment {
    /// Begins a snapshot.
    ///
    /// Keep it short: a reader pins every page that it can see.
    @available(*, noasync, message: "no await may fall between begin and end")
    package func beginRead() throws(StoreFailure) -> ReadTransaction {
        try ReadTransaction(self)
    }

    /// Begins the one write transaction, waiting for the one before; it belongs to this thread.
    @available(*, noasync, message: "no await may fall between begin and commit")
    package func beginWrite() throws(StoreFailure) -> WriteTransaction {
        try WriteTransaction(self)
    }

    /// Runs `body` on one snapshot.
    ///
    /// Keep it short: a reader pins every page that it can see.
    package func read<Result>(
        _ body: (borrowing ReadTransaction) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        let transaction = try ReadTransaction(self)
        return try body(transaction)
    }

    /// Runs `body` in the one write transaction and commits; nothing is kept when it throws.
    package func write<Result>(
        _ body: (inout WriteTransaction) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        var transaction = try WriteTransaction(self)
        let result = try body(&transaction)
        try transaction.commit()
        return result
    }
}
