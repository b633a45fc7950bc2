/// A type of FEEL, as `instance of`, parameters and item definitions name it.
///
/// - Source: DMN 1.5, 10.3.2.9 (types and conformance).
package indirect enum ValueType: Sendable {
    case any, null, number, text, boolean, date, time, dateAndTime, daysAndTime, yearsAndMonths
    case list(ValueType)
    case context([Field])
    case range(ValueType)
    case function(parameters: [ValueType]?, result: ValueType)
    /// A named type with values that it allows beside its base.
    case constrained(Constraint)

    package struct Field: Sendable {
        package let name: String
        package let type: ValueType

        package init(name: String, type: ValueType) {
            self.name = name
            self.type = type
        }
    }

    /// A base type and the tests that a value of it must pass.
    package final class Constraint: Sendable {
        package let name: String
        package let base: ValueType
        package let tests: UnaryTests?

        package init(name: String, base: ValueType, tests: UnaryTests?) {
            self.name = name
            self.base = base
            self.tests = tests
        }
    }

    /// The built-in type of that name; nil when FEEL has none.
    package static func builtin(_ name: String) -> ValueType? {
        switch name {
        case "Any", "any": .any
        case "Null", "null": .null
        case "number": .number
        case "string": .text
        case "boolean": .boolean
        case "date": .date
        case "time": .time
        case "date and time", "dateTime": .dateAndTime
        case "days and time duration", "dayTimeDuration": .daysAndTime
        case "years and months duration", "yearMonthDuration": .yearsAndMonths
        case "list": .list(.any)
        case "context": .context([])
        case "range": .range(.any)
        case "function": .function(parameters: nil, result: .any)
        default: nil
        }
    }

    var isList: Bool {
        switch self {
        case .list: true
        case .constrained(let constraint): constraint.base.isList
        default: false
        }
    }
}

extension ValueType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .any: "Any"
        case .null: "Null"
        case .number: "number"
        case .text: "string"
        case .boolean: "boolean"
        case .date: "date"
        case .time: "time"
        case .dateAndTime: "date and time"
        case .daysAndTime: "days and time duration"
        case .yearsAndMonths: "years and months duration"
        case .list(let item): "list<\(item)>"
        case .context(let fields):
            fields.isEmpty
                ? "context"
                : "context<" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
                    + ">"
        case .range(let item): "range<\(item)>"
        case .function(let parameters, let result):
            "function<" + (parameters ?? []).map(\.description).joined(separator: ", ")
                + "> -> \(result)"
        case .constrained(let constraint): constraint.name
        }
    }
}

extension Machine {
    /// Whether the value belongs to the type; null belongs to every type.
    ///
    /// - Parameters:
    ///   - value: the value.
    ///   - type: the type.
    ///   - ignoringTests: whether allowed values are left out, as `instance of` does.
    /// - Returns: whether it belongs.
    package mutating func conforms(
        _ value: Value, to type: ValueType, ignoringTests: Bool = false
    ) -> Bool {
        if case .any = type { return true }
        if case .null = value { return true }
        switch (type, value) {
        case (.number, .number), (.text, .text), (.boolean, .boolean), (.date, .date),
            (.time, .time), (.dateAndTime, .dateAndTime), (.daysAndTime, .daysAndTime),
            (.yearsAndMonths, .yearsAndMonths):
            return true
        case (.list(let itemType), .list(let items)):
            if case .any = itemType { return true }
            for item in items {
                guard spend(1), conforms(item, to: itemType, ignoringTests: ignoringTests) else {
                    return false
                }
            }
            return true
        case (.context(let fields), .context(let context)):
            for field in fields {
                guard let entry = context[field.name], spend(1),
                    conforms(entry, to: field.type, ignoringTests: ignoringTests)
                else { return false }
            }
            return true
        case (.range(let itemType), .range(let range)):
            return conforms(range.start ?? .null, to: itemType, ignoringTests: ignoringTests)
                && conforms(range.end ?? .null, to: itemType, ignoringTests: ignoringTests)
        case (.function(let parameters, let result), .function(let function)):
            return Self.conforms(function, parameters: parameters, result: result)
        case (.constrained(let constraint), _):
            guard conforms(value, to: constraint.base, ignoringTests: ignoringTests) else {
                return false
            }
            guard !ignoringTests, let tests = constraint.tests else { return true }
            return allows(value, tests)
        default: return false
        }
    }

    private mutating func allows(_ value: Value, _ tests: UnaryTests) -> Bool {
        tests.run(value, &self) == true
    }

    private static func conforms(
        _ function: FunctionValue, parameters: [ValueType]?, result: ValueType
    ) -> Bool {
        guard let parameters else { return true }
        guard parameters.count == function.parameters.count else { return false }
        for (expected, parameter) in zip(parameters, function.parameters)
        where !expected.conforms(to: parameter.type) {
            return false
        }
        return function.resultType.conforms(to: result)
    }

    /// The value as the type wants it, by FEEL's implicit conversions; nil when it cannot be.
    ///
    /// - Source: DMN 1.5, 10.3.2.9.4.
    package mutating func converted(_ value: Value, to type: ValueType) -> Value? {
        if case .any = type { return value }
        if conforms(value, to: type) { return value }
        if case .list(let items) = value, items.count == 1, !type.isList {
            if conforms(items[0], to: type) { return items[0] }
            if let item = converted(items[0], to: type) { return item }
        }
        if type.isList {
            if case .list = value { return nil }
            let single = Value.list([value])
            return conforms(single, to: type) ? single : nil
        }
        if case .date(let date) = value {
            let moment = Value.dateAndTime(date.midnight)
            if conforms(moment, to: type) { return moment }
        }
        return nil
    }
}

extension ValueType {
    /// Whether every value of this type also belongs to `other`.
    package func conforms(to other: ValueType) -> Bool {
        switch (self, other) {
        case (_, .any), (.null, _): return true
        case (.number, .number), (.text, .text), (.boolean, .boolean), (.date, .date),
            (.time, .time), (.dateAndTime, .dateAndTime), (.daysAndTime, .daysAndTime),
            (.yearsAndMonths, .yearsAndMonths):
            return true
        case (.constrained(let constraint), .constrained(let wanted)):
            return constraint === wanted || constraint.base.conforms(to: other)
        case (.constrained(let constraint), _): return constraint.base.conforms(to: other)
        case (.list(let item), .list(let wanted)): return item.conforms(to: wanted)
        case (.range(let item), .range(let wanted)): return item.conforms(to: wanted)
        case (.context(let fields), .context(let wanted)):
            return wanted.allSatisfy { want in
                fields.contains { $0.name == want.name && $0.type.conforms(to: want.type) }
            }
        case (.function(let parameters, let result), .function(let wanted, let wantedResult)):
            guard let wanted else { return true }
            guard let parameters, parameters.count == wanted.count else { return false }
            return zip(wanted, parameters).allSatisfy { $0.conforms(to: $1) }
                && result.conforms(to: wantedResult)
        default: return false
        }
    }
}
