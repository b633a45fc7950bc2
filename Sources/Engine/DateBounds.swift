internal import Business
internal import Records

/// For which dates a person may give a command.
///
/// The series of numbers, the periods and the statements of a company begin with the fiscal year in
/// which it was founded; and who types a year wrong shall not open the books of that year.
enum DateBounds {
    /// How far ahead of the clock a date may be: a leap year.
    static let daysAheadMax = 366

    /// Commands that bring in what was there when the books began: they may also be dated on the
    /// day before, as the closing of the old books is.
    static let takingOn: Set<String> = [
        "finance.take-on-balance", "finance.take-on-item", "finance.take-on-payment",
        "inventory.take-on-stock", "purchasing.reverse-take-on-receipt",
        "purchasing.take-on-receipt",
    ]
}

extension WriterCore {
    /// Refuses a command's date that no work of this company can have.
    func requireReasonable(_ date: BusinessDate, of command: String) throws(Rejection) {
        let daysBefore = DateBounds.takingOn.contains(command) ? 1 : 0
        if let first = company?.firstDay, date < first.adding(days: -daysBefore) {
            throw Rejection(
                .dateOutOfRange,
                "Expected a date in the company's books, which begin on \(first), found \(date); what is older comes in as an opening balance.",
                [
                    JSONMember("date", .string(date.description)),
                    JSONMember("earliest", .string(first.description)),
                ])
        }
        let today = calendar.date(at: now)
        let last = today.adding(days: DateBounds.daysAheadMax)
        guard date > last else { return }
        let remedy =
            library.clockKind == .manual
            ? "correct the date, or move the clock with clock.advance first" : "correct the date"
        throw Rejection(
            .dateOutOfRange,
            "Expected a date of at most \(DateBounds.daysAheadMax) days after \(today), which it is now, found \(date); \(remedy).",
            [
                JSONMember("date", .string(date.description)),
                JSONMember("latest", .string(last.description)),
            ])
    }
}
