internal import Business
internal import Records

/// Counts of leads by what became of them.
struct LeadCounts {
    var leads: Int64 = 0
    var qualified: Int64 = 0
    var converted: Int64 = 0
    var disqualified: Int64 = 0
    var days: [Int] = []

    mutating func count(_ lead: LeadRow) {
        leads += 1
        if lead.qualifiedOn != nil || lead.convertedOn != nil { qualified += 1 }
        if lead.status == .disqualified { disqualified += 1 }
        guard let converted = lead.convertedOn else { return }
        self.converted += 1
        if let captured = lead.capturedOn { days.append(converted.days(since: captured)) }
    }
}

/// `funnel.leads`: of the leads captured in a period, how many converted.
enum LeadsQuery {
    /// How leads are gathered.
    enum Grouping: String, Choice {
        case all
        case source
        case campaign
        case owner
        case month

        func group(_ lead: LeadRow) -> String {
            let unknown = "(none)"
            return switch self {
            case .all: "all"
            case .source: lead.source ?? unknown
            case .campaign: lead.campaign ?? unknown
            case .owner: lead.owner ?? unknown
            case .month: lead.capturedOn?.month ?? unknown
            }
        }
    }

    struct Parameters: Record {
        let from: BusinessDate?
        let to: BusinessDate?
        let by: Grouping

        static let schema = Schema<Parameters>(
            "funnel.leads-parameters", "Which leads, and how gathered.",
            Field(1, "from", \.from, "Captured on or after this date."),
            Field(2, "to", \.to, "Captured on or before this date."),
            Field(3, "by", \.by, "One row, or one for each source …", default: .all),
            make: Parameters.init)
    }

    struct Row: Record {
        let group: String
        let leads: Int64
        let qualified: Int64
        let converted: Int64
        let disqualified: Int64
        let open: Int64
        let rate: Rate?
        let medianDays: Rate?

        static let schema = Schema<Row>(
            "funnel.leads-row", "Leads and what became of them.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "leads", \.leads, "Captured in the period."),
            Field(3, "qualified", \.qualified, "Of these, qualified."),
            Field(4, "converted", \.converted, "Of these, converted."),
            Field(5, "disqualified", \.disqualified, "Of these, disqualified."),
            Field(6, "open", \.open, "Of these, undecided."),
            Field(7, "rate", \.rate, "Converted, as a part of those captured."),
            Field(8, "medianDays", \.medianDays, "Median days from capture to conversion."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "funnel.leads", "Of the leads captured in a period, how many were qualified and converted.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to, context)
        var groups: [String: LeadCounts] = [:]
        try reader.scan(LeadRow.self) { (lead) throws(QueryFailure) in
            if lead.capturedOn.map({ period.contains($0) }) ?? false {
                groups[parameters.by.group(lead), default: LeadCounts()].count(lead)
            }
            return true
        }
        var rows: [Row] = []
        for (group, counts) in groups.sorted(by: { $0.key < $1.key }) {
            rows.append(
                Row(
                    group: group, leads: counts.leads, qualified: counts.qualified,
                    converted: counts.converted, disqualified: counts.disqualified,
                    open: counts.leads - counts.converted - counts.disqualified,
                    rate: try .share(Int128(counts.converted), of: Int128(counts.leads)),
                    medianDays: Middle.median(counts.days)))
        }
        return QueryResult(
            rows, notes: ["Cohorts: leads count by the date on which they were captured."])
    }
}

/// `funnel.sources`: what leads and deals came from where.
enum SourcesQuery {
    struct Row: Record {
        let source: String
        let leads: Int64
        let converted: Int64
        let deals: Int64
        let won: Int64
        let lost: Int64
        let rate: Rate?
        let wonValue: Money?
        let openAmount: Money?

        static let schema = Schema<Row>(
            "funnel.source-row", "Leads and deals from one source.",
            Field(1, "source", \.source, "The source."),
            Field(2, "leads", \.leads, "Leads captured in the period."),
            Field(3, "converted", \.converted, "Of these, converted."),
            Field(4, "deals", \.deals, "Deals opened in the period."),
            Field(5, "won", \.won, "Of these, won."),
            Field(6, "lost", \.lost, "Of these, lost."),
            Field(7, "rate", \.rate, "Won, as a part of both."),
            Field(8, "wonValue", \.wonValue, "What was won."),
            Field(9, "openAmount", \.openAmount, "What is open yet."),
            make: Row.init)
    }

    private struct Group {
        var leads = LeadCounts()
        var deals: Int64 = 0
        var endings = Endings()
        var open = Total()
    }

    static let query = ViewQuery(
        "funnel.sources", "From where leads and deals came, and what was won of them.",
        DealParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to, context)
        var groups: [String: Group] = [:]
        try reader.scan(LeadRow.self) { (lead) throws(QueryFailure) in
            if lead.capturedOn.map({ period.contains($0) }) ?? false,
                parameters.owner.map({ $0 == lead.owner }) ?? true,
                parameters.source.map({ $0 == lead.source }) ?? true
            {
                groups[lead.source ?? "(none)", default: Group()].leads.count(lead)
            }
            return true
        }
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            guard parameters.takes(deal, deal.openedOn) else { return true }
            var group = groups[deal.source ?? "(none)"] ?? Group()
            group.deals += 1
            switch deal.status {
            case .won, .lost: try group.endings.count(deal)
            case .open, .none: try group.open.add(deal.amount)
            }
            groups[deal.source ?? "(none)"] = group
            return true
        }
        var rows: [Row] = []
        for (source, group) in groups.sorted(by: { $0.key < $1.key }) {
            rows.append(
                Row(
                    source: source, leads: group.leads.leads, converted: group.leads.converted,
                    deals: group.deals, won: group.endings.won, lost: group.endings.lost,
                    rate: try group.endings.rate(), wonValue: group.endings.wonValue.amount,
                    openAmount: group.open.amount))
        }
        return QueryResult(rows)
    }
}
