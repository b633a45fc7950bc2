import Engine
import Processes
import Records
import Testing

@Suite("uuid() in a process is derived from its step")
struct DerivedValueTests {
    private static let diagram = Diagrams.process(
        "draw",
        """
        <bpmn:startEvent id="start"><bpmn:extensionElements><zeebe:ioMapping>
          <zeebe:output source="=uuid()" target="one"/>
          <zeebe:output source="=uuid()" target="two"/>
          <zeebe:output source="=random number()" target="number"/>
        </zeebe:ioMapping></bpmn:extensionElements></bpmn:startEvent>
        <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:assignmentDefinition candidateGroups="sales"/>
        </bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "look"))\(Diagrams.flow("look", "end"))
        """)

    @Test("values differ between mappings and instances, and a restart reads the same")
    func differs() async throws {
        let firm = try await Firm(replacing: ["processes/draw.bpmn": Self.diagram])
        for _ in 1...2 { try await firm.run("process.start", #"{"process": "draw"}"#) }
        let instances = try firm.instances(of: "draw")
        #expect(instances.count == 2)
        func drawn() async throws -> [String] {
            var texts: [String] = []
            for instance in instances {
                let variables = try await firm.state(instance).elements.flatMap(\.variables)
                for name in ["one", "two", "number"] {
                    let value = try #require(variables.first { $0.name == name }?.value)
                    texts.append(value.json.description)
                }
            }
            return texts
        }
        let before = try await drawn()
        #expect(before.count == 6)
        #expect(Set(before).count == 6, "\(before)")
        #expect(!before.contains("null"))
        try firm.restart()
        #expect(try await drawn() == before)
    }
}
