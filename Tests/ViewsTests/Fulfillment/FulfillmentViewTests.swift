import Business
import Records
import Testing
import Views

@Suite("Fulfillment view")
struct FulfillmentViewTests {
    @Test("an order's axes and label at each step of its life")
    func axes() throws {
        let trade = try Trade()
        let view = try Hosted(trade)
        func order() throws -> String {
            try view.ask("fulfillment.orders").table(
                "label", "reserved", "shipped", "delivered", "invoiced", "paid", "open"
            ).joined()
        }
        try trade.receive()
        try trade.place("SO-1", quantity: 60, on: "2026-02-03")
        #expect(try order() == "Pending Fulfillment | none | none | none | none | none | 900.00")
        try trade.run("inventory.reserve", #"{"order": "SO-1"}"#)
        #expect(try order() == "Pending Fulfillment | full | none | none | none | none | 900.00")
        try trade.run("fulfillment.ship", #"{"order": "SO-1"}"#)
        #expect(try order() == "Pending Billing | full | full | none | none | none | 0.00")
        try trade.invoice()
        #expect(try order() == "Billed | full | full | none | full | none | 0.00")
        try trade.pay()
        #expect(try order() == "Billed | full | full | none | full | partial | 0.00")
        try trade.run("finance.receive-payment", #"{"customer": "C1", "amount": "80.00"}"#)
        #expect(try order() == "Billed | full | full | none | full | full | 0.00")
    }

    @Test("what is short shows as back-order, as requisition and as the reason for being late")
    func shortage() throws {
        let trade = try Trade()
        try trade.receive()
        try trade.place(
            "SO-2", quantity: 130, more: #", "requestedDate": "2026-02-10""#, on: "2026-02-03")
        try trade.run("inventory.reserve", #"{"order": "SO-2"}"#)
        try trade.run("fulfillment.ship", #"{"order": "SO-2"}"#)
        let view = try Hosted(trade)
        #expect(
            try view.ask("fulfillment.orders").table("label", "reserved", "shipped", "open") == [
                "Pending Billing/Partially Fulfilled | partial | partial | 450.00"
            ])
        #expect(
            try view.ask("fulfillment.backorders").table("order", "product", "quantity") == [
                "SO-2 | P1 | 30"
            ])
        #expect(
            try view.ask("fulfillment.requisitions").table("product", "quantity", "supplier") == [
                "P1 | 30 | S1"
            ])
        let inTime = try view.ask(
            "fulfillment.late", #"{"kind": "order"}"#, today: "2026-02-10")
        #expect(inTime.rows.isEmpty)
        let late = try view.ask("fulfillment.late", #"{"kind": "order"}"#, today: "2026-02-14")
        #expect(
            late.table("id", "name", "daysLate", "why") == [
                "SO-2 | Customer C1 | 4 | 30 of P1 missing, none on order"
            ])
    }

    @Test("stock with what is held and coming, and as it was")
    func stock() throws {
        let trade = try Trade()
        try trade.receive()
        let afterReceipt = trade.position
        try trade.ship()
        try trade.bill()
        try trade.place("SO-3", quantity: 10, on: "2026-02-11")
        try trade.run("inventory.reserve", #"{"order": "SO-3"}"#)
        let view = try Hosted(trade)
        let now = try view.ask("fulfillment.stock")
        #expect(
            now.table("warehouse", "product", "name", "onHand", "value", "reserved", "available")
                == ["W1 | P1 | Chair | 40 | 408.00 | 10 | 30"])
        #expect(now.total("value") == "408.00")
        func past(_ asOf: String?, _ at: UInt64? = nil) throws -> [String] {
            try view.ask("fulfillment.stock", asOf: asOf, at: at).table("onHand", "value")
        }
        #expect(try past("2026-01-31") == [])
        #expect(try past("2026-02-02") == ["100 | 1000.00"])
        #expect(try past("2026-02-03") == ["40 | 400.00"])
        #expect(try past("2026-02-10") == ["40 | 408.00"])
        #expect(try past(nil, afterReceipt) == ["100 | 1000.00"])
        #expect(try past("2026-02-28", afterReceipt) == ["100 | 1000.00"])
    }

    @Test("one order whole: lines, shipments, invoices and its time line")
    func order() throws {
        let trade = try Trade.golden()
        let view = try Hosted(trade)
        let reply = try view.ask("fulfillment.order", #"{"order": "SO-1"}"#)
        let row = try #require(reply.rows.first)
        #expect(row["order"]?["label"]?.text == "Billed")
        #expect(row["billed"]?.text == "1080.00")
        #expect(row["unpaid"]?.text == "80.00")
        #expect(row["lines"]?.arrayValue?.first?["shipped"]?.text == "60")
        #expect(row["shipments"]?.arrayValue?.first?["status"]?.text == "shipped")
        let steps = row["steps"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
        #expect(steps.first == "Order placed, net 900.00 EUR")
        #expect(steps.contains("Reserved in full"))
        #expect(steps.contains("Shipped in full"))
        #expect(steps.contains("Invoice INV-2026-000001 posted"))
        #expect { _ = try view.ask("fulfillment.order", #"{"order": "SO-9"}"#) } throws: {
            ($0 as? QueryFailure)?.code == "unknown-object"
        }
    }

    @Test("purchases with what came in and what was billed")
    func purchases() throws {
        let trade = try Trade()
        let view = try Hosted(trade)
        try trade.receive()
        #expect(
            try view.ask("fulfillment.purchases").table(
                "order", "name", "status", "received", "invoiced", "value", "receivedValue")
                == ["PO-1 | Supplier S1 | confirmed | full | none | 1000.00 | 1000.00"])
        try trade.bill()
        #expect(
            try view.ask("fulfillment.purchases").table("status", "invoiced", "invoicedValue")
                == ["completed | full | 1020.00"])
        #expect(try view.ask("fulfillment.purchases", #"{"open": true}"#).rows.isEmpty)
    }

    @Test("on time and in full against the first promise, and the days that it took")
    func service() throws {
        let trade = try Trade()
        try trade.receive()
        let promise = #", "requestedDate": "2026-02-05""#
        for (order, shippedOn) in [("SO-1", "2026-02-05"), ("SO-2", "2026-02-07")] {
            try trade.place(order, quantity: 10, more: promise, on: "2026-02-03")
            try trade.run("inventory.reserve", #"{"order": "\#(order)"}"#)
            try trade.run("fulfillment.ship", #"{"order": "\#(order)"}"#, on: shippedOn)
        }
        try trade.place("SO-3", quantity: 10, more: promise, on: "2026-02-05")
        let view = try Hosted(trade)
        let otif = try view.ask("fulfillment.otif", today: "2026-02-10")
        #expect(
            otif.table("due", "onTime", "inFull", "onTimeInFull", "rate") == [
                "3 | 1 | 2 | 1 | 0.3333"
            ])
        let cycle = try view.ask("fulfillment.cycle-time")
        #expect(cycle.table("orders", "median", "ninetieth", "entry") == ["2 | 3 | 4 | 0"])
    }

    @Test("what left at the first attempt, of orders, lines and units")
    func fillRate() throws {
        let trade = try Trade()
        try trade.receive()
        // All of 10 leaves at once; of 120 only the 90 that are there.
        for (order, quantity) in [("SO-1", 10), ("SO-2", 120)] {
            try trade.place(order, quantity: quantity, on: "2026-02-03")
            try trade.run("inventory.reserve", #"{"order": "\#(order)"}"#)
            try trade.run("fulfillment.ship", #"{"order": "\#(order)"}"#)
        }
        // Nothing of this one has left: no attempt was made.
        try trade.place("SO-3", quantity: 5, on: "2026-02-04")
        let view = try Hosted(trade)
        let rates = try view.ask("fulfillment.fill-rate")
        #expect(
            rates.table("orders", "fullOrders", "orderRate", "lines", "fullLines", "unitRate") == [
                "2 | 1 | 0.5 | 2 | 1 | 0.7692"
            ])
        let later = try view.ask("fulfillment.fill-rate", #"{"from": "2026-02-04"}"#)
        #expect(later.rows.isEmpty)
    }

    @Test("suppliers by their word, and stock by its turns")
    func supply() throws {
        let view = try Hosted(try Trade.golden())
        let suppliers = try view.ask("fulfillment.suppliers")
        #expect(
            suppliers.table("supplier", "orders", "received", "onTime", "confirmDays", "cycleDays")
                == ["S1 | 1 | 1 | 1 | 0 | 0"])
        #expect(suppliers.table("priceVariance", "bills") == ["20.00 | 1"])
        // 1,000.00 for two days, 400.00 for seven, 408.00 for one: 5,208.00 over ten days.
        let turnover = try view.ask(
            "fulfillment.turnover", #"{"from": "2026-02-01", "to": "2026-02-10"}"#)
        #expect(
            turnover.table("cost", "averageValue", "days", "turns", "value", "daysStill") == [
                "600.00 | 520.80 | 8.68 | 42.0507 | 408.00 | 7"
            ])
    }

    @Test("the past of other questions is refused, and folded instead")
    func past() throws {
        let trade = try Trade()
        try trade.receive()
        let then = trade.position
        try trade.ship()
        let view = try Hosted(trade)
        #expect { _ = try view.ask("fulfillment.orders", at: then) } throws: {
            ($0 as? QueryFailure)?.code == "option-not-supported"
        }
        let folder = try TemporaryFolder()
        let folded = try view.host.fold(
            "fulfillment", through: then, temporaryFolder: folder.path)
        let reply = try folded.query(
            "fulfillment.orders", context: QueryContext(today: trade.date))
        #expect(reply.rows.isEmpty)
        #expect(reply.position == then)
    }
}
