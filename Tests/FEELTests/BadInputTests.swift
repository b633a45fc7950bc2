import Testing

@testable import FEEL

@Suite("Texts and values that mean harm")
struct BadInputTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        let source: String
        let line: Int
        let column: Int
        var testDescription: String { source }
    }

    // swift-format-ignore
    static let broken: [Broken] = [
        .init(source: "", line: 1, column: 1),
        .init(source: "1 +", line: 1, column: 4),
        .init(source: "(1", line: 1, column: 3),
        .init(source: "1 2", line: 1, column: 3),
        .init(source: "\"open", line: 1, column: 1),
        .init(source: "if true then 1", line: 1, column: 15),
        .init(source: "[1, 2", line: 1, column: 6),
        .init(source: "{a: 1, a: 2}", line: 1, column: 8),
        .init(source: "a +\n  * b", line: 2, column: 3),
        .init(source: "for x in [1] 2", line: 1, column: 14),
        .init(source: "/* never ends", line: 1, column: 1),
        .init(source: "1 instance of nothing", line: 1, column: 15),
        .init(source: "\"\\u12\"", line: 1, column: 3),
        .init(source: "#", line: 1, column: 1),
    ]

    @Test("a text that is no expression is refused with line and column", arguments: broken)
    func refuses(_ row: Broken) {
        let failure = #expect(throws: SyntaxFailure.self) { try Expression.compile(row.source) }
        #expect(failure?.line == row.line, "\(failure.map(String.init(describing:)) ?? "")")
        #expect(failure?.column == row.column, "\(failure.map(String.init(describing:)) ?? "")")
        #expect(failure?.message.isEmpty == false)
    }

    static let deep: [String] = [
        String(repeating: "(", count: 100_000),
        String(repeating: "[", count: 100_000),
        String(repeating: "{a:", count: 100_000),
        String(repeating: "- ", count: 100_000) + "1",
        String(repeating: "not(", count: 50_000),
        String(repeating: "if ", count: 50_000),
        "1" + String(repeating: " + 1", count: 100_000),
        "a" + String(repeating: ".a", count: 100_000),
        "a" + String(repeating: "[1]", count: 80_000),
        String(repeating: "x in (", count: 40_000),
        String(repeating: "[1..a[", count: 40_000),
        String(repeating: "function(a) ", count: 20_000) + "1",
        "1 instance of " + String(repeating: "list<", count: 40_000),
    ]

    @Test("nesting is bounded", arguments: deep.indices)
    func nesting(_ index: Int) {
        #expect(throws: SyntaxFailure.self) { try Expression.compile(Self.deep[index]) }
    }

    @Test("a text beyond the limit is refused")
    func tooLong() {
        let text = "\"" + String(repeating: "a", count: 300_000) + "\""
        #expect(throws: SyntaxFailure.self) { try Expression.compile(text) }
    }

    // swift-format-ignore
    static let endless: [String] = [
        "for i in 1..1000000000000 return i",
        "for i in 1..100000, j in 1..100000 return i * j",
        "count(for i in 1..1000000000 return i)",
        "some i in 1..1000000000000 satisfies i < 0",
        "every i in @\"0001-01-01\"..@\"999999999-01-01\" satisfies true",
        "for i in 1..100000 return if i = 1 then [1] else [partial[-1]]",
        "for i in 1..200 return if i = 1 then [1] else [partial[-1], partial[-1]]",
        "for i in 1..64 return if i = 1 then \"abcdefgh\" else partial[-1] + partial[-1]",
        "for i in 1..64 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "(function(f) f(f))(function(f) f(f))",
        "matches(string join(for i in 1..3000 return \"a\"), \"(a|aa)+$b\")",
        "matches(string join(for i in 1..40 return \"a\"), \"(a*)*b\")",
        "distinct values(for i in 1..100000 return i)",
        "for i in 1..1000000 return (i + 0.5) ** 0.37",
        "for i in 1..1000000 return exp(log(i) + sqrt(i))",
        "for i in 1..1000000 return modulo(1e6000, 3e-6000)",
        "for t in [string join(for i in 1..20000 return \"abcdefgh\")] return for i in 1..100000 return upper case(t)",
    ]

    @Test("evaluation is bounded: null and a problem, no hang", arguments: endless)
    func bounded(_ source: String) throws {
        var limits = EvaluationLimits()
        limits.stepsMaximum = 100_000
        let result = try Expression.compile(source).evaluate(in: Scope(limits: limits))
        let isWithin =
            result.value.isNull || !result.problems.isEmpty || result.value == .boolean(false)
        #expect(isWithin, "\(result.value.typeName)")
        #expect(!result.problems.isEmpty || result.value == .boolean(false))
    }

    @Test("recursion is bounded")
    func recursion() throws {
        let source = "{f: function(g, n) if n = 0 then 0 else 1 + g(g, n - 1), x: f(f, DEPTH)}.x"
        func run(_ depth: String) throws -> Evaluation {
            try Expression.compile(source.replacing("DEPTH", with: depth)).evaluate(in: .empty)
        }
        #expect(try run("50").value == .integer(50))
        let deep = try run("100000")
        #expect(deep.value == .null)
        #expect(deep.problems.contains { $0.message.contains("nested deeper") })
    }

    @Test("problems carry line and column")
    func positions() throws {
        let result = try Expression.compile("[1,\n 2 + \"a\",\n missing]").evaluate(in: .empty)
        #expect(result.value == .list([.integer(1), .null, .null]))
        #expect(result.problems.map(\.line) == [2, 3])
        #expect(result.problems.map(\.column) == [4, 2])
    }

    @Test("only so many problems are kept")
    func manyProblems() throws {
        let result = try Expression.compile("for i in 1..1000 return 1 + null").evaluate(in: .empty)
        #expect(result.problems.count == EvaluationLimits.standard.problemsMaximum)
    }
}
