// Source: DMN 1.5, 10.3.4.1 conversion functions, and 10.3.4.2 Boolean function.
extension Builtins {
    static let conversionFunctions: [Builtin] = [
        Builtin("number", [["from"], ["from", "grouping separator", "decimal separator"]]) {
            arguments, machine in
            number(arguments, &machine)
        },
        Builtin("string", [["from"]]) { arguments, machine in
            if arguments[0].isNull { return .null }
            var writer = TextWriter(bytesMaximum: machine.limits.textBytesMaximum)
            writer.write(arguments[0], isNested: false)
            guard machine.spend(writer.text.utf8.count / 16) else { return .null }
            if writer.isCut {
                return machine.fail("the text would be longer than its limit")
            }
            return .text(writer.text)
        },
        Builtin("date", [["from"], ["year", "month", "day"]]) { arguments, machine in
            if arguments.count == 3 { return date(arguments, &machine) }
            switch single(arguments[0]) {
            case .date(let date): return .date(date)
            case .dateAndTime(let moment): return .date(moment.date)
            case let value:
                guard let text = machine.text(value) else { return .null }
                return TemporalText.date(text).map(Value.date)
                    ?? machine.fail("'\(text)' is no date such as 2026-11-23")
            }
        },
        Builtin(
            "time",
            [["from"], ["hour", "minute", "second"], ["hour", "minute", "second", "offset"]]
        ) { arguments, machine in
            if arguments.count > 1 { return time(arguments, &machine) }
            switch single(arguments[0]) {
            case .time(let time): return .time(time)
            case .dateAndTime(let moment): return .time(moment.time)
            case .date(let date): return .time(date.midnight.time)
            case let value:
                guard let text = machine.text(value) else { return .null }
                return TemporalText.time(text).map(Value.time)
                    ?? machine.fail("'\(text)' is no time such as 09:30:00")
            }
        },
        // The time zone as second argument is Camunda's.
        Builtin("date and time", [["from"], ["date", "time"], ["date", "timezone"]]) {
            arguments, machine in
            if arguments.count == 2 { return dateAndTime(arguments, &machine) }
            switch single(arguments[0]) {
            case .dateAndTime(let moment): return .dateAndTime(moment)
            case .date(let date): return .dateAndTime(date.midnight)
            case let value:
                guard let text = machine.text(value) else { return .null }
                return TemporalText.dateAndTime(text).map(Value.dateAndTime)
                    ?? machine.fail("'\(text)' is no date and time such as 2026-11-23T09:30:00")
            }
        },
        Builtin("duration", [["from"]]) { arguments, machine in
            switch single(arguments[0]) {
            case .daysAndTime(let value): return .daysAndTime(value)
            case .yearsAndMonths(let value): return .yearsAndMonths(value)
            case let value:
                guard let text = machine.text(value) else { return .null }
                return TemporalText.duration(text)
                    ?? machine.fail("'\(text)' is no duration such as P1DT2H or P1Y6M")
            }
        },
        Builtin("years and months duration", [["from", "to"]]) { arguments, machine in
            guard let from = day(arguments[0], &machine), let to = day(arguments[1], &machine)
            else { return .null }
            var months = (to.year - from.year) * 12 + to.month - from.month
            // A month that is not complete does not count, in either direction.
            if months > 0 && to.day < from.day { months -= 1 }
            if months < 0 && to.day > from.day { months += 1 }
            return .yearsAndMonths(YearsAndMonths(months: months))
        },
        Builtin("not", [["negand"]]) { arguments, machine in
            if arguments[0].isNull { return .null }
            return machine.boolean(arguments[0]).map { .boolean(!$0) } ?? .null
        },
    ]

    /// The item of a list with one item, else the value.
    static func single(_ value: Value) -> Value {
        if case .list(let items) = value, items.count == 1 { return items[0] }
        return value
    }

    /// The day of a date or of a date and time.
    static func day(_ value: Value, _ machine: inout Machine) -> CalendarDate? {
        switch single(value) {
        case .date(let date): return date
        case .dateAndTime(let moment): return moment.date
        case let other:
            machine.report("expected a date, found \(other.typeName)")
            return nil
        }
    }

    private static func number(_ arguments: [Value], _ machine: inout Machine) -> Value {
        if arguments.count == 1, case .number = single(arguments[0]) { return single(arguments[0]) }
        guard var text = machine.text(arguments[0]) else { return .null }
        if arguments.count == 3 {
            guard let grouping = separator(arguments[1], [" ", ",", "."], &machine),
                let decimal = separator(arguments[2], [",", "."], &machine)
            else { return .null }
            if let grouping, grouping == decimal {
                return machine.fail("the two separators must differ, found '\(grouping)' for both")
            }
            if let grouping { text = String(text.filter { String($0) != grouping }) }
            if let decimal, decimal != "." {
                guard !text.contains(".") else {
                    return machine.fail("'\(text)' is no number with these separators")
                }
                text = String(text.map { String($0) == decimal ? "." : $0 })
            }
        }
        guard
            !text.utf8.contains(where: { $0 == UInt8(ascii: "+") }) || text.contains("e")
                || text.contains("E"),
            let number = Decimal34(text: text)
        else { return machine.fail("'\(text)' is no number") }
        return .number(number)
    }

    /// The separator, which may be null; the outer nil is a wrong one, reported.
    private static func separator(
        _ value: Value, _ allowed: [String], _ machine: inout Machine
    ) -> String?? {
        if value.isNull { return .some(nil) }
        guard let text = machine.text(value) else { return nil }
        guard allowed.contains(text) else {
            machine.report(
                "expected a separator among '" + allowed.joined(separator: "', '")
                    + "', found '\(text)'")
            return nil
        }
        return text
    }

    private static func date(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let year = machine.whole(arguments[0]), let month = machine.whole(arguments[1]),
            let day = machine.whole(arguments[2])
        else { return .null }
        return CalendarDate(year: year, month: month, day: day).map(Value.date)
            ?? machine.fail("there is no day \(day) in month \(month) of year \(year)")
    }

    private static func time(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let hour = machine.whole(arguments[0]), let minute = machine.whole(arguments[1]),
            let seconds = machine.number(arguments[2]),
            let nanoseconds = seconds.rounded(scale: 9, .towardZero)?.scaled(to: 9),
            nanoseconds >= 0, nanoseconds < 60_000_000_000
        else { return .null }
        var zone: Zone?
        if arguments.count > 3, !arguments[3].isNull {
            guard case .daysAndTime(let offset) = single(arguments[3]),
                abs(offset.nanoseconds) <= Int128(Zone.offsetMaximum) * 1_000_000_000
            else {
                return machine.fail("expected an offset of at most 18 hours as a duration")
            }
            zone = .offset(Int32(offset.nanoseconds / 1_000_000_000))
        }
        return TimeOfDay(
            hour: hour, minute: minute, second: Int(nanoseconds / 1_000_000_000),
            nanosecond: Int(nanoseconds % 1_000_000_000), zone: zone
        ).map(Value.time) ?? machine.fail("there is no time \(hour):\(minute):\(seconds)")
    }

    private static func dateAndTime(_ arguments: [Value], _ machine: inout Machine) -> Value {
        if case .text(let name) = single(arguments[1]) {
            return moment(arguments[0], in: name, &machine)
        }
        guard let date = day(arguments[0], &machine) else { return .null }
        guard case .time(let time) = single(arguments[1]) else {
            return machine.fail("expected a time, found \(arguments[1].typeName)")
        }
        return .dateAndTime(DateAndTime(date: date, time: time))
    }

    /// The same moment on another zone's clock; one without a zone is meant in the step's.
    private static func moment(
        _ value: Value, in name: String, _ machine: inout Machine
    ) -> Value {
        guard let zone = zone(name) else { return machine.fail(noZone(name)) }
        var moment: DateAndTime?
        switch single(value) {
        case .dateAndTime(let given): moment = given
        case .text(let text): moment = TemporalText.dateAndTime(text)
        default: break
        }
        guard var moment else {
            return machine.fail("expected a date and time, found \(value.typeName)")
        }
        if moment.zone == nil {
            guard let own = machine.scope.now?.zone,
                let meant = DateAndTime(
                    localNanoseconds: moment.localNanoseconds, zone: own)
            else {
                return machine.fail(
                    "the date and time has no zone, and the evaluation was given none")
            }
            moment = meant
        }
        let nanoseconds = moment.universalNanoseconds
        let offset = zone.offset(atEpochSecond: moment.universalSeconds)
        return DateAndTime(
            localNanoseconds: nanoseconds + Int128(offset) * 1_000_000_000, zone: zone
        ).map(Value.dateAndTime) ?? .null
    }
}
