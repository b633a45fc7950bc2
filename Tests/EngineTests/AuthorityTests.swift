import Business
import Processes
import Records
import Testing

@testable import Engine

@Suite("Who may act for whom, and what a process may do")
struct AuthorityTests {
    // MARK: Gateways

    private func asked(
        _ firm: Firm, onBehalfOf person: String
    ) async throws -> CommandReply {
        await firm.engine.submit(
            Submission(
                name: "sales.open-account", payload: try JSONValue.parse(#"{"name": "New"}"#),
                peer: .actor("web"), onBehalfOf: person))
    }

    @Test(
        "a gateway acts for people, and never for the owner, a process or the engine",
        arguments: ["owner", "process:order-to-cash", "process:none", "daybook", "boss"])
    func notToActFor(_ person: String) async throws {
        let firm = try await Firm.trading(
            stock: [:], people: Firm.people + "\n  - {person: boss, roles: [owner]}")
        let end = firm.end
        guard case .rejected(let rejection) = try await asked(firm, onBehalfOf: person) else {
            Issue.record("the gateway acted for \(person)")
            return
        }
        #expect(rejection.code.name == "not-to-act-for")
        #expect(rejection.message.contains(person))
        #expect(firm.end == end)
    }

    @Test("a gateway acts for a person with the person's roles, and both names are written")
    func actsForPeople() async throws {
        let firm = try await Firm.trading(stock: [:])
        guard case .accepted = try await asked(firm, onBehalfOf: "anna") else {
            Issue.record("the gateway may not act for anna")
            return
        }
        let event = try #require(try firm.events().last)
        #expect(event.actor == "web")
        #expect(event.onBehalfOf == "anna")
        guard case .rejected(let rejection) = try await asked(firm, onBehalfOf: "dora") else {
            Issue.record("dora of the warehouse opened an account")
            return
        }
        #expect(rejection.code.name == "not-allowed")
    }

    // MARK: Processes

    /// A process whose only task gives the command that a variable names.
    private static let free = Diagrams.task(
        "free", type: "=command",
        inner: """
            <zeebe:ioMapping><zeebe:input source="=order" target="order"/></zeebe:ioMapping>
            """)

    private func ran(_ command: String, _ firm: Firm) async throws -> String {
        try await firm.run(
            "process.start",
            """
            {"process": "free", "variables":
             {"command": "\(command)", "order": "SO-1"}}
            """)
        return try #require(try firm.instances(of: "free").last)
    }

    @Test("a process gives no command beyond its role, whoever is behind it")
    func outsideItsRole() async throws {
        let firm = try await Firm.trading(replacing: ["processes/free.bpmn": Self.free])
        try await firm.order("SO-1", [("P1", 1)], channel: "phone")
        let refused = try await ran("sales.cancel-order", firm)
        #expect(try await firm.state(refused).incidents.map(\.reason) == ["not-allowed"])
        #expect(
            try await firm.incidents(of: refused).first?.contains("process:free") == true)
        #expect(try await firm.field("status", of: "sales.order", "SO-1") != "cancelled")
        let allowed = try await ran("inventory.reserve", firm)
        try await firm.expectNoIncident(in: allowed)
    }

    @Test("a diagram that asks for more than its process may give is not deployed")
    func beyondItsGrant() async throws {
        let firm = try await Firm.trading(stock: [:])
        let content = Diagrams.task("grab", type: "finance.make-payment")
        let payload = JSONValue.object([
            "files": .array([
                .object([
                    "name": .string("processes/grab.bpmn"), "content": .string(content),
                ])
            ])
        ])
        guard case .rejected(let rejection) = try await firm.ask("definition.deploy", payload)
        else {
            Issue.record("it was deployed")
            return
        }
        #expect(rejection.code.name == "definition-invalid")
        #expect(rejection.message.contains("process may give, found finance.make-payment"))
    }

    @Test("the limits of a process are those of the person behind it; a timer has none")
    func limits() throws {
        let grant = try RoleBook.read(
            JSONValue.parse(
                """
                {"roles": [{"role": "clerk", "commands": ["finance.*"],
                            "limits": [{"name": "refund", "amount": "10"}]}],
                 "people": [{"person": "anna", "roles": ["clerk"]}],
                 "processes": [{"process": "pay", "roles": ["clerk"]}]}
                """), JSONContext(currency: nil))
        let euro = try #require(Currency(code: "EUR"))
        let authority = Authority(
            access: AccessConfiguration(ownerUserID: 0), book: grant, currency: euro)
        let amount = try Money.read(.string("10"), JSONContext(currency: euro))
        #expect(
            authority.actor(process: "pay", person: "anna").limits == ["refund": amount])
        let nobody: String? = nil
        let timer = authority.actor(process: "pay", person: nobody)
        #expect(timer.limits.isEmpty)
        #expect(!timer.isUnlimited)
        #expect(authority.actor(process: "pay", person: "owner").isUnlimited)
        #expect(!authority.actor(process: "pay", person: "owner").isOwner)
    }

    @Test("the rest of a long step is done on behalf of the person who began it")
    func longStep() async throws {
        let many = Diagrams.process(
            "many",
            """
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="inventory.reserve"/>
            </bpmn:extensionElements>
            <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>
              <zeebe:loopCharacteristics inputCollection="=numbers" inputElement="number"/>
            </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
            </bpmn:serviceTask><bpmn:endEvent id="end"/>
            \(Diagrams.flow("start", "work"))\(Diagrams.flow("work", "end"))
            """)
        let firm = try await Firm.trading(
            replacing: ["processes/many.bpmn": many],
            people: Firm.people + "\n  - {person: olga, roles: [operator]}")
        try await firm.order("SO-1", [("P1", 1)], channel: "import")
        let numbers = (1...150).map(String.init).joined(separator: ",")
        let before = firm.end
        try await firm.run(
            "process.start",
            """
            {"process": "many", "variables": {"order": "SO-1", "numbers": [\(numbers)]}}
            """, as: "olga")
        let steps = try firm.events().filter {
            $0.position > before && $0.event is InstanceAdvanced
        }
        #expect(steps.count > 1)
        #expect(steps.allSatisfy { ($0.onBehalfOf ?? $0.actor) == "olga" })
    }
}
