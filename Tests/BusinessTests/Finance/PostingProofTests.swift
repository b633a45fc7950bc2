@testable import Business
import Foundation
import Records
import Testing

@Suite("Posting tables are proved when they are loaded")
struct PostingProofTests {
    @Test("the shipped tables balance every event and find every account, in both charts")
    func shipped() throws {
        let files = try ShippedRules.files()
        _ = try Rulebook.checked(
            files, registry: Departments.registry(), otherCommands: Self.ofTheEngine)
    }

    /// Commands of the engine that the shipped roles grant.
    private static let ofTheEngine = ["definition.approve"]

    /// One mistake in a shipped file and what is said of it.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let name: String
        let file: String
        let replaces: String
        let with: String
        let says: [String]
        var testDescription: String { name }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            name: "a leg on the wrong side", file: "processes/posting/fulfillment.dmn",
            replaces: "<text>\"credit\"</text>", with: "<text>\"debit\"</text>",
            says: ["fulfillment.goods-issued", "debits equal to credits", "rule 1"]),
        Mistake(
            name: "an amount that the event does not have",
            file: "processes/posting/purchasing.dmn", replaces: "\"variance\"",
            with: "\"varianze\"", says: ["expected one of the amounts", "varianze"]),
        Mistake(
            name: "a role without an account", file: "processes/posting/inventory.dmn",
            replaces: "\"INV_ADJ\"", with: "\"SHRINKAGE\"", says: ["SHRINKAGE", "found none"]),
        Mistake(
            name: "an account that is not in the chart", file: "processes/accounts/sample.dmn",
            replaces: "\"5200\"", with: "\"5299\"", says: ["5299", "chart"]),
        Mistake(
            name: "a product class without an account", file: "processes/accounts/sample.dmn",
            replaces: "not(\"service\")", with: "\"goods\"", says: ["role REV", "found none"]),
        Mistake(
            name: "two rules for one case", file: "processes/accounts/sample.dmn",
            replaces: "not(\"reduced\")", with: "-", says: ["TAX_OUT"]),
        Mistake(
            name: "an event that nobody writes", file: "processes/posting/fulfillment.dmn",
            replaces: "\"fulfillment.goods-issue-reversed\"",
            with: "\"fulfillment.goods-isue-reversed\"",
            says: ["fulfillment.goods-isue-reversed"]),
        Mistake(
            name: "a side that is none", file: "processes/posting/fulfillment.dmn",
            replaces: "<text>\"debit\"</text>", with: "<text>\"left\"</text>",
            says: ["side", "debit"]),
        Mistake(
            name: "a table that cannot be read", file: "processes/posting/inventory.dmn",
            replaces: "</decisionTable>", with: "", says: ["processes/posting/inventory.dmn"]),
        Mistake(
            name: "shares of payment terms that are less than the whole",
            file: "processes/terms/payment-terms.yaml", replaces: "share: 0.5, days: 30",
            with: "share: 0.4, days: 30", says: ["half-and-half", "add up to 1"]),
        Mistake(
            name: "a tax code twice", file: "processes/tax/codes.yaml",
            replaces: "code: reduced", with: "code: standard", says: ["standard", "once"]),
        Mistake(
            name: "an exempt code with a rate", file: "processes/tax/codes.yaml",
            replaces: "kind: vat\n    rates:\n      - {from: 1970-01-01, rate: 0.20}",
            with: "kind: exempt\n    rates:\n      - {from: 1970-01-01, rate: 0.20}",
            says: ["rate of 0"]),
        Mistake(
            name: "a field that tax codes do not have", file: "processes/tax/codes.yaml",
            replaces: "    inclusive: true", with: "    inclusiv: true",
            says: ["inclusiv", "did you mean"]),
        Mistake(
            name: "a role for a command that does not exist",
            file: "processes/roles/roles.yaml", replaces: "finance.dispute-item",
            with: "finance.dispute-itm", says: ["finance.dispute-itm", "finance.dispute-item"]),
        Mistake(
            name: "YAML that is none", file: "processes/chart/sample.yaml",
            replaces: "accounts:", with: "accounts: [", says: ["processes/chart/sample.yaml"]),
    ]

    @Test("a mistake is named with file, place and remedy", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let text = try ShippedRules.text(mistake.file)
        let range = try #require(text.range(of: mistake.replaces))
        let broken = text.replacingCharacters(in: range, with: mistake.with)
        let files = try ShippedRules.files([mistake.file: broken])
        let failure = #expect(throws: RulebookFailure.self) {
            _ = try Rulebook.checked(
                files, registry: Departments.registry(), otherCommands: Self.ofTheEngine)
        }
        let report = failure?.description ?? ""
        for words in mistake.says {
            #expect(report.contains(words), "\"\(words)\" is not in: \(report)")
        }
        #expect(failure?.faults.allSatisfy { !$0.file.isEmpty && !$0.remedy.isEmpty } ?? false)
    }

    @Test("identities prove sums that are zero, and no others")
    func identities() {
        var proof = LinearProof(names: ["gross", "net", "tax", "due", "kept"])
        proof.assume(AmountIdentity("gross", equals: "net", "tax"))
        proof.assume(AmountIdentity("gross", equals: "due", "kept"))
        #expect(proof.remainder(of: ["gross": 1, "net": -1, "tax": -1]).isEmpty)
        #expect(proof.remainder(of: ["due": 1, "kept": 1, "net": -1, "tax": -1]).isEmpty)
        #expect(!proof.remainder(of: ["gross": 1, "net": -1]).isEmpty)
        #expect(!proof.remainder(of: ["due": 1, "net": -1]).isEmpty)
    }
}
