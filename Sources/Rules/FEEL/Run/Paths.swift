/// An entry or property of a value: `value.name`.
final class PathNode: Node {
    private let operand: any Node
    private let name: String
    private let position: SourcePosition

    init(_ operand: any Node, name: String, position: SourcePosition) {
        self.operand = operand
        self.name = name
        self.position = position
    }

    func evaluate(_ machine: inout Machine) -> Value {
        switch operand.evaluate(&machine) {
        case .context(let context):
            return context[name]
                ?? machine.fail("the context has no entry '\(name)'", at: position)
        case .list(let items):
            guard machine.spend(items.count) else { return .null }
            return .list(
                items.map { item in
                    if case .context(let context) = item { return context[name] ?? .null }
                    return Properties.value(named: name, of: item) ?? .null
                })
        case .null:
            return machine.fail("'.\(name)' asks for an entry of null", at: position)
        case let other:
            return Properties.value(named: name, of: other)
                ?? machine.fail("\(other.typeName) has no property '\(name)'", at: position)
        }
    }
}

/// The parts of dates, times, durations and ranges.
///
/// - Source: DMN 1.5, 10.3.2.15, table 65.
enum Properties {
    /// nil where the value has no such property.
    static func value(named name: String, of value: Value) -> Value? {
        switch value {
        case .date(let date): day(name, date)
        case .time(let time): clock(name, time, offset: time.offsetSeconds)
        case .dateAndTime(let moment):
            day(name, moment.date) ?? clock(name, moment.time, offset: moment.offsetSeconds)
        case .yearsAndMonths(let duration):
            switch name {
            case "years": .integer(duration.years)
            case "months": .integer(duration.months)
            default: nil
            }
        case .daysAndTime(let duration): part(name, duration)
        case .range(let range): end(name, range)
        default: nil
        }
    }

    private static func day(_ name: String, _ date: CalendarDate) -> Value? {
        switch name {
        case "year": .integer(date.year)
        case "month": .integer(date.month)
        case "day": .integer(date.day)
        case "weekday": .integer(date.weekday)
        default: nil
        }
    }

    private static func clock(_ name: String, _ time: TimeOfDay, offset: Int?) -> Value? {
        switch name {
        case "hour": return .integer(time.hour)
        case "minute": return .integer(time.minute)
        case "second":
            return .number(
                Decimal34(
                    coefficient: Int128(time.nanoseconds % 60_000_000_000), scale: 9
                ).normalized)
        case "time offset":
            return offset.map { .daysAndTime(DaysAndTime(seconds: $0)) } ?? .null
        case "timezone":
            switch time.zone {
            case .region(let region)?: return .text(region.name)
            default: return .null
            }
        default: return nil
        }
    }

    private static func part(_ name: String, _ duration: DaysAndTime) -> Value? {
        switch name {
        case "days": .integer(duration.days)
        case "hours": .integer(duration.hours)
        case "minutes": .integer(duration.minutes)
        case "seconds": .number(duration.secondsOfMinute)
        default: nil
        }
    }

    private static func end(_ name: String, _ range: ValueRange) -> Value? {
        switch name {
        case "start": range.start ?? .null
        case "end": range.end ?? .null
        case "start included": .boolean(range.startIncluded)
        case "end included": .boolean(range.endIncluded)
        default: nil
        }
    }
}

/// Items of a list by a condition or a place: `list[item > 1]`, `list[-1]`.
package final class FilterNode: Node {
    private let operand: any Node
    private let condition: any Node
    private let itemSlot: Int
    /// Whether a number is no place but a mistake, as in a boxed filter.
    private let isStrict: Bool
    private let position: SourcePosition

    package init(
        _ operand: any Node, _ condition: any Node, itemSlot: Int, isStrict: Bool = false,
        position: SourcePosition
    ) {
        self.isStrict = isStrict
        self.operand = operand
        self.condition = condition
        self.itemSlot = itemSlot
        self.position = position
    }

    package func evaluate(_ machine: inout Machine) -> Value {
        let items: [Value]
        switch operand.evaluate(&machine) {
        case .list(let list): items = list
        case .null: return .null
        case let single: items = [single]
        }
        if !isStrict, let constant = condition as? ConstantNode,
            case .number(let place) = constant.value
        {
            return pick(place, from: items, &machine)
        }
        machine.push(.null)
        defer { machine.pop(to: itemSlot) }
        if items.isEmpty {
            if case .number = condition.evaluate(&machine) { return .null }
            return .list([])
        }
        var kept: [Value] = []
        for (index, item) in items.enumerated() {
            guard machine.spend(1) else { return .null }
            machine.setLocal(itemSlot, item)
            switch condition.evaluate(&machine) {
            case .boolean(true): kept.append(item)
            case .boolean, .null: continue
            case .number(let place) where index == 0 && !isStrict:
                return pick(place, from: items, &machine)
            case let other:
                return machine.fail(
                    "expected a Boolean or a number as a filter, found \(other.typeName)",
                    at: position)
            }
        }
        return .list(kept)
    }

    private func pick(
        _ place: Decimal34, from items: [Value], _ machine: inout Machine
    ) -> Value {
        guard let place = place.integer else {
            return machine.fail("expected a whole number as the place in a list", at: position)
        }
        let index = place > 0 ? place - 1 : items.count + place
        guard place != 0, items.indices.contains(index) else {
            return machine.fail(
                "the list has \(items.count) items, there is no item \(place)", at: position)
        }
        return items[index]
    }
}
