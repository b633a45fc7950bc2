import Records
import Testing

@testable import Business

@Suite("Stock at its limits")
struct StockLimitTests {
    private func order() throws -> OrderID { try #require(OrderID("SO-1")) }

    @Test("one more reservation than a stock may hold is refused")
    func reservations() throws {
        let order = try order()
        var stock = StockState.initial
        stock.reservations = (1...Int64(StockState.reservationsMax)).map {
            Reservation(order: order, line: $0, quantity: Quantity(1))
        }
        let rejection = #expect(throws: Rejection.self) { try stock.requireRoom() }
        #expect(rejection?.code == .stockLimit)
        stock.reservations.removeLast()
        #expect(throws: Never.self) { try stock.requireRoom() }
    }

    @Test("one more back-order than may wait is refused")
    func backorders() throws {
        let order = try order()
        let date = try day("2026-09-01")
        var stock = StockState.initial
        stock.backorders = (1...Int64(StockState.backordersMax)).map {
            Backorder(
                order: order, line: $0, quantity: Quantity(1), requestedDate: date, sequence: $0)
        }
        let rejection = #expect(throws: Rejection.self) { try stock.requireRoom() }
        #expect(rejection?.code == .stockLimit)
        // Goods that come in for who waits take no room in the queue: they are not refused for it.
        #expect(stock.hasRoom(holding: true, queueing: false))
        #expect(throws: Never.self) { try stock.requireRoom(queueing: false) }
    }

    @Test("one more cost layer than a stock may have is refused")
    func layers() throws {
        var stock = StockState.initial
        stock.pool.layers = try (1...CostPool.layersMax).map {
            CostLayer(
                receipt: "R\($0)", received: Quantity(1), remaining: Quantity(1),
                value: try euros("1.00"))
        }
        let rejection = #expect(throws: Rejection.self) {
            try stock.requireReceivable(Quantity(1), worth: euros("1.00"))
        }
        #expect(rejection?.code == .stockLimit)
        #expect(rejection?.message.contains("\(CostPool.layersMax)") == true)
    }

    @Test("a receipt whose sum does not fit is refused")
    func overflow() throws {
        var stock = StockState.initial
        stock.pool.quantity = Quantity(millionths: .max)
        let rejection = #expect(throws: Rejection.self) {
            try stock.requireReceivable(Quantity(1), worth: euros("1.00"))
        }
        #expect(rejection?.code == .amountOverflow)
    }

    @Test("a late cost that would leave less than nothing is refused")
    func revaluation() throws {
        var stock = StockState.initial
        stock.pool.quantity = Quantity(1)
        stock.pool.value = try euros("1.00")
        let rejection = #expect(throws: Rejection.self) {
            try stock.requireRevaluable(by: euros("-1.01"))
        }
        #expect(rejection?.code == .stockConsumed)
    }

    @Test("stock is not taken on before a company is founded")
    func noCompany() throws {
        let fixture = try BusinessFixture([Inventory.self])
        try fixture.run("inventory.register-warehouse", #"{"warehouse": "W", "name": "N"}"#)
        try fixture.run("inventory.register-product", #"{"product": "A", "name": "N"}"#)
        let rejection = try fixture.refusal(
            of: "inventory.take-on-stock",
            #"{"product": "A", "warehouse": "W", "quantity": "1", "value": "1.00 EUR"}"#)
        #expect(rejection.code == .companyNotFounded)
    }

    @Test("an amended order holds no more than it wants")
    func amended() throws {
        let fixture = try StockFixture()
        try fixture.receive("6")
        let order = try fixture.reservedOrder("10 A")
        var line = try fixture.line(order)
        line.ordered = Quantity(4)
        try fixture.books.happens(
            OrderAmended(
                customer: #require(AccountID("CUST")), revision: 1, lines: [line],
                change: euros("0.00"), amendedBy: "kim"), in: order)
        #expect(try fixture.hold(order) == "4 + 0")
        #expect(fixture.stock().available == Quantity(2))
    }

    @Test("what is coming follows a purchase order from draft to cancellation")
    func purchaseOrders() throws {
        let fixture = try StockFixture()
        let product = try #require(ProductID("A"))
        let warehouse = try #require(WarehouseID("W"))
        let cancelled = CancelledQuantity(
            line: 1, product: product, warehouse: warehouse, quantity: Quantity(3))
        let supplier = try #require(SupplierID("SUP"))
        try fixture.books.happens(
            read(
                PurchaseOrderAmended.self,
                """
                {"revision": 2, "value": "0.00", "status": "draft",
                 "lines": [{"line": 1, "product": "A", "warehouse": "W", "change": "10",
                   "price": "1.00"}]}
                """), in: "PO-1")
        #expect(fixture.stock().onOrder == Quantity(10))
        try fixture.books.happens(
            PurchaseOrderLineCancelled(cancelled: cancelled, reason: "r"), in: "PO-1")
        #expect(fixture.stock().onOrder == Quantity(7))
        try fixture.books.happens(
            PurchaseOrderClosed(supplier: supplier, cancelled: [cancelled], reason: "r"),
            in: "PO-1")
        #expect(fixture.stock().projected == Quantity(4))
        try fixture.books.happens(
            PurchaseOrderCancelled(
                supplier: supplier, cancelled: [cancelled], reason: "r", acknowledgement: nil),
            in: "PO-1")
        #expect(fixture.stock().onOrder == Quantity(1))
    }
}
