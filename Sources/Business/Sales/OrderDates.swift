import FEEL
import Records

/// For which dates an order may be asked and promised, and when it is promised where nobody says.
enum OrderDates {
    /// Days after the order for which goods may be asked or promised: ten years.
    static let daysAheadMax = 3_660
    /// The table, in `processes/rules`, that says in how many days an order is promised.
    static let promiseTable = "delivery-promise"
}

extension Decision {
    /// Refuses a date on which nobody can deliver: before the order was placed, or absurdly late.
    func requireDeliverable(
        _ date: BusinessDate?, _ field: String, ordered: BusinessDate
    ) throws(Rejection) {
        guard let date else { return }
        let latest = ordered.adding(days: OrderDates.daysAheadMax)
        guard date < ordered || date > latest else { return }
        throw Rejection(
            .dateOutOfRange,
            "Expected a \(field) from \(ordered), the day of the order, to \(latest), found \(date); correct the date.",
            [
                JSONMember("field", .string(field)),
                JSONMember("earliest", .string(ordered.description)),
                JSONMember("latest", .string(latest.description)),
            ])
    }

    /// The date that a new order is promised: the one given, else, where the customer names no
    /// date either, what the table says.
    ///
    /// Nothing is promised where the table says nothing, or a company has not deployed it.
    func promise(_ request: OrderRequest) throws(Rejection) -> BusinessDate? {
        let today = facts.effectiveDate
        try requireDeliverable(request.requestedDate, "requestedDate", ordered: today)
        try requireDeliverable(request.promisedDate, "promisedDate", ordered: today)
        guard request.promisedDate == nil, request.requestedDate == nil,
            rules.has(OrderDates.promiseTable, on: today)
        else { return request.promisedDate }
        let outcome = try rules.decide(
            OrderDates.promiseTable, on: today,
            inputs: [
                "channel": request.channel.map(Value.text) ?? .null,
                "customer": .text(request.customer.text),
            ])
        guard let days = outcome.results.first?["days"], days != .null else { return nil }
        guard let count = days.number?.integer, (0...OrderDates.daysAheadMax).contains(Int(count))
        else {
            throw Rejection(
                .badRuleResult,
                "Table \(OrderDates.promiseTable) must yield a number of days from 0 to \(OrderDates.daysAheadMax), or nothing; correct the table."
            )
        }
        return today.adding(days: Int(count))
    }
}
