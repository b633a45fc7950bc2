import Business
import Records
import Testing

/// A company whose books move in every way that these tests know, at random and often backdated:
/// what is refused is passed over.
struct RandomBooks {
    private(set) var trading: RandomTrade
    private var random: SeededGenerator
    private var bills = 0
    private var entries = 0
    private var today: BusinessDate
    /// Commands that were backdated and accepted.
    private(set) var backdated = 0

    var trade: Trade { trading.trade }

    init(seed: UInt64) throws {
        trading = try RandomTrade(seed: seed)
        random = SeededGenerator(seed ^ 0xB00C)
        today = trading.trade.date
        try trade.run("inventory.register-warehouse", #"{"warehouse": "W2", "name": "Second"}"#)
    }

    private mutating func number(_ limit: UInt64) -> Int { Int(random.next() % limit) }

    /// Trades on, then moves the books in another way; each now and then with an earlier date.
    mutating func step() throws {
        trade.date = today
        try trading.step()
        today = trade.date
        let isBackdated = number(3) == 0
        if isBackdated { trade.date = today.adding(days: -number(40)) }
        let before = trade.position
        try move()
        if isBackdated, trade.position > before { backdated += 1 }
        trade.date = today
    }

    private mutating func move() throws {
        switch number(14) {
        case 0, 1: try bill()
        case 2:
            try give(
                "finance.make-payment",
                #"{"supplier": "S1", "amount": "\#(1 + number(600)).\#(10 + number(90))"}"#)
        case 3:
            let counted = max(0, number(90))
            try give(
                "inventory.count-stock",
                #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "\#(counted)"}]}"#)
        case 4:
            try give(
                "inventory.transfer-stock",
                """
                {"from": "W1", "to": "W2", "lines": [
                 {"product": "P1", "quantity": "\(1 + number(12))"}]}
                """)
        case 5:
            try give(
                "finance.post-credit-note",
                """
                {"invoice": "INV-2026-\(padded(1 + number(30)))", "reason": "not wanted",
                 "hold": \(number(2) == 0)}
                """)
        case 6: try enter()
        case 12:
            try give(
                "finance.allocate-credit-note",
                #"{"creditNote": "CN-2026-\#(padded(1 + number(12)))"}"#)
        case 13:
            try give(
                "finance.reverse-allocation",
                #"{"creditNote": "CN-2026-\#(padded(1 + number(12)))", "reason": "wrong bill"}"#)
        case 7:
            try give(
                "finance.write-off-item",
                """
                {"item": "INV-2026-\(padded(1 + number(30)))", "reason": "small-difference",
                 "text": "not worth a letter"}
                """)
        case 8:
            try give(
                "finance.dispute-item",
                """
                {"item": "INV-2026-\(padded(1 + number(30)))", "disputed": \(number(3) > 0),
                 "reason": "broken"}
                """)
        case 9:
            try give(
                "sales.change-account",
                #"{"account": "C\#(1 + number(2))", "name": "Customer \#(number(1_000))"}"#)
        case 10:
            try give(
                "inventory.change-product",
                #"{"product": "P1", "name": "Chair \#(number(1_000))"}"#)
        default:
            try give(
                "finance.receive-payment",
                #"{"customer": "C\#(1 + number(2))", "amount": "\#(1 + number(90)).00"}"#)
        }
    }

    private func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// A supplier's bill for an order at some other price, posted as far as rules let it.
    private mutating func bill() throws {
        bills += 1
        let order = "PO-\(1 + number(12))"
        guard
            let line = trade.state(PurchaseOrderState.self, order).lines.first,
            line.received > line.invoiced
        else { return }
        let open = try line.received.subtracting(line.invoiced)
        let id = "SI-\(bills)"
        try give(
            "purchasing.capture-invoice",
            """
            {"invoice": "\(id)", "supplier": "S1", "theirNumber": "R-\(bills)",
             "documentDate": "\(trade.date)", "lines": [{"order": "\(order)", "orderLine": 1,
             "quantity": "\(open.digits)", "price": "\(9 + number(4)).\(10 + number(90))",
             "taxCode": "standard"}]}
            """)
        try give("purchasing.match-invoice", #"{"invoice": "\#(id)"}"#)
        try give(
            "purchasing.release-invoice-block", #"{"invoice": "\#(id)", "reason": "agreed"}"#)
        for _ in 0..<2 { try give("purchasing.approve-invoice", #"{"invoice": "\#(id)"}"#) }
        try give("purchasing.post-invoice", #"{"invoice": "\#(id)"}"#)
    }

    private mutating func enter() throws {
        entries += 1
        let amount = "\(1 + number(300)).\(10 + number(90))"
        try give(
            "finance.draft-journal-entry",
            """
            {"entry": "JE-\(entries)", "text": "Rent", "lines": [
             {"account": "6000", "debit": "\(amount)"}, {"account": "1000", "credit": "\(amount)"}]}
            """)
        try give("finance.post-journal-entry", #"{"entry": "JE-\#(entries)"}"#)
        if number(4) == 0 {
            try give(
                "finance.reverse-journal-entry",
                #"{"entry": "JE-\#(entries)", "reason": "entered twice"}"#)
        }
    }

    private func give(_ command: String, _ json: String) throws {
        do {
            try trade.run(command, json)
        } catch is Rejection {}
    }
}
