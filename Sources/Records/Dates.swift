/// A date of the company's calendar, without time and zone.
///
/// - Shape: days since 1970-01-01, proleptic Gregorian.
/// - Units: whole days.
/// - Limits: years 0001 to 9999.
public struct BusinessDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let daysSinceEpoch: Int32

    /// A date from its day number.
    public init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

    /// A date that exists, or nil.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year)
        else { return nil }
        self.init(daysSinceEpoch: Self.dayNumber(year: year, month: month, day: day))
    }

    /// Reads `2026-09-30`, that form alone.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Whether February of the year has 29 days.
    public static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Days of a month.
    /// - Precondition: `month` is 1 to 12.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 by eras of 400 years that begin in March.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int32 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month and day.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The date some days later, or earlier for a negative count.
    public func adding(days: Int) -> BusinessDate {
        BusinessDate(daysSinceEpoch: Int32(clamping: Int(daysSinceEpoch) + days))
    }

    /// Whole days from another date to this one.
    public func days(since other: BusinessDate) -> Int {
        Int(daysSinceEpoch) - Int(other.daysSinceEpoch)
    }

    /// The last day of the date's month.
    public var endOfMonth: BusinessDate {
        let (year, month, day) = parts
        return adding(days: Self.days(inMonth: month, of: year) - day)
    }

    /// The first day of the date's month.
    public var startOfMonth: BusinessDate { adding(days: 1 - parts.day) }

    /// Orders by time.
    public static func < (left: BusinessDate, right: BusinessDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// ISO 8601, `2026-09-30`.
    public var description: String {
        let (year, month, day) = parts
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// A point of time in UTC.
///
/// - Units: microseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Microseconds of one day.
    public static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microsecondsSinceEpoch: Int64

    /// An instant from its microseconds.
    public init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// The first instant of a date in UTC.
    public init(startOf date: BusinessDate) {
        microsecondsSinceEpoch = Int64(date.daysSinceEpoch) * Self.microsecondsPerDay
    }

    /// Reads `2026-09-30T12:00:00Z` with up to six decimals of a second; `Z` is required.
    public init?(_ text: String) {
        guard text.utf8.count >= 20, text.utf8.last == UInt8(ascii: "Z"),
            let date = BusinessDate(String(text.prefix(10)))
        else { return nil }
        let clock = text.dropFirst(10)
        guard clock.first == "T" else { return nil }
        let parts = clock.dropFirst().dropLast().split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Self.twoDigits(parts[0]), hour < 24,
            let minute = Self.twoDigits(parts[1]), minute < 60
        else { return nil }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard let second = Self.twoDigits(seconds[0]), second < 60, seconds.count <= 2 else {
            return nil
        }
        var micros: Int64 = 0
        if seconds.count == 2 {
            let digits = seconds[1].utf8
            guard (1...6).contains(digits.count),
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let value = Int64(seconds[1])
            else { return nil }
            micros = value * Int64(PowerOfTen.value(6 - digits.count))
        }
        let inDay = Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + micros
        microsecondsSinceEpoch = Instant(startOf: date).microsecondsSinceEpoch + inDay
    }

    private static func twoDigits(_ text: Substring) -> Int? {
        guard text.utf8.count == 2,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// The date in UTC.
    public var dateInUTC: BusinessDate {
        let (days, rest) = microsecondsSinceEpoch.quotientAndRemainder(
            dividingBy: Self.microsecondsPerDay)
        return BusinessDate(daysSinceEpoch: Int32(clamping: rest < 0 ? days - 1 : days))
    }

    /// The instant some microseconds later; stays at the end of time instead of overflowing.
    public func adding(microseconds: Int64) -> Instant {
        let (sum, overflow) = microsecondsSinceEpoch.addingReportingOverflow(microseconds)
        return Instant(
            microsecondsSinceEpoch: overflow ? (microseconds < 0 ? .min : .max) : sum)
    }

    /// Orders by time.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// ISO 8601 in UTC; decimals only where they are not zero.
    public var description: String {
        let date = dateInUTC
        let inDay = microsecondsSinceEpoch - Instant(startOf: date).microsecondsSinceEpoch
        let seconds = Int(inDay / 1_000_000)
        let micros = Int(inDay % 1_000_000)
        let clock =
            "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        let decimals = micros == 0 ? "" : ".\(padded(micros, 6))"
        return "\(date)T\(clock)\(decimals)Z"
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
