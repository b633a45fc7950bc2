internal import FEEL

/// A repeating timer: `R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D`, or cron.
struct TimerCycle: Equatable {
    enum Rhythm: Equatable {
        case interval(Duration8601)
        case cron(CronSchedule)
    }

    /// Firings; nil without end.
    var count: Int?
    /// First firing when the cycle names one, as text.
    var start: String?
    var rhythm: Rhythm
    /// From which the next firing follows: the duration, with the start before it where the cycle
    /// names one, or the cron text.
    var interval: String

    init?(_ text: String) {
        if text.hasPrefix("R") {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count == 2 || parts.count == 3, let last = parts.last,
                let duration = Duration8601(last), duration.isPositive
            else { return nil }
            let digits = parts[0].dropFirst()
            if digits.isEmpty || digits == "-1" {
                count = nil
            } else {
                guard let number = Int(digits), number >= 1 else { return nil }
                count = number
            }
            if parts.count == 3, !parts[1].isEmpty {
                guard Instant8601.instant(parts[1], zone: .utc) != nil else { return nil }
                start = parts[1]
            }
            rhythm = .interval(duration)
            interval = start.map { "\($0)/\(last)" } ?? last
        } else {
            guard let schedule = CronSchedule(text) else { return nil }
            count = nil
            rhythm = .cron(schedule)
            interval = text
        }
    }

    /// The first firing of a cycle that is armed at an instant.
    func first(at instant: Int64, zone: Zone) -> Int64? {
        if let start, let begin = Instant8601.instant(start, zone: zone),
            begin >= instant
        {
            return begin
        }
        return Self.next(after: instant, interval: interval, zone: zone)
    }

    /// The firing after one that was due at an instant, from the text that a wait keeps.
    ///
    /// With a start every firing is a whole number of intervals after it, whatever came late: the
    /// 31st of each month stays the 31st behind a shorter one.
    static func next(after due: Int64, interval: String, zone: Zone) -> Int64? {
        if let slash = interval.firstIndex(of: "/"), interval.first.map({ $0.isNumber }) ?? false,
            let start = Instant8601.instant(String(interval[..<slash]), zone: zone),
            let duration = Duration8601(String(interval[interval.index(after: slash)...]))
        {
            return next(after: due, from: start, by: duration, zone: zone)
        }
        if let duration = Duration8601(interval) {
            return next(after: due, rhythm: .interval(duration), zone: zone)
        }
        return CronSchedule(interval).flatMap {
            next(after: due, rhythm: .cron($0), zone: zone)
        }
    }

    /// Tries from an estimate on, which months make uncertain by less than this.
    private static let stepsMax = 64

    private static func next(
        after due: Int64, from start: Int64, by duration: Duration8601, zone: Zone
    ) -> Int64? {
        guard due >= start else { return start }
        let length = duration.approximateMicroseconds
        guard length > 0 else { return nil }
        var count = max(0, (due - start) / length - Int64(stepsMax) / 8)
        for _ in 0..<stepsMax {
            guard let instant = duration.multiplied(by: count)?.added(to: start, zone: zone) else {
                return nil
            }
            if instant > due { return instant }
            count += 1
        }
        return nil
    }

    private static func next(after due: Int64, rhythm: Rhythm, zone: Zone) -> Int64? {
        switch rhythm {
        case .interval(let duration): duration.added(to: due, zone: zone)
        case .cron(let schedule): schedule.next(after: due, zone: zone)
        }
    }
}

/// A cron schedule of six fields (second, minute, hour, day, month, weekday) or a macro.
///
/// As Camunda 8 understands it (Spring's CronExpression): lists, ranges, steps, month and weekday
/// names, `?`; of days `L` for the last of the month, `L-3` for three before it, `15W` for the
/// weekday nearest the 15th and `LW` for the last weekday; of weekdays `5L` for the last Friday and
/// `5#2` for the second one.
struct CronSchedule: Equatable {
    private var seconds: Set<Int>
    private var minutes: Set<Int>
    private var hours: Set<Int>
    private var days: Set<Int>
    /// Days counted back from the last of the month: 0 for that day.
    private var daysBeforeLast: Set<Int> = []
    /// Days whose nearest weekday counts; 0 for the last of the month.
    private var nearestWeekdays: Set<Int> = []
    private var isAnyDay: Bool
    private var months: Set<Int>
    /// 0 for Sunday to 6.
    private var weekdays: Set<Int>
    private var isAnyWeekday: Bool
    /// Weekdays with their numbers in the month; 0 for the last one.
    private var numberedWeekdays: [NumberedWeekday] = []

    private struct NumberedWeekday: Equatable {
        let weekday: Int
        let number: Int
    }

    private static let macros = [
        "@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *",
        "@weekly": "0 0 0 * * 0", "@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *",
        "@hourly": "0 0 * * * *",
    ]
    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    init?(_ text: String) {
        guard text.utf8.count <= 256 else { return nil }
        let fields = (Self.macros[text.lowercased()] ?? text).uppercased().split(separator: " ")
        guard fields.count == 6,
            let seconds = Self.field(fields[0], 0...59),
            let minutes = Self.field(fields[1], 0...59),
            let hours = Self.field(fields[2], 0...23),
            let months = Self.field(fields[4], 1...12, names: Self.monthNames, firstName: 1)
        else { return nil }
        self.seconds = seconds
        self.minutes = minutes
        self.hours = hours
        self.months = months
        isAnyDay = fields[3] == "*" || fields[3] == "?"
        isAnyWeekday = fields[5] == "*" || fields[5] == "?"
        days = []
        weekdays = []
        guard readDays(fields[3]), readWeekdays(fields[5]) else { return nil }
    }

    private mutating func readDays(_ text: Substring) -> Bool {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if part == "L" {
                daysBeforeLast.insert(0)
            } else if part == "LW" {
                nearestWeekdays.insert(0)
            } else if part.hasPrefix("L-") {
                guard let count = Int(part.dropFirst(2)), (1...30).contains(count) else {
                    return false
                }
                daysBeforeLast.insert(count)
            } else if part.hasSuffix("W") {
                guard let day = Int(part.dropLast()), (1...31).contains(day) else { return false }
                nearestWeekdays.insert(day)
            } else {
                guard let found = Self.field(part, 1...31) else { return false }
                days.formUnion(found)
            }
        }
        return true
    }

    private mutating func readWeekdays(_ text: Substring) -> Bool {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if let mark = part.firstIndex(of: "#") {
                guard let day = Self.weekday(part[..<mark]),
                    let number = Int(part[part.index(after: mark)...]), (1...5).contains(number)
                else { return false }
                numberedWeekdays.append(NumberedWeekday(weekday: day, number: number))
            } else if part.hasSuffix("L"), part.count > 1 {
                guard let day = Self.weekday(part.dropLast()) else { return false }
                numberedWeekdays.append(NumberedWeekday(weekday: day, number: 0))
            } else {
                guard
                    let found = Self.field(part, 0...7, names: Self.weekdayNames, firstName: 0)
                else { return false }
                weekdays.formUnion(found.map { $0 % 7 })
            }
        }
        return true
    }

    private static func weekday(_ text: Substring) -> Int? {
        if let place = weekdayNames.firstIndex(of: String(text)) { return place }
        return Int(text).flatMap { (0...7).contains($0) ? $0 % 7 : nil }
    }

    private static func field(
        _ text: Substring, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) -> Set<Int>? {
        func value(_ part: Substring) -> Int? {
            if let place = names.firstIndex(of: String(part)) { return place + firstName }
            return Int(part).flatMap { range.contains($0) ? $0 : nil }
        }
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let body = pieces.first, !body.isEmpty else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let read = Int(pieces[1]), read >= 1 else { return nil }
                step = read
            }
            let ends = body.split(separator: "-", omittingEmptySubsequences: false)
            if body == "*" || body == "?" {
                found.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
            } else if ends.count == 2 {
                guard let low = value(ends[0]), let high = value(ends[1]), low <= high else {
                    return nil
                }
                found.formUnion(stride(from: low, through: high, by: step))
            } else {
                guard let low = value(body) else { return nil }
                let high = pieces.count == 2 ? range.upperBound : low
                found.formUnion(stride(from: low, through: high, by: step))
            }
        }
        return found
    }

    /// Days that are looked at before a schedule counts as one that never comes.
    private static let daysAheadMax = 366 * 9

    /// The first time of the schedule after an instant, in microseconds; nil when it never comes.
    func next(after instant: Int64, zone: Zone) -> Int64? {
        let start = LocalTime(instant: instant, zone: zone)
        var dayNumber = start.date.dayNumber
        var earliest = Int(start.microseconds / 1_000_000) + 1
        let hourList = hours.sorted()
        let minuteList = minutes.sorted()
        let secondList = seconds.sorted()
        for _ in 0..<Self.daysAheadMax {
            let date = CivilDate(dayNumber: dayNumber)
            if matches(date) {
                for hour in hourList where hour * 3600 + 3599 >= earliest {
                    for minute in minuteList where hour * 3600 + minute * 60 + 59 >= earliest {
                        for second in secondList {
                            let time = hour * 3600 + minute * 60 + second
                            guard time >= earliest else { continue }
                            return LocalTime(date: date, microseconds: Int64(time) * 1_000_000)
                                .instant(zone: zone)
                        }
                    }
                }
            }
            dayNumber += 1
            earliest = 0
        }
        return nil
    }

    private func matches(_ date: CivilDate) -> Bool {
        guard months.contains(date.month) else { return false }
        let last = CivilDate.daysInMonth(date.month, of: date.year)
        let isDay =
            isAnyDay || days.contains(date.day) || daysBeforeLast.contains(last - date.day)
            || nearestWeekdays.contains { Self.weekday(nearest: $0, to: date) == date.day }
        guard isDay else { return false }
        if isAnyWeekday || weekdays.contains(date.weekday) { return true }
        return numberedWeekdays.contains { wanted in
            guard wanted.weekday == date.weekday else { return false }
            return wanted.number == 0
                ? date.day + 7 > last : (date.day - 1) / 7 + 1 == wanted.number
        }
    }

    /// The weekday nearest a day of the month in which a date is; never in another month.
    private static func weekday(nearest day: Int, to date: CivilDate) -> Int? {
        let last = CivilDate.daysInMonth(date.month, of: date.year)
        let wanted = day == 0 ? last : day
        guard wanted <= last else { return nil }
        switch CivilDate(year: date.year, month: date.month, day: wanted).weekday {
        case 6: return wanted == 1 ? 3 : wanted - 1
        case 0: return wanted == last ? wanted - 2 : wanted + 1
        default: return wanted
        }
    }
}
