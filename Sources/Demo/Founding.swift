internal import Records

/// Founds the company: roles, master data and what was there when the books began.
struct Founding {
    let company: Company
    let rolesFile: String

    static let id = "morgenrot"
    static let firstDay = "2025-01-01"

    func run() throws(DemoFailure) {
        try deployRoles()
        try company.give(
            "finance.found-company",
            .object([
                "company": .string(Self.id), "name": .string("Morgenröte Teehandel GmbH"),
                "taxNumber": .string("DE811907980"), "country": .string("DE"),
                "baseCurrency": .string("EUR"), "timeZone": .string("Europe/Berlin"),
                "chart": .string("sample"), "singlePerson": .boolean(false),
            ]))
        try registerGoods()
        try registerSuppliers()
        try openAccounts()
        try takeOn()
    }

    /// Before the company is founded nobody is there who could approve a second time.
    private func deployRoles() throws(DemoFailure) {
        let file = JSONValue.object([
            "name": .string("processes/roles/roles.yaml"),
            "content": .string(try Staff.rolesFile(from: rolesFile)),
        ])
        try company.give("definition.deploy", .object(["files": .array([file])]))
    }

    private func registerGoods() throws(DemoFailure) {
        for (id, name) in [
            ("main", "Hamburg, Speicherstadt"), ("berlin", "Berlin, Kastanienallee"),
        ] {
            try company.give(
                "inventory.register-warehouse",
                .object(["warehouse": .string(id), "name": .string(name)]), as: Staff.zofia)
        }
        try company.give(
            "sales.open-price-list",
            .object(["list": .string("standard"), "name": .string("Price list 2025")]),
            as: Staff.tomas)
        for product in Product.all {
            let replenishment = JSONValue.object([
                "reorderPoint": .string("\(product.reorderPoint)"),
                "target": .string("\(product.target)"),
            ])
            try company.give(
                "inventory.register-product",
                .object([
                    "product": .string(product.id), "name": .string(product.name),
                    "kind": .string(product.kind),
                    "productClass": .string(product.productClass),
                    "unit": .string(product.unit),
                    "costing": product.costing.map { .string($0) },
                    "taxCode": .string(product.taxCode),
                    "replenishment": product.target > 0 ? replenishment : nil,
                ]), as: Staff.ingrid)
            try setPrices(product)
        }
    }

    private func setPrices(_ product: Product) throws(DemoFailure) {
        try company.give(
            "sales.set-price",
            .object([
                "list": .string("standard"), "product": .string(product.id),
                "price": .string(product.price),
            ]), as: Staff.tomas)
        guard product.kind == "stock", let cents = Cents(product.price) else { return }
        try company.give(
            "sales.set-price",
            .object([
                "list": .string("standard"), "product": .string(product.id),
                "group": .string("wholesale"), "price": .string(cents.percent(92).text),
            ]), as: Staff.tomas)
    }

    private func registerSuppliers() throws(DemoFailure) {
        for supplier in Supplier.all {
            try company.give(
                "purchasing.register-supplier",
                .object([
                    "supplier": .string(supplier.id), "name": .string(supplier.name),
                    "paymentTerms": .string(supplier.paymentTerms),
                    "taxCode": .string(supplier.taxCode), "overDelivery": .string("0.05"),
                ]), as: Staff.ingrid)
            try Self.setTerms(of: supplier, for: supplier.products, company)
        }
    }

    /// Agrees with a supplier on the terms of products.
    static func setTerms(
        of supplier: Supplier, for products: [String], cost: String? = nil, _ company: Company
    ) throws(DemoFailure) {
        let terms = Product.all.filter { products.contains($0.id) }.compactMap { product in
            (cost ?? product.cost).map { cost in
                JSONValue.object([
                    "product": .string(product.id), "price": .string(cost),
                    "leadTimeDays": .integer(supplier.leadTimeDays), "rank": .integer(1),
                ])
            }
        }
        guard !terms.isEmpty else { return }
        try company.give(
            "purchasing.set-terms",
            .object(["supplier": .string(supplier.id), "terms": .array(terms)]),
            as: Staff.rafael)
    }

    private func openAccounts() throws(DemoFailure) {
        for customer in Customer.all {
            let owner = customer.country == "CN" ? Staff.jiawei : Staff.miriam
            try company.give(
                "sales.open-account",
                .object([
                    "account": .string(customer.id), "name": .string(customer.name),
                    "group": .string(customer.group),
                    "terms": .object([
                        "paymentTerms": .string(customer.paymentTerms),
                        "country": .string(customer.country), "owner": .string(owner.id),
                        "taxCode": customer.taxCode.map { .string($0) },
                        "deliveryRule": customer.deliveryRule.map { .string($0) },
                    ]),
                ]), as: owner)
            try company.give(
                "finance.set-credit-limit",
                .object([
                    "customer": .string(customer.id), "limit": .string("\(customer.limit).00"),
                    "reason": .string("As agreed with the old books"),
                ]), as: Staff.rene)
        }
    }

    // MARK: The opening balance

    private func takeOn() throws(DemoFailure) {
        var equity = Cents(0)
        for product in Product.stocked {
            try company.give(
                "inventory.take-on-stock",
                .object([
                    "product": .string(product.id), "warehouse": .string("main"),
                    "quantity": .string("\(product.opening)"),
                    "value": .string(product.openingValue),
                ]), as: Staff.zofia)
            equity += Cents(product.openingValue) ?? Cents(0)
        }
        let stock = equity
        let owed = try takeOnItems(
            "customer", [("GRUENWALD", 184_520), ("LEFEVRE", 412_875), ("NORDLICHT", 296_010)])
        let owing = try takeOnItems("supplier", [("ANXI", 380_000), ("BAERENSTEIN", 84_490)])
        for (account, text, debit) in [
            ("1000", "Bank statement", Cents(4_812_044)), ("1800", "Equipment", Cents(2_250_000)),
            ("1200", "Receivables in the old books", owed), ("1300", "Stock list", stock),
        ] {
            try takeOn(account, debit, isDebit: true, text)
            if account == "1000" || account == "1800" { equity += debit }
        }
        let loan = Cents(2_000_000)
        try takeOn("2000", owing, isDebit: false, "Payables in the old books")
        try takeOn("2900", loan, isDebit: false, "Bank loan")
        equity += owed
        equity -= owing
        equity -= loan
        try takeOn("3000", equity, isDebit: false, "Equity")
        try company.give("finance.finish-take-on", .object([]), as: Staff.sofia)
    }

    private func takeOn(
        _ account: String, _ amount: Cents, isDebit: Bool, _ text: String
    ) throws(DemoFailure) {
        try company.give(
            "finance.take-on-balance",
            .object([
                "account": .string(account), (isDebit ? "debit" : "credit"): .string(amount.text),
                "text": .string(text),
            ]), as: Staff.nadia)
    }

    private func takeOnItems(
        _ side: String, _ items: [(partner: String, cents: Int64)]
    ) throws(DemoFailure) -> Cents {
        var total = Cents(0)
        for (number, item) in items.enumerated() {
            try company.give(
                "finance.take-on-item",
                .object([
                    "item": .string("OLD-\(side)-\(number + 1)"), side: .string(item.partner),
                    "amount": .string(Cents(item.cents).text),
                    "dueDate": .string("2025-01-\(14 + number)"),
                    "documentDate": .string("2024-12-1\(number)"),
                ]), as: Staff.nadia)
            total += Cents(item.cents)
        }
        return total
    }
}
