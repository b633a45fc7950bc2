import Records
import Testing

@testable import Business

@Suite("From a customer's shortage to the supplier's bill, across all departments")
struct ProcureToPayTests {
    @Test("what a customer waits for is requested, ordered, received, held, shipped and billed")
    func wholeWay() throws {
        let company = try TradingCompany()
        try company.run("sales.open-price-list", #"{"list": "standard", "name": "Standard"}"#)
        try company.run("sales.set-price", #"{"product": "P1", "price": "15.00"}"#)
        try company.run(
            "sales.place-order",
            """
            {"order": "SO1", "customer": "C1", "warehouse": "W1",
             "lines": [{"product": "P1", "quantity": "60"}]}
            """)
        try company.run("inventory.reserve", #"{"order": "SO1"}"#)
        let need = company.fixture.state(RequisitionState.self, "W1:P1")
        #expect(need.open == pieces(60))
        #expect(need.supplier?.text == "S1")

        try company.run("purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.confirm-order", #"{"order": "PO1"}"#)
        let received = try company.run(
            "purchasing.receive-goods", #"{"order": "PO1", "receipt": "GR1"}"#)
        #expect(received.contains { $0 is OrderReservedInFull })
        #expect(received.contains { $0 is PurchaseOrderReceivedInFull })
        let stock = company.fixture.state(StockState.self, "W1:P1")
        #expect(stock.held == pieces(60))
        #expect(stock.onOrder == .zero && stock.requested == .zero)

        try company.run("fulfillment.ship", #"{"order": "SO1"}"#)
        try company.run(
            "purchasing.capture-invoice",
            """
            {"invoice": "SI1", "supplier": "S1", "theirNumber": "77", "gross": "734.40",
             "documentDate": "2026-01-01", "lines": [
             {"order": "PO1", "orderLine": 1, "quantity": "60", "price": "10.20"}]}
            """)
        try company.run("purchasing.match-invoice", #"{"invoice": "SI1"}"#)
        let posted = try company.run("purchasing.post-invoice", #"{"invoice": "SI1"}"#)
        #expect(posted.contains { $0 is PurchaseOrderCompleted })
        // All of the goods are gone, so the whole difference of 12.00 is variance.
        let bill = try #require(posted.compactMap { $0 as? SupplierInvoicePosted }.first)
        #expect(try totals(of: bill)["variance"] == euros("12.00"))
        let item = company.fixture.state(OpenItemState.self, bill.number)
        #expect(item.open == (try euros("734.40")))
        #expect(item.dueDate == (try day("2026-01-31")))
    }

    @Test("a cancelled customer order takes its need back, and what is ordered stays")
    func cancelled() throws {
        let company = try TradingCompany()
        try company.run("sales.open-price-list", #"{"list": "standard", "name": "Standard"}"#)
        try company.run("sales.set-price", #"{"product": "P1", "price": "15.00"}"#)
        for (order, quantity) in [("SO1", 40), ("SO2", 7)] {
            try company.run(
                "sales.place-order",
                """
                {"order": "\(order)", "customer": "C1", "warehouse": "W1",
                 "lines": [{"product": "P1", "quantity": "\(quantity)"}]}
                """)
            try company.run("inventory.reserve", #"{"order": "\#(order)"}"#)
            if order == "SO1" {
                try company.run("purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#)
            }
        }
        #expect(company.fixture.state(RequisitionState.self, "W1:P1").open == pieces(7))
        try company.run("sales.cancel-order", #"{"order": "SO2", "reason": "too late"}"#)
        #expect(company.fixture.state(RequisitionState.self, "W1:P1").open == .zero)
        let stock = company.fixture.state(StockState.self, "W1:P1")
        #expect(stock.onOrder == pieces(40))
        #expect(stock.requested == .zero)
        #expect(stock.backordered == pieces(40))
    }
}
