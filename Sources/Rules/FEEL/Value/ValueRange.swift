/// The values between two end points; a missing end point means no bound on that side.
package final class ValueRange: Sendable {
    package let start: Value?
    package let startIncluded: Bool
    package let end: Value?
    package let endIncluded: Bool

    package init(start: Value?, startIncluded: Bool, end: Value?, endIncluded: Bool) {
        self.start = start
        self.startIncluded = startIncluded
        self.end = end
        self.endIncluded = endIncluded
    }

    /// Whether the value lies inside; nil when it cannot be compared with the end points.
    package func contains(_ value: Value) -> Bool? {
        if let start {
            guard let order = start.order(before: value) else { return nil }
            if order > 0 || (order == 0 && !startIncluded) { return false }
        }
        if let end {
            guard let order = value.order(before: end) else { return nil }
            if order > 0 || (order == 0 && !endIncluded) { return false }
        }
        return true
    }
}

extension ValueRange: Equatable {
    package static func == (left: ValueRange, right: ValueRange) -> Bool {
        left.start == right.start && left.startIncluded == right.startIncluded
            && left.end == right.end && left.endIncluded == right.endIncluded
    }
}
