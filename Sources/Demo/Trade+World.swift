internal import Records

/// What suppliers, carriers and customers do when they hear something.
extension Trade {
    func hear(_ event: JSONValue) {
        let id = Company.id(of: text("stream", of: event))
        switch event["type"]?.stringValue {
        case "purchasing.order-sent": supplierHears(of: id)
        case "fulfillment.goods-issued": carrierTakes(id)
        case "finance.invoice-posted": customerHears(of: id, event["data"])
        default: break
        }
    }

    // MARK: Suppliers

    private func supplierHears(of order: String) {
        guard promisedOrders.insert(order).inserted else { return }
        let answersAfter = numbers.number(in: 1...2)
        let mood = numbers.number(in: 1...100)
        let lateness = numbers.happens(percent: 12) ? numbers.number(in: 8...16) : 0
        let isPartial = numbers.happens(percent: 22)
        // Three in a hundred never answer, and are asked for it.
        if mood > 3 {
            agenda.add(on: today.adding(workingDays: answersAfter)) { (trade) throws(DemoFailure) in
                try trade.confirm(order, mood: mood)
            }
        }
        agenda.add(on: today.adding(workingDays: answersAfter + 1)) {
            (trade) throws(DemoFailure) in
            try trade.settleDelivery(of: order, lateness: lateness, isPartial: isPartial)
        }
    }

    /// The buyer notes what the supplier answered.
    private func confirm(_ order: String, mood: Int) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        guard state["status"]?.stringValue == "sent" else { return }
        let lines = state["lines"]?.arrayValue ?? []
        var promise: [JSONValue] = []
        if mood > 94, let line = lines.first, let price = Cents(text("price", of: line)) {
            // Six in a hundred want a little more for the first line.
            promise = [
                .object([
                    "line": line["line"], "price": .string(price.percent(103).text),
                ])
            ]
        } else if mood > 80, let line = lines.first,
            let date = BusinessDate(text("expectedDate", of: line))
        {
            promise = [
                .object([
                    "line": line["line"], "date": .string(date.adding(days: 4).description),
                ])
            ]
        }
        try company.give(
            "purchasing.confirm-order",
            .object(["order": .string(order), "lines": .array(promise)]), as: Staff.rafael)
    }

    private func settleDelivery(
        of order: String, lateness: Int, isPartial: Bool
    ) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        let dates = (state["lines"]?.arrayValue ?? []).compactMap {
            BusinessDate(text("expectedDate", of: $0))
        }
        let expected = dates.max() ?? today.adding(days: 10)
        let arrival = expected.adding(days: lateness - numbers.number(in: 0...2))
        agenda.add(on: arrival) { (trade) throws(DemoFailure) in
            try trade.receive(order, percent: isPartial ? 60 : 100)
        }
        guard isPartial else { return }
        let giveUp = numbers.happens(percent: 20)
        agenda.add(on: arrival.adding(days: numbers.number(in: 5...12))) {
            (trade) throws(DemoFailure) in
            if giveUp {
                try trade.closePurchase(order)
            } else {
                try trade.receive(order, percent: 100)
            }
        }
    }

    /// Goods are at the door: as much of what is outstanding.
    private func receive(_ order: String, percent: Int) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        guard ["sent", "confirmed"].contains(text("status", of: state)) else { return }
        var lines: [JSONValue] = []
        for line in state["lines"]?.arrayValue ?? [] {
            let outstanding =
                whole(line["ordered"]) - whole(line["cancelled"]) - whole(line["received"])
            let quantity = percent == 100 ? outstanding : outstanding * percent / 100
            guard quantity > 0 else { continue }
            lines.append(
                .object(["line": line["line"], "quantity": .string("\(quantity)")]))
        }
        guard !lines.isEmpty else { return }
        try company.give(
            "purchasing.receive-goods",
            .object([
                "order": .string(order), "lines": .array(lines),
                "deliveryNote": .string("LS-\(numbers.number(in: 10_000...99_999))"),
            ]), as: numbers.happens(percent: 50) ? Staff.zofia : Staff.emil)
        agenda.add(on: today.adding(workingDays: numbers.number(in: 2...6))) {
            (trade) throws(DemoFailure) in
            try trade.captureBill(of: order, lines)
        }
    }

    private func closePurchase(_ order: String) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        guard ["sent", "confirmed"].contains(text("status", of: state)) else { return }
        try company.give(
            "purchasing.close-order",
            .object([
                "order": .string(order),
                "reason": .string("The supplier will not deliver the rest"),
            ]), as: Staff.rafael)
    }

    /// The supplier's bill came: nearly always right.
    private func captureBill(of order: String, _ received: [JSONValue]) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        billCount += 1
        let isTooDear = billCount % 11 == 3
        let isTooMuch = billCount % 17 == 8
        var lines: [JSONValue] = []
        for part in received {
            let known = (state["lines"]?.arrayValue ?? []).first { $0["line"] == part["line"] }
            let price = Cents(text("price", of: known))
            let quantity = whole(part["quantity"])
            lines.append(
                .object([
                    "order": .string(order), "orderLine": part["line"],
                    "quantity": .string("\(isTooMuch ? quantity + 5 : quantity)"),
                    "price": isTooDear ? price.map { .string($0.percent(112).text) } : nil,
                ]))
        }
        try capture(
            lines, from: text("supplier", of: state), documentDate: today.adding(days: -1))
        guard isTooMuch else { return }
        // What was billed and did not come goes back; the right bill follows.
        agenda.add(on: today.adding(workingDays: 6)) { (trade) throws(DemoFailure) in
            try trade.captureAgain(order, received)
        }
    }

    private func captureAgain(_ order: String, _ received: [JSONValue]) throws(DemoFailure) {
        let state = try company.object("purchasing.order/\(order)")
        let lines = received.map { part in
            JSONValue.object([
                "order": .string(order), "orderLine": part["line"],
                "quantity": part["quantity"],
            ])
        }
        billCount += 1
        try capture(lines, from: text("supplier", of: state), documentDate: today.adding(days: -1))
    }

    func capture(
        _ lines: [JSONValue], from supplier: String, documentDate: BusinessDate
    ) throws(DemoFailure) {
        let number = "\(supplier.prefix(3))-\(today.parts.year)-\(1_000 + billCount)"
        try company.give(
            "purchasing.capture-invoice",
            .object([
                "supplier": .string(supplier), "theirNumber": .string(number),
                "documentDate": .string(documentDate.description), "lines": .array(lines),
            ]), as: Staff.nadia)
    }

    // MARK: Carriers

    private func carrierTakes(_ shipment: String) {
        let isRevoked = numbers.happens(percent: 15)
        if isRevoked {
            agenda.add(on: today.adding(workingDays: 1)) { (trade) throws(DemoFailure) in
                let state = try trade.company.object("fulfillment.shipment/\(shipment)")
                try trade.revokeIfWaiting(trade.text("order", of: state))
            }
        }
        let days = numbers.number(in: isRevoked ? 2...4 : 1...4)
        agenda.add(on: today.adding(workingDays: days)) { (trade) throws(DemoFailure) in
            let state = try trade.company.object("fulfillment.shipment/\(shipment)")
            guard state["status"]?.stringValue == "shipped" else { return }
            try trade.company.give(
                "fulfillment.confirm-delivery", .object(["shipment": .string(shipment)]),
                as: Staff.emil)
        }
    }
}
