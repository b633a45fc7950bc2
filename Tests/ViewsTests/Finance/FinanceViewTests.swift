import Business
import Records
import Testing
import Views

@Suite("Finance view")
struct FinanceViewTests {
    @Test("the trial balance of the golden ledger, to the cent")
    func trialBalance() throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask("finance.trial-balance")
        #expect(
            reply.table("account", "debit", "credit", "closing") == [
                "1000 | 1000.00 | 1224.00 | -224.00", "1200 | 1080.00 | 1000.00 | 80.00",
                "1300 | 1008.00 | 600.00 | 408.00", "1400 | 204.00 | 0.00 | 204.00",
                "2000 | 1224.00 | 1224.00 | 0.00", "2100 | 1000.00 | 1000.00 | 0.00",
                "2300 | 0.00 | 180.00 | -180.00", "4000 | 0.00 | 900.00 | -900.00",
                "5000 | 600.00 | 0.00 | 600.00", "5100 | 12.00 | 0.00 | 12.00",
            ])
        #expect(reply.total("closing") == "0.00")
        #expect(reply.total("debit") == reply.total("credit"))
        #expect(reply.table("account", "name", "kind").first == "1000 | Bank | asset")
    }

    @Test("a period has its opening balances, and as-of cuts it off")
    func periods() throws {
        let books = try Hosted(try Trade.golden())
        let march = try books.ask("finance.trial-balance", #"{"from": "2026-03-01"}"#)
        #expect(
            march.table("account", "opening", "debit", "credit", "closing").prefix(2) == [
                "1000 | 0.00 | 1000.00 | 1224.00 | -224.00",
                "1200 | 1080.00 | 0.00 | 1000.00 | 80.00",
            ])
        let early = try books.ask("finance.trial-balance", asOf: "2026-02-03")
        #expect(
            early.table("account", "closing") == [
                "1300 | 400.00", "2100 | -1000.00", "5000 | 600.00",
            ])
        #expect(early.notes == ["Up to 2026-02-03."])
    }

    @Test("February as it is seen now, and as it was seen then")
    func bothAxes() throws {
        let trade = try Trade.golden()
        let then = trade.position
        try trade.run(
            "finance.draft-journal-entry",
            """
            {"entry": "JE-1", "text": "Rent for February", "lines": [
             {"account": "6000", "debit": "70.00"}, {"account": "1000", "credit": "70.00"}]}
            """, on: "2026-02-15")
        try trade.run("finance.post-journal-entry", #"{"entry": "JE-1"}"#)
        let books = try Hosted(trade)
        func rent(at: UInt64?) throws -> [String] {
            try books.ask("finance.trial-balance", asOf: "2026-02-28", at: at)
                .table("account", "closing").filter { $0.hasPrefix("6000") }
        }
        #expect(try rent(at: nil) == ["6000 | 70.00"])
        #expect(try rent(at: then) == [])
        for query in [
            "trial-balance", "profit-and-loss", "balance-sheet", "receivables", "journal",
        ] {
            let before = try Hosted(try Trade.golden())
            let now = try books.ask("finance.\(query)", asOf: "2026-02-28", at: then)
            let past = try before.ask("finance.\(query)", asOf: "2026-02-28")
            #expect(now.rows == past.rows, "\(query) at the position is what it was then")
            #expect(now.totals == past.totals)
        }
    }

    @Test("profit and loss without dates is the whole ledger, and says so")
    func profitAndLoss() throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask("finance.profit-and-loss")
        #expect(
            reply.table("section", "account", "amount") == [
                "income | 4000 | 900.00", "expense | 5000 | 600.00", "expense | 5100 | 12.00",
            ])
        #expect(reply.total("amount") == "288.00")
        #expect(reply.notes.first == "The whole ledger: no dates were given.")
        let february = try books.ask(
            "finance.profit-and-loss", #"{"from": "2026-02-04", "to": "2026-02-28"}"#)
        #expect(february.total("amount") == "888.00")
    }

    @Test("the balance sheet shows customers' credit balances gross, and this year's profit")
    func balanceSheet() throws {
        let trade = try Trade.golden()
        try trade.run(
            "finance.post-invoice",
            """
            {"customer": "C2", "terms": "net-30", "lines": [
             {"text": "Work", "quantity": "1", "price": "100.00", "taxCode": "zero"}]}
            """, on: "2026-03-02")
        let invoice = "INV-2026-000002"
        try trade.run("finance.receive-payment", #"{"customer": "C2", "amount": "100.00"}"#)
        try trade.run(
            "finance.post-credit-note", #"{"invoice": "\#(invoice)", "reason": "not wanted"}"#)
        let books = try Hosted(trade)
        let reply = try books.ask("finance.balance-sheet")
        #expect(
            reply.table("section", "account", "name", "amount") == [
                "asset | 1000 | Bank | -124.00",
                "asset | 1200 | Trade receivables | 80.00",
                "asset | 1300 | Merchandise | 408.00",
                "asset | 1400 | Input tax | 204.00",
                "liability | 1200 | Customers with credit balances | 100.00",
                "liability | 2300 | Output tax | 180.00",
                "equity | - | Profit of the fiscal year | 288.00",
            ])
        #expect(
            reply.notes.contains("Assets 568.00 EUR; liabilities and equity 568.00 EUR."))
        let nextYear = try books.ask("finance.balance-sheet", asOf: "2027-02-01")
        #expect(
            nextYear.table("name", "amount").suffix(2) == [
                "Profit of earlier years | 288.00", "Profit of the fiscal year | 0.00",
            ])
    }

    @Test("a ledger runs its balance and leads to the voucher and the event")
    func ledger() throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask("finance.ledger", #"{"account": "1300"}"#)
        #expect(
            reply.table("date", "debit", "credit", "balance", "sourceType") == [
                "2026-02-01 | 1000.00 | - | 1000.00 | purchasing.goods-received",
                "2026-02-03 | - | 600.00 | 400.00 | fulfillment.goods-issued",
                "2026-02-10 | 8.00 | - | 408.00 | purchasing.invoice-posted",
            ])
        let position = try #require(reply.rows.last?["position"]?.text)
        let voucher = try books.ask("finance.journal", #"{"position": \#(position)}"#)
        #expect(voucher.table("account").count == 5)
        #expect(voucher.total("debit") == "1224.00")
        let source = try #require(voucher.rows.first?["source"]?.text)
        #expect(source.hasPrefix("purchasing.invoice/SI-1 "))
        let march = try books.ask(
            "finance.ledger", #"{"account": "1300", "from": "2026-02-04"}"#)
        #expect(march.notes.first == "Opening balance 400.00 EUR.")
        #expect { _ = try books.ask("finance.ledger", #"{"account": "77"}"#) } throws: {
            ($0 as? QueryFailure)?.code == "unknown-object"
        }
    }

    @Test("a voucher and what takes it back lead to each other, as far as was known")
    func reversals() throws {
        let trade = try Trade()
        try trade.run(
            "finance.draft-journal-entry",
            """
            {"entry": "JE-1", "text": "Rent", "lines": [
             {"account": "6000", "debit": "70.00"}, {"account": "1000", "credit": "70.00"}]}
            """, on: "2026-01-15")
        try trade.run("finance.post-journal-entry", #"{"entry": "JE-1"}"#)
        let then = trade.position
        try trade.run(
            "finance.reverse-journal-entry", #"{"entry": "JE-1", "reason": "twice"}"#,
            on: "2026-02-03")
        let books = try Hosted(trade)
        func links(asOf: String? = nil, at: UInt64? = nil) throws -> [String] {
            try books.ask(
                "finance.journal", #"{"source": "finance.journal-entry/JE-1"}"#, asOf: asOf, at: at
            ).table("source", "account", "reverses", "reversedBy")
        }
        #expect(
            try links() == [
                "finance.journal-entry/JE-1 2 | 6000 | - | finance.journal-entry/JE-1 3",
                "finance.journal-entry/JE-1 2 | 1000 | - | finance.journal-entry/JE-1 3",
                "finance.journal-entry/JE-1 3 | 6000 | finance.journal-entry/JE-1 2 | -",
                "finance.journal-entry/JE-1 3 | 1000 | finance.journal-entry/JE-1 2 | -",
            ])
        let alone = [
            "finance.journal-entry/JE-1 2 | 6000 | - | -",
            "finance.journal-entry/JE-1 2 | 1000 | - | -",
        ]
        #expect(try links(at: then) == alone)
        #expect(try links(asOf: "2026-01-31") == alone)
    }

    @Test("the journal lists vouchers by date, one journal or one source alone")
    func journal() throws {
        let books = try Hosted(try Trade.golden())
        let all = try books.ask("finance.journal")
        let numbers = all.table("voucher").reduce(into: [String]()) {
            if $0.last != $1 { $0.append($1) }
        }
        #expect(
            numbers == [
                "stock/2026/1", "stock/2026/2", "sales/2026/1", "purchase/2026/1", "bank/2026/1",
                "bank/2026/2",
            ])
        let bank = try books.ask("finance.journal", #"{"journal": "bank"}"#)
        #expect(bank.notes.contains("2 vouchers."))
        let some = try books.ask("finance.journal", #"{"limit": 1}"#)
        #expect(some.notes.last == "There are more; give a period or a higher limit.")
    }

    @Test("margins by order, customer and product come from the ledger's own lines")
    func margin() throws {
        let books = try Hosted(try Trade.golden())
        let columns = ["id", "revenue", "cost", "margin", "rate"]
        func rows(_ by: String) throws -> [String] {
            let reply = try books.ask("finance.margin", #"{"by": "\#(by)"}"#)
            return reply.rows.map { row in
                columns.map { row[$0]?.text ?? "-" }.joined(separator: " | ")
            }
        }
        #expect(try rows("order") == ["SO-1 | 900.00 | 600.00 | 300.00 | 0.3333"])
        #expect(try rows("customer") == ["C1 | 900.00 | 600.00 | 300.00 | 0.3333"])
        #expect(try rows("product") == ["P1 | 900.00 | 612.00 | 288.00 | 0.32"])
        let order = try books.ask("finance.margin")
        #expect(
            order.notes.contains(
                "Posted without an order: income 0.00 EUR, expenses 12.00 EUR."))
        #expect(order.table("name", "customer") == ["Customer C1 | sales.account/C1"])
    }
}

@Suite("Working capital")
struct WorkingCapitalTests {
    @Test("days that money is bound in receivables, stock and payables")
    func days() throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask(
            "finance.working-capital", #"{"from": "2026-02-01", "to": "2026-02-10"}"#)
        #expect(
            reply.table("figure", "average", "flow", "days") == [
                // 1,080.00 stands for 6 of 10 days, against sales of 900.00.
                "DSO | 648.00 | 900.00 | 7.2", "DIO | 520.80 | 600.00 | 8.7",
                "DPO | 122.40 | 1224.00 | 1", "CCC | - | - | 14.9",
            ])
    }

    @Test("days before the books began do not count, and a period of such days is none")
    func beforeTheBooks() throws {
        let books = try Hosted(try Trade.golden())
        let asked = try books.ask("finance.working-capital", #"{"to": "2026-02-10"}"#)
        let whole = try books.ask(
            "finance.working-capital", #"{"from": "2026-02-01", "to": "2026-02-10"}"#)
        #expect(
            asked.table("figure", "average", "days") == whole.table("figure", "average", "days"))
        #expect(asked.notes.contains { $0.contains("on which the books begin") })
        let before = try books.ask("finance.working-capital", #"{"to": "2025-12-31"}"#)
        #expect(before.table("figure", "days") == ["DSO | -", "DIO | -", "DPO | -", "CCC | -"])
        #expect(before.notes.contains { $0.hasPrefix("n/a") })
    }

    @Test("as known at a position it is what it was then")
    func asKnown() throws {
        let period = #"{"from": "2026-02-01", "to": "2026-02-10"}"#
        let trade = try Trade()
        var known: [(position: UInt64, table: [String])] = []
        for step in [trade.receive, trade.ship, trade.invoice, trade.bill, trade.pay] {
            try step()
            let reply = try Hosted(trade).ask("finance.working-capital", period)
            known.append((trade.position, reply.table("figure", "average", "flow", "days")))
        }
        let books = try Hosted(trade)
        for (position, table) in known {
            let reply = try books.ask("finance.working-capital", period, at: position)
            #expect(reply.table("figure", "average", "flow", "days") == table, "at \(position)")
        }
        #expect(Set(known.map(\.table)).count == 4, "all but the payment change the figures")
    }
}

@Suite("Collections")
struct CollectionsTests {
    /// The last day of a period from 2026-02-01, and what is told of it.
    ///
    /// Billed 1,080.00 on
    /// 2026-02-05, due on 2026-03-07; 1,000.00 came in on 2026-03-01.
    static let periods = [
        // Nothing was to be collected yet; 1,080.00 of 1,080.00 billed in the 20 days of February.
        ("2026-02-20", "1080.00 | 1080.00 | 0 | - | 20"),
        // 1,000.00 of 1,000.00 that were to be collected; 5 days of March and 80/1080 of 28.
        ("2026-03-05", "80.00 | 80.00 | 0 | 1 | 7.1"),
        // (1,080.00 - 80.00) of 1,080.00; 8 days of March and 80/1080 of 28.
        ("2026-03-08", "80.00 | 0.00 | 1 | 0.9259 | 10.1"),
    ]

    @Test("effectiveness and days by counting back, as defined", arguments: periods)
    func effectiveness(_ to: String, _ figures: String) throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask(
            "finance.collections", #"{"from": "2026-02-01", "to": "\#(to)"}"#)
        #expect(reply.table("opening", "billed") == ["0.00 | 1080.00"])
        #expect(
            reply.table("closing", "notDue", "overdue", "effectiveness", "countBackDays")
                == [figures])
    }

    @Test("what was open before the period counts as to be collected")
    func opening() throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask(
            "finance.collections", #"{"from": "2026-03-01", "to": "2026-03-08"}"#)
        #expect(
            reply.table("opening", "billed", "closing", "effectiveness") == [
                "1080.00 | 0.00 | 80.00 | 0.9259"
            ])
    }
}

@Suite("Open items")
struct OpenItemViewTests {
    /// When it is asked, and in which column the rest of the invoice (due 2026-03-07) stands.
    static let ages = [
        ("2026-02-20", "notDue", "1080.00"), ("2026-03-07", "notDue", "80.00"),
        ("2026-03-08", "upTo30", "80.00"), ("2026-04-06", "upTo30", "80.00"),
        ("2026-04-07", "upTo60", "80.00"), ("2026-05-06", "upTo60", "80.00"),
        ("2026-05-07", "upTo90", "80.00"), ("2026-06-05", "upTo90", "80.00"),
        ("2026-06-06", "over90", "80.00"),
    ]

    @Test("what is open ages by days past due, as of any date", arguments: ages)
    func ageing(_ date: String, _ column: String, _ amount: String) throws {
        let books = try Hosted(try Trade.golden())
        let reply = try books.ask("finance.receivables", asOf: date)
        #expect(reply.table("item", column, "total") == ["INV-2026-000001 | \(amount) | \(amount)"])
        #expect(reply.notes.contains("Open items \(amount) EUR equal control accounts 1200, 1210."))
    }

    @Test("unapplied credits stand apart, and totals equal the control accounts")
    func credits() throws {
        let trade = try Trade.golden()
        try trade.run(
            "finance.receive-payment", #"{"customer": "C1", "amount": "100.00"}"#,
            on: "2026-03-05")
        try trade.run("finance.receive-payment", #"{"customer": "C2", "amount": "7.50"}"#)
        try trade.run(
            "finance.post-credit-note",
            #"{"invoice": "INV-2026-000001", "reason": "a gift", "lines": [{"line": 1, "quantity": "1"}]}"#
        )
        let books = try Hosted(trade)
        let reply = try books.ask("finance.receivables", #"{"by": "partner"}"#)
        #expect(
            reply.table("partner", "name", "total", "credits", "unallocated") == [
                "sales.account/C1 | Customer C1 | -18.00 | -18.00 | -20.00",
                "sales.account/C2 | Customer C2 | 0.00 | 0.00 | -7.50",
            ])
        #expect(reply.notes.count { $0.contains(" equal control accounts ") } == 2)
        #expect(reply.total("unallocated") == "-27.50")
        let one = try books.ask("finance.receivables", #"{"partner": "C2"}"#)
        #expect(one.rows.count == 1)
    }

    @Test("payables, before and after they were paid")
    func payables() throws {
        let books = try Hosted(try Trade.golden())
        #expect(try books.ask("finance.payables").rows.isEmpty)
        let before = try books.ask("finance.payables", asOf: "2026-02-28")
        #expect(
            before.table("partner", "total", "dueDate") == [
                "purchasing.supplier/S1 | 1224.00 | 2026-03-12"
            ])
        #expect(before.notes.contains("Open items 1224.00 EUR equal control accounts 2000."))
    }
}
