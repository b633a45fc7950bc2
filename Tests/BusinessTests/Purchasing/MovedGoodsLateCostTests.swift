import Records
import Testing

@testable import Business

@Suite("A later cost follows goods to the warehouse to which they went")
struct MovedGoodsLateCostTests {
    /// A company with a third warehouse that took in 100 at 10.00.
    private func company(_ costing: String) throws -> PurchasingCompany {
        let company = try PurchasingCompany(costing: costing)
        try company.run("inventory.register-warehouse", #"{"warehouse": "W3", "name": "Third"}"#)
        try company.sendOrder(100)
        try company.receive(100)
        return company
    }

    private func move(
        _ quantity: Int, _ from: String, _ to: String, _ company: PurchasingCompany
    ) throws {
        try company.run(
            "inventory.transfer-stock",
            """
            {"from": "\(from)", "to": "\(to)", "lines": [
             {"product": "P1", "quantity": "\(quantity)"}]}
            """)
    }

    private func count(_ quantity: Int, _ warehouse: String, _ company: PurchasingCompany) throws {
        try company.run(
            "inventory.count-stock",
            """
            {"warehouse": "\(warehouse)", "lines": [
             {"product": "P1", "counted": "\(quantity)"}]}
            """)
    }

    private func values(_ company: PurchasingCompany) -> [String] {
        ["W1", "W2", "W3"].map { company.stock("P1", $0).value?.digits ?? "none" }
    }

    /// Stock by warehouse is what the vouchers' lines of that warehouse come to.
    private func expectLedger(_ company: PurchasingCompany) throws {
        var sums: [String: Int64] = [:]
        for voucher in company.fixture.events(VoucherPosted.self) {
            for line in voucher.lines where line.role == "STOCK" {
                let units = line.base.minorUnits
                sums[line.warehouse ?? "", default: 0] += line.side == .debit ? units : -units
            }
        }
        for warehouse in ["W1", "W2", "W3"] {
            let value = company.stock("P1", warehouse).value?.minorUnits ?? 0
            #expect(sums[warehouse] ?? 0 == value, "\(warehouse)")
        }
    }

    @Test(
        "goods in both warehouses take their share, and what is gone is variance",
        arguments: ["avco", "fifo"])
    func shared(_ costing: String) throws {
        let company = try company(costing)
        try move(40, "W1", "W2", company)
        try count(30, "W1", company)
        try company.bill(100, at: "10.20")
        let posted = try company.post()
        #expect(values(company) == ["306.00", "408.00", "none"])
        #expect(try totals(of: posted)["variance"] == euros("6.00"))
        #expect(try isBalanced(posted))
        try expectLedger(company)
    }

    @Test("a warehouse that only passed the goods on takes nothing", arguments: ["avco", "fifo"])
    func passedOn(_ costing: String) throws {
        let company = try company(costing)
        try move(100, "W1", "W2", company)
        try company.bill(100, at: "10.20")
        let posted = try company.post()
        #expect(values(company) == ["0.00", "1020.00", "none"])
        #expect(try totals(of: posted)["variance"] == nil)
        try expectLedger(company)
    }

    @Test("there, on and back again", arguments: ["avco", "fifo"])
    func around(_ costing: String) throws {
        let company = try company(costing)
        try move(60, "W1", "W2", company)
        try move(30, "W2", "W3", company)
        try move(10, "W3", "W1", company)
        try company.bill(100, at: "10.20")
        let posted = try company.post()
        #expect(values(company) == ["510.00", "306.00", "204.00"])
        #expect(try totals(of: posted)["variance"] == nil)
        try expectLedger(company)
        // A credit of the bill takes from each what the bill gave.
        try company.run(
            "purchasing.credit-invoice",
            #"{"invoice": "SI1", "reverse": true, "reason": "wrong"}"#,
            as: PurchasingCompany.accountant)
        #expect(values(company) == ["500.00", "300.00", "200.00"])
        try expectLedger(company)
    }

    @Test(
        "goods of other receipts in the other warehouse are left alone",
        arguments: ["avco", "fifo"])
    func others(_ costing: String) throws {
        let company = try company(costing)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "100"}]}"#)
        try move(50, "W1", "W2", company)
        try company.sendOrder(50, id: "PO2")
        try company.receive(50, id: "GR2", order: "PO2")
        try move(50, "W1", "W2", company)
        try company.bill(50, at: "10.40", id: "SI2", order: "PO2")
        let posted = try company.post("SI2")
        #expect(try totals(of: posted)["variance"] == nil)
        let total = try company.stock("P1", "W1").value?.adding(
            company.stock("P1", "W2").value ?? .zero(.euro))
        #expect(total == (try euros("1520.00")))
        try expectLedger(company)
    }

    @Test(
        "every cent of a late cost is somewhere, however goods were moved",
        arguments: ["avco", "fifo"])
    func random(_ costing: String) throws {
        let seed = UInt64.random(in: .min ... .max)
        print("moved goods: seed \(seed)")
        var state = seed
        func number(_ limit: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % limit)
        }
        for _ in 0..<8 {
            let company = try company(costing)
            for _ in 0..<10 {
                let from = "W\(1 + number(3))"
                let here = Int(company.stock("P1", from).onHand.millionths / 1_000_000)
                guard here > 1 else { continue }
                let some = 1 + number(UInt64(here))
                if number(4) == 0 {
                    try count(here - some, from, company)
                } else {
                    try move(some, from, from == "W2" ? "W3" : "W2", company)
                }
            }
            let before = try company.balance("STOCK")
            try company.bill(100, at: "10.0\(1 + number(9))")
            let posted = try company.post()
            let gained = try company.balance("STOCK").subtracting(before)
            let variance = try totals(of: posted)["variance"] ?? .zero(.euro)
            let late = try #require(totals(of: posted)["gross"])
                .subtracting(totals(of: posted)["tax"] ?? .zero(.euro))
                .subtracting(try euros("1000.00"))
            #expect(try gained.adding(variance) == late)
            #expect(!variance.isNegative)
            try expectLedger(company)
        }
    }
}
