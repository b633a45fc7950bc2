import Testing

@testable import FEEL

/// One line of the specification: an expression and the expression of the value it must have.
struct ExpressionRow: Sendable, CustomTestStringConvertible {
    let source: String
    let expected: String

    init(_ source: String, _ expected: String) {
        self.source = source
        self.expected = expected
    }

    var testDescription: String { "\(source)  →  \(expected)" }

    /// Evaluates both sides and compares them as values.
    func check(in scope: Scope = .empty, names: KnownNames = .any) throws {
        let result = try Expression.compile(source, names: names).evaluate(in: scope)
        let wanted = try Expression.compile(expected, names: names).evaluate(in: scope)
        #expect(
            result.value == wanted.value,
            "\(source) is \(result.value.literalText), expected \(wanted.value.literalText)")
    }
}
