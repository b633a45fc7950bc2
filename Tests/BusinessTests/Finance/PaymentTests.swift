import Business
import Records
import Testing

@Suite("Payments and their allocation")
struct PaymentTests {
    /// How an amount finds its items when nobody names them.
    struct Finding: CustomTestStringConvertible, Sendable {
        let name: String
        let payment: String
        let open: [String]
        var testDescription: String { name }

        static let all = [
            Finding(
                name: "an item of exactly the amount first",
                payment: #"{"customer": "C1", "amount": "30.00"}"#,
                open: ["100.00", "0.00", "50.00"]),
            Finding(
                name: "else the oldest due first",
                payment: #"{"customer": "C1", "amount": "60.00"}"#,
                open: ["90.00", "30.00", "0.00"]),
            Finding(
                name: "an item that the reference names before all others",
                payment:
                    #"{"customer": "C1", "amount": "30.00", "reference": "for INV-2026-000001"}"#,
                open: ["70.00", "30.00", "50.00"]),
            Finding(
                name: "the invoice that the payment names",
                payment: #"{"invoice": "INV-2026-000002"}"#,
                open: ["100.00", "0.00", "50.00"]),
            Finding(
                name: "items by name, n to m",
                payment: """
                    {"customer": "C1", "amount": "100.00", "allocations": [
                     {"item": "INV-2026-000001", "amount": "60.00"},
                     {"item": "INV-2026-000003", "amount": "40.00"}]}
                    """, open: ["40.00", "30.00", "10.00"]),
            Finding(
                name: "none when it is held",
                payment: #"{"customer": "C1", "amount": "30.00", "mode": "hold"}"#,
                open: ["100.00", "30.00", "50.00"]),
        ]
    }

    /// Three invoices: 100.00 due in 30 days, 30.00 due in 60 days, 50.00 due at once.
    private func company() throws -> TradingCompany {
        let company = try TradingCompany()
        try company.invoice("C1", "100.00", terms: "net-30")
        try company.invoice("C1", "30.00", terms: "net-60")
        try company.invoice("C1", "50.00", terms: "immediate")
        return company
    }

    private let invoices = ["INV-2026-000001", "INV-2026-000002", "INV-2026-000003"]

    @Test("an amount finds", arguments: Finding.all)
    func finds(_ finding: Finding) throws {
        let company = try company()
        try company.run("finance.receive-payment", finding.payment)
        #expect(invoices.map(company.open) == finding.open)
        #expect(try company.findings() == [])
    }

    @Test("what pays no item is held, then allocated, then taken back")
    func held() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.receive-payment", #"{"payment": "R1", "customer": "C1", "amount": "70.00"}"#)
        #expect(company.lastVoucher == ["1000 D 70.00", "2200 C 70.00"])
        #expect(try company.credit("C1").exposure(.euro).digits == "-70.00")
        let invoice = try company.invoice("C1", "100.00")
        try company.run("finance.allocate-payment", #"{"payment": "R1"}"#)
        #expect(company.lastVoucher == ["2200 D 70.00", "1200 C 70.00"])
        #expect(company.open(invoice) == "30.00")
        try company.run(
            "finance.reverse-allocation", #"{"payment": "R1", "reason": "wrong customer"}"#)
        #expect(company.lastVoucher == ["1200 D 70.00", "2200 C 70.00"])
        #expect(company.open(invoice) == "100.00")
        try company.run("finance.refund-payment", #"{"payment": "R1"}"#)
        #expect(company.lastVoucher == ["2200 D 70.00", "1000 C 70.00"])
        #expect(try company.findings() == [])
    }

    @Test("what a credit note settled is owed again when its allocation is taken back")
    func creditNoteTakenBack() throws {
        let company = try TradingCompany()
        let first = try company.invoice("C1", "100.00")
        let second = try company.invoice("C1", "40.00")
        try company.run(
            "finance.post-credit-note",
            #"{"invoice": "\#(first)", "reason": "broken", "hold": true}"#)
        let note = try #require(company.fixture.events(CreditNotePosted.self).last)
        let item = note.item.text
        #expect(company.open(item) == "-100.00")
        try company.run(
            "finance.allocate-credit-note",
            """
            {"creditNote": "\(note.number)", "allocations": [
             {"item": "\(first)", "amount": "60.00"}, {"item": "\(second)", "amount": "40.00"}]}
            """)
        #expect([first, second, item].map(company.open) == ["40.00", "0.00", "0.00"])
        company.fixture.date = try day("2026-02-03")
        try company.run(
            "finance.reverse-allocation",
            """
            {"creditNote": "\(note.number)", "items": ["\(second)"], "reason": "wrong bill"}
            """)
        #expect([first, second, item].map(company.open) == ["40.00", "40.00", "-40.00"])
        #expect(company.lastVoucher == ["1200 D 40.00", "1200 C 40.00"])
        let voucher = try #require(company.fixture.log.last { $0.event is VoucherPosted })
        #expect(voucher.effectiveDate.description == "2026-02-03")
        #expect(company.credit("C1").openItems?.digits == "40.00")
        #expect(try company.findings() == [])
        // What is left may be set against something else.
        try company.run(
            "finance.allocate-credit-note",
            """
            {"creditNote": "\(note.number)", "allocations": [
             {"item": "\(first)", "amount": "40.00"}]}
            """)
        try company.run(
            "finance.reverse-allocation",
            #"{"creditNote": "\#(note.number)", "reason": "all of it"}"#)
        #expect([first, second, item].map(company.open) == ["100.00", "40.00", "-100.00"])
        let empty = try company.refusal(
            "finance.reverse-allocation",
            #"{"creditNote": "\#(note.number)", "reason": "again"}"#)
        #expect(empty.code == .nothingToAllocate)
        #expect(try company.findings() == [])
    }

    @Test("a payment that bounces reopens its items with their old due dates")
    func bounce() throws {
        let company = try company()
        try company.run(
            "finance.receive-payment",
            #"{"payment": "R1", "customer": "C1", "amount": "200.00"}"#)
        #expect(invoices.map(company.open) == ["0.00", "0.00", "0.00"])
        let before = company.credit("C1").oldestDue
        company.fixture.date = try day("2026-06-01")
        try company.run("finance.bounce-payment", #"{"payment": "R1", "reason": "no funds"}"#)
        #expect(before == nil)
        #expect(invoices.map(company.open) == ["100.00", "30.00", "50.00"])
        #expect(company.credit("C1").oldestDue?.description == "2026-01-01")
        #expect(company.credit("C1").unallocated?.isZero ?? false)
        let reversed = [
            "1200 D 50.00", "1200 D 100.00", "1200 D 30.00", "2200 D 20.00", "1000 C 200.00",
        ]
        #expect(company.lastVoucher == reversed)
        #expect(try company.findings() == [])
        let again = try company.refusal(
            "finance.bounce-payment", #"{"payment": "R1", "reason": "again"}"#)
        #expect(again.code == .wrongState)
    }

    @Test("a supplier is prepaid, and the prepayment settles a bill")
    func supplier() throws {
        let company = try TradingCompany()
        try company.run(
            "finance.make-payment", #"{"payment": "P1", "supplier": "S1", "amount": "100.00"}"#)
        #expect(company.lastVoucher == ["1500 D 100.00", "1000 C 100.00"])
        try company.run(
            "finance.take-on-item",
            """
            {"item": "OLD-1", "supplier": "S1", "amount": "60.00", "dueDate": "2025-12-31"}
            """)
        try company.run("finance.allocate-payment", #"{"payment": "P1"}"#)
        #expect(company.lastVoucher == ["2000 D 60.00", "1500 C 60.00"])
        try company.run("finance.refund-payment", #"{"payment": "P1"}"#)
        #expect(company.lastVoucher == ["1000 D 40.00", "1500 C 40.00"])
        #expect(company.fixture.state(PayablesState.self, "S1").openItems?.isZero ?? false)
        #expect(try company.findings() == [])
    }

    @Test("a disputed item is left alone unless it is named")
    func disputed() throws {
        let company = try company()
        try company.run(
            "finance.dispute-item", #"{"item": "INV-2026-000003", "reason": "damaged"}"#)
        try company.run("finance.receive-payment", #"{"customer": "C1", "amount": "60.00"}"#)
        #expect(invoices.map(company.open) == ["40.00", "30.00", "50.00"])
        try company.run("finance.receive-payment", #"{"invoice": "INV-2026-000003"}"#)
        #expect(company.open("INV-2026-000003") == "0.00")
    }

    @Test("an item is given up within the person's limit, and its waiters hear of it")
    func writeOff() throws {
        let company = try company()
        let clerk = Actor.person(
            "carl", ["accountant"], limits: ["write-off": try euros("40.00")])
        let refusal = try company.refusal(
            "finance.write-off-item",
            #"{"item": "INV-2026-000001", "reason": "bad-debt", "text": "bankrupt"}"#, as: clerk)
        #expect(refusal.code == .limitExceeded)
        try company.run(
            "finance.write-off-item",
            #"{"item": "INV-2026-000002", "reason": "bad-debt", "text": "bankrupt"}"#, as: clerk)
        #expect(company.lastVoucher == ["6800 D 30.00", "1200 C 30.00"])
        #expect(company.fixture.state(OpenItemState.self, "INV-2026-000002").status == .writtenOff)
        #expect(company.fixture.events(ItemCleared.self).count == 1)
        #expect(company.credit("C1").openItems?.digits == "150.00")
        #expect(try company.findings() == [])
    }
}
