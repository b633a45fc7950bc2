import Business
import Engine
import Processes
import Records
import Testing

@Suite("What a person decides, a process does only when a decision approved it")
struct HumanCommandTests {
    /// A table of one rule.
    private static func decision(_ id: String, type: String, says text: String) -> String {
        """
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="\(id)-file" \
        name="\(id)" namespace="urn:test">
          <decision id="\(id)" name="\(id)">
            <variable id="v" name="\(id)" typeRef="\(type)"/>
            <literalExpression id="l"><text>\(text)</text></literalExpression>
          </decision>
        </definitions>
        """
    }

    /// Asks a decision, then releases the block of an order.
    private static func diagram(
        asks decision: String? = "may-release", approvedBy: String? = "may-release"
    ) -> String {
        let property = approvedBy.map {
            #"<zeebe:properties><zeebe:property name="approvedBy" value="\#($0)"/></zeebe:properties>"#
        }
        let asking = decision.map {
            """
            <bpmn:businessRuleTask id="ask"><bpmn:extensionElements>
              <zeebe:calledDecision decisionId="\($0)" resultVariable="answer"/>
            </bpmn:extensionElements></bpmn:businessRuleTask>
            """
        }
        return Diagrams.process(
            "release",
            """
            <bpmn:startEvent id="start"/>\(asking ?? "")
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="sales.release-block"/>
              <zeebe:ioMapping>
                <zeebe:input source="=order" target="order"/>
                <zeebe:input source="=&quot;credit&quot;" target="kind"/>
                <zeebe:input source="=&quot;small&quot;" target="reason"/>
              </zeebe:ioMapping>\(property ?? "")
            </bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", asking == nil ? "work" : "ask"))
            \(asking == nil ? "" : Diagrams.flow("ask", "work"))\(Diagrams.flow("work", "end"))
            """)
    }

    /// A company with an order that is blocked for its credit, and the diagram deployed.
    private func firm(_ diagram: String, says text: String) async throws -> Firm {
        let firm = try await Firm(
            replacing: [
                "processes/release.bpmn": diagram,
                "processes/rules/may-release.dmn": Self.decision(
                    "may-release", type: "Any", says: text),
            ], grants: "  - {process: release, commands: [sales.release-block]}")
        try await firm.found(stock: ["P1": 100])
        try await firm.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "100.00", "reason": "new"}"#, as: "carl")
        try await firm.order("SO-1", [("P1", 50)], channel: "import")
        return firm
    }

    private func ran(_ firm: Firm) async throws -> String {
        try await firm.run(
            "process.start", #"{"process": "release", "variables": {"order": "SO-1"}}"#,
            as: "owner")
        return try #require(try firm.instances(of: "release").last)
    }

    @Test(
        "with a decision that says yes it is done, and the event carries the decision's hash",
        arguments: ["true", "{approved: true, note: \"small\"}"])
    func approved(_ yes: String) async throws {
        let firm = try await firm(Self.diagram(), says: yes)
        let before = firm.end
        let instance = try await ran(firm)
        try await firm.expectNoIncident(in: instance)
        let released = try #require(
            try firm.events().first {
                $0.position > before && $0.type == "sales.order-block-released"
            })
        let file = try #require(
            try firm.events().compactMap { $0.event as? FileRecorded }.first {
                $0.name == "processes/rules/may-release.dmn"
            })
        #expect(released.definition.map { Blob($0.bytes) } == file.hash)
        #expect(released.actor == "process:release")
    }

    @Test(
        "with one that says no, or something else, it is an incident and nothing happened",
        arguments: ["false", "\"yes\"", "{approved: false}", "1"])
    func refused(_ answer: String) async throws {
        let firm = try await firm(Self.diagram(), says: answer)
        let instance = try await ran(firm)
        #expect(try await firm.state(instance).incidents.map(\.reason) == ["human-only"])
        #expect(
            try await firm.incidents(of: instance).first?.contains("a person's decision") == true)
        #expect(try firm.events().allSatisfy { $0.type != "sales.order-block-released" })
    }

    @Test("a decision that was not asked in this instance approves nothing")
    func notAsked() async throws {
        let firm = try await firm(Self.diagram(asks: nil), says: "true")
        let instance = try await ran(firm)
        #expect(try await firm.state(instance).incidents.map(\.reason) == ["human-only"])
    }

    @Test("without naming a decision it is told at deployment, and refused when it is given")
    func notNamed() async throws {
        let diagram = Self.diagram(asks: nil, approvedBy: nil)
        let firm = try await firm(diagram, says: "true")
        let reply = try await deploy(diagram + "\n", firm)
        guard case .result(let difference) = reply,
            let warnings = difference["warnings"]?.arrayValue
        else {
            Issue.record("\(reply.line)")
            return
        }
        #expect(
            warnings.contains {
                $0.stringValue?.contains("command sales.release-block is for people") == true
            })
        let instance = try await ran(firm)
        #expect(try await firm.state(instance).incidents.map(\.reason) == ["human-only"])
    }

    @Test("a decision that the set does not have is refused at deployment")
    func unknownDecision() async throws {
        let firm = try await firm(Self.diagram(), says: "true")
        let reply = try await deploy(Self.diagram(approvedBy: "may-relese"), firm)
        guard case .rejected(let rejection) = reply else {
            Issue.record("\(reply.line)")
            return
        }
        #expect(rejection.code.name == "definition-invalid")
        #expect(rejection.message.contains("may-relese"))
    }

    private func deploy(_ diagram: String, _ firm: Firm) async throws -> CommandReply {
        let file = JSONValue.object([
            "name": .string("processes/release.bpmn"), "content": .string(diagram),
        ])
        return try await firm.ask(
            "definition.deploy",
            .object(["files": .array([file]), "dryRun": .boolean(true)]))
    }
}
