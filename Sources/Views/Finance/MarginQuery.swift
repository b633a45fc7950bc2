internal import Business
internal import Records

/// `finance.margin`: what orders, customers and products earned.
enum MarginQuery {
    /// By what margins are gathered.
    enum Grouping: String, Choice {
        case order
        case customer
        case product
    }

    struct Parameters: Record {
        let company: String?
        let by: Grouping
        let from: BusinessDate?
        let to: BusinessDate?
        let id: String?

        static let schema = Schema<Parameters>(
            "finance.margin-parameters", "Whose margin, and when.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "by", \.by, "By order, customer or product.", default: .order),
            Field(3, "from", \.from, "The first day."),
            Field(4, "to", \.to, "The last day."),
            Field(5, "id", \.id, "One order, customer or product."),
            make: Parameters.init)
    }

    struct Row: Record {
        let id: String
        let name: String
        let customer: String?
        var revenue: Money
        var cost: Money
        var margin: Money
        var rate: Rate?

        static let schema = Schema<Row>(
            "finance.margin-row", "What an order, a customer or a product earned.",
            Field(1, "id", \.id, "The order, customer or product."),
            Field(2, "name", \.name, "Its name."),
            Field(3, "customer", \.customer, "The order's customer."),
            Field(4, "revenue", \.revenue, "Income posted for it."),
            Field(5, "cost", \.cost, "Expenses posted for it."),
            Field(6, "margin", \.margin, "Revenue less cost."),
            Field(7, "rate", \.rate, "The margin's share of the revenue."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.margin",
        "Revenue, cost and margin by order, customer or product, from the ledger's own lines.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let period = try Period(parameters.from, parameters.to, context)
        var rows: [String: Row] = [:]
        var rest = Row(id: "", name: "", zero: books.zero)
        for account in books.accounts.values.sorted(by: { $0.number < $1.number })
        where account.kind == .income || account.kind == .expense {
            let prefix = RowKey(books.company.company, account.number)
            try reader.scan(LedgerRow.self, prefix: prefix) { (line) throws(QueryFailure) in
                guard period.contains(line.date), context.counts(line.date, line.position) else {
                    return true
                }
                guard let id = parameters.by.id(of: line) else {
                    try rest.add(line.amount, account.kind)
                    return true
                }
                if let wanted = parameters.id, wanted != id { return true }
                var row = rows[id] ?? Row(id: id, name: "", zero: books.zero)
                try row.add(line.amount, account.kind)
                rows[id] = row
                return true
            }
        }
        return try result(
            reader, parameters.by, rows, rest, period, books.zero, at: context.at)
    }

    private static func result(
        _ reader: borrowing ViewReader, _ by: Grouping, _ rows: [String: Row], _ rest: Row,
        _ period: Period, _ zero: Money, at position: UInt64?
    ) throws(QueryFailure) -> QueryResult<Row> {
        var named: [Row] = []
        var total = Row(id: "", name: "Total", zero: zero)
        for row in rows.values.sorted(by: { $0.id < $1.id }) {
            total.revenue = try total.revenue.plus(row.revenue)
            total.cost = try total.cost.plus(row.cost)
            total.margin = try total.margin.plus(row.margin)
            let customer =
                by == .order
                ? try reader.row(OrderCustomerRow.self, RowKey(row.id))?.customer : nil
            let thing = by.subject.map { "\($0)/\(row.id)" } ?? customer
            let name = try thing.flatMap { (thing) throws(QueryFailure) in
                try reader.name(of: thing, at: position)
            }
            named.append(
                Row(
                    id: row.id, name: name ?? "", customer: customer, revenue: row.revenue,
                    cost: row.cost, margin: row.margin,
                    rate: try Rate.share(row.margin, of: row.revenue)))
        }
        var notes = [period.note]
        if !rest.revenue.isZero || !rest.cost.isZero {
            notes.append(
                "Posted without \(by.article): income \(rest.revenue), expenses \(rest.cost).")
        }
        var totals = [
            JSONMember("name", .string("Total")), total.revenue.total("revenue"),
            total.cost.total("cost"), total.margin.total("margin"),
        ]
        if let rate = try Rate.share(total.margin, of: total.revenue) {
            totals.append(JSONMember("rate", .string(rate.description)))
        }
        return QueryResult(named, totals: totals, notes: notes)
    }
}

extension MarginQuery.Grouping {
    /// What a ledger line belongs to; nil where it belongs to nothing of this kind.
    fileprivate func id(of line: LedgerRow) -> String? {
        switch self {
        case .order: line.order
        case .product: line.product
        case .customer:
            line.partner.flatMap { partner in
                partner.hasPrefix("sales.account/")
                    ? String(partner.dropFirst("sales.account/".count)) : nil
            }
        }
    }

    fileprivate var subject: String? {
        switch self {
        case .order: nil
        case .customer: Subjects.Account.subjectName
        case .product: Subjects.Product.subjectName
        }
    }

    fileprivate var article: String {
        switch self {
        case .order: "an order"
        case .customer: "a customer"
        case .product: "a product"
        }
    }
}

extension MarginQuery.Row {
    fileprivate init(id: String, name: String, zero: Money) {
        self.init(
            id: id, name: name, customer: nil, revenue: zero, cost: zero, margin: zero, rate: nil)
    }

    fileprivate mutating func add(_ amount: Money, _ kind: AccountKind) throws(QueryFailure) {
        if kind == .income {
            revenue = try revenue.less(amount)
        } else {
            cost = try cost.plus(amount)
        }
        margin = try margin.less(amount)
    }
}

extension Rate {
    /// Digits of a share that a report shows.
    static let shareDigits: UInt8 = 4

    /// A part of a whole, rounded to four digits; nil of nothing.
    static func share(_ part: Money, of whole: Money) throws(QueryFailure) -> Rate? {
        try share(Int128(part.minorUnits), of: Int128(whole.minorUnits))
    }

    /// A part of a whole, rounded to four digits; nil of nothing.
    static func share(_ part: Int128, of whole: Int128) throws(QueryFailure) -> Rate? {
        if whole == 0 { return nil }
        let scaled = Rounding.halfUp.quotient(part * 10_000, by: whole)
        guard let narrow = Int64(exactly: scaled) else { throw .arithmetic(.overflow) }
        return Rate(unscaled: narrow, scale: shareDigits)
    }
}
