internal import Business
internal import Records

/// Deals that were won or lost, counted.
struct Endings {
    var won: Int64 = 0
    var lost: Int64 = 0
    var wonValue = Total()
    var lostValue = Total()
    var cycles: [Int] = []

    mutating func count(_ deal: DealRow) throws(QueryFailure) {
        if deal.status == .won {
            won += 1
            try wonValue.add(deal.amount)
            if let days = deal.cycleDays { cycles.append(days) }
        } else {
            lost += 1
            try lostValue.add(deal.amount)
        }
    }

    /// Endings in a period by group.
    static func gather(
        _ reader: borrowing ViewReader, _ parameters: DealParameters
    ) throws(QueryFailure) -> [String: Endings] {
        var groups: [String: Endings] = [:]
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            guard deal.status == .won || deal.status == .lost,
                parameters.takes(deal, deal.endedOn)
            else { return true }
            let group = parameters.by.group(deal, deal.endedOn)
            var endings = groups[group] ?? Endings()
            try endings.count(deal)
            groups[group] = endings
            return true
        }
        return groups
    }

    /// Won, as a part of all.
    func rate() throws(QueryFailure) -> Rate? { try .share(Int128(won), of: Int128(won + lost)) }

    /// Won value, as a part of all value.
    func rateByValue() throws(QueryFailure) -> Rate? {
        var all = wonValue
        try all.add(lostValue.amount)
        guard let whole = all.amount else { return nil }
        return try .share(wonValue.amount ?? .zero(whole.currency), of: whole)
    }

    /// Won value for each won deal, rounded.
    func averageDeal() throws(QueryFailure) -> Money? {
        guard let value = wonValue.amount, won > 0 else { return nil }
        return try answering { () throws(ArithmeticFailure) in
            try value.share(1, of: Int128(won))
        }
    }
}

/// `funnel.win-rate`.
enum WinRateQuery {
    struct Row: Record {
        let group: String
        let won: Int64
        let lost: Int64
        let rate: Rate?
        let rateByValue: Rate?
        let wonValue: Money?
        let lostValue: Money?
        let averageDeal: Money?
        let medianCycle: Rate?

        static let schema = Schema<Row>(
            "funnel.win-rate-row", "Deals won and lost.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "won", \.won, "Won."),
            Field(3, "lost", \.lost, "Lost."),
            Field(4, "rate", \.rate, "Won, as a part of both."),
            Field(5, "rateByValue", \.rateByValue, "Won value, as a part of both."),
            Field(6, "wonValue", \.wonValue, "What was won."),
            Field(7, "lostValue", \.lostValue, "What was lost."),
            Field(8, "averageDeal", \.averageDeal, "Won value for each won deal."),
            Field(9, "medianCycle", \.medianCycle, "Median days from first contact to won."),
            make: Row.init)

        init(_ group: String, _ endings: Endings) throws(QueryFailure) {
            self.init(
                group: group, won: endings.won, lost: endings.lost, rate: try endings.rate(),
                rateByValue: try endings.rateByValue(), wonValue: endings.wonValue.amount,
                lostValue: endings.lostValue.amount, averageDeal: try endings.averageDeal(),
                medianCycle: Middle.median(endings.cycles))
        }

        private init(
            group: String, won: Int64, lost: Int64, rate: Rate?, rateByValue: Rate?,
            wonValue: Money?, lostValue: Money?, averageDeal: Money?, medianCycle: Rate?
        ) {
            self.group = group
            self.won = won
            self.lost = lost
            self.rate = rate
            self.rateByValue = rateByValue
            self.wonValue = wonValue
            self.lostValue = lostValue
            self.averageDeal = averageDeal
            self.medianCycle = medianCycle
        }
    }

    static let query = ViewQuery(
        "funnel.win-rate",
        "Deals won and lost in a period: win rate by count and by value, average deal, cycle.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        var rows: [Row] = []
        for (group, endings) in try Endings.gather(reader, parameters)
            .sorted(by: { $0.key < $1.key })
        { rows.append(try Row(group, endings)) }
        return QueryResult(rows, notes: ["By the date on which deals were won or lost."])
    }
}

/// `funnel.lost-reasons`.
enum LostReasonsQuery {
    struct Row: Record {
        let reason: String
        let deals: Int64
        let amount: Money?
        let share: Rate?

        static let schema = Schema<Row>(
            "funnel.lost-reason-row", "Deals lost for a reason.",
            Field(1, "reason", \.reason, "Why."),
            Field(2, "deals", \.deals, "How many."),
            Field(3, "amount", \.amount, "What they would have been worth."),
            Field(4, "share", \.share, "Their part of all lost deals."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "funnel.lost-reasons", "Why deals were lost: how many, and what they were worth.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        var groups: [String: (deals: Int64, amount: Total)] = [:]
        var all: Int64 = 0
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            guard deal.status == .lost, parameters.takes(deal, deal.endedOn) else { return true }
            var group = groups[deal.reason ?? "(none)"] ?? (0, Total())
            group.deals += 1
            try group.amount.add(deal.amount)
            groups[deal.reason ?? "(none)"] = group
            all += 1
            return true
        }
        var rows: [Row] = []
        for (reason, group) in groups.sorted(by: {
            ($1.value.deals, $0.key) < ($0.value.deals, $1.key)
        }) {
            rows.append(
                Row(
                    reason: reason, deals: group.deals, amount: group.amount.amount,
                    share: try .share(Int128(group.deals), of: Int128(all))))
        }
        return QueryResult(rows, totals: [JSONMember("deals", .integer(all))])
    }
}
