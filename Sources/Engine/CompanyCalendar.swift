package import FEEL
package import Records

/// The company's calendar: which date it is there at an instant, and when a date begins.
///
/// The one place where the engine turns instants into dates and back. Inside, where commands are
/// decided, there are dates alone.
package struct CompanyCalendar: Sendable {
    /// The zone whose clocks count.
    package let zone: Zone

    /// The calendar of a zone by its IANA name; UTC where the system does not know the name.
    package init(zoneName: String) {
        zone = ZoneRegion(identifier: zoneName).map(Zone.region) ?? .utc
    }

    /// Whether the system knows a zone by its IANA name.
    package static func isKnown(_ zoneName: String) -> Bool {
        ZoneRegion(identifier: zoneName) != nil
    }

    /// The date at an instant.
    package func date(at instant: Instant) -> BusinessDate {
        let (whole, rest) = instant.microsecondsSinceEpoch.quotientAndRemainder(
            dividingBy: 1_000_000)
        let offset = zone.offset(atEpochSecond: rest < 0 ? whole - 1 : whole)
        return instant.adding(microseconds: Int64(offset) * 1_000_000).dateInUTC
    }

    /// The first instant of a date; of one that the zone left out, the first after it.
    package func start(of date: BusinessDate) -> Instant {
        let second = zone.firstSecond(ofDay: Int64(date.daysSinceEpoch))
        return Instant(microsecondsSinceEpoch: second * 1_000_000)
    }

    /// The last instant of a date.
    package func end(of date: BusinessDate) -> Instant {
        start(of: date.adding(days: 1)).adding(microseconds: -1)
    }
}
