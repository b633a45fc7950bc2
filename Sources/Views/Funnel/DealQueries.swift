internal import Business
internal import Records

/// `sales.deals`: deals one by one.
enum DealsQuery {
    struct Parameters: Record {
        let status: OpportunityStatus?
        let owner: String?
        let account: AccountID?
        let stage: String?
        let limit: Int64

        static let schema = Schema<Parameters>(
            "sales.deals-parameters", "Which deals.",
            Field(1, "status", \.status, "Open, won or lost ones."),
            Field(2, "owner", \.owner, "Of one person."),
            Field(3, "account", \.account, "With one account."),
            Field(4, "stage", \.stage, "In one stage."),
            Field(
                5, "limit", \.limit, "How many at the most.", limits: .positive, default: 10_000),
            make: Parameters.init)

        func takes(_ deal: DealRow) -> Bool {
            (status.map { deal.status == $0 } ?? true) && (owner.map { deal.owner == $0 } ?? true)
                && (account.map { deal.account == $0.text } ?? true)
                && (stage.map { deal.stage?.stage == $0 } ?? true)
        }
    }

    struct Row: Record {
        let deal: String
        let name: String
        let account: String?
        let owner: String?
        let source: String?
        let status: OpportunityStatus
        let stage: String?
        let probability: Rate?
        let amount: Money?
        let openedOn: BusinessDate?
        let closeDate: BusinessDate?
        let endedOn: BusinessDate?
        let reason: String?

        static let schema = Schema<Row>(
            "sales.deals-row", "A deal.",
            Field(1, "deal", \.deal, "The deal."),
            Field(2, "name", \.name, "What it is about."),
            Field(3, "account", \.account, "With whom."),
            Field(4, "owner", \.owner, "Whose."),
            Field(5, "source", \.source, "From where it came."),
            Field(6, "status", \.status, "Open, won or lost."),
            Field(7, "stage", \.stage, "The stage in which it is or was."),
            Field(8, "probability", \.probability, "How likely it is to be won."),
            Field(9, "amount", \.amount, "What it is worth."),
            Field(10, "openedOn", \.openedOn, "Opened."),
            Field(11, "closeDate", \.closeDate, "When it is expected to end."),
            Field(12, "endedOn", \.endedOn, "Won or lost."),
            Field(13, "reason", \.reason, "Why it was lost, or won without an order."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "sales.deals", "Deals one by one, with stage and amount.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        var rows: [Row] = []
        var hasMore = false
        var amount = Total()
        try reader.scan(DealRow.self) { (deal) throws(QueryFailure) in
            guard parameters.takes(deal) else { return true }
            hasMore = rows.count == Int(parameters.limit)
            if hasMore { return false }
            try amount.add(deal.amount)
            rows.append(Row(deal))
            return true
        }
        var notes = ["\(rows.count) deals."]
        if hasMore { notes.append("There are more; narrow the question or raise the limit.") }
        return QueryResult(
            rows, totals: [amount.amount?.total("amount")].compactMap { $0 }, notes: notes)
    }
}

extension DealsQuery.Row {
    fileprivate init(_ deal: DealRow) {
        self.init(
            deal: deal.id, name: deal.name, account: deal.account, owner: deal.owner,
            source: deal.source, status: deal.status, stage: deal.stage?.stage,
            probability: deal.status == .open ? deal.stage?.probability : nil,
            amount: deal.amount, openedOn: deal.openedOn, closeDate: deal.closeDate,
            endedOn: deal.endedOn, reason: deal.reason)
    }
}

/// `sales.deal`: one deal from first contact to cash and margin.
enum DealQuery {
    struct Parameters: Record {
        let deal: OpportunityID

        static let schema = Schema<Parameters>(
            "sales.deal-parameters", "Which deal.",
            Field(1, "deal", \.deal, "The deal."),
            make: Parameters.init)
    }

    struct Row: Record {
        let deal: String
        let name: String
        let status: OpportunityStatus
        let account: String?
        let accountName: String?
        let owner: String?
        let source: String?
        let lead: String?
        let firstContactOn: BusinessDate?
        let endedOn: BusinessDate?
        let cycleDays: Int64?
        let amount: Money?
        let orders: [String]
        let ordered: Money?
        let invoiced: Money?
        let received: Money?
        let cost: Money?
        let margin: Money?
        let marginRate: Rate?
        let reason: String?
        let stages: [StageVisit]
        let steps: [TimeLineStep]
        let earned: Money?

        static let schema = Schema<Row>(
            "sales.deal-row", "A deal from first contact to cash and margin.",
            Field(1, "deal", \.deal, "The deal."),
            Field(2, "name", \.name, "What it is about."),
            Field(3, "status", \.status, "Open, won or lost."),
            Field(4, "account", \.account, "With whom."),
            Field(5, "accountName", \.accountName, "The account's name."),
            Field(6, "owner", \.owner, "Whose."),
            Field(7, "source", \.source, "From where it came."),
            Field(8, "lead", \.lead, "The lead."),
            Field(9, "firstContactOn", \.firstContactOn, "The first contact."),
            Field(10, "endedOn", \.endedOn, "Won or lost."),
            Field(11, "cycleDays", \.cycleDays, "Days between the two."),
            Field(12, "amount", \.amount, "What it was worth when it ended, or is."),
            Field(13, "orders", \.orders, "Its orders."),
            Field(14, "ordered", \.ordered, "What was ordered, net."),
            Field(15, "invoiced", \.invoiced, "What was billed less what was credited, net."),
            Field(16, "received", \.received, "What was paid, tax included."),
            Field(17, "cost", \.cost, "What the goods cost that left."),
            Field(18, "margin", \.margin, "Earned less cost."),
            Field(19, "marginRate", \.marginRate, "The margin's part of what is earned."),
            Field(20, "reason", \.reason, "Why it was lost, or won without an order."),
            Field(21, "stages", \.stages, "The stages that it was in."),
            Field(22, "steps", \.steps, "Its time line."),
            Field(
                23, "earned", \.earned,
                "What is earned of what was billed: goods billed before they leave are not."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "sales.deal", "One deal from first contact to cash and margin, with its time line.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, _) throws(QueryFailure) in
        let id = parameters.deal.text
        guard let deal = try reader.row(DealRow.self, RowKey(id)) else {
            throw .unknownObject("There is no deal \"\(id)\"; sales.deals lists them.")
        }
        var steps: [TimeLineStep] = []
        if let lead = deal.lead {
            steps += try reader.rows(LeadStepRow.self, prefix: RowKey(lead)).map(\.step)
        }
        steps += try reader.rows(DealStepRow.self, prefix: RowKey(id)).map(\.step)
        let name = try deal.account.flatMap { (account) throws(QueryFailure) in
            try reader.row(NameRow.self, RowKey("sales.account/\(account)"))?.name
        }
        return QueryResult([try row(deal, name, steps)])
    }

    private static func row(
        _ deal: DealRow, _ name: String?, _ steps: [TimeLineStep]
    ) throws(QueryFailure) -> Row {
        var margin: Money?
        if let currency = (deal.earned ?? deal.cost)?.currency {
            margin = try (deal.earned ?? .zero(currency)).less(deal.cost ?? .zero(currency))
        }
        var rate: Rate?
        if let margin, let earned = deal.earned { rate = try .share(margin, of: earned) }
        return Row(
            deal: deal.id, name: deal.name, status: deal.status, account: deal.account,
            accountName: name, owner: deal.owner, source: deal.source, lead: deal.lead,
            firstContactOn: deal.firstContactOn, endedOn: deal.endedOn,
            cycleDays: deal.cycleDays.map(Int64.init), amount: deal.amount, orders: deal.orders,
            ordered: deal.ordered, invoiced: deal.invoiced, received: deal.received,
            cost: deal.cost, margin: margin, marginRate: rate, reason: deal.reason,
            stages: deal.visits, steps: steps, earned: deal.earned)
    }
}
