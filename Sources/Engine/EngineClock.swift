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

/// The company's calendar: which date it is there at an instant.
struct CompanyCalendar: Sendable {
    private let zone: TimeZone

    /// The calendar of a zone by its IANA name; UTC where the system does not know the name.
    init(zoneName: String) { zone = TimeZone(identifier: zoneName) ?? .gmt }

    /// Whether the system knows a zone by its IANA name.
    static func isKnown(_ zoneName: String) -> Bool { TimeZone(identifier: zoneName) != nil }

    /// Seconds that the zone is ahead of UTC at an instant.
    func offsetSeconds(at instant: Instant) -> Int {
        let seconds = instant.microsecondsSinceEpoch / 1_000_000
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }

    /// The date at an instant.
    func date(at instant: Instant) -> BusinessDate {
        instant.adding(microseconds: Int64(offsetSeconds(at: instant)) * 1_000_000).dateInUTC
    }
}
