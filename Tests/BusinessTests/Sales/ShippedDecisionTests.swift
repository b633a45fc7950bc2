import Business
import DMN
import FEEL
import Records
import Testing

/// What the shipped tables say; a business person may change them, and then these rows.
struct ShippedDecisionTests {
    @Test(arguments: ShippedSalesRules.decisions)
    func `each shipped table loads without a problem`(id: String) throws {
        let model = try ShippedSalesRules.model(id)
        #expect(model.canEvaluate(id))
        #expect(model.problems.isEmpty)
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let changed: [String: Value]
        let kinds: [String]
        var testDescription: String {
            "\(changed.keys.sorted().joined(separator: ", ")) raises \(kinds)"
        }
    }

    @Test(arguments: [
        Row(changed: [:], kinds: []),
        Row(
            changed: ["hasLimit": .boolean(true), "creditLimit": .integer(1000)],
            kinds: []),
        Row(
            changed: ["hasLimit": .boolean(true), "creditLimit": .integer(999)],
            kinds: ["credit"]),
        Row(changed: ["overdueDays": .integer(30)], kinds: []),
        Row(changed: ["overdueDays": .integer(31)], kinds: ["credit"]),
        Row(changed: ["netTotal": .integer(50000)], kinds: []),
        Row(changed: ["netTotal": .integer(50001)], kinds: ["approval"]),
        Row(changed: ["priceDeviation": number("0.1")], kinds: []),
        Row(changed: ["priceDeviation": number("0.100001")], kinds: ["price"]),
        Row(changed: ["largestDiscount": number("0.3")], kinds: []),
        Row(changed: ["largestDiscount": number("0.31")], kinds: ["price"]),
        Row(changed: ["customerBlocked": .boolean(true)], kinds: ["manual"]),
        Row(changed: ["paymentTerms": .text("prepayment")], kinds: ["prepayment"]),
        Row(
            changed: ["customerBlocked": .boolean(true), "overdueDays": .integer(90)],
            kinds: ["credit", "manual"]),
    ])
    func `order blocks by facts`(row: Row) throws {
        var inputs: [String: Value] = [
            "exposureAfter": .integer(1000), "creditLimit": .null, "hasLimit": .boolean(false),
            "overdueDays": .integer(0), "netTotal": .integer(800), "grossTotal": .integer(1000),
            "priceDeviation": .null, "largestDiscount": .integer(0),
            "customerBlocked": .boolean(false), "customerGroup": .text("standard"),
            "channel": .null, "paymentTerms": .text("net-30"),
        ]
        inputs.merge(row.changed) { _, new in new }
        let outcome = try ShippedSalesRules.book().decide(
            "order-blocks", on: day("2026-09-01"), inputs: inputs)
        #expect(outcome.results.compactMap { $0["kind"]?.text } == row.kinds)
    }

    @Test(arguments: [
        (["owner"], "standard", "1"), (["sales", "sales-manager"], "standard", "0.3"),
        (["sales"], "standard", "0.15"), (["sales"], "wholesale", "0.2"),
        (["warehouse"], "wholesale", "0"), ([], "standard", "0"),
    ])
    func `the discount limit by role`(roles: [String], group: String, limit: String) throws {
        let outcome = try ShippedSalesRules.book().decide(
            "discount-limit", on: day("2026-09-01"),
            inputs: [
                "roles": .list(roles.map { .text($0) }), "customerGroup": .text(group),
                "netTotal": .integer(1),
            ])
        #expect(outcome.results.first?["discountLimit"] == number(limit))
    }
}

/// A number as tables see it.
private func number(_ text: String) -> Value {
    Decimal(text).map { Value(.number($0)) } ?? .null
}
