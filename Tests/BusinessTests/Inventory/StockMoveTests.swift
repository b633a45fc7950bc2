import Business
import Records
import Testing

@Suite("Stock: opening, receipts, counts, transfers")
struct StockMoveTests {
    @Test("opening stock is taken on with its value, and posted")
    func takeOn() throws {
        let fixture = try StockFixture()
        try fixture.run(
            "inventory.take-on-stock",
            #"{"product": "A", "warehouse": "W", "quantity": "39 pcs", "value": "351.00"}"#)
        #expect(fixture.position() == "39 / 351.00")
        let taken = try #require(fixture.books.events(StockTakenOn.self).first)
        #expect(taken.posting.amounts.map(\.name) == ["opening"])
        #expect(taken.posting.amounts.map(\.amount.digits) == ["351.00"])
        #expect(taken.posting.amounts.first?.warehouse == "W")
    }

    @Test("a receipt that is taken back leaves nothing, and supply is open again")
    func receiptReversed() throws {
        let fixture = try StockFixture()
        let receipt = try fixture.receive("10", worth: "100.00")
        try fixture.books.happens(
            fixture.goods(ReceiptReversed.self, "10", "A", "100.00", "W"), in: receipt)
        #expect(fixture.position() == "0 / 0.00")
    }

    @Test("a receipt whose goods are promised cannot be taken back")
    func receiptHeld() throws {
        let fixture = try StockFixture()
        let receipt = try fixture.receive("10", worth: "100.00")
        try fixture.reservedOrder("1 A")
        let rejection = #expect(throws: Rejection.self) {
            try fixture.books.happens(
                fixture.goods(ReceiptReversed.self, "10", "A", "100.00", "W"), in: receipt)
        }
        #expect(rejection?.code == .stockConsumed)
        #expect(rejection?.message.contains("found 9") == true)
    }

    @Test("what is coming follows requisitions, purchase orders and receipts")
    func supply() throws {
        let fixture = try StockFixture()
        let wanted = #""product": "A", "warehouse": "W""#
        try fixture.books.happens(
            read(
                RequisitionRaised.self,
                #"{\#(wanted), "quantity": "20", "cause": "manual", "projected": "0"}"#),
            in: "W:A")
        #expect(fixture.stock().requested == (try count("20")))
        try fixture.books.happens(
            read(
                RequisitionIncreased.self,
                #"{\#(wanted), "quantity": "5", "cause": "manual", "projected": "20"}"#),
            in: "W:A")
        #expect(fixture.stock().projected == (try count("25")))
        try fixture.books.happens(
            read(RequisitionWithdrawn.self, #"{\#(wanted), "quantity": "5", "reason": "r"}"#),
            in: "W:A")
        try fixture.books.happens(
            read(RequisitionOrdered.self, #"{\#(wanted), "quantity": "20", "order": "PO-1"}"#),
            in: "W:A")
        #expect(fixture.stock().requested == .zero)
        #expect(fixture.stock().projected == .zero)
    }

    @Test("a count with less posts a shortage, with more a surplus, both at the stock's cost")
    func counting() throws {
        let fixture = try StockFixture()
        try fixture.receive("10", of: "A", worth: "100.00")
        try fixture.receive("4", of: "F", worth: "50.00")
        try fixture.run(
            "inventory.count-stock",
            """
            {"warehouse": "W", "countedBy": "kim",
             "lines": [{"product": "A", "counted": "9"}, {"product": "F", "counted": "5"}]}
            """)
        #expect(fixture.position("A") == "9 / 90.00")
        #expect(fixture.position("F") == "5 / 62.50")
        let counted = try #require(fixture.books.events(StockCounted.self).first)
        #expect(
            counted.posting.amounts.map { "\($0.name) \($0.amount.digits)" }
                == ["shortage 10.00", "surplus 12.50"])
        #expect(fixture.books.state(CountState.self, "CNT-2026-000001").lines.count == 2)
    }

    @Test("a count without difference posts nothing")
    func countingRight() throws {
        let fixture = try StockFixture()
        try fixture.receive("10")
        try fixture.run(
            "inventory.count-stock",
            #"{"count": "C1", "warehouse": "W", "lines": [{"product": "A", "counted": "10"}]}"#)
        #expect(try #require(fixture.books.events(StockCounted.self).first).posting.amounts.isEmpty)
        #expect(fixture.position() == "10 / 100.00")
    }

    @Test("found goods that never came in need a value; with one they have it")
    func foundGoods() throws {
        let fixture = try StockFixture()
        let rejection = try fixture.refusal(
            of: "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "2"}]}"#)
        #expect(rejection.code == .costUnknown)
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "2", "value": "7.00"}]}"#)
        #expect(fixture.position() == "2 / 7.00")
    }

    @Test("goods found where all had gone are worth what the last receipt cost")
    func foundAgain() throws {
        let fixture = try StockFixture()
        try fixture.receive("4", worth: "50.00")
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "0"}]}"#)
        #expect(fixture.position() == "0 / 0.00")
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "1"}]}"#)
        #expect(fixture.position() == "1 / 12.50")
    }

    @Test("a count with less than is held lets the last order wait again")
    func countBelowHeld() throws {
        let fixture = try StockFixture()
        try fixture.receive("10")
        let first = try fixture.reservedOrder("6 A")
        let last = try fixture.reservedOrder("4 A")
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "7"}]}"#)
        #expect(try fixture.hold(first) == "6 + 0")
        #expect(try fixture.hold(last) == "1 + 3")
        #expect(try fixture.line(last).reserved == count("1"))
        try fixture.run(
            "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "10"}]}"#)
        #expect(try fixture.hold(last) == "4 + 0")
    }

    @Test("a count of less than is picked is refused")
    func countBelowPicked() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("5 A")
        try fixture.run(
            "fulfillment.plan-shipment", #"{"order": "\#(order)", "shipment": "SH"}"#)
        try fixture.run("fulfillment.start-pick", #"{"shipment": "SH"}"#)
        try fixture.run("fulfillment.confirm-pick", #"{"shipment": "SH"}"#)
        let rejection = try fixture.refusal(
            of: "inventory.count-stock",
            #"{"warehouse": "W", "lines": [{"product": "A", "counted": "3"}]}"#)
        #expect(rejection.code == .quantityExceeds)
    }

    @Test("a transfer moves exactly its value", arguments: ["A", "F"])
    func transfer(product: String) throws {
        let fixture = try StockFixture()
        try fixture.receive("3", of: product, worth: "10.00")
        try fixture.receive("3", of: product, worth: "11.00")
        try fixture.run(
            "inventory.transfer-stock",
            """
            {"transfer": "T1", "from": "W", "to": "X",
             "lines": [{"product": "\(product)", "quantity": "4"}]}
            """)
        let moved = try #require(fixture.books.events(StockTransferred.self).first)
        let amounts = moved.posting.amounts.map {
            "\($0.name) \($0.warehouse ?? "") \($0.amount.digits)"
        }
        let value = product == "A" ? "14.00" : "13.67"
        #expect(amounts == ["outgoing W \(value)", "incoming X \(value)"])
        #expect(fixture.position(product, "X") == "4 / \(value)")
        #expect(fixture.position(product, "W") == (product == "A" ? "2 / 7.00" : "2 / 7.33"))
    }

    @Test("transferred goods go to who waits for them over there")
    func transferServesQueue() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let order = try fixture.reservedOrder("2 A X")
        try fixture.run(
            "inventory.transfer-stock",
            #"{"from": "W", "to": "X", "lines": [{"product": "A", "quantity": "2"}]}"#)
        #expect(fixture.stock("A", "X").available == .zero)
        #expect(try fixture.line(order).reserved == count("2"))
    }

    struct Refused: CustomTestStringConvertible {
        let name: String
        let json: String
        let code: RejectionCode
        let found: String
        var testDescription: String { "\(name): \(code)" }
    }

    @Test(
        "what cannot be done is refused with what was expected and found",
        arguments: [
            Refused(
                name: "inventory.take-on-stock",
                json: #"{"product": "S", "warehouse": "W", "quantity": "1", "value": "1"}"#,
                code: .notStocked, found: "S, a service"),
            Refused(
                name: "inventory.take-on-stock",
                json: #"{"product": "A", "warehouse": "V", "quantity": "1", "value": "1"}"#,
                code: .unknownObject, found: "V"),
            Refused(
                name: "inventory.take-on-stock",
                json: #"{"product": "A", "warehouse": "W", "quantity": "1 kg", "value": "1"}"#,
                code: .unitMismatch, found: "1 kg"),
            Refused(
                name: "inventory.take-on-stock",
                json: #"{"product": "A", "warehouse": "W", "quantity": "1", "value": "1 USD"}"#,
                code: .currencyNotSupported, found: "USD"),
            Refused(
                name: "inventory.count-stock",
                json: """
                    {"warehouse": "W", "lines": [{"product": "A", "counted": "1"},
                     {"product": "A", "counted": "2"}]}
                    """, code: .invalidValue, found: "A twice"),
            Refused(
                name: "inventory.transfer-stock",
                json: """
                    {"from": "W", "to": "W", "lines": [{"product": "A", "quantity": "1"}]}
                    """, code: .invalidValue, found: "W twice"),
            Refused(
                name: "inventory.transfer-stock",
                json: """
                    {"from": "W", "to": "X", "lines": [{"product": "A", "quantity": "6"}]}
                    """, code: .insufficientStock, found: "found 6"),
            Refused(
                name: "inventory.transfer-stock",
                json: """
                    {"from": "W", "to": "X", "lines": [{"product": "B", "quantity": "6"}]}
                    """, code: .unknownObject, found: "B"),
        ])
    func refusals(_ row: Refused) throws {
        let fixture = try StockFixture()
        try fixture.receive("7", worth: "70.00")
        try fixture.reservedOrder("2 A")
        let before = fixture.books.log.count
        let rejection = try fixture.refusal(of: row.name, row.json)
        #expect(rejection.code == row.code)
        #expect(rejection.message.contains(row.found))
        #expect(fixture.books.log.count == before)
        #expect(fixture.books.registry.commands[row.name]?.rejections.contains(row.code) == true)
    }

    @Test("stock is not taken on or moved in a closed month, nor taken on after the take-on")
    func closed() throws {
        let fixture = try StockFixture()
        try fixture.receive("5")
        let takeOn = #"{"product": "A", "warehouse": "W", "quantity": "1", "value": "1"}"#
        try fixture.books.given(
            read(PeriodClosed.self, #"{"closedBy": "kim"}"#), in: "main.2026-09")
        let commands = [
            ("inventory.take-on-stock", takeOn),
            (
                "inventory.count-stock",
                #"{"warehouse": "W", "lines": [{"product": "A", "counted": "1"}]}"#
            ),
            (
                "inventory.transfer-stock",
                #"{"from": "W", "to": "X", "lines": [{"product": "A", "quantity": "1"}]}"#
            ),
        ]
        for (name, json) in commands {
            #expect(try fixture.refusal(of: name, json).code == .periodLocked)
        }
        fixture.books.date = try day("2026-10-01")
        try fixture.run("inventory.take-on-stock", takeOn)
        try fixture.books.given(read(BooksCompleted.self, "{}"), in: "main")
        #expect(try fixture.refusal(of: "inventory.take-on-stock", takeOn).code == .takeOnFinished)
    }
}
