internal import Business
internal import Records

/// A period of a company's books.
struct PeriodParameters: Record, Equatable {
    let company: String?
    let from: BusinessDate?
    let to: BusinessDate?

    static let schema = Schema<PeriodParameters>(
        "finance.period-parameters", "A period of a company's books.",
        Field(1, "company", \.company, "The company; may be left out where there is one."),
        Field(2, "from", \.from, "The first day; from the beginning where it is left out."),
        Field(3, "to", \.to, "The last day; to the end where it is left out."),
        make: PeriodParameters.init)
}

/// `finance.trial-balance`.
enum TrialBalanceQuery {
    struct Row: Record {
        let account: String
        let name: String
        let kind: AccountKind?
        let opening: Money
        let debit: Money
        let credit: Money
        let closing: Money

        static let schema = Schema<Row>(
            "finance.trial-balance-row", "One account of a trial balance.",
            Field(1, "account", \.account, "The account."),
            Field(2, "name", \.name, "Its name."),
            Field(3, "kind", \.kind, "Where it stands in the statements."),
            Field(4, "opening", \.opening, "The balance before the period; debit is positive."),
            Field(5, "debit", \.debit, "The period's debits."),
            Field(6, "credit", \.credit, "The period's credits."),
            Field(7, "closing", \.closing, "The balance at the end; debit is positive."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.trial-balance", "Opening balance, debits, credits and closing balance by account.",
        axes: .both, PeriodParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let period = try Period(parameters.from, parameters.to, context)
        let movements = try books.movements(
            reader, from: period.from, to: period.to, at: context.at)
        var rows: [Row] = []
        var total = Books.Movement(opening: books.zero, debit: books.zero, credit: books.zero)
        for (account, movement) in movements.sorted(by: { $0.key < $1.key }) {
            if movement.opening.isZero, movement.debit.isZero, movement.credit.isZero { continue }
            rows.append(
                Row(
                    account: account, name: books.name(of: account),
                    kind: books.accounts[account]?.kind, opening: movement.opening,
                    debit: movement.debit, credit: movement.credit,
                    closing: try movement.closing()))
            total.opening = try total.opening.plus(movement.opening)
            total.debit = try total.debit.plus(movement.debit)
            total.credit = try total.credit.plus(movement.credit)
        }
        return QueryResult(
            rows,
            totals: [
                total.opening.total("opening"), total.debit.total("debit"),
                total.credit.total("credit"), try total.closing().total("closing"),
            ], notes: [period.note])
    }
}

/// `finance.profit-and-loss`.
enum ProfitAndLossQuery {
    struct Row: Record {
        let section: AccountKind
        let account: String
        let name: String
        let amount: Money

        static let schema = Schema<Row>(
            "finance.profit-and-loss-row", "One account of the profit and loss statement.",
            Field(1, "section", \.section, "Income or expense."),
            Field(2, "account", \.account, "The account."),
            Field(3, "name", \.name, "Its name."),
            Field(4, "amount", \.amount, "Income, or expense, of the period."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.profit-and-loss", "Income and expenses by account; the total is the profit.",
        axes: .both, PeriodParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let period = try Period(parameters.from, parameters.to, context)
        let movements = try books.movements(
            reader, from: period.from, to: period.to, at: context.at)
        var rows: [Row] = []
        var sums: [AccountKind: Money] = [.income: books.zero, .expense: books.zero]
        for section in [AccountKind.income, .expense] {
            for (account, movement) in movements.sorted(by: { $0.key < $1.key })
            where books.accounts[account]?.kind == section {
                let moved = try movement.debit.less(movement.credit)
                let amount = section == .income ? try moved.turned() : moved
                if movement.debit.isZero, movement.credit.isZero { continue }
                rows.append(
                    Row(
                        section: section, account: account, name: books.name(of: account),
                        amount: amount))
                sums[section] = try (sums[section] ?? books.zero).plus(amount)
            }
        }
        let income = sums[.income] ?? books.zero
        let expense = sums[.expense] ?? books.zero
        return QueryResult(
            rows,
            totals: [
                JSONMember("name", .string("Profit")), try income.less(expense).total("amount"),
            ],
            notes: [period.note, "Income \(income), expenses \(expense)."]
                + books.unclassified(movements))
    }
}

/// `finance.balance-sheet`.
enum BalanceSheetQuery {
    struct Parameters: Record {
        let company: String?

        static let schema = Schema<Parameters>(
            "finance.balance-sheet-parameters", "Whose balance sheet; its date is `as-of`.",
            Field(1, "company", \.company, "The company; may be left out where there is one."),
            make: Parameters.init)
    }

    struct Row: Record {
        let section: AccountKind
        let account: String?
        let name: String
        let amount: Money

        static let schema = Schema<Row>(
            "finance.balance-sheet-row", "One position of the balance sheet.",
            Field(1, "section", \.section, "Assets, liabilities or equity."),
            Field(2, "account", \.account, "The account, where the position is one."),
            Field(3, "name", \.name, "What it is."),
            Field(
                4, "amount", \.amount, "What the company has, or owes, or belongs to its owners."),
            make: Row.init)
    }

    static let query = ViewQuery(
        "finance.balance-sheet",
        "Assets, liabilities and equity as of a date; what partners have paid too much stands on the other side, not netted.",
        axes: .both, Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let books = try Books(reader, parameters.company, context)
        let movements = try books.movements(reader, from: nil, to: context.asOf, at: context.at)
        var rows: [Row] = []
        for (account, movement) in movements.sorted(by: { $0.key < $1.key }) {
            guard let known = books.accounts[account], known.kind != .income, known.kind != .expense
            else { continue }
            let balance = try movement.closing()
            let split = try books.split(reader, known, balance, context)
            rows += try split.rows(of: known)
        }
        let yearStart = books.company.fiscalYearStart(of: context.effectiveDate)
        rows += try books.earnings(reader, yearStart, context)
        rows.sort { $0.section.order < $1.section.order }
        var sums: [AccountKind: Money] = [:]
        for row in rows {
            sums[row.section] = try (sums[row.section] ?? books.zero).plus(row.amount)
        }
        let assets = sums[.asset] ?? books.zero
        let claims = try (sums[.liability] ?? books.zero).plus(sums[.equity] ?? books.zero)
        return QueryResult(
            rows, totals: [],
            notes: [
                context.asOf.map { "As of \($0)." } ?? "The whole ledger: give as-of for a date.",
                "Assets \(assets); liabilities and equity \(claims)."
                    + (assets == claims ? "" : " They differ."),
                "The fiscal year began on \(yearStart).",
            ] + books.unclassified(movements))
    }
}

/// A control account's balance, with what stands on the wrong side taken apart.
struct SplitBalance {
    let balance: Money
    /// Partners on the account's other side, with the account's own sign turned; never negative.
    let otherSide: Money

    func rows(of account: Account) throws(QueryFailure) -> [BalanceSheetQuery.Row] {
        let isAsset = account.kind == .asset
        // On the account's own side: the balance as if nobody stood on the other one.
        let own =
            isAsset ? try balance.plus(otherSide) : try balance.turned().plus(otherSide)
        var rows: [BalanceSheetQuery.Row] = []
        if !own.isZero {
            rows.append(
                BalanceSheetQuery.Row(
                    section: account.kind, account: account.number, name: account.name, amount: own)
            )
        }
        if !otherSide.isZero {
            rows.append(
                BalanceSheetQuery.Row(
                    section: isAsset ? .liability : .asset, account: account.number,
                    name: isAsset
                        ? "Customers with credit balances" : "Suppliers with debit balances",
                    amount: otherSide))
        }
        return rows
    }
}

extension Books {
    /// Takes apart what partners on the wrong side of a receivables or payables account hold.
    func split(
        _ reader: borrowing ViewReader, _ account: Account, _ balance: Money,
        _ context: QueryContext
    ) throws(QueryFailure) -> SplitBalance {
        guard account.control == .receivables || account.control == .payables else {
            return SplitBalance(balance: balance, otherSide: zero)
        }
        var byPartner: [String: Money] = [:]
        let prefix = RowKey(company.company, account.number)
        try reader.scan(PartnerDayRow.self, prefix: prefix) { (row) throws(QueryFailure) in
            if let asOf = context.asOf, row.date > asOf { return true }
            byPartner[row.partner] = try (byPartner[row.partner] ?? zero).plus(row.amount)
            return true
        }
        if let at = context.at {
            try eachLine(reader, after: at) { (line, date) throws(QueryFailure) in
                guard line.account == account.number, line.openItem != nil,
                    let partner = line.partner
                else { return }
                if let asOf = context.asOf, date > asOf { return }
                let signed = line.side == .debit ? line.base : try line.base.turned()
                byPartner[partner] = try (byPartner[partner] ?? zero).less(signed)
            }
        }
        var other = zero
        for amount in byPartner.values {
            let onOwnSide = account.kind == .asset ? amount : try amount.turned()
            if onOwnSide.isNegative { other = try other.less(onOwnSide) }
        }
        return SplitBalance(balance: balance, otherSide: other)
    }

    /// Profit of the fiscal year, and of earlier years where it was not carried forward.
    func earnings(
        _ reader: borrowing ViewReader, _ yearStart: BusinessDate, _ context: QueryContext
    ) throws(QueryFailure) -> [BalanceSheetQuery.Row] {
        let movements = try movements(
            reader, from: yearStart, to: context.asOf, at: context.at)
        var earlier = zero
        var current = zero
        for (account, movement) in movements {
            guard let kind = accounts[account]?.kind, kind == .income || kind == .expense else {
                continue
            }
            earlier = try earlier.less(movement.opening)
            current = try current.plus(movement.credit).less(movement.debit)
        }
        var rows: [BalanceSheetQuery.Row] = []
        if !earlier.isZero {
            rows.append(
                BalanceSheetQuery.Row(
                    section: .equity, account: nil, name: "Profit of earlier years",
                    amount: earlier))
        }
        rows.append(
            BalanceSheetQuery.Row(
                section: .equity, account: nil, name: "Profit of the fiscal year", amount: current))
        return rows
    }

    /// Names accounts that the deployed chart does not know: a statement without them would lie.
    func unclassified(_ movements: [String: Movement]) -> [String] {
        let unknown = movements.keys.filter { accounts[$0] == nil }.sorted()
        if unknown.isEmpty { return [] }
        return [
            "Not in the chart \"\(company.chart)\" and left out: \(unknown.joined(separator: ", "))."
        ]
    }
}

extension AccountKind {
    var order: Int {
        switch self {
        case .asset: 0
        case .liability: 1
        case .equity: 2
        case .income: 3
        case .expense: 4
        }
    }
}

extension Money {
    /// The amount as a total under a column's name.
    func total(_ column: String) -> JSONMember {
        JSONMember(column, json(JSONContext(currency: nil)))
    }
}
