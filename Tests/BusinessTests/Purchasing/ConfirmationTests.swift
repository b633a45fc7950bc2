import Records
import Testing

@testable import Business

/// What a supplier says of 100 pieces at 10.00 for 4 September, and what becomes of it.
struct ConfirmationRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let line: String
    /// `kind expected found`, each with whether it is tolerated.
    let differences: [String]
    /// What the order's line is afterwards.
    let left: String
    var isAccepted: Bool { differences.allSatisfy { $0.hasSuffix("tolerated") } }

    init(_ description: String, _ line: String, _ differences: [String], left: String) {
        testDescription = description
        self.line = line
        self.differences = differences
        self.left = left
    }
}

@Suite("Confirmations: what differs from what was sent")
struct ConfirmationTests {
    static let rows: [ConfirmationRow] = [
        ConfirmationRow("as ordered", "", [], left: "100 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "a little less", #", "quantity": "98""#, ["quantity 100 98 tolerated"],
            left: "98 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "too little", #", "quantity": "97""#, ["quantity 100 97 to answer"],
            left: "100 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "much cheaper", #", "price": "5.00""#, ["price 10.00 EUR 5.00 EUR tolerated"],
            left: "100 at 5.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "a little dearer", #", "price": "10.10""#,
            [
                "price 10.00 EUR 10.10 EUR tolerated",
                "value 1000.00 EUR as approved 1010.00 EUR tolerated",
            ],
            left: "100 at 10.10 EUR for 2026-09-04"),
        ConfirmationRow(
            "too dear", #", "price": "10.11""#, ["price 10.00 EUR 10.11 EUR to answer"],
            left: "100 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "each within tolerance, together too much", #", "price": "10.10", "quantity": "102""#,
            [
                "quantity 100 102 tolerated", "price 10.00 EUR 10.10 EUR tolerated",
                "value 1000.00 EUR as approved 1030.20 EUR to answer",
            ], left: "100 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "three days later", #", "date": "2026-09-07""#,
            ["date 2026-09-04 2026-09-07 tolerated"], left: "100 at 10.00 EUR for 2026-09-07"),
        ConfirmationRow(
            "four days later", #", "date": "2026-09-08""#,
            ["date 2026-09-04 2026-09-08 to answer"], left: "100 at 10.00 EUR for 2026-09-04"),
        ConfirmationRow(
            "eight days earlier", #", "date": "2026-08-27""#,
            ["date 2026-09-04 2026-08-27 to answer"], left: "100 at 10.00 EUR for 2026-09-04"),
    ]

    private func text(_ difference: ConfirmationDifference) -> String {
        "\(difference.kind.rawValue) \(difference.expected) \(difference.found) "
            + (difference.isTolerated ? "tolerated" : "to answer")
    }

    private func text(_ line: PurchaseOrderLine) -> String {
        "\(line.wanted) at \(line.price) for \(line.expectedDate?.description ?? "no day")"
    }

    @Test("what is tolerated is taken over, the rest waits for the buyer", arguments: rows)
    func confirmed(_ row: ConfirmationRow) throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.run(
            "purchasing.confirm-order", #"{"order": "PO1", "lines": [{"line": 1\#(row.line)}]}"#)
        let order = company.order()
        #expect(text(order.lines[0]) == row.left)
        #expect(order.status == (row.isAccepted ? .confirmed : .sent))
        #expect(order.hasDeviation != row.isAccepted)
        #expect(company.stock().onOrder == order.lines[0].open)
        let differences =
            row.isAccepted
            ? company.fixture.events(PurchaseOrderConfirmed.self).last?.tolerated
            : company.fixture.events(PurchaseOrderDeviated.self).last?.differences
        #expect(differences?.map(text) == row.differences)
        #expect(order.sentRevision == order.revision)
        guard !row.isAccepted else { return }
        let events = try company.run("purchasing.accept-confirmation", #"{"order": "PO1"}"#)
        #expect(events.contains { $0 is PurchaseOrderAmended })
        #expect(!company.order().hasDeviation)
        #expect(company.order().lines[0].offeredDate == nil)
    }

    @Test("small delays do not add up: dates are compared with what was sent")
    func creeping() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        for (date, isAccepted) in [("07", true), ("10", false)] {
            try company.run(
                "purchasing.confirm-order",
                #"{"order": "PO1", "lines": [{"line": 1, "date": "2026-09-\#(date)"}]}"#)
            #expect(company.order().hasDeviation != isAccepted)
        }
        try company.run("purchasing.accept-confirmation", #"{"order": "PO1"}"#)
        #expect(company.order().lines[0].expectedDate == (try day("2026-09-10")))
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "date": "2026-09-10"}]}"#)
        #expect(!company.order().hasDeviation, "the accepted date is no difference")
    }

    @Test("what came in is not tolerated away")
    func received() throws {
        let company = try PurchasingCompany()
        try company.sendOrder()
        try company.receive(99)
        try company.run(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "98", "price": "9.99"}]}"#)
        #expect(company.order().differences.map(\.isTolerated) == [false, false])
        let refusal = try company.refusal(
            "purchasing.accept-confirmation", #"{"order": "PO1"}"#)
        #expect(refusal.code == .quantityExceeds)
    }

    @Test("a table that does not say whether it accepts is named")
    func badTable() throws {
        let path = "processes/rules/confirmation-tolerance.dmn"
        let table = try ShippedRules.text(path).replacing(
            "name=\"accepted\"", with: "name=\"fine\"")
        let company = try PurchasingCompany(rules: try ShippedRules.book([path: table]))
        try company.sendOrder()
        let refusal = try company.refusal(
            "purchasing.confirm-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "98"}]}"#)
        #expect(refusal.code == .badRuleResult)
        #expect(refusal.message.contains("confirmation-tolerance"))
    }
}
