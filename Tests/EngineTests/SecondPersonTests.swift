import Business
import Records
import Testing

@testable import Engine

@Suite("Rules of money and authority need a second person, where there is one")
struct SecondPersonTests {
    private static let rolesFile = "processes/roles/roles.yaml"

    private func reply(_ reply: CommandReply) throws -> JSONValue {
        guard reply.line.hasPrefix("ok ") else { throw FirmFailure(reply.line) }
        return try JSONValue.parse(String(reply.line.dropFirst(3)))
    }

    private func deploy(
        people: String, _ firm: Firm, as person: String = "owner", key: String? = nil
    ) async throws -> CommandReply {
        let files = try #require(try Firm.definitions([:], people: people)["files"]?.arrayValue)
        let roles = try #require(files.first { $0["name"]?.stringValue == Self.rolesFile })
        return try await firm.ask(
            "definition.deploy", .object(["files": .array([roles])]), as: person, key: key)
    }

    private static let more = Firm.people + "\n  - {person: olga, roles: [operator]}"

    @Test("a company that was founded before it had people can have people")
    func firstPeople() async throws {
        let firm = try await Firm.trading(stock: [:], people: "people: []")
        let body = try reply(try await deploy(people: Firm.people, firm))
        #expect(body["outcome"]?.stringValue == "in-effect")
        #expect(body["alone"] == .boolean(true))
        #expect(body["validFrom"]?.stringValue == "2026-03-02")
        let event = try #require(try firm.events().last { $0.event is SetDeployed })
        #expect((event.event as? SetDeployed)?.isAlone == true)
        try await firm.run("sales.open-account", #"{"name": "New"}"#, as: "anna")
    }

    @Test("where another person may approve, the set waits, and the reply names who may")
    func waits() async throws {
        let firm = try await Firm.trading(stock: [:])
        let first = try await deploy(people: Self.more, firm, key: "more")
        let body = try reply(first)
        #expect(body["outcome"]?.stringValue == "proposed")
        #expect(body["waitsFor"]?.stringValue == "definition.approve")
        #expect(body["approvers"] == .array([.string("hugo")]))
        #expect(try await firm.field("approvers", of: "definition.set", "main") == #"["hugo"]"#)
        // Asked twice, told the same, also by an engine that has only the log.
        try firm.restart(losingIndex: true)
        #expect(try await deploy(people: Self.more, firm, key: "more") == first)
        #expect(try await firm.refusal("definition.approve", "{}") == "separated-duties")
        let approved = try reply(try await firm.ask("definition.approve", "{}", as: "hugo"))
        #expect(approved["outcome"]?.stringValue == "in-effect")
        #expect(approved["proposedBy"]?.stringValue == "owner")
        #expect(approved["alone"] == nil)
        #expect(try await firm.refusal("definition.approve", "{}", as: "hugo") == "wrong-state")
    }

    @Test("the owner may approve what an operator proposes")
    func ownerApproves() async throws {
        let firm = try await Firm.trading(
            stock: [:], people: "people:\n  - {person: olga, roles: [operator]}")
        let body = try reply(try await deploy(people: Self.more, firm, as: "olga"))
        #expect(body["approvers"] == .array([.string("owner")]))
        let approved = try reply(try await firm.ask("definition.approve", "{}"))
        #expect(approved["outcome"]?.stringValue == "in-effect")
    }

    @Test("a company of one person and the first set of a folder need nobody, and none is missing")
    func single() async throws {
        let firm = try await Firm.trading(singlePerson: true, stock: [:])
        let body = try reply(try await deploy(people: Self.more, firm))
        #expect(body["outcome"]?.stringValue == "in-effect")
        let sets = try firm.events().compactMap { $0.event as? SetDeployed }
        #expect(sets.map(\.isAlone) == [nil, nil])
    }
}
