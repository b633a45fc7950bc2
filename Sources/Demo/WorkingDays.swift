internal import Records

extension BusinessDate {
    private static let daysPerWeek: Int32 = 7
    /// 1970-01-01 was a Thursday.
    private static let firstWeekday: Int32 = 3

    /// Monday is 0, Sunday is 6.
    var weekday: Int {
        let shifted = (daysSinceEpoch + Self.firstWeekday) % Self.daysPerWeek
        return Int(shifted < 0 ? shifted + Self.daysPerWeek : shifted)
    }

    /// Whether people work on it: Monday to Friday.
    var isWorkingDay: Bool { weekday < 5 }

    /// The date itself, or the Monday after it.
    var orNextWorkingDay: BusinessDate {
        var date = self
        while !date.isWorkingDay { date = date.adding(days: 1) }
        return date
    }

    /// The working day that is so many working days later.
    func adding(workingDays count: Int) -> BusinessDate {
        var date = orNextWorkingDay
        for _ in 0..<max(0, count) { date = date.adding(days: 1).orNextWorkingDay }
        return date
    }
}
