/// A day and a time on its clock.
package struct DateAndTime: Sendable, Hashable {
    package let time: TimeOfDay
    package let date: CalendarDate

    package init(date: CalendarDate, time: TimeOfDay) {
        self.date = date
        self.time = time
    }

    /// The moment that many microseconds after 1970-01-01T00:00:00Z, on the clock of `zone`.
    package init?(microsecondsSinceEpoch microseconds: Int64, zone: Zone = .utc) {
        let seconds = Int64(
            (Int128(microseconds) - Int128(microseconds < 0 ? 999_999 : 0)) / 1_000_000)
        let offset = zone.offset(atEpochSecond: seconds)
        let local = Int128(microseconds) * 1_000 + Int128(offset) * 1_000_000_000
        self.init(localNanoseconds: local, zone: zone)
    }

    /// The moment whose clock shows that many nanoseconds after 1970-01-01T00:00:00.
    init?(localNanoseconds: Int128, zone: Zone?) {
        let day = Int128(TimeOfDay.nanosecondsPerDay)
        var days = localNanoseconds / day
        if localNanoseconds % day < 0 { days -= 1 }
        guard let count = Int(exactly: days), let date = CalendarDate(daysSinceEpoch: count) else {
            return nil
        }
        self.date = date
        time = TimeOfDay(wrapping: localNanoseconds, zone: zone)
    }

    package var zone: Zone? { time.zone }

    /// What the clock shows, as nanoseconds after 1970-01-01T00:00:00 on that clock.
    var localNanoseconds: Int128 {
        Int128(date.daysSinceEpoch) * Int128(TimeOfDay.nanosecondsPerDay)
            + Int128(time.nanoseconds)
    }

    /// Distance from UTC in seconds; nil without a zone.
    package var offsetSeconds: Int? {
        zone.map {
            $0.offset(
                atLocalSecond: Int64(date.daysSinceEpoch) * 86_400
                    + time.nanoseconds / TimeOfDay.nanosecondsPerSecond)
        }
    }

    /// Seconds after 1970-01-01T00:00:00Z; without a zone the clock is read as UTC.
    var universalSeconds: Int64 {
        Int64(date.daysSinceEpoch) * 86_400 + time.nanoseconds / TimeOfDay.nanosecondsPerSecond
            - Int64(offsetSeconds ?? 0)
    }

    /// Nanoseconds after 1970-01-01T00:00:00Z; without a zone the clock is read as UTC.
    package var universalNanoseconds: Int128 {
        localNanoseconds - Int128(offsetSeconds ?? 0) * Int128(TimeOfDay.nanosecondsPerSecond)
    }

    /// The moment that much later.
    ///
    /// In a region the distance is real time across clock changes.
    func adding(nanoseconds: Int128) -> DateAndTime? {
        guard case .region(let region)? = zone else {
            return DateAndTime(localNanoseconds: localNanoseconds + nanoseconds, zone: zone)
        }
        let moment = universalNanoseconds + nanoseconds
        let second = Int128(TimeOfDay.nanosecondsPerSecond)
        guard let epoch = Int64(exactly: (moment - (moment < 0 ? second - 1 : 0)) / second) else {
            return nil
        }
        let offset = Int128(region.offset(atEpochSecond: epoch))
        return DateAndTime(localNanoseconds: moment + offset * second, zone: zone)
    }

    func adding(months: Int) -> DateAndTime? {
        date.adding(months: months).map { DateAndTime(date: $0, time: time) }
    }
}

extension DateAndTime: CustomStringConvertible {
    /// ISO 8601: `2026-11-23T09:05:00Z`.
    package var description: String { "\(date)T\(time)" }
}
