import Business
import Engine
import Processes
import Records
import Testing

@Suite("A message whose name is worked out from an instance's variables")
struct ComputedMessageNameTests {
    /// Waits for what its variable `verb` names, about its variable `account`.
    private static let waiter = Diagrams.process(
        "follow",
        """
        <bpmn:startEvent id="start"/>
        <bpmn:intermediateCatchEvent id="heard">
          <bpmn:messageEventDefinition messageRef="message"/></bpmn:intermediateCatchEvent>
        <bpmn:endEvent id="end"/>
        \(Diagrams.flow("start", "heard"))\(Diagrams.flow("heard", "end"))
        """,
        shared: """
            <bpmn:message id="message" name='="account-" + verb'><bpmn:extensionElements>
              <zeebe:subscription correlationKey='="sales.account/" + account'/>
            </bpmn:extensionElements></bpmn:message>
            """)

    private func publish(_ firm: Firm, _ name: String, about account: String) async throws {
        try await firm.run(
            "process.publish-message",
            #"{"name": "\#(name)", "correlationKey": "sales.account/\#(account)"}"#)
    }

    @Test("wakes the instance that waits for this very name about this very thing, and no other")
    func woken() async throws {
        let firm = try await Firm.trading(
            stock: [:], replacing: ["processes/follow.bpmn": Self.waiter])
        for verb in ["renamed", "closed"] {
            try await firm.run(
                "process.start",
                #"{"process": "follow", "variables": {"verb": "\#(verb)", "account": "A1"}}"#)
        }
        let instances = try firm.instances(of: "follow")
        func open() async throws -> [String] {
            var open: [String] = []
            for instance in instances where try await firm.state(instance).status != .completed {
                open.append(instance)
            }
            return open
        }
        try await publish(firm, "account-merged", about: "A1")
        try await publish(firm, "account-closed", about: "A2")
        #expect(try await open() == instances)
        try await publish(firm, "account-closed", about: "A1")
        #expect(try await open() == [instances[0]])
        try await publish(firm, "account-renamed", about: "A1")
        #expect(try await open().isEmpty)
    }
}
