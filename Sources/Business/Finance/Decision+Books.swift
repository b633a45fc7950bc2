package import Records

extension Decision {
    /// How many months ahead the first open day is looked for.
    package static let openPeriodSearchMonthsMax = 120

    /// The company that the command concerns.
    ///
    /// - Throws: ``RejectionCode/companyNotFounded``.
    package func company() throws(Rejection) -> CompanyState {
        let company = try state(of: CompanyState.self, facts.company)
        guard company.currency != nil else {
            throw Rejection(
                .companyNotFounded,
                "There is no company \"\(facts.company)\" yet; found it with finance.found-company."
            )
        }
        return company
    }

    /// Refuses a person's command whose effective date lies in a closed or locked period; what a
    /// process or a timer does is never refused (its voucher posts on the first open day).
    ///
    /// - Throws: ``RejectionCode/periodLocked``.
    package func requireOpenPeriod() throws(Rejection) {
        if facts.isSystem { return }
        let date = facts.effectiveDate
        let status = try periodStatus(of: date)
        if status == .open { return }
        let name = PeriodState.name(of: date)
        let remedy = try firstOpenDay(from: date).map { "post on or after \($0)" }
        throw Rejection(
            .periodLocked,
            "Period \(name) is \(status.rawValue); \(remedy ?? "open a later period first").",
            [JSONMember("period", .string(name))])
    }

    /// Refuses an amount in another currency than the company's.
    ///
    /// - Throws: ``RejectionCode/currencyNotSupported``.
    package func requireBaseCurrency(_ currency: Currency) throws(Rejection) {
        let base = try company().baseCurrency
        guard currency == base else {
            throw Rejection(
                .currencyNotSupported,
                "Expected an amount in \(base), the company's base currency, found \(currency).",
                [JSONMember("currency", .string(currency.code))])
        }
    }

    /// Whether postings are let into the month of a date.
    package func periodStatus(of date: BusinessDate) throws(Rejection) -> PeriodStatus {
        try state(of: PeriodState.self, PeriodState.id(company: facts.company, date: date)).status
    }

    /// The date itself where its period is open, else the first day of the next open period.
    package func firstOpenDay(from date: BusinessDate) throws(Rejection) -> BusinessDate? {
        var day = date
        for _ in 0..<Self.openPeriodSearchMonthsMax {
            if try periodStatus(of: day) == .open { return day }
            day = day.endOfMonth.adding(days: 1)
        }
        return nil
    }
}
