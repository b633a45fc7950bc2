internal import Business
internal import Records

/// A company whose books are kept.
struct CompanyRow: ViewRow, Equatable {
    let company: String
    let name: String
    let currency: Currency
    let fiscalYearStartMonth: Int64
    let chart: String

    static let table = "finance.company"
    var key: RowKey { RowKey(company) }
    static let schema = Schema<CompanyRow>(
        "finance.company-row", "A company whose books are kept.",
        Field(1, "company", \.company, "The company's id."),
        Field(2, "name", \.name, "Its name."),
        Field(3, "currency", \.currency, "The currency of the books."),
        Field(4, "fiscalYearStartMonth", \.fiscalYearStartMonth, "Where its years begin."),
        Field(5, "chart", \.chart, "Its chart of accounts."),
        make: CompanyRow.init)

    /// The first day of the fiscal year of a date.
    func fiscalYearStart(of date: BusinessDate) -> BusinessDate {
        let (year, month, _) = date.parts
        let first = Int(fiscalYearStartMonth)
        return BusinessDate(year: month >= first ? year : year - 1, month: first, day: 1) ?? date
    }
}

/// A file with a chart of accounts that entered the log, by its hash.
struct ChartFileRow: ViewRow, Equatable {
    let hash: String
    let chart: ChartOfAccounts

    static let table = "finance.chart-file"
    var key: RowKey { RowKey(hash) }
    static let schema = Schema<ChartFileRow>(
        "finance.chart-file-row", "A file with a chart of accounts that entered the log.",
        Field(1, "hash", \.hash, "The file's hash."),
        Field(2, "chart", \.chart, "What it says."),
        make: ChartFileRow.init)
}

/// The chart of accounts that was deployed last under a name.
struct ChartRow: ViewRow, Equatable {
    let name: String
    let chart: ChartOfAccounts

    static let table = "finance.chart"
    var key: RowKey { RowKey(name) }
    static let schema = Schema<ChartRow>(
        "finance.chart-row", "The chart of accounts that was deployed last under a name.",
        Field(1, "name", \.name, "The chart's id."),
        Field(2, "chart", \.chart, "Its accounts."),
        make: ChartRow.init)
}

/// What a partner or a product is called.
struct NameRow: ViewRow, Equatable {
    /// `sales.account/ALFKI`, `inventory.product/P-11`.
    let thing: String
    let name: String

    static let table = "names"
    var key: RowKey { RowKey(thing) }
    static let schema = Schema<NameRow>(
        "name-row", "What a partner or a product is called.",
        Field(1, "thing", \.thing, "The thing."),
        Field(2, "name", \.name, "Its name."),
        make: NameRow.init)
}

/// What a partner or a product was called before: append-only.
struct EarlierNameRow: ViewRow, Equatable {
    let thing: String
    /// Position of the event that gave it another name.
    let until: UInt64
    let name: String

    static let table = "earlier-names"
    var key: RowKey { RowKey(thing, until) }
    static let schema = Schema<EarlierNameRow>(
        "earlier-name-row", "What a partner or a product was called before.",
        Field(1, "thing", \.thing, "The thing."),
        Field(
            2, "until", { Int64(bitPattern: $0.until) },
            "The position of the event that gave it another name."),
        Field(3, "name", \.name, "Its name until then."),
        make: { EarlierNameRow(thing: $0, until: UInt64(bitPattern: $1), name: $2) })
}

extension ViewReader {
    /// What a thing is called, or was called as far as was known at a position.
    borrowing func name(
        of thing: String, at position: UInt64?
    ) throws(QueryFailure) -> String? {
        if let position, position < .max {
            var found: String?
            try scan(
                EarlierNameRow.self, prefix: RowKey(thing), from: RowKey(thing, position + 1)
            ) { (row) throws(QueryFailure) in
                found = row.name
                return false
            }
            if let found { return found }
        }
        return try row(NameRow.self, RowKey(thing))?.name
    }
}

/// The customer of a released order, for amounts that name the order alone.
struct OrderCustomerRow: ViewRow, Equatable {
    let order: String
    let customer: String

    static let table = "finance.order-customer"
    var key: RowKey { RowKey(order) }
    static let schema = Schema<OrderCustomerRow>(
        "finance.order-customer-row", "The customer of a released order.",
        Field(1, "order", \.order, "The order."),
        Field(2, "customer", \.customer, "Its customer, `sales.account/ALFKI`."),
        make: OrderCustomerRow.init)
}

/// A voucher with its lines; never changed.
struct VoucherRow: ViewRow, Equatable {
    let company: String
    let date: BusinessDate
    let position: UInt64
    let journal: String
    let fiscalYear: String
    let recordedAt: Instant
    let voucher: VoucherPosted

    static let table = "finance.voucher"
    var key: RowKey { RowKey(company, date, position) }
    static let schema = Schema<VoucherRow>(
        "finance.voucher-row", "A voucher with its lines.",
        Field(1, "company", \.company, "In whose books."),
        Field(2, "date", \.date, "The posting date."),
        Field(3, "position", { Int64(bitPattern: $0.position) }, "Its place in the log."),
        Field(4, "journal", \.journal, "The journal."),
        Field(5, "fiscalYear", \.fiscalYear, "The fiscal year of its series."),
        Field(6, "recordedAt", \.recordedAt, "When it was written."),
        Field(7, "voucher", \.voucher, "What it says."),
        make: {
            VoucherRow(
                company: $0, date: $1, position: UInt64(bitPattern: $2), journal: $3,
                fiscalYear: $4, recordedAt: $5, voucher: $6)
        })

    /// The number as people write it, `sales/2026/12`.
    var number: String { "\(journal)/\(fiscalYear)/\(voucher.number)" }
}

/// Where the voucher of a position stands: for taking back what was written later.
struct VoucherPlaceRow: ViewRow, Equatable {
    let position: UInt64
    let company: String
    let date: BusinessDate

    static let table = "finance.voucher-place"
    var key: RowKey { RowKey(position) }
    static let schema = Schema<VoucherPlaceRow>(
        "finance.voucher-place-row", "Where the voucher of a position stands.",
        Field(1, "position", { Int64(bitPattern: $0.position) }, "The position."),
        Field(2, "company", \.company, "In whose books."),
        Field(3, "date", \.date, "The posting date."),
        make: {
            VoucherPlaceRow(position: UInt64(bitPattern: $0), company: $1, date: $2)
        })
}

/// That an event was taken back, whole or in part, and by which other.
struct ReversalRow: ViewRow, Equatable {
    let stream: String
    let version: Int64
    /// Of the voucher of what takes it back.
    let position: UInt64
    let date: BusinessDate
    let by: EventReference

    static let table = "finance.reversal"
    var key: RowKey { RowKey(stream, version, position) }
    static let schema = Schema<ReversalRow>(
        "finance.reversal-row", "That an event was taken back, and by which other.",
        Field(1, "stream", \.stream, "The stream of what is taken back."),
        Field(2, "version", \.version, "Its number in the stream."),
        Field(
            3, "position", { Int64(bitPattern: $0.position) },
            "The position of the voucher of what takes it back."),
        Field(4, "date", \.date, "The posting date of that voucher."),
        Field(5, "by", \.by, "What takes it back."),
        make: {
            ReversalRow(
                stream: $0, version: $1, position: UInt64(bitPattern: $2), date: $3, by: $4)
        })
}

/// One line of the general ledger: append-only, with effective date and position.
struct LedgerRow: ViewRow, Equatable {
    let company: String
    let account: String
    let date: BusinessDate
    let position: UInt64
    let line: Int64
    /// Debit is positive.
    let amount: Money
    let partner: String?
    let order: String?
    let product: String?

    static let table = "finance.ledger"
    var key: RowKey { RowKey(company, account, date, position, line) }
    static let schema = Schema<LedgerRow>(
        "finance.ledger-row", "One line of the general ledger.",
        Field(1, "company", \.company, "In whose books."),
        Field(2, "account", \.account, "The account."),
        Field(3, "date", \.date, "The posting date."),
        Field(4, "position", { Int64(bitPattern: $0.position) }, "The voucher's position."),
        Field(5, "line", \.line, "The line of the voucher, from 0."),
        Field(6, "amount", \.amount, "The amount in base currency; debit is positive."),
        Field(7, "partner", \.partner, "The partner, where the voucher or the order has one."),
        Field(8, "order", \.order, "The sales order."),
        Field(9, "product", \.product, "The product."),
        make: {
            LedgerRow(
                company: $0, account: $1, date: $2, position: UInt64(bitPattern: $3), line: $4,
                amount: $5, partner: $6, order: $7, product: $8)
        })
}

/// What moved on an account on a day.
struct AccountDayRow: ViewRow, Equatable {
    let company: String
    let account: String
    let date: BusinessDate
    var debit: Money
    var credit: Money

    static let table = "finance.account-day"
    var key: RowKey { RowKey(company, account, date) }
    static let schema = Schema<AccountDayRow>(
        "finance.account-day-row", "What moved on an account on a day.",
        Field(1, "company", \.company, "In whose books."),
        Field(2, "account", \.account, "The account."),
        Field(3, "date", \.date, "The posting date."),
        Field(4, "debit", \.debit, "The day's debits in base currency."),
        Field(5, "credit", \.credit, "The day's credits."),
        make: AccountDayRow.init)
}

/// What moved on an account with a partner on a day, where open items stand behind the account.
struct PartnerDayRow: ViewRow, Equatable {
    let company: String
    let account: String
    let partner: String
    let date: BusinessDate
    /// Debit is positive.
    var amount: Money

    static let table = "finance.partner-day"
    var key: RowKey { RowKey(company, account, partner, date) }
    static let schema = Schema<PartnerDayRow>(
        "finance.partner-day-row", "What moved on an account with a partner on a day.",
        Field(1, "company", \.company, "In whose books."),
        Field(2, "account", \.account, "The account."),
        Field(3, "partner", \.partner, "The customer or supplier."),
        Field(4, "date", \.date, "The posting date."),
        Field(5, "amount", \.amount, "The day's debits less its credits."),
        make: PartnerDayRow.init)
}
