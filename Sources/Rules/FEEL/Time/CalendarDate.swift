/// A day of the proleptic Gregorian calendar.
package struct CalendarDate: Sendable, Hashable, Comparable {
    package static let yearMaximum = 999_999_999

    private let storedYear: Int32
    private let storedMonth: Int8
    private let storedDay: Int8

    package var year: Int { Int(storedYear) }
    package var month: Int { Int(storedMonth) }
    package var day: Int { Int(storedDay) }

    /// The day; nil when the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard abs(year) <= Self.yearMaximum, (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(month, year: year)
        else { return nil }
        storedYear = Int32(year)
        storedMonth = Int8(month)
        storedDay = Int8(day)
    }

    /// The day that many days after 1970-01-01; nil beyond the calendar's years.
    ///
    /// - Source: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    package init?(daysSinceEpoch days: Int) {
        guard abs(days) < 400_000_000_000 else { return nil }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Days after 1970-01-01.
    package var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 1 for Monday to 7 for Sunday, as ISO 8601 counts.
    package var weekday: Int {
        let shifted = (daysSinceEpoch + 3) % 7
        return (shifted < 0 ? shifted + 7 : shifted) + 1
    }

    package var dayOfYear: Int {
        (1..<month).reduce(day) { $0 + Self.daysInMonth($1, year: year) }
    }

    /// The ISO 8601 week, 1 to 53.
    package var weekOfYear: Int {
        let week = (dayOfYear - weekday + 10) / 7
        if week < 1 { return Self.weeks(inYear: year - 1) }
        return week > Self.weeks(inYear: year) ? 1 : week
    }

    private static func weeks(inYear year: Int) -> Int {
        guard let first = CalendarDate(year: year, month: 1, day: 1) else { return 52 }
        return first.weekday == 4 || (isLeap(year) && first.weekday == 3) ? 53 : 52
    }

    /// The same day that many months later, or the month's last day where it has no such day.
    package func adding(months: Int) -> CalendarDate? {
        guard abs(months) < 100_000_000_000 else { return nil }
        let total = year * 12 + month - 1 + months
        let newYear = total >= 0 ? total / 12 : (total - 11) / 12
        let newMonth = total - newYear * 12 + 1
        guard abs(newYear) <= Self.yearMaximum else { return nil }
        return CalendarDate(
            year: newYear, month: newMonth,
            day: min(day, Self.daysInMonth(newMonth, year: newYear)))
    }

    package func adding(days: Int) -> CalendarDate? {
        guard abs(days) < 1_000_000_000_000 else { return nil }
        return CalendarDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.storedYear, left.storedMonth, left.storedDay)
            < (right.storedYear, right.storedMonth, right.storedDay)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// ISO 8601: `2026-11-23`; years beyond four digits as they are.
    package var description: String {
        let digits = String(year.magnitude)
        let padded = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return "\(year < 0 ? "-" : "")\(padded)-\(twoDigits(month))-\(twoDigits(day))"
    }
}
