// Source: DMN 1.5, 10.3.4.4 list functions: one value from many.
extension Builtins {
    static let aggregateFunctions: [Builtin] = [
        Builtin("min", [["list"]], takesItems: true) { extreme($0, -1, &$1) },
        Builtin("max", [["list"]], takesItems: true) { extreme($0, 1, &$1) },
        Builtin("sum", [["list"]], takesItems: true) { arguments, machine in
            sum(arguments, &machine)
        },
        Builtin("product", [["list"]], takesItems: true) { arguments, machine in
            guard let numbers = numbers(arguments, &machine), !numbers.isEmpty else { return .null }
            var total: Decimal34? = .one
            for number in numbers { total = total?.multiplied(by: number) }
            return total.map(Value.number) ?? machine.fail("the product is too large")
        },
        Builtin("mean", [["list"]], takesItems: true) { arguments, machine in
            guard let numbers = numbers(arguments, &machine), let mean = mean(numbers) else {
                return .null
            }
            return .number(mean)
        },
        Builtin("median", [["list"]], takesItems: true) { arguments, machine in
            guard let numbers = numbers(arguments, &machine)?.sorted(), !numbers.isEmpty else {
                return .null
            }
            let middle = numbers.count / 2
            if !numbers.count.isMultiple(of: 2) { return .number(numbers[middle]) }
            return numbers[middle - 1].adding(numbers[middle])?.divided(by: Decimal34(2))
                .map(Value.number) ?? .null
        },
        Builtin("stddev", [["list"]], takesItems: true) { arguments, machine in
            guard let numbers = numbers(arguments, &machine) else { return .null }
            guard numbers.count > 1 else {
                return machine.fail("a deviation needs at least two numbers")
            }
            return deviation(numbers).map(Value.number) ?? .null
        },
        Builtin("mode", [["list"]], takesItems: true) { arguments, machine in
            guard let numbers = numbers(arguments, &machine) else { return .null }
            return mode(numbers)
        },
    ]

    /// The arguments' numbers; nil when one of them is something else.
    private static func numbers(_ arguments: [Value], _ machine: inout Machine) -> [Decimal34]? {
        guard let items = items(arguments, &machine), machine.spend(items.count) else { return nil }
        var numbers: [Decimal34] = []
        numbers.reserveCapacity(items.count)
        for item in items {
            guard case .number(let number) = item else {
                machine.report("expected numbers, found \(item.typeName)")
                return nil
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func extreme(
        _ arguments: [Value], _ sign: Int, _ machine: inout Machine
    ) -> Value {
        guard let items = items(arguments, &machine), machine.spend(items.count),
            var best = items.first
        else { return .null }
        guard best.order(before: best) != nil else {
            return machine.fail("values of type \(best.typeName) have no order")
        }
        for item in items.dropFirst() {
            guard let order = item.order(before: best) else {
                return machine.fail("cannot order \(item.typeName) and \(best.typeName)")
            }
            if order * sign > 0 { best = item }
        }
        return best
    }

    /// The sum of numbers, or of durations of one kind.
    private static func sum(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard let items = items(arguments, &machine), machine.spend(items.count),
            var total = items.first
        else { return .null }
        if case .text = total { return machine.fail("expected numbers, found string") }
        if items.count == 1 {
            switch total {
            case .number, .yearsAndMonths, .daysAndTime: return total
            default: return machine.fail("expected numbers, found \(total.typeName)")
            }
        }
        for item in items.dropFirst() {
            let next: Value?
            switch (total, item) {
            case (.number(let left), .number(let right)):
                next = left.adding(right).map(Value.number)
            case (.yearsAndMonths, .yearsAndMonths), (.daysAndTime, .daysAndTime):
                next = total.sum(item, &machine)
            default: next = nil
            }
            guard let next else {
                return machine.fail("cannot add \(total.typeName) and \(item.typeName)")
            }
            total = next
        }
        return total
    }

    private static func mean(_ numbers: [Decimal34]) -> Decimal34? {
        guard !numbers.isEmpty else { return nil }
        var total: Decimal34? = .zero
        for number in numbers { total = total?.adding(number) }
        return total?.divided(by: Decimal34(numbers.count))
    }

    /// The sample standard deviation.
    private static func deviation(_ numbers: [Decimal34]) -> Decimal34? {
        guard let mean = mean(numbers) else { return nil }
        var total: Decimal34? = .zero
        for number in numbers {
            guard let distance = number.subtracting(mean),
                let square = distance.multiplied(by: distance)
            else { return nil }
            total = total?.adding(square)
        }
        return total?.divided(by: Decimal34(numbers.count - 1))?.squareRoot
    }

    private static func mode(_ numbers: [Decimal34]) -> Value {
        var counts: [Decimal34: Int] = [:]
        for number in numbers { counts[number, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        return .list(counts.filter { $0.value == most }.keys.sorted().map(Value.number))
    }
}
