package import FEEL

/// A FEEL expression of a diagram, compiled once.
package struct CompiledExpression: Sendable {
    /// Without the `=` that marks it as an expression in the file.
    package let source: String
    private let expression: FEEL.Expression

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
    }

    /// Names that the expression takes from variables or from the engine's functions.
    package var freeNames: [String] { expression.freeNames.map(\.name) }

    /// The value, and what went wrong on the way to it.
    func evaluate(in scope: ExpressionScope) -> (value: ProcessValue, problems: [String]) {
        let object = scope.object
        let function = FunctionValue(
            name: "object",
            parameters: [.init(name: "type", type: .text), .init(name: "id", type: .text)]
        ) { arguments, _ in
            guard let type = arguments.first?.text, let id = arguments.last?.text,
                let found = object(type, id)
            else { return .null }
            return FEEL.Value(found)
        }
        let variable = scope.variable
        let evaluation = expression.evaluate(
            in: Scope(
                now: DateAndTime(
                    microsecondsSinceEpoch: scope.time.microseconds,
                    zone: .offset(Int32(scope.time.offsetSeconds))),
                functions: [function, scope.working],
                lookUp: { name in variable(name).map { FEEL.Value($0) } }))
        return (ProcessValue(evaluation.value), evaluation.problems.map(\.description))
    }
}

/// What an expression sees.
struct ExpressionScope {
    var time: StepTime
    var variable: @Sendable (String) -> ProcessValue?
    var object: @Sendable (_ type: String, _ id: String) -> ProcessValue?
    var calendar: @Sendable (_ name: String) -> BusinessCalendar?
}

extension ExpressionScope {
    /// `working(from, duration, calendar)`: the moment after that much working time.
    fileprivate var working: FunctionValue {
        let calendar = calendar
        let offsetSeconds = time.offsetSeconds
        return FunctionValue(
            name: "working",
            parameters: [
                .init(name: "from"), .init(name: "duration"), .init(name: "calendar", type: .text),
            ]
        ) { arguments, _ in
            guard arguments.count == 3, let name = arguments[2].text, let found = calendar(name),
                let from = Timers.instant(
                    of: ProcessValue(arguments[0]), offsetSeconds: offsetSeconds),
                let text = ProcessValue(arguments[1]).isoText,
                let duration = Duration8601(text),
                let end = found.adding(duration, to: from, offsetSeconds: offsetSeconds),
                let moment = DateAndTime(
                    microsecondsSinceEpoch: end, zone: .offset(Int32(offsetSeconds)))
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
        case .temporal(_, let text): self = Self.temporal(text)
        case .list(let items): self = .list(items.map { FEEL.Value($0) })
        case .context(let fields):
            self = .context(Context(fields.map { ($0.name, FEEL.Value($0.value)) }))
        }
    }

    /// Reads a date, time or duration by FEEL's own at-literal.
    private static func temporal(_ text: String) -> FEEL.Value {
        guard !text.contains("\""), !text.contains("\\"),
            let literal = try? FEEL.Expression.compile("@\"\(text)\"")
        else { return .null }
        return literal.evaluate(in: .empty).value
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
