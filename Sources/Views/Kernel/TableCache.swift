internal import LMDB
internal import Records

/// The decoded rows of one table, whatever their type.
class AnyTableCache {
    let table: Table

    init(_ table: Table) { self.table = table }

    /// Writes the changed rows in key order.
    func flush(into write: inout WriteTransaction) throws(StoreFailure) {}
    /// The commit is done: nothing is changed any more.
    func settle() {}
    /// Forgets everything, changed rows included.
    func clear() {}
}

/// The decoded rows of one table; belongs to the thread that folds.
final class TableCache<Row: ViewRow>: AnyTableCache {
    /// Rows kept from one commit to the next.
    static var keptRowsMax: Int { 20_000 }

    /// A row in its place: changed there, so that a fold copies none.
    final class Place {
        let key: RowKey
        var row: Row?
        var isDirty = false

        init(_ key: RowKey, _ row: Row?) {
            self.key = key
            self.row = row
        }
    }

    private var places: [RowKey: Place] = [:]
    private var dirty: [Place] = []
    private var appended = RowBuffer()

    /// The place of a row, read from the table where it is not in memory.
    func place(
        of key: RowKey, _ write: inout WriteTransaction
    ) throws(FoldFailure) -> Place {
        if let place = places[key] { return place }
        let place = Place(key, try stored(key, &write))
        places[key] = place
        return place
    }

    private func stored(
        _ key: RowKey, _ write: inout WriteTransaction
    ) throws(FoldFailure) -> Row? {
        let result: Result<Row, FoldFailure>
        do throws(StoreFailure) {
            guard let found = try write.value(for: key.bytes, in: table) else { return nil }
            result = found.record(Row.self)
        } catch { throw .store(error) }
        return try result.get()
    }

    /// Keeps a row, whatever was in its place.
    func put(_ row: Row) {
        let key = row.key
        if let place = places[key] {
            place.row = row
            markDirty(place)
        } else {
            let place = Place(key, row)
            places[key] = place
            markDirty(place)
        }
    }

    /// Encodes a row for the next commit without keeping it.
    func append(_ row: Row) { appended.append(row) }

    /// Changes the row of a place; false where there is none.
    func change(
        _ place: Place, _ body: (inout Row) throws(FoldFailure) -> Void
    ) throws(FoldFailure) -> Bool {
        guard var row = place.row.take() else { return false }
        // The place gives the row up meanwhile, so that it is changed in place and not copied.
        try body(&row)
        place.row = row
        markDirty(place)
        return true
    }

    func markDirty(_ place: Place) {
        guard !place.isDirty else { return }
        place.isDirty = true
        dirty.append(place)
    }

    override func flush(into write: inout WriteTransaction) throws(StoreFailure) {
        guard !dirty.isEmpty || !appended.isEmpty else { return }
        dirty.sort { $0.key < $1.key }
        var changed = RowBuffer()
        for place in dirty {
            if let row = place.row {
                changed.append(row, key: place.key)
            } else {
                try write.delete(place.key.bytes, in: table)
            }
        }
        try changed.write(into: &write, table)
        appended.sort()
        try appended.write(into: &write, table)
    }

    override func settle() {
        if places.count > Self.keptRowsMax {
            places.removeAll(keepingCapacity: true)
        } else {
            for place in dirty { place.isDirty = false }
        }
        dirty.removeAll(keepingCapacity: true)
        appended.removeAll()
    }

    override func clear() {
        places.removeAll()
        dirty.removeAll()
        appended.removeAll()
    }
}

/// The caches of a view's tables.
final class TableCaches {
    private let store: ViewStore
    private var byType: [ObjectIdentifier: AnyTableCache] = [:]
    private(set) var all: [AnyTableCache] = []

    init(_ store: ViewStore) { self.store = store }

    func cache<Row: ViewRow>(of type: Row.Type) throws(FoldFailure) -> TableCache<Row> {
        if let known = byType[ObjectIdentifier(type)] {
            // The dictionary's key is the row's type, so the cache is of that type.
            return unsafeDowncast(known, to: TableCache<Row>.self)
        }
        let cache: TableCache<Row>
        do throws(StoreFailure) {
            cache = TableCache(try store.environment.table(Row.table))
        } catch { throw .store(error) }
        byType[ObjectIdentifier(type)] = cache
        all.append(cache)
        return cache
    }

    /// Forgets everything after a transaction that was given up.
    func clear() { for cache in all { cache.clear() } }
}

extension RawSpan {
    /// The record in stored bytes.
    func record<Row: ViewRow>(_ type: Row.Type) -> Result<Row, FoldFailure> {
        withUnsafeBytes { bytes in
            do throws(CodecFailure) {
                return .success(try Row.decoded(from: bytes))
            } catch {
                return .failure(.badRow(table: Row.table, error))
            }
        }
    }
}
