package import Records

/// Founds the company: begins its books.
package struct FoundCompany: Command, Equatable {
    package let company: CompanyID?
    package let name: String
    package let taxNumber: String
    package let country: String
    package let baseCurrency: Currency
    package let timeZone: String
    package let fiscalYearStartMonth: Int64
    package let chart: String
    package let isSinglePerson: Bool

    package static let schema = Schema<FoundCompany>(
        "finance.found-company", "Founds the company: begins its books.",
        Field(1, "company", \.company, "The id; the folder's company where it is not given."),
        Field(
            2, "name", \.name, "The company's name, as documents show it.",
            limits: .count(1...200)),
        Field(3, "taxNumber", \.taxNumber, "The number under which it pays taxes.", default: ""),
        Field(4, "country", \.country, "ISO 3166-1 code, `DE`.", limits: .count(2...2)),
        Field(5, "baseCurrency", \.baseCurrency, "The currency of the books."),
        Field(
            6, "timeZone", \.timeZone, "The zone whose calendar dates the postings.",
            limits: .count(1...64), default: "UTC"),
        Field(
            7, "fiscalYearStartMonth", \.fiscalYearStartMonth,
            "The month in which a fiscal year begins, 1 to 12.",
            limits: Limits(sign: .positive, magnitudeMax: 12), default: 1),
        Field(
            8, "chart", \.chart, "The chart of accounts: processes/chart/NAME.yaml.",
            limits: .count(1...64), default: "sample"),
        Field(
            9, "singlePerson", \.isSinglePerson,
            "Whether one person does everything, so that separated duties cannot bind.",
            default: false),
        make: FoundCompany.init)

    package static let access = CommandAccess.roles("owner")
    package static let rejections: [RejectionCode] = [
        .oneCompany, .alreadyExists, .invalidValue, .noRule, .badRuleResult,
    ]

    package func decide(_ decision: Decision) throws(Rejection) {
        let id = company?.text ?? decision.facts.company
        let group = try decision.state(of: GroupState.self, GroupState.id)
        if let founded = group.companies.first, founded.text != id {
            throw Rejection(
                .oneCompany,
                "Expected no other company, found \"\(founded)\" in this folder, which keeps one; found \"\(id)\" in a folder of its own.",
                [JSONMember("company", .string(founded.text))])
        }
        guard id == decision.facts.company else {
            throw Rejection(
                .oneCompany,
                "Expected the company \"\(decision.facts.company)\", which this folder keeps, found \"\(id)\"; leave the id out or set it in the configuration.",
                [JSONMember("company", .string(decision.facts.company))])
        }
        try decision.requireNew(CompanyState.self, id)
        try Rejection.unlessCountry(country)
        guard let companyID = CompanyID(id) else {
            throw Rejection(
                .invalidValue, "Expected \(IdentifierRules.expectation) as the id, found \"\(id)\"."
            )
        }
        _ = try decision.file(
            ChartOfAccounts.file(chart), as: ChartOfAccounts.self,
            on: decision.facts.effectiveDate)
        try decision.emit(
            CompanyFounded(
                name: name, taxNumber: taxNumber, country: country, baseCurrency: baseCurrency,
                timeZone: timeZone, fiscalYearStartMonth: fiscalYearStartMonth, chart: chart,
                isSinglePerson: isSinglePerson, foundedOn: decision.facts.effectiveDate),
            to: id)
        try decision.emit(CompanyListed(company: companyID), to: GroupState.id)
    }
}
