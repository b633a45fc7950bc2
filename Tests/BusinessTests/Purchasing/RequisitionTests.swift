@testable import Business
import Records
import Testing

@Suite("Requisitions: one open need for each product and warehouse")
struct RequisitionTests {
    private func company(
        reorderPoint: Int, target: Int, multiple: Int = 1, minimum: Int = 0
    ) throws -> PurchasingCompany {
        let company = try PurchasingCompany()
        try company.run(
            "inventory.set-replenishment",
            """
            {"product": "P1", "replenishment": {"reorderPoint": "\(reorderPoint)",
             "target": "\(target)", "multiple": "\(multiple)", "minimum": "\(minimum)"}}
            """)
        return company
    }

    /// Puts opening stock there, which sets off the look at the reorder point.
    private func takeOn(_ quantity: Int, _ company: PurchasingCompany) throws {
        try company.run(
            "inventory.take-on-stock",
            """
            {"product": "P1", "warehouse": "W1", "quantity": "\(quantity)",
             "value": "\(quantity * 10).00"}
            """)
    }

    @Test("what is projected at the reorder point or above asks for nothing")
    func enough() throws {
        let company = try company(reorderPoint: 20, target: 50)
        try takeOn(20, company)
        #expect(company.requisition().open == .zero)
    }

    @Test("what is projected below the reorder point is filled up to the target")
    func below() throws {
        let company = try company(reorderPoint: 20, target: 50)
        try takeOn(19, company)
        #expect(company.requisition().open == pieces(31))
        #expect(company.requisition().supplier?.text == "S1")
        #expect(company.requisition().neededBy == (try day("2026-09-04")))
        #expect(company.stock().requested == pieces(31))
        #expect(company.fixture.events(RequisitionRaised.self).map(\.cause) == [.reorderPoint])
    }

    @Test("minimum and multiple lift the quantity")
    func lots() throws {
        let company = try company(reorderPoint: 20, target: 50, multiple: 12, minimum: 30)
        try takeOn(19, company)
        #expect(company.requisition().open == pieces(36))
    }

    @Test("further demand increases the open requisition instead of raising another")
    func increased() throws {
        let company = try company(reorderPoint: 20, target: 50)
        try takeOn(19, company)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "9"}]}"#)
        // 9 on hand and 31 requested are above the reorder point: nothing new is asked for.
        #expect(company.requisition().open == pieces(31))
        try company.fixture.happens(Self.waiting(41), in: "W1:P1")
        #expect(company.requisition().open == pieces(82))
        #expect(company.fixture.events(RequisitionRaised.self).count == 1)
        #expect(company.fixture.events(RequisitionIncreased.self).count == 1)
        #expect(company.stock().projected == pieces(50))
    }

    @Test("customers who wait are covered even without a reorder point")
    func backOrders() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        #expect(company.requisition().open == pieces(7))
        #expect(company.fixture.events(RequisitionRaised.self).map(\.cause) == [.backOrder])
        try company.fixture.happens(Self.waiting(3, line: 2), in: "W1:P1")
        #expect(company.requisition().open == pieces(10))
    }

    @Test("without valid terms it waits on the buyer's list, and nothing is ordered")
    func buyersList() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7, product: "P2"), in: "W1:P2")
        #expect(company.requisition("P2").waitsForBuyer)
        let list = company.fixture.state(ProductSourcesState.self, "P2").waiting
        #expect(list == ["W1:P2"])
        let refusal = try company.refusal("purchasing.create-order", #"{"supplier": "S1"}"#)
        #expect(refusal.code == .nothingToOrder)
    }

    @Test("new terms take the need off the buyer's list")
    func termsArrive() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7, product: "P2"), in: "W1:P2")
        try company.run(
            "purchasing.set-terms",
            #"{"supplier": "S2", "terms": [{"product": "P2", "price": "4.00"}]}"#)
        #expect(company.requisition("P2").supplier?.text == "S2")
        #expect(company.fixture.state(ProductSourcesState.self, "P2").waiting.isEmpty)
        #expect(
            company.fixture.state(SupplierState.self, "S2").openRequisitions == ["W1:P2"])
    }

    @Test("a buyer may choose another supplier, who must have valid terms")
    func assigned() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        try company.run(
            "purchasing.assign-supplier", #"{"requisition": "W1:P1", "supplier": "S2"}"#)
        #expect(company.requisition().supplier?.text == "S2")
        #expect(company.fixture.state(SupplierState.self, "S1").openRequisitions.isEmpty)
        try company.fixture.happens(Self.waiting(1, product: "P2"), in: "W1:P2")
        let refusal = try company.refusal(
            "purchasing.assign-supplier", #"{"requisition": "W1:P2", "supplier": "S2"}"#)
        #expect(refusal.code == .noValidTerms)
    }

    @Test("what would be asked for again at once is not withdrawn, and the reason is told")
    func stillNeeded() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        let needed = company.requisition().open
        #expect(needed.isPositive)
        let before = company.fixture.log.count
        let refusal = try company.refusal(
            "purchasing.withdraw-requisition",
            #"{"requisition": "W1:P1", "reason": "too dear"}"#)
        #expect(refusal.code == .stillNeeded)
        #expect(refusal.message.contains("customers wait"))
        #expect(company.fixture.log.count == before)
        #expect(company.requisition().open == needed)
    }

    @Test("what is withdrawn is raised again only by the next shortage")
    func withdrawn() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.raise-requisition",
            #"{"product": "P1", "warehouse": "W1", "quantity": "40"}"#,
            as: PurchasingCompany.buyer)
        try company.run(
            "purchasing.withdraw-requisition",
            #"{"requisition": "W1:P1", "quantity": "15", "reason": "too much"}"#)
        #expect(company.requisition().open == pieces(25))
        try company.run(
            "purchasing.withdraw-requisition",
            #"{"requisition": "W1:P1", "reason": "not needed"}"#)
        #expect(company.requisition().open == .zero)
        #expect(company.stock().requested == .zero)
        #expect(company.fixture.state(SupplierState.self, "S1").openRequisitions.isEmpty)
    }

    @Test("needs of one supplier are gathered into one order, by terms and by no other price")
    func grouped() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [
             {"product": "P2", "price": "4.00", "minimum": "10", "multiple": "5"}]}
            """)
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        try company.fixture.happens(Self.waiting(11, product: "P2"), in: "W1:P2")
        try company.run(
            "purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#,
            as: PurchasingCompany.buyer)
        let lines = company.order().lines
        #expect(lines.map(\.product.text) == ["P1", "P2"])
        #expect(lines.map(\.ordered) == [pieces(7), pieces(15)])
        #expect(lines.map(\.price.description) == ["10.00 EUR", "4.00 EUR"])
        #expect(company.requisition().open == .zero)
        #expect(company.stock().onOrder == pieces(7))
        #expect(company.stock().requested == .zero)
        #expect(company.fixture.events(RequisitionRaised.self).count == 2)
    }

    @Test("a need whose terms ran out goes to whoever sells it now")
    func termsRanOut() throws {
        let company = try PurchasingCompany()
        try company.run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [
             {"product": "P1", "price": "10.00", "validTo": "2026-09-10"},
             {"product": "P2", "price": "1.00"}]}
            """)
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        try company.fixture.happens(Self.waiting(1, product: "P2"), in: "W1:P2")
        company.fixture.date = try day("2026-09-20")
        try company.run("purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#)
        #expect(company.order().lines.map(\.product.text) == ["P2"])
        #expect(company.requisition().supplier?.text == "S2")
        #expect(company.requisition().open == pieces(7))
    }

    @Test("a cancelled order line leaves the need behind, which is raised again at once")
    func raisedAgain() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(7), in: "W1:P1")
        try company.run("purchasing.create-order", #"{"supplier": "S1", "order": "PO1"}"#)
        #expect(company.requisition().open == .zero)
        try company.run(
            "purchasing.cancel-order", #"{"order": "PO1", "reason": "wrong supplier"}"#)
        #expect(company.requisition().open == pieces(7))
        #expect(company.stock().onOrder == .zero)
    }

    @Test("when customers no longer wait, the open requisition shrinks to the need")
    func surplus() throws {
        let company = try company(reorderPoint: 20, target: 50)
        try takeOn(30, company)
        try company.fixture.happens(Self.waiting(40), in: "W1:P1")
        #expect(company.requisition().open == pieces(60))
        try company.fixture.happens(Self.givingUp(25), in: "W1:P1")
        #expect(company.requisition().open == pieces(35))
        #expect(company.stock().projected == pieces(50))
        try company.fixture.happens(Self.givingUp(15), in: "W1:P1")
        // 30 on hand are above the reorder point: nothing is needed any more.
        #expect(company.requisition().open == .zero)
        #expect(company.stock().requested == .zero)
        #expect(company.fixture.state(SupplierState.self, "S1").openRequisitions.isEmpty)
    }

    @Test("what a person asked for stays when customers no longer wait")
    func askedFor() throws {
        let company = try PurchasingCompany()
        try company.fixture.happens(Self.waiting(4), in: "W1:P1")
        try company.run(
            "purchasing.raise-requisition",
            #"{"product": "P1", "warehouse": "W1", "quantity": "10"}"#,
            as: PurchasingCompany.buyer)
        try company.fixture.happens(Self.givingUp(4), in: "W1:P1")
        #expect(company.requisition().open == pieces(14))
    }

    @Test("long names of product and warehouse make one requisition, too")
    func longNames() throws {
        let company = try PurchasingCompany()
        let product = String(repeating: "p", count: 64)
        let warehouse = String(repeating: "w", count: 64)
        try company.run(
            "inventory.register-product",
            """
            {"product": "\(product)", "name": "Long", "kind": "stock", "productClass": "goods",
             "unit": "pcs"}
            """)
        try company.run(
            "inventory.register-warehouse", #"{"warehouse": "\#(warehouse)", "name": "Long"}"#)
        try company.run(
            "purchasing.raise-requisition",
            #"{"product": "\#(product)", "warehouse": "\#(warehouse)", "quantity": "1"}"#)
        try company.run(
            "purchasing.withdraw-requisition",
            #"{"requisition": "\#(warehouse):\#(product)", "reason": "not needed"}"#)
        #expect(company.requisition(product, warehouse).open == .zero)
    }

    @Test("a discontinued product is bought for those who wait and not for stock")
    func discontinued() throws {
        let company = try company(reorderPoint: 20, target: 50)
        try company.run("inventory.discontinue-product", #"{"product": "P1"}"#)
        try takeOn(5, company)
        #expect(company.requisition().open == .zero)
        try company.fixture.happens(Self.waiting(8), in: "W1:P1")
        #expect(company.requisition().open == pieces(3))
        let refusal = try company.refusal(
            "purchasing.raise-requisition",
            #"{"product": "P1", "warehouse": "W1", "quantity": "4"}"#)
        #expect(refusal.code == .productDiscontinued)
    }

    /// A customer's order line no longer waits for goods.
    static func givingUp(_ quantity: Int32) -> ReservationReleased {
        ReservationReleased(
            order: OrderID("SO1") ?? .unset, line: 1, product: ProductID("P1") ?? .unset,
            warehouse: WarehouseID("W1") ?? .unset, quantity: .zero,
            backordered: pieces(quantity), requeued: .zero, missing: .zero, requestedDate: nil,
            reason: "cancelled")
    }

    /// A customer's order line waits for goods.
    static func waiting(
        _ quantity: Int32, product: String = "P1", line: Int64 = 1
    ) -> StockReserved {
        StockReserved(
            order: OrderID("SO1") ?? .unset, line: line, product: ProductID(product) ?? .unset,
            warehouse: WarehouseID("W1") ?? .unset, quantity: .zero, backordered: pieces(quantity),
            fromBackorder: .zero, requestedDate: BusinessDate(daysSinceEpoch: 20_000))
    }
}
