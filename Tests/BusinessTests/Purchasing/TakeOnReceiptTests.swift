import Records
import Testing

@testable import Business

@Suite("Take-on of goods received and not billed")
struct TakeOnReceiptTests {
    private static let receipt = """
        {"supplier": "S1", "warehouse": "W1", "order": "OLD-PO-7", "receipt": "OLD-GR-7",
         "deliveryNote": "DN 4711",
         "lines": [{"product": "P1", "quantity": "30", "value": "300.00"},
                   {"product": "P1", "quantity": "3", "value": "100.00"}]}
        """

    /// A company whose old books hold 40 pieces in stock and 400.00 of receipts without a bill.
    private func company(_ receipt: String = TakeOnReceiptTests.receipt) throws -> TradingCompany {
        let company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "40", "value": "400.00"}"#)
        try company.run("purchasing.take-on-receipt", receipt)
        return company
    }

    private func order(_ company: TradingCompany) -> PurchaseOrderState {
        company.fixture.state(PurchaseOrderState.self, "OLD-PO-7")
    }

    @Test("given the old books, when a receipt is taken on, then its order, the receipt, a voucher")
    func takenOn() throws {
        let company = try TradingCompany()
        let before = company.fixture.log.count
        try company.run("purchasing.take-on-receipt", Self.receipt)
        #expect(
            company.fixture.eventNames(after: before) == [
                "purchasing.order-taken-on", "purchasing.receipt-taken-on",
                "purchasing.order-progressed", "purchasing.order-received-in-full",
                "finance.voucher-posted", "finance.take-on-progressed",
            ])
        #expect(
            company.lastVoucher == [
                "3900 D 300.00", "3900 D 100.00", "2100 C 300.00", "2100 C 100.00",
            ])
        let voucher = try #require(company.fixture.events(VoucherPosted.self).last)
        #expect(voucher.lines.compactMap(\.openItem) == ["OLD-PO-7:1", "OLD-PO-7:2"])
        #expect(
            voucher.lines.compactMap(\.partner) == [
                "purchasing.supplier/S1", "purchasing.supplier/S1",
            ])
        let stock = company.fixture.state(StockState.self, "W1:P1")
        #expect(stock.onHand == .zero && stock.onOrder == .zero)
        let lines = order(company).lines
        #expect(lines.map(\.received) == [pieces(30), pieces(3)])
        #expect(lines.map(\.price.millionths) == [10_000_000, 33_333_333])
        #expect(order(company).status == .confirmed && order(company).isReceivedInFull)
        #expect(try company.findings() == [])
    }

    @Test("a receipt that was taken on wrongly is taken back, and the right one is taken on")
    func takenBack() throws {
        let company = try company()
        let before = company.fixture.log.count
        let wrong = #"{"receipt": "OLD-GR-7", "reason": "counted twice"}"#
        try company.run("purchasing.reverse-take-on-receipt", wrong)
        #expect(
            company.fixture.eventNames(after: before) == [
                "purchasing.receipt-take-on-reversed", "purchasing.order-progressed",
                "purchasing.order-cancelled", "finance.voucher-posted",
                "finance.take-on-progressed",
            ])
        #expect(
            company.lastVoucher == [
                "2100 D 300.00", "2100 D 100.00", "3900 C 300.00", "3900 C 100.00",
            ])
        #expect(order(company).status == .cancelled)
        #expect(order(company).lines.map(\.received) == [.zero, .zero])
        #expect(company.fixture.state(StockState.self, "W1:P1").onHand == pieces(40))
        #expect(try company.findings() == [])
        let again = try company.refusal("purchasing.reverse-take-on-receipt", wrong)
        #expect(again.code == .wrongState)
        try company.run(
            "purchasing.take-on-receipt",
            """
            {"supplier": "S1", "warehouse": "W1", "order": "OLD-PO-8",
             "lines": [{"product": "P1", "quantity": "40", "value": "400.00"}]}
            """)
        try company.run("finance.take-on-balance", #"{"account": "2100", "credit": "400.00"}"#)
        try company.run("finance.finish-take-on", "{}")
        #expect(try company.findings() == [])
    }

    @Test("what is billed, or came since the books began, is not taken back so")
    func notTakenBack() throws {
        let company = try company()
        try company.run(
            "purchasing.capture-invoice",
            """
            {"supplier": "S1", "invoice": "SI1", "theirNumber": "R-1",
             "documentDate": "2026-01-01", "lines": [
             {"order": "OLD-PO-7", "orderLine": 1, "quantity": "30", "price": "10.00",
              "taxCode": "zero"}]}
            """)
        try company.finishBill()
        let billed = try company.refusal(
            "purchasing.reverse-take-on-receipt", #"{"receipt": "OLD-GR-7", "reason": "r"}"#)
        #expect(billed.code == .receiptBilled)
        let unknown = try company.refusal(
            "purchasing.reverse-take-on-receipt", #"{"receipt": "GR-9", "reason": "r"}"#)
        #expect(unknown.code == .unknownObject)
    }

    @Test("the take-on is finished only when receipts come to the stated control account")
    func finishedWhenEqual() throws {
        let company = try company()
        // Stock 400.00 in debit, receipts 400.00 in credit: OPENING is zero by itself.
        try company.run("finance.take-on-balance", #"{"account": "2100", "credit": "420.00"}"#)
        let early = try company.refusal("finance.finish-take-on", "{}")
        #expect(early.code == .takeOnUnbalanced)
        #expect(early.message.contains("2100") && early.message.contains("-400.00"))
        try company.run("finance.take-on-balance", #"{"account": "2100", "credit": "400.00"}"#)
        try company.run("finance.finish-take-on", "{}")
        #expect(try company.findings() == [])
        let late = try company.refusal(
            "purchasing.take-on-receipt",
            """
            {"supplier": "S1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "1", "value": "1.00"}]}
            """)
        #expect(late.code == .takeOnFinished)
    }

    /// A bill of the receipt: what it takes, and what its voucher says besides tax.
    struct Bill: CustomTestStringConvertible, Sendable {
        let name: String
        let quantity: String
        let price: String
        let voucher: [String]
        let left: String
        var isBlocked = false
        var testDescription: String { name }
    }

    private static let bills = [
        Bill(
            name: "all at the old price", quantity: "30", price: "10.00",
            voucher: ["2100 D 300.00", "1400 D 60.00", "2000 C 360.00"], left: "0.00"),
        Bill(
            name: "a part", quantity: "12", price: "10.00",
            voucher: ["2100 D 120.00", "1400 D 24.00", "2000 C 144.00"], left: "180.00"),
        Bill(
            name: "dearer: the difference is variance, for stock is not told apart",
            quantity: "30", price: "10.10",
            voucher: ["2100 D 300.00", "5100 D 3.00", "1400 D 60.60", "2000 C 363.60"],
            left: "0.00"),
        Bill(
            name: "more than came", quantity: "40", price: "10.00", voucher: [], left: "300.00",
            isBlocked: true),
    ]

    @Test("a bill is matched against it as against any receipt", arguments: bills)
    func billed(_ row: Bill) throws {
        let company = try company()
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "R-1",
             "documentDate": "2026-01-05", "lines": [{"order": "OLD-PO-7", "orderLine": 1,
             "quantity": "\(row.quantity)", "price": "\(row.price)"}]}
            """)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        let status = company.fixture.state(SupplierInvoiceState.self, "SI1").status
        #expect((status == .blocked) == row.isBlocked)
        if !row.isBlocked {
            try company.run("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
            #expect(company.lastVoucher == row.voucher)
        }
        let line = order(company).lines[0]
        #expect(try line.receivedValue.subtracting(line.clearedValue).digits == row.left)
        #expect(try company.findings() == [])
    }

    @Test("the order is complete when all of it is billed")
    func complete() throws {
        let company = try company()
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "R-1",
             "documentDate": "2026-01-05", "lines": [
             {"order": "OLD-PO-7", "orderLine": 1, "quantity": "30"},
             {"order": "OLD-PO-7", "orderLine": 2, "quantity": "3"}]}
            """)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        try company.run("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
        #expect(order(company).status == .completed)
        #expect(try company.findings() == [])
    }

    @Test("a taken-on receipt is not sent back as one of ours, and nothing more comes for it")
    func notOurs() throws {
        let company = try company()
        let back = try company.refusal(
            "purchasing.reverse-receipt", #"{"receipt": "OLD-GR-7", "reason": "wrong"}"#)
        #expect(back.code == .wrongState && back.message.contains("taken-on"))
        let more = try company.refusal(
            "purchasing.receive-goods",
            #"{"order": "OLD-PO-7", "lines": [{"line": 1, "quantity": "1"}]}"#)
        #expect(more.code == .overDelivery)
    }

    @Test("without ids the next numbers are taken")
    func numbered() throws {
        let company = try company(
            """
            {"supplier": "S1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "1", "value": "9.99"}]}
            """)
        let orders = company.fixture.all(PurchaseOrderState.self).map(\.id)
        #expect(orders == ["PO-2026-000001"])
        #expect(company.fixture.all(ReceiptState.self).map(\.id) == ["GR-2026-000001"])
    }

    /// A refusal: what is wrong with the command, and which code says so.
    struct Refused: CustomTestStringConvertible, Sendable {
        let name: String
        let payload: String
        let code: RejectionCode
        let words: [String]
        var testDescription: String { name }
    }

    private static func line(
        product: String = "P1", quantity: String = "1", value: String = "1.00",
        supplier: String = "S1", warehouse: String = "W1", rest: String = ""
    ) -> String {
        """
        {"supplier": "\(supplier)", "warehouse": "\(warehouse)"\(rest),
         "lines": [{"product": "\(product)", "quantity": "\(quantity)", "value": "\(value)"}]}
        """
    }

    private static let refused = [
        Refused(
            name: "no such supplier", payload: line(supplier: "S9"), code: .unknownObject,
            words: ["S9"]),
        Refused(
            name: "no such warehouse", payload: line(warehouse: "W9"), code: .unknownObject,
            words: ["W9"]),
        Refused(
            name: "no such product", payload: line(product: "P9"), code: .unknownObject,
            words: ["P9"]),
        Refused(
            name: "a service", payload: line(product: "SV"), code: .notStocked, words: ["SV"]),
        Refused(
            name: "another unit", payload: line(quantity: "1 kg"), code: .unitMismatch,
            words: ["kg"]),
        Refused(
            name: "another currency", payload: line(value: "1.00 USD"),
            code: .currencyNotSupported, words: ["EUR", "USD"]),
        Refused(
            name: "a value that no price makes", payload: line(quantity: "99999", value: "7.77"),
            code: .invalidValue, words: ["7.77 EUR", "0.000078", "several lines"]),
        Refused(
            name: "an order that is here", payload: line(rest: #", "order": "OLD-PO-7""#),
            code: .alreadyExists, words: ["OLD-PO-7", "another id"]),
        Refused(
            name: "a receipt that is here", payload: line(rest: #", "receipt": "OLD-GR-7""#),
            code: .alreadyExists, words: ["OLD-GR-7"]),
        Refused(
            name: "a price beyond all", payload: line(quantity: "0.000001", value: "90000000.00"),
            code: .amountOverflow, words: ["line 1"]),
    ]

    @Test("refused, and nothing is written", arguments: refused)
    func refusals(_ row: Refused) throws {
        let company = try company()
        let before = company.fixture.log.count
        let rejection = try company.refusal("purchasing.take-on-receipt", row.payload)
        #expect(rejection.code == row.code)
        for word in row.words { #expect(rejection.message.contains(word)) }
        #expect(company.fixture.log.count == before)
    }

    @Test("in a closed period it is refused")
    func closedPeriod() throws {
        let company = try TradingCompany()
        try company.run("finance.close-period", #"{"period": "2026-01"}"#)
        let rejection = try company.refusal("purchasing.take-on-receipt", Self.receipt)
        #expect(rejection.code == .periodLocked)
    }
}
