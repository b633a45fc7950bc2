package import EventLog
package import Records

/// Finds positions by time.
package enum LogTime {
    /// The last position recorded at or before an instant; 0 before the first event.
    package static func position(
        at instant: Instant, in log: any EventLog
    ) throws(LogFailure) -> UInt64 {
        var low: UInt64 = 0
        var high = log.end.last.rawValue
        while low < high {
            let middle = low + (high - low + 1) / 2
            var recordedAt = Int64.max
            try log.scan(from: Position(middle), budget: ReadBudget(events: 1)) {
                (view) throws(LogFailure) in
                recordedAt = view.recordedAtMicroseconds
                return false
            }
            if recordedAt <= instant.microsecondsSinceEpoch {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return low
    }
}
