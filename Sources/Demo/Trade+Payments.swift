internal import Records

/// What customers do with invoices, and what becomes of it.
extension Trade {
    /// What an accountant may pay back alone.
    private static let refundMax = Cents(100_000)

    func customerHears(of invoice: String, _ data: JSONValue?) {
        let id = text("customer", of: data)
        let habit = customers.first { $0.id == id }?.habit ?? .punctual
        for part in data?["installments"]?.arrayValue ?? [] {
            guard let due = BusinessDate(text("due", of: part)),
                let amount = Cents(text("amount", of: part)), amount > Cents(0)
            else { continue }
            settle(invoice, of: id, habit, due, amount, item: text("item", of: part))
        }
    }

    private func settle(
        _ invoice: String, of customer: String, _ habit: PaymentHabit, _ due: BusinessDate,
        _ amount: Cents, item: String
    ) {
        func pay(_ amount: Cents, on date: BusinessDate) {
            agenda.add(on: date) { (trade) throws(DemoFailure) in
                let state = try trade.company.object("finance.open-item/\(item)")
                // What was credited meanwhile is not paid.
                guard let open = Cents(trade.text("open", of: state)), open > Cents(0) else {
                    return
                }
                try trade.receive(amount, from: customer, for: invoice)
            }
        }
        switch habit {
        case .punctual: pay(amount, on: due.adding(days: numbers.number(in: -6...2)))
        case .late: pay(amount, on: due.adding(days: numbers.number(in: 9...38)))
        case .inParts:
            let half = amount.percent(50)
            pay(half, on: due)
            pay(Cents(amount.count - half.count), on: due.adding(days: numbers.number(in: 12...25)))
        case .overpays:
            let surplus: Int64 = numbers.happens(percent: 35) ? 2_500 : 0
            pay(Cents(amount.count + surplus), on: due.adding(days: -1))
        case .never:
            agenda.add(on: due.adding(days: 75)) { (trade) throws(DemoFailure) in
                try trade.giveUp(item, of: customer)
            }
        }
    }

    /// The bank statement shows an amount.
    private func receive(
        _ amount: Cents, from customer: String, for invoice: String
    ) throws(DemoFailure) {
        let payment = try company.give(
            "finance.receive-payment",
            .object([
                "customer": .string(customer), "invoice": .string(invoice),
                "amount": .string(amount.text), "reference": .string(invoice),
            ]), as: Staff.nadia)
        let state = try company.object("finance.payment/\(payment)")
        guard let held = Cents(text("unallocated", of: state)), held > Cents(0) else { return }
        overpayments += 1
        // Every other one asks for the rest back; the others keep it for their next invoice.
        guard overpayments.isMultiple(of: 2) else { return }
        agenda.add(on: today.adding(days: 14)) { (trade) throws(DemoFailure) in
            try trade.payBack(payment)
        }
    }

    private func payBack(_ payment: String) throws(DemoFailure) {
        let state = try company.object("finance.payment/\(payment)")
        guard let held = Cents(text("unallocated", of: state)), held > Cents(0) else { return }
        try company.give(
            "finance.refund-payment",
            .object([
                "payment": .string(payment), "reference": .string("Paid too much"),
            ]), as: held > Self.refundMax ? Staff.sofia : Staff.nadia)
    }

    /// Nobody believes in it any more.
    private func giveUp(_ item: String, of customer: String) throws(DemoFailure) {
        let state = try company.object("finance.open-item/\(item)")
        guard let open = Cents(text("open", of: state)), open > Cents(0) else { return }
        try company.give(
            "finance.write-off-item",
            .object([
                "item": .string(item), "reason": .string("bad-debt"),
                "text": .string("Three reminders, no answer"),
            ]), as: Staff.sofia)
        let account = try company.object("sales.account/\(customer)")
        guard account["isBlocked"] != .boolean(true) else { return }
        try company.give(
            "sales.block-account",
            .object([
                "account": .string(customer), "reason": .string("Does not pay"),
            ]), as: Staff.rene)
    }
}
