import Foundation

/// Where a clock stands: a fixed distance from UTC, or a region of the IANA database.
package enum Zone: Sendable, Hashable {
    /// Seconds east of UTC.
    case offset(Int32)
    case region(ZoneRegion)

    package static let utc = Zone.offset(0)

    /// The farthest that a clock may stand from UTC, in seconds.
    static let offsetMaximum: Int32 = 18 * 3_600

    /// The distance from UTC, in seconds, at a moment counted in seconds from 1970 UTC.
    func offset(atEpochSecond second: Int64) -> Int {
        switch self {
        case .offset(let seconds): Int(seconds)
        case .region(let region): region.offset(atEpochSecond: second)
        }
    }

    /// The distance from UTC for a wall-clock moment counted as if it were UTC.
    func offset(atLocalSecond second: Int64) -> Int {
        switch self {
        case .offset(let seconds): return Int(seconds)
        case .region(let region):
            let guess = region.offset(atEpochSecond: second)
            return region.offset(atEpochSecond: second - Int64(guess))
        }
    }

    /// `Z`, `+02:00`, `+05:30:15` or `@Europe/Paris`.
    var suffix: String {
        switch self {
        case .offset(0): return "Z"
        case .offset(let seconds):
            let distance = Int(seconds.magnitude)
            var text = seconds < 0 ? "-" : "+"
            text += twoDigits(distance / 3_600) + ":" + twoDigits(distance / 60 % 60)
            if !distance.isMultiple(of: 60) { text += ":" + twoDigits(distance % 60) }
            return text
        case .region(let region): return "@" + region.name
        }
    }
}

/// A region of the IANA time zone database.
package final class ZoneRegion: Sendable, Hashable {
    package let name: String
    private let zone: TimeZone

    /// The region of that name; nil when the database has none.
    package init?(name: String) {
        guard name.utf8.count <= 64, name == "UTC" || name.contains("/"),
            let zone = TimeZone(identifier: name)
        else { return nil }
        self.name = name
        self.zone = zone
    }

    func offset(atEpochSecond second: Int64) -> Int {
        // The date only carries whole seconds here, which its representation holds exactly.
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
    }

    package static func == (left: ZoneRegion, right: ZoneRegion) -> Bool {
        left === right || left.name == right.name
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
