internal import Business
internal import Records

/// `finance.working-capital`: for how many days money is bound.
enum WorkingCapitalQuery {
    struct Parameters: Record {
        let company: String?
        let from: BusinessDate?
        let to: BusinessDate?

        static let schema = Schema<Parameters>(
            "finance.working-capital-parameters", "In which period.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "from", \.from, "The first day; a year before the last where left out."),
            Field(3, "to", \.to, "The last day; as-of or today where left out."),
            make: Parameters.init)
    }

    struct Row: Record {
        let figure: String
        let days: Rate?
        let average: Money?
        let flow: Money?
        let meaning: String

        static let schema = Schema<Row>(
            "finance.working-capital-row", "For how many days money is bound.",
            Field(1, "figure", \.figure, "DSO, DIO, DPO or the cash cycle."),
            Field(2, "days", \.days, "In days of the period."),
            Field(3, "average", \.average, "The mean of the balances of all days."),
            Field(4, "flow", \.flow, "What it is compared with."),
            Field(5, "meaning", \.meaning, "In words."),
            make: Row.init)
    }

    /// A sum of balances over days, and a sum of what flowed, in minor units.
    private struct Figure {
        var weighted: Int128 = 0
        var flow: Int128 = 0
    }

    static let query = ViewQuery(
        "finance.working-capital",
        "Days sales outstanding, days of inventory, days payables outstanding, and the cash cycle.",
        axes: .asOf, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let to = parameters.to ?? context.effectiveDate
        let from = parameters.from ?? to.adding(days: -364)
        guard from <= to else {
            throw .badParameters(
                InputFailure(.outOfRange, path: "from", "expected a day on or before \(to)"))
        }
        var receivables = Figure()
        var stock = Figure()
        var payables = Figure()
        try reader.scan(AccountDayRow.self, prefix: RowKey(books.company.company)) {
            (row) throws(QueryFailure) in
            guard row.date <= to, let account = books.accounts[row.account] else { return true }
            let daysLeft = Int128(to.days(since: max(row.date, from)) + 1)
            let moved = Int128(row.debit.minorUnits) - Int128(row.credit.minorUnits)
            let isInside = row.date >= from
            switch account.control {
            case .receivables: receivables.weighted += moved * daysLeft
            case .payables:
                payables.weighted -= moved * daysLeft
                if isInside { payables.flow += Int128(row.credit.minorUnits) }
            case .stock: stock.weighted += moved * daysLeft
            default: break
            }
            if isInside, account.kind == .income { receivables.flow -= moved }
            return true
        }
        stock.flow = try costOfOrders(reader, books, from, to)
        let length = Int128(to.days(since: from) + 1)
        return try result(books, receivables, stock, payables, length, "From \(from) to \(to).")
    }

    /// Expenses posted for orders: the cost of what was sold.
    private static func costOfOrders(
        _ reader: borrowing ViewReader, _ books: Books, _ from: BusinessDate, _ to: BusinessDate
    ) throws(QueryFailure) -> Int128 {
        var cost: Int128 = 0
        for account in books.accounts.values where account.kind == .expense {
            let prefix = RowKey(books.company.company, account.number)
            let start = RowKey(books.company.company, account.number, from)
            try reader.scan(LedgerRow.self, prefix: prefix, from: start) {
                (line) throws(QueryFailure) in
                guard line.date <= to else { return false }
                if line.order != nil { cost += Int128(line.amount.minorUnits) }
                return true
            }
        }
        return cost
    }

    private static func result(
        _ books: Books, _ receivables: Figure, _ stock: Figure, _ payables: Figure,
        _ length: Int128, _ note: String
    ) throws(QueryFailure) -> QueryResult<Row> {
        let rows = [
            try row("DSO", receivables, books, length, "receivables over sales"),
            try row("DIO", stock, books, length, "stock over cost of sales"),
            try row("DPO", payables, books, length, "payables over what suppliers billed"),
        ]
        var cycle: Rate?
        if let sales = rows[0].days, let inventory = rows[1].days, let owed = rows[2].days {
            let sum = sales.unscaled + inventory.unscaled - owed.unscaled
            cycle = Rate(unscaled: sum, scale: 1)
        }
        let last = Row(
            figure: "CCC", days: cycle, average: nil, flow: nil, meaning: "DSO + DIO - DPO")
        return QueryResult(rows + [last], notes: [note])
    }

    private static func row(
        _ name: String, _ figure: Figure, _ books: Books, _ length: Int128, _ meaning: String
    ) throws(QueryFailure) -> Row {
        var days: Rate?
        if figure.flow > 0 {
            // Average balance over flow a day: the sum of balances over the flow, to a tenth.
            let tenths = Rounding.halfUp.quotient(figure.weighted * 10, by: figure.flow)
            guard let narrow = Int64(exactly: tenths) else { throw .arithmetic(.overflow) }
            days = Rate(unscaled: narrow, scale: 1)
        }
        return Row(
            figure: name, days: days,
            average: try money(Rounding.halfUp.quotient(figure.weighted, by: length), books),
            flow: try money(figure.flow, books), meaning: meaning)
    }

    private static func money(_ minorUnits: Int128, _ books: Books) throws(QueryFailure) -> Money {
        guard let narrow = Int64(exactly: minorUnits) else { throw .arithmetic(.overflow) }
        return Money(minorUnits: narrow, currency: books.company.currency)
    }
}
