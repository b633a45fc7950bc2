import Business
import Records
import Testing
import Views

@Suite("Funnel view")
struct FunnelViewTests {
    /// Three deals: one won without an order after 10 days, one lost, one open.
    private func deals() throws -> Trade {
        let trade = try Trade()
        for (deal, amount, source) in [
            ("OP-1", "300.00", "fair"), ("OP-2", "100.00", "web"), ("OP-3", "200.50", "fair"),
        ] {
            try trade.run(
                "sales.open-opportunity",
                """
                {"opportunity": "\(deal)", "name": "Deal \(deal)", "stage": "Prospecting",
                 "account": "C1", "amount": "\(amount)", "source": "\(source)", "owner": "Ann",
                 "closeDate": "2026-03-31"}
                """, on: "2026-02-01")
        }
        for deal in ["OP-1", "OP-3"] {
            try trade.run(
                "sales.change-opportunity-stage",
                #"{"opportunity": "\#(deal)", "stage": "Engaging"}"#, on: "2026-02-05")
        }
        try trade.run(
            "sales.win-opportunity",
            #"{"opportunity": "OP-1", "order": "none", "reason": "billed elsewhere"}"#,
            on: "2026-02-11")
        try trade.run(
            "sales.lose-opportunity", #"{"opportunity": "OP-2", "reason": "price"}"#,
            on: "2026-02-21")
        return trade
    }

    @Test("open deals by stage, weighted by the stage's probability")
    func stages() throws {
        let view = try Hosted(try deals())
        let reply = try view.ask("funnel.stages", today: "2026-02-25")
        #expect(
            reply.table("stage", "probability", "deals", "amount", "weighted", "medianDays") == [
                "Engaging | 0.5 | 1 | 200.50 | 100.25 | 20"
            ])
        #expect(reply.total("weighted") == "100.25")
    }

    @Test("win rate by count and value, average deal and median cycle, by person and period")
    func winRate() throws {
        let view = try Hosted(try deals())
        let columns = ["group", "won", "lost", "rate", "rateByValue", "averageDeal", "medianCycle"]
        func rows(_ parameters: String) throws -> [String] {
            try view.ask("funnel.win-rate", parameters).rows.map { row in
                columns.map { row[$0]?.text ?? "-" }.joined(separator: " | ")
            }
        }
        #expect(try rows("{}") == ["all | 1 | 1 | 0.5 | 0.75 | 300.00 | 10"])
        #expect(
            try rows(#"{"by": "source"}"#) == [
                "fair | 1 | 0 | 1 | 1 | 300.00 | 10", "web | 0 | 1 | 0 | 0 | - | -",
            ])
        #expect(
            try rows(#"{"from": "2026-02-12", "by": "month"}"#) == [
                "2026-02 | 0 | 1 | 0 | 0 | - | -"
            ])
        #expect(try rows(#"{"owner": "Bob"}"#) == [])
        #expect(
            try view.ask("funnel.velocity").table("deals", "medianCycle", "perDay") == [
                "2 | 10 | 30.00"
            ])
        #expect(
            try view.ask("funnel.lost-reasons").table("reason", "deals", "amount", "share") == [
                "price | 1 | 100.00 | 1"
            ])
    }

    @Test("of the deals that entered a stage, how many went on")
    func conversion() throws {
        let view = try Hosted(try deals())
        #expect(
            try view.ask("funnel.conversion").table(
                "stage", "entered", "movedOn", "won", "lost", "stillThere", "rate") == [
                    "Prospecting | 3 | 2 | 1 | 1 | 0 | 0.6667",
                    "Engaging | 2 | 1 | 1 | 0 | 1 | 0.5",
                ])
    }

    @Test("what is expected by month: won, weighted and by what history says")
    func forecast() throws {
        let view = try Hosted(try deals())
        #expect(
            try view.ask("funnel.forecast").table(
                "month", "won", "deals", "bestCase", "weighted", "byHistory", "forecast") == [
                    "2026-02 | 300.00 | 0 | - | - | - | 300.00",
                    "2026-03 | - | 1 | 200.50 | 100.25 | 200.50 | 100.25",
                ])
    }

    @Test("leads and sources: what was captured, converted and won")
    func leads() throws {
        let trade = try deals()
        for lead in ["LD-1", "LD-2"] {
            try trade.run(
                "marketing.capture-lead",
                #"{"lead": "\#(lead)", "company": "Nova", "source": "fair"}"#, on: "2026-02-22")
        }
        try trade.run(
            "marketing.qualify-lead", #"{"lead": "LD-1", "reason": "has budget"}"#,
            on: "2026-02-24")
        try trade.run(
            "marketing.convert-lead",
            #"{"lead": "LD-1", "account": "nova", "opportunity": "OP-4", "opportunityName": "Chairs", "amount": "900"}"#,
            on: "2026-02-26")
        let view = try Hosted(trade)
        #expect(
            try view.ask("funnel.leads").table("leads", "converted", "open", "rate", "medianDays")
                == ["2 | 1 | 1 | 0.5 | 4"])
        #expect(
            try view.ask("funnel.sources").table("source", "leads", "converted", "deals", "won")
                == ["fair | 2 | 1 | 3 | 1", "web | 0 | 0 | 1 | 0"])
        let deal = try view.ask("sales.deal", #"{"deal": "OP-4"}"#)
        #expect(deal.only("firstContactOn") == "2026-02-22")
        #expect(deal.only("lead") == "LD-1")
    }

    @Test("one deal from quote to cash and margin")
    func deal() throws {
        let trade = try Trade()
        try trade.receive()
        try trade.run(
            "sales.open-opportunity",
            """
            {"opportunity": "OP-1", "name": "Chairs", "stage": "Proposal", "account": "C1",
             "amount": "900.00", "source": "fair", "owner": "Ann"}
            """, on: "2026-02-02")
        try trade.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1", "lines": [{"product": "P1", "quantity": "60",
             "price": "15.00"}], "terms": {"opportunity": "OP-1"}}
            """)
        try trade.run("sales.send-quote", #"{"quote": "QU-1", "validUntil": "2026-03-30"}"#)
        try trade.run(
            "sales.accept-quote",
            #"{"quote": "QU-1", "order": "SO-1", "warehouse": "W1"}"#, on: "2026-02-03")
        try trade.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try trade.run("fulfillment.ship", #"{"order": "SO-1"}"#)
        try trade.invoice()
        try trade.run(
            "finance.receive-payment", #"{"customer": "C1", "amount": "1080.00"}"#,
            on: "2026-03-01")
        let view = try Hosted(trade)
        let reply = try view.ask("sales.deal", #"{"deal": "OP-1"}"#)
        #expect(
            reply.table("status", "ordered", "invoiced", "received", "cost", "margin", "marginRate")
                == ["won | 900.00 | 900.00 | 1080.00 | 600.00 | 300.00 | 0.3333"])
        let steps = reply.rows[0]["steps"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
        #expect(
            steps == [
                "Deal opened, 900.00 EUR", "Stage Proposal, 0.5", "Quote drafted",
                "Quote sent, net 900.00 EUR", "Quote accepted, net 900.00 EUR",
                "Won, 900.00 EUR", "Order placed, net 900.00 EUR",
                "Goods issued, cost 600.00 EUR", "Invoiced, net 900.00 EUR",
                "Order completed", "Paid, 1080.00 EUR",
            ])
    }

    /// A deal won with an order of 60 pieces at 15.00.
    private func won() throws -> Trade {
        let trade = try Trade()
        try trade.receive()
        try trade.run(
            "sales.open-opportunity",
            """
            {"opportunity": "OP-1", "name": "Chairs", "stage": "Proposal", "account": "C1",
             "amount": "900.00", "source": "fair", "owner": "Ann"}
            """, on: "2026-02-02")
        try trade.run(
            "sales.draft-quote",
            """
            {"quote": "QU-1", "customer": "C1", "lines": [{"product": "P1", "quantity": "60",
             "price": "15.00"}], "terms": {"opportunity": "OP-1"}}
            """)
        try trade.run("sales.send-quote", #"{"quote": "QU-1", "validUntil": "2026-03-30"}"#)
        try trade.run(
            "sales.accept-quote",
            #"{"quote": "QU-1", "order": "SO-1", "warehouse": "W1"}"#, on: "2026-02-03")
        return trade
    }

    @Test("what a deal has ordered follows amendments and cancellations of its order")
    func orderedFollows() throws {
        let trade = try won()
        func ordered() throws -> String? {
            try Hosted(trade).ask("sales.deal", #"{"deal": "OP-1"}"#).only("ordered")
        }
        #expect(try ordered() == "900.00")
        try trade.run(
            "sales.amend-order",
            #"{"order": "SO-1", "lines": [{"line": 1, "quantity": "50"}], "reason": "fewer"}"#)
        #expect(try ordered() == "750.00")
        try trade.run(
            "sales.cancel-order-line",
            #"{"order": "SO-1", "line": 1, "quantity": "7", "reason": "fewer still"}"#)
        #expect(try ordered() == "645.00")
        try trade.run("sales.cancel-order", #"{"order": "SO-1", "reason": "not wanted"}"#)
        #expect(try ordered() == "0.00")
    }

    @Test("what a deal has paid follows payments and what is paid back, and no credit note")
    func receivedFollows() throws {
        let trade = try won()
        try trade.run("inventory.reserve", #"{"order": "SO-1"}"#)
        try trade.run("fulfillment.ship", #"{"order": "SO-1"}"#)
        try trade.invoice()
        try trade.run(
            "finance.receive-payment",
            #"{"payment": "PAY-1", "customer": "C1", "amount": "1080.00"}"#, on: "2026-03-01")
        func received() throws -> String? {
            try Hosted(trade).ask("sales.deal", #"{"deal": "OP-1"}"#).only("received")
        }
        #expect(try received() == "1080.00")
        try trade.run(
            "finance.bounce-payment", #"{"payment": "PAY-1", "reason": "no funds"}"#,
            on: "2026-03-03")
        #expect(try received() == "0.00")
    }
}
