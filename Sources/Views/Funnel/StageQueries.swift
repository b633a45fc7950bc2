internal import Business
internal import Records

/// `funnel.stages`: open deals by stage.
enum StagesQuery {
    struct Row: Record {
        let stage: String
        let probability: Rate
        let deals: Int64
        let amount: Money?
        let weighted: Money?
        let medianDays: Rate?

        static let schema = Schema<Row>(
            "funnel.stage-row", "Open deals in a stage.",
            Field(1, "stage", \.stage, "The stage."),
            Field(2, "probability", \.probability, "How likely its deals are won, the latest."),
            Field(3, "deals", \.deals, "How many."),
            Field(4, "amount", \.amount, "What they are worth."),
            Field(5, "weighted", \.weighted, "Each amount times its probability."),
            Field(6, "medianDays", \.medianDays, "Median days that they have been there."),
            make: Row.init)
    }

    private struct Group {
        var probability = Rate.zero
        var deals: Int64 = 0
        var amount = Total()
        var weighted = Total()
        var days: [Int] = []
    }

    static let query = ViewQuery(
        "funnel.stages", "Open deals by stage: how many, what they are worth, and weighted.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        var groups: [String: Group] = [:]
        var whole = Group()
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            guard deal.status == .open, parameters.takes(deal, deal.openedOn) else { return true }
            let weighted = try deal.weighted()
            let stage = deal.stage
            var group = groups[stage?.stage ?? ""] ?? Group()
            group.probability = stage?.probability ?? .zero
            group.deals += 1
            try group.amount.add(deal.amount)
            try group.weighted.add(weighted)
            if let entered = stage?.enteredOn {
                group.days.append(context.today.days(since: entered))
            }
            groups[stage?.stage ?? ""] = group
            whole.deals += 1
            try whole.amount.add(deal.amount)
            try whole.weighted.add(weighted)
            return true
        }
        let rows =
            groups
            .sorted { ($0.value.probability, $0.key) < ($1.value.probability, $1.key) }
            .map { stage, group in
                Row(
                    stage: stage, probability: group.probability, deals: group.deals,
                    amount: group.amount.amount, weighted: group.weighted.amount,
                    medianDays: Middle.median(group.days))
            }
        var totals = [JSONMember("deals", .integer(whole.deals))]
        if let amount = whole.amount.amount { totals.append(amount.total("amount")) }
        if let weighted = whole.weighted.amount { totals.append(weighted.total("weighted")) }
        return QueryResult(rows, totals: totals)
    }
}

/// `funnel.conversion`: of the deals that entered a stage, how many went on.
enum ConversionQuery {
    struct Row: Record {
        let stage: String
        var entered: Int64 = 0
        var movedOn: Int64 = 0
        var won: Int64 = 0
        var lost: Int64 = 0
        var stillThere: Int64 = 0
        var rate: Rate?
        var medianDays: Rate?

        static let schema = Schema<Row>(
            "funnel.conversion-row", "Of the deals that entered a stage, how many went on.",
            Field(1, "stage", \.stage, "The stage."),
            Field(2, "entered", \.entered, "Deals that entered it in the period.", default: 0),
            Field(3, "movedOn", \.movedOn, "Of these, went on or were won.", default: 0),
            Field(4, "won", \.won, "Of these, are won.", default: 0),
            Field(5, "lost", \.lost, "Of these, are lost.", default: 0),
            Field(6, "stillThere", \.stillThere, "Of these, are there yet.", default: 0),
            Field(7, "rate", \.rate, "Those that went on, as a part of those that entered."),
            Field(8, "medianDays", \.medianDays, "Median days until they left it."),
            make: {
                Row(
                    stage: $0, entered: $1, movedOn: $2, won: $3, lost: $4, stillThere: $5,
                    rate: $6, medianDays: $7)
            })
    }

    static let query = ViewQuery(
        "funnel.conversion",
        "By stage: of the deals that entered it in the period, how many went on, were won or lost.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        var rows: [String: Row] = [:]
        var days: [String: [Int]] = [:]
        var order = StageOrder()
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            var seen: Set<String> = []
            for (index, visit) in deal.visits.enumerated() where seen.insert(visit.stage).inserted {
                guard parameters.takes(deal, visit.enteredOn) else { continue }
                order.note(visit)
                rows[visit.stage, default: Row(stage: visit.stage)].count(deal, index)
                if let left = visit.leftOn {
                    days[visit.stage, default: []].append(left.days(since: visit.enteredOn))
                }
            }
            return true
        }
        var found: [Row] = []
        for stage in order.stages {
            guard var row = rows[stage] else { continue }
            row.rate = try .share(Int128(row.movedOn), of: Int128(row.entered))
            row.medianDays = Middle.median(days[stage] ?? [])
            found.append(row)
        }
        return QueryResult(
            found,
            notes: [
                "Cohorts: deals count where they entered the stage in the period; what became of them later counts too."
            ])
    }
}

extension ConversionQuery.Row {
    fileprivate mutating func count(_ deal: DealRow, _ index: Int) {
        entered += 1
        switch deal.status {
        case .won:
            won += 1
            movedOn += 1
        case .lost:
            lost += 1
            if index < deal.visits.count - 1 { movedOn += 1 }
        case .open, .none:
            if index < deal.visits.count - 1 { movedOn += 1 } else { stillThere += 1 }
        }
    }
}

/// `funnel.velocity`: how fast deals move, and what that is worth.
enum VelocityQuery {
    struct Row: Record {
        let group: String
        let deals: Int64
        let winRate: Rate?
        let averageDeal: Money?
        let medianCycle: Rate?
        let perDay: Money?

        static let schema = Schema<Row>(
            "funnel.velocity-row", "How fast deals move, and what that is worth.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "deals", \.deals, "Deals that ended in the period."),
            Field(3, "winRate", \.winRate, "Won, as a part of those that ended."),
            Field(4, "averageDeal", \.averageDeal, "Won value for each won deal."),
            Field(5, "medianCycle", \.medianCycle, "Median days from first contact to won."),
            Field(
                6, "perDay", \.perDay,
                "Deals times win rate times average deal, for each day of the cycle."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "funnel.velocity",
        "Win rate, average deal and cycle, and the value won for each day of it.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        let groups = try Endings.gather(reader, parameters)
        var rows: [Row] = []
        for (group, endings) in groups.sorted(by: { $0.key < $1.key }) {
            let cycle = Middle.median(endings.cycles)
            var perDay: Money?
            if let value = endings.wonValue.amount, let cycle, cycle.unscaled > 0 {
                perDay = try answering { () throws(ArithmeticFailure) in
                    try value.share(cycle.divisor, of: Int128(cycle.unscaled))
                }
            }
            rows.append(
                Row(
                    group: group, deals: endings.won + endings.lost,
                    winRate: try endings.rate(), averageDeal: try endings.averageDeal(),
                    medianCycle: cycle, perDay: perDay))
        }
        return QueryResult(rows, notes: ["By the date on which deals were won or lost."])
    }
}
