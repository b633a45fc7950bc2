import Business
import Engine
import Records
import Testing

/// When a date begins in a zone, also on the days on which its clocks are changed.
struct FirstInstant: Sendable, CustomTestStringConvertible {
    let zone: String
    let date: String
    let begins: String
    /// The date at that instant, where the zone left out the date itself.
    var becomes: String?

    var testDescription: String { "\(zone) \(date) begins \(begins)" }

    init(_ zone: String, _ date: String, _ begins: String, becomes: String? = nil) {
        self.zone = zone
        self.date = date
        self.begins = begins
        self.becomes = becomes
    }

    static let table = [
        FirstInstant("UTC", "2026-03-29", "2026-03-29T00:00:00Z"),
        // An hour forward on 29 March, back on 25 October.
        FirstInstant("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"),
        FirstInstant("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"),
        FirstInstant("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"),
        FirstInstant("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z"),
        // Midnight came twice on 1 October 1916: the first one counts.
        FirstInstant("Europe/Berlin", "1916-10-01", "1916-09-30T22:00:00Z"),
        // West of UTC the change comes after midnight of UTC.
        FirstInstant("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"),
        FirstInstant("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"),
        FirstInstant("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"),
        FirstInstant("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"),
        // The clock went forward at midnight: the day began at one.
        FirstInstant("America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z"),
        FirstInstant("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        FirstInstant("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z"),
        // And back at midnight: the last hour of the day before came twice.
        FirstInstant("America/Sao_Paulo", "2019-02-16", "2019-02-16T02:00:00Z"),
        FirstInstant("America/Sao_Paulo", "2019-02-17", "2019-02-17T03:00:00Z"),
        FirstInstant("Asia/Shanghai", "2026-06-01", "2026-05-31T16:00:00Z"),
        FirstInstant("Asia/Shanghai", "1986-05-05", "1986-05-04T15:00:00Z"),
        // The zone changed to the other side of the date line: 30 December never was.
        FirstInstant("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
        FirstInstant("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", becomes: "2011-12-31"),
        FirstInstant("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        FirstInstant("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
        FirstInstant("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"),
        FirstInstant("Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30:00Z"),
        // Half an hour back on 5 April, forward on 4 October.
        FirstInstant("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z"),
        FirstInstant("Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30:00Z"),
        FirstInstant("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z"),
        FirstInstant("Australia/Lord_Howe", "2026-10-05", "2026-10-04T13:00:00Z"),
    ]

    static let zones = Set(table.map(\.zone)).sorted()
}

@Suite("The company's calendar")
struct CompanyCalendarTests {
    @Test("a date begins when the zone's clocks say so", arguments: FirstInstant.table)
    func begins(_ row: FirstInstant) throws {
        let calendar = CompanyCalendar(zoneName: row.zone)
        let date = try #require(BusinessDate(row.date))
        let start = calendar.start(of: date)
        #expect(start.description == row.begins)
        #expect(calendar.date(at: start).description == row.becomes ?? row.date)
        #expect(calendar.date(at: start.adding(microseconds: -1)) < date)
    }

    @Test(
        "all dates of a quarter of a century follow each other without gap or overlap",
        arguments: FirstInstant.zones)
    func everyDate(_ zone: String) throws {
        let calendar = CompanyCalendar(zoneName: zone)
        var date = try #require(BusinessDate("2005-01-01"))
        let last = try #require(BusinessDate("2030-01-01"))
        var left: [String] = []
        while date < last {
            let start = calendar.start(of: date)
            let end = calendar.end(of: date)
            if end < start {
                left.append(date.description)
            } else {
                let dates = [start, end].map(calendar.date)
                #expect(dates == [date, date], "\(zone) \(date)")
            }
            date = date.adding(days: 1)
        }
        #expect(left == (zone == "Pacific/Apia" ? ["2011-12-30"] : []))
    }

    @Test("an instant lies between the beginning and the end of its date", arguments: [1, 2, 3])
    func random(_ seed: UInt64) {
        print("company calendar: seed \(seed)")
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        for zone in FirstInstant.zones {
            let calendar = CompanyCalendar(zoneName: zone)
            for _ in 0..<500 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let instant = Instant(
                    microsecondsSinceEpoch: Int64(state >> 1) % 2_000_000_000_000_000)
                let date = calendar.date(at: instant)
                #expect(calendar.start(of: date) <= instant, "\(zone) \(instant)")
                #expect(instant <= calendar.end(of: date), "\(zone) \(instant)")
            }
        }
    }

    @Test("before 1970 an instant between two seconds belongs to the earlier one")
    func beforeTheEpoch() throws {
        let calendar = CompanyCalendar(zoneName: "UTC")
        let last = Instant(microsecondsSinceEpoch: -1)
        #expect(calendar.date(at: last).description == "1969-12-31")
    }
}
