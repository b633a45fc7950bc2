internal import FEEL

/// An ISO 8601 duration: months, which differ in length, and microseconds, which do not.
struct Duration8601: Equatable {
    var months: Int
    /// Days, weeks and the time together.
    var microseconds: Int64
    /// Days that were written as such; a calendar may count them as working days.
    var days: Int64 = 0
    /// Weeks that were written as such.
    var weeks: Int64 = 0

    /// Longest text, largest number of each part, and longest durations (ten thousand years), so
    /// that no sum of a duration and an instant overflows.
    private static let textBytesMax = 64
    private static let partMax: Int64 = 10_000_000
    private static let monthsMax: Int64 = 120_000
    private static let microsecondsMax: Int64 = 315_576_000_000_000_000

    /// `P1Y2M3DT4H5M6.5S`, `P2W`, with `-` in front for a negative one; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest.removeFirst() }
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var months: Int64 = 0
        var microseconds: Int64 = 0
        var isTime = false
        var last = -1
        var count = 0
        while let next = rest.first {
            if next == "T" {
                guard !isTime else { return nil }
                isTime = true
                rest.removeFirst()
                guard !rest.isEmpty else { return nil }
                continue
            }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest.removeFirst(digits.count)
            guard let unit = rest.popFirst(),
                let place = (isTime ? "HMS" : "YMWD").firstIndex(of: unit).map({
                    (isTime ? "HMS" : "YMWD").distance(
                        from: (isTime ? "HMS" : "YMWD").startIndex, to: $0) + (isTime ? 4 : 0)
                }), place > last, let amount = Self.amount(digits, allowsFraction: unit == "S")
            else { return nil }
            last = place
            count += 1
            switch place {
            case 0: months += amount.whole * 12
            case 1: months += amount.whole
            case 2:
                weeks = amount.whole
                microseconds += amount.whole * 7 * LocalTime.microsecondsPerDay
            case 3:
                days = amount.whole
                microseconds += amount.whole * LocalTime.microsecondsPerDay
            case 4: microseconds += amount.whole * 3_600_000_000
            case 5: microseconds += amount.whole * 60_000_000
            default: microseconds += amount.whole * 1_000_000 + amount.millionths
            }
        }
        guard count > 0, months <= Self.monthsMax, microseconds <= Self.microsecondsMax else {
            return nil
        }
        self.months = Int(isNegative ? -months : months)
        self.microseconds = isNegative ? -microseconds : microseconds
        if isNegative { (weeks, days) = (-weeks, -days) }
    }

    private static func amount(
        _ digits: Substring, allowsFraction: Bool
    ) -> (whole: Int64, millionths: Int64)? {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Int64(first), whole <= partMax else {
            return nil
        }
        guard parts.count > 1 else { return (whole, 0) }
        guard parts.count == 2, allowsFraction, !parts[1].isEmpty,
            let millionths = Int64((parts[1] + "000000").prefix(6))
        else { return nil }
        return (whole, millionths)
    }

    /// Whether adding it moves time forward.
    var isPositive: Bool { months >= 0 && microseconds >= 0 && (months > 0 || microseconds > 0) }

    /// About how long it is; a month counts as the mean of 400 years.
    var approximateMicroseconds: Int64 { Int64(months) * 2_629_746_000_000 + microseconds }

    /// So many of it; nil when that is more than a duration can be.
    func multiplied(by count: Int64) -> Duration8601? {
        let months = Int64(months).multipliedReportingOverflow(by: count)
        let whole = microseconds.multipliedReportingOverflow(by: count)
        guard !months.overflow, !whole.overflow, abs(months.partialValue) <= Self.monthsMax,
            abs(whole.partialValue) <= Self.microsecondsMax
        else { return nil }
        var product = self
        product.months = Int(months.partialValue)
        product.microseconds = whole.partialValue
        product.days *= count
        product.weeks *= count
        return product
    }

    /// The instant this much later: months, weeks and days are counted on the calendar of the given
    /// zone, so that the time of day stays also where the clock is changed on the way.
    func added(to instant: Int64, zone: Zone) -> Int64 {
        let wholeDays = days + weeks * 7
        guard months != 0 || wholeDays != 0 else { return instant + microseconds }
        var local = LocalTime(instant: instant, zone: zone)
        local.date = local.date.adding(months: months)
        local.date = CivilDate(dayNumber: local.date.dayNumber + Int(wholeDays))
        return local.instant(zone: zone) + microseconds
            - wholeDays * LocalTime.microsecondsPerDay
    }
}

/// Dates and times as ISO 8601 writes them.
enum Instant8601 {
    /// Reads `2026-01-31`, `2026-01-31T12:00`, `2026-01-31T12:00:00.5+01:00` or `…Z`.
    ///
    /// In microseconds since 1970 UTC; without a zone the given one is taken. Nil for anything
    /// else.
    static func instant(_ text: String, zone: Zone) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        var rest = Substring(text)
        guard let year = number(&rest, 4), skip("-", &rest), let month = number(&rest, 2),
            skip("-", &rest), let day = number(&rest, 2), (1...12).contains(month),
            day >= 1, day <= CivilDate.daysInMonth(month, of: year)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard !rest.isEmpty else {
            return LocalTime(date: date, microseconds: 0).instant(zone: zone)
        }
        guard skip("T", &rest), let hour = number(&rest, 2), skip(":", &rest),
            let minute = number(&rest, 2), hour <= 23, minute <= 59
        else { return nil }
        var microseconds = (Int64(hour) * 3600 + Int64(minute) * 60) * 1_000_000
        if skip(":", &rest) {
            guard let second = number(&rest, 2), second <= 59 else { return nil }
            microseconds += Int64(second) * 1_000_000
            if skip(".", &rest) {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty, let fraction = Int64((digits + "000000").prefix(6)) else {
                    return nil
                }
                rest.removeFirst(digits.count)
                microseconds += fraction
            }
        }
        guard let zone = self.zone(rest, otherwise: zone) else { return nil }
        return LocalTime(date: date, microseconds: microseconds).instant(zone: zone)
    }

    /// The instant in UTC as `2026-01-31T12:00:00Z`, with a fraction when there is one.
    static func text(_ instant: Int64) -> String {
        let local = LocalTime(instant: instant, zone: .utc)
        let seconds = local.microseconds / 1_000_000
        let fraction = local.microseconds % 1_000_000
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = padded(local.date.year, 4) + "-" + padded(local.date.month) + "-"
        text += padded(local.date.day) + "T" + padded(Int(seconds / 3600)) + ":"
        text += padded(Int(seconds / 60 % 60)) + ":" + padded(Int(seconds % 60))
        if fraction > 0 {
            var digits = padded(Int(fraction), 6)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    private static func zone(_ text: Substring, otherwise: Zone) -> Zone? {
        if text.isEmpty { return otherwise }
        if text == "Z" || text == "z" { return .utc }
        var rest = text
        let isNegative = rest.first == "-"
        guard rest.first == "+" || isNegative else { return nil }
        rest.removeFirst()
        guard let hours = number(&rest, 2), skip(":", &rest), let minutes = number(&rest, 2),
            rest.isEmpty, hours <= 18, minutes <= 59
        else { return nil }
        let seconds = Int32(hours * 3600 + minutes * 60)
        return .offset(isNegative ? -seconds : seconds)
    }

    private static func number(_ rest: inout Substring, _ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        rest.removeFirst(count)
        return Int(digits)
    }

    private static func skip(_ character: Character, _ rest: inout Substring) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }
}

/// Instants as text for people and programs.
package enum InstantText {
    /// Microseconds since 1970 UTC as `2026-01-31T12:00:00Z`.
    package static func text(_ instant: Int64) -> String { Instant8601.text(instant) }

    /// Reads an ISO 8601 date, or date and time; without a zone it is taken as UTC.
    package static func instant(_ text: String) -> Int64? {
        Instant8601.instant(text, zone: .utc)
    }
}
