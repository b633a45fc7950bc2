// Source: DMN 1.5, 10.3.4.6 date and time functions, and 10.3.4.8 temporal functions.
extension Builtins {
    private static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    static let temporalFunctions: [Builtin] = [
        Builtin("day of year", [["date"]]) { arguments, machine in
            day(arguments[0], &machine).map { .integer($0.dayOfYear) } ?? .null
        },
        Builtin("day of week", [["date"]]) { arguments, machine in
            day(arguments[0], &machine).map { .text(weekdays[$0.weekday - 1]) } ?? .null
        },
        Builtin("month of year", [["date"]]) { arguments, machine in
            day(arguments[0], &machine).map { .text(months[$0.month - 1]) } ?? .null
        },
        Builtin("week of year", [["date"]]) { arguments, machine in
            day(arguments[0], &machine).map { .integer($0.weekOfYear) } ?? .null
        },
        Builtin("now", [[]]) { _, machine in
            machine.scope.now.map(Value.dateAndTime)
                ?? machine.fail("now() is not known here: the evaluation was given no time")
        },
        Builtin("today", [[]]) { _, machine in
            machine.scope.now.map { .date($0.date) }
                ?? machine.fail("today() is not known here: the evaluation was given no time")
        },
        Builtin("is", [["value1", "value2"]]) { arguments, _ in
            .boolean(isSame(arguments[0], arguments[1]))
        },
    ]

    /// Same kind and same in every part: times in different zones are not the same.
    private static func isSame(_ left: Value, _ right: Value) -> Bool { left == right }
}
