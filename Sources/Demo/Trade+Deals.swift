internal import Records

/// Leads, deals and quotes.
extension Trade {
    /// A lead comes in; what becomes of it is settled at once.
    func captureLead() throws(DemoFailure) {
        let prospect = Customer.prospects[prospectCount % Customer.prospects.count]
        let round = prospectCount / Customer.prospects.count
        prospectCount += 1
        let source = numbers.one(of: ["trade fair", "web", "referral", "newsletter"]) ?? "web"
        let lead = try company.give(
            "marketing.capture-lead",
            .object([
                "company": .string(prospect.company), "name": .string(prospect.person),
                "email": .string("kontakt\(prospectCount)@example.com"),
                "source": .string(source),
                "campaign": source == "newsletter" ? .string("Spring harvest 2025") : nil,
            ]), as: Staff.miriam)
        let owner =
            prospect.company.utf8.first.map { $0 > 0xE3 } ?? false ? Staff.jiawei : Staff.miriam
        try company.give(
            "marketing.assign-lead",
            .object(["lead": .string(lead), "owner": .string(owner.id)]), as: Staff.tomas)
        let isGood = round == 0 && numbers.happens(percent: 60)
        let number = prospectCount
        agenda.add(on: today.adding(workingDays: numbers.number(in: 1...6))) {
            (trade) throws(DemoFailure) in
            if isGood {
                try trade.qualify(lead, prospect.company, number: number, owner)
            } else {
                let why =
                    trade.numbers.one(of: ["no budget", "no reply", "competitor"]) ?? "no reply"
                try trade.company.give(
                    "marketing.disqualify-lead",
                    .object(["lead": .string(lead), "reason": .string(why)]), as: owner)
            }
        }
    }

    private func qualify(
        _ lead: String, _ name: String, number: Int, _ owner: Person
    ) throws(DemoFailure) {
        try company.give(
            "marketing.qualify-lead",
            .object([
                "lead": .string(lead), "reason": .string("Wants to sell tea"),
                "score": .integer(numbers.number(in: 55...95)),
            ]), as: owner)
        agenda.add(on: today.adding(workingDays: numbers.number(in: 1...4))) {
            (trade) throws(DemoFailure) in
            try trade.convert(lead, name, number: number, owner)
        }
    }

    private func convert(
        _ lead: String, _ name: String, number: Int, _ owner: Person
    ) throws(DemoFailure) {
        let account = "NEW-\(number)"
        dealCount += 1
        let deal = "DEAL-\(dealCount)"
        try company.give(
            "marketing.convert-lead",
            .object([
                "lead": .string(lead), "opportunityName": .string("First order of \(name)"),
                "amount": .string("\(numbers.number(in: 8...40) * 100).00"),
                "stage": .string("Prospecting"), "account": .string(account),
                "accountName": .string(name), "opportunity": .string(deal),
                "closeDate": .string(today.adding(days: 45).description),
            ]), as: owner)
        try company.give(
            "sales.change-account",
            .object([
                "account": .string(account),
                "terms": .object(["paymentTerms": .string("net-14"), "owner": .string(owner.id)]),
            ]), as: owner)
        try company.give(
            "finance.set-credit-limit",
            .object([
                "customer": .string(account), "limit": .string("5000.00"),
                "reason": .string("A new customer"),
            ]), as: Staff.rene)
        pursue(deal, with: account, owner, becomes: (account, name))
    }

    /// A deal with a customer whom the company knows.
    func openDeal() throws(DemoFailure) {
        guard let customer = numbers.one(of: customers.filter { $0.habit != .never }) else {
            return
        }
        let owner = customer.country == "CN" ? Staff.jiawei : Staff.miriam
        dealCount += 1
        let deal = "DEAL-\(dealCount)"
        let theme = numbers.one(of: ["Autumn range", "Gift season", "New shop", "Spring harvest"])
        try company.give(
            "sales.open-opportunity",
            .object([
                "name": .string("\(theme ?? "Range") for \(customer.name)"),
                "stage": .string("Qualification"), "opportunity": .string(deal),
                "account": .string(customer.id), "owner": .string(owner.id),
                "amount": .string("\(numbers.number(in: 10...90) * 100).00"),
                "closeDate": .string(today.adding(days: 40).description),
            ]), as: owner)
        pursue(deal, with: customer.id, owner, becomes: nil)
    }

    private func pursue(
        _ deal: String, with account: String, _ owner: Person,
        becomes newcomer: (id: String, name: String)?
    ) {
        let steps = numbers.number(in: 4...14)
        let isLostEarly = numbers.happens(percent: 25)
        let willAccept = numbers.happens(percent: 62)
        agenda.add(on: today.adding(workingDays: steps)) { (trade) throws(DemoFailure) in
            if isLostEarly {
                try trade.lose(deal, owner)
            } else {
                try trade.enter("Proposal", deal, owner)
                try trade.quote(deal, account, owner, willAccept: willAccept, newcomer)
            }
        }
    }

    private func enter(_ stage: String, _ deal: String, _ owner: Person) throws(DemoFailure) {
        try company.give(
            "sales.change-opportunity-stage",
            .object(["opportunity": .string(deal), "stage": .string(stage)]), as: owner)
    }

    private func lose(
        _ deal: String, _ owner: Person, because reason: String? = nil
    ) throws(DemoFailure) {
        let why =
            reason ?? numbers.one(of: ["price", "timing", "competitor", "no decision"]) ?? "price"
        try company.give(
            "sales.lose-opportunity",
            .object(["opportunity": .string(deal), "reason": .string(why)]), as: owner)
    }

    private func quote(
        _ deal: String, _ account: String, _ owner: Person, willAccept: Bool,
        _ newcomer: (id: String, name: String)?
    ) throws(DemoFailure) {
        let discount = numbers.happens(percent: 30) ? "0.05" : "0"
        let isBig = dealCount % 9 == 4
        let lines = basket(times: isBig ? 5 : 2).map { product, quantity in
            JSONValue.object([
                "product": .string(product), "quantity": .string("\(quantity)"),
                "discount": .string(discount),
            ])
        }
        let quote = try company.give(
            "sales.draft-quote",
            .object([
                "customer": .string(account), "lines": .array(lines),
                "terms": .object([
                    "opportunity": .string(deal), "owner": .string(owner.id),
                    "validUntil": .string(today.adding(days: 30).description),
                ]),
            ]), as: owner)
        try company.give("sales.send-quote", .object(["quote": .string(quote)]), as: owner)
        if !willAccept, dealCount.isMultiple(of: 3) {
            // Nobody answers: the quote expires by itself, and the deal is given up.
            agenda.add(on: today.adding(workingDays: 24)) { (trade) throws(DemoFailure) in
                try trade.lose(deal, owner, because: "no decision")
            }
            return
        }
        agenda.add(on: today.adding(workingDays: numbers.number(in: 3...12))) {
            (trade) throws(DemoFailure) in
            if willAccept {
                try trade.enter("Negotiation", deal, owner)
                try trade.accept(quote, owner, newcomer)
            } else {
                try trade.decline(quote, deal, owner)
            }
        }
    }

    private func accept(
        _ quote: String, _ owner: Person, _ newcomer: (id: String, name: String)?
    ) throws(DemoFailure) {
        orderCount += 1
        try company.give(
            "sales.accept-quote",
            .object([
                "quote": .string(quote), "order": .string("SO-\(1_000 + orderCount)"),
                "promisedDate": .string(today.adding(days: 10).description),
            ]), as: owner)
        guard let newcomer else { return }
        customers.append(
            Customer(
                id: newcomer.id, name: newcomer.name, group: "standard", country: "DE",
                paymentTerms: "net-14", limit: 5_000,
                habit: numbers.happens(percent: 20) ? .late : .punctual))
    }

    private func decline(_ quote: String, _ deal: String, _ owner: Person) throws(DemoFailure) {
        let why = numbers.one(of: ["price", "timing", "competitor"]) ?? "price"
        try company.give(
            "sales.decline-quote",
            .object(["quote": .string(quote), "reason": .string(why)]), as: owner)
        let state = try company.object("sales.opportunity/\(deal)")
        if state["status"]?.stringValue != "lost" { try lose(deal, owner) }
    }

    /// What somebody wants: one to four products in usual quantities.
    func basket(times: Int = 1) -> [(product: String, quantity: Int)] {
        var wanted: [(product: String, quantity: Int)] = []
        let count = numbers.number(in: 1...4)
        while wanted.count < count {
            guard let product = numbers.one(of: Product.all) else { break }
            if wanted.contains(where: { $0.product == product.id }) { continue }
            wanted.append((product.id, numbers.number(in: product.usual) * times))
        }
        return wanted
    }
}
