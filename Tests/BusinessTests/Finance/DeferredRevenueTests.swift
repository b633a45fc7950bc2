import Records
import Testing

@testable import Business

/// What is done to an order of P1, and what that posts to revenue, earned and deferred.
struct DeferralRow: Sendable, CustomTestStringConvertible {
    let name: String
    var ordered = "5"
    var price = "20.00"
    var rule = "on-order"
    /// `bill 2`, `ship A 3`, `reverse A`, `issue A`, `credit 1 2` (of the first invoice).
    let steps: [String]
    /// For each step what it posts to REV and DEFREV.
    let posts: [String]
    /// What is deferred at the end, as the order's lines hold it and as the ledger has it.
    var deferred = "0.00"
    var testDescription: String { name }
}

@Suite("Revenue is earned when the goods leave")
struct DeferredRevenueTests {
    static let rows = [
        DeferralRow(
            name: "billed on order, then shipped at once", steps: ["bill", "ship A 5"],
            posts: ["DEFREV C 100.00", "DEFREV D 100.00, REV C 100.00"]),
        DeferralRow(
            name: "shipped, then billed: as with any order", steps: ["ship A 5", "bill"],
            posts: ["", "REV C 100.00"]),
        DeferralRow(
            name: "partial shipments leave no cent behind", ordered: "3", price: "3.333333",
            steps: ["bill", "ship A 1", "ship B 1", "ship C 1"],
            posts: [
                "DEFREV C 10.00", "DEFREV D 3.33, REV C 3.33", "DEFREV D 3.34, REV C 3.34",
                "DEFREV D 3.33, REV C 3.33",
            ]),
        DeferralRow(
            name: "a part had left before the order was billed", ordered: "3", price: "3.333333",
            steps: ["ship A 1", "bill", "ship B 1", "ship C 1"],
            posts: [
                "", "REV C 3.33, DEFREV C 6.67", "DEFREV D 3.34, REV C 3.34",
                "DEFREV D 3.33, REV C 3.33",
            ]),
        DeferralRow(
            name: "two invoices, the oldest is earned first", ordered: "6",
            steps: ["bill 2", "bill 4", "ship A 3", "ship B 3"],
            posts: [
                "DEFREV C 40.00", "DEFREV C 80.00",
                "DEFREV D 40.00, DEFREV D 20.00, REV C 40.00, REV C 20.00",
                "DEFREV D 60.00, REV C 60.00",
            ]),
        DeferralRow(
            name: "an issue is taken back: deferred again by the same amount", ordered: "3",
            price: "3.333333",
            steps: ["bill", "ship A 1", "ship B 1", "reverse B", "issue B"],
            posts: [
                "DEFREV C 10.00", "DEFREV D 3.33, REV C 3.33", "DEFREV D 3.34, REV C 3.34",
                "REV D 3.34, DEFREV C 3.34", "DEFREV D 3.34, REV C 3.34",
            ], deferred: "3.33"),
        DeferralRow(
            name: "billed after it left and taken back: what the invoice earned is deferred",
            ordered: "6", steps: ["ship A 5", "bill 5", "reverse A", "issue A"],
            posts: [
                "", "REV C 100.00", "REV D 100.00, DEFREV C 100.00",
                "DEFREV D 100.00, REV C 100.00",
            ]),
        DeferralRow(
            name: "more had left than was billed: what comes back was never earned",
            steps: ["ship A 2", "ship B 3", "bill 2", "reverse B", "reverse A"],
            posts: ["", "", "REV C 40.00", "", "REV D 40.00, DEFREV C 40.00"],
            deferred: "40.00"),
        DeferralRow(
            name: "two invoices over two issues, both taken back", ordered: "7",
            steps: ["bill 2", "bill 4", "ship A 3", "ship B 3", "reverse B", "reverse A"],
            posts: [
                "DEFREV C 40.00", "DEFREV C 80.00",
                "DEFREV D 40.00, DEFREV D 20.00, REV C 40.00, REV C 20.00",
                "DEFREV D 60.00, REV C 60.00", "REV D 60.00, DEFREV C 60.00",
                "REV D 20.00, REV D 40.00, DEFREV C 20.00, DEFREV C 40.00",
            ], deferred: "120.00"),
        DeferralRow(
            name: "a credit note before anything left", steps: ["bill", "credit 1 5"],
            posts: ["DEFREV C 100.00", "DEFREV D 100.00"]),
        DeferralRow(
            name: "a credit note after all has left",
            steps: ["bill", "ship A 5", "credit 1 5"],
            posts: ["DEFREV C 100.00", "DEFREV D 100.00, REV C 100.00", "REV D 100.00"]),
        DeferralRow(
            name: "a credit note takes first what has not left",
            steps: ["bill", "ship A 2", "credit 1 4"],
            posts: [
                "DEFREV C 100.00", "DEFREV D 40.00, REV C 40.00",
                "REV D 20.00, DEFREV D 60.00",
            ]),
        DeferralRow(
            name: "a credit note in parts, and the rest leaves", ordered: "3", price: "3.333333",
            steps: ["bill", "credit 1 1", "ship A 1", "ship B 1"],
            posts: [
                "DEFREV C 10.00", "DEFREV D 3.33", "DEFREV D 3.34, REV C 3.34",
                "DEFREV D 3.33, REV C 3.33",
            ]),
        DeferralRow(
            name: "a credit note on an invoice that is earned, while another is not",
            ordered: "6",
            steps: ["bill 3", "ship A 3", "bill 3", "credit 1 2", "ship B 3"],
            posts: [
                "DEFREV C 60.00", "DEFREV D 60.00, REV C 60.00", "DEFREV C 60.00",
                "DEFREV D 40.00", "DEFREV D 20.00, REV C 20.00",
            ]),
        DeferralRow(
            name: "credited, billed again, shipped",
            steps: ["bill", "ship A 2", "credit 1 5", "bill", "ship B 3"],
            posts: [
                "DEFREV C 100.00", "DEFREV D 40.00, REV C 40.00", "REV D 40.00, DEFREV D 60.00",
                "REV C 40.00, DEFREV C 60.00", "DEFREV D 60.00, REV C 60.00",
            ]),
        DeferralRow(
            name: "credited after it left, then the issue is taken back: nothing is billed",
            ordered: "6", steps: ["bill 5", "ship A 5", "credit 1 5", "reverse A"],
            posts: ["DEFREV C 100.00", "DEFREV D 100.00, REV C 100.00", "REV D 100.00", ""]),
        DeferralRow(
            name: "an order that is billed by hand", rule: "manual",
            steps: ["bill 4", "ship A 3", "ship B 2", "bill"],
            posts: [
                "DEFREV C 80.00", "DEFREV D 60.00, REV C 60.00", "DEFREV D 20.00, REV C 20.00",
                "REV C 20.00",
            ]),
    ]

    @Test("each step posts what is earned and what is not", arguments: rows)
    func steps(_ row: DeferralRow) throws {
        let shop = try DeferralShop(row.ordered, row.price, row.rule)
        var posts: [String] = []
        for step in row.steps {
            let before = shop.vouchers.count
            try shop.take(step)
            posts.append(
                shop.vouchers.dropFirst(before).flatMap(\.lines)
                    .filter { $0.role == "REV" || $0.role == "DEFREV" }
                    .map { "\($0.role) \($0.side == .debit ? "D" : "C") \($0.base.digits)" }
                    .joined(separator: ", "))
            #expect(try shop.company.findings() == [], "after \(step)")
            #expect(shop.held == shop.booked, "after \(step)")
        }
        #expect(posts == row.posts)
        #expect(shop.held.digits == row.deferred)
    }

    @Test("what leaves before it is billed writes and reads nothing of deferred revenue")
    func usual() throws {
        for rule in ["on-delivery", "on-order", "manual"] {
            let shop = try DeferralShop("5", "20.00", rule)
            let before = shop.company.fixture.log.count
            try shop.take("ship A 5")
            try shop.take("bill")
            let names = shop.company.fixture.eventNames(after: before)
            #expect(
                names.allSatisfy { !$0.contains("defer") && !$0.contains("recogni") }, "\(names)")
            #expect(shop.company.fixture.state(DeferredRevenueState.self, "SO-1") == .initial)
            let line = try #require(shop.company.fixture.events(InvoicePosted.self).last?.lines[0])
            #expect(line.deferred?.net.isZero ?? (rule == "on-delivery"), "\(rule)")
        }
    }

    @Test("services, charges and bills without an order are earned at once")
    func services() throws {
        let company = try TradingCompany()
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1", "invoicing": "on-order",
             "lines": [{"product": "SV", "quantity": "2", "price": "50.00"},
                       {"product": "P1", "quantity": "1", "price": "20.00"}]}
            """)
        try company.run("finance.post-invoice", #"{"order": "SO-1"}"#)
        #expect(
            company.lastVoucher
                == ["1200 D 144.00", "4100 C 100.00", "2210 C 20.00", "2300 C 24.00"])
        try company.invoice("C1", "9.00")
        #expect(company.lastVoucher == ["1200 D 9.00", "4000 C 9.00"])
        #expect(try company.findings() == [])
    }

    @Test("an invoice from before was revenue at once and stays so")
    func before() throws {
        let shop = try DeferralShop("5", "20.00", "on-order")
        let company = shop.company
        try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
        // What an earlier program wrote of the same invoice, without the field.
        let probe = try DeferralShop("5", "20.00", "on-order")
        try probe.take("bill")
        let now = try #require(probe.company.fixture.events(InvoicePosted.self).last)
        let old = InvoicePosted(
            customer: now.customer, partnerGroup: now.partnerGroup, order: now.order,
            lines: now.lines.map { (line) in
                var line = line
                line.deferred = nil
                return line
            }, taxes: now.taxes, net: now.net, tax: now.tax, gross: now.gross,
            installments: now.installments, documentDate: now.documentDate,
            supplyDate: now.supplyDate, dueDate: now.dueDate, terms: now.terms,
            opportunity: nil, source: nil, number: now.number)
        try company.fixture.happens(old, in: now.number.text)
        #expect(shop.revenue == ["REV C 100.00"])
        for step in ["ship A 2", "reverse A", "issue A", "ship B 3", "credit 1 5"] {
            try shop.take(step)
        }
        #expect(shop.revenue == ["REV C 100.00", "REV D 100.00"])
        #expect(shop.held.isZero)
        #expect(try company.findings() == [])
    }

    @Test("a reversal names what it takes back")
    func links() throws {
        let shop = try DeferralShop("6", "20.00", "on-order")
        for step in ["bill 5", "ship A 2", "ship B 3", "reverse B"] { try shop.take(step) }
        let back = try #require(shop.company.fixture.events(RecognitionReversed.self).last)
        #expect(back.reverses.map(\.description) == ["finance.deferred-revenue/SO-1 3"])
        let voucher = try #require(shop.vouchers.last { $0.sourceType.hasSuffix("-reversed") })
        #expect(!voucher.reverses.isEmpty)
    }

    @Test("nobody posts to deferred revenue by hand")
    func control() throws {
        let company = try TradingCompany()
        let refusal = try company.refusal(
            "finance.draft-journal-entry",
            """
            {"text": "x", "lines": [{"account": "2210", "debit": "1.00"},
             {"account": "4000", "credit": "1.00"}]}
            """)
        #expect(refusal.code == .controlAccount, "\(refusal)")
    }

    @Test(
        "whatever is done, the ledger has what the lines hold, and in the end nothing",
        arguments: 1...8)
    func random(round: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("deferred revenue: seed \(seed)")
        var numbers = SeededNumbers(seed: seed)
        let rule = round.isMultiple(of: 2) ? "on-order" : "manual"
        let price = ["0.01", "0.333333", "3.333333", "19.99"].randomElement(using: &numbers) ?? "1"
        let shop = try DeferralShop("20", price, rule)
        var done: [String] = []
        var accepted = 0
        for step in 0..<50 {
            let count = Int.random(in: 1...4, using: &numbers)
            let invoices = shop.company.fixture.events(InvoicePosted.self).count
            let shipments = shop.company.fixture.all(ShipmentState.self).map(\.id)
            let shipment = shipments.randomElement(using: &numbers) ?? "none"
            let chosen =
                switch Int.random(in: 0..<6, using: &numbers) {
                case 0, 1: "bill \(count)"
                case 2: "ship S\(step) \(count)"
                case 3: "reverse \(shipment)"
                case 4: "issue \(shipment)"
                default: "credit \(Int.random(in: 1...max(1, invoices), using: &numbers)) \(count)"
                }
            do {
                try shop.take(chosen)
                accepted += 1
                done.append(chosen)
            } catch is Rejection {}
            #expect(shop.held == shop.booked, "seed \(seed): \(done)")
            let line = try #require(
                shop.company.fixture.state(OrderState.self, "SO-1").line(1))
            let beyond = max(0, line.billed.millionths - line.shipped.millionths)
            #expect(shop.heldQuantity.millionths == beyond, "seed \(seed): \(done)")
        }
        #expect(accepted > 8, "seed \(seed)")
        // In the end everything leaves and is billed.
        for shipment in shop.company.fixture.all(ShipmentState.self)
        where shipment.state.status == .packed {
            try shop.take("issue \(shipment.id)")
        }
        if shop.company.fixture.state(OrderState.self, "SO-1").hasGoodsToShip {
            try shop.take("ship Z")
        }
        if shop.company.fixture.state(OrderState.self, "SO-1").hasBillsToWrite {
            try shop.take("bill")
        }
        #expect(shop.held.isZero && shop.booked.isZero, "seed \(seed): \(done)")
        #expect(shop.company.fixture.state(DeferredRevenueState.self, "SO-1").parts.isEmpty)
        #expect(try shop.company.findings() == [], "seed \(seed): \(done)")
    }
}

/// A company with one order of P1, and short words for what is done to it.
private struct DeferralShop {
    let company: TradingCompany

    init(_ ordered: String, _ price: String, _ rule: String) throws {
        company = try TradingCompany()
        try company.run(
            "inventory.take-on-stock",
            #"{"product": "P1", "warehouse": "W1", "quantity": "100", "value": "500.00"}"#)
        try company.run(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1", "invoicing": "\(rule)",
             "lines": [{"product": "P1", "quantity": "\(ordered)", "price": "\(price)"}]}
            """)
        // The tests reserve when goods are to leave.
    }

    func take(_ step: String) throws {
        let words = step.split(separator: " ").map(String.init)
        switch words[0] {
        case "bill":
            let part =
                words.count > 1
                ? #", "quantities": [{"line": 1, "quantity": "\#(words[1])"}]"# : ""
            try company.run("finance.post-invoice", #"{"order": "SO-1"\#(part)}"#)
        case "ship":
            let order = company.fixture.state(OrderState.self, "SO-1")
            if order.lines[0].backorder.isPositive {
                try company.run("inventory.reserve", #"{"order": "SO-1"}"#)
            }
            let part =
                words.count > 2
                ? #", "lines": [{"line": 1, "quantity": "\#(words[2])"}]"# : ""
            try company.run(
                "fulfillment.ship",
                #"{"order": "SO-1", "shipment": "\#(words[1])"\#(part)}"#)
        case "reverse":
            try company.run(
                "fulfillment.reverse-issue",
                #"{"shipment": "\#(words[1])", "reason": "wrong address"}"#)
        case "issue":
            try company.run("fulfillment.issue-goods", #"{"shipment": "\#(words[1])"}"#)
        default:
            let invoices = company.fixture.events(InvoicePosted.self)
            let number = try #require(Int(words[1]))
            let invoice = number <= invoices.count ? invoices[number - 1].number.text : "none"
            try company.run(
                "finance.post-credit-note",
                """
                {"invoice": "\(invoice)", "reason": "not wanted",
                 "lines": [{"line": 1, "quantity": "\(words[2])"}]}
                """)
        }
    }

    var vouchers: [VoucherPosted] { company.fixture.events(VoucherPosted.self) }

    /// Every line on accounts of revenue so far.
    var revenue: [String] {
        vouchers.flatMap(\.lines).filter { $0.role == "REV" || $0.role == "DEFREV" }
            .map { "\($0.role) \($0.side == .debit ? "D" : "C") \($0.base.digits)" }
    }

    /// What the order's lines hold deferred.
    var held: Money {
        company.fixture.state(DeferredRevenueState.self, "SO-1").parts
            .reduce(.zero(.euro)) {
                Money(minorUnits: $0.minorUnits + $1.amount.minorUnits, currency: .euro)
            }
    }

    var heldQuantity: Quantity {
        Quantity(
            millionths: company.fixture.state(DeferredRevenueState.self, "SO-1").parts
                .reduce(0) { $0 + $1.quantity.millionths }, unit: .base)
    }

    /// What the ledger has on accounts of deferred revenue.
    var booked: Money {
        let units = vouchers.flatMap(\.lines).filter { $0.role == "DEFREV" }
            .reduce(Int64(0)) {
                $0 + ($1.side == .credit ? $1.base.minorUnits : -$1.base.minorUnits)
            }
        return Money(minorUnits: units, currency: .euro)
    }
}
