import Business
import Records
import Testing

@Suite("What a count found is posted at once, or when another person has approved it")
struct CountApprovalTests {
    private static let clerk = Actor.person("wilma", ["warehouse"])
    private static let accountant = Actor.person("gina", ["accountant"])
    private static let manager = Actor.person("hugo", ["finance-manager"])

    /// A company with 100 P1 worth 1,000.00 and 10,000 P2 worth 100,000.00 in W1.
    private func company() throws -> TradingCompany {
        let company = try TradingCompany(singlePerson: false)
        try company.run("inventory.register-warehouse", #"{"warehouse": "W2", "name": "Second"}"#)
        try company.run(
            "inventory.register-product",
            #"{"product": "P2", "name": "Screw", "taxCode": "standard"}"#)
        for (product, quantity, value) in [("P1", "100", "1000.00"), ("P2", "10000", "100000.00")] {
            try company.run(
                "inventory.take-on-stock",
                """
                {"product": "\(product)", "warehouse": "W1", "quantity": "\(quantity)",
                 "value": "\(value)"}
                """)
        }
        return company
    }

    private func count(
        _ company: TradingCompany, _ product: String, _ counted: String, as id: String = "CNT",
        by counter: String? = nil
    ) throws {
        let more = counter.map { #", "countedBy": "\#($0)""# } ?? ""
        try company.run(
            "inventory.count-stock",
            """
            {"count": "\(id)", "warehouse": "W1"\(more),
             "lines": [{"product": "\(product)", "counted": "\(counted)"}]}
            """, as: Self.clerk)
    }

    private func state(_ company: TradingCompany, _ id: String = "CNT") -> CountState {
        company.fixture.state(CountState.self, id)
    }

    private func onHand(_ company: TradingCompany, _ product: String = "P1") -> String {
        let stock = company.fixture.state(StockState.self, "W1:\(product)")
        return "\(stock.onHand.digits) / \(stock.value?.digits ?? "-")"
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let product: String
        let counted: String
        let role: String?
        let title: String
        var testDescription: String { title }
    }

    // swift-format-ignore
    static let rows = [
        Row(product: "P1", counted: "125", role: nil, title: "250.00 more: nobody"),
        Row(product: "P1", counted: "75", role: nil, title: "250.00 less: nobody"),
        Row(product: "P1", counted: "126", role: "accountant", title: "260.00 of 1,000.00: the accountant"),
        Row(product: "P2", counted: "10100", role: nil, title: "1,000.00 of 100,000.00: nobody"),
        Row(product: "P2", counted: "9899", role: "accountant", title: "1,010.00 less of 100,000.00: the accountant"),
        Row(product: "P2", counted: "11000", role: "accountant", title: "10,000.00: the accountant"),
        Row(product: "P2", counted: "11001", role: "finance-manager", title: "10,010.00: the finance manager"),
    ]

    @Test("the table says by value and by percent who must approve", arguments: rows)
    func table(row: Row) throws {
        let company = try company()
        let before = onHand(company, row.product)
        try count(company, row.product, row.counted)
        #expect(state(company).role == row.role)
        #expect(state(company).status == (row.role == nil ? .posted : .waiting))
        #expect((onHand(company, row.product) == before) == (row.role != nil))
        #expect(company.fixture.events(StockCounted.self).isEmpty == (row.role != nil))
    }

    @Test("nothing is posted before the approval; then the voucher is that of the difference")
    func approval() throws {
        let company = try company()
        try count(company, "P1", "190")
        #expect(onHand(company) == "100 / 1000.00")
        try company.run("inventory.approve-count", #"{"count": "CNT"}"#, as: Self.accountant)
        #expect(onHand(company) == "190 / 1900.00")
        #expect(state(company).status == .posted)
        let counted = try #require(company.fixture.events(StockCounted.self).first)
        #expect(
            counted.posting.amounts.map { "\($0.name) \($0.amount.digits)" } == ["surplus 900.00"])
        let approved = try #require(company.fixture.events(CountApproved.self).first)
        #expect(approved.approver == "gina")
        #expect(approved.rule != nil)
    }

    @Test("goods that moved meanwhile are not lost: the difference is posted on what is there")
    func movedMeanwhile() throws {
        let company = try company()
        try count(company, "P1", "60")
        try company.run(
            "inventory.transfer-stock",
            """
            {"from": "W1", "to": "W2", "lines": [{"product": "P1", "quantity": "50"}]}
            """)
        try company.run("inventory.approve-count", #"{"count": "CNT"}"#, as: Self.accountant)
        #expect(onHand(company) == "10 / 100.00")
    }

    @Test("what has left meanwhile cannot be missing as well")
    func leftMeanwhile() throws {
        let company = try company()
        try count(company, "P1", "40")
        try company.run(
            "inventory.transfer-stock",
            """
            {"from": "W1", "to": "W2", "lines": [{"product": "P1", "quantity": "50"}]}
            """)
        let refusal = try company.refusal(
            "inventory.approve-count", #"{"count": "CNT"}"#, as: Self.accountant)
        #expect(refusal.code == .quantityExceeds)
        #expect(refusal.message.contains("count again"))
    }

    @Test("nobody approves what he counted or entered, nor without the role")
    func separated() throws {
        let company = try company()
        try count(company, "P1", "190", by: "gina")
        for (actor, code) in [
            (Self.accountant, RejectionCode.separatedDuties),
            (Actor.person("wilma", ["warehouse", "accountant"]), .separatedDuties),
            (Self.manager, .notAllowed),
        ] {
            let refusal = try company.refusal(
                "inventory.approve-count", #"{"count": "CNT"}"#, as: actor)
            #expect(refusal.code == code, "\(actor.id)")
        }
        let other = Actor.person("hanna", ["accountant"])
        try company.run("inventory.approve-count", #"{"count": "CNT"}"#, as: other)
    }

    @Test("a rejected count posts nothing, and the goods can be counted again")
    func rejected() throws {
        let company = try company()
        try count(company, "P1", "190")
        let pending = try company.refusal(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "100"}]}"#, as: Self.clerk)
        #expect(pending.code == .countPending)
        #expect(pending.message.contains("CNT"))
        try company.run(
            "inventory.reject-count", #"{"count": "CNT", "reason": "counted twice"}"#,
            as: Self.accountant)
        #expect(state(company).status == .rejected)
        #expect(onHand(company) == "100 / 1000.00")
        let again = try company.refusal(
            "inventory.approve-count", #"{"count": "CNT"}"#, as: Self.accountant)
        #expect(again.code == .wrongState)
        try count(company, "P1", "101", as: "CNT-2")
        #expect(onHand(company) == "101 / 1010.00")
    }
}
