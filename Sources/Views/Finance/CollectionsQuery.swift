internal import Business
internal import Records

/// `finance.collections`: how well what customers owe is collected.
enum CollectionsQuery {
    struct Parameters: Record {
        let company: String?
        let from: BusinessDate?
        let to: BusinessDate?

        static let schema = Schema<Parameters>(
            "finance.collections-parameters", "In which period.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            Field(2, "from", \.from, "The first day; 90 days before the last where left out."),
            Field(3, "to", \.to, "The last day; as-of or today where left out."),
            make: Parameters.init)
    }

    struct Row: Record {
        let opening: Money
        let billed: Money
        let closing: Money
        let notDue: Money
        let overdue: Rate?
        let effectiveness: Rate?
        let countBackDays: Rate?

        static let schema = Schema<Row>(
            "finance.collections-row", "How well what customers owe is collected.",
            Field(1, "opening", \.opening, "Open before the first day."),
            Field(2, "billed", \.billed, "Billed in the period, less what was credited."),
            Field(3, "closing", \.closing, "Open at the end of the last day."),
            Field(4, "notDue", \.notDue, "Of that, what is not past its due date."),
            Field(5, "overdue", \.overdue, "Of what is open at the end, the share past due."),
            Field(
                6, "effectiveness", \.effectiveness,
                "The share collected of what was to be collected."),
            Field(
                7, "countBackDays", \.countBackDays,
                "Days of latest billing that make up what is open (DSO by counting back)."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.collections",
        "Collection effectiveness, what is overdue, and days sales outstanding by counting back.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let to = parameters.to ?? context.effectiveDate
        let from = parameters.from ?? to.adding(days: -89)
        try Period.check(from, to)
        var sums = Sums()
        try gather(reader, books, from, to, context, into: &sums)
        let row = Row(
            opening: try sums.money(sums.opening, books),
            billed: try sums.money(sums.billed, books),
            closing: try sums.money(sums.closing, books),
            notDue: try sums.money(sums.notDue, books),
            overdue: try Rate.share(sums.closing - sums.notDue, of: sums.closing),
            effectiveness: try Rate.share(
                sums.opening + sums.billed - sums.closing,
                of: sums.opening + sums.billed - sums.notDue),
            countBackDays: try countBack(sums, to))
        return QueryResult([row], notes: ["From \(from) to \(to)."])
    }

    /// Amounts in minor units; receivables without payments that are held.
    private struct Sums {
        var opening: Int128 = 0
        var billed: Int128 = 0
        var closing: Int128 = 0
        var notDue: Int128 = 0
        /// Billed by month, up to the last day, by the month's first day.
        var months: [BusinessDate: Int128] = [:]

        func money(_ minorUnits: Int128, _ books: Books) throws(QueryFailure) -> Money {
            guard let narrow = Int64(exactly: minorUnits) else { throw .arithmetic(.overflow) }
            return Money(minorUnits: narrow, currency: books.company.currency)
        }
    }

    private static func gather(
        _ reader: borrowing ViewReader, _ books: Books, _ from: BusinessDate, _ to: BusinessDate,
        _ context: QueryContext, into sums: inout Sums
    ) throws(QueryFailure) {
        var item: ItemRow?
        // Lines of one item follow one another.
        try reader.scan(ItemLineRow.self) { (line) throws(QueryFailure) in
            guard line.date <= to, context.counts(line.date, line.position) else { return true }
            let isOpening = item?.stream != line.stream
            if isOpening { item = try reader.row(ItemRow.self, RowKey(line.stream)) }
            guard let item, item.side == .receivable, item.kind != .payment,
                item.company == books.company.company
            else { return true }
            let change = Int128(line.change.minorUnits)
            sums.closing += change
            let isPastDue = item.dueDate.map { $0 < to } ?? false
            if !isPastDue { sums.notDue += change }
            // What was taken on from the old books was not billed here: it counts as open before.
            let isTakenOn = isOpening && item.kind == .takenOn
            if line.date < from || isTakenOn { sums.opening += change }
            guard isOpening, !isTakenOn else { return true }
            if line.date >= from { sums.billed += change }
            sums.months[line.date.firstOfMonth, default: 0] += change
            return true
        }
    }

    /// Whole months are taken off what is open, the latest first; of the last one a part.
    /// - Source: semantics 4, count-back DSO.
    private static func countBack(_ sums: Sums, _ to: BusinessDate) throws(QueryFailure) -> Rate? {
        guard sums.closing > 0, let first = sums.months.keys.min() else { return nil }
        var rest = sums.closing
        var tenths: Int128 = 0
        var month = to.firstOfMonth
        var last = to
        while month >= first {
            let days = Int128(last.days(since: month) + 1)
            let billed = sums.months[month] ?? 0
            if billed >= rest {
                tenths += Rounding.halfUp.quotient(rest * days * 10, by: billed)
                rest = 0
                break
            }
            rest -= max(0, billed)
            tenths += days * 10
            last = month.adding(days: -1)
            month = last.firstOfMonth
        }
        guard let narrow = Int64(exactly: tenths) else { throw .arithmetic(.overflow) }
        return Rate(unscaled: narrow, scale: 1)
    }
}

extension BusinessDate {
    /// The first day of the date's month.
    fileprivate var firstOfMonth: BusinessDate {
        BusinessDate(year: parts.year, month: parts.month, day: 1) ?? self
    }
}
