internal import LMDB
internal import Records

/// One snapshot of a view's tables, for answering one question.
package struct ViewReader: ~Copyable {
    let transaction: ReadTransaction
    let environment: Environment

    init(_ environment: Environment) throws(StoreFailure) {
        self.environment = environment
        transaction = try environment.beginRead()
    }

    /// The row with a key; nil when there is none.
    package borrowing func row<Row: ViewRow>(
        _ type: Row.Type, _ key: RowKey
    ) throws(QueryFailure) -> Row? {
        let result: Result<Row, FoldFailure>
        do throws(StoreFailure) {
            let table = try environment.table(Row.table)
            guard let found = try transaction.value(for: key.bytes, in: table) else { return nil }
            result = found.record(type)
        } catch { throw .store(error) }
        return try Self.decoded(result)
    }

    /// Rows in key order, from the first whose key is not less than `start`, until a key does not
    /// begin with `prefix`, `body` is false or the table ends.
    package borrowing func scan<Row: ViewRow>(
        _ type: Row.Type, prefix: RowKey? = nil, from start: RowKey? = nil,
        _ body: (Row) throws(QueryFailure) -> Bool
    ) throws(QueryFailure) {
        let prefixBytes = prefix?.bytes ?? []
        let first = start?.bytes ?? prefixBytes
        var failure: QueryFailure?
        do throws(StoreFailure) {
            var cursor = try transaction.cursor(in: environment.table(Row.table))
            var found = try cursor.seek(first)
            while found {
                let isInside = cursor.key.withUnsafeBytes { $0.starts(with: prefixBytes) }
                guard isInside else { break }
                do throws(QueryFailure) {
                    guard try body(try Self.decoded(cursor.value.record(type))) else { break }
                } catch {
                    failure = error
                    break
                }
                found = try cursor.move(.next)
            }
        } catch { throw .store(error) }
        if let failure { throw failure }
    }

    /// All rows whose keys begin with `prefix`, in key order.
    package borrowing func rows<Row: ViewRow>(
        _ type: Row.Type, prefix: RowKey? = nil
    ) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        try scan(type, prefix: prefix) { (row) throws(QueryFailure) in
            rows.append(row)
            return true
        }
        return rows
    }

    private static func decoded<Row>(
        _ result: Result<Row, FoldFailure>
    ) throws(QueryFailure) -> Row {
        switch result {
        case .success(let row): return row
        case .failure(let failure): throw .damaged("\(failure)")
        }
    }
}
