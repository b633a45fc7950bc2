/// A value of FEEL.
///
/// - Source: DMN 1.5, 10.3.2.3 (semantic domain).
package enum Value: Sendable {
    case null
    case boolean(Bool)
    case number(Decimal34)
    case text(String)
    case date(CalendarDate)
    case time(TimeOfDay)
    case dateAndTime(DateAndTime)
    case yearsAndMonths(YearsAndMonths)
    case daysAndTime(DaysAndTime)
    case list([Value])
    case context(Context)
    case range(ValueRange)
    case function(FunctionValue)
}

extension Value {
    /// The whole number as a value.
    package static func integer(_ value: Int) -> Value { .number(Decimal34(value)) }

    package var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    /// The Boolean, when it is one.
    package var boolean: Bool? {
        if case .boolean(let value) = self { return value }
        return nil
    }

    /// The number, when it is one.
    package var number: Decimal34? {
        if case .number(let value) = self { return value }
        return nil
    }

    /// The text, when it is one.
    package var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }

    /// The items, when it is a list.
    package var list: [Value]? {
        if case .list(let value) = self { return value }
        return nil
    }

    /// The context, when it is one.
    package var context: Context? {
        if case .context(let value) = self { return value }
        return nil
    }

    /// The name of the value's type, for messages.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .text: "string"
        case .date: "date"
        case .time: "time"
        case .dateAndTime: "date and time"
        case .yearsAndMonths: "years and months duration"
        case .daysAndTime: "days and time duration"
        case .list: "list"
        case .context: "context"
        case .range: "range"
        case .function: "function"
        }
    }
}

extension Value: Equatable {
    /// Whether both are the same value; unlike FEEL's `=` this is never unknown, `null == null`.
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let first), .boolean(let second)): first == second
        case (.number(let first), .number(let second)): first == second
        case (.text(let first), .text(let second)): sameText(first, second)
        case (.date(let first), .date(let second)): first == second
        case (.time(let first), .time(let second)): first == second
        case (.dateAndTime(let first), .dateAndTime(let second)): first == second
        case (.yearsAndMonths(let first), .yearsAndMonths(let second)): first == second
        case (.daysAndTime(let first), .daysAndTime(let second)): first == second
        case (.list(let first), .list(let second)): first == second
        case (.context(let first), .context(let second)): first == second
        case (.range(let first), .range(let second)): first == second
        case (.function(let first), .function(let second)): first === second
        default: false
        }
    }
}

/// Whether two texts have the same characters, compared as code points: no normal forms.
func sameText(_ left: String, _ right: String) -> Bool {
    // Swift's == knows normal forms and is fast; only what it finds equal can be the same.
    left.utf8.count == right.utf8.count && left == right && left.utf8.elementsEqual(right.utf8)
}

/// Whether `left` sorts before `right` by code points, which is the order of their UTF-8.
func textPrecedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
