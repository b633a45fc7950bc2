import Business
import FEEL
import Records
import Testing

@Suite("What ids look like that nobody gives is a table's business")
struct IdentifierSeriesTests {
    private static let place =
        #"{"customer": "C1", "lines": [{"product": "SV", "quantity": "1", "price": "1.00"}]}"#

    private func company(_ prefix: String, _ digits: Int = 4) throws -> TradingCompany {
        let shipped = try ShippedRules.shared.get()
        return try TradingCompany(
            rules: ChangedRules(
                shipped: shipped,
                changed: [
                    "identifier-series": [["prefix": .text(prefix), "digits": .integer(digits)]]
                ]))
    }

    @Test("the shipped table counts each series in its calendar year")
    func shipped() throws {
        let company = try TradingCompany()
        for date in ["2026-12-31", "2027-01-01"] {
            company.fixture.date = try day(date)
            for _ in 1...2 { try company.run("sales.place-order", Self.place) }
        }
        let ids = company.fixture.all(OrderState.self).map(\.id)
        #expect(
            ids == ["SO-2026-000001", "SO-2026-000002", "SO-2027-000001", "SO-2027-000002"])
    }

    @Test("another table makes other ids, which count on from the highest")
    func changed() throws {
        let company = try company("A-26-")
        for _ in 1...2 { try company.run("sales.place-order", Self.place) }
        try company.run(
            "sales.place-order",
            #"{"order": "A-26-0041", "customer": "C1", "lines": [{"product": "SV", "quantity": "1", "price": "1.00"}]}"#
        )
        try company.run("sales.place-order", Self.place)
        #expect(
            company.fixture.all(OrderState.self).map(\.id) == [
                "A-26-0001", "A-26-0002", "A-26-0041", "A-26-0042",
            ])
    }

    @Test(
        "a prefix that ends otherwise than with a hyphen, is none, or breaks the rules of ids is refused",
        arguments: [
            ("SO2026", 6), ("", 6), ("-", 6), ("SO.", 6), ("S/O-", 6), ("S O-", 6), ("SO-", 0),
            ("SO-", 13),
        ])
    func refused(prefix: String, digits: Int) throws {
        let company = try company(prefix, digits)
        let refusal = try company.fixture.refusal(of: "sales.place-order", Self.place)
        #expect(refusal.code == .badRuleResult)
        #expect(refusal.message.contains("series SO"))
    }
}
