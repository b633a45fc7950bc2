import Business
import Processes
import Records
import Testing

@testable import Engine

/// Rows of the table of what is undone at each point (semantics 1.4) beside ``CancellationTests``,
/// and the credit that is judged again when goods are to leave (semantics 1.3).
@Suite("Credit holds, and what is undone before anything was booked")
struct CreditHoldTests {
    /// Balances of accounts that events after a position left, without those at zero.
    private func balances(_ firm: Firm, after start: UInt64) throws -> [String: Int64] {
        var balances: [String: Int64] = [:]
        for event in try firm.events() where event.position > start {
            guard let voucher = event.event as? VoucherPosted else { continue }
            for line in voucher.lines {
                let sign: Int64 = line.side == .debit ? 1 : -1
                balances[line.account, default: 0] += sign * line.base.minorUnits
            }
        }
        return balances.filter { $0.value != 0 }
    }

    private func askToCancel(_ firm: Firm) async throws {
        try await firm.run(
            "process.publish-message",
            #"{"name": "cancel-order", "correlationKey": "sales.order/SO-1"}"#)
    }

    @Test("a quote that was sent is withdrawn: nothing is booked")
    func quoteSent() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1",
             "lines": [{"product": "P3", "quantity": "5", "price": "20.00"}]}
            """, as: "anna")
        try await firm.run("sales.send-quote", #"{"quote": "QU-1"}"#, as: "anna")
        let before = firm.end
        try await firm.run(
            "sales.withdraw-quote", #"{"quote": "QU-1", "reason": "no longer made"}"#, as: "anna")
        #expect(try firm.names(after: before) == ["sales.quote-withdrawn"])
        #expect(
            try await firm.refusal("sales.accept-quote", #"{"quote": "QU-1"}"#, as: "anna")
                == "wrong-state")
    }

    @Test("an order that a block stops is cancelled: the exposure never counted it")
    func pending() async throws {
        let firm = try await Firm.trading(stock: ["P3": 10])
        try await firm.run(
            "finance.set-credit-limit", #"{"customer": "C1", "limit": "50.00"}"#, as: "owner")
        let instance = try await firm.order("SO-1", [("P3", 5)])
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "pending")
        let before = firm.end
        try await askToCancel(firm)
        try await firm.expectNoIncident(in: instance)
        #expect(try firm.names(after: before) == ["sales.order-cancelled"])
        #expect(try await firm.state(instance).status == .completed)
        #expect(try await firm.tasks(of: instance).isEmpty)
    }

    @Test("money that came before anything was billed is kept as credit, and paid back by a person")
    func deposit() async throws {
        let firm = try await Firm.trading(stock: [:])
        let instance = try await firm.order("SO-1", [("P3", 5)])
        let start = firm.end
        try await firm.run(
            "finance.receive-payment",
            #"{"payment": "R1", "customer": "C1", "amount": "120.00", "reference": "SO-1"}"#,
            as: "gina")
        let before = firm.end
        try await askToCancel(firm)
        try await firm.expectNoIncident(in: instance)
        let wanted = ["finance.exposure-changed", "sales.order-cancelled"]
        #expect(Set(try firm.names(after: before)).isSuperset(of: wanted))
        #expect(try firm.vouchers(after: before) == [:])
        try await firm.run("finance.refund-payment", #"{"payment": "R1"}"#, as: "owner")
        #expect(
            try firm.vouchers(after: before)
                == ["finance.refund-paid": ["CUSTOMER_CREDIT D 120.00", "BANK C 120.00"]])
        #expect(try balances(firm, after: start) == [:])
    }

    @Test("goods that left come back also while a block stops the order")
    func shippedAndBlocked() async throws {
        let firm = try await Firm.trading(stock: ["P3": 10])
        let start = firm.end
        let instance = try await firm.order(
            "SO-1", [("P3", 5)], more: #", "invoicing": "manual""#)
        try await firm.run(
            "sales.raise-block",
            #"{"order": "SO-1", "kind": "credit", "reason": "the customer is bankrupt"}"#,
            as: "carl")
        let before = firm.end
        try await askToCancel(firm)
        try await firm.expectNoIncident(in: instance)
        let wanted = [
            "fulfillment.goods-issue-reversed", "fulfillment.shipment-cancelled",
            "inventory.reservation-released", "sales.order-cancelled",
        ]
        let names = try firm.names(after: before)
        #expect(names.filter(wanted.contains) == wanted, "\(names)")
        #expect(Set(try firm.vouchers(after: before).keys) == ["fulfillment.goods-issue-reversed"])
        #expect(try balances(firm, after: start) == [:])
    }

    @Test("who became overdue while waiting for goods is held for credit control")
    func overdueMeanwhile() async throws {
        let firm = try await Firm.trading(stock: [:])
        let instance = try await firm.order("SO-1", [("P3", 5)])
        try await firm.run(
            "finance.post-invoice",
            """
            {"customer": "C1", "terms": "immediate", "lines": [{"text": "Fitting",
             "quantity": "1", "price": "50.00", "taxCode": "standard"}]}
            """, as: "gina")
        try await firm.advance(to: "2026-04-20T09:00:00Z")
        let before = firm.end
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "5", "value": "50.00"}"#)
        try await firm.expectNoIncident(in: instance)
        let wanted = ["inventory.stock-reserved", "sales.order-block-raised"]
        #expect(try firm.names(after: before).filter(wanted.contains) == wanted)
        #expect(!(try firm.names(after: before).contains("fulfillment.goods-issued")))
        let task = try #require(
            try await firm.tasks(of: instance).first { $0.element == "release-blocks" })
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(task.id)", "payload": {"reason": "pays on Friday"}}"#, as: "carl")
        try await firm.expectNoIncident(in: instance)
        let names = try firm.names(after: before)
        #expect(names.contains("fulfillment.goods-issued"))
        #expect(names.contains("finance.invoice-posted"))
    }

    @Test("a stopped order keeps stock from others for 14 days: then the next who waits gets it")
    func holdRunsOut() async throws {
        let firm = try await Firm.trading(stock: [:])
        let stopped = try await firm.order("SO-1", [("P3", 5)])
        try await firm.run(
            "finance.post-invoice",
            """
            {"customer": "C1", "terms": "immediate", "lines": [{"text": "Fitting",
             "quantity": "1", "price": "50.00", "taxCode": "standard"}]}
            """, as: "gina")
        try await firm.run(
            "sales.open-account",
            """
            {"account": "C2", "name": "Second",
             "terms": {"paymentTerms": "net-30", "taxCode": "standard"}}
            """)
        try await firm.advance(to: "2026-04-20T09:00:00Z")
        try await firm.run(
            "sales.place-order",
            """
            {"order": "SO-2", "customer": "C2", "channel": "web",
             "lines": [{"product": "P3", "quantity": "3", "price": "20.00"}]}
            """, as: "anna")
        let next = try #require(try firm.instances(of: "order-to-cash").last)
        try await firm.run(
            "inventory.take-on-stock",
            #"{"product": "P3", "warehouse": "main", "quantity": "5", "value": "50.00"}"#)
        // Credit stops SO-1 when its goods are to leave, and it keeps them.
        try await firm.advance(to: "2026-05-04T08:00:00Z")
        let before = firm.end
        try await firm.advance(to: "2026-05-04T10:00:00Z")
        for instance in [stopped, next] { try await firm.expectNoIncident(in: instance) }
        let wanted = ["inventory.reservation-released", "inventory.stock-reserved"]
        #expect(try firm.names(after: before).filter(wanted.contains) == wanted)
        let released = try #require(
            try firm.events().lazy.compactMap { $0.event as? ReservationReleased }.last)
        #expect(released.order.text == "SO-1" && released.line == 1)
        #expect(released.quantity == Quantity(5))
        #expect(released.reason == "expired after 14 days")
        #expect(try await firm.field("status", of: "sales.order", "SO-1") == "pending")
        #expect(try firm.names(after: before).contains("fulfillment.goods-issued"))
        // When it pays it reserves again: two are left, and it waits for the rest.
        let task = try #require(
            try await firm.tasks(of: stopped).first { $0.element == "release-blocks" })
        try await firm.run(
            "process.complete-task",
            #"{"task": "\#(task.id)", "payload": {"reason": "has paid"}}"#, as: "carl")
        try await firm.expectNoIncident(in: stopped)
        let again = try #require(
            try firm.events().lazy.compactMap { $0.event as? StockReserved }.last)
        #expect(again.order.text == "SO-1")
        #expect(again.quantity == Quantity(2) && again.backordered == Quantity(3))
    }

    @Test("a stopped order that holds nothing gives nothing up, however often its hold runs out")
    func holdWithoutStock() async throws {
        let firm = try await Firm.trading(stock: [:])
        try await firm.run(
            "finance.set-credit-limit", #"{"customer": "C1", "limit": "50.00"}"#, as: "owner")
        let instance = try await firm.order("SO-1", [("P3", 5)])
        let before = firm.end
        try await firm.advance(to: "2026-05-04T10:00:00Z")
        try await firm.expectNoIncident(in: instance)
        #expect(!(try firm.names(after: before).contains("inventory.reservation-released")))
        #expect(try await firm.tasks(of: instance).map(\.element) == ["release-blocks"])
    }
}
