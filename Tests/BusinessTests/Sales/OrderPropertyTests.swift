import Business
import Records
import Testing

/// Random sequences of commands over a few orders: whatever is accepted or refused, no quantity
/// ever leaves its bounds.
struct OrderPropertyTests {
    /// Commands in one sequence.
    static let steps = 600
    /// After how many commands new orders and shipments come into reach.
    static let stride = 40
    /// How many of them must be accepted for the sequence to say anything.
    static let acceptedMin = 60
    /// How many sequences are tried.
    static let seeds: ClosedRange<UInt64> = 1...24

    @Test(arguments: seeds)
    func `no sequence of commands breaks an invariant`(seed: UInt64) throws {
        print("order property: seed \(seed)")
        var random = OrderRandom(seed: seed)
        let shop = try Shop()
        var accepted = 0
        for step in 0..<Self.steps {
            let (command, json) = Self.command(step, shop, &random)
            // Another person than the one who placed the orders, so that blocks can be released.
            shop.fixture.actor = command == "sales.release-block" ? .other : .owner
            do {
                try shop.fixture.run(command, json)
                accepted += 1
            } catch is Rejection {
                // Refused commands write nothing; the invariants below say so.
            }
            try check(shop, "seed \(seed), step \(step): \(command) \(json)")
        }
        #expect(accepted >= Self.acceptedMin, "seed \(seed) tried too little")
    }

    /// Checks every line, what the stock holds for it, and the customer's exposure.
    private func check(_ shop: Shop, _ place: String) throws {
        var exposure: [String: Money] = [:]
        for number in 0..<Self.steps / Self.stride + 3 {
            let id = "SO-\(number)"
            let order = shop.order(id)
            for line in order.lines {
                let broken = line.brokenInvariant(under: order.invoicing)
                #expect(broken == nil, "\(place): \(id) line \(line.line)")
                guard line.kind == .stock else { continue }
                let stock = shop.fixture.state(
                    StockState.self, StockState.id(line.warehouse, line.product))
                let held = stock.reservations.filter { $0.order.text == id && $0.line == line.line }
                    .reduce(Int64(0)) { $0 + $1.quantity.millionths }
                #expect(
                    held == line.reserved.millionths + line.picked.millionths,
                    "\(place): the stock holds what \(id) line \(line.line) has reserved and picked"
                )
            }
            if order.isCounted, !order.isSettled {
                let before = exposure[order.customer.text] ?? .zero(.euro)
                exposure[order.customer.text] = try before.adding(order.uninvoicedValue())
            }
        }
        for customer in ["acme", "zeta"] {
            let credit = shop.fixture.state(CreditState.self, customer)
            #expect(
                credit.openOrders ?? .zero(.euro) == exposure[customer] ?? .zero(.euro),
                "\(place): the exposure of \(customer) is the value of its orders")
        }
    }

    private static func command(
        _ step: Int, _ shop: Shop, _ random: inout OrderRandom
    ) -> (String, String) {
        let order = "SO-\(step / stride + random.below(3))"
        let shipment = "SH-\(step / stride + random.below(3))"
        switch random.below(6) {
        case 0: return placing(order, &random)
        case 1: return changing(order, &random)
        case 2: return moving(order, shipment, &random)
        case 3, 4:
            let state = shop.fixture.state(ShipmentState.self, shipment)
            return carrying(order, shipment, state, &random)
        default: return billing(order, &random)
        }
    }

    private static func quantity(_ random: inout OrderRandom) -> String {
        "\(random.below(8) + 1).\(random.below(3) * 25)"
    }

    private static func placing(_ order: String, _ random: inout OrderRandom) -> (String, String) {
        let customer = random.below(2) == 0 ? "acme" : "zeta"
        let rule = ["on-delivery", "on-order", "on-order-complete", "manual"][random.below(4)]
        let price = ["100", "99.95", "60"][random.below(3)]
        let second = random.below(3) == 0 ? "setup" : "hose"
        return (
            "sales.place-order",
            #"{"order":"\#(order)","customer":"\#(customer)","invoicing":"\#(rule)","lines":[{"product":"pump","quantity":"\#(quantity(&random))","price":"\#(price)"},{"product":"\#(second)","quantity":"3"}]}"#
        )
    }

    private static func changing(_ order: String, _ random: inout OrderRandom) -> (String, String) {
        let line = random.below(2) + 1
        let some = quantity(&random)
        let kind = random.below(2) == 0 ? "manual" : "price"
        let reason = #""reason":"x""#
        let choices: [(String, String)] = [
            (
                "sales.amend-order",
                #"{"order":"\#(order)","lines":[{"line":\#(line),"quantity":"\#(some)"}]}"#
            ),
            (
                "sales.cancel-order-line",
                #"{"order":"\#(order)","line":\#(line),"quantity":"\#(some)",\#(reason)}"#
            ),
            ("sales.cancel-order", #"{"order":"\#(order)",\#(reason)}"#),
            ("sales.close-order-short", #"{"order":"\#(order)",\#(reason)}"#),
            ("sales.raise-block", #"{"order":"\#(order)","kind":"manual",\#(reason)}"#),
            ("sales.release-block", #"{"order":"\#(order)","kind":"\#(kind)",\#(reason)}"#),
            ("sales.release-block", #"{"order":"\#(order)","kind":"manual",\#(reason)}"#),
            ("sales.release-block", #"{"order":"\#(order)","kind":"manual",\#(reason)}"#),
        ]
        return choices[random.below(choices.count)]
    }

    private static func moving(
        _ order: String, _ shipment: String, _ random: inout OrderRandom
    ) -> (String, String) {
        let line = random.below(2) + 1
        let some = quantity(&random)
        let one = #"{"shipment":"\#(shipment)"}"#
        let reasoned = #"{"shipment":"\#(shipment)","reason":"x"}"#
        let choices: [(String, String)] = [
            ("inventory.reserve", #"{"order":"\#(order)"}"#),
            ("inventory.reserve", #"{"order":"\#(order)"}"#),
            ("inventory.release-reservation", #"{"order":"\#(order)"}"#),
            (
                "inventory.take-on-stock",
                #"{"product":"pump","warehouse":"main","quantity":"\#(some)","value":"50"}"#
            ),
            (
                "fulfillment.plan-shipment",
                #"{"order":"\#(order)","shipment":"\#(shipment)"}"#
            ),
            ("fulfillment.start-pick", one), ("fulfillment.confirm-pick", one),
            (
                "fulfillment.short-pick",
                #"{"shipment":"\#(shipment)","line":\#(line),"quantity":"1","reason":"x"}"#
            ),
            ("fulfillment.pack", one), ("fulfillment.issue-goods", one),
            ("fulfillment.cancel-shipment", reasoned), ("fulfillment.reverse-issue", reasoned),
            ("fulfillment.confirm-delivery", one),
            (
                "fulfillment.ship",
                #"{"order":"\#(order)","lines":[{"line":\#(line),"quantity":"\#(some)"}]}"#
            ),
            ("fulfillment.ship", #"{"order":"\#(order)","shipment":"\#(shipment)"}"#),
        ]
        return choices[random.below(choices.count)]
    }

    /// The next step of a shipment, or one that goes back.
    private static func carrying(
        _ order: String, _ shipment: String, _ state: ShipmentState, _ random: inout OrderRandom
    ) -> (String, String) {
        let one = #"{"shipment":"\#(shipment)"}"#
        let goesOn = random.below(3) > 0
        switch state.status {
        case .planned where state.lines.isEmpty:
            return (
                "fulfillment.plan-shipment",
                #"{"order":"\#(order)","shipment":"\#(shipment)"}"#
            )
        case .planned: return ("fulfillment.start-pick", one)
        case .picking:
            let hasPicked = state.lines.contains { $0.picked.isPositive }
            return (hasPicked && goesOn ? "fulfillment.pack" : "fulfillment.confirm-pick", one)
        case .packed: return (goesOn ? "fulfillment.issue-goods" : "fulfillment.unpack", one)
        case .shipped, .delivered, .cancelled:
            return goesOn
                ? ("fulfillment.confirm-delivery", one)
                : (
                    "fulfillment.reverse-issue",
                    #"{"shipment":"\#(shipment)","reason":"x"}"#
                )
        }
    }

    private static func billing(_ order: String, _ random: inout OrderRandom) -> (String, String) {
        let invoice = "INV-2026-00000\(random.below(9) + 1)"
        let choices: [(String, String)] = [
            ("finance.post-invoice", #"{"order":"\#(order)"}"#),
            ("finance.post-invoice", #"{"order":"\#(order)"}"#),
            ("finance.receive-payment", #"{"order":"\#(order)"}"#),
            (
                "finance.post-credit-note",
                #"{"invoice":"\#(invoice)","lines":[{"line":1,"quantity":"1"}],"reason":"x"}"#
            ),
        ]
        return choices[random.below(choices.count)]
    }
}

extension Actor {
    /// A second owner.
    fileprivate static let other = Actor(id: "other", roles: ["owner"])
}

/// A small generator whose seed repeats a run.
struct OrderRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
