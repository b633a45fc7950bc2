internal import Business
internal import Records

/// `funnel.forecast`: what is expected by month.
enum ForecastQuery {
    struct Parameters: Record {
        let owner: String?
        let source: String?
        let from: BusinessDate?
        let to: BusinessDate?
        let committed: Rate

        static let schema = Schema<Parameters>(
            "funnel.forecast-parameters", "Which deals, and from when they count as committed.",
            Field(1, "owner", \.owner, "Of one person."),
            Field(2, "source", \.source, "From one source."),
            Field(3, "from", \.from, "Expected on or after this date."),
            Field(4, "to", \.to, "Expected on or before this date."),
            Field(
                5, "committed", \.committed, "The probability from which a deal is committed.",
                limits: .notNegative, default: Rate(unscaled: 75, scale: 2)),
            make: Parameters.init)
    }

    struct Row: Record {
        let month: String
        let won: Money?
        let deals: Int64
        let committed: Money?
        let bestCase: Money?
        let weighted: Money?
        let byHistory: Money?
        let forecast: Money?

        static let schema = Schema<Row>(
            "funnel.forecast-row", "What is expected in a month.",
            Field(1, "month", \.month, "The month in which deals are expected to end."),
            Field(2, "won", \.won, "Won in the month already."),
            Field(3, "deals", \.deals, "Open deals."),
            Field(4, "committed", \.committed, "Open deals that are likely enough."),
            Field(5, "bestCase", \.bestCase, "All other open deals."),
            Field(6, "weighted", \.weighted, "Each open amount times its probability."),
            Field(
                7, "byHistory", \.byHistory,
                "Each open amount times the part that was won of ended deals from its stage."),
            Field(8, "forecast", \.forecast, "Won and weighted."),
            make: Row.init)
    }

    private struct Group {
        var won = Total()
        var deals: Int64 = 0
        var committed = Total()
        var bestCase = Total()
        var weighted = Total()
        var byHistory = Total()
        var forecast = Total()

        mutating func addWon(_ deal: DealRow) throws(QueryFailure) {
            try won.add(deal.amount)
            try forecast.add(deal.amount)
        }

        mutating func addOpen(
            _ deal: DealRow, _ threshold: Rate, _ history: [String: Rate]
        ) throws(QueryFailure) {
            deals += 1
            if let probability = deal.stage?.probability, probability >= threshold {
                try committed.add(deal.amount)
            } else {
                try bestCase.add(deal.amount)
            }
            let expected = try deal.weighted()
            try weighted.add(expected)
            try forecast.add(expected)
            if let amount = deal.amount, let stage = deal.stage?.stage, let rate = history[stage] {
                try byHistory.add(
                    try answering { () throws(ArithmeticFailure) in
                        try amount.multiplied(by: rate)
                    })
            }
        }

        func row(_ month: String) -> Row {
            Row(
                month: month, won: won.amount, deals: deals, committed: committed.amount,
                bestCase: bestCase.amount, weighted: weighted.amount, byHistory: byHistory.amount,
                forecast: forecast.amount)
        }

        var totals: [JSONMember] {
            [
                JSONMember("deals", .integer(deals)), won.amount?.total("won"),
                committed.amount?.total("committed"), bestCase.amount?.total("bestCase"),
                weighted.amount?.total("weighted"), byHistory.amount?.total("byHistory"),
                forecast.amount?.total("forecast"),
            ].compactMap { $0 }
        }
    }

    static let query = ViewQuery(
        "funnel.forecast",
        "By the month in which deals are expected to end: won, committed, best case and weighted.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        let deals = try reader.rows(DealRow.self)
        let history = try wonByStage(deals)
        let filter = DealParameters(
            owner: parameters.owner, source: parameters.source, from: parameters.from,
            to: parameters.to, by: .month)
        var groups: [String: Group] = [:]
        var whole = Group()
        for deal in deals {
            let date = deal.status == .won ? deal.endedOn : deal.closeDate
            guard deal.status == .won || deal.status == .open, filter.takes(deal, date) else {
                continue
            }
            var group = groups[date?.month ?? "(no date)"] ?? Group()
            if deal.status == .won {
                try group.addWon(deal)
                try whole.addWon(deal)
            } else {
                try group.addOpen(deal, parameters.committed, history)
                try whole.addOpen(deal, parameters.committed, history)
            }
            groups[date?.month ?? "(no date)"] = group
        }
        let rows = groups.sorted { $0.key < $1.key }.map { $0.value.row($0.key) }
        return QueryResult(rows, totals: whole.totals)
    }

    /// Of ended deals that were in a stage, the part that was won.
    private static func wonByStage(_ deals: [DealRow]) throws(QueryFailure) -> [String: Rate] {
        var counts: [String: (won: Int64, ended: Int64)] = [:]
        for deal in deals where deal.status == .won || deal.status == .lost {
            for stage in Set(deal.visits.map(\.stage)) {
                counts[stage, default: (0, 0)].ended += 1
                if deal.status == .won { counts[stage, default: (0, 0)].won += 1 }
            }
        }
        var rates: [String: Rate] = [:]
        for (stage, count) in counts {
            rates[stage] = try .share(Int128(count.won), of: Int128(count.ended))
        }
        return rates
    }
}
