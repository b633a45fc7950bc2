import Records
import Testing

extension Firm {
    /// A company in euros with a warehouse, a customer, a supplier and three products in stock.
    static func trading(
        singlePerson: Bool = false, stock: [String: Int] = ["P1": 100, "P2": 100, "P3": 100],
        replacing: [String: String] = [:], people: String = Firm.people, zone: String = "UTC"
    ) async throws -> Firm {
        let firm = try await Firm(replacing: replacing, people: people)
        try await firm.found(singlePerson: singlePerson, stock: stock, zone: zone)
        return firm
    }

    /// Founds the company and enters what it trades.
    func found(
        singlePerson: Bool = false, stock: [String: Int], zone: String = "UTC"
    ) async throws {
        try await advance(to: "2026-03-02T08:00:00Z")
        try await run(
            "finance.found-company",
            """
            {"name": "Golden Trading", "country": "DE", "baseCurrency": "EUR",
             "chart": "sample", "singlePerson": \(singlePerson), "timeZone": "\(zone)"}
            """)
        try await run("inventory.register-warehouse", #"{"warehouse": "main", "name": "Main"}"#)
        for product in ["P1", "P2", "P3"] {
            try await run(
                "inventory.register-product",
                #"{"product": "\#(product)", "name": "Part \#(product)", "taxCode": "standard"}"#)
        }
        try await run(
            "inventory.register-product",
            #"{"product": "SV", "name": "Fitting", "kind": "service", "productClass": "service"}"#)
        try await run(
            "sales.open-account",
            """
            {"account": "C1", "name": "Customer",
             "terms": {"paymentTerms": "net-30", "taxCode": "standard"}}
            """)
        try await run(
            "purchasing.register-supplier",
            """
            {"supplier": "S1", "name": "Supplier", "paymentTerms": "net-30",
             "taxCode": "standard"}
            """)
        try await run(
            "purchasing.set-terms",
            """
            {"supplier": "S1", "terms": [
             {"product": "P1", "price": "10.00", "rank": 1},
             {"product": "P2", "price": "10.00", "rank": 1}]}
            """)
        for (product, quantity) in stock.sorted(by: { $0.key < $1.key }) {
            try await run(
                "inventory.take-on-stock",
                """
                {"product": "\(product)", "warehouse": "main", "quantity": "\(quantity)",
                 "value": "\(quantity * 10).00"}
                """)
        }
    }

    /// Places an order of some products at 20.00 each; its instance comes back.
    @discardableResult
    func order(
        _ id: String, _ lines: [(product: String, quantity: Int)], channel: String = "web",
        more: String = "", as person: String = "anna"
    ) async throws -> String {
        let wanted = lines.map {
            #"{"product": "\#($0.product)", "quantity": "\#($0.quantity)", "price": "20.00"}"#
        }
        try await run(
            "sales.place-order",
            """
            {"order": "\(id)", "customer": "C1", "channel": "\(channel)"\(more),
             "lines": [\(wanted.joined(separator: ", "))]}
            """, as: person)
        return try #require(try instances(of: "order-to-cash").last)
    }

    /// The customer pays an invoice or an order in full.
    func pay(order: String, _ amount: String) async throws {
        try await run(
            "finance.receive-payment",
            #"{"customer": "C1", "order": "\#(order)", "amount": "\#(amount)"}"#, as: "gina")
    }
}
