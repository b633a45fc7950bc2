@testable import Business
import Records
import Testing

@Suite("Goods receipts: partial, over-delivered, reversed")
struct ReceiptTests {
    @Test("100 ordered with 5 % tolerance: 60 and 45 are taken, one more is refused")
    func tolerance() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(60, id: "GR1")
        #expect(company.order().lines[0].open == pieces(40))
        #expect(company.stock().onOrder == pieces(40))
        let over = try company.refusal(
            "purchasing.receive-goods",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "46"}]}"#)
        #expect(over.code == .overDelivery)
        #expect(over.message.contains("at most 105"))
        #expect(over.message.contains("found 106"))
        try company.receive(45, id: "GR2")
        #expect(company.order().lines[0].received == pieces(105))
        #expect(company.stock().onHand == pieces(105))
        #expect(company.stock().value == (try euros("1050.00")))
        #expect(company.stock().onOrder == .zero)
        #expect(company.fixture.events(PurchaseOrderReceivedInFull.self).count == 1)
        let received = company.fixture.events(GoodsReceived.self)
        #expect(received.map { $0.lines[0].expected } == [pieces(60), pieces(40)])
        #expect(received.map { $0.posting.amounts[0].openItem } == ["PO1:1", "PO1:1"])
    }

    @Test("receipts of a line add up to its price, rounded once")
    func rounding() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P1", "price": "0.333333"}]}"#)
        try company.sendOrder(3)
        for id in ["GR1", "GR2", "GR3"] { try company.receive(1, id: id) }
        let values = company.fixture.events(GoodsReceived.self).map { $0.lines[0].value }
        #expect(values == (try [euros("0.33"), euros("0.34"), euros("0.33")]))
        #expect(company.stock().value == (try euros("1.00")))
    }

    @Test("without lines all that is open comes in")
    func allThatIsOpen() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.run("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(company.order().isReceivedInFull)
        let nothing = try company.refusal("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(nothing.code == .wrongState)
    }

    @Test("goods that customers wait for are theirs at once")
    func backOrders() throws {
        let company = try PurchasingCompany()
        try company.customerWaits(for: 7)
        try company.sendOrder(100)
        try company.receive(60)
        #expect(company.stock().held == pieces(7))
        #expect(company.stock().available == pieces(53))
    }

    @Test("an order for two warehouses takes a receipt for each")
    func twoWarehouses() throws {
        let company = try PurchasingCompany()
        try company.draftOrder(10)
        try company.run(
            "purchasing.amend-order",
            """
            {"order": "PO1", "add": [{"product": "P1", "warehouse": "W2", "quantity": "5"}]}
            """)
        try company.run("purchasing.submit-order", #"{"order": "PO1"}"#)
        try company.run("purchasing.send-order", #"{"order": "PO1"}"#)
        let both = try company.refusal("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(both.code == .invalidValue)
        for warehouse in ["W1", "W2"] {
            try company.run(
                "purchasing.receive-goods", #"{"order": "PO1", "warehouse": "\#(warehouse)"}"#)
        }
        #expect(company.order().isReceivedInFull)
        #expect(company.stock("P1", "W2").onHand == pieces(5))
    }

    @Test("a receipt is reversed with its exact value, and goods are expected again")
    func reversed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.run(
            "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "wrong goods"}"#)
        #expect(company.stock().onHand == .zero)
        #expect(company.stock().value?.isZero == true)
        #expect(company.stock().onOrder == pieces(100))
        #expect(company.order().lines[0].received == .zero)
        #expect(!company.order().isReceivedInFull)
        #expect(try company.unbilled().isZero)
        let again = try company.refusal(
            "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "twice"}"#)
        #expect(again.code == .wrongState)
        try company.receive(100, id: "GR2")
        #expect(company.order().isReceivedInFull)
    }

    @Test("goods that are gone cannot be taken back")
    func consumed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(100)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "99"}]}"#)
        let refusal = try company.refusal(
            "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "wrong goods"}"#)
        #expect(refusal.code == .stockConsumed)
    }

    @Test("goods that are promised to a customer cannot be taken back")
    func promised() throws {
        let company = try PurchasingCompany()
        try company.customerWaits(for: 7)
        try company.sendOrder(100)
        try company.receive(100)
        let refusal = try company.refusal(
            "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "wrong goods"}"#)
        #expect(refusal.code == .stockConsumed)
    }

    @Test("what is billed cannot be taken back; a later receipt that is not billed can")
    func billed() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.receive(60, id: "GR1")
        try company.receive(40, id: "GR2")
        try company.bill(60, at: "10.00")
        try company.post()
        let refusal = try company.refusal(
            "purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "wrong goods"}"#)
        #expect(refusal.code == .receiptBilled)
        try company.run(
            "purchasing.reverse-receipt", #"{"receipt": "GR2", "reason": "wrong goods"}"#)
        #expect(company.order().lines[0].received == pieces(60))
        #expect(try company.unbilled().isZero)
    }

    @Test("a receipt into a closed period is refused")
    func period() throws {
        let company = try PurchasingCompany()
        try company.sendOrder(100)
        try company.fixture.given(
            PeriodClosed(closedBy: PersonID("fiona") ?? .unset), in: "main.2026-09")
        let refusal = try company.refusal("purchasing.receive-goods", #"{"order": "PO1"}"#)
        #expect(refusal.code == .periodLocked)
    }
}
