internal import Foundation

// Functions that Camunda's FEEL has beside the standard's and that BPMN files use. None of them
// hides a function of the standard. Where the standard says that a call with fewer or more
// arguments is null, it stays null: `number(from, grouping)`, `round up(n)`.
//
// Source: Camunda 8 documentation, "Built-in functions".
extension Builtins {
    static let camundaFunctions: [Builtin] = [
        Builtin("is defined", [["value"]], expectsMissing: true) { arguments, _ in
            .boolean(!arguments[0].isNull)
        },
        Builtin("get or else", [["value", "default"]], expectsMissing: true) { arguments, _ in
            arguments[0].isNull ? arguments[1] : arguments[0]
        },
        Builtin("assert", [["value", "condition"], ["value", "condition", "cause"]]) {
            arguments, machine in
            if case .boolean(true) = arguments[1] { return arguments[0] }
            let cause = arguments.count > 2 ? arguments[2].text : nil
            return machine.fail(cause ?? "the asserted condition is not true")
        },
        Builtin("is blank", [["string"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]) else { return .null }
            return .boolean(text.unicodeScalars.allSatisfy(NameRules.isSpace))
        },
        Builtin("trim", [["string"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]) else { return .null }
            return .text(NameRules.trimmed(text))
        },
        Builtin("is empty", [["list"]]) { arguments, machine in
            machine.list(arguments[0]).map { .boolean($0.isEmpty) } ?? .null
        },
        Builtin("duplicate values", [["list"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]) else { return .null }
            var repeated: [Value] = []
            for (place, item) in items.enumerated() {
                for other in items[..<place] {
                    guard machine.spend(1) else { return .null }
                    if machine.equal(item, other) == true {
                        repeated.append(item)
                        break
                    }
                }
            }
            return distinct(repeated, &machine)
        },
        Builtin("partition", [["list", "size"]]) { arguments, machine in
            guard let items = machine.list(arguments[0]), let size = machine.whole(arguments[1]),
                machine.spend(items.count)
            else { return .null }
            guard size >= 1 else {
                return machine.fail("the size of a part must be at least 1, found \(size)")
            }
            return .list(
                stride(from: 0, to: items.count, by: size).map { start in
                    .list(Array(items[start..<min(items.count, start + min(size, items.count))]))
                })
        },
        Builtin("last day of month", [["date"]]) { arguments, machine in
            guard let date = day(arguments[0], &machine) else { return .null }
            return CalendarDate(
                year: date.year, month: date.month,
                day: CalendarDate.daysInMonth(date.month, year: date.year)
            ).map(Value.date) ?? .null
        },
        Builtin("to base64", [["value"]]) { arguments, machine in
            guard let text = machine.text(arguments[0]) else { return .null }
            return machine.bounded(Data(text.utf8).base64EncodedString())
        },
        Builtin("from unix timestamp", [["timestamp"], ["timestamp", "timezone"]]) {
            arguments, machine in
            guard let seconds = machine.number(arguments[0]) else { return .null }
            var zone = Zone.utc
            if arguments.count > 1, !arguments[1].isNull {
                guard let name = machine.text(arguments[1]) else { return .null }
                guard let found = Builtins.zone(name) else { return machine.fail(noZone(name)) }
                zone = found
            }
            guard let microseconds = seconds.rounded(scale: 6, .towardZero)?.scaled(to: 6),
                let exact = Int64(exactly: microseconds),
                let moment = DateAndTime(microsecondsSinceEpoch: exact, zone: zone)
            else { return machine.fail("there is no moment \(seconds) seconds after 1970") }
            return .dateAndTime(moment)
        },
        Builtin("to unix timestamp", [["date"]]) { arguments, machine in
            switch single(arguments[0]) {
            case .dateAndTime(let moment): return .integer(Int(moment.universalSeconds))
            case .date(let date): return .integer(Int(date.midnight.universalSeconds))
            case let other:
                return machine.fail("expected a date and time, found \(other.typeName)")
            }
        },
        // It marks a value for an integration with a language model; the value is what counts.
        Builtin(
            "fromAi",
            [
                ["value"], ["value", "description"], ["value", "description", "type"],
                ["value", "description", "type", "schema"],
                ["value", "description", "type", "schema", "options"],
            ]
        ) { arguments, _ in arguments[0] },
    ]

    /// Older names of functions, refused with the name that took their place.
    static let replacedFunctions: [Builtin] = [
        ("put", "context put"), ("put all", "context merge"),
    ]
    .map { old, new in
        Builtin(old, [], takesItems: true) { _, machine in
            machine.fail("\(old)() is no function any more; use \(new)()")
        }
    }

    /// The zone of a name as Camunda's functions take it: `Z`, `+02:00`, `Europe/Paris`.
    static func zone(_ name: String) -> Zone? {
        if let region = ZoneRegion(name: name) { return .region(region) }
        return TemporalText.time("00:00:00\(name)")?.zone
    }

    static func noZone(_ name: String) -> String {
        "'\(name)' is no time zone such as Europe/Paris, +02:00 or Z"
    }
}
