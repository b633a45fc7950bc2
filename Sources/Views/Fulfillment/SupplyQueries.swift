internal import Business
internal import Records

/// `fulfillment.suppliers`: how suppliers keep their word.
enum SuppliersQuery {
    struct Parameters: Record {
        let from: BusinessDate?
        let to: BusinessDate?

        static let schema = Schema<Parameters>(
            "fulfillment.suppliers-parameters", "Orders of which period.",
            Field(1, "from", \.from, "Written on or after this date."),
            Field(2, "to", \.to, "Written on or before this date."),
            make: Parameters.init)
    }

    struct Row: Record {
        let supplier: String
        let name: String
        let orders: Int64
        let received: Int64
        let onTime: Int64
        let rate: Rate?
        let confirmDays: Rate?
        let cycleDays: Rate?
        let priceVariance: Money?
        let bills: Int64
        let touchless: Int64
        let touchlessRate: Rate?

        static let schema = Schema<Row>(
            "fulfillment.supplier-row", "How a supplier keeps its word.",
            Field(1, "supplier", \.supplier, "The supplier."),
            Field(2, "name", \.name, "Its name."),
            Field(3, "orders", \.orders, "Orders sent to it."),
            Field(4, "received", \.received, "Of these, received in full."),
            Field(5, "onTime", \.onTime, "Of these, by the last date expected."),
            Field(6, "rate", \.rate, "On time, as a part of those received."),
            Field(7, "confirmDays", \.confirmDays, "Median days from sending to confirmation."),
            Field(8, "cycleDays", \.cycleDays, "Median days from writing to receipt in full."),
            Field(9, "priceVariance", \.priceVariance, "Billed above the value received."),
            Field(10, "bills", \.bills, "Its invoices that were posted."),
            Field(11, "touchless", \.touchless, "Of these, without a difference released."),
            Field(12, "touchlessRate", \.touchlessRate, "Those, as a part of all posted."),
            make: Row.init)
    }

    private struct Group {
        var orders: Int64 = 0
        var received: Int64 = 0
        var onTime: Int64 = 0
        var confirmDays: [Int] = []
        var cycleDays: [Int] = []
        var variance = Total()
        var bills: Int64 = 0
        var touchless: Int64 = 0

        mutating func count(_ row: PurchaseRow) throws(QueryFailure) {
            orders += 1
            if let sent = row.sentOn, let confirmed = row.confirmedOn {
                confirmDays.append(confirmed.days(since: sent))
            }
            for line in row.state.lines {
                try variance.add(try line.invoicedValue.less(line.clearedValue))
            }
            guard let done = row.receivedOn else { return }
            received += 1
            if let drafted = row.draftedOn { cycleDays.append(done.days(since: drafted)) }
            let expected = row.state.lines.compactMap(\.expectedDate).max()
            if expected.map({ done <= $0 }) ?? true { onTime += 1 }
        }
    }

    static let query = ViewQuery(
        "fulfillment.suppliers",
        "By supplier: delivery on time, days to confirm and deliver, price variance, touchless bills.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to, context)
        var groups: [String: Group] = [:]
        try reader.scan(PurchaseRow.self) { (row) throws(QueryFailure) in
            guard row.sentOn != nil, row.draftedOn.map({ period.contains($0) }) ?? false else {
                return true
            }
            var group = groups[row.state.supplier.text] ?? Group()
            try group.count(row)
            groups[row.state.supplier.text] = group
            return true
        }
        try reader.scan(BillRow.self) { (row) throws(QueryFailure) in
            guard row.state.status == .posted, row.since.map({ period.contains($0) }) ?? false
            else { return true }
            groups[row.state.supplier.text, default: Group()].bills += 1
            if row.state.released.isEmpty {
                groups[row.state.supplier.text, default: Group()].touchless += 1
            }
            return true
        }
        var rows: [Row] = []
        for (supplier, group) in groups.sorted(by: { $0.key < $1.key }) {
            rows.append(
                Row(
                    supplier: supplier,
                    name: try reader.row(
                        NameRow.self, RowKey("purchasing.supplier/\(supplier)"))?.name ?? "",
                    orders: group.orders, received: group.received, onTime: group.onTime,
                    rate: try .share(Int128(group.onTime), of: Int128(group.received)),
                    confirmDays: Middle.median(group.confirmDays),
                    cycleDays: Middle.median(group.cycleDays),
                    priceVariance: group.variance.amount, bills: group.bills,
                    touchless: group.touchless,
                    touchlessRate: try .share(Int128(group.touchless), of: Int128(group.bills))))
        }
        return QueryResult(rows, notes: ["On time by the date that was expected last."])
    }
}

/// `fulfillment.turnover`: how often stock turns over, and what lies still.
enum TurnoverQuery {
    struct Parameters: Record {
        let from: BusinessDate?
        let to: BusinessDate?

        static let schema = Schema<Parameters>(
            "fulfillment.turnover-parameters", "In which period.",
            Field(1, "from", \.from, "The first day; a year before the last where left out."),
            Field(2, "to", \.to, "The last day; today where left out."),
            make: Parameters.init)
    }

    struct Row: Record {
        let warehouse: String
        let product: String
        let name: String
        let cost: Money
        let averageValue: Money
        let turns: Rate?
        let days: Rate?
        let value: Money
        let lastIssueOn: BusinessDate?
        let daysStill: Int64?

        static let schema = Schema<Row>(
            "fulfillment.turnover-row", "How often a stock turns over.",
            Field(1, "warehouse", \.warehouse, "Where."),
            Field(2, "product", \.product, "What."),
            Field(3, "name", \.name, "Its name."),
            Field(4, "cost", \.cost, "Cost of what was sold in the period."),
            Field(5, "averageValue", \.averageValue, "The mean of the values of all its days."),
            Field(6, "turns", \.turns, "Cost, for 365 days, over the average value."),
            Field(7, "days", \.days, "Days for which the average stock lasts."),
            Field(8, "value", \.value, "What it is worth on the last day."),
            Field(9, "lastIssueOn", \.lastIssueOn, "When something was sold of it last."),
            Field(10, "daysStill", \.daysStill, "Days since then."),
            make: Row.init)
    }

    private struct Sold {
        var cost: Int128 = 0
        var lastIssueOn: BusinessDate?
    }

    static let query = ViewQuery(
        "fulfillment.turnover",
        "By product: cost of sales over the time-weighted value of stock, and days without a sale.",
        Parameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let to = parameters.to ?? context.today
        let from = parameters.from ?? to.adding(days: -364)
        try Period.check(from, to)
        var sold: [RowKey: Sold] = [:]
        try reader.scan(StockLineRow.self) { (line) throws(QueryFailure) in
            guard line.reason == IssueReason.sale.rawValue, line.date <= to else { return true }
            let key = RowKey(line.warehouse, line.product)
            var known = sold[key] ?? Sold()
            if line.date >= from { known.cost -= Int128(line.value.minorUnits) }
            known.lastIssueOn = max(known.lastIssueOn ?? line.date, line.date)
            sold[key] = known
            return true
        }
        var days: [RowKey: [StockDayRow]] = [:]
        for day in try reader.rows(StockDayRow.self) where day.date <= to {
            days[RowKey(day.warehouse, day.product), default: []].append(day)
        }
        var rows: [Row] = []
        for (key, moves) in days {
            if let row = try row(moves, sold[key] ?? Sold(), from, to, reader) { rows.append(row) }
        }
        rows.sort { ($0.warehouse, $0.product) < ($1.warehouse, $1.product) }
        return QueryResult(rows, notes: ["From \(from) to \(to), by the values of all days."])
    }

    private static func row(
        _ moves: [StockDayRow], _ sold: Sold, _ from: BusinessDate, _ to: BusinessDate,
        _ reader: borrowing ViewReader
    ) throws(QueryFailure) -> Row? {
        guard let first = moves.first, from <= to else { return nil }
        let currency = first.value.currency
        let length = Int128(to.days(since: from) + 1)
        // Each movement counts for the days of the period from its own day on.
        var weighted: Int128 = 0
        var value: Int128 = 0
        for move in moves {
            let start = max(move.date, from)
            weighted += Int128(move.value.minorUnits) * Int128(to.days(since: start) + 1)
            value += Int128(move.value.minorUnits)
        }
        return Row(
            warehouse: first.warehouse, product: first.product,
            name: try StockQuery.name(first.product, reader),
            cost: try money(sold.cost, currency),
            averageValue: try money(Rounding.halfUp.quotient(weighted, by: length), currency),
            turns: weighted == 0
                ? nil : try .share(sold.cost * 365, of: weighted),
            days: sold.cost == 0
                ? nil : try .share(weighted, of: sold.cost),
            value: try money(value, currency), lastIssueOn: sold.lastIssueOn,
            daysStill: sold.lastIssueOn.map { Int64(to.days(since: $0)) })
    }

    private static func money(
        _ minorUnits: Int128, _ currency: Currency
    ) throws(QueryFailure) -> Money {
        guard let narrow = Int64(exactly: minorUnits) else { throw .arithmetic(.overflow) }
        return Money(minorUnits: narrow, currency: currency)
    }
}
