internal import Records

/// A year of the company, day by day: what others in the world do comes from the agenda, what the
/// company's people do from their work list and from their own initiative.
final class Trade {
    let company: Company
    var numbers: SeededNumbers
    var agenda: Agenda
    /// Purchase orders whose delivery is settled.
    var promisedOrders: Set<String> = []
    /// Bills that suppliers have written so far.
    var billCount = 0
    /// Orders placed so far.
    var orderCount = 0
    /// Deals opened so far.
    var dealCount = 0
    /// Prospects of whom the company has heard.
    var prospectCount = 0
    /// Payments that came in above what was due.
    var overpayments = 0
    /// Customers by id; converted leads join them.
    var customers = Customer.all
    /// Task to the day before which nobody touches it.
    var postponed: [String: BusinessDate] = [:]
    /// When something was found short in the warehouse, it is counted.
    var toCount: Set<String> = []
    /// The day that is being lived.
    var today: BusinessDate { agenda.today }
    let firstDay: BusinessDate
    let lastDay: BusinessDate

    init(company: Company, seed: UInt64, from firstDay: BusinessDate, to lastDay: BusinessDate) {
        self.company = company
        self.firstDay = firstDay
        self.lastDay = lastDay
        numbers = SeededNumbers(seed: seed)
        agenda = Agenda(today: firstDay)
        company.hear = { [unowned self] in hear($0) }
    }

    /// On the last days the office is nearly empty: what comes in stays on the list.
    private static let quietDays = 7
    private static let openingMicroseconds: Int64 = 7 * 3_600 * 1_000_000

    /// Lives the days; `progress` is told each of them.
    func run(progress: (BusinessDate, Company) -> Void) throws(DemoFailure) {
        settleYear()
        var date = firstDay.adding(workingDays: 1)
        while date <= lastDay {
            try company.advance(
                to: Instant(startOf: date).adding(microseconds: Self.openingMicroseconds))
            for happening in agenda.begin(date) { try happening(self) }
            try sell()
            if date <= lastDay.adding(days: -Self.quietDays) { try workOffList() }
            try requireNoIncident()
            progress(date, company)
            date = date.adding(workingDays: 1)
        }
    }

    /// A process that stands still is a fault of the demo or of the program.
    private func requireNoIncident() throws(DemoFailure) {
        let rows = try company.query("process.incidents", after: company.position)["rows"]
        guard let first = rows?.arrayValue?.first else { return }
        throw .incident(first.description)
    }

    /// What a person would say.
    func text(_ name: String, of value: JSONValue?) -> String { value?[name]?.stringValue ?? "" }

    /// The whole number in a quantity, `12 kg`; what is after its decimal point is left out.
    func whole(_ value: JSONValue?) -> Int {
        let digits = value?.stringValue?.split { $0 == " " || $0 == "." }.first ?? "0"
        return Int(digits) ?? 0
    }
}
