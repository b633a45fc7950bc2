// Source: DMN 1.5, 10.3.4.7 range functions, and 10.3.4.1 for range(from).
extension Builtins {
    private static let pairs = [
        ["point1", "point2"], ["point", "range"], ["range", "point"], ["range1", "range2"],
    ]

    static let rangeFunctions: [Builtin] = [
        relation("before") { left, right in
            switch (left, right) {
            case (.point(let first), .point(let second)):
                return first.order(before: second).map { $0 < 0 }
            case (.point, .range(let range)):
                return Bound.compare(left.end, Bound.start(range)).map { $0 < 0 }
            case (.range, .point), (.range, .range):
                return Bound.compare(left.end, right.start).map { $0 < 0 }
            }
        },
        relation("after") { left, right in
            Bound.compare(right.end, left.start).map { $0 < 0 }
        },
        ranges("meets") { first, second in
            guard first.endIncluded && second.startIncluded else { return false }
            return same(first.end, second.start)
        },
        ranges("met by") { first, second in
            guard first.startIncluded && second.endIncluded else { return false }
            return same(first.start, second.end)
        },
        ranges("overlaps") { first, second in
            both(
                Bound.compare(Bound.start(first), Bound.end(second)).map { $0 <= 0 },
                Bound.compare(Bound.start(second), Bound.end(first)).map { $0 <= 0 })
        },
        ranges("overlaps before") { first, second in overlapsBefore(first, second) },
        ranges("overlaps after") { first, second in overlapsAfter(first, second) },
        relation("finishes") { left, right in finishes(left, right) },
        relation("finished by") { left, right in finishes(right, left) },
        relation("includes") { left, right in during(right, left) },
        relation("during") { left, right in during(left, right) },
        relation("starts") { left, right in starts(left, right) },
        relation("started by") { left, right in starts(right, left) },
        relation("coincides") { left, right in
            both(
                Bound.compare(left.start, right.start).map { $0 == 0 },
                Bound.compare(left.end, right.end).map { $0 == 0 })
        },
        Builtin("range", [["from"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]) else { return .null }
            return RangeText.read(text)
                ?? machine.fail("'\(text)' is no range of two literals such as [1..10]")
        },
    ]

    /// A single value or a range: what these functions compare.
    private enum Extent {
        case point(Value)
        case range(ValueRange)

        var start: Bound {
            switch self {
            case .point(let value): Bound(value: value, shift: 0)
            case .range(let range): Bound.start(range)
            }
        }

        var end: Bound {
            switch self {
            case .point(let value): Bound(value: value, shift: 0)
            case .range(let range): Bound.end(range)
            }
        }
    }

    /// An end of an extent: its value, and whether it lies just before (-1) or after (1) it.
    ///
    /// No value is an end without limit, on the side that `shift` says.
    private struct Bound {
        let value: Value?
        let shift: Int

        static func start(_ range: ValueRange) -> Bound {
            range.start == nil
                ? Bound(value: nil, shift: -1)
                : Bound(value: range.start, shift: range.startIncluded ? 0 : 1)
        }

        static func end(_ range: ValueRange) -> Bound {
            range.end == nil
                ? Bound(value: nil, shift: 1)
                : Bound(value: range.end, shift: range.endIncluded ? 0 : -1)
        }

        static func compare(_ left: Bound, _ right: Bound) -> Int? {
            guard let first = left.value else {
                return right.value == nil ? left.shift - right.shift : left.shift
            }
            guard let second = right.value else { return -right.shift }
            guard let order = first.order(before: second) else { return nil }
            return order == 0 ? left.shift - right.shift : order
        }
    }

    private static func both(_ left: Bool?, _ right: Bool?) -> Bool? {
        guard let left, let right else { return nil }
        return left && right
    }

    private static func same(_ left: Value?, _ right: Value?) -> Bool? {
        guard let left, let right else { return false }
        return left.order(before: right).map { $0 == 0 }
    }

    private static func overlapsBefore(_ first: ValueRange, _ second: ValueRange) -> Bool? {
        let (starts, inside) = (
            Bound.compare(Bound.start(first), Bound.start(second)).map { $0 < 0 },
            Bound.compare(Bound.start(second), Bound.end(first)).map { $0 <= 0 }
        )
        return both(
            both(starts, inside),
            Bound.compare(Bound.end(first), Bound.end(second)).map { $0 <= 0 })
    }

    private static func overlapsAfter(_ first: ValueRange, _ second: ValueRange) -> Bool? {
        let (starts, inside) = (
            Bound.compare(Bound.start(second), Bound.start(first)).map { $0 < 0 },
            Bound.compare(Bound.start(first), Bound.end(second)).map { $0 <= 0 }
        )
        return both(
            both(starts, inside),
            Bound.compare(Bound.end(second), Bound.end(first)).map { $0 <= 0 })
    }

    private static func finishes(_ left: Extent, _ right: Extent) -> Bool? {
        guard case .range(let outer) = right else { return nil }
        if case .point = left, !outer.endIncluded { return false }
        return both(
            Bound.compare(right.start, left.start).map { $0 <= 0 },
            Bound.compare(left.end, right.end).map { $0 == 0 })
    }

    private static func starts(_ left: Extent, _ right: Extent) -> Bool? {
        guard case .range(let outer) = right else { return nil }
        if case .point = left, !outer.startIncluded { return false }
        return both(
            Bound.compare(left.start, right.start).map { $0 == 0 },
            Bound.compare(left.end, right.end).map { $0 <= 0 })
    }

    private static func during(_ left: Extent, _ right: Extent) -> Bool? {
        guard case .range = right else { return nil }
        return both(
            Bound.compare(right.start, left.start).map { $0 <= 0 },
            Bound.compare(left.end, right.end).map { $0 <= 0 })
    }

    private static func relation(
        _ name: String, _ holds: @escaping @Sendable (Extent, Extent) -> Bool?
    ) -> Builtin {
        Builtin(name, pairs) { arguments, machine in
            func extent(_ value: Value) -> Extent {
                if case .range(let range) = value { return .range(range) }
                return .point(single(value))
            }
            return holds(extent(arguments[0]), extent(arguments[1])).map(Value.boolean)
                ?? machine.fail(
                    "\(name) cannot relate \(arguments[0].typeName) and "
                        + arguments[1].typeName)
        }
    }

    private static func ranges(
        _ name: String, _ holds: @escaping @Sendable (ValueRange, ValueRange) -> Bool?
    ) -> Builtin {
        Builtin(name, [["range1", "range2"]]) { arguments, machine in
            guard case .range(let first) = single(arguments[0]),
                case .range(let second) = single(arguments[1])
            else {
                return machine.fail(
                    "\(name) needs two ranges, found \(arguments[0].typeName) and "
                        + arguments[1].typeName)
            }
            return holds(first, second).map(Value.boolean)
                ?? machine.fail("the ends of the two ranges cannot be compared")
        }
    }
}

/// Reads the text of a range whose ends are literals.
enum RangeText {
    static func read(_ source: String) -> Value? {
        let text = NameRules.trimmed(source)
        guard let opening = text.unicodeScalars.first, let closing = text.unicodeScalars.last,
            ["[", "(", "]"].contains(opening), ["]", ")", "["].contains(closing),
            text.unicodeScalars.count >= 4,
            let compiled = try? Expression.compile(text, names: KnownNames())
        else { return nil }
        guard compiled.freeNames.isEmpty, compiled.isRangeOfLiterals else { return nil }
        let result = compiled.evaluate(in: .empty)
        guard case .range(let range) = result.value, result.problems.isEmpty else { return nil }
        // A text must not turn the ends around, though an expression may.
        if let start = range.start, let end = range.end,
            (start.order(before: end) ?? 0) > 0
        {
            return nil
        }
        return result.value
    }
}
