import Business
import EventLog
import Foundation
import Records
import Testing
import Views

/// A company that trades at random: what is refused is passed over.
struct RandomTrade {
    let trade: Trade
    private var random: SeededGenerator
    private var orders = 0
    private var purchases = 0
    private var deals = 0

    init(seed: UInt64) throws {
        trade = try Trade()
        random = SeededGenerator(seed)
    }

    private mutating func number(_ limit: UInt64) -> Int { Int(random.next() % limit) }

    /// One command, on the same day or some days later, now and then backdated.
    mutating func step() throws {
        if number(4) == 0 { trade.date = trade.date.adding(days: number(4)) }
        let order = "SO-\(number(UInt64(orders + 1)))"
        let purchase = "PO-\(number(UInt64(purchases + 1)))"
        let deal = "OP-\(number(UInt64(deals + 1)))"
        switch number(18) {
        case 0, 1, 2:
            orders += 1
            try give(
                "sales.place-order",
                """
                {"order": "SO-\(orders)", "customer": "C\(1 + number(2))", "warehouse": "W1",
                 "requestedDate": "\(trade.date.adding(days: number(9)))",
                 "lines": [{"product": "P1", "quantity": "\(1 + number(30))", "price": "15.00"},
                           {"product": "SV", "quantity": "1", "price": "5.00"}]}
                """)
        case 3, 4: try give("inventory.reserve", #"{"order": "\#(order)"}"#)
        case 5, 6: try give("fulfillment.ship", #"{"order": "\#(order)"}"#)
        case 7, 8: try give("finance.post-invoice", #"{"order": "\#(order)"}"#)
        case 9:
            try give(
                "finance.receive-payment",
                #"{"customer": "C\#(1 + number(2))", "amount": "\#(1 + number(500)).\#(10 + number(90))"}"#
            )
        case 10:
            purchases += 1
            try give(
                "purchasing.create-order",
                """
                {"order": "PO-\(purchases)", "supplier": "S1", "lines": [
                 {"product": "P1", "warehouse": "W1", "quantity": "\(1 + number(80))"}]}
                """)
            for step in ["submit", "approve", "send", "confirm"] {
                try give("purchasing.\(step)-order", #"{"order": "PO-\#(purchases)"}"#)
            }
        case 11, 12: try give("purchasing.receive-goods", #"{"order": "\#(purchase)"}"#)
        case 13: try give("sales.cancel-order", #"{"order": "\#(order)", "reason": "no need"}"#)
        case 14: try give("sales.close-order-short", #"{"order": "\#(order)", "reason": "short"}"#)
        case 15:
            deals += 1
            try give(
                "sales.open-opportunity",
                """
                {"opportunity": "OP-\(deals)", "name": "Deal", "stage": "Prospecting",
                 "account": "C1", "amount": "\(number(900)).00", "source": "web"}
                """)
        case 16:
            try give(
                "sales.change-opportunity-stage",
                #"{"opportunity": "\#(deal)", "stage": "Engaging"}"#)
        default:
            try give(
                "sales.win-opportunity",
                #"{"opportunity": "\#(deal)", "order": "none", "reason": "elsewhere"}"#)
        }
    }

    private func give(_ command: String, _ json: String) throws {
        do {
            try trade.run(command, json)
        } catch is Rejection {}
    }
}

@Suite("Random trade")
struct RandomTradeTests {
    @Test("however the log is cut into batches, a fresh fold gives the same rows")
    func sameRows() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = try RandomTrade(seed: seed)
        let hosted = try Hosted(random.trade)
        for step in 0..<400 {
            let start = random.trade.log.end.next
            try random.step()
            if step % 5 != 0 {
                let page = try random.trade.log.read(from: start)
                hosted.host.offer(try page.events.map(random.trade.decode))
            }
            if step % 40 == 0 { _ = try hosted.ask("finance.trial-balance") }
        }
        for query in ["finance.trial-balance", "funnel.stages", "fulfillment.orders"] {
            #expect(try hosted.ask(query).parked.isEmpty)
        }
        let folder = try TemporaryFolder()
        for view in ["funnel", "fulfillment", "finance"] {
            let audit = try hosted.host.audit(view, temporaryFolder: folder.path)
            #expect(audit.isClean, "\(view): \(audit.finding ?? "")")
            #expect(audit.position == random.trade.position)
            #expect(try hosted.host.rebuild(view).comparison == .same)
        }
    }

    @Test("views agree with the states that deciders see, and with the ledger")
    func agreement() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = try RandomTrade(seed: seed)
        for _ in 0..<400 { try random.step() }
        let trade = random.trade
        let hosted = try Hosted(trade)
        let balance = try hosted.ask("finance.trial-balance")
        #expect(balance.rows.count > 5, "the trade is more than refusals")
        #expect(try hosted.ask("fulfillment.orders").rows.count > 20)
        #expect(balance.total("closing") == "0.00")
        #expect(balance.total("debit") == balance.total("credit"))
        for query in ["finance.receivables", "finance.payables"] {
            let notes = try hosted.ask(query).notes
            #expect(!notes.contains { $0.contains("differ") }, "\(query): \(notes)")
        }
        let stock = trade.state(StockState.self, "W1:P1")
        let seen = try hosted.ask("fulfillment.stock")
        #expect(seen.only("onHand") ?? "0" == stock.onHand.digits)
        #expect(seen.only("value") ?? "0.00" == stock.value?.digits ?? "0.00")
        #expect(seen.only("reserved") ?? "0" == stock.held.digits)
        #expect(seen.only("backordered") ?? "0" == stock.backordered.digits)
        let merchandise = balance.table("account", "closing").first { $0.hasPrefix("1300") }
        #expect(merchandise ?? "1300 | 0.00" == "1300 | \(stock.value?.digits ?? "0.00")")
    }

    @Test("as-of and at give what a fold to that position gave then")
    func bothAxes() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = try RandomTrade(seed: seed)
        var earlier: [(position: UInt64, date: BusinessDate)] = []
        for step in 0..<300 {
            try random.step()
            if step % 75 == 74 { earlier.append((random.trade.position, random.trade.date)) }
        }
        let hosted = try Hosted(random.trade)
        let folder = try TemporaryFolder()
        for (position, date) in earlier {
            for (view, query) in [
                ("finance", "finance.trial-balance"), ("finance", "finance.balance-sheet"),
                ("finance", "finance.receivables"), ("finance", "finance.payables"),
                ("finance", "finance.margin"), ("finance", "finance.working-capital"),
                ("fulfillment", "fulfillment.stock"),
            ] {
                let asOf = date.adding(days: -3)
                let now = try hosted.ask(query, asOf: "\(asOf)", at: position)
                let folded = try hosted.host.fold(
                    view, through: position, temporaryFolder: folder.path)
                let then = try folded.query(
                    query, context: QueryContext(asOf: asOf, today: random.trade.date))
                #expect(now.rows == then.rows, "\(query) as of \(asOf) at \(position)")
                #expect(now.totals == then.totals)
            }
        }
    }
}
