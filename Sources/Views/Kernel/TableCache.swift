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

    struct Entry {
        var row: Row?
        var isDirty: Bool
    }

    var entries: [RowKey: Entry] = [:]
    var dirty: [RowKey] = []

    /// Where the row of a key stands, read from the table where it is not in memory.
    func load(
        _ key: RowKey, _ write: inout WriteTransaction
    ) throws(FoldFailure) -> Dictionary<RowKey, Entry>.Index {
        if let index = entries.index(forKey: key) { return index }
        entries[key] = Entry(row: try stored(key, &write), isDirty: false)
        guard let index = entries.index(forKey: key) else {
            throw .missingRow(table: Row.table, of: "the key just read")
        }
        return index
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

    func change(
        at index: Dictionary<RowKey, Entry>.Index,
        _ body: (inout Row) throws(FoldFailure) -> Void
    ) throws(FoldFailure) -> Bool {
        guard var row = entries.values[index].row.take() else { return false }
        // The entry gives the row up meanwhile, so that it is changed in place and not copied.
        try body(&row)
        entries.values[index].row = row
        return true
    }

    func markDirty(at index: Dictionary<RowKey, Entry>.Index, _ key: RowKey) {
        guard !entries.values[index].isDirty else { return }
        entries.values[index].isDirty = true
        dirty.append(key)
    }

    override func flush(into write: inout WriteTransaction) throws(StoreFailure) {
        dirty.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        for key in dirty {
            if let row = entries[key]?.row {
                try write.put(row.encoded(), for: key.bytes, in: table)
            } else {
                try write.delete(key.bytes, in: table)
            }
        }
    }

    override func settle() {
        if entries.count > Self.keptRowsMax {
            entries.removeAll(keepingCapacity: true)
        } else {
            for key in dirty { entries[key]?.isDirty = false }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    override func clear() {
        entries.removeAll()
        dirty.removeAll()
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
