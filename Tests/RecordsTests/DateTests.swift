import Records
import Testing

@Suite("A business date is a day of the calendar")
struct BusinessDateTests {
    @Test("all days from 0001-01-01 to 9999-12-31 come one after the other")
    func everyDay() throws {
        var expected = BusinessDate.dayNumbers.lowerBound
        for year in 1...9999 {
            for month in 1...12 {
                let length = BusinessDate.days(inMonth: month, of: year)
                for day in year % 97 == 1 ? 1...length : length...length {
                    let date = try #require(BusinessDate(year: year, month: month, day: day))
                    let parts = date.parts
                    if parts != (year, month, day) { Issue.record("\(parts)") }
                    if day == length {
                        let next = date.daysSinceEpoch
                        if next != expected + Int32(length) - 1 { Issue.record("\(date)") }
                    }
                }
                expected += Int32(length)
            }
        }
        #expect(expected - 1 == BusinessDate.dayNumbers.upperBound)
    }

    @Test("a sample of days reads back from its text")
    func texts() throws {
        for number in stride(
            from: BusinessDate.dayNumbers.lowerBound, through: BusinessDate.dayNumbers.upperBound,
            by: 61)
        {
            let date = BusinessDate(daysSinceEpoch: number)
            #expect(date.description.utf8.count == 10)
            #expect(BusinessDate(date.description) == date)
        }
    }

    // swift-format-ignore
    static let table: [Row<Int32?>] = [
        Row("1970-01-01", 0), Row("1969-12-31", -1), Row("2000-02-29", 11_016), Row("2026-09-30", 20_726),
        Row("0001-01-01", -719_162), Row("9999-12-31", 2_932_896), Row("2024-02-29", 19_782),
        Row("2023-02-29", nil), Row("1900-02-29", nil), Row("2026-02-30", nil), Row("2026-04-31", nil),
        Row("2026-13-01", nil), Row("2026-00-10", nil), Row("2026-01-00", nil), Row("2026-01-32", nil),
        Row("0000-01-01", nil), Row("10000-01-01", nil), Row("2026-1-01", nil), Row("2026-01-1", nil),
        Row("20260101", nil), Row("2026/01/01", nil), Row("-026-01-01", nil), Row("+026-01-01", nil),
        Row(" 2026-01-01", nil), Row("2026-01-01 ", nil), Row("2026-01-01T", nil), Row("２026-01-1", nil), Row("", nil),
    ]

    @Test(arguments: table)
    func reads(_ row: Row<Int32?>) {
        #expect(BusinessDate(row.given)?.daysSinceEpoch == row.expected)
    }

    @Test("months have a first and a last day")
    func months() throws {
        let day = try #require(BusinessDate("2024-02-10"))
        #expect(day.startOfMonth.description == "2024-02-01")
        #expect(day.endOfMonth.description == "2024-02-29")
        #expect(day.adding(days: 20).description == "2024-03-01")
        #expect(day.adding(days: -10).description == "2024-01-31")
        #expect(day.endOfMonth.days(since: day) == 19)
    }

    @Test(
        "counting beyond the calendar stays at its end",
        arguments: [Int.max, Int(Int32.max), 5_000_000])
    func extremes(_ days: Int) {
        let today = BusinessDate(daysSinceEpoch: 20_000)
        #expect(today.adding(days: days).description == "9999-12-31")
        #expect(today.adding(days: -days).description == "0001-01-01")
        #expect(BusinessDate(daysSinceEpoch: .max).endOfMonth.description == "9999-12-31")
        #expect(BusinessDate(daysSinceEpoch: .min).startOfMonth.description == "0001-01-01")
    }
}

@Suite("An instant is a point of time in UTC")
struct InstantTests {
    // swift-format-ignore
    static let table: [Row<Int64?>] = [
        Row("1970-01-01T00:00:00Z", 0), Row("1969-12-31T23:59:59Z", -1_000_000),
        Row("1970-01-01T00:00:00.5Z", 500_000), Row("1970-01-01T00:00:00.000001Z", 1),
        Row("2026-09-30T12:00:00Z", 1_790_769_600_000_000), Row("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        Row("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        Row("2026-09-30T24:00:00Z", nil), Row("2026-09-30T12:60:00Z", nil), Row("2026-09-30T12:00:60Z", nil),
        Row("2026-09-31T12:00:00Z", nil), Row("2026-09-30 12:00:00Z", nil), Row("2026-09-30T12:00:00", nil),
        Row("2026-09-30T12:00Z", nil), Row("2026-09-30T12:00:00+02:00", nil), Row("2026-09-30T12:00:00.Z", nil),
        Row("2026-09-30T12:00:00.1234567Z", nil), Row("2026-09-30T12:00:00ZZ", nil), Row("2026-09-30t12:00:00z", nil),
        Row("2026-09-30T1:00:00Z", nil), Row("2026-09-30T12:00:00.1.2Z", nil), Row("Z", nil), Row("", nil),
        Row("2026-09-30T12:00:-1Z", nil), Row("2026-09-30T12:00:00.+1Z", nil),
    ]

    @Test(arguments: table)
    func reads(_ row: Row<Int64?>) {
        #expect(Instant(row.given)?.microsecondsSinceEpoch == row.expected)
    }

    @Test("instants read back from their texts")
    func roundTrip() throws {
        var generator = seededGenerator()
        for _ in 0..<2_000 {
            let instant = Instant(
                microsecondsSinceEpoch: Int64.random(
                    in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator))
            #expect(Instant(instant.description) == instant)
            #expect(instant.description.hasPrefix(instant.dateInUTC.description))
        }
    }

    @Test("instants beyond the calendar neither trap nor pass its ends")
    func extremes() {
        let (least, most) = (
            Instant(microsecondsSinceEpoch: .min), Instant(microsecondsSinceEpoch: .max)
        )
        #expect(least.description == "0001-01-01T00:00:00Z")
        #expect(most.description == "9999-12-31T23:59:59.999999Z")
        #expect(least.dateInUTC.description == "0001-01-01")
        #expect(most.adding(microseconds: 1) == most)
        #expect(least.adding(microseconds: -1) == least)
        #expect(least < most)
        let lastDay = BusinessDate(daysSinceEpoch: .max)
        #expect(Instant(startOf: lastDay).description == "9999-12-31T00:00:00Z")
    }
}
