internal import CLMDB

/// A place in a table, for walking it in key order; lives no longer than its transaction.
@safe package struct Cursor: ~Copyable, ~Escapable {
    private let handle: OpaquePointer
    private var currentKey = unsafe MDB_val()
    private var currentValue = unsafe MDB_val()

    /// A step from where the cursor stands.
    package enum Step: Sendable {
        case first, last, next, previous

        var operation: MDB_cursor_op {
            switch self {
            case .first: MDB_FIRST
            case .last: MDB_LAST
            case .next: MDB_NEXT
            case .previous: MDB_PREV
            }
        }
    }

    @_lifetime(immortal)
    init(transaction: OpaquePointer, table: Table) throws(StoreFailure) {
        var opened: OpaquePointer?
        try unsafe check(mdb_cursor_open(transaction, table.handle, &opened), "open cursor")
        guard let opened = unsafe opened else { throw .corrupted(operation: "open cursor") }
        unsafe self.handle = opened
    }

    deinit { unsafe mdb_cursor_close(handle) }

    /// Moves one step; false when there is no row there.
    ///
    /// A fresh cursor's `.next` is the first row, its `.previous` the last.
    @_lifetime(self: copy self)
    package mutating func move(_ step: Step) throws(StoreFailure) -> Bool {
        try get(step.operation)
    }

    /// Moves to the first row whose key is not less than `key`; false when there is none.
    @_lifetime(self: copy self)
    package mutating func seek(_ key: RawSpan) throws(StoreFailure) -> Bool {
        try position(at: key, MDB_SET_RANGE)
    }

    /// Moves to the row of exactly this key; false when there is none.
    @_lifetime(self: copy self)
    package mutating func find(_ key: RawSpan) throws(StoreFailure) -> Bool {
        try position(at: key, MDB_SET_KEY)
    }

    /// Moves to the last row whose key is less than `key`; false when there is none.
    @_lifetime(self: copy self)
    package mutating func seek(before key: RawSpan) throws(StoreFailure) -> Bool {
        try seek(key) ? move(.previous) : move(.last)
    }

    /// Key of the row that the last successful move reached.
    package var key: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(
                _unsafeStart: currentKey.bytes, byteCount: currentKey.mv_size)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Value of the row that the last successful move reached.
    package var value: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(
                _unsafeStart: currentValue.bytes, byteCount: currentValue.mv_size)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    @_lifetime(self: copy self)
    private mutating func position(
        at key: RawSpan, _ operation: MDB_cursor_op
    ) throws(StoreFailure) -> Bool {
        // LMDB refuses an empty key; every key is at or after it.
        guard key.byteCount > 0 else { return try get(MDB_FIRST) }
        var found = unsafe MDB_val()
        var foundValue = unsafe MDB_val()
        let handle = unsafe self.handle
        let code = unsafe key.withUnsafeBytes { raw in
            unsafe found = MDB_val(raw)
            return unsafe mdb_cursor_get(handle, &found, &foundValue, operation)
        }
        return try unsafe take(code, found, foundValue)
    }

    @_lifetime(self: copy self)
    private mutating func get(_ operation: MDB_cursor_op) throws(StoreFailure) -> Bool {
        var found = unsafe MDB_val()
        var foundValue = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(handle, &found, &foundValue, operation)
        return try unsafe take(code, found, foundValue)
    }

    @_lifetime(self: copy self)
    private mutating func take(
        _ code: Int32, _ key: MDB_val, _ value: MDB_val
    ) throws(StoreFailure) -> Bool {
        if code == MDB_NOTFOUND { return false }
        try check(code, "move cursor")
        unsafe currentKey = key
        unsafe currentValue = value
        return true
    }
}
