import DMN
import FEEL
import Foundation
import Records
import Testing

@testable import Business

/// One question to a table and the answer expected.
struct TableRow: CustomTestStringConvertible, Sendable {
    let question: String
    let answer: String
    var testDescription: String { question }
}

@Suite("The shipped tables of buying")
struct PurchasingTablesTests {
    private func levels(_ table: String, _ input: String, _ amount: String) throws -> String {
        let outcome = try ShippedRules.shared.get().decide(
            table, on: day("2026-09-01"), inputs: [input: Value(of: euros(amount))])
        return try outcome.approvalLevels(table: table).map(\.role).joined(separator: ", ")
    }

    @Test(
        "approvals of an order by its value",
        arguments: [
            TableRow(question: "0.01", answer: ""),
            TableRow(question: "999.99", answer: ""),
            TableRow(question: "1000.00", answer: "purchasing-manager"),
            TableRow(question: "24999.99", answer: "purchasing-manager"),
            TableRow(question: "25000.00", answer: "purchasing-manager, finance-manager"),
        ])
    func order(_ row: TableRow) throws {
        #expect(try levels("purchase-approval", "amount", row.question) == row.answer)
    }

    @Test(
        "approvals of a bill by its expense",
        arguments: [
            TableRow(question: "-10.00", answer: ""),
            TableRow(question: "0.00", answer: ""),
            TableRow(question: "250.00", answer: ""),
            TableRow(question: "250.01", answer: "purchasing-manager"),
            TableRow(question: "5000.00", answer: "purchasing-manager"),
            TableRow(question: "5000.01", answer: "purchasing-manager, finance-manager"),
        ])
    func invoice(_ row: TableRow) throws {
        #expect(try levels("supplier-invoice-approval", "expense", row.question) == row.answer)
    }

    @Test(
        "tolerances by kind, difference and percent",
        arguments: [
            TableRow(question: "no-receipt 1 100", answer: "true"),
            TableRow(question: "order-over 1 100", answer: "true"),
            TableRow(question: "quantity 0.000001 0.000001", answer: "true"),
            TableRow(question: "price 200.00 5", answer: "false"),
            TableRow(question: "price 200.01 1", answer: "true"),
            TableRow(question: "price 0.10 5.000001", answer: "true"),
            TableRow(question: "price -900 -90", answer: "false"),
        ])
    func tolerance(_ row: TableRow) throws {
        let words = row.question.split(separator: " ").map(String.init)
        let inputs: [String: Value] = [
            "reason": .text(words[0]), "difference": Value(.number(try exact(words[1]))),
            "percent": Value(.number(try exact(words[2]))),
        ]
        let outcome = try ShippedRules.shared.get().decide(
            "invoice-tolerance", on: day("2026-09-01"), inputs: inputs)
        #expect(outcome.results.count == 1)
        #expect(outcome.results.first?["blocked"] == .boolean(row.answer == "true"))
    }

    @Test(
        "the tables are complete: no gap, no rule that cannot match",
        arguments: [
            "purchase-approval", "invoice-tolerance", "supplier-invoice-approval",
            "split-order-limit", "confirmation-tolerance",
        ])
    func complete(_ table: String) throws {
        let path = FixtureRules.repository.appending(path: "processes/rules/\(table).dmn")
        #expect(try DecisionModel.load(Array(Data(contentsOf: path))).problems.isEmpty)
    }

    @Test("a table that yields no level or no role is named")
    func badTable() throws {
        let company = try PurchasingCompany(
            rules: try ShippedRules.book([
                "processes/rules/purchase-approval.dmn": Self.table("purchase-approval")
            ]))
        try company.draftOrder()
        let refusal = try company.refusal("purchasing.submit-order", #"{"order": "PO1"}"#)
        #expect(refusal.code == .badRuleResult)
        #expect(refusal.message.contains("purchase-approval"))
    }

    /// A table that yields no role.
    private static func table(_ id: String) -> String {
        """
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d"
            namespace="urn:test">
          <decision id="\(id)" name="Purchase approval">
            <variable name="Purchase approval"/>
            <decisionTable hitPolicy="RULE ORDER">
              <input><inputExpression><text>amount</text></inputExpression></input>
              <output name="level"/><output name="who"/>
              <rule><inputEntry><text>-</text></inputEntry>
                <outputEntry><text>1</text></outputEntry>
                <outputEntry><text>"boss"</text></outputEntry></rule>
            </decisionTable>
          </decision>
        </definitions>
        """
    }

    @Test("a table that is not deployed is named")
    func noTable() throws {
        let company = try PurchasingCompany(
            rules: ShippedRules.book([
                "processes/rules/purchase-approval.dmn": Self.table("something-else")
            ]))
        try company.draftOrder()
        let refusal = try company.refusal("purchasing.submit-order", #"{"order": "PO1"}"#)
        #expect(refusal.code == .noRule)
    }
}
