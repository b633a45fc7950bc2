internal import Records
internal import Views

/// How long things took, counted in buckets of rising width, so that medians of any period can be
/// told without keeping every duration.
///
/// - Units: milliseconds. Up to 63 ms a bucket is one millisecond wide; then every power of two has
///   32 buckets. What is told is the mean of a bucket: exact where all of it is alike, else it
///   differs from what was measured by at most 3 %.
enum DurationBuckets {
    private static let exactMax = 64
    private static let partsPerPower = 32

    /// The bucket of a duration; a negative one counts as none at all.
    static func bucket(milliseconds: Int64) -> Int64 {
        guard milliseconds >= exactMax else { return max(0, milliseconds) }
        let power = 63 - milliseconds.leadingZeroBitCount
        let part = Int(milliseconds >> (power - 5)) - partsPerPower
        return Int64(exactMax + (power - 6) * partsPerPower + part)
    }

    /// The duration that a share of all stays at or under.
    ///
    /// - Parameters:
    ///   - permille: the share in thousandths, 500 for the median.
    ///   - counts: how many fell into each bucket.
    /// - Returns: milliseconds; nil where nothing was counted.
    static func quantile(_ permille: Int64, of counts: [Int64: DurationCount]) -> Int64? {
        let total = counts.values.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        let wanted = max(1, (total * permille + 999) / 1_000)
        var seen: Int64 = 0
        for (_, found) in counts.sorted(by: { $0.key < $1.key }) {
            seen += found.count
            // The mean of what fell into the bucket: exact where all of it took the same time.
            if seen >= wanted { return found.milliseconds / max(1, found.count) }
        }
        return nil
    }
}

/// How many durations fell into a bucket.
struct DurationCount: Record {
    let bucket: Int64
    var count: Int64
    /// The sum of them.
    var milliseconds: Int64

    /// One duration.
    static func one(milliseconds: Int64) -> DurationCount {
        DurationCount(
            bucket: DurationBuckets.bucket(milliseconds: milliseconds), count: 1,
            milliseconds: max(0, milliseconds))
    }

    /// Adds what fell into the same bucket.
    mutating func add(_ other: DurationCount) {
        count += other.count
        let (sum, overflow) = milliseconds.addingReportingOverflow(other.milliseconds)
        milliseconds = overflow ? .max : sum
    }

    static let schema = Schema<DurationCount>(
        "process.duration-count", "How many durations fell into a bucket.",
        Field(1, "bucket", \.bucket, "The bucket."),
        Field(2, "count", \.count, "How many."),
        Field(3, "milliseconds", \.milliseconds, "The sum of them."),
        make: DurationCount.init)
}

/// What happened at one element of a definition on one day.
struct ElementDayRow: ViewRow {
    let process: String
    let definition: String
    let element: String
    let day: BusinessDate
    var entered: Int64 = 0
    var completed: Int64 = 0
    var terminated: Int64 = 0
    var durations: [DurationCount] = []

    static let table = "element-days"
    var key: RowKey { RowKey(process, element, definition, day) }
    static let schema = Schema<ElementDayRow>(
        "process.element-day-row", "What happened at an element on one day, in UTC.",
        Field(1, "process", \.process, "The process's id."),
        Field(2, "definition", \.definition, "The SHA-256 of its file."),
        Field(3, "element", \.element, "The element's id in the diagram."),
        Field(4, "day", \.day, "The day."),
        Field(5, "entered", \.entered, "How often it was entered.", default: 0),
        Field(6, "completed", \.completed, "How often it was completed.", default: 0),
        Field(7, "terminated", \.terminated, "How often it was ended before.", default: 0),
        Field(8, "durations", \.durations, "How long it took when it completed."),
        make: {
            ElementDayRow(
                process: $0, definition: $1, element: $2, day: $3, entered: $4, completed: $5,
                terminated: $6, durations: $7)
        })

    mutating func complete(afterMilliseconds duration: Int64) {
        completed += 1
        let one = DurationCount.one(milliseconds: duration)
        if let place = durations.firstIndex(where: { $0.bucket == one.bucket }) {
            durations[place].add(one)
        } else {
            durations.append(one)
        }
    }
}

/// An instance that has not ended: what lists of the present need not look beyond.
struct ActiveRow: ViewRow {
    let process: String
    let instance: String

    static let table = "active"
    var key: RowKey { RowKey(instance) }
    static let schema = Schema<ActiveRow>(
        "process.active-row", "An instance that has not ended.",
        Field(1, "process", \.process, "The process's id."),
        Field(2, "instance", \.instance, "The instance."),
        make: ActiveRow.init)
}

/// What happened at an element over some days.
struct ElementFigures {
    var entered: Int64 = 0
    var completed: Int64 = 0
    var terminated: Int64 = 0
    var durations: [Int64: DurationCount] = [:]

    mutating func add(_ row: ElementDayRow) {
        entered += row.entered
        completed += row.completed
        terminated += row.terminated
        for duration in row.durations {
            if durations[duration.bucket] == nil {
                durations[duration.bucket] = duration
            } else {
                durations[duration.bucket]?.add(duration)
            }
        }
    }

    /// The duration in milliseconds that half of the completed stays did not exceed.
    var median: Int64? { DurationBuckets.quantile(500, of: durations) }
    /// The same for nineteen of twenty.
    var percentile95: Int64? { DurationBuckets.quantile(950, of: durations) }
}

/// Durations in words.
package enum DurationWords {
    /// The two largest units: `2 d 3 h`, `13 min 5 s`, `250 ms`.
    package static func text(milliseconds: Int64) -> String {
        guard milliseconds >= 1_000 else { return "\(max(0, milliseconds)) ms" }
        let units: [(name: String, milliseconds: Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000),
        ]
        var rest = milliseconds
        var words: [String] = []
        for unit in units {
            let count = rest / unit.milliseconds
            rest %= unit.milliseconds
            if count > 0 { words.append("\(count) \(unit.name)") }
            if count == 0, !words.isEmpty { break }
            if words.count == 2 { break }
        }
        return words.joined(separator: " ")
    }
}
