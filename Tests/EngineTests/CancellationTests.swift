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
    /// What cancelling writes, in this order; other events may stand between.
    let events: [String]
    /// Sources of vouchers that cancelling posts.
    var vouchers: [String] = []

    var testDescription: String { reached }
}

@Suite("What cancelling an order undoes at each point it has reached")
struct CancellationTests {
    static let rows = [
        CancellationRow(
            reached: "released, nothing reserved", stock: 0, events: ["sales.order-cancelled"]),
        CancellationRow(
            reached: "reserved in part, not shipped", stock: 4,
            more: #", "deliveryRule": "complete-line", "promisedDate": "2026-04-01""#,
            events: ["sales.order-cancelled"]),
        CancellationRow(
            reached: "planned", channel: "phone",
            events: [
                "fulfillment.shipment-cancelled", "inventory.reservation-released",
                "sales.order-cancelled",
            ]),
        CancellationRow(
            reached: "picked", channel: "phone", done: ["start-pick", "pick"],
            events: [
                "fulfillment.shipment-cancelled", "inventory.reservation-released",
                "sales.order-cancelled",
            ]),
        CancellationRow(
            reached: "shipped, not invoiced", more: #", "invoicing": "manual""#,
            events: [
                "fulfillment.goods-issue-reversed", "fulfillment.shipment-cancelled",
                "inventory.reservation-released", "sales.order-cancelled",
            ], vouchers: ["fulfillment.goods-issue-reversed"]),
        CancellationRow(
            reached: "invoiced, not shipped", stock: 0, more: #", "invoicing": "on-order""#,
            events: ["finance.credit-note-posted", "sales.order-cancelled"],
            vouchers: ["finance.credit-note-posted", "finance.credit-note-allocated"]),
        CancellationRow(
            reached: "shipped in part and invoiced, unpaid", stock: 2,
            events: [
                "finance.credit-note-posted", "fulfillment.goods-issue-reversed",
                "fulfillment.shipment-cancelled", "inventory.reservation-released",
                "sales.order-cancelled",
            ],
            vouchers: [
                "finance.credit-note-posted", "finance.credit-note-allocated",
                "fulfillment.goods-issue-reversed",
            ]),
        CancellationRow(
            reached: "paid, not shipped", stock: 0, more: #", "invoicing": "on-order""#,
            isPaid: true, events: ["finance.credit-note-posted", "sales.order-cancelled"],
            vouchers: ["finance.credit-note-posted"]),
    ]

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
        #expect(names.filter(row.events.contains) == row.events, "\(names)")
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "cancelled")
        let vouchers = Set(try firm.vouchers(after: before).keys)
        #expect(vouchers == Set(row.vouchers))
        if row.isPaid { try await payBack(instance, firm) }
        #expect(try await firm.state(instance).status == .completed)
        try expectBooksAtZero(firm, after: start, isPaid: row.isPaid)
    }

    /// The customer gets his money back, by a person.
    private func payBack(_ instance: String, _ firm: Firm) async throws {
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "pay-back")
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(task.id)", "payload": {"amount": "120.00", "reference": "back"}}"#,
            as: "gina")
        try await firm.expectNoIncident(in: instance)
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
        let wanted = [
            "sales.order-cancelled", "inventory.reservation-released", "inventory.stock-reserved",
            "fulfillment.goods-issued",
        ]
        #expect(names.filter(wanted.contains) == wanted)
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
        let wanted = ["fulfillment.shipment-cancelled", "inventory.reservation-released"]
        #expect(names.filter(wanted.contains) == wanted)
    }
}
