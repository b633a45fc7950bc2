import Business
import Processes
import Records
import Testing

/// One row of the table of what is undone at each point (semantics 1.4).
struct CancellationRow: Sendable, CustomTestStringConvertible {
    let reached: String
    var stock = 10
    var channel = "web"
    var more = ""
    /// Elements whose tasks the warehouse has done before.
    var done: [String] = []
    var isPaid = false
    /// What cancelling writes: every event, in this order.
    let events: [String]
    /// The vouchers that cancelling posts, each its source and its lines.
    var vouchers: [String] = []
    /// What is left of the line of 5 pieces.
    var line = "ordered 5 cancelled 5"

    var testDescription: String { reached }
}

@Suite("What cancelling an order undoes at each point it has reached")
struct CancellationTests {
    static let rows = [
        CancellationRow(
            reached: "released, nothing reserved", stock: 0, events: withdrawn),
        CancellationRow(
            reached: "reserved in part, not shipped", stock: 4,
            more: #", "deliveryRule": "complete-line", "promisedDate": "2026-04-01""#,
            events: withdrawn),
        CancellationRow(
            reached: "planned", channel: "phone",
            events: [
                "fulfillment.shipment-cancelled", "sales.order-progressed",
                "inventory.reservation-released", "sales.order-progressed",
                "sales.order-cancelled", "finance.exposure-changed",
            ]),
        CancellationRow(
            reached: "picked", channel: "phone", done: ["start-pick", "pick"],
            events: [
                "fulfillment.shipment-cancelled", "sales.order-progressed",
                "inventory.reservation-released", "sales.order-progressed",
                "sales.order-cancelled", "finance.exposure-changed",
            ]),
        CancellationRow(
            reached: "shipped, not invoiced", more: #", "invoicing": "manual""#,
            events: [
                "fulfillment.goods-issue-reversed", "sales.order-progressed",
                "inventory.stock-received", "finance.voucher-posted",
                "fulfillment.shipment-cancelled", "sales.order-progressed",
                "inventory.reservation-released", "sales.order-progressed",
                "sales.order-cancelled", "finance.exposure-changed",
            ], vouchers: ["fulfillment.goods-issue-reversed: STOCK D 50.00, COGS C 50.00"]),
        CancellationRow(
            reached: "invoiced, not shipped", stock: 0, more: #", "invoicing": "on-order""#,
            events: credited(true) + withdrawn,
            vouchers: [
                "finance.credit-note-posted: AR C 120.00, DEFREV D 100.00, TAX_OUT D 20.00",
                "finance.credit-note-allocated: AR D 120.00, AR C 120.00",
            ], line: "ordered 5 cancelled 5 invoiced 5 credited 5"),
        CancellationRow(
            reached: "shipped in part and invoiced, unpaid", stock: 2,
            events: credited(false) + [
                "fulfillment.goods-issue-reversed", "sales.order-progressed",
                "inventory.stock-received", "finance.voucher-posted",
                "fulfillment.shipment-cancelled", "sales.order-progressed",
                "inventory.reservation-released", "sales.order-progressed",
                "purchasing.requisition-unlisted", "purchasing.requisition-withdrawn",
                "inventory.supply-changed", "sales.order-cancelled", "finance.exposure-changed",
            ],
            vouchers: [
                "finance.credit-note-posted: AR C 48.00, REV D 40.00, TAX_OUT D 8.00",
                "finance.credit-note-allocated: AR D 48.00, AR C 48.00",
                "fulfillment.goods-issue-reversed: STOCK D 20.00, COGS C 20.00",
            ], line: "ordered 5 cancelled 5 invoiced 2 credited 2"),
        CancellationRow(
            reached: "paid, not shipped", stock: 0, more: #", "invoicing": "on-order""#,
            isPaid: true, events: held + withdrawn,
            vouchers: ["finance.credit-note-posted: AR C 120.00, DEFREV D 100.00, TAX_OUT D 20.00"],
            line: "ordered 5 cancelled 5 invoiced 5 credited 5"),
    ]

    /// The order waits for nothing more and ends, and nothing is bought for it.
    private static let withdrawn = [
        "inventory.reservation-released", "sales.order-cancelled",
        "purchasing.requisition-unlisted", "purchasing.requisition-withdrawn",
        "finance.exposure-changed", "inventory.supply-changed",
    ]
    /// A credit note that nothing is set against: the customer has paid.
    private static let held = [
        "finance.number-taken", "finance.credit-note-posted", "finance.invoice-credited",
        "finance.deferral-credited", "sales.order-progressed", "finance.item-opened",
        "finance.exposure-changed", "finance.voucher-posted",
    ]
    /// A credit note that is set against its invoice, which billed what has left or what has not.
    private static func credited(_ isDeferred: Bool) -> [String] {
        ["finance.number-taken", "finance.credit-note-posted", "finance.invoice-credited"]
            + (isDeferred ? ["finance.deferral-credited"] : [])
            + [
                "finance.credit-note-allocated", "sales.order-progressed", "finance.item-opened",
                "finance.exposure-changed", "finance.voucher-posted", "finance.item-cleared",
                "finance.item-cleared", "finance.exposure-changed", "finance.voucher-posted",
            ]
    }

    @Test("when cancelling is asked for, the process takes back what was done", arguments: rows)
    func asked(_ row: CancellationRow) async throws {
        let firm = try await Firm.trading(stock: row.stock == 0 ? [:] : ["P3": row.stock])
        let start = firm.end
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], channel: row.channel, more: row.more)
        for element in row.done {
            let task = try #require(try await firm.tasks(of: instance).first)
            #expect(task.element == element)
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        }
        if row.isPaid { try await firm.pay(order: "SO-1", "120.00") }
        let before = firm.end
        try await firm.run(
            "process.publish-message",
            """
            {"name": "cancel-order", "correlationKey": "sales.order/SO-1",
             "variables": {"reason": "found it cheaper"}}
            """)
        try await firm.expectNoIncident(in: instance)
        let names = try firm.names(after: before)
        #expect(names == row.events, "\(names)")
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "cancelled")
        #expect(try await firm.counters(of: "SO-1") == [row.line])
        let vouchers = try firm.voucherTexts(after: before)
        #expect(vouchers == row.vouchers, "\(vouchers)")
        if row.isPaid { try await payBack(instance, firm) }
        #expect(try await firm.state(instance).status == .completed)
        try expectBooksAtZero(firm, after: start, isPaid: row.isPaid)
    }

    /// The customer gets his money back, by a person.
    private func payBack(_ instance: String, _ firm: Firm) async throws {
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "pay-back")
        let before = firm.end
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(task.id)", "payload": {"amount": "120.00", "reference": "back"}}"#,
            as: "gina")
        try await firm.expectNoIncident(in: instance)
        let names = try firm.names(after: before)
        #expect(
            names == [
                "finance.credit-note-refunded", "finance.item-cleared",
                "finance.exposure-changed", "finance.voucher-posted",
            ], "\(names)")
        let vouchers = try firm.voucherTexts(after: before)
        #expect(
            vouchers == ["finance.credit-note-refunded: AR D 120.00, BANK C 120.00"],
            "\(vouchers)")
    }

    /// After everything was taken back, each role's account stands where it stood before.
    private func expectBooksAtZero(_ firm: Firm, after start: UInt64, isPaid: Bool) throws {
        var balances: [String: Int64] = [:]
        for event in try firm.events() where event.position > start {
            guard let voucher = event.event as? VoucherPosted else { continue }
            for line in voucher.lines {
                let sign: Int64 = line.side == .debit ? 1 : -1
                balances[line.account, default: 0] += sign * line.base.minorUnits
            }
        }
        #expect(balances.filter { $0.value != 0 } == [:])
    }

    @Test("a quote that was sent is taken back: nothing else happens")
    func quote() async throws {
        let firm = try await Firm.trading(stock: [:])
        let lines = #"[{"product": "P1", "quantity": "5", "price": "20.00"}]"#
        try await firm.run(
            "sales.draft-quote", #"{"quote": "QU-1", "customer": "C1", "lines": \#(lines)}"#,
            as: "anna")
        try await firm.run("sales.send-quote", #"{"quote": "QU-1"}"#, as: "anna")
        let before = firm.end
        try await firm.run(
            "sales.withdraw-quote", #"{"quote": "QU-1", "reason": "sold out"}"#, as: "anna")
        #expect(try firm.names(after: before) == ["sales.quote-withdrawn"])
        #expect(try firm.voucherTexts(after: before) == [])
        #expect(try await firm.field("status", of: "sales.quote", "QU-1") == "withdrawn")
    }

    @Test("an order that is only reserved: the reservation goes to who waits for it")
    func reserved() async throws {
        let firm = try await Firm.trading(stock: ["P3": 5])
        let first = try await firm.order("SO-1", [("P3", 5)], channel: "import")
        let second = try await firm.order("SO-2", [("P3", 5)])
        #expect(try await firm.waits(of: second).contains("stock-came"))
        let before = firm.end
        try await firm.run(
            "sales.cancel-order", #"{"order": "SO-1", "reason": "no longer wanted"}"#, as: "anna")
        let names = try firm.names(after: before)
        // What was held goes back, the next in the queue gets it, the order ends: semantics 1.4.
        // What this means for others comes after it, then what waits.
        #expect(
            names == [
                "inventory.reservation-released", "inventory.stock-reserved",
                "sales.order-cancelled", "sales.order-progressed", "sales.order-progressed",
                "sales.order-reserved-in-full", "finance.exposure-changed",
                "fulfillment.shipment-planned", "fulfillment.pick-started",
                "fulfillment.pick-confirmed", "fulfillment.shipment-packed",
                "fulfillment.goods-issued", "sales.order-progressed", "sales.order-progressed",
                "sales.order-shipped-in-full", "inventory.stock-issued", "finance.voucher-posted",
                "finance.number-taken", "finance.invoice-posted", "sales.order-progressed",
                "sales.order-invoiced-in-full", "sales.order-completed", "finance.item-opened",
                "finance.exposure-changed", "finance.voucher-posted",
            ])
        #expect(try await firm.counters(of: "SO-1") == ["ordered 5 cancelled 5"])
        let vouchers = try firm.voucherTexts(after: before)
        #expect(
            vouchers == [
                "fulfillment.goods-issued: COGS D 50.00, STOCK C 50.00",
                "finance.invoice-posted: AR D 120.00, REV C 100.00, TAX_OUT C 20.00",
            ], "\(vouchers)")
        #expect(try await firm.state(first).status == .completed)
        #expect(try await firm.waits(of: second).contains("wait-paid"))
        try await firm.expectNoIncident(in: first)
    }

    @Test("a closed period is not touched: the credit note is of today")
    func closedPeriod() async throws {
        let firm = try await Firm.trading(stock: [:])
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "invoicing": "on-order""#)
        try await firm.advance(to: "2026-04-07T09:00:00Z")
        try await firm.run("finance.close-period", #"{"period": "2026-03"}"#, as: "hugo")
        let before = firm.end
        try await firm.run(
            "process.publish-message",
            #"{"name": "cancel-order", "correlationKey": "sales.order/SO-1"}"#)
        try await firm.expectNoIncident(in: instance)
        let dates = try firm.events().filter {
            $0.position > before && $0.type == "finance.voucher-posted"
        }.map(\.effectiveDate.description)
        #expect(Set(dates) == ["2026-04-07"])
        #expect(try firm.names(after: before) == Self.credited(true) + Self.withdrawn)
        let periods = try firm.events().filter { $0.position > before }.map {
            $0.effectiveDate.description.prefix(7)
        }
        #expect(Set(periods) == ["2026-04"], "the old month is not touched")
    }

    @Test("what was shipped and billed in full is not cancelled: people agree on a return")
    func tooLate() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P3", 5)])
        let before = firm.end
        try await firm.run(
            "process.publish-message",
            #"{"name": "cancel-order", "correlationKey": "sales.order/SO-1"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try firm.names(after: before) == [])
        #expect(try await firm.tasks(of: instance).map(\.element) == ["agree-return"])
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("an instance that is cancelled with compensation takes back what it did")
    func operatorCancels() async throws {
        let firm = try await Firm.trading(stock: ["P3": 5])
        let instance = try await firm.order("SO-1", [("P3", 5)], channel: "phone")
        let before = firm.end
        try await firm.run(
            "process.cancel",
            #"{"instance": "\#(instance)", "compensate": true, "reason": "entered twice"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.state(instance).status == .terminated)
        let names = try firm.names(after: before)
        #expect(
            names == [
                "fulfillment.shipment-cancelled", "sales.order-progressed",
                "inventory.reservation-released", "sales.order-progressed",
            ])
        #expect(try firm.voucherTexts(after: before) == [])
        let counters = try await firm.counters(of: "SO-1")
        #expect(counters == ["ordered 5"], "\(counters)")
    }
}
