import DMN
import FEEL
import Testing

@Suite("Decision files import each other by namespace")
struct ModelImportTests {
    private static let modelType = "https://www.omg.org/spec/DMN/20230324/MODEL/"

    private func imported(_ name: String, _ namespace: String) -> String {
        "<import name=\"\(name)\" namespace=\"\(namespace)\" importType=\"\(Self.modelType)\"/>"
    }

    /// A file whose decision adds 1 to the decision of another.
    private func file(_ name: String, decision: String, uses other: String?) -> ModelFile {
        let body =
            if let other {
                imported("lib", "urn:\(other)")
                    + ModelText.decision(
                        decision,
                        logic: """
                            <informationRequirement><requiredDecision href="urn:\(other)#_\(other)"/></informationRequirement>
                            \(ModelText.literal("lib.\(other) + 1"))
                            """)
            } else { ModelText.decision(decision, logic: ModelText.literal("1")) }
        return ModelFile(ModelText.definitions(body, name: name), name: "\(name).dmn")
    }

    private func failure(_ file: ModelFile, among others: [ModelFile]) -> [ModelProblem] {
        do throws(ModelFailure) {
            _ = try DecisionModel.load(file, among: others)
            return []
        } catch { return error.problems }
    }

    @Test("through several files, and whatever else lies beside them")
    func chain() throws {
        let files = [
            file("b", decision: "b", uses: "c"), file("c", decision: "c", uses: nil),
            ModelFile(Array("no XML at all".utf8), name: "broken.dmn"),
        ]
        let model = try DecisionModel.load(
            file("a", decision: "a", uses: "b"), among: files)
        #expect(model.evaluate(decision: "a", inputs: [:])?.value == .integer(3))
        #expect(model.imports.map(\.namespace) == ["urn:b"])
        #expect(model.decisions.map(\.name) == ["a"])
    }

    @Test("one that is not there is named with its place, what is there, and the remedy")
    func absent() throws {
        let problems = failure(
            file("a", decision: "a", uses: "b"), among: [file("c", decision: "c", uses: nil)])
        let problem = try #require(problems.first)
        #expect(problem.element == "import 'lib'")
        #expect(problem.line == 4)
        for part in ["namespace 'urn:b'", "the models here have urn:c", "give its file too"] {
            #expect(problem.message.contains(part), "\(problem)")
        }
    }

    @Test("a circle is refused with the way that it takes")
    func circle() throws {
        let a = file("a", decision: "a", uses: "b")
        let b = file("b", decision: "b", uses: "a")
        let own = failure(file("a", decision: "a", uses: "a"), among: [])
        #expect(own.first?.message.contains("a.dmn imports a.dmn") == true, "\(own)")
        for (file, other) in [(a, b), (b, a)] {
            let problem = failure(file, among: [other]).first
            #expect(problem?.element == "import 'lib'")
            #expect(
                problem?.message.contains("\(file.name) imports \(other.name) imports \(file.name)")
                    == true, "\(String(describing: problem))")
        }
    }

    @Test(
        "what is wrong in an imported file is told at the import, once, and with that file's name")
    func errors() {
        let broken = ModelFile(
            ModelText.definitions(
                ModelText.decision("b", logic: ModelText.literal("1 +"))
                    + ModelText.decision("b2", logic: ModelText.literal("2 +")), name: "b"),
            name: "b.dmn")
        let problems = failure(file("a", decision: "a", uses: "b"), among: [broken])
        #expect(problems.count == 1)
        #expect(problems.first?.element == "import 'lib'")
        #expect(problems.first?.message.contains("b.dmn") == true)
        #expect(problems.first?.message.contains("decision 'b'") == true)
    }

    @Test("a decision service is called by id with its inputs, and by name from other logic")
    func services() throws {
        let body =
            ModelText.input("amount", type: "number")
            + ModelText.decision("rate", type: "number", logic: ModelText.literal("0.1"))
            + ModelText.decision(
                "fee", type: "number", needs: ["amount", "!rate"],
                logic: ModelText.literal("amount * rate"))
            + ModelText.decision(
                "total", type: "number", needs: ["amount", "!fee"],
                logic: ModelText.literal("amount + fee"))
                + """
                <decisionService id="_pricing" name="pricing"><variable name="pricing"/>
                  <outputDecision href="#_total"/><encapsulatedDecision href="#_fee"/>
                  <inputDecision href="#_rate"/><inputData href="#_amount"/></decisionService>
                <decisionService id="_both" name="both"><variable name="both"/>
                  <outputDecision href="#_total"/><outputDecision href="#_fee"/>
                  <encapsulatedDecision href="#_rate"/><inputData href="#_amount"/></decisionService>
                """
        let model = try DecisionModel.load(ModelText.definitions(body))
        let pricing = try #require(model.services.first { $0.id == "_pricing" })
        #expect(pricing.inputs == ["amount", "rate"])
        #expect(pricing.decisions == ["total"])
        let inputs: [String: Value] = ["amount": .integer(100), "rate": .integer(1)]
        #expect(model.evaluate(decision: "_pricing", inputs: inputs)?.value == .integer(200))
        let both = model.evaluate(decision: "_both", inputs: ["amount": .integer(100)])?.value
        #expect(both?.context?["total"] == .integer(110))
        #expect(both?.context?["fee"] == .integer(10))
    }
}
