import Business
import Engine
import Foundation
import Records
import Testing

@Suite("Decisions are shown and tried, deployed or not")
struct DecisionDeskTests {
    private func file(_ name: String) throws -> GivenDefinition {
        let text = try #require(try Firm.shipped()[name])
        return GivenDefinition(name: name, bytes: Array(text.utf8))
    }

    @Test("every shipped decision is shown, and its table is aligned")
    func shown() throws {
        for (name, text) in try Firm.shipped() where name.hasSuffix(".dmn") {
            let body = try DecisionDesk.show(
                files: [GivenDefinition(name: name, bytes: Array(text.utf8))], decision: nil)
            for decision in body["decisions"]?.arrayValue ?? [] {
                let table = try #require(decision["table"]?.stringValue, "\(name)")
                #expect(table.contains("║"))
            }
        }
    }

    @Test("a table in a file says which rules fired; what is not there is named")
    func tested() throws {
        let text = Self.table(rules: [("\"A\"", "< 10", "1"), ("\"B\"", "-", "2")])
        let file = GivenDefinition(name: "t.dmn", bytes: Array(text.utf8))
        let body = try DecisionDesk.test(
            files: [file], decision: "grade",
            inputs: JSONValue.parse(#"{"kind": "A", "amount": "7.50"}"#))
        #expect(body["text"]?.stringValue == "1")
        let rule = try #require(body["fired"]?.arrayValue?.first?["rules"]?.arrayValue?.first)
        #expect(rule["rule"]?.integerValue == 1)
        #expect(rule["when"]?.description == #"["\"A\"","< 10"]"#)
        let none = try DecisionDesk.test(
            files: [file], decision: "grade", inputs: JSONValue.parse(#"{"kind": "C"}"#))
        #expect(none["fired"]?.arrayValue?.first?["rules"]?.arrayValue == [])
        #expect(none["missing"]?.description == #"["amount"]"#)
        #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(files: [file], decision: "grode", inputs: .object([]))
        }
        #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(
                files: [file], decision: "grade",
                inputs: JSONValue.parse(#"{"kind": "A", "amount": "seven"}"#))
        }
    }

    private func warnings(
        _ firm: Firm, _ files: [String: String]
    ) async throws -> (told: [String], isStrictlyRefused: Bool) {
        func payload(_ flag: String) -> JSONValue {
            .object([
                "files": .array(
                    files.sorted { $0.key < $1.key }.map {
                        .object(["name": .string($0.key), "content": .string($0.value)])
                    }), "dryRun": .boolean(true), "strict": .boolean(flag == "strict"),
            ])
        }
        guard case .result(let check) = try await firm.ask("definition.deploy", payload(""))
        else { throw FirmFailure("no dry run") }
        let strict = try await firm.ask("definition.deploy", payload("strict"))
        var isRefused = false
        if case .rejected = strict { isRefused = true }
        return ((check["warnings"]?.arrayValue ?? []).compactMap(\.stringValue), isRefused)
    }

    @Test("the shipped files say all they mean: nothing is doubtful about their tables and roles")
    func shippedWarnings() async throws {
        let firm = try await Firm(deploys: false)
        let (told, _) = try await warnings(firm, try Firm.shipped())
        for word in ["there is no variable", "no known role", "there is no role", "two tokens"] {
            #expect(!told.contains { $0.contains(word) }, "\(told)")
        }
        #expect(!told.contains { $0.contains(".dmn") && $0.contains("no rule matches") }, "\(told)")
    }

    @Test("roles that nobody can have are named, in tables and at tasks")
    func unknownRoles() async throws {
        let firm = try await Firm()
        let shipped = try Firm.shipped()
        let table = "processes/rules/purchase-approval.dmn"
        let diagram = "processes/order-to-cash.bpmn"
        let changed = [
            table: try #require(shipped[table]).replacing("\"finance-manager\"", with: "\"boss\""),
            diagram: try #require(shipped[diagram]).replacing(
                "candidateGroups=\"warehouse\"", with: "candidateGroups=\"wearhouse\""),
        ]
        let (told, isStrictlyRefused) = try await warnings(firm, changed)
        #expect(told.contains { $0.hasPrefix(table) && $0.contains("\"boss\"") }, "\(told)")
        #expect(told.contains { $0.hasPrefix(diagram) && $0.contains("wearhouse") }, "\(told)")
        #expect(isStrictlyRefused)
    }

    @Test("only what is doubtful about the files that change is told")
    func ownWarnings() async throws {
        let firm = try await Firm()
        let table = Self.table(rules: [("\"A\"", "< 10", "1")])
        let (told, _) = try await warnings(firm, ["processes/rules/grade.dmn": table])
        #expect(!told.isEmpty)
        #expect(told.allSatisfy { $0.hasPrefix("processes/rules/grade.dmn:") }, "\(told)")
    }

    @Test("an input that the decision does not have is refused with the names that it has")
    func strangeInputs() throws {
        let text = Self.table(rules: [("\"A\"", "< 10", "1")])
        let draft = GivenDefinition(name: "t.dmn", bytes: Array(text.utf8))
        let failure = #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(
                files: [draft], decision: "grade",
                inputs: JSONValue.parse(#"{"kind": "A", "amuont": 7}"#))
        }
        let message = failure?.description ?? ""
        for part in ["kind, amount", "amuont", "Did you mean amount?"] {
            #expect(message.contains(part), "\(message)")
        }
        let shipped = #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(
                files: [file("processes/rules/purchase-approval.dmn")],
                decision: "purchase-approval",
                inputs: JSONValue.parse(#"{"amount": 7, "buyer": "emil"}"#))
        }
        #expect(shipped?.description.contains("amount") ?? false)
    }

    @Test("gaps and overlaps are told at the deployment as inputs, and refused when it is strict")
    func warned() async throws {
        let firm = try await Firm()
        let text = Self.table(rules: [("\"A\"", "< 10", "1"), ("\"A\"", "< 5", "2")])
        func payload(_ more: [JSONMember]) -> JSONValue {
            .object(
                [
                    JSONMember(
                        "files",
                        .array([
                            .object([
                                "name": .string("processes/rules/grade.dmn"),
                                "content": .string(text),
                            ])
                        ]))
                ] + more)
        }
        let dry = JSONMember("dryRun", .boolean(true))
        guard case .result(let check) = try await firm.ask("definition.deploy", payload([dry]))
        else { throw FirmFailure("no dry run") }
        let warnings = (check["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
            .filter { $0.hasPrefix("processes/rules/grade.dmn") }
        #expect(warnings.contains { $0.contains("no rule matches") && $0.contains("kind") })
        #expect(warnings.contains { $0.contains("rules 1 and 2 both match") })
        let strict = JSONMember("strict", .boolean(true))
        guard
            case .rejected(let refusal) = try await firm.ask("definition.deploy", payload([strict]))
        else { throw FirmFailure("it was deployed") }
        #expect(refusal.code.name == "definition-invalid")
        #expect(!refusal.message.contains("order-to-cash"), "what was accepted stays accepted")
        #expect(try await firm.run("definition.deploy", payload([])) == "definition.set/main")
        let desk = try Desk(firm)
        let shown = try await desk.ask("decision.show", #"{"decision": "grade"}"#)
        #expect(shown["decisions"]?.arrayValue?.first?["warnings"]?.arrayValue?.isEmpty == false)
        let tested = try await desk.ask(
            "decision.test", #"{"decision": "grade", "inputs": {"kind": "A", "amount": 7}}"#)
        #expect(tested["text"]?.stringValue == "1")
    }

    private static func table(rules: [(kind: String, amount: String, grade: String)]) -> String {
        let rows = rules.enumerated().map { index, rule in
            """
            <rule id="r\(index)"><inputEntry id="a\(index)"><text>\(escaped(rule.kind))</text></inputEntry>
            <inputEntry id="b\(index)"><text>\(escaped(rule.amount))</text></inputEntry>
            <outputEntry id="c\(index)"><text>\(escaped(rule.grade))</text></outputEntry></rule>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="grades"
                namespace="urn:test">
              <decision id="grade" name="Grade"><decisionTable id="t" hitPolicy="UNIQUE">
                <input id="i1"><inputExpression id="e1" typeRef="string"><text>kind</text></inputExpression></input>
                <input id="i2"><inputExpression id="e2" typeRef="number"><text>amount</text></inputExpression></input>
                <output id="o" name="grade" typeRef="number"/>
            \(rows.joined(separator: "\n"))
              </decisionTable></decision>
            </definitions>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
