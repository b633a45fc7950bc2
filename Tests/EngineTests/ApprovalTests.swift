import Business
import Engine
import Records
import Testing

@Suite("Rules of money and authority need a second person and a day from which they count")
struct ApprovalTests {
    private static let people =
        Firm.people
        + "\n  - {person: olga, roles: [operator]}\n  - {person: otto, roles: [operator]}"

    private func firm(singlePerson: Bool = false) async throws -> Firm {
        let firm = try await Firm(people: Self.people)
        try await firm.found(singlePerson: singlePerson, stock: ["P1": 100])
        return firm
    }

    private static let tax = "processes/tax/codes.yaml"
    private static let note = "processes/rules/note.dmn"

    /// The shipped tax codes with another standard rate.
    private static func codes(standard rate: String) throws -> String {
        let shipped = try #require(try Firm.shipped()[tax])
        return shipped.replacing("rate: 0.20", with: "rate: \(rate)")
    }

    /// A table that touches neither money nor authority.
    private static func table(_ text: String) -> String {
        """
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="note" name="note"
            namespace="urn:test">
          <decision id="note" name="note">
            <variable id="v" name="note" typeRef="string"/>
            <literalExpression id="l"><text>"\(text)"</text></literalExpression>
          </decision>
        </definitions>
        """
    }

    private static func files(
        _ files: [String: String], from day: String? = nil
    ) -> JSONValue {
        .object([
            "files": .array(
                files.sorted { $0.key < $1.key }.map {
                    .object(["name": .string($0.key), "content": .string($0.value)])
                }), "validFrom": day.map { .string($0) },
        ])
    }

    private func state(_ firm: Firm) async throws -> DefinitionSetState {
        try firm.events().reduce(into: DefinitionSetState.initial) { state, event in
            (event.event as? SetDeployed)?.evolve(&state)
            (event.event as? SetProposed)?.evolve(&state)
        }
    }

    private func changed(_ firm: Firm) async throws -> JSONValue {
        guard
            case .result(let difference) = try await firm.ask(
                "definition.approve", #"{"dryRun": true}"#, as: "otto")
        else { throw FirmFailure("nothing waits") }
        return difference["changed"] ?? .null
    }

    private static func names(_ names: String...) -> JSONValue {
        .array(names.map { .string($0) })
    }

    @Test("what is proposed waits, and the one who proposed it does not approve it")
    func secondPerson() async throws {
        let firm = try await firm()
        #expect(try await firm.refusal("definition.approve", "{}", as: "otto") == "wrong-state")
        let proposal = Self.files([Self.tax: try Self.codes(standard: "0.25")])
        try await firm.run("definition.deploy", proposal, as: "olga")
        #expect(try firm.events().last?.event is SetProposed)
        #expect(try await changed(firm) == Self.names(Self.tax))
        let end = firm.end
        #expect(
            try await firm.refusal("definition.approve", "{}", as: "olga") == "separated-duties")
        #expect(try await firm.refusal("definition.approve", "{}", as: "anna") == "not-allowed")
        #expect(firm.end == end)
        try await firm.run("definition.approve", "{}", as: "otto")
        let deployed = try #require(try firm.events().last?.event as? SetDeployed)
        #expect(deployed.proposedBy == "olga")
        #expect(try firm.events().last?.actor == "otto")
        #expect(try await firm.refusal("definition.approve", "{}", as: "otto") == "wrong-state")
    }

    @Test("the owner does not approve his own proposal either")
    func ownerToo() async throws {
        let firm = try await firm()
        try await firm.run(
            "definition.deploy", Self.files([Self.tax: try Self.codes(standard: "0.25")]))
        #expect(try await firm.refusal("definition.approve", "{}") == "separated-duties")
        try await firm.run("definition.approve", "{}", as: "olga")
    }

    @Test("in a company of one person the proposal is the deployment")
    func singlePerson() async throws {
        let firm = try await firm(singlePerson: true)
        try await firm.run(
            "definition.deploy", Self.files([Self.tax: try Self.codes(standard: "0.25")]))
        #expect(try firm.events().last?.event is SetDeployed)
    }

    /// The tax on a sale of 20.00 on the company's day.
    private func taxOfASale(_ order: String, _ firm: Firm) async throws -> Set<String> {
        let before = firm.end
        try await firm.order(order, [("P1", 1)], channel: "import")
        try await firm.run("inventory.reserve", #"{"order": "\#(order)"}"#)
        try await firm.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        try await firm.run("finance.post-invoice", #"{"order": "\#(order)"}"#)
        let lines = try firm.vouchers(after: before).values.flatMap { $0 }
        return Set(lines.filter { $0.contains("TAX") })
    }

    @Test("the rules count from their day on, not from the day of the approval")
    func validFrom() async throws {
        let firm = try await firm()
        try await firm.run(
            "definition.deploy",
            Self.files([Self.tax: try Self.codes(standard: "0.25")], from: "2026-04-01"),
            as: "olga")
        let waiting = try await taxOfASale("SO-1", firm)
        #expect(waiting.count == 1 && waiting.first?.hasSuffix(" C 4.00") == true, "\(waiting)")
        try await firm.run("definition.approve", "{}", as: "otto")
        let deployed = try #require(try firm.events().last?.event as? SetDeployed)
        #expect(deployed.validFrom == BusinessDate("2026-04-01"))
        let before = try await taxOfASale("SO-2", firm)
        #expect(before == waiting)
        try await firm.advance(to: "2026-04-01T08:00:00Z")
        let after = try await taxOfASale("SO-3", firm)
        #expect(after.count == 1 && after.first?.hasSuffix(" C 5.00") == true, "\(after)")
    }

    // MARK: Beside a proposal

    @Test("what is deployed beside a proposal judges at once, and the proposal goes on waiting")
    func beside() async throws {
        let firm = try await firm()
        try await firm.run(
            "definition.deploy", Self.files([Self.tax: try Self.codes(standard: "0.25")]),
            as: "olga")
        try await firm.run(
            "definition.deploy", Self.files([Self.note: Self.table("first")]), as: "otto")
        #expect(try firm.events().last?.event is SetDeployed)
        #expect(try await changed(firm) == Self.names(Self.tax))
        try firm.restart(losingIndex: true)
        #expect(try await changed(firm) == Self.names(Self.tax))
        #expect(
            try await firm.refusal("definition.approve", "{}", as: "olga") == "separated-duties")
        try await firm.run("definition.approve", "{}", as: "otto")
        let state = try await state(firm)
        #expect(state.files.contains { $0.name == Self.note })
        #expect(state.proposedBy == nil)
        #expect(state.proposed == [])
        let waiting = try await taxOfASale("SO-1", firm)
        #expect(waiting.first?.hasSuffix(" C 5.00") == true, "\(waiting)")
    }

    @Test("a file of the proposal stays as it was proposed, whatever was deployed meanwhile")
    func sameFile() async throws {
        let firm = try await firm()
        try await firm.run(
            "definition.deploy",
            Self.files([
                Self.tax: try Self.codes(standard: "0.25"), Self.note: Self.table("proposed"),
            ]), as: "olga")
        let proposed = try await state(firm).proposed.first { $0.name == Self.note }
        try await firm.run(
            "definition.deploy", Self.files([Self.note: Self.table("meanwhile")]), as: "otto")
        // Who approves sees that it takes the newer file back.
        #expect(try await changed(firm) == Self.names(Self.note, Self.tax))
        try await firm.run("definition.approve", "{}", as: "otto")
        #expect(try await state(firm).files.first { $0.name == Self.note } == proposed)
    }
}
