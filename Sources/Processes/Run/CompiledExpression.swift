package import FEEL

/// A FEEL expression of a diagram, compiled once.
package struct CompiledExpression: Sendable {
    /// Without the `=` that marks it as an expression in the file.
    package let source: String
    private let expression: FEEL.Expression
    /// Whether the expression is nothing but the name of a variable.
    private let isName: Bool

    /// Why an expression does not compile, with its place inside the expression.
    package struct Failure: Error, Equatable, Sendable {
        package var message: String
    }

    package init(source: String) throws(Failure) {
        self.source = source
        do {
            expression = try FEEL.Expression.compile(source)
        } catch {
            throw Failure(message: "\(error)")
        }
        isName = expression.freeNames.count == 1 && expression.freeNames[0].name == source
    }

    /// Names that the expression takes from variables or from the engine's functions.
    package var freeNames: [String] { expression.freeNames.map(\.name) }

    /// The variable when the expression is one, or a field of one: `result`, `result.total`.
    var variableName: String? {
        let parts = source.split(separator: ".", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard parts.allSatisfy(ProcessParser.isVariableName), let name = parts.first,
            expression.freeNames.map(\.name) == [name]
        else { return nil }
        return name
    }

    /// Whether the expression takes that name from outside.
    func mentions(_ name: String) -> Bool { expression.freeNames.contains { $0.name == name } }

    /// The value, and what went wrong on the way to it.
    func evaluate(in scope: ExpressionScope) -> (value: ProcessValue, problems: [String]) {
        // What a variable holds needs no way through FEEL and back.
        if isName, scope.given(source) == nil, let value = scope.variable(source) {
            return (value, [])
        }
        let object = scope.object
        let function = FunctionValue(name: "object", parameters: ExpressionScope.objectParameters) {
            arguments, _ in
            guard let type = arguments.first?.text, let id = arguments.last?.text else {
                return .null
            }
            return object(type, id) ?? .null
        }
        let variable = scope.variable
        let given = scope.given
        let evaluation = expression.evaluate(
            in: Scope(
                now: DateAndTime(
                    microsecondsSinceEpoch: scope.time.microseconds,
                    zone: .offset(Int32(scope.time.offsetSeconds))),
                seed: scope.seed.isEmpty ? nil : "\(scope.seed) \(source)",
                functions: [function, scope.working],
                lookUp: { name in given(name) ?? variable(name).map { FEEL.Value($0) } }))
        return (ProcessValue(evaluation.value), evaluation.problems.map(\.description))
    }
}

/// What an expression sees.
struct ExpressionScope {
    var time: StepTime
    /// What `uuid()` derives from: other for each evaluation of a step; empty where it is refused.
    var seed = ""
    var variable: @Sendable (String) -> ProcessValue?
    /// What stands before the variables without being one.
    var given: @Sendable (_ name: String) -> FEEL.Value?
    var object: @Sendable (_ type: String, _ id: String) -> FEEL.Value?
    var calendar: @Sendable (_ name: String) -> BusinessCalendar?

    fileprivate static let objectParameters: [FunctionValue.Parameter] = [
        .init(name: "type", type: .text), .init(name: "id", type: .text),
    ]
    private static let workingParameters: [FunctionValue.Parameter] = [
        .init(name: "from"), .init(name: "duration"), .init(name: "calendar", type: .text),
    ]
}

extension ExpressionScope {
    /// `working(from, duration, calendar)`: the moment after that much working time.
    fileprivate var working: FunctionValue {
        let calendar = calendar
        let zone = time.zone
        return FunctionValue(name: "working", parameters: Self.workingParameters) { arguments, _ in
            guard arguments.count == 3, let name = arguments[2].text, let found = calendar(name),
                let from = Timers.instant(of: ProcessValue(arguments[0]), zone: zone),
                let text = ProcessValue(arguments[1]).isoText,
                let duration = Duration8601(text),
                let end = found.adding(duration, to: from, zone: zone),
                let moment = DateAndTime(
                    microsecondsSinceEpoch: end, zone: .offset(Int32(zone.offset(at: end))))
            else { return .null }
            return .dateAndTime(moment)
        }
    }
}

extension FEEL.Value {
    /// The FEEL value of a kept one.
    package init(_ value: ProcessValue) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(Int(number))
        case .decimal(let digits): self = Decimal34(text: digits).map { .number($0) } ?? .null
        case .text(let text): self = .text(text)
        case .temporal(_, let text): self = FEEL.Value(temporal: text) ?? .null
        case .list(let items): self = .list(items.map { FEEL.Value($0) })
        case .context(let fields): self = .context(Context(reading: KeptFields(fields: fields)))
        }
    }
}

/// The fields of a kept context, made FEEL values when an expression asks for them.
private struct KeptFields: ContextSource {
    let fields: [ProcessField]

    var names: [String] { fields.map(\.name) }

    func value(named name: String) -> FEEL.Value? {
        fields.value(of: name).map { FEEL.Value($0) }
    }
}

extension ProcessValue {
    /// The value as a process keeps it; functions and ranges, which it cannot keep, are null.
    package init(_ value: FEEL.Value) {
        switch value {
        case .null, .range, .function: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let number):
            if let whole = number.integer {
                self = .integer(Int64(whole))
            } else {
                self = .decimal(number.description)
            }
        case .text(let text): self = .text(text)
        case .date(let date): self = .temporal(.date, date.description)
        case .time(let time): self = .temporal(.time, time.description)
        case .dateAndTime(let moment): self = .temporal(.dateTime, moment.description)
        case .yearsAndMonths(let duration): self = .temporal(.duration, duration.description)
        case .daysAndTime(let duration): self = .temporal(.duration, duration.description)
        case .list(let items): self = .list(items.map { ProcessValue($0) })
        case .context(let context):
            if let kept = context.source as? KeptFields {
                self = .context(kept.fields)
                return
            }
            self = .context(context.entries.map { ProcessField($0.name, ProcessValue($0.value)) })
        }
    }
}

/// Dates and times with a region of the time zone database, which only FEEL knows.
enum FeelTime {
    /// `2026-01-31T12:00:00@Europe/Paris`, also with the region in brackets as Java writes it.
    static func instant(_ text: String) -> Int64? {
        let bracketed = text.replacing("[", with: "@").replacing("]", with: "")
        guard case .dateAndTime(let moment) = FEEL.Value(.temporal(.dateTime, bracketed)) else {
            return nil
        }
        return Int64(exactly: moment.universalNanoseconds / 1000)
    }
}
