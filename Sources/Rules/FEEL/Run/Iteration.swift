/// `name in list` or `name in start..end` of a loop.
package final class IterationDomain: Sendable {
    let start: any Node
    let end: (any Node)?
    let position: SourcePosition

    package init(start: any Node, end: (any Node)?, position: SourcePosition) {
        self.start = start
        self.end = end
        self.position = position
    }

    /// What a domain runs over.
    ///
    /// Whole numbers and days are counted, not stored.
    enum Items {
        case list([Value])
        case numbers(from: Int, step: Int, count: Int)
        case days(from: CalendarDate, step: Int, count: Int)

        var count: Int {
            switch self {
            case .list(let items): items.count
            case .numbers(_, _, let count), .days(_, _, let count): count
            }
        }

        func item(_ place: Int) -> Value {
            switch self {
            case .list(let items): items[place]
            case .numbers(let first, let step, _): .integer(first + place * step)
            case .days(let first, let step, _):
                first.adding(days: place * step).map(Value.date) ?? .null
            }
        }
    }

    func items(_ machine: inout Machine) -> Items? {
        let first = start.evaluate(&machine)
        if let end { return counted(first, end.evaluate(&machine), &machine) }
        switch first {
        case .list(let items): return .list(items)
        case .range(let range):
            guard let low = range.start, let high = range.end else { break }
            guard var items = counted(low, high, &machine) else { return nil }
            items.trim(first: !range.startIncluded, last: !range.endIncluded)
            return items
        case .null: break
        default: return .list([first])
        }
        machine.report(
            "expected a list or a range with two ends to iterate over, found \(first.typeName)",
            at: position)
        return nil
    }

    private func counted(_ first: Value, _ last: Value, _ machine: inout Machine) -> Items? {
        switch (first, last) {
        case (.number(let low), .number(let high)):
            if let low = low.integer, let high = high.integer, abs(low) < 1 << 60,
                abs(high) < 1 << 60
            {
                return .numbers(
                    from: low, step: low <= high ? 1 : -1, count: abs(high - low) + 1)
            }
        case (.date(let low), .date(let high)):
            return .days(
                from: low, step: low <= high ? 1 : -1,
                count: abs(high.daysSinceEpoch - low.daysSinceEpoch) + 1)
        default: break
        }
        machine.report(
            "expected two whole numbers or two dates to iterate between, found "
                + "\(first.literalText) and \(last.literalText)", at: position)
        return nil
    }
}

extension IterationDomain.Items {
    mutating func trim(first: Bool, last: Bool) {
        let lost = (first ? 1 : 0) + (last ? 1 : 0)
        switch self {
        case .list: return
        case .numbers(let start, let step, let count):
            self = .numbers(
                from: start + (first ? step : 0), step: step, count: max(0, count - lost))
        case .days(let start, let step, let count):
            self = .days(
                from: first ? start.adding(days: step) ?? start : start, step: step,
                count: max(0, count - lost))
        }
    }
}

/// A loop: `for x in xs, y in ys return x + y`.
package final class IterationNode: Node {
    private let domains: [IterationDomain]
    private let body: any Node
    /// Where the results so far are, when the body uses `partial`.
    private let partialSlot: Int?
    private let firstSlot: Int
    private let position: SourcePosition

    package init(
        _ domains: [IterationDomain], _ body: any Node, partialSlot: Int?, firstSlot: Int,
        position: SourcePosition
    ) {
        self.domains = domains
        self.body = body
        self.partialSlot = partialSlot
        self.firstSlot = firstSlot
        self.position = position
    }

    package func evaluate(_ machine: inout Machine) -> Value {
        machine.push(.list([]))
        defer { machine.pop(to: firstSlot) }
        var results: [Value] = []
        guard run(0, &results, &machine) else { return .null }
        guard let partialSlot else { return .list(results) }
        return machine.local(partialSlot)
    }

    private func run(_ level: Int, _ results: inout [Value], _ machine: inout Machine) -> Bool {
        guard level < domains.count else { return yield(&results, &machine) }
        guard let items = domains[level].items(&machine) else { return false }
        let slot = firstSlot + 1 + level
        machine.push(.null)
        defer { machine.pop(to: slot) }
        for place in 0..<items.count {
            guard machine.spend(1) else { return false }
            machine.setLocal(slot, items.item(place))
            guard run(level + 1, &results, &machine) else { return false }
        }
        return true
    }

    private func yield(_ results: inout [Value], _ machine: inout Machine) -> Bool {
        let value = body.evaluate(&machine)
        guard let partialSlot else {
            results.append(value)
            return true
        }
        // Only results fed back into the loop can grow without bound, in depth or in size.
        guard machine.keepsWithinNesting(value) else { return false }
        machine.appendToLocalList(partialSlot, value)
        return true
    }
}

/// `some` and `every`, in three-valued logic.
package final class QuantifiedNode: Node {
    private let domains: [IterationDomain]
    private let condition: any Node
    private let isUniversal: Bool
    private let firstSlot: Int
    private let position: SourcePosition

    package init(
        _ domains: [IterationDomain], _ condition: any Node, isUniversal: Bool, firstSlot: Int,
        position: SourcePosition
    ) {
        self.domains = domains
        self.condition = condition
        self.isUniversal = isUniversal
        self.firstSlot = firstSlot
        self.position = position
    }

    private enum Outcome { case decided, open, failed }

    package func evaluate(_ machine: inout Machine) -> Value {
        defer { machine.pop(to: firstSlot) }
        var unknown = false
        switch run(0, &unknown, &machine) {
        case .decided: return .boolean(!isUniversal)
        case .failed: return .null
        case .open: return unknown ? .null : .boolean(isUniversal)
        }
    }

    private func run(_ level: Int, _ unknown: inout Bool, _ machine: inout Machine) -> Outcome {
        guard level < domains.count else {
            switch condition.evaluate(&machine) {
            case .boolean(let result): return result == isUniversal ? .open : .decided
            default:
                unknown = true
                return .open
            }
        }
        guard let items = domains[level].items(&machine) else { return .failed }
        let slot = firstSlot + level
        machine.push(.null)
        defer { machine.pop(to: slot) }
        for place in 0..<items.count {
            guard machine.spend(1) else { return .failed }
            machine.setLocal(slot, items.item(place))
            let outcome = run(level + 1, &unknown, &machine)
            if outcome != .open { return outcome }
        }
        return .open
    }
}

extension Machine {
    /// Whether a value fed back into a loop is not nested too deeply.
    mutating func keepsWithinNesting(_ value: Value) -> Bool {
        switch value {
        case .list, .context, .range: break
        default: return true
        }
        var room = limits.resultSizeMaximum
        let fits = Self.fits(value, room: &room, nesting: limits.valueNestingMaximum)
        guard spend((limits.resultSizeMaximum - max(room, 0)) / 8) else { return false }
        if !fits {
            report("a value of the loop is too large or nested too deeply")
        }
        return fits
    }

    /// Appends in place: the list is moved out and back, so that it is never copied.
    mutating func appendToLocalList(_ slot: Int, _ value: Value) {
        guard case .list(var items) = stack[base + slot] else { return }
        stack[base + slot] = .null
        items.append(value)
        stack[base + slot] = .list(items)
    }
}
