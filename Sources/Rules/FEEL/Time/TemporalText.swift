extension Value {
    /// The date, date and time, time or duration that a text names, as behind FEEL's `@`; nil where
    /// it names none.
    package init?(temporal text: String) {
        if let date = TemporalText.date(text) {
            self = .date(date)
        } else if let moment = TemporalText.dateAndTime(text) {
            self = .dateAndTime(moment)
        } else if let time = TemporalText.time(text) {
            self = .time(time)
        } else if let duration = TemporalText.duration(text) {
            self = duration
        } else {
            return nil
        }
    }
}

/// Reads the texts of dates, times and durations, strictly as XML Schema and FEEL write them.
///
/// - Source: DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8; XML Schema part 2, 3.2.6 to 3.2.9.
struct TemporalText {
    private let bytes: [UInt8]
    private var index = 0
    /// Whether the time just read was 24:00:00.
    private var isEndOfDay = false

    init(_ text: String) { bytes = Array(text.utf8) }

    static func date(_ text: String) -> CalendarDate? {
        var reader = TemporalText(text)
        guard let date = reader.readDate(), reader.isAtEnd else { return nil }
        return date
    }

    static func time(_ text: String) -> TimeOfDay? {
        var reader = TemporalText(text)
        guard let time = reader.readTime(), reader.isAtEnd else { return nil }
        return time
    }

    /// A date and time; a date alone is its midnight.
    static func dateAndTime(_ text: String) -> DateAndTime? {
        var reader = TemporalText(text)
        guard let date = reader.readDate() else { return nil }
        if reader.isAtEnd { return DateAndTime(date: date, time: .midnight(zone: nil)) }
        guard reader.accept("T"), let time = reader.readTime(), reader.isAtEnd else { return nil }
        guard reader.isEndOfDay else { return DateAndTime(date: date, time: time) }
        return date.adding(days: 1).map { DateAndTime(date: $0, time: time) }
    }

    static func duration(_ text: String) -> Value? {
        var reader = TemporalText(text)
        guard let value = reader.readDuration(), reader.isAtEnd else { return nil }
        return value
    }

    // MARK: Parts

    private var isAtEnd: Bool { index == bytes.count }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }

    private mutating func readDigits(atMost limit: Int = 18) -> (value: Int, count: Int)? {
        let start = index
        var value = 0
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
            guard index - start < limit else { return nil }
            value = value * 10 + Int(bytes[index] - 48)
            index += 1
        }
        return index > start ? (value, index - start) : nil
    }

    private mutating func readTwoDigits() -> Int? {
        guard let (value, count) = readDigits(), count == 2 else { return nil }
        return value
    }

    private mutating func readDate() -> CalendarDate? {
        let isNegative = accept("-")
        let start = index
        guard let (year, count) = readDigits(atMost: 9), count >= 4,
            count == 4 || bytes[start] != UInt8(ascii: "0"),
            accept("-"), let month = readTwoDigits(), accept("-"), let day = readTwoDigits()
        else { return nil }
        return CalendarDate(year: isNegative ? -year : year, month: month, day: day)
    }

    private mutating func readTime() -> TimeOfDay? {
        guard let hour = readTwoDigits(), accept(":"), let minute = readTwoDigits(), accept(":"),
            let second = readTwoDigits()
        else { return nil }
        var nanosecond = 0
        if accept(".") {
            guard let read = readFraction() else { return nil }
            nanosecond = read
        }
        var zone: Zone?
        if !isAtEnd {
            guard let read = readZone() else { return nil }
            zone = read
        }
        // The end of a day is the first moment of the next one.
        isEndOfDay = hour == 24 && minute == 0 && second == 0 && nanosecond == 0
        return TimeOfDay(
            hour: isEndOfDay ? 0 : hour, minute: minute, second: second, nanosecond: nanosecond,
            zone: zone)
    }

    /// Nanoseconds; digits beyond the ninth are cut off.
    private mutating func readFraction() -> Int? {
        var value = 0
        var count = 0
        while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
            if count < 9 { value = value * 10 + Int(bytes[index] - 48) }
            count += 1
            index += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    private mutating func readZone() -> Zone? {
        if accept("Z") || accept("z") { return .utc }
        if accept("@") {
            let name = String(decoding: bytes[index...], as: UTF8.self)
            index = bytes.count
            return ZoneRegion(name: name).map(Zone.region)
        }
        let isNegative = accept("-")
        guard isNegative || accept("+"), let hours = readTwoDigits(), accept(":"),
            let minutes = readTwoDigits(), minutes < 60
        else { return nil }
        var distance = hours * 3_600 + minutes * 60
        if accept(":") {
            guard let seconds = readTwoDigits(), seconds < 60 else { return nil }
            distance += seconds
        }
        guard distance <= Int(Zone.offsetMaximum) else { return nil }
        return .offset(Int32(isNegative ? -distance : distance))
    }

    private mutating func readDuration() -> Value? {
        let isNegative = accept("-")
        guard accept("P") else { return nil }
        var months = 0
        var nanoseconds: Int128 = 0
        var (hasMonths, hasTime, inTime) = (false, false, false)
        var lastUnit = 0
        while !isAtEnd {
            if !inTime, accept("T") {
                inTime = true
                guard !isAtEnd else { return nil }
                continue
            }
            guard let (value, _) = readDigits() else { return nil }
            var fraction = 0
            let hasFraction = accept(".")
            if hasFraction { fraction = readFraction() ?? 0 }
            guard index < bytes.count else { return nil }
            let unit = bytes[index]
            index += 1
            let place: Int
            switch (inTime, unit) {
            case (false, UInt8(ascii: "Y")):
                (place, months) = (1, months + min(value, YearsAndMonths.monthsMaximum) * 12)
            case (false, UInt8(ascii: "M")): (place, months) = (2, months + value)
            case (false, UInt8(ascii: "D")): (place, nanoseconds) = (3, Int128(value) * 86_400)
            case (true, UInt8(ascii: "H")):
                (place, nanoseconds) = (4, nanoseconds + Int128(value) * 3_600)
            case (true, UInt8(ascii: "M")):
                (place, nanoseconds) = (5, nanoseconds + Int128(value) * 60)
            case (true, UInt8(ascii: "S")): (place, nanoseconds) = (6, nanoseconds + Int128(value))
            default: return nil
            }
            guard place > lastUnit, !hasFraction || place == 6 else { return nil }
            lastUnit = place
            if place <= 2 { hasMonths = true } else { hasTime = true }
            if place == 6 {
                nanoseconds = nanoseconds * 1_000_000_000 + Int128(fraction)
            }
        }
        if hasTime && lastUnit < 6 { nanoseconds *= 1_000_000_000 }
        guard hasMonths != hasTime else { return nil }
        if hasMonths {
            guard months <= YearsAndMonths.monthsMaximum else { return nil }
            return .yearsAndMonths(YearsAndMonths(months: isNegative ? -months : months))
        }
        guard nanoseconds <= DaysAndTime.nanosecondsMaximum else { return nil }
        return .daysAndTime(DaysAndTime(nanoseconds: isNegative ? -nanoseconds : nanoseconds))
    }
}
