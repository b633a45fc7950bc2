import Records
import Testing

@testable import daybook

@Suite("What a deployment came to, in words")
struct DeploymentTextTests {
    private static let difference =
        #"{"added":[],"changed":["processes/roles/roles.yaml"],"removed":[]}"#
    private static let given = ["processes/roles/roles.yaml", "processes/rules/order-blocks.dmn"]

    private func lines(_ body: String, _ difference: String = difference) throws -> [String] {
        DeploymentText.lines(
            try JSONValue.parse(body), difference: try JSONValue.parse(difference),
            given: Self.given)
    }

    @Test("a proposal is no deployment: it waits, for whom and from when is told")
    func proposed() throws {
        let told = try lines(
            #"{"position":9,"stream":"definition.set/main","version":2,"outcome":"proposed","validFrom":"2026-09-30","waitsFor":"definition.approve","approvers":["hugo"]}"#
        )
        #expect(
            told == [
                "proposed, not in effect: definition.set/main version 2, position 9",
                "It waits for `daybook do definition.approve` by another person: hugo. Then it is in effect for postings from 2026-09-30.",
                "  changed processes/roles/roles.yaml", "  1 file is as deployed already",
            ])
    }

    @Test("what took effect at once by one person alone says so")
    func alone() throws {
        let told = try lines(
            #"{"position":9,"stream":"definition.set/main","version":2,"outcome":"in-effect","validFrom":"2026-09-30","alone":true}"#
        )
        #expect(
            told == [
                "in effect, for postings from 2026-09-30: definition.set/main version 2, position 9",
                "Nobody else may give definition.approve, so no second person was asked; `daybook audit` says so.",
                "  changed processes/roles/roles.yaml", "  1 file is as deployed already",
            ])
    }

    @Test("files that are deployed already are told as that")
    func unchanged() throws {
        #expect(
            try lines(#"{"unchanged":true}"#, "{}") == [
                "Nothing had to be changed: 2 files are as deployed."
            ])
    }

    @Test("programs read which files are concerned")
    func json() throws {
        let body = DeploymentText.json(
            try JSONValue.parse(#"{"position":9,"outcome":"in-effect"}"#),
            difference: try JSONValue.parse(Self.difference), given: Self.given)
        #expect(
            body.description
                == #"{"position":9,"outcome":"in-effect","added":[],"changed":["processes/roles/roles.yaml"],"removed":[],"unchanged":["processes/rules/order-blocks.dmn"]}"#
        )
    }
}
