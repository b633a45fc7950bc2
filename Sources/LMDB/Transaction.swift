internal import CLMDB

/// What both kinds of transaction can do: look up a value, and walk a table.
///
/// Bytes that come out stay in the map and are borrowed from the transaction: they cannot leave it.
package protocol Transaction: ~Copyable {
    /// The transaction as LMDB knows it; for this module only.
    var reference: TransactionReference { get }
}

/// An LMDB transaction pointer, opaque outside this module.
@safe package struct TransactionReference {
    let handle: OpaquePointer
}

/// One snapshot of an environment; ends when the value goes out of scope.
@safe package struct ReadTransaction: ~Copyable, Transaction {
    private let handle: OpaquePointer
    private let environment: Environment

    @available(*, noasync, message: "no await may fall between begin and end")
    init(_ environment: Environment) throws(StoreFailure) {
        var begun: OpaquePointer?
        try unsafe check(
            mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &begun), "begin read")
        guard let begun = unsafe begun else { throw .corrupted(operation: "begin read") }
        unsafe self.handle = begun
        self.environment = environment
    }

    deinit { unsafe mdb_txn_abort(handle) }

    /// The transaction as LMDB knows it; for this module only.
    package var reference: TransactionReference { unsafe TransactionReference(handle: handle) }

    /// Number of the transaction whose snapshot this is.
    package var snapshot: Int { unsafe Int(mdb_txn_id(handle)) }
}

/// The one write transaction of an environment; aborts when it goes out of scope uncommitted.
///
/// It belongs to the thread that began it.
@safe package struct WriteTransaction: ~Copyable, Transaction {
    private let handle: OpaquePointer
    private let environment: Environment
    private var isOver = false

    @available(*, noasync, message: "no await may fall between begin and commit")
    init(_ environment: Environment) throws(StoreFailure) {
        var begun: OpaquePointer?
        try unsafe check(mdb_txn_begin(environment.handle, nil, 0, &begun), "begin write")
        guard let begun = unsafe begun else { throw .corrupted(operation: "begin write") }
        unsafe self.handle = begun
        self.environment = environment
    }

    deinit { if !isOver { unsafe mdb_txn_abort(handle) } }

    /// The transaction as LMDB knows it; for this module only.
    package var reference: TransactionReference { unsafe TransactionReference(handle: handle) }

    /// Number that the commit will have.
    package var number: Int { unsafe Int(mdb_txn_id(handle)) }

    /// Commits.
    ///
    /// When this throws, LMDB has ended the transaction and dropped what it held.
    @available(*, noasync, message: "no await may fall between begin and commit")
    package consuming func commit() throws(StoreFailure) {
        // LMDB frees the transaction in every case, so `deinit` must not end it again.
        isOver = true
        let code = unsafe mdb_txn_commit(handle)
        try check(code, "commit")
        try environment.fillUp()
    }
}

/// What `put` does with a key.
package enum PutMode: Sendable {
    /// Writes, replacing what is there.
    case replace
    /// Writes a key greater than every other; throws ``StoreFailure/keyExists`` otherwise.
    case append
    /// Writes a key that is not there yet; throws ``StoreFailure/keyExists`` otherwise.
    case insert

    var flags: UInt32 {
        switch self {
        case .replace: 0
        case .append: UInt32(MDB_APPEND)
        case .insert: UInt32(MDB_NOOVERWRITE)
        }
    }
}

extension WriteTransaction {
    /// Longest key, in bytes.
    package static var keyBytesMax: Int { 511 }

    /// Writes one row.
    package mutating func put(
        _ value: RawSpan, for key: RawSpan, in table: Table, mode: PutMode = .replace
    ) throws(StoreFailure) {
        guard (1...WriteTransaction.keyBytesMax).contains(key.byteCount) else {
            throw .keyLength(bytes: key.byteCount)
        }
        let code = unsafe key.withUnsafeBytes { rawKey in
            unsafe value.withUnsafeBytes { rawValue in
                var key = unsafe MDB_val(rawKey)
                var value = unsafe MDB_val(rawValue)
                return unsafe mdb_put(handle, table.handle, &key, &value, mode.flags)
            }
        }
        try check(code, "put")
    }

    /// Removes one row; false when it was not there.
    @discardableResult
    package mutating func delete(_ key: RawSpan, in table: Table) throws(StoreFailure) -> Bool {
        let code = unsafe key.withUnsafeBytes { rawKey in
            var key = unsafe MDB_val(rawKey)
            return unsafe mdb_del(handle, table.handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "delete")
        return true
    }

    /// Removes every row of a table and keeps the table.
    package mutating func clear(_ table: Table) throws(StoreFailure) {
        try unsafe check(mdb_drop(handle, table.handle, 0), "clear table")
    }
}

extension Transaction where Self: ~Copyable {
    /// The value of a key, borrowed from the map; nil when the key is not there.
    @_lifetime(borrow self)
    package func value(for key: RawSpan, in table: Table) throws(StoreFailure) -> RawSpan? {
        var found = unsafe MDB_val()
        let handle = unsafe reference.handle
        let code = unsafe key.withUnsafeBytes { rawKey in
            var key = unsafe MDB_val(rawKey)
            return unsafe mdb_get(handle, table.handle, &key, &found)
        }
        if code == MDB_NOTFOUND { return nil }
        try check(code, "get")
        let span = unsafe RawSpan(_unsafeStart: found.bytes, byteCount: found.mv_size)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// A place in a table, before its first row.
    @_lifetime(borrow self)
    package func cursor(in table: Table) throws(StoreFailure) -> Cursor {
        let cursor = try unsafe Cursor(transaction: reference.handle, table: table)
        return unsafe _overrideLifetime(cursor, borrowing: self)
    }

    /// Rows and pages of a table.
    package func statistics(of table: Table) throws(StoreFailure) -> TableStatistics {
        var sizes = MDB_stat()
        try unsafe check(mdb_stat(reference.handle, table.handle, &sizes), "table statistics")
        return TableStatistics(
            entries: sizes.ms_entries, depth: Int(sizes.ms_depth),
            pages: sizes.ms_branch_pages + sizes.ms_leaf_pages + sizes.ms_overflow_pages)
    }
}

extension MDB_val {
    /// A view of bytes that LMDB only reads.
    @unsafe init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.init(
            mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    /// Start of the bytes; LMDB gives one for an empty value too.
    @unsafe var bytes: UnsafeRawPointer {
        if let start = unsafe mv_data { return UnsafeRawPointer(start) }
        return unsafe UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    }
}
