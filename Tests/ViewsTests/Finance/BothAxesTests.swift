import Business
import EventLog
import Records
import Testing
import Views

/// A question that knows both axes, with what is given to it.
private struct AxisQuestion {
    let view: String
    let name: String
    var parameters = "{}"

    /// Every finance question and the one about stock, in each of its forms.
    static let all = [
        AxisQuestion(view: "finance", name: "finance.trial-balance"),
        AxisQuestion(
            view: "finance", name: "finance.trial-balance", parameters: #"{"from": "2026-02-01"}"#),
        AxisQuestion(view: "finance", name: "finance.profit-and-loss"),
        AxisQuestion(
            view: "finance", name: "finance.profit-and-loss",
            parameters: #"{"from": "2026-01-15", "to": "2026-03-10"}"#),
        AxisQuestion(view: "finance", name: "finance.balance-sheet"),
        AxisQuestion(view: "finance", name: "finance.journal"),
        AxisQuestion(
            view: "finance", name: "finance.journal",
            parameters: #"{"from": "2026-02-01", "to": "2026-02-28"}"#),
        AxisQuestion(view: "finance", name: "finance.ledger", parameters: #"{"account": "1300"}"#),
        AxisQuestion(
            view: "finance", name: "finance.ledger",
            parameters: #"{"account": "1200", "from": "2026-02-10"}"#),
        AxisQuestion(view: "finance", name: "finance.receivables"),
        AxisQuestion(
            view: "finance", name: "finance.receivables", parameters: #"{"by": "partner"}"#),
        AxisQuestion(view: "finance", name: "finance.payables"),
        AxisQuestion(view: "finance", name: "finance.margin"),
        AxisQuestion(view: "finance", name: "finance.margin", parameters: #"{"by": "customer"}"#),
        AxisQuestion(view: "finance", name: "finance.margin", parameters: #"{"by": "product"}"#),
        AxisQuestion(view: "finance", name: "finance.working-capital"),
        AxisQuestion(view: "finance", name: "finance.collections"),
        AxisQuestion(view: "fulfillment", name: "fulfillment.stock"),
    ]
}

@Suite("September as it is seen now, and as it was seen then")
struct BothAxesTests {
    private static func seed() -> UInt64 {
        let seed = UInt64.random(in: .min ... .max)
        print("both axes: seed \(seed)")
        return seed
    }

    @Test("every finance question is among those that are asked")
    func complete() {
        let asked = Set(AxisQuestion.all.map(\.name))
        for query in FinanceView.queries {
            #expect(query.axes == .both, "\(query.name)")
            #expect(asked.contains(query.name), "\(query.name)")
        }
        for query in FulfillmentView.queries where query.axes != [] {
            #expect(asked.contains(query.name), "\(query.name)")
        }
    }

    @Test("on both axes the answer is that of a fresh fold of the log cut there", arguments: 0..<3)
    func freshFold(_ run: Int) throws {
        var books = try RandomBooks(seed: Self.seed())
        var cuts: [(position: UInt64, date: BusinessDate)] = []
        for step in 0..<240 {
            try books.step()
            if step % 48 == 30 { cuts.append((books.trade.position, books.trade.date)) }
        }
        #expect(books.backdated > 10)
        let hosted = try Hosted(books.trade)
        let folder = try TemporaryFolder()
        for cut in cuts {
            let folds = try ["finance", "fulfillment"].map {
                ($0, try hosted.host.fold($0, through: cut.position, temporaryFolder: folder.path))
            }
            for question in AxisQuestion.all {
                let fold = try #require(folds.first { $0.0 == question.view }?.1)
                for asOf in [nil, cut.date, cut.date.adding(days: -17)] {
                    let today = books.trade.date
                    let place =
                        "\(question.name) as of \(asOf.map(\.description) ?? "now") at \(cut)"
                    let parameters = try JSONValue.parse(question.parameters)
                    var now = QueryContext(asOf: asOf, today: today)
                    now.at = cut.position
                    // The fold knows nothing later, so it needs no `at`.
                    let then = QueryContext(asOf: asOf, today: today)
                    let found = try hosted.host.query(
                        question.name, parameters: parameters, context: now,
                        after: books.trade.position)
                    let expected = try fold.query(
                        question.name, parameters: parameters, context: then)
                    #expect(trimmed(found, question) == trimmed(expected, question), "\(place)")
                    #expect(found.totals == expected.totals, "\(place)")
                    // Stock says in a note that less is known of the past than of now.
                    if question.view == "finance" {
                        #expect(found.notes == expected.notes, "\(place)")
                    }
                }
            }
        }
    }

    /// The rows; of stock only what is known of the past: on hand, value and name.
    private func trimmed(_ reply: QueryReply, _ question: AxisQuestion) -> [JSONValue] {
        guard question.name == "fulfillment.stock" else { return reply.rows }
        return reply.rows.filter { $0["onHand"]?.text != "0" }.map { row in
            .object([
                "warehouse": row["warehouse"], "product": row["product"], "name": row["name"],
                "onHand": row["onHand"], "value": row["value"],
            ])
        }
    }

    @Test("and that of the vouchers themselves, added up by hand", arguments: 0..<2)
    func addedUp(_ run: Int) throws {
        var books = try RandomBooks(seed: Self.seed())
        var cuts: [(position: UInt64, date: BusinessDate)] = []
        for step in 0..<200 {
            try books.step()
            if step % 60 == 50 { cuts.append((books.trade.position, books.trade.date)) }
        }
        let hosted = try Hosted(books.trade)
        let ledger = try PlainLedger(books.trade)
        for cut in cuts {
            for asOf in [cut.date, cut.date.adding(days: -9), cut.date.adding(days: -31)] {
                func ask(_ name: String, _ parameters: String = "{}") throws -> QueryReply {
                    try hosted.ask(name, parameters, asOf: "\(asOf)", at: cut.position)
                }
                let lines = ledger.lines.filter {
                    $0.date <= asOf && $0.position <= cut.position
                }
                let place = "as of \(asOf) at \(cut.position)"
                let balances = PlainLedger.balances(lines) { $0.account }
                let trial = try ask("finance.trial-balance")
                var closing: [String: String] = [:]
                for row in trial.rows where row["closing"]?.text != "0.00" {
                    closing[row["account"]?.text ?? ""] = row["closing"]?.text
                }
                #expect(closing == balances, "\(place)")
                #expect(trial.total("debit") == PlainLedger.sum(lines.filter { $0.units > 0 }))
                for account in ["1200", "1300", "2000"] {
                    let statement = try ask("finance.ledger", #"{"account": "\#(account)"}"#)
                    let own = lines.filter { $0.account == account }
                    #expect(statement.rows.count == own.count, "\(account) \(place)")
                    #expect(
                        statement.rows.last?["balance"]?.text ?? "0.00"
                            == balances[account] ?? "0.00", "\(account) \(place)")
                }
                let journal = try ask("finance.journal")
                #expect(journal.rows.count == lines.count, "\(place)")
                let result = lines.filter { "45678".contains($0.account.prefix(1)) }
                #expect(
                    try ask("finance.profit-and-loss").total("amount")
                        == PlainLedger.sum(result, turned: true), "\(place)")
                let stock = PlainLedger.sum(lines.filter { $0.account == "1300" })
                #expect(try ask("fulfillment.stock").total("value") ?? "0.00" == stock, "\(place)")
                for (question, account, held) in [
                    ("finance.receivables", "1200", "2200"),
                    ("finance.payables", "2000", "1500"),
                ] {
                    let notes = try ask(question).notes
                    #expect(!notes.contains { $0.contains("differ") }, "\(notes) \(place)")
                    let items = PlainLedger.balances(lines.filter { $0.account == account }) {
                        $0.item ?? "none"
                    }
                    let shown = try ask(question).rows.filter {
                        $0["unallocated"]?.text == "0.00"
                    }.count
                    #expect(shown == items.count, "\(question) \(held) \(place)")
                }
            }
        }
    }
}

/// The lines of all vouchers of a log, with nothing done to them.
private struct PlainLedger {
    struct Line {
        let position: UInt64
        let date: BusinessDate
        let account: String
        let item: String?
        /// Minor units; debit is positive.
        let units: Int64
    }

    let lines: [Line]

    init(_ trade: Trade) throws {
        var lines: [Line] = []
        for position in 1...trade.position {
            let stored = try #require(try trade.log.event(at: Position(position)))
            let event = try trade.decode(stored)
            guard let voucher = event.event as? VoucherPosted else { continue }
            for line in voucher.lines {
                lines.append(
                    Line(
                        position: event.position, date: event.effectiveDate,
                        account: line.account, item: line.openItem,
                        units: line.side == .debit
                            ? line.base.minorUnits : -line.base.minorUnits))
            }
        }
        self.lines = lines
    }

    static func text(_ units: Int64) -> String {
        let sign = units < 0 ? "-" : ""
        let cents = units.magnitude % 100
        return "\(sign)\(units.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    static func sum(_ lines: [Line], turned: Bool = false) -> String {
        let units = lines.reduce(0) { $0 + $1.units }
        return text(turned ? -units : units)
    }

    static func balances(_ lines: [Line], by key: (Line) -> String) -> [String: String] {
        var units: [String: Int64] = [:]
        for line in lines { units[key(line), default: 0] += line.units }
        return units.filter { $0.value != 0 }.mapValues(text)
    }
}
