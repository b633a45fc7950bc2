import Records
import Testing

@testable import Business

/// What a supplier gives back of a posted bill (semantics 2.2, 2.3 and 3.2).
@Suite("Suppliers' credits and bills taken back")
struct SupplierCreditTests {
    /// 100 of `P1` ordered at 10.00 and received, 60 of them gone, billed at 10.20 as `SI1`.
    private func company() throws -> TradingCompany {
        let company = try TradingCompany()
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "100"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        for _ in 0..<3
        where company.fixture.state(PurchaseOrderState.self, "PO1").status == .pendingApproval {
            try company.run("purchasing.approve-order", #"{"order": "PO1"}"#)
        }
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.receive-goods", #"{"order": "PO1", "receipt": "GR1"}"#)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "40"}]}"#)
        try company.run("inventory.approve-count", #"{"count": "CNT-2026-000001"}"#)
        try company.bill("10.20")
        return company
    }

    private func credit(_ rest: String, number: String = "C-1") -> String {
        #"{"invoice": "SI1", "theirNumber": "\#(number)", "reason": "too dear"\#(rest)}"#
    }

    @Test("a lower price follows the goods: off the stock that is there, off variance for the rest")
    func price() throws {
        let company = try company()
        #expect(company.stock().value == (try euros("408.00")))
        try company.run(
            "purchasing.credit-invoice", credit(#", "lines": [{"line": 1, "amount": "20.00"}]"#))
        let expected = [
            "2000 D 24.00", "1300 C 8.00", "5100 C 12.00", "1400 C 4.00",
        ]
        #expect(Set(company.lastVoucher) == Set(expected), "\(company.lastVoucher)")
        #expect(company.stock().value == (try euros("400.00")))
        #expect(company.open("BILL-2026-000001") == "1200.00")
        #expect(
            company.fixture.state(PayablesState.self, "S1").openItems == (try euros("1200.00")))
        #expect(try company.findings() == [])
    }

    @Test("credits in parts give back the bill's tax to the cent")
    func parts() throws {
        let company = try company()
        for (number, amount) in [("C-1", "333.33"), ("C-2", "333.33"), ("C-3", "353.34")] {
            try company.run(
                "purchasing.credit-invoice",
                credit(#", "lines": [{"line": 1, "amount": "\#(amount)"}]"#, number: number))
        }
        #expect(company.open("BILL-2026-000001") == "0.00")
        let taxes = company.fixture.events(SupplierInvoiceCredited.self).map(\.tax.digits)
        #expect(taxes == ["66.67", "66.67", "70.66"])
        #expect(
            company.fixture.events(SupplierInvoiceCredited.self).map(\.number)
                == ["SCN-2026-000001", "SCN-2026-000002", "SCN-2026-000003"])
        #expect(company.stock().value?.isNegative == false)
        #expect(try company.findings() == [])
    }

    @Test("an expense is given back on its own account")
    func expense() throws {
        let company = try TradingCompany()
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "CARRIER", "theirNumber": "F-1",
             "documentDate": "2026-01-01", "lines": [{"account": "6300", "amount": "50.00"}]}
            """)
        try company.finishBill()
        try company.run("purchasing.credit-invoice", credit(""))
        #expect(company.lastVoucher == ["2000 D 60.00", "6300 C 50.00", "1400 C 10.00"])
        #expect(try company.findings() == [])
    }

    @Test("a wrong bill is taken back as a whole, and the right one comes under its number")
    func reversal() throws {
        let company = try company()
        try company.run(
            "purchasing.credit-invoice",
            #"{"invoice": "SI1", "reverse": true, "reason": "entered with a wrong price"}"#)
        #expect(company.fixture.state(SupplierInvoiceState.self, "SI1").status == .reversed)
        #expect(company.stock().value == (try euros("400.00")))
        #expect(company.open("BILL-2026-000001") == "0.00")
        let line = try #require(
            company.fixture.state(PurchaseOrderState.self, "PO1").lines.first)
        #expect(line.invoiced.isZero)
        #expect(line.clearedValue.isZero)
        #expect(try company.findings() == [])
        try company.bill("10.00", id: "SI2")
        #expect(company.open("BILL-2026-000002") == "1200.00")
        #expect(company.stock().value == (try euros("400.00")))
        #expect(try company.findings() == [])
    }

    @Test("what is paid is not credited before the payment is held again")
    func paid() throws {
        let company = try company()
        try company.run("finance.make-payment", #"{"payment": "P1", "supplierInvoice": "SI1"}"#)
        let refusal = try company.refusal("purchasing.credit-invoice", credit(""))
        #expect(refusal.code == .amountExceeds)
        #expect(refusal.message.contains("reverse the allocation"))
        try company.run(
            "finance.reverse-allocation", #"{"payment": "P1", "reason": "a credit comes"}"#)
        try company.run("purchasing.credit-invoice", credit(""))
        #expect(company.open("BILL-2026-000001") == "0.00")
        #expect(
            company.fixture.state(PayablesState.self, "S1").unallocated == (try euros("1224.00")))
        try company.run("finance.refund-payment", #"{"payment": "P1"}"#)
        #expect(try company.findings() == [])
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let code: RejectionCode
        let payload: String
        let says: String
        var testDescription: String { "\(code): \(payload)" }
    }

    static let refused = [
        Refused(
            code: .unknownObject,
            payload: #"{"invoice": "SI9", "theirNumber": "1", "reason": "x"}"#,
            says: "SI9"),
        Refused(
            code: .unknownObject,
            payload: """
                {"invoice": "SI1", "theirNumber": "1", "reason": "x",
                 "lines": [{"line": 7, "amount": "1.00"}]}
                """, says: "1 to 1"),
        Refused(
            code: .wrongState,
            payload: #"{"invoice": "OPEN", "theirNumber": "1", "reason": "x"}"#,
            says: "captured"),
        Refused(
            code: .invalidValue, payload: #"{"invoice": "SI1", "reason": "x"}"#,
            says: "theirNumber"),
        Refused(
            code: .invalidValue,
            payload: """
                {"invoice": "SI1", "theirNumber": "1", "reason": "x", "lines": [
                 {"line": 1, "amount": "1.00"}, {"line": 1, "amount": "1.00"}]}
                """, says: "twice"),
        Refused(
            code: .invalidValue,
            payload: """
                {"invoice": "SI1", "reverse": true, "reason": "x",
                 "lines": [{"line": 1, "amount": "1.00"}]}
                """, says: "as a whole"),
        Refused(
            code: .duplicateInvoice,
            payload: #"{"invoice": "SI1", "theirNumber": "si 1", "reason": "x"}"#, says: "SI1"),
        Refused(
            code: .amountExceeds,
            payload: """
                {"invoice": "SI1", "theirNumber": "1", "reason": "x",
                 "lines": [{"line": 1, "amount": "1020.01"}]}
                """, says: "at most 1020.00"),
        Refused(
            code: .currencyNotSupported,
            payload: """
                {"invoice": "SI1", "theirNumber": "1", "reason": "x",
                 "lines": [{"line": 1, "amount": "1.00 USD"}]}
                """, says: "USD"),
    ]

    @Test("refused", arguments: refused)
    func refuses(_ row: Refused) throws {
        let company = try company()
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "OPEN", "supplier": "CARRIER", "theirNumber": "F-1",
             "documentDate": "2026-01-01", "lines": [{"account": "6300", "amount": "50.00"}]}
            """)
        let count = company.fixture.log.count
        let refusal = try company.refusal("purchasing.credit-invoice", row.payload)
        #expect(refusal.code == row.code, "\(refusal)")
        #expect(refusal.message.contains(row.says), "\(refusal)")
        #expect(company.fixture.log.count == count)
    }

    @Test("a closed month takes no credit")
    func closed() throws {
        let company = try company()
        try company.run("finance.close-period", #"{"period": "2026-01"}"#)
        #expect(
            try company.refusal("purchasing.credit-invoice", credit("")).code == .periodLocked)
        company.fixture.date = try day("2026-02-03")
        try company.run("purchasing.credit-invoice", credit(""))
        #expect(company.fixture.log.last?.effectiveDate.description.hasPrefix("2026-02") == true)
    }
}

extension TradingCompany {
    fileprivate func stock() -> StockState { fixture.state(StockState.self, "W1:P1") }

    /// The bill of the whole order `PO1`, as far as posted.
    fileprivate func bill(_ price: String, id: String = "SI1") throws {
        try run(
            "purchasing.capture-invoice",
            """
            {"invoice": "\(id)", "supplier": "S1", "theirNumber": "SI1",
             "documentDate": "2026-01-01", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "100", "price": "\(price)"}]}
            """)
        try finishBill(id)
    }

    /// Matches, releases, approves and posts a bill.
    func finishBill(_ id: String = "SI1") throws {
        try run("purchasing.match-invoice", #"{"invoice": "\#(id)"}"#)
        if fixture.state(SupplierInvoiceState.self, id).status == .blocked {
            try run(
                "purchasing.release-invoice-block", #"{"invoice": "\#(id)", "reason": "agreed"}"#)
        }
        while !fixture.state(SupplierInvoiceState.self, id).isApproved {
            try run("purchasing.approve-invoice", #"{"invoice": "\#(id)"}"#)
        }
        try run("purchasing.post-invoice", #"{"invoice": "\#(id)"}"#)
    }
}
