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
    package func offset(atEpochSecond second: Int64) -> Int {
        switch self {
        case .offset(let seconds): Int(seconds)
        case .region(let region): region.offset(atEpochSecond: second)
        }
    }

    /// The distance from UTC for a wall-clock moment counted as if it were UTC.
    ///
    /// A moment that a change of the clock leaves out is counted from before the change, as if the
    /// clock had not been changed yet; of a moment that comes twice the first is meant.
    package func offset(atLocalSecond second: Int64) -> Int {
        switch self {
        case .offset(let seconds): return Int(seconds)
        case .region(let region):
            let before = region.offset(atEpochSecond: second - Int64(Self.offsetMaximum))
            let after = region.offset(atEpochSecond: second + Int64(Self.offsetMaximum))
            if before == after { return before }
            for offset in [before, after]
            where region.offset(atEpochSecond: second - Int64(offset)) == offset {
                return offset
            }
            return before
        }
    }

    /// The first second from 1970 UTC at which the clock shows a day or, where a change of the clock
    /// leaves out its midnight or all of it, what comes next.
    package func firstSecond(ofDay dayNumber: Int64) -> Int64 {
        let midnight = dayNumber * 86_400
        guard case .region(let region) = self else {
            return midnight - Int64(offset(atLocalSecond: midnight))
        }
        let offset = offset(atLocalSecond: midnight)
        let found = midnight - Int64(offset)
        if region.offset(atEpochSecond: found) == offset { return found }
        // Midnight is left out: the clock jumps over it where the offset changes.
        var low = midnight - Int64(Self.offsetMaximum)
        var high = midnight + Int64(Self.offsetMaximum)
        while low < high {
            let middle = low + (high - low) / 2
            if middle + Int64(region.offset(atEpochSecond: middle)) >= midnight {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
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

    /// The region of that name as FEEL writes it; nil when the database has none.
    package convenience init?(name: String) {
        guard name == "UTC" || name.contains("/") else { return nil }
        self.init(identifier: name)
    }

    /// The region of any name that the database knows, such as `Asia/Kathmandu` or `EST5EDT`.
    package init?(identifier: String) {
        guard identifier.utf8.count <= 64, let zone = TimeZone(identifier: identifier) else {
            return nil
        }
        name = identifier
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
