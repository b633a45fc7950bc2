import Business
import Records
import Testing

/// Random numbers that a seed repeats (SplitMix64).
struct WalkNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Whatever is commanded, stock stays exact")
struct StockPropertyTests {
    static let stepsPerRun = 250

    @Test("random commands never break an invariant", arguments: 1...8)
    func randomCommands(run: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        try walk(seed: seed)
    }

    @Test("over fixed seeds every kind of step is taken")
    func fixedSeeds() throws {
        var taken: Set<String> = []
        for seed: UInt64 in 1...6 { taken.formUnion(try walk(seed: seed)) }
        let all = Set(StockWalk.shipmentSteps + StockWalk.otherSteps)
        #expect(all.subtracting(taken).isEmpty)
    }

    @discardableResult
    private func walk(seed: UInt64) throws -> Set<String> {
        print("stock property run, seed \(seed)")
        var taken: Set<String> = []
        var walk = StockWalk(fixture: try StockFixture(), numbers: WalkNumbers(seed: seed))
        for step in 1...Self.stepsPerRun {
            let before = walk.fixture.books.log.count
            let name: String
            do {
                name = try walk.step()
            } catch is Rejection {
                #expect(walk.fixture.books.log.count == before, "seed \(seed), step \(step)")
                continue
            }
            taken.insert(name)
            let broken = try walk.brokenInvariants()
            #expect(broken.isEmpty, "seed \(seed), step \(step) \(name): \(broken)")
            if !broken.isEmpty { return taken }
        }
        return taken
    }
}

/// A random walk through the commands of inventory and fulfillment.
struct StockWalk {
    static let shipmentSteps = [
        "start-pick", "confirm-pick", "short-pick", "pack", "unpack", "issue-goods",
        "confirm-delivery", "reverse-issue", "cancel-shipment", "plan-shipment", "ship",
    ].map { "fulfillment.\($0)" }
    static let otherSteps = [
        "inventory.reserve", "inventory.release-reservation", "inventory.count-stock",
        "inventory.transfer-stock", "receive", "order", "late cost", "receipt reversed",
        "line cancelled",
    ]

    let fixture: StockFixture
    var numbers: WalkNumbers
    private var orders: [String] = []
    private var shipments: [String] = []
    private var receipts:
        [(id: String, product: String, warehouse: String, quantity: Int, value: Int)] = []
    private var foldedEvents = 0
    private var totals: [String: (quantity: Int64, value: Int64)] = [:]
    private let products = ["A", "F"]
    private let warehouses = ["W", "X"]

    init(fixture: StockFixture, numbers: WalkNumbers) {
        self.fixture = fixture
        self.numbers = numbers
    }

    private mutating func pick<Element>(_ list: [Element]) throws -> Element {
        guard let one = list.randomElement(using: &numbers) else {
            throw Rejection(.unknownObject, "nothing to choose from yet")
        }
        return one
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &numbers)
    }

    /// Does one random thing; its name.
    mutating func step() throws -> String {
        switch number(0...20) {
        case 0, 1, 2: try receive()
        case 3, 4: try placeOrder()
        case 5: try give("inventory.reserve", #"{"order": "\#(pick(orders))"}"#)
        case 6: try give("inventory.release-reservation", #"{"order": "\#(pick(orders))"}"#)
        case 7: try plan()
        case 8, 9, 10: try shipmentStep()
        case 11: try give("fulfillment.ship", #"{"order": "\#(pick(orders))"}"#)
        case 12: try count()
        case 13: try transfer()
        case 14: try lateCost()
        case 15: try takeReceiptBack()
        case 16: try cancelLine()
        default: try shipmentStep()
        }
    }

    private func give(_ name: String, _ json: String) throws -> String {
        try fixture.run(name, json)
        return name
    }

    private mutating func receive() throws -> String {
        let quantity = number(1...40)
        let cents = quantity * number(1...3_000)
        let product = try pick(products)
        let warehouse = try pick(warehouses)
        let id = try fixture.receive(
            "\(quantity)", of: product,
            worth: Money(minorUnits: Int64(cents), currency: .euro).digits, in: warehouse)
        receipts.append((id, product, warehouse, quantity, cents))
        return "receive"
    }

    private mutating func placeOrder() throws -> String {
        var lines: [String] = []
        for _ in 0..<number(1...3) {
            lines.append("\(number(1...20)) \(try pick(products)) \(try pick(warehouses))")
        }
        let rule = try pick(["availability", "availability", "complete-line", "complete-order"])
        orders.append(
            try fixture.reservedOrder(
                lines.joined(separator: ","), rule: rule,
                requested: "2026-09-\(number(10...28))"))
        return "order"
    }

    private mutating func plan() throws -> String {
        let id = "SH-\(shipments.count + 1)"
        let order = try pick(orders)
        let json = """
            {"order": "\(order)", "shipment": "\(id)", "warehouse": "\(try pick(warehouses))"}
            """
        let name = try give("fulfillment.plan-shipment", json)
        shipments.append(id)
        return name
    }

    private mutating func shipmentStep() throws -> String {
        let id = try pick(shipments)
        let line = try pick(fixture.shipment(id).lines)
        let quantity = number(1...max(1, Int(line.toPick.millionths / 1_000_000)))
        let some = #", "lines": [{"line": \#(line.orderLine), "quantity": "\#(quantity)"}]"#
        let short = #", "line": \#(line.orderLine), "quantity": "\#(quantity)", "reason": "r""#
        let steps: [(String, String)] =
            switch fixture.shipment(id).status {
            case .planned: [("start-pick", "")]
            case .picking:
                [("confirm-pick", some), ("confirm-pick", ""), ("short-pick", short), ("pack", "")]
            case .packed: [("unpack", ""), ("issue-goods", ""), ("issue-goods", "")]
            case .shipped: [("confirm-delivery", ""), ("reverse-issue", #", "reason": "r""#)]
            case .delivered, .cancelled: [("issue-goods", "")]
            }
        if number(1...10) == 1 {
            let release = Bool.random(using: &numbers)
            return try give(
                "fulfillment.cancel-shipment",
                #"{"shipment": "\#(id)", "reason": "r", "releaseReservation": \#(release)}"#)
        }
        let (name, more) = try pick(steps)
        return try give("fulfillment.\(name)", #"{"shipment": "\#(id)"\#(more)}"#)
    }

    private mutating func count() throws -> String {
        let product = try pick(products)
        let warehouse = try pick(warehouses)
        let there = Int(fixture.stock(product, warehouse).onHand.millionths / 1_000_000)
        let found = max(0, there + number(-4...3))
        return try give(
            "inventory.count-stock",
            """
            {"warehouse": "\(warehouse)", "lines": [{"product": "\(product)",
             "counted": "\(found)", "value": "9.99"}]}
            """)
    }

    private mutating func transfer() throws -> String {
        try give(
            "inventory.transfer-stock",
            """
            {"from": "\(pick(warehouses))", "to": "\(pick(warehouses))",
             "lines": [{"product": "\(pick(products))", "quantity": "\(number(1...15))"}]}
            """)
    }

    private mutating func lateCost() throws -> String {
        let receipt = try pick(receipts)
        let stock = fixture.stock(receipt.product, receipt.warehouse)
        let difference = Money(
            minorUnits: Int64(number(-receipt.value...receipt.value)), currency: .euro)
        let split = try stock.lateCost(receipt: receipt.id, difference: difference)
        try #require(try split.ontoStock.adding(split.toVariance) == difference)
        if split.ontoStock.isZero { return "late cost of goods that are gone" }
        try fixture.books.happens(
            read(
                StockRevalued.self,
                """
                {"product": "\(receipt.product)", "warehouse": "\(receipt.warehouse)",
                 "receipt": "\(receipt.id)", "ontoStock": "\(split.ontoStock.digits)"}
                """), in: "\(receipt.warehouse):\(receipt.product)")
        return "late cost"
    }

    private mutating func takeReceiptBack() throws -> String {
        let receipt = try pick(receipts)
        try fixture.books.happens(
            fixture.goods(
                ReceiptReversed.self, "\(receipt.quantity)", receipt.product,
                Money(minorUnits: Int64(receipt.value), currency: .euro).digits,
                receipt.warehouse), in: receipt.id)
        receipts.removeAll { $0.id == receipt.id }
        return "receipt reversed"
    }

    private mutating func cancelLine() throws -> String {
        let order = try pick(orders)
        let line = try fixture.line(order)
        let open = line.open.millionths - line.picked.millionths
        let quantity = Quantity(millionths: open / 1_000_000 * 1_000_000)
        guard quantity.isPositive else { return "nothing to cancel" }
        try fixture.run(
            "sales.cancel-order-line",
            #"{"order": "\#(order)", "line": 1, "quantity": "\#(quantity.digits)", "reason": "r"}"#)
        return "line cancelled"
    }
}

extension StockWalk {
    /// What is not as it must be, in words.
    mutating func brokenInvariants() throws -> [String] {
        var broken: [String] = []
        try add(fixture.books.log.dropFirst(foldedEvents))
        for product in products {
            for warehouse in warehouses {
                broken += stockFaults(fixture.stock(product, warehouse), "\(warehouse):\(product)")
            }
        }
        for order in orders { broken += try orderFaults(order) }
        return broken
    }

    private func stockFaults(_ stock: StockState, _ id: String) -> [String] {
        var faults: [String] = []
        let total = totals[id] ?? (0, 0)
        let value = stock.value?.minorUnits ?? 0
        if stock.onHand.millionths != total.quantity { faults.append("\(id) quantity drifts") }
        if value != total.value { faults.append("\(id) value drifts: \(value), \(total.value)") }
        if stock.onHand.isNegative || value < 0 { faults.append("\(id) is below nothing") }
        if stock.onHand.isZero && value != 0 { faults.append("\(id) leaves value behind") }
        let bound = stock.held.millionths + stock.missing.millionths
        if bound > stock.onHand.millionths { faults.append("\(id) holds more than is there") }
        if stock.pool.costing == .fifo, !stock.pool.layers.isEmpty {
            let worth = stock.pool.layers.reduce(0) { $0 + $1.value.minorUnits }
            let left = stock.pool.layers.reduce(0) { $0 + $1.remaining.millionths }
            if worth != value || left != stock.onHand.millionths {
                faults.append("\(id) layers do not add up")
            }
        }
        let queue = stock.backorders.map { ($0.requestedDate, $0.sequence) }
        if !zip(queue, queue.dropFirst()).allSatisfy({ $0 < $1 }) {
            faults.append("\(id) queue is out of order")
        }
        return faults
    }

    /// What stock holds for a line is what the line says is reserved or picked.
    private func orderFaults(_ id: String) throws -> [String] {
        let order = fixture.books.state(OrderState.self, id)
        guard let orderID = OrderID(id) else { return [] }
        var faults: [String] = []
        for line in order.lines where line.kind == .stock {
            let stock = fixture.stock(line.product.text, line.warehouse.text)
            let held = stock.held(for: orderID, line: line.line)
            let waiting = stock.backordered(for: orderID, line: line.line)
            if held != (try line.reserved.adding(line.picked)) {
                faults.append("\(id) line \(line.line) holds \(held)")
            }
            if try held.adding(waiting) > line.open {
                faults.append("\(id) line \(line.line) holds or awaits too much")
            }
            if let rule = line.brokenInvariant(under: order.invoicing) {
                faults.append("\(id) line \(line.line): \(rule)")
            }
        }
        return faults
    }

    private mutating func add(_ events: ArraySlice<EmittedEvent>) throws {
        for emitted in events {
            foldedEvents += 1
            switch emitted.event {
            case let event as StockReceived:
                totals[emitted.stream.id, default: (0, 0)].quantity += event.quantity.millionths
                totals[emitted.stream.id, default: (0, 0)].value += event.value.minorUnits
            case let event as StockIssued:
                totals[emitted.stream.id, default: (0, 0)].quantity -= event.quantity.millionths
                totals[emitted.stream.id, default: (0, 0)].value -= event.cost.minorUnits
            case let event as StockRevalued:
                totals[emitted.stream.id, default: (0, 0)].value += event.ontoStock.minorUnits
            default: break
            }
        }
    }
}
