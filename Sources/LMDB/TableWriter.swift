internal import CLMDB

/// Writes many rows of one table, fastest in key order.
///
/// It stays on the page that it wrote last, so that the next key, when it belongs there too, is placed
/// without a search from the root. As long as it lives, its transaction does nothing else.
@safe package struct TableWriter: ~Copyable, ~Escapable {
    private let handle: OpaquePointer

    @_lifetime(immortal)
    init(transaction: OpaquePointer, table: Table) throws(StoreFailure) {
        var opened: OpaquePointer?
        try unsafe check(mdb_cursor_open(transaction, table.handle, &opened), "open cursor")
        guard let opened = unsafe opened else { throw .corrupted(operation: "open cursor") }
        unsafe self.handle = opened
    }

    deinit { unsafe mdb_cursor_close(handle) }

    /// Writes one row.
    @_lifetime(self: copy self)
    package mutating func put(
        _ value: RawSpan, for key: RawSpan, mode: PutMode = .replace
    ) throws(StoreFailure) {
        guard (1...WriteTransaction.keyBytesMax).contains(key.byteCount) else {
            throw .keyLength(bytes: key.byteCount)
        }
        let handle = unsafe self.handle
        let code = unsafe key.withUnsafeBytes { rawKey in
            unsafe value.withUnsafeBytes { rawValue in
                var key = unsafe MDB_val(rawKey)
                var value = unsafe MDB_val(rawValue)
                return unsafe mdb_cursor_put(handle, &key, &value, mode.flags)
            }
        }
        try check(code, "put")
    }

    /// Writes one row.
    @_lifetime(self: copy self)
    package mutating func put(
        _ value: [UInt8], for key: [UInt8], mode: PutMode = .replace
    ) throws(StoreFailure) {
        try unsafe put(value.span.bytes, for: key.span.bytes, mode: mode)
    }

    /// Removes one row; false when it was not there.
    @discardableResult
    @_lifetime(self: copy self)
    package mutating func delete(_ key: [UInt8]) throws(StoreFailure) -> Bool {
        let handle = unsafe self.handle
        let found = unsafe key.withUnsafeBytes { rawKey in
            var key = unsafe MDB_val(rawKey)
            var value = unsafe MDB_val()
            return unsafe mdb_cursor_get(handle, &key, &value, MDB_SET)
        }
        if found == MDB_NOTFOUND { return false }
        try check(found, "delete")
        try unsafe check(mdb_cursor_del(handle, 0), "delete")
        return true
    }
}

extension WriteTransaction {
    /// A writer of one table; the transaction goes on when it is gone.
    @_lifetime(&self)
    package mutating func writer(for table: Table) throws(StoreFailure) -> TableWriter {
        let writer = try unsafe TableWriter(transaction: reference.handle, table: table)
        return unsafe _overrideLifetime(writer, mutating: &self)
    }
}
