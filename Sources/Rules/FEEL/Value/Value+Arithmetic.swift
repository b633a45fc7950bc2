// What the operators mean for values that are not two numbers; nil where they mean nothing.
//
// Source: DMN 1.5, 10.3.2.12, tables 57 to 60.
extension Value {
    func sum(_ other: Value, _ machine: inout Machine) -> Value? {
        switch (self, other) {
        case (.text(let left), .text(let right)):
            guard machine.spend((left.utf8.count + right.utf8.count) / 64) else { return nil }
            return machine.bounded(left + right)
        case (.yearsAndMonths(let left), .yearsAndMonths(let right)):
            return Self.months(left.total + right.total)
        case (.daysAndTime(let left), .daysAndTime(let right)):
            return Self.nanoseconds(left.nanoseconds + right.nanoseconds)
        case (.yearsAndMonths(let months), _): return other.moved(months: months.total)
        case (_, .yearsAndMonths(let months)): return moved(months: months.total)
        case (.daysAndTime(let time), _): return other.moved(nanoseconds: time.nanoseconds)
        case (_, .daysAndTime(let time)): return moved(nanoseconds: time.nanoseconds)
        default: return nil
        }
    }

    func difference(_ other: Value) -> Value? {
        switch (self, other) {
        case (.yearsAndMonths(let left), .yearsAndMonths(let right)):
            return Self.months(left.total - right.total)
        case (.daysAndTime(let left), .daysAndTime(let right)):
            return Self.nanoseconds(left.nanoseconds - right.nanoseconds)
        case (_, .yearsAndMonths(let months)): return moved(months: -months.total)
        case (_, .daysAndTime(let time)): return moved(nanoseconds: -time.nanoseconds)
        case (.date(let left), .date(let right)):
            return Self.nanoseconds(
                Int128(left.daysSinceEpoch - right.daysSinceEpoch)
                    * Int128(TimeOfDay.nanosecondsPerDay))
        case (.date(let left), .dateAndTime):
            return Value.dateAndTime(left.midnight).difference(other)
        case (.dateAndTime, .date(let right)): return difference(.dateAndTime(right.midnight))
        case (.dateAndTime(let left), .dateAndTime(let right)):
            guard (left.zone == nil) == (right.zone == nil) else { return nil }
            return Self.nanoseconds(left.universalNanoseconds - right.universalNanoseconds)
        case (.time(let left), .time(let right)):
            guard (left.zone == nil) == (right.zone == nil) else { return nil }
            return Self.nanoseconds(
                Int128(left.universalNanoseconds) - Int128(right.universalNanoseconds))
        default: return nil
        }
    }

    func product(_ other: Value) -> Value? {
        switch (self, other) {
        case (.number(let factor), .yearsAndMonths(let months)),
            (.yearsAndMonths(let months), .number(let factor)):
            return Self.months(Decimal34(months.total).multiplied(by: factor))
        case (.number(let factor), .daysAndTime(let time)),
            (.daysAndTime(let time), .number(let factor)):
            return time.seconds.multiplied(by: factor).flatMap(DaysAndTime.init(seconds:))
                .map(Value.daysAndTime)
        default: return nil
        }
    }

    func quotient(_ other: Value) -> Value? {
        switch (self, other) {
        case (.yearsAndMonths(let months), .number(let divisor)):
            return Self.months(Decimal34(months.total).divided(by: divisor))
        case (.daysAndTime(let time), .number(let divisor)):
            return time.seconds.divided(by: divisor).flatMap(DaysAndTime.init(seconds:))
                .map(Value.daysAndTime)
        case (.yearsAndMonths(let left), .yearsAndMonths(let right)):
            return Decimal34(left.total).divided(by: Decimal34(right.total)).map(Value.number)
        case (.daysAndTime(let left), .daysAndTime(let right)):
            return left.seconds.divided(by: right.seconds).map(Value.number)
        default: return nil
        }
    }

    private static func months(_ count: Int) -> Value? {
        abs(count) <= YearsAndMonths.monthsMaximum
            ? .yearsAndMonths(YearsAndMonths(months: count)) : nil
    }

    /// Whole months, the fraction cut off.
    private static func months(_ count: Decimal34?) -> Value? {
        count?.rounded(scale: 0, .towardZero)?.integer.flatMap { months($0) }
    }

    private static func nanoseconds(_ count: Int128) -> Value? {
        abs(count) <= DaysAndTime.nanosecondsMaximum
            ? .daysAndTime(DaysAndTime(nanoseconds: count)) : nil
    }

    private func moved(months: Int) -> Value? {
        switch self {
        case .date(let date): date.adding(months: months).map(Value.date)
        case .dateAndTime(let moment): moment.adding(months: months).map(Value.dateAndTime)
        default: nil
        }
    }

    private func moved(nanoseconds: Int128) -> Value? {
        switch self {
        case .date(let date):
            DateAndTime(date: date, time: .midnight(zone: nil)).adding(nanoseconds: nanoseconds)
                .map { .date($0.date) }
        case .dateAndTime(let moment):
            moment.adding(nanoseconds: nanoseconds).map(Value.dateAndTime)
        case .time(let time):
            .time(TimeOfDay(wrapping: Int128(time.nanoseconds) + nanoseconds, zone: time.zone))
        default: nil
        }
    }
}
