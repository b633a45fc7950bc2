import Records
import Testing

@testable import Business

/// What a bill may hide: expenses behind reductions, large differences behind small ones.
@Suite("A bill hides nothing")
struct BillSafetyTests {
    private func capture(_ amounts: [String]) -> String {
        let lines = amounts.map { #"{"account": "6300", "amount": "\#($0)", "taxCode": "zero"}"# }
        return """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "1",
             "documentDate": "2026-09-01", "lines": [\(lines.joined(separator: ", "))]}
            """
    }

    @Test("a bill of less than nothing is a credit, and is refused")
    func negative() throws {
        let company = try PurchasingCompany()
        let refusal = try company.refusal(
            "purchasing.capture-invoice", capture(["-5.00"]), as: PurchasingCompany.accountant)
        #expect(refusal.code == .invalidValue)
        #expect(refusal.message.contains("-5.00"))
        #expect(refusal.message.contains("purchasing.credit-invoice"))
    }

    @Test("a large expense with a reduction beside it needs the approval of the large one")
    func hidden() throws {
        let plain = try PurchasingCompany()
        try plain.run("purchasing.capture-invoice", capture(["20000.00"]))
        try plain.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        let asked = plain.invoice().levels
        #expect(!asked.isEmpty)
        let company = try PurchasingCompany()
        try company.run("purchasing.capture-invoice", capture(["20000.00", "-19999.00"]))
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        #expect(company.invoice().gross == (try euros("1.00")))
        #expect(!company.invoice().levels.isEmpty)
    }

    @Test("who accepts a difference has not accepted a larger one")
    func largerDifference() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(90, id: "GR1")
        try company.receive(10, id: "GR2")
        try company.bill(120, at: "10.00")
        #expect(company.invoice().blocks.map(\.reason) == [.quantity])
        try company.run(
            "purchasing.release-invoice-block", #"{"invoice": "SI1", "reason": "more comes"}"#,
            as: PurchasingCompany.manager())
        #expect(company.invoice().status == .matched)
        // Twenty too many were accepted; now thirty would be.
        try company.run(
            "purchasing.reverse-receipt", #"{"receipt": "GR2", "reason": "wrong goods"}"#,
            as: PurchasingCompany.keeper)
        let refusal = try company.refusal(
            "purchasing.post-invoice", #"{"invoice": "SI1"}"#, as: PurchasingCompany.accountant)
        #expect(refusal.code == .approvalMissing || refusal.code == .invoiceBlocked)
        while !company.invoice().isApproved {
            try company.run(
                "purchasing.approve-invoice", #"{"invoice": "SI1"}"#,
                as: company.invoice().approvers.isEmpty
                    ? PurchasingCompany.manager() : PurchasingCompany.financeManager())
        }
        let blocked = try company.refusal(
            "purchasing.post-invoice", #"{"invoice": "SI1"}"#, as: PurchasingCompany.accountant)
        #expect(blocked.code == .invoiceBlocked)
        #expect(blocked.message.contains("90"))
    }

    @Test("a lower bill of several receipts finds each time what the parts before left")
    func severalReceipts() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(3)
        for receipt in ["GR1", "GR2", "GR3"] { try company.receive(1, id: receipt) }
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "1"}]}"#)
        #expect(company.stock().value == (try euros("10.00")))
        // Two thirds of each receipt are gone; 30.00 less 29.99 leaves a cent for all three.
        try company.bill(3, at: "0.003333", id: "SI1")
        if company.invoice().status == .blocked {
            try company.run(
                "purchasing.release-invoice-block", #"{"invoice": "SI1", "reason": "as agreed"}"#,
                as: PurchasingCompany.manager())
        }
        while !company.invoice().isApproved {
            try company.run(
                "purchasing.approve-invoice", #"{"invoice": "SI1"}"#,
                as: PurchasingCompany.manager())
        }
        let posted = try company.post()
        #expect(try isBalanced(posted))
        let value = try #require(company.stock().value)
        #expect(!value.isNegative)
        let ontoStock = try posted.revaluations.map(\.ontoStock).total(.euro)
        #expect(value == (try euros("10.00").adding(ontoStock)))
    }

    @Test("a stock that the first part empties of value leaves the rest to variance")
    func parts() throws {
        let fixture = try PurchasingCompany()
        try fixture.sendOrder(2)
        try fixture.receive(1, id: "GR1")
        try fixture.receive(1, id: "GR2")
        var stock = fixture.stock()
        // Worth a cent, of which each of two receipts would take one.
        stock.pool.value = try euros("0.01")
        let first = try stock.lateCost(receipt: "GR1", difference: euros("-0.01"))
        stock.pool.revalue(by: first.ontoStock, receipt: "GR1")
        let second = try stock.lateCost(receipt: "GR2", difference: euros("-0.01"))
        #expect(first.ontoStock == (try euros("-0.01")))
        #expect(second.ontoStock == (try euros("0.00")))
        #expect(second.toVariance == (try euros("-0.01")))
    }
}
