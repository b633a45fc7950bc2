import DMN
import Testing

@Suite("What is found in a table when it is loaded")
struct AnalysisTests {
    private func analysis(
        _ policy: String, _ inputs: [ModelText.Column], _ rules: [[String]]
    ) throws -> DecisionTableAnalysis {
        let model = try ModelText.model(
            policy, inputs: inputs, outputs: [.init("x")], rules: rules, strictness: .tolerant)
        return DecisionTableAnalysis(try #require(model.tables.first))
    }

    @Test("a gap between numbers is shown as the numbers that fall into it")
    func numberGap() throws {
        let found = try analysis("", [.init("a", "number")], [["< 10", "1"], ["> 10", "2"]])
        #expect(found.gaps.map(\.description) == ["a = 10"])
        let wide = try analysis("", [.init("a", "number")], [["< 10", "1"], [">= 20", "2"]])
        #expect(wide.gaps.map(\.description) == ["a in [10..20)"])
        let ends = try analysis("", [.init("a", "number")], [["[1..5]", "1"]])
        #expect(ends.gaps.map(\.description) == ["a in (< 1, > 5)"])
    }

    @Test("a complete table has no gaps")
    func complete() throws {
        let rules = [
            ["< 10", "\"EU\"", "1"], [">= 10", "\"EU\"", "2"], ["-", "not(\"EU\")", "3"],
        ]
        let found = try analysis("", [.init("a", "number"), .init("b", "string")], rules)
        #expect(found.gaps.isEmpty)
        #expect(found.overlaps.isEmpty)
        #expect(found.isComplete)
    }

    @Test("a list of answers has gaps where it would be empty; what is only gathered has none")
    func lists() throws {
        let rules = [["[1..10)", "1"], [">= 10", "2"]]
        for policy in ["RULE ORDER", "COLLECT\" aggregation=\"SUM"] {
            let found = try analysis("hitPolicy=\"\(policy)\"", [.init("a", "number")], rules)
            #expect(found.gaps.map(\.description) == ["a < 1"], "\(policy)")
        }
        let gathered = try analysis("hitPolicy=\"COLLECT\"", [.init("a", "number")], rules)
        #expect(gathered.gaps.isEmpty)
    }

    @Test("a word in a cell that nobody gives a value is named")
    func unknownWords() throws {
        let model = try ModelText.model(
            "", inputs: [.init("a", "number")], outputs: [.init("x")],
            rules: [["< abc", "1"], [">= 10", "big"], ["[5..10)", "if a > 3 then 1 else 2"]],
            strictness: .tolerant)
        let named = model.problems.map(\.description).filter { $0.contains("there is no variable") }
        #expect(named.count == 2, "\(named)")
        #expect(named.contains { $0.contains("rule 1, input 1") && $0.contains("abc") })
        #expect(named.contains { $0.contains("rule 2, output 1") && $0.contains("big") })
    }

    @Test("a gap over two inputs names both")
    func twoInputs() throws {
        let rules = [["< 10", "\"EU\"", "1"], [">= 10", "-", "2"]]
        let found = try analysis("", [.init("a", "number"), .init("b", "string")], rules)
        #expect(found.gaps.map(\.description) == ["a < 10 and b is anything else"])
    }

    @Test("allowed values bound what must be covered")
    func allowedValues() throws {
        let rules = [["\"x\"", "1"], ["\"y\"", "2"]]
        let open = try analysis("", [.init("a", "string")], rules)
        #expect(open.gaps.map(\.description) == ["a is anything else"])
        let bounded = try analysis("", [.init("a", "string", values: "\"x\", \"y\"")], rules)
        #expect(bounded.gaps.isEmpty)
        let missing = try analysis("", [.init("a", "string", values: "\"x\", \"y\", \"z\"")], rules)
        #expect(missing.gaps.map(\.description) == ["a = \"z\""])
    }

    @Test("Booleans are complete with both values")
    func booleans() throws {
        #expect(try analysis("", [.init("a", "boolean")], [["true", "1"]]).gaps.count == 1)
        #expect(
            try analysis("", [.init("a", "boolean")], [["true", "1"], ["false", "2"]]).gaps.isEmpty)
    }

    @Test("rules of a unique table that overlap are shown with the inputs that match both")
    func overlaps() throws {
        let found = try analysis("", [.init("a", "number")], [["<= 10", "1"], [">= 5", "2"]])
        #expect(found.overlaps.map(\.rules) == [[0, 1]])
        #expect(found.overlaps.first?.region.description == "a in [5..10]")
        let first = try analysis(
            "hitPolicy=\"FIRST\"", [.init("a", "number")], [["<= 10", "1"], [">= 5", "2"]])
        #expect(first.overlaps.isEmpty)
    }

    @Test("dates are compared as dates")
    func dates() throws {
        let found = try analysis(
            "", [.init("a", "date")],
            [["< date(\"2026-01-01\")", "1"], ["> date(\"2026-01-01\")", "2"]])
        #expect(found.gaps.map(\.description) == ["a = 2026-01-01"])
    }

    @Test("a rule behind rules that cover it never matches under first")
    func unreachable() throws {
        let found = try analysis(
            "hitPolicy=\"FIRST\"", [.init("a", "number")],
            [["< 10", "1"], [">= 10", "2"], ["5", "3"]])
        #expect(found.unreachable.map(\.rule) == [2])
        let impossible = try analysis("", [.init("a", "number")], [["[10..5]", "1"]])
        #expect(impossible.unreachable.map(\.rule) == [0])
    }

    @Test("a cell that only running can judge makes no false alarm")
    func computedCells() throws {
        let found = try analysis(
            "", [.init("a", "number")], [["? > b", "1"], ["< 5", "2"]])
        #expect(found.gaps.isEmpty)
        #expect(found.overlaps.isEmpty)
    }

    @Test("a large table is checked in bounded time")
    func largeTable() throws {
        let rules = (0..<150).map { ["[\($0)..\($0 + 1))", "\"c\($0 % 40)\"", "\($0)"] }
        let found = try analysis("", [.init("a", "number"), .init("b", "string")], rules)
        #expect(found.overlaps.isEmpty)
        #expect(found.gaps.count == DecisionTableAnalysis.findingsMaximum)
    }

    @Test("findings are warnings with element and remedy; wrong types are errors")
    func problems() throws {
        let model = try ModelText.model(
            "", inputs: [.init("a", "number")], outputs: [.init("x")], rules: [["< 10", "1"]])
        #expect(model.problems.map(\.severity) == [.warning])
        #expect(model.problems.first?.message.contains("no rule matches a >= 10") == true)
        #expect(throws: ModelFailure.self) {
            try ModelText.model(
                "", inputs: [.init("a", "number")], outputs: [.init("x")],
                rules: [["\"ten\"", "1"]])
        }
        #expect(throws: ModelFailure.self) {
            try ModelText.model(
                "", inputs: [.init("a")], outputs: [.init("x", "number")],
                rules: [["-", "\"one\""]])
        }
    }

    @Test("a table is drawn with its columns aligned, wide characters too")
    func drawing() throws {
        let model = try ModelText.model(
            "hitPolicy=\"FIRST\"", inputs: [.init("a", "string"), .init("b", "number")],
            outputs: [.init("price")],
            rules: [["\"東京\"", "< 10", "5"], ["-", "-", "10.50"]])
        let table = try #require(model.tables.first)
        #expect(
            table.rendered() == """
                F ║ a      │ b    ║ price
                ──╫────────┼──────╫──────
                1 ║ "東京" │ < 10 ║ 5
                2 ║ -      │ -    ║ 10.50

                """)
    }
}
