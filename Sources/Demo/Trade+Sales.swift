internal import Records

/// A day in sales: leads, deals, orders by telephone and over the web shop.
extension Trade {
    private static let leadPercent = 30
    private static let dealPercent = 16
    private static let phonePercent = 62
    private static let webPercent = 38

    func sell() throws(DemoFailure) {
        if numbers.happens(percent: Self.leadPercent) { try captureLead() }
        if numbers.happens(percent: Self.dealPercent) { try openDeal() }
        if numbers.happens(percent: Self.phonePercent) { try placeOrder(channel: "phone") }
        if numbers.happens(percent: Self.webPercent) { try placeOrder(channel: "web") }
    }

    private func placeOrder(channel: String) throws(DemoFailure) {
        guard let customer = numbers.one(of: customers) else { return }
        let owner = customer.country == "CN" ? Staff.jiawei : Staff.miriam
        orderCount += 1
        let order = "SO-\(1_000 + orderCount)"
        // Now and then sales gives a price that somebody else must agree to.
        let isBargain = channel == "phone" && numbers.happens(percent: 5)
        let lines = basket().map { product, quantity in
            let price = Product.all.first { $0.id == product }.flatMap { Cents($0.price) }
            return JSONValue.object([
                "product": .string(product), "quantity": .string("\(quantity)"),
                "price": isBargain ? price.map { .string($0.percent(84).text) } : nil,
            ])
        }
        try company.give(
            "sales.place-order",
            .object([
                "customer": .string(customer.id), "order": .string(order),
                "channel": .string(channel), "lines": .array(lines),
                "promisedDate": .string(
                    today.adding(days: numbers.number(in: 3...10)).description),
                "reference": channel == "phone" ? .string("Tel. \(today)") : nil,
            ]), as: owner)
        settleChange(of: order, owner)
    }

    /// Some customers change their mind.
    private func settleChange(of order: String, _ owner: Person) {
        let mood = numbers.number(in: 1...100)
        let day = today.adding(workingDays: numbers.number(in: 1...3))
        if mood <= 5 {
            agenda.add(on: day) { (trade) throws(DemoFailure) in try trade.cancel(order, owner) }
        }
        let patience = numbers.number(in: 8...21)
        agenda.add(on: today.adding(days: patience)) { (trade) throws(DemoFailure) in
            try trade.loseChance(of: order, owner)
        }
    }

    /// Before anything is picked, an order is simply cancelled.
    private func cancel(_ order: String, _ owner: Person) throws(DemoFailure) {
        let state = try company.object("sales.order/\(order)")
        let isUntouched = (state["lines"]?.arrayValue ?? []).allSatisfy {
            whole($0["picked"]) + whole($0["shipped"]) + whole($0["invoiced"]) == 0
        }
        guard isUntouched, ["pending", "released"].contains(text("status", of: state)) else {
            return
        }
        try company.give(
            "sales.cancel-order",
            .object(["order": .string(order), "reason": .string("Ordered twice")]), as: owner)
    }

    /// Who waits for the rest of an order too long wants it no more, or nothing of it.
    private func loseChance(of order: String, _ owner: Person) throws(DemoFailure) {
        let state = try company.object("sales.order/\(order)")
        guard text("status", of: state) == "released" else { return }
        let lines = state["lines"]?.arrayValue ?? []
        let isPartlyShipped = lines.contains { whole($0["shipped"]) > 0 }
        let isShort = lines.contains {
            $0["kind"]?.stringValue == "stock"
                && whole($0["shipped"]) < whole($0["ordered"]) - whole($0["cancelled"])
        }
        // What is held for it is on its way through the warehouse.
        let isHeld = lines.contains { whole($0["reserved"]) + whole($0["picked"]) > 0 }
        guard isPartlyShipped, isShort, !isHeld else { return }
        if numbers.happens(percent: 60) {
            try company.give(
                "sales.close-order-short",
                .object([
                    "order": .string(order),
                    "reason": .string("The customer does not wait any more"),
                ]), as: owner)
        }
    }

    /// While a part is on its way and the rest is missing, a customer may want nothing of it.
    func revokeIfWaiting(_ order: String) throws(DemoFailure) {
        let state = try company.object("sales.order/\(order)")
        guard text("status", of: state) == "released" else { return }
        let lines = state["lines"]?.arrayValue ?? []
        let isDelivered = lines.contains { whole($0["delivered"]) > 0 }
        // What left can only be taken back in the month in which it left.
        let isSameMonth = text("placedOn", of: state).prefix(7) == today.description.prefix(7)
        if isSameMonth, !isDelivered { try revoke(order) }
    }

    /// The process is told, and takes back what was done.
    private func revoke(_ order: String) throws(DemoFailure) {
        try company.give(
            "process.publish-message",
            .object([
                "name": .string("cancel-order"),
                "correlationKey": .string("sales.order/\(order)"),
                "variables": .object(["reason": .string("The customer waited too long")]),
                "timeToLive": .string("PT1H"),
            ]))
    }
}
