// Source: DMN 1.5, 10.3.4.5 numeric functions.
extension Builtins {
    private static let scaleRange = -6_111...6_176

    private static let roundingModes: [String: Decimal34.Rounding] = [
        "UP": .awayFromZero, "DOWN": .towardZero, "CEILING": .up, "FLOOR": .down,
        "HALF_UP": .halfAwayFromZero, "HALF_DOWN": .halfTowardZero, "HALF_EVEN": .halfToEven,
    ]

    static let numberFunctions: [Builtin] = [
        // The mode is Camunda's.
        Builtin("decimal", [["n", "scale"], ["n", "scale", "mode"]]) { arguments, machine in
            guard arguments.count > 2, !arguments[2].isNull else {
                return round(Array(arguments.prefix(2)), .halfToEven, &machine)
            }
            guard let mode = machine.text(arguments[2]) else { return .null }
            guard let rule = roundingModes[mode.uppercased()] else {
                return machine.fail(
                    "there is no rounding mode '\(mode)'; expected "
                        + roundingModes.keys.sorted().joined(separator: ", "))
            }
            return round(Array(arguments.prefix(2)), rule, &machine)
        },
        Builtin("floor", [["n"], ["n", "scale"]]) { round($0, .down, &$1) },
        Builtin("ceiling", [["n"], ["n", "scale"]]) { round($0, .up, &$1) },
        Builtin("round up", [["n", "scale"]]) { round($0, .awayFromZero, &$1) },
        Builtin("round down", [["n", "scale"]]) { round($0, .towardZero, &$1) },
        Builtin("round half up", [["n", "scale"]]) { round($0, .halfAwayFromZero, &$1) },
        Builtin("round half down", [["n", "scale"]]) { round($0, .halfTowardZero, &$1) },
        Builtin("abs", [["n"]]) { arguments, machine in
            var value = arguments[0]
            if case .list(let items) = value, items.count == 1 { value = items[0] }
            switch value {
            case .daysAndTime(let time):
                return .daysAndTime(DaysAndTime(nanoseconds: abs(time.nanoseconds)))
            case .yearsAndMonths(let months):
                return .yearsAndMonths(YearsAndMonths(months: abs(months.total)))
            default: return machine.number(value).map { .number($0.absolute) } ?? .null
            }
        },
        Builtin("modulo", [["dividend", "divisor"]]) { arguments, machine in
            guard let dividend = machine.number(arguments[0]),
                let divisor = machine.number(arguments[1]),
                dividend.hasExponent(near: divisor)
                    || machine.spend(8 * machine.limits.functionSteps)
            else { return .null }
            return dividend.modulo(divisor).map(Value.number)
                ?? machine.fail("modulo cannot divide by zero")
        },
        Builtin("sqrt", [["number"]]) { arguments, machine in
            guard let number = machine.number(arguments[0]),
                machine.spend(machine.limits.functionSteps)
            else { return .null }
            return number.squareRoot.map(Value.number)
                ?? machine.fail("a negative number has no square root")
        },
        Builtin("log", [["number"]]) { arguments, machine in
            guard let number = machine.number(arguments[0]),
                machine.spend(machine.limits.functionSteps)
            else { return .null }
            return number.naturalLogarithm.map(Value.number)
                ?? machine.fail("only a positive number has a logarithm")
        },
        Builtin("exp", [["number"]]) { arguments, machine in
            guard let number = machine.number(arguments[0]),
                machine.spend(machine.limits.functionSteps)
            else { return .null }
            return number.exponential.map(Value.number)
                ?? machine.fail("the exponential of \(number) is too large")
        },
        Builtin("odd", [["number"]]) { arguments, machine in
            parity(arguments[0], &machine).map { .boolean($0 == 1) } ?? .null
        },
        Builtin("even", [["number"]]) { arguments, machine in
            parity(arguments[0], &machine).map { .boolean($0 == 0) } ?? .null
        },
    ]

    private static func round(
        _ arguments: [Value], _ rule: Decimal34.Rounding, _ machine: inout Machine
    ) -> Value {
        guard let number = machine.number(arguments[0]) else { return .null }
        var scale = 0
        if arguments.count > 1 {
            guard let read = machine.whole(arguments[1]) else { return .null }
            guard scaleRange.contains(read) else {
                return machine.fail(
                    "the scale must be \(scaleRange.lowerBound) to \(scaleRange.upperBound), "
                        + "found \(read)")
            }
            scale = read
        }
        return number.rounded(scale: scale, rule).map(Value.number)
            ?? machine.fail("the rounded number is too large")
    }

    /// 0 for even, 1 for odd, 2 for a number with a fraction.
    private static func parity(_ value: Value, _ machine: inout Machine) -> Int? {
        guard let number = machine.number(value) else { return nil }
        guard number.isInteger else { return 2 }
        return number.modulo(Decimal34(2))?.integer
    }
}
