import Business
import Records
import Testing

/// A founded company with warehouses `W` and `X` and some products, for tests of stock.
///
/// `A` is costed by average, `F` by FIFO, `S` is a service.
final class StockFixture {
    let books: BusinessFixture
    private var orders = 0
    private var receipts = 0

    init() throws {
        books = try BusinessFixture(
            [Sales.self, Inventory.self, Fulfillment.self],
            rules: FixtureRules(decisions: ["order-blocks": { _ in [] }]))
        try books.given(
            read(
                CompanyFounded.self,
                """
                {"name": "Main", "taxNumber": "1", "country": "DE", "baseCurrency": "EUR",
                 "timeZone": "UTC", "fiscalYearStartMonth": 1, "chart": "sample",
                 "isSinglePerson": false, "foundedOn": "2026-01-01"}
                """), in: "main")
        try books.given(
            read(
                AccountOpened.self,
                """
                {"name": "Customer", "group": "standard", "openedOn": "2026-01-01", "terms": {}}
                """), in: "CUST")
        for warehouse in ["W", "X"] {
            try run("inventory.register-warehouse", #"{"warehouse": "\#(warehouse)", "name": "N"}"#)
        }
        try product("A")
        try product("F", #""costing": "fifo""#)
        try product("S", #""kind": "service""#)
    }

    func product(_ id: String, _ more: String = #""unit": "pcs""#) throws {
        try run("inventory.register-product", #"{"product": "\#(id)", "name": "N", \#(more)}"#)
    }

    @discardableResult
    func run(_ name: String, _ json: String) throws -> [any Event] { try books.run(name, json) }

    func refusal(of name: String, _ json: String) throws -> Rejection {
        try books.refusal(of: name, json)
    }

    /// Goods of a supplier come in; the receipt's id.
    @discardableResult
    func receive(
        _ quantity: String, of product: String = "A", worth value: String = "100.00",
        in warehouse: String = "W"
    ) throws -> String {
        receipts += 1
        let id = "GR-\(receipts)"
        try books.happens(
            goods(GoodsReceived.self, quantity, product, value, warehouse), in: id)
        return id
    }

    /// A receipt or its reversal.
    func goods<Read: Record>(
        _ type: Read.Type, _ quantity: String, _ product: String, _ value: String,
        _ warehouse: String
    ) throws -> Read {
        try read(
            type,
            """
            {"order": "PO-1", "supplier": "SUP", "warehouse": "\(warehouse)",
             \(type == ReceiptReversed.self ? #""reason": "wrong goods","# : "")
             "lines": [{"orderLine": 1, "product": "\(product)", "productClass": "goods",
               "quantity": "\(quantity)", "expected": "0", "value": "\(value)"}]}
            """)
    }

    /// A released order, its lines `quantity product [warehouse]` with commas between; its id.
    @discardableResult
    func order(
        _ lines: String, rule: String = "availability", requested: String = "2026-09-10",
        invoicing: String = "on-delivery", block: String? = nil
    ) throws -> String {
        orders += 1
        let id = "SO-\(orders)"
        let json = lines.split(separator: ",").enumerated().map { index, line in
            let parts = line.split(separator: " ").map(String.init)
            let kind = parts[1] == "S" ? "service" : "stock"
            return """
                {"line": \(index + 1), "product": "\(parts[1])", "kind": "\(kind)",
                 "productClass": "goods", "warehouse": "\(parts.count > 2 ? parts[2] : "W")",
                 "price": "20.00", "discount": "0", "taxCode": "standard", "net": "20.00",
                 "tax": "0.00", "ordered": "\(parts[0])"}
                """
        }.joined(separator: ",")
        try books.given(
            read(
                OrderPlaced.self,
                """
                {"customer": "CUST", "currency": "EUR", "lines": [\(json)], "blocks": [],
                 "paymentTerms": "net-30", "deliveryRule": "\(rule)",
                 "invoicing": "\(invoicing)", "placedBy": "kim", "placedOn": "2026-09-01",
                 "net": "20.00", "tax": "0.00", "requestedDate": "\(requested)"}
                """), in: id)
        try books.given(
            read(
                OrderReleased.self,
                #"{"order": "\#(id)", "customer": "CUST", "value": "20.00"}"#), in: id)
        if let block {
            try books.given(
                read(
                    OrderBlockRaised.self,
                    #"{"block": {"kind": "\#(block)", "reason": "r", "raisedBy": "kim"}}"#), in: id)
        }
        return id
    }

    /// A released order whose stock is reserved as far as it is there; its id.
    @discardableResult
    func reservedOrder(
        _ lines: String, rule: String = "availability", requested: String = "2026-09-10",
        invoicing: String = "on-delivery"
    ) throws -> String {
        let id = try order(lines, rule: rule, requested: requested, invoicing: invoicing)
        try reserve(id)
        return id
    }

    func reserve(_ order: String) throws {
        try run("inventory.reserve", #"{"order": "\#(order)"}"#)
    }

    func stock(_ product: String = "A", _ warehouse: String = "W") -> StockState {
        books.state(StockState.self, "\(warehouse):\(product)")
    }

    func line(_ order: String, _ number: Int64 = 1) throws -> OrderLine {
        try #require(books.state(OrderState.self, order).line(number))
    }

    func shipment(_ id: String) -> ShipmentState { books.state(ShipmentState.self, id) }

    /// What a line has: held by stock, awaited from stock.
    func hold(_ order: String, _ product: String = "A", line: Int64 = 1) throws -> String {
        let id = try #require(OrderID(order))
        let stock = stock(product)
        return
            "\(stock.held(for: id, line: line).digits) + \(stock.backordered(for: id, line: line).digits)"
    }

    /// On hand and value, `45 / 478.00`.
    func position(_ product: String = "A", _ warehouse: String = "W") -> String {
        let stock = stock(product, warehouse)
        return "\(stock.onHand.digits) / \(stock.value?.digits ?? "-")"
    }
}
