extension Value {
    /// Compares two values of one kind that has an order: negative, zero or positive;
    /// nil when FEEL cannot compare them.
    package func order(before other: Value) -> Int? {
        switch (self, other) {
        case (.number(let left), .number(let right)): return Decimal34.compare(left, right)
        case (.text(let left), .text(let right)):
            return sameText(left, right) ? 0 : textPrecedes(left, right) ? -1 : 1
        case (.date(let left), .date(let right)): return sign(left, right)
        case (.dateAndTime(let left), .dateAndTime(let right)):
            guard (left.zone == nil) == (right.zone == nil) else { return nil }
            return sign(left.universalSeconds, right.universalSeconds)
        case (.date(let left), .dateAndTime(let right)):
            return Value.dateAndTime(left.midnight).order(before: .dateAndTime(right))
        case (.dateAndTime(let left), .date(let right)):
            return Value.dateAndTime(left).order(before: .dateAndTime(right.midnight))
        case (.time(let left), .time(let right)):
            guard (left.zone == nil) == (right.zone == nil) else { return nil }
            return sign(left.universalSeconds, right.universalSeconds)
        case (.yearsAndMonths(let left), .yearsAndMonths(let right)): return sign(left, right)
        case (.daysAndTime(let left), .daysAndTime(let right)): return sign(left, right)
        default: return nil
        }
    }

    // Dates with times and times are compared to the second, their fractions left out.
    private func sign<Item: Comparable>(_ left: Item, _ right: Item) -> Int {
        left == right ? 0 : left < right ? -1 : 1
    }
}

extension CalendarDate {
    /// The day's first moment, in UTC: what a date becomes where a date and time is expected.
    var midnight: DateAndTime { DateAndTime(date: self, time: .midnight(zone: .utc)) }
}

extension Machine {
    /// FEEL's `=`: nil when the two cannot be compared.
    ///
    /// The work counts as steps.
    package mutating func equal(_ left: Value, _ right: Value) -> Bool? {
        switch (left, right) {
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.boolean(let first), .boolean(let second)): return first == second
        case (.number(let first), .number(let second)): return first == second
        case (.text(let first), .text(let second)): return sameText(first, second)
        case (.list(let first), .list(let second)): return equalLists(first, second)
        case (.context(let first), .context(let second)): return equalContexts(first, second)
        case (.range(let first), .range(let second)): return equalRanges(first, second)
        case (.function(let first), .function(let second)): return first === second
        case (.date, .date), (.time, .time), (.yearsAndMonths, .yearsAndMonths),
            (.daysAndTime, .daysAndTime), (.dateAndTime, .dateAndTime):
            return equalMoments(left, right)
        default: return nil
        }
    }

    /// With and without a zone are different values; otherwise the moment decides.
    private func equalMoments(_ left: Value, _ right: Value) -> Bool? {
        guard let order = left.order(before: right) else { return false }
        return order == 0
    }

    private mutating func equalLists(_ left: [Value], _ right: [Value]) -> Bool? {
        guard left.count == right.count else { return false }
        var unknown = false
        for (first, second) in zip(left, right) {
            guard spend(1) else { return nil }
            switch equal(first, second) {
            case true?: continue
            case false?: return false
            case nil: unknown = true
            }
        }
        return unknown ? nil : true
    }

    private mutating func equalContexts(_ left: Context, _ right: Context) -> Bool? {
        guard left.count == right.count else { return false }
        var unknown = false
        for (name, value) in left.entries {
            guard spend(1) else { return nil }
            guard let other = right[name] else { return false }
            switch equal(value, other) {
            case true?: continue
            case false?: return false
            case nil: unknown = true
            }
        }
        return unknown ? nil : true
    }

    private mutating func equalRanges(_ left: ValueRange, _ right: ValueRange) -> Bool? {
        guard left.startIncluded == right.startIncluded, left.endIncluded == right.endIncluded,
            left.comparison == right.comparison
        else { return false }
        let starts = equal(left.start ?? .null, right.start ?? .null)
        let ends = equal(left.end ?? .null, right.end ?? .null)
        if starts == false || ends == false { return false }
        return starts == nil || ends == nil ? nil : true
    }

    /// FEEL's `in` for one test value: a range contains it, a list has it, or it is equal.
    package mutating func matches(_ value: Value, _ test: Value) -> Bool? {
        switch test {
        case .range(let range):
            if case .range(let inner) = value { return equal(.range(inner), test) }
            return range.contains(value)
        case .list(let items):
            if case .list = value, let same = equal(value, test), same { return true }
            var unknown = false
            for item in items {
                guard spend(1) else { return nil }
                switch matchesItem(value, item) {
                case true?: return true
                case false?: continue
                case nil: unknown = true
                }
            }
            return unknown && items.count == 1 ? nil : false
        default: return equal(value, test)
        }
    }

    private mutating func matchesItem(_ value: Value, _ item: Value) -> Bool? {
        if case .range(let range) = item {
            if case .range = value { return equal(value, item) }
            return range.contains(value)
        }
        return equal(value, item)
    }
}
