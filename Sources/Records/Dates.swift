/// A date of the company's calendar, without time and zone.
///
/// - Shape: days since 1970-01-01, proleptic Gregorian.
/// - Units: whole days.
/// - Limits: years 0001 to 9999.
public struct BusinessDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let daysSinceEpoch: Int32

    /// The day numbers of 0001-01-01 and 9999-12-31 and of all dates between.
    public static let dayNumbers: ClosedRange<Int32> = -719_162...2_932_896

    /// A date from its day number; beyond the calendar it is the calendar's first or last date.
    public init(daysSinceEpoch: Int32) {
        self.daysSinceEpoch = min(
            max(daysSinceEpoch, Self.dayNumbers.lowerBound), Self.dayNumbers.upperBound)
    }

    /// A date that exists, or nil.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year)
        else { return nil }
        self.init(daysSinceEpoch: Self.dayNumber(year: year, month: month, day: day))
    }

    /// Reads `2026-09-30`, that form alone.
    public init?(_ text: String) { self.init(text.utf8[...]) }

    /// Reads the bytes of `2026-09-30`.
    init?(_ text: Substring.UTF8View) {
        var bytes = text
        guard bytes.count == 10 else { return nil }
        guard let year = bytes.takeDigits(4), bytes.take(UInt8(ascii: "-")),
            let month = bytes.takeDigits(2), bytes.take(UInt8(ascii: "-")),
            let day = bytes.takeDigits(2)
        else { return nil }
        self.init(year: year, month: month, day: day)
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

    /// The date some days later, or earlier for a negative count; stays within the calendar.
    public func adding(days: Int) -> BusinessDate {
        let (sum, overflow) = days.addingReportingOverflow(Int(daysSinceEpoch))
        if overflow { return BusinessDate(daysSinceEpoch: days < 0 ? .min : .max) }
        return BusinessDate(daysSinceEpoch: Int32(clamping: sum))
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
        return String(unsafeUninitializedCapacity: 10) { text in
            text.put(year, width: 4, at: 0)
            text[4] = UInt8(ascii: "-")
            text.put(month, width: 2, at: 5)
            text[7] = UInt8(ascii: "-")
            text.put(day, width: 2, at: 8)
            return 10
        }
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
        var bytes = text.utf8[...]
        guard bytes.count >= 20, let date = BusinessDate(text.utf8.prefix(10)) else { return nil }
        bytes = bytes.dropFirst(10)
        guard bytes.take(UInt8(ascii: "T")), let hour = bytes.takeDigits(2), hour < 24,
            bytes.take(UInt8(ascii: ":")), let minute = bytes.takeDigits(2), minute < 60,
            bytes.take(UInt8(ascii: ":")), let second = bytes.takeDigits(2), second < 60
        else { return nil }
        var micros = 0
        if bytes.take(UInt8(ascii: ".")) {
            let decimals = bytes.count - 1
            guard (1...6).contains(decimals), let value = bytes.takeDigits(decimals) else {
                return nil
            }
            micros = value * Int(truncatingIfNeeded: PowerOfTen.value(6 - decimals))
        }
        guard bytes.take(UInt8(ascii: "Z")), bytes.isEmpty else { return nil }
        let inDay = (hour * 3600 + minute * 60 + second) * 1_000_000 + micros
        microsecondsSinceEpoch = Instant(startOf: date).microsecondsSinceEpoch + Int64(inDay)
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
    ///
    /// Instants beyond the calendar are written as its first or last one.
    public var description: String {
        let first = Instant(startOf: BusinessDate(daysSinceEpoch: .min)).microsecondsSinceEpoch
        let last =
            Instant(startOf: BusinessDate(daysSinceEpoch: .max)).microsecondsSinceEpoch
            + (Self.microsecondsPerDay - 1)
        let shown = Instant(
            microsecondsSinceEpoch: min(max(microsecondsSinceEpoch, first), last))
        let date = shown.dateInUTC
        let inDay = Int(
            shown.microsecondsSinceEpoch - Instant(startOf: date).microsecondsSinceEpoch)
        let (seconds, micros) = inDay.quotientAndRemainder(dividingBy: 1_000_000)
        let clock = String(unsafeUninitializedCapacity: 17) { text in
            text[0] = UInt8(ascii: "T")
            text.put(seconds / 3600, width: 2, at: 1)
            text[3] = UInt8(ascii: ":")
            text.put(seconds / 60 % 60, width: 2, at: 4)
            text[6] = UInt8(ascii: ":")
            text.put(seconds % 60, width: 2, at: 7)
            if micros > 0 {
                text[9] = UInt8(ascii: ".")
                text.put(micros, width: 6, at: 10)
            }
            let end = micros > 0 ? 16 : 9
            text[end] = UInt8(ascii: "Z")
            return end + 1
        }
        return date.description + clock
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes a number with leading zeros.
    fileprivate func put(_ number: Int, width: Int, at place: Int) {
        var rest = number
        for index in stride(from: place + width - 1, through: place, by: -1) {
            self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}

extension Substring.UTF8View {
    /// Passes over one byte, if it is the next one.
    fileprivate mutating func take(_ byte: UInt8) -> Bool {
        guard first == byte else { return false }
        removeFirst()
        return true
    }

    /// Reads a number of exactly `count` digits; nil where there are fewer.
    fileprivate mutating func takeDigits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = first,
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            removeFirst()
        }
        return value
    }
}
