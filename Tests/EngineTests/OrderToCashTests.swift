import Business
import Processes
import Records
import Testing

@Suite("Order to cash, from the order to the money")
struct OrderToCashTests {
    /// Events of an order of three lines on the way that runs by itself, at the most.
    static let eventsOfACycleMax: UInt64 = 60

    @Test("three lines on the way that runs by itself")
    func goldenPath() async throws {
        let firm = try await Firm.trading()
        try await firm.order("SO-0", [("P1", 1), ("P2", 1), ("P3", 1)])
        try await firm.pay(order: "SO-0", "72.00")
        let before = firm.end
        let instance = try await firm.order("SO-1", [("P1", 2), ("P2", 3), ("P3", 5)])
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "240.00")
        #expect(try await firm.state(instance).status == .completed)
        #expect(try firm.names(after: before) == Self.goldenEvents)
        let vouchers = try firm.vouchers(after: before)
        #expect(vouchers == Self.goldenVouchers)
        let count = firm.end - before
        print("events of a cycle: \(count)")
        #expect(count <= Self.eventsOfACycleMax)
    }

    static let goldenEvents = [
        "sales.order-placed", "sales.order-released", "finance.exposure-changed",
        "inventory.stock-reserved", "inventory.stock-reserved", "inventory.stock-reserved",
        "sales.order-progressed", "sales.order-progressed", "sales.order-progressed",
        "sales.order-reserved-in-full", "fulfillment.shipment-planned",
        "fulfillment.pick-started", "fulfillment.pick-confirmed", "fulfillment.shipment-packed",
        "fulfillment.goods-issued", "sales.order-progressed", "sales.order-progressed",
        "sales.order-shipped-in-full", "inventory.stock-issued", "inventory.stock-issued",
        "inventory.stock-issued", "finance.voucher-posted", "finance.number-taken",
        "finance.invoice-posted", "sales.order-progressed", "sales.order-invoiced-in-full",
        "sales.order-completed", "finance.item-opened", "finance.exposure-changed",
        "finance.voucher-posted", "finance.payment-received", "finance.item-cleared",
        "finance.exposure-changed", "finance.voucher-posted", "sales.order-paid",
    ]

    static let goldenVouchers = [
        "fulfillment.goods-issued": [
            "COGS D 20.00", "COGS D 30.00", "COGS D 50.00", "STOCK C 20.00", "STOCK C 30.00",
            "STOCK C 50.00",
        ],
        "finance.invoice-posted": [
            "AR D 240.00", "REV C 40.00", "REV C 60.00", "REV C 100.00",
            "TAX_OUT C 40.00",
        ],
        "finance.payment-received": ["BANK D 240.00", "AR C 240.00"],
    ]

    @Test("an order on the phone is picked, packed and handed over by the warehouse's people")
    func byPeople() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        for element in ["start-pick", "pick", "pack", "issue"] {
            let task = try #require(try await firm.tasks(of: instance).first, "\(element)")
            #expect(task.element == element)
            #expect(task.task.candidateGroups == ["warehouse"])
            #expect(
                try await firm.refusal(
                    "process.complete-task", #"{"task": "\#(task.id)"}"#, as: "emil")
                    == "task-not-yours")
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
        }
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "48.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("what came later is picked by the same people in the same way")
    func secondShipment() async throws {
        let firm = try await Firm.trading(stock: ["P1": 10, "P2": 3])
        let instance = try await firm.order("SO-1", [("P1", 2), ("P2", 5)], channel: "phone")
        for round in 1...2 {
            for element in ["start-pick", "pick", "pack", "issue"] {
                let task = try #require(
                    try await firm.tasks(of: instance).first { $0.element == element },
                    "\(element) of shipment \(round)")
                try await firm.run(
                    "process.complete-task", #"{"task": "\#(task.id)"}"#, as: "dora")
            }
            if round == 2 { break }
            try await firm.run(
                "inventory.count-stock",
                #"{"warehouse": "main", "lines": [{"product": "P2", "counted": "2"}]}"#,
                as: "dora")
        }
        try await firm.expectNoIncident(in: instance)
        #expect(
            try await firm.counters(of: "SO-1") == [
                "ordered 2 shipped 2 invoiced 2", "ordered 5 shipped 5 invoiced 5",
            ])
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("a command given directly completes the task that is bound to it")
    func direct() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        let shipment = try await shipment(of: "SO-1", in: firm)
        for (command, element) in [
            ("start-pick", "pick"), ("confirm-pick", "pack"), ("pack", "issue"),
            ("issue-goods", "wait-paid"),
        ] {
            try await firm.run(
                "fulfillment.\(command)", #"{"shipment": "\#(shipment)"}"#, as: "dora")
            #expect(try await firm.waits(of: instance).contains(element), "after \(command)")
        }
        try await firm.expectNoIncident(in: instance)
    }

    @Test("a task of one order is not completed by the command for another one")
    func othersTask() async throws {
        let firm = try await Firm.trading()
        let first = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        let shipment = try await shipment(of: "SO-1", in: firm)
        let second = try await firm.order("SO-11", [("P1", 2)], channel: "phone")
        try await firm.run(
            "fulfillment.start-pick", #"{"shipment": "\#(shipment)"}"#, as: "dora")
        #expect(try await firm.tasks(of: first).map(\.element) == ["pick"])
        #expect(try await firm.tasks(of: second).map(\.element) == ["start-pick"])
    }

    @Test("a shipment that is given up is planned again")
    func shipmentGivenUp() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P1", 2)], channel: "phone")
        let first = try await shipment(of: "SO-1", in: firm)
        try await firm.run(
            "fulfillment.cancel-shipment", #"{"shipment": "\#(first)", "reason": "broken box"}"#,
            as: "dora")
        let second = try await shipment(of: "SO-1", in: firm)
        #expect(second != first)
        #expect(try await firm.tasks(of: instance).map(\.element) == ["start-pick"])
        try await firm.expectNoIncident(in: instance)
    }

    // MARK: Blocks

    @Test("a credit block is released by the credit controller, never by who placed the order")
    func creditBlock() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "100.00", "reason": "new"}"#, as: "carl")
        let instance = try await firm.order("SO-1", [("P1", 10)])
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "release-blocks")
        #expect(task.task.candidateGroups == ["credit-controller", "finance-manager"])
        let complete = #"{"task": "\#(task.id)", "payload": {"reason": "he pays on Friday"}}"#
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "anna")
                == "task-not-yours")
        #expect(
            try await firm.refusal("process.complete-task", complete, as: "dora")
                == "task-not-yours")
        try await firm.run("process.complete-task", complete, as: "carl")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        #expect(try firm.names().filter { $0 == "sales.order-block-released" }.count == 1)
    }

    @Test("releasing the block directly completes the task")
    func directRelease() async throws {
        let firm = try await Firm.trading()
        try await firm.run(
            "finance.set-credit-limit",
            #"{"customer": "C1", "limit": "100.00", "reason": "new"}"#, as: "carl")
        let instance = try await firm.order("SO-1", [("P1", 10)])
        try await firm.run(
            "sales.release-block",
            #"{"order": "SO-1", "kind": "credit", "reason": "he pays on Friday"}"#, as: "carl")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("a block raised later stops what was not shipped, and a person lets it go on")
    func laterBlock() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let instance = try await firm.order("SO-1", [("P3", 5)])
        #expect(try await firm.waits(of: instance).contains("stock-came"))
        try await firm.run(
            "sales.raise-block", #"{"order": "SO-1", "kind": "manual", "reason": "call first"}"#,
            as: "anna")
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "4", "value": "40.00"}"#)
        #expect(try await firm.tasks(of: instance).map(\.element) == ["release-blocks"])
        try await firm.run(
            "sales.release-block",
            #"{"order": "SO-1", "kind": "manual", "reason": "called"}"#, as: "berta")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "completed")
    }

    // MARK: Parts

    @Test("what is there is shipped and billed, the rest when it comes; one payment for both bills")
    func parts() async throws {
        let firm = try await Firm.trading(stock: ["P3": 60])
        let instance = try await firm.order("SO-1", [("P3", 100)])
        #expect(try firm.names().filter { $0 == "finance.invoice-posted" }.count == 1)
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "40", "value": "400.00"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try firm.names().filter { $0 == "finance.invoice-posted" }.count == 2)
        #expect(try firm.names().filter { $0 == "fulfillment.goods-issued" }.count == 2)
        try await firm.pay(order: "SO-1", "2400.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("an order to be delivered whole waits until all of it is there")
    func whole() async throws {
        let firm = try await Firm.trading(stock: ["P2": 5, "P3": 60])
        let instance = try await firm.order(
            "SO-1", [("P2", 5), ("P3", 100)], more: #", "deliveryRule": "complete-order""#)
        #expect(try firm.names().contains("fulfillment.goods-issued") == false)
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "40", "value": "400.00"}"#)
        try await firm.expectNoIncident(in: instance)
        #expect(try firm.names().filter { $0 == "fulfillment.goods-issued" }.count == 1)
    }

    @Test("an order closed short is billed and paid for what was shipped")
    func closedShort() async throws {
        let firm = try await Firm.trading(stock: ["P3": 60])
        let instance = try await firm.order("SO-1", [("P3", 100)])
        try await firm.run(
            "sales.close-order-short", #"{"order": "SO-1", "reason": "no longer made"}"#,
            as: "anna")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "1440.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("a service has nothing to ship and is billed at once")
    func service() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("SV", 3)])
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.pay(order: "SO-1", "72.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    @Test("where people bill, the invoice is on their work list")
    func billedByPeople() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order(
            "SO-1", [("P1", 2)], more: #", "invoicing": "manual""#)
        let task = try #require(try await firm.tasks(of: instance).first)
        #expect(task.element == "write-bill")
        try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "gina")
        try await firm.expectNoIncident(in: instance)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
    }

    @Test("an order whose payment bounced is asked for until it is paid again")
    func paymentTakenBack() async throws {
        let firm = try await Firm.trading()
        let order = try await firm.order("SO-1", [("P3", 5)])
        try await firm.run(
            "finance.receive-payment",
            #"{"payment": "PM-1", "customer": "C1", "order": "SO-1", "amount": "120.00"}"#,
            as: "gina")
        #expect(try await firm.state(order).status == .completed)
        #expect(try firm.instances(of: "payment-return").isEmpty)
        try await firm.run(
            "finance.bounce-payment", #"{"payment": "PM-1", "reason": "no funds"}"#, as: "gina")
        let instance = try #require(try firm.instances(of: "payment-return").last)
        let first = try #require(try await firm.tasks(of: instance).first)
        #expect(first.element == "collect")
        try await firm.run("process.complete-task", #"{"task": "\#(first.id)"}"#, as: "gina")
        #expect(try await firm.tasks(of: instance).isEmpty)
        try await firm.advance(to: "2026-03-20T09:00:00Z")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["collect"])
        try await firm.pay(order: "SO-1", "120.00")
        #expect(try await firm.tasks(of: instance).isEmpty)
        #expect(try await firm.state(instance).status == .completed)
        try await firm.expectNoIncident(in: instance)
    }

    // MARK: Time

    @Test("what is late goes to sales once, and an overdue bill to accounting")
    func late() async throws {
        let firm = try await Firm.trading(stock: ["P3": 1])
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "promisedDate": "2026-03-10""#)
        try await firm.advance(to: "2026-03-10T23:00:00Z")
        #expect(try await firm.tasks(of: instance).isEmpty)
        try await firm.advance(to: "2026-03-11T09:00:00Z")
        #expect(try await firm.tasks(of: instance).map(\.element) == ["tell-late"])
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "4", "value": "40.00"}"#)
        let due = try await firm.waits(of: instance)
        #expect(due.contains("wait-paid") && due.contains("overdue"))
        let left = try await firm.tasks(of: instance)
        #expect(left.isEmpty, "the goods have left: there is nothing to tell any more")
        try await firm.advance(to: "2026-05-25T09:00:00Z")
        let tasks = try await firm.tasks(of: instance).map(\.element)
        #expect(tasks.filter { $0 == "remind" }.count == 1, "one at a time, however late it is")
        try await firm.expectNoIncident(in: instance)
        try await firm.pay(order: "SO-1", "120.00")
        #expect(try await firm.state(instance).status == .completed)
        #expect(try await firm.tasks(of: instance).isEmpty)
    }

    @Test("the next reminder comes ten days after the last was done, three at the most")
    func reminders() async throws {
        let firm = try await Firm.trading()
        let instance = try await firm.order("SO-1", [("P3", 5)])
        // Billed on 2026-03-02 and due on 2026-04-01: the first comes ten days after that.
        let accountants = ["accountant"]
        let rounds = [
            (none: "2026-04-11T07:59:59Z", done: "2026-04-14T08:00:00Z", groups: accountants),
            (
                none: "2026-04-24T07:59:59Z", done: "2026-05-20T08:00:00Z",
                groups: accountants + ["finance-manager"]
            ),
            (
                none: "2026-05-30T07:59:59Z", done: "2026-05-30T08:00:00Z",
                groups: accountants + ["finance-manager"]
            ),
        ]
        for round in rounds {
            try await firm.advance(to: round.none)
            #expect(try await firm.tasks(of: instance).isEmpty, "until \(round.none)")
            try await firm.advance(to: round.done)
            let tasks = try await firm.tasks(of: instance)
            #expect(tasks.map(\.element) == ["remind"])
            let task = try #require(tasks.first)
            #expect(task.task.candidateGroups == round.groups)
            try await firm.run("process.complete-task", #"{"task": "\#(task.id)"}"#, as: "gina")
        }
        try await firm.advance(to: "2026-08-01T08:00:00Z")
        #expect(try await firm.tasks(of: instance).isEmpty)
        #expect(try await firm.waits(of: instance).contains("wait-paid"))
        try await firm.expectNoIncident(in: instance)
        try await firm.pay(order: "SO-1", "120.00")
        #expect(try await firm.state(instance).status == .completed)
    }

    private func shipment(of order: String, in firm: Firm) async throws -> String {
        let planned = try firm.events().last {
            $0.type == "fulfillment.shipment-planned"
                && ($0.event as? ShipmentPlanned)?.order.text == order
        }
        return try #require(planned).stream.id
    }
}
