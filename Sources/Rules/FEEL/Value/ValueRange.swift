/// The values between two end points, or those that one comparison such as `> 5` admits.
package final class ValueRange: Sendable {
    package let start: Value?
    package let startIncluded: Bool
    package let end: Value?
    package let endIncluded: Bool
    /// The comparison that the range was written as; nil when it was written with two ends.
    ///
    /// `(< 10)` has no bound below, while the start of `(null..10)` is unknown: they differ.
    package let comparison: Comparison?

    /// A range between two end points; nil stands for an end that is unknown.
    package init(start: Value?, startIncluded: Bool, end: Value?, endIncluded: Bool) {
        self.start = start
        self.startIncluded = startIncluded
        self.end = end
        self.endIncluded = endIncluded
        comparison = nil
    }

    /// The values for which a comparison with `bound` holds.
    package init(_ comparison: Comparison, _ bound: Value) {
        self.comparison = comparison
        let isUpper = comparison == .less || comparison == .lessOrEqual
        let isLower = comparison == .greater || comparison == .greaterOrEqual
        start = isUpper ? nil : bound
        end = isLower ? nil : bound
        startIncluded = comparison == .greaterOrEqual || comparison == .equal
        endIncluded = comparison == .lessOrEqual || comparison == .equal
    }

    /// Whether the value lies inside; nil when it cannot be compared with the end points.
    package func contains(_ value: Value) -> Bool? {
        if let comparison {
            guard let bound = start ?? end else { return nil }
            return value.order(before: bound).map(comparison.holds)
        }
        guard let start, let end, let above = start.order(before: value),
            let below = value.order(before: end)
        else { return nil }
        if above > 0 || (above == 0 && !startIncluded) { return false }
        return below < 0 || (below == 0 && endIncluded)
    }
}

extension ValueRange: Equatable {
    package static func == (left: ValueRange, right: ValueRange) -> Bool {
        left.start == right.start && left.startIncluded == right.startIncluded
            && left.end == right.end && left.endIncluded == right.endIncluded
            && left.comparison == right.comparison
    }
}
