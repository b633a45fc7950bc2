import Business
import Engine
import Records
import Testing

@Suite("Personal fields are shown to the roles that may see them, and to nobody else")
struct PersonalFieldsTests {
    /// Who asks, and whether he sees a lead's name.
    struct Reader: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sees: Bool
    }

    static let readers = [
        Reader(testDescription: "owner", sees: true),
        Reader(testDescription: "anna", sees: true),
        Reader(testDescription: "paul", sees: true),
        Reader(testDescription: "dora", sees: false),
        Reader(testDescription: "olga", sees: false),
        Reader(testDescription: "stranger", sees: false),
    ]

    private func firm() async throws -> Firm {
        let firm = try await Firm.trading(
            stock: [:],
            people: Firm.people
                + "\n  - {person: olga, roles: [operator]}\n  - {person: paul, roles: [auditor]}")
        try await firm.run(
            "marketing.capture-lead",
            #"{"lead": "L1", "company": "Lead Ltd", "name": "Ada Lovelace", "email": "ada@x.org"}"#)
        return firm
    }

    @Test("in the state of a thing", arguments: readers)
    func state(_ reader: Reader) async throws {
        let firm = try await firm()
        let actor = try firm.engine.actor(for: .actor(reader.testDescription), onBehalfOf: nil)
        let lead = try #require(
            await firm.engine.object(type: "marketing.lead", id: "L1", for: actor))
        #expect(lead["name"] == .string(reader.sees ? "Ada Lovelace" : "withheld"))
        #expect(lead["email"] == .string(reader.sees ? "ada@x.org" : "withheld"))
        #expect(lead["company"] == .string("Lead Ltd"), "what is not personal is for all")
    }

    @Test("in the events that follow the log", arguments: readers)
    func events(_ reader: Reader) async throws {
        let firm = try await firm()
        let actor = try firm.engine.actor(for: .actor(reader.testDescription), onBehalfOf: nil)
        let event = try #require(try firm.events().last { $0.type == "marketing.lead-captured" })
        let json = EventJSON.json(
            of: event, currency: nil,
            showsPersonal: firm.engine.showsPersonal(of: event.stream.type, to: actor))
        #expect("\(json)".contains("Ada Lovelace") == reader.sees)
        #expect("\(json)".contains("Lead Ltd"))
    }

    @Test("who is not named sees none of them")
    func nobody() async throws {
        let firm = try await firm()
        let lead = try #require(await firm.engine.object(type: "marketing.lead", id: "L1"))
        #expect(lead["name"] == .string("withheld"))
    }
}
