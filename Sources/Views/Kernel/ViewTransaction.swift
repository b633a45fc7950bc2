internal import LMDB
internal import Records

/// The rows of a view while events are folded into them.
///
/// Rows that are read or changed stay decoded in memory until the commit, and beyond it as long as
/// there is room, so that a row which changes with every event is written once for each commit.
package struct ViewTransaction: ~Copyable {
    var write: WriteTransaction
    let caches: TableCaches

    init(_ write: consuming WriteTransaction, caches: TableCaches) {
        self.write = write
        self.caches = caches
    }

    /// The place of a row, read from the table where it is not in memory.
    mutating func place<Row: ViewRow>(
        of key: RowKey, _ cache: TableCache<Row>
    ) throws(FoldFailure) -> Place<Row> {
        if let place = cache.knownPlace(key) { return place }
        return try readPlace(of: key, cache)
    }

    mutating func readPlace<Row: ViewRow>(
        of key: RowKey, _ cache: TableCache<Row>
    ) throws(FoldFailure) -> Place<Row> {
        try cache.readPlace(key, &write)
    }

    /// The row with a key; nil when there is none.
    package mutating func row<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey
    ) throws(FoldFailure) -> Row? {
        try place(of: key, caches.cache(of: type)).row
    }

    /// The row with a key that must be there.
    package mutating func existing<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey, of thing: @autoclosure () -> String
    ) throws(FoldFailure) -> Row {
        guard let row = try row(type, key) else {
            throw .missingRow(table: Row.table, of: thing())
        }
        return row
    }

    /// Writes a row, replacing the one with its key.
    package mutating func put<Row: ViewRow>(_ row: Row) throws(FoldFailure) {
        try caches.cache(of: Row.self).put(row)
    }

    /// Writes a row that no later event will change or look up; it is not kept in memory.
    package mutating func append<Row: ViewRow>(_ row: Row) throws(FoldFailure) {
        try caches.cache(of: Row.self).append(row)
    }

    /// Takes a row out to change it at leisure without a copy; it must be put back.
    package mutating func take<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey
    ) throws(FoldFailure) -> Row? {
        let cache = try caches.cache(of: type)
        let place = try place(of: key, cache)
        guard let row = place.row.take() else { return nil }
        cache.markDirty(place)
        return row
    }

    /// Changes a row in place.
    /// - Returns: Whether there is such a row.
    @discardableResult
    package mutating func change<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey, _ body: (inout Row) throws(FoldFailure) -> Void
    ) throws(FoldFailure) -> Bool {
        let cache = try caches.cache(of: type)
        return try cache.change(try place(of: key, cache), body)
    }

    /// Changes a row in place, or a new one where there is none.
    package mutating func upsert<Row: ViewRow>(
        _ key: RowKey, new: @autoclosure () -> Row,
        _ body: (inout Row) throws(FoldFailure) -> Void
    ) throws(FoldFailure) {
        let cache = try caches.cache(of: Row.self)
        let place = try place(of: key, cache)
        if place.row == nil { place.row = new() }
        _ = try cache.change(place, body)
    }

    /// Removes a row, if it is there.
    package mutating func delete<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey
    ) throws(FoldFailure) {
        let cache = try caches.cache(of: type)
        let place = try place(of: key, cache)
        guard place.row != nil else { return }
        place.row = nil
        cache.markDirty(place)
    }

    /// Writes what was changed, and the row that says how far the fold is, and commits.
    consuming func commit(_ checkpoint: [UInt8], key: [UInt8], in table: Table)
        throws(StoreFailure)
    {
        for entry in caches.byType { try entry.cache.flush(into: &write) }
        try write.put(checkpoint, for: key, in: table)
        try write.commit()
        for entry in caches.byType { entry.cache.settle() }
    }
}
