package import FEEL

/// Working hours and holidays, as a company writes them in a file.
///
/// One entry a line; `#` begins a comment:
///
/// ```
/// calendar office
/// mon-fri 09:00-12:00 13:00-17:00
/// sat 10:00-12:00
/// closed 2026-12-25 Christmas
/// open 2026-12-24 09:00-12:00
/// ```
///
/// Days that are not named are closed. Times are those of the company's zone.
package struct BusinessCalendar: Sendable, Equatable {
    /// Why a file was refused, and in which line.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        package var line: Int
        package var message: String

        package var description: String { "line \(line): \(message)" }
    }

    /// Part of a day, in microseconds since midnight.
    struct Interval: Equatable, Sendable {
        var start: Int64
        var end: Int64
    }

    package private(set) var name = ""
    /// By weekday, 0 for Sunday.
    private var week: [[Interval]] = Array(repeating: [], count: 7)
    /// Days that differ from their weekday, by day number.
    private var exceptions: [Int: [Interval]] = [:]

    /// Size of a file, lines of it, and days that are looked at for one duration.
    private static let bytesMax = 256 * 1024
    private static let linesMax = 10_000
    private static let daysMax = 3_700
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Reads a calendar file.
    package init(_ text: String) throws(Failure) {
        guard text.utf8.count <= Self.bytesMax else {
            throw Failure(line: 0, message: "a calendar may have \(Self.bytesMax) bytes")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.linesMax else {
            throw Failure(line: 0, message: "a calendar may have \(Self.linesMax) lines")
        }
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first else { continue }
            try read(first.lowercased(), Array(words.dropFirst()), line: index + 1)
        }
        guard !name.isEmpty else {
            throw Failure(line: 1, message: "expected 'calendar NAME' first, found no name")
        }
        guard week.contains(where: { !$0.isEmpty }) else {
            throw Failure(line: lines.count, message: "no weekday has working hours")
        }
    }

    private mutating func read(
        _ kind: String, _ words: [Substring], line: Int
    ) throws(Failure) {
        switch kind {
        case "calendar":
            guard words.count == 1 else {
                throw Failure(line: line, message: "expected one name behind 'calendar'")
            }
            name = String(words[0])
        case "closed":
            exceptions[try Self.day(words.first, line: line)] = []
        case "open":
            exceptions[try Self.day(words.first, line: line)] = try Self.intervals(
                words.dropFirst(), line: line)
        default:
            for weekday in try Self.weekdays(kind, line: line) {
                week[weekday] = try Self.intervals(words[...], line: line)
            }
        }
    }

    private static func day(_ word: Substring?, line: Int) throws(Failure) -> Int {
        let text = String(word ?? "")
        guard text.utf8.count == 10,
            let instant = Instant8601.instant(text, zone: .utc)
        else {
            throw Failure(
                line: line, message: "expected a date such as 2026-12-25, found '\(text)'")
        }
        return LocalTime(instant: instant, zone: .utc).date.dayNumber
    }

    private static func weekdays(_ word: String, line: Int) throws(Failure) -> [Int] {
        let ends = word.split(separator: "-").map { dayNames.firstIndex(of: String($0)) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else {
            throw Failure(
                line: line,
                message: "expected a weekday such as mon or mon-fri, calendar, open or closed,"
                    + " found '\(word)'")
        }
        return (0...((last - first + 7) % 7)).map { (first + $0) % 7 }
    }

    private static func intervals(
        _ words: ArraySlice<Substring>, line: Int
    ) throws(Failure) -> [Interval] {
        var intervals: [Interval] = []
        for word in words {
            if word == "closed" { continue }
            let ends = word.split(separator: "-").map { time($0) }
            guard ends.count == 2, let start = ends[0], let end = ends[1], start < end,
                intervals.last.map({ $0.end <= start }) ?? true
            else {
                throw Failure(
                    line: line,
                    message: "expected rising hours such as 09:00-12:00, found '\(word)'")
            }
            intervals.append(Interval(start: start, end: end))
        }
        return intervals
    }

    private static func time(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int64(parts[0]),
            let minute = Int64(parts[1]), (0...59).contains(minute),
            (0...23).contains(hour) || (hour == 24 && minute == 0)
        else { return nil }
        return (hour * 60 + minute) * 60_000_000
    }

    // MARK: Counting

    private func hours(of day: Int) -> [Interval] {
        exceptions[day] ?? week[CivilDate(dayNumber: day).weekday]
    }

    /// Whether work goes on at an instant.
    package func isOpen(at instant: Int64, zone: Zone) -> Bool {
        let local = LocalTime(instant: instant, zone: zone)
        return hours(of: local.date.dayNumber).contains {
            $0.start <= local.microseconds && local.microseconds < $0.end
        }
    }

    /// Working time between two instants, in microseconds.
    package func worked(from start: Int64, to end: Int64, zone: Zone) -> Int64 {
        guard start < end else { return 0 }
        let first = LocalTime(instant: start, zone: zone)
        let last = LocalTime(instant: end, zone: zone)
        var sum: Int64 = 0
        let final = min(last.date.dayNumber, first.date.dayNumber + Self.daysMax)
        for day in first.date.dayNumber...final {
            let low = day == first.date.dayNumber ? first.microseconds : 0
            let high =
                day == last.date.dayNumber ? last.microseconds : LocalTime.microsecondsPerDay
            for interval in hours(of: day) {
                sum += max(0, min(interval.end, high) - max(interval.start, low))
            }
        }
        return sum
    }

    /// The instant after a duration of working time: days count as working days at the same time
    /// of day, the rest as working hours.
    ///
    /// Nil for months and weeks, which are no working time, for a negative duration, and when the
    /// calendar has too few open days.
    func adding(_ duration: Duration8601, to instant: Int64, zone: Zone) -> Int64? {
        guard duration.months == 0, duration.weeks == 0, duration.microseconds >= 0 else {
            return nil
        }
        var local = LocalTime(instant: instant, zone: zone)
        var days = duration.days
        var looked = 0
        while days > 0 {
            local.date = CivilDate(dayNumber: local.date.dayNumber + 1)
            if !hours(of: local.date.dayNumber).isEmpty { days -= 1 }
            looked += 1
            guard looked <= Self.daysMax else { return nil }
        }
        var rest = duration.microseconds - duration.days * LocalTime.microsecondsPerDay
        for _ in 0...Self.daysMax {
            for interval in hours(of: local.date.dayNumber) where interval.end > local.microseconds
            {
                let begin = max(interval.start, local.microseconds)
                if rest <= interval.end - begin {
                    local.microseconds = begin + rest
                    return local.instant(zone: zone)
                }
                rest -= interval.end - begin
            }
            local = LocalTime(
                date: CivilDate(dayNumber: local.date.dayNumber + 1), microseconds: 0)
        }
        return nil
    }
}
