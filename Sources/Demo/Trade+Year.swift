internal import Records

/// What comes every month, and what comes once.
extension Trade {
    func settleYear() {
        var month = firstDay.startOfMonth
        while month <= lastDay {
            settleMonth(month)
            month = month.endOfMonth.adding(days: 1)
        }
        for (partner, amount, days) in [
            ("GRUENWALD", Cents(184_520), 12), ("LEFEVRE", Cents(412_875), 18),
            ("NORDLICHT", Cents(296_010), 25),
        ] {
            agenda.add(on: firstDay.adding(days: days)) { (trade) throws(DemoFailure) in
                try trade.settleOldItem("customer", partner, amount)
            }
        }
        for (partner, amount) in [("ANXI", Cents(380_000)), ("BAERENSTEIN", Cents(84_490))] {
            agenda.add(on: firstDay.adding(days: 13)) { (trade) throws(DemoFailure) in
                try trade.settleOldItem("supplier", partner, amount)
            }
        }
        agenda.add(on: firstDay.adding(days: 170)) { (trade) throws(DemoFailure) in
            try trade.raisePrices()
        }
        agenda.add(on: firstDay.adding(days: 283)) { (trade) throws(DemoFailure) in
            try trade.placeLargeOrder()
        }
    }

    private func settleMonth(_ month: BusinessDate) {
        agenda.add(on: month.adding(days: 2)) { (trade) throws(DemoFailure) in
            try trade.captureRent(month)
        }
        agenda.add(on: month.adding(days: 13)) { (trade) throws(DemoFailure) in
            try trade.stockTheShop()
        }
        agenda.add(on: month.adding(days: 19)) { (trade) throws(DemoFailure) in
            try trade.captureFreight()
        }
        agenda.add(on: month.adding(days: 26)) { (trade) throws(DemoFailure) in
            try trade.payWages(month)
        }
        let next = month.endOfMonth.adding(days: 1)
        if month.parts.month.isMultiple(of: 3) {
            agenda.add(on: next.adding(days: 9)) { (trade) throws(DemoFailure) in
                try trade.payTax(until: month.endOfMonth)
            }
        }
        agenda.add(on: next.adding(days: 7)) { (trade) throws(DemoFailure) in
            try trade.company.give(
                "finance.close-period",
                .object(["period": .string(String(month.description.prefix(7)))]),
                as: Staff.nadia)
        }
    }

    /// What the old books left open is paid.
    private func settleOldItem(
        _ side: String, _ partner: String, _ amount: Cents
    ) throws(DemoFailure) {
        try company.give(
            side == "customer" ? "finance.receive-payment" : "finance.make-payment",
            .object([
                side: .string(partner), "amount": .string(amount.text),
                "reference": .string("Old books"),
            ]), as: Staff.nadia)
    }

    private func captureRent(_ month: BusinessDate) throws(DemoFailure) {
        try captureExpense(
            from: "KRUEGER", account: "6000", amount: Cents(185_000),
            text: "Rent \(month.description.prefix(7))")
    }

    private func captureFreight() throws(DemoFailure) {
        try captureExpense(
            from: "OEZDEMIR", account: "6100",
            amount: Cents(Int64(numbers.number(in: 18_000...74_000))), text: "Freight")
    }

    private func captureExpense(
        from supplier: String, account: String, amount: Cents, text: String
    ) throws(DemoFailure) {
        billCount += 1
        try capture(
            [
                .object([
                    "account": .string(account), "amount": .string(amount.text),
                    "taxCode": .string("standard"), "text": .string(text),
                ])
            ], from: supplier, documentDate: today)
    }

    private func payWages(_ month: BusinessDate) throws(DemoFailure) {
        let wages = JSONValue.string(Cents(720_000).text)
        try journal(
            "Wages \(month.description.prefix(7))",
            [
                .object(["account": .string("6200"), "debit": wages]),
                .object(["account": .string("1000"), "credit": wages]),
            ])
    }

    /// One person drafts an entry, another one posts it.
    private func journal(_ text: String, _ lines: [JSONValue]) throws(DemoFailure) {
        let entry = try company.give(
            "finance.draft-journal-entry",
            .object(["text": .string(text), "lines": .array(lines)]), as: Staff.nadia)
        try company.give(
            "finance.post-journal-entry", .object(["entry": .string(entry)]), as: Staff.sofia)
    }

    /// The tax of a quarter is paid to the office: what was charged less what was paid.
    private func payTax(until lastOfQuarter: BusinessDate) throws(DemoFailure) {
        let rows = try company.query(
            "finance.trial-balance", asOf: lastOfQuarter, after: company.position)
        var due = Cents(0)
        var lines: [JSONValue] = []
        for row in rows["rows"]?.arrayValue ?? [] {
            let account = text("account", of: row)
            guard ["1400", "2300", "2310"].contains(account),
                let balance = Cents(text("closing", of: row)), balance != Cents(0)
            else { continue }
            due -= balance
            let amount = JSONValue.string(Cents(Int64(balance.count.magnitude)).text)
            lines.append(
                .object([
                    "account": .string(account), "debit": balance < Cents(0) ? amount : nil,
                    "credit": balance < Cents(0) ? nil : amount,
                ]))
        }
        guard due > Cents(0) else { return }
        lines.append(.object(["account": .string("1000"), "credit": .string(due.text)]))
        try journal("Tax until \(lastOfQuarter)", lines)
    }

    /// The shop in Berlin gets travel sets, if some are free.
    private func stockTheShop() throws(DemoFailure) {
        let wanted = 5
        let stock = try company.object("inventory.stock/main:TRAVEL-SET")
        let held = (stock["reservations"]?.arrayValue ?? []).map {
            whole($0["reserved"]) + whole($0["picked"])
        }
        guard whole(stock["onHand"]) - held.reduce(0, +) >= wanted else { return }
        let line = JSONValue.object([
            "product": .string("TRAVEL-SET"), "quantity": .string("\(wanted)"),
        ])
        try company.give(
            "inventory.transfer-stock",
            .object([
                "from": .string("main"), "to": .string("berlin"), "lines": .array([line]),
            ]), as: Staff.emil)
    }

    private func raisePrices() throws(DemoFailure) {
        for (product, price) in [("LONGJING", "94.00"), ("DARJEELING", "76.50")] {
            try company.give(
                "sales.set-price",
                .object([
                    "list": .string("standard"), "product": .string(product),
                    "price": .string(price),
                    "validFrom": .string(today.adding(days: 7).description),
                ]), as: Staff.tomas)
        }
    }

    /// An order that is worth more than sales may promise alone.
    private func placeLargeOrder() throws(DemoFailure) {
        orderCount += 1
        try company.give(
            "sales.place-order",
            .object([
                "customer": .string("JINGCHA"), "order": .string("SO-\(1_000 + orderCount)"),
                "channel": .string("field"),
                "promisedDate": .string(today.adding(days: 45).description),
                "lines": .array([
                    .object(["product": .string("ASSAM"), "quantity": .string("1200")]),
                    .object(["product": .string("DARJEELING"), "quantity": .string("260")]),
                ]),
            ]), as: Staff.jiawei)
    }
}
