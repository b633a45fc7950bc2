import Business
import FEEL
import Records
import Testing

@Suite("A book's decision files import each other")
struct RuleImportTests {
    private static let modelNamespace = "https://www.omg.org/spec/DMN/20230324/MODEL/"

    static func library(_ rate: String, namespace: String = "urn:rates") -> String {
        """
        <definitions xmlns="\(modelNamespace)" id="lib" name="rates" namespace="\(namespace)">
          <decision id="rate" name="rate"><variable name="rate" typeRef="number"/>
            <literalExpression><text>\(rate)</text></literalExpression></decision>
        </definitions>
        """
    }

    static func fees(importing namespace: String = "urn:rates") -> String {
        """
        <definitions xmlns="\(modelNamespace)" id="fees" name="fees" namespace="urn:fees">
          <import name="lib" namespace="\(namespace)" importType="\(modelNamespace)"/>
          <inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
          <decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
            <informationRequirement><requiredInput href="#amount"/></informationRequirement>
            <informationRequirement><requiredDecision href="urn:rates#rate"/></informationRequirement>
            <literalExpression><text>amount * lib.rate</text></literalExpression></decision>
          <decisionService id="fee-service" name="fee service"><variable name="fee service"/>
            <outputDecision href="#fee"/><inputData href="#amount"/></decisionService>
        </definitions>
        """
    }

    private func file(_ path: String, _ text: String, from day: String) throws -> RuleFile {
        RuleFile(path: path, bytes: Array(text.utf8), validFrom: try #require(BusinessDate(day)))
    }

    private func fee(_ book: Rulebook, on day: String, _ id: String = "fee") throws -> Value {
        try book.evaluate(
            id, on: #require(BusinessDate(day)), inputs: ["amount": .integer(100)]
        ).value
    }

    @Test("the imported version is the one that counts on the same day")
    func pinned() throws {
        let files = [
            try file("processes/rules/fees.dmn", Self.fees(), from: "0001-01-01"),
            try file("processes/rules/rates.dmn", Self.library("2"), from: "0001-01-01"),
            try file("processes/rules/rates.dmn", Self.library("3"), from: "2026-03-01"),
        ]
        let book = try Rulebook(files)
        #expect(try fee(book, on: "2026-02-28") == .integer(200))
        #expect(try fee(book, on: "2026-03-01") == .integer(300))
        #expect(try fee(book, on: "2026-03-01", "fee-service") == .integer(300))
        let day = try #require(BusinessDate("2026-03-01"))
        #expect(book.definition(of: "fee", on: day) == nil, "it is more than one file's word")
        #expect(book.definition(of: "rate", on: day) != nil)
        #expect(book.decisionIDs == ["fee", "fee-service", "rate"])
        let outcome = try book.decide("fee-service", on: day, inputs: ["amount": .integer(1)])
        #expect(outcome.results == [["fee": .integer(3)]])

        // What was compiled is used again, and says the same.
        let again = try Rulebook(files, reusing: book)
        #expect(try fee(again, on: "2026-02-28") == .integer(200))
        #expect(try fee(again, on: "2026-03-01") == .integer(300))
        let mended = try file("processes/rules/rates.dmn", Self.library("4"), from: "2026-03-01")
        let later = try Rulebook(files + [mended], reusing: again)
        #expect(try fee(later, on: "2026-03-01") == .integer(400))
        #expect(try fee(later, on: "2026-02-28") == .integer(200))
    }

    @Test("one that is absent, and a circle, are refused with the file, the import and the remedy")
    func refused() throws {
        func faults(_ files: [(path: String, text: String)]) throws -> String {
            let files = try files.map { try file($0.path, $0.text, from: "0001-01-01") }
            do throws(RulebookFailure) {
                _ = try Rulebook(files)
                return ""
            } catch { return error.description }
        }
        let absent = try faults([("processes/rules/fees.dmn", Self.fees())])
        for part in ["processes/rules/fees.dmn", "import 'lib'", "urn:rates", "give its file too"] {
            #expect(absent.contains(part), "\(absent)")
        }
        let rates = Self.library("2").replacing(
            "<decision ",
            with:
                "<import name=\"f\" namespace=\"urn:fees\" importType=\"\(Self.modelNamespace)\"/><decision "
        )
        let circle = try faults([("a.dmn", Self.fees()), ("b.dmn", rates)])
        #expect(circle.contains("a.dmn imports b.dmn imports a.dmn"), "\(circle)")
    }

    @Test("a namespace that two files have is named where it is imported")
    func ambiguous() throws {
        let book = try Rulebook([
            try file("a.dmn", Self.fees(), from: "0001-01-01"),
            try file("b.dmn", Self.library("2"), from: "0001-01-01"),
            try file("c.dmn", Self.library("3"), from: "0001-01-01"),
        ])
        let told = book.ambiguousImports.map(\.description).joined()
        #expect(told.contains("found it in b.dmn and c.dmn"), "\(told)")
    }
}
