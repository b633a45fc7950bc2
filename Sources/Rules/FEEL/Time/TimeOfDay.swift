/// A time on the clock, to the nanosecond, with or without a zone.
package struct TimeOfDay: Sendable, Hashable {
    static let nanosecondsPerSecond: Int64 = 1_000_000_000
    static let nanosecondsPerDay: Int64 = 86_400 * nanosecondsPerSecond

    /// Nanoseconds since midnight on the clock.
    package let nanoseconds: Int64
    package let zone: Zone?

    /// The time; nil when the clock has no such time.
    package init?(hour: Int, minute: Int, second: Int, nanosecond: Int = 0, zone: Zone? = nil) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999_999).contains(nanosecond)
        else { return nil }
        nanoseconds =
            Int64(hour * 3_600 + minute * 60 + second) * Self.nanosecondsPerSecond
            + Int64(nanosecond)
        self.zone = zone
    }

    /// Wraps around midnight.
    init(wrapping nanoseconds: Int128, zone: Zone?) {
        let day = Int128(Self.nanosecondsPerDay)
        let rest = nanoseconds % day
        self.nanoseconds = Int64(rest < 0 ? rest + day : rest)
        self.zone = zone
    }

    static func midnight(zone: Zone?) -> TimeOfDay { TimeOfDay(wrapping: 0, zone: zone) }

    package var hour: Int { Int(nanoseconds / (3_600 * Self.nanosecondsPerSecond)) }
    package var minute: Int { Int(nanoseconds / (60 * Self.nanosecondsPerSecond)) % 60 }
    package var second: Int { Int(nanoseconds / Self.nanosecondsPerSecond) % 60 }
    package var nanosecond: Int { Int(nanoseconds % Self.nanosecondsPerSecond) }

    /// Distance from UTC in seconds.
    ///
    /// A bare time of a region takes the region's standard of 1970.
    var offsetSeconds: Int? {
        zone?.offset(atLocalSecond: nanoseconds / Self.nanosecondsPerSecond)
    }

    /// Seconds since midnight in UTC, not wrapped; on the clock itself without a zone.
    var universalSeconds: Int64 {
        nanoseconds / Self.nanosecondsPerSecond - Int64(offsetSeconds ?? 0)
    }

    /// As ``universalSeconds`` with the fraction.
    var universalNanoseconds: Int64 {
        nanoseconds - Int64(offsetSeconds ?? 0) * Self.nanosecondsPerSecond
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// ISO 8601: `09:05:00`, `09:05:00.5Z`, `09:05:00@Europe/Paris`.
    package var description: String { clockText + (zone?.suffix ?? "") }

    var clockText: String {
        "\(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(second))\(fractionText(nanosecond))"
    }
}

/// `.5` for half a second's nanoseconds, nothing for none.
func fractionText(_ nanosecond: Int) -> String {
    if nanosecond == 0 { return "" }
    let digits = String(nanosecond)
    var text = String(repeating: "0", count: 9 - digits.utf8.count) + digits
    while text.hasSuffix("0") { text.removeLast() }
    return "." + text
}
