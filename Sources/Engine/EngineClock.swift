internal import Foundation
package import Records
internal import Synchronization

/// The only source of time: nothing else in the engine reads a clock.
package protocol EngineClock: Sendable {
    /// The time now.
    func now() -> Instant
}

/// The machine's clock.
package struct SystemClock: EngineClock {
    /// The machine's clock.
    package init() {}

    /// The time now, in microseconds.
    package func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            microsecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// A clock that stands where it was put: for tests and for folders on the manual clock.
package final class StandingClock: EngineClock {
    private let time: Mutex<Instant>

    /// A clock that stands at an instant.
    package init(_ time: Instant) { self.time = Mutex(time) }

    /// Where it stands.
    package func now() -> Instant { time.withLock { $0 } }

    /// Puts it somewhere else; never back.
    package func move(to instant: Instant) {
        time.withLock { $0 = max($0, instant) }
    }
}
