import Records
import Testing

@testable import Business

@Suite("Buying, whatever happens in whatever order")
struct PurchasingPropertyTests {
    @Test(
        "goods received and not invoiced end at nothing, and stock is worth what the books say",
        arguments: 1...25 as ClosedRange<UInt64>)
    func books(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let company = try PurchasingCompany()
        let price = Int.random(in: 1...999_999, using: &numbers)
        try company.run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [{"product": "P1",
             "price": "\(price / 1000).\(String(price % 1000 + 1000).dropFirst())"}]}
            """)
        let quantity = Int.random(in: 20...200, using: &numbers)
        try company.sendOrder(quantity)
        var received = 0
        var billed = 0
        var step = 0
        while received < quantity || billed < quantity {
            step += 1
            switch Int.random(in: 0...3, using: &numbers) {
            case 0 where received < quantity:
                let part = Int.random(in: 1...(quantity - received), using: &numbers)
                try company.receive(part, id: "GR\(step)")
                received += part
            case 1 where billed < quantity:
                let part = Int.random(in: 1...(quantity - billed), using: &numbers)
                let cents = Int.random(in: 1...99, using: &numbers)
                try billAnyway(part, "\(price / 1000 + 1).\(cents + 100)", step, company)
                billed += part
            case 2:
                try consume(&numbers, company)
            default: continue
            }
            #expect(try company.balance("STOCK") == company.stock().value ?? .zero(.euro))
            #expect(try company.balance("GRNI") == company.unbilled().negated())
        }
        #expect(try company.unbilled().isZero, "seed \(seed)")
        #expect(company.order().status == .completed, "seed \(seed)")
        for posted in company.fixture.events(SupplierInvoicePosted.self) {
            #expect(try isBalanced(posted), "seed \(seed)")
        }
    }

    /// Bills, has every difference accepted, and posts.
    private func billAnyway(
        _ quantity: Int, _ price: String, _ step: Int, _ company: PurchasingCompany
    ) throws {
        let id = "SI\(step)"
        try company.bill(quantity, at: price, id: id)
        if company.invoice(id).status == .blocked {
            try company.run(
                "purchasing.release-invoice-block",
                #"{"invoice": "\#(id)", "reason": "accepted"}"#,
                as: PurchasingCompany.financeManager())
        }
        try company.post(id)
    }

    /// Takes some or all goods out of stock.
    private func consume(
        _ numbers: inout SeededNumbers, _ company: PurchasingCompany
    ) throws {
        let here = Int(company.stock().onHand.millionths / 1_000_000)
        guard here > 0 else { return }
        let left = Int.random(in: 0..<here, using: &numbers)
        try company.run(
            "inventory.count-stock",
            #"{"warehouse": "W1", "lines": [{"product": "P1", "counted": "\#(left)"}]}"#)
    }

    @Test(
        "the open requisition and the open orders always cover what is short",
        arguments: 1...25 as ClosedRange<UInt64>)
    func cover(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let company = try PurchasingCompany()
        let point = Int.random(in: 0...30, using: &numbers)
        let target = Int.random(in: 0...90, using: &numbers)
        try company.run(
            "inventory.set-replenishment",
            """
            {"product": "P1", "replenishment": {"reorderPoint": "\(point)",
             "target": "\(target)", "multiple": "\(Int.random(in: 1...7, using: &numbers))"}}
            """)
        for step in 1...12 {
            let waiting = Int32.random(in: 1...40, using: &numbers)
            try company.fixture.happens(
                RequisitionTests.waiting(waiting, line: Int64(step)), in: "W1:P1")
            if Bool.random(using: &numbers), company.requisition().open.isPositive {
                try company.run(
                    "purchasing.create-order", #"{"supplier": "S1", "order": "PO\#(step)"}"#)
                #expect(company.requisition().open == .zero)
            }
            let stock = company.stock()
            #expect(stock.projected >= pieces(Int32(point)), "seed \(seed), step \(step)")
            #expect(stock.requested == company.requisition().open)
        }
    }
}
