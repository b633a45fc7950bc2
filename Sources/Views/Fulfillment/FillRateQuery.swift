internal import Business
internal import Records

/// `fulfillment.fill-rate`: what was shipped from stock at the first attempt.
enum FillRateQuery {
    struct Row: Record {
        let group: String
        var orders: Int64 = 0
        var fullOrders: Int64 = 0
        var orderRate: Rate?
        var lines: Int64 = 0
        var fullLines: Int64 = 0
        var lineRate: Rate?
        var unitRate: Rate?

        static let schema = Schema<Row>(
            "fulfillment.fill-rate-row", "What was shipped from stock at the first attempt.",
            Field(1, "group", \.group, "Of what."),
            Field(2, "orders", \.orders, "Orders of which goods first left in the period."),
            Field(3, "fullOrders", \.fullOrders, "Of which everything left then."),
            Field(4, "orderRate", \.orderRate, "Those, as a part of the orders."),
            Field(5, "lines", \.lines, "Lines of these orders that are kept in stock."),
            Field(6, "fullLines", \.fullLines, "Of which the whole quantity left then."),
            Field(7, "lineRate", \.lineRate, "Those, as a part of the lines."),
            Field(8, "unitRate", \.unitRate, "The quantity that left then, of that ordered."),
            make: Row.init)
    }

    /// A group with its quantities in millionths.
    fileprivate struct Group {
        var row: Row
        var ordered: Int128 = 0
        var filled: Int128 = 0
    }

    static let query = ViewQuery(
        "fulfillment.fill-rate",
        "What was shipped from stock at the first attempt, by order, line and unit.",
        ServiceParameters.self, rows: Row.self
    ) { (reader, parameters, context) throws(QueryFailure) in
        let period = try Period(parameters.from, parameters.to ?? context.today, context)
        var orders: [OrderRow] = []
        try reader.scan(OrderRow.self) { (row) throws(QueryFailure) in
            if row.state.lines.contains(where: { $0.kind == .stock }) { orders.append(row) }
            return true
        }
        var groups: [String: Group] = [:]
        for order in orders {
            let shipments = try reader.rows(ShipmentRow.self, prefix: RowKey(order.id))
            guard let first = shipments.compactMap(\.leftOn).min(), period.contains(first) else {
                continue
            }
            let name = parameters.by.group(order, first)
            groups[name, default: Group(row: Row(group: name))]
                .count(order, shipments.filter { $0.leftOn == first })
        }
        var rows: [Row] = []
        for group in groups.values.sorted(by: { $0.row.group < $1.row.group }) {
            rows.append(try rated(group))
        }
        return QueryResult(
            rows,
            notes: ["The first attempt is the first day on which goods of an order left."])
    }

    private static func rated(_ group: Group) throws(QueryFailure) -> Row {
        var row = group.row
        row.orderRate = try .share(Int128(row.fullOrders), of: Int128(row.orders))
        row.lineRate = try .share(Int128(row.fullLines), of: Int128(row.lines))
        row.unitRate = try .share(group.filled, of: group.ordered)
        return row
    }
}

extension FillRateQuery.Group {
    /// Counts an order by what left with its first shipments.
    fileprivate mutating func count(_ order: OrderRow, _ shipments: [ShipmentRow]) {
        var isFull = true
        for line in order.state.lines where line.kind == .stock && line.ordered.isPositive {
            let left = shipments.compactMap { $0.state.line(line.line)?.issued.millionths }
                .reduce(0, +)
            row.lines += 1
            ordered += Int128(line.ordered.millionths)
            filled += Int128(min(left, line.ordered.millionths))
            if left >= line.ordered.millionths {
                row.fullLines += 1
            } else {
                isFull = false
            }
        }
        row.orders += 1
        if isFull { row.fullOrders += 1 }
    }
}

extension ShipmentRow {
    /// On which day its goods left; nil before, and where they were taken back.
    fileprivate var leftOn: BusinessDate? {
        state.lines.contains { $0.issued.isPositive } ? state.issuedOn : nil
    }
}
