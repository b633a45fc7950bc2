import Foundation
import Records
import Testing

@testable import daybook_demo

@Suite("The demo's chance and calendar")
struct ChanceTests {
    @Test("the same seed gives the same numbers, another seed others")
    func repeatable() {
        var first = SeededNumbers(seed: 7)
        var second = SeededNumbers(seed: 7)
        var other = SeededNumbers(seed: 8)
        let numbers = (0..<100).map { _ in first.number(in: 1...1_000) }
        #expect(numbers == (0..<100).map { _ in second.number(in: 1...1_000) })
        #expect(numbers != (0..<100).map { _ in other.number(in: 1...1_000) })
        #expect(numbers.allSatisfy { (1...1_000).contains($0) })
    }

    @Test(
        "people work from Monday to Friday",
        arguments: [
            ("2025-01-01", 2, "2025-01-03"), ("2025-01-03", 1, "2025-01-06"),
            ("2025-01-04", 0, "2025-01-06"), ("2024-02-28", 2, "2024-03-01"),
        ])
    func workingDays(_ from: String, _ count: Int, _ expected: String) throws {
        let date = try #require(BusinessDate(from))
        #expect(date.adding(workingDays: count).description == expected)
    }

    @Test(
        "amounts are read as the daemon writes them",
        arguments: [
            ("120.50 EUR", 12_050), ("0.05 EUR", 5), ("-3.20 EUR", -320), ("-0.07", -7),
            ("7", 700),
        ])
    func cents(_ text: String, _ count: Int64) throws {
        let cents = try #require(Cents(text))
        #expect(cents.count == count)
        #expect(Cents(cents.text) == cents)
    }

    @Test("what is no amount is none", arguments: ["", "EUR", "1.5", "1.234", "x.00"])
    func noCents(_ text: String) { #expect(Cents(text) == nil) }
}

@Suite("The demo's company")
struct CompanyDataTests {
    @Test("at least six people with different roles work there")
    func people() throws {
        #expect(Staff.all.count >= 6)
        #expect(Set(Staff.all.map(\.id)).count == Staff.all.count)
        #expect(Set(Staff.all.map(\.roles)).count >= 6)
        let file = try Staff.rolesFile(from: "roles: []\npeople: []\n")
        for person in Staff.all { #expect(file.contains("person: \(person.id), roles:")) }
    }

    @Test("people are added only to a file that names nobody")
    func namedPeople() {
        #expect(throws: DemoFailure.self) {
            try Staff.rolesFile(from: "people:\n  - {person: x}\n")
        }
    }

    @Test("what is kept in stock has a supplier or is to find one, and both costings are there")
    func catalogue() {
        let sold = Set(Supplier.all.flatMap(\.products))
        for product in Product.stocked where product.cost != nil {
            #expect(sold.contains(product.id), "\(product.id) has no supplier")
        }
        #expect(Set(Product.stocked.compactMap(\.costing)) == ["avco", "fifo"])
        #expect(Product.all.contains { $0.kind == "service" })
        #expect(Set(Product.all.map(\.id)).count == Product.all.count)
    }

    @Test("the shipped roles file is one to which people can be added")
    func shippedRoles() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = try String(
            contentsOf: root.appendingPathComponent("processes/roles/roles.yaml"), encoding: .utf8)
        #expect(try Staff.rolesFile(from: file).contains("people:\n  - {person:"))
    }
}
