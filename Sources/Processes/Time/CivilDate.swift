internal import FEEL

/// A day of the proleptic Gregorian calendar.
///
/// - Source: the day-count arithmetic of ISO 8601's calendar; day 0 is 1970-01-01.
struct CivilDate: Equatable {
    var year: Int
    /// 1 to 12.
    var month: Int
    /// 1 to 31.
    var day: Int

    /// Days since 1970-01-01.
    var dayNumber: Int {
        // Years are counted from March, so that the leap day is the last one.
        let shifted = month <= 2 ? year - 1 : year
        let era = Self.floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// 0 for Sunday to 6 for Saturday.
    var weekday: Int { ((dayNumber + 4) % 7 + 7) % 7 }

    static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeap(year) ? 29 : 28
        default: 31
        }
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The same day of another month, or its last day when it has no such day.
    func adding(months: Int) -> CivilDate {
        let total = year * 12 + month - 1 + months
        let newYear = Self.floorDivide(total, 12)
        let newMonth = total - newYear * 12 + 1
        return CivilDate(
            year: newYear, month: newMonth,
            day: min(day, Self.daysInMonth(newMonth, of: newYear)))
    }

    static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

/// A date and a time of day in some zone, as people write it.
struct LocalTime: Equatable {
    var date: CivilDate
    /// Microseconds since midnight.
    var microseconds: Int64

    static let microsecondsPerDay: Int64 = 86_400_000_000

    init(date: CivilDate, microseconds: Int64) {
        self.date = date
        self.microseconds = microseconds
    }

    /// The local time at an instant (microseconds since 1970 UTC).
    init(instant: Int64, zone: Zone) {
        let local = instant + Int64(zone.offset(at: instant)) * 1_000_000
        let day = CivilDate.floorDivide(Int(local), Int(Self.microsecondsPerDay))
        date = CivilDate(dayNumber: day)
        microseconds = local - Int64(day) * Self.microsecondsPerDay
    }

    /// The instant at which a clock of the zone shows this; a midnight that a change of the clock
    /// leaves out is the first moment after it.
    func instant(zone: Zone) -> Int64 {
        let day = Int64(date.dayNumber)
        if microseconds == 0 { return zone.firstSecond(ofDay: day) * 1_000_000 }
        let local = day * Self.microsecondsPerDay + microseconds
        let second = Int64(CivilDate.floorDivide(Int(local), 1_000_000))
        return local - Int64(zone.offset(atLocalSecond: second)) * 1_000_000
    }
}

extension Zone {
    /// The distance from UTC in seconds at an instant in microseconds.
    func offset(at instant: Int64) -> Int {
        offset(atEpochSecond: Int64(CivilDate.floorDivide(Int(instant), 1_000_000)))
    }
}
