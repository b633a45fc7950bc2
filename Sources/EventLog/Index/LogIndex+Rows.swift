internal import LMDB
internal import Synchronization

/// Look-ups in the declared tables.
extension LogIndex {
    /// The value of one row; nil when it is not there.
    package func value(
        in table: String, prefix: [UInt8], suffix: [UInt8] = []
    ) throws(IndexFailure) -> [UInt8]? {
        let number = try number(of: table)
        let key = IndexKey.row(prefix: prefix, suffix: suffix)
        let (active, frozen) = state.withLock { state in
            (state.active.tables[number].value(for: key), state.frozen)
        }
        if let known = active ?? frozen?.changes.tables[number].value(for: key) { return known }
        return try inFile { (transaction) throws(IndexFailure) in
            do throws(StoreFailure) {
                return try transaction.copy(of: key, in: tables.declared[number])
            } catch { throw .store(error) }
        }
    }

    /// Rows of one prefix in the order of the suffix, from a suffix on, at most `limit`.
    package func rows(
        in table: String, prefix: [UInt8], from suffix: [UInt8] = [], limit: Int
    ) throws(IndexFailure) -> [IndexRow] {
        try rows(
            in: table, from: IndexKey.row(prefix: prefix, suffix: suffix),
            below: IndexKey.rowStart(prefix: prefix, end: 2), limit: limit)
    }

    /// Rows of the whole table in order, behind a row that was given before, at most `limit`.
    package func scan(
        table: String, after row: IndexRow? = nil, limit: Int
    ) throws(IndexFailure) -> [IndexRow] {
        // No key lies between a key and itself followed by a zero byte.
        let lower = row.map { IndexKey.row(prefix: $0.prefix, suffix: $0.suffix) + [0] } ?? []
        return try rows(in: table, from: lower, below: nil, limit: limit)
    }

    private func number(of table: String) throws(IndexFailure) -> Int {
        guard let number = declared.firstIndex(where: { $0.name == table }) else {
            throw .unknownTable(name: table)
        }
        return number
    }

    /// Merges memory and file between two keys.
    ///
    /// It holds the lock throughout, so that memory and file show one state; `limit` bounds the time.
    private func rows(
        in table: String, from lower: [UInt8], below upper: [UInt8]?, limit: Int
    ) throws(IndexFailure) -> [IndexRow] {
        let number = try number(of: table)
        guard limit > 0 else { return [] }
        return try state.withLock { (state) throws(IndexFailure) in
            var newest = OverlayCursor(state.active.tables[number], from: lower, below: upper)
            var newer = OverlayCursor(
                state.frozen?.changes.tables[number] ?? TailMap(), from: lower, below: upper)
            return try inFile { (transaction) throws(IndexFailure) in
                try transaction.merge(
                    &newest, &newer, from: lower, below: upper, limit: limit,
                    in: tables.declared[number])
            }
        }
    }
}

/// Walks the rows of a ``TailMap`` between two keys.
private struct OverlayCursor {
    private let map: TailMap
    private let upper: [UInt8]?
    private var index: TailMap.Index
    private(set) var row: TailMap.Row?

    init(_ map: TailMap, from lower: [UInt8], below upper: [UInt8]?) {
        self.map = map
        self.upper = upper
        index = map.lowerBound(of: lower)
        load()
    }

    mutating func advance() {
        index = map.after(index)
        load()
    }

    private mutating func load() {
        row = map.row(at: index)
        if let upper, let key = row?.key, !key.precedes(upper) { row = nil }
    }
}

extension ReadTransaction {
    /// Rows in key order, where the newest word on a key counts and a removal hides it.
    fileprivate func merge(
        _ newest: inout OverlayCursor, _ newer: inout OverlayCursor, from lower: [UInt8],
        below upper: [UInt8]?, limit: Int, in table: Table
    ) throws(IndexFailure) -> [IndexRow] {
        var found: [IndexRow] = []
        var isMalformed = false
        do throws(StoreFailure) {
            var cursor = try cursor(in: table)
            var isThere = try cursor.seek(lower)
            var fileKey = isThere ? Array(cursor.key) : []
            if let upper, isThere, !fileKey.precedes(upper) { isThere = false }
            while found.count < limit {
                let candidates = [newest.row?.key, newer.row?.key, isThere ? fileKey : nil]
                guard
                    let key = candidates.compactMap({ $0 }).min(by: { $0.precedes($1) })
                else { break }
                var value: [UInt8]?
                if isThere, fileKey == key {
                    value = Array(cursor.value)
                    isThere = try cursor.move(.next)
                    fileKey = isThere ? Array(cursor.key) : []
                    if let upper, isThere, !fileKey.precedes(upper) { isThere = false }
                }
                if let row = newer.row, row.key == key {
                    value = row.value
                    newer.advance()
                }
                if let row = newest.row, row.key == key {
                    value = row.value
                    newest.advance()
                }
                guard let value else { continue }
                guard let parts = IndexKey.parts(of: key) else {
                    isMalformed = true
                    break
                }
                found.append(IndexRow(prefix: parts.prefix, suffix: parts.suffix, value: value))
            }
        } catch { throw .store(error) }
        guard !isMalformed else { throw .malformed(table: table.name) }
        return found
    }
}
