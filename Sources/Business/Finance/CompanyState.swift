package import Records

/// A company: whose books these are.
package struct CompanyState: StreamState, Equatable {
    /// The company's name, as documents show it.
    package var name: String
    /// The number under which it pays taxes.
    package var taxNumber: String
    /// ISO 3166-1 code of two letters.
    package var country: String
    /// The base currency; nil before the founding.
    package var currency: Currency?
    /// IANA name of the zone whose calendar dates the postings, `Europe/Berlin`.
    package var timeZone: String
    /// The month in which a fiscal year begins, 1 to 12.
    package var fiscalYearStartMonth: Int64
    /// The id of the chart of accounts.
    package var chart: String
    /// Whether one person does everything, so that separated duties cannot bind.
    package var isSinglePerson: Bool
    /// Whether the take-on of opening balances is finished.
    package var isTakeOnFinished: Bool
    /// The first day of the books.
    package var foundedOn: BusinessDate?

    package static let streamType = "finance.company"
    package static let initial = CompanyState(
        name: "", taxNumber: "", country: "", currency: nil, timeZone: "UTC",
        fiscalYearStartMonth: 1, chart: "", isSinglePerson: false, isTakeOnFinished: false,
        foundedOn: nil)
    package static let schema = Schema<CompanyState>(
        "finance.company", "A company: whose books these are.",
        Field(1, "name", \.name, "The company's name, as documents show it."),
        Field(2, "taxNumber", \.taxNumber, "The number under which it pays taxes."),
        Field(3, "country", \.country, "ISO 3166-1 code of two letters."),
        Field(4, "baseCurrency", \.currency, "The currency of the books."),
        Field(5, "timeZone", \.timeZone, "The zone whose calendar dates the postings."),
        Field(
            6, "fiscalYearStartMonth", \.fiscalYearStartMonth,
            "The month in which a fiscal year begins, 1 to 12."),
        Field(7, "chart", \.chart, "The id of the chart of accounts."),
        Field(
            8, "isSinglePerson", \.isSinglePerson,
            "Whether one person does everything, so that separated duties cannot bind."),
        Field(
            9, "isTakeOnFinished", \.isTakeOnFinished,
            "Whether the take-on of opening balances is finished."),
        Field(10, "foundedOn", \.foundedOn, "The first day of the books."),
        make: CompanyState.init)

    /// The currency of the books.
    ///
    /// - Precondition: the company is founded; `Decision.company()` gives no other.
    package var baseCurrency: Currency {
        guard let currency else {
            preconditionFailure("a company that is not founded has no base currency")
        }
        return currency
    }

    /// The first day of the fiscal year in which the books begin; nothing is dated before it.
    package var firstDay: BusinessDate? {
        foundedOn.flatMap {
            BusinessDate(year: fiscalYear(of: $0), month: Int(fiscalYearStartMonth), day: 1)
        }
    }

    /// The fiscal year of a date, named by the calendar year in which it begins.
    package func fiscalYear(of date: BusinessDate) -> Int {
        let (year, month, _) = date.parts
        return month >= Int(fiscalYearStartMonth) ? year : year - 1
    }
}

/// The companies of the folder's group.
package struct GroupState: StreamState, Equatable {
    /// The companies founded so far.
    package var companies: [CompanyID]

    package static let streamType = "finance.group"
    /// The one stream of this type.
    package static let id = "group"
    package static let initial = GroupState(companies: [])
    package static let schema = Schema<GroupState>(
        "finance.group", "The companies of the folder's group.",
        Field(1, "companies", \.companies, "The companies founded so far."),
        make: GroupState.init)
}

/// Whether postings are let into a month.
package enum PeriodStatus: String, Choice {
    /// Everybody may post.
    case open
    /// Nobody posts; it may be opened again.
    case closed
    /// Nobody posts ever again.
    case locked
}

/// A month of the books.
package struct PeriodState: StreamState, Equatable {
    /// Whether postings are let in.
    package var status: PeriodStatus
    /// Who closed or locked it last.
    package var changedBy: PersonID?

    package static let streamType = "finance.period"
    package static let initial = PeriodState(status: .open, changedBy: nil)
    package static let schema = Schema<PeriodState>(
        "finance.period", "A month of the books.",
        Field(1, "status", \.status, "Whether postings are let in.", default: .open),
        Field(2, "changedBy", \.changedBy, "Who closed, locked or opened it last."),
        make: PeriodState.init)

    /// The id of the period of a date, `main.2026-09`.
    package static func id(company: String, date: BusinessDate) -> String {
        "\(company).\(name(of: date))"
    }

    /// The name of the period of a date, `2026-09`.
    package static func name(of date: BusinessDate) -> String { String(date.description.prefix(7)) }
}

/// A gapless series of document numbers; the number is the stream's version.
package struct NumberSeriesState: StreamState, Equatable {
    /// The last number given, as documents show it.
    package var last: String

    package static let streamType = "finance.number"
    package static let initial = NumberSeriesState(last: "")
    package static let schema = Schema<NumberSeriesState>(
        "finance.number", "A gapless series of document numbers.",
        Field(1, "last", \.last, "The last number given, as documents show it."),
        make: NumberSeriesState.init)
}

/// The take-on of what was there before the books began.
package struct TakeOnState: StreamState, Equatable {
    /// What stands on the role OPENING: debit positive, in the base currency; nil before the first.
    package var opening: Money?
    /// What the old books say of control accounts: to be reached by items and stock.
    package var expected: [ControlTotal]
    /// What was taken on of each control account: debit positive.
    package var reached: [ControlTotal]
    /// Whether it is finished.
    package var isFinished: Bool

    package static let streamType = "finance.take-on"
    package static let initial = TakeOnState(
        opening: nil, expected: [], reached: [], isFinished: false)
    package static let schema = Schema<TakeOnState>(
        "finance.take-on", "The take-on of what was there before the books began.",
        Field(1, "opening", \.opening, "What stands on the role OPENING; debit is positive."),
        Field(2, "expected", \.expected, "What the old books say of control accounts."),
        Field(3, "reached", \.reached, "What items and stock were taken on, by control account."),
        Field(4, "isFinished", \.isFinished, "Whether it is finished.", default: false),
        make: TakeOnState.init)
}

/// The total of one control account.
package struct ControlTotal: Record {
    /// The account's number.
    package let account: String
    /// The balance; debit is positive.
    package var amount: Money

    package static let schema = Schema<ControlTotal>(
        "finance.control-total", "The total of one control account.",
        Field(1, "account", \.account, "The account's number."),
        Field(2, "amount", \.amount, "The balance; debit is positive."),
        make: ControlTotal.init)
}
