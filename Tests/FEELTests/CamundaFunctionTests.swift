import Testing

@testable import FEEL

@Suite("Functions that a user of DMN 1.5 and of Camunda 8 knows")
struct CamundaFunctionTests {
    /// A function with the numbers of arguments that it is called with.
    struct Known: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [Int]
        init(_ name: String, _ arguments: Int...) {
            self.name = name
            self.arguments = arguments
        }
        var testDescription: String { "\(name)(\(arguments))" }
    }

    // swift-format-ignore
    static let known: [Known] = [
        // DMN 1.5, 10.3.4, in its order.
        .init("date", 1, 3), .init("date and time", 1, 2), .init("time", 1, 3, 4),
        .init("number", 1, 3), .init("string", 1), .init("duration", 1),
        .init("years and months duration", 2), .init("not", 1),
        .init("substring", 2, 3), .init("string length", 1), .init("upper case", 1),
        .init("lower case", 1), .init("substring before", 2), .init("substring after", 2),
        .init("replace", 3, 4), .init("contains", 2), .init("starts with", 2), .init("ends with", 2),
        .init("matches", 2, 3), .init("split", 2), .init("string join", 1, 2, 4),
        .init("list contains", 2), .init("list replace", 3), .init("count", 1), .init("min", 1),
        .init("max", 1), .init("sum", 1), .init("mean", 1), .init("all", 1), .init("any", 1),
        .init("sublist", 2, 3), .init("append", 2), .init("concatenate", 1), .init("insert before", 3),
        .init("remove", 2), .init("reverse", 1), .init("index of", 2), .init("union", 1),
        .init("distinct values", 1), .init("flatten", 1), .init("product", 1), .init("median", 1),
        .init("stddev", 1), .init("mode", 1), .init("sort", 1, 2),
        .init("decimal", 2, 3), .init("floor", 1, 2), .init("ceiling", 1, 2), .init("round up", 2),
        .init("round down", 2), .init("round half up", 2), .init("round half down", 2),
        .init("abs", 1), .init("modulo", 2), .init("sqrt", 1), .init("log", 1), .init("exp", 1),
        .init("odd", 1), .init("even", 1),
        .init("is", 2), .init("before", 2), .init("after", 2), .init("meets", 2), .init("met by", 2),
        .init("overlaps", 2), .init("overlaps before", 2), .init("overlaps after", 2),
        .init("finishes", 2), .init("finished by", 2), .init("includes", 2), .init("during", 2),
        .init("starts", 2), .init("started by", 2), .init("coincides", 2),
        .init("day of year", 1), .init("day of week", 1), .init("month of year", 1),
        .init("week of year", 1), .init("now", 0), .init("today", 0), .init("range", 1),
        .init("get value", 2), .init("get entries", 1), .init("context", 1),
        .init("context put", 3), .init("context merge", 1),
        // Camunda 8, "Built-in functions", beside them.
        .init("is defined", 1), .init("get or else", 2), .init("assert", 2, 3),
        .init("extract", 2), .init("trim", 1), .init("uuid", 0), .init("to base64", 1),
        .init("is blank", 1), .init("is empty", 1), .init("duplicate values", 1),
        .init("partition", 2), .init("random number", 0), .init("last day of month", 1),
        .init("from json", 1), .init("to json", 1), .init("fromAi", 1, 2, 3, 4, 5),
        .init("from unix timestamp", 1, 2), .init("to unix timestamp", 1),
    ]

    @Test("is there with all its ways to be called", arguments: known)
    func isThere(_ row: Known) throws {
        let builtin = try #require(Builtins.named(row.name), "\(row.name)")
        for count in row.arguments {
            let call =
                "\(row.name)("
                + Array(repeating: "null", count: count)
                .joined(separator: ", ") + ")"
            let problems = try Expression.compile(call).evaluate(in: .empty).problems
            #expect(!problems.contains { $0.message.contains("arguments") }, "\(problems)")
            #expect(problems.allSatisfy { !$0.message.contains("no variable") }, "\(problems)")
        }
        #expect(builtin.name == row.name)
    }

    @Test("and no other function is there that nobody asked for")
    func complete() {
        let asked = Set(Self.known.map(\.name)).union(["put", "put all"])
        #expect(Set(Builtins.names).subtracting(asked) == [])
    }

    // swift-format-ignore
    static let rows: [ExpressionRow] = [
        .init("to base64(\"FEEL\")", "\"RkVFTA==\""),
        .init("to base64(\"日本\")", "\"5pel5pys\""),
        .init("to base64(1)", "null"),
        .init("from json(\"{\\\"a\\\": 1, \\\"b\\\": [true, null, \\\"x\\\"]}\")", "{a: 1, b: [true, null, \"x\"]}"),
        .init("from json(\"0.10\")", "0.1"),
        .init("from json(\"12345678901234567890.5\")", "12345678901234567890.5"),
        .init("from json(\"\\\"2023-06-14\\\"\")", "\"2023-06-14\""),
        .init("from json(\"\\\"\\\\u0041\\\\ud83d\\\\udc0e\\\"\")", "\"A\\U01F40E\""),
        .init("from json(\"{}\")", "{}"),
        .init("from json(\"[]\")", "[]"),
        .init("from json(\"{a: 1}\")", "null"),
        .init("from json(\"[1,]\")", "null"),
        .init("from json(\"01\")", "null"),
        .init("from json(\"1 2\")", "null"),
        .init("from json(\"\\\"\\\\ud83d\\\"\")", "null"),
        .init("from json(\"\")", "null"),
        .init("to json({a: 1, \"b c\": [true, null, \"x\\\"\\n\"]})", "\"{\\\"a\\\":1,\\\"b c\\\":[true,null,\\\"x\\\\\\\"\\\\n\\\"]}\""),
        .init("to json(@\"2023-06-14\")", "\"\\\"2023-06-14\\\"\""),
        .init("to json(@\"2025-11-24T10:00:00@Europe/Berlin\")", "\"\\\"2025-11-24T10:00:00+01:00[Europe/Berlin]\\\"\""),
        .init("to json(@\"P3Y\")", "\"\\\"P3Y\\\"\""),
        .init("to json(function(a) a)", "null"),
        .init("from json(to json({a: {b: [1.5]}}))", "{a: {b: [1.5]}}"),
        .init("from unix timestamp(0)", "@\"1970-01-01T00:00:00Z\""),
        .init("from unix timestamp(1686327521.25)", "@\"2023-06-09T16:18:41.25Z\""),
        .init("from unix timestamp(-1)", "@\"1969-12-31T23:59:59Z\""),
        .init("from unix timestamp(1686327521, \"Europe/Berlin\")", "@\"2023-06-09T18:18:41@Europe/Berlin\""),
        .init("from unix timestamp(1, \"Nowhere\")", "null"),
        .init("to unix timestamp(@\"2023-06-09T18:18:41@Europe/Berlin\")", "1686327521"),
        .init("to unix timestamp(@\"1970-01-02\")", "86400"),
        .init("string join([\"a\", \"b\"], \", \", \"[\", \"]\")", "\"[a, b]\""),
        .init("string join([], \", \", \"[\", null)", "\"[\""),
        .init("string join([\"a\"], \", \", \"[\")", "null"),
        .init("get value({x: 1, y: {z: 0}}, [\"y\", \"z\"])", "0"),
        .init("get value({a: {b: 3}}, [\"b\"])", "null"),
        .init("get value({a: 1}, [])", "null"),
        .init("get value(context: {a: {b: 3}}, keys: [\"a\", \"b\"])", "3"),
        .init("date and time(@\"2020-07-31T14:27:30@Europe/Berlin\", \"America/Los_Angeles\")", "@\"2020-07-31T05:27:30@America/Los_Angeles\""),
        .init("date and time(\"2020-07-31T14:27:30Z\", \"+02:00\")", "@\"2020-07-31T16:27:30+02:00\""),
        .init("date and time(@\"2020-07-31T14:27:30\", \"Z\")", "null"),
        .init("date and time(@\"2020-07-31T14:27:30Z\", \"Nowhere/Land\")", "null"),
        .init("decimal(2.5, 0, \"half_up\")", "3"),
        .init("decimal(2.5, 0, \"sideways\")", "null"),
        .init("decimal(1, 2, 3)", "null"),
        .init("is blank(\" \\t\")", "true"),
        .init("trim(\"  hello  world \")", "\"hello  world\""),
        .init("duplicate values([1, 2, 1, 2, 3])", "[1, 2]"),
        .init("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
        .init("last day of month(@\"2024-02-01\")", "@\"2024-02-29\""),
        .init("fromAi(value: 7, type: \"number\")", "7"),
        .init("fromAi(\"a\", \"b\", \"c\", {}, {})", "\"a\""),
    ]

    @Test("has the value of the documentation", arguments: rows)
    func value(_ row: ExpressionRow) throws { try row.check() }

    @Test("a date and time without a zone is meant in the step's when it gets another")
    func ownZone() throws {
        let now = try #require(
            DateAndTime(microsecondsSinceEpoch: 0, zone: .offset(7_200)))
        let source = "date and time(@\"2020-07-31T14:27:30\", \"Z\")"
        let value = try Expression.compile(source).evaluate(in: Scope(now: now)).value
        #expect(value.literalText == "2020-07-31T12:27:30Z")
    }

    @Test("functions that are random elsewhere are derived from the seed, other at each call")
    func derived() throws {
        func values(_ seed: String?) throws -> Evaluation {
            try Expression.compile("[uuid(), uuid(), random number(), random number()]").evaluate(
                in: Scope(seed: seed) { _ in nil })
        }
        let first = try values("O-1 17")
        #expect(try values("O-1 17").value == first.value)
        #expect(try values("O-1 18").value != first.value)
        guard case .list(let items) = first.value else { return #expect(Bool(false)) }
        #expect(items[0] != items[1] && items[2] != items[3])
        let uuid = try #require(items[0].text)
        #expect(uuid.count == 36)
        #expect(
            uuid.wholeMatch(
                of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        for item in items[2...] {
            guard case .number(let number) = item else { return #expect(Bool(false)) }
            #expect(number >= Decimal34(0) && number < Decimal34(1))
        }
        let refused = try values(nil)
        #expect(refused.problems.first?.message.hasPrefix("uuid() is not known here") == true)
        #expect(refused.problems.contains { $0.message.hasPrefix("random number() is not") })
    }

    @Test("of 20,000 derived values no two are the same, and they spread")
    func spread() {
        var seen: Set<[UInt8]> = []
        var low = 0
        for number in 0..<20_000 {
            let bits = DerivedBits("O-\(number / 10) \(number % 10)")
            seen.insert(bits.bytes)
            if bits.high % DerivedBits.fractions < DerivedBits.fractions / 2 { low += 1 }
        }
        #expect(seen.count == 20_000)
        #expect((9_500...10_500).contains(low))
    }

    @Test("older names say what took their place")
    func replaced() throws {
        for (source, name) in [
            ("put({}, \"a\", 1)", "context put"), ("put all([])", "context merge"),
        ] {
            let result = try Expression.compile(source).evaluate(in: .empty)
            #expect(result.value.isNull)
            #expect(result.problems.first?.message.contains("use \(name)()") == true)
        }
    }

    @Test("a number that is too large is null with its place, and what stands around it counts")
    func tooLarge() throws {
        let source = "[1, 2,\n  1e9999, -1e7000, 3]"
        let result = try Expression.compile(source).evaluate(in: .empty)
        #expect(result.value.literalText == "[1, 2, null, null, 3]")
        let problem = try #require(result.problems.first)
        #expect((problem.line, problem.column) == (2, 3))
        #expect(problem.message.contains("too large"))
        let digits = String(repeating: "9", count: 7_000)
        #expect(
            try Expression.compile("\(digits) = null").evaluate(in: .empty).value == .boolean(true))
        let test = try UnaryTests.compile("> 1e9999").test(.integer(1), in: .empty)
        #expect(test.value.isNull || test.value == .boolean(false))
        #expect(!test.problems.isEmpty)
    }
}
