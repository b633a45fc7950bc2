/// A function of the standard library.
package final class Builtin: Sendable {
    typealias Body = @Sendable (_ arguments: [Value], _ machine: inout Machine) -> Value

    package let name: String
    /// The parameter names of each way to call it.
    let signatures: [[String]]
    /// Whether the arguments may also be any number of items.
    private let takesItems: Bool
    private let body: Body

    /// Whether arguments that turn out missing are no problem.
    let expectsMissing: Bool

    init(
        _ name: String, _ signatures: [[String]], takesItems: Bool = false,
        expectsMissing: Bool = false, body: @escaping Body
    ) {
        self.expectsMissing = expectsMissing
        self.name = name
        self.signatures = signatures
        self.takesItems = takesItems
        self.body = body
    }

    var functionValue: FunctionValue {
        let parameters = (signatures.first ?? []).map { FunctionValue.Parameter(name: $0) }
        return FunctionValue(name: name, parameters: parameters, kind: .builtin(self))
    }

    var signatureText: String {
        signatures.map { "(" + $0.joined(separator: ", ") + ")" }.joined(separator: " or ")
    }

    /// For each parameter of the shortest signature that has all these names, where its argument
    /// is; parameters that are not named are null.
    func order(of names: [String]) -> [Int?]? {
        guard Set(names).count == names.count else { return nil }
        let fitting = signatures.filter { names.allSatisfy($0.contains) }
        return fitting.min { $0.count < $1.count }?.map { names.firstIndex(of: $0) }
    }

    /// Whether an argument given by name has the kind that the name stands for, where two
    /// signatures differ in nothing else.
    func accepts(_ argument: Value, named parameter: String) -> Bool {
        switch (parameter, argument) {
        case ("keys", .list): return true
        case ("keys", _): return false
        case ("key", .list): return false
        case ("timezone", .time): return false
        case ("point", .range), ("point1", .range), ("point2", .range): return false
        case ("range", .range), ("range1", .range), ("range2", .range): return true
        case ("range", _), ("range1", _), ("range2", _): return false
        default: return true
        }
    }

    func call(_ arguments: [Value], _ machine: inout Machine) -> Value {
        guard takesItems || signatures.contains(where: { $0.count == arguments.count }) else {
            return machine.fail(
                "\(name) takes \(signatureText), found \(arguments.count) arguments")
        }
        guard machine.spend(1) else { return .null }
        return body(arguments, &machine)
    }
}

/// All functions of the standard library by name.
package enum Builtins {
    static let all: [Builtin] =
        conversionFunctions + textFunctions + patternFunctions + listFunctions
        + listEditFunctions + aggregateFunctions + numberFunctions + temporalFunctions
        + rangeFunctions + contextFunctions + camundaFunctions + jsonFunctions
        + derivedFunctions + replacedFunctions

    private static let byName = Dictionary(
        all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    static let nameLengthMaximum = all.map { $0.name.unicodeScalars.count }.max() ?? 0

    /// The function of that name; nil when there is none.
    static func named(_ name: String) -> Builtin? { byName[name] }

    /// The names of all functions, sorted.
    package static let names: [String] = all.map(\.name).sorted()
}

// How functions read their arguments: a list with one item also counts as that item.
extension Machine {
    private mutating func expected(_ what: String, _ value: Value) {
        report("expected \(what), found \(value.typeName)")
    }

    mutating func text(_ value: Value) -> String? {
        // Reading a text costs by its length, so that no loop over long texts is free.
        switch value {
        case .text(let text): return spend(text.utf8.count / 64) ? text : nil
        case .list(let items) where items.count == 1:
            if case .text(let text) = items[0] { return spend(text.utf8.count / 64) ? text : nil }
        default: break
        }
        expected("a string", value)
        return nil
    }

    mutating func number(_ value: Value) -> Decimal34? {
        switch value {
        case .number(let number): return number
        case .list(let items) where items.count == 1:
            if case .number(let number) = items[0] { return number }
        default: break
        }
        expected("a number", value)
        return nil
    }

    /// A whole number; a fraction is cut off.
    mutating func whole(_ value: Value) -> Int? {
        guard let number = number(value) else { return nil }
        guard let whole = number.rounded(scale: 0, .towardZero)?.integer else {
            report("the number \(number) is too large here")
            return nil
        }
        return whole
    }

    mutating func boolean(_ value: Value) -> Bool? {
        switch value {
        case .boolean(let boolean): return boolean
        case .list(let items) where items.count == 1:
            if case .boolean(let boolean) = items[0] { return boolean }
        default: break
        }
        expected("a Boolean", value)
        return nil
    }

    /// The items of a list; any other value but null is a list of itself.
    mutating func list(_ value: Value) -> [Value]? {
        switch value {
        case .list(let items): return spend(items.count / 8) ? items : nil
        case .null:
            expected("a list", value)
            return nil
        default: return [value]
        }
    }

    mutating func context(_ value: Value) -> Context? {
        switch value {
        case .context(let context): return context
        case .list(let items) where items.count == 1:
            if case .context(let context) = items[0] { return context }
        default: break
        }
        expected("a context", value)
        return nil
    }
}
