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
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let to = parameters.to ?? context.effectiveDate
        let from = parameters.from ?? to.adding(days: -364)
        try Period.check(from, to)
        var figures = Figures(from: from, to: to)
        try reader.scan(AccountDayRow.self, prefix: RowKey(books.company.company)) {
            (row) throws(QueryFailure) in
            if let account = books.accounts[row.account] {
                figures.add(
                    account, row.date, debit: Int128(row.debit.minorUnits),
                    credit: Int128(row.credit.minorUnits))
            }
            return true
        }
        if let at = context.at {
            try books.eachLine(reader, after: at) { (line, date) throws(QueryFailure) in
                guard let account = books.accounts[line.account] else { return }
                let back = -Int128(line.base.minorUnits)
                figures.add(
                    account, date, debit: line.side == .debit ? back : 0,
                    credit: line.side == .credit ? back : 0)
            }
        }
        figures.stock.flow = try costOfOrders(reader, books, from, to, context)
        figures.begin = try begin(reader, books, context.at)
        guard let begin = figures.begin, begin <= to else {
            return try result(
                books, figures, "n/a: nothing was posted before \(to.adding(days: 1)).")
        }
        let first = max(from, begin)
        let note = first > from ? ", on which the books begin" : ""
        return try result(books, figures, "From \(first)\(note) to \(to).")
    }

    /// What a period's movements come to.
    private struct Figures {
        let from: BusinessDate
        let to: BusinessDate
        /// The day of the first posting there is.
        var begin: BusinessDate?
        var receivables = Figure()
        var stock = Figure()
        var payables = Figure()

        /// Days on which there were books; there is no mean over others.
        var length: Int128 { Int128(max(1, to.days(since: max(from, begin ?? from)) + 1)) }

        /// What moved on an account counts for every day that is left of the period.
        mutating func add(
            _ account: Account, _ date: BusinessDate, debit: Int128, credit: Int128
        ) {
            guard date <= to else { return }
            let daysLeft = Int128(to.days(since: max(date, from)) + 1)
            let moved = debit - credit
            let isInside = date >= from
            switch account.control {
            case .receivables: receivables.weighted += moved * daysLeft
            case .payables:
                payables.weighted -= moved * daysLeft
                if isInside { payables.flow += credit }
            case .stock: stock.weighted += moved * daysLeft
            default: break
            }
            if isInside, account.kind == .income { receivables.flow -= moved }
        }
    }

    /// The day of the first posting that was known at a position.
    private static func begin(
        _ reader: borrowing ViewReader, _ books: Books, _ at: UInt64?
    ) throws(QueryFailure) -> BusinessDate? {
        var first: BusinessDate?
        for account in books.accounts.values {
            let prefix = RowKey(books.company.company, account.number)
            // The lines of an account stand by their dates: the first that counts is its earliest.
            try reader.scan(LedgerRow.self, prefix: prefix) { (line) throws(QueryFailure) in
                if let at, line.position > at { return true }
                first = min(first ?? line.date, line.date)
                return false
            }
        }
        return first
    }

    /// Expenses posted for orders: the cost of what was sold.
    private static func costOfOrders(
        _ reader: borrowing ViewReader, _ books: Books, _ from: BusinessDate, _ to: BusinessDate,
        _ context: QueryContext
    ) throws(QueryFailure) -> Int128 {
        var cost: Int128 = 0
        for account in books.accounts.values where account.kind == .expense {
            let prefix = RowKey(books.company.company, account.number)
            let start = RowKey(books.company.company, account.number, from)
            try reader.scan(LedgerRow.self, prefix: prefix, from: start) {
                (line) throws(QueryFailure) in
                guard line.date <= to else { return false }
                if let at = context.at, line.position > at { return true }
                if line.order != nil { cost += Int128(line.amount.minorUnits) }
                return true
            }
        }
        return cost
    }

    private static func result(
        _ books: Books, _ figures: Figures, _ note: String
    ) throws(QueryFailure) -> QueryResult<Row> {
        let length = figures.length
        let rows = [
            try row("DSO", figures.receivables, books, length, "receivables over sales"),
            try row("DIO", figures.stock, books, length, "stock over cost of sales"),
            try row(
                "DPO", figures.payables, books, length, "payables over what suppliers billed"),
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
