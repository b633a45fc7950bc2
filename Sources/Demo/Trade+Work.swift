internal import Client
internal import Records

/// People and their work list.
extension Trade {
    /// How often a day people look at the list.
    private static let roundsPerDayMax = 12

    /// Everybody does what the list holds for them; some of it waits until another day.
    func workOffList() throws(DemoFailure) {
        for _ in 0..<Self.roundsPerDayMax {
            var isIdle = true
            for task in try company.tasks() where try work(on: task) { isIdle = false }
            if isIdle { return }
        }
    }

    /// - Returns: Whether somebody did something about it.
    private func work(on task: JSONValue) throws(DemoFailure) -> Bool {
        let id = text("task", of: task)
        if let until = postponed[id] {
            if today < until { return false }
        } else if let days = delay(of: task) {
            postponed[id] = today.adding(workingDays: days)
            if days > 0 { return false }
        }
        switch text("command", of: task) {
        case "sales.release-block": return try judgeBlock(task)
        case "fulfillment.confirm-pick": return try pick(task)
        case "purchasing.assign-supplier": return try findSupplier(task)
        case "purchasing.release-invoice-block": return try settleDifference(task)
        case "purchasing.approve-order": return try approve(task)
        case "finance.refund-credit-note":
            return try complete(
                task, .object(["reference": .string("Credit \(text("document", of: task))")]))
        case "": return try complete(task, answer(to: text("element", of: task)))
        default: return try complete(task, .object([]))
        }
    }

    /// How long a task lies: what has a goods behind it is done at once, letters wait.
    private func delay(of task: JSONValue) -> Int? {
        switch text("element", of: task) {
        case "remind", "tell-late", "ask-bill": numbers.number(in: 0...3)
        case "release-blocks", "approve", "settle": numbers.number(in: 0...2)
        default: 0
        }
    }

    private func answer(to element: String) -> JSONValue {
        switch element {
        case "remind": .object(["note": .string("Promises to pay")])
        case "tell-late": .object(["agreed": .string("Takes it when it comes")])
        default: .object([])
        }
    }

    // MARK: Doing

    /// Completes a task as the first person who may.
    @discardableResult
    private func complete(
        _ task: JSONValue, _ payload: JSONValue, isGranted: Bool = false
    ) throws(DemoFailure) -> Bool {
        let command = JSONValue.object([
            "task": .string(text("task", of: task)), "payload": payload,
        ])
        var refusal: (answer: Answer, line: String)?
        for person in candidates(for: task) {
            let (answer, line) = try company.offer("process.complete-task", command, as: person)
            if answer.isOK { return true }
            // Done meanwhile, by what another task set off.
            if answer.code == "unknown-task" { return false }
            if answer.code == "credit-exceeded", !isGranted {
                try grantCredit(for: task, askedBy: person)
                return try complete(task, payload, isGranted: true)
            }
            refusal = (answer, line)
            guard Self.isForSomebodyElse(answer.code) else { break }
        }
        guard let refusal else {
            throw .unexpected("nobody has a role for the task \(task.description)")
        }
        throw .refused(
            request: refusal.line, code: refusal.answer.code, message: refusal.answer.message)
    }

    /// The customer's credit ran out while goods were made ready: finance lets these go.
    private func grantCredit(
        for task: JSONValue, askedBy person: Person
    ) throws(DemoFailure) {
        let order = text("order", of: try company.variables(of: text("instance", of: task)))
        let block = [
            JSONMember("order", .string(order)), JSONMember("kind", .string("credit")),
        ]
        let asked = JSONMember("reason", .string("Owes too much, or for too long"))
        let granted = JSONMember("reason", .string("Goods are packed; the customer was called"))
        try company.give("sales.raise-block", .object(block + [asked]), as: person)
        try company.give("sales.release-block", .object(block + [granted]), as: Staff.sofia)
    }

    /// Whether a refusal says that another person must do it.
    private static func isForSomebodyElse(_ code: String) -> Bool {
        ["separated-duties", "limit-exceeded", "not-allowed", "task-not-yours"].contains(code)
    }

    private func candidates(for task: JSONValue) -> [Person] {
        let groups = (task["groups"]?.arrayValue ?? []).compactMap(\.stringValue)
        let users = (task["users"]?.arrayValue ?? []).compactMap(\.stringValue)
        let able = Staff.all.filter { $0.has(anyOf: groups) || users.contains($0.id) }
        let turn = groups.contains("warehouse") ? company.taskCount % max(1, able.count) : 0
        return Array(able[turn...] + able[..<turn])
    }

    // MARK: Judging

    /// A block of an order: most are released, some customers are told no.
    private func judgeBlock(_ task: JSONValue) throws(DemoFailure) -> Bool {
        let order = text("order", of: try company.variables(of: text("instance", of: task)))
        let state = try company.object("sales.order/\(order)")
        guard text("status", of: state) == "pending" else { return false }
        let customer = try company.object("sales.account/\(text("customer", of: state))")
        let isHopeless = customer["isBlocked"] == .boolean(true)
        let isPrecious = (Cents(text("amount", of: task)) ?? Cents(0)) > Cents(2_000_000)
        // What has left already is not taken back: the rest of such an order goes, too.
        let hasLeft = (state["lines"]?.arrayValue ?? []).contains { whole($0["shipped"]) > 0 }
        if !hasLeft, isHopeless || !isPrecious && numbers.happens(percent: 15) {
            let owner = Staff.all.first { $0.id == text("placedBy", of: state) } ?? Staff.miriam
            try company.give(
                "sales.cancel-order",
                .object([
                    "order": .string(order), "reason": .string("Not released"),
                ]), as: owner)
            return true
        }
        return try complete(
            task, .object(["reason": .string("Talked to the customer; it is in order")]))
    }

    /// Goods are taken from the shelf; rarely one is missing.
    private func pick(_ task: JSONValue) throws(DemoFailure) -> Bool {
        guard numbers.happens(percent: 3), let shipment = try shipment(of: task),
            let line = (shipment.state["lines"]?.arrayValue ?? []).first,
            whole(line["planned"]) > 1
        else { return try complete(task, .object(["lines": .array([])])) }
        let missing = 1
        try company.give(
            "fulfillment.short-pick",
            .object([
                "shipment": .string(shipment.id), "line": line["orderLine"],
                "quantity": .string("\(missing)"), "reason": .string("Not on the shelf"),
            ]), as: Staff.zofia)
        let product = text("product", of: line)
        if toCount.insert(product).inserted {
            agenda.add(on: today.adding(workingDays: 1)) { (trade) throws(DemoFailure) in
                try trade.count(product)
            }
        }
        return true
    }

    /// The shipment that a task of the warehouse is about.
    private func shipment(
        of task: JSONValue
    ) throws(DemoFailure) -> (id: String, state: JSONValue)? {
        let order = text("order", of: try company.variables(of: text("instance", of: task)))
        let rows = try company.query(
            "fulfillment.order", .object(["order": .string(order)]), after: company.position)
        for part in rows["rows"]?.arrayValue?.first?["shipments"]?.arrayValue ?? [] {
            let id = text("shipment", of: part)
            guard let state = try company.objectIfAny("fulfillment.shipment/\(id)") else {
                continue
            }
            if ["planned", "picking"].contains(text("status", of: state)) { return (id, state) }
        }
        return nil
    }

    /// Counts a product after one was not found.
    private func count(_ product: String) throws(DemoFailure) {
        toCount.remove(product)
        let stock = try company.object("inventory.stock/main:\(product)")
        try company.give(
            "inventory.count-stock",
            .object([
                "warehouse": .string("main"), "countedBy": .string(Staff.emil.id),
                "lines": .array([
                    .object([
                        "product": .string(product),
                        "counted": .string("\(max(0, whole(stock["onHand"]) - 1))"),
                    ])
                ]),
            ]), as: Staff.emil)
    }

    /// Products that nobody sold to the company when the year began, and what they cost.
    private static let newTerms = ["GIFT-BOX": "2.20", "TRAVEL-SET": "17.90"]

    private func findSupplier(_ task: JSONValue) throws(DemoFailure) -> Bool {
        let product = text(
            "product", of: try company.variables(of: text("instance", of: task)))
        guard let supplier = Supplier.all.first(where: { $0.id == "HAEBERLE" }),
            let cost = Self.newTerms[product]
        else { return false }
        try Founding.setTerms(of: supplier, for: [product], cost: cost, company)
        // Terms may already have found the supplier; then there is nothing left to choose.
        let isOpen = try company.tasks().contains { $0["task"] == task["task"] }
        return isOpen ? try complete(task, .object(["supplier": .string(supplier.id)])) : true
    }

    /// A bill differs: a dear one is accepted, one for goods that never came is sent back.
    private func settleDifference(_ task: JSONValue) throws(DemoFailure) -> Bool {
        let invoice = text("invoice", of: try company.variables(of: text("instance", of: task)))
        let state = try company.object("purchasing.invoice/\(invoice)")
        guard text("status", of: state) == "blocked" else { return false }
        let kinds = (state["blocks"]?.arrayValue ?? []).map { text("reason", of: $0) }
        guard kinds.contains("quantity") else {
            return try complete(
                task, .object(["reason": .string("The price was raised by telephone")]))
        }
        try company.give(
            "purchasing.reject-invoice",
            .object([
                "invoice": .string(invoice),
                "reason": .string("More is billed than came"),
            ]), as: Staff.ingrid)
        return true
    }

    /// Rarely an order is sent back to its author.
    private func approve(_ task: JSONValue) throws(DemoFailure) -> Bool {
        let order = text("order", of: try company.variables(of: text("instance", of: task)))
        let state = try company.object("purchasing.order/\(order)")
        guard text("status", of: state) == "pending-approval" else { return false }
        guard text("element", of: task) == "approve", numbers.happens(percent: 5) else {
            return try complete(task, .object([]))
        }
        try company.give(
            "purchasing.reject-order",
            .object([
                "order": .string(order), "reason": .string("Ask for a discount first"),
            ]), as: Staff.ingrid)
        return true
    }
}
