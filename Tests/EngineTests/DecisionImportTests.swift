import Business
import Engine
import Processes
import Records
import Testing

@Suite("Deployed decisions import each other, and services are called like decisions")
struct DecisionImportTests {
    private static let model = "https://www.omg.org/spec/DMN/20230324/MODEL/"

    private static func rates(_ rate: Int) -> String {
        """
        <definitions xmlns="\(model)" id="lib" name="rates" namespace="urn:rates">
          <decision id="rate" name="rate"><variable name="rate" typeRef="number"/>
            <literalExpression><text>\(rate)</text></literalExpression></decision>
        </definitions>
        """
    }

    private static let fees = """
        <definitions xmlns="\(model)" id="fees" name="fees" namespace="urn:fees">
          <import name="lib" namespace="urn:rates" importType="\(model)"/>
          <inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
          <decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
            <informationRequirement><requiredInput href="#amount"/></informationRequirement>
            <informationRequirement><requiredDecision href="urn:rates#rate"/></informationRequirement>
            <literalExpression><text>amount * lib.rate</text></literalExpression></decision>
          <decisionService id="fee-service" name="fee service"><variable name="fee service"/>
            <outputDecision href="#fee"/><inputData href="#amount"/></decisionService>
        </definitions>
        """

    /// Asks the service, waits for a person, and asks it again.
    private static let diagram = Diagrams.process(
        "charge",
        """
        <bpmn:startEvent id="start"/>
        <bpmn:businessRuleTask id="first"><bpmn:extensionElements>
          <zeebe:calledDecision decisionId="fee-service" resultVariable="before"/>
        </bpmn:extensionElements></bpmn:businessRuleTask>
        <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:assignmentDefinition candidateGroups="sales"/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:businessRuleTask id="second"><bpmn:extensionElements>
          <zeebe:calledDecision decisionId="fee-service" resultVariable="after"/>
        </bpmn:extensionElements></bpmn:businessRuleTask>
        <bpmn:userTask id="stop"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:assignmentDefinition candidateGroups="sales"/>
        </bpmn:extensionElements></bpmn:userTask>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "first"))\(Diagrams.flow("first", "look"))
        \(Diagrams.flow("look", "second"))\(Diagrams.flow("second", "stop"))
        \(Diagrams.flow("stop", "end"))
        """)

    private func files(_ files: [String: String]) -> JSONValue {
        .object([
            "files": .array(
                files.sorted { $0.key < $1.key }.map {
                    .object(["name": .string($0.key), "content": .string($0.value)])
                })
        ])
    }

    @Test("an instance keeps the version of the imported file that its set had")
    func pinned() async throws {
        let firm = try await Firm()
        let refusal = try await firm.ask(
            "definition.deploy", files(["processes/rules/fees.dmn": Self.fees]))
        guard case .rejected(let rejection) = refusal else { throw FirmFailure("deployed") }
        for part in ["processes/rules/fees.dmn", "import 'lib'", "urn:rates", "give its file too"] {
            #expect(rejection.message.contains(part), "\(rejection.message)")
        }
        try await firm.run(
            "definition.deploy",
            files([
                "processes/rules/fees.dmn": Self.fees, "processes/rules/rates.dmn": Self.rates(2),
                "processes/charge.bpmn": Self.diagram,
            ]))
        try await firm.run(
            "process.start", #"{"process": "charge", "variables": {"amount": 100}}"#)
        let old = try #require(try firm.instances(of: "charge").last)
        try await firm.run(
            "definition.deploy", files(["processes/rules/rates.dmn": Self.rates(3)]))
        try await firm.run(
            "process.start", #"{"process": "charge", "variables": {"amount": 100}}"#)
        let new = try #require(try firm.instances(of: "charge").last)
        #expect(old != new)
        try firm.restart()
        for (instance, fee) in [(old, "200"), (new, "300")] {
            let task = try #require(try await firm.tasks(of: instance).first)
            try await firm.run(
                "process.complete-task", .object(["task": .string(task.id)]))
            let variables = try await firm.state(instance).elements.flatMap(\.variables)
            for name in ["before", "after"] {
                #expect(
                    variables.first { $0.name == name }?.value.json.description == fee,
                    "\(instance) \(name)")
            }
        }
        let desk = try Desk(firm)
        let tested = try await desk.ask(
            "decision.test", #"{"decision": "fee-service", "inputs": {"amount": 7}}"#)
        #expect(tested["text"]?.stringValue == "21")
        let shown = try await desk.ask("decision.show", #"{"decision": "fee-service"}"#)
        let service = try #require(shown["decisions"]?.arrayValue?.first)
        #expect(service["kind"]?.stringValue == "decision-service")
        #expect(service["inputs"]?.description == #"["amount: number"]"#)
        #expect(service["requires"]?.description == #"["fee"]"#)
    }

    @Test("several files on the disk are taken together")
    func files() throws {
        let fees = GivenDefinition(name: "fees.dmn", bytes: Array(Self.fees.utf8))
        let rates = GivenDefinition(name: "rates.dmn", bytes: Array(Self.rates(5).utf8))
        let inputs = try JSONValue.parse(#"{"amount": 2}"#)
        for (files, beside) in [([fees, rates], []), ([fees], [rates])] {
            let body = try DecisionDesk.test(
                files: files, among: beside, decision: "fee", inputs: inputs)
            #expect(body["text"]?.stringValue == "10")
        }
        let failure = #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(files: [fees], decision: "fee", inputs: inputs)
        }
        #expect(failure?.description.contains("fees.dmn") == true)
        let strange = #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(
                files: [fees, rates], decision: "fee-service",
                inputs: JSONValue.parse(#"{"amuont": 2}"#))
        }
        #expect(strange?.description.contains("Did you mean amount?") == true)
    }
}
