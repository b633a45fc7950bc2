internal import Business
internal import Records

/// How figures of service are gathered.
enum ServiceGrouping: String, Choice {
    case all
    case month
    case quarter
    case year
    case customer

    func group(_ row: OrderRow, _ date: BusinessDate) -> String {
        switch self {
        case .all: "all"
        case .month: date.month
        case .quarter: date.quarter
        case .year: date.year
        case .customer: row.state.customer.text
        }
    }
}

/// Which orders figures of service are about.
struct ServiceParameters: Record, Equatable {
    let from: BusinessDate?
    let to: BusinessDate?
    let by: ServiceGrouping

    static let schema = Schema<ServiceParameters>(
        "fulfillment.service-parameters", "Which orders, and how gathered.",
        Field(1, "from", \.from, "The first day."),
        Field(2, "to", \.to, "The last day."),
        Field(3, "by", \.by, "One row, or one for each month … or customer.", default: .all),
        make: ServiceParameters.init)
}

/// `fulfillment.otif`: on time and in full, against the first promise.
enum OnTimeQuery {
    struct Row: Record {
        let group: String
        var due: Int64 = 0
        var onTime: Int64 = 0
        var inFull: Int64 = 0
        var onTimeInFull: Int64 = 0
        var rate: Rate?
        var backordered: Int64 = 0
        var backorderRate: Rate?

        static let schema = Schema<Row>(
            "fulfillment.otif-row", "Orders due, and how many came on time and in full.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "due", \.due, "Orders due in the period and not cancelled.", default: 0),
            Field(3, "onTime", \.onTime, "Complete by the date promised first.", default: 0),
            Field(4, "inFull", \.inFull, "Not closed short.", default: 0),
            Field(5, "onTimeInFull", \.onTimeInFull, "Both.", default: 0),
            Field(6, "rate", \.rate, "Both, as a part of those due."),
            Field(
                7, "backordered", \.backordered, "Orders that had to wait for stock.", default: 0),
            Field(8, "backorderRate", \.backorderRate, "Those, as a part of those due."),
            make: {
                Row(
                    group: $0, due: $1, onTime: $2, inFull: $3, onTimeInFull: $4, rate: $5,
                    backordered: $6, backorderRate: $7)
            })
    }

    static let query = ViewQuery(
        "fulfillment.otif",
        "Orders due in a period that reached the customer on time and in full, by the first promise.",
        ServiceParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to ?? context.today, context)
        var groups: [String: Row] = [:]
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            guard row.state.status != .cancelled, row.state.status != .none, let due = row.dueDate,
                period.contains(due)
            else { return true }
            let group = parameters.by.group(row, due)
            groups[group, default: Row(group: group)].count(row, due)
            return true
        }
        var rows: [Row] = []
        for var row in groups.values.sorted(by: { $0.group < $1.group }) {
            row.rate = try .share(Int128(row.onTimeInFull), of: Int128(row.due))
            row.backorderRate = try .share(Int128(row.backordered), of: Int128(row.due))
            rows.append(row)
        }
        return QueryResult(
            rows,
            notes: [
                "Due by the date promised first, else asked for; complete when delivered in full, or shipped in full where no delivery is recorded."
            ])
    }
}

extension OnTimeQuery.Row {
    fileprivate mutating func count(_ row: OrderRow, _ due: BusinessDate) {
        self.due += 1
        let complete = row.dates.delivered ?? row.dates.shipped
        let isOnTime = complete.map { $0 <= due } ?? false
        let isInFull = complete != nil && row.state.status != .closed
        if isOnTime { onTime += 1 }
        if isInFull { inFull += 1 }
        if isOnTime, isInFull { onTimeInFull += 1 }
        if row.dates.wasBackordered { backordered += 1 }
    }
}

/// `fulfillment.cycle-time`: days from order to customer, and where they went.
enum CycleTimeQuery {
    struct Row: Record {
        let group: String
        let orders: Int64
        let median: Rate?
        let ninetieth: Int64?
        let entry: Rate?
        let warehouse: Rate?
        let transport: Rate?

        static let schema = Schema<Row>(
            "fulfillment.cycle-time-row", "Days from order to customer, and where they went.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "orders", \.orders, "Orders completed in the period."),
            Field(3, "median", \.median, "Median days from placing to the customer."),
            Field(4, "ninetieth", \.ninetieth, "Days that nine of ten do not exceed."),
            Field(5, "entry", \.entry, "Median days from placing to release."),
            Field(6, "warehouse", \.warehouse, "Median days from release to leaving in full."),
            Field(7, "transport", \.transport, "Median days from leaving to delivery."),
            make: Row.init)
    }

    private struct Days {
        var whole: [Int] = []
        var entry: [Int] = []
        var warehouse: [Int] = []
        var transport: [Int] = []
    }

    static let query = ViewQuery(
        "fulfillment.cycle-time",
        "Days from a customer's order to its receipt, with the parts of entry, warehouse and transport.",
        ServiceParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to, context)
        var groups: [String: Days] = [:]
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            let dates = row.dates
            guard let placed = row.state.placedOn, let done = dates.delivered ?? dates.shipped,
                period.contains(done)
            else { return true }
            var days = groups[parameters.by.group(row, done)] ?? Days()
            days.whole.append(done.days(since: placed))
            if let released = dates.released {
                days.entry.append(released.days(since: placed))
                if let shipped = dates.shipped {
                    days.warehouse.append(shipped.days(since: released))
                }
            }
            if let shipped = dates.shipped, let delivered = dates.delivered {
                days.transport.append(delivered.days(since: shipped))
            }
            groups[parameters.by.group(row, done)] = days
            return true
        }
        let rows = groups.sorted { $0.key < $1.key }.map { group, days in
            Row(
                group: group, orders: Int64(days.whole.count), median: Middle.median(days.whole),
                ninetieth: Middle.ninetieth(days.whole), entry: Middle.median(days.entry),
                warehouse: Middle.median(days.warehouse),
                transport: Middle.median(days.transport))
        }
        return QueryResult(
            rows,
            notes: [
                "Until delivered in full, or shipped in full where no delivery is recorded."
            ])
    }
}
