import Business
import Client
import Engine
import EventLog
import Foundation
import Testing

@Suite("Who asks is the kernel's word", .serialized)
struct PeerTests {
    private static let people = """
        people:
          - {person: anna, roles: [sales]}
          - {person: olga, roles: [operator]}
          - {person: rene, roles: [auditor]}
        """

    /// A company in which this user is who the configuration says.
    private func company(
        _ actor: String?, isGateway: Bool = false
    ) async throws -> SocketCompany {
        var access = AccessConfiguration(ownerUserID: getuid() &+ 1)
        access.actors[getuid()] = actor
        if isGateway { access.gateways = [getuid()] }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let roles = try String(
            contentsOf: root.appendingPathComponent("processes/roles/roles.yaml"), encoding: .utf8)
        return try await SocketCompany.start(
            adding: [
                "processes/roles/roles.yaml": roles.replacingOccurrences(
                    of: "people: []", with: Self.people)
            ], access: access)
    }

    private func last(_ company: SocketCompany) throws -> RecordedEvent {
        let log = company.engine.log
        return try company.engine.decoder.recorded(#require(try log.event(at: log.end.last)))
    }

    private static let everything = [
        #"sales.open-account {"name":"New"}"#, "query process.tasks {}", "query engine.views",
        #"query engine.object {"object":"sales.account/A1"}"#, "describe sales.open-account",
        "help", "subscribe from=1 {}", "rebuild {}", #"backup {"folder":"/nowhere/copy"}"#,
    ]

    @Test("a user that the file maps is that actor, with that actor's roles and no others")
    func mapped() async throws {
        let company = try await company("anna")
        try company.run("sales.open-account", #"{"name":"New"}"#)
        let event = try last(company)
        #expect(event.actor == "anna")
        #expect(event.onBehalfOf == nil)
        let refused = try company.ask(
            #"inventory.register-warehouse {"warehouse":"W1","name":"Main"}"#)
        #expect(refused.code == "not-allowed")
        for line in ["subscribe from=1 {}", "rebuild {}", #"backup {"folder":"/nowhere/copy"}"#] {
            #expect(try company.ask(line).code == "not-allowed", "\(line)")
        }
        await company.stop()
    }

    @Test("the user who owns the daemon is the owner where the file says nothing")
    func owner() async throws {
        let company = try await SocketCompany.start(
            access: AccessConfiguration(ownerUserID: getuid()))
        try company.run("sales.open-account", #"{"name":"New"}"#)
        #expect(try last(company).actor == "owner")
        await company.stop()
    }

    @Test("a user who is mapped to nobody is told so, whatever he asks, and learns nothing")
    func unmapped() async throws {
        let company = try await company(nil)
        let end = company.engine.log.end.last
        for line in Self.everything {
            let answer = try company.ask(line)
            #expect(answer.code == "unknown-actor", "\(line): \(answer.code) \(answer.message)")
            #expect(answer.message.contains("User \(getuid())"))
        }
        #expect(company.engine.log.end.last == end)
        await company.stop()
    }

    @Test("nobody but a gateway acts for another, whatever he asks")
    func notAGateway() async throws {
        let company = try await company("olga")
        let end = company.engine.log.end.last
        for line in Self.everything {
            let asked = line.replacing(" {", with: " on-behalf-of=anna {", maxReplacements: 1)
            let whole = asked == line ? line + " on-behalf-of=anna" : asked
            let answer = try company.ask(whole)
            #expect(answer.code == "not-a-gateway", "\(whole): \(answer.code) \(answer.message)")
            #expect(answer.message.contains("gateways"))
        }
        #expect(company.engine.log.end.last == end)
        // For oneself is not for another.
        #expect(try company.ask("query engine.views on-behalf-of=olga").isOK)
        await company.stop()
    }

    @Test("through a gateway a person may what the person may, not what the gateway may")
    func throughAGateway() async throws {
        let company = try await company("olga", isGateway: true)
        // The operator may: what is missing is asked for.
        let backup = try company.ask("backup {}")
        #expect(backup.code == "missing-field", "\(backup.code): \(backup.message)")
        #expect(
            try company.ask(#"sales.open-account on-behalf-of=anna {"name":"New"}"#).isOK)
        let event = try last(company)
        #expect(event.actor == "olga")
        #expect(event.onBehalfOf == "anna")
        for line in [
            "rebuild on-behalf-of=anna {}",
            #"backup on-behalf-of=anna {"folder":"/nowhere/copy"}"#,
            "subscribe from=1 on-behalf-of=anna {}",
        ] {
            #expect(try company.ask(line).code == "not-allowed", "\(line)")
        }
        #expect(try company.ask("subscribe from=1 on-behalf-of=rene {}").isOK)
        await company.stop()
    }

    @Test("for the owner, for a process and for nobody known no gateway speaks")
    func notToActFor() async throws {
        let company = try await company("olga", isGateway: true)
        for person in ["owner", "process:order-to-cash", "daybook"] {
            for line in ["query engine.views on-behalf-of=", "sales.open-account on-behalf-of="] {
                #expect(try company.ask(line + person).code == "not-to-act-for", "\(line)\(person)")
            }
        }
        let stranger = try company.ask(
            #"sales.open-account on-behalf-of=nobody-known {"name":"New"}"#)
        #expect(stranger.code == "not-allowed")
        await company.stop()
    }
}
