package import Records

/// The company was founded.
package struct CompanyFounded: Event, Equatable {
    package let name: String
    package let taxNumber: String
    package let country: String
    package let baseCurrency: Currency
    package let timeZone: String
    package let fiscalYearStartMonth: Int64
    package let chart: String
    package let isSinglePerson: Bool
    package let foundedOn: BusinessDate

    package static let schema = Schema<CompanyFounded>(
        "finance.company-founded", "A company's books were begun.",
        Field(1, "name", \.name, "The company's name, as documents show it."),
        Field(2, "taxNumber", \.taxNumber, "The number under which it pays taxes."),
        Field(3, "country", \.country, "ISO 3166-1 code of two letters."),
        Field(4, "baseCurrency", \.baseCurrency, "The currency of the books."),
        Field(5, "timeZone", \.timeZone, "The zone whose calendar dates the postings."),
        Field(
            6, "fiscalYearStartMonth", \.fiscalYearStartMonth,
            "The month in which a fiscal year begins, 1 to 12."),
        Field(7, "chart", \.chart, "The id of the chart of accounts."),
        Field(8, "isSinglePerson", \.isSinglePerson, "Whether one person does everything."),
        Field(9, "foundedOn", \.foundedOn, "The first day of the books."),
        make: CompanyFounded.init)

    package func evolve(_ state: inout CompanyState) {
        state.name = name
        state.taxNumber = taxNumber
        state.country = country
        state.currency = baseCurrency
        state.timeZone = timeZone
        state.fiscalYearStartMonth = fiscalYearStartMonth
        state.chart = chart
        state.isSinglePerson = isSinglePerson
        state.foundedOn = foundedOn
    }
}

/// The group got a company.
package struct CompanyListed: Event, Equatable {
    package let company: CompanyID

    package static let schema = Schema<CompanyListed>(
        "finance.company-listed", "The group got a company.",
        Field(1, "company", \.company, "The company's id.", concerns: true),
        make: CompanyListed.init)

    package func evolve(_ state: inout GroupState) { state.companies.append(company) }
}

/// A month was opened again.
package struct PeriodOpened: Event, Equatable {
    package let openedBy: PersonID?
    package let reason: String

    package static let schema = Schema<PeriodOpened>(
        "finance.period-opened", "A closed month was opened again.",
        Field(1, "openedBy", \.openedBy, "Who opened it."),
        Field(2, "reason", \.reason, "Why."),
        make: PeriodOpened.init)

    package func evolve(_ state: inout PeriodState) {
        state.status = .open
        state.changedBy = openedBy
    }
}

/// A month was closed; it may be opened again.
package struct PeriodClosed: Event, Equatable {
    package let closedBy: PersonID?

    package static let schema = Schema<PeriodClosed>(
        "finance.period-closed", "A month was closed; it may be opened again.",
        Field(1, "closedBy", \.closedBy, "Who closed it."),
        make: PeriodClosed.init)

    package func evolve(_ state: inout PeriodState) {
        state.status = .closed
        state.changedBy = closedBy
    }
}

/// A month was locked for ever.
package struct PeriodLocked: Event, Equatable {
    package let lockedBy: PersonID?

    package static let schema = Schema<PeriodLocked>(
        "finance.period-locked", "A month was locked for ever.",
        Field(1, "lockedBy", \.lockedBy, "Who locked it."),
        make: PeriodLocked.init)

    package func evolve(_ state: inout PeriodState) {
        state.status = .locked
        state.changedBy = lockedBy
    }
}

/// A number of a gapless series was given to a document.
package struct NumberTaken: Event, Equatable {
    package let number: String

    package static let isAuxiliary = true
    package static let schema = Schema<NumberTaken>(
        "finance.number-taken", "A number of a gapless series was given to a document.",
        Field(1, "number", \.number, "The number as documents show it."),
        make: NumberTaken.init)

    package func evolve(_ state: inout NumberSeriesState) { state.last = number }
}
