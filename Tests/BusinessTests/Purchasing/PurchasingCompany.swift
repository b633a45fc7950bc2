@testable import Business
import Records
import Testing

/// A company that buys: two products in one warehouse, two suppliers, five people.
final class PurchasingCompany {
    let fixture: BusinessFixture

    /// Writes orders.
    static let buyer = Actor.person("anna", ["buyer"])
    /// Approves orders, releases blocks.
    static func manager() throws -> Actor {
        .person(
            "mark", ["purchasing-manager"],
            limits: [
                "purchase": try euros("100000.00"), "supplier-invoice": try euros("100000.00"),
            ]
        )
    }
    /// Approves what is large.
    static func financeManager() throws -> Actor {
        .person(
            "fiona", ["finance-manager"],
            limits: [
                "purchase": try euros("1000000.00"), "supplier-invoice": try euros("1000000.00"),
            ])
    }
    /// Takes goods in.
    static let keeper = Actor.person("walt", ["warehouse"])
    /// Enters and posts bills.
    static let accountant = Actor.person("carl", ["accountant"])

    /// A company with suppliers `S1` (rank 1) and `S2`, which sell `P1` at 10.00 and 9.00, that
    /// lets counts be posted at once and waits for all that it ordered.
    init(
        singlePerson: Bool = false, costing: String = "avco", rules: (any RuleSource)? = nil
    ) throws {
        fixture = try BusinessFixture(
            [Inventory.self, Purchasing.self, Finance.self],
            rules: try rules
                ?? ChangedRules(
                    shipped: ShippedRules.shared.get(),
                    changed: ["count-approval": nil, "under-delivery-tolerance": nil]),
            poster: Poster().poster)
        try fixture.run(
            "finance.found-company",
            """
            {"name": "Test", "country": "DE", "baseCurrency": "EUR", "chart": "sample",
             "singlePerson": \(singlePerson)}
            """)
        try fixture.run("inventory.register-warehouse", #"{"warehouse": "W1", "name": "Main"}"#)
        try fixture.run("inventory.register-warehouse", #"{"warehouse": "W2", "name": "Second"}"#)
        for product in ["P1", "P2"] {
            try fixture.run(
                "inventory.register-product",
                """
                {"product": "\(product)", "name": "\(product)", "kind": "stock",
                 "productClass": "goods", "unit": "pcs", "costing": "\(costing)"}
                """)
        }
        for (supplier, price, rank) in [("S1", "10.00", 1), ("S2", "9.00", 2)] {
            try fixture.run(
                "purchasing.register-supplier",
                """
                {"supplier": "\(supplier)", "name": "Supplier \(supplier)", "taxCode": "standard",
                 "paymentTerms": "net-30", "overDelivery": "0.05"}
                """)
            try fixture.run(
                "purchasing.set-terms",
                """
                {"supplier": "\(supplier)", "terms": [
                 {"product": "P1", "price": "\(price)", "rank": \(rank), "leadTimeDays": 3}]}
                """)
        }
    }

    /// Gives a command as somebody.
    @discardableResult
    func run(_ name: String, _ json: String, as actor: Actor = .owner) throws -> [any Event] {
        fixture.actor = actor
        defer { fixture.actor = .owner }
        return try fixture.run(name, json)
    }

    /// The refusal that somebody's command meets.
    func refusal(_ name: String, _ json: String, as actor: Actor = .owner) throws -> Rejection {
        fixture.actor = actor
        defer { fixture.actor = .owner }
        return try fixture.refusal(of: name, json)
    }

    /// An order of `P1` with supplier `S1`, as far as sent.
    func sendOrder(_ quantity: Int = 100, id: String = "PO1") throws {
        try draftOrder(quantity, id: id)
        try run("purchasing.submit-order", #"{"order": "\#(id)"}"#, as: Self.buyer)
        if order(id).status == .pendingApproval {
            try run("purchasing.approve-order", #"{"order": "\#(id)"}"#, as: Self.manager())
        }
        if order(id).status == .pendingApproval {
            try run("purchasing.approve-order", #"{"order": "\#(id)"}"#, as: Self.financeManager())
        }
        try run("purchasing.send-order", #"{"order": "\#(id)"}"#, as: Self.buyer)
    }

    /// An order of `P1` with supplier `S1`, as a draft by the buyer.
    func draftOrder(_ quantity: Int = 100, id: String = "PO1") throws {
        try run(
            "purchasing.create-order",
            """
            {"order": "\(id)", "supplier": "S1", "lines": [
             {"product": "P1", "warehouse": "W1", "quantity": "\(quantity)"}]}
            """, as: Self.buyer)
    }

    /// Takes in goods of the order's first line.
    @discardableResult
    func receive(_ quantity: Int, id: String = "GR1", order: String = "PO1") throws -> [any Event] {
        try run(
            "purchasing.receive-goods",
            """
            {"order": "\(order)", "receipt": "\(id)",
             "lines": [{"line": 1, "quantity": "\(quantity)"}]}
            """, as: Self.keeper)
    }

    /// Enters and matches a bill of the order's first line.
    func bill(
        _ quantity: Int, at price: String, id: String = "SI1", number: String? = nil,
        order: String = "PO1"
    ) throws {
        try run(
            "purchasing.capture-invoice",
            """
            {"invoice": "\(id)", "supplier": "S1", "theirNumber": "\(number ?? id)",
             "documentDate": "2026-09-01", "lines": [
             {"order": "\(order)", "orderLine": 1, "quantity": "\(quantity)", "price": "\(price)"}]}
            """, as: Self.accountant)
        try run("purchasing.match-invoice", #"{"invoice": "\#(id)"}"#, as: Self.accountant)
    }

    /// Posts a bill.
    @discardableResult
    func post(_ id: String = "SI1") throws -> SupplierInvoicePosted {
        let events = try run(
            "purchasing.post-invoice", #"{"invoice": "\#(id)"}"#, as: Self.accountant)
        return try #require(events.compactMap { $0 as? SupplierInvoicePosted }.first)
    }

    /// A customer orders `P1`, of which nothing is there, and waits for it.
    func customerWaits(for quantity: Int32) throws {
        let price = UnitPrice(millionths: 15_000_000, currency: .euro)
        let net = try price.amount(of: pieces(quantity))
        let line = OrderLine(
            line: 1, product: ProductID("P1") ?? .unset, kind: .stock, productClass: "goods",
            warehouse: WarehouseID("W1") ?? .unset, price: price, discount: .zero,
            taxCode: "standard", net: net, tax: .zero(.euro), ordered: pieces(quantity))
        try fixture.given(
            OrderPlaced(
                customer: AccountID("C1") ?? .unset, currency: .euro, lines: [line], blocks: [],
                paymentTerms: "net-30", deliveryRule: .availability, invoicing: .onDelivery,
                placedBy: "sam", placedOn: fixture.date, net: net, tax: .zero(.euro)), in: "SO1")
        try fixture.happens(RequisitionTests.waiting(quantity), in: "W1:P1")
    }

    func order(_ id: String = "PO1") -> PurchaseOrderState {
        fixture.state(PurchaseOrderState.self, id)
    }

    func invoice(_ id: String = "SI1") -> SupplierInvoiceState {
        fixture.state(SupplierInvoiceState.self, id)
    }

    func stock(_ product: String = "P1", _ warehouse: String = "W1") -> StockState {
        fixture.state(StockState.self, "\(warehouse):\(product)")
    }

    func requisition(_ product: String = "P1", _ warehouse: String = "W1") -> RequisitionState {
        fixture.state(RequisitionState.self, "\(warehouse):\(product)")
    }

    /// What stands on goods received and not invoiced: receipts less what bills cleared.
    func unbilled() throws -> Money {
        var sum = Money.zero(.euro)
        for received in fixture.events(GoodsReceived.self) {
            for line in received.lines { sum = try sum.adding(line.value) }
        }
        for reversed in fixture.events(ReceiptReversed.self) {
            for line in reversed.lines { sum = try sum.subtracting(line.value) }
        }
        for posted in fixture.events(SupplierInvoicePosted.self) {
            for line in posted.lines { sum = try sum.subtracting(line.received) }
        }
        return sum
    }
}

extension PurchasingCompany {
    /// What all vouchers so far leave on an account role, debits less credits.
    func balance(_ role: String) throws -> Money {
        var sum = Money.zero(.euro)
        for voucher in fixture.events(VoucherPosted.self) {
            for line in voucher.lines where line.role == role {
                sum =
                    line.side == .debit
                    ? try sum.adding(line.base) : try sum.subtracting(line.base)
            }
        }
        return sum
    }

    /// The last voucher as `ROLE debit amount`, in the order of its lines.
    func lastVoucher() -> [String] {
        let voucher = fixture.events(VoucherPosted.self).last
        return (voucher?.lines ?? []).map { "\($0.role) \($0.side.rawValue) \($0.base.digits)" }
    }
}

/// The totals of a posted bill by amount name, as its voucher sees them.
func totals(of posted: SupplierInvoicePosted) throws -> [String: Money] {
    var sums: [String: Money] = [:]
    for amount in posted.posting.amounts where !amount.amount.isZero {
        sums[amount.name] = try (sums[amount.name] ?? .zero(.euro)).adding(amount.amount)
    }
    return sums
}

/// Whether the bill's declared identity holds.
func isBalanced(_ posted: SupplierInvoicePosted) throws -> Bool {
    let sums = try totals(of: posted)
    for identity in SupplierInvoicePosted.identities {
        var parts = Money.zero(.euro)
        for part in identity.parts { parts = try parts.adding(sums[part] ?? .zero(.euro)) }
        if parts != sums[identity.total] ?? .zero(.euro) { return false }
    }
    return true
}

/// A whole count of pieces.
func pieces(_ count: Int32) -> Quantity { Quantity(count) }
