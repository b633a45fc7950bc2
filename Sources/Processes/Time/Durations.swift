internal import FEEL

/// Durations as people write them in commands.
package enum DurationText {
    /// Microseconds of an ISO 8601 duration such as `PT1H`, counted from an instant; nil when the
    /// text is none, or is negative.
    package static func microseconds(_ text: String, from instant: Int64) -> Int64? {
        guard let duration = Duration8601(text) else { return nil }
        let end = duration.added(to: instant, zone: .utc)
        return end >= instant ? end - instant : nil
    }
}
