/// The same calls for bytes that are in an array.
extension WriteTransaction {
    /// Writes one row.
    package mutating func put(
        _ value: [UInt8], for key: [UInt8], in table: Table, mode: PutMode = .replace
    ) throws(StoreFailure) {
        try unsafe put(value.span.bytes, for: key.span.bytes, in: table, mode: mode)
    }

    /// Removes one row; false when it was not there.
    @discardableResult
    package mutating func delete(_ key: [UInt8], in table: Table) throws(StoreFailure) -> Bool {
        try unsafe delete(key.span.bytes, in: table)
    }
}

extension Transaction where Self: ~Copyable {
    /// The value of a key, borrowed from the map; nil when the key is not there.
    @_lifetime(borrow self)
    package func value(for key: [UInt8], in table: Table) throws(StoreFailure) -> RawSpan? {
        try unsafe value(for: key.span.bytes, in: table)
    }
}

extension Cursor {
    /// Moves to the first row whose key is not less than `key`; false when there is none.
    @_lifetime(self: copy self)
    package mutating func seek(_ key: [UInt8]) throws(StoreFailure) -> Bool {
        try unsafe seek(key.span.bytes)
    }

    /// Moves to the row of exactly this key; false when there is none.
    @_lifetime(self: copy self)
    package mutating func find(_ key: [UInt8]) throws(StoreFailure) -> Bool {
        try unsafe find(key.span.bytes)
    }

    /// Moves to the last row whose key is less than `key`; false when there is none.
    @_lifetime(self: copy self)
    package mutating func seek(before key: [UInt8]) throws(StoreFailure) -> Bool {
        try unsafe seek(before: key.span.bytes)
    }
}
