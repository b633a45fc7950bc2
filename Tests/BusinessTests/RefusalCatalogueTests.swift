import FEEL
import Records
import Testing

@testable import Business

/// Every refusal that a department declares, provoked: the rows here and those of the departments'
/// own tables.
@Suite("Every declared refusal is provoked")
struct RefusalCatalogueTests {
    /// Given commands, when a command, then a refusal.
    struct Row: CustomTestStringConvertible, Sendable {
        let code: RejectionCode
        var given: [Step] = []
        let when: Step
        /// The posting date of the refused command.
        var date = "2026-01-01"
        /// Decisions that yield something else than the shipped ones; nil is not deployed.
        var changed: [String: [[String: Value]]?] = [:]
        var testDescription: String { "\(code): \(when.command)" }
    }

    /// A command with its payload.
    struct Step: Sendable {
        let command: String
        let payload: String
        init(_ command: String, _ payload: String) {
            self.command = command
            self.payload = payload
        }
    }

    private static let stock = Step(
        "inventory.take-on-stock",
        #"{"product": "P1", "warehouse": "W1", "quantity": "10", "value": "100.00"}"#)
    private static let second = Step(
        "inventory.register-warehouse", #"{"warehouse": "W2", "name": "Second"}"#)
    /// Ninety pieces more than the books know: somebody else has to approve that.
    private static let counted = Step(
        "inventory.count-stock",
        #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "100"}]}"#)
    private static let reserve = Step("inventory.reserve", #"{"order": "SO-1"}"#)
    private static let plan = Step(
        "fulfillment.plan-shipment", #"{"order": "SO-1", "shipment": "SH-1"}"#)
    private static let startPick = Step("fulfillment.start-pick", #"{"shipment": "SH-1"}"#)

    private static func order(_ rest: String = "", quantity: String = "5") -> Step {
        Step(
            "sales.place-order",
            """
            {"order": "SO-1", "customer": "C1", "warehouse": "W1"\(rest),
             "lines": [{"product": "P1", "quantity": "\(quantity)", "price": "20.00"}]}
            """)
    }

    /// A purchase order of ten for 100.00, which needs nobody's approval, with the supplier.
    private static let purchase = [
        Step(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1",
             "lines": [{"product": "P1", "warehouse": "W1", "quantity": "10"}]}
            """),
        Step("purchasing.submit-order", #"{"order": "PO1"}"#),
        Step("purchasing.send-order", #"{"order": "PO1"}"#),
    ]

    private static func receive(_ quantity: Int) -> Step {
        Step(
            "purchasing.receive-goods",
            """
            {"order": "PO1", "receipt": "GR1", "lines": [{"line": 1, "quantity": "\(quantity)"}]}
            """)
    }

    /// A bill of all ten, captured and matched.
    private static func bill(_ id: String) -> [Step] {
        [
            Step(
                "purchasing.capture-invoice",
                """
                {"invoice": "\(id)", "supplier": "S1", "theirNumber": "\(id)",
                 "documentDate": "2026-01-01",
                 "lines": [{"order": "PO1", "orderLine": 1, "quantity": "10"}]}
                """),
            Step("purchasing.match-invoice", #"{"invoice": "\#(id)"}"#),
        ]
    }

    private static func post(_ id: String) -> Step {
        Step("purchasing.post-invoice", #"{"invoice": "\#(id)"}"#)
    }

    private static func count(_ quantity: Int) -> Step {
        Step(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "\#(quantity)"}]}"#)
    }

    static let sales: [Row] = [
        Row(
            code: .creditExceeded,
            given: [
                stock, Step("finance.set-credit-limit", #"{"customer": "C1", "limit": "500.00"}"#),
                order(), reserve, plan,
                Step("finance.set-credit-limit", #"{"customer": "C1", "limit": "1.00"}"#),
            ], when: startPick),
        Row(
            code: .orderBlocked,
            given: [
                stock, order(),
                Step("sales.raise-block", #"{"order": "SO-1", "kind": "manual", "reason": "x"}"#),
            ], when: reserve),
        Row(code: .nothingReserved, given: [stock, order()], when: plan),
        Row(
            code: .incompleteDelivery,
            given: [
                stock, order(#", "deliveryRule": "complete-order""#, quantity: "11"), reserve,
            ], when: plan),
        Row(
            code: .warehouseNeeded,
            given: [
                second, stock,
                Step(
                    "inventory.take-on-stock",
                    #"{"product": "P1", "warehouse": "W2", "quantity": "9", "value": "90.00"}"#),
                Step(
                    "sales.place-order",
                    """
                    {"order": "SO-1", "customer": "C1", "lines": [
                     {"product": "P1", "quantity": "1", "price": "20.00", "warehouse": "W1"},
                     {"product": "P1", "quantity": "1", "price": "20.00", "warehouse": "W2"}]}
                    """), reserve,
            ], when: plan),
        Row(
            code: .countPending, given: [stock, counted],
            when: counted),
        Row(
            code: .dateOutOfRange, given: [stock],
            when: order(#", "requestedDate": "1826-01-01""#)),
        Row(code: .alreadyPlanned, given: [stock, order(), reserve, plan], when: plan),
        Row(
            code: .nothingPicked, given: [stock, order(), reserve, plan, startPick],
            when: Step("fulfillment.pack", #"{"shipment": "SH-1"}"#)),
        Row(
            code: .otherPeriod,
            given: [
                stock, order(), reserve, plan,
                Step("fulfillment.ship", #"{"shipment": "SH-1"}"#),
            ], when: Step("fulfillment.reverse-issue", #"{"shipment": "SH-1", "reason": "x"}"#),
            date: "2026-02-01"),
        Row(
            code: .amountOverflow,
            when: Step(
                "sales.place-order",
                """
                {"order": "SO-1", "customer": "C1", "lines": [
                 {"product": "SV", "quantity": "1000000000", "price": "1000000000.00"}]}
                """)),
        Row(code: .noRule, when: order(), changed: ["order-blocks": nil]),
        Row(
            code: .badRuleResult, when: order(),
            changed: ["order-blocks": [["kind": .text("whim"), "reason": .text("x")]]]),
    ]

    static let goods: [Row] = [
        Row(
            code: .unknownTaxCode,
            when: Step(
                "inventory.register-product",
                #"{"product": "P9", "name": "Lamp", "taxCode": "luxury"}"#)),
        Row(
            code: .unknownTaxCode,
            when: Step("inventory.change-product", #"{"product": "P1", "taxCode": "luxury"}"#)),
        Row(code: .costUnknown, when: count(5)),
        Row(
            code: .insufficientStock, given: [second],
            when: Step(
                "inventory.transfer-stock",
                #"{"from": "W1", "to": "W2", "lines": [{"product": "P1", "quantity": "1"}]}"#)),
        Row(
            code: .acknowledgementMissing, given: purchase,
            when: Step("purchasing.cancel-order", #"{"order": "PO1", "reason": "x"}"#)),
        Row(
            code: .priceFixed, given: purchase + [receive(4)],
            when: Step(
                "purchasing.amend-order",
                #"{"order": "PO1", "lines": [{"line": 1, "price": "9.00"}]}"#)),
        Row(
            code: .stockConsumed, given: purchase + [receive(10), count(5)],
            when: Step("purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "x"}"#)),
        Row(
            code: .receiptBilled, given: purchase + [receive(10)] + bill("SI1") + [post("SI1")],
            when: Step("purchasing.reverse-receipt", #"{"receipt": "GR1", "reason": "x"}"#)),
        Row(
            code: .invoiceBlocked,
            given: purchase + [receive(10)] + bill("SI1") + bill("SI2") + [post("SI1")],
            when: post("SI2")),
        Row(
            code: .approvalMissing,
            given: [
                Step(
                    "purchasing.capture-invoice",
                    """
                    {"invoice": "SI1", "supplier": "S1", "theirNumber": "1",
                     "documentDate": "2026-01-01",
                     "lines": [{"account": "6300", "amount": "20000.00"}]}
                    """),
                Step("purchasing.match-invoice", #"{"invoice": "SI1"}"#),
            ], when: post("SI1")),
    ]

    static let books: [Row] = [
        Row(
            code: .oneCompany,
            when: Step(
                "finance.found-company",
                #"{"company": "other", "name": "x", "country": "DE", "baseCurrency": "EUR"}"#)),
        Row(
            code: .periodFinal,
            given: [
                Step("finance.close-period", #"{"period": "2026-01"}"#),
                Step("finance.lock-period", #"{"period": "2026-01"}"#),
            ],
            when: Step("finance.close-period", #"{"period": "2026-01"}"#)),
        Row(
            code: .takeOnFinished, given: [Step("finance.finish-take-on", "{}")],
            when: Step("finance.take-on-balance", #"{"account": "1000", "debit": "1.00"}"#)),
        Row(
            code: .takeOnUnbalanced,
            given: [Step("finance.take-on-balance", #"{"account": "1000", "debit": "1.00"}"#)],
            when: Step("finance.finish-take-on", "{}")),
        Row(code: .noPostingRule, when: stock, changed: ["posting.inventory": []]),
        Row(code: .noAccount, when: stock, changed: ["accounts.sample": []]),
        Row(
            code: .unbalanced, when: stock,
            changed: [
                "posting.inventory": [
                    [
                        "side": .text("debit"), "role": .text("STOCK"),
                        "amount": .text("opening"),
                    ]
                ]
            ]),
    ]

    @Test("given, when, then refused", arguments: sales + goods + books)
    func refused(_ row: Row) throws {
        let rules = ChangedRules(shipped: try ShippedRules.shared.get(), changed: row.changed)
        let company = try TradingCompany(rules: rules)
        for step in row.given { try company.run(step.command, step.payload) }
        company.fixture.date = try day(row.date)
        let count = company.fixture.log.count
        // Not by the company's own check of what a command declares: what posting refuses, it can
        // refuse to any command that posts.
        let refusal = try company.fixture.refusal(of: row.when.command, row.when.payload)
        #expect(refusal.code == row.code, "\(refusal)")
        #expect(refusal.message.count > 20 && refusal.message.hasSuffix("."), "\(refusal.message)")
        #expect(company.fixture.log.count == count, "refused means nothing happened")
    }

    @Test("nothing is booked before a company is founded")
    func noCompany() throws {
        let fixture = try BusinessFixture(Departments.all)
        let refusal = try fixture.refusal(of: "finance.close-period", #"{"period": "2026-01"}"#)
        #expect(refusal.code == .companyNotFounded)
        #expect(refusal.message.contains("finance.found-company"))
    }

    /// A department whose events set themselves off.
    private enum Echo: BusinessModule {
        static let name = "finance"
        static let commands: [any Command.Type] = []
        static let events: [any Event.Type] = [CompanyListed.self]
        static let consequences: [Consequence] = [
            .of(CompanyListed.self) { (event, source, decision) throws(Rejection) in
                try decision.emit(event, to: source.stream.id)
            }
        ]
    }

    @Test("consequences that never end are refused")
    func endless() throws {
        let fixture = try BusinessFixture([Echo.self])
        let event = CompanyListed(company: try #require(CompanyID("main")))
        let refusal = #expect(throws: Rejection.self) { try fixture.happens(event, in: "group") }
        #expect(refusal?.code == .tooManyConsequences)
    }

    @Test("a command that touches more things than a command may is refused")
    func tooManyThings() throws {
        let decision = Decision(
            facts: DecisionFacts(
                company: "main", now: Instant(startOf: try day("2026-01-01")),
                effectiveDate: try day("2026-01-01"), actor: .owner),
            rules: FixtureRules(), reader: StreamTable())
        let refusal = #expect(throws: Rejection.self) {
            for number in 0...Decision.streamsMax {
                _ = try decision.state(of: WarehouseState.self, "W\(number)")
            }
        }
        #expect(refusal?.code == .tooManyStreams)
    }

    @Test("no department declares a code that no row provokes")
    func complete() {
        var provoked = Set((Self.sales + Self.goods + Self.books).map(\.code.name))
        provoked.formUnion(
            (SalesRefusals.leads + SalesRefusals.parties + SalesRefusals.deals
                + SalesRefusals.quotes + SalesRefusals.orders + SalesRefusals.orderEnds
                + SalesRefusals.blocks).map(\.code.name))
        provoked.formUnion(
            (PurchasingRefusalTests.suppliers + PurchasingRefusalTests.requisitions
                + PurchasingRefusalTests.orders + PurchasingRefusalTests.receipts
                + PurchasingRefusalTests.invoices).map(\.code))
        provoked.formUnion(
            (FinanceRefusalTests.documents + FinanceRefusalTests.payments
                + FinanceRefusalTests.books).map(\.code))
        provoked.insert(RejectionCode.companyNotFounded.name)
        // A full stock takes ten thousand orders to build: StockLimitTests builds its state.
        provoked.insert(RejectionCode.stockLimit.name)
        // Customers have to wait for it: RequisitionTests.
        provoked.insert(RejectionCode.stillNeeded.name)
        let declared = Departments.all.flatMap { $0.commands.flatMap { $0.rejections } }
        #expect(Set(declared.map(\.name)).subtracting(provoked).sorted() == [])
    }
}
