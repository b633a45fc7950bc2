internal import Business
internal import Records

/// What stands in the middle of some days.
enum Middle {
    /// The median, to half a day; nil of nothing.
    static func median(_ days: [Int]) -> Rate? {
        if days.isEmpty { return nil }
        let sorted = days.sorted()
        let middle = sorted.count / 2
        let doubled =
            sorted.count % 2 == 1 ? 2 * sorted[middle] : sorted[middle - 1] + sorted[middle]
        return Rate(unscaled: Int64(doubled) * 5, scale: 1)
    }

    /// The value that nine of ten do not exceed (nearest rank); nil of nothing.
    static func ninetieth(_ days: [Int]) -> Int64? {
        if days.isEmpty { return nil }
        let sorted = days.sorted()
        return Int64(sorted[(sorted.count * 9 + 9) / 10 - 1])
    }
}

extension Quantity {
    /// The sum of recorded quantities, which fit.
    func sum(_ other: Quantity) -> Quantity {
        Quantity(millionths: millionths &+ other.millionths, unit: unit)
    }

    /// The difference of recorded quantities, which fit.
    func rest(_ other: Quantity) -> Quantity {
        Quantity(millionths: millionths &- other.millionths, unit: unit)
    }
}

extension BusinessDate {
    /// The month, `2026-09`.
    var month: String { String(description.prefix(7)) }
    /// The quarter of the calendar year, `2026-Q3`.
    var quarter: String { "\(description.prefix(4))-Q\((parts.month + 2) / 3)" }
    /// The calendar year, `2026`.
    var year: String { String(description.prefix(4)) }
}
