import Records
import Testing

@testable import Business

/// An order that is put forward: who, when, from whom, of what.
struct SplitStep: Sendable {
    var by = "anna"
    var on = "2026-09-01"
    var supplier = "S1"
    var product = "P1"
    var quantity = 60
}

/// Orders put forward one after another, and what the last one is judged by.
struct SplitCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let earlier: [SplitStep]
    let last: SplitStep
    let judged: String
    let counted: [String]
    let levels: [String]

    init(
        _ description: String, _ earlier: [SplitStep], then last: SplitStep = SplitStep(),
        judged: String, counted: [String] = [], levels: [String] = []
    ) {
        testDescription = description
        self.earlier = earlier
        self.last = last
        self.judged = judged
        self.counted = counted
        self.levels = levels
    }
}

@Suite("Split orders: judged by the sum of what belongs together")
struct SplitOrderTests {
    /// `P2` is of another class than `P1`; both cost 10.00 at `S1`, and `P1` 9.00 at `S2`.
    private func company() throws -> PurchasingCompany {
        let company = try PurchasingCompany()
        try company.run(
            "inventory.change-product", #"{"product": "P2", "productClass": "material"}"#)
        try company.run(
            "purchasing.set-terms",
            #"{"supplier": "S1", "terms": [{"product": "P2", "price": "10.00"}]}"#)
        return company
    }

    private func put(
        forward id: String, _ step: SplitStep, in company: PurchasingCompany
    ) throws {
        company.fixture.date = try day(step.on)
        let actor = Actor.person(step.by, ["buyer"])
        try company.run(
            "purchasing.create-order",
            """
            {"order": "\(id)", "supplier": "\(step.supplier)", "lines": [
             {"product": "\(step.product)", "warehouse": "W1", "quantity": "\(step.quantity)"}]}
            """, as: actor)
        try company.run("purchasing.submit-order", #"{"order": "\#(id)"}"#, as: actor)
    }

    static let cases: [SplitCase] = [
        SplitCase("a single order is judged by its own value", [], judged: "600.00"),
        SplitCase(
            "the same supplier, person and class on one day", [SplitStep()], judged: "1200.00",
            counted: ["PO1 600.00"], levels: ["purchasing-manager"]),
        SplitCase(
            "three of them", [SplitStep(quantity: 10), SplitStep(quantity: 50)],
            then: SplitStep(quantity: 40), judged: "1000.00",
            counted: ["PO1 100.00", "PO2 500.00"], levels: ["purchasing-manager"]),
        SplitCase(
            "the last day that counts", [SplitStep()], then: SplitStep(on: "2026-09-07"),
            judged: "1200.00", counted: ["PO1 600.00"], levels: ["purchasing-manager"]),
        SplitCase(
            "a day too late to count", [SplitStep()], then: SplitStep(on: "2026-09-08"),
            judged: "600.00"),
        SplitCase(
            "dated before the other", [SplitStep(on: "2026-09-05")], judged: "1200.00",
            counted: ["PO1 600.00"], levels: ["purchasing-manager"]),
        SplitCase("another supplier", [SplitStep(supplier: "S2")], judged: "600.00"),
        SplitCase("another person", [SplitStep(by: "bert")], judged: "600.00"),
        SplitCase("another class", [SplitStep(product: "P2")], judged: "600.00"),
        SplitCase(
            "split below the second approval", [SplitStep(quantity: 1_500)],
            then: SplitStep(quantity: 1_000), judged: "25000.00", counted: ["PO1 15000.00"],
            levels: ["purchasing-manager", "finance-manager"]),
    ]

    @Test("what an order is judged by", arguments: cases)
    func judged(_ row: SplitCase) throws {
        let company = try company()
        for (number, step) in (row.earlier + [row.last]).enumerated() {
            try put(forward: "PO\(number + 1)", step, in: company)
        }
        let submitted = try #require(company.fixture.events(PurchaseOrderSubmitted.self).last)
        #expect(submitted.judgedAmount?.digits == row.judged)
        #expect(submitted.counted.map { "\($0.order) \($0.amount.digits)" } == row.counted)
        #expect(submitted.levels.map(\.role) == row.levels)
        #expect(submitted.countRule != nil)
        let order = company.order("PO\(row.earlier.count + 1)")
        #expect(order.counted == submitted.counted)
        #expect(order.status == (row.levels.isEmpty ? .approved : .pendingApproval))
    }

    @Test("of an order of several classes only the shared one counts")
    func shared() throws {
        let company = try company()
        try company.run(
            "purchasing.create-order",
            """
            {"order": "PO1", "supplier": "S1", "lines": [
             {"product": "P1", "warehouse": "W1", "quantity": "30"},
             {"product": "P2", "warehouse": "W1", "quantity": "50"}]}
            """, as: PurchasingCompany.buyer)
        try company.run(
            "purchasing.submit-order", #"{"order": "PO1"}"#, as: PurchasingCompany.buyer)
        try put(forward: "PO2", SplitStep(), in: company)
        #expect(company.order("PO2").judgedAmount == (try euros("900.00")))
    }

    @Test("who asked for the goods of both orders counts, whoever wrote them")
    func requester() throws {
        let company = try company()
        for (number, buyer) in ["anna", "bert"].enumerated() {
            try company.run(
                "purchasing.raise-requisition",
                #"{"product": "P1", "warehouse": "W1", "quantity": "60"}"#,
                as: .person("dora", ["warehouse"]))
            let actor = Actor.person(buyer, ["buyer"])
            try company.run(
                "purchasing.create-order", #"{"order": "PO\#(number)", "supplier": "S1"}"#,
                as: actor)
            try company.run(
                "purchasing.submit-order", #"{"order": "PO\#(number)"}"#, as: actor)
        }
        #expect(company.order("PO1").status == .pendingApproval)
        #expect(company.order("PO1").counted.map(\.order.text) == ["PO0"])
    }

    @Test("what processes order by themselves counts with what they ordered before")
    func nobody() throws {
        let company = try company()
        let timer = Actor(
            id: "process:replenishment", kind: .process, roles: ["buyer"])
        for id in ["PO1", "PO2"] {
            try company.run(
                "purchasing.create-order",
                """
                {"order": "\(id)", "supplier": "S1", "lines": [
                 {"product": "P1", "warehouse": "W1", "quantity": "60"}]}
                """, as: timer)
            try company.run("purchasing.submit-order", #"{"order": "\#(id)"}"#, as: timer)
        }
        #expect(company.order("PO2").levels.map(\.role) == ["purchasing-manager"])
        try put(forward: "PO3", SplitStep(), in: company)
        #expect(company.order("PO3").counted.isEmpty, "a person's order is none of nobody's")
    }

    @Test(
        "what was sent back or cancelled does not count",
        arguments: [
            ("purchasing.reject-order", #"{"order": "PO1", "reason": "no"}"#),
            ("purchasing.cancel-order", #"{"order": "PO1", "reason": "no"}"#),
            ("purchasing.cancel-order-line", #"{"order": "PO1", "line": 1, "reason": "no"}"#),
        ])
    func ended(_ command: String, _ payload: String) throws {
        let company = try company()
        try put(forward: "PO1", SplitStep(quantity: 110), in: company)
        try company.run(command, payload)
        try put(forward: "PO2", SplitStep(), in: company)
        #expect(company.order("PO2").counted.isEmpty)
        #expect(company.order("PO2").status == .approved)
    }

    @Test("an amended order counts with what it is worth then, and is judged with the others")
    func amended() throws {
        let company = try company()
        try put(forward: "PO1", SplitStep(quantity: 30), in: company)
        try put(forward: "PO2", SplitStep(quantity: 30), in: company)
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO2", "lines": [{"line": 1, "quantity": "20"}]}"#,
            as: PurchasingCompany.buyer)
        #expect(company.order("PO2").status == .approved, "less needs no approval")
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "75"}]}"#,
            as: PurchasingCompany.buyer)
        #expect(company.order("PO1").judgedAmount == (try euros("950.00")))
        #expect(company.order("PO1").status == .approved)
        try company.run(
            "purchasing.amend-order",
            #"{"order": "PO1", "lines": [{"line": 1, "quantity": "80"}]}"#,
            as: PurchasingCompany.buyer)
        #expect(company.order("PO1").judgedAmount == (try euros("1000.00")))
        #expect(company.order("PO1").status == .pendingApproval)
    }

    @Test("the approver's limit must cover the sum, not the last part alone")
    func limit() throws {
        let company = try company()
        try put(forward: "PO1", SplitStep(), in: company)
        try put(forward: "PO2", SplitStep(), in: company)
        let poor = Actor.person(
            "paul", ["purchasing-manager"], limits: ["purchase": try euros("1199.99")])
        let refusal = try company.refusal(
            "purchasing.approve-order", #"{"order": "PO2"}"#, as: poor)
        #expect(refusal.code == .limitExceeded)
        #expect(refusal.message.contains("1200.00"))
        try company.run(
            "purchasing.approve-order", #"{"order": "PO2"}"#, as: PurchasingCompany.manager())
        #expect(company.order("PO2").status == .approved)
        #expect(company.order("PO2").approvedValue == (try euros("600.00")))
    }

    @Test("without the table every order is judged alone, and none is counted")
    func noTable() throws {
        let rules = try Rulebook(
            ShippedRules.files().filter { !$0.path.hasSuffix("split-order-limit.dmn") })
        let company = try PurchasingCompany(rules: rules)
        for id in ["PO1", "PO2"] {
            try company.draftOrder(60, id: id)
            try company.run("purchasing.submit-order", #"{"order": "\#(id)"}"#)
            #expect(company.order(id).status == .approved)
        }
        #expect(company.fixture.events(PurchaseOrderCounted.self).isEmpty)
    }

    @Test(
        "a table that yields no number of days is named", arguments: ["-1", "367", "1.5", "null"])
    func badTable(_ days: String) throws {
        let path = "processes/rules/split-order-limit.dmn"
        let table = try ShippedRules.text(path).replacing("<text>7<", with: "<text>\(days)<")
        let company = try PurchasingCompany(rules: try ShippedRules.book([path: table]))
        try company.draftOrder()
        let refusal = try company.refusal("purchasing.submit-order", #"{"order": "PO1"}"#)
        #expect(refusal.code == .badRuleResult)
        for part in ["split-order-limit", "from 0 to 366", "correct the table"] {
            #expect(refusal.message.contains(part), "\(refusal.message)")
        }
    }

    @Test("a supplier's list is bounded: the oldest orders are forgotten")
    func bounded() throws {
        let fixture = try company().fixture
        for number in 1...SupplierOrdersState.ordersMax + 1 {
            try fixture.given(
                PurchaseOrderCounted(
                    recent: RecentOrder(
                        order: #require(PurchaseOrderID("PO\(number)")), date: fixture.date,
                        requesters: [], classes: [])), in: "S1")
        }
        let recent = fixture.state(SupplierOrdersState.self, "S1").recent
        #expect(recent.count == SupplierOrdersState.ordersMax)
        #expect(recent.first?.order.text == "PO2")
    }
}
