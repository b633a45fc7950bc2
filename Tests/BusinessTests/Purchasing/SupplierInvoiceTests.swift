@testable import Business
import Records
import Testing

@Suite("Suppliers' invoices: match, blocks, posting")
struct SupplierInvoiceTests {
    @Test("105 received, 102 billed at 10.20: within tolerance, the difference goes onto stock")
    func withinTolerance() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(60, id: "GR1")
        try company.receive(45, id: "GR2")
        try company.bill(102, at: "10.20")
        #expect(company.invoice().status == .matched)
        let posted = try company.post()
        #expect(
            try totals(of: posted) == [
                "received": euros("1020.00"), "stock-difference": euros("20.40"),
                "tax": euros("208.08"), "gross": euros("1248.48"),
            ])
        #expect(try isBalanced(posted))
        #expect(company.stock().value == (try euros("1070.40")))
        #expect(try company.unbilled() == euros("30.00"))
        #expect(posted.number == "BILL-2026-000001")
        #expect(posted.dueDate == (try day("2026-10-01")))
        #expect(!company.order().isInvoicedInFull)
    }

    @Test("golden ledger, step 4: 40 of 100 still in stock, 100 billed at 10.20")
    func goldenLedger() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "40"}]}"#)
        try company.bill(100, at: "10.20")
        let posted = try company.post()
        #expect(
            try totals(of: posted) == [
                "received": euros("1000.00"), "stock-difference": euros("8.00"),
                "variance": euros("12.00"), "tax": euros("204.00"), "gross": euros("1224.00"),
            ])
        #expect(try isBalanced(posted))
        #expect(company.stock().value == (try euros("408.00")))
        #expect(try company.unbilled().isZero)
        #expect(try company.balance("STOCK") == euros("408.00"))
        #expect(try company.balance("GRNI").isZero)
        #expect(try company.balance("PPV") == euros("12.00"))
        #expect(try company.balance("AP") == euros("-1224.00"))
        #expect(
            company.lastVoucher() == [
                "GRNI debit 1000.00", "STOCK debit 8.00", "PPV debit 12.00",
                "TAX_IN debit 204.00", "AP credit 1224.00",
            ])
        #expect(company.order().status == .completed)
    }

    @Test("a bill before the goods is blocked, and matches once they came")
    func billBeforeReceipt() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.bill(100, at: "10.00")
        #expect(company.invoice().blocks.map(\.reason) == [.noReceipt])
        let early = try company.refusal("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
        #expect(early.code == .wrongState)
        #expect(company.order().waitingInvoices.map(\.text) == ["SI1"])
        try company.receive(60, id: "GR1")
        #expect(company.invoice().blocks.map(\.reason) == [.quantity])
        try company.receive(40, id: "GR2")
        #expect(company.invoice().status == .matched)
        #expect(company.order().waitingInvoices.isEmpty)
        try company.post()
        #expect(company.order().status == .completed)
    }

    @Test("a released bill before the goods leaves a debit that the receipt clears")
    func postedBeforeReceipt() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.bill(100, at: "10.00")
        try company.run(
            "purchasing.release-invoice-block", #"{"invoice": "SI1", "reason": "paid in advance"}"#,
            as: PurchasingCompany.manager())
        let posted = try company.post()
        #expect(try totals(of: posted)["received"] == euros("1000.00"))
        #expect(try company.unbilled() == euros("-1000.00"))
        try company.receive(100)
        #expect(try company.unbilled().isZero)
        #expect(company.order().status == .completed)
    }

    @Test("150 billed of 100 received: the quantity blocks")
    func quantity() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.bill(150, at: "10.00")
        #expect(company.invoice().status == .blocked)
        #expect(company.invoice().blocks.map(\.reason) == [.quantity])
        #expect(company.invoice().blocks[0].expected == "at most 100 billed in all, as received")
        #expect(company.invoice().blocks[0].found == "150 billed in all")
    }

    @Test("bills are matched on cumulative quantities, not one by one")
    func cumulative() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.bill(60, at: "10.00", id: "SI1")
        try company.bill(60, at: "10.00", id: "SI2")
        // Both match while none is posted; the second finds the first when it is its turn.
        try company.post("SI1")
        let refusal = try company.refusal("purchasing.post-invoice", #"{"invoice": "SI2"}"#)
        #expect(refusal.code == .invoiceBlocked)
        try company.bill(41, at: "10.00", id: "SI3")
        #expect(company.invoice("SI3").blocks.map(\.reason) == [.quantity])
    }

    @Test("a price of 1,400 against 1,000 is beyond the absolute limit of 200")
    func price() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.bill(100, at: "14.00")
        #expect(company.invoice().blocks.map(\.reason) == [.price])
    }

    @Test("a block is released by another person than the one who captured, within a limit")
    func released() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.bill(100, at: "14.00")
        let release = #"{"invoice": "SI1", "kind": "price", "reason": "agreed by phone"}"#
        let own = try company.refusal(
            "purchasing.release-invoice-block", release,
            as: .person(
                "carl", ["accountant", "finance-manager"],
                limits: ["supplier-invoice": try euros("100000.00")]))
        #expect(own.code == .separatedDuties)
        let poor = try company.refusal(
            "purchasing.release-invoice-block", release,
            as: .person(
                "paul", ["finance-manager"], limits: ["supplier-invoice": try euros("1679.99")]))
        #expect(poor.code == .limitExceeded)
        let absent = try company.refusal(
            "purchasing.release-invoice-block",
            #"{"invoice": "SI1", "kind": "quantity", "reason": "which"}"#,
            as: PurchasingCompany.manager())
        #expect(absent.code == .wrongState)
        try company.run(
            "purchasing.release-invoice-block", release, as: PurchasingCompany.manager())
        #expect(company.invoice().status == .matched)
        let posted = try company.post()
        #expect(try totals(of: posted)["stock-difference"] == euros("400.00"))
        #expect(company.stock().value == (try euros("1400.00")))
    }

    @Test("a lower bill takes value off stock, and never below nothing")
    func lowerPrice() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "50"}]}"#)
        try company.bill(100, at: "9.00")
        let posted = try company.post()
        #expect(try totals(of: posted)["stock-difference"] == euros("-50.00"))
        #expect(try totals(of: posted)["variance"] == euros("-50.00"))
        #expect(try isBalanced(posted))
        #expect(company.stock().value == (try euros("450.00")))
    }

    @Test("the same number of the same supplier is captured once, however it is written")
    func duplicate() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.bill(50, at: "10.00", id: "SI1", number: "R-2026/17")
        let capture = """
            {"supplier": "S1", "theirNumber": "r 2026 17", "documentDate": "2026-09-02", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "50", "price": "10.00"}]}
            """
        let refusal = try company.refusal("purchasing.capture-invoice", capture)
        #expect(refusal.code == .duplicateInvoice)
        #expect(refusal.message.contains("SI1"))
        try company.run(
            "purchasing.reject-invoice", #"{"invoice": "SI1", "reason": "illegible"}"#)
        try company.run("purchasing.capture-invoice", capture)
        #expect(company.invoice("SI-2026-000001").status == .captured)
    }

    @Test("a rejected bill is over")
    func rejected() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.bill(100, at: "10.00")
        try company.run(
            "purchasing.reject-invoice", #"{"invoice": "SI1", "reason": "nothing came"}"#)
        #expect(company.invoice().status == .rejected)
        let refusal = try company.refusal("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        #expect(refusal.code == .wrongState)
    }

    @Test("an expense without an order is approved by amount before it is posted")
    func expense() throws {
        let company = try PurchasingCompany()
        try captureExpense("300.00", company)
        #expect(
            company.invoice().levels == [ApprovalLevel(level: 1, role: "purchasing-manager")])
        let early = try company.refusal(
            "purchasing.post-invoice", #"{"invoice": "SI1"}"#, as: PurchasingCompany.accountant)
        #expect(early.code == .approvalMissing)
        let own = try company.refusal(
            "purchasing.approve-invoice", #"{"invoice": "SI1"}"#,
            as: .person(
                "carl", ["purchasing-manager"],
                limits: ["supplier-invoice": try euros("100000.00")]))
        #expect(own.code == .separatedDuties)
        try company.run(
            "purchasing.approve-invoice", #"{"invoice": "SI1"}"#, as: PurchasingCompany.manager())
        let posted = try company.post()
        #expect(
            try totals(of: posted) == [
                "expense": euros("300.00"), "tax": euros("60.00"), "gross": euros("360.00"),
            ])
        let expense = posted.posting.amounts.first { $0.name == "expense" }
        #expect(expense?.account == "6300")
    }

    @Test("small expenses need nobody, large ones two people")
    func expenseLevels() throws {
        let company = try PurchasingCompany()
        try captureExpense("250.00", company)
        #expect(company.invoice().levels.isEmpty)
        try company.post()
        try captureExpense("5000.01", company, id: "SI2")
        try company.run(
            "purchasing.approve-invoice", #"{"invoice": "SI2"}"#, as: PurchasingCompany.manager())
        let half = try company.refusal("purchasing.post-invoice", #"{"invoice": "SI2"}"#)
        #expect(half.code == .approvalMissing)
        try company.run(
            "purchasing.approve-invoice", #"{"invoice": "SI2"}"#,
            as: PurchasingCompany.financeManager())
        #expect(try company.post("SI2").number == "BILL-2026-000002")
    }

    @Test("goods and expense may stand on one bill")
    func mixed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "7", "documentDate": "2026-09-01",
             "gross": "1260.00", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "100"},
             {"account": "6300", "amount": "50.00", "text": "packing"}]}
            """, as: PurchasingCompany.accountant)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        let posted = try company.post()
        #expect(
            try totals(of: posted) == [
                "received": euros("1000.00"), "expense": euros("50.00"), "tax": euros("210.00"),
                "gross": euros("1260.00"),
            ])
        #expect(try isBalanced(posted))
    }

    @Test("the supplier's own rounding of tax is taken over, within a cent a line")
    func statedTax() throws {
        let company = try PurchasingCompany()
        let capture = { (number: String, tax: String) in
            """
            {"supplier": "S1", "theirNumber": "\(number)", "documentDate": "2026-09-01",
             "tax": "\(tax)", "lines": [{"account": "6300", "amount": "10.02"}]}
            """
        }
        try company.run("purchasing.capture-invoice", capture("1", "2.01"))
        #expect(company.invoice("SI-2026-000001").gross == (try euros("12.03")))
        let refusal = try company.refusal("purchasing.capture-invoice", capture("2", "2.02"))
        #expect(refusal.code == .totalMismatch)
    }

    @Test("a difference over several receipts is split by each receipt's own survival")
    func twoReceipts() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(50, id: "GR1")
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "10"}]}"#)
        try company.receive(50, id: "GR2")
        try company.bill(100, at: "10.20")
        let posted = try company.post()
        // 10.00 on each receipt; a fifth of the first and all of the second are still there.
        #expect(try totals(of: posted)["stock-difference"] == euros("12.00"))
        #expect(try totals(of: posted)["variance"] == euros("8.00"))
        #expect(posted.revaluations.map(\.receipt.text) == ["GR1", "GR2"])
        #expect(company.stock().value == (try euros("612.00")))
    }

    @Test("in FIFO the difference follows the receipt's own layer")
    func layers() throws {
        let company = try PurchasingCompany()
        try company.run(
            "inventory.register-product",
            """
            {"product": "F1", "name": "F1", "kind": "stock", "productClass": "goods",
             "unit": "pcs", "costing": "fifo"}
            """)
        try company.run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "F1", "price": "10.00"}]}"#)
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1", "lines": [
             {"product": "F1", "warehouse": "W1", "quantity": "90"}]}
            """, as: PurchasingCompany.buyer)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        try company.receive(50, id: "GR1")
        try company.receive(40, id: "GR2")
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "F1", "counted": "50"}]}"#)
        // The 40 that are gone were of the first receipt; 10 of its 50 are left.
        try company.bill(50, at: "10.40")
        let posted = try company.post()
        #expect(try totals(of: posted)["stock-difference"] == euros("4.00"))
        #expect(try totals(of: posted)["variance"] == euros("16.00"))
        let reversal = #"{"receipt": "GR2", "reason": "wrong goods"}"#
        try company.run("purchasing.reverse-receipt", reversal)
        #expect(company.stock("F1").value == (try euros("104.00")))
        #expect(try company.balance("STOCK") == euros("104.00"))
        #expect(try company.balance("GRNI").isZero)
    }

    private func captureExpense(
        _ amount: String, _ company: PurchasingCompany, id: String = "SI1"
    ) throws {
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "\(id)", "supplier": "S1", "theirNumber": "\(id)",
             "documentDate": "2026-09-01", "lines": [
             {"account": "6300", "amount": "\(amount)", "text": "repairs"}]}
            """, as: PurchasingCompany.accountant)
        try company.run(
            "purchasing.match-invoice", #"{"invoice": "\#(id)"}"#,
            as: PurchasingCompany.accountant)
    }
}
