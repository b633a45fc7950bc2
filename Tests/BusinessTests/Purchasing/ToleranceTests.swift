import Business
import Records
import Testing

@Suite("What is too little to wait for")
struct ToleranceTests {
    /// A company that has sent `PO1` for ten pieces on 2026-01-01.
    private func company() throws -> TradingCompany {
        let company = try TradingCompany()
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "10"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        return company
    }

    private func receive(_ company: TradingCompany, _ quantity: String) throws {
        try company.run(
            "purchasing.receive-goods",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "\#(quantity)"}]}"#)
    }

    @Test(
        "less than one in a hundred missing is complete; more is waited for",
        arguments: [
            ("9.95", "0", "0", true), ("9.900001", "0", "0", true), ("9.9", "0.1", "0.1", false),
            ("5", "5", "5", false),
        ])
    func underDelivery(received: String, open: String, onOrder: String, isComplete: Bool) throws {
        let company = try company()
        try receive(company, received)
        let order = company.fixture.state(PurchaseOrderState.self, "PO1")
        #expect(order.lines.map(\.open.digits) == [open])
        #expect(order.isReceivedInFull == isComplete)
        let stock = company.fixture.state(StockState.self, "W1:P1")
        #expect(stock.onOrder.digits == onOrder)
        #expect(stock.onHand.digits == received)
        #expect(company.fixture.events(PurchaseOrderLineCancelled.self).isEmpty != isComplete)
    }

    @Test("the rest that comes little by little is complete when little is missing of all")
    func littleByLittle() throws {
        let company = try company()
        try receive(company, "6")
        try receive(company, "3.95")
        let order = company.fixture.state(PurchaseOrderState.self, "PO1")
        #expect(order.isReceivedInFull)
    }
}
