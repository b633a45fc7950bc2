import Testing

@testable import FEEL

@Suite("Names, scopes and unary tests")
struct NameTests {
    private static let names = KnownNames(
        ["monthly income", "a-b", "a", "b", "Größe", "収入", "profit and loss", "x"],
        properties: ["first name"])
    private static let scope = Scope([
        "monthly income": .integer(3_000), "a-b": .integer(99), "a": .integer(5),
        "b": .integer(2), "Größe": .integer(7), "収入": .integer(8),
        "profit and loss": .integer(1),
        "x": .context(["first name": .text("Ada"), "time": .integer(4)]),
    ])

    // swift-format-ignore
    static let rows: [ExpressionRow] = [
        .init("monthly income * 12", "36000"),
        .init("monthly   income", "3000"),
        .init("a-b", "99"),
        .init("a - b", "99"),
        .init("b-a", "-3"),
        .init("Größe + 収入", "15"),
        .init("profit and loss", "1"),
        .init("x.first name", "\"Ada\""),
        .init("[x][first name = \"Ada\"].time", "[4]"),
        .init("for monthly value in [1, 2] return monthly value + a", "[6, 7]"),
        .init("{my key: 1, other: my key + 1}.other", "2"),
        .init("(function(the value) the value * 2)(the value: 4)", "8"),
        .init("if a > b then \"yes\" else \"no\"", "\"yes\""),
    ]

    @Test("known names may hold spaces, operators and any script", arguments: rows)
    func known(_ row: ExpressionRow) throws { try row.check(in: Self.scope, names: Self.names) }

    @Test("names that nothing defines are listed")
    func free() throws {
        let compiled = try Expression.compile("a + order.total", names: Self.names)
        #expect(compiled.freeNames.map(\.name) == ["order"])
        #expect(compiled.freeNames.map(\.column) == [5])
    }

    @Test("a scope is asked only for what an expression uses")
    func lazy() throws {
        let scope = Scope { name in name == "used" ? .integer(1) : nil }
        #expect(try Expression.compile("used + 1").evaluate(in: scope).value == .integer(2))
        let missing = try Expression.compile("unused").evaluate(in: scope)
        #expect(missing.value == .null)
        #expect(missing.problems.first?.message.contains("'unused'") == true)
    }

    @Test("a variable may have the name of a built-in function")
    func functionNames() throws {
        let scope = Scope(["count": .integer(7), "date": .text("soon")])
        #expect(try Expression.compile("count > 5").evaluate(in: scope).value == .boolean(true))
        #expect(try Expression.compile("date").evaluate(in: scope).value == .text("soon"))
        #expect(
            try Expression.compile("count([1, 2]) + count").evaluate(in: scope).value == .integer(9)
        )
    }

    @Test("the host's functions can be called")
    func hostFunctions() throws {
        let object = FunctionValue(
            name: "object", parameters: [.init(name: "type", type: .text), .init(name: "id")]
        ) { arguments, _ in .context(["id": arguments[1]]) }
        let scope = Scope(functions: [object])
        let result = try Expression.compile("object(\"sales.order\", \"SO-1\").id").evaluate(
            in: scope)
        #expect(result.value == .text("SO-1"))
        let wrong = try Expression.compile("object(1, 2)").evaluate(in: scope)
        #expect(wrong.value == .null)
        #expect(wrong.problems.count == 1)
    }

    struct TestRow: Sendable, CustomTestStringConvertible {
        let tests: String
        let input: String
        let expected: Bool?
        var testDescription: String { "\(input) against \(tests)" }
    }

    // swift-format-ignore
    static let tests: [TestRow] = [
        .init(tests: "-", input: "1", expected: true),
        .init(tests: "5", input: "5", expected: true),
        .init(tests: "< 5", input: "5", expected: false),
        .init(tests: "1, 2, >= 5", input: "7", expected: true),
        .init(tests: "not(1, 2)", input: "3", expected: true),
        .init(tests: "not(1, 2)", input: "2", expected: false),
        .init(tests: "[1..5)", input: "5", expected: false),
        .init(tests: "\"a\", \"b\"", input: "\"b\"", expected: true),
        .init(tests: "null", input: "null", expected: true),
        .init(tests: "? > 3 and ? < 6", input: "4", expected: true),
        .init(tests: "contains(?, \"x\")", input: "\"axb\"", expected: true),
        .init(tests: "true", input: "true", expected: true),
        .init(tests: "< date(\"2026-01-01\")", input: "@\"2025-12-31\"", expected: true),
        .init(tests: "[\"a\", \"b\"]", input: "\"a\"", expected: true),
        .init(tests: "< 5", input: "\"a\"", expected: nil),
        .init(tests: "< 5", input: "null", expected: nil),
    ]

    @Test("unary tests", arguments: tests)
    func unary(_ row: TestRow) throws {
        let input = try Expression.compile(row.input).evaluate(in: .empty).value
        let result = try UnaryTests.compile(row.tests).test(input, in: .empty)
        #expect(result.value.boolean == row.expected)
    }
}
