import Testing

@testable import FEEL

@Suite("FEEL expressions, by chapter 10.3 of the standard")
struct ExpressionTests {
    // swift-format-ignore
    static let arithmetic: [ExpressionRow] = [
        .init("1 + 2 * 3", "7"),
        .init("(1 + 2) * 3", "9"),
        .init("10 - 2 - 3", "5"),
        .init("3 ** 4 ** 5", "3486784401"),
        .init("-2 ** 2", "4"),
        .init("1 / 3", "0.3333333333333333333333333333333333"),
        .init("2 / 3", "0.6666666666666666666666666666666667"),
        .init("0.1 + 0.2", "0.3"),
        .init("1 / 0", "null"),
        .init("1 + null", "null"),
        .init("1 + \"a\"", "null"),
        .init("\"a\" + \"b\"", "\"ab\""),
        .init("1.5e3 + .5", "1500.5"),
        .init("order.total", "100 * 1"),
        .init("a-b", "6"),
        .init("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000"),
        .init("2 ** 0.5", "1.414213562373095048801688724209698"),
        .init("2 ** -2", "0.25"),
        .init("@\"2026-11-23\" + @\"P1M\"", "@\"2026-12-23\""),
        .init("@\"2026-01-31\" + @\"P1M\"", "@\"2026-02-28\""),
        .init("@\"2026-03-01\" - @\"2026-02-01\"", "@\"P28D\""),
        .init("@\"P1D\" * 1.5", "@\"P1DT12H\""),
        .init("@\"P1D\" / @\"PT6H\"", "4"),
        .init("@\"10:00:00Z\" - @\"PT11H\"", "@\"23:00:00Z\""),
    ]

    // swift-format-ignore
    static let logic: [ExpressionRow] = [
        .init("true and null", "null"),
        .init("false and null", "false"),
        .init("true or null", "true"),
        .init("false or null", "null"),
        .init("null = null", "true"),
        .init("1 = null", "false"),
        .init("1 = \"1\"", "null"),
        .init("[1, 2] = [1, 2]", "true"),
        .init("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        .init("1 < 2 and 2 <= 2", "true"),
        .init("5 between 1 and 5", "true"),
        .init("5 in (1..5]", "true"),
        .init("5 in [1..5)", "false"),
        .init("5 in (1, 2, > 4)", "true"),
        .init("5 in > 4", "true"),
        .init("\"b\" in [\"a\", \"b\"]", "true"),
        .init("if 1 > 2 then \"x\" else \"y\"", "\"y\""),
        .init("some x in [1, 2, 3] satisfies x > 2", "true"),
        .init("every x in [1, 2, 3] satisfies x > 2", "false"),
        .init("every x in [] satisfies x > 2", "true"),
        .init("null instance of number", "false"),
        .init("[1, 2] instance of list<number>", "true"),
        .init("{a: 1} instance of context<a: number>", "true"),
    ]

    // swift-format-ignore
    static let lists: [ExpressionRow] = [
        .init("for x in 1..3 return x * x", "[1, 4, 9]"),
        .init("for x in 3..1 return x", "[3, 2, 1]"),
        .init("for x in [1, 2], y in [3, 4] return x * y", "[3, 4, 6, 8]"),
        .init("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        .init("[1, 2, 3, 4][item > 2]", "[3, 4]"),
        .init("[{x: 1, y: 2}, {x: 2, y: 3}][x = 1]", "[{x: 1, y: 2}]"),
        .init("[{x: 1, y: 2}, {x: 2, y: 3}].y", "[2, 3]"),
        .init("[{item: 1}, {item: 2}, {item: 3}][item >= 2]", "[{item: 2}, {item: 3}]"),
        .init("[1, 2, 3][-1]", "3"),
        .init("[1, 2, 3][4]", "null"),
        .init("{a: 1, b: a + 1}.b", "2"),
        .init("{first name: \"Bo\", greeting: \"Hi \" + first name}.greeting", "\"Hi Bo\""),
        .init("{f: function(x: number) x + 1, y: f(2)}.y", "3"),
        .init("(function(a, b) a - b)(b: 1, a: 5)", "4"),
        .init("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
        .init("sum([1, 2, 3]) + count([1, 2])", "8"),
        .init("flatten([[1, [2]], 3])", "[1, 2, 3]"),
        .init("union([1, 2], [2, 3])", "[1, 2, 3]"),
        .init("string join([\"a\", null, \"c\"], \"_\")", "\"a_c\""),
        .init("context put({x: 1}, [\"y\", \"z\"], 2)", "{x: 1, y: {z: 2}}"),
        .init("get entries({a: 1})", "[{key: \"a\", value: 1}]"),
    ]

    private static let scope = Scope([
        "order": .context(["total": .integer(100)]), "a": .integer(10), "b": .integer(4),
    ])

    @Test("arithmetic", arguments: arithmetic)
    func computes(_ row: ExpressionRow) throws { try row.check(in: Self.scope) }

    @Test("logic and comparison", arguments: logic)
    func decides(_ row: ExpressionRow) throws { try row.check(in: Self.scope) }

    @Test("lists and contexts", arguments: lists)
    func collects(_ row: ExpressionRow) throws { try row.check(in: Self.scope) }
}
