internal import LMDB
internal import Records

/// A row in its place, whatever its type.
class AnyPlace {
    let key: RowKey
    var isDirty = false

    init(_ key: RowKey) { self.key = key }
}

/// A row in its place: changed there, so that a fold copies none.
final class Place<Row: ViewRow>: AnyPlace {
    var row: Row?

    init(_ key: RowKey, _ row: Row?) {
        self.row = row
        super.init(key)
    }
}

/// The decoded rows of one table, whatever their type.
///
/// What is looked up with every event is kept here, where its code is not generic.
class AnyTableCache {
    let table: Table
    fileprivate var places: [RowKey: AnyPlace] = [:]
    fileprivate var dirty: [AnyPlace] = []

    init(_ table: Table) { self.table = table }

    /// The place of a row that is in memory.
    final func known(_ key: RowKey) -> AnyPlace? { places[key] }

    final func add(_ place: AnyPlace) { places[place.key] = place }

    final func markDirty(_ place: AnyPlace) {
        guard !place.isDirty else { return }
        place.isDirty = true
        dirty.append(place)
    }

    /// Writes the changed rows in key order.
    func flush(into write: inout WriteTransaction) throws(StoreFailure) {}
    /// The commit is done: nothing is changed any more.
    func settle() {}
    /// Forgets everything, changed rows included.
    func clear() {
        places.removeAll()
        dirty.removeAll()
    }
}

/// The decoded rows of one table; belongs to the thread that folds.
final class TableCache<Row: ViewRow>: AnyTableCache {
    /// Rows kept from one commit to the next.
    static var keptRowsMax: Int { 20_000 }

    private var appended = RowBuffer()

    /// The place of a row that is in memory.
    func knownPlace(_ key: RowKey) -> Place<Row>? {
        // Only places of this type are put into this cache.
        known(key).map { unsafeDowncast($0, to: Place<Row>.self) }
    }

    /// The place of a row that is not in memory, read from the table.
    func readPlace(
        _ key: RowKey, _ write: inout WriteTransaction
    ) throws(FoldFailure) -> Place<Row> {
        let place = Place(key, try stored(key, &write))
        add(place)
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
        if let place = knownPlace(key) {
            place.row = row
            markDirty(place)
        } else {
            let place = Place(key, row)
            add(place)
            markDirty(place)
        }
    }

    /// Encodes a row for the next commit without keeping it.
    func append(_ row: Row) { appended.append(row) }

    /// Changes the row of a place; false where there is none.
    func change(
        _ place: Place<Row>, _ body: (inout Row) throws(FoldFailure) -> Void
    ) throws(FoldFailure) -> Bool {
        guard var row = place.row.take() else { return false }
        // The place gives the row up meanwhile, so that it is changed in place and not copied.
        try body(&row)
        place.row = row
        markDirty(place)
        return true
    }

    override func flush(into write: inout WriteTransaction) throws(StoreFailure) {
        guard !dirty.isEmpty || !appended.isEmpty else { return }
        dirty.sort { $0.key < $1.key }
        var changed = RowBuffer()
        for place in dirty {
            if let row = unsafeDowncast(place, to: Place<Row>.self).row {
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
        super.clear()
        appended.removeAll()
    }
}

/// The caches of a view's tables.
final class TableCaches {
    private let store: ViewStore
    /// A view has a handful of tables: looking along them is faster than hashing.
    private(set) var byType: [(type: ObjectIdentifier, cache: AnyTableCache)] = []

    init(_ store: ViewStore) { self.store = store }

    func cache<Row: ViewRow>(of type: Row.Type) throws(FoldFailure) -> TableCache<Row> {
        let wanted = ObjectIdentifier(type)
        for entry in byType where entry.type == wanted {
            // The entry's type is the row's type, so the cache is of that type.
            return unsafeDowncast(entry.cache, to: TableCache<Row>.self)
        }
        return try newCache(of: type)
    }

    func newCache<Row: ViewRow>(of type: Row.Type) throws(FoldFailure) -> TableCache<Row> {
        let cache: TableCache<Row>
        do throws(StoreFailure) {
            cache = TableCache(try store.environment.table(Row.table))
        } catch { throw .store(error) }
        byType.append((ObjectIdentifier(type), cache))
        return cache
    }

    /// Forgets everything after a transaction that was given up.
    func clear() { for entry in byType { entry.cache.clear() } }
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
