internal import Business
internal import Records

/// The books of one company as a question sees them: its chart, and what moved by account.
struct Books {
    /// What an account was before the period asked for, and what moved in it.
    struct Movement {
        var opening: Money
        var debit: Money
        var credit: Money
    }

    let company: CompanyRow
    let accounts: [String: Account]
    let today: BusinessDate

    /// The books of the company asked for, or of the only one.
    init(
        _ reader: borrowing ViewReader, _ company: String?, _ context: QueryContext
    ) throws(QueryFailure) {
        self.company = try Self.company(reader, company)
        let chart = try reader.row(ChartRow.self, RowKey(self.company.chart))
        var accounts: [String: Account] = [:]
        for account in chart?.chart.accounts ?? [] { accounts[account.number] = account }
        self.accounts = accounts
        today = context.today
    }

    private static func company(
        _ reader: borrowing ViewReader, _ wanted: String?
    ) throws(QueryFailure) -> CompanyRow {
        let companies = try reader.rows(CompanyRow.self)
        if let wanted {
            if let found = companies.first(where: { $0.company == wanted }) { return found }
            throw .unknownObject(
                "There is no company \"\(wanted)\"; there are: \(companies.map(\.company).joined(separator: ", "))."
            )
        }
        guard let only = companies.first else {
            throw .unknownObject("There is no company yet; found it with finance.found-company.")
        }
        guard companies.count == 1 else {
            throw .unknownObject(
                "Name the company, one of \(companies.map(\.company).joined(separator: ", ")).")
        }
        return only
    }

    var zero: Money { .zero(company.currency) }

    /// The account's name; its number alone where the chart does not know it.
    func name(of account: String) -> String { accounts[account]?.name ?? "" }

    /// Movements by account: totals by day give `as-of`, what was written after `at` is taken back.
    func movements(
        _ reader: borrowing ViewReader, from: BusinessDate?, to: BusinessDate?, at: UInt64?
    ) throws(QueryFailure) -> [String: Movement] {
        var found: [String: Movement] = [:]
        try reader.scan(AccountDayRow.self, prefix: RowKey(company.company)) {
            (row) throws(QueryFailure) in
            if let to, row.date > to { return true }
            try add(row.account, row.date, row.debit, row.credit, from, &found)
            return true
        }
        if let at {
            try eachLine(reader, after: at) { (line, date) throws(QueryFailure) in
                if let to, date > to { return }
                let back = try line.base.turned()
                try add(
                    line.account, date, line.side == .debit ? back : zero,
                    line.side == .credit ? back : zero, from, &found)
            }
        }
        return found
    }

    private func add(
        _ account: String, _ date: BusinessDate, _ debit: Money, _ credit: Money,
        _ from: BusinessDate?, _ found: inout [String: Movement]
    ) throws(QueryFailure) {
        var movement =
            found[account] ?? Movement(opening: zero, debit: zero, credit: zero)
        if let from, date < from {
            movement.opening = try movement.opening.plus(debit).less(credit)
        } else {
            movement.debit = try movement.debit.plus(debit)
            movement.credit = try movement.credit.plus(credit)
        }
        found[account] = movement
    }

    /// The lines of vouchers written after a position.
    func eachLine(
        _ reader: borrowing ViewReader, after position: UInt64,
        _ body: (VoucherLine, BusinessDate) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        var later: [VoucherPlaceRow] = []
        if position < .max {
            try reader.scan(VoucherPlaceRow.self, from: RowKey(position + 1)) {
                (row) throws(QueryFailure) in
                if row.company == company.company { later.append(row) }
                return true
            }
        }
        for place in later {
            let key = RowKey(place.company, place.date, place.position)
            guard let row = try reader.row(VoucherRow.self, key) else { continue }
            for line in row.voucher.lines { try body(line, row.date) }
        }
    }
}

extension Books.Movement {
    /// Opening, debits and credits together; debit is positive.
    func closing() throws(QueryFailure) -> Money { try opening.plus(debit).less(credit) }
}

/// A period by its first and last day.
struct Period {
    let from: BusinessDate?
    let to: BusinessDate?

    /// The period asked for, no longer than to the date as of which is asked.
    init(
        _ from: BusinessDate?, _ to: BusinessDate?, _ context: QueryContext
    ) throws(QueryFailure) {
        try Self.check(from, to)
        self.from = from
        if let to, let asOf = context.asOf {
            self.to = min(to, asOf)
        } else {
            self.to = to ?? context.asOf
        }
    }

    /// Refuses a period that ends before it begins; one of which nothing was known yet is empty.
    static func check(_ from: BusinessDate?, _ to: BusinessDate?) throws(QueryFailure) {
        do throws(InputFailure) {
            try AskedPeriod.check(from: from, to: to)
        } catch { throw .badParameters(error) }
    }

    func contains(_ date: BusinessDate) -> Bool {
        if let from, date < from { return false }
        if let to, date > to { return false }
        return true
    }

    /// What a reader is told of the period.
    var note: String {
        switch (from, to) {
        case (nil, nil): "The whole ledger: no dates were given."
        case (let from?, nil): "From \(from) on."
        case (nil, let to?): "Up to \(to)."
        case (let from?, let to?): "From \(from) to \(to)."
        }
    }
}
