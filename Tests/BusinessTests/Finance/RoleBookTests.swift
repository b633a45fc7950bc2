import Business
import Records
import Testing

@Suite("Roles as a file")
struct RoleBookTests {
    private func book(_ text: String? = nil) throws -> RoleBook {
        let text = try text ?? ShippedRules.text(RoleBook.file)
        return try DefinitionFile.read(Array(text.utf8), file: RoleBook.file, as: RoleBook.self)
    }

    @Test("the shipped file says of each role what its commands say, no less and no more")
    func shipped() throws {
        let book = try book()
        var differences: [String] = []
        for (name, command) in Departments.registry().commands {
            for role in book.roles.map(\.role) {
                let isDeclared = command.access.roles.contains(role)
                if book.allows(name, roles: [role]) != isDeclared {
                    differences.append("\(role): \(name)")
                }
            }
            for role in command.access.roles where role != "owner" {
                if !book.roles.contains(where: { $0.role == role }) {
                    differences.append("\(role) is not listed")
                }
            }
        }
        #expect(differences.sorted() == [])
    }

    @Test("a person's own limit counts, else the highest of their roles")
    func limits() throws {
        let book = try book(
            """
            roles:
              - {role: clerk, commands: [finance.*], limits: [{name: write-off, amount: 10}]}
              - {role: head, commands: ["*"], limits: [{name: write-off, amount: 500.50}, {name: refund, amount: 5}]}
            people:
              - {person: anna, roles: [clerk, head]}
              - {person: bert, roles: [clerk], limits: [{name: write-off, amount: 25}]}
            """)
        #expect(book.limits(of: "anna")["write-off"] == (try Rate(exact("500.5"))))
        #expect(book.limits(of: "bert")["write-off"] == (try Rate(exact("25"))))
        #expect(book.limits(of: "bert")["refund"] == nil)
        #expect(book.limits(of: "nobody").isEmpty)
        #expect(book.roles(of: "anna") == ["clerk", "head"])
        #expect(book.allows("finance.post-invoice", roles: ["clerk"]))
        #expect(!book.allows("sales.place-order", roles: ["clerk"]))
        #expect(book.allows("sales.place-order", roles: ["head"]))
    }

    /// YAML that must not do harm.
    struct Hostile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        let says: String
    }

    static let hostile: [Hostile] = [
        Hostile(testDescription: "empty", text: "", says: "empty"),
        Hostile(testDescription: "no mapping", text: "- a\n- b", says: "object"),
        Hostile(testDescription: "a tab as indentation", text: "roles:\n\t- role: x", says: "YAML"),
        Hostile(
            testDescription: "too deep",
            text: "roles: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            says: "levels"),
        Hostile(
            testDescription: "too long", text: "# " + String(repeating: "x", count: 1_100_000),
            says: "at most"),
        Hostile(
            testDescription: "a number that is none",
            text: "roles:\n  - {role: a, commands: [], limits: [{name: x, amount: much}]}",
            says: "decimal"),
        Hostile(
            testDescription: "a missing field", text: "roles:\n  - {commands: []}", says: "role"),
        Hostile(
            testDescription: "an alias without an anchor", text: "roles: *nothing", says: "YAML"),
    ]

    @Test("a bad file is a fault with file and place", arguments: hostile)
    func hostileFile(_ hostile: Hostile) throws {
        let fault = #expect(throws: DefinitionFault.self) { _ = try book(hostile.text) }
        #expect(fault?.file == RoleBook.file)
        #expect(fault?.description.contains(hostile.says) ?? false, "\(fault?.description ?? "")")
    }

    @Test("aliases that multiply are stopped")
    func aliasBomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...7 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(throws: DefinitionFault.self) { _ = try book(text + "roles: *a7\n") }
    }

    @Test("bytes that are no UTF-8 are a fault")
    func brokenText() {
        #expect(throws: DefinitionFault.self) {
            _ = try DefinitionFile.read(
                [0x72, 0xFF, 0xFE], file: RoleBook.file, as: RoleBook.self)
        }
    }
}
