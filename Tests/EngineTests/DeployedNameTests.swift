import Business
import Engine
import Records
import Testing

@Suite("Names of deployed files and processes")
struct DeployedNameTests {
    private func deploy(_ firm: Firm, _ name: String, _ content: String) async throws -> String {
        let reply = try await firm.ask(
            "definition.deploy",
            .object([
                "files": .array([
                    .object(["name": .string(name), "content": .string(content)])
                ])
            ]))
        guard case .rejected(let rejection) = reply else { return "" }
        return rejection.message
    }

    @Test(
        "a YAML file that nothing reads is refused with the names that are read",
        arguments: [
            "processes/roles/role.yaml", "processes/tax/rates.yaml", "processes/terms/terms.yaml",
            "processes/chart/old/sample.yaml", "processes/limits/limits.yaml", "roles.yaml",
        ])
    func unread(_ name: String) async throws {
        let firm = try await Firm()
        let message = try await deploy(firm, name, "a: 1\n")
        for part in [
            name, "processes/roles/roles.yaml", "processes/tax/codes.yaml",
            "processes/terms/payment-terms.yaml", "processes/chart/*.yaml",
        ] {
            #expect(message.contains(part), "\(message)")
        }
    }

    private func diagram(_ id: String) -> String {
        Diagrams.process(
            id,
            """
            <bpmn:startEvent id="start"/>
            <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/>
              <zeebe:assignmentDefinition candidateGroups="sales"/>
            </bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "look"))\(Diagrams.flow("look", "end"))
            """)
    }

    @Test("a process id as a modeler makes it is taken up to its limit, and one more is refused")
    func processIDs() async throws {
        let firm = try await Firm()
        let long = "Process_Order_Fulfillment_International_v2"
        for id in [long, long + String(repeating: "x", count: 44 - long.utf8.count)] {
            #expect(try await deploy(firm, "processes/long.bpmn", diagram(id)) == "")
            try await firm.run("process.start", .object(["process": .string(id)]))
            let instance = try #require(try firm.instances(of: id).last)
            #expect(instance.hasPrefix("\(id)-"))
        }
        let longer = String(repeating: "x", count: 45)
        let message = try await deploy(firm, "processes/long.bpmn", diagram(longer))
        #expect(message.contains("1 to 44 bytes"), "\(message)")
        #expect(message.contains("45 bytes"), "\(message)")
        #expect(!message.contains("64"), "\(message)")
    }
}
