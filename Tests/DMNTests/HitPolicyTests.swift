import DMN
import FEEL
import Testing

@Suite("Decision tables by hit policy")
struct HitPolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let title: String
        let policy: String
        let input: Int
        let expected: String
        var testDescription: String { title }
    }

    private static let rules = [
        ["< 10", "\"low\"", "1"], ["[5..20]", "\"middle\"", "2"], ["> 15", "\"high\"", "3"],
    ]

    // swift-format-ignore
    static let single: [Row] = [
        .init(title: "unique: one rule", policy: "hitPolicy=\"UNIQUE\"", input: 1, expected: "\"low\""),
        .init(title: "unique is the default", policy: "", input: 1, expected: "\"low\""),
        .init(title: "unique: two rules are a problem", policy: "hitPolicy=\"UNIQUE\"", input: 7, expected: "null"),
        .init(title: "any: different outputs are a problem", policy: "hitPolicy=\"ANY\"", input: 7, expected: "null"),
        .init(title: "first: the rule above wins", policy: "hitPolicy=\"FIRST\"", input: 7, expected: "\"low\""),
        .init(title: "priority: the output listed first wins", policy: "hitPolicy=\"PRIORITY\"", input: 7, expected: "\"middle\""),
        .init(title: "output order", policy: "hitPolicy=\"OUTPUT ORDER\"", input: 18, expected: "[\"high\", \"middle\"]"),
        .init(title: "rule order", policy: "hitPolicy=\"RULE ORDER\"", input: 18, expected: "[\"middle\", \"high\"]"),
        .init(title: "collect", policy: "hitPolicy=\"COLLECT\"", input: 7, expected: "[\"low\", \"middle\"]"),
        .init(title: "collect count", policy: "hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", input: 7, expected: "2"),
    ]

    // swift-format-ignore
    static let numbers: [Row] = [
        .init(title: "collect sum", policy: "hitPolicy=\"COLLECT\" aggregation=\"SUM\"", input: 18, expected: "5"),
        .init(title: "collect min", policy: "hitPolicy=\"COLLECT\" aggregation=\"MIN\"", input: 18, expected: "2"),
        .init(title: "collect max", policy: "hitPolicy=\"COLLECT\" aggregation=\"MAX\"", input: 18, expected: "3"),
    ]

    private func value(_ text: String) throws -> Value {
        try Expression.compile(text).evaluate(in: .empty).value
    }

    @Test("one output", arguments: single)
    func oneOutput(_ row: Row) throws {
        let model = try ModelText.model(
            row.policy, inputs: [.init("a", "number")],
            outputs: [.init("size", "string", values: "\"high\", \"middle\", \"low\"")],
            rules: Self.rules.map { [$0[0], $0[1]] })
        let result = try #require(
            model.evaluate(decision: "result", inputs: ["a": .integer(row.input)]))
        #expect(result.value == (try value(row.expected)))
        if row.expected == "null" { #expect(!result.problems.isEmpty) }
    }

    @Test("aggregated numbers", arguments: numbers)
    func aggregated(_ row: Row) throws {
        let model = try ModelText.model(
            row.policy, inputs: [.init("a", "number")], outputs: [.init("points", "number")],
            rules: Self.rules.map { [$0[0], $0[2]] })
        let result = try #require(
            model.evaluate(decision: "result", inputs: ["a": .integer(row.input)]))
        #expect(result.value == (try value(row.expected)))
    }

    @Test("several outputs make a context, and the rules that fired are named")
    func severalOutputs() throws {
        let model = try ModelText.model(
            "hitPolicy=\"RULE ORDER\"", inputs: [.init("a", "number")],
            outputs: [.init("size"), .init("points")], rules: Self.rules)
        let result = try #require(model.evaluate(decision: "result", inputs: ["a": .integer(7)]))
        #expect(
            result.value
                == (try value("[{size: \"low\", points: 1}, {size: \"middle\", points: 2}]")))
        #expect(result.matches == [TableMatch(table: "decision 'result'", rules: [0, 1])])
    }

    @Test("any: equal outputs agree")
    func anyAgrees() throws {
        let model = try ModelText.model(
            "hitPolicy=\"ANY\"", inputs: [.init("a")], outputs: [.init("x")],
            rules: [["< 10", "1 + 1"], ["< 20", "2"]])
        #expect(
            model.evaluate(decision: "result", inputs: ["a": .integer(1)])?.value == .integer(2))
    }

    @Test("no rule: the default output, else null, else an empty list")
    func noRule() throws {
        let none = ["a": Value.integer(100)]
        let plain = try ModelText.model(
            "", inputs: [.init("a")], outputs: [.init("x")], rules: [["1", "1"]])
        #expect(plain.evaluate(decision: "result", inputs: none)?.value == .null)
        let filled = try ModelText.model(
            "", inputs: [.init("a")], outputs: [.init("x", otherwise: "\"none\"")],
            rules: [["1", "\"one\""]])
        #expect(filled.evaluate(decision: "result", inputs: none)?.value == .text("none"))
        let listed = try ModelText.model(
            "hitPolicy=\"COLLECT\"", inputs: [.init("a")], outputs: [.init("x")],
            rules: [["1", "1"]])
        #expect(listed.evaluate(decision: "result", inputs: none)?.value == .list([]))
    }

    @Test("an input outside its allowed values is a problem")
    func allowedInput() throws {
        let model = try ModelText.model(
            "", inputs: [.init("a", "string", values: "\"x\", \"y\"")], outputs: [.init("n")],
            rules: [["-", "1"]])
        #expect(model.evaluate(decision: "result", inputs: ["a": .text("x")])?.value == .integer(1))
        let other = try #require(model.evaluate(decision: "result", inputs: ["a": .text("z")]))
        #expect(other.value == .null)
        #expect(other.problems.count == 1)
    }
}
