internal import Glibc

/// Rows of a declared table that the file does not have yet, in key order.
///
/// A list of sorted runs of bounded length: an insertion moves at most one run.
struct TailMap: Sendable {
    struct Row: Sendable {
        let key: [UInt8]
        /// What the row holds; nil when it was removed.
        var value: [UInt8]?
    }

    /// A place between rows.
    struct Index: Equatable {
        var run: Int
        var offset: Int
    }

    static let runRowsMax = 256

    private var runs: [[Row]] = []

    /// Every row in order.
    var rows: some Sequence<Row> { runs.joined() }

    var isEmpty: Bool { runs.isEmpty }

    /// What is known of a key: `.some(nil)` is a removed row, `nil` says to look elsewhere.
    func value(for key: [UInt8]) -> [UInt8]?? {
        let index = lowerBound(of: key)
        guard let row = row(at: index), row.key == key else { return nil }
        return .some(row.value)
    }

    mutating func set(_ key: [UInt8], to value: [UInt8]?) {
        guard !runs.isEmpty else {
            runs.append([Row(key: key, value: value)])
            return
        }
        var index = lowerBound(of: key)
        if index.run == runs.count {
            index = Index(run: runs.count - 1, offset: runs[runs.count - 1].count)
        } else if row(at: index)?.key == key {
            runs[index.run][index.offset].value = value
            return
        }
        runs[index.run].insert(Row(key: key, value: value), at: index.offset)
        let count = runs[index.run].count
        guard count > TailMap.runRowsMax else { return }
        // A table that grows at its end keeps full runs; any other is cut in the middle.
        let isAtEnd = index.run == runs.count - 1 && index.offset == count - 1
        let cut = isAtEnd ? count - 1 : count / 2
        let upper = Array(runs[index.run][cut...])
        runs[index.run].removeLast(count - cut)
        runs.insert(upper, at: index.run + 1)
    }

    /// The first row whose key is not less than `key`.
    func lowerBound(of key: [UInt8]) -> Index {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if let last = runs[middle].last, last.key.precedes(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < runs.count else { return Index(run: low, offset: 0) }
        let run = low
        low = 0
        high = runs[run].count
        while low < high {
            let middle = (low + high) / 2
            if runs[run][middle].key.precedes(key) { low = middle + 1 } else { high = middle }
        }
        return Index(run: run, offset: low)
    }

    /// The row at a place; nil behind the last one.
    func row(at index: Index) -> Row? {
        guard index.run < runs.count, index.offset < runs[index.run].count else { return nil }
        return runs[index.run][index.offset]
    }

    /// The place after that of a row.
    func after(_ index: Index) -> Index {
        guard index.offset + 1 < runs[index.run].count else {
            return Index(run: index.run + 1, offset: 0)
        }
        return Index(run: index.run, offset: index.offset + 1)
    }
}

extension [UInt8] {
    /// Byte order, as the store compares keys.
    func precedes(_ other: [UInt8]) -> Bool {
        let common = Swift.min(count, other.count)
        let order = withUnsafeBytes { left in
            other.withUnsafeBytes { right -> Int32 in
                guard common > 0, let left = left.baseAddress, let right = right.baseAddress else {
                    return 0
                }
                return memcmp(left, right, common)
            }
        }
        return order == 0 ? count < other.count : order < 0
    }

    /// Whether the bytes begin with others.
    func begins(with start: [UInt8]) -> Bool {
        count >= start.count && prefix(start.count).elementsEqual(start)
    }
}
