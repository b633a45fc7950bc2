internal import Glibc

/// How long things took, and how many there were in which time.
package struct Latencies: Sendable {
    private var microseconds: [UInt32] = []

    /// No measurements yet.
    package init() {}

    /// Adds a measurement.
    package mutating func add(microseconds: UInt64) {
        self.microseconds.append(UInt32(clamping: microseconds))
    }

    /// Adds another's measurements.
    package mutating func add(_ other: Latencies) { microseconds += other.microseconds }

    /// How many were measured.
    package var count: Int { microseconds.count }

    /// Milliseconds within which the given thousandth parts of the measurements lie; 0 for none.
    ///
    /// 500 asks for the median, 990 and 999 for the slowest hundredth and thousandth.
    package func milliseconds(_ perMille: [Int]) -> [Double] {
        let sorted = microseconds.sorted()
        return perMille.map { part in
            guard !sorted.isEmpty else { return 0 }
            let place = min(sorted.count - 1, sorted.count * part / 1_000)
            return Double(sorted[place]) / 1_000
        }
    }
}

/// Time that only goes forward, for measuring.
package struct Stopwatch: Sendable {
    private let start: ContinuousClock.Instant

    /// Starts now.
    package init() { start = .now }

    /// Seconds since the start.
    package var seconds: Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// Seconds that this thread has had a processor: what others take of the machine does not count.
    package static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Microseconds since the start.
    package var microseconds: UInt64 {
        let parts = (ContinuousClock.now - start).components
        return UInt64(parts.seconds) * 1_000_000 + UInt64(parts.attoseconds / 1_000_000_000_000)
    }
}

extension Collection where Element == Double {
    /// The middle of the sorted values; 0 for none.
    package var median: Double {
        let sorted = sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
