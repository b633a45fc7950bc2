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
                file: GivenDefinition(name: name, bytes: Array(text.utf8)), decision: nil)
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
            file: file, decision: "grade",
            inputs: JSONValue.parse(#"{"kind": "A", "amount": "7.50"}"#))
        #expect(body["text"]?.stringValue == "1")
        let rule = try #require(body["fired"]?.arrayValue?.first?["rules"]?.arrayValue?.first)
        #expect(rule["rule"]?.integerValue == 1)
        #expect(rule["when"]?.description == #"["\"A\"","< 10"]"#)
        let none = try DecisionDesk.test(
            file: file, decision: "grade", inputs: JSONValue.parse(#"{"kind": "C"}"#))
        #expect(none["fired"]?.arrayValue?.first?["rules"]?.arrayValue == [])
        #expect(none["missing"]?.description == #"["amount"]"#)
        #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(file: file, decision: "grode", inputs: .object([]))
        }
        #expect(throws: DecisionFailure.self) {
            try DecisionDesk.test(
                file: file, decision: "grade",
                inputs: JSONValue.parse(#"{"kind": "A", "amount": "seven"}"#))
        }
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
