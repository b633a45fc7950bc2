import Client
import Engine
import Foundation
import Records
import Testing

@Suite("Who asks and whose work is asked for", .serialized)
struct PeopleTests {
    private func company(_ access: AccessConfiguration) async throws -> SocketCompany {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let roles = try String(
            contentsOf: root.appendingPathComponent("processes/roles/roles.yaml"), encoding: .utf8)
        return try await SocketCompany.start(
            adding: [
                "processes/roles/roles.yaml": roles.replacingOccurrences(
                    of: "people: []",
                    with: """
                        people:
                          - {person: anna, roles: [sales]}
                          - {person: hugo, roles: [finance-manager], limits: [{name: write-off, amount: 250}]}
                        """)
            ], access: access)
    }

    private static func words(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }

    @Test("a user learns who he is here, his roles and limits, and who the people are")
    func whoAsks() async throws {
        let user = getuid()
        let company = try await company(
            AccessConfiguration(
                actors: [user: "hugo"], gateways: [user], ownerUserID: user &+ 1))
        let body = try company.ask("query engine.actor").body
        #expect(body["user"]?.integerValue == Int64(user))
        #expect(body["actor"]?.stringValue == "hugo")
        #expect(body["onBehalfOf"] == nil)
        #expect(Self.words(body["roles"]) == ["employee", "finance-manager"])
        #expect(body["limits"]?["write-off"]?.stringValue == "250")
        #expect(body["actsForOthers"] == .boolean(true))
        #expect(
            (body["rows"]?.arrayValue ?? []).map { $0["person"]?.stringValue } == ["anna", "hugo"])

        let other = try company.ask("query engine.actor on-behalf-of=anna").body
        #expect(other["actor"]?.stringValue == "hugo")
        #expect(other["onBehalfOf"]?.stringValue == "anna")
        #expect(Self.words(other["roles"]) == ["employee", "sales"])
        #expect(try company.ask("query engine.actor at=5").code == "option-not-supported")
        await company.stop()
    }

    @Test("an actor whom no roles file lists is told that he has no role")
    func stranger() async throws {
        let user = getuid()
        let company = try await company(
            AccessConfiguration(actors: [user: "guest"], ownerUserID: user &+ 1))
        let body = try company.ask("query engine.actor").body
        #expect(body["actor"]?.stringValue == "guest")
        #expect(body["roles"] == .array([]))
        #expect(body["actsForOthers"] == .boolean(false))
        // His own list is empty, and right.
        #expect(try company.rows("process.tasks") == [])
        #expect(try company.rows("process.tasks", #"{"person":"guest"}"#) == [])
        await company.stop()
    }

    @Test("a work list of a misspelt person or role is refused with the nearest name")
    func misspelt() async throws {
        let company = try await company(
            AccessConfiguration(gateways: [getuid()], ownerUserID: getuid()))
        for (payload, name, near) in [
            (#"{"person":"ana"}"#, "ana", "anna"),
            (#"{"roles":["warehose"]}"#, "warehose", "warehouse"),
            (#"{"person":"anna","roles":["sales","acountant"]}"#, "acountant", "accountant"),
        ] {
            let answer = try company.ask("query process.tasks \(payload)")
            #expect(answer.code == "unknown-name", "\(payload): \(answer.code)")
            #expect(answer.message.contains(name) && answer.message.contains("mean \(near)?"))
        }
        for payload in [
            #"{"person":"anna"}"#, #"{"person":"owner"}"#, #"{"roles":["warehouse"]}"#,
            #"{"roles":["employee"]}"#, #"{"roles":["credit-controller"]}"#,
        ] {
            #expect(try company.rows("process.tasks", payload) == [], "\(payload)")
        }
        await company.stop()
    }
}
