import DMN
import FEEL
import Testing

@Suite("Decision models: boxed expressions, functions, services, types and imports")
struct ModelTests {
    private func value(_ text: String) throws -> Value {
        try Expression.compile(text).evaluate(in: .empty).value
    }

    private func evaluate(
        _ body: String, _ decision: String = "result", inputs: [String: Value] = [:]
    ) throws -> DecisionResult {
        let model = try DecisionModel.load(ModelText.definitions(body))
        return try #require(model.evaluate(decision: decision, inputs: inputs))
    }

    struct Boxed: Sendable, CustomTestStringConvertible {
        let title: String
        let logic: String
        let expected: String
        var testDescription: String { title }
    }

    private static func text(_ text: String) -> String { ModelText.literal(text) }

    static let boxed: [Boxed] = [
        .init(
            title: "context: later entries see earlier ones",
            logic: "<context><contextEntry><variable name=\"x\"/>\(text("1"))</contextEntry>"
                + "<contextEntry><variable name=\"the y\"/>\(text("x + 1"))</contextEntry></context>",
            expected: "{x: 1, the y: 2}"),
        .init(
            title: "context with a result: only the result",
            logic: "<context><contextEntry><variable name=\"x\"/>\(text("4"))</contextEntry>"
                + "<contextEntry>\(text("x * x"))</contextEntry></context>", expected: "16"),
        .init(
            title: "list", logic: "<list>\(text("1"))\(text("1 + 1"))</list>", expected: "[1, 2]"),
        .init(
            title: "relation: rows of named columns",
            logic: "<relation><column name=\"a\"/><column name=\"b\"/>"
                + "<row>\(text("1"))\(text("2"))</row><row>\(text("3"))\(text("4"))</row></relation>",
            expected: "[{a: 1, b: 2}, {a: 3, b: 4}]"),
        .init(
            title: "conditional",
            logic: "<conditional><if>\(text("1 > 2"))</if><then>\(text("1"))</then>"
                + "<else>\(text("2"))</else></conditional>", expected: "2"),
        .init(
            title: "filter: the item's entries are visible",
            logic: "<filter><in>\(text("[{n: 1}, {n: 2}, {n: 3}]"))</in>"
                + "<match>\(text("n > 1"))</match></filter>", expected: "[{n: 2}, {n: 3}]"),
        .init(
            title: "for, with partial",
            logic: "<for iteratorVariable=\"i\"><in>\(text("[1, 2, 3]"))</in>"
                + "<return>\(text("i + count(partial)"))</return></for>", expected: "[1, 3, 5]"),
        .init(
            title: "some",
            logic: "<some iteratorVariable=\"i\"><in>\(text("[1, 2]"))</in>"
                + "<satisfies>\(text("i > 1"))</satisfies></some>", expected: "true"),
        .init(
            title: "every",
            logic: "<every iteratorVariable=\"i\"><in>\(text("[1, 2]"))</in>"
                + "<satisfies>\(text("i > 1"))</satisfies></every>", expected: "false"),
        .init(
            title: "function definition, called in the same context",
            logic: "<context><contextEntry><variable name=\"twice\"/><functionDefinition>"
                + "<formalParameter name=\"n\" typeRef=\"number\"/>\(text("n * 2"))"
                + "</functionDefinition></contextEntry>"
                + "<contextEntry>\(text("twice(21)"))</contextEntry></context>", expected: "42"),
    ]

    @Test("boxed expressions", arguments: boxed)
    func boxedExpression(_ row: Boxed) throws {
        let result = try evaluate(ModelText.decision("result", logic: row.logic))
        #expect(result.value == (try value(row.expected)), "\(result.value.literalText)")
        #expect(result.problems.isEmpty)
    }

    private static let factorial = """
        <businessKnowledgeModel id="_fact" name="fact"><variable name="fact"/>
        <encapsulatedLogic><formalParameter name="n" typeRef="number"/>
        \(ModelText.literal("if n <= 1 then 1 else n * fact(n - 1)"))</encapsulatedLogic>
        <knowledgeRequirement><requiredKnowledge href="#_fact"/></knowledgeRequirement>
        </businessKnowledgeModel>
        """
    private static let needsFactorial =
        "<knowledgeRequirement><requiredKnowledge href=\"#_fact\"/></knowledgeRequirement>"

    @Test("business knowledge models may call themselves, within bounds")
    func recursion() throws {
        let invocation = """
            <invocation>\(ModelText.literal("fact"))<binding><parameter name="n"/>
            \(ModelText.literal("a"))</binding></invocation>
            """
        let body =
            Self.factorial + ModelText.input("a")
            + ModelText.decision("result", needs: ["a"], logic: Self.needsFactorial + invocation)
        #expect(
            try evaluate(body, inputs: ["a": .integer(20)]).value
                == .number(try #require(Decimal34(text: "2432902008176640000"))))
        let deep = try evaluate(body, inputs: ["a": .integer(1_000_000)])
        #expect(deep.value == .null)
        #expect(deep.problems.contains { $0.message.contains("nested deeper") })
    }

    @Test("decisions need decisions, and each is evaluated once")
    func requirements() throws {
        let body =
            ModelText.input("a", type: "number")
            + ModelText.decision("double", needs: ["a"], logic: ModelText.literal("a * 2"))
            + ModelText.decision(
                "result", needs: ["a", "!double"], logic: ModelText.literal("double + a"))
        #expect(try evaluate(body, inputs: ["a": .integer(7)]).value == .integer(21))
        let model = try DecisionModel.load(ModelText.definitions(body))
        let item = try #require(model.decisions.last)
        #expect(item.inputs == ["a"])
        #expect(item.decisions == ["double"])
        #expect(model.inputs.map(\.type) == ["number"])
        #expect(
            model.evaluate(decision: "_result", inputs: ["a": .integer(1)])?.value == .integer(3))
        #expect(model.evaluate(decision: "nothing", inputs: [:]) == nil)
    }

    @Test("variables of a process are visible where the model declares no input data")
    func undeclaredInputs() throws {
        let body = ModelText.decision("result", logic: ModelText.literal("order.total * 2"))
        let order = Value.context(["total": .integer(4)])
        #expect(try evaluate(body, inputs: ["order": order]).value == .integer(8))
    }

    private static let service =
        ModelText.input("a", type: "number")
        + ModelText.decision("base", type: "number", logic: ModelText.literal("100"))
        + ModelText.decision(
            "sum", needs: ["a", "!base"], logic: ModelText.literal("a + base"))
            + """
            <decisionService id="_adder" name="adder"><variable name="adder"/>
            <outputDecision href="#_sum"/><inputDecision href="#_base"/><inputData href="#_a"/>
            </decisionService>
            """

    @Test("a decision service is called with input data first, then input decisions")
    func services() throws {
        let call = ModelText.decision(
            "result",
            logic: "<knowledgeRequirement><requiredKnowledge href=\"#_adder\"/>"
                + "</knowledgeRequirement>" + ModelText.literal("adder(1, 2)"))
        #expect(try evaluate(Self.service + call).value == .integer(3))
        let direct = try evaluate(
            Self.service, "adder", inputs: ["a": .integer(5), "base": .integer(6)])
        #expect(direct.value == .integer(11))
    }

    private static let types = """
        <itemDefinition name="tRisk"><typeRef>string</typeRef>
        <allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>
        <itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef>
        </itemComponent><itemComponent name="risk"><typeRef>tRisk</typeRef></itemComponent>
        </itemDefinition>
        <itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef>
        </itemDefinition>
        """

    @Test("inputs are checked against their types and allowed values")
    func inputTypes() throws {
        let body =
            Self.types + ModelText.input("p", type: "tPerson")
            + ModelText.decision(
                "result", needs: ["p"], logic: ModelText.literal("p.full name + p.risk"))
        func person(_ risk: String) -> Value {
            .context(["full name": .text("Ada "), "risk": .text(risk)])
        }
        #expect(try evaluate(body, inputs: ["p": person("low")]).value == .text("Ada low"))
        let wrong = try evaluate(body, inputs: ["p": person("medium")])
        #expect(wrong.value == .null)
        #expect(wrong.problems.first?.element == "input data 'p'")
        #expect(
            try evaluate(body, inputs: ["p": .list([person("high")])]).value == .text("Ada high"))
    }

    @Test("results are converted to the decision's type or become null")
    func resultTypes() throws {
        func result(_ type: String, _ text: String) throws -> Value {
            try evaluate(
                Self.types
                    + ModelText.decision("result", type: type, logic: ModelText.literal(text))
            ).value
        }
        #expect(try result("number", "[5]") == .integer(5))
        #expect(try result("tRisk", "\"medium\"") == .null)
        #expect(try result("number", "\"5\"") == .null)
        #expect(try result("tPeople", "{full name: \"Bo\", risk: \"low\"}").list?.count == 1)
        #expect(
            try result("date and time", "@\"2026-11-23\"")
                == (try value("@\"2026-11-23T00:00:00Z\"")))
    }

    @Test("a type constraint judges the whole list, allowed values each item")
    func typeConstraint() throws {
        let types = """
            <itemDefinition name="tGrades" isCollection="true"><typeRef>string</typeRef>
            <allowedValues><text>"A", "B"</text></allowedValues>
            <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
            """
        func result(_ text: String) throws -> Value {
            try evaluate(
                types
                    + ModelText.decision("result", type: "tGrades", logic: ModelText.literal(text))
            ).value
        }
        #expect(try result("[\"A\", \"B\"]").list?.count == 2)
        #expect(try result("[\"A\", \"C\"]") == .null)
        #expect(try result("[\"A\", \"B\", \"A\"]") == .null)
    }

    @Test("imported elements and types carry the import's name")
    func imports() throws {
        let library = ModelText.definitions(
            Self.types + ModelText.input("rate", type: "number")
                + ModelText.decision("tax", needs: ["rate"], logic: ModelText.literal("rate / 100"))
                    + """
                    <businessKnowledgeModel id="_twice" name="twice"><variable name="twice"/>
                    <encapsulatedLogic><formalParameter name="n"/>\(ModelText.literal("n * 2"))
                    </encapsulatedLogic></businessKnowledgeModel>
                    """, name: "library")
        let body =
            "<import name=\"lib\" namespace=\"urn:library\" importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>"
            + ModelText.input("risk", type: "lib.tRisk")
            + ModelText.decision(
                "result", needs: ["risk"],
                logic: """
                    <informationRequirement><requiredDecision href="urn:library#_tax"/></informationRequirement>
                    <knowledgeRequirement><requiredKnowledge href="urn:library#_twice"/></knowledgeRequirement>
                    \(ModelText.literal("lib.twice(lib.tax)"))
                    """)
        let model = try DecisionModel.load(ModelText.definitions(body), imports: [library])
        #expect(
            model.evaluate(decision: "result", inputs: ["lib.rate": .integer(19)])?.value
                == .number(try #require(Decimal34(text: "0.38"))))
        let failure = #expect(throws: ModelFailure.self) {
            try DecisionModel.load(ModelText.definitions(body))
        }
        #expect(failure?.description.contains("urn:library") == true)
    }

    @Test("models that cannot run are refused, each error with its element and line")
    func refused() throws {
        func failure(_ body: String) -> String {
            do throws(ModelFailure) {
                _ = try DecisionModel.load(ModelText.definitions(body))
                return ""
            } catch {
                return error.description
            }
        }
        let syntax = failure(ModelText.decision("result", logic: ModelText.literal("1 +")))
        #expect(syntax.contains("decision 'result'"))
        #expect(syntax.contains("column 4"))
        #expect(syntax.contains("line 5"))
        let circle =
            ModelText.decision("x", needs: ["!y"], logic: ModelText.literal("y"))
            + ModelText.decision("y", needs: ["!x"], logic: ModelText.literal("x"))
        #expect(failure(circle).contains("needs itself"))
        let tolerated = try DecisionModel.load(
            ModelText.definitions(circle), strictness: .tolerant)
        let endless = try #require(tolerated.evaluate(decision: "x", inputs: [:]))
        #expect(endless.value == .null)
        #expect(endless.problems.contains { $0.message.contains("nested deeper") })
        #expect(
            failure(ModelText.decision("x", needs: ["gone"], logic: ModelText.literal("1")))
                .contains("there is no element '#_gone'"))
        #expect(
            failure(ModelText.decision("x", type: "tGone", logic: ModelText.literal("1")))
                .contains("there is no such type"))
        let java = """
            <businessKnowledgeModel id="_j" name="j"><variable name="j"/>
            <encapsulatedLogic kind="Java">\(ModelText.literal("{class: \"x\"}"))
            </encapsulatedLogic></businessKnowledgeModel>
            """
        #expect(failure(java).contains("functions of kind Java are not supported"))
        #expect(failure(ModelText.input("a") + ModelText.input("a")).contains("used twice"))
    }

    @Test("a requirement that was not drawn is a warning")
    func missingRequirement() throws {
        let model = try DecisionModel.load(
            ModelText.definitions(
                ModelText.input("a") + ModelText.decision("x", logic: ModelText.literal("a + 1"))))
        #expect(model.problems.map(\.severity) == [.warning])
        #expect(model.problems.first?.message.contains("does not require it") == true)
    }

    @Test("what is no DMN is refused")
    func noModel() {
        for text in ["", "<a/>", "<definitions xmlns=\"urn:x\"/>", "<!DOCTYPE x><definitions/>"] {
            #expect(throws: ModelFailure.self) { try DecisionModel.load(Array(text.utf8)) }
        }
        let deep =
            String(repeating: "<list>", count: 5_000) + String(repeating: "</list>", count: 5_000)
        #expect(throws: ModelFailure.self) {
            try DecisionModel.load(ModelText.definitions(ModelText.decision("x", logic: deep)))
        }
    }
}
