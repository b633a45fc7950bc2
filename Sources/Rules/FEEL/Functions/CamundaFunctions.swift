// Functions that Camunda's FEEL has beside the standard's and that BPMN files use. None of them
// hides a function of the standard; those that are random or leave the process are left out.
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
    ]
}
